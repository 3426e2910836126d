"""Discussion threads below digests on Discord: the real discord.py against the double."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.domain.communities import DestinationKind
from bot.platforms.discord.client import DiscordClient
from bot.platforms.discord.payload import payloads
from bot.platforms.discord.send import DiscordPost
from bot.platforms.discord.threads import DiscordThreads
from bot.services.deliveries import Deliveries
from bot.services.delivery_notices import DeliveryNotices
from bot.services.discussions import WORTH_OPENING, Discussions
from storage.database import Database
from storage.discussions import Discussions as StoredDiscussions
from tests.discord_client import NoCommands
from tests.discord_server import DiscordServer
from tests.discord_world import MEMBER, Channel, Rights
from tests.fakes import FakeClock
from tests.services.test_scheduled_digests import NINE, about, choices, make_builder, publish, subscribe


@pytest.fixture(autouse=True)
def discord_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client points discord.py at the double for good; tests put that back."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@dataclass
class Office:
    database: Database
    clock: FakeClock
    server: DiscordServer
    deliveries: Deliveries
    discussions: Discussions

    async def send_digest(self) -> None:
        await make_builder(self.database, self.clock).build_due()
        await self.deliver()

    async def deliver(self) -> None:
        await self.deliveries.dispatch()
        await self.deliveries.settle()

    def subscribe(self, channel: Channel | None = None, *, thread: bool = True, **facts: object) -> None:
        there = {"platform": "discord", "kind": DestinationKind.CHANNEL} | facts
        wanted = choices(discussion_thread=thread)
        subscribe(self.database, (channel or self.server.channel).id, wanted=wanted, **there)  # type: ignore[arg-type]

    def threads(self) -> list[str]:
        return [one.name for one in self.server.channels.values() if one.parent is not None]

    def boss_reads(self) -> list[str]:
        return [message.text for message in self.server.dm(self.server.user).messages]


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    clock = FakeClock(NINE)
    async with DiscordServer() as server:
        client = DiscordClient(
            server.token, NoCommands(), api_base_url=server.api_base_url, gateway_url=server.gateway_url
        )
        await client.start()
        notices = DeliveryNotices([("discord", str(server.user.id))], {"discord": payloads})
        deliveries = Deliveries(database, clock, Random(7), notices)
        deliveries.connect("discord", DiscordPost(client.connection))
        discussions = Discussions(database, clock, Random(7), notices)
        discussions.connect("discord", DiscordThreads(client.connection))
        publish(database, about(1), at=NINE)
        try:
            yield Office(database, clock, server, deliveries, discussions)
        finally:
            await client.stop()


async def test_a_thread_called_as_the_digest_is_opened_once_below_its_last_message(office: Office) -> None:
    office.subscribe()
    await office.send_digest()
    assert await office.discussions.open_due() == 1
    assert await office.discussions.open_due() == 0
    assert office.threads() == ["Digest · March 10, 2026"]
    assert office.server.channel.messages[-1].id in office.server.channels


async def test_no_thread_is_opened_before_the_digest_is_sent(office: Office) -> None:
    office.subscribe()
    await make_builder(office.database, office.clock).build_due()
    assert await office.discussions.open_due() == 0
    await office.deliver()
    assert await office.discussions.open_due() == 1


async def test_no_thread_is_opened_where_nobody_wants_one_or_where_there_can_be_none(office: Office) -> None:
    office.subscribe(thread=False)
    inside = await office.server.add_thread(office.server.channel, "Already a thread")
    office.subscribe(inside, kind=DestinationKind.THREAD)
    await office.send_digest()
    assert await office.discussions.open_due() == 0
    assert office.threads() == ["Already a thread"]


async def test_a_thread_that_a_dead_process_has_opened_is_recognised(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.subscribe()
    await office.send_digest()
    with monkeypatch.context() as patch:
        patch.setattr(StoredDiscussions, "tried", _ends)
        with pytest.raises(KeyboardInterrupt):
            await office.discussions.open_due()
    assert len(office.threads()) == 1
    assert await office.discussions.open_due() == 1
    assert await office.discussions.open_due() == 0
    assert len(office.threads()) == 1
    assert office.boss_reads() == []


async def test_where_the_answer_is_lost_the_thread_is_recognised_too(office: Office) -> None:
    office.subscribe()
    await office.send_digest()
    office.server.hang_up("POST .*/threads", after=True)
    assert await office.discussions.open_due() == 0
    office.clock.advance(minutes=1)
    assert await office.discussions.open_due() == 1
    assert len(office.threads()) == 1


async def test_without_the_right_an_administrator_is_told_once_and_digests_go_on(office: Office) -> None:
    rights = MEMBER & ~Rights.CREATE_PUBLIC_THREADS
    strict = await office.server.add_channel(office.server.guild, "strict", bot_rights=rights)
    office.subscribe(strict)
    for day in range(2):
        publish(office.database, about(10 + day), at=office.clock(), guid=f"day {day}")
        await office.send_digest()
        assert await office.discussions.open_due() == 0
        await office.deliver()
        office.clock.advance(days=1)
    assert len(strict.messages) == 2
    (told,) = office.boss_reads()
    assert "create public threads" in told
    assert "Missing Permissions" in told


async def test_a_server_error_is_waited_out(office: Office) -> None:
    office.subscribe()
    await office.send_digest()
    office.server.fail("POST .*/threads", status=503)
    assert await office.discussions.open_due() == 0
    assert await office.discussions.open_due() == 0  # it is not tried again at once
    office.clock.advance(minutes=1)
    assert await office.discussions.open_due() == 1


async def test_nobody_discusses_a_digest_that_is_two_days_old(office: Office) -> None:
    office.subscribe()
    await office.send_digest()
    office.clock.now += WORTH_OPENING + timedelta(seconds=1)
    await office.discussions.give_up()
    assert await office.discussions.open_due() == 0


def _ends(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
