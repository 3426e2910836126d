"""Values of filters in questions: what each filter may be given, and what it then asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.domain.matching import Field
from bot.domain.question import Appeared, Facet, Filter, Node
from bot.domain.question_dates import read_period
from bot.domain.question_signs import ALPHANUMERIC, unquoted
from bot.domain.question_tree import either
from bot.domain.question_words import Name, has_of, language_of, mine_of, section_named, section_of

LONGEST_VALUE = 80

FIELDS = {Name.TITLE: Field.TITLE, Name.AUTHOR: Field.NAMES}
"""Filters that are given words."""
DATES = frozenset((Name.AFTER, Name.BEFORE, Name.UNTIL, Name.ON))
IN_SEVERAL_WORDS = DATES | {Name.LANGUAGE, Name.SECTION}
"""Filters whose values may have spaces without quotation marks: they can be told from the words behind them."""

_COMMA = re.compile("[,，、]")
_NUMBER = re.compile(r"[#№]?([0-9]{1,18})")


def condition(name: Name, words: str, today: date, *, quoted: bool) -> Node | None:
    """What a filter asks for that is no field, given these words, of several values between commas for any of them;
    None where it knows not all of them."""
    if name in DATES:
        return _appeared(name, words, today)
    values = [words] if quoted else [value for value in _COMMA.split(words) if value]
    filters = [_filter(name, value, quoted=quoted) for value in values]
    known = [one for one in filters if one is not None]
    return either(known) if known and len(known) == len(filters) else None


def _appeared(name: Name, words: str, today: date) -> Appeared | None:
    period = read_period(words, today)
    if period is None:
        return None
    if name is Name.AFTER:
        return Appeared(period.first, None)
    if name is Name.ON:
        return Appeared(period.first, period.last)
    return Appeared(None, period.last if name is Name.UNTIL else period.first - timedelta(days=1))


def _filter(name: Name, words: str, *, quoted: bool) -> Filter | None:
    if name is Name.SECTION and " " in words and not quoted:
        section = section_named(words)  # "section:tools for teachers" is not of a heading of these words
        return Filter(Facet.SECTION, section.value) if section else None
    read, facet = _READERS[name]
    value = read(words)
    return Filter(facet, str(value)) if value else None


def _plain(words: str) -> str:
    value = unquoted(words)[:LONGEST_VALUE].strip()
    return value if ALPHANUMERIC.search(value) else ""


def _number(words: str) -> str:
    found = _NUMBER.fullmatch(words)
    return str(int(found[1])) if found else ""


_READERS: dict[Name, tuple[Callable[[str], str | None], Facet]] = {
    Name.LANGUAGE: (language_of, Facet.LANGUAGE),
    Name.SECTION: (section_of, Facet.SECTION),
    Name.HAS: (has_of, Facet.HAS),
    Name.IS: (mine_of, Facet.IS),
    Name.ID: (_number, Facet.ID),
    Name.SOURCE: (_plain, Facet.SOURCE),
    Name.ISSUE: (_plain, Facet.ISSUE),
}
