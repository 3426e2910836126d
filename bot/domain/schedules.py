"""Schedules: recurring wall times of a zone, the moments that they come to, and the windows between those.

A moment is when a wall time is first reached. A time that a change of the clock leaves out is reached when the clock
jumps over it; one that comes twice is reached the first time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.domain.digests import DigestWindow

CATCH_UP = timedelta(hours=24)
"""How late a digest of its own may come. What should have come before that is folded into the oldest that does."""
EVERY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Wall times on certain days of the week (0 is Monday) in an IANA zone. There is at least one of each."""

    times: tuple[time, ...]
    weekdays: frozenset[int]
    zone: str

    def __post_init__(self) -> None:
        if not self.times or not self.weekdays:
            raise ValueError("a schedule without a time or a day is never due")
        if not self.weekdays <= EVERY_DAY:
            raise ValueError(f"these are no days of the week: {sorted(self.weekdays)}")


def zone_named(name: str) -> str | None:
    """The IANA name of a zone as people write it ("europe/moscow", "UTC+3"), None where there is no such zone."""
    if match := re.fullmatch(r"(?:utc|gmt)([+-])(\d{1,2})", name.strip(), re.IGNORECASE):
        # The signs of these names are the wrong way round: https://data.iana.org/time-zones/tzdb/etcetera
        name = f"Etc/GMT{'-' if match[1] == '+' else '+'}{int(match[2])}" if int(match[2]) else "UTC"
    titled = re.sub(r"(?<![^\W_])[^\W\d_]+", lambda word: word[0].capitalize(), name.strip())
    for spelling in (name.strip(), titled, name.strip().upper()):
        if _is_zone(spelling):
            return spelling
    return None


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When a wall time is first reached, as aware UTC."""
    wall = datetime.combine(day, at, tzinfo=zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    return _end_of_gap(wall.replace(fold=1).astimezone(UTC), moment, zone)


def next_times(schedule: Schedule, after: datetime, count: int) -> list[datetime]:
    """The next moments after one, as aware UTC, in order and each once."""
    return list(islice(_moments_after(schedule, after), count))


def last_time(schedule: Schedule, now: datetime) -> datetime:
    """The newest moment up to and including `now`."""
    return next(_moments_until(schedule, now))


def due_windows(
    schedule: Schedule,
    *,
    window_end: datetime,
    now: datetime,
    catch_up: timedelta = CATCH_UP,
    active_from: datetime | None = None,
) -> list[DigestWindow]:
    """The windows that end by now and are not built yet, oldest first; the first begins where the last that was built
    ended, so they share nothing and miss nothing.

    Moments up to `active_from`, when the schedule began to hold, are none of its own. Of those that were missed, each
    within `catch_up` has a window, at least the newest; older ones are folded into the oldest of these.
    """
    began = window_end if active_from is None else max(window_end, active_from)
    ends: list[datetime] = []
    for moment in _moments_until(schedule, now):
        if moment <= began or (ends and moment <= now - catch_up):
            break
        ends.insert(0, moment)
    return [DigestWindow(start, end) for start, end in zip([window_end, *ends], ends, strict=False)]


def after_quiet_hours(moment: datetime, quiet_hours: tuple[time, time] | None, zone: str) -> datetime:
    """The moment itself, or where it is in the quiet hours the end of these. They may go over midnight."""
    if quiet_hours is None:
        return moment
    begin, end = quiet_hours
    local = moment.astimezone(ZoneInfo(zone))
    at = local.time()
    quiet = begin <= at < end if begin <= end else at >= begin or at < end
    if not quiet:
        return moment
    day = local.date() + (_DAY if at >= end else timedelta())
    return max(moment, moment_of(day, end, ZoneInfo(zone)))


def _moments_after(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    # From the day before: a gap puts a time off, at most to the next day.
    day = after.astimezone(ZoneInfo(schedule.zone)).date() - _DAY
    newest = after
    while True:
        for moment in _moments_of(schedule, day):
            if moment > newest:
                newest = moment
                yield moment
        day += _DAY


def _moments_until(schedule: Schedule, until: datetime) -> Iterator[datetime]:
    """Moments up to and including one, newest first, each once."""
    # From the day after: where the clock goes back over midnight, a time of the next day is already over.
    day = until.astimezone(ZoneInfo(schedule.zone)).date() + _DAY
    oldest = until + timedelta.resolution
    while True:
        for moment in reversed(_moments_of(schedule, day)):
            if moment < oldest:
                oldest = moment
                yield moment
        day -= _DAY


def _moments_of(schedule: Schedule, day: date) -> list[datetime]:
    if day.weekday() not in schedule.weekdays:
        return []
    zone = ZoneInfo(schedule.zone)
    return sorted(moment_of(day, at, zone) for at in schedule.times)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """When the clock jumps, to the second, where it does so after `before` and not after `after`."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _is_zone(name: str) -> bool:
    # What has no area is a file of the system's, an abbreviation, or a country; "right/" counts leap seconds.
    if name != "UTC" and ("/" not in name or name.startswith(("posix/", "right/"))):
        return False
    try:
        ZoneInfo(name)
    except (ValueError, LookupError, OSError):
        return False
    return True
