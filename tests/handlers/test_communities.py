"""/link: a chat of each platform becomes one community, and nobody else's does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import Core, open_core
from bot.config import Settings
from bot.domain.communities import Community
from handlers.command import Chat, Person, Platform, Reply, Request
from tests.world import NOW, bot_with

GROUP = Chat(Platform.TELEGRAM, "-100", title="Readers")
CHANNEL = Chat(Platform.DISCORD, "7", title="papers", server_id="99")
WRONG = "This code does not hold"


def request(chat: Chat, text: str = "", *, decides: bool = True, action: str = "", person: str = "1") -> Request:
    return Request(chat, Person(person, "Ann", chat_administrator=decides), "link", text, action=action)


def words_of(reply: Reply) -> str:
    return str(reply.message)


async def code_of(core: Core, chat: Chat = GROUP) -> str:
    reply = await core.dispatcher.answer(request(chat))
    assert reply.private
    match = re.search(r"/link ([A-Z0-9]{4}-[A-Z0-9]{4})", words_of(reply))
    assert match is not None
    return match[1]


async def community(core: Core, chat: Chat) -> Community | None:
    return await core.database.query(lambda uow: uow.communities.of(chat.destination))


async def test_a_code_joins_a_chat_of_the_other_platform_once(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        code = await code_of(core)
        joined = await core.dispatcher.answer(request(CHANNEL, code.lower().replace("-", " ")))
        again = await core.dispatcher.answer(request(replace(CHANNEL, id="8", server_id="98"), code))
        assert await community(core, GROUP) == await community(core, CHANNEL)
        assert await community(core, replace(CHANNEL, id="8", server_id="98")) is None
    assert "Readers (Telegram)" in words_of(joined)
    assert "papers (Discord)" in words_of(joined)
    assert WRONG in words_of(again)


async def test_only_administrators_get_and_use_codes(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        code = await code_of(core)
        replies = [
            await core.dispatcher.answer(request(GROUP, decides=False)),
            await core.dispatcher.answer(request(CHANNEL, code, decides=False)),
            await core.dispatcher.press(request(GROUP, action="unlink:1", decides=False)),
        ]
        joined = await core.dispatcher.answer(request(CHANNEL, code))
    assert all("Only an administrator" in words_of(reply) for reply in replies)
    assert "Linked" in words_of(joined)


async def test_a_code_expires(tmp_path: Path) -> None:
    now: datetime = NOW
    async with open_core(Settings.model_validate({"data_dir": tmp_path}), clock=lambda: now) as core:
        code = await code_of(core)
        now += timedelta(minutes=15)
        reply = await core.dispatcher.answer(request(CHANNEL, code))
    assert WRONG in words_of(reply)


async def test_a_new_code_makes_the_old_one_void(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        old, new = await code_of(core), await code_of(core)
        assert WRONG in words_of(await core.dispatcher.answer(request(CHANNEL, old)))
        assert "Linked" in words_of(await core.dispatcher.answer(request(CHANNEL, new)))


async def test_who_guesses_is_stopped_even_with_the_right_code_and_only_for_a_while(tmp_path: Path) -> None:
    now: datetime = NOW
    async with open_core(Settings.model_validate({"data_dir": tmp_path}), clock=lambda: now) as core:
        code = await code_of(core)
        for guess in ("AAAA-AAAA", "", "x" * 4000, "' OR 1=1 --", "ＡＢＣＤ-ＥＦＧＨ", "BBBB-BBBB"):
            await core.dispatcher.answer(request(CHANNEL, guess or "?"))
        stopped = await core.dispatcher.answer(request(CHANNEL, code))
        other = await core.dispatcher.answer(request(replace(CHANNEL, id="9"), "CCCC-CCCC", person="2"))
        now += timedelta(minutes=16)
        later = await core.dispatcher.answer(request(CHANNEL, await code_of(core)))
    assert "too many wrong codes" in words_of(stopped)
    assert WRONG in words_of(other)
    assert "Linked" in words_of(later)


async def test_a_chat_is_separated_again_by_those_who_are_linked_with_it_only(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        joined = await core.dispatcher.answer(request(CHANNEL, await code_of(core)))
        ((button,),) = joined.message.buttons
        stranger = await core.dispatcher.press(request(replace(GROUP, id="-5"), action=button.action))  # type: ignore[union-attr]  # a button, no link
        separated = await core.dispatcher.press(request(CHANNEL, action=button.action))  # type: ignore[union-attr]  # a button, no link
        assert await community(core, GROUP) != await community(core, CHANNEL)
    assert "Separate Readers (Telegram)" in button.label
    assert "not linked" in words_of(stranger)
    assert "Readers (Telegram) stands alone now." in words_of(separated)
