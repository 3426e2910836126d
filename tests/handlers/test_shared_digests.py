"""Digests in a group, whose buttons anybody presses: they stay in the language in which they were asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from handlers.command import Chat, Person, Platform, Request
from tests.meetings import on_discord, on_telegram
from tests.world import bot_with, newsletter, samples

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


async def test_pages_that_a_group_reads_stay_in_their_language_whoever_turns_them_on_telegram(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, [newsletter(tmp_path, 9)]) as (_, server):
        ana, bob = server.person("Ana", language="pt-br"), server.person("Bob", language="ru")
        group = server.group("Readers", ana, bob)
        await server.send_text(group, ana, "/digest")
        digest = await server.next_message(group)
        first = (digest.text, digest.buttons)
        shown = []
        for edits, label in enumerate(("▶", "▶", "◀", "◀"), 1):
            await server.press(digest, label, bob)
            await server.edited(digest, times=edits)
            shown.append((digest.text, digest.buttons))
    assert "página 2 de 3" in shown[0][0]
    assert not any(CYRILLIC.search(text) for text, _ in shown)
    assert shown[-1] == first


async def test_pages_that_were_shared_stay_in_their_language_whoever_turns_them_on_discord(tmp_path: Path) -> None:
    async with on_discord(tmp_path, [newsletter(tmp_path, 9)]) as (_, server):
        ana, bob = server.add_user("ana", locale="pt-BR"), server.add_user("bob", locale="ru")
        answer = await (await server.slash(ana, server.channel, "digest", {})).answer()
        await (await server.press(ana, answer, "Compartilhar")).edited()
        digest = server.channel.messages[-1]
        await (await server.press(bob, digest, "▶")).edited()
    assert "página 2 de 3" in digest.text
    assert not CYRILLIC.search(" ".join((digest.text, *digest.labels)))


async def test_a_day_that_takes_the_place_of_an_empty_one_is_told_in_the_same_language(tmp_path: Path) -> None:
    ana = Request(Chat(Platform.TELEGRAM, "-7"), Person("7", "Ana", "pt-BR"), command="digest", text="2025-01-01")
    bob = replace(ana, person=Person("8", "Bob", "ru"))
    async with bot_with(tmp_path, samples()) as core:
        ((show,),) = (await core.dispatcher.answer(ana)).message.buttons
        there = await core.dispatcher.press(replace(bob, action=show.action))
        alone = replace(bob, chat=Chat(Platform.TELEGRAM, "8", private=True), action=show.action)
        theirs = await core.dispatcher.press(alone)
        forged = await core.dispatcher.press(replace(bob, action=f"{show.action}x"))
    assert not CYRILLIC.search(str(there.message.blocks[0]))
    for reply in (theirs, forged):
        assert CYRILLIC.search(str(reply.message.blocks[0]))
