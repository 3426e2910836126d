"""A state machine that does to a session whatever people, organisers and time do to it, and holds the real services
over SQLite against the model."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.club import SessionState
from bot.domain.errors import UserError
from bot.domain.reminders import CallState
from bot.domain.roster import Answer, Role
from storage.database import Database
from storage.rosters import NamedRsvp
from tests.club_model import ClubModel, Standing
from tests.factories import make_database
from tests.fakes import FakeClock
from tests.rosters import RosterWorld

T = TypeVar("T")

PEOPLE = ("Ann", "Bob", "Cem", "Dan", "Eve", "Fay", "Gus@discord", "Hal@discord", "Ann@discord", "Bob@discord")
TWINS = {"Ann": "Ann@discord", "Bob": "Bob@discord"}
"""Who has two accounts without our knowing it, until they are linked."""
PLACES = st.one_of(st.integers(0, 4), st.none())
people = st.sampled_from(PEOPLE)


class Killed(Exception):
    """Ends a transaction as the end of the process would."""


class ClubMachine(RuleBasedStateMachine):
    """One session, from days or hours before it until it is over. `steps` counts what was done to any."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory(prefix="club-machine-")
        self._impatient = patch("storage.group_commit.GATHER", 0.0)  # there is nobody to wait for
        self._impatient.start()
        self._loop = asyncio.Runner()
        self._clock = FakeClock()
        self._guests = 0
        self._linked: dict[str, str] = {}
        self.world = RosterWorld(make_database(Path(self._folder.name)), self._clock)

    @initialize(
        listeners=PLACES,
        speakers=PLACES,
        cutoff=st.sampled_from((0, 2)),
        crowd=st.lists(people, unique=True, min_size=4),
        hours=st.sampled_from((72, 9)),
    )
    def draw_up(self, listeners: int | None, speakers: int | None, cutoff: int, crowd: list[str], hours: int) -> None:
        close = timedelta(hours=cutoff)
        self.world.open(listeners=listeners, speakers=speakers, cutoff=close, starts_in=timedelta(hours=hours))
        plan = self.world.session.plan
        self.model = ClubModel(self._clock(), plan.starts_at, plan.length, listeners, speakers, close)
        for name in crowd:
            self.say(name, Answer.GOING)
            self.same_word()

    # What people do

    @rule(name=people, answer=st.sampled_from(Answer))
    def say(self, name: str, answer: Answer) -> None:
        truth = self._do(self.world.say(name, answer))
        name = self._linked.get(name, name)
        assert (truth.refusal and truth.refusal.value) == self.model.say(name, answer)
        assert truth.position == self.model.position(name)
        assert truth.listeners_taken == self.model.listeners_taken

    @rule(name=people)
    def keep(self, name: str) -> None:
        self._do(self.world.rsvps.keep(self.world.asking(name), self.world.session_id))
        self.model.keep(self._linked.get(name, name))

    @rule(name=people)
    def drop(self, name: str) -> None:
        self._do(self.world.rsvps.drop(self.world.asking(name), self.world.session_id))
        self.model.drop(self._linked.get(name, name))

    @rule(name=people)
    def bring(self, name: str) -> None:
        guest = self._new_guest()
        try:
            truth = self._do(self.world.rsvps.bring(self.world.asking(name), self.world.session_id, guest))
            brought = any(one.guest_name == guest for one in truth.guests)
        except UserError:
            brought = False
        assert brought == self.model.bring(self._linked.get(name, name), guest)

    @precondition(lambda self: any(one.rsvp.brought_by for one in self._everybody()))
    @rule(data=st.data())
    def unbring(self, data: st.DataObject) -> None:
        guest = data.draw(st.sampled_from([one for one in self._everybody() if one.rsvp.brought_by]))
        self._do(self.world.rsvps.unbring(self.world.asking(guest.host), self.world.session_id, guest.rsvp.id))
        self.model.unbring(guest.host, guest.name)

    @precondition(lambda self: len(self._linked) < len(TWINS))
    @rule(data=st.data())
    def link(self, data: st.DataObject) -> None:
        known = {name: self.world.member_id(name) for pair in TWINS.items() for name in pair}
        pair = data.draw(st.sampled_from([(one, two) for one, two in TWINS.items() if known[one] != known[two]]))
        kept, gone = sorted(pair, key=lambda name: known[name])
        with self.world.database.write() as uow:
            self.world.members.merge(uow, known[gone], known[kept], now=self._clock())
        self._linked[gone] = kept
        self.model.link(kept, gone)

    # What organisers do

    @rule(listeners=PLACES, speakers=PLACES)
    def change_places(self, listeners: int | None, speakers: int | None) -> None:
        self.model.listeners, self.model.speakers = listeners, speakers
        if self.world.change(state=self._state, listeners=listeners, speakers=speakers):
            self.model.changed()

    @rule(hours=st.sampled_from((-48, -5, 1, 24)))
    def move(self, hours: int) -> None:
        starts_at = self.model.starts_at + timedelta(hours=hours)
        assert self.world.change(state=self._state, starts_at=starts_at)
        self.model.move(starts_at)

    @rule(cancelled=st.booleans())
    def cancel_or_not(self, cancelled: bool) -> None:
        self.model.cancelled = cancelled
        if self.world.change(state=self._state):
            self.model.move(self.model.starts_at)

    @precondition(lambda self: not self.model.cancelled)
    @rule(data=st.data(), role=st.sampled_from(Role))
    def add(self, data: st.DataObject, role: Role) -> None:
        known = [one.name for one in self._everybody() if one.rsvp.member_id is not None]
        name = data.draw(st.sampled_from([*known, ""]))
        if not name:
            name = self._new_guest()
            self._do(self.world.rsvps.add(self.world.access(), self.world.session, name, Role.LISTENER))
            self.model.add_guest(name)
            return
        self._do(self.world.rsvps.add(self.world.access(), self.world.session, name, role))
        self.model.add(name, speaker=role is Role.SPEAKER)

    @precondition(lambda self: not self.model.cancelled and any(one.rsvp.is_coming for one in self._everybody()))
    @rule(data=st.data())
    def take_off(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from([one for one in self._everybody() if one.rsvp.is_coming]))
        with self._maybe_refused():  # their offer was over
            self._do(self.world.rsvps.take_off(self.world.access(), self.world.session, one.rsvp.id))
            self.model.take_off(one.name)

    @precondition(lambda self: not self.model.cancelled and any(one.rsvp.guest_name for one in self._everybody()))
    @rule(data=st.data())
    def keep_guest(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from([one for one in self._everybody() if one.rsvp.guest_name]))
        with self._maybe_refused():
            self._do(self.world.rsvps.keep_guest(self.world.access(), self.world.session, one.rsvp.id))
            self.model.keep_guest(one.name)

    # What time and the machine do

    @rule(minutes=st.sampled_from((7, 60, 5 * 60, 24 * 60, 60 * 60)))
    def time_passes(self, minutes: int) -> None:
        self.model.now = self._clock.advance(minutes=minutes)

    @rule(moment=st.sampled_from(("offers", "closes", "starts", "ends")), minutes=st.sampled_from((-10, 0, 10)))
    def time_leaps(self, moment: str, minutes: int) -> None:
        """To about one of the moments at which other rules begin to hold."""
        model = self.model
        there = {
            "offers": model.starts_at - model.cutoff - model.life,
            "closes": model.starts_at - model.cutoff,
            "starts": model.starts_at,
            "ends": model.starts_at + model.length,
        }[moment]
        self._clock.now = model.now = max(model.now, there + timedelta(minutes=minutes))

    @rule()
    def clock_strikes(self) -> None:
        self._do(self.world.rsvps.expire_due_offers())
        self.model.lapse()

    @rule()
    def reminders_come(self) -> None:
        assert self._do(self.world.remind()) == self.model.remind()
        assert self._do(self.world.remind()) == []
        with self.world.database.read() as uow:
            calls = uow.reminders.of_session(self.world.session_id)
        late = [one for one in calls if one.state is CallState.PENDING and one.call.due_at <= self._clock()]
        assert late == []  # what was not sent is accounted for

    @rule()
    def restart(self) -> None:
        path = self.world.database.path
        self.world.database.close()
        database = Database(f"sqlite:///{path}")
        self.world = RosterWorld(database, self._clock, session_id=self.world.session_id, news=self.world.news)

    @rule(name=people)
    def killed_in_the_middle(self, name: str) -> None:
        """What had not been committed has not happened."""
        self.world.killing = Killed()
        try:
            self._do(self.world.say(name, Answer.DECLINED))
        except Killed:
            self.world.news.clear()
        else:  # nobody was moved, so that it was not killed
            self.model.say(self._linked.get(name, name), Answer.DECLINED)
        self.world.killing = None

    @invariant()
    def same_roster(self) -> None:
        if not hasattr(self, "model"):
            return
        ClubMachine.steps += 1
        there, wanted = self._everybody(), self.model.people
        assert {one.name: _standing(one) for one in there} == {name: _seen(one) for name, one in wanted.items()}
        order = sorted((name for name, one in wanted.items() if one.comes), key=lambda name: wanted[name].arrived)
        assert [one.name for one in there if one.rsvp.is_coming] == order
        wishes = {one.name: one.rsvp.speaker_turn for one in there if one.rsvp.speaker_turn is not None}
        wanting = [name for name, one in wanted.items() if one.wants is not None]
        assert sorted(wishes, key=lambda name: wishes[name]) == sorted(
            wanting, key=lambda name: wanted[name].wants or 0
        )

    @invariant()
    def same_word(self) -> None:
        if hasattr(self, "model"):
            assert set(self.world.told()) == self.model.told
            self.model.told.clear()

    def teardown(self) -> None:
        self.world.database.close()
        self._loop.close()
        self._impatient.stop()
        self._folder.cleanup()

    @property
    def _state(self) -> SessionState:
        return SessionState.CANCELLED if self.model.cancelled else SessionState.PLANNED

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(work)

    @contextmanager
    def _maybe_refused(self) -> Iterator[None]:
        """What raises UserError has changed nothing, and told nobody."""
        try:
            yield
        except UserError:
            self.world.news.clear()

    def _everybody(self) -> list[NamedRsvp]:
        with self.world.database.read() as uow:
            return uow.rosters.everybody(self.world.session_id)

    def _new_guest(self) -> str:
        self._guests += 1
        return f"guest {self._guests}"


def _standing(one: NamedRsvp) -> tuple[object, ...]:
    rsvp = one.rsvp
    seat = "speaker" if rsvp.speaks else rsvp.seat.value
    host = one.host if rsvp.guest_name else None
    return seat, rsvp.offered_until, rsvp.speaker_until, host


def _seen(one: Standing) -> tuple[object, ...]:
    return one.seat, one.until, one.speaker_until, one.host
