"""The connection to Discord in any state of the network: the real discord.py against the double."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import discord
import pytest
import structlog

from bot.domain.errors import SettingsError
from bot.platforms.discord import client as module
from bot.platforms.discord.client import DiscordClient
from tests.discord_server import DiscordServer, pointed_at

COMMANDS = [{"type": 1, "name": "digest", "description": "What appeared", "contexts": [0, 1], "integration_types": [0]}]


class Handlers:
    """Answers each command with a word, once `go` is set."""

    def __init__(self) -> None:
        self.commands = COMMANDS
        self.go = asyncio.Event()
        self.go.set()

    async def answer(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True)
        await self.go.wait()
        await interaction.followup.send("hello")


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        with pointed_at(server):
            yield server


async def eventually(fact: Callable[[], object]) -> None:
    """Returns once something is true that nothing tells of."""
    async with asyncio.timeout(10):
        while not fact():  # noqa: ASYNC110 -- nothing tells of it
            await asyncio.sleep(0)


class Pauses:
    """A sleep that takes no time and remembers how long it should have taken. `until` is set to let one end."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(0)
        await self.open.wait()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def handlers() -> Handlers:
    return Handlers()


@pytest.fixture
async def client(server: DiscordServer, handlers: Handlers, pauses: Pauses) -> AsyncIterator[DiscordClient]:
    client = connecting_to(server, handlers, pauses)
    yield client
    await client.stop()


def connecting_to(server: DiscordServer, handlers: Handlers, pauses: Pauses, token: str = "") -> DiscordClient:
    return DiscordClient(
        token or server.token,
        handlers,
        api_base_url=server.api_base_url,
        gateway_url=server.gateway_url,
        sleep=pauses,
    )


async def answered(server: DiscordServer) -> str:
    return (await (await server.slash(server.user, server.channel, "digest")).answer()).content


async def test_start_returns_when_commands_are_registered_and_answered(
    server: DiscordServer, client: DiscordClient
) -> None:
    await client.start()
    assert client.ready.is_set()
    assert list(server.commands) == ["digest"]
    assert await answered(server) == "hello"


async def test_it_asks_for_no_intents_but_guilds_and_invitations(server: DiscordServer, client: DiscordClient) -> None:
    await client.start()
    assert [session.intents for session in server.gateway.sessions.values()] == [1 << 0 | 1 << 6]


async def test_a_token_that_discord_refuses_ends_the_start_and_is_not_named(
    server: DiscordServer, handlers: Handlers, pauses: Pauses
) -> None:
    client = connecting_to(server, handlers, pauses, token="mistyped-token")
    with pytest.raises(SettingsError, match="DISCORD_TOKEN") as caught:
        await client.start()
    assert "mistyped-token" not in str(caught.value)
    assert caught.value.__cause__ is None
    await client.stop()


async def test_a_token_that_only_the_gateway_refuses_ends_the_start_too(
    server: DiscordServer, client: DiscordClient
) -> None:
    server.gateway.token = "another"
    with pytest.raises(SettingsError, match="DISCORD_TOKEN"):
        await client.start()


async def test_a_token_that_is_withdrawn_later_is_logged(
    server: DiscordServer, client: DiscordClient, logged: list[Any]
) -> None:
    await client.start()
    server.gateway.token = "another"
    await server.gateway.drop(code=4004)
    await eventually(lambda: "discord_stopped" in [line["event"] for line in logged])
    assert [line["event"] for line in logged if line["log_level"] == "error"] == ["discord_stopped"]


async def test_running_ends_with_the_reason_when_the_token_is_withdrawn(
    server: DiscordServer, client: DiscordClient
) -> None:
    running = asyncio.create_task(client.run())
    await client.ready.wait()
    server.gateway.token = "another"
    await server.gateway.drop(code=4004)
    with pytest.raises(SettingsError, match="DISCORD_TOKEN"):
        await running


async def test_running_stops_when_it_is_cancelled(server: DiscordServer, client: DiscordClient) -> None:
    running = asyncio.create_task(client.run())
    await client.ready.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not client.ready.is_set()


async def test_a_server_that_is_down_is_tried_again_until_it_is_up(
    server: DiscordServer, client: DiscordClient, pauses: Pauses, logged: list[Any]
) -> None:
    server.fail("GET", status=503, times=5)
    await client.start()
    assert len(pauses.asked) == 5
    assert await answered(server) == "hello"
    assert [line["event"] for line in logged].count("discord_unreachable") == 1


async def test_pauses_grow_and_are_never_the_same(server: DiscordServer, client: DiscordClient, pauses: Pauses) -> None:
    server.fail("GET", status=503, times=9)
    await client.start()
    assert all(2**number / 2 <= pause <= 2**number for number, pause in enumerate(pauses.asked[:5], 1))
    assert all(30 <= pause <= 60 for pause in pauses.asked[5:])


async def test_nobody_listening_is_tried_again_until_stopped(handlers: Handlers, pauses: Pauses) -> None:
    async with DiscordServer() as server:
        pass
    with pointed_at(server):
        client = connecting_to(server, handlers, pauses)
        starting = asyncio.create_task(client.start())
        await eventually(lambda: len(pauses.asked) == 3)
        starting.cancel()
        await client.stop()
    assert not client.ready.is_set()


async def test_a_gateway_that_is_away_at_the_start_is_waited_for(
    server: DiscordServer, client: DiscordClient, pauses: Pauses
) -> None:
    await server.gateway.go_away()
    pauses.open.clear()
    starting = asyncio.create_task(client.start())
    await eventually(lambda: pauses.asked)
    assert not client.ready.is_set()
    server.gateway.come_back()
    pauses.open.set()
    await starting
    assert await answered(server) == "hello"


async def test_a_dropped_connection_is_resumed_and_misses_nothing(
    server: DiscordServer, client: DiscordClient, pauses: Pauses
) -> None:
    await client.start()
    await server.gateway.drop()
    asked = await server.slash(server.user, server.channel, "digest")
    assert (await asked.answer()).content == "hello"
    await client.ready.wait()
    assert (server.gateway.identified, server.gateway.resumed, pauses.asked) == (1, 1, [])


async def test_it_reconnects_when_discord_asks_it_to(server: DiscordServer, client: DiscordClient) -> None:
    await client.start()
    await server.gateway.ask_to_reconnect()
    await server.until(lambda: server.gateway.resumed, "it has resumed")
    assert await answered(server) == "hello"


async def test_a_session_that_is_forgotten_is_begun_anew(
    server: DiscordServer, client: DiscordClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(_client: discord.Client, _shard: int | None, *, initial: bool = False) -> None:
        """discord.py waits for 5 s between two sessions, as Discord wants it."""

    monkeypatch.setattr(discord.Client, "before_identify_hook", at_once)
    await client.start()
    await server.gateway.invalidate()
    await server.until(lambda: server.gateway.identified == 2, "it has identified again")
    assert await answered(server) == "hello"


async def test_a_gateway_that_goes_away_is_waited_for(
    server: DiscordServer, client: DiscordClient, pauses: Pauses
) -> None:
    await client.start()
    pauses.open.clear()
    await server.gateway.go_away()
    await eventually(lambda: pauses.asked)
    assert not client.ready.is_set()
    server.gateway.come_back()
    pauses.open.set()
    await client.ready.wait()
    assert await answered(server) == "hello"
    assert server.synced == 1


async def test_stopping_lets_answers_under_way_be_sent(
    server: DiscordServer, client: DiscordClient, handlers: Handlers
) -> None:
    handlers.go.clear()
    await client.start()
    asked = await server.slash(server.user, server.channel, "digest")
    await asked.responded()
    stopping = asyncio.create_task(client.stop())
    await asyncio.sleep(0)
    handlers.go.set()
    await stopping
    assert [message.content for message in asked.messages] == ["hello"]
    assert not server.gateway.connected


async def test_stopping_drops_answers_that_take_too_long(
    server: DiscordServer, client: DiscordClient, handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.01)
    handlers.go.clear()
    await client.start()
    asked = await server.slash(server.user, server.channel, "digest")
    await asked.responded()
    await client.stop()
    assert [message.loading for message in asked.messages] == [True]


async def test_stopping_waits_for_no_goodbye_that_does_not_come(server: DiscordServer, client: DiscordClient) -> None:
    await client.start()
    server.gateway.go_deaf()
    async with asyncio.timeout(2):
        await client.stop()


async def test_stopping_is_fine_before_the_start_and_twice(client: DiscordClient) -> None:
    await client.stop()
    await client.start()
    await client.stop()
    await client.stop()


async def test_the_library_is_kept_from_writing_interaction_tokens(client: DiscordClient) -> None:
    assert logging.getLogger("discord.gateway").getEffectiveLevel() >= logging.WARNING
