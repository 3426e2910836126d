"""What a club has done: how many people its sessions had, and who they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.club import ClubSession


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many people a session had. `going` are all who had a place, those among them who spoke are `speaking`;
    `waiting` were on the waitlist; `were_there` said that they came, None where nobody was asked or has answered."""

    going: int = 0
    speaking: int = 0
    waiting: int = 0
    were_there: int | None = None


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """A session in numbers: its own, when it was, and its turnout."""

    number: int
    at: datetime
    turnout: Turnout


@dataclass(frozen=True, slots=True)
class ClubFigures:
    """A club in numbers. `sessions` are those that took place, the oldest first; the rest counts what was in them,
    each person and each paper once."""

    sessions: tuple[SessionFigures, ...]
    people: int = 0
    speakers: int = 0
    papers: int = 0
    materials: int = 0

    @property
    def average(self) -> int:
        """How many people were going to a session on average, rounded."""
        going = [one.turnout.going for one in self.sessions]
        return round(sum(going) / len(going)) if going else 0

    @property
    def best(self) -> SessionFigures | None:
        """The session that most people were going to, the last of these."""
        return max(self.sessions, key=lambda one: (one.turnout.going, one.at), default=None)


def figures_of(sessions: Sequence[ClubSession], turnouts: Mapping[int, Turnout]) -> tuple[SessionFigures, ...]:
    """Sessions in numbers, the oldest first."""
    ordered = sorted(sessions, key=lambda one: (one.plan.starts_at, one.id))
    return tuple(SessionFigures(one.number, one.plan.starts_at, turnouts.get(one.id, Turnout())) for one in ordered)
