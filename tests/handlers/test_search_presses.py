"""Results with buttons that somebody else presses, or somebody later, and hostile words in questions and titles: over
the clients and the doubles."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from bot.core import Core
from bot.domain.items import Link
from bot.locales import translator
from handlers.console import ConsoleChat
from tests.askers import discord_bot, everywhere
from tests.discord_server import DiscordServer
from tests.discord_world import MEMBER, Rights
from tests.factories import make_document, make_parsed_item, store
from tests.meetings import meeting, on_discord, on_telegram
from tests.platforms.discord_markdown import read
from tests.telegram_bot import telegram_bot
from tests.telegram_server import Refuse, TelegramServer
from tests.world import NOW, bot_with, newsletter, samples

SCRIPT = "javascript:alert(1)"
HOSTILE = f"@everyone <b>Frogs</b> **x** ||s|| `c` [click]({SCRIPT}) </a> &amp; <@1> /club_cancel \u202e\u2066"
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
NO_RIGHTS = "Bad Request: not enough rights to send text messages to the chat"


# Later, and by others


async def test_pages_turn_after_a_restart_on_telegram(tmp_path: Path) -> None:
    async with TelegramServer() as server:
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        async with bot_with(tmp_path, [newsletter(tmp_path, 7)]) as core, telegram_bot(server, core.dispatcher):
            await server.send_text(chat, ana, "/search sparse attention")
            results = await server.next_message(chat)
        async with bot_with(tmp_path) as core, telegram_bot(server, core.dispatcher):
            await server.press(results, "▶", ana)
            await server.edited(results)
    assert "page 2 of 2" in results.text


async def test_pages_turn_after_a_restart_on_discord(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        async with bot_with(tmp_path, [newsletter(tmp_path, 7)]) as core, discord_bot(server, core.dispatcher):
            asked = await server.slash(server.user, server.channel, "search", {"query": "sparse attention"})
            results = await asked.answer()
        async with bot_with(tmp_path) as core, discord_bot(server, core.dispatcher):
            await (await server.press(server.user, results, "▶")).edited()
    assert "page 2 of 2" in results.text


@everywhere
async def test_a_page_that_is_not_there_any_more_becomes_the_last(platform: str, tmp_path: Path) -> None:
    spec = newsletter(tmp_path, 12)
    async with meeting(platform, tmp_path, [spec]) as (core, person):
        await person.ask("search", "sparse attention")
        before = await person.press("▶")
        newsletter(tmp_path, 6)
        (one,) = await core.sources.overview(None)
        await core.sources.poll(one.source.id)
        after = await person.press("▶")
    assert "12 results · page 2 of 3" in before.text
    assert "6 results · page 2 of 2" in after.text
    assert "▶" not in after.buttons


async def test_what_somebody_else_saves_below_an_answer_in_a_group_is_theirs(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, [newsletter(tmp_path, 2)]) as (_, server):
        ana, bob = server.person("Ana"), server.person("Bob")
        group = server.group("Readers", ana, bob)
        await server.send_text(group, ana, "/search study 1")
        results = await server.next_message(group)
        await server.press(results, "1", bob)
        await server.edited(results)
        pressed = await server.answered(await server.press(results, "☆ Save", bob))
        saved = []
        for person in (ana, bob):
            chat = server.private_chat(person)
            await server.send_text(chat, person, "/search is:saved")
            saved.append((await server.next_message(chat)).text)
    assert "Saved." in pressed.toast
    assert ["Result number 1" in one for one in saved] == [False, True]


async def test_a_group_where_the_bot_may_not_write_leaves_no_button_spinning(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, [newsletter(tmp_path, 7)]) as (_, server):
        ana = server.person("Ana")
        group, alone = server.group("Readers", ana), server.private_chat(ana)
        await server.send_text(group, ana, "/search sparse attention")
        results = await server.next_message(group)
        server.fail("editMessageText", Refuse(400, NO_RIGHTS))
        server.fail("sendMessage", Refuse(400, NO_RIGHTS))
        pressed = await server.answered(await server.press(results, "▶", ana))
        await server.send_text(alone, ana, "/search sparse attention")
        answer = await server.next_message(alone)
    assert pressed.answer is not None
    assert "7 results" in answer.text


async def test_where_the_bot_may_not_write_any_more_pages_turn_and_filters_narrow_on_discord(tmp_path: Path) -> None:
    async with on_discord(tmp_path, samples()) as (_, server):
        ana, bob = server.add_user("ana"), server.add_user("bob")
        answer = await (await server.slash(ana, server.channel, "search", {"query": "model"})).answer()
        await (await server.press(ana, answer, "Share")).edited()
        shared = server.channel.messages[-1]
        server.channel.bot_rights = MEMBER & ~Rights.SEND_MESSAGES
        for person, results in ((ana, answer), (bob, shared)):
            await (await server.press(person, results, "▶")).edited()
            turned = results.text
            await (await server.press(person, results, "Filters")).edited()
            await (await server.select(person, results, ["pt"])).edited()
            await (await server.press(person, results, "Show the results")).edited()
            assert "page 2 of" in turned
            assert "Read as: in Portuguese." in results.text
        refused = await (await server.press(ana, answer, "Share")).answer()
    assert refused.text.startswith("I may not write in this channel.")
    assert refused.ephemeral
    assert server.refusals == []


async def test_a_refused_page_is_told_to_who_pressed_and_the_next_press_turns_it_on_discord(tmp_path: Path) -> None:
    async with on_discord(tmp_path, [newsletter(tmp_path, 7)]) as (_, server):
        ana, bob = server.add_user("ana"), server.add_user("bob")
        answer = await (await server.slash(ana, server.channel, "search", {"query": "sparse attention"})).answer()
        await (await server.press(ana, answer, "Share")).edited()
        shared = server.channel.messages[-1]
        before = shared.text
        server.fail("PATCH /api/v10/webhooks", status=403)
        told = await (await server.press(bob, shared, "▶")).answer()
        kept = shared.text
        await (await server.press(bob, shared, "▶")).edited()
    assert "something went wrong" in told.text
    assert told.visible_to == bob
    assert kept == before
    assert "page 2 of 2" in shared.text


async def test_results_that_a_group_reads_stay_in_their_language_whoever_presses_on_telegram(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, [newsletter(tmp_path, 7)]) as (_, server):
        ana, bob = server.person("Ana", language="pt-br"), server.person("Bob", language="ru")
        group = server.group("Readers", ana, bob)
        await server.send_text(group, ana, "/search sparse attention")
        results = await server.next_message(group)
        shown = []
        for edits, label in enumerate(("▶", "◀", "1", "Parecidos", "◀ Voltar aos resultados", "Filtros"), 1):
            await server.press(results, label, bob)
            await server.edited(results, times=edits)
            shown.append((results.text, tuple(results.buttons)))
        await server.press(results, "Mostrar os resultados", ana)
        await server.edited(results, times=len(shown) + 1)
        await server.press(results, "1", bob)
        await server.edited(results, times=len(shown) + 2)
        saved = await server.answered(await server.press(results, "☆ Salvar", bob))
    assert "7 resultados · página 2 de 2" in shown[0][0]
    assert shown[4] == shown[1]
    assert not any(CYRILLIC.search(text + " ".join(buttons)) for text, buttons in shown)
    assert saved.toast == translator("ru").gettext("Saved. /saved shows your list.")


async def test_results_that_were_shared_stay_in_their_language_whoever_presses_on_discord(tmp_path: Path) -> None:
    async with on_discord(tmp_path, [newsletter(tmp_path, 7)]) as (_, server):
        ana, bob = server.add_user("ana", locale="pt-BR"), server.add_user("bob", locale="ru")
        answer = await (await server.slash(ana, server.channel, "search", {"query": "sparse attention"})).answer()
        await (await server.press(ana, answer, "Compartilhar")).edited()
        results = server.channel.messages[-1]
        shown = []
        for label in ("▶", "◀", "1", "Parecidos", "◀ Voltar aos resultados", "Filtros", "Mostrar os resultados", "1"):
            await (await server.press(bob, results, label)).edited()
            shown.append((results.text, *results.labels))
        saved = await (await server.press(bob, results, "☆ Salvar")).answer()
    assert "7 resultados · página 2 de 2" in shown[0][0]
    assert shown[4] == shown[1]
    assert not any(CYRILLIC.search(" ".join(one)) for one in shown)
    assert saved.visible_to == bob
    assert saved.text == translator("ru").gettext("Saved. /saved shows your list.")


async def test_what_is_shown_to_somebody_alone_is_told_in_their_language(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, [newsletter(tmp_path, 7)]) as (_, server):
        ana, bob = server.person("Ana", language="pt-br"), server.person("Bob", language="ru")
        group, alone = server.group("Readers", ana, bob), server.private_chat(bob)
        await server.send_text(group, ana, "/search sparse attention")
        results = await server.next_message(group)
        view = results.button("▶")["callback_data"].split(":")[1]
        await server.send_text(alone, bob, f"/start search-{view}")
        theirs = await server.next_message(alone)
    assert translator("ru").ngettext("{number} result", "{number} results", 7) in theirs.text


# Hostile words


async def hostile(core: Core) -> None:
    links = (Link(SCRIPT, "read"), Link("https://example.org/frogs", HOSTILE))
    item = make_parsed_item(HOSTILE, f"Frogs leap. {HOSTILE}", links=links, url=SCRIPT)
    await core.database.run(lambda uow: store(uow, make_document(item, title=HOSTILE), now=NOW))
    await core.reindexing.catch_up()


@pytest.mark.parametrize(
    ("command", "words"), [("search", f"frogs {HOSTILE}"), ("similar", "frogs"), ("story", "frogs")]
)
async def test_nobody_is_pinged_on_discord_and_no_script_is_linked(command: str, words: str, tmp_path: Path) -> None:
    async with on_discord(tmp_path) as (core, server):
        await hostile(core)
        answer = await (await server.slash(server.user, server.channel, command, {"query": words})).answer()
        answers = [answer.text]
        if "1" in answer.labels:
            await (await server.press(server.user, answer, "1")).edited()
            answers.append(answer.text)
        await (await server.press(server.user, answer, "Share")).edited()
        shown = server.channel.messages[-1]
        offered = await server.autocomplete(server.user, "search", "query", "frogs")
    assert not shown.ephemeral
    assert answer.pings == shown.pings == ()
    assert all("javascript" not in link for one in answers for link in read(one).links)
    assert all(read(one).names == [] for one in answers)
    assert [len(one["name"]) <= 100 for one in offered] == [True]
    assert server.refusals == []


@pytest.mark.parametrize("words", [f"/search frogs {HOSTILE}", "/similar frogs", "/covered https://example.org/frogs"])
async def test_nobody_is_called_on_telegram_and_no_script_is_linked(words: str, tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as (core, server):
        await hostile(core)
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, words)
        answer = await server.next_message(chat)
    assert answer.called == []
    assert not any(entity.type == "mention" for entity in answer.entities)
    assert not any("javascript" in link for link in answer.links)
    assert "\u202e" not in answer.text


@everywhere
@pytest.mark.parametrize(
    "words", ["frogs " * 1500, "𝕗rogs \u0301\u0302" * 300, "(" * 3000 + "frogs", "frogs\u200b\u200d" * 500]
)
async def test_a_flood_of_characters_is_answered_in_one_message(platform: str, words: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        await hostile(core)
        seen = await person.ask("search", words[:3900])
    assert seen.text.strip().startswith("Search · ")
    assert "went wrong" not in seen.text
    assert len(seen.text.strip().splitlines()[0]) < 200


# What is set off


async def test_the_words_that_fit_are_set_off_on_each_platform(tmp_path: Path) -> None:
    file = io.StringIO()
    async with (
        on_telegram(tmp_path, [newsletter(tmp_path, 1)]) as (core, telegram),
        DiscordServer() as discord,
        discord_bot(discord, core.dispatcher),
    ):
        ana = telegram.person("Ana")
        chat = telegram.private_chat(ana)
        await telegram.send_text(chat, ana, "/search pruning")
        there = await telegram.next_message(chat)
        elsewhere = await (await discord.slash(discord.user, discord.channel, "search", {"query": "pruning"})).answer()
        terminal = Console(file=file, width=200, color_system="standard", force_terminal=True)
        await ConsoleChat(core.dispatcher, terminal, language="en").say("/search pruning")
    units = there.text.encode("utf-16-le")
    bold = [
        units[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le")
        for one in there.entities
        if one.type == "bold"
    ]
    assert bold == ["Search · pruning", "prune"]
    assert "**prune**" in elsewhere.text
    assert "\x1b[1mprune\x1b[0m" in file.getvalue()
