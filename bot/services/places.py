"""How many calls are under way at once: few while they are quick, more while they are slow.

A call is written down before it begins. So that several can be in one transaction, a place is for both: getting ready,
and then the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

QUICK = 2
"""Calls that are waited for. More make each dearer: a client's pool looks at all of its connections at each call."""
PATIENCE = 0.04
"""Seconds after which a call lets the next one begin: fifty a second do, however slow they are."""
READY = 8
"""Calls that get ready meanwhile. They count as under way if the process ends, so there are not many."""


class Place:
    """Somebody's place: first for getting ready, then for the call."""

    def __init__(self, ready: asyncio.Semaphore, quick: asyncio.Semaphore) -> None:
        self._held: asyncio.Semaphore | None = ready
        self._quick = quick
        self._patience: asyncio.TimerHandle | None = None

    async def turn(self) -> None:
        """Returns when the call may begin. To be asked once."""
        await self._quick.acquire()
        self._let_go()
        self._held = self._quick
        self._patience = asyncio.get_running_loop().call_later(PATIENCE, self._let_go)

    def leave(self) -> None:
        """The call has ended, or there was none."""
        if self._patience is not None:
            self._patience.cancel()
        self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.release()
        self._held = None


class Places:
    """Places for calls, at most so many in all. One that does not come back keeps nobody else waiting for long."""

    def __init__(self, most: int) -> None:
        self._all = asyncio.Semaphore(most)
        self._ready = asyncio.Semaphore(READY)
        self._quick = asyncio.Semaphore(QUICK)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Place]:
        """A place, within the context."""
        async with self._all:
            await self._ready.acquire()
            place = Place(self._ready, self._quick)
            try:
                yield place
            finally:
                place.leave()
