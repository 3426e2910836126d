"""Reminders against a model that knows no database: whatever happens to a session, and however long the bot is away,
each reminder that is due is made once for each of those whom it concerns, or another one speaks for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

import pytest

from bot.domain.club import DEFAULT_LEADS, SessionPlan, SessionState
from bot.domain.members import Account
from bot.domain.reaching import WordKind
from bot.domain.roster import Seat
from bot.services.reaching import Reaching
from bot.services.reminders import Reminders
from storage.database import Database
from tests.fakes import FakeClock
from tests.outbox import START
from tests.reaching import RENDERERS, put_rsvps, take_rsvp

PEOPLE = 4
Told = tuple[int, timedelta, int]
"""A schedule of the session, a lead, and who was reminded."""

STEPS = {"pass": 14, "join": 3, "leave": 1, "move": 1, "place": 1, "cancel": 0.5}
"""What may happen, and how often it does."""
MINUTES = (1, 20, 40, 60, 90, 60 * 3, 60 * 9)


@dataclass
class Model:
    """What should have happened. `handled` are the leads of which nothing more is to be said."""

    starts_at: datetime
    version: int = 0
    planned: bool = True
    going: set[int] = field(default_factory=set)
    handled: set[timedelta] = field(default_factory=set)
    told: list[Told] = field(default_factory=list)

    def due(self, now: datetime) -> set[timedelta]:
        return {lead for lead in DEFAULT_LEADS if self.starts_at - lead <= now}

    def change(self, now: datetime, *, starts_at: datetime | None = None, planned: bool = True) -> None:
        self.version += 1
        if starts_at is not None or not self.planned:
            self.starts_at = starts_at or self.starts_at
            self.handled = self.due(now)  # word of the move speaks for them
        self.planned = planned

    def look(self, now: datetime) -> None:
        due = self.due(now)
        if self.planned and now < self.starts_at + timedelta(minutes=90) and due - self.handled:
            lead = min(due)
            if lead not in self.handled:
                self.told += [(self.version, lead, one) for one in sorted(self.going)]
        self.handled |= due


class Real:
    """The service over a database; it is another one after each change, as after a restart."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self._database = database
        self._clock = clock
        plan = SessionPlan("Attention", clock() + timedelta(hours=26), "UTC")
        with database.write() as uow:
            community = uow.communities.add("Club", zone="UTC", languages=("en",))
            for number in range(1, PEOPLE + 1):
                uow.members.ensure(Account("telegram", str(number), f"M{number}"), now=START)
            self.session = uow.club_sessions.add(community.id, plan, uid="uid", now=clock())
            self._service().session_changed(uow, None, self.session, clock())

    def _service(self) -> Reminders:
        return Reminders(self._database, self._clock, Reaching(RENDERERS))

    def change(self, *, state: SessionState = SessionState.PLANNED, **facts: object) -> None:
        old = self.session
        new = replace(
            old,
            plan=replace(old.plan, **facts),  # type: ignore[arg-type]
            state=state,
            schedule_version=old.schedule_version + 1,
        )
        with self._database.write() as uow:
            saved = uow.club_sessions.save(new, expected=old.version)
            assert saved is not None
            self.session = saved
            self._service().session_changed(uow, old, saved, self._clock())

    def join(self, member_id: int) -> None:
        put_rsvps(self._database, self.session.id, [member_id], Seat.GOING)

    def leave(self, member_id: int) -> None:
        take_rsvp(self._database, self.session.id, member_id)

    def look(self) -> None:
        asyncio.run(self._service().enqueue_due())

    def told(self) -> list[Told]:
        with self._database.read() as uow:
            words = uow.reaching.of_session(self.session.id, [WordKind.REMINDER])
        keys = (one.key.split(":") for one in words)
        return [(int(version), timedelta(seconds=int(lead)), int(who)) for _, _, version, lead, who in keys]


@pytest.mark.parametrize("seed", range(15))
def test_each_reminder_is_made_once_whatever_happens_to_a_session(database: Database, seed: int) -> None:
    random, clock = Random(seed), FakeClock(START)
    real = Real(database, clock)
    model = Model(real.session.plan.starts_at)
    model.handled = model.due(clock())
    for member_id in (1, 2):
        _do("join", member_id, real, model, clock)
    for what in random.choices(list(STEPS), list(STEPS.values()), k=70):
        numbers = {"pass": random.choice(MINUTES), "move": random.randint(1, 60)}
        _do(what, numbers.get(what, random.randint(1, PEOPLE)), real, model, clock)
    assert model.told, "nobody was to be reminded: the test tries nothing"
    assert sorted(real.told()) == sorted(model.told)


def _do(what: str, number: int, real: Real, model: Model, clock: FakeClock) -> None:
    match what:
        case "join" if number not in model.going:
            model.going.add(number)
            real.join(number)
        case "leave" if number in model.going:
            model.going.remove(number)
            real.leave(number)
        case "move":
            starts_at = clock() + timedelta(hours=number)
            real.change(starts_at=starts_at)
            model.change(clock(), starts_at=starts_at)
        case "place":
            real.change(place=f"Room {model.version}")
            model.change(clock())
        case "cancel" if model.planned:
            real.change(state=SessionState.CANCELLED)
            model.change(clock(), planned=False)
        case "pass":
            clock.advance(minutes=number)
            real.look()
            model.look(clock())
