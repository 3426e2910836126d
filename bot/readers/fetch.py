"""The one place that asks the web for documents.

Everything here is unfriendly until proven otherwise: addresses, redirects, sizes and speeds are chosen by whoever runs
the server at the other end. The rules are in the modules beside it (addresses, redirects, http_body, freshness); this
one carries them out.
"""

from __future__ import annotations

import asyncio
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx

from bot.domain.documents import NotModified, RawDocument, Validators
from bot.domain.errors import FetchError, FetchFailed, FetchRefused, SourceGone
from bot.readers.addresses import AddressRules, parse_url, shown_host
from bot.readers.freshness import poll_after, retry_after
from bot.readers.http_body import ACCEPTED_CODINGS, BodyCollector
from bot.readers.politeness import Politeness
from bot.readers.redirects import REDIRECTS, Trail, followed, with_userinfo
from bot.readers.resolver import Resolve, resolve
from bot.readers.transport import GuardedTransport
from bot.services.ports import Clock

# Validators are stored and sent back. Real ones are short; longer than this they only cost.
LONGEST_VALIDATOR = 1000


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one fetch may take, and how politely hosts are asked. Times are seconds.

    `max_bytes` counts the document both as sent and as unpacked; `max_ratio` is how many times it may grow from one to
    the other. `idle_timeout` is the longest silence, `total_timeout` all of the time that servers take over one fetch,
    redirects included, so that nobody holds a connection by sending one byte at a time; waiting for one's turn does not
    count. `host_pause` lies between the beginnings of two requests to one host.
    """

    max_bytes: int = 20_000_000
    max_ratio: int = 200
    total_timeout: float = 60.0
    connect_timeout: float = 10.0
    idle_timeout: float = 20.0
    max_redirects: int = 5
    per_host: int = 2
    host_pause: float = 1.0
    overall: int = 8
    user_agent: str = "PaperRound"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class HttpFetcher:
    """The Fetcher for http and https addresses. Close it, or use it as `async with`.

    `allowed_private_hosts` are names, IP addresses or CIDR ranges, each with an optional port, that may be asked though
    they are not on the public internet. Raises ValueError for an entry that is none of these.
    """

    def __init__(
        self,
        limits: FetchLimits | None = None,
        *,
        allowed_private_hosts: Iterable[str] = frozenset(),
        clock: Clock = _utc_now,
        resolve: Resolve = resolve,
    ) -> None:
        self._limits = limits = limits or FetchLimits()
        self._clock = clock
        self._rules = AddressRules(allowed_private_hosts)
        self._politeness = Politeness(per_host=limits.per_host, overall=limits.overall, pause=limits.host_pause)
        self._transport = GuardedTransport(self._rules, resolve=resolve, connections=limits.overall)
        self._headers = [
            (b"User-Agent", limits.user_agent.encode("ascii", "replace")),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", ACCEPTED_CODINGS.encode("ascii")),
        ]
        self._extensions = {
            "timeout": {
                "connect": limits.connect_timeout,
                "read": limits.idle_timeout,
                "write": limits.idle_timeout,
            }
        }

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes all connections; fetches that are under way fail."""
        await self._transport.aclose()

    async def fetch(self, address: str, *, validators: Validators | None = None) -> RawDocument | NotModified:
        """The document at an http(s) address, or NotModified where `validators` were given and still hold.

        Safe to repeat. Raises FetchRefused for what our rules and limits forbid, SourceGone where the address itself is
        gone for good, FetchFailed for everything that may pass.
        """
        trail = Trail.starting_at(parse_url(address))
        time_left = self._limits.total_timeout
        while True:
            with _naming_the_redirect(trail):
                self._rules.check_url(trail.here)
                async with self._politeness.turn(trail.here.host):
                    started = time.monotonic()
                    outcome = await self._visit(address, trail, validators, time_left)
                    time_left -= time.monotonic() - started
            if not isinstance(outcome, Trail):
                return outcome
            trail = outcome

    async def _visit(
        self, address: str, trail: Trail, validators: Validators | None, time_left: float
    ) -> RawDocument | NotModified | Trail:
        try:
            async with asyncio.timeout(time_left):
                return await self._ask(address, trail, validators)
        except TimeoutError as error:
            limit = self._limits.total_timeout
            raise FetchRefused(f"{shown_host(trail.here)} took longer than {limit:g} seconds in all.") from error

    async def _ask(
        self, address: str, trail: Trail, validators: Validators | None
    ) -> RawDocument | NotModified | Trail:
        """One request: the document, the news that there is none, or the trail that a redirect leads on."""
        headers = [*self._headers, *_conditions(validators), *_credentials(trail.here)]
        request = httpx.Request("GET", trail.here, headers=headers, extensions=self._extensions)
        response = await self._transport.handle_async_request(request)
        response.headers.encoding = "latin-1"  # keeps every byte of a validator for the way back
        try:
            if response.status_code in REDIRECTS:
                return followed(
                    trail,
                    status=response.status_code,
                    location=_location(response),
                    most=self._limits.max_redirects,
                )
            if response.status_code == HTTPStatus.NOT_MODIFIED and validators not in (None, Validators()):
                now = self._clock()
                return NotModified(address, fetched_at=now, poll_after=poll_after(response.headers, now))
            if response.status_code != HTTPStatus.OK:
                raise _failure(trail, response, self._clock())
            return await self._document(address, trail, response)
        finally:
            await response.aclose()

    async def _document(self, address: str, trail: Trail, response: httpx.Response) -> RawDocument:
        body = await self._body(trail, response)
        headers = response.headers
        now = self._clock()
        return RawDocument(
            address=address,
            body=body,
            fetched_at=now,
            content_type=headers.get("content-type"),
            final_address=str(with_userinfo(trail.here, b"")),
            moved_to=trail.moved_to,
            validators=Validators(_validator(headers, "etag"), _validator(headers, "last-modified")),
            poll_after=poll_after(headers, now),
        )

    async def _body(self, trail: Trail, response: httpx.Response) -> bytes:
        collector = BodyCollector(
            shown_host(trail.here),
            coding=response.headers.get("content-encoding", ""),
            max_bytes=self._limits.max_bytes,
            max_ratio=self._limits.max_ratio,
        )
        collector.expect(response.headers.get("content-length", ""))
        async for chunk in response.aiter_raw():
            collector.add(chunk)
        return collector.finish()


@contextmanager
def _naming_the_redirect(trail: Trail) -> Iterator[None]:
    """An administrator knows the address that was asked for, not the one that is refused after a redirect."""
    try:
        yield
    except FetchRefused as error:
        if trail.here is trail.asked:
            raise
        raise FetchRefused(f"After a redirect from {shown_host(trail.asked)}: {error}") from error


def _conditions(validators: Validators | None) -> Iterator[tuple[bytes, bytes]]:
    if validators is not None and validators.etag:
        yield b"If-None-Match", validators.etag.encode("latin-1")
    if validators is not None and validators.last_modified:
        yield b"If-Modified-Since", validators.last_modified.encode("latin-1")


def _credentials(url: httpx.URL) -> Iterator[tuple[bytes, bytes]]:
    """Basic authentication (RFC 7617) for an address that carries a name and a password."""
    if url.userinfo:
        yield b"Authorization", b"Basic " + b64encode(f"{url.username}:{url.password}".encode())


def _location(response: httpx.Response) -> str | None:
    """The Location header, which some servers write in bare UTF-8."""
    value: str | None = response.headers.get("location")
    return None if value is None else value.encode("latin-1").decode("utf-8", "replace")


def _validator(headers: httpx.Headers, name: str) -> str | None:
    value = headers.get(name)
    return value if value and len(value) <= LONGEST_VALIDATOR else None


def _failure(trail: Trail, response: httpx.Response, now: datetime) -> FetchError:
    """What an answer means that is neither a document nor a redirect.

    410 behind a temporary redirect speaks of another address than the source's own: that one may recover.
    """
    answered = f"{shown_host(trail.here)} answered {_status_text(response.status_code)}"
    if response.status_code == HTTPStatus.GONE and trail.permanent:
        return SourceGone(f"{answered}: the source is gone for good.")
    wait = retry_after(response.headers, now)
    if wait is None:
        return FetchFailed(f"{answered}.")
    return FetchFailed(f"{answered}; it asked to wait {wait.total_seconds():.0f} seconds.", retry_after=wait)


def _status_text(status: int) -> str:
    """The number with the standard's words: what the server itself calls it is not to be trusted."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
