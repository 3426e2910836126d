"""Search on request: results page by page, and whole items."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.communities import Viewer
from bot.domain.items import Item, visible
from bot.domain.search import Query, parse_query
from bot.services.ports import Clock
from storage.database import Database
from storage.search import Hit
from storage.unit_of_work import UnitOfWork

PAGE_SIZE = 5
DEEPEST_PAGE = 200
LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of results, best first. `total` is a lower bound unless `exact`. `loose`: no item has all the words, so
    these have some of them. Pages count from 1."""

    query: Query
    hits: tuple[Hit, ...]
    total: int
    exact: bool
    loose: bool
    page: int
    pages: int


class Search:
    """Finds items by words, phrases and the papers that they are about."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def page(self, viewer: Viewer, words: str, page: int = 1, *, size: int = PAGE_SIZE) -> SearchResults:
        """A page of the results for what somebody typed; one out of range becomes the nearest there is.
        Never a mistake of syntax. May be repeated."""
        return await self._database.query(lambda uow: find(uow, uow.hidden_from(viewer), words, page, size))

    async def item(self, viewer: Viewer, item_id: int) -> Item | None:
        """A whole item, None where it is gone, or not for those who ask."""

        def look_up(uow: UnitOfWork) -> Item | None:
            return next(iter(visible(uow.items.many([item_id]), uow.hidden_from(viewer))), None)

        return await self._database.query(look_up)

    async def titles(self, viewer: Viewer, prefix: str, limit: int) -> list[str]:
        """Titles for somebody who is typing, at most `limit`."""

        def look_up(uow: UnitOfWork) -> list[tuple[int, str]]:
            return uow.search.titles(prefix[:LONGEST_QUERY], limit, hidden=uow.hidden_from(viewer))

        return [title for _id, title in await self._database.query(look_up)]

    async def remember(self, words: str) -> int:
        """Keeps the question, so that the buttons below its answer work for as long as the message is there."""
        kept = {"words": words[:LONGEST_QUERY]}
        now = self._clock()
        return await self._database.run(lambda uow: uow.views.add("search", kept, now=now))

    async def recall(self, view_id: int) -> str | None:
        """The words that were remembered, None where they have been forgotten."""
        view = await self._database.query(lambda uow: uow.views.get(view_id))
        return str(view.parameters["words"]) if view and view.kind == "search" else None


def find(uow: UnitOfWork, hidden: frozenset[int], words: str, page: int, size: int) -> SearchResults:
    """A page of results inside a transaction: all words, else some of them."""
    query = parse_query(words[:LONGEST_QUERY])
    results = _page(uow, hidden, query, page, size, loose=False)
    if results.hits or query.any_word:
        return results
    loose = _page(uow, hidden, query.loosened(), page, size, loose=True)
    return loose if loose.hits else results


def _page(uow: UnitOfWork, hidden: frozenset[int], query: Query, page: int, size: int, *, loose: bool) -> SearchResults:
    page = min(max(page, 1), DEEPEST_PAGE)
    found = uow.search.find(query, limit=size, offset=(page - 1) * size, hidden=hidden)
    pages = min(max(1, -(-found.total // size)), DEEPEST_PAGE)
    if page > pages:
        return _page(uow, hidden, query, pages, size, loose=loose)
    return SearchResults(query, found.hits, found.total, found.total_is_exact, loose, page, pages)
