"""Newsletters: an issue as Markdown with front matter, or as bare text."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from itertools import islice

from bot.domain.documents import DecodedDocument, ParsedDocument, ParsedSource
from bot.domain.errors import ReadError
from bot.domain.links import clean_url
from bot.domain.sections import classify
from bot.domain.sources import SourceKind
from bot.readers.blocks import Block, BlockKind, one_line
from bot.readers.dates import date_in_name, parse_date
from bot.readers.front_matter import split_front_matter
from bot.readers.issue import split_blocks, whole_text
from bot.readers.labels import ends_a_sentence, width
from bot.readers.language import detect
from bot.readers.markdown import blocks_of_markdown
from bot.readers.plain_text import blocks_of_plain_text

_FUTURE = timedelta(days=1)  # clocks and zones differ; what lies further ahead is a mistake
_MARKUP = re.compile(
    r"^#{1,6}[ \t]*\S|\]\([ \t]*<?(?:h?ttps?:|/|#)|^!\["
    r"|^[ \t]*(?:\*\*|__)\S.*(?:\*\*|__)[ \t]*\\*$|^[ \t]*[-*+][ \t]+(?:\*\*|\[)",
    re.M,
)
_MARKUP_LEAST = 2


def read(document: DecodedDocument, *, language: str | None = None, now: datetime) -> ParsedSource:
    """The issue that a text holds. `language` is a hint. Pure: may be repeated. Raises ReadError."""
    values, body = split_front_matter(document.text)
    blocks = blocks_of_markdown(body) if values or _has_markup(body) else blocks_of_plain_text(body)
    title = values.get("title") or _title_in(blocks)
    hint = language or values.get("lang") or values.get("language")
    spoken = detect(_sample(blocks), hint=hint)
    url = clean_url(values.get("canonical_url") or values.get("url") or values.get("permalink") or "") or _web(document)
    issue = split_blocks(_without_title(blocks, title), base_url=url, language=spoken)
    items = issue.items
    if not issue.is_issue:
        single = whole_text(_without_title(blocks, title), title=title, base_url=url, language=spoken)
        items = (single,) if single else ()
    if not items:
        raise ReadError("The document holds no text that could be an issue.")
    parsed = ParsedDocument(
        guid=url or guid_of(document),
        url=url,
        title=title,
        language=spoken,
        published_at=published(values.get("date"), document, now=now),
        items=items,
    )
    return ParsedSource(SourceKind.NEWSLETTER, title, spoken, (parsed,), document.damage)


def looks_like_newsletter(text: str) -> bool:
    """True for a text with front matter, or one that falls into sections and items."""
    values, body = split_front_matter(text)
    if values:
        return True
    blocks = blocks_of_markdown(body) if _has_markup(body) else blocks_of_plain_text(body)
    return split_blocks(blocks).is_issue


def guid_of(document: DecodedDocument) -> str:
    """What tells the document from others of its source: its address, else its content."""
    if document.address and document.address != "-":
        return document.address
    return "sha256:" + hashlib.sha256(document.text.encode("utf-8", "replace")).hexdigest()


def published(written: str | None, document: DecodedDocument, *, now: datetime) -> datetime | None:
    """When a document says that it was published: the date as written, else the one in its name; never ahead."""
    found = parse_date(written, now=now) if written else None
    found = found or date_in_name(document.address)
    return found if found is not None and found <= now + _FUTURE else None


def _has_markup(text: str) -> bool:
    return sum(1 for _ in islice(_MARKUP.finditer(text), _MARKUP_LEAST)) == _MARKUP_LEAST


def _web(document: DecodedDocument) -> str | None:
    return clean_url(document.address) if document.address.startswith(("http://", "https://")) else None


def _title_in(blocks: list[Block]) -> str | None:
    """The title that a document without front matter begins with: a heading unlike the others, or a short line."""
    first = next((block for block in blocks if block.is_textual), None)
    if first is None:
        return None
    text = one_line(first.text)
    if first.kind is BlockKind.HEADING:
        others = [b.level for b in blocks if b.kind is BlockKind.HEADING and b is not first]
        if others and first.level < min(others):
            return text
        peers = [b for b in blocks if b.kind is BlockKind.HEADING and b is not first and b.level <= first.level]
        known = sum(1 for block in peers if classify(one_line(block.text)))
        return text if not peers or (classify(text) is None and known * 2 > len(peers)) else None
    is_line = first.kind is BlockKind.PARAGRAPH and width(text) <= 160 and not ends_a_sentence(text)
    return text if is_line and not first.urls else None


def _without_title(blocks: list[Block], title: str | None) -> list[Block]:
    """The blocks without the title, unless it says of which section everything below it is."""
    if not title or classify(title) is not None:
        return blocks
    return [block for block in blocks if not (block.is_textual and one_line(block.text) == title)]


def _sample(blocks: list[Block]) -> str:
    return "\n".join(one_line(block.text) for block in blocks if block.is_textual)
