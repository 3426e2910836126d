"""Numbered references: `[12]` in the text, and the list at the end that says where it leads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.items import Link
from bot.domain.links import clean_url, find_urls
from bot.readers.blocks import Block, BlockKind, one_line

_MARKER = re.compile(r"[\[［【]\s?(\d{1,3})\s?[\]］】]")
_AT_START = re.compile(rf"\s*\^?\s*{_MARKER.pattern}")
_HEADING_LONGEST = 40
_TAIL = 3  # so many references make a list, behind which nothing else of the text comes


@dataclass(frozen=True, slots=True)
class References:
    """The text without its list of references, and the list."""

    blocks: tuple[Block, ...]
    links: Mapping[int, Link]


def extract_references(blocks: Sequence[Block], *, base_url: str | None = None) -> References:
    """Take the list of references out of a document.

    Each may stand in a block, over two blocks (number, then label and address), or glued to others on one line;
    numbers may be missing. Entries of a numbered list count where the text has markers for them.
    """
    found = _written_out(blocks, base_url) or _numbered_entries(blocks, base_url)
    if not found:
        return References(tuple(blocks), {})
    links: dict[int, Link] = {}
    for definition in found:
        links.setdefault(definition.number, definition.link)
    used = {place for definition in found for place in definition.places}
    first = min(used)
    above = _heading_above(blocks, first)
    used.update(range(above, first))
    first = above
    is_tail = len(found) >= _TAIL and first * 5 >= len(blocks) * 2
    rest = (block for place, block in enumerate(blocks) if place not in used and not (is_tail and place > first))
    return References(tuple(rest), links)


def markers_in(text: str, links: Mapping[int, Link]) -> list[Link]:
    """The links that the markers in a text stand for, in order."""
    return [links[int(match[1])] for match in _MARKER.finditer(text) if int(match[1]) in links]


def without_markers(text: str, links: Mapping[int, Link]) -> str:
    """The text without those markers that stand for a link."""
    if not links:
        return text
    return _MARKER.sub(lambda match: "" if int(match[1]) in links else match[0], text)


@dataclass(frozen=True, slots=True)
class _Definition:
    number: int
    link: Link
    places: tuple[int, ...]


def _written_out(blocks: Sequence[Block], base_url: str | None) -> list[_Definition]:
    """References that carry their number in brackets."""
    found: list[_Definition] = []
    place = 0
    while place < len(blocks):
        if not blocks[place].is_textual or not _AT_START.match(blocks[place].text):
            place += 1
            continue
        end = place + 1
        here = _definitions(blocks[place:end], base_url, (place,))
        while not here and end < len(blocks) and end <= place + 2 and _may_continue(blocks[end]):
            end += 1
            here = _definitions(blocks[place:end], base_url, tuple(range(place, end)))
        found.extend(here)
        place = end if here else place + 1
    return found


def _may_continue(block: Block) -> bool:
    return block.is_textual and block.kind is not BlockKind.HEADING and not _AT_START.match(block.text)


def _definitions(blocks: Sequence[Block], base_url: str | None, places: tuple[int, ...]) -> list[_Definition]:
    """What is defined in a few blocks that begin with a marker; only where little else is said there."""
    text = "\n".join(_with_addresses(block, base_url) for block in blocks)
    marks = list(_MARKER.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found = []
    for mark, end in zip(marks, ends, strict=True):
        said = text[mark.end() : end]
        urls = find_urls(said)
        if urls and _is_only_a_label(said):
            found.append(_Definition(int(mark[1]), Link(urls[0], _label(said)), places))
    return found


def _with_addresses(block: Block, base_url: str | None) -> str:
    """The text of a block with the addresses of its links written out."""
    parts = []
    for run in block.runs:
        url = clean_url(run.url, base_url) if run.url and not run.url.startswith("#") else None
        if url and "://" in run.text:
            parts.append(f" {url} ")  # the words are the link, perhaps shortened
        else:
            parts.append(f"{run.text} {url} " if url else run.text)
    return "".join(parts)


def _is_only_a_label(said: str) -> bool:
    """False for a sentence of the text that merely begins with a marker and has a link in it."""
    before = re.split(r"h?ttps?://", said, maxsplit=1)[0]
    return len(before) <= 300


def _label(said: str) -> str:
    before = re.split(r"h?ttps?://", said, maxsplit=1)[0]
    return one_line(before).strip(" :：.,-–—^*").strip()


def _numbered_entries(blocks: Sequence[Block], base_url: str | None) -> list[_Definition]:
    """A numbered list at the end whose numbers the text refers to."""
    end = len(blocks)
    while end and not (blocks[end - 1].kind is BlockKind.ENTRY and blocks[end - 1].ordinal is not None):
        end -= 1
    start = end
    while start and blocks[start - 1].kind is BlockKind.ENTRY and blocks[start - 1].ordinal is not None:
        start -= 1
    named = {int(match[1]) for block in blocks[:start] for match in _MARKER.finditer(block.text)}
    found = []
    for place in range(start, end):
        text = _with_addresses(blocks[place], base_url)
        urls, number = find_urls(text), blocks[place].ordinal or 0
        if urls and number in named:
            found.append(_Definition(number, Link(urls[0], _label(text)), (place,)))
    return found


def _heading_above(blocks: Sequence[Block], first: int) -> int:
    """Where the list begins with the line that announces it, a short one without a link, and the rules between."""
    place = first
    while place and blocks[place - 1].kind is BlockKind.RULE:
        place -= 1
    if place == 0:
        return first
    line, text = blocks[place - 1], blocks[place - 1].text.strip()
    announces = line.is_textual and len(text) <= _HEADING_LONGEST and not line.urls and not _MARKER.search(text)
    return place - 1 if announces and text[-1:] not in ".。!！?？" else first
