"""Digests: which moments belong to a window, and what of it a page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from bot.domain.sections import Section

PAGE_SIZE = 4
"""Stories on a page: whatever is in them, they fit into one Telegram message (4096 characters) and one Discord embed,
so that pages turn in place."""


class Period(StrEnum):
    """Windows that people ask for by name."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class DigestWindow:
    """The moments after `start` up to and including `end`, so that two windows in a row share nothing and miss
    nothing. Aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class DigestFilter:
    """What a digest shows of its window; None is everything. `language` is a primary tag ("pt")."""

    section: Section | None = None
    language: str | None = None


def days_of(period: Period | date, today: date) -> tuple[date, date]:
    """The first and last calendar day of a period."""
    match period:
        case Period.TODAY:
            return today, today
        case Period.YESTERDAY:
            return today - timedelta(days=1), today - timedelta(days=1)
        case Period.WEEK:
            return today - timedelta(days=6), today
        case day:
            return day, day


def window_of(period: Period | date, *, now: datetime, zone: tzinfo) -> DigestWindow:
    """The window of a period as the calendar of a zone has it: whole local days, across changes of the clock."""
    first, last = days_of(period, now.astimezone(zone).date())
    return DigestWindow(_midnight(first, zone), _midnight(last + timedelta(days=1), zone))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
