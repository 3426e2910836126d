"""Digests through the running process: what came due while it was down arrives, once, on both platforms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.deliveries import DeliveryKind, NewDelivery, PartState
from bot.domain.messages import Message, Paragraph, text
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.subscriptions import Choices
from bot.platforms.console.payload import payloads
from storage.database import Database
from tests.discord_server import DiscordServer
from tests.factories import make_document, make_parsed_item, store
from tests.process import program
from tests.telegram_server import TelegramServer
from tests.test_run import DISCORD_TOKEN, local_chat, on_discord, on_telegram
from tests.world import newsletter

EVERY_HOUR = Choices(schedule=Schedule(tuple(time(hour) for hour in range(24)), EVERY_DAY, "UTC"))


def read_yesterday(database: Database) -> None:
    """What a bot leaves behind that read an issue and was switched off a day ago."""
    with database.write() as uow:
        item = make_parsed_item("Frogs & <newts>", "They swim in the pond.")
        store(uow, make_document(item), now=datetime.now(UTC) - timedelta(days=1))


def subscribe(database: Database, platform: str, chat_id: int, kind: DestinationKind) -> None:
    """A chat that has wanted a digest every hour since before that."""
    before = datetime.now(UTC) - timedelta(days=1, hours=1)
    with database.write() as uow:
        here = uow.communities.ensure_destination(
            DestinationSpec(platform, str(chat_id), kind=kind), zone="UTC", languages=("en",)
        )
        uow.subscriptions.add(here.id, EVERY_HOUR, window_end=before, now=before, created_by="telegram:1")


@contextmanager
def database_in(folder: Path) -> Iterator[Database]:
    """The database that a bot in this folder has left behind."""
    (folder / "data").mkdir()
    database = Database(f"sqlite:///{folder / 'data' / 'paper-round.db'}")
    database.migrate()
    yield database
    database.close()


def name_a_source(folder: Path) -> None:
    """Without one, the local chat shows samples in a database of their own."""
    newsletter(folder, 1)
    (folder / "sources.toml").write_text('[[source]]\naddress = "issue.md"\n')


def add_message(database: Database, message: Message) -> None:
    """What the outbox has for the local chat."""
    now = datetime.now(UTC)
    with database.write() as uow:
        spec = DestinationSpec("console", "local", kind=DestinationKind.PRIVATE)
        here = uow.communities.ensure_destination(spec, zone="UTC", languages=("en",))
        digest = NewDelivery("digest", here.id, DeliveryKind.DIGEST, tuple(payloads(message)), not_before=now)
        uow.deliveries.add(digest, now=now)


def told(database: Database) -> dict[str, int]:
    """How many deliveries there are to each chat, all of which have arrived."""
    with database.read() as uow:
        entries = uow.deliveries.entries()
        assert {part.state for entry in entries for part in entry.delivery.parts} == {PartState.SENT}
        return Counter(entry.delivery.destination.chat_id for entry in entries)


async def test_what_came_due_while_the_bot_was_down_arrives_once_on_both_platforms_however_often_it_starts(
    tmp_path: Path,
) -> None:
    with database_in(tmp_path) as database:
        read_yesterday(database)
        async with TelegramServer() as telegram, DiscordServer(token=DISCORD_TOKEN) as discord:
            group, late = telegram.group("Readers"), telegram.group("Late readers")
            settings = on_telegram(telegram) | on_discord(discord)
            subscribe(database, "telegram", group.id, DestinationKind.GROUP)
            subscribe(database, "discord", discord.channel.id, DestinationKind.CHANNEL)
            async with program(tmp_path, "run", **settings) as bot:
                on_one = await telegram.next_message(group)
                on_the_other = await discord.until(lambda: next(iter(discord.channel.messages), None))
                assert await bot.stop() == 0
            subscribe(database, "telegram", late.id, DestinationKind.GROUP)
            async with program(tmp_path, "run", **settings) as bot:
                await telegram.next_message(late)
                assert await bot.stop() == 0
        assert "Frogs & <newts>" in on_one.text
        assert "Frogs &" in str(on_the_other.embeds)
        assert told(database) == {str(group.id): 1, str(discord.channel.id): 1, str(late.id): 1}
        assert (len(group.answers()), len(discord.channel.messages), len(late.answers())) == (1, 1, 1)


async def test_what_came_due_arrives_in_the_local_chat_and_its_buttons_are_pressed_by_number(tmp_path: Path) -> None:
    name_a_source(tmp_path)
    with database_in(tmp_path) as database:
        read_yesterday(database)
        subscribe(database, "console", "local", DestinationKind.PRIVATE)
        async with program(tmp_path, "run", "--local") as bot:
            await bot.wrote("Frogs & <newts>")
            await bot.wrote("[1] ☆ 1")
            await bot.type("1\n/saved\n/quit\n")
            await bot.wrote("Frogs & <newts>", times=2)
            assert await bot.ended() == 0
        assert told(database) == {"local": 1}
    assert "Traceback" not in bot.output


async def test_a_digest_leaves_what_is_being_typed_at_a_terminal_alone(tmp_path: Path) -> None:
    name_a_source(tmp_path)
    with database_in(tmp_path) as database:
        async with local_chat(tmp_path) as (terminal, bot):
            terminal.press(b"/search fro")
            await terminal.shows("fro")
            add_message(database, Message((Paragraph(text("Your digest is there")),)))
            await terminal.shows("Your digest is there")
            terminal.press(b"gs\r")
            await terminal.shows("“frogs”")
            terminal.press(b"/quit\r")
            assert await bot.ended() == 0
        assert told(database) == {"local": 1}
