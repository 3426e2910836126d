"""Titles that are offered on Discord while somebody types, and what choosing one finds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.core import Core
from bot.domain.messages import ListBlock, words_of
from bot.domain.posts import ChatPost
from handlers.command import Chat, Person, Platform, Request
from tests.askers import discord_bot
from tests.discord_server import DiscordServer
from tests.factories import make_document, make_parsed_item, store
from tests.handlers.test_visibility import Ears, post_chat
from tests.world import NOW, bot_with, samples

FAMILY = "👨‍👩‍👧‍👦"
HOSTILE = [
    'Frogs "in quotes" and «others»',
    "Frogs -not OR lang:xx (title:frogs) after:2020 frog*",
    "Frogs " + "very " * 80 + "long",
    "Frogs leap" + FAMILY * 40,
    "Frogs’ n-gram C++ gpt-2 & <b>_*`@everyone",
    "Frogs aresolongthat" + "noword" * 30,
    "青蛙" + "与知识蒸馏" * 40,
    "Лягушки: «ёжики» и всё-всё-всё",
]


@asynccontextmanager
async def discord_with(core: Core) -> AsyncIterator[DiscordServer]:
    await core.reindexing.catch_up()  # which counts the words that somebody may begin to type
    async with DiscordServer() as server, discord_bot(server, core.dispatcher):
        yield server


async def first_result(core: Core, words: str) -> str:
    """The title of the first result."""
    chat = Chat(Platform.DISCORD, "1", private=True)
    reply = await core.dispatcher.answer(Request(chat, Person("1", "Ann", "en"), "search", words))
    results = next(block for block in reply.message.blocks if isinstance(block, ListBlock))
    return "".join(map(words_of, results.entries[0][0]))


async def with_titles(core: Core, *titles: str) -> None:
    items = [make_parsed_item(title, f"Number {n} of them.") for n, title in enumerate(titles)]
    await core.database.run(lambda uow: store(uow, make_document(*items), now=NOW))
    await core.reindexing.catch_up()


async def test_titles_that_begin_as_is_typed_come_first(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, discord_with(core) as server:
        await with_titles(core, "Toads and frogs", "Frogs and toads", "Newts", "frogs alone")
        offered = await server.autocomplete(server.user, "search", "query", "  Frogs")
    assert [one["name"] for one in offered][2:] == ["Toads and frogs"]
    assert {one["name"] for one in offered[:2]} == {"Frogs and toads", "frogs alone"}


async def test_titles_in_the_readers_language_come_before_others_that_begin_as_well(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, discord_with(core) as server:
        for language, title in (("pt", "BERT explicado"), ("ru", "BERT для всех"), ("fr", "BERT pour tous")):
            document = make_document(make_parsed_item(title, title, language=language), guid=language)
            await core.database.run(lambda uow, one=document: store(uow, one, now=NOW))
        await core.reindexing.catch_up()
        for locale, first in (("pt-BR", "BERT explicado"), ("ru", "BERT для всех")):
            reader = server.add_user(f"reader-{locale}", locale=locale)
            offered = await server.autocomplete(reader, "search", "query", "bert")
            assert len(offered) == 3
            assert offered[0]["name"] == first


@pytest.mark.parametrize("title", HOSTILE)
async def test_choosing_a_title_finds_its_own_story_first(tmp_path: Path, title: str) -> None:
    typed = title[:5] if title[0] != "青" else "青蛙"
    async with bot_with(tmp_path) as core, discord_with(core) as server:
        await with_titles(core, "Something about frogs лягушки 青蛙", title, "Newer frogs 青蛙")
        offered = await server.autocomplete(server.user, "search", "query", typed)
        (mine,) = [one for one in offered if one["name"][:5] == title[:5] and "about" not in one["name"]]
        found = await first_result(core, mine["value"])
    assert not mine["name"].rstrip("…").endswith("\u200d")
    assert found.removesuffix("…").strip() in title


async def test_every_title_of_the_samples_finds_its_own_story(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core, discord_with(core) as server:
        for typed in ("bert", "дифф", "知识", "mode"):
            for one in await server.autocomplete(server.user, "search", "query", typed):
                assert await first_result(core, one["value"]) == one["name"]


async def test_an_address_is_completed_to_what_was_written_about_it(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core, discord_with(core) as server:
        offered = await server.autocomplete(server.user, "search", "query", "1810.04805v2")
        unknown = await server.autocomplete(server.user, "search", "query", "https://example.org/nothing")
    assert [one["name"] for one in offered] == ["BERT: one model, pre-trained once, fine-tuned for everything"]
    assert offered[0]["value"] == "https://arxiv.org/abs/1810.04805"
    assert unknown == []


async def test_stories_are_completed_as_well(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core, discord_with(core) as server:
        offered = await server.autocomplete(server.user, "story", "query", "distil")
        answer = await (
            await server.slash(server.user, server.channel, "story", {"query": offered[0]["value"]})
        ).answer()
    assert offered[0]["name"] in answer.text


@pytest.mark.parametrize("typed", ["", " ", "f", "\u202e", '"', "x" * 6000, "\x00\x00", "OR", "lang:"])
async def test_what_is_no_beginning_of_a_title_offers_nothing(tmp_path: Path, typed: str) -> None:
    async with bot_with(tmp_path, samples()) as core, discord_with(core) as server:
        assert await server.autocomplete(server.user, "search", "query", typed) == []


async def test_more_titles_than_discord_takes_are_cut_off(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, discord_with(core) as server:
        await with_titles(core, *(f"Frogs, part {n}" for n in range(60)))
        assert len(await server.autocomplete(server.user, "search", "query", "frogs")) == 25


async def test_titles_of_hidden_sources_are_offered_only_where_they_are_watched(tmp_path: Path) -> None:
    async with bot_with(tmp_path / "data") as core:
        core.listeners["discord"] = Ears(Platform.DISCORD)
        async with discord_with(core) as server:
            other = await server.add_channel(await server.add_guild("Others"), "papers")
            here = Chat(
                Platform.DISCORD, str(server.channel.id), title="#papers", server_id=str(server.channel.guild.id)
            )
            watching = Request(here, Person("1", "Ann", "en", chat_administrator=True), "watch", "here")
            assert not (await core.dispatcher.answer(watching)).failed
            den = post_chat(Platform.DISCORD, here.id)
            words = "Wombats in our draft\n\nThey dig. See https://arxiv.org/abs/2101.00077 for how it is done."
            await core.chat_posts.take(ChatPost(den, 1, NOW, words))
            await core.reindexing.catch_up()
            mine = [
                await server.autocomplete(server.user, "search", "query", typed) for typed in ("womb", "2101.00077")
            ]
            theirs = [
                await server.autocomplete(server.user, "search", "query", typed, channel=other)
                for typed in ("womb", "2101.00077")
            ]
    assert all(mine)
    assert theirs == [[], []]
