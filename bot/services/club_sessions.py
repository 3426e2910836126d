"""Sessions of clubs: drawn up as drafts, posted, changed, cancelled, copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from bot.domain.club import ClubSession, SessionPaper, SessionPlan
from bot.domain.errors import UserError
from bot.domain.papers import PaperId
from bot.domain.session_drafts import (
    DRAFT_LIFE,
    NewSession,
    Reading,
    SessionDraft,
    SessionSketch,
    checked,
    differences,
    named,
    sketch_of,
    unnamed,
    with_usual,
)
from bot.locales import N_
from bot.services.clubs import ClubAccess
from bot.services.papers import Papers
from bot.services.ports import Clock
from bot.services.session_series import SessionSeriesBook
from bot.services.session_writer import SessionWriter
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

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
        writer: SessionWriter,
        series: SessionSeriesBook,
        papers: Papers | None = None,
    ) -> None:
        """`papers` are asked for the titles of those that only an address was given of."""
        self._database = database
        self._clock = clock
        self._writer = writer
        self._series = series
        self._papers = papers

    def now(self) -> datetime:
        return self._clock()

    # Drawing up

    async def begin(self, access: ClubAccess, new: NewSession, readings: Sequence[Reading] = ()) -> SessionDraft:
        """A draft of a session that begins like this; what is left open is as usual. `readings` are the times that may
        be meant, where that is to be asked."""
        access.require_organiser()
        community = access.community
        new = replace(new, papers=await self._titled(new.papers))

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
            if following:
                sketch = replace(sketch, rule=self._series.rule_from(uow, session))
            change: dict[str, Any] = {"session_id": session.id, "version": session.version, "base": sketch}
            return self._add_draft(uow, access, sketch, following=following, **change)

        return await self._database.run(add)

    async def community_of_draft(self, draft_id: int) -> int:
        """Whose club a draft is of. Raises UserError where the draft is gone."""
        return _there(await self._database.query(lambda uow: uow.session_drafts.get(draft_id))).community_id

    async def draft(self, access: ClubAccess, draft_id: int) -> SessionDraft:
        """A draft that was begun."""
        access.require_organiser()
        return await self._database.query(own_draft, access, draft_id)

    async def change(
        self, access: ClubAccess, draft_id: int, change: Callable[[SessionDraft], SessionDraft]
    ) -> SessionDraft:
        """A draft with another sketch, or other readings. One that was confirmed stays as it is."""
        access.require_organiser()

        def apply(uow: UnitOfWork) -> SessionDraft:
            draft = own_draft(uow, access, draft_id)
            if draft.confirmed:
                return draft
            new = change(draft)
            new = replace(new, sketch=checked(new.sketch))
            uow.session_drafts.save(new)
            return new

        changed = await self._database.run(apply)
        titled = await self._titled(changed.sketch.papers)
        if titled == changed.sketch.papers:
            return changed
        known = {paper.identity: paper for paper in titled}

        def name(uow: UnitOfWork) -> SessionDraft:
            draft = own_draft(uow, access, draft_id)
            papers = tuple(known.get(one.identity, one) if not one.title else one for one in draft.sketch.papers)
            told = replace(draft, sketch=checked(replace(draft.sketch, papers=papers)))
            if not draft.confirmed:
                uow.session_drafts.save(told)
            return told

        return await self._database.run(name)

    async def give_up(self, access: ClubAccess, draft_id: int) -> None:
        """A draft comes to nothing. May be repeated; one that was confirmed stays what it has become."""
        access.require_organiser()

        def drop(uow: UnitOfWork) -> None:
            draft = own_draft(uow, access, draft_id)
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

    async def _titled(self, papers: tuple[SessionPaper, ...]) -> tuple[SessionPaper, ...]:
        """The papers with their titles, as far as an archive tells those that are lacking."""
        untitled = unnamed(papers)
        if not untitled or self._papers is None:
            return papers
        asked, now = self._papers, self._clock()
        wanted = [PaperId(*one.split(":", 1)) for one in untitled]
        await self._database.run(lambda uow: [asked.want(uow, one, now=now) for one in wanted])
        await asked.look_up_soon()
        return named(papers, await self._database.query(lambda uow: uow.papers.facts(untitled)))

    def _usual_chats(self, uow: UnitOfWork, access: ClubAccess) -> tuple[int, ...]:
        """Where a session is shown unless somebody chooses: where the last one was, and here, unless that is the same
        group or server; else in one chat of each, here or in the oldest. Where none can be written to, it waits for
        them all."""
        spec, community = access.asking.spec, access.community
        here = uow.communities.destination_at(spec.platform, spec.chat_id, spec.thread_id)
        if here is None and not access.asking.private:
            here = uow.communities.ensure_destination(spec, zone=community.zone, languages=community.languages)
        places = {chat.id: place for chat, place in uow.session_cards.chats(community.id)}
        if not places:
            return tuple(one.id for one in uow.session_cards.lost_chats(community.id))
        first = [here.id] if here and here.id in places else []
        before = [one for one in uow.session_cards.newest(community.id) if one in places]
        if before:
            shown = {places[one] for one in before}
            return (*(one for one in first if places[one] not in shown), *before)
        one_each: dict[str, int] = {}
        for chat in (*first, *places):
            one_each.setdefault(places[chat], chat)
        return tuple(one_each.values())

    def _confirm(self, uow: UnitOfWork, access: ClubAccess, draft_id: int, over: int | None) -> ClubSession | Conflict:
        draft, now = own_draft(uow, access, draft_id), self._clock()
        if draft.confirmed:
            return _session(uow, draft)
        plan = draft.sketch.plan()
        if plan.ends_at <= now:
            raise UserError(IN_THE_PAST)
        draft = _in_own_chats(uow, draft)
        if draft.base is None:
            session = self._post(uow, draft, plan, now)
        else:
            current = _session(uow, draft)
            if current.version not in (draft.version, over):
                return _conflict(uow, draft, current)
            session = self._apply(uow, current, draft, now)
        uow.session_drafts.save(replace(draft, session_id=session.id, confirmed=True))
        return session

    def _post(self, uow: UnitOfWork, draft: SessionDraft, plan: SessionPlan, now: datetime) -> ClubSession:
        sketch = draft.sketch
        if sketch.rule is not None:
            return self._series.begin(uow, draft, sketch.rule, now)
        speakers, chats = sketch.speaker_ids, sketch.chats
        return self._writer.add(uow, draft.community_id, plan, by=draft.author, now=now, chats=chats, speakers=speakers)

    def _apply(self, uow: UnitOfWork, old: ClubSession, draft: SessionDraft, now: datetime) -> ClubSession:
        """The session with what the draft changes, and no more."""
        if old.is_over(now):
            raise UserError(IS_OVER)
        wanted = replace(_shown_in(uow, old), **draft.changes)
        uow.session_cards.show_in(old.id, wanted.chats, now=now)
        if draft.following:
            return self._series.change_following(uow, old, draft, now)
        return self._writer.save(uow, old, replace(old, plan=wanted.plan()), by=draft.author, now=now)


def own_draft(uow: UnitOfWork, access: ClubAccess, draft_id: int) -> SessionDraft:
    """A draft of the club. Raises UserError where there is none."""
    draft = _there(uow.session_drafts.get(draft_id))
    if draft.community_id != access.community.id:
        raise UserError(TOO_OLD)
    return draft


def _in_own_chats(uow: UnitOfWork, draft: SessionDraft) -> SessionDraft:
    """The draft without chats that are not the club's own, which nobody is offered, or not any more."""
    own = {chat.id for chat, _ in uow.session_cards.chats(draft.community_id)}
    own |= {chat.id for chat in uow.session_cards.lost_chats(draft.community_id)}  # it is shown once they are back
    kept = draft.base.chats if draft.base else ()
    chats = tuple(one for one in draft.sketch.chats if one in own or one in kept)
    return replace(draft, sketch=replace(draft.sketch, chats=chats))


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
    cards = uow.session_cards.of_session(session.id)
    chats = tuple(card.destination.id for card in cards if not card.taken_off)
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
