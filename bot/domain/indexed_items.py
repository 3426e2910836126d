"""What of an item is searched, and what an index is given of it: a row of tokens for each field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from bot.domain.analysis import Analyser, primary_tag
from bot.domain.item_words import row_of, words_of
from bot.domain.items import ParsedItem
from bot.domain.matching import facet_token

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class IndexedItem:
    """What of an item is searched: what it says and where it stands. `appeared_at` is aware."""

    item_id: int
    content: ParsedItem
    source_id: int
    source_title: str
    document_id: int
    appeared_at: datetime


class StoredDocument(NamedTuple):  # hundreds are made to answer a question, in a third of a dataclass's time
    """An item as an index holds it, and as scores are worked out of it.

    `language` is a primary tag or "". `day` counts from 1970-01-01 in UTC. `length` is the number of tokens of the
    body. The fields hold their tokens in order, parted and framed by one space (" a b "), or nothing: whether a row of
    tokens stands in one is a search for a part of a string.
    """

    item_id: int
    language: str
    day: int
    source_id: int
    length: int
    title: str
    names: str
    body: str
    original: str
    place: str
    forms: str

    @property
    def appeared_on(self) -> date:
        """The day in UTC."""
        return date_of(self.day)


def indexed(analyser: Analyser, item: IndexedItem) -> StoredDocument:
    """What an index is given of an item. The same for the same item, as long as the analyser's version is the same."""
    content, words = item.content, words_of(analyser, item.content)
    language, day = primary_tag(content.language), day_of(item.appeared_at)
    around = _place(analyser, content.heading, item.source_title, content.language)
    facets = (
        facet_token("section", content.section),
        facet_token("document", item.document_id),
        *words.facets,
        *facets_of(language, day, item.source_id),
    )
    return StoredDocument(
        item_id=item.item_id,
        language=language,
        day=day,
        source_id=item.source_id,
        length=words.length,
        title=words.title,
        names=words.names,
        body=words.body,
        original=words.original,
        place=row_of(around + facets),
        forms=words.forms,
    )


@lru_cache(1024)  # many items in a row are of the same place
def _place(analyser: Analyser, heading: str | None, source_title: str, language: str | None) -> tuple[str, ...]:
    analysis = analyser.text(f"{heading or ''}\n{source_title}", language)
    return analysis.stems + analysis.forms


def day_of(moment: datetime) -> int:
    """The day in UTC, counted from 1970-01-01."""
    return moment.astimezone(UTC).toordinal() - _EPOCH


def date_of(day: int) -> date:
    """The date of a day that is counted so."""
    return date.fromordinal(_EPOCH + day)


def facets_of(language: str, day: int, source_id: int) -> tuple[str, ...]:
    """The facets that follow from what is known of every item: a primary tag or "", the day as in `StoredDocument`."""
    return _of_source(language, source_id) + _of_day(day)  # apart: few are remembered, of which many meet


@lru_cache(1024)
def _of_source(language: str, source_id: int) -> tuple[str, ...]:
    of_language = (facet_token("lang", language),) if language else ()
    return facet_token("all"), *of_language, facet_token("source", source_id)


@lru_cache(4096)
def _of_day(day: int) -> tuple[str, ...]:
    appeared = date_of(day)
    return (
        facet_token("year", f"{appeared:%Y}"),
        facet_token("month", f"{appeared:%Y%m}"),
        facet_token("day", f"{appeared:%Y%m%d}"),
    )
