"""Digests on Discord servers: who sets them up, from where, and in which channels and threads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.core import Core
from bot.domain.communities import Destination
from bot.platforms.discord.directory import DiscordDirectory
from tests.askers import discord_bot
from tests.discord_server import DiscordServer
from tests.discord_world import MEMBER, MODERATOR, Channel, PostedMessage, Rights, User
from tests.world import NOW, bot_with


@asynccontextmanager
async def discord(core: Core) -> AsyncIterator[DiscordServer]:
    """The bot, connected as the application connects it; the server's one person may manage it."""
    async with DiscordServer() as server:
        server.guild.rights[server.user.id] = MODERATOR
        async with discord_bot(server, core.dispatcher) as client:
            core.directories["discord"] = DiscordDirectory(client.connection)
            await server.ready()
            yield server


async def asked(server: DiscordServer, user: User, channel: Channel, words: str) -> PostedMessage:
    return await (await server.slash(user, channel, "subscribe", {"schedule": words})).answer()


async def confirmed(server: DiscordServer, user: User, channel: Channel, words: str) -> PostedMessage:
    draft = await asked(server, user, channel, words)
    return await (await server.press(user, draft, "✅ Confirm")).edited()


async def destinations(core: Core) -> list[Destination]:
    found = await core.database.query(lambda uow: uow.subscriptions.due(NOW + timedelta(days=9), 9))
    return [there for _, there in found]


async def test_who_may_manage_the_server_sets_a_digest_up_and_a_member_does_not(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, discord(core) as server:
        ben = server.add_user("ben")
        refused = await asked(server, ben, server.channel, "09:00")
        done = await confirmed(server, server.user, server.channel, "09:00")
        (there,) = await destinations(core)
    assert "Only an administrator" in refused.text
    assert "The digest of papers" in done.text
    assert (there.chat_id, there.kind) == (str(server.channel.id), "channel")


async def test_another_channel_and_a_thread_are_set_up_from_where_people_are(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, discord(core) as server:
        other = await server.add_channel(server.guild, "digests")
        thread = await server.add_thread(other, "today")
        await confirmed(server, server.user, server.channel, f"<#{other.id}> 09:00")
        await confirmed(server, server.user, server.dm(server.user), f"<#{thread.id}> 10:00")
        await confirmed(server, server.user, thread, "11:00")
        found = await destinations(core)
    assert {(one.chat_id, one.kind) for one in found} == {(str(other.id), "channel"), (str(thread.id), "thread")}
    assert len({one.community_id for one in found}) == 1


async def test_a_channel_of_another_server_is_reached_by_those_who_manage_that_only(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, discord(core) as server:
        foreign = await server.add_channel(await server.add_guild("Others"), "secret")
        ben = server.add_user("ben")
        texts = [
            (await asked(server, server.user, server.channel, f"<#{foreign.id}> 09:00")).text,
            (await asked(server, server.user, server.dm(server.user), f"<#{foreign.id}> 09:00")).text,
            (await asked(server, ben, server.dm(ben), f"<#{server.channel.id}> 09:00")).text,
            (await asked(server, ben, server.dm(ben), "<#999999999999> 09:00")).text,
        ]
        assert await destinations(core) == []
    assert all("no administrator there" in text for text in texts)


async def test_a_right_that_the_bot_lacks_is_named_before_anything_is_set_up(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, discord(core) as server:
        mute = await server.add_channel(server.guild, "mute", bot_rights=MEMBER & ~Rights.SEND_MESSAGES)
        plain = await server.add_channel(server.guild, "plain", bot_rights=MEMBER & ~Rights.EMBED_LINKS)
        here = await asked(server, server.user, mute, "09:00")
        there = await asked(server, server.user, server.channel, f"<#{plain.id}> 09:00")
    assert "I may not post in mute: I lack the right “Send Messages”." in here.text
    assert "I may not post in plain: I lack the right “Embed Links”." in there.text
