"""What comes of sending and editing, told apart: the real clients against the doubles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Rejected, Sent, Unreachable
from bot.domain.messages import Mention, Message, Paragraph, Text, text
from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.discord.send import DiscordPost
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.platforms.telegram.send import TelegramPost
from tests.discord_client import connected
from tests.discord_server import DiscordServer
from tests.outbox import telegram_bot
from tests.telegram_server import TelegramServer

HELLO = {"html": "Hello", "content": "Hello"}


def place(platform: str, chat_id: int, kind: DestinationKind = DestinationKind.GROUP) -> Destination:
    return Destination(1, 1, platform, str(chat_id), None, kind, "Papers", None)


def person(platform: str, chat_id: int) -> Destination:
    return place(platform, chat_id, DestinationKind.PRIVATE)


@asynccontextmanager
async def telegram() -> AsyncIterator[tuple[TelegramServer, TelegramPost]]:
    async with TelegramServer() as server, telegram_bot(server.token, server.url, connections=4) as bot:
        yield server, TelegramPost(bot, TelegramLimits())


@asynccontextmanager
async def discord() -> AsyncIterator[tuple[DiscordServer, DiscordPost]]:
    async with DiscordServer() as server, connected(server) as client:
        yield server, DiscordPost(client.connection)


async def test_telegram_tells_why_somebody_cannot_be_written_to() -> None:
    async with telegram() as (server, post):
        stranger, blocker, gone = server.person("Ann"), server.person("Bia"), server.person("Cem")
        for one in (blocker, gone):
            server.private_chat(one)
        server.block(blocker)
        server.delete_account(gone)
        outcomes = [
            await post.send(person("telegram", one), HELLO, nonce="1-1")
            for one in (stranger.id, blocker.id, gone.id, 4242)
        ]
        assert outcomes == [
            Rejected(why, gone=True)
            for why in (
                Unreachable.NOT_STARTED,
                Unreachable.BLOCKED,
                Unreachable.NO_ACCOUNT,
                Unreachable.NOT_STARTED,
            )
        ]


async def test_discord_tells_why_somebody_cannot_be_written_to() -> None:
    async with discord() as (server, post):
        shy, stranger = server.add_user("shy", accepts_dms=False), server.add_user("far", accepts_dms=True)
        server.guild.strangers.add(stranger.id)
        outcomes = [
            await post.send(person("discord", one), HELLO, nonce="1-1") for one in (shy.id, stranger.id, 424242)
        ]
        assert outcomes == [
            Rejected(why, gone=True) for why in (Unreachable.CLOSED, Unreachable.NOT_SHARED, Unreachable.NO_ACCOUNT)
        ]


async def test_telegram_tells_a_message_that_is_gone_from_one_that_is_as_it_should_be() -> None:
    async with telegram() as (server, post):
        group = server.group("Papers")
        there = place("telegram", group.id)
        sent = await post.send(there, HELLO, nonce="1-1")
        assert isinstance(sent, Sent)
        assert await post.edit(there, sent.message_id, HELLO) == sent
        server.delete(group.said[0])
        outcome = await post.edit(there, sent.message_id, {"html": "Bye"})
        assert isinstance(outcome, Rejected)
        assert (outcome.gone, outcome.missing) == (False, True)
        server.kick_bot(group)
        outcome = await post.edit(there, sent.message_id, {"html": "Bye"})
        assert isinstance(outcome, Rejected)
        assert (outcome.gone, outcome.missing) == (True, False)


async def test_discord_tells_a_message_that_is_gone_from_a_channel_that_is() -> None:
    async with discord() as (server, post):
        there = place("discord", server.channel.id, DestinationKind.CHANNEL)
        sent = await post.send(there, HELLO, nonce="1-1")
        assert isinstance(sent, Sent)
        assert await post.edit(there, sent.message_id, HELLO) == sent
        server.channel.messages[0].deleted = True
        outcome = await post.edit(there, sent.message_id, {"content": "Bye"})
        assert isinstance(outcome, Rejected)
        assert (outcome.gone, outcome.missing) == (False, True)
        outcome = await post.edit(place("discord", 42), sent.message_id, {"content": "Bye"})
        assert isinstance(outcome, Rejected)
        assert (outcome.gone, outcome.missing) == (True, False)


async def test_a_mention_on_telegram_calls_whom_it_names() -> None:
    async with telegram() as (server, post):
        ann = server.person("Ann")
        group = server.group("Papers", ann)
        line = (Mention("telegram", str(ann.id), "Ann"), Text(", @durov and "), Mention("discord", "7", "Zed"))
        (payload,) = telegram_payloads(Message((Paragraph(line),)))
        await post.send(place("telegram", group.id), payload, nonce="1-1")
        (said,) = group.said
        assert said.text == "Ann, @\u2060durov and Zed"
        assert said.called == [ann.id]


async def test_a_mention_on_discord_calls_whom_it_names_and_nobody_else() -> None:
    async with discord() as (server, post):
        ann = server.add_user("ann")
        line = (Mention("discord", str(ann.id), "Ann @everyone"), Text(f" <@{server.user.id}> speaks"))
        (payload,) = discord_payloads(Message((Paragraph(line),)))
        await post.send(place("discord", server.channel.id), payload, nonce="1-1")
        (payload,) = discord_payloads(Message((Paragraph(text(f"@everyone <@{ann.id}>")),)))
        await post.send(place("discord", server.channel.id), payload, nonce="1-2")
        assert [message.pings for message in server.channel.messages] == [(str(ann.id),), ()]
