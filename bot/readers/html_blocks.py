"""From HTML to blocks: the text of a page in reading order, with its inline styles and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.readers.blocks import Block, BlockKind, Run, one_line, trimmed
from bot.readers.shape import check_shape

BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
UNREADABLE_TAGS = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "svg",
        "math",
        "iframe",
        "form",
        "button",
        "select",
        "textarea",
        "input",
        "nav",
        "dialog",
        "object",
        "embed",
        "audio",
        "video",
        "canvas",
        "map",
        "ins",
        "datalist",
    ]
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.I)
_INVISIBLE_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_ORNAMENT = re.compile(r"[\s#*=~_.·•⁂—–-]{3,}")  # a line of signs that parts a text as a rule does
_BETWEEN_CELLS = " | "
_BLOCKS_IN_CELLS = "p, div, section, table, ul, ol, dl, blockquote, pre, figure, h1, h2, h3, h4, h5, h6"
_BREAK = "\u2028"  # stands for <br> until two of them are told from one


def parse_html(html: str) -> LexborHTMLParser:
    """The tree of a page or a fragment. Raises ReadError where it is shaped like no text and would take for ever."""
    check_shape(html)
    return LexborHTMLParser(html)


def blocks_of(root: LexborNode, *, skip: Callable[[LexborNode], bool] = lambda _: False) -> list[Block]:
    """The blocks below `root` in reading order, without what cannot be read and what `skip` names."""
    collector = _Collector(notes=_numbered_notes(root))
    for entering, node in walk(root, skip=lambda node: is_unreadable(node) or skip(node)):
        if entering:
            collector.enter(node)
        else:
            collector.leave(node)
    collector.flush()
    return collector.blocks


def blocks_of_html(html: str) -> list[Block]:
    """The blocks of a fragment of HTML. Raises ReadError where it is nested too deeply."""
    root = parse_html(f"<body>{html}").root
    return blocks_of(root) if root is not None else []


def is_unreadable(node: LexborNode) -> bool:
    """True for elements that hold no text for people, or none that they see."""
    if node.tag in UNREADABLE_TAGS:
        return True
    if not node.is_element_node:
        return False
    attributes = node.attributes
    return "hidden" in attributes or bool(_INVISIBLE_STYLE.search(attributes.get("style") or ""))


def walk(root: LexborNode, *, skip: Callable[[LexborNode], bool]) -> Iterator[tuple[bool, LexborNode]]:
    """Each node below `root` twice, (True, node) before its children and (False, node) after; no recursion."""
    stack: list[tuple[bool, LexborNode]] = [(True, child) for child in reversed(_children(root))]
    while stack:
        entering, node = stack.pop()
        if entering:
            if node.is_element_node and skip(node):
                continue
            stack.append((False, node))
            stack.extend((True, child) for child in reversed(_children(node)))
        yield entering, node


def image_address(node: LexborNode) -> str | None:
    """The address of an image that people look at; None for counting pixels and inline data."""
    attributes = node.attributes
    if any((attributes.get(side) or "").strip("px") in ("0", "1", "2") for side in ("width", "height")):
        return None
    for name in ("data-src", "data-original", "data-lazy-src", "data-actualsrc", "src"):
        address = attributes.get(name)
        if address and not address.startswith("data:"):
            return address.strip()
    return None


def _children(node: LexborNode) -> list[LexborNode]:
    children = []
    child = node.child
    while child is not None:
        children.append(child)
        child = child.next
    return children


def _numbered_notes(root: LexborNode) -> dict[str, str]:
    """Ids of the page's notes and their numbers: `<sup><a href="#fn:3">3</a></sup>` names note 3."""
    notes: dict[str, str] = {}
    for anchor in root.css('sup a[href^="#"], a[href^="#"][class*="footnote"], a[href^="#"] > sup'):
        link = anchor if anchor.tag == "a" else anchor.parent
        number = anchor.text(deep=True).strip().strip("[]")
        href = (link.attributes.get("href") or "") if link is not None else ""
        if number.isdigit() and len(href) > 1:
            notes.setdefault(href[1:], number)
    return notes


@dataclass(slots=True)
class _Collector:
    """Builds blocks while the tree is walked."""

    notes: dict[str, str]
    blocks: list[Block] = field(default_factory=list)
    _runs: list[Run] = field(default_factory=list)
    _images: list[str] = field(default_factory=list)
    _bold: int = 0
    _italic: int = 0
    _verbatim: int = 0
    _links: list[str | None] = field(default_factory=list)
    _heading: int = 0
    _caption: int = 0
    _raised: int = 0
    _entries: list[_Entry] = field(default_factory=list)
    _ordinals: list[int | None] = field(default_factory=list)
    _tables: list[bool] = field(default_factory=list)
    _row: LexborNode | None = None

    def enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if node.is_text_node:
            self._text(node.text_content or "")
        elif node.is_comment_node:
            self._comment(node.comment_content or "")
        elif tag == "br":
            self._add(_BREAK)
        elif tag == "hr":
            self.flush()
            self.blocks.append(Block(BlockKind.RULE))
        elif tag == "img":
            self._image(node)
        elif self._row is not None and tag in ("td", "th"):
            self._style(node, tag, +1)
            self._add(_BETWEEN_CELLS if any(run.text.strip() for run in self._runs) else "")
        else:
            self._open(node, tag)
            if tag == "table":
                self._tables.append(node.css_first("th") is not None)
            elif tag == "tr" and self._tables and self._tables[-1] and node.css_first(_BLOCKS_IN_CELLS) is None:
                self._row = node  # tables that name no columns, or hold blocks, only lay out a page

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if not node.is_element_node or tag in ("br", "hr", "img"):
            return
        if tag == "tr" and self._row is not None:
            self._end_row()
        elif tag in BLOCK_TAGS and self._row is None:
            self.flush()
        self._style(node, tag, -1)
        if tag == "a":
            self._links.pop()
        elif tag == "table":
            self._tables.pop()
        elif tag == "li":
            self._entries.pop()
        elif tag in ("ul", "ol", "menu"):
            self._ordinals.pop()

    def flush(self) -> None:
        """End the block that is being written."""
        runs, images = self._runs, tuple(self._images)
        self._runs, self._images = [], []
        for number, part in enumerate(_paragraphs(runs)):
            self._emit(part, images if number == 0 else ())

    def _end_row(self) -> None:
        """A row of a table is an entry of a list, but for the one that names the columns."""
        runs, images = trimmed(self._runs), tuple(self._images)
        if runs and self._row is not None and self._row.css_first("td") is not None:
            self.blocks.append(Block(BlockKind.ENTRY, runs, level=len(self._entries) + 1, images=images))
        self._runs, self._images, self._row = [], [], None

    def _open(self, node: LexborNode, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.flush()
        if tag in ("ul", "ol", "menu"):
            self._ordinals.append(_first_ordinal(node) if tag == "ol" else None)
        elif tag == "li":
            self._entries.append(_Entry(self._next_ordinal()))
        elif tag == "a":
            self._links.append(node.attributes.get("href"))
        self._style(node, tag, +1)
        note = self.notes.get(node.attributes.get("id") or "")
        if note and tag not in ("sup", "a"):
            self._add(f"[{note}] ")

    def _next_ordinal(self) -> int | None:
        if not self._ordinals or self._ordinals[-1] is None:
            return None
        ordinal = self._ordinals[-1]
        self._ordinals[-1] = ordinal + 1
        return ordinal

    def _style(self, node: LexborNode, tag: str, step: int) -> None:
        style = node.attributes.get("style") or ""
        if tag in ("b", "strong") or _BOLD_STYLE.search(style):
            self._bold += step
        if tag in ("i", "em", "cite") or _ITALIC_STYLE.search(style):
            self._italic += step
        if tag in HEADINGS:
            self._heading = int(tag[1]) if step > 0 else 0
        elif tag == "figcaption":
            self._caption += step
        elif tag == "pre":
            self._verbatim += step
        elif tag == "sup":
            self._raised += step

    def _text(self, text: str) -> None:
        if not self._verbatim:
            # A line end in the source means no more than a space, but it is a hint where a title ends.
            text = re.sub(r"[ \t\r\f]*\n\s*", "\n", text)
            text = re.sub(r"[ \t\r\f]+" if self._row is None else r"\s+", " ", text)
        if self._raised and text.strip().isdigit() and self._links and (self._links[-1] or "").startswith("#"):
            text = f"[{text.strip()}]"
        self._add(text)

    def _add(self, text: str) -> None:
        url = self._links[-1] if self._links else None
        self._runs.append(Run(text, bold=self._bold > 0, italic=self._italic > 0, url=url))

    def _comment(self, text: str) -> None:
        self.flush()
        self.blocks.append(Block(BlockKind.COMMENT, (Run(text),)))

    def _image(self, node: LexborNode) -> None:
        alt = (node.attributes.get("alt") or "").strip()
        if alt and len(alt) <= 8 and not any(char.isalnum() for char in alt):
            self._add(alt)  # an emoji that the page shows as a picture
            return
        address = image_address(node)
        if address is None:
            return
        if any(run.text.strip() for run in self._runs):
            self._images.append(address)
        else:
            self.blocks.append(Block(BlockKind.IMAGE, images=(address,)))

    def _emit(self, runs: tuple[Run, ...], images: tuple[str, ...]) -> None:
        runs = _without_permalinks(runs)
        if not runs:
            return
        if _ORNAMENT.fullmatch("".join(run.text for run in runs)):
            self.blocks.append(Block(BlockKind.RULE))
            return
        if self._heading:
            kind, level = BlockKind.HEADING, self._heading
        elif self._caption:
            kind, level = BlockKind.CAPTION, 0
        elif self._entries:
            self._emit_entry(runs, images)
            return
        else:
            kind, level = BlockKind.PARAGRAPH, 0
        self.blocks.append(Block(kind, runs, level=level, images=images))

    def _emit_entry(self, runs: tuple[Run, ...], images: tuple[str, ...]) -> None:
        """A new entry, or one more paragraph of the entry that stands last."""
        entry = self._entries[-1]
        if entry.place is None:
            entry.place = len(self.blocks)
            self.blocks.append(
                Block(BlockKind.ENTRY, runs, level=len(self._entries), ordinal=entry.ordinal, images=images)
            )
        elif entry.place == len(self.blocks) - 1:
            first = self.blocks[entry.place]
            self.blocks[entry.place] = replace(
                first, runs=(*first.runs, Run("\n"), *runs), images=first.images + images
            )
        else:
            self.blocks.append(Block(BlockKind.PARAGRAPH, runs, images=images))


@dataclass(slots=True)
class _Entry:
    """A list entry that is open: its number, and where its block is once it has one."""

    ordinal: int | None
    place: int | None = None


def _first_ordinal(node: LexborNode) -> int:
    start = (node.attributes.get("start") or "").strip()
    return int(start) if start.isdecimal() and len(start) < 6 else 1


def _paragraphs(runs: list[Run]) -> Iterator[tuple[Run, ...]]:
    """The runs of a block, parted where two <br> follow each other."""
    part: list[Run] = []
    breaks = 0
    for run in runs:
        if run.text == _BREAK:
            breaks += 1
            continue
        if not run.text.strip() and breaks:
            continue
        if breaks > 1:
            yield trimmed(part)
            part = []
        elif breaks == 1:
            part.append(Run("\n"))
        breaks = 0
        part.append(run)
    yield trimmed(part)


def _without_permalinks(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs without the little signs that link a heading to itself."""
    kept = [
        run
        for run in runs
        if not ((run.url or "").startswith("#") and len(one_line(run.text)) <= 2 and not run.text.strip().isalnum())
    ]
    return trimmed(kept)
