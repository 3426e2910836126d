"""Builds, starts and stops everything: the only place that knows all parts."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import tempfile
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from rich.console import Console

from bot.config import Settings
from bot.domain.documents import NotModified, ParsedSource
from bot.domain.errors import FetchFailed, SettingsError
from bot.domain.sources import SourceKind, SourceSpec
from bot.locales import client_language
from bot.readers.fetch import FetchLimits, HttpFetcher
from bot.readers.files import SourceFetcher
from bot.readers.pool import PooledReader
from bot.readers.recognise import read
from bot.scheduler import build_scheduler
from bot.services.chats import Chats
from bot.services.digests import Digests
from bot.services.ingest import Ingest
from bot.services.ports import Clock, DocumentReader, Fetcher
from bot.services.search import Search
from bot.services.sources import Sources
from bot.sources_file import load_sources
from handlers.build import build_dispatcher
from handlers.console import ConsoleChat, typed_lines
from handlers.registry import Dispatcher
from storage.database import Database

log = structlog.get_logger(__name__)

SAMPLES = Path(__file__).parent / "samples"

USER_AGENT = f"PaperRound/{version('paper-round')}"

STOP_SECONDS = 4.0
"""How long the parts together may take to stop; a service manager waits 5 s and longer."""

VIEWS_KEPT = timedelta(days=90)
"""How long the buttons below an old answer go on working."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Core:
    """Everything but the platforms: enough for the command line and the local chat."""

    settings: Settings
    database: Database
    fetcher: Fetcher
    reader: DocumentReader
    ingest: Ingest
    sources: Sources
    digests: Digests
    search: Search
    dispatcher: Dispatcher


@asynccontextmanager
async def open_core(settings: Settings, *, clock: Clock = utc_now) -> AsyncIterator[Core]:
    """The parts, with the database brought up to date. Raises StorageError and SettingsError."""
    async with AsyncExitStack() as stack:
        database = open_database(settings)
        stack.callback(database.close)
        await asyncio.to_thread(database.migrate)
        fetcher = await stack.enter_async_context(open_fetcher(settings, clock=clock))
        reader = PooledReader(clock)
        stack.callback(reader.close)
        ingest = Ingest(database, reader, clock)
        sources = Sources(database, fetcher, ingest, clock, random.Random())  # noqa: S311 -- jitter, no secret
        digests = Digests(database, clock, settings.default_timezone)
        search = Search(database, clock)
        dispatcher = build_dispatcher(
            digests=digests,
            search=search,
            sources=sources,
            chats=Chats(database),
            default_language=settings.default_language,
        )
        yield Core(settings, database, fetcher, reader, ingest, sources, digests, search, dispatcher)


def open_database(settings: Settings) -> Database:
    """The database of the settings, not yet brought up to date. Raises SettingsError where DATA_DIR cannot be made."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"DATA_DIR is wrong: {settings.data_dir} cannot be made ({error.strerror}). "
            "A good value: DATA_DIR=/var/lib/paper-round"
        ) from error
    return Database(settings.database)


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


async def run_local_chat(settings: Settings) -> None:
    """Runs a chat in this terminal until /quit or the end of input; sources are polled meanwhile.

    Where the settings name no sources it shows the samples, in a database that is gone afterwards.
    """
    specs = load_sources(settings.sources_file, interval=timedelta(minutes=settings.poll_interval_minutes))
    stop = _stop_signal()
    with contextlib.ExitStack() as stack:
        if not specs:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paper-round-")))
            settings = settings.model_copy(update={"data_dir": folder, "database_url": ""})
            specs = tuple(SourceSpec(str(path), interval=timedelta(days=1)) for path in sorted(SAMPLES.iterdir()))
        async with open_core(settings) as core:
            await core.sources.register(specs)
            await _until(stop, _chat(core))


async def run_bot(settings: Settings) -> None:
    """Runs the platforms that have a token, and the polling of sources, until SIGTERM or SIGINT."""
    specs = load_sources(settings.sources_file, interval=timedelta(minutes=settings.poll_interval_minutes))
    stop = _stop_signal()
    async with open_core(settings) as core:
        await core.sources.register(specs)
        clients = _clients(core)
        scheduler = _scheduler(core)
        scheduler.start()
        starting = [asyncio.create_task(client.start(), name=client.name) for client in clients]
        log.info("started", platforms=[client.name for client in clients], sources=len(specs))
        try:
            await stop.wait()
        finally:
            log.info("stopping")
            scheduler.shutdown(wait=False)
            await _stop(clients, starting)
    log.info("stopped")


async def _chat(core: Core) -> None:
    """Reads what is due, shows the newcomer around, then answers until somebody leaves."""
    console = Console()
    chat = ConsoleChat(core.dispatcher, console, language=client_language())
    with console.status(""):
        await core.sources.poll_due()
    for line in ("/start", "/digest"):
        await chat.say(line)
    scheduler = _scheduler(core)
    scheduler.start()
    try:
        async for line in typed_lines(core.dispatcher):
            if not await chat.say(line):
                return
    finally:
        scheduler.shutdown(wait=False)


async def _until(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Does the work until it is done or the process is told to stop."""
    tasks = [asyncio.create_task(work), asyncio.create_task(stop.wait())]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


def _stop_signal() -> asyncio.Event:
    """An event that is set when the process is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


def _scheduler(core: Core) -> AsyncIOScheduler:
    async def prune_views() -> None:
        before = utc_now() - VIEWS_KEPT
        await core.database.run(lambda uow: uow.views.prune(before))

    return build_scheduler(poll_due_sources=core.sources.poll_due, prune_views=prune_views)


async def _stop(clients: Sequence[Client], starting: Sequence[asyncio.Task[None]]) -> None:
    """Stops the clients side by side; one that takes too long is left behind."""
    for task in starting:
        task.cancel()
    stopping = [asyncio.create_task(client.stop(), name=client.name) for client in clients]
    done, late = await asyncio.wait([*starting, *stopping], timeout=STOP_SECONDS) if stopping else (set(), set())
    for task in late:
        log.warning("stop_took_too_long", part=task.get_name())
    for task in done:
        if not task.cancelled() and (error := task.exception()):
            log.error("stop_failed", part=task.get_name(), exc_info=error)
