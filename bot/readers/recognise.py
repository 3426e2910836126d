"""What kind of source a document is, by what it holds and never by its name; and reading it as that."""

from __future__ import annotations

from datetime import datetime

from bot.domain.documents import DecodedDocument, ParsedSource, RawDocument
from bot.domain.errors import ReadError
from bot.domain.sources import SourceKind
from bot.readers import feed, newsletter, telegram, webpage
from bot.readers.binary import refuse_bytes, refuse_known_format
from bot.readers.encoding import decode


def read(
    raw: RawDocument, *, now: datetime, kind: SourceKind | None = None, language: str | None = None
) -> ParsedSource:
    """What a document holds. `kind` None: recognised; `language` is a hint for texts that do not tell.

    Pure: the same bytes give the same result. Raises ReadError.
    """
    if not raw.body.strip():
        raise ReadError("The document is empty.")
    refuse_known_format(raw.body)
    document = decode(raw)
    refuse_bytes(raw.body, document.encoding)
    match kind or recognise(document):
        case SourceKind.FEED:
            return feed.read(document, language=language, now=now)
        case SourceKind.TELEGRAM:
            return telegram.read(document, language=language, now=now)
        case SourceKind.WEBPAGE:
            return webpage.read(document, language=language, now=now)
        case SourceKind.DISCORD:
            raise ReadError("Nothing can be fetched from Discord: /watch in a channel there has its posts read.")
        case SourceKind.NEWSLETTER:
            return newsletter.read(document, language=language, now=now)


def recognise(document: DecodedDocument) -> SourceKind:
    """The kind of a document; text that is nothing else is a newsletter."""
    text = document.text
    if feed.looks_like_feed(text, document.content_type):
        return SourceKind.FEED
    if telegram.looks_like_export(text) or telegram.looks_like_preview(text):
        return SourceKind.TELEGRAM
    if webpage.looks_like_webpage(text, document.content_type):
        return SourceKind.WEBPAGE
    if telegram.looks_like_dump(text):
        return SourceKind.TELEGRAM
    return SourceKind.NEWSLETTER
