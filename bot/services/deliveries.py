"""The outbox at work: what is due is claimed, sent part by part, and what came of it written down.

No transaction spans a network call. A part is written down as being sent before it is, and what came of it after, so
that a process which ends at any instruction leaves behind what was sent, what was not, and what nobody knows.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from random import Random

import structlog

from bot.domain.deliveries import NONCE_MEMORY, PartState, Payload
from bot.domain.files import File
from bot.services.delivery_lane import Lane
from bot.services.delivery_notices import DeliveryNotices, question_key
from bot.services.places import Places
from bot.services.ports import Clock, Sender
from bot.services.reaching import Reaching
from storage.database import Database
from storage.deliveries import OutboxEntry
from storage.group_commit import GroupCommit
from storage.unit_of_work import UnitOfWork

LEASE = timedelta(minutes=2)
"""Longer than a part takes with all time-outs: so long nobody touches what a process has left behind."""
LANES = 200
"""Destinations of a platform that are written to side by side; most of them wait for their turn."""
AT_ONCE = 48
"""Messages of a platform that are under way: some of the client's 64 connections stay free for answers."""

log = structlog.get_logger(__name__)


class Answer(Enum):
    """What came of an administrator's answer to a question about a part."""

    TAKEN = "taken"
    TOO_LATE = "too late"  # somebody else has answered it, or it is known by now
    NOT_ASKED = "not asked"  # nobody asked this in that chat


@dataclass
class _Office:
    """What goes out on one platform. `lanes` are under way, by the delivery's id. `room` is set while it is worth
    claiming more."""

    platform: str
    sender: Sender
    places: Places
    lanes: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    room: asyncio.Event = field(default_factory=asyncio.Event)
    feeding: asyncio.Task[None] | None = None


class Deliveries:
    """Sends what is due, to every destination in its own lane: who is slow or refuses keeps nobody else waiting."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        rng: Random,
        notices: DeliveryNotices,
        *,
        reaching: Reaching | None = None,
        lease: timedelta = LEASE,
        lanes: int = LANES,
        at_once: int = AT_ONCE,
    ) -> None:
        """`reaching` finds other ways for a club's word to people that is refused."""
        self._database = database
        self._commits = GroupCommit(database)
        self._clock = clock
        self._rng = rng
        self._notices = notices
        self._reaching = reaching
        self._lease = lease
        self._lanes = lanes
        self._at_once = at_once
        self._offices: dict[str, _Office] = {}
        self._stopping = False

    def connect(self, platform: str, sender: Sender) -> None:
        """From now on what is due on this platform goes out by this sender."""
        known = self._offices.get(platform)
        if known is not None:
            known.sender = sender
        else:
            self._offices[platform] = _Office(platform, sender, Places(self._at_once))

    async def dispatch(self) -> None:
        """Starts on what is due and goes on beside the caller until nothing is. Safe to repeat, also while it runs."""
        for office in self._offices.values():
            if office.feeding is None or office.feeding.done():
                office.feeding = asyncio.create_task(self._feed(office))

    async def settle(self) -> None:
        """Returns when nothing is under way."""
        while tasks := self._under_way():
            await asyncio.wait(tasks)

    async def stop(self, *, within: float) -> None:
        """Starts on nothing more and lets parts under way arrive, for so many seconds. May be repeated."""
        self._stopping = True
        feeding = [office.feeding for office in self._offices.values() if office.feeding]
        for task in feeding:
            task.cancel()
        waiting = self._under_way()
        if not waiting:
            return
        _done, late = await asyncio.wait(waiting, timeout=within)
        for task in late:
            task.cancel()
        if late:
            log.warning("deliveries_cut_short", number=len(late))
            await asyncio.wait(late)

    async def outbox(
        self, *, state: PartState | None = None, destination: str | None = None, since: datetime | None = None
    ) -> list[OutboxEntry]:
        """What is in the outbox, newest first: with a part in that state, to that destination (its id, chat id or
        title), stored since then."""
        return await self._database.query(
            lambda uow: uow.deliveries.entries(state=state, destination=destination, since=since)
        )

    async def correct(self, delivery_id: int, number: int, payload: Payload) -> None:
        """A part says something else from now on; where it is posted already, it is edited in place."""
        await self._database.run(lambda uow: uow.deliveries.correct(delivery_id, number, payload, now=self._clock()))

    async def answer(
        self, delivery_id: int, number: int, *, arrived: bool, platform: str, chat_ids: Collection[str]
    ) -> Answer:
        """Takes an administrator's word on a part of which nobody knows whether it has arrived. Only an answer of those
        who were asked counts: `chat_ids` are the chat where it is given and the person who gives it."""

        def work(uow: UnitOfWork) -> Answer:
            if not uow.deliveries.was_told(question_key(delivery_id, number), platform, chat_ids):
                return Answer.NOT_ASKED
            taken = uow.deliveries.settle(delivery_id, number, arrived=arrived, now=self._clock())
            return Answer.TAKEN if taken else Answer.TOO_LATE

        return await self._database.run(work)

    async def prune(self, older_than: timedelta) -> None:
        """Forgets what deliveries said that are done with and older than this; what came of them stays."""
        before = self._clock() - older_than
        await self._database.run(lambda uow: uow.deliveries.prune(before))

    def _under_way(self) -> set[asyncio.Task[None]]:
        tasks = {task for office in self._offices.values() for task in office.lanes.values()}
        feeding = {office.feeding for office in self._offices.values() if office.feeding}
        return tasks | {task for task in feeding if not task.done()}

    async def _feed(self, office: _Office) -> None:
        """Opens lanes for what is due until nothing more is."""
        try:
            while not self._stopping and await self._is_due(office.platform):
                room = self._lanes - len(office.lanes)
                if await self._open_lanes(office, room) < room:
                    return
                office.room.clear()
                await office.room.wait()
        except Exception:
            log.exception("deliveries_not_claimed", platform=office.platform)

    async def _is_due(self, platform: str) -> bool:
        now = self._clock()
        return await self._database.query(lambda uow: uow.deliveries.any_due(platform, now))

    async def _open_lanes(self, office: _Office, room: int) -> int:
        """Claims what there is room for. Returns how many deliveries that was."""
        owner, now, busy = secrets.token_hex(8), self._clock(), list(office.lanes)
        lease = self._lease_on(office.platform)
        claimed = await self._database.run(
            lambda uow: uow.deliveries.claim(office.platform, owner=owner, now=now, lease=lease, limit=room, busy=busy)
        )
        for delivery in claimed:
            lane = Lane(
                delivery,
                office.sender,
                owner=owner,
                commits=self._commits,
                notices=self._notices,
                reaching=self._reaching,
                places=office.places,
                files=self._file,
                clock=self._clock,
                rng=self._rng,
                stopping=lambda: self._stopping,
            )
            task = asyncio.create_task(lane.run())
            office.lanes[delivery.id] = task
            task.add_done_callback(partial(self._lane_ended, office, delivery.id))
        return len(claimed)

    async def _file(self, delivery_id: int, number: int) -> File | None:
        return await self._database.query(lambda uow: uow.deliveries.file(delivery_id, number))

    def _lease_on(self, platform: str) -> timedelta:
        """Where a platform knows a part again, what a process has left behind is sent again while it still does."""
        memory = NONCE_MEMORY.get(platform)
        return min(self._lease, memory / 4) if memory else self._lease

    def _lane_ended(self, office: _Office, delivery_id: int, _lane: asyncio.Task[None]) -> None:
        del office.lanes[delivery_id]
        if len(office.lanes) <= self._lanes // 2:  # claiming costs a commit: not for every single one
            office.room.set()
