"""What goes wrong between a bot and the Discord double, when a test says so."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web


@dataclass(eq=False)
class Fault:
    """What goes wrong with the next `times` requests whose "METHOD /path" the pattern is found in."""

    pattern: str
    times: int
    act: Callable[[web.Request, Callable[[], Awaitable[web.StreamResponse]]], Awaitable[web.StreamResponse]]


class Faults:
    """The faults that wait for requests."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def trouble(self, fault: Fault) -> None:
        """Has something go wrong."""
        self._faults.append(fault)

    def fail(self, pattern: str = "", *, status: int = 500, times: int = 1) -> None:
        """Answers with a server error, without doing anything."""

        async def act(_request: web.Request, _go_on: Callable[[], Awaitable[web.StreamResponse]]) -> web.Response:
            return json_answer({"message": f"{status}: Server Error", "code": 0}, status=status)

        self._faults.append(Fault(pattern, times, act))

    def limit(self, pattern: str = "", *, retry_after: float = 0.0, times: int = 1, everywhere: bool = False) -> None:
        """Answers 429 as Discord does."""
        headers = {
            "Via": "1.1 google",
            "Retry-After": str(retry_after),
            "X-RateLimit-Scope": "global" if everywhere else "user",
        }
        headers |= {"X-RateLimit-Global": "true"} if everywhere else {}
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}

        async def act(_request: web.Request, _go_on: Callable[[], Awaitable[web.StreamResponse]]) -> web.Response:
            return json_answer(body, status=429, headers=headers)

        self._faults.append(Fault(pattern, times, act))

    def hang_up(self, pattern: str = "", *, after: bool = False, times: int = 1) -> None:
        """Cuts the connection instead of answering: before the request is carried out, or after."""

        async def act(request: web.Request, go_on: Callable[[], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
            if after:
                await go_on()
            assert request.transport is not None
            request.transport.abort()
            return web.Response()

        self._faults.append(Fault(pattern, times, act))

    @asynccontextmanager
    async def slow(self, pattern: str) -> AsyncIterator[None]:
        """Within it, requests that match get no answer until it ends."""
        released = asyncio.Event()

        async def act(_request: web.Request, go_on: Callable[[], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
            await released.wait()
            return await go_on()

        fault = Fault(pattern, 1_000_000, act)
        self._faults.append(fault)
        try:
            yield
        finally:
            self._faults.remove(fault)
            released.set()

    async def with_faults(
        self, request: web.Request, go_on: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Does what a request asks for, unless a fault waits for it."""
        for fault in self._faults:
            if fault.times and re.search(fault.pattern, f"{request.method} {request.path}"):
                fault.times -= 1
                return await fault.act(request, go_on)
        return await go_on()


def json_answer(data: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer as Discord sends it."""
    # discord.py takes an answer for JSON only where the type is exactly this, without a charset.
    exact = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(data).encode(), status=status, headers=exact)
