"""`doctor`: is everything as it should be, and what to do where it is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
from rich.console import Console
from rich.markup import escape

from bot.app import open_database
from bot.config import Settings
from bot.domain.errors import FetchError, PaperRoundError, ReadError
from bot.fetching import inspect_source
from bot.sources_file import load_sources

TIMEOUT = 10.0
CLOCK_TOLERANCE = timedelta(seconds=60)
# View channels, send messages, send in threads, embed links, attach files, read history, add reactions.
INVITED_WITH = (1 << 10) | (1 << 11) | (1 << 38) | (1 << 14) | (1 << 15) | (1 << 16) | (1 << 6)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and what came of it. `advice` says what to do where it is not well."""

    subject: str
    well: bool
    words: str
    advice: str = ""


async def examine(settings: Settings) -> bool:
    """Looks at everything and prints what it finds as it finds it. True where all is well. Changes nothing."""
    console = Console()
    well = True
    async for finding in _findings(settings):
        well = well and finding.well
        mark = "[green]✓[/]" if finding.well else "[red]✗[/]"
        console.print(f"{mark} [bold]{finding.subject}[/]: {escape(finding.words)}", highlight=False, soft_wrap=True)
        if finding.advice:
            console.print(f"    → {escape(finding.advice)}", highlight=False, soft_wrap=True)
    return well


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    yield _database(settings)
    # Redirects are not followed: a token must not go where somebody else points.
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
        yield await _telegram(settings, client)
        async for finding in _discord(settings, client):
            yield finding
    async for finding in _sources(settings):
        yield finding


def _database(settings: Settings) -> Finding:
    try:
        database = open_database(settings)
        problems = database.check()
        database.close()
    except PaperRoundError as error:
        return Finding("Database", False, str(error), "Check DATABASE_URL and DATA_DIR, and who may write there.")
    if problems:
        advice = "Stop the bot, copy the file aside and restore the newest copy from DATA_DIR."
        return Finding("Database", False, " ".join(problems), advice)
    return Finding("Database", True, "sound")


async def _telegram(settings: Settings, client: httpx.AsyncClient) -> Finding:
    if settings.telegram_token is None:
        return Finding("Telegram", True, "left out, since TELEGRAM_TOKEN is not set")
    base = f"{settings.telegram_api_base_url}/bot{settings.telegram_token.get_secret_value()}"
    try:
        response = await client.get(f"{base}/getMe")
        answer = response.json()
    except (httpx.HTTPError, ValueError) as error:
        return Finding(
            "Telegram",
            False,
            f"{settings.telegram_api_base_url} did not answer ({type(error).__name__})",
            "Check the network, and TELEGRAM_API_BASE_URL where it is your own server.",
        )
    if not answer.get("ok"):
        return Finding(
            "Telegram",
            False,
            f"the token was refused: {answer.get('description')}",
            "Ask @BotFather for the token with /token and write it to TELEGRAM_TOKEN.",
        )
    me = answer["result"]
    words = f"@{me['username']}"
    if late := _clock_is_off(response):
        return Finding("Telegram", False, f"{words}; {late}", "Set the clock, for example with an NTP service.")
    if not me.get("can_join_groups", True):
        return Finding("Telegram", False, f"{words} may not join groups", "Allow it with /setjoingroups at @BotFather.")
    return Finding("Telegram", True, words)


async def _discord(settings: Settings, client: httpx.AsyncClient) -> AsyncIterator[Finding]:
    if settings.discord_token is None:
        yield Finding("Discord", True, "left out, since DISCORD_TOKEN is not set")
        return
    headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}"}
    try:
        response = await client.get(f"{settings.discord_api_base_url}/users/@me", headers=headers)
        me = response.json()
    except (httpx.HTTPError, ValueError) as error:
        yield Finding(
            "Discord",
            False,
            f"{settings.discord_api_base_url} did not answer ({type(error).__name__})",
            "Check the network.",
        )
        return
    if response.status_code != httpx.codes.OK:
        yield Finding(
            "Discord",
            False,
            f"the token was refused: {me.get('message')}",
            "Make a new token on the Bot page of the developer portal and write it to DISCORD_TOKEN.",
        )
        return
    late = _clock_is_off(response)
    invitation = (
        "https://discord.com/oauth2/authorize?scope=bot+applications.commands&permissions="
        f"{INVITED_WITH}&client_id={me['id']}"
    )
    yield Finding(
        "Discord",
        not late,
        f"{me['username']}; {late or 'invite it with ' + invitation}",
        "Set the clock, for example with an NTP service." if late else "",
    )


async def _sources(settings: Settings) -> AsyncIterator[Finding]:
    try:
        specs = load_sources(settings.sources_file, interval=timedelta(minutes=settings.poll_interval_minutes))
    except PaperRoundError as error:
        yield Finding("Sources", False, str(error), "docs/sources.md describes the file.")
        return
    if not specs:
        yield Finding("Sources", True, f"none yet; write {settings.sources_file} as docs/sources.md describes")
    for spec in specs:
        name = spec.title or spec.address
        try:
            found = await inspect_source(settings, spec.address, kind=spec.kind, language=spec.language)
        except (FetchError, ReadError) as error:
            feeds = error.feeds if isinstance(error, ReadError) else ()
            yield Finding(name, False, str(error), f"It names feeds: {', '.join(feeds)}" if feeds else "")
            continue
        items = sum(len(document.items) for document in found.documents)
        words = f"{found.kind.value}, {items} items" + (f"; damaged: {found.damage}" if found.damage else "")
        yield Finding(name, bool(items), words, "" if items else "Look at it with: paper-round inspect " + spec.address)


def _clock_is_off(response: httpx.Response) -> str | None:
    """How far our clock is from the server's, where it matters."""
    try:
        theirs = parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError):
        return None
    off = abs(datetime.now(UTC) - theirs)
    return f"the clock of this machine is off by {off.total_seconds():.0f} s" if off > CLOCK_TOLERANCE else None
