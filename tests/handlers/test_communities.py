"""/link: a chat of each platform becomes one community, and nobody else's does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.core import Core, open_core
from bot.domain.communities import Community
from bot.platforms.telegram.directory import TelegramDirectory
from handlers.command import Chat, Person, Platform, Reply, Request
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
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


# Where the code is shown on Telegram


async def test_a_code_is_never_shown_where_a_group_reads_it(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, TelegramServer() as server, telegram_bot(server, core.dispatcher) as bot:
        core.directories["telegram"] = TelegramDirectory(bot._bot)
        ann, ben = server.person("Ann"), server.person("Ben")
        group = server.supergroup("Readers", ben, administrators=(ann,))
        await server.send_text(group, ann, "/link")
        shown = await server.next_message(group)
        link = str(shown.button("Open the private chat")["url"])
        payload = link.partition("?start=")[2]
        hers, his = server.private_chat(ann), server.private_chat(ben)
        await server.send_text(his, ben, f"/start {payload}")
        refused = await server.next_message(his)
        await server.send_text(hers, ann, f"/start {payload}")
        code = await server.next_message(hers)
        await server.send_text(group, ann, "/link")  # she can be written to now
        again = await server.next_message(hers)
        joined = await core.dispatcher.answer(request(CHANNEL, again.text))
    assert link.startswith("https://t.me/paper_round_bot?start=link-")
    assert "not for everybody's eyes" in shown.text
    assert len(group.said) == 1
    assert "Only an administrator" in refused.text
    assert re.search(r"/link [A-Z0-9]{4}-[A-Z0-9]{4}", code.text)
    assert WRONG in words_of(joined)  # the whole message is no code


async def test_an_administrator_who_stays_anonymous_gets_the_code_in_private(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, TelegramServer() as server, telegram_bot(server, core.dispatcher) as bot:
        core.directories["telegram"] = TelegramDirectory(bot._bot)
        ann = server.person("Ann")
        channel = server.channel("Papers", administrators=(ann,))
        await server.send_text(channel, None, "/link")
        shown = await server.next_message(channel)
        payload = str(shown.button("Open the private chat")["url"]).partition("?start=")[2]
        hers = server.private_chat(ann)
        await server.send_text(hers, ann, f"/start {payload}")
        text = (await server.next_message(hers)).text
        match = re.search(r"/link (\S+)", text)
        assert match is not None
        joined = await core.dispatcher.answer(request(CHANNEL, match[1]))
    assert "Papers (Telegram)" in words_of(joined)


async def test_the_way_to_a_code_closes_with_time_and_was_never_open_for_forgers(tmp_path: Path) -> None:
    now: datetime = NOW
    private = Chat(Platform.TELEGRAM, "1", private=True)
    async with open_core(Settings.model_validate({"data_dir": tmp_path}), clock=lambda: now) as core:
        reply = await core.dispatcher.answer(request(GROUP))
        now += timedelta(minutes=15)
        for payload in (reply.start, "link-", "link-1", "link-x", "link-" + "9" * 30):
            answer = await core.dispatcher.answer(replace(request(private, payload), command="start"))
            assert "closed by now" in words_of(answer)
