"""Discord's double: interactions, faults and the gateway, and that the real library is at home there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.discord_server import DiscordServer, pointed_at
from tests.discord_world import CLUB, Json
from tests.doubles.raw_discord import EPHEMERAL, Raw, rows

# --- interactions


async def test_an_interaction_is_answered_once(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    assert await raw.respond(sent, {"type": 4, "data": {"content": "hello"}}) == (204, None)
    assert await raw.respond(sent, {"type": 4, "data": {"content": "hello"}}) == (400, 40060)
    assert (await sent.answer()).content == "hello"


async def test_an_answer_after_three_seconds_is_refused(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    raw.server.advance(3.1)
    assert await raw.respond(sent, {"type": 5}) == (404, 10062)


async def test_follow_ups_end_after_a_quarter_of_an_hour(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    assert await raw("POST", raw.webhook(sent), {"content": "early"}) == (404, 10015)
    await raw.respond(sent, {"type": 5})
    raw.server.advance(899)
    assert (await raw("POST", raw.webhook(sent), {"content": "in time"}))[0] == 200
    raw.server.advance(2)
    assert await raw("POST", raw.webhook(sent), {"content": "late"}) == (401, 50027)
    assert await raw("PATCH", raw.webhook(sent) + "/messages/@original", {"content": "late"}) == (401, 50027)


async def test_the_first_follow_up_takes_the_place_of_thinking(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    await raw.respond(sent, {"type": 5, "data": {"flags": EPHEMERAL}})
    assert [message.loading for message in sent.messages] == [True]
    await raw("POST", raw.webhook(sent), {"content": "one"})
    await raw("POST", raw.webhook(sent), {"content": "two"})
    assert [(one.content, one.ephemeral) for one in sent.messages] == [("one", True), ("two", False)]


async def test_an_answer_of_the_wrong_kind_is_refused(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    assert await raw.respond(sent, {"type": 7, "data": {"content": "x"}}) == (400, 50035)
    assert await raw.respond(sent, {"type": 8, "data": {"choices": []}}) == (400, 50035)
    assert await raw.respond(sent, {"type": 6}) == (400, 50035)


async def test_what_only_one_person_sees_is_in_no_channel(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    await raw.respond(sent, {"type": 4, "data": {"content": "x", "components": rows(1), "flags": EPHEMERAL}})
    message = await sent.answer()
    assert message.visible_to is raw.server.user
    path = f"/channels/{raw.server.channel.id}/messages"
    assert await raw("PATCH", f"{path}/{message.id}", {"content": "x"}) == (404, 10008)
    assert await raw("GET", path) == (200, [])
    with pytest.raises(AssertionError, match="only somebody else"):
        await raw.server.press(raw.server.add_user("bob"), message, "x")


async def test_commands_that_nobody_could_send_are_mistakes_of_the_test(raw: Raw) -> None:
    await raw.connect()
    with pytest.raises(AssertionError, match="is not registered"):
        await raw.server.slash(raw.server.user, raw.server.channel, "search")
    with pytest.raises(AssertionError, match="has the options"):
        await raw.server.slash(raw.server.user, raw.server.channel, "digest", {"day": "today"})


# --- what goes wrong


async def test_rate_limits_look_like_those_of_discord(raw: Raw) -> None:
    raw.server.limit("POST", retry_after=0.5)
    url = f"{raw.server.api_base_url}/channels/{raw.server.channel.id}/messages"
    async with raw.session.post(url, json={"content": "x"}) as answer:
        assert answer.status == 429
        assert "Via" in answer.headers
        assert (await answer.json())["retry_after"] == 0.5
    assert (await raw.post({"content": "x"}))[0] == 200


@pytest.mark.parametrize(("after", "messages"), [(False, 0), (True, 1)])
async def test_it_hangs_up_before_or_after_it_has_taken_a_message(raw: Raw, *, after: bool, messages: int) -> None:
    raw.server.hang_up("messages", after=after)
    with pytest.raises(aiohttp.ClientError):
        await raw.post({"content": "x"})
    assert len(raw.server.channel.messages) == messages


async def test_server_errors_do_nothing(raw: Raw) -> None:
    raw.server.fail("messages", status=502)
    assert await raw.post({"content": "x"}) == (502, 0)
    assert raw.server.channel.messages == []


async def test_what_is_never_going_to_happen_fails_the_test(
    server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.discord_server.PATIENCE", 0.01)
    with pytest.raises(AssertionError, match="waited until pigs fly"):
        await server.until(lambda: False, "pigs fly")


# --- the gateway


async def test_heartbeats_are_answered(raw: Raw) -> None:
    socket = await raw.connect()
    await raw.expect(socket, 0)  # GUILD_CREATE
    await socket.send_json({"op": 1, "d": 2})
    await raw.expect(socket, 11)


@pytest.mark.parametrize(
    ("identity", "code"), [({"token": "another", "intents": 1}, 4004), ({"intents": 1 << 15}, 4014)]
)
async def test_a_wrong_token_and_intents_that_are_off_are_refused(raw: Raw, identity: Json, code: int) -> None:
    socket = await raw.session.ws_connect(raw.server.gateway_url + "?v=10&encoding=json")
    await raw.expect(socket, 10)
    await socket.send_json({"op": 2, "d": {"token": raw.token} | identity})
    await socket.receive(timeout=10)
    assert socket.close_code == code


async def test_a_session_that_is_resumed_gets_what_it_missed(raw: Raw) -> None:
    socket = await raw.connect()
    (session,) = raw.server.gateway.sessions.values()
    await raw.expect(socket, 0)  # GUILD_CREATE
    await socket.close()
    await raw.server.until(lambda: not raw.server.gateway.connected, "it is gone")
    await raw.server.add_guild("Late")
    again = await raw.session.ws_connect(raw.server.gateway_url + "?v=10&encoding=json")
    await raw.expect(again, 10)
    await again.send_json({"op": 6, "d": {"token": raw.token, "session_id": session.id, "seq": 2}})
    assert (await raw.expect(again, 0))["d"]["name"] == "Late"
    assert (await raw.expect(again, 0))["t"] == "RESUMED"


async def test_an_unknown_session_cannot_be_resumed(raw: Raw) -> None:
    socket = await raw.session.ws_connect(raw.server.gateway_url + "?v=10&encoding=json")
    await raw.expect(socket, 10)
    await socket.send_json({"op": 6, "d": {"token": raw.token, "session_id": "gone", "seq": 2}})
    assert (await raw.expect(socket, 9))["d"] is False


# --- the real library


class Form(discord.ui.Modal, title="Your name"):
    name: discord.ui.TextInput[Form] = discord.ui.TextInput(label="Name", custom_id="name")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Hello {self.name.value}")


class Widgets(discord.ui.View):
    @discord.ui.button(label="Form")
    async def form(self, interaction: discord.Interaction, _button: discord.ui.Button[Widgets]) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.select(options=[discord.SelectOption(label="Red", value="red")])
    async def colour(self, interaction: discord.Interaction, select: discord.ui.Select[Widgets]) -> None:
        await interaction.response.edit_message(content=f"You like {select.values[0]}", view=None)


@asynccontextmanager
async def library(server: DiscordServer) -> AsyncIterator[discord.Client]:
    """discord.py with a command of everything."""
    client = discord.Client(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05)
    tree = app_commands.CommandTree(client)

    @tree.command(name="widgets", description="Shows some")
    async def widgets(interaction: discord.Interaction, colour: str = "") -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await interaction.followup.send(f"widgets {colour}", view=Widgets(timeout=None))

    @widgets.autocomplete("colour")
    async def colours(_interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}d", value="red")]

    with pointed_at(server):
        async with client:
            await client.login(server.token)
            await tree.sync()
            running = asyncio.create_task(client.connect())
            await client.wait_until_ready()
            yield client
        await running


async def test_the_real_library_is_at_home(server: DiscordServer) -> None:
    async with library(server) as client:
        assert [guild.name for guild in client.guilds] == ["Readers"]
        assert await server.autocomplete(server.user, "widgets", "colour", "re") == [{"name": "red", "value": "red"}]
        message = await (await server.slash(server.user, server.channel, "widgets", {"colour": "red"})).answer()
        assert (message.content, message.ephemeral) == ("widgets red", True)
        opened = await server.press(server.user, message, "Form")
        submitted = await server.submit_modal(opened, {"name": "Ann"})
        assert (await submitted.answer()).content == "Hello Ann"
        await (await server.select(server.user, message, ["red"])).edited()
        assert (message.content, message.components) == ("You like red", [])
    assert server.refusals == []


async def test_the_real_library_writes_edits_and_deletes(server: DiscordServer) -> None:
    async with library(server) as client:
        channel = client.get_partial_messageable(server.channel.id)
        sent = await channel.send("one")
        await sent.edit(content="two")
        (message,) = server.channel.messages
        assert (message.content, message.edits) == ("two", 1)
        await sent.delete()
        assert message.deleted
        with pytest.raises(discord.NotFound):
            await sent.edit(content="three")
        private = await client.create_dm(discord.Object(server.user.id))
        await private.send("hello")
    assert [one.content for one in server.dm(server.user).messages] == ["hello"]


async def test_the_real_library_schedules_events(server: DiscordServer) -> None:
    async with library(server) as client:
        server.bot_rights = CLUB
        event = await client.guilds[0].create_scheduled_event(
            name="Reading BERT",
            start_time=datetime(2026, 11, 21, 18, tzinfo=UTC),
            end_time=datetime(2026, 11, 21, 19, tzinfo=UTC),
            entity_type=discord.EntityType.external,
            privacy_level=discord.PrivacyLevel.guild_only,
            location="online",
        )
    assert event.name == "Reading BERT"
    assert [one["name"] for one in server.events.all.values()] == ["Reading BERT"]
