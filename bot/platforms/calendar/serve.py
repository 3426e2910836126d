"""The endpoint at which calendar programs ask for calendars: one kind of address, and nothing else is there.

What an address opens is secret, so it stands in no log, and answers to wrong ones are all alike.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil
from traceback import extract_tb

import structlog
from aiohttp import web

from bot.domain.calendars import Calendar
from bot.platforms.calendar.render import MEDIA_TYPE, written
from bot.services.ports import Clock

log = structlog.get_logger(__name__)

Find = Callable[[str], Awaitable[Calendar | None]]
"""The calendar that a token opens, None where it opens none."""
AT_ONCE = 8
"""Requests that are answered at the same time; more are asked to come again."""
BURST = 60
A_SECOND = 10.0
"""Requests that one address of the network may make at once, and then every second. All come from one where a proxy
stands before the bot: these are 36,000 programs that look every hour."""
PEERS_KEPT = 10_000
IDLE_SECONDS = 20.0
ANSWER_SECONDS = 10.0
STOP_SECONDS = 1.0
FRESH_SECONDS = 900
_PATH = "/{token:[A-Za-z0-9_-]{16,64}}.ics"


@dataclass(slots=True)
class _Bucket:
    """What one address of the network may still ask."""

    left: float
    at: float


class Limits:
    """Lets each peer ask so often and no more. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def wait_of(self, peer: str) -> float:
        """Seconds after which a peer may ask again; 0 where it may now, which it has done then."""
        now = self._clock()
        bucket = self._buckets.setdefault(peer, _Bucket(BURST, now))
        bucket.left = min(BURST, bucket.left + (now - bucket.at) * A_SECOND)
        bucket.at = now
        if len(self._buckets) > PEERS_KEPT:
            self._forget(now)
        if bucket.left < 1:
            return (1 - bucket.left) / A_SECOND
        bucket.left -= 1
        return 0

    def _forget(self, now: float) -> None:
        """Peers that have been quiet may ask as often as new ones. In a flood of peers all are forgotten."""
        kept = {peer: one for peer, one in self._buckets.items() if now - one.at < BURST / A_SECOND}
        self._buckets = kept if len(kept) <= PEERS_KEPT else {}


class CalendarEndpoint:
    """Answers requests for calendars."""

    def __init__(self, find: Find, clock: Clock, *, limits: Limits | None = None) -> None:
        self._find = find
        self._clock = clock
        self._limits = limits or Limits()
        self._busy = 0

    def application(self) -> web.Application:
        """What a server runs. GET and HEAD of an address with a token, and nothing else."""
        application = web.Application(client_max_size=1024)
        application.router.add_get(_PATH, self._answer)
        return application

    async def _answer(self, request: web.Request) -> web.Response:
        wait = self._limits.wait_of(request.remote or "")
        if wait:
            return _later(429, wait)
        if self._busy >= AT_ONCE:
            return _later(503, 1)
        self._busy += 1
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._calendar(request)
        except TimeoutError:
            log.warning("calendar_too_slow")
            return _later(503, 60)
        except Exception as error:
            place = extract_tb(error.__traceback__)[-1]  # all of the trace would hold the address
            log.error("calendar_failed", kind=type(error).__name__, at=f"{place.filename}:{place.lineno}")  # noqa: TRY400
            return _later(503, 60)
        finally:
            self._busy -= 1

    async def _calendar(self, request: web.Request) -> web.Response:
        calendar = await self._find(request.match_info["token"])
        if calendar is None:
            return web.Response(status=404)
        tag = fingerprint(calendar)
        headers = {"ETag": f'W/"{tag}"', "Cache-Control": f"private, max-age={FRESH_SECONDS}"}
        if any(known.value in (tag, "*") for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        body = await asyncio.to_thread(written, calendar, now=self._clock())
        headers |= {"Content-Disposition": 'inline; filename="club.ics"', "X-Content-Type-Options": "nosniff"}
        return web.Response(body=body, content_type=MEDIA_TYPE, charset="utf-8", headers=headers)


def fingerprint(calendar: Calendar) -> str:
    """What tells a calendar from one that says something else; the time at which it is written does not count."""
    return hashlib.sha256(repr(calendar).encode(errors="surrogatepass")).hexdigest()[:32]


@asynccontextmanager
async def serving(endpoint: CalendarEndpoint, host: str, port: int) -> AsyncIterator[int]:
    """Listens there meanwhile; yields the port, which the system chooses for 0. Raises OSError where that is taken."""
    runner = web.AppRunner(
        endpoint.application(),
        access_log=None,  # it would hold the addresses, which are secret
        handle_signals=False,
        keepalive_timeout=IDLE_SECONDS,
        shutdown_timeout=STOP_SECONDS,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield site.port
    finally:
        await runner.cleanup()


def _later(status: int, seconds: float) -> web.Response:
    return web.Response(status=status, headers={"Retry-After": str(ceil(seconds))})
