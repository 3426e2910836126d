"""Fragments of HTML → plain text, links and images.

A fragment is read as a stream of tags, in one pass and without building a tree. That is what keeps it bounded: a tree
builder that follows the HTML standard takes time, and memory, that grow with the square of hostile nesting (lexbor:
200,000 open `<div>` take 164 s, 1,000 open `<b id=…>` before 1,000 `<p>` make a million nodes), and a feed holds
whatever its author put there. Nothing but text comes out, so there is nothing to sanitise.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from bot.domain.items import Link
from bot.domain.links import clean_url
from bot.readers.tags import (
    CELLS,
    LINES,
    LISTS,
    SPACED,
    VOID,
    Tag,
    attributes_of,
    tags,
    visible,
    without_comments,
    without_tags,
)

MAX_MARKUP = 2_000_000  # characters of one fragment that are read; the rest is dropped
MAX_LINKS = 2_000  # and as many images, of one fragment
MAX_LIST_INDENT = 4
LONGEST_EMOJI = 8  # characters: a flag or a family of several joined ones

_HIDDEN = re.compile(r"""style\s*=\s*["'][^"']*display\s*:\s*none""", re.I)
_BLANK_LINES = re.compile(r"\n[ \t\r]*\n\s*")
_FEED_TYPE = re.compile(r"application/(?:(?:rss|atom|rdf|feed)\+(?:xml|json)|feed\+json|json)$|text/xml$", re.I)


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a reader of the fragment sees: text with paragraphs parted by a blank line, clean links, image addresses.

    Lines of lists begin with "- " or their number. Links and images come in their order, each address once.
    """

    text: str
    links: tuple[Link, ...] = ()
    images: tuple[str, ...] = ()


def read_fragment(markup: str, *, base_url: str | None = None) -> Fragment:
    """The text, links and images of a fragment of HTML; `base_url` is what its addresses are relative to.

    Takes anything: time and memory grow with its length alone, of which the first MAX_MARKUP characters are read.
    What only looks like a tag (`a<b`, `List<String>`) is text. Scripts, styles, forms and what is hidden are left out.
    """
    if "<" not in markup:
        return Fragment(text="\n\n".join(filter(None, map(_decoded, _BLANK_LINES.split(markup[:MAX_MARKUP])))))
    page = _Page(base_url)
    position = 0
    markup = visible(markup[:MAX_MARKUP])
    for tag in tags(markup):
        page.add_text(markup[position : tag.start])
        position = tag.end
        if tag.is_closed or position < len(markup):
            page.add_tag(tag)
    page.add_text(markup[position:])
    return page.finish()


def plain_text(markup: str) -> str:
    """The text of a title or another short field in one line: tags gone, entities decoded, "a < b" kept."""
    if "<" in markup:
        markup = without_tags(markup[:MAX_MARKUP])
    return _one_line(html.unescape(markup))


def alternates(markup: str, base_url: str | None) -> tuple[str, ...]:
    """The feeds that a page names for itself (`<link rel=alternate type=application/rss+xml href=…>`), absolute."""
    found: dict[str, None] = {}
    for tag in tags(without_comments(markup[:MAX_MARKUP])):
        if tag.name not in ("base", "link"):
            continue
        attributes = attributes_of(tag)
        if tag.name == "base":
            base_url = clean_url(attributes.get("href", ""), base_url) or base_url
            continue
        is_feed = "alternate" in attributes.get("rel", "").lower().split() and _FEED_TYPE.match(
            attributes.get("type", "").partition(";")[0].strip()
        )
        url = clean_url(attributes.get("href", ""), base_url) if is_feed else None
        if url is not None:
            found[url] = None
    return tuple(found)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _decoded(text: str) -> str:
    """Text without tags: entities decoded; its own line breaks are spaces, as everywhere in HTML."""
    return _one_line(html.unescape(text) if "&" in text else text)


@dataclass(slots=True)
class _Anchor:
    """A link whose end has not come yet."""

    href: str
    pieces: list[str] = field(default_factory=list)
    label: str = ""


class _Page:
    """Collects what a fragment shows, tag by tag: lines, the space between them, links and images."""

    def __init__(self, base_url: str | None) -> None:
        self._base = base_url
        self._parts: list[str] = []  # finished lines and what parts them
        self._pieces: list[str] = []  # of the line that is being written
        self._gap = 0  # line breaks owed before the next line: 1 or 2
        self._marker = ""  # of the list's entry that the next line begins
        self._lists: list[int | None] = []  # open lists; the last number of numbered ones
        self._pre = 0
        self._hidden: tuple[str, int] | None = None  # an element that is not shown, and how often its name is open
        self._anchor: _Anchor | None = None
        self._anchors = 0
        self._links: dict[str, str] = {}
        self._images: dict[str, None] = {}

    def add_text(self, text: str) -> None:
        if not text or self._hidden:
            return
        if self._pre:
            first, *others = text.split("\n")
            self._pieces.append(first)
            for line in others:
                self._end_line(1)
                self._pieces.append(line)
        else:
            self._pieces.append(text)
        if self._anchor:
            self._anchor.pieces.append(text)

    def add_tag(self, tag: Tag) -> None:
        name = tag.name
        if self._hidden:
            self._count_hidden(tag)
        elif "none" in tag.attributes and not tag.is_end and name not in VOID and _HIDDEN.search(tag.attributes):
            self._hidden = (name, 1)
        elif name == "a":
            self._end_anchor()
            if not tag.is_end:
                self._anchor = _Anchor(attributes_of(tag).get("href", ""))
        elif name == "img":
            self._add_image(attributes_of(tag))
        elif name == "br":
            self._end_line(1)
        elif name in LISTS:
            self._add_list(tag)
        elif name in CELLS:
            self._pieces.append(" ")
        elif name in SPACED or name in LINES:
            self._add_block(tag)

    def finish(self) -> Fragment:
        self._end_anchor()
        self._end_line(0)
        links = tuple(Link(url, text) for url, text in self._links.items())
        return Fragment("".join(self._parts), links, tuple(self._images))

    def _count_hidden(self, tag: Tag) -> None:
        hidden, count = self._hidden or (tag.name, 0)
        if tag.name == hidden:
            count += -1 if tag.is_end else 1
            self._hidden = (hidden, count) if count else None

    def _add_block(self, tag: Tag) -> None:
        is_spaced = tag.name in SPACED and not self._lists
        self._end_line(0)
        self._gap = max(self._gap, 2 if is_spaced else 1)
        if tag.name == "pre":
            self._pre = max(0, self._pre + (-1 if tag.is_end else 1))
        elif tag.name == "li":
            self._marker = "" if tag.is_end else self._next_marker()

    def _add_list(self, tag: Tag) -> None:
        self._end_line(0)
        is_outermost = len(self._lists) <= tag.is_end
        self._gap = max(self._gap, 2 if is_outermost else 1)
        self._marker = ""
        if not tag.is_end:
            self._lists.append(0 if tag.name == "ol" else None)
        elif self._lists:
            self._lists.pop()

    def _next_marker(self) -> str:
        if not self._lists:
            return "- "
        indent = "  " * min(len(self._lists) - 1, MAX_LIST_INDENT)
        number = self._lists[-1]
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number + 1}. "

    def _end_line(self, gap: int) -> None:
        """Closes the line that is being written. A second break after an empty line parts paragraphs."""
        text = "".join(self._pieces)
        if "&" in text:
            text = html.unescape(text)
        text = text.rstrip() if self._pre and text.strip() else _one_line(text)
        self._pieces.clear()
        if not text:
            self._gap = max(self._gap, min(2, self._gap + gap) if self._parts else 0)
            return
        if self._parts:
            self._parts.append("\n" * self._gap)
        self._parts.append(self._marker + text)
        self._marker = ""
        self._gap = gap

    def _end_anchor(self) -> None:
        anchor, self._anchor = self._anchor, None
        if anchor is None or self._anchors >= MAX_LINKS:
            return
        self._anchors += 1
        href = anchor.href.strip()
        url = clean_url(href, self._base) if href and href[0] != "#" else None
        if url is None:
            return
        text = _decoded("".join(anchor.pieces)) or anchor.label
        if not self._links.get(url):
            self._links[url] = text

    def _add_image(self, attributes: dict[str, str]) -> None:
        alt = _one_line(attributes.get("alt", ""))
        if alt and len(alt) <= LONGEST_EMOJI and not alt.isascii() and not alt.isalnum():
            self.add_text(html.escape(alt))  # an emoji that a site draws as a picture
            return
        if self._anchor:
            self._anchor.label = self._anchor.label or alt
        if "0" in (size := (attributes.get("width"), attributes.get("height"))) or "1" in size:
            return  # it counts readers
        source = attributes.get("src", "")
        if not source or source.startswith("data:"):
            source = attributes.get("data-src", "") or attributes.get("srcset", "").partition(" ")[0]
        url = clean_url(source, self._base) if source and len(self._images) < MAX_LINKS else None
        if url is not None:
            self._images[url] = None
