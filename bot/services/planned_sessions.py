"""The sessions that a club has: found, listed, shown in more chats, cancelled, and taking place after all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import structlog

from bot.domain.club import ClubSession, SessionState
from bot.domain.communities import Destination, DestinationKind
from bot.domain.errors import UserError
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.club_sessions import IS_OVER
from bot.services.clubs import ClubAccess
from bot.services.ports import Clock
from bot.services.session_writer import SessionWriter
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

NO_SESSION = N_("There is no such session. /club sessions lists those that there are.")
REASON_LIMIT = 300


class PlannedSessions:
    """Sessions for those who ask their club. What changes them raises UserError for who may not decide for the club,
    and everything does for sessions of another one."""

    def __init__(self, database: Database, clock: Clock, writer: SessionWriter) -> None:
        self._database = database
        self._clock = clock
        self._writer = writer

    async def get(self, access: ClubAccess, session_id: int) -> ClubSession:
        """A session of the club, as it is now. Raises UserError where there is none."""
        found = await self._database.query(lambda uow: uow.club_sessions.get(session_id))
        return _of_club(access, found)

    async def numbered(self, access: ClubAccess, number: int) -> ClubSession:
        """The club's session with this number. Raises UserError where there is none."""
        community_id = access.community.id
        found = await self._database.query(lambda uow: uow.club_sessions.numbered(community_id, number))
        return _of_club(access, found)

    async def upcoming(self, access: ClubAccess) -> list[ClubSession]:
        """The club's sessions that are not over, also cancelled ones, the soonest first."""
        now, community_id = self._clock(), access.community.id
        return await self._database.query(lambda uow: uow.club_sessions.upcoming(community_id, now=now))

    async def newest(self, access: ClubAccess) -> ClubSession | None:
        """The club's session with the highest number that is not cancelled, None where there is none."""
        return await self._database.query(lambda uow: uow.club_sessions.newest(access.community.id))

    async def shown_in(self, session: ClubSession) -> set[int]:
        """The ids of the chats that show a session."""
        cards = await self._database.query(lambda uow: uow.session_cards.of_session(session.id))
        return {card.destination.id for card in cards if not card.taken_off}

    async def chats(self, access: ClubAccess, say: Translator) -> dict[int, str]:
        """What to call each chat that the club can show sessions in, by its id."""
        found = await self._database.query(lambda uow: uow.session_cards.chats(access.community.id))
        several = len({chat.platform for chat, _ in found}) > 1
        return {chat.id: _chat_name(chat, say, platform=several) for chat, _ in found}

    async def lost_chats(self, access: ClubAccess, say: Translator) -> dict[int, str]:
        """What to call each chat of the club that cannot be written to now, by its id."""
        found = await self._database.query(lambda uow: uow.session_cards.lost_chats(access.community.id))
        return {chat.id: _chat_name(chat, say, platform=True) for chat in found}

    async def zones(self, access: ClubAccess) -> list[str]:
        """The zones of the club's members, the commonest first."""
        return await self._database.query(lambda uow: uow.session_cards.zones(access.community.id))

    # Whether it takes place

    async def cancel(self, access: ClubAccess, session_id: int, reason: str = "") -> ClubSession:
        """The session does not take place. May be repeated; the reason is the last one that was given."""
        return await self._turn(access, session_id, SessionState.CANCELLED, cut(" ".join(reason.split()), REASON_LIMIT))

    async def restore(self, access: ClubAccess, session_id: int) -> ClubSession:
        """The session takes place after all. May be repeated."""
        return await self._turn(access, session_id, SessionState.PLANNED, "")

    async def show_in(self, access: ClubAccess, session_id: int, chats: Mapping[int, bool]) -> ClubSession:
        """The session is shown in these chats, or not any more. Others stay as they are. May be repeated."""
        access.require_organiser()

        def show(uow: UnitOfWork) -> ClubSession:
            session, now = _of_club(access, uow.club_sessions.get(session_id)), self._clock()
            own = {chat.id for chat, _ in uow.session_cards.chats(access.community.id)}
            uow.session_cards.show_in(session.id, [one for one, on in chats.items() if on and one in own], now=now)
            uow.session_cards.take_off(session.id, [one for one, on in chats.items() if not on], now=now)
            uow.session_cards.touch(session.id, now=now)  # another one may have the event of its server now
            return session

        return await self._database.run(show)

    async def _turn(self, access: ClubAccess, session_id: int, state: SessionState, reason: str) -> ClubSession:
        access.require_organiser()

        def turn(uow: UnitOfWork) -> ClubSession:
            now = self._clock()
            session = _of_club(access, uow.club_sessions.get(session_id))
            if session.is_over(now):
                raise UserError(IS_OVER)
            by = uow.members.ensure(access.asking.account, now=now).id
            return self._writer.save(uow, session, replace(session, state=state, reason=reason), by=by, now=now)

        session = await self._database.run(turn)
        log.info("session_turned", session=session.id, state=session.state.value)
        return session


def _of_club(access: ClubAccess, session: ClubSession | None) -> ClubSession:
    if session is None or session.community_id != access.community.id:
        raise UserError(NO_SESSION)
    return session


def _chat_name(chat: Destination, say: Translator, *, platform: bool) -> str:
    private = chat.kind is DestinationKind.PRIVATE
    name = say.gettext("our private chat") if private else chat.title or chat.chat_id
    return f"{name} ({chat.platform.capitalize()})" if platform else name
