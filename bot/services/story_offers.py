"""Stories to send on: what everybody may see of what fits, or of what is new."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from bot.domain.communities import NOWHERE
from bot.domain.items import Item, visible
from bot.services.search import Search
from bot.services.stories import Stories
from storage.database import Database
from storage.unit_of_work import UnitOfWork

PAGE_SIZE = 10
"""Stories at once; more are asked for when somebody gets to their end."""
ITEMS_LOOKED_AT = 60
"""The newest items: several of them are one story."""


_UNFINISHED = re.compile(r"(?:^|\s)[^\W_]{3,}$")
"""A word without any sign in it at the end; fewer letters begin too many words."""


@dataclass(frozen=True, slots=True)
class OfferedStories:
    """Stories with their ids, the best or the newest first; whether there are `more` of them behind."""

    stories: tuple[tuple[int, tuple[Item, ...]], ...]
    more: bool = False


class StoryOffers:
    """Finds stories for somebody who sends them to a chat that nobody knows here."""

    def __init__(self, database: Database, search: Search, stories: Stories) -> None:
        self._database = database
        self._search = search
        self._stories = stories

    async def found(self, words: str, page: int, *, language: str) -> OfferedStories:
        """A page of what fits, for a reader of a language, whose last word may not be finished. May be repeated."""
        await self._stories.catch_up()
        look = partial(self._search.page, NOWHERE, page=page, size=PAGE_SIZE, language=language)
        results = await look(words, literal=True)
        if not results.whole and _UNFINISHED.search(words):
            begun = await look(f"{words}*", literal=True)
            results = begun if begun.whole else results
        if not results.hits:
            results = await look(words)
        if page > results.pages:
            return OfferedStories(())
        stories = tuple((hit.story_id, hit.items) for hit in results.hits if hit.story_id is not None)
        return OfferedStories(stories, results.page < results.pages)

    async def newest(self) -> OfferedStories:
        """What appeared last."""
        await self._stories.catch_up()
        return OfferedStories(await self._database.query(_newest))


def _newest(uow: UnitOfWork) -> tuple[tuple[int, tuple[Item, ...]], ...]:
    """The stories of the newest items in their order, as far as everybody may see them."""
    hidden = uow.hidden_from(NOWHERE)
    ids = uow.items.newest(limit=ITEMS_LOOKED_AT, hidden=hidden)
    story_of = uow.stories.of_items(ids)
    order = list(dict.fromkeys(story_of[one] for one in ids if one in story_of))[:PAGE_SIZE]
    items_of = {story.id: visible(uow.items.many(story.item_ids), hidden) for story in uow.stories.many(order)}
    return tuple((story_id, items) for story_id in order if (items := items_of.get(story_id)))
