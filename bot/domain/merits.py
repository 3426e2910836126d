"""What speaks for a story, and how much: what its place in a digest depends on, and what can be said of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import log2

from bot.domain.analysis import primary_tag
from bot.domain.items import Item
from bot.domain.sections import Section
from bot.domain.sources import USUAL_WEIGHT

FRESH_FOR = timedelta(days=7)
"""What was published longer ago than this is not fresh at all."""


class MeritKind(StrEnum):
    """What may speak for a story."""

    SOURCES = "sources"  # `amount` independent sources write about it
    CODE = "code"  # there is code to try
    FRESH = "fresh"  # `amount`: so many days younger than FRESH_FOR
    WANTED = "wanted"  # `amount` of the words that the subscription wants are in it
    SAVED = "saved"  # `amount` people have put it aside
    WEIGHT = "weight"  # `amount`: how much the heaviest of its sources counts, in tenths of the usual
    LESS = "less"  # less of this is wanted, for so many reasons
    ALERT = "alert"  # it fits an alert, whose question is in `words`, as one of so many stories that did


_POINTS = {
    MeritKind.SOURCES: 3.0,
    MeritKind.CODE: 2.0,
    MeritKind.FRESH: 0.25,
    MeritKind.WANTED: 3.0,
    MeritKind.SAVED: 1.0,
    MeritKind.LESS: -4.0,
    MeritKind.ALERT: 0.0,  # what alerts find stands apart
}
_MOST = {MeritKind.SOURCES: 5, MeritKind.WANTED: 3, MeritKind.SAVED: 5, MeritKind.LESS: 3}


@dataclass(frozen=True, slots=True)
class Merit:
    """Something that speaks for a story, or against it; `words` are those that were wanted and found, or the question
    of an alert."""

    kind: MeritKind
    amount: int = 1
    words: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """What it is worth. The first source is worth nothing: every story has one. A source that counts twice as much
        is worth as much as one more source, one that counts half takes as much away."""
        if self.kind is MeritKind.WEIGHT:
            return _POINTS[MeritKind.SOURCES] * log2(self.amount / 10)
        counted = self.amount - 1 if self.kind is MeritKind.SOURCES else self.amount
        return _POINTS[self.kind] * min(counted, _MOST.get(self.kind, counted))


@dataclass(frozen=True, slots=True)
class Outline:
    """As much of an item as the place of its story depends on. `language` is a primary tag, "" where it is not known;
    `appeared_at` is when it was published, else when it was first seen; `has_code`: there is code to try."""

    item_id: int
    source_id: int
    section: Section
    language: str
    appeared_at: datetime
    is_translation: bool
    has_code: bool


@dataclass(frozen=True, slots=True)
class Sketch:
    """As much of a story as its place depends on: all its items, the one that was there first in front, and which of
    them are new in the window. `saved`: so many people have put it aside; `weight`: how much the heaviest of its
    sources counts."""

    story_id: int
    items: tuple[Outline, ...]
    new: frozenset[int]
    saved: int = 0
    weight: float = USUAL_WEIGHT


def outline_of(item: Item) -> Outline:
    """An item as the place of its story depends on it."""
    return Outline(
        item.id,
        item.key.source_id,
        item.section,
        primary_tag(item.language),
        item.published_at or item.first_seen_at,
        bool(item.original_text),
        bool(item.code),
    )


def merits_of(story: Sketch, now: datetime) -> tuple[Merit, ...]:
    """What speaks for a story at a moment, whoever reads it."""
    merits = []
    sources = _independent(story.items)
    if sources > 1:
        merits.append(Merit(MeritKind.SOURCES, sources))
    if any(item.has_code for item in story.items):
        merits.append(Merit(MeritKind.CODE))
    if (tenths := max(1, round(story.weight * 10))) != 10:
        merits.append(Merit(MeritKind.WEIGHT, tenths))
    if story.saved:
        merits.append(Merit(MeritKind.SAVED, story.saved))
    newest = max(item.appeared_at for item in story.items)
    days = (FRESH_FOR - max(timedelta(), now - newest)) // timedelta(days=1)
    if days > 0:
        merits.append(Merit(MeritKind.FRESH, days))
    return tuple(merits)


def heaviest(source_ids: Iterable[int], weights: Mapping[int, float]) -> float:
    """How much a story of these sources counts; `weights` are those that are not the usual one."""
    return max((weights.get(one, USUAL_WEIGHT) for one in source_ids), default=USUAL_WEIGHT)


def _independent(items: Collection[Outline]) -> int:
    """How many sources write about something in words of their own."""
    if len(items) == 1:
        return 1
    return len({item.source_id for item in items if not item.is_translation}) or 1
