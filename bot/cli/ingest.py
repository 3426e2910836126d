"""`ingest`: reads sources into the database, with progress on long work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli.inspect import explained
from bot.core import Core
from bot.domain.documents import NotModified
from bot.domain.errors import FetchError, ReadError
from bot.domain.sources import SourceKind, SourceSpec, SourceStatus


async def ingest_named(core: Core, addresses: Sequence[str], *, kind: SourceKind | None, language: str | None) -> bool:
    """Reads each address or path once. Says how each went; True where all went well. May be repeated."""
    well = True
    with _progress() as progress:
        for address in progress.track(addresses, description="Reading"):
            try:
                line = await _ingest(core, SourceSpec(named(address), kind=kind, language=language))
            except (FetchError, ReadError) as error:
                well = False
                line = explained(address, error)
            else:
                line = f"{address}: {line}"
            progress.console.print(escape(line), highlight=False, soft_wrap=True)
    return well


async def ingest_listed(core: Core, specs: Sequence[SourceSpec]) -> bool:
    """Asks every source of the sources file now, due or not. True where all went well. May be repeated."""
    await core.sources.register(specs)
    overview = [one.source for one in await core.sources.overview(None) if one.source.interval]
    with _progress() as progress:
        if not overview:
            progress.console.print("The sources file names nothing to read. Name a SOURCE, or write SOURCES_FILE.")
        for source in progress.track(overview, description="Reading"):
            await core.sources.poll(source.id)
    failing = [one.source for one in await core.sources.overview(None) if one.source.status is SourceStatus.FAILING]
    for source in failing:
        progress.console.print(escape(f"{source.address}: not read. {source.problem}"), highlight=False, soft_wrap=True)
    return not failing


def named(address: str) -> str:
    """What a source that is named on the command line is stored as: a path is made absolute."""
    return address if address == "-" or "://" in address else str(Path(address).expanduser().absolute())


async def _ingest(core: Core, spec: SourceSpec) -> str:
    raw = await core.fetcher.fetch(spec.address)
    if isinstance(raw, NotModified):
        return "nothing new"
    report = await core.ingest.ingest(raw, spec)
    if not (report.added or report.changed or report.unchanged or report.withdrawn):
        words = "nothing new"  # the very same bytes are not read again
    else:
        words = f"{report.added} new, {report.changed} changed, {report.unchanged} as before"
    return f"{words}; damaged: {report.damage}" if report.damage else words


def _progress() -> Progress:
    """A bar on a terminal; elsewhere only the lines that are printed."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)
