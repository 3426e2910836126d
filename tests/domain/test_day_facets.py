"""Spans of days as facets: those of a day are in the span exactly when the day is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.day_facets import FIRST_YEAR, appeared_between
from bot.domain.fitting import fitter
from bot.domain.indexed_items import facets_of
from bot.domain.matching import NOTHING, tokens_in
from tests.factories import make_stored_document

_DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(2060, 12, 31))
_BOUNDS = st.none() | _DAYS


def is_in(day: date, first: date | None, last: date | None) -> bool:
    place = f" {' '.join(facets_of('en', (day - date(1970, 1, 1)).days, 1))} "
    return fitter(appeared_between(first, last))(make_stored_document(place=place))


@given(_DAYS, _BOUNDS, _BOUNDS)
def test_a_day_is_in_a_span_between_its_bounds(day: date, first: date | None, last: date | None) -> None:
    for one in {day, first or day, last or day}:
        assert is_in(one, first, last) is ((first or one) <= one <= (last or one))


@given(_DAYS, _DAYS)
def test_the_days_beside_a_span_are_not_in_it(first: date, last: date) -> None:
    assert not is_in(first - timedelta(1), first, last)
    assert not is_in(last + timedelta(1), first, last)


@pytest.mark.parametrize(
    ("first", "last", "tokens"),
    [
        (date(2020, 1, 1), date(2020, 12, 31), 1),
        (date(2020, 2, 1), date(2020, 2, 29), 1),
        (date(2019, 12, 31), date(2021, 1, 1), 3),
        (date(2020, 2, 27), date(2020, 4, 1), 5),
    ],
)
def test_a_span_is_asked_for_by_its_years_months_and_days(first: date, last: date, tokens: int) -> None:
    assert tokens_in(appeared_between(first, last)) == tokens


@given(_BOUNDS, _BOUNDS)
def test_no_span_is_asked_for_by_more_than_some_facets(first: date | None, last: date | None) -> None:
    assert tokens_in(appeared_between(first, last)) <= 2 * 30 + 2 * 11 + 111


def test_nothing_is_in_a_span_that_ends_before_it_begins() -> None:
    assert appeared_between(date(2020, 1, 2), date(2020, 1, 1)) == NOTHING
