"""From bare text to blocks: an issue, or the text of a page, that lost its markup.

What is left to go by is where lines end: sections are short lines with an emoji, a number or words that we know; titles
carry a number with two parts, or are short lines that stand alone above a paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from bot.domain.sections import Section, classify
from bot.readers.blocks import Block, BlockKind, Run, one_line
from bot.readers.contents import is_source_note
from bot.readers.labels import Label, ends_a_sentence, label_of, width, without_lost_emoji

_BULLET = re.compile(r"(\s*)(?:[•◦▪▫‣⁃●○■·∙➤►»]|[*\-–+](?=\s))\s*(\S.*)")
_RULE = re.compile(r"\s*(?:[-–—=_*~·•]\s?){3,}\s*")
_TAIL_AFTER_DASH = re.compile(r".*\s[—–-]\s*([^\W\d_][\w ]{1,15})$", re.DOTALL)
_LINK = re.compile(r"\[\d{1,3}\]|[(<]?https?://\S+[)>]?")
_SENTENCE_END = re.compile(r"[.!?…:;۔؟।][\"'”’»)]*(?:\s|$)|[。！？：；]")
_SECTION_WIDEST = 80
_TITLE_WIDEST = 240
_PARAGRAPH_LEAST = 60
_WRAPPED_WIDEST = 110
_UNDERLINE_SLACK = 4
_FULL = 0.7


class _Role(StrEnum):
    TEXT = "text"
    SECTION = "section"
    TITLE = "title"
    NUMBERED_TITLE = "numbered title"
    ENTRY = "entry"
    CAPTION = "caption"
    RULE = "rule"


@dataclass(slots=True)
class _Line:
    text: str
    indent: int
    label: Label
    section: Section | None = None
    role: _Role = _Role.TEXT


def blocks_of_plain_text(text: str) -> list[Block]:
    """The blocks of a text without markup. Titles come out as bold paragraphs or as headings below the sections'."""
    lines = [_line(line) for line in _unwrapped(text)]
    _mark_sections(lines)
    _mark_captions(lines)
    _mark_titles(lines)
    return [_block(line) for line in lines]


def _line(text: str) -> _Line:
    if _RULE.fullmatch(text):
        return _Line(text, 0, label_of(""), role=_Role.RULE)
    bullet = _BULLET.match(text)
    if bullet:
        return _Line(bullet[2].strip(), len(bullet[1]), label_of(bullet[2]), role=_Role.ENTRY)
    return _Line(text.strip(), 0, label_of(text))


def _unwrapped(text: str) -> list[str]:
    """The lines of a text that are not blank; lines that a mail program broke are whole again."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = _without_underlines(lines)
    # Links are never broken, so the lines that hold them say little about where the others are.
    filled = sorted(width(line) for line in lines if line.strip() and "://" not in line)
    if not filled:
        return [line for line in lines if line.strip()]
    widest = filled[int(len(filled) * 0.95)]
    full = sum(1 for size in filled if size >= 0.8 * widest)
    if widest > _WRAPPED_WIDEST or widest < 40 or full * 3 < len(filled):
        return [line for line in lines if line.strip()]
    return _joined(lines, widest)


def _without_underlines(lines: Sequence[str]) -> list[str]:
    """The lines without rows of signs right below a heading and about as long."""
    kept: list[str] = []
    for above, line in zip(("", *lines), lines, strict=False):
        is_rule = bool(above.strip()) and _RULE.fullmatch(line) and not _RULE.fullmatch(above)
        if not is_rule or width(above) > _SECTION_WIDEST or abs(width(above) - width(line)) > _UNDERLINE_SLACK:
            kept.append(line)
    return kept


def _joined(lines: Sequence[str], widest: int) -> list[str]:
    """The lines with those put together where the first is full, or the next begins with a word that would not fit."""
    joined: list[str] = []
    above = ""
    for line in lines:
        is_whole = not above.strip() or _BULLET.match(line) or label_of(line).parts
        if (
            line.strip()
            and not is_whole
            and (width(above) >= _FULL * widest or width(above) + 1 + _first_width(line) > widest)
        ):
            joined[-1] += "\n" + line.strip()
        elif line.strip():
            joined.append(line)
        above = line
    return joined


def _first_width(line: str) -> int:
    """The width of the first word; scripts that write no spaces may break a line at any sign."""
    word = line.split(maxsplit=1)[0]
    return 2 if width(word[0]) == 2 else width(word)


def _mark_sections(lines: Sequence[_Line]) -> None:
    known = []
    for line in lines:
        if line.role is _Role.TEXT and line.label.parts != 2 and width(line.text) <= _SECTION_WIDEST:
            line.section = classify(line.text)
            if line.section is None and line.label.parts == 1:
                line.section = classify(without_lost_emoji(line.label.words))
            if line.section is not None:
                known.append(line)
    marked = [line for line in known if line.label.emoji or line.label.parts == 1]
    for line in marked if len(marked) >= 2 else known:
        line.role = _Role.SECTION


def _mark_captions(lines: Sequence[_Line]) -> None:
    """Lines that end in "— source": what came after the dash was a link, and the line stood below an image."""
    tails = [_TAIL_AFTER_DASH.match(line.text) for line in lines]
    counts = Counter(tail[1].casefold() for tail in tails if tail)
    for line, tail in zip(lines, tails, strict=True):
        if line.role is not _Role.TEXT:
            continue
        repeated = tail is not None and counts[tail[1].casefold()] > 1
        if (tail is not None and (repeated or is_source_note(tail[1]))) or is_source_note(_LINK.sub("", line.text)):
            line.role = _Role.CAPTION


def _mark_titles(lines: Sequence[_Line]) -> None:
    numbered = [line for line in lines if line.role is _Role.TEXT and _is_numbered_title(line)]
    if len(numbered) >= 2:
        for line in numbered:
            line.role = _Role.NUMBERED_TITLE
        return
    has_sections = any(line.role is _Role.SECTION for line in lines)
    section = None if has_sections else Section.OTHER
    for line, below in zip_longest(lines, lines[1:]):
        if line.role is _Role.SECTION:
            section = line.section
        elif section not in (None, Section.MENTIONS) and _is_title(line, below):
            line.role = _Role.TITLE


def _is_numbered_title(line: _Line) -> bool:
    return line.label.parts == 2 and width(line.text) <= _TITLE_WIDEST and not ends_a_sentence(line.text)


def _is_title(line: _Line, below: _Line | None) -> bool:
    """True for a short line above a paragraph."""
    if line.role is not _Role.TEXT or below is None or below.role not in (_Role.TEXT, _Role.ENTRY):
        return False
    if width(line.text) > _TITLE_WIDEST or ends_a_sentence(line.text) or "://" in line.text:
        return False
    is_paragraph = bool(_SENTENCE_END.search(below.text)) or "://" in below.text
    return is_paragraph and (width(below.text) >= _PARAGRAPH_LEAST or width(below.text) > width(line.text))


def _block(line: _Line) -> Block:
    match line.role:
        case _Role.SECTION:
            return Block(BlockKind.HEADING, (Run(one_line(line.text)),), level=2)
        case _Role.NUMBERED_TITLE:
            return Block(BlockKind.HEADING, (Run(one_line(line.text)),), level=3)
        case _Role.TITLE:
            return Block(BlockKind.PARAGRAPH, (Run(one_line(line.text), bold=True),))
        case _Role.ENTRY:
            return Block(BlockKind.ENTRY, (Run(line.text),), level=1 + line.indent // 4)
        case _Role.CAPTION:
            return Block(BlockKind.CAPTION, (Run(line.text),))
        case _Role.RULE:
            return Block(BlockKind.RULE)
        case _Role.TEXT:
            return Block(BlockKind.PARAGRAPH, (Run(line.text),))
