"""Discord, from what people type and press to what they see: the real discord.py against the double."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.locales import Translator
from handlers.command import Choice, Platform, Request
from handlers.discord import command_payload
from tests import discord_validation as rules
from tests.discord_server import DiscordServer
from tests.discord_world import MEMBER, MODERATOR, PostedMessage, Rights
from tests.sample_commands import Commands
from tests.world import bot_with


@pytest.fixture(autouse=True)
def discord_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client points discord.py at the double for good; tests put that back."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
def commands() -> Commands:
    return Commands()


# --- slash commands


async def test_a_command_is_answered_with_an_embed_for_the_one_who_asked(
    server: DiscordServer, commands: Commands
) -> None:
    async with commands.running(server):
        asked = await server.slash(server.user, server.channel, "digest", {"day": "today", "section": "ethics"})
        message = await asked.answer()
    assert (message.embeds[0]["title"], message.ephemeral) == ("Ethics", True)
    assert message.pings == ()
    assert [[one["label"] for one in row["components"]] for row in message.components] == [
        ["1/9", "▶"],
        ["Paper", "Share"],
    ]
    (request,) = commands.asked
    assert (request.command, request.options) == ("digest", {"day": "today", "section": "ethics"})
    assert server.refusals == []


async def test_a_command_is_deferred_before_any_work_begins(server: DiscordServer, commands: Commands) -> None:
    commands.hold.clear()
    async with commands.running(server):
        asked = await server.slash(server.user, server.channel, "digest")
        assert (await asked.responded()) == {"type": 5, "data": {"flags": 64}}
        server.advance(60)
        commands.hold.set()
        assert "page 1" in (await asked.answer()).text


async def test_a_command_whose_answer_is_for_all_is_seen_by_all(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "help")).answer()
    assert not message.ephemeral
    assert "Share" not in message.labels


async def test_a_private_answer_to_a_command_for_all_is_seen_by_the_one_who_asked(
    server: DiscordServer, commands: Commands
) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "start")).answer()
    assert (message.text, message.ephemeral) == ("for you alone", True)
    assert [one.loading for one in server.channel.messages if not one.deleted] == [False]


async def test_what_went_wrong_is_not_to_be_shared(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "language")).answer()
    assert (message.text, message.ephemeral) == ("This item is not there any more.", True)
    assert message.labels == []


async def test_in_a_private_chat_answers_stay_and_cannot_be_shared(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.dm(server.user), "digest")).answer()
        private = await (await server.slash(server.user, server.dm(server.user), "sources")).answer()
    assert (message.ephemeral, private.ephemeral) == (False, False)
    assert "Share" not in message.labels
    assert commands.asked[0].chat.private


async def test_the_chat_of_a_thread_is_the_thread(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        thread = await server.add_thread(server.channel, "BERT")
        await (await server.slash(server.user, thread, "digest")).answer()
    chat = commands.asked[0].chat
    assert (chat.platform, chat.id, chat.private) == (Platform.DISCORD, str(thread.id), False)


async def test_a_guild_that_the_bot_has_just_joined_is_answered(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        guild = await server.add_guild("New")
        channel = await server.add_channel(guild, "papers")
        assert (await (await server.slash(server.user, channel, "digest")).answer()).ephemeral


async def test_the_request_says_who_asks_and_what_they_may_do(server: DiscordServer, commands: Commands) -> None:
    anna, boss = server.add_user("anna", locale="ru"), server.add_user("boss")
    server.guild.rights[boss.id] = MODERATOR
    async with commands.running(server, administrators=frozenset({str(boss.id)})):
        await (await server.slash(anna, server.channel, "digest")).answer()
        await (await server.slash(boss, server.channel, "digest")).answer()
        await (await server.slash(anna, server.dm(anna), "digest")).answer()
    one, two, three = (request.person for request in commands.asked)
    assert (one.id, one.name, one.language) == (str(anna.id), "Anna", "ru")
    assert (one.administrator, one.chat_administrator) == (False, False)
    assert (two.administrator, two.chat_administrator) == (True, True)
    assert (three.administrator, three.chat_administrator) == (False, True)


async def test_the_language_of_the_chat_wins_over_that_of_the_client(server: DiscordServer, commands: Commands) -> None:
    anna = server.add_user("anna", locale="ru")
    async with commands.running(server):
        assert (await (await server.slash(anna, server.channel, "digest")).answer()).labels[-1] == "Поделиться"
        commands.chosen = "pt_BR"
        assert (await (await server.slash(anna, server.channel, "digest")).answer()).labels[-1] == "Compartilhar"


async def test_a_long_answer_is_followed_up_and_each_part_can_be_shared(
    server: DiscordServer, commands: Commands
) -> None:
    async with commands.running(server):
        asked = await server.slash(server.user, server.channel, "search", {"query": "bert"})
        parts = [await asked.answer(number) for number in (1, 2, 3)]
    assert [part.ephemeral for part in parts] == [True] * 3
    assert [part.labels for part in parts] == [["Share"], ["Share"], ["secret", "Share"]]


async def test_a_command_of_an_outdated_menu_gets_a_helpful_answer(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        asked = await server.slash(server.user, server.channel, "old", outdated=True)
        message = await asked.answer()
    assert "/help" in message.text
    assert message.ephemeral


# --- autocomplete


async def test_values_are_offered_while_somebody_types(server: DiscordServer, commands: Commands) -> None:
    anna = server.add_user("anna", locale="ru")
    async with commands.running(server):
        offered = await server.autocomplete(anna, "digest", "day", "2026")
    assert [choice["value"] for choice in offered] == ["today", "2026"]
    assert offered[0]["name"].startswith("сегодня")
    assert len(offered[0]["name"]) <= 100
    assert commands.asked[0].command == "digest"


async def test_nothing_is_offered_where_that_would_come_too_late(
    server: DiscordServer, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_request: Request, _typed: str, _say: Translator) -> tuple[Choice, ...]:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(commands, "_days", never)
    async with commands.running(server, typing_patience=0.0):
        assert await server.autocomplete(server.user, "digest", "day", "2026") == []


async def test_offers_for_what_somebody_has_typed_over_do_no_harm(
    server: DiscordServer, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow_at_first(_request: Request, typed: str, _say: Translator) -> tuple[Choice, ...]:
        server.advance(4 if typed == "2" else 0)
        return (Choice(typed, typed),)

    monkeypatch.setattr(commands, "_days", slow_at_first)
    with structlog.testing.capture_logs() as logs:
        async with commands.running(server):
            first = asyncio.ensure_future(server.autocomplete(server.user, "digest", "day", "2"))
            await server.until(lambda: server.refusals, "the first offers are refused")
            first.cancel()
            offered = await server.autocomplete(server.user, "digest", "day", "20")
    assert [one["value"] for one in offered] == ["20"]
    assert [one["log_level"] for one in logs if one["event"] == "discord_answer_too_late"] == ["info"]


# --- buttons


async def test_a_page_turns_in_place_and_can_still_be_shared(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "digest")).answer()
        turned = await (await server.press(server.user, message, "▶")).edited()
    assert turned is message
    assert "page 2" in message.text
    assert message.labels == ["2/9", "▶", "Paper", "Share"]
    assert commands.asked[-1].action == "page:2"


async def test_buttons_work_after_a_restart(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "digest")).answer()
    async with Commands().running(server):
        await (await server.press(server.user, message, "▶")).edited()
    assert "page 2" in message.text


async def test_an_answer_that_replaces_nothing_stands_below(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "help")).answer()
        message.components[0]["components"][1]["custom_id"] = "pr:new"
        answer = await (await server.press(server.user, message, "▶")).answer()
    assert (answer.text, answer.ephemeral, message.edits) == ("something new", False, 0)


async def test_what_is_for_one_person_never_replaces_what_all_see(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "help")).answer()
        message.components[0]["components"][1]["custom_id"] = "pr:secret"
        answer = await (await server.press(server.user, message, "▶")).answer()
    assert (answer.text, answer.ephemeral) == ("for you alone", True)
    assert "page 1" in message.text


async def test_a_page_of_a_message_that_is_gone_is_a_new_message(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "help")).answer()
        async with server.slow("PATCH"):
            pressed = await server.press(server.user, message, "▶")
            await pressed.responded()
            message.deleted = True
        assert "page 2" in (await pressed.answer()).text


@pytest.mark.parametrize("custom_id", ["pr:gone:1", "something else"])
async def test_a_button_of_an_older_version_gets_a_helpful_answer(
    server: DiscordServer, commands: Commands, custom_id: str
) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "help")).answer()
        message.components[0]["components"][1]["custom_id"] = custom_id
        answer = await (await server.press(server.user, message, "▶")).answer()
    assert "older version" in answer.text
    assert answer.ephemeral


# --- sharing


async def test_a_shared_answer_is_seen_by_all_and_its_pages_turn(server: DiscordServer, commands: Commands) -> None:
    bob = server.add_user("bob")
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "digest")).answer()
        await (await server.press(server.user, message, "Share")).edited()
        (shared,) = [one for one in server.channel.messages if not one.ephemeral]
        assert (shared.embeds, shared.labels) == (message.embeds, ["1/9", "▶", "Paper"])
        assert message.labels == ["1/9", "▶", "Paper"]
        await (await server.press(bob, shared, "▶")).edited()
    assert "page 2" in shared.text
    assert "Share" not in shared.labels
    assert server.refusals == []


async def test_sharing_twice_shares_once(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "digest")).answer()
        pressed = [await server.press(server.user, message, "Share") for _ in range(2)]
        for one in pressed:
            await one.edited()
    assert len([one for one in server.channel.messages if not one.ephemeral]) == 1


async def test_an_answer_is_shared_in_the_thread_that_it_was_asked_in(
    server: DiscordServer, commands: Commands
) -> None:
    async with commands.running(server):
        thread = await server.add_thread(server.channel, "BERT")
        thread.bot_rights = MEMBER & ~Rights.SEND_MESSAGES
        message = await (await server.slash(server.user, thread, "digest")).answer()
        await (await server.press(server.user, message, "Share")).edited()
    assert [one.ephemeral for one in thread.messages] == [True, False]


async def test_nothing_is_shared_where_the_bot_may_not_write(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        closed = await server.add_channel(server.guild, "rules", bot_rights=MEMBER & ~Rights.SEND_MESSAGES)
        message = await (await server.slash(server.user, closed, "digest")).answer()
        answer = await (await server.press(server.user, message, "Share")).answer()
    assert answer.text.startswith("I may not write in this channel.")
    assert answer.ephemeral
    assert "Share" in message.labels


async def test_nothing_is_shared_where_rights_are_lost_meanwhile(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "digest")).answer()
        async with server.slow("callback"):
            pressed = await server.press(server.user, message, "Share")
            server.channel.bot_rights = MEMBER & ~Rights.SEND_MESSAGES
        answer = await pressed.answer()
    assert answer.text.startswith("I may not write in this channel.")


async def test_nobody_shares_where_they_may_not_write_themselves(server: DiscordServer, commands: Commands) -> None:
    server.guild.rights[server.user.id] = MEMBER & ~Rights.SEND_MESSAGES
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "digest")).answer()
        answer = await (await server.press(server.user, message, "Share")).answer()
    assert answer.text.startswith("You may not write in this channel")
    assert [one.ephemeral for one in server.channel.messages] == [True, True]


async def test_what_is_for_one_person_cannot_be_shared(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "sources")).answer()
    assert (message.ephemeral, message.labels) == (True, [])


# --- what is registered


async def test_commands_are_registered_in_all_languages(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        pass
    digest = server.commands["digest"]
    assert set(digest["description_localizations"]) == {"ru", "pt-BR", "zh-CN"}
    assert digest["name_localizations"]["ru"] == "дайджест"
    section = next(one for one in digest["options"] if one["name"] == "section")
    assert section["choices"][0]["name_localizations"]["pt-BR"] == "Ética"
    assert [one["name"] for one in server.commands["search"]["options"]] == ["query", "section"]


async def test_commands_are_written_once_and_not_at_each_start(server: DiscordServer, commands: Commands) -> None:
    for _ in range(3):
        async with commands.running(server):
            pass
    assert server.synced == 1


async def test_commands_are_written_again_when_one_of_their_texts_changes(
    server: DiscordServer, commands: Commands
) -> None:
    async with commands.running(server):
        pass
    server.commands["digest"]["options"][0]["description_localizations"]["ru"] = "как было раньше"
    async with commands.running(server):
        pass
    assert server.synced == 2


async def test_refused_commands_do_not_keep_the_bot_away(
    server: DiscordServer, commands: Commands, logged: list[Any]
) -> None:
    async with commands.running(server):
        pass
    server.commands.pop("digest")
    server.fail("PUT", status=400)
    async with commands.running(server):
        assert "page 1" in (await (await server.slash(server.user, server.channel, "help")).answer()).text
    assert "discord_commands_refused" in [line["event"] for line in logged]


async def test_discord_takes_all_commands_as_they_are(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        payload = [command_payload(command, core.dispatcher) for command in core.dispatcher.commands]
    faults = rules.check_commands(payload)
    faults.found += rules.check_description("PUT", "/applications/{application_id}/commands", {}, payload).found
    assert str(faults) == ""
    assert {"digest", "search", "sources", "language", "help", "start", "story"} <= {one["name"] for one in payload}


# --- what goes wrong


async def test_a_fault_gets_an_apology_with_the_number_that_is_in_the_log(
    server: DiscordServer, commands: Commands, logged: list[Any]
) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "digest")).answer()
        message.components[0]["components"][1]["custom_id"] = "pr:fault"
        answer = await (await server.press(server.user, message, "▶")).answer()
    (line,) = [line for line in logged if line["log_level"] == "error"]
    assert line["id"] in answer.text


async def test_an_answer_that_discord_refuses_gets_an_apology(
    server: DiscordServer, commands: Commands, logged: list[Any]
) -> None:
    server.fail("PATCH /api/v10/webhooks", status=400)
    async with commands.running(server):
        answer = await (await server.slash(server.user, server.channel, "digest")).answer()
    (line,) = [line for line in logged if line["event"] == "discord_answer_refused"]
    assert line["id"] in answer.text
    assert answer.ephemeral


async def test_an_answer_that_comes_too_late_is_dropped_quietly(
    server: DiscordServer, commands: Commands, logged: list[Any]
) -> None:
    commands.hold.clear()
    async with commands.running(server):
        asked = await server.slash(server.user, server.channel, "digest")
        await asked.responded()
        server.advance(15 * 60 + 1)
        commands.hold.set()
        await server.until(lambda: server.refusals, "the answer is refused")
    assert [line["log_level"] for line in logged if line["event"] == "discord_answer_too_late"] == ["info"]


async def test_what_discord_did_not_hear_of_in_time_is_not_worked_on(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        async with server.slow("callback"):
            await server.slash(server.user, server.channel, "digest")
            server.advance(4)
        await server.until(lambda: server.refusals, "the answer is refused")
    assert commands.asked == []


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("where", ["callback", "PATCH /api/v10/webhooks"])
async def test_a_connection_that_breaks_costs_no_answer(
    server: DiscordServer, commands: Commands, where: str, *, after: bool
) -> None:
    server.hang_up(where, after=after)
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "digest")).answer()
        assert "page 1" in message.text
    assert len(server.channel.messages) == 1


async def test_a_share_whose_confirmation_is_lost_is_shared_once(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await (await server.slash(server.user, server.channel, "digest")).answer()
        server.hang_up("POST /api/v10/channels", after=True)
        await (await server.press(server.user, message, "Share")).edited()
    assert len([one for one in server.channel.messages if not one.ephemeral]) == 1


async def test_rate_limits_are_waited_for(server: DiscordServer, commands: Commands) -> None:
    server.limit("PATCH /api/v10/webhooks")
    async with commands.running(server):
        assert "page 1" in (await (await server.slash(server.user, server.channel, "digest")).answer()).text


async def test_secrets_are_in_no_line_of_the_log(
    server: DiscordServer, commands: Commands, caplog: pytest.LogCaptureFixture, logged: list[Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    server.limit("PATCH /api/v10/webhooks")
    server.fail("POST /api/v10/webhooks", status=400)
    async with commands.running(server):
        await (await server.slash(server.user, server.channel, "search", {"query": "bert"})).answer(2)
    lines = caplog.text + str(logged)
    assert [token for token in (server.token, *server.interactions.by_token) if token in lines] == []


# Selects and forms


async def choosing(server: DiscordServer) -> PostedMessage:
    """A message with selects and a button that opens a form."""
    asked = await server.slash(server.user, server.dm(server.user), "digest")
    message = await asked.answer()
    message.components[0]["components"][0]["custom_id"] = "pr:choose"
    return await (await server.press(server.user, message, message.labels[0])).answer()


async def test_a_select_tells_what_is_on_and_what_is_off_now(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await choosing(server)
        await (await server.select(server.user, message, ["a", "c"])).edited()
        assert commands.asked[-1].action == "choose:many"
        assert commands.asked[-1].picked == {"a": True, "b": False, "c": True}
        assert "chosen: \\['a', 'c'\\]" in message.text
        await (await server.select(server.user, message, [])).edited()
        assert commands.asked[-1].picked == {"a": False, "b": False, "c": False}
        await (await server.select(server.user, message, ["b"], of=message.selects[1])).edited()
        assert (commands.asked[-1].action, commands.asked[-1].picked) == ("choose:one", {"b": True})
    assert server.refusals == []


async def test_a_command_opens_a_form_as_its_first_answer(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        opened = await server.slash(server.user, server.channel, "propose")
        assert (await opened.responded())["type"] == 9
        submitted = await server.submit_modal(opened, {"title": "BERT", "why": "new"})
        answer = await submitted.answer()
    assert (answer.text, answer.ephemeral) == ("BERT 3", True)
    assert server.refusals == []


async def test_a_form_below_a_message_works_after_a_restart(server: DiscordServer, commands: Commands) -> None:
    async with commands.running(server):
        message = await choosing(server)
    async with commands.running(server):
        opened = await server.press(server.user, message, "Propose")
        await opened.responded()
    async with commands.running(server):
        answer = await (await server.submit_modal(opened, {"title": "BERT"})).answer()
    assert answer.text.startswith("BERT ")
    assert server.refusals == []


async def test_a_form_that_comes_too_late_to_be_opened_is_asked_for_again(
    server: DiscordServer, commands: Commands
) -> None:
    commands.hold.clear()
    async with commands.running(server, form_patience=0.0):
        opened = await server.slash(server.user, server.channel, "propose")
        assert (await opened.responded())["type"] == 5
        commands.hold.set()
        assert "Please try again." in (await opened.answer()).text
    assert server.refusals == []


async def test_the_double_refuses_a_second_answer_and_forms_that_discord_refuses(server: DiscordServer) -> None:
    field = {"type": 4, "custom_id": "a", "style": 1, "required": True}
    label = {"type": 18, "label": "A", "component": field}
    good = {"title": "T", "custom_id": "c", "components": [label]}
    assert not rules.check_modal(good).found
    for bad in (
        {**good, "title": "x" * 46},
        {**good, "components": []},
        {**good, "components": [label] * 2},
        {**good, "components": [label | {"label": "x" * 46}]},
        {**good, "components": [label | {"component": field | {"value": "x" * 4001}}]},
        {**good, "components": [label | {"component": field | {"placeholder": "x" * 101}}]},
        {**good, "components": [{"type": 1, "components": [field]}]},
        {**good, "components": [{"type": 1, "components": [{"type": 2}]}]},
    ):
        assert rules.check_modal(bad).found, bad
