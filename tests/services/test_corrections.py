"""What becomes of digests that were sent when their sources edit, withdraw or add: the posted message is edited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.domain.aftermath import CORRECTED_FOR, JOINED_FOR
from bot.domain.communities import DestinationKind
from bot.domain.deliveries import PartState
from bot.domain.messages import Message
from bot.domain.subscriptions import Choices, DigestStyle
from bot.platforms.discord.client import DiscordClient
from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.discord.send import DiscordPost
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.services.communities import move_chat
from bot.services.corrections import SETTLE, Corrections
from bot.services.deliveries import Deliveries
from bot.services.delivery_notices import DeliveryNotices
from bot.services.stories import Stories
from storage.corrections import Corrections as StoredCorrections
from storage.database import Database
from tests.discord_server import DiscordServer
from tests.fakes import FakeClock
from tests.outbox import VirtualTime, all_deliveries, telegram_bot, telegram_deliveries
from tests.services.test_deliveries_on_discord import NoCommands
from tests.services.test_scheduled_digests import NINE, about, choices, make_builder, publish, subscribe
from tests.telegram_server import Refuse, TelegramServer

RENDERERS = {"telegram": telegram_payloads, "discord": discord_payloads}
LONG = "A sentence of some length that says what the study found and why it matters to the field. " * 4


@dataclass
class Office:
    """Everything between the sources and the readers, on one platform. `read` is what they see, message by message."""

    database: Database
    clock: FakeClock
    deliveries: Deliveries
    server: Any
    chat: Any
    platform: str

    def subscribe(self, wanted: Choices | None = None) -> None:
        kind = DestinationKind.CHANNEL if self.platform == "discord" else DestinationKind.PRIVATE
        subscribe(self.database, self.chat.id, wanted=wanted, platform=self.platform, kind=kind)

    def publish(self, *items: Any, **facts: Any) -> None:
        publish(self.database, *items, **({"at": self.clock()} | facts))

    async def send(self) -> None:
        await self.deliveries.dispatch()
        await self.deliveries.settle()

    async def build(self) -> None:
        await make_builder(self.database, self.clock).build_due()

    async def build_and_send(self) -> None:
        await self.build()
        await self.send()

    async def correct(self, after: timedelta = SETTLE) -> int:
        """So long after a change, and with no more time passing."""
        await Stories(self.database, self.clock).catch_up()
        self.clock.now += after
        corrected = await Corrections(self.database, self.clock, RENDERERS).correct_due()
        await self.send()
        return corrected

    def read(self) -> list[str]:
        messages = self.chat.answers() if self.platform == "telegram" else self.chat.messages
        return [message.text for message in messages]

    def edits(self) -> int:
        if self.platform == "telegram":
            return sum(len(message.history) for message in self.chat.answers())
        return sum(message.edits for message in self.chat.messages)


@pytest.fixture(autouse=True)
def discord_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client points discord.py at the double for good; tests put that back."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NINE)


@asynccontextmanager
async def on_telegram(database: Database, clock: FakeClock) -> AsyncIterator[Office]:
    async with TelegramServer() as server, telegram_bot(server.token, server.url) as bot:
        chat = server.private_chat(server.person("Ann"))
        waits = VirtualTime()
        limits = TelegramLimits(clock=waits.monotonic, sleep=waits.sleep)
        deliveries = telegram_deliveries(database, bot, clock=clock, limits=limits)
        yield Office(database, clock, deliveries, server, chat, "telegram")


@asynccontextmanager
async def on_discord(database: Database, clock: FakeClock) -> AsyncIterator[Office]:
    async with DiscordServer() as server:
        client = DiscordClient(
            server.token, NoCommands(), api_base_url=server.api_base_url, gateway_url=server.gateway_url
        )
        await client.start()
        deliveries = Deliveries(database, clock, Random(7), DeliveryNotices([], {}))
        deliveries.connect("discord", DiscordPost(client.connection))
        try:
            yield Office(database, clock, deliveries, server, server.channel, "discord")
        finally:
            await client.stop()


@pytest.fixture(params=["telegram", "discord"])
async def office(request: pytest.FixtureRequest, database: Database, clock: FakeClock) -> AsyncIterator[Office]:
    opened = on_telegram if request.param == "telegram" else on_discord
    async with opened(database, clock) as made:
        yield made


@pytest.fixture
async def telegram(database: Database, clock: FakeClock) -> AsyncIterator[Office]:
    async with on_telegram(database, clock) as made:
        yield made


@pytest.fixture
def writes_break(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The process ends before what was corrected is crossed off."""

    def ends(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(StoredCorrections, "done", ends)
        yield patch


# Row: source corrects or deletes an item after the digest went out — the message is edited where the platform allows it


async def test_a_title_that_its_source_corrects_is_corrected_in_the_posted_message(office: Office) -> None:
    office.subscribe()
    office.publish(about(1, "The titel of the study"), about(2))
    await office.build_and_send()
    office.publish(about(1, "The title of the study"), about(2))
    assert await office.correct() == 1
    (text,) = office.read()
    assert "The title of the study" in text
    assert "titel" not in text
    assert office.edits() == 1


async def test_a_story_that_its_source_withdraws_stays_at_its_place_and_is_shown_as_withdrawn(office: Office) -> None:
    office.subscribe()
    office.publish(about(1, "First study"), about(2, "Second study"), about(3, "Third study"))
    await office.build_and_send()
    (before,) = office.read()
    office.publish(about(1, "First study"), about(3, "Third study"))
    await office.correct()
    (after,) = office.read()
    gone = next(line for line in after.splitlines() if "Second study" in line)
    assert "withdrawn by its source" in gone
    places = [
        [f"{title} study" for title in ("First", "Second", "Third") if f"{title} study" in line]
        for line in after.splitlines()
    ]
    order = [title for line in places for title in line]
    assert sorted(order, key=before.index) == order
    if office.platform == "discord":
        assert "~~Second study~~" in gone
    else:
        struck = [one for one in office.chat.answers()[0].entities if one.type == "strikethrough"]
        assert len(struck) == 1


async def test_a_story_that_is_published_again_is_shown_as_before(telegram: Office) -> None:
    telegram.subscribe()
    telegram.publish(about(1), about(2))
    await telegram.build_and_send()
    before = telegram.read()
    telegram.publish(about(1))
    await telegram.correct()
    assert telegram.read() != before
    telegram.publish(about(1), about(2))
    await telegram.correct()
    assert telegram.read() == before


async def test_a_story_that_others_still_tell_is_not_shown_as_withdrawn(telegram: Office) -> None:
    telegram.subscribe()
    telegram.publish(about(1, "Told here"), about(2))
    telegram.publish(about(1, "Told there"), guid="9", source="two")
    await telegram.build_and_send()
    telegram.publish(about(2))
    await telegram.correct()
    (text,) = telegram.read()
    assert "Told there" in text
    assert "withdrawn" not in text


async def test_late_coverage_is_added_to_the_posted_story_and_not_announced_again(office: Office) -> None:
    office.subscribe()
    office.publish(about(1, "Told first"))
    await office.build_and_send()
    office.clock.advance(hours=1)
    office.publish(about(1, "Сказано позже", language="ru"), guid="9", source="two")
    await office.correct()
    (text,) = office.read()
    assert "Told first" in text
    late = next(line for line in text.splitlines() if "Also covered by: " in line)
    assert "News (ru)" in late
    office.clock.advance(days=1)
    await office.build_and_send()
    assert len(office.read()) == 1


async def test_coverage_that_comes_after_three_days_is_not_added(telegram: Office) -> None:
    telegram.subscribe()
    telegram.publish(about(1))
    await telegram.build_and_send()
    telegram.clock.now += JOINED_FOR + timedelta(seconds=1)
    telegram.publish(about(1, "Much later"), guid="9", source="two")
    assert await telegram.correct() == 0
    assert telegram.edits() == 0


async def test_two_stories_of_a_digest_that_become_one_keep_both_numbers(telegram: Office, database: Database) -> None:
    telegram.subscribe()
    telegram.publish(about(1, "Sparse attention"), about(2, "Frogs and toads"))
    await telegram.build_and_send()
    (before,) = telegram.read()
    first, second = sorted(("Sparse attention", "Frogs and toads"), key=before.index)
    await Stories(database, telegram.clock).merge([1, 2], made_by="telegram:1")
    await telegram.correct()
    (text,) = telegram.read()
    assert "2. " in text
    assert "the same story as number 1" in text
    assert text.count(first) + text.count(second) == 2


async def test_a_part_that_has_not_been_sent_is_sent_as_corrected(telegram: Office, database: Database) -> None:
    telegram.subscribe()
    telegram.publish(about(1, "The titel"))
    await telegram.build()
    telegram.publish(about(1, "The title"))
    await telegram.correct()
    (text,) = telegram.read()
    assert "The title" in text
    assert telegram.edits() == 0


async def test_what_somebody_is_just_about_to_send_is_corrected_too(telegram: Office, database: Database) -> None:
    telegram.subscribe()
    telegram.publish(about(1, "The titel"))
    await telegram.build()
    with database.write() as uow:
        (claimed,) = uow.deliveries.claim(
            "telegram", owner="other", now=telegram.clock(), lease=timedelta(minutes=2), limit=1
        )
    telegram.publish(about(1, "The title"))
    await Corrections(database, lambda: telegram.clock() + SETTLE, RENDERERS).correct_due()
    with database.write() as uow:
        assert uow.deliveries.begin([(claimed.id, claimed.parts[0], "other")]) == [False]
    await telegram.correct(timedelta(minutes=3))
    (text,) = telegram.read()
    assert "The title" in text


async def test_a_source_that_changes_every_minute_does_not_bring_about_an_edit_every_minute(telegram: Office) -> None:
    telegram.subscribe()
    telegram.publish(*[about(number, f"Draft {number}") for number in range(12)])
    await telegram.build_and_send()
    for minute in range(12):
        telegram.publish(*[about(one, f"{'Final' if one <= minute else 'Draft'} {one}") for one in range(12)])
        await telegram.correct(timedelta(minutes=1))
    assert telegram.edits() == 2
    await telegram.correct()
    assert "Draft" not in telegram.read()[0]


async def test_a_digest_that_is_older_than_two_weeks_stays_as_it_is(telegram: Office) -> None:
    telegram.subscribe()
    telegram.publish(about(1, "The titel"))
    await telegram.build_and_send()
    telegram.clock.now += CORRECTED_FOR
    telegram.publish(about(1, "The title"))
    assert await telegram.correct() == 0
    assert "The titel" in telegram.read()[0]


async def test_a_change_that_no_reader_sees_edits_nothing(telegram: Office) -> None:
    telegram.subscribe(choices(style=DigestStyle.COMPACT))
    telegram.publish(about(1))
    await telegram.build_and_send()
    telegram.publish(about(1, authors=("Ann Lee",)))
    assert await telegram.correct() == 0
    assert telegram.edits() == 0


async def test_a_process_that_ends_while_it_corrects_does_it_again_and_edits_once(
    telegram: Office, writes_break: pytest.MonkeyPatch
) -> None:
    telegram.subscribe()
    telegram.publish(about(1, "The titel"))
    await telegram.build_and_send()
    telegram.publish(about(1, "The title"))
    with pytest.raises(KeyboardInterrupt):
        await telegram.correct()
    writes_break.undo()
    await telegram.send()
    assert await telegram.correct() == 0
    assert await telegram.correct() == 0
    assert telegram.edits() == 1
    assert "The title" in telegram.read()[0]


async def test_destinations_that_got_the_same_share_one_composition(database: Database, clock: FakeClock) -> None:
    for chat_id in range(1, 251):
        subscribe(database, chat_id)
    publish(database, about(1, "The titel"), at=NINE)
    await make_builder(database, clock).build_due()
    publish(database, about(1, "The title"), at=NINE)
    composed = []

    def counted(message: Message) -> Any:
        composed.append(message)
        return telegram_payloads(message)

    clock.now += SETTLE
    assert await Corrections(database, clock, {"telegram": counted}).correct_due() == 250
    assert len(composed) == 1
    assert all("The title" in str(one.parts[0].payload) for one in all_deliveries(database))


async def test_a_digest_of_several_parts_keeps_their_number_where_sources_shorten(office: Office) -> None:
    office.subscribe(choices(max_stories=30))
    numbers = range(1, 31)
    told = [about(number, f"{LONG[:100]} {number}", code=f"https://github.com/a/{number}") for number in numbers]
    office.publish(*[type(one)(**{**_fields(one), "text": LONG}) for one in told])
    office.publish(*[about(number, LONG[:100]) for number in numbers], guid="9", source="two")
    await office.build_and_send()
    before = len(office.read())
    assert before > 1
    office.publish(*[about(number, f"S{number}") for number in numbers])
    office.publish(guid="9", source="two")
    office.publish(about(1, "S1"), guid="9", source="two")
    await office.correct()
    after = office.read()
    assert len(after) == before
    assert "Nothing is left here" in after[-1]
    last = office.chat.answers()[-1].buttons if office.platform == "telegram" else office.chat.messages[-1].labels
    assert last[0] == "☆ 1"
    assert all(part.state is PartState.SENT for part in all_deliveries(office.database)[0].parts)


async def test_a_digest_keeps_its_number_of_parts_where_sources_write_more(office: Office) -> None:
    office.subscribe()
    numbers = range(1, 13)
    office.publish(*[about(number, f"S{number}") for number in numbers])
    await office.build_and_send()
    assert len(office.read()) == 1
    longer = [about(number, f"S{number}") for number in numbers]
    office.publish(*[type(one)(**{**_fields(one), "text": LONG}) for one in longer])
    await office.correct()
    (text,) = office.read()
    assert "A sentence of some length" in text
    assert all(f"S{number}" in text for number in numbers)


async def test_a_digest_of_a_line_for_each_story_keeps_them_all_however_many_write_about_them_later(
    office: Office,
) -> None:
    office.subscribe(choices(style=DigestStyle.COMPACT, max_stories=50))
    told = [about(number, f"{LONG[:60]} No {number:02}") for number in range(1, 51)]
    office.publish(*told)
    await office.build_and_send()
    before = office.read()
    office.clock.advance(hours=1)
    for source in ("two", "three"):
        office.publish(*told, guid=source, source=source)
    await office.correct()
    after = office.read()
    assert len(after) == len(before)
    assert [number for number in range(1, 51) if f"No {number:02}" not in "\n".join(after)] == []
    assert "\n".join(after).count("Also covered by: ") < 50  # as many as there is room for


def _fields(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__slots__}


async def test_a_message_that_was_deleted_is_left_alone(office: Office) -> None:
    office.subscribe()
    office.publish(about(1, "The titel"))
    await office.build_and_send()
    messages = office.chat.answers() if office.platform == "telegram" else office.chat.messages
    messages[0].deleted = True
    office.publish(about(1, "The title"))
    await office.correct()
    (delivery,) = all_deliveries(office.database)
    assert not delivery.parts[0].outdated
    assert delivery.destination.paused_reason is None


@pytest.mark.parametrize("told", [True, False], ids=["and_says_so", "and_we_find_out"])
async def test_a_group_that_became_a_supergroup_gets_no_correction_into_a_message_of_another_number(
    telegram: Office, database: Database, told: bool
) -> None:
    group = telegram.server.group("Readers")
    subscribe(database, group.id, kind=DestinationKind.GROUP)
    telegram.publish(about(1, "The titel"))
    await telegram.build_and_send()
    moved = telegram.server.migrate(group)
    telegram.chat = moved  # its messages are counted from 1 again
    if told:
        with database.write() as uow:
            move_chat(uow, "telegram", str(group.id), str(moved.id), now=telegram.clock())
        telegram.clock.advance(days=1)
        telegram.publish(about(2, "Second"), guid="2")
        await telegram.build_and_send()
        assert moved.said[0].id == group.said[0].id
    telegram.publish(about(1, "The title"))
    await telegram.correct()
    await telegram.send()
    assert telegram.edits() == 0
    assert [message.text.count("titel") for message in group.said] == [1]
    assert not any(part.outdated for one in all_deliveries(database) for part in one.parts)


async def test_a_correction_that_does_not_go_through_keeps_no_digest_back(telegram: Office) -> None:
    telegram.subscribe()
    telegram.publish(about(1, "The titel"))
    await telegram.build_and_send()
    telegram.server.fail("editMessageText", *[Refuse(500, "Internal Server Error")] * 3)
    telegram.clock.advance(hours=1)
    telegram.publish(about(1, "The title"))
    telegram.publish(about(2, "Second"), guid="2")
    await telegram.correct()
    telegram.clock.advance(days=1)
    await telegram.build_and_send()
    assert len(telegram.read()) == 2
    for _ in range(4):
        telegram.clock.advance(minutes=15)
        await telegram.send()
    assert "The title" in telegram.read()[0]


async def test_a_discord_thread_that_sleeps_is_not_taken_for_lost(database: Database, clock: FakeClock) -> None:
    async with on_discord(database, clock) as office:
        thread = office.chat = await office.server.add_thread(office.server.channel, "Papers")
        subscribe(database, thread.id, platform="discord", kind=DestinationKind.THREAD)
        office.publish(about(1, "The titel"))
        await office.build_and_send()
        thread.archived = True
        clock.advance(hours=1)
        office.publish(about(1, "The title"), about(2, "Second"))
        await office.correct()
        assert office.edits() == 0
        clock.advance(days=1)
        await office.build_and_send()
        assert len(office.read()) == 2
        assert "Second" in office.read()[1]
