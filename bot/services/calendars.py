"""Calendars: the addresses that people subscribe to, what stands there, and single sessions to take along."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.calendars import (
    KEPT_FOR,
    TOKEN_BYTES,
    Calendar,
    CalendarEvent,
    CommunityCalendar,
    MemberCalendar,
    Owner,
)
from bot.domain.club import ClubSession
from bot.domain.members import Member
from bot.domain.roster import Seat
from bot.domain.series_calendar import with_series
from bot.locales import Translator, nearest, translator
from bot.services.calendar_message import event_of, series_event
from bot.services.clubs import ClubAccess
from bot.services.ports import Clock
from bot.services.session_numbers import meant_session
from storage.database import Database
from storage.unit_of_work import UnitOfWork

MOST_EVENTS = 500
"""Sessions in one calendar, of more the latest: ten years of weekly ones."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where somebody can subscribe: to what they come to, which is None for a chat that speaks for itself, and to all
    sessions of the club."""

    own: str | None
    club: str


def random_token() -> str:
    """What nobody guesses, as letters, digits, - and _."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class Calendars:
    """Keeps the addresses of calendars, and fills the calendars in."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        base: str | None,
        default_language: str,
        token: Callable[[], str] = random_token,
    ) -> None:
        """`base` is what all addresses begin with, None where none are served."""
        self._database = database
        self._clock = clock
        self._base = base
        self._default_language = default_language
        self._token = token

    async def remember(self, access: ClubAccess) -> None:
        """Who asks in one of a club's chats means that club in private, where they are shown what others may not see.
        May be repeated."""
        if access.asking.private or not access.asking.is_person:
            return

        def remember(uow: UnitOfWork) -> None:
            member = uow.members.ensure(access.asking.account, now=access.now)
            uow.clubs.came_from(member.id, access.community.id)

        await self._database.run(remember)

    async def addresses(self, access: ClubAccess) -> Addresses | None:
        """The addresses for somebody in a club, made where they are missing; None where none are served."""
        if self._base is None:
            return None
        own, club = await self._database.run(self._tokens, access)
        return Addresses(self._address(own) if own else None, self._address(club))

    async def renew_own(self, access: ClubAccess) -> None:
        """The one who asks gets a new address; the one before opens nothing any more. Raises UserError for a chat that
        speaks for itself."""
        access.require_person()

        def renew(uow: UnitOfWork) -> None:
            member = uow.members.ensure(access.asking.account, now=access.now)
            uow.calendars.set_token(MemberCalendar(member.id), self._token(), now=access.now)

        await self._database.run(renew)

    async def renew_club(self, access: ClubAccess) -> None:
        """The club gets a new address. Raises UserError unless an organiser asks."""
        access.require_organiser()
        owner, token = CommunityCalendar(access.community.id), self._token()
        await self._database.run(lambda uow: uow.calendars.set_token(owner, token, now=access.now))

    async def session(self, access: ClubAccess, number: int | None) -> ClubSession | None:
        """The session of a club with a number, without one the next; None where there is none. Raises UserError where
        a number is given that no session has."""
        return await self._database.query(meant_session, access, number)

    async def event(self, access: ClubAccess, session: ClubSession, say: Translator) -> CalendarEvent:
        """A session as an event for the one who asks: with the place where they may see it."""

        def look_up(uow: UnitOfWork) -> CalendarEvent:
            member = access.member
            seat = uow.calendars.seats(member.id, [session.id]).get(session.id) if member else None
            return event_of(
                session,
                say,
                club=access.community.name,
                speakers=uow.calendars.speakers([session.id]).get(session.id, ()),
                leads=access.club.leads if member is None or member.leads is None else member.leads,
                seat=seat if seat in (Seat.GOING, Seat.OFFERED, Seat.MAYBE) else None,
            )

        return await self._database.query(look_up)

    async def calendar(self, token: str) -> Calendar | None:
        """What stands at the address with a token, None where it opens nothing."""
        return await self._database.query(self._calendar, token)

    def _tokens(self, uow: UnitOfWork, access: ClubAccess) -> tuple[str | None, str]:
        club = self._ensured(uow, CommunityCalendar(access.community.id), access.now)
        if not access.asking.is_person:
            return None, club
        member = uow.members.ensure(access.asking.account, now=access.now)
        return self._ensured(uow, MemberCalendar(member.id), access.now), club

    def _ensured(self, uow: UnitOfWork, owner: Owner, now: datetime) -> str:
        token = uow.calendars.token_of(owner)
        if token is None:
            token = self._token()
            uow.calendars.set_token(owner, token, now=now)
        return token

    def _address(self, token: str) -> str:
        return f"{self._base}/{token}.ics"

    def _calendar(self, uow: UnitOfWork, token: str) -> Calendar | None:
        match uow.calendars.owner_of(token):
            case CommunityCalendar(community_id):
                return self._of_community(uow, community_id)
            case MemberCalendar(member_id):
                member = uow.members.get(member_id)
                return self._of_member(uow, member) if member else None
        return None

    def _of_community(self, uow: UnitOfWork, community_id: int) -> Calendar | None:
        community = uow.communities.get(community_id)
        if community is None:
            return None
        say = self._say(*community.languages)
        club = uow.clubs.get(community_id)
        sessions = uow.calendars.of_community(community_id, since=self._clock() - KEPT_FOR, limit=MOST_EVENTS)
        speakers = uow.calendars.speakers([session.id for session in sessions])
        name = community.name or say.gettext("The reading club")
        events = [
            (one, event_of(one, say, club=community.name, speakers=speakers.get(one.id, ()), leads=club.leads))
            for one in sessions
        ]
        series = [(one, series_event(one, name, club.leads)) for one in uow.series.of_community(community_id)]
        return Calendar(name, community.zone, with_series(events, series), subscribed=True)

    def _of_member(self, uow: UnitOfWork, member: Member) -> Calendar:
        held = uow.calendars.of_member(member.id, since=self._clock() - KEPT_FOR, limit=MOST_EVENTS)
        speakers = uow.calendars.speakers([session.id for session, _ in held])
        ids = list(dict.fromkeys(session.community_id for session, _ in held))
        communities = {id_: one for id_ in ids if (one := uow.communities.get(id_))}
        clubs = {id_: uow.clubs.get(id_) for id_ in ids}
        spoken = [account.language for account in member.accounts]
        say = self._say(member.language, *spoken, *(tag for one in communities.values() for tag in one.languages[:1]))
        events = tuple(
            event_of(
                session,
                say,
                club=communities[session.community_id].name,
                speakers=speakers.get(session.id, ()),
                leads=clubs[session.community_id].leads if member.leads is None else member.leads,
                seat=seat,
            )
            for session, seat in held
        )
        zone = member.zone or next((one.zone for one in communities.values()), "UTC")
        return Calendar(say.gettext("My reading club"), zone, events, subscribed=True)

    def _say(self, *tags: str | None) -> Translator:
        """Who speaks the first of these languages that we have."""
        return translator(next(filter(None, map(nearest, tags)), self._default_language))
