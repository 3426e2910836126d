"""A web server on loopback that does what a test tells it to, well-behaved or not.

    async with WebServer() as server:
        server.answer("/feed", Answer(b"<rss/>", headers={"ETag": '"1"'}))
        server.answer("/busy", Answer(status=503), Answer(b"at last"))  # one after the other; the last one stays
        server.answer("/rude", Raw(b"HTTP/1.1 200 OK\\r\\nContent-Le", HANG_UP))
        ... server.url("/feed") ... server.requests ...

Nothing here waits for time to pass: a script pauses on an event (`asyncio.Event`) or for good (`HOLD`).
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import Enum, auto
from http import HTTPStatus
from types import TracebackType
from typing import Self


class Pause(Enum):
    """What a script may do besides sending bytes and waiting for an event."""

    HANG_UP = auto()  # closes the connection, whatever was promised
    HOLD = auto()  # sends nothing more and keeps the connection open until the other side or the test ends


HANG_UP, HOLD = Pause.HANG_UP, Pause.HOLD
Step = bytes | asyncio.Event | Pause


@dataclass(frozen=True)
class SeenRequest:
    """A request as it arrived. `connection` counts connections from 1; header names are lower case."""

    method: str
    target: str
    headers: dict[str, str]
    connection: int

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Answer:
    """A response in proper HTTP: with Content-Length where the body is bytes, in chunks where it is steps."""

    body: bytes | Iterable[Step] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def steps(self) -> Iterator[Step]:
        if isinstance(self.body, bytes):
            if self.status == HTTPStatus.NOT_MODIFIED:  # has no body, and no length of one (RFC 9110, 15.4.5)
                yield self._head({})
            else:
                yield self._head({"Content-Length": str(len(self.body))}) + self.body
            return
        yield self._head({"Transfer-Encoding": "chunked"})
        for step in self.body:
            yield b"%x\r\n%b\r\n" % (len(step), step) if isinstance(step, bytes) else step
        yield b"0\r\n\r\n"

    def _head(self, framing: dict[str, str]) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {self.status_text}"]
        lines += [f"{name}: {value}" for name, value in {**framing, **self.headers}.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    @property
    def status_text(self) -> str:
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return "Unheard Of"


class Raw:
    """Bytes exactly as given, proper HTTP or not; the connection is closed at their end."""

    def __init__(self, *script: Step | Iterable[Step]) -> None:
        self._script = script

    def steps(self) -> Iterator[Step]:
        for part in self._script:
            if isinstance(part, bytes | asyncio.Event | Pause):
                yield part
            else:
                yield from part
        yield HANG_UP


Reply = Answer | Raw
Script = Reply | Callable[[SeenRequest], Reply]


def conditional(body: bytes, *, etag: str | None = None, modified: datetime | None = None) -> Script:
    """A document that answers 304 to whoever shows its validators."""
    validators: dict[str, str] = {}
    if etag is not None:
        validators["ETag"] = etag
    if modified is not None:
        validators["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)

    def reply(request: SeenRequest) -> Reply:
        shown_etag, shown_date = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
        if shown_etag is not None:  # goes before the date (RFC 9110, 13.2.2)
            unchanged = shown_etag == etag
        else:
            unchanged = shown_date is not None and shown_date == validators.get("Last-Modified")
        return Answer(b"" if unchanged else body, status=304 if unchanged else 200, headers=validators)

    return reply


class WebServer:
    """Serves scripts on 127.0.0.1. `requests` is all that was asked, in the order of arrival."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.requests: list[SeenRequest] = []
        self.connections = 0
        self._scripts: defaultdict[str, list[Script]] = defaultdict(list)
        self._open: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1000, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        assert self._server is not None, "the server is used as `async with`"
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def url(self, target: str = "/", *, host: str = "127.0.0.1", userinfo: str = "") -> str:
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://{userinfo}{'@' if userinfo else ''}{host}:{self.port}{target}"

    def answer(self, path: str, *scripts: Script) -> None:
        """From now on `path` is answered by these, one after the other; the last one stays. Else: 404."""
        self._scripts[path] = list(scripts)

    def asked(self, path: str) -> list[SeenRequest]:
        return [request for request in self.requests if request.path == path]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.connections += 1
        number = self.connections
        try:
            while request := await self._request(reader, number):
                self.requests.append(request)
                if not await self._play(self._script(request).steps(), reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort() if writer.transport.get_write_buffer_size() else writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()
            self._open.discard(task)

    async def _request(self, reader: asyncio.StreamReader, connection: int) -> SeenRequest | None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        fields = (line.partition(":") for line in lines if line)
        return SeenRequest(method, target, {name.lower(): value.strip() for name, _, value in fields}, connection)

    def _script(self, request: SeenRequest) -> Reply:
        scripts = self._scripts.get(request.path, [])
        script = scripts.pop(0) if len(scripts) > 1 else scripts[0] if scripts else Answer(status=404)
        return script if isinstance(script, Answer | Raw) else script(request)

    async def _play(self, steps: Iterator[Step], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection stays open for another request."""
        for step in steps:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
                await asyncio.sleep(0)  # an endless script lets the others have their turn
            elif isinstance(step, asyncio.Event):
                await step.wait()
            elif step is HOLD:
                await reader.read()
                return False
            else:
                return False
        return True
