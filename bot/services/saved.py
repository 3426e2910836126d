"""Stories that people have put aside for themselves."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.items import Item
from bot.services.ports import Clock
from storage.database import Database
from storage.unit_of_work import UnitOfWork

PAGE_SIZE = 8


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page of what somebody has saved, the newest first: stories by id, with their items."""

    stories: tuple[tuple[int, tuple[Item, ...]], ...]
    total: int
    page: int
    pages: int

    @property
    def first_number(self) -> int:
        return (self.page - 1) * PAGE_SIZE + 1


class Saved:
    """Keeps what people save. `person` is a platform and an id there."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def save(self, person: str, story_id: int) -> bool:
        """Puts a story aside. False where there is no such story any more. May be repeated."""

        def work(uow: UnitOfWork) -> bool:
            story = uow.stories.get(story_id)
            if story is not None:
                uow.digests.save_story(person, story.id, now=self._clock())
            return story is not None

        return await self._database.run(work)

    async def forget(self, person: str, story_id: int) -> None:
        """Takes a story off the list. May be repeated."""
        await self._database.run(lambda uow: uow.digests.forget_story(person, story_id))

    async def page(self, person: str, page: int = 1) -> SavedPage:
        """A page of the list; one out of range becomes the nearest there is. Stories of which nothing is left are not
        on it."""
        return await self._database.query(_page, person, page)

    async def all(self, person: str) -> list[tuple[Item, ...]]:
        """Everything on the list."""
        return await self._database.query(lambda uow: [items for _, items in _stories(uow, person)])


def _page(uow: UnitOfWork, person: str, page: int) -> SavedPage:
    stories = _stories(uow, person)
    pages = max(1, -(-len(stories) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return SavedPage(tuple(stories[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]), len(stories), page, pages)


def _stories(uow: UnitOfWork, person: str) -> list[tuple[int, tuple[Item, ...]]]:
    """The stories by the ids that they were saved by, each once though it may have become one with others."""
    found: dict[int, tuple[int, tuple[Item, ...]]] = {}
    for saved in uow.digests.saved_stories(person):
        story = uow.stories.get(saved)
        if story is not None and story.id not in found:
            found[story.id] = (saved, tuple(uow.items.many(story.item_ids)))
    return list(found.values())
