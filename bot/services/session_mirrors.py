"""Pins, threads and events that go along with the cards of sessions.

Each call may be repeated, so that a process which ends in between does it again. What a platform refuses is not tried
again for that session, and organisers are told once for each chat.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.domain.club import Club, ClubSession
from bot.domain.deliveries import Rejected, RetryLater, SendOutcome, Sent, back_off
from bot.domain.members import Member
from bot.domain.messages import Message, Paragraph, text
from bot.domain.session_mirrors import KIND_OF, Mirror, Mirrored, MirrorStep, mirror_steps
from bot.domain.text import cut
from bot.locales import N_, Translator, nearest, translator
from bot.services.ports import Abilities, Clock, EventFacts
from bot.services.reaching import Reaching
from bot.services.session_message import numbered_title
from storage.database import Database
from storage.session_cards import SessionCard
from storage.unit_of_work import UnitOfWork

ATTEMPTS = 20
AT_ONCE = 20
WORTH_TELLING = timedelta(days=7)
_REFUSED = {
    Mirror.PIN: N_("I could not pin the card of a session in {chat}. The reason that I was given: {reason}"),
    Mirror.THREAD: N_("I could not open a thread for a session in {chat}. The reason that I was given: {reason}"),
    Mirror.EVENT: N_("I could not make an event of a session in {chat}. The reason that I was given: {reason}"),
}
_LACKS = {
    Mirror.PIN: N_("To pin the cards of sessions in {chat}, I lack the right “{right}”."),
    Mirror.THREAD: N_("To open threads for sessions in {chat}, I lack the right “{right}”."),
    Mirror.EVENT: N_("To make events of sessions in {chat}, I lack the right “{right}”."),
}

log = structlog.get_logger(__name__)


class SessionMirrors:
    """Does what goes along with cards."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        rng: Random,
        abilities: Abilities,
        reaching: Reaching,
        *,
        default_language: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._rng = rng
        self._abilities = abilities
        self._reaching = reaching
        self._default_language = default_language
        self._running = asyncio.Lock()

    def look(self, uow: UnitOfWork, card: SessionCard, session: ClubSession, message_id: str | None) -> None:
        """Notes that there is something to do about what goes along with a card, if there is. May be repeated."""
        now = self._clock()
        if card.mirrors_due_at is None and self._steps(uow, card, session, message_id, now):
            uow.session_cards.mirrors_due(card, now, tries=0)

    async def do_due(self) -> int:
        """Does what is due; about how many cards there was something. May be repeated, and be broken off anywhere."""
        async with self._running:
            due = await self._database.query(lambda uow: uow.session_cards.with_mirrors_due(self._clock(), AT_ONCE))
            for session_id, destination_id in due:
                await self._do(session_id, destination_id)
            return len(due)

    async def _do(self, session_id: int, destination_id: int) -> None:
        """The steps of one card, one after another, until one has to wait."""
        while True:
            found = await self._database.query(self._next, session_id, destination_id)
            if found is None:
                await self._database.run(self._done, session_id, destination_id)
                return
            card, step, message_id, facts = found
            outcome = await self._call(card, step, message_id, facts)
            if not await self._database.run(self._write_down, card, step, outcome, facts):
                return

    def _next(
        self, uow: UnitOfWork, session_id: int, destination_id: int
    ) -> tuple[SessionCard, MirrorStep, str, EventFacts] | None:
        card, session = uow.session_cards.get(session_id, destination_id), uow.club_sessions.get(session_id)
        if card is None or session is None or card.destination.paused_reason is not None:
            return None
        message_id = _message_id(uow, card)
        steps = self._steps(uow, card, session, message_id, self._clock())
        if not steps:
            return None
        return card, steps[0], message_id or "", self._facts(uow, card, session)

    def _done(self, uow: UnitOfWork, session_id: int, destination_id: int) -> None:
        card = uow.session_cards.get(session_id, destination_id)
        if card is not None:
            uow.session_cards.mirrors_due(card, None, tries=0)

    def _steps(
        self, uow: UnitOfWork, card: SessionCard, session: ClubSession, message_id: str | None, now: datetime
    ) -> list[MirrorStep]:
        club = self._possible(uow.clubs.get(session.community_id), card.destination.platform)
        if card.taken_off:
            club = replace(club, pin=False, threads=False, events=False)
        has_event = club.events and uow.session_cards.has_event_of(card)
        shows = event_mark(self._facts(uow, card, session)) if has_event else None
        return mirror_steps(session, club, card.mirrored, message_id=message_id, event_shows=shows, now=now)

    def _possible(self, club: Club, platform: str) -> Club:
        """What the club wants, as far as the platform has it and is connected."""
        can = self._abilities
        return replace(
            club,
            pin=club.pin and platform in can.pinners,
            threads=club.threads and platform in can.threads,
            events=club.events and platform in can.events,
        )

    async def _call(self, card: SessionCard, step: MirrorStep, message_id: str, facts: EventFacts) -> SendOutcome:
        there, platform, now_there = card.destination, card.destination.platform, card.mirrored
        can = self._abilities
        match step:
            case MirrorStep.PIN if platform in can.pinners:
                return await can.pinners[platform].pin(there, message_id)
            case MirrorStep.UNPIN if platform in can.pinners:
                return await can.pinners[platform].unpin(there, now_there.pinned_id or "")
            case MirrorStep.OPEN_THREAD if platform in can.threads:
                return await can.threads[platform].open_thread(there, message_id, facts.name)
            case MirrorStep.PUT_EVENT if platform in can.events:
                return await can.events[platform].put(there, now_there.event_id, facts)
            case MirrorStep.CLOSE_EVENT if platform in can.events:
                cancelled = self._clock() < facts.ends_at
                return await can.events[platform].close(there, now_there.event_id or "", cancelled=cancelled)
        return RetryLater(timedelta(minutes=1), "not connected")

    def _write_down(
        self, uow: UnitOfWork, card: SessionCard, step: MirrorStep, outcome: SendOutcome, facts: EventFacts
    ) -> bool:
        """What came of a step. False where the next one has to wait."""
        now, kind = self._clock(), KIND_OF[step]
        if isinstance(outcome, Sent):
            uow.session_cards.mirrored(card, _after(card.mirrored, step, outcome.message_id, facts))
            return True
        tries = card.mirrors_tries + 1
        if isinstance(outcome, Rejected) or tries >= ATTEMPTS:
            refused = replace(card.mirrored, refused=card.mirrored.refused | {kind})
            uow.session_cards.mirrored(card, refused)
            log.warning("session_mirror_refused", session=card.session_id, kind=kind.value)
            missing = isinstance(outcome, Rejected) and outcome.missing  # people have taken it away
            if not missing:
                self._tell(uow, card, kind, outcome, now)
            return True
        asked = outcome.after if isinstance(outcome, RetryLater) else None
        uow.session_cards.mirrors_due(card, now + (asked or back_off(tries, self._rng.random())), tries=tries)
        return False

    def _tell(self, uow: UnitOfWork, card: SessionCard, kind: Mirror, outcome: SendOutcome, now: datetime) -> None:
        session = uow.club_sessions.get(card.session_id)
        assert session is not None  # a foreign key holds it
        chat = cut(card.destination.title or card.destination.chat_id, 80)
        right = outcome.right if isinstance(outcome, Rejected) else None
        reason = cut(str(getattr(outcome, "reason", "")), 200)

        def compose(say: Translator, _member: Member) -> Message:
            if right is not None:
                words = say.gettext(_LACKS[kind], chat=chat, right=say.gettext(right))
            else:
                words = say.gettext(_REFUSED[kind], chat=chat, reason=reason)
            return Message((Paragraph(text(words)),))

        key = f"mirror:{kind.value}:{card.destination.id}"
        self._reaching.tell_organisers(
            uow, session.community_id, key, compose, expires_at=now + WORTH_TELLING, now=now, session_id=session.id
        )

    def _facts(self, uow: UnitOfWork, card: SessionCard, session: ClubSession) -> EventFacts:
        """What an event shows, in the language of the card's chat."""
        liked = (nearest(one) for one in uow.communities.languages([card.destination.id])[card.destination.id])
        say = translator(next((one for one in liked if one), self._default_language))
        plan = session.plan
        papers = "\n".join(" ".join(filter(None, (paper.title, paper.address))) for paper in plan.papers)
        place = say.gettext("Those who are going see the place.") if plan.place_for_going else plan.place
        about = "\n\n".join(part for part in (papers, plan.notes) if part)
        return EventFacts(numbered_title(session, say), about, place, plan.starts_at, plan.ends_at)


def event_mark(facts: EventFacts) -> str:
    """What tells events apart that show different things."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _after(there: Mirrored, step: MirrorStep, made: str, facts: EventFacts) -> Mirrored:
    """What goes along with a card once a step is done; `made` is the id of what it has made."""
    match step:
        case MirrorStep.PIN:
            return replace(there, pinned_id=made)
        case MirrorStep.UNPIN:
            return replace(there, pinned_id=None)
        case MirrorStep.OPEN_THREAD:
            return replace(there, thread_id=made)
        case MirrorStep.PUT_EVENT:
            return replace(there, event_id=made, event_shown=event_mark(facts))
    return replace(there, event_id=None, event_shown=None)


def _message_id(uow: UnitOfWork, card: SessionCard) -> str | None:
    delivery = uow.deliveries.get(card.delivery_id) if card.delivery_id is not None else None
    return delivery.parts[0].message_id if delivery else None
