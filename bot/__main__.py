"""The command line: `python -m bot`, also installed as `paper-round`.

Each command imports what it needs when it runs, so that `inspect` does not wait for chat clients.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.domain.deliveries import PartState
from bot.domain.errors import PaperRoundError, ReadError, SettingsError
from bot.domain.sources import SourceKind

if TYPE_CHECKING:
    from bot.config import Settings

T = TypeVar("T")

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Brings papers to the people who read them: on Telegram, on Discord and in this terminal.",
)
db = typer.Typer(no_args_is_help=True, help="Look after the database.")
cli.add_typer(db, name="db")

SourceArguments = Annotated[
    list[str], typer.Argument(metavar="SOURCE…", help="A path, an address, or - for standard input.")
]
OptionalSources = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SOURCE…]", help="Paths or addresses; none: what the sources file names."),
]
KindOption = Annotated[SourceKind | None, typer.Option(help="Read it as this kind instead of recognising the kind.")]
LanguageOption = Annotated[str | None, typer.Option(help="The language, where the text does not tell.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Format(StrEnum):
    """The forms in which `digest` prints."""

    TEXT = "text"
    TELEGRAM = "telegram"
    DISCORD = "discord"
    HTML = "html"
    JSON = "json"


@cli.command()
def run(
    local: Annotated[bool, typer.Option("--local", help="Open the local chat even where tokens are set.")] = False,
) -> None:
    """Run the bot; without tokens, open the local chat."""
    from bot.app import run_bot, run_local_chat

    settings = _settings()
    if local or not (settings.telegram_token or settings.discord_token):
        _quieten()
        _run(run_local_chat(settings))
    else:
        _run(run_bot(settings))


@cli.command()
def inspect(
    sources: SourceArguments, kind: KindOption = None, language: LanguageOption = None, json: JsonOption = False
) -> None:
    """Show how sources are read, without storing anything."""
    from rich.console import Console

    from bot.cli.inspect import as_json, show
    from bot.fetching import inspect_source

    async def work() -> None:
        console = Console()
        for source in sources:
            parsed = await inspect_source(settings, source, kind=kind, language=language)
            if json:
                typer.echo(as_json(parsed))
            else:
                show(parsed, console)

    settings = _settings()
    _run(work())


@cli.command()
def ingest(sources: OptionalSources = None, kind: KindOption = None, language: LanguageOption = None) -> None:
    """Read sources into the database, now."""
    from bot.app import open_core
    from bot.cli.ingest import ingest_listed, ingest_named
    from bot.sources_file import load_sources

    async def work() -> bool:
        async with open_core(settings) as core:
            if sources:
                return await ingest_named(core, sources, kind=kind, language=language)
            interval = timedelta(minutes=settings.poll_interval_minutes)
            return await ingest_listed(core, load_sources(settings.sources_file, interval=interval))

    settings = _settings()
    if not _run(work()):
        raise typer.Exit(1)


@cli.command()
def digest(
    date: Annotated[str | None, typer.Option(help="A day such as 2026-03-05.")] = None,
    period: Annotated[str | None, typer.Option(help="As behind /digest: week, yesterday ethics, today ru …")] = None,
    subscription: Annotated[
        int | None, typer.Option(help="What a subscription gets, by its number; nothing is sent.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="With --subscription: when, such as 2026-03-05T09:00 (UTC); else now.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TEXT,
) -> None:
    """Print the digest of a day or a period, or that of a subscription; today without an option."""
    from bot.app import open_core
    from bot.cli.digest import print_digest, print_subscription

    if (at is not None and subscription is None) or (subscription is not None and (date or period)):
        raise typer.BadParameter("--subscription goes with --at, and with neither --date nor --period")

    async def work() -> None:
        async with open_core(settings) as core:
            if subscription is not None:
                await print_subscription(core.scheduled_digests, subscription, _moment(at), form.value)
                return
            await print_digest(core.digests, f"{date or ''} {period or ''}", form.value, settings.default_language)

    settings = _settings()
    _run(work())


@cli.command()
def search(
    query: Annotated[str | None, typer.Argument(help="Words, a title or the address of a paper.")] = None,
    json: JsonOption = False,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many results.")] = 10,
    batch: Annotated[
        typer.FileText | None, typer.Option(help="Queries from a file or -, one a line; JSON out, one object a line.")
    ] = None,
) -> None:
    """Search what has been read."""
    from bot.app import open_core
    from bot.cli.search import answer_batch, answer_line, show

    if (query is None) == (batch is None):
        raise typer.BadParameter("give either a query or --batch FILE")

    async def work() -> None:
        async with open_core(settings) as core:
            if batch is not None:
                await answer_batch(core.search, batch, limit=limit)
            elif json:
                typer.echo(await answer_line(core.search, query or "", limit=limit))
            else:
                await show(core, query or "", limit=limit)

    settings = _settings()
    _run(work())


@cli.command()
def stories(
    json: JsonOption = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Find all stories anew first; stop the bot meanwhile.")
    ] = False,
) -> None:
    """Print which items are the same story."""
    from rich.console import Console

    from bot.app import open_core
    from bot.cli.stories import as_json, show

    async def work() -> None:
        async with open_core(settings) as core:
            if rebuild:
                await core.stories.rebuild()
            if json:
                typer.echo(await as_json(core))
            else:
                await show(core, Console())

    settings = _settings()
    _run(work())


@cli.command()
def deliveries(
    state: Annotated[PartState | None, typer.Option(help="Only with a part in this state.")] = None,
    destination: Annotated[str | None, typer.Option(help="Only to this one: its number, chat id or title.")] = None,
    since: Annotated[str | None, typer.Option(help="Only what was stored since, such as 2026-03-05 (UTC).")] = None,
    json: JsonOption = False,
) -> None:
    """List what was sent, waits to be sent, or was not sent."""
    from bot.app import open_core
    from bot.cli.deliveries import print_outbox

    async def work() -> None:
        async with open_core(settings) as core:
            await print_outbox(core.deliveries, state=state, destination=destination, since=since, as_json=json)

    settings = _settings()
    _run(work())


@cli.command()
def doctor() -> None:
    """Check tokens, rights, database, clock and sources, and say what to do."""
    from bot.cli.doctor import examine

    if not _run(examine(_settings())):
        raise typer.Exit(1)


@db.command()
def upgrade() -> None:
    """Bring the database up to date; a copy is put aside before."""
    from bot.app import open_database

    database = open_database(_settings())
    _guard(database.migrate)
    database.close()
    typer.echo("The database is up to date.")


@db.command()
def check() -> None:
    """Look for damage in the database."""
    from bot.app import open_database

    database = open_database(_settings())
    problems = _guard(database.check)
    database.close()
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)
    typer.echo("The database is sound.")


@db.command()
def backup(
    path: Annotated[Path | None, typer.Argument(help="Where to; default: a dated file in DATA_DIR.")] = None,
) -> None:
    """Copy the database while the bot runs."""
    from bot.app import open_database

    settings = _settings()
    database = open_database(settings)
    target = path or settings.data_dir / f"paper-round-{datetime.now(UTC):%Y%m%d-%H%M%S}.db"
    made = _guard(lambda: database.backup(target))
    database.close()
    typer.echo(f"Copied to {made}")


def _moment(words: str | None) -> datetime:
    """A moment in ISO 8601, UTC where it names no zone; now where there are no words."""
    if words is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise typer.BadParameter(f"{words!r} is no time; a good one is 2026-03-05T09:00") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _settings() -> Settings:
    """The settings, with logging set up by them; ends the process with status 2 where one is wrong."""
    from bot.config import load_settings
    from bot.logs import set_up_logging

    settings = _guard(load_settings)
    set_up_logging(level=settings.log_level, style=settings.log_format, secrets=settings.secrets)
    return settings


def _quieten() -> None:
    """Keeps facts out of a conversation: only warnings are logged."""
    import logging

    logging.getLogger().setLevel(logging.WARNING)


def _run(work: Coroutine[Any, Any, T]) -> T:
    return _guard(lambda: asyncio.run(work))


def _guard(work: Callable[[], T]) -> T:
    """Does the work; an error of our own ends the process with its text and no traceback."""
    try:
        return work()
    except SettingsError as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from None
    except PaperRoundError as error:
        typer.echo(error, err=True)
        for feed in error.feeds if isinstance(error, ReadError) else ():
            typer.echo(f"It names this feed: {feed}", err=True)
        raise typer.Exit(1) from None


def main() -> None:
    """Runs the command line. A closed pipe ends it without noise."""
    try:
        cli()
    except BrokenPipeError:
        # Python would complain while it flushes what nobody reads any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
