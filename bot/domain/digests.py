"""Digests: which items belong to a window, in which order, and which of them a page shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from bot.domain.items import Item
from bot.domain.sections import Section

PAGE_SIZE = 6
"""Entries on a page: what fits into one Telegram message (4096 characters) and one Discord embed with some room."""


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


@dataclass(frozen=True, slots=True)
class Outline:
    """As much of an item as its place in a digest depends on. `appeared_at`: published, else first seen."""

    item_id: int
    section: Section
    appeared_at: datetime
    document_id: int
    position: int


@dataclass(frozen=True, slots=True)
class DigestPage:
    """One page of a digest. Pages and numbers count from 1. `sources` is how many sources the whole digest draws on;
    `newest` is, for an empty digest, when the newest item that fits the filter appeared."""

    window: DigestWindow
    filter: DigestFilter
    items: tuple[Item, ...]
    total: int
    documents: int
    page: int
    pages: int
    newest: datetime | None = None

    @property
    def first_number(self) -> int:
        return (self.page - 1) * PAGE_SIZE + 1


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


def arrange(outlines: Iterable[Outline]) -> list[Outline]:
    """By section in the order of `Section`, inside it the newest document first, inside that as published."""
    rank = {section: number for number, section in enumerate(Section)}
    newest_first = sorted(outlines, key=lambda one: (one.appeared_at, one.document_id), reverse=True)
    newest: dict[int, int] = {}
    for one in newest_first:
        newest.setdefault(one.document_id, len(newest))
    return sorted(newest_first, key=lambda one: (rank[one.section], newest[one.document_id], one.position))


def page_of(arranged: Sequence[Outline], page: int) -> tuple[Sequence[Outline], int, int]:
    """The outlines of a page, its number and the number of pages; a page out of range becomes the nearest there is."""
    pages = max(1, -(-len(arranged) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return arranged[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], page, pages


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
