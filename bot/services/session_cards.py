"""Keeps the cards of sessions true: one message for each chat, posted and edited through the outbox.

What a card shows is composed when it is due, never when something changes: however many people press at once, a chat
sees at most one edit every few seconds. All of it is in the database, and may be broken off anywhere.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.domain.club import ClubSession
from bot.domain.communities import Destination
from bot.domain.deliveries import DeliveryKind, DeliveryPart, NewDelivery, PartState, Payload
from bot.domain.messages import Block, Message
from bot.domain.roster import Role, Seat
from bot.domain.session_cards import LOOK_AGAIN, CardStep, changes_by_itself_at, is_under_way, next_step
from bot.domain.session_drafts import named, unnamed
from bot.domain.subscriptions import UnknownPolicy
from bot.locales import Translator, nearest, translator
from bot.services.clubs import ClubAccess
from bot.services.fixed_parts import in_as_many_parts
from bot.services.ports import Clock, Renderer
from bot.services.session_message import BRIEFEST, NAMES_SHOWN, SPEAKERS_SHOWN, People, session_card, taken_off_card
from bot.services.session_mirrors import SessionMirrors
from storage.database import Database
from storage.session_cards import SessionCard
from storage.unit_of_work import UnitOfWork

AT_ONCE = 50
"""Cards that are looked at in one transaction."""
TAKEN_OFF = "taken off"
"""What marks a card that says so, and that nothing changes any more."""

log = structlog.get_logger(__name__)

ChatLost = Callable[[UnitOfWork, ClubSession, Destination, datetime], None]
"""Is told, maybe several times, that a session is not shown in a chat any more, since we may not write there."""
Further = Callable[[UnitOfWork, ClubSession, Translator], Sequence[Block]]
"""What else stands on the card of a session, such as its materials."""


@dataclass
class _Shown:
    """What the cards of one session have in common, read once."""

    session: ClubSession
    people: People
    payloads: dict[tuple[str, str], Payload] = field(default_factory=dict)


class SessionCards:
    """Posts and corrects the cards that are due."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        renderers: Mapping[str, Renderer],
        *,
        default_language: str,
        mirrors: SessionMirrors | None = None,
        chat_lost: ChatLost | None = None,
        further: Sequence[Further] = (),
    ) -> None:
        """Cards stand on platforms with a renderer."""
        self._database = database
        self._clock = clock
        self._renderers = renderers
        self._default_language = default_language
        self._mirrors = mirrors
        self._chat_lost = chat_lost
        self._further = further
        self._running = asyncio.Lock()

    async def bring_up_to_date(self) -> int:
        """Does what there is to do about cards now; about how many there was something. May be repeated."""
        async with self._running:
            if not await self._database.query(lambda uow: uow.session_cards.any_due(self._clock())):
                return 0
            return await self._database.run(self._look)

    async def card(self, access: ClubAccess, session: ClubSession, say: Translator) -> Message:
        """The card as somebody sees it who asks for it. In private, who is going sees the place in any case."""
        return await self._database.query(self._asked_for, access, session, say)

    def _asked_for(self, uow: UnitOfWork, access: ClubAccess, session: ClubSession, say: Translator) -> Message:
        if access.asking.private and access.member is not None:
            mine = uow.rosters.of_member(session.id, access.member.id)
            if mine is not None and mine.seat is Seat.GOING:
                session = replace(session, plan=replace(session.plan, place_for_going=False))
        further = [block for find in self._further for block in find(uow, session, say)]
        return session_card(titled(uow, session), people_of(uow, session), say, now=access.now, further=further)

    def _look(self, uow: UnitOfWork) -> int:
        now = self._clock()
        shown: dict[int, _Shown | None] = {}
        due = uow.session_cards.due(now, limit=AT_ONCE)
        for card in due:
            if card.session_id not in shown:
                session = uow.club_sessions.get(card.session_id)
                shown[card.session_id] = _Shown(titled(uow, session), people_of(uow, session)) if session else None
            of_session = shown[card.session_id]
            if of_session is None or card.destination.platform not in self._renderers:
                uow.session_cards.look_again(card, None)
            else:
                self._bring_up_to_date(uow, card, of_session, now)
        return len(due)

    def _bring_up_to_date(self, uow: UnitOfWork, card: SessionCard, shown: _Shown, now: datetime) -> None:
        if card.destination.paused_reason is not None:
            uow.session_cards.look_again(card, None)
            lost = card.delivery_id is not None and not card.taken_off
            if self._chat_lost and lost and not shown.session.is_over(now):
                self._chat_lost(uow, shown.session, card.destination, now)
            return
        part = _part(uow, card)
        if card.editing:  # it happened since we last looked, or is still to come: then is now at the latest
            uow.session_cards.edited(card, now, editing=is_under_way(part))
        edited_at = uow.session_cards.chat_edited_at(card.destination)
        plan = next_step(part, same=False, chat_edited_at=edited_at, now=now)
        if plan.step is CardStep.WAIT:  # whatever it would show
            uow.session_cards.look_again(card, plan.until)
            return
        if card.taken_off and (part is None or part.message_id is None):
            self._never_posted(uow, card, part, now)
            return
        payload = self._payload(uow, card, shown, now)
        mark = TAKEN_OFF if card.taken_off else _mark(payload)
        plan = next_step(part, same=card.shown == mark, chat_edited_at=edited_at, now=now)
        match plan.step:
            case CardStep.POST if card.taken_off or shown.session.is_over(now):
                uow.session_cards.look_again(card, None)  # nobody needs to be shown it now
            case CardStep.POST:
                delivery_id = uow.deliveries.add(_delivery(card, shown.session, payload, now), now=now)
                uow.session_cards.posted(card, delivery_id, mark, look_again=now + LOOK_AGAIN)
            case CardStep.CORRECT:
                assert card.delivery_id is not None  # there is a part
                uow.deliveries.correct_all({card.delivery_id: {1: payload}}, now=now)
                uow.session_cards.corrected(card, mark, look_again=now + LOOK_AGAIN)
                if part and part.message_id:
                    uow.session_cards.edited(card, now, editing=True)
            case CardStep.WAIT:
                uow.session_cards.look_again(card, plan.until)
            case CardStep.REST:
                if self._mirrors:
                    self._mirrors.look(uow, card, shown.session, part.message_id if part else None)
                uow.session_cards.look_again(card, changes_by_itself_at(shown.session, now))

    def _never_posted(self, uow: UnitOfWork, card: SessionCard, part: DeliveryPart | None, now: datetime) -> None:
        """A card that was taken off has no message, and gets none."""
        if part is not None and part.state is PartState.PENDING:
            assert card.delivery_id is not None  # there is a part
            uow.deliveries.withdraw([card.delivery_id], now=now)
        uow.session_cards.corrected(card, TAKEN_OFF, look_again=None)

    def _payload(self, uow: UnitOfWork, card: SessionCard, shown: _Shown, now: datetime) -> Payload:
        """What the card says there, in one part whatever its session is called."""
        there = card.destination
        say = self._translator(uow, there)
        session = shown.session
        if card.taken_off:
            return self._renderers[there.platform](taken_off_card(session, say))[0]
        key = (there.platform, say.language)
        if key not in shown.payloads:
            further = [block for find in self._further for block in find(uow, session, say)]

            def compose(level: int) -> Message:
                return session_card(session, shown.people, say, now=now, level=level, further=further)

            render = self._renderers[there.platform]
            (shown.payloads[key],) = in_as_many_parts(compose, render, 1, say, briefest=BRIEFEST)
        return shown.payloads[key]

    def _translator(self, uow: UnitOfWork, there: Destination) -> Translator:
        liked = (nearest(one) for one in uow.communities.languages([there.id])[there.id])
        return translator(next((one for one in liked if one), self._default_language))


def titled(uow: UnitOfWork, session: ClubSession) -> ClubSession:
    """The session with the titles of its papers that an archive has told since it was drawn up."""
    untitled = unnamed(session.plan.papers)
    if not untitled:
        return session
    papers = named(session.plan.papers, uow.papers.facts(untitled))
    return replace(session, plan=replace(session.plan, papers=papers))


def people_of(uow: UnitOfWork, session: ClubSession) -> People:
    """Who answers a session, as far as it is shown."""
    going = uow.rosters.named(session.id, Seat.GOING, limit=NAMES_SHOWN)
    speaking = uow.rosters.named(session.id, Seat.GOING, Role.SPEAKER, limit=SPEAKERS_SHOWN)
    return People(uow.rosters.counts(session.id), tuple(one.name for one in going), tuple(one.name for one in speaking))


def _part(uow: UnitOfWork, card: SessionCard) -> DeliveryPart | None:
    delivery = uow.deliveries.get(card.delivery_id) if card.delivery_id is not None else None
    return delivery.parts[0] if delivery else None


def _delivery(card: SessionCard, session: ClubSession, payload: Payload, now: datetime) -> NewDelivery:
    return NewDelivery(
        f"card:{session.id}:{card.destination.id}:{card.posts + 1}",
        card.destination.id,
        DeliveryKind.CARD,
        (payload,),
        not_before=now,
        expires_at=session.plan.ends_at,
        unknown_policy=UnknownPolicy.RESEND,  # a second card is less bad than none: whatever is pressed, one answers
    )


def _mark(payload: Payload) -> str:
    """What tells payloads apart that say different things."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
