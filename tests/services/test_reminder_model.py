"""Reminders against a model that knows no database: whatever happens to a session, and however long the bot is away,
each reminder that is due is made once for each of those whom it concerns, or another one speaks for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.club import DEFAULT_LEADS, SessionPlan, SessionState
from bot.domain.members import Account
from bot.domain.reaching import WordKind
from bot.domain.roster import Seat
from bot.services.reaching import Reaching
from bot.services.reminders import Reminders
from storage.database import Database
from tests.factories import make_database
from tests.fakes import FakeClock
from tests.outbox import START
from tests.reaching import RENDERERS, put_rsvps, take_rsvp

PEOPLE = 4
Told = tuple[int, timedelta, int]
"""A schedule of the session, a lead, and who was reminded."""

step = st.one_of(
    st.tuples(st.just("join"), st.integers(1, PEOPLE)),
    st.tuples(st.just("leave"), st.integers(1, PEOPLE)),
    st.tuples(st.just("move"), st.integers(1, 60)),
    st.tuples(st.just("place"), st.integers(1, 9)),
    st.tuples(st.just("cancel"), st.just(0)),
    st.tuples(st.just("pass"), st.sampled_from([1, 20, 60, 60 * 6, 60 * 30])),
)


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
        plan = SessionPlan("Attention", clock() + timedelta(hours=30), "UTC")
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


@settings(max_examples=60)
@given(st.lists(step, max_size=14))
def test_each_reminder_is_made_once_whatever_happens_to_a_session(steps: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        database, clock = make_database(Path(folder)), FakeClock(START)
        real = Real(database, clock)
        model = Model(real.session.plan.starts_at)
        model.handled = model.due(clock())
        for what, number in steps:
            _do(what, number, real, model, clock)
        told = real.told()
        database.close()
    assert sorted(told) == sorted(model.told)


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
