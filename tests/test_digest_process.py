"""Digests through the running process: what came due while it was down arrives, once, on both platforms."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.deliveries import PartState
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.subscriptions import Choices
from storage.database import Database
from tests.discord_server import DiscordServer
from tests.factories import make_document, make_parsed_item, store
from tests.process import program
from tests.telegram_server import TelegramServer
from tests.test_run import DISCORD_TOKEN, on_discord, on_telegram

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


def told(database: Database) -> dict[str, int]:
    """How many deliveries there are to each chat, all of which have arrived."""
    with database.read() as uow:
        entries = uow.deliveries.entries()
        assert {part.state for entry in entries for part in entry.delivery.parts} == {PartState.SENT}
        return Counter(entry.delivery.destination.chat_id for entry in entries)


async def test_what_came_due_while_the_bot_was_down_arrives_once_on_both_platforms_however_often_it_starts(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").mkdir()
    database = Database(f"sqlite:///{tmp_path / 'data' / 'paper-round.db'}")
    database.migrate()
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
    database.close()
