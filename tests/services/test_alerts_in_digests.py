"""What alerts that are told daily have found, in the digest that their keeper gets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.alerts import MOST_IN_DIGEST, Manner
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.deliveries import PartState
from bot.domain.members import Account
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.subscriptions import Choices, paused
from bot.services.alerts import Alerts
from bot.services.clubs import Asking
from bot.services.corrections import SETTLE
from handlers.command import Chat, Person, Platform, Request
from storage.digests import Digests
from storage.subscriptions import Subscriptions
from tests.fakes import FakeClock
from tests.outbox import all_deliveries
from tests.services.test_alerts import ANN, GROUP, Bot, digest_at_six
from tests.services.test_scheduled_digests import about
from tests.world import NOW, bot_with

SIX = NOW.replace(hour=18)
TOMORROW = SIX + timedelta(days=1)
RUSSIAN = frozenset({"ru"})
"""What the digest is about, so that what the alerts find is not in it anyway."""


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    clock = FakeClock(NOW)
    async with bot_with(tmp_path / "data", clock=clock) as core:
        yield Bot(core, clock, Alerts(core.database, clock, zone="UTC"))


def frogs(number: int = 2) -> Any:
    return about(number, f"Лягушки поют {number}", language="ru")


async def ask(bot: Bot, command: str, words: str, **facts: Any) -> str:
    here = Chat(Platform.TELEGRAM, "777", private=True)
    asked = Request(here, Person("777", "Ann", "en"), command, words, **facts)
    return str((await bot.core.dispatcher.answer(asked)).message)


async def test_they_stand_behind_the_digests_own_stories_under_their_question_and_count(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"), languages=RUSSIAN)
    await bot.publish(about(1, "Wombats dig"), frogs(), about(3, "Toads"))
    (digest,) = await bot.digests(SIX)
    assert "<i>3 read · 3 stories · 2 shown, 1 left out</i>" in digest
    assert digest.index("1. <a") < digest.index("Лягушки поют") < digest.index("🔔 “wombats”")
    assert digest.index("🔔 “wombats”") < digest.index("2. <a") < digest.index("Wombats dig")
    assert "— <a" in digest[digest.index("Wombats dig") :]  # who wrote about it, as with any other story
    assert await bot.told() == []
    assert await bot.digests(TOMORROW) == []


async def test_a_story_of_the_digest_itself_is_not_repeated(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"))
    await bot.publish(about(1, "Wombats dig"), frogs())
    (digest,) = await bot.digests(SIX)
    assert digest.count("Wombats dig") == 1
    assert "🔔" not in digest
    assert await bot.told() == []


async def test_a_story_that_two_alerts_fit_stands_under_the_first(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"), languages=RUSSIAN)
    other = await bot.alert("dig OR sleep")
    await bot.alerts.tell(ANN, other.id, Manner.DAILY)
    await bot.publish(about(1, "Wombats dig"), frogs(), about(3, "Toads sleep"))
    (digest,) = await bot.digests(SIX)
    assert digest.index("“wombats”") < digest.index("Wombats dig") < digest.index("“dig OR sleep”")
    assert digest.count("Wombats dig") == 1
    assert "3. <a" in digest[digest.index("“dig OR sleep”") :]


async def test_what_was_read_before_the_window_counts_as_well(bot: Bot) -> None:
    made = await digest_at_six(bot, await bot.alert("wombats"), languages=RUSSIAN)
    await bot.publish(about(1, "Wombats dig"))
    await bot.core.database.run(lambda uow: uow.subscriptions.advance(made, NOW))
    bot.clock.advance(minutes=1)
    await bot.publish(frogs())
    (digest,) = await bot.digests(SIX)
    assert "<i>2 read · 2 stories · 2 shown</i>" in digest


async def test_a_story_is_in_one_digest_only_and_never_among_what_it_left_out(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"), max_stories=1)
    await bot.publish(frogs(1), frogs(2), about(3, "Wombats dig"))
    (digest,) = await bot.digests(SIX)
    assert "<i>3 read · 3 stories · 2 shown, 1 left out</i>" in digest
    (delivery,) = all_deliveries(bot.core.database)
    buttons: Any = delivery.parts[-1].payload["buttons"]
    (more,) = (one["action"] for row in buttons for one in row if one["label"] == "More (1)")
    here, ann = Chat(Platform.TELEGRAM, "777", private=True), Person("777", "Ann", "en")
    rest = str((await bot.core.dispatcher.press(Request(here, ann, action=more))).message)
    assert ("Wombats dig" in rest, "Лягушки поют" in rest) == (False, True)
    assert "start=3" in rest


async def test_a_broad_alert_fills_no_digest(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"), languages=RUSSIAN)
    await bot.publish(*(about(number, f"Wombats number {number}") for number in range(3, MOST_IN_DIGEST + 6)), frogs())
    (digest,) = await bot.digests(SIX)
    assert "3 more: /search finds them." in digest
    assert f"{MOST_IN_DIGEST + 1} shown, 3 left out" in digest
    assert await bot.told() == []


async def test_an_alert_for_which_the_digest_has_no_room_is_told_behind_it(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"), languages=RUSSIAN)
    other = await bot.alert("toads")
    await bot.alerts.tell(ANN, other.id, Manner.DAILY)
    await bot.publish(
        *(about(number, f"Wombats number {number}") for number in range(3, MOST_IN_DIGEST + 6)),
        frogs(),
        about(90, "Toads"),
    )
    (digest,) = await bot.digests(SIX)
    assert "toads" not in digest
    (message,) = await bot.told()
    assert "“toads”" in message


@pytest.mark.parametrize("step", [(Digests, "add"), (Subscriptions, "advance_all")])
async def test_a_process_that_ends_while_it_builds_tells_afterwards_and_once(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, step: tuple[type, str]
) -> None:
    await digest_at_six(bot, await bot.alert("wombats"), languages=RUSSIAN)
    await bot.publish(about(1, "Wombats dig"), frogs())

    def ends(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(*step, ends)
        with pytest.raises(KeyboardInterrupt):
            await bot.digests(SIX)
    (digest,) = await bot.digests(SIX)
    assert "Wombats dig" in digest
    assert await bot.told() == []


async def test_what_its_source_withdraws_later_is_struck_out_and_stays_under_its_alert(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"), languages=RUSSIAN)
    await bot.publish(frogs())
    await bot.publish(about(1, "Wombats dig"), about(3, "Toads"), source="two")
    await bot.digests(SIX)
    await bot.publish(about(3, "Toads"), source="two", again=True)
    bot.clock.now += SETTLE
    assert await bot.core.corrections.correct_due() == 1
    (delivery,) = all_deliveries(bot.core.database)
    html = str(delivery.parts[0].payload["html"])
    assert html.index("🔔 “wombats”") < html.index("2. <s>Wombats dig</s>")
    assert "<i>3 read · 3 stories · 2 shown, 1 left out</i>" in html


async def test_where_the_digest_is_paused_they_are_a_message_of_their_own_at_nine(bot: Bot) -> None:
    made = await digest_at_six(bot, await bot.alert("wombats"), languages=RUSSIAN)
    await bot.core.database.run(lambda uow: uow.subscriptions.save(replace(paused(made), version=made.version + 1)))
    await bot.publish(about(1, "Wombats dig"), frogs())
    assert await bot.digests(SIX) == []
    assert await bot.told() == []
    bot.clock.now = NOW.replace(hour=9) + timedelta(days=1)
    assert len(await bot.told()) == 1


async def test_they_are_found_for_a_person_whose_private_chat_goes_by_another_id(bot: Bot) -> None:
    """On Discord the alert of somebody who asked on a server is kept for their account, a digest for their chat."""
    ann = Asking(Account("discord", "42", "Ann", "en"), DestinationSpec("discord", "900", kind=DestinationKind.CHANNEL))
    alert = await bot.alert("wombats", ann)
    await bot.alerts.tell(ann, alert.id, Manner.DAILY)
    wanted = Choices(schedule=Schedule((time(18),), EVERY_DAY, "UTC"), languages=RUSSIAN)
    began = NOW - timedelta(minutes=1)

    def subscribe(uow: Any) -> None:
        chat = uow.communities.ensure_destination(
            DestinationSpec("discord", "901", kind=DestinationKind.PRIVATE), zone="UTC", languages=("en",)
        )
        uow.subscriptions.add(chat.id, wanted, window_end=began, now=began, created_by="discord:42")

    await bot.core.database.run(subscribe)
    await bot.publish(about(1, "Wombats dig"), frogs())
    assert await bot.told() == []
    bot.clock.now = SIX
    assert await bot.core.scheduled_digests.build_due() == 1
    (delivery,) = all_deliveries(bot.core.database)
    assert delivery.destination.chat_id == "901"
    assert "Wombats dig" in str(delivery.parts[0].payload)


@pytest.mark.parametrize("posting", ["777", "900"])
async def test_of_two_digests_that_come_at_once_they_stand_in_the_one_that_has_something_to_post(
    bot: Bot, posting: str
) -> None:
    """Ann has her digests in two private chats, of which one brings nothing that day."""
    chat = DestinationSpec("discord", "900", kind=DestinationKind.PRIVATE)
    both = {"777": ANN.spec, "900": chat}
    alert = await bot.alert("wombats")
    await bot.alerts.tell(ANN, alert.id, Manner.DAILY)

    def subscribe(uow: Any) -> None:
        other = uow.members.ensure(Account("discord", "42", "Ann", "en"), now=NOW)
        uow.member_data.merge(alert.member_id, other.id)
        for spec, owner in ((ANN.spec, "telegram:777"), (chat, "discord:42")):
            there = uow.communities.ensure_destination(spec, zone="UTC", languages=("en",))
            about_it = RUSSIAN if spec == both[posting] else frozenset({"fr"})
            wanted = Choices(schedule=Schedule((time(18),), EVERY_DAY, "UTC"), languages=about_it)
            uow.subscriptions.add(there.id, wanted, window_end=NOW, now=NOW, created_by=owner)

    await bot.core.database.run(subscribe)
    bot.clock.advance(minutes=1)
    await bot.publish(about(1, "Wombats dig"), frogs())
    bot.clock.now = SIX
    assert await bot.core.scheduled_digests.build_due() == 1
    (digest,) = all_deliveries(bot.core.database)
    assert digest.destination.chat_id == posting
    assert "🔔 “wombats”" in str(digest.parts[0].payload)
    assert await bot.told() == []


async def test_what_is_told_daily_waits_for_each_digest_that_comes_at_that_hour(bot: Bot) -> None:
    first = await digest_at_six(bot, await bot.alert("wombats"), languages=frozenset({"fr"}))
    await digest_at_six(bot, (await bot.alerts.all(ANN))[0], languages=RUSSIAN)
    await bot.publish(about(1, "Wombats dig"), frogs())
    bot.clock.now = SIX
    await bot.core.database.run(lambda uow: uow.subscriptions.advance(first, SIX))  # it has brought nothing
    assert await bot.told() == []
    (digest,) = await bot.digests(SIX)
    assert "🔔 “wombats”" in digest


async def test_a_chats_alerts_stand_in_its_digest(bot: Bot) -> None:
    chat = replace(ANN, spec=GROUP)
    await digest_at_six(bot, await bot.alert("wombats", chat, here=True), chat, languages=RUSSIAN)
    await bot.publish(about(1, "Wombats dig"), frogs())
    (digest,) = await bot.digests(SIX)
    assert "🔔 “wombats”" in digest


async def test_nobody_elses_alerts_stand_in_ones_digest(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("toads"), languages=RUSSIAN)
    chat = replace(ANN, spec=GROUP)
    await bot.alerts.tell(chat, (await bot.alert("wombats", chat, here=True)).id, Manner.DAILY)
    await bot.publish(about(1, "Wombats dig"), frogs())
    (digest,) = await bot.digests(SIX)
    assert "Wombats" not in digest


async def test_why_answers_for_them(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"), languages=RUSSIAN)
    await bot.publish(about(1, "Wombats dig"), frogs())
    await bot.digests(SIX)
    assert "It was number 2 in the digest of" in await ask(bot, "why", "https://arxiv.org/abs/2101.00001")
    reasons = await ask(bot, "why", "2")
    assert "it stands here because of the alert “wombats”'" in reasons
    assert "points" in reasons
    assert "It was new between" not in reasons


async def test_why_in_answer_to_a_message_of_alerts_does_not_speak_of_the_last_digest(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"))
    await bot.publish(frogs())
    await bot.digests(SIX)
    await bot.alert("toads")
    await bot.publish(about(3, "Toads croak"))
    assert len(await bot.told()) == 1

    def send(uow: Any) -> None:
        for one in uow.deliveries.claim("telegram", owner="a", now=bot.clock(), lease=timedelta(minutes=1), limit=9):
            part = replace(one.parts[0], state=PartState.SENT, message_id=str(70 + one.id))
            uow.deliveries.save([(one.id, part)])

    await bot.core.database.run(send)
    for words in ("1", ""):
        assert "Лягушки поют" in await ask(bot, "why", words, reply_to="71")
        assert "That message is no digest" in await ask(bot, "why", words, reply_to="72")
    assert "Toads croak" in await ask(bot, "why", "https://arxiv.org/abs/2101.00003", reply_to="72")
