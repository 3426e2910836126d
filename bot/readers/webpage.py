"""Web pages: an issue as an HTML page among page chrome, or the saved plain text of one."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from itertools import islice

from bot.domain.documents import DecodedDocument, ParsedDocument, ParsedSource
from bot.domain.errors import ReadError
from bot.domain.items import ParsedItem
from bot.domain.links import clean_url
from bot.domain.sections import Section, classify
from bot.domain.sources import SourceKind
from bot.readers.blocks import Block, BlockKind, one_line
from bot.readers.html_blocks import blocks_of_html, parse_html
from bot.readers.issue import split_blocks, whole_text
from bot.readers.labels import comparable, ends_a_sentence, width
from bot.readers.language import detect
from bot.readers.newsletter import guid_of, published
from bot.readers.page import read_page, written_date
from bot.readers.plain_text import blocks_of_plain_text
from bot.readers.references import extract_references

_PAGE_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|div|main)\b", re.I | re.S
)
_TAGS = re.compile(r"</(?:p|div|li|h[1-6]|td|span|a)>", re.I)
_TAGS_LEAST = 20
_SHORT_ELEMENT = re.compile(r"<(h[1-6]|strong|b)\b[^>]*>([^\n]{1,200}?)</\1>", re.I)
_ISSUE_LEAST = 600  # letters of markup; an issue has several sections with several items each
_ELEMENTS_MOST = 60
_TOP_LINES = 40


def read(document: DecodedDocument, *, language: str | None = None, now: datetime) -> ParsedSource:
    """The issue that a page holds, or the page's article as one item. `language` is a hint.

    Pure: may be repeated. Raises ReadError; where the page names feeds, the error offers them.
    """
    if _is_html(document.text, document.content_type):
        return _read_html(document, language=language, now=now)
    return _read_text(document, language=language, now=now)


def looks_like_webpage(text: str, content_type: str | None = None) -> bool:
    """True for HTML, and for the saved text of a page: one with a table of contents and numbered references."""
    return _is_html(text, content_type) or _is_saved_text(text)


def split_issue(html: str, *, base_url: str | None, language: str | None) -> tuple[ParsedItem, ...]:
    """The items of a whole issue that came as a fragment of HTML, say in a feed's entry; () where it is none."""
    if not _announces_sections(html):
        return ()
    try:
        blocks = blocks_of_html(html)
    except ReadError:
        return ()
    issue = split_blocks(blocks, base_url=base_url, language=language or detect(_sample(blocks)))
    return issue.items if issue.is_issue else ()


def _announces_sections(html: str) -> bool:
    """A quick look that spares most entries of feeds the work: is there a heading of a section in it, and another?"""
    if len(html) < _ISSUE_LEAST:
        return False
    found: set[Section] = set()
    for element in islice(_SHORT_ELEMENT.finditer(html), _ELEMENTS_MOST):
        section = classify(unescape(re.sub(r"<[^>]*>", "", element[2])).strip())
        if section is not None:
            found.add(section)
        if len(found) > 1:
            return True
    return False


def _read_html(document: DecodedDocument, *, language: str | None, now: datetime) -> ParsedSource:
    address = clean_url(document.address) if document.address.startswith(("http://", "https://")) else None
    page = read_page(parse_html(document.text), base_url=address)
    spoken = detect(_sample(page.blocks), hint=language or page.language)
    items = _items(page.blocks, title=page.title, base_url=page.url, language=spoken)
    if not items:
        raise ReadError("The page holds no text that could be an issue.", feeds=page.feeds)
    parsed = ParsedDocument(
        guid=page.url or guid_of(document),
        url=page.url,
        title=page.title,
        language=spoken,
        published_at=published(page.published, document, now=now),
        items=items,
    )
    return ParsedSource(SourceKind.WEBPAGE, page.site or page.title, spoken, (parsed,), document.damage)


def _read_text(document: DecodedDocument, *, language: str | None, now: datetime) -> ParsedSource:
    blocks = blocks_of_plain_text(document.text)
    spoken = detect(_sample(blocks), hint=language)
    title = _title_in(blocks)
    items = _items(blocks, title=title, base_url=None, language=spoken)
    if not items:
        raise ReadError("The text holds nothing that could be an issue.")
    parsed = ParsedDocument(
        guid=guid_of(document),
        url=None,
        title=title,
        language=spoken,
        published_at=published(written_date("\n".join(block.text for block in blocks[:_TOP_LINES])), document, now=now),
        items=items,
    )
    return ParsedSource(SourceKind.WEBPAGE, title, spoken, (parsed,), document.damage)


def _items(
    blocks: tuple[Block, ...] | list[Block], *, title: str | None, base_url: str | None, language: str | None
) -> tuple[ParsedItem, ...]:
    issue = split_blocks(blocks, base_url=base_url, language=language)
    if issue.is_issue:
        return issue.items
    single = whole_text(blocks, title=title, base_url=base_url, language=language)
    return (single,) if single else ()


def _is_html(text: str, content_type: str | None) -> bool:
    if _PAGE_START.match(text[:5000]):
        return True
    named = content_type is not None and "html" in content_type.lower()
    return named or (text.lstrip().startswith("<") and len(_TAGS.findall(text[:200_000])) >= _TAGS_LEAST)


def _is_saved_text(text: str) -> bool:
    """True for bare text with the marks of a page: bullets of a table of contents, and a list of references."""
    if not re.search(r"^[ \t]*[•◦▪●·][ \t]", text, re.M) or re.search(r"^#{1,6}\s|\]\(", text, re.M):
        return False
    return len(extract_references(blocks_of_plain_text(text)).links) >= 3


def _title_in(blocks: list[Block]) -> str | None:
    """The line above the text that names the page: one that comes twice, as in the breadcrumb and above the text."""
    top = []
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            break
        top.append(one_line(block.text))
    lines = [line for line in top if 12 <= width(line) <= 240 and not ends_a_sentence(line)]
    for line in lines:
        key = comparable(line)
        if sum(1 for other in top if key in comparable(other)) > 1:
            return line
    return None


def _sample(blocks: tuple[Block, ...] | list[Block]) -> str:
    return "\n".join(one_line(block.text) for block in blocks if block.is_textual)
