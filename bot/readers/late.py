"""The readers, loaded when the first document comes: they take a quarter of a second and 10 MB, and a start, a search
or a process that leaves all reading to others needs none of them."""

from __future__ import annotations

from datetime import datetime

from bot.domain.documents import ParsedSource, RawDocument
from bot.domain.ingest import storable
from bot.domain.item_words import add_words
from bot.domain.items import ParsedItem
from bot.domain.posts import ChatPost
from bot.domain.sources import SourceKind


def read(
    raw: RawDocument,
    *,
    now: datetime,
    kind: SourceKind | None = None,
    language: str | None = None,
    with_words: bool = False,
) -> ParsedSource:
    """`bot.readers.recognise.read`; `with_words`: each item brings its words."""
    from bot.readers import recognise

    parsed = recognise.read(raw, now=now, kind=kind, language=language)
    if not with_words:
        return parsed
    from storage.stemming import analyser

    return add_words(analyser(), storable(parsed))


def read_post(post: ChatPost, language: str | None) -> ParsedItem | None:
    """`bot.readers.chat_posts.read_post`."""
    from bot.readers import chat_posts

    return chat_posts.read_post(post, language)
