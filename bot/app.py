"""Starts and stops everything: the bot on its platforms, and the local chat.

The platforms are imported where they are started: each takes a second and 30 MB that the others do without.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import tempfile
import threading
from collections.abc import AsyncIterator, Collection, Coroutine, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.config import Settings, listening_at
from bot.core import Core, open_core
from bot.domain.errors import PaperRoundError, SettingsError
from bot.fetching import utc_now
from bot.locales import client_language
from bot.platforms.console.send import ConsolePost
from bot.scheduler import build_scheduler
from bot.sources_file import load_sources

log = structlog.get_logger(__name__)

SAMPLES = Path(__file__).parent / "samples" / "sources.toml"

STOP_SECONDS = 4.0
"""How long the parts together may take to stop: the whole process has five seconds."""

LAST_SECONDS = 4.7
"""How long after a signal the process ends whatever happens."""

ARRIVE_SECONDS = 1.0
"""How long, of that, what is being sent may take to arrive."""

BODIES_KEPT = timedelta(days=90)
"""How long it is kept what a message said that was sent."""

INDEX_SECONDS = 5
"""How often the index of words is brought up to date, and new words are taken into the vocabulary."""

LEARN_SECONDS = 60
"""How often it is looked whether there is something to learn from two languages."""

EMBED_SECONDS = 30
"""How often it is looked whether items need vectors."""

SETTLED_SECONDS = 3
"""How long after the start everything is loaded that a bot needs which nobody asks anything."""

VIEWS_KEPT = timedelta(days=90)
"""How long the buttons below an old answer go on working."""

ALERTS_SECONDS = 5


async def run_bot(settings: Settings) -> None:
    """Runs the platforms that have a token, and the polling of sources, until SIGTERM or SIGINT.

    A platform that fails for good is logged and leaves the other running. Raises PaperRoundError when none is left,
    SettingsError where it is the tokens that were refused.
    """
    specs = load_sources(settings.sources_file, interval=_interval(settings))
    stop = _stop_signal()
    asyncio.get_running_loop().call_later(SETTLED_SECONDS, _settle)
    async with open_core(settings) as core, _calendar_endpoint(core):
        await core.sources.register(specs)
        scheduler = _scheduler(core)
        scheduler.start()
        platforms = [asyncio.create_task(_guarded(name, work), name=name) for name, work in _platforms(core)]
        log.info("started", platforms=[task.get_name() for task in platforms], sources=len(specs))
        await _until(stop, asyncio.wait(platforms))
        log.info("stopping")
        scheduler.shutdown(wait=False)
        await core.deliveries.stop(within=ARRIVE_SECONDS)
        if not stop.is_set():
            raise _nothing_left([task.result() for task in platforms])
        await _cancel(platforms)
    log.info("stopped")


async def run_local_chat(settings: Settings) -> None:
    """Runs a chat in this terminal until /quit or the end of input; sources are polled meanwhile.

    Where the settings name no sources it shows the samples, in a database that is gone afterwards.
    """
    specs = load_sources(settings.sources_file, interval=_interval(settings))
    stop = _stop_signal()
    with ExitStack() as stack:
        samples = not specs
        if samples:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paper-round-")))
            settings = settings.model_copy(update={"data_dir": folder, "database_url": ""})
            specs = load_sources(SAMPLES, interval=timedelta(days=1))
        asyncio.get_running_loop().call_later(SETTLED_SECONDS, _settle)
        async with open_core(settings) as core:
            await core.sources.register(specs)
            await _until(stop, _chat(core, samples=samples))


async def _chat(core: Core, *, samples: bool) -> None:
    """Reads what is due, shows the newcomer around, then answers until somebody leaves."""
    from rich.console import Console

    from handlers.console import ConsoleChat, typed_lines

    console = Console()
    chat = ConsoleChat(core.dispatcher, console, language=client_language())
    with console.status(""):
        await core.sources.poll_due()
    await chat.welcome(samples=samples)
    core.deliveries.connect("console", ConsolePost(chat.receive))
    scheduler = _scheduler(core)
    scheduler.start()
    try:
        async for line in typed_lines(core.dispatcher):
            if not await chat.say(line):
                return
    finally:
        scheduler.shutdown(wait=False)
        await core.deliveries.stop(within=ARRIVE_SECONDS)


def _platforms(core: Core) -> list[tuple[str, Coroutine[None, None, None]]]:
    """The platforms that have a token, each as work that goes on until it is cancelled."""
    works = []
    if core.settings.telegram_token:
        works.append(("telegram", _telegram(core, core.settings.telegram_token.get_secret_value())))
    if core.settings.discord_token:
        works.append(("discord", _discord(core, core.settings.discord_token.get_secret_value())))
    return works


@asynccontextmanager
async def _calendar_endpoint(core: Core) -> AsyncIterator[None]:
    """Serves calendars meanwhile, where an address is set. Raises SettingsError where nobody can listen there."""
    where = core.settings.calendar_listen
    if where is None:
        yield
        return
    from bot.platforms.calendar.serve import CalendarEndpoint, serving

    endpoint = CalendarEndpoint(core.clubhouse.calendars.calendar, core.clock)
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(serving(endpoint, *listening_at(where)))
        except OSError as error:
            raise SettingsError(
                f"CALENDAR_LISTEN is wrong: {where} cannot be listened at ({error.strerror}). "
                "A good value: CALENDAR_LISTEN=127.0.0.1:8085"
            ) from error
        log.info("calendars_served", at=where)
        yield


async def _telegram(core: Core, token: str) -> None:
    from telegram import Bot

    from bot.platforms.telegram.client import TelegramClient, Webhook
    from bot.platforms.telegram.directory import TelegramDirectory
    from bot.platforms.telegram.invitations import TelegramInvitations
    from bot.platforms.telegram.limits import TelegramLimits
    from bot.platforms.telegram.pins import TelegramPins
    from bot.platforms.telegram.send import TelegramPost
    from handlers.telegram import TelegramHandlers

    settings, limits = core.settings, TelegramLimits()
    handlers = TelegramHandlers(
        core.dispatcher,
        administrators=settings.administrators_on("telegram"),
        moved=partial(core.communities.move_chat, "telegram"),
        posts=core.chat_posts,
        limits=limits,
        invited=core.clubhouse.invited,
    )
    webhook = None
    if settings.telegram_webhook_url and settings.telegram_webhook_secret:
        webhook = Webhook(
            settings.telegram_webhook_url,
            settings.telegram_webhook_listen,
            settings.telegram_webhook_port,
            settings.telegram_webhook_secret.get_secret_value(),
        )

    async def ready(bot: Bot) -> None:
        core.directories["telegram"] = core.listeners["telegram"] = TelegramDirectory(bot)
        core.deliveries.connect("telegram", TelegramPost(bot, limits))
        core.clubhouse.abilities.pinners["telegram"] = TelegramPins(bot)
        core.clubhouse.abilities.invitations["telegram"] = TelegramInvitations(bot)
        await handlers.publish_menus(bot)

    client = TelegramClient(
        token,
        bind=handlers.bind,
        ready=ready,
        api_base_url=settings.telegram_api_base_url,
        webhook=webhook,
        take=handlers.take,
        personal=handlers.is_personal,
    )
    await client.run()


async def _discord(core: Core, token: str) -> None:
    from bot.platforms.discord.client import DiscordClient
    from bot.platforms.discord.directory import DiscordDirectory
    from bot.platforms.discord.events import DiscordEvents
    from bot.platforms.discord.invitations import DiscordInvitations
    from bot.platforms.discord.pins import DiscordPins
    from bot.platforms.discord.send import DiscordPost
    from bot.platforms.discord.threads import DiscordThreads
    from handlers.discord import DiscordHandlers

    settings = core.settings
    handlers = DiscordHandlers(
        core.dispatcher,
        administrators=settings.administrators_on("discord"),
        posts=core.chat_posts,
        invited=core.clubhouse.invited,
    )
    client = DiscordClient(
        token,
        handlers,
        api_base_url=settings.discord_api_base_url,
        gateway_url=settings.discord_gateway_url,
        message_content=settings.discord_message_content,
    )
    core.listeners["discord"] = client
    core.directories["discord"] = DiscordDirectory(client.connection)
    core.deliveries.connect("discord", DiscordPost(client.connection))
    abilities = core.clubhouse.abilities
    abilities.threads["discord"] = DiscordThreads(client.connection)
    abilities.pinners["discord"] = DiscordPins(client.connection)
    abilities.events["discord"] = DiscordEvents(client.connection)
    abilities.invitations["discord"] = DiscordInvitations(client.connection, core.clock)
    core.discussions.connect("discord", abilities.threads["discord"])
    await client.run()


async def _guarded(name: str, work: Coroutine[None, None, None]) -> Exception | None:
    """Does a platform's work. What ends it for good is logged and returned, and never takes the other one along."""
    try:
        await work
    except SettingsError as error:
        log.error("platform_stopped", platform=name, reason=str(error))  # noqa: TRY400 -- a mistake of the setting
        return error
    except Exception as error:
        log.exception("platform_stopped", platform=name)
        return error
    return None


def _nothing_left(errors: Sequence[Exception | None]) -> PaperRoundError:
    """What ends the bot when all of its platforms have ended."""
    refused = [str(error) for error in errors if isinstance(error, SettingsError)]
    return SettingsError("\n".join(refused)) if refused else PaperRoundError("No platform is left; the log says why.")


async def _until(stop: asyncio.Event, work: Coroutine[None, None, object]) -> None:
    """Does the work until it is done or the process is told to stop."""
    tasks = [asyncio.create_task(work), asyncio.create_task(stop.wait())]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await _cancel(pending)
    for task in done:
        task.result()


async def _cancel(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Tells tasks to end and waits for them; one that takes too long is left behind."""
    for task in tasks:
        task.cancel()
    if not tasks:
        return
    _done, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
    for task in late:
        log.warning("stop_took_too_long", part=task.get_name())


def _settle() -> None:
    """From now on garbage is looked for, and not among what was loaded until now: that stays, and going through it
    would hold everything up for a tenth of a second now and then."""
    gc.collect()
    gc.freeze()
    gc.enable()


def _stop_signal() -> asyncio.Event:
    """An event that is set when the process is told to stop; from then on it has so long to end by itself."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell() -> None:
        stop.set()
        last = threading.Timer(LAST_SECONDS, _end)
        last.daemon = True
        last.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, tell)
    return stop


def _end() -> None:
    """Ends the process at once: it waits for threads that nobody can stop, such as a library's look-up of a name.

    Nothing is lost: what was written to the database is committed, and what was not will be read again.
    """
    log.warning("ended_without_waiting")
    logging.shutdown()
    os._exit(0)


def _scheduler(core: Core) -> AsyncIOScheduler:
    async def poll_due_sources() -> None:
        await core.sources.poll_due()
        await core.alert_watch.look()  # with all stories found, so that those who read find it done

    async def prune_views() -> None:
        before = utc_now() - VIEWS_KEPT
        await core.database.run(lambda uow: uow.views.prune(before))
        await core.database.run(lambda uow: uow.reaching.prune(utc_now() - BODIES_KEPT))
        await core.subscriptions.prune(VIEWS_KEPT)
        await core.discussions.give_up()
        await core.deliveries.prune(BODIES_KEPT)
        await core.forms.prune()
        await core.alert_watch.prune()

    return build_scheduler(
        poll_due_sources=poll_due_sources,
        build_due_digests=core.scheduled_digests.build_due,
        dispatch_deliveries=core.deliveries.dispatch,
        correct_due_digests=core.corrections.correct_due,
        open_due_discussions=core.discussions.open_due,
        prune_views=prune_views,
        others=(
            *core.clubhouse.due,
            ("keep_search_index", INDEX_SECONDS, core.reindexing.catch_up),
            ("learn_associations", LEARN_SECONDS, core.associations.learn_due),
            ("embed_items", EMBED_SECONDS, core.embeddings.embed_due),
            ("tell_alerts", ALERTS_SECONDS, core.alert_watch.tell_due),
        ),
    )


def _interval(settings: Settings) -> timedelta:
    return timedelta(minutes=settings.poll_interval_minutes)
