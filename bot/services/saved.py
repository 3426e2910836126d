"""Stories that people have put aside for themselves."""

from __future__ import annotations

from bot.domain.communities import Viewer
from bot.domain.items import Item, visible
from bot.domain.pages import Page, page_of
from bot.services.ports import Clock
from storage.database import Database
from storage.unit_of_work import UnitOfWork

PAGE_SIZE = 8


SavedStory = tuple[int, tuple[Item, ...]]
"""The id that a story was saved by, and its items."""


class Saved:
    """Keeps what people save. `person` is a platform and an id there."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def save(self, viewer: Viewer, person: str, story_id: int) -> bool:
        """Puts a story aside, which counts as read then. False where there is no such story any more, or none for those
        who ask. May be repeated."""

        def work(uow: UnitOfWork) -> bool:
            story = uow.stories.get(story_id)
            items = visible(uow.items.many(story.item_ids), uow.hidden_from(viewer)) if story else ()
            if story is not None and items:
                now = self._clock()
                uow.digests.save_story(person, story.id, [item.id for item in items], now=now)
                uow.readings.open(person, story.id, now=now)
            return bool(items)

        return await self._database.run(work)

    async def forget(self, person: str, story_id: int) -> None:
        """Takes a story off the list. May be repeated."""
        await self._database.run(lambda uow: uow.digests.forget_story(person, story_id))

    async def page(self, viewer: Viewer, person: str, page: int = 1) -> Page[SavedStory]:
        """A page of the list, the newest first; one out of range becomes the nearest there is. Stories of which nothing
        is left are not on it. What somebody has saved stays their own, wherever they ask for it."""
        return page_of(await self._database.query(_stories, viewer, person), page, PAGE_SIZE)

    async def all(self, viewer: Viewer, person: str) -> list[tuple[Item, ...]]:
        """Everything on the list of which something is left, in the order in which it was saved."""
        stories = await self._database.query(_stories, viewer, person)
        return [items for _, items in reversed(stories) if items]


def _stories(uow: UnitOfWork, viewer: Viewer, person: str) -> list[SavedStory]:
    """The stories by the ids that they were saved by, each once though it may have become one with others."""
    hidden = uow.hidden_from(viewer)
    found: dict[int, SavedStory] = {}
    for saved, own in uow.digests.saved_stories(person).items():
        story = uow.stories.get(saved)
        if story is None or story.id in found:
            continue
        items = uow.items.many(story.item_ids)
        seen = {item.id for item in visible(items, hidden)} | own
        if shown := tuple(item for item in items if item.id in seen):
            found[story.id] = (saved, shown)
    return list(found.values())
