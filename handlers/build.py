"""All commands on one table."""

from __future__ import annotations

from collections.abc import Mapping

from bot.services.alerts import Alerts
from bot.services.chat_posts import ChatPosts
from bot.services.chats import Chats
from bot.services.club_findings import ClubFindings
from bot.services.communities import Communities
from bot.services.covered import CoveredBefore
from bot.services.deliveries import Deliveries
from bot.services.digest_questions import DigestQuestions
from bot.services.digests import Digests
from bot.services.forms import Forms
from bot.services.less import Less
from bot.services.opened_items import OpenedItems
from bot.services.private_chats import PrivateChats
from bot.services.reindexing import Reindexing
from bot.services.saved import Saved
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
from handlers.alerts import AlertHandlers
from handlers.club import ClubHandlers
from handlers.club_access import asking
from handlers.communities import CommunityHandlers
from handlers.completion import TitleCompletion
from handlers.covered import CoveredHandlers
from handlers.deliveries import DeliveryHandlers
from handlers.digests import DigestHandlers
from handlers.help import HelpHandlers
from handlers.less import LessHandlers
from handlers.me import MeHandlers
from handlers.offers import OfferHandlers
from handlers.registry import Dispatcher, Handler
from handlers.result_pages import ResultPages
from handlers.saved import SavedHandlers
from handlers.search import SearchHandlers
from handlers.search_filters import SearchFilterHandlers
from handlers.settings import SettingsHandlers
from handlers.similar import SimilarHandlers
from handlers.sources import SourceHandlers
from handlers.stories import StoryHandlers
from handlers.subscriptions import SubscriptionHandlers
from handlers.watching import WatchHandlers
from handlers.why import WhyHandlers
from handlers.zones import ZoneHandlers


def build_dispatcher(
    *,
    digests: Digests,
    search: Search,
    views: SearchViews,
    filters: SearchFilters,
    similar: Similar,
    reindexing: Reindexing,
    opened_items: OpenedItems,
    covered: CoveredBefore,
    offers: StoryOffers,
    sources: Sources,
    stories: Stories,
    chats: Chats,
    communities: Communities,
    zones: Zones,
    subscriptions: Subscriptions,
    deliveries: Deliveries,
    digest_questions: DigestQuestions,
    saved: Saved,
    forms: Forms,
    watching: Watching,
    alerts: Alerts,
    chat_posts: ChatPosts,
    less: Less,
    private_chats: PrivateChats,
    club: ClubHandlers,
    me: MeHandlers,
    club_starts: Mapping[str, Handler],
    findings: ClubFindings,
    default_language: str,
) -> Dispatcher:
    """The dispatcher over all commands, in the order in which menus list them."""
    settings = SettingsHandlers(chats, default_language=default_language)
    chats_together = CommunityHandlers(communities, in_private=me.link)
    put_aside = SavedHandlers(saved)
    titles = TitleCompletion(search, covered)
    results = ResultPages(
        search,
        views,
        similar=similar,
        stories=stories,
        covered=covered,
        findings=findings,
        index=reindexing,
        zone=digests.zone,
    )
    finds = SearchHandlers(results, opened_items, findings, digests.zone, complete=titles)
    told = AlertHandlers(alerts, search, views, find=finds.answer)
    starts = {
        "link": chats_together.start,
        "saved": put_aside.start,
        "me": me.start,
        "alert": told.start,
        "search": finds.start,
        **club_starts,
    }
    nouns = (
        DigestHandlers(digests, findings),
        finds,
        SearchFilterHandlers(filters, views, results),
        SimilarHandlers(results, covered, complete=titles),
        CoveredHandlers(covered, digests.zone, findings),
        told,
        SourceHandlers(sources, digests.zone),
        StoryHandlers(stories, search, digests.zone, findings, complete=titles),
        WhyHandlers(digest_questions, findings),
        put_aside,
        LessHandlers(less),
        SubscriptionHandlers(subscriptions),
        club,
        WatchHandlers(watching, chat_posts),
        chats_together,
        ZoneHandlers(zones),
        settings,
        me,
        DeliveryHandlers(deliveries),
        HelpHandlers(lambda: dispatcher.commands, starts),
    )
    dispatcher = Dispatcher(
        tuple(command for noun in nouns for command in noun.commands()),
        {name: handler for noun in nouns for name, handler in noun.actions().items()},
        language_of=settings.language_of,
        default_language=default_language,
        forms=forms,
        offerer=OfferHandlers(offers).offer,
        heard=lambda request: private_chats.heard(asking(request).account, request.chat.id),
    )
    return dispatcher
