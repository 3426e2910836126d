"""A session in a club's chats on both platforms: what its organiser, a member and a stranger see and can do there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from bot.core import Core
from bot.domain.club import ClubSession, SessionState
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.platforms.discord.client import DiscordClient
from bot.platforms.discord.directory import DiscordDirectory
from bot.platforms.discord.send import DiscordPost
from bot.platforms.telegram.directory import TelegramDirectory
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.send import TelegramPost
from tests import telegram_world
from tests.askers import discord_bot
from tests.discord_server import DiscordServer
from tests.discord_world import MODERATOR, User
from tests.outbox import VirtualTime
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.world import NOW, bot_with

ONLY_ORGANISERS = "Only organisers of the club can do that"


@dataclass
class World:
    core: Core
    telegram: TelegramServer
    discord: DiscordServer
    moment: list[datetime] = field(default_factory=lambda: [NOW])

    async def settle(self, seconds: int = 6) -> None:
        """Lets everything happen that is due for so long."""
        for _ in range(seconds):
            await self.core.clubhouse.cards.bring_up_to_date()
            await self.core.deliveries.dispatch()
            await self.core.deliveries.settle()
            self.moment[0] += timedelta(seconds=1)

    async def posted(
        self, group: telegram_world.Chat, organiser: telegram_world.User
    ) -> tuple[telegram_world.ChatMessage, telegram_world.ChatMessage]:
        """A session that an organiser has drawn up in a group on Telegram: where they see what they can do, and its
        card."""
        await self.telegram.send_text(group, organiser, "/club_new Saturday 18:00 Attention")
        panel = await self.telegram.next_message(group)
        await self.telegram.press(panel, "✅ Post it", organiser)
        await self.telegram.edited(panel)
        await self.settle()
        return panel, await self.telegram.next_message(group)

    async def sessions(self) -> list[ClubSession]:
        return await self.core.database.query(lambda uow: uow.club_sessions.upcoming(1, now=NOW))


@asynccontextmanager
async def world_at(folder: Path) -> AsyncIterator[World]:
    moment = [NOW]
    waits = VirtualTime()
    async with (
        bot_with(folder, clock=lambda: moment[0]) as core,
        TelegramServer() as telegram,
        DiscordServer() as discord,
    ):

        async def ready(bot: Bot) -> None:
            core.directories["telegram"] = TelegramDirectory(bot)
            core.deliveries.connect(
                "telegram", TelegramPost(bot, TelegramLimits(clock=waits.monotonic, sleep=waits.sleep))
            )

        async with (
            telegram_bot(telegram, core.dispatcher, ready=ready),
            discord_bot(discord, core.dispatcher) as client,
        ):
            connect_discord(core, client)
            yield World(core, telegram, discord, moment)


def connect_discord(core: Core, client: DiscordClient) -> None:
    core.directories["discord"] = DiscordDirectory(client.connection)
    core.deliveries.connect("discord", DiscordPost(client.connection))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_at(tmp_path) as world:
        yield world


async def in_one_community(world: World, group: Any) -> None:
    """The group on Telegram and the channel on Discord belong together."""

    def join(uow: Any) -> None:
        server = str(world.discord.guild.id)
        channel = str(world.discord.channel.id)
        specs = (
            DestinationSpec("telegram", str(group.id), None, DestinationKind.GROUP, "Readers"),
            DestinationSpec("discord", channel, None, DestinationKind.CHANNEL, "papers", server),
        )
        here, there = (
            uow.communities.ensure_destination(one, zone="Europe/Moscow", languages=("en",)) for one in specs
        )
        uow.communities.join(there.id, here.community_id)

    await world.core.database.run(join)


async def test_one_card_in_each_linked_chat_follows_what_people_answer_on_either_platform(world: World) -> None:
    telegram, discord = world.telegram, world.discord
    ann, bob = telegram.person("Ann", language="en"), telegram.person("Bob", language="en")
    group = telegram.supergroup("Readers", ann, bob, administrators=(ann,))
    await in_one_community(world, group)
    draft, on_telegram = await world.posted(group, ann)
    (on_discord,) = discord.channel.messages
    await telegram.answered(await telegram.press(on_telegram, "✅ Going", bob))
    eve = discord.add_user("Eve Smith")
    await (await discord.press(eve, on_discord, "✅ Going")).answer()
    await world.settle()
    (on_discord,) = [one for one in discord.channel.messages if not one.visible_to]
    assert "It is posted in Readers (Telegram) and papers (Discord)." in draft.text
    assert "Session 1 · Attention" in on_telegram.text
    assert "Sat, Mar 14, 2026, 18:00 Moscow" in on_telegram.text
    assert "Going: 2 – Bob and Eve" in on_telegram.text
    assert "Going: 2** – Bob and Eve" in on_discord.text
    assert f"<t:{int((await world.sessions())[0].plan.starts_at.timestamp())}:f>" in on_discord.text
    assert len(on_telegram.history) == 1  # both answers in one edit
    assert on_discord.edits == 1


async def test_on_telegram_members_and_strangers_at_organisers_buttons_change_nothing(world: World) -> None:
    telegram = world.telegram
    ann, bob = telegram.person("Ann", language="en"), telegram.person("Bob", language="en")
    eve = telegram.person("Eve", language="en")
    group = telegram.supergroup("Readers", ann, bob, administrators=(ann,))
    await telegram.send_text(group, bob, "/club_new Saturday 18:00 Mine")
    refused = await telegram.next_message(group)
    await telegram.send_text(group, ann, "/club_new Saturday 18:00 Attention")
    draft = await telegram.next_message(group)
    toasts = [
        (await telegram.answered(await telegram.press(draft, label, bob))).toast
        for label in ("✅ Post it", "✏️ Change", "✖ Cancel")
    ]
    nothing = await world.sessions()
    await telegram.press(draft, "✅ Post it", ann)
    await telegram.edited(draft)
    toasts += [
        (await telegram.answered(await telegram.press(draft, label, bob))).toast
        for label in ("✏️ Change", "🕘 Move", "❌ Cancel it", "📑 Copy", "💬 Chats")
    ]
    alone = telegram.private_chat(eve)
    await telegram.send_text(alone, eve, "/club_cancel 1 because")
    stranger = await telegram.next_message(alone)
    (session,) = await world.sessions()
    assert ONLY_ORGANISERS in refused.text
    assert all(toast and ONLY_ORGANISERS in toast for toast in toasts)
    assert nothing == []
    assert "There is no such session" in stranger.text
    assert (session.version, session.state) == (1, SessionState.PLANNED)
    assert session.plan.title == "Attention"


async def test_on_discord_members_at_organisers_buttons_change_nothing(world: World) -> None:
    discord = world.discord
    chief, bob = discord.add_user("Chief"), discord.add_user("Bob")
    discord.guild.rights[chief.id] = MODERATOR

    async def ask(who: User, command: str, **options: str) -> Any:
        return await (await discord.slash(who, discord.channel, command, options)).answer()

    refused = await ask(bob, "club new", when="Saturday 18:00")
    draft = await ask(chief, "club new", when="Saturday 18:00 Attention")
    pressed = await discord.press(chief, draft, "✅ Post it")
    panel = await pressed.edited()
    await world.settle()
    (card,) = [one for one in discord.channel.messages if not one.visible_to]
    shown = await ask(bob, "club next")
    replies = [await ask(bob, "club cancel", number="1", reason="ill"), await ask(bob, "club edit", number="1")]
    own = await ask(chief, "club next")
    (session,) = await world.sessions()
    assert ONLY_ORGANISERS in refused.text
    assert draft.visible_to
    assert "It is posted in papers." in panel.text
    assert "Attention" in card.text
    assert "✏️ Edit…" not in shown.labels
    assert "✏️ Edit…" in own.labels
    assert all(ONLY_ORGANISERS in one.text for one in replies)
    assert (session.version, session.state) == (1, SessionState.PLANNED)


async def test_organisers_are_asked_where_else_to_show_a_session_whose_chat_is_lost(world: World) -> None:
    telegram = world.telegram
    ann, bob = telegram.person("Ann", language="en"), telegram.person("Bob", language="en")
    private = telegram.private_chat(ann)
    await telegram.send_text(private, ann, "/start")
    await telegram.next_message(private)
    group = telegram.supergroup("Readers", ann, bob, administrators=(ann,))
    _, card = await world.posted(group, ann)
    await telegram.answered(await telegram.press(card, "✅ Going", bob))
    telegram.kick_bot(group)
    await world.settle()
    told = await telegram.next_message(private)
    (session,) = await world.sessions()
    assert "I may not write in Readers any more, so “Session 1 · Attention” is not kept up to date there." in told.text
    assert "💬 Chats" in told.buttons
    assert session.state is SessionState.PLANNED


async def test_where_no_chat_can_be_written_to_the_session_is_kept_and_posted_once_one_is_back(world: World) -> None:
    telegram = world.telegram
    ann = telegram.person("Ann", language="en")
    private = telegram.private_chat(ann)
    await telegram.send_text(private, ann, "/start")
    await telegram.next_message(private)
    group = telegram.supergroup("Readers", ann, administrators=(ann,))
    await telegram.send_text(group, ann, "/club")
    await telegram.next_message(group)
    await telegram.send_text(private, ann, "/club_new Saturday 18:00 Attention")
    draft = await telegram.next_message(private)

    def pause(uow: Any) -> None:
        uow.communities.pause(uow.communities.destination_at("telegram", str(group.id)).id, "no rights", now=NOW)

    await world.core.database.run(pause)
    said = len(group.said)
    await telegram.press(draft, "✅ Post it", ann)
    await telegram.edited(draft)
    await world.settle()
    nothing = group.said[said:]
    (session,) = await world.sessions()
    await telegram.send_text(group, ann, "/club")
    await telegram.next_message(group)
    await world.settle()
    card = await telegram.next_message(group)
    assert "I may not write in Readers (Telegram) now. Add me there again" in draft.text
    assert "its card is posted then" in draft.text
    assert nothing == []
    assert session.plan.title == "Attention"
    assert "Session 1 · Attention" in card.text
    assert "✅ Going" in card.buttons


async def test_an_organiser_takes_a_chat_off_and_puts_it_back(world: World) -> None:
    telegram = world.telegram
    ann, bob = telegram.person("Ann", language="en"), telegram.person("Bob", language="en")
    group = telegram.supergroup("Readers", ann, bob, administrators=(ann,))
    await in_one_community(world, group)
    panel, card = await world.posted(group, ann)
    await telegram.press(panel, "💬 Chats", ann)
    await telegram.edited(panel, times=2)
    refused = (await telegram.answered(await telegram.press(panel, "☑ Readers (Telegram)", bob))).toast
    await telegram.press(panel, "☑ Readers (Telegram)", ann)
    await telegram.edited(panel, times=3)
    await world.settle()
    off, chosen = (card.text, list(card.buttons)), panel.text
    await telegram.press(panel, "Readers (Telegram)", ann)
    await telegram.edited(panel, times=4)
    await world.settle()
    (on_discord,) = [one for one in world.discord.channel.messages if not one.visible_to]
    assert refused is not None
    assert ONLY_ORGANISERS in refused
    assert off == ("Session 1 · Attention\n\nThis session is no longer shown here.", [])
    assert "choose the chat again to put it back" in chosen
    assert "✅ Going" in card.buttons
    assert "Going: 0" in card.text
    assert on_discord.edits == 0
    assert group.said[-1] is card


async def test_a_card_that_is_deleted_on_telegram_is_posted_again_once_at_the_next_change(world: World) -> None:
    telegram = world.telegram
    ann = telegram.person("Ann", language="en")
    group = telegram.supergroup("Readers", ann, administrators=(ann,))
    _, card = await world.posted(group, ann)
    telegram.delete(card)
    await world.settle()
    await telegram.send_text(group, ann, "/club_move 1 Sunday 19:00")
    moving = await telegram.next_message(group)
    await telegram.press(moving, "✅ Save", ann)
    await telegram.edited(moving)
    await world.settle(8)
    again = await telegram.next_message(group)
    await world.settle()
    assert "Sun, Mar 15, 2026, 19:00" in again.text
    assert group.said[-1] is again
