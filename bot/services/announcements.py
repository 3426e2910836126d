"""Announcements: what organisers make of a post that tells of a session."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from bot.domain.announcements import Announcement, AnnouncementState, new_session, readings
from bot.domain.club import ClubSession
from bot.domain.errors import UserError
from bot.domain.materials import linked
from bot.domain.session_drafts import SessionDraft
from bot.domain.session_posts import SessionPost
from bot.locales import N_
from bot.services.club_sessions import ClubSessions
from bot.services.clubs import ClubAccess
from bot.services.materials import Materials
from bot.services.noticing import still_found
from bot.services.ports import Clock
from storage.database import Database
from storage.unit_of_work import UnitOfWork

LOOKED_THROUGH = 20
"""Sessions of a club, the newest, of which a post may share materials."""
IS_OVER = N_("What the post announces is over by now.")
_GONE = N_("This button is from an older version of mine. Please ask again; /help lists what I can do.")


@dataclass(frozen=True, slots=True)
class Noticed:
    """An announcement with what its post says by now; None where that is over, or was taken out of the post."""

    announcement: Announcement
    found: SessionPost | None


class Announcements:
    """Posts that organisers were asked about. All methods with a `ClubAccess` raise UserError for anybody who is none,
    and for a post that another club was asked about."""

    def __init__(self, database: Database, clock: Clock, sessions: ClubSessions, materials: Materials) -> None:
        self._database = database
        self._clock = clock
        self._sessions = sessions
        self._materials = materials
        self._turn = asyncio.Lock()  # two presses at once make one draft

    async def community_of(self, announcement_id: int) -> int:
        """Whose organisers were asked. Raises UserError where nobody was."""
        return _there(await self._database.query(lambda uow: uow.announcements.get(announcement_id))).community_id

    async def get(self, access: ClubAccess, announcement_id: int) -> Noticed:
        """An announcement with what its post says by now."""
        access.require_organiser()
        announcement = await self._database.query(_own, access, announcement_id)
        return Noticed(announcement, still_found(access.community, announcement.post, self._clock()))

    async def draw_up(self, access: ClubAccess, announcement_id: int) -> SessionDraft:
        """The draft of the session that a post announces, or what it has become; another one where that was given
        up."""
        async with self._turn:
            noticed = await self.get(access, announcement_id)
            begun = noticed.announcement.draft_id
            draft = await self._sessions.draft(access, begun) if begun is not None else None
            if draft is not None and (draft.session_id is not None or not draft.confirmed):
                return draft
            found, now = noticed.found, self._clock()
            if found is None or found.when is None:
                raise UserError(IS_OVER)
            times = readings(found, now)
            draft = await self._sessions.begin(access, new_session(found, now), times if len(times) > 1 else ())
            await self._change(access, announcement_id, state=AnnouncementState.TAKEN_UP, draft_id=draft.id)
            return draft

    async def sessions_before(self, access: ClubAccess, announcement_id: int) -> list[ClubSession]:
        """The sessions whose materials a post may share: the newest that had begun when it was written, then those that
        began after it."""
        noticed = await self.get(access, announcement_id)
        posted, now = noticed.announcement.post.posted_at, self._clock()

        def look_up(uow: UnitOfWork) -> list[ClubSession]:
            past = uow.club_sessions.past(access.community.id, now=now, limit=LOOKED_THROUGH)
            coming = uow.club_sessions.upcoming(access.community.id, now=now, limit=1)
            return [*(one for one in coming if one.plan.starts_at <= now), *past]  # one that runs is upcoming

        begun = await self._database.query(look_up)
        return sorted(begun, key=lambda one: one.plan.starts_at > posted)

    async def attach(self, access: ClubAccess, announcement_id: int, session: ClubSession) -> int:
        """Makes the links of a post the materials of a session; how many those are. May be repeated. Raises UserError
        where there are none any more."""
        if session.community_id != access.community.id:
            raise UserError(_GONE)
        noticed = await self.get(access, announcement_id)
        links = noticed.found.materials if noticed.found else ()
        if not links:
            raise UserError(IS_OVER)
        for link in links:
            await self._materials.add(access, session, linked(link.url, link.text))
        await self._change(access, announcement_id, state=AnnouncementState.TAKEN_UP, session_id=session.id)
        return len(links)

    async def ignore(self, access: ClubAccess, announcement_id: int) -> None:
        """Nothing is made of a post. May be repeated; what was made of it stays."""
        await self._change(access, announcement_id, state=AnnouncementState.IGNORED)

    async def take_back(self, access: ClubAccess, announcement_id: int) -> Noticed:
        """A post that was ignored is open again. May be repeated."""
        await self._change(access, announcement_id, state=AnnouncementState.OPEN)
        return await self.get(access, announcement_id)

    async def _change(self, access: ClubAccess, announcement_id: int, **values: object) -> None:
        access.require_organiser()

        def apply(uow: UnitOfWork) -> None:
            known = _own(uow, access, announcement_id)
            taken_up = known.state is AnnouncementState.TAKEN_UP
            if not (taken_up and values["state"] is not AnnouncementState.TAKEN_UP):
                uow.announcements.save(replace(known, **values))  # type: ignore[arg-type]  # by the fields' names

        await self._database.run(apply)


def _own(uow: UnitOfWork, access: ClubAccess, announcement_id: int) -> Announcement:
    announcement = _there(uow.announcements.get(announcement_id))
    if announcement.community_id != access.community.id:
        raise UserError(_GONE)
    return announcement


def _there(announcement: Announcement | None) -> Announcement:
    if announcement is None:
        raise UserError(_GONE)
    return announcement
