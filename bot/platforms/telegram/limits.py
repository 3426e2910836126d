"""Telegram's limits on sending, kept by ourselves: a refused message costs a wait that is longer than the limit's.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

MESSAGES_A_SECOND = 30
MESSAGES_A_SECOND_IN_A_CHAT = 1
MESSAGES_A_MINUTE_IN_A_GROUP = 20

MARGIN = 1.015
"""How much longer than theirs our seconds are: messages overtake each other on the way."""
SECOND = 1.0 * MARGIN
REFUSED_CHATS = 3
"""So many chats refused one after another, with nothing accepted between: then the limit is the whole bot's. An answer
does not say which limit it is about."""
CHATS_KEPT = 2000

Sleep = Callable[[float], Awaitable[object]]


class Quota:
    """At most so many in any stretch of so many seconds. A bucket of tokens would let twice as many through when it is
    full at first, and Telegram counts."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds * MARGIN
        self._times: deque[float] = deque(maxlen=most)

    def free_at(self) -> float:
        """From when on there is room for one more."""
        return self._times[0] + self._seconds if len(self._times) == self._times.maxlen else float("-inf")

    def take(self, now: float) -> None:
        self._times.append(now)

    def forgotten(self, now: float) -> bool:
        """Whether it is as good as new."""
        return not self._times or self._times[-1] + self._seconds <= now


class _Chat:
    def __init__(self, *, group: bool) -> None:
        self.turn = asyncio.Lock()
        self.held_until = float("-inf")
        self.quotas = [Quota(MESSAGES_A_SECOND_IN_A_CHAT, 1)]
        if group:
            self.quotas.append(Quota(MESSAGES_A_MINUTE_IN_A_GROUP, 60))

    def free_at(self) -> float:
        return max(self.held_until, *(quota.free_at() for quota in self.quotas))

    def idle(self, now: float) -> bool:
        return not self.turn.locked() and self.held_until <= now and all(one.forgotten(now) for one in self.quotas)


class TelegramLimits:
    """Who may send when. `clock` counts seconds and never goes back."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._overall = Quota(MESSAGES_A_SECOND, 1)
        self._turn_taken_at = float("-inf")
        self._answers = 0
        self._held_until = float("-inf")
        self._chats: dict[int, _Chat] = {}
        self._refused: set[int] = set()

    async def wait_turn(self, chat_id: int, *, group: bool) -> None:
        """Returns when a message may go to the chat, and counts it. First come, first served; a chat that has to wait
        keeps no other waiting."""
        chat = self._chat(chat_id, group=group)
        async with chat.turn:
            while True:
                await self._wait_until(chat.free_at)
                async with self._turn:
                    await self._wait_until(lambda: max(self._held_until, self._overall.free_at()))
                    if self._answers:  # they go first
                        await asyncio.sleep(0)
                        continue
                    now = self._clock()
                    if chat.free_at() > now:  # it was told to wait meanwhile
                        continue
                    self._overall.take(now)
                    self._turn_taken_at = now
                    for quota in chat.quotas:
                        quota.take(now)
                    return

    async def answer_turn(self, chat_id: int, *, group: bool) -> None:
        """Returns when an answer may go to the chat, and counts it. It goes before all that waits for a turn, and waits
        itself only for room that others have taken: somebody looks at the screen. In a chat answers may follow each
        other closely, which Telegram lets pass for a while; what comes after them keeps the distance."""
        self._answers += 1
        try:
            while self._turn_taken_at + SECOND > self._clock():
                wait = max(self._held_until, self._overall.free_at()) - self._clock()
                if wait <= 0:
                    break
                await self._sleep(wait)
        finally:
            self._answers -= 1
        now = self._clock()
        self._overall.take(now)
        for quota in self._chat(chat_id, group=group).quotas:
            quota.take(now)

    def accepted(self) -> None:
        """Something was accepted: the whole bot is under no limit now."""
        self._refused.clear()

    def refused(self, chat_id: int, wait: timedelta) -> None:
        """Telegram said to wait: that chat does, and where it says so everywhere, the whole bot does."""
        until = self._clock() + wait.total_seconds()
        chat = self._chat(chat_id, group=False)
        chat.held_until = max(chat.held_until, until)
        self._refused.add(chat_id)
        if len(self._refused) >= REFUSED_CHATS:
            self._held_until = max(self._held_until, until)

    async def _wait_until(self, free_at: Callable[[], float]) -> None:
        while (wait := free_at() - self._clock()) > 0:
            await self._sleep(wait)

    def _chat(self, chat_id: int, *, group: bool) -> _Chat:
        if len(self._chats) >= CHATS_KEPT and chat_id not in self._chats:
            now = self._clock()
            self._chats = {one: chat for one, chat in self._chats.items() if not chat.idle(now)}
        return self._chats.setdefault(chat_id, _Chat(group=group))
