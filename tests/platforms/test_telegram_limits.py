"""Telegram's limits, kept on a clock that a test moves."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.platforms.telegram.limits import CHATS_KEPT, TelegramLimits
from tests.outbox import VirtualTime


def limits() -> tuple[TelegramLimits, VirtualTime]:
    time = VirtualTime()
    return TelegramLimits(clock=time.monotonic, sleep=time.sleep), time


async def moments(chats: list[int], *, group: bool = False) -> list[float]:
    """When each message may go."""
    rules, time = limits()
    found = []
    for chat in chats:
        await rules.wait_turn(chat, group=group)
        found.append(time.seconds)
    return found


def most_within(times: list[float], seconds: float) -> int:
    return max(sum(start <= at < start + seconds for at in times) for start in times)


async def test_no_more_than_thirty_messages_go_out_in_any_second() -> None:
    times = await moments(list(range(200)))
    assert most_within(times, 1) == 30
    assert times[-1] < 200 / 30 * 1.03, "and at least 0.97 of what is allowed does"


async def test_a_chat_gets_one_message_a_second() -> None:
    times = await moments([1] * 5)
    assert most_within(times, 1) == 1


async def test_a_group_gets_twenty_messages_in_any_minute() -> None:
    times = await moments([1] * 45, group=True)
    assert most_within(times, 60) == 20
    assert times[39] < 100


async def test_a_chat_that_was_told_to_wait_is_waited_for_and_no_other() -> None:
    rules, time = limits()
    rules.refused(1, timedelta(seconds=40))
    await rules.wait_turn(2, group=False)
    assert time.seconds == 0
    await rules.wait_turn(1, group=False)
    assert time.seconds >= 40


async def test_when_every_chat_is_refused_the_whole_bot_waits() -> None:
    rules, time = limits()
    for chat in (1, 2, 3):
        rules.refused(chat, timedelta(seconds=chat * 10))
    await rules.wait_turn(4, group=False)
    assert time.seconds >= 30


async def test_refusals_with_something_accepted_between_are_each_chats_own() -> None:
    rules, time = limits()
    for chat in (1, 2, 3, 4):
        rules.refused(chat, timedelta(seconds=30))
        rules.accepted()
    await rules.wait_turn(5, group=False)
    assert time.seconds == 0


async def test_a_chat_that_waits_keeps_no_other_waiting() -> None:
    waiting = asyncio.Event()
    now = 0.0

    async def sleep(_seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    rules = TelegramLimits(clock=lambda: now, sleep=sleep)
    rules.refused(1, timedelta(hours=1))
    slow = asyncio.create_task(rules.wait_turn(1, group=True))
    await waiting.wait()
    await rules.wait_turn(2, group=True)
    assert not slow.done()
    slow.cancel()


async def test_an_answer_is_sent_at_once_and_counts_for_what_comes_after_it() -> None:
    rules, time = limits()
    await rules.answer_turn(1, group=False)
    await rules.answer_turn(1, group=False)
    assert time.seconds == 0
    await rules.wait_turn(1, group=False)
    assert time.seconds >= 1


async def test_answers_and_digests_together_stay_within_thirty_a_second() -> None:
    rules, time = limits()
    times = []
    for chat in range(200):
        if chat % 7:
            await rules.wait_turn(chat, group=False)
        else:
            await rules.answer_turn(chat, group=False)
        times.append(time.seconds)
    assert most_within(times, 1) == 30


async def test_an_answer_goes_before_digests_that_wait() -> None:
    now, order, waking = 0.0, [], asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await waking.wait()

    async def digest(chat: int) -> None:
        await rules.wait_turn(chat, group=False)
        order.append("digest")

    async def answer() -> None:
        await rules.answer_turn(1000, group=False)
        order.append("answer")

    rules = TelegramLimits(clock=lambda: now, sleep=sleep)
    for chat in range(30):
        await rules.wait_turn(chat, group=False)
    digests = [asyncio.create_task(digest(chat)) for chat in range(30, 35)]
    await asyncio.sleep(0)
    last = asyncio.create_task(answer())
    await asyncio.sleep(0)
    assert order == []
    now = 2.0
    waking.set()
    await asyncio.gather(last, *digests)
    assert order == ["answer", *["digest"] * 5]


async def test_chats_that_have_been_quiet_are_forgotten() -> None:
    rules, time = limits()
    for chat in range(CHATS_KEPT * 3):
        await rules.wait_turn(chat, group=False)
        time.seconds += 1
    assert len(rules._chats) <= CHATS_KEPT
