"""One claimed delivery on its way: part after part, each written down before it is sent and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random

import structlog

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
from bot.services.delivery_notices import DeliveryNotices
from bot.services.places import Places
from bot.services.ports import Clock, Sender
from storage.group_commit import GroupCommit
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


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
        places: Places,
        clock: Clock,
        rng: Random,
        stopping: Callable[[], bool],
    ) -> None:
        self._commits = commits
        self._notices = notices
        self._sender = sender
        self._places = places
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
                async with self._places.one():
                    part = self._next()  # it may have become too late meanwhile
                    if part is None or self._stopping():
                        break
                    tried = await self._try(part)
                if tried is None:
                    log.info("delivery_taken_over", delivery=self._delivery.id)
                    return
                verdict, outcome = tried
                _tell(self._delivery, part, outcome)
                if not await self._commits.run(partial(self._write_down, verdict=verdict, outcome=outcome)):
                    return
            await self._commits.run(lambda uow: self._give_back(uow, None))
        except Exception:
            log.exception("delivery_met_a_fault", delivery=self._delivery.id)

    def _next(self) -> DeliveryPart | None:
        """The part to do something about now, if any."""
        if self._delivery.destination.paused_reason is not None:
            return None
        return next_part(self._delivery, self._clock())

    async def _try(self, part: DeliveryPart) -> tuple[Verdict, SendOutcome] | None:
        """Sends or edits a part. None where the delivery belongs to somebody else by now."""
        if part.state is PartState.SENT:
            outcome = await self._edit(part)
            return judge_edit(part, outcome, chance=self._rng.random()), outcome
        tried = begun(part, self._clock())
        if not await self._commits.run(lambda uow: uow.deliveries.begin(self._delivery.id, tried, owner=self._owner)):
            return None
        outcome = await self._send(part)
        in_doubt = part.state is PartState.UNKNOWN
        return judge(tried, outcome, self._clock(), in_doubt=in_doubt, chance=self._rng.random()), outcome

    async def _send(self, part: DeliveryPart) -> SendOutcome:
        delivery = self._delivery
        try:
            return await self._sender.send(delivery.destination, part.payload, nonce=delivery.nonce(part))
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

    def _write_down(self, uow: UnitOfWork, *, verdict: Verdict, outcome: SendOutcome) -> bool:
        """What came of a part. True where the delivery is still ours and goes on."""
        now = self._clock()
        uow.deliveries.save(self._delivery.id, verdict.part)
        self._delivery = self._delivery.with_part(verdict.part)
        destination = self._delivery.destination
        if verdict.chat_wait is not None:
            uow.deliveries.postpone(destination.platform, destination.chat_id, now + verdict.chat_wait)
        if isinstance(outcome, Moved):
            moved = uow.communities.move(destination, outcome.new_chat_id)
            if moved.id != destination.id:
                uow.deliveries.redirect(destination.id, moved.id)
        if isinstance(outcome, Rejected) and outcome.gone:
            self._pause(uow, outcome.reason)
        wait = verdict.wait
        if verdict.part.state is PartState.UNKNOWN and self._next() is not verdict.part:
            wait = None  # it is left alone for now: what follows need not wait for it
        if wait is None and self._next() is not None and not self._stopping():
            return True
        self._give_back(uow, wait)
        return False

    def _pause(self, uow: UnitOfWork, reason: str) -> None:
        destination = self._delivery.destination
        now = self._clock()
        tell = uow.communities.pause(destination.id, reason, now=now)
        uow.deliveries.hold(destination.id)
        if tell and self._delivery.kind is not DeliveryKind.NOTICE:  # or a notice would bring forth the next
            self._notices.tell_paused(uow, destination, reason, now)
        self._delivery = replace(self._delivery, destination=replace(destination, paused_reason=reason))

    def _give_back(self, uow: UnitOfWork, wait: timedelta | None) -> None:
        """Gives the delivery back, with what is too late marked and what only people know asked."""
        now = self._clock()
        if expired(self._delivery, now):
            self._mark_expired(uow)
        for part in open_questions(self._delivery, now):
            self._notices.ask(uow, self._delivery, part, now)
        uow.deliveries.release(self._delivery.id, owner=self._owner, due_at=due_after(self._delivery, now, wait))

    def _mark_expired(self, uow: UnitOfWork) -> None:
        before, self._delivery = self._delivery, expire(self._delivery)
        for old, new in zip(before.parts, self._delivery.parts, strict=True):
            if old is not new:
                uow.deliveries.save(self._delivery.id, new)
                log.warning("delivery_expired", delivery=self._delivery.id, part=new.number)


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
