"""What people and clubs choose about reminders, who was reminded, and who came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.club import Club, ClubSession
from bot.domain.errors import UserError
from bot.domain.members import Member
from bot.domain.pages import Page, page_of
from bot.domain.reaching import PrivateChat, WordKind, WordRecord
from bot.domain.reminders import LEADS, leads_of, with_lead
from bot.locales import N_
from bot.services.clubs import ClubAccess
from storage.attendance import Attendee
from storage.database import Database
from storage.reminders import CallRecord
from storage.unit_of_work import UnitOfWork

PEOPLE_ON_A_PAGE = 10
NOT_OVER = N_("The session has not begun yet.")
NOT_KEPT = N_("This club does not keep who came.")
NOT_GOING = N_("You were not signed up for this session.")


_Choose = Callable[[Club, Member], tuple[timedelta, ...] | None]


@dataclass(frozen=True, slots=True)
class ReminderStanding:
    """How somebody is reminded. `way` is the private chat in which they are, None where there is none that works as far
    as is known; `unheard`: nobody knows yet whether it does."""

    club: Club
    member: Member
    way: PrivateChat | None
    unheard: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """Who was told what of a session: a page of people, each with all that they were told."""

    session: ClubSession
    calls: tuple[CallRecord, ...]
    people: Page[tuple[Member, tuple[WordRecord, ...]]]


class ReminderSettings:
    """Takes what is chosen. Who asks has a `ClubAccess`, which says what they may do. Everything may be repeated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self, access: ClubAccess) -> ReminderStanding:
        """How who asks is reminded. From now on they are known, and in private mean this club."""
        access.require_person()
        return await self._database.run(self._standing, access)

    async def choose(self, access: ClubAccess, changed: Mapping[timedelta, bool]) -> ReminderStanding:
        """Who asks is reminded with some leads from now on, or is not."""
        return await self._change(access, lambda club, member: with_lead(leads_of(member.leads, club), _known(changed)))

    async def as_the_club(self, access: ClubAccess) -> ReminderStanding:
        """Who asks is reminded as the club does it from now on."""
        return await self._change(access, lambda _club, _member: None)

    async def choose_for_club(self, access: ClubAccess, changed: Mapping[timedelta, bool]) -> Club:
        """The club reminds with some leads from now on, or does not. Only for organisers."""
        access.require_organiser()

        def choose(uow: UnitOfWork) -> Club:
            club = uow.clubs.get(access.community.id)
            uow.clubs.put(replace(club, leads=with_lead(club.leads, _known(changed))))
            return uow.clubs.get(access.community.id)

        return await self._database.run(choose)

    async def ledger(self, access: ClubAccess, session: ClubSession, page: int) -> Ledger:
        """Who was told what of a session, and when. Only for organisers."""
        access.require_organiser()

        def look_up(uow: UnitOfWork) -> Ledger:
            kinds = [kind for kind in WordKind if kind is not WordKind.ORGANISING]
            here = page_of(uow.reaching.people_told(session.id, kinds), page, PEOPLE_ON_A_PAGE)
            words = uow.reaching.of_session(session.id, kinds, member_ids=here.shown)
            people = [
                (one, tuple(word for word in words if word.member_id == one.id)) for one in uow.members.many(here.shown)
            ]
            return Ledger(session, tuple(uow.reminders.of_session(session.id)), here.showing(people))

        return await self._database.query(look_up)

    async def session_to_show(self, access: ClubAccess) -> ClubSession | None:
        """The session of which the ledger is asked without saying so: the next one, else the last one."""

        def look_up(uow: UnitOfWork) -> ClubSession | None:
            community_id = access.community.id
            coming = uow.club_sessions.next(community_id, now=access.now)
            return coming or next(iter(uow.club_sessions.past(community_id, now=access.now, limit=1)), None)

        return await self._database.query(look_up)

    # Who came

    async def was_there(self, access: ClubAccess, session: ClubSession, *, came: bool) -> None:
        """Who asks says whether they came. Raises UserError where that is not kept, or they were not signed up."""
        _require_kept(access, session)
        member = access.member

        def keep(uow: UnitOfWork) -> int:
            return uow.attendance.keep(session.id, {member.id: came}) if member else 0

        if not await self._database.run(keep):
            raise UserError(NOT_GOING)

    async def attendees(self, access: ClubAccess, session: ClubSession) -> list[Attendee]:
        """Those who were signed up and want it to be kept whether they come. Only for organisers."""
        access.require_organiser()
        _require_kept(access, session)
        return await self._database.query(lambda uow: uow.attendance.of_session(session.id))

    async def tick(self, access: ClubAccess, session: ClubSession, came: Mapping[int, bool]) -> list[Attendee]:
        """Organisers say who came, of those who want it to be kept."""
        known = {one.member_id for one in await self.attendees(access, session)}

        def keep(uow: UnitOfWork) -> list[Attendee]:
            uow.attendance.keep(session.id, {one: there for one, there in came.items() if one in known})
            return uow.attendance.of_session(session.id)

        return await self._database.run(keep)

    # Inside

    def _standing(self, uow: UnitOfWork, access: ClubAccess) -> ReminderStanding:
        member = uow.members.ensure(access.asking.account, now=access.now)
        uow.clubs.came_from(member.id, access.community.id)
        person = uow.reaching.reachable([member.id])[member.id]
        way = next(
            (one for one in person.ways({chat.account.platform for chat in person.chats}) if one.refusal is None), None
        )
        return ReminderStanding(uow.clubs.get(access.community.id), member, way, way is None or way.heard_at is None)

    async def _change(self, access: ClubAccess, chosen: _Choose) -> ReminderStanding:
        def change(uow: UnitOfWork) -> ReminderStanding:
            standing = self._standing(uow, access)
            uow.members.save(replace(standing.member, leads=chosen(standing.club, standing.member)))
            return self._standing(uow, access)

        return await self._database.run(change)


def _known(changed: Mapping[timedelta, bool]) -> dict[timedelta, bool]:
    """Of what was chosen, the leads that there are to choose."""
    return {lead: on for lead, on in changed.items() if lead in LEADS}


def _require_kept(access: ClubAccess, session: ClubSession) -> None:
    if not access.club.attendance:
        raise UserError(NOT_KEPT)
    if access.now < session.plan.starts_at:
        raise UserError(NOT_OVER)
