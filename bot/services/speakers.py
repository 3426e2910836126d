"""Speakers: who would speak, asking them one after the other, swaps, and what speakers are reminded to bring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.club import ClubSession, SessionState
from bot.domain.errors import UserError
from bot.domain.members import Member, Membership
from bot.domain.messages import Message
from bot.domain.reaching import WordKind
from bot.domain.roster import Answer
from bot.domain.speaker_queue import (
    NUDGE_LEADS,
    NUDGES_END,
    Nudge,
    OfferState,
    Outcome,
    SpeakerOffer,
    SpeakerSearch,
    Step,
    due_nudges,
    fair_order,
    next_step,
)
from bot.locales import N_, Translator
from bot.services import speaker_message as words
from bot.services.clubs import Asking, ClubAccess
from bot.services.ports import Clock
from bot.services.reaching import Compose, Reaching, Word
from bot.services.rosters import OpenRoster, Tell
from storage.database import Database
from storage.unit_of_work import UnitOfWork

SESSIONS_SHOWN = 5
QUEUE_SHOWN = 10
NOT_FOR_YOU = N_("This offer is for somebody else.")
NO_PLACE = N_("All speakers' places of this session are taken.")
TOO_LATE = N_("It is too late to look for a speaker of this session.")

HasMaterials = Callable[[UnitOfWork, int], bool]
"""Whether there is something of a session to take along already."""


@dataclass(frozen=True, slots=True)
class SessionSpeakers:
    """Who speaks in a session. `asked` is what somebody is called who is being asked, `searching` whether others are
    asked after them; `has_place`: another one could speak. `mine`: who asks speaks in it."""

    session: ClubSession
    speakers: tuple[str, ...]
    has_place: bool
    searching: bool
    asked: str = ""
    fallback: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class SpeakersOverview:
    """The sessions to come with their speakers, and who would speak, the next one first: names, and when they spoke
    last. `total` of them there are; `mine`: who asks is one of them."""

    sessions: tuple[SessionSpeakers, ...]
    queue: tuple[tuple[str, datetime | None], ...]
    total: int
    mine: bool


@dataclass(frozen=True, slots=True)
class OfferAnswer:
    """What has become of an offer once somebody has answered it. `speaks`: they have the place."""

    session: ClubSession
    state: OfferState
    speaks: bool = False


class Speakers:
    """Finds speakers. What has a `ClubAccess` and changes a session is for organisers, and raises UserError for others;
    offers are answered by those whom they are for, by any of their accounts."""

    def __init__(
        self, database: Database, clock: Clock, reaching: Reaching, tell: Tell, *, has_materials: HasMaterials
    ) -> None:
        """`tell` tells members what others' answers have moved, as for RSVPs."""
        self._database = database
        self._clock = clock
        self._reaching = reaching
        self._tell = tell
        self._has_materials = has_materials

    # Who would speak

    async def overview(self, access: ClubAccess) -> SpeakersOverview:
        """The sessions to come and the queue."""
        return await self._database.query(_overview, access)

    async def volunteer(self, access: ClubAccess, *, wanted: bool) -> None:
        """Who asks would speak from now on, or would not; who would is in the club. May be repeated. Raises UserError
        for a chat that speaks for itself."""
        access.require_person()

        def work(uow: UnitOfWork) -> None:
            member = uow.members.ensure(access.asking.account, now=access.now)
            membership = uow.members.membership(access.community.id, member.id)
            if membership is None and wanted:
                membership = Membership(access.community.id, member.id, access.now, listener=True)
            if membership is not None and membership.speaker is not wanted:
                uow.members.put_membership(replace(membership, speaker=wanted))
                if wanted:
                    uow.speakers.volunteered(access.community.id, member.id, now=access.now)
            if not wanted:
                uow.speakers.unvolunteered(access.community.id, member.id)

        await self._database.run(work)

    # Finding one

    async def find(self, access: ClubAccess, session: ClubSession) -> tuple[Step, str]:
        """Begins to ask for one speaker more, in fair order: what was done, and whom it concerns. Where somebody is
        being asked, nothing changes; where everybody was asked before, they are asked again."""
        access.require_organiser()

        def work(uow: UnitOfWork) -> tuple[Step, str]:
            now = self._clock()
            roster = uow.rosters.roster(session, access.club.offer_life)
            known = uow.speakers.search(session.id)
            if not roster.has_speakers_place:
                raise UserError(NO_PLACE)
            if session.state is SessionState.CANCELLED or now >= session.plan.closes_at:
                raise UserError(TOO_LATE)
            if known is None or not known.active or roster.speakers_taken >= known.wanted:
                organiser = uow.members.ensure(access.asking.account, now=now)
                fallback = known.fallback_id if known else None
                known = SpeakerSearch(session.id, roster.speakers_taken + 1, now, organiser.id, fallback)
                uow.speakers.put_search(known)
            step = self._advance(uow, known, session, now)
            offer = uow.speakers.open_offer(session.id)
            return step, _name(uow, offer.member_id) if offer else ""

        return await self._database.run(work)

    async def stop(self, access: ClubAccess, session: ClubSession) -> None:
        """Nobody is asked any more; who was asked last is not needed. May be repeated."""
        access.require_organiser()
        await self._database.run(_stop, session.id)

    async def set_fallback(self, access: ClubAccess, session: ClubSession, member_id: int | None) -> None:
        """Who is asked when nobody else is left, None: nobody. May be repeated."""
        access.require_organiser()

        def work(uow: UnitOfWork) -> None:
            if member_id is not None and member_id not in {
                one.member_id for one in uow.members.memberships(access.community.id)
            }:
                raise UserError("This person is not in the club.")
            now = self._clock()
            known = uow.speakers.search(session.id) or SpeakerSearch(session.id, 0, now, active=False)
            uow.speakers.put_search(replace(known, fallback_id=member_id))

        await self._database.run(work)

    async def fallbacks(self, access: ClubAccess) -> list[Member]:
        """Who may be named as the fallback: those who would speak, the next one first."""
        access.require_organiser()

        def work(uow: UnitOfWork) -> list[Member]:
            queue = fair_order(uow.speakers.volunteers(access.community.id))
            return uow.members.many([one.member_id for one in queue])

        return await self._database.query(work)

    async def answer(self, asking: Asking, offer_id: int, *, accept: bool) -> OfferAnswer:
        """Somebody takes an offer or does not; it is answered once, and then they are told what is true. Raises
        UserError where it is none of theirs."""
        return await self._database.run(self._answer, asking, offer_id, accept)

    async def advance_due(self) -> int:
        """Offers that are over go to the next ones, and searches go on that have nobody to wait for; how many offers
        were over. May be repeated."""
        return await self._database.run(self._advance_due)

    async def nudge_due(self) -> int:
        """Speakers are asked for what is still missing of their sessions; of how many speakers it was looked into. May
        be repeated: nobody is asked for the same twice."""
        return await self._database.run(self._nudge_due)

    def session_changed(self, uow: UnitOfWork, old: ClubSession | None, new: ClubSession, now: datetime) -> None:
        """A session was changed: an offer for it ends with it, or tells its new time."""
        offer = uow.speakers.open_offer(new.id) if old is not None else None
        if new.state is SessionState.CANCELLED:
            _stop(uow, new.id)
        elif offer is not None and old is not None and new.schedule_version != old.schedule_version:
            until = min(offer.expires_at, new.plan.closes_at)
            uow.speakers.cut_offer(offer.id, until)
            if until > now:
                self._tell_offer(uow, replace(offer, expires_at=until), new, now)

    # How it is done

    def _answer(self, uow: UnitOfWork, asking: Asking, offer_id: int, accept: bool) -> OfferAnswer:
        now = self._clock()
        member, offer = uow.members.of_account(asking.account), uow.speakers.offer(offer_id)
        session = uow.club_sessions.get(offer.session_id) if offer else None
        if member is None or offer is None or session is None or offer.member_id != member.id:
            raise UserError(NOT_FOR_YOU)
        if offer.state is OfferState.OPEN and offer.expires_at <= now:
            uow.speakers.close_offer(offer.id, OfferState.EXPIRED)
            self._go_on(uow, session, now)
            return OfferAnswer(session, OfferState.EXPIRED)
        if offer.state is not OfferState.OPEN:
            return OfferAnswer(session, offer.state, member.id in _speaking(uow, session))
        if not accept:
            uow.speakers.close_offer(offer.id, OfferState.DECLINED)
            self._go_on(uow, session, now)
            return OfferAnswer(session, OfferState.DECLINED)
        roster = OpenRoster(uow, session, uow.clubs.get(session.community_id), self._tell, now)
        truth = roster.answer(member.id, Answer.SPEAKING, by_organiser=True)
        uow.speakers.close_offer(offer.id, OfferState.ACCEPTED)
        speaks = truth.mine is not None and truth.mine.speaks
        if speaks:
            self._tell_organisers(
                uow, session, f"speaks:{offer.id}", lambda say: words.found_message(session, member.name, say), now
            )
        self._go_on(uow, session, now)
        return OfferAnswer(session, OfferState.ACCEPTED, speaks)

    def _advance_due(self, uow: UnitOfWork) -> int:
        now = self._clock()
        overdue = uow.speakers.overdue_offers(now)
        for offer in overdue:
            uow.speakers.close_offer(offer.id, OfferState.EXPIRED)
        for search in uow.speakers.active_searches():
            session = uow.club_sessions.get(search.session_id)
            if session is not None:
                self._advance(uow, search, session, now)
        return len(overdue)

    def _go_on(self, uow: UnitOfWork, session: ClubSession, now: datetime) -> None:
        search = uow.speakers.search(session.id)
        if search is not None and search.active:
            self._advance(uow, search, session, now)

    def _advance(self, uow: UnitOfWork, search: SpeakerSearch, session: ClubSession, now: datetime) -> Step:
        """Does what is next in a search."""
        club = uow.clubs.get(session.community_id)
        step = next_step(
            search,
            session,
            uow.speakers.volunteers(session.community_id),
            uow.speakers.offers(session.id, since=search.started_at),
            speaking=uow.rosters.roster(session, club.offer_life).speakers_taken,
            unavailable=uow.speakers.unavailable(session.id),
            now=now,
        )
        match step.outcome:
            case Outcome.ASK if step.member_id is not None and step.until is not None:
                offer = uow.speakers.add_offer(session.id, step.member_id, expires_at=step.until, now=now)
                self._tell_offer(uow, offer, session, now)
            case Outcome.DONE:
                _void(uow, session.id)  # somebody else has taken the place meanwhile
            case Outcome.NOBODY | Outcome.TOO_LATE:
                _void(uow, session.id)
                uow.speakers.put_search(replace(search, active=False))
                if not session.is_over(now) and session.state is SessionState.PLANNED:
                    key = f"nobody:{session.id}:{int(search.started_at.timestamp())}"
                    late = step.outcome is Outcome.TOO_LATE

                    def compose(say: Translator) -> Message:
                        return words.nobody_message(session, say, late=late)

                    self._tell_organisers(uow, session, key, compose, now)
        return step

    def _tell_offer(self, uow: UnitOfWork, offer: SpeakerOffer, session: ClubSession, now: datetime) -> None:
        word = Word(
            offer.member_id,
            f"speak:{offer.id}:{session.schedule_version}",
            WordKind.SPEAKING,
            session.id,
            lambda say, _member: words.offer_message(offer, session, say),
            expires_at=offer.expires_at,
        )
        self._reaching.tell(uow, word, now=now)

    def _tell_organisers(
        self,
        uow: UnitOfWork,
        session: ClubSession,
        key: str,
        compose: Callable[[Translator], Message],
        now: datetime,
    ) -> None:
        """Tells the organisers, and who has begun the search."""
        until = max(session.plan.starts_at, now)

        def composed(say: Translator, _member: Member) -> Message:
            return compose(say)

        self._reaching.tell_organisers(
            uow, session.community_id, key, composed, expires_at=until, now=now, session_id=session.id
        )
        search = uow.speakers.search(session.id)
        if search is not None and search.started_by is not None:
            word = Word(search.started_by, key, WordKind.ORGANISING, session.id, composed, until)
            self._reaching.tell(uow, word, now=now)

    def _nudge_due(self, uow: UnitOfWork) -> int:
        now = self._clock()
        near = uow.speakers.near_sessions(now + NUDGES_END, now + max(NUDGE_LEADS))
        talks = uow.speakers.talks(near)
        sessions = {one.id: one for one in uow.club_sessions.many({talk.session_id for talk in talks})}
        told: list[Word] = []
        for talk in talks:
            session = sessions[talk.session_id]
            has_materials = self._has_materials(uow, session.id)
            due = due_nudges(session, agreed_at=talk.agreed_at, has_materials=has_materials, now=now)
            told += [
                Word(
                    talk.member_id,
                    f"nudge:{session.id}:{what}:{lead.days}",
                    WordKind.SPEAKING,
                    session.id,
                    _nudging(session, what),
                    expires_at=session.plan.starts_at,
                )
                for what, lead in due
            ]
        if told:
            self._reaching.tell_all(uow, told, now=now)
        return len(talks)


def _overview(uow: UnitOfWork, access: ClubAccess) -> SpeakersOverview:
    coming = uow.club_sessions.upcoming(access.community.id, now=access.now)
    planned = [one for one in coming if one.state is SessionState.PLANNED][:SESSIONS_SHOWN]
    queue = fair_order(uow.speakers.volunteers(access.community.id))
    mine = access.member is not None and any(one.member_id == access.member.id for one in queue)
    shown = queue[:QUEUE_SHOWN]
    names = {one.id: one.name for one in uow.members.many([one.member_id for one in shown])}
    return SpeakersOverview(
        tuple(_session_speakers(uow, access, one) for one in planned),
        tuple((names.get(one.member_id, ""), one.last_talk) for one in shown),
        len(queue),
        mine,
    )


def _session_speakers(uow: UnitOfWork, access: ClubAccess, session: ClubSession) -> SessionSpeakers:
    search, offer = uow.speakers.search(session.id), uow.speakers.open_offer(session.id)
    speakers = uow.rosters.speakers(session.id)
    return SessionSpeakers(
        session,
        (*session.plan.speaker_names, *(one.name for one in speakers)),
        uow.rosters.roster(session, access.club.offer_life).has_speakers_place,
        bool(search and search.active),
        _name(uow, offer.member_id) if offer else "",
        _name(uow, search.fallback_id) if search and search.fallback_id else "",
        any(access.member is not None and one.rsvp.member_id == access.member.id for one in speakers),
    )


def _nudging(session: ClubSession, what: Nudge) -> Compose:
    return lambda say, _member: words.nudge_message(session, what, say)


def _speaking(uow: UnitOfWork, session: ClubSession) -> Sequence[int]:
    return [one.member_id for one in uow.speakers.talks([session.id])]


def _void(uow: UnitOfWork, session_id: int) -> None:
    offer = uow.speakers.open_offer(session_id)
    if offer is not None:
        uow.speakers.close_offer(offer.id, OfferState.VOID)


def _stop(uow: UnitOfWork, session_id: int) -> None:
    _void(uow, session_id)
    search = uow.speakers.search(session_id)
    if search is not None and search.active:
        uow.speakers.put_search(replace(search, active=False))


def _name(uow: UnitOfWork, member_id: int) -> str:
    member = uow.members.get(member_id)
    return member.name if member else ""
