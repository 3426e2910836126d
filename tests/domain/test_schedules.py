"""When digests are due: wall times of a zone, across both kinds of change of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digests import DigestWindow
from bot.domain.schedules import (
    EVERY_DAY,
    Schedule,
    after_quiet_hours,
    due_windows,
    last_time,
    moment_of,
    next_times,
    zone_named,
)

QUARTER = timedelta(minutes=15)
NINE = Schedule((time(9),), EVERY_DAY, "UTC")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # numbers all


def reached(zone: str, start: datetime, end: datetime, step: timedelta) -> list[tuple[datetime, list[datetime]]]:
    """The quarters of an hour that a clock on the wall shows for the first time, found by watching it: when, and which.
    Where the clock jumps, those that it jumps over are among them."""
    local = ZoneInfo(zone)
    now = start - timedelta(days=2)
    first = now.astimezone(local).replace(tzinfo=None)
    wall = first - (first - datetime.combine(first.date(), time())) % QUARTER
    seen = []
    while now < end:
        now += step
        shown = now.astimezone(local).replace(tzinfo=None)
        walls = []
        while wall + QUARTER <= shown:
            wall += QUARTER
            walls.append(wall)
        if walls and now > start:
            seen.append((now, walls))
    return seen


@pytest.mark.parametrize(
    ("zone", "year"),
    [
        ("America/New_York", 2026),
        ("Europe/Lisbon", 2026),
        ("Europe/Moscow", 2014),  # back for good
        ("Australia/Lord_Howe", 2026),  # by half an hour
        ("Africa/Casablanca", 2026),  # back for Ramadan
        ("America/Sao_Paulo", 2018),  # at midnight
        ("Pacific/Apia", 2011),  # a whole day is left out
        ("Asia/Kathmandu", 2026),  # never, but it is 5:45 ahead
        ("America/St_Johns", 2011),  # at one minute past midnight
        ("Europe/Dublin", 2026),  # summer is the standard time
        ("Antarctica/Troll", 2026),  # by two hours
    ],
)
def test_a_year_of_minutes_brings_exactly_the_expected_windows(zone: str, year: int) -> None:
    times = (time(0), time(0, 15), time(2), time(2, 30), time(9), time(23, 45))
    start, end = utc(year, 1, 1), utc(year + 1, 1, 1)
    step = timedelta(minutes=1) if zone == "America/St_Johns" else QUARTER  # no other changes between two quarters
    seen = reached(zone, start, end, step)
    for schedule in (Schedule(times, EVERY_DAY, zone), Schedule((time(2, 30), time(0)), frozenset({4, 6}), zone)):
        expected = [
            at
            for at, walls in seen
            if any(w.time() in schedule.times and w.weekday() in schedule.weekdays for w in walls)
        ]
        ends, window_end, due_at = [], start, next_times(schedule, start, 1)[0]
        now, minute = start, timedelta(minutes=1)
        while now < end:
            now += minute
            if due_at > now:
                continue
            (window,) = due_windows(schedule, window_end=window_end, now=now)
            assert window.start == window_end
            ends.append(window.end)
            window_end = window.end
            due_at = next_times(schedule, window_end, 1)[0]
        assert ends == expected
        assert ends == sorted(set(ends))
        assert ends == next_times(schedule, start, len(ends))
        assert next_times(schedule, ends[-1], 1)[0] > end


@pytest.mark.parametrize(
    ("day", "at", "zone", "moment"),
    [
        (date(2026, 3, 8), time(2, 30), "America/New_York", utc(2026, 3, 8, 7)),  # left out: when the clock jumps
        (date(2026, 11, 1), time(1, 30), "America/New_York", utc(2026, 11, 1, 5, 30)),  # twice: the first
        (date(2018, 11, 4), time(0), "America/Sao_Paulo", utc(2018, 11, 4, 3)),  # midnight is left out
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", utc(2026, 10, 3, 15, 30)),
        (date(2026, 4, 5), time(1, 45), "Australia/Lord_Howe", utc(2026, 4, 4, 14, 45)),
        (date(2011, 12, 30), time(9), "Pacific/Apia", utc(2011, 12, 30, 10)),  # the day is left out
        (date(2026, 3, 5), time(9), "Asia/Kathmandu", utc(2026, 3, 5, 3, 15)),
    ],
)
def test_a_time_that_does_not_exist_is_when_the_clock_jumps_and_one_that_comes_twice_is_the_first(
    day: date, at: time, zone: str, moment: datetime
) -> None:
    assert moment_of(day, at, ZoneInfo(zone)) == moment


def test_two_times_in_one_gap_are_one_moment() -> None:
    schedule = Schedule((time(2, 15), time(2, 45), time(3)), EVERY_DAY, "America/New_York")
    assert next_times(schedule, utc(2026, 3, 8, 6, 59), 2) == [utc(2026, 3, 8, 7), utc(2026, 3, 9, 6, 15)]


def test_a_digest_is_not_due_twice() -> None:
    assert due_windows(NINE, window_end=utc(2026, 3, 5, 9), now=utc(2026, 3, 5, 9, 0, 1)) == []
    assert due_windows(NINE, window_end=utc(2026, 3, 4, 9), now=utc(2026, 3, 5, 9)) == [
        DigestWindow(utc(2026, 3, 4, 9), utc(2026, 3, 5, 9))
    ]


@pytest.mark.parametrize(("down", "days"), [(timedelta(hours=2), 1), (timedelta(days=3), 4), (timedelta(days=40), 41)])
def test_after_a_down_time_one_late_digest_comes_for_all_that_was_missed(down: timedelta, days: int) -> None:
    now = utc(2026, 3, 5, 8, 59) + down + timedelta(minutes=1)
    start = utc(2026, 3, 4, 9)
    assert due_windows(NINE, window_end=start, now=now) == [DigestWindow(start, start + timedelta(days=days))]


def test_windows_within_the_catch_up_limit_stay_apart_and_older_ones_are_folded_into_the_oldest() -> None:
    twice = Schedule((time(9), time(18)), EVERY_DAY, "UTC")
    windows = due_windows(twice, window_end=utc(2026, 3, 1, 18), now=utc(2026, 3, 5, 19))
    assert windows == [
        DigestWindow(utc(2026, 3, 1, 18), utc(2026, 3, 5, 9)),
        DigestWindow(utc(2026, 3, 5, 9), utc(2026, 3, 5, 18)),
    ]


def test_a_weekly_digest_that_was_missed_comes_days_later() -> None:
    weekly = Schedule((time(9),), frozenset({0}), "UTC")
    windows = due_windows(weekly, window_end=utc(2026, 2, 23, 9), now=utc(2026, 3, 5, 19))
    assert windows == [DigestWindow(utc(2026, 2, 23, 9), utc(2026, 3, 2, 9))]


def test_a_changed_schedule_neither_repeats_nor_loses_a_moment() -> None:
    later = Schedule((time(10), time(15)), EVERY_DAY, "UTC")
    last, changed_at = utc(2026, 3, 5, 9), utc(2026, 3, 5, 12)
    assert due_windows(later, window_end=last, now=utc(2026, 3, 5, 14), active_from=changed_at) == []
    assert due_windows(later, window_end=last, now=utc(2026, 3, 5, 15), active_from=changed_at) == [
        DigestWindow(last, utc(2026, 3, 5, 15))
    ]


def test_a_changed_zone_neither_repeats_nor_loses_a_moment() -> None:
    last, changed_at = utc(2026, 3, 5, 9), utc(2026, 3, 5, 9, 5)
    west = Schedule((time(9),), EVERY_DAY, "America/Sao_Paulo")  # nine is only coming there
    east = Schedule((time(9),), EVERY_DAY, "Asia/Shanghai")  # and long over there
    assert due_windows(west, window_end=last, now=utc(2026, 3, 5, 12), active_from=changed_at) == [
        DigestWindow(last, utc(2026, 3, 5, 12))
    ]
    assert due_windows(east, window_end=last, now=utc(2026, 3, 6, 1), active_from=changed_at) == [
        DigestWindow(last, utc(2026, 3, 6, 1))
    ]


def test_the_newest_moment_may_be_now() -> None:
    assert last_time(NINE, utc(2026, 3, 5, 9)) == utc(2026, 3, 5, 9)
    assert last_time(NINE, utc(2026, 3, 5, 8, 59)) == utc(2026, 3, 4, 9)


@pytest.mark.parametrize(
    ("moment", "later"),
    [
        (utc(2026, 3, 5, 12), utc(2026, 3, 5, 12)),
        (utc(2026, 3, 5, 22), utc(2026, 3, 6, 7)),
        (utc(2026, 3, 6, 3), utc(2026, 3, 6, 7)),
        (utc(2026, 3, 6, 7), utc(2026, 3, 6, 7)),
    ],
)
def test_what_comes_in_quiet_hours_waits_for_their_end(moment: datetime, later: datetime) -> None:
    assert after_quiet_hours(moment, (time(22), time(7)), "UTC") == later
    assert after_quiet_hours(moment, None, "UTC") == moment


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Moscow", "Europe/Moscow"),
        ("america/sao_paulo", "America/Sao_Paulo"),
        ("utc", "UTC"),
        ("UTC+3", "Etc/GMT-3"),
        ("gmt-0", "UTC"),
        ("UTC+33", None),
        ("../../etc/passwd", None),
        ("right/Europe/Moscow", None),
        ("Europe", None),
        ("localtime", None),
        ("", None),
    ],
)
def test_a_zone_is_known_by_its_name(typed: str, zone: str | None) -> None:
    assert zone_named(typed) == zone


@pytest.mark.parametrize(("times", "days"), [((), EVERY_DAY), ((time(9),), frozenset()), ((time(9),), frozenset({7}))])
def test_a_schedule_that_is_never_due_cannot_be_made(times: tuple[time, ...], days: frozenset[int]) -> None:
    with pytest.raises(ValueError):
        Schedule(times, days, "UTC")
