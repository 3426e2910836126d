"""A club whose sessions people answer, and the service that reminds them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.club import ClubSession, SessionPlan, SessionState
from bot.domain.members import Member
from bot.domain.reminders import CallKind, CallState
from bot.domain.roster import Role, Seat
from bot.services.reminders import Reminders
from storage.database import Database
from tests.outbox import START
from tests.reaching import World, put_rsvps, world

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
PLACE = "https://call.example/room"


@dataclass
class Club:
    """A club with sessions, who answers them, and the service that calls them."""

    world: World
    reminders: Reminders
    session_id: int = 0

    @property
    def now(self) -> datetime:
        return self.world.time.now()

    @property
    def session(self) -> ClubSession:
        with self.world.database.read() as uow:
            found = uow.club_sessions.get(self.session_id)
        assert found is not None
        return found

    def plan(self, *, starts_in: timedelta = timedelta(days=3), **facts: Any) -> None:
        """A session, shown in both chats."""
        values: dict[str, Any] = {"place": PLACE, "place_for_going": True}
        plan = SessionPlan("Attention", self.now + starts_in, "Europe/Moscow", **values | facts)
        with self.world.database.write() as uow:
            number = len(uow.club_sessions.upcoming(self.world.community_id, now=START))
            session = uow.club_sessions.add(self.world.community_id, plan, uid=f"uid {number}", now=self.now)
            chats = [one.id for one in uow.communities.destinations(self.world.community_id)]
            uow.session_cards.show_in(session.id, chats, now=self.now)
            self.reminders.session_changed(uow, None, session, self.now)
        self.session_id = session.id

    def change(self, *, state: SessionState = SessionState.PLANNED, **facts: Any) -> None:
        """Organisers change the session."""
        old = self.session
        new = replace(old, plan=replace(old.plan, **facts), state=state, schedule_version=old.schedule_version + 1)
        with self.world.database.write() as uow:
            saved = uow.club_sessions.save(new, expected=old.version)
            assert saved is not None
            self.reminders.session_changed(uow, old, saved, self.now)

    def answer(self, member: Member, seat: Seat = Seat.GOING, role: Role = Role.LISTENER) -> Member:
        put_rsvps(self.world.database, self.session_id, [member.id], seat, role)
        return member

    def comes(self, name: str, *platforms: str, seat: Seat = Seat.GOING, **choices: Any) -> Member:
        """Somebody who has answered the session."""
        return self.answer(self.world.member(name, *platforms or ("telegram",), **choices), seat)

    async def at(self, moment: datetime) -> None:
        """What happens at that moment, and in the minute after it."""
        self.world.time.advance_to(moment)
        await self.reminders.enqueue_due()
        await self.world.run()

    async def before(self, lead: timedelta) -> None:
        """The moment so long before the session."""
        await self.at(self.session.plan.starts_at - lead)

    async def after(self, length: timedelta) -> None:
        """The moment so long after its end."""
        await self.at(self.session.plan.ends_at + length)

    def told(self, chat: str) -> list[str]:
        """What a chat was told since this was asked last, without its formatting."""
        post = self.world.telegram if "telegram" in chat else self.world.discord
        heard = [said for there, said in post.said if there == chat]
        post.said[:] = [one for one in post.said if one[0] != chat]
        return heard

    def heads(self, chat: str) -> list[str]:
        """The first lines of these."""
        return [said.split("\n")[0].removeprefix("<b>").removesuffix("</b>") for said in self.told(chat)]

    def states(self, kind: CallKind = CallKind.REMINDER) -> dict[timedelta, CallState]:
        """What has become of the calls of the session's schedule, by lead."""
        with self.world.database.read() as uow:
            calls = uow.reminders.of_session(self.session_id)
        newest = self.session.schedule_version
        return {
            one.call.lead: one.state for one in calls if one.call.kind is kind and one.call.schedule_version == newest
        }


@asynccontextmanager
async def club(database: Database) -> AsyncIterator[Club]:
    async with world(database) as one:
        yield Club(one, Reminders(database, one.time.now, one.reaching))


REMINDER = "⏰ Reminder: Session 2 · Attention"
BEGINS = "▶️ It begins: Session 2 · Attention"
