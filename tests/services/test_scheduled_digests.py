"""From a subscription in the database to the message that arrives, through the real outbox, client and double."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Delivery
from bot.domain.digests import DigestWindow
from bot.domain.items import Link, ParsedItem
from bot.domain.papers import PaperId
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.sections import Section
from bot.domain.subscriptions import Choices, DigestStyle, Subscription, paused
from bot.locales import translator
from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.services.communities import move_chat
from bot.services.scheduled_digests import ScheduledDigests
from bot.services.stories import Stories
from storage.database import Database
from storage.deliveries import Deliveries
from storage.digests import Digests
from storage.subscriptions import Subscriptions
from tests.factories import make_document, make_parsed_item, store
from tests.fakes import FakeClock
from tests.outbox import VirtualTime, add_destination, all_deliveries, telegram_bot, telegram_deliveries
from tests.telegram_server import TelegramServer

NINE = datetime(2026, 3, 10, 9, tzinfo=UTC)
YESTERDAY = NINE - timedelta(days=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NINE)


@pytest.fixture
def builder(database: Database, clock: FakeClock) -> ScheduledDigests:
    return make_builder(database, clock)


@pytest.fixture(params=["digest", "delivery", "advance"])
def broken_step(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The process ends in the middle of building: one of its steps is never reached."""
    owner, name = {
        "digest": (Digests, "add"),
        "delivery": (Deliveries, "add_all"),
        "advance": (Subscriptions, "advance_all"),
    }[request.param]

    def ends(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, ends)
        yield patch


def make_builder(database: Database, clock: FakeClock) -> ScheduledDigests:
    renderers = {"telegram": telegram_payloads, "discord": discord_payloads}
    return ScheduledDigests(database, clock, Stories(database, clock), renderers)


def choices(*times: time, **facts: Any) -> Choices:
    return Choices(schedule=Schedule(times or (time(9),), EVERY_DAY, "UTC"), **facts)


def subscribe(
    database: Database,
    chat_id: int | str = 7,
    *,
    since: datetime = YESTERDAY,
    wanted: Choices | None = None,
    **facts: Any,
) -> tuple[Subscription, Destination]:
    with database.write() as uow:
        destination = add_destination(uow, chat_id, **facts)
        made = uow.subscriptions.add(
            destination.id, wanted or choices(), window_end=since, now=since, created_by="telegram:1"
        )
    return made, destination


def publish(database: Database, *items: ParsedItem, at: datetime, guid: str = "issue-1", source: str = "one") -> None:
    with database.write() as uow:
        store(uow, make_document(*items, guid=guid, published_at=at), now=at, address=f"https://{source}.example.org/")


def about(number: int, title: str = "", **facts: Any) -> ParsedItem:
    """An item on a paper of its own."""
    paper = PaperId("arxiv", f"2101.{number:05}")
    values: dict[str, Any] = {"papers": (paper,), "links": (Link(f"https://arxiv.org/abs/{paper.value}", "paper"),)}
    values |= {"section": Section.PUBLICATIONS, "language": "en"}
    title = title or f"Title of number {number}"
    return make_parsed_item(title, f"Study {number} is told. It is short.", **(values | facts))


def sent_texts(database: Database) -> list[str]:
    return ["\n".join(str(part.payload["html"]) for part in one.parts) for one in all_deliveries(database)]


def the_only(deliveries: list[Delivery]) -> Delivery:
    assert len(deliveries) == 1
    return deliveries[0]


async def test_what_was_first_seen_in_the_window_is_told_and_the_next_window_begins_there(
    database: Database, builder: ScheduledDigests, clock: FakeClock
) -> None:
    subscribe(database)
    publish(database, about(1), at=YESTERDAY, guid="1")  # the end of the window before: not in this one
    publish(database, about(2), at=YESTERDAY + timedelta(seconds=1), guid="2")
    publish(database, about(3), at=NINE, guid="3")
    publish(database, about(4), at=NINE + timedelta(seconds=1), guid="4")
    assert await builder.build_due() == 1
    assert await builder.build_due() == 0
    clock.advance(days=1)
    assert await builder.build_due() == 1
    first, second = sent_texts(database)
    assert ("number 2" in first, "number 3" in first) == (True, True)
    assert ("number 1" in first, "number 4" in first) == (False, False)
    assert "number 4" in second
    assert "number 3" not in second


async def test_a_digest_says_how_much_was_read_and_of_each_story_what_it_is_and_who_wrote_about_it(
    database: Database, builder: ScheduledDigests
) -> None:
    subscribe(database, wanted=choices(title_languages=("ru",), max_stories=2))
    publish(database, about(1, code="https://github.com/a/b"), about(2), at=NINE, source="one")
    publish(database, about(1, "Заголовок", language="ru"), about(3), at=NINE, guid="2", source="two")
    await builder.build_due()
    (text,) = sent_texts(database)
    assert "Digest · March 10, 2026" in text
    assert "4 read, 1 merged · 3 stories · 2 shown, 1 left out" in text
    assert "📙 Publications" in text
    assert "Заголовок" in text
    assert "Title of number 1" not in text
    assert "Study 1 is told. It is short." in text
    assert "📄 paper" in text
    assert 'href="https://github.com/a/b"' in text
    assert re.sub(r"<[^>]*>", "", text).count("— News (ru, en)") == 1
    assert "✦ 2 sources · code available" in text
    rows: Any = the_only(all_deliveries(database)).parts[0].payload["buttons"]
    labels = [button["label"] for row in rows for button in row]
    assert labels == ["☆ 1", "☆ 2", "More (1)", "👎 Less like this"]


async def test_a_compact_digest_gives_a_line_to_a_story(database: Database, builder: ScheduledDigests) -> None:
    subscribe(database, wanted=choices(style=DigestStyle.COMPACT))
    publish(database, about(1), at=NINE)
    await builder.build_due()
    (text,) = sent_texts(database)
    assert "Title of number 1" in text
    assert "Study 1" not in text


async def test_late_coverage_of_a_story_that_was_posted_is_not_announced(
    database: Database, builder: ScheduledDigests, clock: FakeClock
) -> None:
    subscribe(database)
    publish(database, about(1), at=NINE)
    await builder.build_due()
    publish(database, about(1), about(2), at=NINE + timedelta(hours=1), source="two")
    clock.advance(days=1)
    await builder.build_due()
    assert "number 1" not in sent_texts(database)[1]
    assert "number 2" in sent_texts(database)[1]


async def test_a_group_that_moves_to_a_chat_we_know_is_not_told_again_what_it_knows(
    database: Database, builder: ScheduledDigests, clock: FakeClock
) -> None:
    subscribe(database, -5, kind=DestinationKind.GROUP)
    publish(database, about(1), at=NINE)
    await builder.build_due()
    with database.write() as uow:
        add_destination(uow, -1005, kind=DestinationKind.GROUP)
        move_chat(uow, "telegram", "-5", "-1005", now=NINE)
    publish(database, about(1), about(2), at=NINE + timedelta(hours=1), source="two")
    clock.advance(days=1)
    await builder.build_due()
    assert "number 1" not in sent_texts(database)[1]
    assert "number 2" in sent_texts(database)[1]


async def test_two_subscriptions_of_one_destination_do_not_tell_it_the_same(
    database: Database, builder: ScheduledDigests
) -> None:
    subscribe(database, wanted=choices(sections=(Section.PUBLICATIONS,)))
    subscribe(database)
    publish(database, about(1), about(2, section=Section.ETHICS), at=NINE)
    await builder.build_due()
    texts = sorted(sent_texts(database), key=lambda text: "Publications" not in text)
    assert [text.count("number 1</") + text.count("number 2</") for text in texts] in ([1, 1], [2, 0])
    assert sum("number 1" in text for text in texts) == 1


async def test_nothing_new_says_nothing_unless_that_is_wanted(database: Database, builder: ScheduledDigests) -> None:
    quiet, _ = subscribe(database)
    subscribe(database, 8, wanted=choices(say_nothing_new=True))
    assert await builder.build_due() == 1
    assert sent_texts(database) == ["<b>Digest · March 10, 2026</b>\n\nNothing new since Mar 9, 2026, 9:00\u202fAM."]
    with database.read() as uow:
        found = uow.subscriptions.get(quiet.id)
    assert found is not None
    assert found[0].window_end == NINE  # the window is built all the same


async def test_back_after_two_hours_there_is_one_late_digest_and_after_three_days_one_for_each_due_window(
    database: Database, builder: ScheduledDigests, clock: FakeClock
) -> None:
    subscribe(database, wanted=choices(time(9), time(21)))
    publish(database, about(1), at=NINE)
    clock.advance(hours=2)
    assert await builder.build_due() == 1
    for hours in (1, 13, 25, 37, 49, 61):
        publish(database, about(10 + hours), at=NINE + timedelta(hours=hours), guid=str(hours))
    clock.advance(days=3)
    assert await builder.build_due() == 2  # of the last 24 hours; what was missed before is folded into the first
    texts = sent_texts(database)
    told = [[hours for hours in (1, 13, 25, 37, 49, 61) if f"number {10 + hours}<" in text] for text in texts]
    assert told == [[], [1, 13, 25, 37, 49], [61]]


async def test_a_process_that_ends_while_it_builds_leaves_nothing_half_done(
    database: Database, clock: FakeClock, broken_step: pytest.MonkeyPatch
) -> None:
    subscribe(database)
    publish(database, about(1), at=NINE)
    with pytest.raises(KeyboardInterrupt):
        await make_builder(database, clock).build_due()
    broken_step.undo()
    assert all_deliveries(database) == []
    assert await make_builder(database, clock).build_due() == 1
    assert await make_builder(database, clock).build_due() == 0
    assert len(all_deliveries(database)) == 1


async def test_a_subscription_that_cannot_be_built_keeps_no_other_back(
    database: Database, builder: ScheduledDigests, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(database, 7)
    broken, _ = subscribe(database, 8)
    subscribe(database, 9)
    publish(database, about(1), at=NINE)
    add = Digests.add

    def fails(self: Digests, news: Any, **facts: Any) -> None:
        if any(new.subscription_id == broken.id for new in news):
            raise RuntimeError
        add(self, news, **facts)

    monkeypatch.setattr(Digests, "add", fails)
    assert await builder.build_due() == 2
    assert sorted(one.destination.chat_id for one in all_deliveries(database)) == ["7", "9"]
    monkeypatch.undo()
    assert await builder.build_due() == 1


async def test_what_is_paused_is_not_built(database: Database, builder: ScheduledDigests) -> None:
    subscription, _ = subscribe(database)
    _, gone = subscribe(database, 8)
    publish(database, about(1), at=NINE)
    with database.write() as uow:
        uow.subscriptions.save(paused(subscription))
        uow.communities.pause(gone.id, "kicked", now=NINE)
    assert await builder.build_due() == 0


async def test_destinations_that_want_the_same_share_one_computation(
    database: Database, builder: ScheduledDigests, monkeypatch: pytest.MonkeyPatch
) -> None:
    for chat_id in range(1, 61):
        subscribe(database, chat_id)
    publish(database, about(1), at=NINE)
    composed = []

    def counted(message: Any) -> Any:
        composed.append(message)
        return telegram_payloads(message)

    clock = FakeClock(NINE)
    builder = ScheduledDigests(database, clock, Stories(database, clock), {"telegram": counted})
    assert await builder.build_due() == 60
    assert len(composed) == 1


async def test_a_digest_that_is_sent_now_while_somebody_pauses_it_does_not_wake_it(
    database: Database, builder: ScheduledDigests, clock: FakeClock
) -> None:
    subscription, _ = subscribe(database)
    publish(database, about(1), at=NINE)
    with database.write() as uow:
        uow.subscriptions.save(paused(subscription))
    assert await builder.send_now(subscription.id, DigestWindow(YESTERDAY, NINE)) == 1
    publish(database, about(2), at=NINE + timedelta(hours=1), guid="2")
    clock.advance(days=1)
    assert await builder.build_due() == 0


async def test_a_digest_waits_for_the_end_of_the_quiet_hours(database: Database, builder: ScheduledDigests) -> None:
    subscribe(database, wanted=choices(quiet_hours=(time(22), time(10, 30))))
    publish(database, about(1), at=NINE)
    await builder.build_due()
    assert the_only(all_deliveries(database)).not_before == NINE + timedelta(hours=1, minutes=30)


async def test_a_digest_speaks_the_language_of_its_chat(database: Database, builder: ScheduledDigests) -> None:
    subscribe(database)
    with database.write() as uow:
        uow.chats.set_language("telegram", "7", "ru")
    publish(database, about(1), at=NINE)
    await builder.build_due()
    assert "Публикации" in sent_texts(database)[0]


async def test_discord_gets_embeds_with_the_first_image_of_the_lead_story(
    database: Database, builder: ScheduledDigests
) -> None:
    subscribe(database, platform="discord", kind=DestinationKind.CHANNEL)
    publish(database, about(1, images=("https://one.example.org/figure.png",)), at=NINE)
    await builder.build_due()
    part = the_only(all_deliveries(database)).parts[0]
    assert "figure.png" in str(part.payload["embeds"])
    assert "Title of number 1" in str(part.payload["embeds"])


async def test_send_now_tells_what_is_new_and_the_next_digest_goes_on_from_there(
    database: Database, builder: ScheduledDigests, clock: FakeClock
) -> None:
    subscription, destination = subscribe(database, since=NINE)
    publish(database, about(1), at=NINE + timedelta(hours=1))
    clock.advance(hours=2)
    window = DigestWindow(NINE, clock())
    preview = await builder.preview(subscription, destination, window, translator("en"))
    assert "Title of number 1" in str(preview)
    assert all_deliveries(database) == []
    assert await builder.send_now(subscription.id, window) == 1
    assert await builder.send_now(subscription.id, window) == 0  # pressed twice
    publish(database, about(2), at=NINE + timedelta(hours=3), guid="2")
    clock.advance(days=1)
    await builder.build_due()
    assert ["number 1" in text for text in sent_texts(database)] == [True, False]


async def test_send_now_sends_nothing_where_nothing_is_new(database: Database, builder: ScheduledDigests) -> None:
    subscription, _ = subscribe(database)
    assert await builder.send_now(subscription.id, DigestWindow(YESTERDAY, NINE)) == 0
    assert await builder.build_due() == 0
    assert all_deliveries(database) == []


async def test_any_digest_is_computed_again_as_it_was(
    database: Database, builder: ScheduledDigests, clock: FakeClock
) -> None:
    subscription, _ = subscribe(database)
    publish(database, about(1), at=NINE)
    await builder.build_due()
    publish(database, about(2), at=NINE + timedelta(hours=1), guid="2")
    publish(database, about(1), at=NINE + timedelta(hours=1), guid="3", source="two")
    clock.advance(days=1)
    await builder.build_due()
    publish(database, about(3), at=NINE + timedelta(hours=30), guid="4")
    again = await builder.again(subscription.id, NINE + timedelta(hours=5))
    assert again is not None
    assert [one.story_id for one in again[0].selection.shown] == [1]
    later = await builder.again(subscription.id, NINE + timedelta(days=1))
    assert later is not None
    assert [one.story_id for one in later[0].selection.shown] == [2]
    coming = await builder.again(subscription.id, NINE + timedelta(days=2))
    assert coming is not None
    assert [one.story_id for one in coming[0].selection.shown] == [3]
    assert await builder.again(99, NINE) is None


async def test_a_digest_arrives_once_also_where_the_bot_is_started_anew_in_between(
    database: Database, clock: FakeClock
) -> None:
    async with TelegramServer() as server:
        ann = server.person("Ann")
        chat = server.private_chat(ann)
        subscribe(database, chat.id)
        publish(database, about(1), at=NINE)
        time_ = VirtualTime(NINE)
        for _start in range(3):
            async with telegram_bot(server.token, server.url) as bot:
                await make_builder(database, clock).build_due()
                limits = TelegramLimits(clock=time_.monotonic, sleep=time_.sleep)
                deliveries = telegram_deliveries(database, bot, clock=time_.now, limits=limits)
                await deliveries.dispatch()
                await deliveries.settle()
        assert ["Title of number 1" in message.text for message in chat.answers()] == [True]
        assert chat.answers()[0].buttons == ["☆ 1", "👎 Less like this"]
