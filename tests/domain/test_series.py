"""Series: which days they come to, when those are reached, and how calendars are told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.series import (
    LAST,
    NTHS,
    Repeat,
    SeriesRule,
    as_json,
    from_json,
    nth_weekday,
    occurrence_at,
    occurrences,
    rrule,
)

SATURDAY = 5
SATURDAYS = SeriesRule(Repeat.WEEKLY, SATURDAY, time(18), "Europe/Moscow", date(2026, 12, 1))


def changed(rule: SeriesRule, **values: Any) -> SeriesRule:
    return SeriesRule(**{name: getattr(rule, name) for name in SeriesRule.__slots__} | values)


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@st.composite
def rules(draw: st.DrawFn) -> SeriesRule:
    repeat = draw(st.sampled_from(Repeat))
    start = draw(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
    return SeriesRule(
        repeat=repeat,
        weekday=draw(st.integers(0, 6)),
        at=time(draw(st.integers(0, 23)), draw(st.integers(0, 59))),
        zone=draw(st.sampled_from(["Europe/Berlin", "America/New_York", "Europe/Moscow", "UTC"])),
        start=start,
        nth=draw(st.sampled_from(NTHS)) if repeat is Repeat.MONTHLY else None,
        count=draw(st.none() | st.integers(1, 40)),
        last_day=draw(st.none() | st.dates(start, start + timedelta(days=900))),
        skipped=draw(st.frozensets(st.dates(start, start + timedelta(days=100)), max_size=5)),
    )


def test_a_weekly_series_begins_on_the_first_such_day():
    assert occurrences(SATURDAYS, None, 3) == days("2026-12-05", "2026-12-12", "2026-12-19")
    assert occurrences(changed(SATURDAYS, start=date(2026, 12, 5)), None, 1) == days("2026-12-05")


def test_a_series_every_second_week_keeps_its_step_from_wherever_it_is_asked():
    rule = changed(SATURDAYS, repeat=Repeat.FORTNIGHTLY)
    assert occurrences(rule, None, 3) == days("2026-12-05", "2026-12-19", "2027-01-02")
    assert occurrences(rule, date(2026, 12, 6), 1) == days("2026-12-19")
    assert occurrences(rule, date(2026, 12, 19), 1) == days("2027-01-02")


@pytest.mark.parametrize(
    ("nth", "expected"),
    [
        (1, days("2026-12-05", "2027-01-02", "2027-02-06")),
        (3, days("2026-12-19", "2027-01-16", "2027-02-20")),
        (LAST, days("2026-12-26", "2027-01-30", "2027-02-27")),
    ],
)
def test_a_monthly_series_is_on_one_of_the_months_weekdays(nth, expected):
    assert occurrences(changed(SATURDAYS, repeat=Repeat.MONTHLY, nth=nth), None, 3) == expected


def test_a_monthly_series_whose_day_is_over_this_month_begins_in_the_next():
    rule = changed(SATURDAYS, repeat=Repeat.MONTHLY, nth=1, start=date(2026, 12, 6))
    assert occurrences(rule, None, 1) == days("2027-01-02")


def test_skipped_days_are_left_out_and_the_others_stay():
    rule = changed(SATURDAYS, skipped=frozenset(days("2026-12-12", "2026-12-26")))
    assert occurrences(rule, None, 3) == days("2026-12-05", "2026-12-19", "2027-01-02")


def test_a_series_ends_after_its_count_skipped_days_included():
    rule = changed(SATURDAYS, count=3, skipped=frozenset(days("2026-12-12")))
    assert occurrences(rule, None, 10) == days("2026-12-05", "2026-12-19")
    assert occurrences(rule, date(2026, 12, 19), 10) == []


def test_a_series_ends_with_its_last_day():
    assert occurrences(changed(SATURDAYS, last_day=date(2026, 12, 12)), None, 10) == days("2026-12-05", "2026-12-12")
    assert occurrences(changed(SATURDAYS, last_day=date(2026, 12, 4)), None, 10) == []


def test_a_series_without_an_end_ends_with_the_calendar():
    assert occurrences(SATURDAYS, date(9999, 12, 20), 10) == days("9999-12-25")
    assert occurrences(changed(SATURDAYS, repeat=Repeat.MONTHLY, nth=2), date(9999, 12, 20), 10) == []


@pytest.mark.parametrize(
    "wrong",
    [{"weekday": 7}, {"nth": 1}, {"repeat": Repeat.MONTHLY}, {"repeat": Repeat.MONTHLY, "nth": 5}, {"count": 0}],
)
def test_a_rule_that_makes_no_sense_cannot_be_made(wrong):
    with pytest.raises(ValueError):
        changed(SATURDAYS, **wrong)


def in_utc(rule: SeriesRule, count: int) -> list[str]:
    return [f"{occurrence_at(rule, day):%m-%d %H:%M}" for day in occurrences(rule, None, count)]


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        # Berlin, Moscow and New York change their clocks on different days, or not at all.
        ("Europe/Berlin", date(2026, 3, 21), ["03-21 17:00", "03-28 17:00", "04-04 16:00"]),
        ("Europe/Berlin", date(2026, 10, 17), ["10-17 16:00", "10-24 16:00", "10-31 17:00"]),
        ("America/New_York", date(2026, 2, 28), ["02-28 23:00", "03-07 23:00", "03-14 22:00"]),
        ("America/New_York", date(2026, 10, 24), ["10-24 22:00", "10-31 22:00", "11-07 23:00"]),
        ("Europe/Moscow", date(2026, 3, 21), ["03-21 15:00", "03-28 15:00", "04-04 15:00"]),
        ("Europe/Moscow", date(2026, 10, 17), ["10-17 15:00", "10-24 15:00", "10-31 15:00"]),
    ],
)
def test_a_series_keeps_its_wall_time_over_changes_of_the_clock(zone, start, expected):
    assert in_utc(changed(SATURDAYS, zone=zone, start=start), 3) == expected


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        ("Europe/Berlin", date(2026, 3, 21), ["16:00", "16:00", "17:00"]),
        ("Europe/Berlin", date(2026, 10, 17), ["17:00", "17:00", "16:00"]),
        ("America/New_York", date(2026, 2, 28), ["10:00", "10:00", "11:00"]),
        ("America/New_York", date(2026, 10, 24), ["11:00", "11:00", "10:00"]),
    ],
)
def test_readers_elsewhere_see_a_moscow_series_at_their_own_time(zone, start, expected):
    rule = changed(SATURDAYS, start=start)
    seen = [occurrence_at(rule, day).astimezone(ZoneInfo(zone)) for day in occurrences(rule, None, 3)]
    assert [f"{at:%H:%M}" for at in seen] == expected


def test_an_occurrence_in_a_gap_is_when_the_clock_jumps_and_in_an_overlap_the_first():
    sundays = changed(SATURDAYS, weekday=6, at=time(2, 30), zone="Europe/Berlin", start=date(2026, 3, 22))
    assert in_utc(sundays, 3) == ["03-22 01:30", "03-29 01:00", "04-05 00:30"]
    assert in_utc(changed(sundays, start=date(2026, 10, 25)), 2) == ["10-25 00:30", "11-01 01:30"]


def test_calendars_are_told_by_weekday_with_its_number_interval_and_end():
    assert rrule(SATURDAYS) == "FREQ=WEEKLY;BYDAY=SA"
    assert rrule(changed(SATURDAYS, repeat=Repeat.FORTNIGHTLY, count=5)) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;COUNT=5"
    first = changed(SATURDAYS, repeat=Repeat.MONTHLY, nth=1, last_day=date(2027, 3, 6))
    assert rrule(first) == "FREQ=MONTHLY;BYDAY=1SA;UNTIL=20270306T150000Z"
    assert rrule(changed(first, nth=LAST, last_day=None)) == "FREQ=MONTHLY;BYDAY=-1SA"


@given(rules(), st.integers(-50, 2000))
def test_another_reader_of_the_rule_comes_to_the_same_days(rule, ahead):
    after = rule.start + timedelta(days=ahead)
    ours = occurrences(changed(rule, skipped=frozenset()), after, 3)
    first = occurrences(changed(rule, skipped=frozenset(), count=None, last_day=None), None, 1)[0]
    if rule.count is None and rule.last_day is not None and rule.last_day < first:
        return  # it has no DTSTART
    start = datetime.combine(first, rule.at, tzinfo=ZoneInfo(rule.zone))
    limited = rrulestr(rrule(rule), dtstart=start)
    theirs = limited.xafter(datetime.combine(after, time.max, tzinfo=start.tzinfo), count=3)
    in_time = [day.date() for day in theirs if rule.last_day is None or day.date() <= rule.last_day]
    assert ours == in_time


@given(rules(), st.integers(-50, 2000))
def test_days_are_in_order_each_once_after_the_one_asked_for_and_never_skipped(rule, ahead):
    after = rule.start + timedelta(days=ahead)
    found = occurrences(rule, after, 20)
    assert found == sorted(set(found))
    assert all(after < day and rule.start <= day and day.weekday() == rule.weekday for day in found)
    assert not rule.skipped & set(found)
    assert all(occurrence_at(rule, day).tzinfo is UTC for day in found)


@given(rules())
def test_a_rule_is_stored_and_read_as_it_is(rule):
    assert from_json(json.loads(json.dumps(as_json(rule)))) == rule


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(0, 6))
@example(9999, 12, 4)
def test_the_last_weekday_of_a_month_is_its_fourth_or_fifth(year, month, weekday):
    last, fourth = nth_weekday(year, month, weekday, LAST), nth_weekday(year, month, weekday, 4)
    assert last.month == month
    assert (last - fourth).days in (0, 7)
    assert (last - timedelta(days=7)).month == month
