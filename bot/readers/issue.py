"""Taking an issue apart: from blocks to items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from bot.domain.items import ItemKind, Link, ParsedItem
from bot.domain.links import clean_url, find_urls, is_code
from bot.domain.papers import find_papers
from bot.domain.sections import Section
from bot.readers.blocks import Block, BlockKind, Run, one_line, trimmed
from bot.readers.contents import (
    is_advertising,
    is_invitation,
    with_captions,
    without_contents,
    without_footer,
    without_leftovers,
)
from bot.readers.labels import width, without_number
from bot.readers.language import detect
from bot.readers.markdown import blocks_of_markdown
from bot.readers.outline import Outline, Region, outline_of
from bot.readers.references import extract_references, markers_in, without_markers

_UNTOLD = (Section.UPDATES,)  # a foreword speaks about the newsletter itself; without titles it holds no item
_SECTIONS_LEAST = 2
_ITEMS_LEAST = 3
_TITLED_LEAST = 2
_MENTION_WIDER = 60
_ORIGINAL_LEAST = 12  # letters; shorter comments are marks for programs
_CONTACT = re.compile(
    r"//(?:www\.|mobile\.)?(?:(?:twitter|x|t|instagram|facebook)\.\w+/@?\w+/?$|linkedin\.com/in/|forms\.gle/"
    r"|docs\.google\.com/forms/|\w+\.typeform\.com/|medium\.com/@[\w.-]+/?$)",
    re.I,
)
_AUTHORS = re.compile(
    r"(?:authors?|by|autor(?:es|as)?|auteurs?|autoren|yazarlar|автор(?:ы)?|作者|著者|저자|المؤلفون|المؤلف)\s*[:：]\s*(.{3,400})",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue taken apart. `is_issue` says whether it looks like one at all, and not like a single text."""

    items: tuple[ParsedItem, ...]
    is_issue: bool


def split_blocks(blocks: Sequence[Block], *, base_url: str | None = None, language: str | None = None) -> Issue:
    """The items of an issue in order. `language`: of the whole issue, a hint for each item's."""
    context, outline = _prepare(blocks, base_url=base_url, language=language)
    drafts = [draft for place, region in enumerate(outline.regions) for draft in _drafts(region, place, outline)]
    drafts = [draft for draft in drafts if _says_something(draft) and not _is_paid(draft)]
    items = [_finished(draft, context, is_numbered=outline.is_numbered) for draft in drafts]
    has_lost_links = sum(1 for item in items if item.links) * 5 <= len(items)
    items = [item for item in items if _is_worth_keeping(item, has_lost_links=has_lost_links)]
    items = _without_farewell(_without_tail(items), base_url)
    return Issue(tuple(items), is_issue=_is_issue(items, outline))


def whole_text(
    blocks: Sequence[Block], *, title: str | None, base_url: str | None = None, language: str | None = None
) -> ParsedItem | None:
    """The document as one item, for texts that are no issue. None where it says nothing."""
    context, _ = _prepare(blocks, base_url=base_url, language=language)
    runs = (Run(title),) if title else ()
    draft = _Draft(runs, Region(None, None), blocks=[block for block in context.blocks if block.text.strip() != title])
    item = _finished(draft, context, is_numbered=False)
    return item if item.text or item.links else None


@dataclass(frozen=True, slots=True)
class _Context:
    blocks: tuple[Block, ...]
    references: Mapping[int, Link]
    base_url: str | None
    language: str | None


@dataclass(slots=True)
class _Draft:
    """An item while its blocks are collected."""

    title: tuple[Run, ...]
    region: Region
    kind: ItemKind = ItemKind.ITEM
    blocks: list[Block] = field(default_factory=list)
    originals: list[str] = field(default_factory=list)


def _prepare(blocks: Sequence[Block], *, base_url: str | None, language: str | None) -> tuple[_Context, Outline]:
    """The blocks without what is not of the text, and their outline."""
    references = extract_references(without_contents(blocks), base_url=base_url)
    kept = [
        block
        for block in with_captions(without_footer(without_leftovers(references.blocks)))
        if not is_invitation(block) and not (block.kind is BlockKind.PARAGRAPH and _is_paid_line(block))
    ]
    return _Context(tuple(kept), references.links, base_url, language), outline_of(kept)


def _is_paid_line(block: Block) -> bool:
    """True for advertising in the text; a bold line of it alone stays for now, since it is the title of more."""
    return not block.is_bold and is_advertising(block.text)


# -- from regions to drafts -------------------------------------------------------------------------------------------


def _drafts(region: Region, place: int, outline: Outline) -> list[_Draft]:
    if region.titles and region.section is Section.MENTIONS:
        first = region.titles[0].place
        return _mentions(replace(region, blocks=region.blocks[:first])) + _titled(region)
    if region.titles:
        return _titled(region)
    if region.heading is None or region.section in _UNTOLD:
        return []
    if region.section is None:
        return _untitled_unknown(region, place, outline)
    return _mentions(region)


def _titled(region: Region) -> list[_Draft]:
    """An item for each title; what stands before the first one only leads into the section."""
    titles = {title.place: title for title in region.titles}
    drafts: list[_Draft] = []
    waiting: list[str] = []
    for place, block in enumerate(region.blocks):
        if place in titles:
            title = titles[place]
            drafts.append(_Draft(title.runs, region, originals=waiting))
            waiting = []
            if title.rest:
                drafts[-1].blocks.append(replace(block, kind=BlockKind.PARAGRAPH, runs=title.rest))
        elif block.kind is BlockKind.COMMENT:
            original = _original(block)
            if drafts and not _belongs_below(block, region.blocks, place, titles):
                drafts[-1].originals.extend(original)
            else:
                waiting.extend(original)
        elif drafts:
            drafts[-1].blocks.append(block)
    if drafts:
        drafts[-1].originals.extend(waiting)
    return drafts


def _belongs_below(comment: Block, blocks: Sequence[Block], place: int, titles: Mapping[int, object]) -> bool:
    """True for a comment that holds the original of the item below: it leads where that one leads, or is its title."""
    following = next((i for i in range(place + 1, len(blocks)) if blocks[i].kind is not BlockKind.COMMENT), None)
    if following not in titles or following is None:
        return False
    parts = blocks_of_markdown(comment.text)
    urls = {url for part in parts for url in part.urls}
    above = max((i for i in titles if i <= place), default=0)
    end = min((i for i in titles if i > following), default=len(blocks))
    shared_above = len(urls & {url for block in blocks[above:place] for url in block.urls})
    shared_below = len(urls & {url for block in blocks[following:end] for url in block.urls})
    if shared_above != shared_below:
        return shared_below > shared_above
    return len(parts) == 1 and (parts[0].is_bold or parts[0].kind is BlockKind.HEADING)


def _untitled_unknown(region: Region, place: int, outline: Outline) -> list[_Draft]:
    """A heading that announces no section and has no titles below: it is the title itself, between known sections."""
    if place not in outline.between_sections:
        return []
    if any(block.kind is BlockKind.ENTRY and block.urls for block in region.blocks):
        return _mentions(region)
    draft = _Draft((Run(region.heading or ""),), Region(None, None))
    for block in region.blocks:
        if block.kind is BlockKind.COMMENT:
            draft.originals.extend(_original(block))
        else:
            draft.blocks.append(block)
    return [draft]


def _mentions(region: Region) -> list[_Draft]:
    """A mention for each paragraph, or for each entry of a list where the section is one."""
    has_entries = any(block.kind is BlockKind.ENTRY for block in region.blocks)
    only_entries = has_entries and region.section is not Section.MENTIONS
    drafts: list[_Draft] = []
    for place, block in enumerate(region.blocks):
        following = region.blocks[place + 1] if place + 1 < len(region.blocks) else None
        if block.kind is BlockKind.COMMENT:
            if drafts:
                drafts[-1].originals.extend(_original(block))
        elif block.kind is BlockKind.CAPTION or block.kind is BlockKind.IMAGE or _goes_on(block, drafts):
            if drafts:
                drafts[-1].blocks.append(block)
        elif not block.is_textual or _leads_into_list(block, following) or block.is_italic:
            continue
        elif block.kind is BlockKind.ENTRY or not only_entries:
            drafts.append(_Draft((), region, kind=ItemKind.MENTION, blocks=[block]))
    return drafts


def _goes_on(block: Block, drafts: Sequence[_Draft]) -> bool:
    """True for an entry below an entry: a part of the same mention."""
    return block.kind is BlockKind.ENTRY and bool(drafts) and block.level > max(1, drafts[-1].blocks[0].level)


def _leads_into_list(block: Block, following: Block | None) -> bool:
    is_open = block.text.rstrip().endswith((":", "："))
    return block.kind is BlockKind.PARAGRAPH and is_open and (following is None or following.kind is BlockKind.ENTRY)


def _original(comment: Block) -> list[str]:
    """The words of a comment; nothing for the marks that programs leave ("more", "wp:paragraph", conditions)."""
    if re.match(r"\s*(?:/?wp:|\[if|\[endif|/?ko\b|#|more\b|toc\b|\{)", comment.text):
        return []
    parts = [one_line(part.text) for part in blocks_of_markdown(comment.text) if part.is_textual]
    text = "\n\n".join(part for part in parts if part)
    letters = sum(1 for char in text if char.isalpha())
    return [text] if letters >= _ORIGINAL_LEAST and (" " in text or not text.isascii()) else []


def _says_something(draft: _Draft) -> bool:
    if any(block.is_textual or block.kind is BlockKind.IMAGE for block in draft.blocks):
        return True
    return any(run.url for run in draft.title)


def _is_paid(draft: _Draft) -> bool:
    title = "".join(run.text for run in draft.title)
    return is_advertising(title) or is_advertising(draft.region.heading or "")


# -- from drafts to items ---------------------------------------------------------------------------------------------


def _finished(draft: _Draft, context: _Context, *, is_numbered: bool) -> ParsedItem:
    textual = [block for block in draft.blocks if block.is_textual]
    captions = [block for block in draft.blocks if block.kind is BlockKind.CAPTION]
    title = _title_text(draft.title, context.references, is_numbered=is_numbered)
    paragraphs = [_paragraph(block, context.references, listed=len(textual) > 1) for block in textual]
    text = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    runs = [draft.title, *(block.runs for block in draft.blocks if block.kind is not BlockKind.COMMENT)]
    links = _links(runs, context)
    urls = [link.url for link in links]
    said = f"{title or ''}\n\n{text}\n\n" + "\n".join(one_line(block.text) for block in captions)
    original = "\n\n".join(draft.originals)
    return ParsedItem(
        title=title or None,
        text=text,
        section=draft.region.section or Section.OTHER,
        heading=draft.region.heading,
        kind=draft.kind,
        language=detect(f"{title or ''}\n{text}", hint=context.language),
        links=links,
        papers=find_papers(said, urls),
        code=next((url for url in urls if is_code(url)), None),
        images=_images(draft.blocks, context.base_url),
        authors=_authors(paragraphs),
        original_text=original or None,
    )


def _title_text(runs: Sequence[Run], references: Mapping[int, Link], *, is_numbered: bool) -> str:
    text = one_line(without_markers("".join(run.text for run in runs), references))
    if is_numbered:
        text = without_number(text)
    return text.strip("*_ ").rstrip(":： ").strip()


def _paragraph(block: Block, references: Mapping[int, Link], *, listed: bool) -> str:
    text = one_line(without_markers(block.text, references))
    return f"• {text}" if listed and block.kind is BlockKind.ENTRY and text else text


def _links(parts: Iterable[Sequence[Run]], context: _Context) -> tuple[Link, ...]:
    """The links of an item in order, each once, with the words that carry it."""
    found: dict[str, str] = {}
    for runs in parts:
        for text, url in _stretches(runs):
            clean = clean_url(url, context.base_url) if url and not url.startswith("#") else None
            links = [Link(clean, one_line(text))] if clean else [Link(bare) for bare in find_urls(text)]
            for link in [*links, *markers_in(text, context.references)]:
                if not found.get(link.url):
                    found[link.url] = link.text
    return tuple(Link(url, text) for url, text in found.items())


def _stretches(runs: Sequence[Run]) -> list[tuple[str, str | None]]:
    """The runs of a block with neighbours of one link put together, whatever their styles."""
    stretches: list[tuple[str, str | None]] = []
    for run in trimmed(runs):
        if stretches and stretches[-1][1] == run.url:
            stretches[-1] = (stretches[-1][0] + run.text, run.url)
        else:
            stretches.append((run.text, run.url))
    return stretches


def _images(blocks: Sequence[Block], base_url: str | None) -> tuple[str, ...]:
    addresses = (clean_url(image, base_url) for block in blocks for image in block.images)
    return tuple(dict.fromkeys(address for address in addresses if address))


def _authors(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The names behind "Authors:", where a line gives them."""
    for paragraph in paragraphs:
        match = _AUTHORS.match(paragraph.removeprefix("• "))
        if match:
            names = re.split(r"\s*[,;，、；]\s*|\s+(?:and|et|und|и|y|e|ve)\s+", match[1].strip().rstrip("."))
            return tuple(name for name in names if name and len(name) <= 60)
    return ()


# -- the whole --------------------------------------------------------------------------------------------------------


def _is_worth_keeping(item: ParsedItem, *, has_lost_links: bool) -> bool:
    """A mention points somewhere. Only in a text that lost its links does it do without."""
    if item.kind is not ItemKind.MENTION or item.links:
        return True
    return has_lost_links and width(item.text) > _MENTION_WIDER


def _without_tail(items: list[ParsedItem]) -> list[ParsedItem]:
    """The items without those at the end that are in no section and lead nowhere: leftovers of a page."""
    if not any(item.section is not Section.OTHER for item in items):
        return items
    leftovers = (Section.OTHER, Section.MENTIONS)
    while items and items[-1].heading and items[-1].section in leftovers and items[-1].title and not items[-1].links:
        items = items[:-1]
    return items


def _without_farewell(items: list[ParsedItem], base_url: str | None) -> list[ParsedItem]:
    """The items without the last paragraphs that only say where to write to or what one has read.

    Their links lead to people, to forms, to the document itself or to the front page of its site.
    """
    kept = list(items)
    while kept and kept[-1].kind is ItemKind.MENTION and kept[-1].links:
        if not all(_CONTACT.search(link.url) or _leads_home(link.url, base_url) for link in kept[-1].links):
            break
        kept.pop()
    return kept if any(item.kind is ItemKind.MENTION for item in kept) else items


def _leads_home(url: str, base_url: str | None) -> bool:
    target, own = urlsplit(url), urlsplit(base_url or "")
    return target.netloc == own.netloc and target.path.rstrip("/") in ("", own.path.rstrip("/"))


def _is_issue(items: Sequence[ParsedItem], outline: Outline) -> bool:
    """True where several known sections hold items, or several titled texts each lead somewhere.

    Two such texts are enough where all that has a title stands in known sections.
    """
    sections = {item.section for item in items if item.section is not Section.OTHER}
    if len(sections) >= _SECTIONS_LEAST and len(items) >= _ITEMS_LEAST:
        return True
    titled = [item for item in items if item.title]
    leading = [item for item in titled if item.links]
    if len(leading) == len(titled) >= _TITLED_LEAST and all(item.section is not Section.OTHER for item in titled):
        return True
    return len(leading) >= _ITEMS_LEAST and len(leading) * 5 >= len(titled) * 3
