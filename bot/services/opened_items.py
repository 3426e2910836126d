"""Items that somebody opens to read them, which is remembered of the stories that they tell."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.communities import Viewer
from bot.domain.items import Item, visible
from bot.services.ports import Clock
from bot.services.stories import Stories
from storage.database import Database
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OpenedItem:
    """A whole item, the story that it tells, and what else of that story the reader may see."""

    item: Item
    story_id: int
    others: tuple[Item, ...]


class OpenedItems:
    """Opens items. `person` is a platform and an id there."""

    def __init__(self, database: Database, clock: Clock, stories: Stories) -> None:
        self._database = database
        self._clock = clock
        self._stories = stories

    async def open(self, viewer: Viewer, person: str, item_id: int) -> OpenedItem | None:
        """A whole item, whose story that person has read from now on. None where it is gone, or not for those who ask.
        May be repeated."""
        await self._stories.catch_up()
        return await self._database.run(self._open, viewer, person, item_id)

    def _open(self, uow: UnitOfWork, viewer: Viewer, person: str, item_id: int) -> OpenedItem | None:
        hidden = uow.hidden_from(viewer)
        story = next(iter(uow.stories.many(uow.stories.of_items([item_id]).values())), None)
        items = visible(uow.items.many(story.item_ids), hidden) if story else ()
        opened = next((item for item in items if item.id == item_id), None)
        if story is None or opened is None:
            return None
        uow.readings.open(person, story.id, now=self._clock())
        return OpenedItem(opened, story.id, tuple(item for item in items if item is not opened))
