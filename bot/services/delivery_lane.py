"""One claimed delivery on its way: part after part, each written down before it is sent and after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.domain.communities import DestinationKind
from bot.domain.deliveries import (
    Delivery,
    DeliveryKind,
    DeliveryPart,
    Moved,
    PartState,
    Rejected,
    SendOutcome,
    Sent,
    Unknown,
    Verdict,
    begun,
    due_after,
    expire,
    expired,
    judge,
    judge_edit,
    next_part,
    open_questions,
)
from bot.domain.files import File
from bot.services.communities import move_chat
from bot.services.delivery_notices import DeliveryNotices
from bot.services.places import Place, Places
from bot.services.ports import Clock, Sender
from bot.services.reaching import Reaching
from storage.group_commit import GroupCommit
from storage.unit_of_work import UnitOfWork

Files = Callable[[int, int], Awaitable[File | None]]
"""The file of a delivery's part, None where there is none (any more)."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Writes:
    """What several lanes have to write, to be written together: `storage.deliveries` says what the values are."""

    parts: list[tuple[int, DeliveryPart]] = field(default_factory=list)
    released: list[tuple[int, str, datetime | None]] = field(default_factory=list)

    def write(self, uow: UnitOfWork) -> None:
        uow.deliveries.save(self.parts)
        uow.deliveries.release(self.released)


class Lane:
    """Sends a delivery until it is done, has to wait, or belongs to somebody else; then gives it back."""

    def __init__(
        self,
        delivery: Delivery,
        sender: Sender,
        *,
        owner: str,
        commits: GroupCommit,
        notices: DeliveryNotices,
        reaching: Reaching | None,
        places: Places,
        files: Files,
        clock: Clock,
        rng: Random,
        stopping: Callable[[], bool],
    ) -> None:
        self._commits = commits
        self._notices = notices
        self._reaching = reaching
        self._sender = sender
        self._places = places
        self._files = files
        self._clock = clock
        self._rng = rng
        self._owner = owner
        self._delivery = delivery
        self._stopping = stopping

    async def run(self) -> None:
        """Never raises. What a fault leaves behind comes due when the lease is over."""
        try:
            while self._next() is not None and not self._stopping():
                await self._sender.wait_turn(self._delivery.destination)
                async with self._places.one() as place:
                    part = self._next()  # it may have become too late meanwhile
                    if part is None or self._stopping():
                        break
                    tried = await self._try(part, place)
                if tried is None:
                    log.info("delivery_taken_over", delivery=self._delivery.id)
                    return
                verdict, outcome = tried
                _tell(self._delivery, part, outcome)
                if not await self._commits.run(_write_down, (self, verdict, outcome)):
                    return
            await self._commits.run(_give_back, self)
        except Exception:
            log.exception("delivery_met_a_fault", delivery=self._delivery.id)

    def _next(self) -> DeliveryPart | None:
        """The part to do something about now, if any."""
        if self._delivery.destination.paused_reason is not None:
            return None
        return next_part(self._delivery, self._clock())

    async def _try(self, part: DeliveryPart, place: Place) -> tuple[Verdict, SendOutcome] | None:
        """Sends or edits a part. None where the delivery belongs to somebody else by now."""
        if part.state is PartState.SENT:
            await place.turn()
            outcome = await self._edit(part)
            return judge_edit(part, outcome, chance=self._rng.random()), outcome
        tried = begun(part, self._clock())
        if not await self._commits.run(_begin, (self._delivery.id, tried, self._owner)):
            return None
        await place.turn()
        outcome = await self._send(part)
        in_doubt = part.state is PartState.UNKNOWN
        return judge(tried, outcome, self._clock(), in_doubt=in_doubt, chance=self._rng.random()), outcome

    async def _send(self, part: DeliveryPart) -> SendOutcome:
        delivery = self._delivery
        try:
            nonce, file = delivery.nonce(part), None
            if "file" in part.payload:
                file = await self._files(delivery.id, part.number)
                if file is None:
                    return Rejected("its file is not kept any more")
            return await self._sender.send(delivery.destination, part.payload, nonce=nonce, file=file)
        except Exception as error:
            log.exception("sender_met_a_fault", delivery=delivery.id, part=part.number)
            return Unknown(f"a fault in this program: {type(error).__name__}")

    async def _edit(self, part: DeliveryPart) -> SendOutcome:
        delivery = self._delivery
        assert part.message_id is not None
        try:
            return await self._sender.edit(delivery.destination, part.message_id, part.payload)
        except Exception as error:
            log.exception("sender_met_a_fault", delivery=delivery.id, part=part.number)
            return Unknown(f"a fault in this program: {type(error).__name__}")

    def write_down(self, uow: UnitOfWork, writes: Writes, verdict: Verdict, outcome: SendOutcome) -> bool:
        """What came of a part. True where the delivery is still ours and goes on."""
        now = self._clock()
        writes.parts.append((self._delivery.id, verdict.part))
        self._delivery = self._delivery.with_part(verdict.part)
        destination = self._delivery.destination
        if verdict.chat_wait is not None:
            uow.deliveries.postpone(destination.platform, destination.chat_id, now + verdict.chat_wait)
        if isinstance(outcome, Moved):
            move_chat(uow, destination.platform, destination.chat_id, outcome.new_chat_id, now=now)
        if isinstance(outcome, Rejected) and outcome.gone:
            self._pause(uow, outcome.reason)
        elif verdict.part.state is PartState.FAILED:
            self._pass_on(uow, verdict.part.error or "", gone=False)
        wait = verdict.wait
        if verdict.part.state is PartState.UNKNOWN and self._next() is not verdict.part:
            wait = None  # it is left alone for now: what follows need not wait for it
        if wait is None and self._next() is not None and not self._stopping():
            return True
        self.give_back(uow, writes, wait)
        return False

    def _pause(self, uow: UnitOfWork, reason: str) -> None:
        destination = self._delivery.destination
        now = self._clock()
        tell = uow.communities.pause(destination.id, reason, now=now)
        uow.deliveries.hold(destination.id)
        if self._delivery.kind is DeliveryKind.NOTICE:  # to tell of it would bring forth the next
            self._notices.pass_on(uow, self._delivery, now)
        elif not self._pass_on(uow, reason, gone=True) and tell:
            self._notices.tell_paused(uow, destination, reason, now)
        self._delivery = replace(self._delivery, destination=replace(destination, paused_reason=reason))

    def _pass_on(self, uow: UnitOfWork, reason: str, *, gone: bool) -> bool:
        """Has a club's word to people go another way. Returns whether it was one to a person in private: that they
        cannot be written to is nobody's business but theirs."""
        if self._reaching is None or self._delivery.kind is not DeliveryKind.CLUB:
            return False
        word = self._reaching.pass_on(uow, self._delivery, reason, gone=gone, now=self._clock())
        return word and self._delivery.destination.kind is DestinationKind.PRIVATE

    def give_back(self, uow: UnitOfWork, writes: Writes, wait: timedelta | None) -> None:
        """Gives the delivery back, with what is too late marked and what only people know asked."""
        now = self._clock()
        if expired(self._delivery, now):
            self._mark_expired(writes)
        for part in open_questions(self._delivery, now):
            self._notices.ask(uow, self._delivery, part, now)
        writes.released.append((self._delivery.id, self._owner, due_after(self._delivery, now, wait)))

    def _mark_expired(self, writes: Writes) -> None:
        before, self._delivery = self._delivery, expire(self._delivery)
        for old, new in zip(before.parts, self._delivery.parts, strict=True):
            if old is not new:
                writes.parts.append((self._delivery.id, new))
                log.warning("delivery_expired", delivery=self._delivery.id, part=new.number)


def _begin(uow: UnitOfWork, begun: Sequence[tuple[int, DeliveryPart, str]]) -> list[bool]:
    return uow.deliveries.begin(begun)


def _write_down(uow: UnitOfWork, tried: Sequence[tuple[Lane, Verdict, SendOutcome]]) -> list[bool]:
    writes = Writes()
    going_on = [lane.write_down(uow, writes, verdict, outcome) for lane, verdict, outcome in tried]
    writes.write(uow)
    return going_on


def _give_back(uow: UnitOfWork, lanes: Sequence[Lane]) -> list[None]:
    writes = Writes()
    for lane in lanes:
        lane.give_back(uow, writes, None)
    writes.write(uow)
    return [None for _ in lanes]


def _tell(delivery: Delivery, part: DeliveryPart, outcome: SendOutcome) -> None:
    """Logs what did not arrive."""
    if not isinstance(outcome, Sent):
        log.warning(
            "delivery_not_sent",
            delivery=delivery.id,
            part=part.number,
            destination=delivery.destination.id,
            outcome=type(outcome).__name__,
            reason=getattr(outcome, "reason", None),
        )
