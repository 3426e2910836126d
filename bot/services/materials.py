"""Materials of sessions: added by organisers and those who speak, shown on cards, and told to those who came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.club import ClubSession
from bot.domain.errors import UserError
from bot.domain.files import File
from bot.domain.materials import (
    GATHERED_FOR,
    MOST_MATERIALS,
    Material,
    MaterialKind,
    NewMaterial,
    checked_title,
)
from bot.domain.members import Member
from bot.domain.messages import Block, Message
from bot.domain.reaching import WordKind
from bot.domain.roster import Rsvp, Seat
from bot.locales import N_, Translator
from bot.services.clubs import ClubAccess
from bot.services.material_message import news, on_card
from bot.services.ports import Clock
from bot.services.reaching import Reaching, Word
from bot.services.session_numbers import numbered_session
from storage.database import Database
from storage.unit_of_work import UnitOfWork

WORTH_IT_FOR = timedelta(days=3)
FILES_POSTED = 3
"""Files that stand in chats with the news; others are brought by buttons."""
KEPT_FOR = timedelta(days=90)
"""How long what was removed can be put back."""
GONE = N_("This material is not there any more.")
NOT_YOURS = N_("Only organisers, and those who speak at this session, can do that.")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The materials of a session as one person sees them. `may_add`: they may add more; `own` are the ids of those
    they may change; `waiting`: others will be told of some soon; `begun`: so has the session; `added` is the one they
    have just added, changed or removed."""

    session: ClubSession
    materials: tuple[Material, ...]
    may_add: bool
    own: frozenset[int]
    waiting: bool
    begun: bool
    added: Material | None = None


class Materials:
    """Keeps materials. Methods with a `ClubAccess` raise UserError for those who may not do what they ask for."""

    def __init__(self, database: Database, clock: Clock, reaching: Reaching) -> None:
        self._database = database
        self._clock = clock
        self._reaching = reaching

    async def session(self, access: ClubAccess, number: int | None) -> ClubSession:
        """The session of a club with a number; without one the last that has begun, else the next. Raises UserError
        where there is none."""

        def look_up(uow: UnitOfWork) -> ClubSession | None:
            if number is not None:
                return numbered_session(uow, access, number)
            coming = uow.club_sessions.next(access.community.id, now=access.now)
            past = uow.club_sessions.past(access.community.id, now=access.now, limit=1)
            if coming is not None and coming.plan.starts_at <= access.now:
                return coming
            return next(iter(past), coming)

        found = await self._database.query(look_up)
        if found is None:
            raise UserError("There has been no session yet.")
        return found

    async def session_of(self, material_id: int) -> int:
        """The session that a material belongs to. Raises UserError where it is gone."""
        material = await self._database.query(lambda uow: uow.materials.get(material_id))
        if material is None:
            raise UserError(GONE)
        return material.session_id

    async def shelf(self, access: ClubAccess, session: ClubSession) -> Shelf:
        """The materials of a session."""
        return await self._database.query(_shelf, access, session)

    async def require_adder(self, access: ClubAccess, session: ClubSession) -> None:
        """Raises UserError unless they may add materials: asked before a file is fetched."""
        if not (await self.shelf(access, session)).may_add:
            raise UserError(NOT_YOURS)

    async def add(self, access: ClubAccess, session: ClubSession, new: NewMaterial) -> Shelf:
        """Adds a material. The same address again, or the same file, changes nothing but the title."""

        def add(uow: UnitOfWork) -> Shelf:
            if not _may_add(uow, access, session):
                raise UserError(NOT_YOURS)
            by = uow.members.ensure(access.asking.account, now=access.now).id if access.asking.is_person else None
            same = next((one for one in uow.materials.of_session(session.id) if _is_same(uow, one, new)), None)
            if same is not None:
                uow.materials.save(session, replace(same, title=new.title, kind=new.kind))
                material_id = same.id
            else:
                if uow.materials.number_of(session.id) >= MOST_MATERIALS:
                    raise UserError("A session has at most {number} materials.", number=MOST_MATERIALS)
                soon = access.now + GATHERED_FOR
                material_id = uow.materials.add(session, new, by=by, now=access.now, announce_at=soon)
                uow.materials.announce_at(session.id, soon)
            return self._changed(uow, access, session, material_id)

        return await self._database.run(add)

    async def change(
        self, access: ClubAccess, session: ClubSession, material_id: int, *, title: str = "", kind: str = ""
    ) -> Shelf:
        """A material is called something else, or is something else; "" leaves it."""

        def changed(uow: UnitOfWork, material: Material) -> Material:
            kept = MaterialKind(kind) if kind in set(MaterialKind) else material.kind
            return replace(material, title=checked_title(title) or material.title, kind=kept)

        return await self._edit(access, session, material_id, changed)

    async def remove(self, access: ClubAccess, session: ClubSession, material_id: int) -> Shelf:
        """Takes a material away; it can be put back. May be repeated."""
        return await self._edit(
            access, session, material_id, lambda _uow, one: replace(one, removed_at=one.removed_at or access.now)
        )

    async def put_back(self, access: ClubAccess, session: ClubSession, material_id: int) -> Shelf:
        """Puts back what was taken away. May be repeated."""

        def put_back(uow: UnitOfWork, material: Material) -> Material:
            uow.materials.wait_again(material.id, access.now + GATHERED_FOR)
            return replace(material, removed_at=None)

        return await self._edit(access, session, material_id, put_back)

    async def announce(self, access: ClubAccess, session: ClubSession) -> Shelf:
        """Others are told at once. May be repeated."""

        def announce(uow: UnitOfWork) -> Shelf:
            if not _may_add(uow, access, session):
                raise UserError(NOT_YOURS)
            self._announce(uow, session, access.now)
            return _shelf(uow, access, session)

        return await self._database.run(announce)

    async def file(self, material_id: int) -> File:
        """A file, for somebody who may see its session. Raises UserError where it is gone."""
        file = await self._database.query(lambda uow: uow.materials.file(material_id))
        if file is None:
            raise UserError(GONE)
        return file

    async def announce_due(self) -> int:
        """Tells of what has waited long enough; of how many sessions. May be repeated."""
        if not await self._database.query(lambda uow: uow.materials.due(self._clock(), limit=1)):
            return 0
        return await self._database.run(self._announce_due)

    async def prune(self) -> None:
        """Forgets what was removed long ago."""
        before = self._clock() - KEPT_FOR
        await self._database.run(lambda uow: uow.materials.prune(before))

    # What is shown and done elsewhere

    @staticmethod
    def on_card(uow: UnitOfWork, session: ClubSession, say: Translator) -> tuple[Block, ...]:
        """What the card of a session shows of its materials."""
        return on_card(uow.materials.of_session(session.id), say)

    @staticmethod
    def session_changed(uow: UnitOfWork, old: ClubSession | None, new: ClubSession, now: datetime) -> None:
        """Materials are found by what their session is called."""
        if old is not None and (old.plan.title, old.plan.notes, old.plan.papers) != (
            new.plan.title,
            new.plan.notes,
            new.plan.papers,
        ):
            uow.materials.session_changed(new)

    async def _edit(
        self,
        access: ClubAccess,
        session: ClubSession,
        material_id: int,
        change: Callable[[UnitOfWork, Material], Material],
    ) -> Shelf:
        def edit(uow: UnitOfWork) -> Shelf:
            material = uow.materials.get(material_id)
            if material is None or material.session_id != session.id:
                raise UserError(GONE)
            if not _may_change(uow, access, session, material):
                raise UserError(NOT_YOURS)
            uow.materials.save(session, change(uow, material))
            return self._changed(uow, access, session, material_id)

        return await self._database.run(edit)

    def _changed(self, uow: UnitOfWork, access: ClubAccess, session: ClubSession, material_id: int) -> Shelf:
        uow.session_cards.touch(session.id, now=access.now)
        return replace(_shelf(uow, access, session), added=uow.materials.get(material_id))

    def _announce_due(self, uow: UnitOfWork) -> int:
        now = self._clock()
        due = uow.materials.due(now)
        for session_id in due:
            session = uow.club_sessions.get(session_id)
            if session is not None:
                self._announce(uow, session, now)
        return len(due)

    def _announce(self, uow: UnitOfWork, session: ClubSession, now: datetime) -> None:
        materials = uow.materials.take_announced(session.id, now=now)
        if not materials:
            return
        key, expires_at = f"materials:{session.id}:{max(one.id for one in materials)}", now + WORTH_IT_FOR

        def for_chat(say: Translator) -> Message:
            return news(session, materials, say)

        def for_person(say: Translator, _member: Member) -> Message:
            return news(session, materials, say)

        files = [file for one in materials if one.is_file and (file := uow.materials.file(one.id))][:FILES_POSTED]
        self._reaching.tell_chats(uow, session.community_id, key, for_chat, expires_at=expires_at, now=now, files=files)
        words = [
            Word(one.member_id, key, WordKind.AFTER, session.id, for_person, expires_at)
            for one in (named.rsvp for named in uow.rosters.everybody(session.id))
            if one.member_id is not None and _wants_them(one, session, now)
        ]
        self._reaching.tell_all(uow, words, now=now)


def _wants_them(rsvp: Rsvp, session: ClubSession, now: datetime) -> bool:
    """Those who are going or may come; afterwards those who were there, or of whom it is not known."""
    if session.plan.starts_at > now:
        return rsvp.seat in (Seat.GOING, Seat.OFFERED, Seat.MAYBE)
    return rsvp.attended is True or (rsvp.seat is Seat.GOING and rsvp.attended is None)


def _shelf(uow: UnitOfWork, access: ClubAccess, session: ClubSession) -> Shelf:
    materials = uow.materials.of_session(session.id)
    own = frozenset(one.id for one in materials if _may_change(uow, access, session, one))
    waiting = any(one.announced_at is None for one in materials)
    begun = session.plan.starts_at <= access.now
    return Shelf(session, tuple(materials), _may_add(uow, access, session), own, waiting, begun)


def _may_add(uow: UnitOfWork, access: ClubAccess, session: ClubSession) -> bool:
    """Organisers may, and those who speak at the session."""
    if access.organiser:
        return True
    mine = uow.rosters.of_member(session.id, access.member.id) if access.member else None
    return mine is not None and mine.speaks


def _may_change(uow: UnitOfWork, access: ClubAccess, session: ClubSession, material: Material) -> bool:
    """Organisers may change all, those who speak what they have added themselves."""
    if access.organiser:
        return True
    return access.member is not None and material.added_by == access.member.id and _may_add(uow, access, session)


def _is_same(uow: UnitOfWork, known: Material, new: NewMaterial) -> bool:
    if new.file is None:
        return known.address == new.address
    return known.size == len(new.file.content) and uow.materials.file(known.id) == new.file
