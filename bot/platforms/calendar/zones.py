"""Zones as calendars describe them: when their clocks change, within the years that matter.

The library's own description has the spring change an hour late (its DTSTART is by the clock after the change, and
RFC 5545 wants the one before), so programs that go by it would be wrong for that hour.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vDDDLists, vRecur

_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_STEP = timedelta(days=7)
"""No zone has changed its clock twice within so few days for long."""


@dataclass(frozen=True, slots=True)
class _Change:
    """From `wall`, by the clock before it, `offset` holds in place of `before`."""

    wall: datetime
    before: timedelta
    offset: timedelta
    name: str
    summer: bool

    @property
    def kind(self) -> tuple[timedelta, timedelta, str, bool]:
        return (self.before, self.offset, self.name, self.summer)


def timezone_of(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The VTIMEZONE of a zone that is right for all moments (aware) from `first` to `last`."""
    described = Timezone()
    described.add("tzid", str(zone))
    start, *changes = _changes(zone, first, last)
    ordered = sorted(changes, key=lambda one: (repr(one.kind), one.wall))
    for group in ([start], *(list(group) for _, group in groupby(ordered, key=lambda one: one.kind))):
        described.add_component(_observance(group, last))
    return described


def _observance(changes: list[_Change], last: datetime) -> TimezoneDaylight | TimezoneStandard:
    first, *again = changes
    part = TimezoneDaylight() if first.summer else TimezoneStandard()
    part.add("dtstart", first.wall)
    if again and (rule := _yearly([one.wall for one in changes], last)):
        part.add("rrule", vRecur.from_ical(rule))
    else:
        for one in again:  # a property each: some programs see only the first of a list
            part.add("rdate", vDDDLists([one.wall]))
    part.add("tzoffsetfrom", first.before)
    part.add("tzoffsetto", first.offset)
    part.add("tzname", first.name)
    return part


def _yearly(walls: list[datetime], last: datetime) -> str:
    """The rule of changes that come every year on the same of a month's weekdays and still do at the last moment, ""
    where there is none. Programs understand rules better than lists, and a rule goes on where a list would end."""
    years = [wall.year for wall in walls]
    if years != list(range(years[0], last.year + 1)) and years != list(range(years[0], last.year)):
        return ""
    for nth_of in (
        _from_end,
        _from_start,
    ):  # "the fourth" may be "the last" for some years, but not the other way round
        found = {(wall.month, nth_of(wall), wall.weekday(), wall.time()) for wall in walls}
        if len(found) == 1:
            month, nth, weekday, _ = found.pop()
            return f"FREQ=YEARLY;BYMONTH={month};BYDAY={nth}{_BYDAY[weekday]}"
    return ""


def _from_start(wall: datetime) -> int:
    return (wall.day - 1) // 7 + 1


def _from_end(wall: datetime) -> int:
    return -((monthrange(wall.year, wall.month)[1] - wall.day) // 7 + 1)


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[_Change]:
    """What holds at first, then each change up to the last moment."""
    at = first.astimezone(UTC).replace(microsecond=0)
    yield _change(zone, at, _offset(zone, at))
    while at < last:
        following = at + _STEP
        if _facts(zone, at) != _facts(zone, following):
            moment = _moment(zone, at, following)
            yield _change(zone, moment, _offset(zone, moment - timedelta(seconds=1)))
            following = moment  # there may be another one within the step
        at = following


def _moment(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second after a change between two moments."""
    held = _facts(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _facts(zone, middle) == held:
            before = middle
        else:
            after = middle
    return after


def _change(zone: ZoneInfo, moment: datetime, before: timedelta) -> _Change:
    offset, name, summer = _facts(zone, moment)
    return _Change((moment + before).replace(tzinfo=None), before, offset, name, summer)


def _facts(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str, bool]:
    local = moment.astimezone(zone)
    return (_offset(zone, moment), local.tzname() or "", bool(local.dst()))


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
