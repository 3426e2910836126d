"""The index of words, behind what is stored: items that were analysed otherwise or not at all, and the vocabulary.

Everything is done in small transactions, so that nobody waits for it, and search works meanwhile: it finds what has
been analysed anew by its new words, the rest by its old ones.
"""

from __future__ import annotations

import structlog

from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

ITEMS_AT_ONCE = 100
"""Items that are analysed in one transaction: some hundredths of a second."""

STEPS = 20
"""Transactions at one call of the clock."""


class Reindexing:
    """Brings the index up to date at leisure."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told = False

    async def catch_up(self) -> None:
        """Does a part of what is to be done, the newest items first. May be repeated."""
        for _ in range(STEPS):
            if not await self.reindex_some():
                break
        for _ in range(STEPS):
            if not await self.count_some_words():
                break
        for _ in range(STEPS):
            if not await self._database.run(_tidy):
                break

    async def reindex_some(self) -> int:
        """Analyses the next items anew; how many those were, 0 where all are as they should be."""
        done = await self._database.run(_reindex_some) if not await self._database.query(_is_complete) else 0
        if bool(done) is not self._told:
            self._told = bool(done)
            log.info("search_index_outdated" if done else "search_index_complete")
        return done

    async def count_some_words(self) -> bool:
        """Takes the words of the next items into the vocabulary, False where all of them are in it."""
        return await self._database.run(_count_words)

    async def start_anew(self) -> None:
        """Empties the index and the vocabulary: all is to be done from the newest item on. May be repeated."""
        await self._database.run(lambda uow: uow.search_index.clear())

    async def progress(self) -> tuple[int, int]:
        """How many items are found as they are analysed today, and how many there are."""
        return await self._database.query(lambda uow: uow.search_index.progress())

    async def unfinished(self) -> tuple[int, int] | None:
        """The same, None where all are found so. Costs next to nothing then."""
        return await self._database.query(_unfinished)


def _unfinished(uow: UnitOfWork) -> tuple[int, int] | None:
    return None if uow.search_index.is_complete() else uow.search_index.progress()


def _is_complete(uow: UnitOfWork) -> bool:
    return uow.search_index.is_complete()


def _reindex_some(uow: UnitOfWork) -> int:
    item_ids = uow.search_index.take_outdated(ITEMS_AT_ONCE)
    uow.items.index_again(item_ids)
    return len(item_ids)


def _tidy(uow: UnitOfWork) -> bool:
    return uow.search_index.tidy()


def _count_words(uow: UnitOfWork) -> bool:
    return uow.search_index.count_words()
