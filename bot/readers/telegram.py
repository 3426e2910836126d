"""Telegram channels without being in them: public previews, exports of Telegram Desktop and plain dumps."""

from __future__ import annotations

from datetime import datetime

from bot.domain.documents import DecodedDocument, ParsedSource
from bot.domain.errors import ReadError
from bot.readers.telegram_dump import looks_like_dump, read_dump
from bot.readers.telegram_export import looks_like_export, read_export
from bot.readers.telegram_preview import looks_like_preview, read_preview

__all__ = ["looks_like_dump", "looks_like_export", "looks_like_preview", "read"]


def read(document: DecodedDocument, *, language: str | None = None, now: datetime) -> ParsedSource:
    """One document a post, with one item each. `language` is a hint for posts too short to tell. Raises ReadError."""
    text = document.text
    if looks_like_export(text):
        return read_export(text, now=now, language=language)
    if looks_like_preview(text):
        return read_preview(text, now=now, language=language)
    if text.lstrip().startswith(("<", "{", "[")):
        raise ReadError("This is neither a public preview nor an export of a Telegram channel.")
    return read_dump(text, language=language)
