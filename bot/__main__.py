"""The command line: `python -m bot`, also installed as `paper-round`.

Each command imports what it needs when it runs, so that `inspect` does not wait for chat clients.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from bot.domain.deliveries import PartState
from bot.domain.errors import PaperRoundError, SettingsError
from bot.domain.sources import SourceKind

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.core import Core
    from storage.database import Database

T = TypeVar("T")


class Guarded(TyperGroup):
    """Ends the process with the text of an error of our own, and no traceback, whichever command raises it."""

    def invoke(self, ctx: Any) -> object:  # the context of the click that typer keeps to itself
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            typer.echo(error, err=True)
            raise typer.Exit(2) from None
        except PaperRoundError as error:
            typer.echo(error, err=True)
            raise typer.Exit(1) from None


cli = typer.Typer(
    cls=Guarded,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Brings papers to the people who read them: on Telegram, on Discord and in this terminal.",
)
db = typer.Typer(no_args_is_help=True, help="Look after the database.")
cli.add_typer(db, name="db")


def _not_empty(words: Any) -> Any:
    """Refuses an argument that says nothing: a variable of a script that was never set, mostly."""
    if any(not word.strip() for word in ([words] if isinstance(words, str) else words or ())):
        raise typer.BadParameter("it is empty")
    return words


SourceArguments = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE", callback=_not_empty, help="A path, an address, or - for standard input."),
]
OptionalSources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SOURCE]", callback=_not_empty, help="Paths or addresses; none: what the sources file names."
    ),
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
    gc.disable()  # what is loaded now stays: to look through it again and again is a seventh of the start
    from bot.app import run_bot, run_local_chat

    settings = _settings()
    if local or not (settings.telegram_token or settings.discord_token):
        _quieten(settings)
        asyncio.run(run_local_chat(settings))
    else:
        asyncio.run(run_bot(settings))


@cli.command()
def inspect(
    sources: SourceArguments, kind: KindOption = None, language: LanguageOption = None, json: JsonOption = False
) -> None:
    """Show how sources are read, without storing anything."""
    from bot.cli.inspect import inspect_all

    settings = _settings(quiet=True)
    if not asyncio.run(inspect_all(settings, sources, kind=kind, language=language, json=json)):
        raise typer.Exit(1)


@cli.command()
def ingest(sources: OptionalSources = None, kind: KindOption = None, language: LanguageOption = None) -> None:
    """Read sources into the database, now."""
    from bot.cli.ingest import ingest_listed, ingest_named
    from bot.sources_file import load_sources

    settings = _settings(quiet=True)

    async def work(core: Core) -> bool:
        if sources:
            well = await ingest_named(core, sources, kind=kind, language=language)
        else:
            interval = timedelta(minutes=settings.poll_interval_minutes)
            well = await ingest_listed(core, load_sources(settings.sources_file, interval=interval))
        while await core.reindexing.count_some_words():
            pass
        return well

    if not _run(work, settings):
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
    from bot.cli.digest import print_digest, print_subscription, understood

    if date is not None and period is not None:
        raise typer.BadParameter("give either --date or --period")
    if (at is not None and subscription is None) or (subscription is not None and (date or period)):
        raise typer.BadParameter("--subscription goes with --at, and with neither --date nor --period")
    moment = _moment(at)
    settings = _settings(quiet=True)

    async def work(core: Core) -> None:
        if subscription is not None:
            await print_subscription(core.scheduled_digests, subscription, moment, form.value)
            return
        wanted = understood(date, period, today=core.digests.today())
        await print_digest(core.digests, *wanted, form=form.value, language=settings.default_language)

    _run(work, settings)


@cli.command()
def search(
    query: Annotated[
        str | None, typer.Argument(callback=_not_empty, help="Words, a title or the address of a paper.")
    ] = None,
    json: JsonOption = False,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many results.")] = 10,
    batch: Annotated[
        typer.FileText | None,
        typer.Option(
            encoding="utf-8",
            errors="replace",
            help="Queries from a file or -, one a line; JSON out, one object a line.",
        ),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="How the query is read, and the parts of scores.")] = False,
) -> None:
    """Search what has been read."""
    from bot.cli.explain import explain as explain_search
    from bot.cli.search import answer_batch, answer_line, show

    if (query is None) == (batch is None):
        raise typer.BadParameter("give either a query or --batch FILE")

    async def work(core: Core) -> None:
        await core.stories.catch_up()
        if batch is not None:
            await answer_batch(core.search, batch, limit=limit)
        elif explain:
            await explain_search(core, query or "", limit=limit)
        elif json:
            typer.echo(await answer_line(core.search, query or "", limit=limit))
        else:
            await show(core, query or "", limit=limit)

    _run(work, _settings(quiet=True))


@cli.command()
def stories(
    json: JsonOption = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Find all stories anew first; stop the bot meanwhile.")
    ] = False,
) -> None:
    """Print which items are the same story."""
    from rich.console import Console

    from bot.cli.stories import as_json, show

    async def work(core: Core) -> None:
        if rebuild:
            await core.stories.rebuild()
        if json:
            typer.echo(await as_json(core))
        else:
            await show(core, Console())

    _run(work, _settings(quiet=True))


@cli.command()
def deliveries(
    state: Annotated[PartState | None, typer.Option(help="Only with a part in this state.")] = None,
    destination: Annotated[str | None, typer.Option(help="Only to this one: its number, chat id or title.")] = None,
    since: Annotated[str | None, typer.Option(help="Only what was stored since, such as 2026-03-05 (UTC).")] = None,
    json: JsonOption = False,
) -> None:
    """List what was sent, waits to be sent, or was not sent."""
    from bot.cli.deliveries import print_outbox

    async def work(core: Core) -> None:
        await print_outbox(core.deliveries, state=state, destination=destination, since=since, as_json=json)

    _run(work, _settings(quiet=True))


@cli.command()
def doctor() -> None:
    """Check tokens, rights, database, clock and sources, and say what to do."""
    from bot.cli.doctor import examine

    if not asyncio.run(examine(_settings(quiet=True))):
        raise typer.Exit(1)


@db.command()
def upgrade() -> None:
    """Bring the database up to date; a copy is put aside before."""
    with _database() as database:
        database.migrate()
    typer.echo("The database is up to date.")


@db.command()
def check() -> None:
    """Look for damage in the database."""
    with _database() as database:
        problems = database.check()
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)
    typer.echo("The database is sound.")


@db.command()
def reindex(
    everything: Annotated[
        bool, typer.Option("--all", help="Empty the search index first: where it is damaged.")
    ] = False,
) -> None:
    """Make everything findable now that the bot would do at leisure; it may run meanwhile."""
    from bot.cli.reindex import reindex_all

    async def work(core: Core) -> None:
        await reindex_all(core.reindexing, everything=everything)

    _run(work, _settings(quiet=True))


@db.command()
def backup(
    path: Annotated[Path | None, typer.Argument(help="Where to; default: a dated file beside the database.")] = None,
) -> None:
    """Copy the database while the bot runs."""
    with _database() as database:
        dated = f"{database.path.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}{database.path.suffix}"
        made = database.backup(path or database.path.with_name(dated))
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


def _run(work: Callable[[Core], Coroutine[Any, Any, T]], settings: Settings) -> T:
    """What comes of work with all that the bot has but its chats."""
    from bot.core import open_core

    async def with_core() -> T:
        async with open_core(settings) as core:
            return await work(core)

    return asyncio.run(with_core())


def _settings(*, quiet: bool = False) -> Settings:
    """The settings, with logging set up by them. `quiet`: what is printed says all that there is to know."""
    from bot.config import load_settings
    from bot.logs import set_up_logging

    settings = load_settings()
    set_up_logging(level=settings.log_level, style=settings.log_format, secrets=settings.secrets)
    if quiet:
        _quieten(settings)
    return settings


def _quieten(settings: Settings) -> None:
    """Keeps facts out of a conversation: only warnings are logged, unless everything is wanted."""
    if settings.log_level == "INFO":
        logging.getLogger().setLevel(logging.WARNING)


@contextmanager
def _database() -> Iterator[Database]:
    from bot.core import open_database

    database = open_database(_settings(quiet=True))
    try:
        yield database
    finally:
        database.close()


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
