"""What alerts tell, through each client and its double and in the local chat, in each language."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core import Core
from bot.domain.alerts import GATHER
from bot.locales import nearest, translator
from bot.platforms.discord.send import DiscordPost
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.send import TelegramPost
from tests.askers import discord_bot
from tests.discord_server import DiscordServer
from tests.factories import make_document, make_parsed_item, store
from tests.fakes import FakeClock
from tests.handlers.test_console import Terminal
from tests.outbox import telegram_bot as sending_bot
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.world import NOW, bot_with

QUESTION = "wombats -sleep"
in_every_language = pytest.mark.parametrize("language", ["en", "ru", "pt-BR", "zh-CN"])


async def tell(core: Core, clock: FakeClock) -> None:
    """Something appears that fits and something that does not, and is waiting to be sent."""
    items = [make_parsed_item("Wombats dig", "They dig at night."), make_parsed_item("Wombats sleep", "By day.")]
    await core.database.run(lambda uow: store(uow, make_document(*items, published_at=clock()), now=clock()))
    await core.alert_watch.look()
    clock.advance(seconds=GATHER.total_seconds())
    await core.alert_watch.tell_due()


async def send(core: Core) -> None:
    await core.deliveries.dispatch()
    await core.deliveries.settle()


def holds(told: str, language: str) -> bool:
    """Whether it is told what was found, for which question, and nothing else."""
    question = translator(nearest(language) or "").gettext("“{words}”", words=QUESTION)
    return "Wombats dig" in told and "Wombats sleep" not in told and question in told and "{" not in told


@in_every_language
async def test_what_an_alert_finds_is_told_on_telegram(language: str, tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    async with (
        bot_with(tmp_path, clock=clock) as core,
        TelegramServer() as server,
        telegram_bot(server, core.dispatcher),
        sending_bot(server.token, server.url) as bot,
    ):
        core.deliveries.connect("telegram", TelegramPost(bot, TelegramLimits()))
        ana = server.person("Ana", language=language)
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, f"/alert {QUESTION}")
        await server.next_message(chat)
        await tell(core, clock)
        await send(core)
        told = await server.next_message(chat)
    assert holds(told.text, language), told.text


@in_every_language
async def test_what_an_alert_finds_is_told_on_discord(language: str, tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    async with (
        bot_with(tmp_path, clock=clock) as core,
        DiscordServer() as server,
        discord_bot(server, core.dispatcher) as client,
    ):
        core.deliveries.connect("discord", DiscordPost(client.connection))
        ana = server.add_user("Ana", locale=language)
        channel = server.dm(ana)
        await (await server.slash(ana, channel, "alert", {"query": QUESTION})).answer()
        await tell(core, clock)
        await send(core)
        told = channel.messages[-1].text
    assert holds(told, language), told


@in_every_language
async def test_what_an_alert_finds_is_told_in_the_local_chat(language: str, tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    async with bot_with(tmp_path, clock=clock) as core:
        terminal = Terminal(core, language)
        await terminal.type(f"/alert {QUESTION}")
        await tell(core, clock)
        told = await terminal.sent(core)
    assert holds(told, language), told
