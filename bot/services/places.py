"""How many calls are under way at once: few while they are quick, more while they are slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

QUICK = 4
"""Calls that are waited for. More make each dearer: a client's pool looks at all of its connections at each call."""
PATIENCE = 0.1
"""Seconds after which a call gives its place to another: forty calls a second get one, however slow they are."""


class Places:
    """Places for calls, at most so many in all. One that does not come back keeps nobody else waiting for long."""

    def __init__(self, most: int) -> None:
        self._all = asyncio.Semaphore(most)
        self._quick = asyncio.Semaphore(QUICK)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A place, within the context."""
        async with self._all:
            await self._quick.acquire()
            held = True

            def give_up() -> None:
                nonlocal held
                if held:
                    held = False
                    self._quick.release()

            patience = asyncio.get_running_loop().call_later(PATIENCE, give_up)
            try:
                yield
            finally:
                patience.cancel()
                give_up()
