"""`doctor`: is everything as it should be, and what to do where it is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from rich.console import Console
from rich.markup import escape

from bot.config import Settings
from bot.core import open_database, open_embedder
from bot.domain.errors import EmbeddingError, FetchError, PaperRoundError, ReadError
from bot.fetching import inspect_source
from bot.sources_file import load_sources
from storage.database import Database

TIMEOUT = 10.0
CLOCK_TOLERANCE = timedelta(seconds=60)
# View channels, send messages, embed links, open threads, send in them (https://discord.com/developers/docs/topics/permissions).
RIGHTS = (1 << 10) | (1 << 11) | (1 << 14) | (1 << 35) | (1 << 38)
# What a club can use besides (the same page).
FOR_CLUBS = {
    "Create Invite": 1 << 0,
    "Attach Files": 1 << 15,
    "Create Events": 1 << 44,
    "Pin Messages": 1 << 51,
}
WANTED = RIGHTS | sum(FOR_CLUBS.values())
ADMINISTRATOR = 1 << 3


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
        console.print(
            f"{mark} [bold]{escape(finding.subject)}[/]: {escape(finding.words)}", highlight=False, soft_wrap=True
        )
        if finding.advice:
            console.print(f"    → {escape(finding.advice)}", highlight=False, soft_wrap=True)
    return well


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    yield _database(settings)
    # Redirects are not followed: a token must not go where somebody else points.
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
        async for finding in _telegram(settings, client):
            yield finding
        async for finding in _discord(settings, client):
            yield finding
    async for finding in _embeddings(settings):
        yield finding
    async for finding in _sources(settings):
        yield finding


def _database(settings: Settings) -> Finding:
    try:
        database = open_database(settings)
        with closing(database):
            if not database.path.exists():
                return Finding("Database", True, f"none yet; the first start makes {database.path}")
            problems = database.check()
            outdated = None if problems else _outdated(database)
    except PaperRoundError as error:
        return Finding("Database", False, str(error), "Check DATABASE_URL and DATA_DIR, and who may write there.")
    if problems:
        advice = (
            "Where it says that it is damaged: stop the bot, move the file away, and put the newest copy that you have "
            "(db backup, or the one from before an upgrade) in its place."
        )
        return Finding("Database", False, " ".join(problems), advice)
    return Finding("Database", True, outdated or "sound")


def _outdated(database: Database) -> str | None:
    """What there is to say of items that cannot be found as they should be."""
    with database.read() as uow:
        if uow.search_index.is_complete():
            return None
        done, total = uow.search_index.progress()
    return f"sound; {done} of {total} items are indexed for search, the bot does the rest while it runs (db reindex)"


async def _embeddings(settings: Settings) -> AsyncIterator[Finding]:
    """Nothing is said where no model is set: search does without."""
    embedder = open_embedder(settings)
    if embedder is None:
        return
    async with embedder:
        try:
            vector = (await embedder.embed(["paper"]))[0]
        except EmbeddingError as error:
            advice = "Check EMBEDDINGS_URL, EMBEDDINGS_MODEL and EMBEDDINGS_KEY. Search goes on without the model."
            yield Finding("Embeddings", False, str(error), advice)
        else:
            yield Finding("Embeddings", True, f"{embedder.model}, {len(vector)} dimensions")


async def _telegram(settings: Settings, client: httpx.AsyncClient) -> AsyncIterator[Finding]:
    if settings.telegram_token is None:
        yield Finding("Telegram", True, "left out, since TELEGRAM_TOKEN is not set")
        return
    base = f"{settings.telegram_api_base_url}/bot{settings.telegram_token.get_secret_value()}"
    shown = settings.telegram_api_base_url
    response, answer = await _asked(client, f"{base}/getMe")
    if response is not None and response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.NOT_FOUND):
        yield Finding(
            "Telegram",
            False,
            f"{shown} refused the token: {answer.get('description', response.status_code)}",
            "Ask @BotFather for the token with /token and write it to TELEGRAM_TOKEN.",
        )
        return
    if response is None or not answer.get("ok"):
        yield _unreachable("Telegram", shown, response, "TELEGRAM_API_BASE_URL")
        return
    me = answer["result"]
    yield _connected("Telegram", f"@{me['username']}", response)
    if not me.get("can_join_groups", True):
        yield Finding("Telegram", False, "it may not join groups", "Allow it with /setjoingroups at @BotFather.")
    if not me.get("supports_inline_queries", True):
        advice = "Send /setinline to @BotFather, so that people can send stories into any chat with @ and its name."
        yield Finding("Telegram", True, "inline mode is off", advice)
    if settings.telegram_webhook_url:
        _response, answer = await _asked(client, f"{base}/getWebhookInfo")
        problem = answer.get("result", {}).get("last_error_message")
        if problem:
            yield Finding(
                "Telegram", False, f"updates do not arrive: {problem}", "Check what TELEGRAM_WEBHOOK_URL leads to."
            )


async def _discord(settings: Settings, client: httpx.AsyncClient) -> AsyncIterator[Finding]:
    if settings.discord_token is None:
        yield Finding("Discord", True, "left out, since DISCORD_TOKEN is not set")
        return
    headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}"}
    base = settings.discord_api_base_url
    response, me = await _asked(client, f"{base}/users/@me", headers)
    if response is not None and response.status_code == httpx.codes.UNAUTHORIZED:
        yield Finding(
            "Discord",
            False,
            f"{base} refused the token: {me.get('message', response.status_code)}",
            "Make a new token on the Bot page of the developer portal and write it to DISCORD_TOKEN.",
        )
        return
    if response is None or "id" not in me:
        yield _unreachable("Discord", base, response, "DISCORD_API_BASE_URL")
        return
    yield _connected("Discord", str(me.get("username")), response)
    invitation = (
        "https://discord.com/oauth2/authorize?scope=bot+applications.commands&permissions="
        f"{WANTED}&client_id={me['id']}"
    )
    _response, answer = await _asked(client, f"{base}/users/@me/guilds", headers)
    servers = answer.get("list", [])
    if not servers:
        yield Finding("Discord", False, "it is in no server yet", f"Invite it: {invitation}")
    for server in servers:
        found = _rights_in(server, invitation)
        if found is not None:
            yield found


def _rights_in(server: dict[str, Any], invitation: str) -> Finding | None:
    """What is to say about the bot's rights in a server, None where it has all that it can use."""
    rights, name = int(server.get("permissions", 0)), server.get("name")
    if rights & ADMINISTRATOR:
        return None
    if rights & RIGHTS != RIGHTS:
        return Finding("Discord", False, f"it lacks rights in {name}", f"Invite it again: {invitation}")
    lacking = [right for right, bit in FOR_CLUBS.items() if not rights & bit]
    if not lacking:
        return None
    words = f"in {name} a club could also use: {', '.join(lacking)}"
    return Finding("Discord", True, words, f"To let it have that, invite it again: {invitation}")


async def _asked(
    client: httpx.AsyncClient, address: str, headers: dict[str, str] | None = None
) -> tuple[httpx.Response | None, dict[str, Any]]:
    """The response and the JSON object in it, a list as `list` of one; None where nobody answered, or not in JSON.

    What went wrong stays here: an error of the client may quote the address, which holds a token.
    """
    try:
        response = await client.get(address, headers=headers)
        answer = response.json()
    except (httpx.HTTPError, ValueError):
        return None, {}
    return response, answer if isinstance(answer, dict) else {"list": answer}


def _unreachable(platform: str, address: str, response: httpx.Response | None, setting: str) -> Finding:
    words = f"answered {response.status_code}" if response is not None else "did not answer"
    advice = f"Check the network, and {setting} where it is not the public one; or try again later."
    return Finding(platform, False, f"{address} {words}", advice)


def _connected(platform: str, name: str, response: httpx.Response) -> Finding:
    off = _clock_is_off(response)
    if off is None:
        return Finding(platform, True, name)
    words = f"{name}; the clock of this machine is off by {off.total_seconds():.0f} s"
    return Finding(platform, False, words, "Set the clock, for example with an NTP service.")


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


def _clock_is_off(response: httpx.Response) -> timedelta | None:
    """How far our clock is from the server's, where it matters."""
    try:
        theirs = parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError):
        return None
    off = abs(datetime.now(UTC) - theirs.replace(tzinfo=theirs.tzinfo or UTC))
    return off if off > CLOCK_TOLERANCE else None
