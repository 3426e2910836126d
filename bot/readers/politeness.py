"""How many requests run at once, and how close together they reach one host."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class _Gate:
    """The way into one host."""

    def __init__(self, places: int) -> None:
        self.places = asyncio.Semaphore(places)
        self.visitors = 0
        self.opens_at = 0.0


class Politeness:
    """Hands out turns: at most `per_host` at once to one host, begun at least `pause` seconds apart; `overall` in all.

    Who waits for a host takes no place among the `overall`, so a slow host holds up nobody but its own.
    """

    def __init__(
        self,
        *,
        per_host: int,
        overall: int,
        pause: float,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._per_host = per_host
        self._pause = pause
        self._overall = asyncio.Semaphore(overall)
        self._monotonic = monotonic
        self._sleep = sleep
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Waits until a request to `host` may begin; it counts as running until the block ends."""
        gate = self._gate(host)
        gate.visitors += 1
        try:
            async with gate.places:
                await self._wait_until_open(gate)
                async with self._overall:
                    yield
        finally:
            gate.visitors -= 1

    async def _wait_until_open(self, gate: _Gate) -> None:
        now = self._monotonic()
        wait = gate.opens_at - now
        gate.opens_at = max(now, gate.opens_at) + self._pause
        if wait > 0:
            await self._sleep(wait)

    def _gate(self, host: str) -> _Gate:
        gate = self._gates.get(host)
        if gate is None:
            self._forget_idle()
            gate = self._gates[host] = _Gate(self._per_host)
        return gate

    def _forget_idle(self) -> None:
        """Redirects may lead to any number of hosts; only those that somebody waits for are kept in mind."""
        now = self._monotonic()
        self._gates = {host: gate for host, gate in self._gates.items() if gate.visitors or gate.opens_at > now}
