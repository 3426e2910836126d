"""Documents that an administrator names on this machine: files and standard input.

Apart from `fetch` on purpose: nothing that comes from the network can lead here.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit
from urllib.request import url2pathname

from bot.domain.documents import NotModified, RawDocument, Validators
from bot.domain.errors import FetchFailed, FetchRefused
from bot.services.ports import Clock, Fetcher

STANDARD_INPUT = "-"
MAX_BYTES = 20_000_000


def read_file(path: str, *, now: datetime, max_bytes: int = MAX_BYTES) -> RawDocument:
    """The document in a file, given as a path or a `file:` address; blocks.

    Raises FetchFailed where it cannot be read, FetchRefused where it is too large.
    """
    try:
        with _path(path).open("rb") as file:
            return RawDocument(path, body=_limited(file, path, max_bytes), fetched_at=now)
    except OSError as error:
        raise FetchFailed(f"{path} could not be read: {error.strerror}.") from error


def read_stdin(*, now: datetime, max_bytes: int = MAX_BYTES) -> RawDocument:
    """The document on standard input, up to its end; blocks. Raises FetchRefused where it is too large."""
    return RawDocument(STANDARD_INPUT, body=_limited(sys.stdin.buffer, "Standard input", max_bytes), fetched_at=now)


class SourceFetcher:
    """The Fetcher for whatever an administrator may write down: a path, a `file:` address, "-", or a web address.

    Web addresses are left to `web`, which never hands one back: a redirect cannot lead to a file.
    """

    def __init__(self, web: Fetcher, clock: Clock) -> None:
        self._web = web
        self._clock = clock

    async def fetch(self, address: str, *, validators: Validators | None = None) -> RawDocument | NotModified:
        """The document there. A file is read each time; its content tells whether it changed. Raises FetchError."""
        if address == STANDARD_INPUT:
            return await asyncio.to_thread(read_stdin, now=self._clock())
        if "://" in address and not _is_file_address(address):
            return await self._web.fetch(address, validators=validators)
        return await asyncio.to_thread(read_file, address, now=self._clock())


def _is_file_address(address: str) -> bool:
    return address.lower().startswith("file:")


def _path(path: str) -> Path:
    if _is_file_address(path):
        return Path(url2pathname(urlsplit(path).path))
    return Path(path).expanduser()


def _limited(file: BinaryIO, name: str, max_bytes: int) -> bytes:
    body = file.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise FetchRefused(f"{name} is larger than {max_bytes / 1e6:g} MB.")
    return body
