"""Groups on Telegram: several people, one message."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.meetings import on_telegram
from tests.world import newsletter


async def test_two_people_who_press_at_once_both_get_their_page_in_the_one_message(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, [newsletter(tmp_path, 30)]) as (_, server):
        ann, bob = server.person("Ann", language="en"), server.person("Bob", language="ru")
        group = server.group("Readers", ann, bob)
        await server.send_text(group, ann, f"/digest@{server.bot.username}")
        digest = await server.next_message(group)
        presses = await asyncio.gather(server.press(digest, "▶", ann), server.press(digest, "▶", bob))
        for press in presses:
            await server.answered(press)
        await server.edited(digest)
        assert len(group.said) == 1
        assert {"◀", "▶"} <= set(digest.buttons)


async def test_who_is_no_administrator_of_a_group_cannot_change_its_language_with_a_button(tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as (_, server):
        ann, bob = server.person("Ann", language="en"), server.person("Bob", language="en")
        group = server.supergroup("Readers", ann, bob, administrators=(ann,))
        await server.send_text(group, bob, "/language")
        question = await server.next_message(group)
        refused = await server.answered(await server.press(question, "русский", bob))
        assert refused.toast == "Only an administrator of this chat can change its language."
        assert len(question.history) == 0
        await server.press(question, "русский", ann)
        await server.edited(question)
        assert question.text == "Теперь я говорю здесь по-русски."
