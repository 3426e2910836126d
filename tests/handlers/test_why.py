"""What people ask about the digests that came to their chat, and the buttons below these."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core import Core
from bot.domain.deliveries import PartState
from bot.domain.digests import PAGE_SIZE, DigestWindow
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.sections import Section
from bot.domain.subscriptions import Choices
from handlers.command import Chat, Person, Platform, Reply, Request
from tests.factories import make_document, store
from tests.services.test_scheduled_digests import about
from tests.talks import seen
from tests.world import NOW, bot_with

CHANNEL = Chat(Platform.TELEGRAM, "7")
ANN = Person("1", "Ann", "en")
BEFORE = NOW - timedelta(days=1)


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with bot_with(tmp_path / "data") as core:
        yield core


async def subscribe(core: Core, chat: Chat = CHANNEL, **facts: Any) -> None:
    wanted = Choices(schedule=Schedule((time(12),), EVERY_DAY, "UTC"), **facts)

    def work(uow: Any) -> None:
        here = uow.communities.ensure_destination(chat.destination, zone="UTC", languages=("en",))
        uow.subscriptions.add(here.id, wanted, window_end=BEFORE, now=BEFORE, created_by="telegram:1")

    await core.database.run(work)


async def publish(core: Core, *items: Any, at: datetime = NOW, guid: str = "1", source: str = "one") -> None:
    def work(uow: Any) -> None:
        store(uow, make_document(*items, guid=guid), now=at, address=f"https://{source}.example.org/")

    await core.database.run(work)


async def ask(core: Core, words: str, command: str = "why") -> str:
    return seen(await core.dispatcher.answer(Request(CHANNEL, ANN, command, words)))


async def press(core: Core, action: str) -> Reply:
    return await core.dispatcher.press(Request(CHANNEL, ANN, action=action))


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.message.buttons for button in row]


def action(reply: Reply, label: str) -> str:
    return next(
        getattr(button, "action", "") for row in reply.message.buttons for button in row if button.label == label
    )


async def more_action(core: Core) -> str:
    payload: Any = (await core.deliveries.outbox())[0].delivery.parts[-1].payload
    return str(payload["buttons"][-1][0]["action"])


async def test_why_with_a_number_says_what_spoke_for_the_story(core: Core) -> None:
    await subscribe(core)
    await publish(core, about(1, code="https://github.com/a/b"))
    await publish(core, about(1), source="two")
    await core.scheduled_digests.build_due()
    answer = await ask(core, "1")
    assert "Title of number 1" in answer
    assert "2 sources: 3 points" in answer
    assert "code available: 2 points" in answer
    assert "There is no story 9 in the last digest here." in await ask(core, "9")
    assert "Write the number of a story" in await ask(core, "")


async def test_why_with_a_link_says_when_it_was_sent_also_under_another_link(core: Core) -> None:
    await subscribe(core)
    await publish(core, about(1))
    await core.scheduled_digests.build_due()
    await publish(core, about(1, "Said elsewhere"), source="two", at=NOW + timedelta(minutes=5))
    assert "It was number 1 in the digest of" in await ask(core, "https://arxiv.org/abs/2101.00001")


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        ({"sections": (Section.ETHICS,)}, "It stands in a section that this digest leaves out."),
        ({"languages": frozenset({"ru"})}, "It is in a language that this digest leaves out."),
        ({"source_ids": frozenset({99})}, "It comes from a source that this digest leaves out."),
        ({"include_words": ("frogs",)}, "It has none of the words that this digest is about."),
        ({"exclude_words": ("title",)}, "It has the word “title”, which this digest leaves out."),
        ({"question": "title -study"}, "It does not fit “title -study”, which is what this digest is about."),
    ],
)
async def test_why_with_a_link_says_what_left_it_out(core: Core, choices: dict[str, Any], reason: str) -> None:
    await subscribe(core, **choices)
    await publish(core, about(1))
    await core.scheduled_digests.build_due()
    assert reason in await ask(core, "https://arxiv.org/abs/2101.00001")


async def test_why_tells_what_was_beyond_the_number_of_stories(core: Core) -> None:
    await subscribe(core, max_stories=1)
    await publish(core, about(1), about(2))
    await core.scheduled_digests.build_due()
    assert "beyond the number of stories" in await ask(core, "https://arxiv.org/abs/2101.00002")


async def test_why_tells_what_is_not_read_what_waits_and_what_is_older_than_the_subscription(core: Core) -> None:
    assert "I have not read anything with" in await ask(core, "https://arxiv.org/abs/2101.00001")
    await publish(core, about(1))
    assert "There is no regular digest here" in await ask(core, "https://arxiv.org/abs/2101.00001")
    await publish(core, about(2), guid="2", at=BEFORE - timedelta(days=9))
    await subscribe(core)
    assert "It is among what the next digest chooses from" in await ask(core, "https://arxiv.org/abs/2101.00001")
    assert "before this digest was set up" in await ask(core, "https://arxiv.org/abs/2101.00002")


async def test_why_with_a_link_speaks_of_nothing_else_that_has_a_word_of_it(core: Core) -> None:
    await publish(core, about(1, "Frogs leap"))
    assert "I have not read anything with" in await ask(core, "https://example.org/posts/frogs")
    assert "I have not read anything with" in await ask(core, "arxiv:2101.00009")
    assert "There is no regular digest here" in await ask(core, "frogs")


async def test_more_pages_through_what_a_digest_did_not_show_for_the_one_who_presses(core: Core) -> None:
    await subscribe(core, max_stories=2)
    await publish(core, *[about(number) for number in range(1, 13)])
    await core.scheduled_digests.build_due()
    first = await press(core, await more_action(core))
    assert (first.private, first.replaces) == (True, False)
    assert "3. Title of number" in seen(first)
    assert f"{2 + PAGE_SIZE}. Title of number" in seen(first)
    assert labels(first)[-1] == "▶"
    second = await press(core, action(first, "▶"))
    assert (second.private, second.replaces) == (True, True)
    third = await press(core, action(second, "▶"))
    told = re.findall(r"(\d+). Title of number (\d+)", seen(first) + seen(second) + seen(third))
    assert [(int(place), int(number)) for place, number in told] == [(at, at) for at in range(3, 13)]
    saving = [label for page in (first, second, third) for label in labels(page) if label.startswith("☆")]
    assert saving == [f"☆ {at}" for at in range(3, 13)]  # 1 and 2 were in the digest
    assert "too old" in seen(await press(core, "more:12345:1"))


async def test_a_story_is_saved_once_listed_and_taken_off_again(core: Core) -> None:
    await subscribe(core)
    await publish(core, about(1, "Frogs & toads", authors=("Ann Lee", "Bo Li")), about(2))
    await core.scheduled_digests.build_due()
    assert "Nothing is saved yet." in await ask(core, "", "saved")
    for _ in range(2):
        reply = await press(core, "save:1")
        assert reply.private
        assert "Saved." in seen(reply)
    listed = await core.dispatcher.answer(Request(CHANNEL, ANN, "saved", ""))
    assert seen(listed).count("Frogs & toads") == 1
    assert listed.private
    assert "Write /saved for the list" in await ask(core, "export pdf", "saved")
    gone = await press(core, action(listed, "✕ 1"))
    assert gone.replaces
    assert "Nothing is saved yet." in seen(gone)


async def test_somebody_else_has_a_list_of_their_own(core: Core) -> None:
    await publish(core, about(1))
    await press(core, "save:1")
    bo = replace(ANN, id="2")
    assert "Nothing is saved yet." in seen(await core.dispatcher.answer(Request(CHANNEL, bo, "saved", "")))
    assert "Nothing is left of this story." in seen(await press(core, "save:99"))


async def test_more_shows_what_this_chat_was_not_told_whatever_others_with_the_same_digest_were(core: Core) -> None:
    other = Chat(Platform.TELEGRAM, "8")
    for chat in (CHANNEL, other):
        await subscribe(core, chat, max_stories=1)
    await publish(core, about(1, "Frogs"), about(2, "Toads"))
    await core.scheduled_digests.build_due()
    more = await more_action(core)
    await subscribe(core, other, max_stories=9)
    await core.scheduled_digests.build_due()  # tells the other chat the rest
    assert "Toads" in seen(await press(core, more))
    told = await core.dispatcher.press(Request(other, ANN, action=more))
    assert "Everything has been shown by now." in seen(told)


async def test_why_gives_the_place_of_what_was_beyond_and_says_that_more_shows_it(core: Core) -> None:
    await subscribe(core, max_stories=1)
    await publish(core, about(1), about(2), about(3, code="https://github.com/a/b"))
    await core.scheduled_digests.build_due()
    answer = await ask(core, "https://arxiv.org/abs/2101.00002")
    assert "place 3 of 3" in answer
    assert "The button More below the digest shows it." in answer


async def test_why_tells_into_which_story_an_item_was_merged(core: Core) -> None:
    await subscribe(core)
    await publish(core, about(1, "Told here"))
    await publish(core, about(1, "Told there", url="https://two.example.org/told"), guid="2", source="two")
    await core.scheduled_digests.build_due()
    assert "It is one story with “Told here”." in await ask(core, "https://two.example.org/told")


async def test_why_tells_of_an_item_that_its_source_withdrew(core: Core) -> None:
    await subscribe(core)
    await publish(core, about(1), about(2))
    await core.scheduled_digests.build_due()
    await publish(core, about(2))
    assert "its source has withdrawn it since" in await ask(core, "https://arxiv.org/abs/2101.00001")
    numbers = [await ask(core, number) for number in ("1", "2")]
    assert ["Its source has withdrawn it since." in one for one in numbers].count(True) == 1


async def test_why_as_a_reply_speaks_of_the_digest_that_is_replied_to(core: Core) -> None:
    await subscribe(core)
    await publish(core, about(1, "Yesterday's first"), about(2, "Yesterday's second"))
    await core.scheduled_digests.build_due()

    def send(uow: Any) -> None:
        (delivery,) = uow.deliveries.claim("telegram", owner="a", now=NOW, lease=timedelta(minutes=1), limit=1)
        part = replace(delivery.parts[0], state=PartState.SENT, message_id="77")
        uow.deliveries.save([(delivery.id, part)])

    await core.database.run(send)
    await publish(core, about(3, "Today's"), guid="2", at=NOW + timedelta(minutes=5))
    found = await core.database.query(lambda uow: uow.subscriptions.get(1))
    assert found is not None
    await core.scheduled_digests.send_now(found[0].id, DigestWindow(NOW, NOW + timedelta(hours=1)))
    assert "Today's" in await ask(core, "1")
    replied = seen(await core.dispatcher.answer(Request(CHANNEL, ANN, "why", "1", reply_to="77")))
    assert "Yesterday's" in replied
    everything = seen(await core.dispatcher.answer(Request(CHANNEL, ANN, "why", reply_to="77")))
    assert "Yesterday's first" in everything
    assert "Yesterday's second" in everything
    assert everything.count("there was room") == 2
