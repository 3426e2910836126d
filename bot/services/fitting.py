"""Fitting: which of some items fit a question. Nothing is guessed here: an item has all that is asked for, in the words
that were typed or in other names of what they mean, or it does not fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.items import NOTHING_HIDDEN
from bot.domain.matching import Way
from bot.domain.question_parser import parse_question
from bot.domain.question_tree import languages_of, without_identities
from bot.domain.search_plan import Widening, plan_of
from bot.domain.selection import Candidate, Having
from bot.domain.sieve import Sieve
from bot.domain.subscriptions import Choices
from bot.services.clubs import Asking
from bot.services.named_items import named_in, names_unknown
from bot.services.widening import widening
from storage.unit_of_work import UnitOfWork

SURE = 0.5
"""How much another way to say something has to weigh at least: what is told unasked must not be far-fetched."""


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question as it was written, by somebody who counts days in this zone. `asking` is who, where the question may
    be about what they have saved, or their club has discussed."""

    question: str
    zone: str
    asking: Asking | None = None


def fitting(uow: UnitOfWork, saved: SavedQuestion, sieve: Sieve, now: datetime) -> frozenset[int]:
    """The items in a sieve that fit a question; none where it asks for nothing."""
    question = parse_question(saved.question, now, ZoneInfo(saved.zone))
    named = named_in(uow, question)
    sure = _sure(widening(uow, NOTHING_HIDDEN, (), saved.asking, now, among=languages_of(question)))
    plan = plan_of(without_identities(question) if named else question, sure)
    if names_unknown(question, named) or (plan.is_empty and not named):
        return frozenset()
    found = sieve.fitting(plan.whole)
    return found & named if named else found


class Lookup:
    """Which of some stories fit the questions of choices: each is looked up once."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._story_of = {item.id: one.story_id for one in candidates for item in one.items}
        self._known: dict[SavedQuestion, frozenset[int]] = {}
        self._sieve: Sieve | None = None

    def having(self, uow: UnitOfWork, choices: Choices, now: datetime) -> Having:
        """The stories that fit, by question. `now`: the moment from which days are counted; the same each time."""
        return {one: self._stories(uow, SavedQuestion(one, choices.schedule.zone), now) for one in choices.questions}

    def _stories(self, uow: UnitOfWork, saved: SavedQuestion, now: datetime) -> frozenset[int]:
        found = self._known.get(saved)
        if found is None:
            if self._sieve is None:
                self._sieve = Sieve(uow.items.searched(sorted(self._story_of)))
            found = frozenset(self._story_of[one] for one in fitting(uow, saved, self._sieve, now))
            self._known[saved] = found
        return found


def _sure(widening: Widening) -> Widening:
    """The same, without what is far-fetched."""

    def ways(some: Iterable[Way]) -> tuple[Way, ...]:
        return tuple(way for way in some if way.weight >= SURE)

    return replace(
        widening,
        concepts=lambda pieces: [replace(one, ways=ways(one.ways)) for one in widening.concepts(pieces)],
        learned=lambda pieces: list(map(ways, widening.learned(pieces))),
    )
