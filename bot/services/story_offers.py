"""Stories to send on: what everybody may see of what fits, or of what is new."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from itertools import islice

from bot.domain.communities import NOWHERE
from bot.domain.items import Item, visible
from bot.domain.second_tries import Retry
from bot.services.search import Search
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
    """Stories with a key each, the best or the newest first; whether there are `more` of them behind. `retry`: they are
    what another question finds that was meant."""

    stories: tuple[tuple[str, tuple[Item, ...]], ...]
    more: bool = False
    retry: Retry | None = None


class StoryOffers:
    """Finds stories for somebody who sends them to a chat that nobody knows here."""

    def __init__(self, database: Database, search: Search) -> None:
        self._database = database
        self._search = search

    async def found(self, words: str, page: int, *, language: str) -> OfferedStories:
        """A page of what fits, for a reader of a language, whose last word may not be finished. May be repeated."""
        look = partial(self._search.page, NOWHERE, page=page, size=PAGE_SIZE, language=language)
        results = await look(words, literal=True)
        if not results.whole and _UNFINISHED.search(words):
            begun = await look(f"{words}*", literal=True)
            results = begun if begun.whole else results
        if not results.whole:
            results = await look(words)
        if page > results.pages:
            return OfferedStories(())
        stories = tuple((_key(hit.story_id, hit.items[0].id), hit.items) for hit in results.hits)
        return OfferedStories(stories, results.page < results.pages, results.retry)

    async def newest(self) -> OfferedStories:
        """What appeared last."""
        return OfferedStories(await self._database.query(_newest))


def _key(story_id: int | None, item_id: int) -> str:
    """What tells a story from others, also before an item that was just read is in any."""
    return f"item-{item_id}" if story_id is None else str(story_id)


def _newest(uow: UnitOfWork) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    """The stories of the newest items in their order, as far as everybody may see them."""
    hidden = uow.hidden_from(NOWHERE)
    ids = uow.items.newest(limit=ITEMS_LOOKED_AT, hidden=hidden)
    story_of = uow.stories.of_items(ids)
    members = {story.id: story.item_ids for story in uow.stories.many(story_of.values())}
    found = {_key(story_of.get(one), one): members.get(story_of.get(one, 0), (one,)) for one in ids}
    shown = ((key, visible(uow.items.many(item_ids), hidden)) for key, item_ids in found.items())
    return tuple(islice(((key, items) for key, items in shown if items), PAGE_SIZE))
