"""The outbox at work on Discord: the real discord.py against the double."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.domain.communities import DestinationKind
from bot.domain.deliveries import NONCE_MEMORY, Delivery, PartState, begun
from bot.platforms.discord.client import DiscordClient
from bot.platforms.discord.payload import payloads
from bot.platforms.discord.send import DiscordPost
from bot.services.deliveries import LEASE, Answer, Deliveries
from bot.services.delivery_notices import DeliveryNotices
from storage.database import Database
from tests.discord_client import NoCommands
from tests.discord_server import DiscordServer
from tests.discord_world import Channel, Rights
from tests.outbox import (
    START,
    VirtualTime,
    add_delivery,
    add_destination,
    delivery,
    states,
    until_nothing_is_due,
)


@pytest.fixture(autouse=True)
def discord_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client points discord.py at the double for good; tests put that back."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@dataclass
class Post:
    database: Database
    server: DiscordServer
    time: VirtualTime
    deliveries: Deliveries

    async def run(self) -> None:
        await until_nothing_is_due(self.deliveries, self.database, self.time)

    async def once(self) -> None:
        await self.deliveries.dispatch()
        await self.deliveries.settle()

    def add(self, *texts: str, channel: Channel | None = None, **facts: Any) -> int:
        with self.database.write() as uow:
            place = add_destination(
                uow, (channel or self.server.channel).id, platform="discord", kind=DestinationKind.CHANNEL
            )
            return add_delivery(uow, place, *texts, now=self.time.now(), **facts)

    def texts(self, channel: Channel | None = None) -> list[str]:
        return [message.content for message in (channel or self.server.channel).messages]

    def boss_reads(self) -> list[str]:
        return [message.text for message in self.server.dm(self.server.user).messages]


@asynccontextmanager
async def post(database: Database) -> AsyncIterator[Post]:
    time = VirtualTime()
    async with DiscordServer() as server:
        client = DiscordClient(
            server.token, NoCommands(), api_base_url=server.api_base_url, gateway_url=server.gateway_url
        )
        await client.start()
        notices = DeliveryNotices([("discord", str(server.user.id))], {"discord": payloads})
        deliveries = Deliveries(database, time.now, Random(7), notices)
        deliveries.connect("discord", DiscordPost(client.connection))
        try:
            yield Post(database, server, time, deliveries)
        finally:
            await client.stop()


async def test_parts_arrive_in_order(database: Database) -> None:
    async with post(database) as office:
        number = office.add("one", "two", "three")
        await office.run()
        assert office.texts() == ["one", "two", "three"]
        assert states(database, number) == [PartState.SENT] * 3


async def test_what_was_on_its_way_when_the_process_ended_is_closed_by_the_nonce_of_the_next_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with post(database) as office:
        number = office.add("one", "two")
        send = DiscordPost.send

        async def send_and_end(*given: Any, **named: Any) -> None:
            await send(*given, **named)
            raise asyncio.CancelledError

        with monkeypatch.context() as patch:
            patch.setattr(DiscordPost, "send", send_and_end)
            await office.once()
        assert states(database, number) == [PartState.SENDING, PartState.PENDING]
        await office.run()
        assert office.texts() == ["one", "two"]
        assert states(database, number) == [PartState.SENT] * 2
        assert office.boss_reads() == []


async def test_a_lost_answer_is_closed_by_the_nonce_without_asking_anybody(database: Database) -> None:
    async with post(database) as office:
        number = office.add("one", "two")
        office.server.hang_up("POST /api/v10/channels", after=True)
        await office.run()
        assert office.texts() == ["one", "two"]
        (first, _) = delivery(database, number).parts
        assert (first.state, first.doubts, first.attempts) == (PartState.SENT, 1, 2)
        assert office.boss_reads() == []


async def test_what_a_dead_process_was_sending_long_ago_is_asked_about(database: Database) -> None:
    async with post(database) as office:
        number = office.add("one")
        with database.write() as uow:
            (claimed,) = uow.deliveries.claim("discord", owner="dead", now=START, lease=LEASE, limit=9)
            uow.deliveries.begin([(number, begun(claimed.parts[0], START), "dead")])
        office.time.advance_to(START + LEASE + NONCE_MEMORY["discord"])
        await office.run()
        assert office.texts() == []
        (question,) = office.server.dm(office.server.user).messages
        assert "part 1 of 1 has arrived" in question.text
        person = {"platform": "discord", "chat_ids": ["1", str(office.server.user.id)]}
        assert await office.deliveries.answer(number, 1, arrived=False, **person) is Answer.TAKEN  # type: ignore[arg-type]
        await office.run()
        assert office.texts() == ["one"]


async def test_what_a_dead_process_was_sending_just_now_is_closed_by_the_nonce(database: Database) -> None:
    async with post(database) as office:
        number = office.add("one")
        found: Delivery = delivery(database, number)
        with database.write() as uow:
            (claimed,) = uow.deliveries.claim("discord", owner="dead", now=START, lease=timedelta(seconds=30), limit=9)
            uow.deliveries.begin([(number, begun(claimed.parts[0], START), "dead")])
        sender = office.deliveries._offices["discord"].sender
        await sender.send(found.destination, {"content": "one"}, nonce=found.nonce(found.parts[0]))
        office.time.advance_to(START + timedelta(seconds=31))
        await office.run()
        assert office.texts() == ["one"]
        assert states(database, number) == [PartState.SENT]


async def test_a_channel_that_was_closed_to_the_bot_is_paused_and_an_administrator_told(database: Database) -> None:
    async with post(database) as office:
        closed = await office.server.add_channel(office.server.guild, "closed", bot_rights=Rights.VIEW_CHANNEL)
        lost = office.add("one", channel=closed)
        office.add("two")
        await office.once()
        await office.once()
        assert office.texts() == ["two"]
        assert "Missing Permissions" in str(delivery(database, lost).destination.paused_reason)
        (notice,) = office.boss_reads()
        assert "Missing Permissions" in notice


async def test_a_server_error_is_waited_out(database: Database) -> None:
    async with post(database) as office:
        office.add("one")
        office.server.fail("POST /api/v10/channels", status=503)
        await office.run()
        assert office.texts() == ["one"]


async def test_without_a_connection_nothing_is_tried(database: Database) -> None:
    async with post(database) as office:
        number = office.add("one")
        office.deliveries.connect("discord", DiscordPost(lambda: None))
        await office.once()
        (part,) = delivery(database, number).parts
        assert (part.state, part.error) == (PartState.PENDING, "not connected to Discord")


async def test_a_correction_is_edited_in_place(database: Database) -> None:
    async with post(database) as office:
        number = office.add("one")
        await office.run()
        await office.deliveries.correct(number, 1, {"content": "one, corrected"})
        await office.run()
        assert office.texts() == ["one, corrected"]
