"""What is offered while somebody types what to look for: titles, each of which finds its own story."""

from __future__ import annotations

import re

from bot.domain.referred import addresses_typed
from bot.domain.summary import shortened
from bot.domain.text import ELLIPSIS
from bot.locales import Translator
from bot.services.covered import CoveredBefore
from bot.services.item_message import item_title
from bot.services.search import Search
from bot.services.story_card import told_to
from handlers.command import Choice, Request

SHORTEST_TYPED = 2
MOST_OFFERED = 25
MOST_LOOKED_AT = 50
"""Titles, the newest, of which those are offered first that begin as somebody types."""
# https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-choice-structure
LONGEST_CHOICE = 100

_QUOTES = re.compile('["“”„‟«»＂〝〞「」『』《》\\s]+')


class TitleCompletion:
    """Completes what somebody types to the titles of what they may see; an address or a paper's number to the title of
    what was written about it."""

    def __init__(self, search: Search, covered: CoveredBefore) -> None:
        self._search = search
        self._covered = covered

    async def __call__(self, request: Request, typed: str, say: Translator) -> tuple[Choice, ...]:
        """At most MOST_OFFERED choices, those that begin as is typed before the others, of each those in the reader's
        language first, then the newest."""
        typed = " ".join(typed.split())
        if len(typed) < SHORTEST_TYPED:
            return ()
        if urls := addresses_typed(typed):
            return await self._at_address(request, urls[0], say)
        here, language = request.chat.destination, say.language.partition("_")[0]
        titles = await self._search.titles(here, typed, MOST_LOOKED_AT, language=language)
        begun = typed.casefold()
        titles.sort(key=lambda title: not title.casefold().startswith(begun))
        return tuple(_choice(title) for title in titles[:MOST_OFFERED])

    async def _at_address(self, request: Request, url: str, say: Translator) -> tuple[Choice, ...]:
        if len(url) > LONGEST_CHOICE:
            return ()
        (found,) = await self._covered.of(request.chat.destination, [url])
        titles = [item_title(told_to(one.items, say)) for one in found.stories[:1] if one.about]
        return tuple(Choice(shortened(title, LONGEST_CHOICE), url) for title in titles)


def _choice(title: str) -> Choice:
    """A title to read, and a question that finds it: its words in a row, as many of them as Discord takes."""
    words = _QUOTES.sub(" ", title).strip()
    return Choice(shortened(title, LONGEST_CHOICE), f'"{shortened(words, LONGEST_CHOICE - 2).removesuffix(ELLIPSIS)}"')
