"""What the results of a question can be narrowed to: the languages, sections and years that occur among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo

from bot.domain.communities import Viewer
from bot.domain.indexed_items import StoredDocument
from bot.domain.matching import facet_token
from bot.domain.question import Appeared, Facet, Node, Question
from bot.domain.question_parser import parse_question
from bot.domain.question_text import filters_of, rerooted, with_days, with_filter, without_filter
from bot.domain.question_tree import alternatives, every
from bot.domain.sections import Section
from bot.services.clubs import Asking
from bot.services.ports import Clock
from bot.services.search import Asked, by_its_calendar, find, outcome_of
from storage.database import Database
from storage.unit_of_work import UnitOfWork

MOST_LANGUAGES, MOST_YEARS = 9, 8
_SECTIONS = {facet_token("section", section): section.value for section in Section}


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What a question, as it is read, can be narrowed to: each language, section and year with the number of stories
    that there would be, at least so many for those of the facets `at_least`. Those that are chosen already are among
    them, even with none. `found` stories fit as it is, or more where that is not exact."""

    question: Question
    languages: Mapping[str, int]
    sections: Mapping[str, int]
    years: Mapping[str, int]
    found: int
    exact: bool
    at_least: frozenset[str] = frozenset()

    @property
    def year(self) -> str | None:
        """The year that is chosen, None where no whole one is."""
        return chosen_year(self.question)


def are_filtered(question: Question) -> bool:
    """Whether something is asked for that can be chosen here, and taken back."""
    chosen = (*filters_of(question, Facet.LANGUAGE), *filters_of(question, Facet.SECTION))
    return bool(chosen) or any(isinstance(part, Appeared) for part in question.root.parts)


def chosen_year(question: Question) -> str | None:
    """The year that a question is about, None where it is about no whole one."""
    spans = [part for part in question.root.parts if isinstance(part, Appeared)]
    return _year_of(spans[0]) if spans else None


def can_be_widened(question: Question) -> bool:
    """Whether there are filters, and something else to look for without them."""
    parts = question.root.parts
    return any(map(_is_filter, parts)) and not all(map(_is_filter, parts))


def _is_filter(part: Node) -> bool:
    return isinstance(part, Appeared) or alternatives(part) is not None


class SearchFilters:
    """Tells what a question can be narrowed to, and narrows it."""

    def __init__(self, database: Database, clock: Clock, zone: tzinfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone

    async def choices(
        self, viewer: Viewer, words: str, *, asking: Asking | None, language: str | None, literal: bool
    ) -> FilterChoices:
        """What the results of a question can be narrowed to for those who ask; of one that finds nothing, those of
        what is shown instead."""
        asked = Asked(words, self._clock(), viewer, asking, self._zone, language, literal)
        return await self._database.query(lambda uow: _choices(uow, by_its_calendar(uow, asked)))

    def changed(self, words: str, facet: str, picked: Mapping[str, bool]) -> str:
        """The text of a question for which values of a facet ("lang", "section", "year") are now on or off. What is no
        such value changes nothing."""
        question = parse_question(words, self._clock(), self._zone)
        for value, is_on in picked.items():
            question = _changed(question, facet, value, is_on=is_on)
        return question.typed

    def without(self, words: str) -> str:
        """The text of a question without its filters; what it excludes stays."""
        question = parse_question(words, self._clock(), self._zone)
        return rerooted(question, every([part for part in question.root.parts if not _is_filter(part)])).typed


def _changed(question: Question, facet: str, value: str, *, is_on: bool) -> Question:
    if facet == "year":
        return _in_year(question, value) if is_on else with_days(question, None, None)
    if facet == "lang" and value.isascii() and value.isalpha() and len(value) < 4:
        kind = Facet.LANGUAGE
    elif facet == "section" and value in set(Section):
        kind = Facet.SECTION
    else:
        return question
    if is_on is (value in filters_of(question, kind)):
        return question
    return with_filter(question, kind, value) if is_on else without_filter(question, kind, value)


def _in_year(question: Question, value: str) -> Question:
    if not (value.isascii() and value.isdecimal() and len(value) == 4 and value[0] in "12"):
        return with_days(question, None, None)
    return with_days(question, date(int(value), 1, 1), date(int(value), 12, 31))


def _choices(uow: UnitOfWork, asked: Asked) -> FilterChoices:
    found = find(uow, asked, 1, 1)
    question = found.question
    count = _Counter(uow, asked)
    any_language, any_section = without_filter(question, Facet.LANGUAGE), without_filter(question, Facet.SECTION)
    any_day = with_days(question, None, None)
    languages, sections = count.of(any_language, _language), count.of(any_section, _section)
    years = count.of(any_day, _year)
    chosen = (filters_of(question, Facet.LANGUAGE), filters_of(question, Facet.SECTION))
    year = chosen_year(question)
    for counted, values in ((languages, chosen[0]), (sections, chosen[1]), (years, (year,) if year else ())):
        if len(values) == 1:  # how many these are is known, even where too many have something else
            counted[values[0]] = max(counted[values[0]], found.whole)
    of_facets = {"lang": any_language, "section": any_section, "year": any_day}
    return FilterChoices(
        question,
        _most(languages, MOST_LANGUAGES, chosen[0]),
        {one: sections[one] for one in Section if sections[one] or one in chosen[1]},
        dict(sorted(_most(years, MOST_YEARS, ()).items(), reverse=True)),
        found.whole,
        found.exact,
        frozenset(name for name, one in of_facets.items() if not count.is_exact(one)),
    )


class _Counter:
    """Counts stories by what their items that fit are."""

    def __init__(self, uow: UnitOfWork, asked: Asked) -> None:
        self._uow = uow
        self._asked = asked
        self._known: dict[Question, list[list[StoredDocument]]] = {}
        self._exact: dict[Question, bool] = {}

    def of(self, question: Question, kind: Callable[[StoredDocument], str]) -> Counter[str]:
        counted: Counter[str] = Counter()
        for documents in self._stories(question):
            counted.update({one for document in documents if (one := kind(document))})
        return counted

    def is_exact(self, question: Question) -> bool:
        """Whether all that fits has been counted."""
        self._stories(question)
        return self._exact[question]

    def _stories(self, question: Question) -> list[list[StoredDocument]]:
        """The documents of each story; of those with everything that was asked for, where there are some."""
        if question not in self._known:
            outcome = outcome_of(self._uow, question, self._asked)
            self._exact[question] = outcome.found.exact
            stories = tuple(one for one in outcome.stories if one.complete) or outcome.stories
            ids = [[fit.item_id for fit in story.fits] for story in stories]
            documents = self._uow.search_index.documents([item_id for some in ids for item_id in some])
            known = {one.item_id: one for one in documents}
            self._known[question] = [[known[one] for one in some if one in known] for some in ids]
        return self._known[question]


def _most(counted: Counter[str], most: int, chosen: Iterable[str]) -> dict[str, int]:
    """The most frequent ones, and those that are chosen."""
    names = dict.fromkeys([*chosen, *(name for name, _count in counted.most_common())])
    return {name: counted[name] for name in list(names)[:most]}


def _language(document: StoredDocument) -> str:
    return document.language


def _section(document: StoredDocument) -> str:
    return next((section for token in document.place.split() if (section := _SECTIONS.get(token))), "")


def _year(document: StoredDocument) -> str:
    return f"{document.appeared_on:%Y}"


def _year_of(span: Appeared) -> str | None:
    if span.first is None or span.last is None:
        return None
    year = span.first.year
    return str(year) if (span.first, span.last) == (date(year, 1, 1), date(year, 12, 31)) else None
