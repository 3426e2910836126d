"""Getting and reading a source as the settings allow it, without a database: for `inspect` and `doctor`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version

from bot.config import Settings
from bot.domain.documents import NotModified, ParsedSource
from bot.domain.errors import FetchFailed
from bot.domain.sources import SourceKind
from bot.readers.fetch import FetchLimits, HttpFetcher
from bot.readers.files import SourceFetcher
from bot.readers.late import read
from bot.services.ports import Clock

USER_AGENT = f"PaperRound/{version('paper-round')}"


def utc_now() -> datetime:
    """The time, aware UTC: the clock of every part."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_fetcher(settings: Settings, *, clock: Clock = utc_now) -> AsyncIterator[SourceFetcher]:
    """What gets documents from addresses within the limits of the settings, and from files."""
    limits = FetchLimits(
        max_bytes=settings.fetch_max_bytes,
        total_timeout=settings.fetch_timeout_seconds,
        overall=settings.fetch_concurrency,
        host_pause=settings.fetch_host_delay_seconds,
        user_agent=USER_AGENT,
    )
    allowed = settings.fetch_allowed_private_hosts
    async with HttpFetcher(limits, allowed_private_hosts=allowed, clock=clock) as fetcher:
        yield SourceFetcher(fetcher, clock)


async def inspect_source(
    settings: Settings, address: str, *, kind: SourceKind | None = None, language: str | None = None
) -> ParsedSource:
    """How a path, an address or standard input ("-") is read. Stores nothing. Raises FetchError and ReadError."""
    async with open_fetcher(settings) as fetcher:
        raw = await fetcher.fetch(address)
    if isinstance(raw, NotModified):
        raise FetchFailed(f"{address} answered that nothing has changed, though it was not asked that.")
    return read(raw, now=utc_now(), kind=kind, language=language)
