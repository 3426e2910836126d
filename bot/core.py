"""Builds the parts that the bot, the local chat and the command line have in common: everything but the platforms."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.clubhouse import Clubhouse, build_clubhouse
from bot.config import OFF, Settings
from bot.domain.errors import SettingsError
from bot.fetching import open_fetcher, utc_now
from bot.platforms.console.payload import payloads as console_payloads
from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.readers.arxiv import ArxivLookup
from bot.readers.embedder import HttpEmbedder
from bot.readers.late import read_post
from bot.readers.pool import PooledReader
from bot.services.alert_watch import AlertWatch
from bot.services.alerts import Alerts
from bot.services.associations import Associations
from bot.services.chat_posts import ChatPosts
from bot.services.chats import Chats
from bot.services.club_findings import ClubFindings
from bot.services.communities import Communities
from bot.services.corrections import Corrections
from bot.services.covered import CoveredBefore
from bot.services.deliveries import Deliveries
from bot.services.delivery_notices import DeliveryNotices
from bot.services.digest_questions import DigestQuestions
from bot.services.digests import Digests
from bot.services.discussions import Discussions
from bot.services.embeddings import Embeddings
from bot.services.forms import Forms
from bot.services.ingest import Ingest
from bot.services.less import Less
from bot.services.noticing import Noticing
from bot.services.opened_items import OpenedItems
from bot.services.ports import ChatDirectory, Clock, DocumentReader, Fetcher, Listener, PaperLookup, Renderer
from bot.services.private_chats import PrivateChats
from bot.services.reaching import Reaching
from bot.services.reindexing import Reindexing
from bot.services.saved import Saved
from bot.services.scheduled_digests import ScheduledDigests
from bot.services.search import Search
from bot.services.search_filters import SearchFilters
from bot.services.search_views import SearchViews
from bot.services.similar import Similar
from bot.services.sources import Sources
from bot.services.stories import Stories
from bot.services.story_offers import StoryOffers
from bot.services.subscriptions import Subscriptions
from bot.services.watching import Watching
from bot.services.zones import Zones
from handlers.build import build_dispatcher
from handlers.registry import Dispatcher
from storage.database import Database

RENDERERS: dict[str, Renderer] = {
    "telegram": telegram_payloads,
    "discord": discord_payloads,
    "console": console_payloads,
}
"""What the outbox keeps for each platform that digests are sent on."""


@dataclass(frozen=True)
class Core:
    """Everything but the platforms: enough for the command line and the local chat."""

    settings: Settings
    clock: Clock
    database: Database
    fetcher: Fetcher
    reader: DocumentReader
    ingest: Ingest
    sources: Sources
    digests: Digests
    search: Search
    reindexing: Reindexing
    stories: Stories
    deliveries: Deliveries
    scheduled_digests: ScheduledDigests
    corrections: Corrections
    discussions: Discussions
    communities: Communities
    subscriptions: Subscriptions
    forms: Forms
    directories: dict[str, ChatDirectory]
    listeners: dict[str, Listener]
    chat_posts: ChatPosts
    alert_watch: AlertWatch
    clubhouse: Clubhouse
    associations: Associations
    embeddings: Embeddings
    dispatcher: Dispatcher


@asynccontextmanager
async def open_core(settings: Settings, *, clock: Clock = utc_now) -> AsyncIterator[Core]:
    """The parts, with the database brought up to date. Raises StorageError and SettingsError."""
    async with AsyncExitStack() as stack:
        database = open_database(settings)
        stack.callback(database.close)
        await asyncio.to_thread(database.migrate)
        fetcher = await stack.enter_async_context(open_fetcher(settings, clock=clock))
        embedder = open_embedder(settings)
        if embedder is not None:
            await stack.enter_async_context(embedder)
        embeddings = Embeddings(database, clock, embedder)
        reader = PooledReader(clock)
        stack.callback(reader.close)
        reaching = Reaching(
            RENDERERS,
            default_language=settings.default_language,
            default_zone=str(settings.default_timezone),
            administrators=settings.administrators,
        )
        noticing = Noticing(reaching)
        ingest = Ingest(database, reader, clock, on_posts=[noticing.notice])
        sources = Sources(database, fetcher, ingest, clock, random.Random())  # noqa: S311 -- jitter, no secret
        stories = Stories(database, clock)
        digests = Digests(database, clock, stories, settings.default_timezone)
        search = Search(
            database, clock, settings.default_timezone, nearest=embeddings.nearest_items if embedder else None
        )
        reindexing = Reindexing(database)
        deliveries = Deliveries(
            database,
            clock,
            random.Random(),  # noqa: S311 -- jitter, no secret
            _notices(settings),
            reaching=reaching,
        )
        directories: dict[str, ChatDirectory] = {}  # each platform adds its own when it connects
        communities = Communities(database, clock, settings.default_timezone, directories=directories)
        scheduled = ScheduledDigests(database, clock, stories, RENDERERS, default_language=settings.default_language)
        subscriptions = Subscriptions(database, clock, digests, directories=directories, builder=scheduled)
        forms = Forms(database, clock)
        listeners: dict[str, Listener] = {}  # as well
        chat_posts = ChatPosts(database, read_post, clock, on_posts=[noticing.notice])
        watching = Watching(
            database,
            clock,
            listeners=listeners,
            directories=directories,
            zone=settings.default_timezone,
        )
        alert_watch = AlertWatch(
            database,
            clock,
            stories,
            reaching,
            RENDERERS,
            default_language=settings.default_language,
        )
        digest_questions = DigestQuestions(database, stories, clock)
        clubhouse = build_clubhouse(
            database,
            clock,
            settings,
            reaching=reaching,
            renderers=RENDERERS,
            directories=directories,
            paper_lookup=_paper_lookup(settings, fetcher, reader),
            digests=digest_questions,
        )
        dispatcher = build_dispatcher(
            digests=digests,
            search=search,
            views=SearchViews(database, clock),
            filters=SearchFilters(database, clock, settings.default_timezone),
            similar=Similar(database, clock, stories),
            reindexing=reindexing,
            opened_items=OpenedItems(database, clock, stories),
            covered=CoveredBefore(database, stories),
            offers=StoryOffers(database, search),
            sources=sources,
            stories=stories,
            chats=Chats(database),
            communities=communities,
            zones=Zones(database, clock, settings.default_timezone),
            subscriptions=subscriptions,
            deliveries=deliveries,
            digest_questions=digest_questions,
            saved=Saved(database, clock),
            forms=forms,
            watching=watching,
            alerts=Alerts(database, clock, zone=str(settings.default_timezone)),
            chat_posts=chat_posts,
            less=Less(database, subscriptions),
            private_chats=PrivateChats(database, clock, reaching),
            club=clubhouse.handlers,
            me=clubhouse.me,
            club_starts=clubhouse.starts,
            findings=ClubFindings(database, clock),
            default_language=settings.default_language,
        )
        yield Core(
            settings,
            clock,
            database,
            fetcher,
            reader,
            ingest,
            sources,
            digests,
            search,
            reindexing,
            stories,
            deliveries,
            scheduled,
            Corrections(database, clock, RENDERERS),
            Discussions(database, clock, random.Random(), _notices(settings)),  # noqa: S311 -- jitter, no secret
            communities,
            subscriptions,
            forms,
            directories,
            listeners,
            chat_posts,
            alert_watch,
            clubhouse,
            Associations(database),
            embeddings,
            dispatcher,
        )


def _paper_lookup(settings: Settings, fetcher: Fetcher, reader: DocumentReader) -> PaperLookup | None:
    """Who is asked what papers are called, None where the settings want nobody to be."""
    return None if settings.arxiv_api_url == OFF else ArxivLookup(fetcher, reader, settings.arxiv_api_url)


def open_embedder(settings: Settings) -> HttpEmbedder | None:
    """The model that makes vectors of texts, to be closed; None where the settings name none."""
    if settings.embeddings_url is None or settings.embeddings_model is None:
        return None
    return HttpEmbedder(
        settings.embeddings_url,
        settings.embeddings_model,
        key=settings.embeddings_key.get_secret_value() if settings.embeddings_key else None,
        timeout=settings.embeddings_timeout_seconds,
    )


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


def _notices(settings: Settings) -> DeliveryNotices:
    """Word to the administrators, on the platforms that have a token."""
    renderers: dict[str, Renderer] = {}
    if settings.telegram_token:
        renderers["telegram"] = telegram_payloads
    if settings.discord_token:
        renderers["discord"] = discord_payloads
    return DeliveryNotices(settings.administrators, renderers, default_language=settings.default_language)
