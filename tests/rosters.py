"""A club session with people who answer it: the real service over a database of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.club import ClubSession, SessionPlan, SessionState
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.members import Account
from bot.domain.reaching import WordKind
from bot.domain.roster import Answer, Role, Seat
from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.services.clubs import Asking, ClubAccess
from bot.services.members import Members
from bot.services.reaching import Reaching
from bot.services.reminders import Reminders
from bot.services.rosters import NewsKind, RosterNews, RsvpTruth
from bot.services.rsvps import Rsvps
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.fakes import FakeClock

GROUP = DestinationSpec("telegram", "-100", kind=DestinationKind.GROUP, title="Readers")
CHANNEL = DestinationSpec("discord", "200", kind=DestinationKind.CHANNEL, title="club", server_id="20")

RENDERERS = {"telegram": telegram_payloads, "discord": discord_payloads}


@dataclass
class RosterWorld:
    """People answer by name, in the Telegram group; names that end in "@discord" do so in the Discord channel of the
    same community. `news` is what members were told, by name. The session is in three days, unless said otherwise."""

    database: Database
    clock: FakeClock
    news: list[tuple[NewsKind, str]] = field(default_factory=list)
    session_id: int = 0
    killing: Exception | None = None
    """Raised where somebody is to be told something: nothing of that transaction happens."""

    def __post_init__(self) -> None:
        self.rsvps = Rsvps(self.database, self.clock, self._tell)
        self.reminders = Reminders(self.database, self.clock, Reaching(RENDERERS))
        self.members = Members(self.database, self.clock, self.rsvps)

    def open(self, *, starts_in: timedelta = timedelta(days=3), **facts: Any) -> int:
        """A session; its id."""
        plan = SessionPlan("Reading", self.clock() + starts_in, "Europe/Moscow")
        with self.database.write() as uow:
            here = uow.communities.ensure_destination(GROUP, zone="Europe/Moscow", languages=("en",))
            there = uow.communities.ensure_destination(CHANNEL, zone="Europe/Moscow", languages=("en",))
            uow.communities.join(there.id, here.community_id)
            number = len(uow.club_sessions.upcoming(here.community_id, now=self.clock()))
            stored = uow.club_sessions.add(
                here.community_id, replace(plan, **facts), uid=f"session-{number}", now=self.clock()
            )
            self.reminders.session_changed(uow, None, stored, self.clock())
        self.session_id = stored.id
        return stored.id

    @property
    def session(self) -> ClubSession:
        with self.database.read() as uow:
            found = uow.club_sessions.get(self.session_id)
        assert found is not None
        return found

    def asking(self, name: str, *, organiser: bool = False) -> Asking:
        platform = "discord" if name.endswith("@discord") else "telegram"
        account = Account(platform, name, name)
        return Asking(account, GROUP if platform == "telegram" else CHANNEL, chat_administrator=organiser)

    async def say(self, name: str, answer: Answer = Answer.GOING) -> RsvpTruth:
        return await self.rsvps.answer(self.asking(name), self.session_id, answer)

    async def all_say(self, *names: str, answer: Answer = Answer.GOING) -> list[RsvpTruth]:
        """One after another."""
        return [await self.say(name, answer) for name in names]

    def access(self, *, organiser: bool = True) -> ClubAccess:
        with self.database.read() as uow:
            community = uow.communities.get(self.session.community_id)
            club = uow.clubs.get(self.session.community_id)
        assert community is not None
        return ClubAccess(self.asking("Boss"), community, club, None, None, organiser, self.clock())

    def member_id(self, name: str) -> int:
        with self.database.write() as uow:
            return uow.members.ensure(self.asking(name).account, now=self.clock()).id

    def change(self, *, state: SessionState = SessionState.PLANNED, **facts: Any) -> bool:
        """The organisers change the session. Returns whether it is another by that."""
        with self.database.write() as uow:
            old = uow.club_sessions.get(self.session_id)
            assert old is not None
            new = replace(old, plan=replace(old.plan, **facts), state=state)
            if new == old:
                return False
            if (new.plan.starts_at, new.state) != (old.plan.starts_at, old.state):
                new = replace(new, schedule_version=old.schedule_version + 1)
            saved = uow.club_sessions.save(new, expected=old.version)
            assert saved is not None
            self.rsvps.session_changed(uow, old, saved, self.clock())
            self.reminders.session_changed(uow, old, saved, self.clock())
        return True

    async def remind(self) -> list[tuple[int, timedelta, str]]:
        """Makes the calls that are due; the reminders that people got by that: (schedule version, lead, name)."""
        before = self._reminded()
        await self.reminders.enqueue_due()
        return sorted((self._reminded() - before).elements())

    def _reminded(self) -> Counter[tuple[int, timedelta, str]]:
        with self.database.read() as uow:
            words = uow.reaching.of_session(self.session_id, [WordKind.REMINDER])
            names = {one.id: one.name for one in uow.members.many([word.member_id for word in words])}
        keys = [(word.key.split(":"), names[word.member_id]) for word in words]
        return Counter((int(key[2]), timedelta(seconds=int(key[3])), name) for key, name in keys)

    def seats(self) -> dict[str, str]:
        """Everybody who has answered by name, in the order of turns: "going", "speaker", "waitlisted"…"""
        with self.database.read() as uow:
            people = uow.rosters.everybody(self.session_id)
        return {
            one.name: Role.SPEAKER.value
            if one.rsvp.role is Role.SPEAKER and one.rsvp.seat is Seat.GOING
            else one.rsvp.seat.value
            for one in people
        }

    def those(self, seat: str) -> list[str]:
        return [name for name, theirs in self.seats().items() if theirs == seat]

    def told(self) -> list[tuple[str, str]]:
        """What members were told since this was asked last: (kind, name)."""
        told = [(kind.value, name) for kind, name in self.news]
        self.news.clear()
        return told

    def at(self, moment: datetime) -> None:
        self.clock.now = moment

    def _tell(self, uow: UnitOfWork, news: Sequence[RosterNews], now: datetime) -> None:
        if self.killing is not None:
            raise self.killing
        names = {member.id: member.name for member in uow.members.many([one.member_id for one in news])}
        self.news += [(one.kind, names[one.member_id]) for one in news]
