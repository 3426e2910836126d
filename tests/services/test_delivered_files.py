"""Files and pictures that come with deliveries: the real outbox and clients against the doubles."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from rich.console import Console
from sqlalchemy import func, select

from bot.domain.communities import DestinationKind
from bot.domain.deliveries import DeliveryKind, NewDelivery, PartState
from bot.domain.files import File
from bot.domain.messages import Button, Heading, Message, Paragraph, text
from bot.platforms.console.payload import payloads as console_payloads
from bot.platforms.console.send import ConsolePost
from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.discord.send import DiscordPost
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.platforms.telegram.send import TelegramPost
from bot.services.deliveries import Deliveries
from bot.services.delivery_notices import DeliveryNotices
from bot.services.ports import Renderer, Sender
from handlers.console import ConsoleChat
from handlers.registry import Dispatcher
from storage.database import Database
from storage.delivery_tables import DeliveryFileRow, FileBodyRow
from tests.discord_client import connected, heard_of
from tests.discord_server import DiscordServer
from tests.discord_world import MEMBER, PostedMessage, Rights
from tests.outbox import START, VirtualTime, add_destination, delivery, states, telegram_bot, until_nothing_is_due
from tests.pictures import picture
from tests.telegram_server import TelegramServer
from tests.telegram_world import ChatMessage

ICS = File("session-4.ics", "text/calendar", b"BEGIN:VCALENDAR")
CARD = Message((Heading(text("Session 4"), level=1), Paragraph(text("On Saturday."))), ((Button("Going", "rsvp:4"),),))
LONG = Message((Paragraph(text("word " * 300)),), ((Button("Going", "rsvp:4"),),))

Deliver = Callable[[Message, Sequence[File]], Awaitable[int]]


def post(database: Database, platform: str, sender: Sender, render: Renderer, chat_id: int | str) -> Deliver:
    """Delivers a message with files to a chat, and returns the delivery's id once nothing is left to do."""
    time = VirtualTime()
    deliveries = Deliveries(database, time.now, Random(7), DeliveryNotices((), {}))
    deliveries.connect(platform, sender)

    async def deliver(message: Message, files: Sequence[File]) -> int:
        with database.write() as uow:
            there = add_destination(uow, chat_id, platform=platform, kind=DestinationKind.GROUP)
            payloads = tuple(render(message, files))
            key, later = f"{len(uow.deliveries.entries())}", time.now() + timedelta(days=1)
            new = NewDelivery(
                key, there.id, DeliveryKind.CLUB, payloads, time.now(), expires_at=later, files=tuple(files)
            )
            number = uow.deliveries.add(new, now=time.now())
        await until_nothing_is_due(deliveries, database, time)
        return number

    return deliver


@asynccontextmanager
async def telegram(database: Database) -> AsyncIterator[tuple[Deliver, list[ChatMessage]]]:
    async with TelegramServer() as server, telegram_bot(server.token, server.url, connections=4) as bot:
        group, time = server.group("Papers"), VirtualTime()
        sender = TelegramPost(bot, TelegramLimits(clock=time.monotonic, sleep=time.sleep))
        yield post(database, "telegram", sender, telegram_payloads, group.id), group.said


@asynccontextmanager
async def discord(database: Database) -> AsyncIterator[tuple[Deliver, list[PostedMessage]]]:
    async with DiscordServer() as server, connected(server) as client:
        sender = DiscordPost(client.connection)
        yield post(database, "discord", sender, discord_payloads, server.channel.id), server.channel.messages


async def test_a_file_comes_to_telegram_as_a_document_with_the_words_as_its_caption(database: Database) -> None:
    async with telegram(database) as (deliver, said):
        await deliver(CARD, (ICS,))
        (message,) = said
        assert message.document is not None
        assert (message.document.name, message.document.media_type, message.document.content) == (
            ICS.name,
            ICS.media_type,
            ICS.content,
        )
        assert (message.text, message.buttons) == ("Session 4\n\nOn Saturday.", ["Going"])


async def test_words_too_long_for_a_caption_stand_above_their_files(database: Database) -> None:
    async with telegram(database) as (deliver, said):
        number = await deliver(LONG, (ICS, picture()))
        assert [(bool(one.document), bool(one.picture), one.buttons) for one in said] == [
            (False, False, ["Going"]),
            (True, False, []),
            (False, True, []),
        ]
        assert states(database, number) == [PartState.SENT] * 3


async def test_a_picture_is_shown_on_telegram_and_not_merely_offered(database: Database) -> None:
    async with telegram(database) as (deliver, said):
        await deliver(CARD, (picture(),))
        (message,) = said
        assert message.picture is not None
        assert (message.picture.content, message.text) == (picture().content, "Session 4\n\nOn Saturday.")


async def test_a_picture_that_telegram_cannot_show_comes_as_a_file(database: Database) -> None:
    async with telegram(database) as (deliver, said):
        await deliver(CARD, (picture("long.png", width=4000, height=3),))
        await deliver(CARD, (File("broken.png", "image/png", b"no picture"),))
        assert [one.document.name for one in said if one.document] == ["long.png", "broken.png"]


@pytest.mark.parametrize("file", [ICS, picture()])
async def test_what_stands_below_a_file_on_telegram_can_be_corrected(database: Database, file: File) -> None:
    async with telegram(database) as (deliver, said):
        number = await deliver(CARD, (file,))
        (changed,) = telegram_payloads(Message((Paragraph(text("On Sunday.")),)), (file,))
        with database.write() as uow:
            uow.deliveries.correct(number, 1, changed, now=START)
        await deliver(CARD, ())
        assert said[0].text == "On Sunday."
        assert said[0].document or said[0].picture


async def test_a_file_comes_to_discord_with_the_words(database: Database) -> None:
    async with discord(database) as (deliver, said):
        await deliver(CARD, (ICS,))
        (message,) = said
        (attachment,) = message.attachments
        assert (attachment.name, attachment.content) == (ICS.name, ICS.content)
        assert message.labels == ["Going"]
        assert "image" not in message.embeds[0]


async def test_a_picture_is_shown_in_the_card_on_discord(database: Database) -> None:
    async with discord(database) as (deliver, said):
        number = await deliver(CARD, (picture(), ICS))
        shown, file = said
        (attachment,) = shown.attachments
        assert attachment.content == picture().content
        assert shown.embeds[0]["image"]["url"] == attachment.payload["url"]
        assert (shown.embeds[0]["title"], [one.name for one in file.attachments]) == ("Session 4", [ICS.name])
        (changed, _) = discord_payloads(Message((Paragraph(text("On Sunday.")),)), (picture(), ICS))
        with database.write() as uow:
            uow.deliveries.correct(number, 1, changed, now=START)
        await deliver(CARD, ())
        assert said[0].embeds[0]["description"] == "On Sunday."
        assert said[0].embeds[0]["image"]["url"] == attachment.payload["url"]


async def test_where_the_bot_may_send_no_files_the_words_arrive_and_the_chat_is_not_given_up(
    database: Database,
) -> None:
    async with telegram(database) as (deliver, said):
        await deliver(CARD, ())
        said[0].chat.bot_lacks |= {"can_send_documents", "can_send_photos"}
        number = await deliver(CARD, (picture(), ICS))
        assert [(one.text, bool(one.document or one.picture)) for one in said[1:]] == [(said[0].text, False)]
        assert states(database, number) == [PartState.SENT, PartState.FAILED]
        assert delivery(database, number).destination.paused_reason is None


async def test_where_the_bot_may_attach_nothing_the_words_arrive_and_the_channel_is_not_given_up(
    database: Database,
) -> None:
    async with DiscordServer() as server:
        server.channel.bot_rights = MEMBER & ~Rights.ATTACH_FILES
        async with connected(server) as client:
            await heard_of(client, server.channel)
            deliver = post(database, "discord", DiscordPost(client.connection), discord_payloads, server.channel.id)
            number = await deliver(CARD, (picture(), ICS))
        (message,) = server.channel.messages
        assert (message.embeds[0]["title"], message.attachments) == ("Session 4", [])
        assert states(database, number) == [PartState.SENT, PartState.FAILED]
        assert delivery(database, number).destination.paused_reason is None


async def test_the_local_chat_is_told_where_a_file_is(database: Database, tmp_path: Path) -> None:
    out = io.StringIO()
    dispatcher = Dispatcher((), {}, language_of=_no_language, default_language="en")
    chat = ConsoleChat(dispatcher, Console(file=out, width=300), language="en", folder=tmp_path)
    deliver = post(database, "console", ConsolePost(chat.receive), console_payloads, "local")
    await deliver(CARD, (ICS, picture()))
    assert (tmp_path / ICS.name).read_bytes() == ICS.content
    assert (tmp_path / "stats.png").read_bytes() == picture().content
    assert "Session 4" in out.getvalue()
    assert f"Written to {tmp_path / ICS.name}" in out.getvalue()


async def _no_language(_request: object) -> str | None:
    return None


async def test_a_file_that_goes_to_many_is_kept_once_and_as_long_as_one_may_need_it(database: Database) -> None:
    with database.write() as uow:
        for chat in range(3):
            there = add_destination(uow, chat + 1)
            payloads = tuple(telegram_payloads(CARD, (ICS,)))
            new = NewDelivery(f"{chat}", there.id, DeliveryKind.CLUB, payloads, START, files=(ICS,))
            number = uow.deliveries.add(new, now=START)
            uow.deliveries.add(new, now=START)  # the same again changes nothing
    assert kept(database) == (3, 1)
    with database.read() as uow:
        assert uow.deliveries.file(number, 1) == ICS
        assert uow.deliveries.file(number, 2) is None
    finish(database, [number - 2, number - 1])
    assert kept(database) == (1, 1)
    finish(database, [number])
    assert kept(database) == (0, 0)


def finish(database: Database, numbers: Sequence[int]) -> None:
    """Nothing is left to do about these deliveries, and they are old by now."""
    with database.write() as uow:
        for number in numbers:
            uow.deliveries.claim("telegram", owner="us", now=START, lease=timedelta(minutes=1), limit=10)
            uow.deliveries.release([(number, "us", None)])
        uow.deliveries.prune(START + timedelta(days=1))


def kept(database: Database) -> tuple[int, int]:
    """How many parts come with a file, and how many files are kept for that."""
    counts = [select(func.count()).select_from(row.__table__) for row in (DeliveryFileRow, FileBodyRow)]
    with database._read_engine.connect() as connection:
        files, bodies = (connection.scalar(count) or 0 for count in counts)
    return files, bodies
