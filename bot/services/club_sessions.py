"""Sessions of clubs: drawn up as drafts, posted, changed, cancelled, copied."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from bot.domain.club import ClubSession, SessionPlan
from bot.domain.errors import UserError
from bot.domain.session_drafts import (
    DRAFT_LIFE,
    NewSession,
    Reading,
    SessionDraft,
    SessionSketch,
    checked,
    differences,
    sketch_of,
    with_usual,
)
from bot.locales import N_
from bot.services.clubs import ClubAccess
from bot.services.ports import Clock
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

SessionHook = Callable[[UnitOfWork, ClubSession | None, ClubSession, datetime], None]
"""Is told in the same transaction what a session was (None: there was none) and what it is now."""
TOO_OLD = N_("This set-up is too old to go on with. /club new begins another one.")
IS_OVER = N_("This session is over.")
IN_THE_PAST = N_("That is over already. When does it take place?")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that two have changed at once: how it was, how they have made it, and how the draft would have it."""

    name: str
    before: SessionSketch
    theirs: SessionSketch
    mine: SessionSketch


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else has changed the session meanwhile. `editors` are their names, `session` is how it is now."""

    draft: SessionDraft
    session: ClubSession
    editors: tuple[str, ...]
    differences: tuple[Difference, ...]


class ClubSessions:
    """Sessions, for those who may decide for their club. All methods with a `ClubAccess` raise UserError for anybody
    else, and for what belongs to another club."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        on_change: Sequence[SessionHook] = (),
        new_uid: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._database = database
        self._clock = clock
        self._on_change = on_change
        self._new_uid = new_uid

    def now(self) -> datetime:
        return self._clock()

    # Drawing up

    async def begin(self, access: ClubAccess, new: NewSession, readings: Sequence[Reading] = ()) -> SessionDraft:
        """A draft of a session that begins like this; what is left open is as usual. `readings` are the times that may
        be meant, where that is to be asked."""
        access.require_organiser()
        community = access.community

        def add(uow: UnitOfWork) -> SessionDraft:
            sketch = with_usual(new, access.club, _last_plan(uow, community.id), zone=community.zone)
            sketch = replace(sketch, chats=self._usual_chats(uow, access))
            return self._add_draft(uow, access, sketch, readings=tuple(readings))

        return await self._database.run(add)

    async def begin_again(self, access: ClubAccess, session: ClubSession) -> SessionDraft:
        """A draft of a session that is like this one, at a time that is still to be said."""
        access.require_organiser()
        sketch = replace(sketch_of(session.plan), starts_at=None)

        def add(uow: UnitOfWork) -> SessionDraft:
            return self._add_draft(uow, access, replace(sketch, chats=self._usual_chats(uow, access)))

        return await self._database.run(add)

    async def begin_edit(self, access: ClubAccess, session: ClubSession, *, following: bool = False) -> SessionDraft:
        """A draft of a change of a session, with `following` also of all of its series that come after it."""
        access.require_organiser()
        if session.is_over(self._clock()):
            raise UserError(IS_OVER)

        def add(uow: UnitOfWork) -> SessionDraft:
            sketch = _shown_in(uow, session)
            change: dict[str, Any] = {"session_id": session.id, "version": session.version, "base": sketch}
            return self._add_draft(uow, access, sketch, following=following, **change)

        return await self._database.run(add)

    async def community_of_draft(self, draft_id: int) -> int:
        """Whose club a draft is of. Raises UserError where the draft is gone."""
        return _there(await self._database.query(lambda uow: uow.session_drafts.get(draft_id))).community_id

    async def draft(self, access: ClubAccess, draft_id: int) -> SessionDraft:
        """A draft that was begun."""
        access.require_organiser()
        return await self._database.query(_own_draft, access, draft_id)

    async def change(
        self, access: ClubAccess, draft_id: int, change: Callable[[SessionDraft], SessionDraft]
    ) -> SessionDraft:
        """A draft with another sketch, or other readings. One that was confirmed stays as it is."""
        access.require_organiser()

        def apply(uow: UnitOfWork) -> SessionDraft:
            draft = _own_draft(uow, access, draft_id)
            if draft.confirmed:
                return draft
            new = change(draft)
            new = replace(new, sketch=checked(new.sketch))
            uow.session_drafts.save(new)
            return new

        return await self._database.run(apply)

    async def give_up(self, access: ClubAccess, draft_id: int) -> None:
        """A draft comes to nothing. May be repeated; one that was confirmed stays what it has become."""
        access.require_organiser()

        def drop(uow: UnitOfWork) -> None:
            draft = _own_draft(uow, access, draft_id)
            if not draft.confirmed:
                uow.session_drafts.save(replace(draft, confirmed=True))

        await self._database.run(drop)

    async def confirm(self, access: ClubAccess, draft_id: int, *, over: int | None = None) -> ClubSession | Conflict:
        """Makes a draft the session that it describes, or changes the one that it is of. May be repeated.

        Where somebody else has changed that session meanwhile, nothing is done and the conflict returned; `over` is the
        version that the organiser has seen by then and wants their own changes to be applied to.
        """
        access.require_organiser()
        done = await self._database.run(self._confirm, access, draft_id, over)
        if isinstance(done, ClubSession):
            log.info("session_confirmed", session=done.id, version=done.version)
        return done

    async def prune(self) -> None:
        """Forgets drafts that nobody goes on with. May be repeated."""
        before = self._clock() - DRAFT_LIFE
        await self._database.run(lambda uow: uow.session_drafts.prune(before))

    # Inside

    def _add_draft(self, uow: UnitOfWork, access: ClubAccess, sketch: SessionSketch, **facts: Any) -> SessionDraft:
        now = self._clock()
        author = uow.members.ensure(access.asking.account, now=now)
        return uow.session_drafts.add(SessionDraft(0, access.community.id, author.id, sketch, **facts), now=now)

    def _usual_chats(self, uow: UnitOfWork, access: ClubAccess) -> tuple[int, ...]:
        """Where a session is shown unless somebody chooses: where the last one was, and here; else in one chat of each
        group and server, the oldest of them."""
        spec, community = access.asking.spec, access.community
        here = uow.communities.destination_at(spec.platform, spec.chat_id, spec.thread_id)
        if here is None and not access.asking.private:
            here = uow.communities.ensure_destination(spec, zone=community.zone, languages=community.languages)
        places = {chat.id: place for chat, place in uow.session_cards.chats(community.id)}
        first = [here.id] if here and here.id in places else []
        before = [one for one in uow.session_cards.newest(community.id) if one in places]
        if before:
            return tuple(dict.fromkeys([*first, *before]))
        one_each: dict[str, int] = {}
        for chat in (*first, *places):
            one_each.setdefault(places[chat], chat)
        return tuple(one_each.values())

    def _confirm(self, uow: UnitOfWork, access: ClubAccess, draft_id: int, over: int | None) -> ClubSession | Conflict:
        draft, now = _own_draft(uow, access, draft_id), self._clock()
        if draft.confirmed:
            return _session(uow, draft)
        plan = draft.sketch.plan()
        if draft.base is None:
            if plan.ends_at <= now:
                raise UserError(IN_THE_PAST)
            session = self._add(uow, draft, plan, now)
        else:
            current = _session(uow, draft)
            if current.version not in (draft.version, over):
                return _conflict(uow, draft, current)
            session = self._apply(uow, current, draft, now)
        uow.session_drafts.save(replace(draft, session_id=session.id, confirmed=True))
        return session

    def _add(self, uow: UnitOfWork, draft: SessionDraft, plan: SessionPlan, now: datetime) -> ClubSession:
        session = uow.club_sessions.add(
            draft.community_id, plan, uid=self._new_uid(), now=now, drawn_up_by=draft.author
        )
        uow.session_drafts.edited(session.id, session.version, by=draft.author, now=now)
        uow.session_cards.show_in(session.id, draft.sketch.chats, now=now)
        self._tell(uow, None, session, now)
        return session

    def _apply(self, uow: UnitOfWork, old: ClubSession, draft: SessionDraft, now: datetime) -> ClubSession:
        """The session with what the draft changes, and no more."""
        if old.is_over(now):
            raise UserError(IS_OVER)
        wanted = replace(_shown_in(uow, old), **draft.changes)
        session = self._save(uow, old, replace(old, plan=wanted.plan()), by=draft.author, now=now)
        uow.session_cards.show_in(session.id, wanted.chats, now=now)
        return session

    def _save(
        self, uow: UnitOfWork, old: ClubSession, new: ClubSession, *, by: int | None, now: datetime
    ) -> ClubSession:
        """Keeps a changed session, with all that follows from it; one that is the same is left alone."""
        if new == old:
            return old
        if _schedule(new) != _schedule(old):
            new = replace(new, schedule_version=old.schedule_version + 1)
        saved = uow.club_sessions.save(replace(new, changed_at=now), expected=old.version)
        if saved is None:  # within one transaction nobody else can have been there
            raise UserError(TOO_OLD)
        uow.session_drafts.edited(saved.id, saved.version, by=by, now=now)
        uow.session_cards.touch(saved.id, now=now)
        self._tell(uow, old, saved, now)
        return saved

    def _tell(self, uow: UnitOfWork, old: ClubSession | None, new: ClubSession, now: datetime) -> None:
        for hook in self._on_change:
            hook(uow, old, new, now)


def _schedule(session: ClubSession) -> tuple[object, ...]:
    """What calendars and reminders go by."""
    plan = session.plan
    return plan.starts_at, plan.length, plan.place, session.state


def _own_draft(uow: UnitOfWork, access: ClubAccess, draft_id: int) -> SessionDraft:
    draft = _there(uow.session_drafts.get(draft_id))
    if draft.community_id != access.community.id:
        raise UserError(TOO_OLD)
    return draft


def _there(draft: SessionDraft | None) -> SessionDraft:
    if draft is None:
        raise UserError(TOO_OLD)
    return draft


def _session(uow: UnitOfWork, draft: SessionDraft) -> ClubSession:
    session = uow.club_sessions.get(draft.session_id) if draft.session_id is not None else None
    if session is None:
        raise UserError(TOO_OLD)
    return session


def _shown_in(uow: UnitOfWork, session: ClubSession) -> SessionSketch:
    """The session as it is, with the chats that it is shown in."""
    chats = tuple(card.destination.id for card in uow.session_cards.of_session(session.id))
    return sketch_of(session.plan, chats=chats)


def _last_plan(uow: UnitOfWork, community_id: int) -> SessionPlan | None:
    """The plan of the session with the highest number that is not cancelled."""
    last = uow.club_sessions.newest(community_id)
    return last.plan if last else None


def _conflict(uow: UnitOfWork, draft: SessionDraft, current: ClubSession) -> Conflict:
    assert draft.base is not None  # it is of a change
    theirs = _shown_in(uow, current)
    names = [one.name for one in uow.members.many(uow.session_drafts.editors(current.id, since=draft.version))]
    return Conflict(
        draft,
        current,
        tuple(names),
        tuple(Difference(name, draft.base, theirs, draft.sketch) for name in differences(draft.base, theirs)),
    )
