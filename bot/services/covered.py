"""Was this covered? What was written about the addresses that somebody names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.communities import Viewer
from bot.domain.items import Item, visible
from bot.domain.nominations import for_address
from bot.domain.papers import PaperId, paper_of
from bot.domain.story_links import is_about, links_of
from bot.services.stories import Stories
from storage.database import Database
from storage.unit_of_work import UnitOfWork

MOST_ADDRESSES = 10
"""Addresses that are looked up at once."""
MOST_ITEMS = 50
"""Items, the newest, that are looked at for an address: a page that everybody links to is in thousands."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """A story in which an address stands, its items the newest first. Where the story is `about` what is there these
    are all of its items, else those that cite it."""

    story_id: int | None
    items: tuple[Item, ...]
    about: bool


@dataclass(frozen=True, slots=True)
class Covered:
    """An address and where it was covered, the newest story first, those that only cite it after the others. `url` is
    clean."""

    url: str
    stories: tuple[Coverage, ...] = ()

    @property
    def paper(self) -> PaperId | None:
        """The paper that is at the address."""
        return paper_of(self.url)

    @property
    def identities(self) -> tuple[str, ...]:
        """What a club may have discussed of it: what is at the address, and the papers of the stories about it."""
        there = for_address(self.url)
        papers = [links_of(one.items).paper for one in self.stories if one.about]
        return tuple(dict.fromkeys([*([there.identity] if there else []), *(str(one) for one in papers if one)]))


class CoveredBefore:
    """Looks addresses up, exactly: by the papers that they lead to, else by the links of items."""

    def __init__(self, database: Database, stories: Stories) -> None:
        self._database = database
        self._stories = stories

    async def of(self, viewer: Viewer, urls: Sequence[str]) -> list[Covered]:
        """What those who ask may see about clean addresses, in their order; of more than MOST_ADDRESSES, the first."""
        await self._stories.catch_up()
        return await self._database.query(_look_up, viewer, urls[:MOST_ADDRESSES])


def _look_up(uow: UnitOfWork, viewer: Viewer, urls: Sequence[str]) -> list[Covered]:
    hidden = uow.hidden_from(viewer)
    return [Covered(url, _coverage(uow, url, hidden)) for url in urls]


def _coverage(uow: UnitOfWork, url: str, hidden: frozenset[int]) -> tuple[Coverage, ...]:
    ids = uow.items.naming(url, limit=MOST_ITEMS, hidden=hidden)
    stories = uow.stories.many(uow.stories.of_items(ids).values())
    found = [
        _in_story(story.id, visible(uow.items.many(story.item_ids), hidden), frozenset(ids), url) for story in stories
    ]
    alone = set(ids).difference(*(story.item_ids for story in stories))
    found += [_in_story(None, (item,), frozenset(ids), url) for item in uow.items.many(sorted(alone))]
    return tuple(sorted(found, key=lambda one: (one.about, _newness(one.items[0])), reverse=True))


def _in_story(story_id: int | None, items: Sequence[Item], naming: frozenset[int], url: str) -> Coverage:
    about = is_about(items, url)
    shown = items if about else [item for item in items if item.id in naming]
    return Coverage(story_id, tuple(sorted(shown, key=_newness, reverse=True)), about)


def _newness(item: Item) -> tuple[datetime, int]:
    return item.published_at or item.first_seen_at, item.id
