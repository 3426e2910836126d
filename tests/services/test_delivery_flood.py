"""A flood: five hundred chats, and a Telegram that refuses, drops and loses what it is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from random import Random

import pytest

from bot.domain.deliveries import DeliveryKind, PartState
from bot.domain.subscriptions import UnknownPolicy
from bot.platforms.telegram.limits import TelegramLimits
from storage.database import Database
from tests.outbox import (
    VirtualTime,
    add_delivery,
    add_destination,
    all_deliveries,
    telegram_bot,
    telegram_deliveries,
    until_nothing_is_due,
)
from tests.telegram_server import Fault, HangUp, Refuse, TelegramServer

CHATS = 500


class Flood:
    """A fifth of all requests is told to wait, a twentieth is dropped, a twentieth loses its answer. Notes who is
    written to before the wait is over."""

    def __init__(self, time: VirtualTime, random: Random) -> None:
        self.time = time
        self.random = random
        self.until: dict[str, float] = {}
        self.too_early: list[str] = []
        self.met: Counter[str] = Counter()

    def __call__(self, method: str, parameters: Mapping[str, str]) -> Fault | None:
        if method != "sendMessage":
            return None
        chat = parameters["chat_id"]
        if self.time.seconds < self.until.get(chat, 0):
            self.too_early.append(chat)
        chance = self.random.random()
        if chance < 0.05:
            self.met["dropped"] += 1
            return HangUp(accepted=False)
        if chance < 0.10:
            self.met["lost"] += 1
            return HangUp(accepted=True)
        if chance < 0.30:
            wait = self.random.randint(1, 120)
            self.until[chat] = self.time.seconds + wait
            self.met["refused"] += 1
            return Refuse(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        return None


@pytest.mark.parametrize("policy", [UnknownPolicy.RESEND, UnknownPolicy.ASK])
async def test_in_a_flood_everything_arrives_or_is_marked_and_nobody_is_written_to_too_early(
    database: Database, policy: UnknownPolicy
) -> None:
    time = VirtualTime()
    async with TelegramServer() as server, telegram_bot(server.token, server.url) as bot:
        server.clock = time.monotonic
        chats = [server.private_chat(server.person(f"Reader {number}")) for number in range(CHATS)]
        with database.write() as uow:
            for chat in chats:
                add_delivery(uow, add_destination(uow, chat.id), f"News for {chat.id}", unknown_policy=policy)
        flood = server.trouble = Flood(time, Random(4))
        limits = TelegramLimits(clock=time.monotonic, sleep=time.sleep)
        deliveries = telegram_deliveries(database, bot, clock=time.now, limits=limits)
        await until_nothing_is_due(deliveries, database, time)

    arrived = Counter(message.text for chat in chats for message in chat.said)
    assert flood.too_early == []
    assert min(flood.met.values()) > 10
    for delivery in all_deliveries(database):
        (part,) = delivery.parts
        times = arrived[str(part.payload["html"])]
        assert part.state in (PartState.SENT, PartState.UNKNOWN)
        assert times >= (part.state is PartState.SENT)
        assert times <= 1 + (part.doubts if policy is UnknownPolicy.RESEND else 0)
    doubts = sum(part.doubts for one in all_deliveries(database) for part in one.parts)
    assert doubts == flood.met["dropped"] + flood.met["lost"]
    if policy is UnknownPolicy.RESEND:
        assert len(arrived) == CHATS
    assert time.seconds < timedelta(hours=2).total_seconds()
    assert all(one.kind is DeliveryKind.DIGEST for one in all_deliveries(database))
