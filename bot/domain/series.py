"""Series: sessions that recur, always at the same wall time of the zone that they go by.

A series knows days; when each of them is reached is asked of `bot.domain.schedules`, which knows about changes of the
clock.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.schedules import moment_of

LAST = -1
"""Which of a month's weekdays the last one is."""
NTHS = (1, 2, 3, 4, LAST)
"""Those of a month's weekdays that every month has."""
MOST_OCCURRENCES = 1000
"""How often a series with a count may recur: a weekly one for nineteen years."""
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Repeat(StrEnum):
    """How often a series recurs."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"  # every second week, counted from its first day
    MONTHLY = "monthly"  # on the first, second, third, fourth or last of a month's weekdays


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """When a series recurs: on a `weekday` (0 is Monday) `at` a wall time of a `zone` (IANA), from the first such day
    that is not before `start`.

    `nth` is given for a monthly series only: one of NTHS. The series ends after `count` occurrences, or with
    `last_day`, or never. `skipped` days are left out; they count towards `count` nevertheless, as in calendars.
    """

    repeat: Repeat
    weekday: int
    at: time
    zone: str
    start: date
    nth: int | None = None
    count: int | None = None
    last_day: date | None = None
    skipped: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not 0 <= self.weekday < 7:
            raise ValueError(f"this is no day of the week: {self.weekday}")
        if (self.nth in NTHS) != (self.repeat is Repeat.MONTHLY) or (self.nth and self.nth not in NTHS):
            raise ValueError(f"a {self.repeat} series on weekday number {self.nth}")
        if self.count is not None and not 0 < self.count <= MOST_OCCURRENCES:
            raise ValueError(f"a series of {self.count} occurrences")


def occurrences(rule: SeriesRule, after_day: date | None, count: int) -> list[date]:
    """The next days of a series after one, or from its beginning; at most `count`, fewer where it ends, in order.
    Takes as long as these are many, however far away `after_day` is."""
    return list(islice(_days_after(rule, after_day), count))


def occurrence_at(rule: SeriesRule, day: date) -> datetime:
    """The instant of the occurrence on a day, as aware UTC. A wall time that the clock leaves out on that day is taken
    as the first moment after it, one that comes twice as the first."""
    return moment_of(day, rule.at, ZoneInfo(rule.zone))


def rrule(rule: SeriesRule) -> str:
    """The rule as calendars write it, for a DTSTART on the first occurrence with the zone as TZID. Skipped days are not
    in it (EXDATE), nor that a time may be in a gap: calendars differ there, so such a day needs its own entry.
    https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10"""
    parts = ["FREQ=MONTHLY" if rule.repeat is Repeat.MONTHLY else "FREQ=WEEKLY"]
    parts += ["INTERVAL=2"] if rule.repeat is Repeat.FORTNIGHTLY else []
    parts.append(f"BYDAY={rule.nth or ''}{_BYDAY[rule.weekday]}")
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    elif rule.last_day is not None:
        parts.append(f"UNTIL={occurrence_at(rule, rule.last_day).astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return ";".join(parts)


def as_json(rule: SeriesRule) -> dict[str, Any]:
    """A rule as plain values, for `from_json`."""
    return {
        "repeat": rule.repeat.value,
        "weekday": rule.weekday,
        "at": rule.at.isoformat(),
        "zone": rule.zone,
        "start": rule.start.isoformat(),
        "nth": rule.nth,
        "count": rule.count,
        "last_day": rule.last_day and rule.last_day.isoformat(),
        "skipped": [day.isoformat() for day in sorted(rule.skipped)],
    }


def from_json(stored: Mapping[str, Any]) -> SeriesRule:
    """A rule that `as_json` has written."""
    return SeriesRule(
        repeat=Repeat(stored["repeat"]),
        weekday=stored["weekday"],
        at=time.fromisoformat(stored["at"]),
        zone=stored["zone"],
        start=date.fromisoformat(stored["start"]),
        nth=stored["nth"],
        count=stored["count"],
        last_day=date.fromisoformat(stored["last_day"]) if stored["last_day"] else None,
        skipped=frozenset(map(date.fromisoformat, stored["skipped"])),
    )


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The first (1), second … or LAST of a month's weekdays."""
    if nth == LAST:
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _days_after(rule: SeriesRule, after_day: date | None) -> Iterator[date]:
    index = 0 if after_day is None else _index_after(rule, after_day)
    while rule.count is None or index < rule.count:
        try:
            day = _day(rule, index)
        except (OverflowError, ValueError):  # the calendar ends, with the year 9999
            return
        if rule.last_day is not None and day > rule.last_day:
            return
        if day not in rule.skipped:
            yield day
        index += 1


def _day(rule: SeriesRule, index: int) -> date:
    """The occurrence with a number, from 0, skipped or not."""
    if rule.nth is None:
        return _first_day(rule) + timedelta(days=index * _step(rule))
    month = _first_month(rule) + index
    return nth_weekday(month // 12, month % 12 + 1, rule.weekday, rule.nth)


def _index_after(rule: SeriesRule, after_day: date) -> int:
    """The number of the first occurrence after a day, skipped or not."""
    if rule.nth is None:
        return max(0, (after_day - _first_day(rule)).days // _step(rule) + 1)
    index = after_day.year * 12 + after_day.month - 1 - _first_month(rule)
    if index < 0:
        return 0
    return index + (nth_weekday(after_day.year, after_day.month, rule.weekday, rule.nth) <= after_day)


def _first_day(rule: SeriesRule) -> date:
    return rule.start + timedelta(days=(rule.weekday - rule.start.weekday()) % 7)


def _first_month(rule: SeriesRule) -> int:
    """The month of a monthly series' first occurrence, counted from the year 0."""
    assert rule.nth is not None
    in_first = nth_weekday(rule.start.year, rule.start.month, rule.weekday, rule.nth)
    return rule.start.year * 12 + rule.start.month - 1 + (in_first < rule.start)


def _step(rule: SeriesRule) -> int:
    """How many days are between occurrences of one that counts in weeks."""
    return 14 if rule.repeat is Repeat.FORTNIGHTLY else 7
