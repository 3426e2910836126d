"""What of an item is searched, and what an index is given of it: a row of tokens for each field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from bot.domain.analysis import Analyser, Analysis, primary_tag
from bot.domain.matching import FACET, facet_token
from bot.domain.papers import PaperId
from bot.domain.question import Has
from bot.domain.sections import Section

_EPOCH = date(1970, 1, 1).toordinal()
_SHOWN_AS_PDF = frozenset(("arxiv", "acl", "openreview"))
_REPOSITORY = re.compile(r"(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|huggingface\.co)/([^/?#]+/[^/?#]+)")
_NO_OWNER = frozenset(("papers", "blog", "docs", "spaces", "datasets", "features", "topics", "orgs", "about"))
_ORIGINAL_LANGUAGE = "en"  # of which issues are translations; words in other scripts are told by these


@dataclass(frozen=True, slots=True)
class IndexedItem:
    """What of an item is searched. `links`: in the spelling of `link_key`. `appeared_at` is aware."""

    item_id: int
    title: str | None
    text: str
    original_text: str | None
    language: str | None
    authors: tuple[str, ...]
    papers: tuple[PaperId, ...]
    links: tuple[str, ...]
    code: str | None
    section: Section
    heading: str | None
    source_id: int
    source_title: str
    document_id: int
    appeared_at: datetime


@dataclass(frozen=True, slots=True)
class StoredDocument:
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
    title = analyser.text(item.title or "", item.language)
    body = analyser.text(item.text, item.language)
    original = analyser.text(item.original_text or "", _ORIGINAL_LANGUAGE)
    names = analyser.names(_names(item))
    place = _place(analyser, item.heading, item.source_title, item.language)
    language, day = primary_tag(item.language), day_of(item.appeared_at)
    return StoredDocument(
        item_id=item.item_id,
        language=language,
        day=day,
        source_id=item.source_id,
        length=len(body.stems),
        title=_row((*title.stems, *_apart(title.forms))),
        names=_row(names.stems + names.forms),
        body=_row(body.stems),
        original=_row(original.stems),
        place=_row((*place, *_other_facets(item), *facets_of(language, day, item.source_id))),
        forms=_row(tuple(_forms(title, body, original))),
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


def _apart(forms: Iterable[str]) -> Iterator[str]:
    """Forms behind the words of a title, so that none of them stands in a row with another."""
    for form in forms:
        yield FACET
        yield form


def _forms(*analyses: Analysis) -> dict[str, None]:
    return {form: None for analysis in analyses for form in analysis.forms}


def _row(tokens: tuple[str, ...]) -> str:
    return f" {' '.join(tokens)} " if tokens else ""


def _names(item: IndexedItem) -> Iterator[str]:
    """Names and identifiers, each a text of its own."""
    yield from item.authors
    for paper in item.papers:
        yield paper.scheme
        yield paper.value
    repositories: dict[str, None] = {}
    hosts: dict[str, None] = {}
    for link in item.links:
        hosts[link.partition("/")[0].partition(":")[0]] = None
        if repository := _repository(link):
            repositories[repository] = None
    for repository in repositories:
        yield repository
        yield repository.partition("/")[2]
    yield from hosts


def _repository(link: str) -> str | None:
    """The owner and the name ("google/jax") of the repository or model that a link leads into."""
    found = _REPOSITORY.match(link)
    return found[1] if found and found[1].partition("/")[0] not in _NO_OWNER else None


@lru_cache(4096)
def facets_of(language: str, day: int, source_id: int) -> tuple[str, ...]:
    """The facets that follow from what is known of every item: a primary tag or "", the day as in `StoredDocument`."""
    appeared = date_of(day)
    of_language = (facet_token("lang", language),) if language else ()
    return (
        facet_token("all"),
        *of_language,
        facet_token("source", source_id),
        facet_token("year", f"{appeared:%Y}"),
        facet_token("month", f"{appeared:%Y%m}"),
        facet_token("day", f"{appeared:%Y%m%d}"),
    )


def _other_facets(item: IndexedItem) -> Iterator[str]:
    """The facets that do not."""
    yield facet_token("section", item.section)
    yield facet_token("document", item.document_id)
    if item.code or any(map(_repository, item.links)):
        yield facet_token("has", Has.CODE)
    if any(link.endswith(".pdf") for link in item.links) or any(one.scheme in _SHOWN_AS_PDF for one in item.papers):
        yield facet_token("has", Has.PDF)
