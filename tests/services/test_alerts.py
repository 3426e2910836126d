"""From a saved question to what its keeper is told: once for each story, together, and of what is new only."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.core import Core
from bot.domain.alerts import GATHER, MOST_ALERTS, OLD_AFTER, PAUSE, Alert, Manner, shared_room
from bot.domain.club import SessionPaper, SessionPlan
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.deliveries import Delivery
from bot.domain.errors import UserError
from bot.domain.items import ParsedItem
from bot.domain.members import Account
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.subscriptions import Choices, Subscription
from bot.services.alert_message import MOST_TOLD
from bot.services.alerts import Alerts
from bot.services.clubs import Asking
from storage.alerts import Alerts as StoredAlerts
from tests.factories import make_document, store
from tests.fakes import FakeClock
from tests.outbox import all_deliveries
from tests.services.test_scheduled_digests import about
from tests.world import NOW, bot_with

ANN = Asking(
    Account("telegram", "777", "Ann", "en"),
    DestinationSpec("telegram", "777", kind=DestinationKind.PRIVATE),
    chat_administrator=True,
)
BOB = replace(ANN, account=Account("telegram", "778", "Bob", "ru"), spec=replace(ANN.spec, chat_id="778"))
GROUP = DestinationSpec("telegram", "-1001", kind=DestinationKind.GROUP, title="Readers")


@dataclass
class Bot:
    core: Core
    clock: FakeClock
    alerts: Alerts
    issues: int = 0

    async def alert(self, question: str, who: Asking = ANN, **facts: Any) -> Alert:
        return (await self.alerts.make(who, "en", question, **facts)).alert

    async def publish(
        self, *items: ParsedItem, source: str = "one", at: datetime | None = None, again: bool = False
    ) -> None:
        """An issue with these items, published at a moment, now unless given; and a look at it. `again`: it is the last
        one, as it is now."""
        self.issues += not again
        document = make_document(*items, guid=f"issue-{self.issues}", published_at=at or self.clock())
        address = f"https://{source}.example.org/"
        await self.core.database.run(lambda uow: store(uow, document, now=self.clock(), address=address))
        await self.core.alert_watch.look()

    async def digests(self, at: datetime) -> list[str]:
        """The digests that are built at a moment."""
        self.clock.now = at
        before = len(all_deliveries(self.core.database))
        await self.core.scheduled_digests.build_due()
        return _texts(all_deliveries(self.core.database)[before:])

    async def told(self) -> list[str]:
        """What is new in the outbox once all that is found has waited for the rest."""
        before = len(all_deliveries(self.core.database))
        self.clock.advance(seconds=GATHER.total_seconds())
        await self.core.alert_watch.tell_due()
        return _texts(all_deliveries(self.core.database)[before:])


def _texts(new: Sequence[Delivery]) -> list[str]:
    return ["\n".join(str(part.payload["html"]) for part in one.parts) for one in new]


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    clock = FakeClock(NOW)
    async with bot_with(tmp_path / "data", clock=clock) as core:
        yield Bot(core, clock, Alerts(core.database, clock, zone="UTC"))


async def test_a_new_story_that_fits_is_told_in_private(bot: Bot) -> None:
    await bot.alert("wombats")
    await bot.publish(about(1, "Wombats dig"), about(2, "Frogs sing"))
    (message,) = await bot.told()
    assert "“wombats”" in message
    assert "Wombats dig" in message
    assert "Frogs" not in message
    assert [one.destination.chat_id for one in all_deliveries(bot.core.database)] == ["777"]


async def test_what_was_there_before_is_not_told(bot: Bot) -> None:
    await bot.publish(about(1, "Wombats dig"))
    await bot.alert("wombats")
    assert await bot.told() == []


async def test_a_story_is_told_once_however_many_cover_it_later(bot: Bot) -> None:
    await bot.alert("wombats")
    await bot.publish(about(1, "Wombats dig"))
    assert len(await bot.told()) == 1
    await bot.publish(about(1, "Wombats dig again"), source="two")
    bot.clock.advance(seconds=PAUSE.total_seconds())
    assert await bot.told() == []


async def test_a_story_that_became_one_with_a_told_one_is_not_told_again(bot: Bot) -> None:
    await bot.alert("wombats")
    await bot.publish(about(1, "Frogs sing"), about(2, "Wombats sleep"))
    assert len(await bot.told()) == 1
    stories = sorted((await bot.core.stories.of_items((1, 2))).values())
    assert await bot.core.stories.merge(stories, made_by="telegram:1") == stories[0]  # of which nothing was told
    await bot.publish(about(2, "Wombats sleep well"), source="two")
    bot.clock.advance(seconds=PAUSE.total_seconds())
    assert await bot.told() == []


async def test_what_is_found_within_a_minute_is_told_together(bot: Bot) -> None:
    await bot.alert("wombats")
    await bot.alert("frogs")
    await bot.publish(about(1, "Wombats dig"))
    await bot.core.alert_watch.tell_due()
    assert all_deliveries(bot.core.database) == []
    await bot.publish(about(2, "Frogs sing"))
    (message,) = await bot.told()
    assert message.index("“wombats”") < message.index("Wombats dig") < message.index("“frogs”")
    assert "2. <a" in message


async def test_a_story_that_fits_two_alerts_is_told_under_the_first(bot: Bot) -> None:
    await bot.alert("wombats")
    await bot.alert("dig")
    await bot.publish(about(1, "Wombats dig"))
    (message,) = await bot.told()
    assert message.count("Wombats dig") == 1


async def test_everybody_is_told_of_their_own_alerts_only(bot: Bot) -> None:
    await bot.alert("wombats", ANN)
    await bot.alert("frogs", BOB)
    await bot.publish(about(1, "Wombats dig"), about(2, "Frogs sing"))
    ann, bob = await bot.told()
    assert ("Wombats" in ann, "Frogs" in ann) == (True, False)
    assert ("Wombats" in bob, "Frogs" in bob) == (False, True)
    assert "Новое для вас" in bob


async def test_a_source_that_is_read_for_the_first_time_brings_no_flood_of_what_is_old(bot: Bot) -> None:
    await bot.alert("wombats")
    await bot.publish(about(1, "Wombats dig"), at=bot.clock() - OLD_AFTER - timedelta(minutes=1))
    assert await bot.told() == []


async def test_a_message_tells_so_many_stories_and_counts_the_rest(bot: Bot) -> None:
    await bot.alert("wombats")
    await bot.publish(*(about(number, f"Wombats number {number}") for number in range(1, MOST_TOLD + 4)))
    (message,) = await bot.told()
    assert message.count("<b><a") + message.count('<a href="https://arxiv.org') >= MOST_TOLD
    assert "3 more" in message
    assert await bot.told() == []


async def test_an_alert_that_fits_much_leaves_room_for_the_others(bot: Bot) -> None:
    await bot.alert("wombats")
    await bot.alert("frogs")
    await bot.publish(
        *(about(number, f"Wombats number {number}") for number in range(1, MOST_TOLD + 4)), about(90, "Frogs sing")
    )
    (message,) = await bot.told()
    assert "Frogs sing" in message
    assert "4 more" in message


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([], []),
        ([3], [3]),
        ([30], [10]),
        ([30, 1], [9, 1]),
        ([1, 30], [1, 9]),
        ([6, 6], [5, 5]),
        ([9, 9, 9], [4, 3, 3]),
    ],
)
def test_room_is_shared_by_turns(found: list[int], told: list[int]) -> None:
    assert shared_room(found, 10) == told


def test_of_more_alerts_than_there_is_room_the_first_are_told() -> None:
    assert shared_room([2] * 12, 10) == [1] * 10 + [0] * 2


async def test_an_alert_that_fits_everything_brings_a_few_messages_with_all_that_is_new(bot: Bot) -> None:
    await bot.alert("wombats")
    told = []
    for minute in range(6 * 60):
        await bot.publish(about(minute, f"Wombats {minute}"))
        if new := await bot.told():  # a minute later
            told.append((minute + 1, "\n".join(new).count("Wombats ") + more_in(new)))
    minutes, stories = zip(*told, strict=True)
    assert [later - one for one, later in pairwise(minutes)] == [10, 20, 30, 40, 50, 60, 60, 60]
    assert stories == (1, 10, 20, 30, 40, 50, 60, 60, 60)


def more_in(messages: list[str]) -> int:
    return sum(int(number) for one in messages for number in re.findall(r"(\d+) more: ", one))


async def test_a_rare_find_is_told_within_a_minute_the_day_after_many(bot: Bot) -> None:
    await bot.alert("wombats")
    for number in range(5):
        await bot.publish(about(number, f"Wombats {number}"))
        bot.clock.advance(hours=1)
        assert len(await bot.told()) == 1
    bot.clock.advance(days=1)
    await bot.publish(about(9, "Wombats 9"))
    assert len(await bot.told()) == 1


async def test_who_was_just_told_of_one_alert_is_told_of_the_others_together_with_what_it_finds_next(bot: Bot) -> None:
    await bot.alert("wombats")
    await bot.alert("frogs")
    await bot.publish(about(1, "Wombats dig"))
    assert len(await bot.told()) == 1
    await bot.publish(about(2, "Frogs sing"))
    assert await bot.told() == []
    await bot.publish(about(3, "Wombats sleep"))
    bot.clock.advance(seconds=PAUSE.total_seconds())
    (message,) = await bot.told()
    assert "Frogs sing" in message
    assert "Wombats sleep" in message


async def test_a_process_that_ends_before_it_has_told_tells_afterwards(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.alert("wombats")
    await bot.publish(about(1, "Wombats dig"))
    bot.clock.advance(seconds=GATHER.total_seconds())

    def ends(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("storage.reaching.Reaching.add_routes", ends)
        with pytest.raises(KeyboardInterrupt):
            await bot.core.alert_watch.tell_due()
    assert len(await bot.told()) == 1
    assert await bot.told() == []


async def test_a_process_that_ends_while_it_looks_finds_each_story_once(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.alert("wombats")

    def ends(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(StoredAlerts, "advance", ends)
        with pytest.raises(KeyboardInterrupt):
            await bot.publish(about(1, "Wombats dig"))
    await bot.core.alert_watch.look()
    await bot.core.alert_watch.look()
    (message,) = await bot.told()
    assert message.count("Wombats dig") == 1


async def test_what_came_before_the_index_is_made_anew_is_told_all_the_same(bot: Bot) -> None:
    await bot.alert("wombats")
    document = make_document(about(1, "Wombats dig"), published_at=bot.clock())
    await bot.core.database.run(lambda uow: store(uow, document, now=bot.clock()))
    await bot.core.reindexing.start_anew()
    await bot.core.alert_watch.look()
    (message,) = await bot.told()
    assert "Wombats dig" in message


async def test_nobody_is_told_at_night_but_in_the_morning_of_all(bot: Bot) -> None:
    await bot.alert("wombats")
    bot.clock.now = NOW.replace(hour=23)
    await bot.publish(about(1, "Wombats dig"))
    assert await bot.told() == []
    bot.clock.now = NOW.replace(hour=3) + timedelta(days=1)
    await bot.publish(about(2, "Wombats sleep"))
    assert await bot.told() == []
    bot.clock.now = NOW.replace(hour=7) + timedelta(days=1)
    (message,) = await bot.told()
    assert "Wombats dig" in message
    assert "Wombats sleep" in message


async def test_night_is_that_of_the_zone_that_somebody_lives_in(bot: Bot) -> None:
    alert = await bot.alert("wombats")

    def move(uow: Any) -> None:
        member = uow.members.get(alert.member_id)
        uow.members.save(replace(member, zone="Asia/Tokyo"))

    await bot.core.database.run(move)
    bot.clock.now = NOW.replace(hour=14)  # 23:00 there
    await bot.publish(about(1, "Wombats dig"))
    assert await bot.told() == []


async def test_what_is_told_daily_comes_at_nine_where_there_is_no_digest(bot: Bot) -> None:
    alert = await bot.alert("wombats")
    await bot.alerts.tell(ANN, alert.id, Manner.DAILY)
    await bot.publish(about(1, "Wombats dig"))
    assert await bot.told() == []
    bot.clock.now = NOW.replace(hour=8, minute=55) + timedelta(days=1)
    assert await bot.told() == []
    bot.clock.now = NOW.replace(hour=9) + timedelta(days=1)
    assert len(await bot.told()) == 1


async def digest_at_six(bot: Bot, alert: Alert, who: Asking = ANN, **facts: Any) -> Subscription:
    """Ann, or her chat, gets a digest at 18:00, and what the alert finds with it."""
    await bot.alerts.tell(who, alert.id, Manner.DAILY)
    wanted = Choices(schedule=Schedule((time(18),), EVERY_DAY, "UTC"), **facts)
    began = NOW - timedelta(minutes=1)
    return await bot.core.database.run(
        lambda uow: uow.subscriptions.add(
            alert.destination_id, wanted, window_end=began, now=began, created_by="telegram:777"
        )
    )


async def test_what_is_told_daily_is_a_message_of_its_own_where_the_digest_has_nothing_to_post(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"), languages=frozenset({"ru"}))
    await bot.publish(about(1, "Wombats dig"))
    bot.clock.now = NOW.replace(hour=17, minute=50)
    assert await bot.told() == []
    bot.clock.now = NOW.replace(hour=18)
    assert await bot.told() == []  # the digest is not there yet
    await bot.core.scheduled_digests.build_due()
    assert len(await bot.told()) == 1


async def test_what_is_told_daily_waits_an_hour_for_a_digest_that_is_late(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"))
    await bot.publish(about(1, "Wombats dig"))
    bot.clock.now = NOW.replace(hour=19, minute=1)
    assert len(await bot.told()) == 1


async def test_what_the_digest_has_told_is_not_told_again_daily(bot: Bot) -> None:
    await digest_at_six(bot, await bot.alert("wombats"))
    bot.clock.advance(minutes=1)
    await bot.publish(about(1, "Wombats dig"))
    bot.clock.now = NOW.replace(hour=18)
    await bot.core.scheduled_digests.build_due()
    assert await bot.told() == []


async def test_an_alert_fires_for_what_says_the_same_in_another_language(bot: Bot) -> None:
    await bot.alert("knowledge distillation")
    await bot.publish(about(1, "Дистилляция знаний для начинающих", language="ru"), about(2, "Лягушки", language="ru"))
    (message,) = await bot.told()
    assert "Дистилляция" in message
    assert "Лягушки" not in message


async def test_an_alert_does_not_fire_for_a_part_of_what_was_asked_or_for_what_is_spelt_alike(bot: Bot) -> None:
    await bot.alert("wombats frogs")
    await bot.alert("wombast")
    await bot.publish(about(1, "Wombats dig"), about(2, "Frogs sing"))
    assert await bot.told() == []


async def test_an_alert_takes_the_whole_grammar_of_searches(bot: Bot) -> None:
    await bot.alert('(wombats OR frogs) -"very old" lang:en')
    await bot.publish(
        about(1, "Wombats dig"),
        about(2, "Frogs sing"),
        about(3, "Wombats are very old"),
        about(4, "Wombats cavam", language="pt"),
        about(5, "Toads"),
    )
    (message,) = await bot.told()
    assert [title in message for title in ("dig", "sing", "Wombats are", "cavam", "Toads")] == [True, True] + [
        False
    ] * 3


async def test_the_alerts_of_two_accounts_that_are_one_person_are_theirs_once(bot: Bot) -> None:
    one, other = await bot.alert("wombats", ANN), await bot.alert("wombats", BOB)
    await bot.alert("frogs", BOB)
    await bot.core.database.run(lambda uow: uow.member_data.merge(one.member_id, other.member_id))
    assert [alert.question for alert in await bot.alerts.all(ANN)] == ["wombats", "frogs"]
    await bot.publish(about(1, "Wombats dig"), about(2, "Frogs sing"))
    assert len(await bot.told()) == 1


async def test_a_paused_alert_tells_nothing_and_does_not_make_up_for_it(bot: Bot) -> None:
    alert = await bot.alert("wombats")
    await bot.publish(about(1, "Wombats dig"))
    await bot.alerts.pause(ANN, alert.id)
    assert await bot.told() == []
    await bot.publish(about(2, "Wombats sleep"))
    await bot.alerts.resume(ANN, alert.id)
    assert await bot.told() == []
    await bot.publish(about(3, "Wombats wake"))
    (message,) = await bot.told()
    assert "Wombats wake" in message
    assert "sleep" not in message


async def test_a_deleted_alert_tells_nothing_and_comes_back_with_undo(bot: Bot) -> None:
    alert = await bot.alert("wombats")
    await bot.publish(about(1, "Wombats dig"))
    await bot.alerts.remove(ANN, alert.id)
    assert await bot.told() == []
    assert await bot.alerts.all(ANN) == []
    await bot.alerts.resume(ANN, alert.id)
    await bot.publish(about(2, "Wombats sleep"))
    assert len(await bot.told()) == 1


async def test_deleted_alerts_are_forgotten_after_a_while(bot: Bot) -> None:
    alert = await bot.alert("wombats")
    await bot.alerts.remove(ANN, alert.id)
    bot.clock.advance(days=8)
    await bot.core.alert_watch.prune()
    with pytest.raises(UserError, match="not there any more"):
        await bot.alerts.resume(ANN, alert.id)


async def test_the_same_question_twice_is_the_same_alert(bot: Bot) -> None:
    first = await bot.alerts.make(ANN, "en", "wombats  dig")
    second = await bot.alerts.make(ANN, "en", " wombats dig ")
    assert (first.is_new, second.is_new) == (True, False)
    assert first.alert == second.alert
    assert len(await bot.alerts.all(ANN)) == 1


async def test_there_is_a_most_number_of_alerts(bot: Bot) -> None:
    alerts = [await bot.alert(f"wombats {number}") for number in range(MOST_ALERTS)]
    with pytest.raises(UserError, match="alerts already"):
        await bot.alert("one more")
    await bot.alert("wombats 3")  # that one is there
    await bot.alerts.remove(ANN, alerts[0].id)
    await bot.alert("one more")
    with pytest.raises(UserError, match="alerts already"):
        await bot.alerts.resume(ANN, alerts[0].id)


@pytest.mark.parametrize("typed", ["", " \n ", "x" * 301, "sort:new", '""'])
async def test_a_question_of_no_words_or_too_many_is_refused(bot: Bot, typed: str) -> None:
    with pytest.raises(UserError):
        await bot.alert(typed)


async def test_a_chats_alert_is_told_there(bot: Bot) -> None:
    await bot.alert("wombats", replace(ANN, spec=GROUP), here=True)
    await bot.publish(about(1, "Wombats dig"))
    (message,) = await bot.told()
    assert "Wombats dig" in message
    assert [one.destination.chat_id for one in all_deliveries(bot.core.database)] == ["-1001"]


async def test_a_chats_alert_knows_what_its_club_has_discussed(bot: Bot) -> None:
    chat = replace(ANN, spec=GROUP)
    alert = await bot.alert("wombats has:discussion", chat, here=True)
    await bot.alert("frogs -has:discussion", chat, here=True)
    paper = SessionPaper("A paper", identity="arxiv:2101.00001")
    plan = SessionPlan("A session", bot.clock() - timedelta(days=1), "UTC", papers=(paper,))

    def discuss(uow: Any) -> None:
        community = uow.communities.destination(alert.destination_id).community_id
        uow.club_sessions.add(community, plan, uid="one", now=bot.clock())

    await bot.core.database.run(discuss)
    await bot.publish(about(1, "Wombats dig, frogs sing"), about(2, "Wombats sleep, frogs jump"))
    (message,) = await bot.told()
    assert message.index("has:discussion”") < message.index("Wombats dig") < message.index("-has:discussion”")
    assert message.index("-has:discussion”") < message.index("Wombats sleep")


async def test_a_chats_alert_is_its_administrators_alone(bot: Bot) -> None:
    alert = await bot.alert("wombats", replace(ANN, spec=GROUP), here=True)
    guest = replace(BOB, spec=GROUP, chat_administrator=False)
    elsewhere = replace(ANN, spec=replace(GROUP, chat_id="-1002"))
    for who in (guest, elsewhere, ANN):
        with pytest.raises(UserError):
            await bot.alerts.pause(who, alert.id)
    with pytest.raises(UserError):
        await bot.alert("frogs", guest, here=True)
    assert (await bot.alerts.pause(replace(BOB, spec=GROUP), alert.id)).alert.paused  # another administrator


@pytest.mark.parametrize("question", ["is:saved", "wombats is:unread", "wombats -is:saved", "(frogs OR is:unread) dig"])
async def test_a_chat_keeps_no_alert_that_depends_on_who_asks(bot: Bot, question: str) -> None:
    with pytest.raises(UserError, match="differs from person to person"):
        await bot.alert(question, replace(ANN, spec=GROUP), here=True)
    assert await bot.alerts.all(replace(ANN, spec=GROUP), here=True) == []
    assert (await bot.alert(question, replace(ANN, spec=GROUP))).member_id is not None


async def test_nobody_touches_somebody_elses_alert(bot: Bot) -> None:
    alert = await bot.alert("wombats")
    for act in (bot.alerts.get, bot.alerts.pause, bot.alerts.resume, bot.alerts.remove):
        with pytest.raises(UserError, match="somebody else"):
            await act(BOB, alert.id)
    with pytest.raises(UserError, match="somebody else"):
        await bot.alerts.tell(BOB, alert.id, Manner.DAILY)


async def test_an_alert_made_in_a_group_is_ones_own_and_told_in_private(bot: Bot) -> None:
    await bot.alert("wombats", replace(ANN, spec=GROUP, chat_administrator=False))
    await bot.publish(about(1, "Wombats dig"))
    assert len(await bot.told()) == 1
    assert [one.destination.chat_id for one in all_deliveries(bot.core.database)] == ["777"]
    assert len(await bot.alerts.all(ANN)) == 1


async def test_a_chat_that_speaks_for_itself_has_no_alerts_of_its_own_but_here(bot: Bot) -> None:
    channel = replace(ANN, account=Account("telegram", "-1001", "Readers"), spec=GROUP)
    with pytest.raises(UserError):
        await bot.alert("wombats", channel)
    assert (await bot.alert("wombats", channel, here=True)).member_id is None


async def test_all_alerts_go_with_the_person_who_made_them(bot: Bot) -> None:
    alert = await bot.alert("wombats")
    await bot.publish(about(1, "Wombats dig"))

    def erase(uow: Any) -> None:
        uow.member_data.erase(uow.members.get(alert.member_id))

    await bot.core.database.run(erase)
    assert await bot.told() == []
    assert await bot.core.database.query(lambda uow: uow.alerts.get(alert.id, removed=True)) is None


async def test_what_could_not_be_told_for_weeks_is_not_told_when_a_chat_is_back(bot: Bot) -> None:
    alert = await bot.alert("wombats", replace(ANN, spec=GROUP), here=True)
    await bot.core.database.run(lambda uow: uow.communities.pause(alert.destination_id, "blocked", now=NOW))
    await bot.publish(about(1, "Wombats dig"))
    bot.clock.advance(days=16)
    await bot.publish(about(2, "Wombats sleep"))
    await bot.core.alert_watch.prune()
    await bot.core.database.run(lambda uow: uow.communities.resume(alert.destination_id))
    (message,) = await bot.told()
    assert "Wombats sleep" in message
    assert "dig" not in message
    assert await bot.told() == []


async def test_a_chat_that_moves_takes_its_alerts_along(bot: Bot) -> None:
    alert = await bot.alert("wombats", replace(ANN, spec=GROUP), here=True)
    other = await bot.alert("frogs", replace(ANN, spec=replace(GROUP, chat_id="-1002")), here=True)
    await bot.core.database.run(lambda uow: uow.alerts.redirect(alert.destination_id, other.destination_id))
    await bot.publish(about(1, "Wombats dig"))
    assert len(await bot.told()) == 1
    assert [one.destination.chat_id for one in all_deliveries(bot.core.database)] == ["-1002"]
