"""All commands on one table."""

from __future__ import annotations

from bot.services.chats import Chats
from bot.services.digests import Digests
from bot.services.search import Search
from bot.services.sources import Sources
from handlers.digests import DigestHandlers
from handlers.help import HelpHandlers
from handlers.registry import Dispatcher
from handlers.search import SearchHandlers
from handlers.settings import SettingsHandlers
from handlers.sources import SourceHandlers


def build_dispatcher(
    *, digests: Digests, search: Search, sources: Sources, chats: Chats, default_language: str
) -> Dispatcher:
    """The dispatcher over all commands, in the order in which menus list them."""
    settings = SettingsHandlers(chats, default_language=default_language)
    nouns = (
        DigestHandlers(digests),
        SearchHandlers(search, digests.zone),
        SourceHandlers(sources, digests.zone),
        settings,
        HelpHandlers(lambda: dispatcher.commands),
    )
    dispatcher = Dispatcher(
        tuple(command for noun in nouns for command in noun.commands()),
        {name: handler for noun in nouns for name, handler in noun.actions().items()},
        language_of=settings.language_of,
        default_language=default_language,
    )
    return dispatcher
