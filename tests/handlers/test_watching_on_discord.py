"""/watch on Discord: from what is written in a channel to the items that come of it, and the intent that it needs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.core import Core
from bot.domain.items import Item
from bot.platforms.discord.client import DiscordClient
from handlers.discord import DiscordHandlers
from tests.discord_gateway import GUILD_MESSAGES, MESSAGE_CONTENT
from tests.discord_server import DiscordServer, pointed_at
from tests.discord_world import MODERATOR, Channel, PostedMessage, Rights
from tests.world import NOW, bot_with

POST = "**Attention Is All You Need** – [the paper](<https://arxiv.org/abs/1706.03762>) does without ||recurrence||."


@dataclass
class World:
    """A running bot and its double of Discord, whose person may manage the server."""

    core: Core
    server: DiscordServer
    client: DiscordClient

    async def ask(self, command: str, chat: str = "", *, channel: Channel | None = None) -> PostedMessage:
        options = {"chat": chat} if chat else {}
        asked = await self.server.slash(self.server.user, channel or self.server.channel, command, options)
        return await asked.answer()

    async def items(self) -> list[Item]:
        """All items that are shown, once what was written before is read: the bot answers nothing before it."""
        await self.settled()
        ids = await self.core.database.query(lambda uow: uow.stories.item_ids(after=0, limit=1000))
        return await self.core.database.query(lambda uow: uow.items.many(sorted(ids)))

    async def settled(self) -> None:
        """Everything that was told over the gateway is older than this answer, and posts are read one by one."""
        await self.ask("help")
        await self.core.chat_posts.withdraw("discord", "0", [])


@asynccontextmanager
async def world(folder: Path, *, granted: bool = True, **settings: Any) -> AsyncIterator[World]:
    async with DiscordServer() as server, bot_with(folder, **settings) as core:
        server.now = NOW
        server.guild.rights[server.user.id] = MODERATOR
        server.gateway.intents_granted = MESSAGE_CONTENT if granted else 0
        with pointed_at(server):
            client = DiscordClient(
                server.token,
                DiscordHandlers(core.dispatcher, posts=core.chat_posts),
                api_base_url=server.api_base_url,
                gateway_url=server.gateway_url,
                message_content=core.settings.discord_message_content,
                sleep=lambda _seconds: asyncio.sleep(0),
            )
            core.listeners["discord"] = client
            await client.start()
            try:
                yield World(core, server, client)
            finally:
                await client.stop()


@pytest.fixture
def open_world(tmp_path: Path) -> Callable[..., Any]:
    return lambda **settings: world(tmp_path, **{"discord_message_content": True, **settings})


async def test_what_is_written_in_a_watched_channel_becomes_an_item(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        answer = await bot.ask("watch", "here")
        post = await bot.server.write(bot.server.user, bot.server.channel, POST)
        (item,) = await bot.items()
    assert "From now on I read what is posted in “#papers · Readers”." in answer.text
    assert item.title == "Attention Is All You Need – the paper does without recurrence."
    assert [(link.url, link.text) for link in item.links] == [("https://arxiv.org/abs/1706.03762", "the paper")]
    guild, channel = bot.server.guild.id, bot.server.channel.id
    assert item.url == f"https://discord.com/channels/{guild}/{channel}/{post.id}"
    assert item.source_address == f"https://discord.com/channels/{guild}/{channel}"


async def test_an_edit_updates_the_item_though_the_message_was_not_kept(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        await bot.ask("watch", "here")
        post = await bot.server.write(bot.server.user, bot.server.channel, POST)
        await bot.server.rewrite(post, POST + " Corrected.")
        await bot.server.rewrite(post, POST + " Corrected twice.")
        (item,) = await bot.items()
    assert item.title is not None
    assert item.title.endswith("Corrected twice.")


async def test_deleted_messages_are_withdrawn_one_by_one_and_in_bulk(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        await bot.ask("watch", "here")
        links = (f"https://arxiv.org/abs/1706.0376{n}" for n in range(1, 5))
        posts = [await bot.server.write(bot.server.user, bot.server.channel, link) for link in links]
        assert len(await bot.items()) == 4
        await bot.server.remove(posts[0])
        await bot.server.remove(*posts[1:3])
        (item,) = await bot.items()
    assert item.key.guid == f"{bot.server.channel.id}/{posts[3].id}"


async def test_talk_is_passed_over_and_a_webhooks_post_is_not(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        await bot.ask("watch", "here")
        await bot.server.write(bot.server.user, bot.server.channel, "Good morning!")
        await bot.server.write(bot.server.user, bot.server.channel, "Who joins?", type=7)
        feed = bot.server.add_user("feed")
        card = {
            "type": "rich",
            "title": "New on the blog",
            "url": "https://example.org/new",
            "description": "*Pruning*",
        }
        await bot.server.write(feed, bot.server.channel, "", webhook_id=str(feed.id), embeds=[card])
        (item,) = await bot.items()
    assert (item.title, item.text) == ("New on the blog", "Pruning")
    assert [link.url for link in item.links] == ["https://example.org/new"]


async def test_every_message_of_an_announcement_channel_is_a_post(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.server.add_channel(bot.server.guild, "news")
        channel.type = 5
        await bot.server.gateway.dispatch("CHANNEL_UPDATE", channel.payload)
        answer = await bot.ask("watch", "here", channel=channel)
        await bot.server.write(bot.server.user, channel, "Good morning!")
        (item,) = await bot.items()
    assert "looks like a post" not in answer.text
    assert item.title == "Good morning!"


async def test_a_forwarded_message_keeps_its_origin(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        await bot.ask("watch", "here")
        snapshot = {
            "content": "https://arxiv.org/abs/1706.03762",
            "embeds": [],
            "attachments": [],
            "timestamp": NOW.isoformat(),
            "edited_timestamp": None,
            "flags": 0,
            "type": 0,
            "mentions": [],
            "mention_roles": [],
        }
        reference = {"type": 1, "message_id": "77", "channel_id": "66", "guild_id": "55"}
        extra = {"message_snapshots": [{"message": snapshot}], "message_reference": reference}
        await bot.server.write(bot.server.user, bot.server.channel, "", **extra)
        (item,) = await bot.items()
    assert [link.url for link in item.links] == [
        "https://arxiv.org/abs/1706.03762",
        "https://discord.com/channels/55/66/77",
    ]


async def test_what_the_bot_writes_is_never_read_back(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        await bot.ask("watch", "here")
        connection = bot.client.connection()
        assert connection is not None
        channel = await connection.fetch_channel(bot.server.channel.id)
        await channel.send(POST)
        await bot.server.write(bot.server.bot, bot.server.channel, POST)
        assert await bot.items() == []


async def test_only_who_may_manage_the_server_has_a_channel_watched(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        bot.server.guild.rights.clear()
        refused = await bot.ask("watch", "here")
        bot.server.guild.rights[bot.server.user.id] = MODERATOR
        shown = await bot.ask("watch")
        await (await bot.server.press(bot.server.user, shown, "👁 Read what is posted here")).edited()
        bot.server.guild.rights.clear()
        pressed = await bot.server.press(bot.server.user, shown, "✖ Stop reading")
        assert "Only an administrator" in (await pressed.answer()).text
        assert "I read what is posted here" in (await bot.ask("watch")).text
    assert "Only an administrator" in refused.text
    assert "From now on" in shown.text


async def test_a_channel_that_the_bot_may_not_view_is_not_watched(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        hidden = await bot.server.add_channel(bot.server.guild, "staff", bot_rights=Rights(0))
        assert "View Channel" in (await bot.ask("watch", "here", channel=hidden)).text


async def test_without_the_setting_no_intent_is_asked_for_and_watching_says_what_to_do(
    open_world: Callable[..., Any],
) -> None:
    async with open_world(granted=False, discord_message_content=False) as bot:
        (session,) = bot.server.gateway.sessions.values()
        assert session.intents & (MESSAGE_CONTENT | GUILD_MESSAGES) == 0
        answer = await bot.ask("watch", "here")
    assert "sets DISCORD_MESSAGE_CONTENT=true" in answer.text.replace("\\", "")


async def test_an_intent_that_discord_refuses_is_done_without_and_said(open_world: Callable[..., Any]) -> None:
    with capture_logs() as lines:
        async with open_world(granted=False) as bot:
            answer = await bot.ask("watch", "here")
            assert bot.server.gateway.identified == 1
    assert "is switched off on the Bot page" in answer.text
    assert "discord_message_content_refused" in [line["event"] for line in lines]


async def test_a_post_that_cannot_be_stored_is_logged_by_its_ids_only(
    open_world: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world() as bot:
        await bot.ask("watch", "here")

        async def refuse(_post: object) -> None:
            raise RuntimeError("no such thing")

        monkeypatch.setattr(bot.core.chat_posts, "take", refuse)
        with capture_logs() as lines:
            post = await bot.server.write(bot.server.user, bot.server.channel, POST)
            await bot.settled()
    (line,) = [line for line in lines if line["event"] == "post_not_read"]
    assert (line["chat"], line["message"]) == (str(bot.server.channel.id), post.id)
    assert "Attention" not in str(lines)
