"""Filters of a search that the index does not hold, because what they ask about changes: what somebody has saved or
opened, what their club has discussed, the story with a number."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.domain.discussed import discussed_before
from bot.domain.matching import EVERYTHING, Expression, OneOf, Without
from bot.domain.nominations import address_named
from bot.domain.question import Facet, Filter, Has, Mine
from bot.services.clubs import Asking, reachable
from storage.unit_of_work import UnitOfWork

MOST = 5_000
"""Items that one filter leaves, the newest."""


def chosen(uow: UnitOfWork, one: Filter, asking: Asking | None, now: datetime) -> Expression:
    """What fits the items that such a filter leaves."""
    found = OneOf(_items(uow, one, asking, now))
    # Who has not opened something is known by what they have opened.
    return Without(EVERYTHING, found) if one.value == Mine.UNREAD else found


def discussed_papers(uow: UnitOfWork, asking: Asking | None, now: datetime) -> frozenset[str]:
    """The papers that clubs within reach have discussed, by their identities."""
    if asking is None:
        return frozenset()
    sessions = uow.club_sessions.discussed(reachable(uow, asking)).values()
    return frozenset(discussed_before([pair for some in sessions for pair in some], now))


def _items(uow: UnitOfWork, one: Filter, asking: Asking | None, now: datetime) -> frozenset[int]:
    match one.facet, one.value:
        case Facet.ID, number:
            return _numbered(uow, number)
        case Facet.IS, Mine.SAVED:
            return _of_stories(uow, uow.digests.saved_stories(asking.account.key)) if asking else frozenset()
        case Facet.IS, Mine.UNREAD:
            return _of_stories(uow, uow.readings.opened(asking.account.key, limit=MOST)) if asking else frozenset()
        case Facet.HAS, Has.DISCUSSION | Has.MATERIALS:
            return _discussed(uow, asking, now, with_materials=one.value == Has.MATERIALS) if asking else frozenset()
    return frozenset()


def _numbered(uow: UnitOfWork, number: str) -> frozenset[int]:
    """The items of the story with a number."""
    story = uow.stories.get(int(number)) if number.isdecimal() and len(number) < 16 else None
    return frozenset(story.item_ids) if story else frozenset()


def _of_stories(uow: UnitOfWork, story_ids: Collection[int]) -> frozenset[int]:
    """The items of stories, or of those that they have become part of."""
    stories = {story.id: story for story in uow.stories.many(story_ids)}
    joined = (story for one in story_ids if one not in stories and (story := uow.stories.get(one)))
    return frozenset(item_id for story in (*stories.values(), *joined) for item_id in story.item_ids)


def _discussed(uow: UnitOfWork, asking: Asking, now: datetime, *, with_materials: bool) -> frozenset[int]:
    """The items about papers that clubs within reach have discussed, or whose sessions have left something."""
    left = frozenset(uow.materials.papers(reachable(uow, asking))) if with_materials else None
    identities = discussed_papers(uow, asking, now) if left is None else left
    addresses = filter(None, map(address_named, identities))
    return frozenset(item_id for url in addresses for item_id in uow.items.naming(url, limit=MOST))
