"""Connections that are only made to numbers that were checked.

A name is looked up once for each connection, every number it stands for is judged, and the connection is made to one
of those very numbers. Nobody looks the name up again in between, so a name server that answers differently the second
time gains nothing. TLS still verifies the name.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from itertools import chain, zip_longest

import httpcore
import httpx

from bot.domain.errors import FetchFailed
from bot.readers.addresses import AddressRules, IpAddress, is_ip, shown_host
from bot.readers.resolver import Resolve

# Enough for the next document of the same host, short enough that servers have not hung up by themselves (nginx and
# Apache wait 5 s and more).
KEEP_ALIVE = 5.0
ATTEMPTS = 4


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends one request at a time over pooled connections, without cookies, redirects, proxies or credentials.

    `httpx.AsyncClient` is left out on purpose: it would add all of these, and a log line with the whole address.
    Raises FetchError, not httpx's errors: this is the edge at which a library's errors are translated.
    """

    def __init__(self, rules: AddressRules, *, resolve: Resolve, connections: int) -> None:
        self._backend = _GuardedBackend(rules, resolve)
        self._connections = connections
        self._plain = self._pool()
        self._secure: httpcore.AsyncConnectionPool | None = None
        self._securing = asyncio.Lock()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The head of the answer; its body is read from `stream`, and the response must be closed."""
        pool = self._plain if request.url.scheme == "http" else await self._secure_pool()
        url = request.url
        with _translated(url):
            answer = await pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(answer.status, headers=answer.headers, stream=_GuardedStream(answer, url))

    async def aclose(self) -> None:
        await self._plain.aclose()
        if self._secure is not None:
            await self._secure.aclose()

    async def _secure_pool(self) -> httpcore.AsyncConnectionPool:
        """Made when the first https address is asked for: loading the certificates takes tens of milliseconds."""
        async with self._securing:
            if self._secure is None:
                self._secure = self._pool(await asyncio.to_thread(httpx.create_ssl_context))
            return self._secure

    def _pool(self, ssl_context: ssl.SSLContext | None = None) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            max_connections=self._connections,
            keepalive_expiry=KEEP_ALIVE,
            network_backend=self._backend,
        )


class _GuardedStream(httpx.AsyncByteStream):
    """A body as it arrives, still compressed, with errors translated."""

    def __init__(self, answer: httpcore.Response, url: httpx.URL) -> None:
        self._answer = answer
        self._url = url

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated(self._url):
            async for chunk in self._answer.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for the pools, to checked numbers only."""

    def __init__(self, rules: AddressRules, resolve: Resolve) -> None:
        self._rules = rules
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._checked_addresses(host, port)
        except TimeoutError as error:
            raise FetchFailed(f"Looking up the name {host} took too long.") from error
        # One address that swallows packets must not use up the time of the others.
        share = None if timeout is None else timeout / len(addresses)
        *others, last = addresses
        for address in others:
            try:
                return await self._network.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(last, port, share, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)

    async def _checked_addresses(self, host: str, port: int) -> list[str]:
        """A few numbers to try, never empty; one forbidden number among them forbids the name."""
        numbers = [ip_address(text) for text in await self._look_up(host, port)]
        for number in numbers:
            self._rules.check_ip(host, port, number)
        return [str(number) for number in _families_in_turn(numbers)[:ATTEMPTS]]

    async def _look_up(self, host: str, port: int) -> Sequence[str]:
        if is_ip(host):
            return (host,)
        try:
            found = await self._resolve(host, port)
        except OSError as error:
            raise FetchFailed(f"The name {host} could not be looked up: {_reason(error)}.") from error
        if not found:
            raise FetchFailed(f"The name {host} has no address.")
        return found


def _families_in_turn(numbers: Sequence[IpAddress]) -> list[IpAddress]:
    """The order kept, but IPv6 and IPv4 by turns: often only one of the two works."""
    first = [number for number in numbers if number.version == numbers[0].version]
    second = [number for number in numbers if number.version != numbers[0].version]
    return [number for number in chain.from_iterable(zip_longest(first, second)) if number is not None]


@contextmanager
def _translated(url: httpx.URL) -> Iterator[None]:
    try:
        yield
    except httpcore.ConnectTimeout as error:
        raise FetchFailed(f"{shown_host(url)} did not accept a connection in time.") from error
    except httpcore.TimeoutException as error:
        raise FetchFailed(f"{shown_host(url)} was silent for too long.") from error
    except httpcore.ConnectError as error:
        raise FetchFailed(_connect_text(url, error)) from error
    except httpcore.NetworkError as error:
        raise FetchFailed(f"{shown_host(url)} broke off the connection.") from error
    except httpcore.ProtocolError as error:
        raise FetchFailed(f"{shown_host(url)} hung up too early or did not answer in HTTP.") from error


def _connect_text(url: httpx.URL, error: httpcore.ConnectError) -> str:
    cause = error.__context__  # the pool re-raises `from None`, which leaves the context
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"{shown_host(url)} has a certificate that cannot be trusted: {cause.verify_message}."
    if isinstance(cause, ssl.SSLError):
        return f"{shown_host(url)} could not agree on a secure connection."
    return f"No connection to {shown_host(url)} could be made."


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME:
        return "it does not exist"
    return error.strerror or "the name server did not answer"
