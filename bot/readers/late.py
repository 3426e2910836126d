"""The readers, loaded when the first document comes: they take a quarter of a second and 10 MB, and a start, a search
or a process that leaves all reading to others needs none of them."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from bot.domain.analysis import Analyser
from bot.domain.documents import ParsedSource, RawDocument
from bot.domain.ingest import storable
from bot.domain.item_words import add_words
from bot.domain.items import ParsedItem
from bot.domain.posts import ChatPost
from bot.domain.sources import SourceKind

REMEMBERED = 8_000
"""Words that an analyser remembers in each process that reads, in 2 MB. With 30,000 it takes a twentieth less time."""


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
    return add_words(_analyser(), storable(parsed))


@cache
def _analyser() -> Analyser:
    from storage.stemming import analyser

    return analyser().anew(remembered=REMEMBERED)


def read_post(post: ChatPost, language: str | None) -> ParsedItem | None:
    """`bot.readers.chat_posts.read_post`."""
    from bot.readers import chat_posts

    return chat_posts.read_post(post, language)
