"""The index of words. This is SQLite's (FTS5, https://sqlite.org/fts5.html); only this file knows it.

Texts and queries are prepared by `bot.domain.search`; the index itself only splits at what is no letter or digit.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, false, func, or_, select, union
from sqlalchemy.exc import DBAPIError

from bot.domain.compared_words import compared_words
from bot.domain.items import NOTHING_HIDDEN, Item
from bot.domain.search import Query, Term, index_words, parse_query
from storage.hidden import seen_without
from storage.tables import ItemLinkRow, ItemPaperRow, ItemRow

RANKED = 1000
"""How many matches are ranked, the newest. Ranking 50,000 takes a second, ranking these a few milliseconds."""

SHORTEST_PREFIX = 3  # fewer letters begin so many words that looking at all of them takes a second

_INSERT = "INSERT INTO search_index(rowid, title, body, original, authors) VALUES (?, ?, ?, ?, ?)"
_DELETE = "DELETE FROM search_index WHERE rowid = ?"
# A word in the title says more than one in the text; the original of a translation and the names say less.
_SCORED = "SELECT rowid, -bm25(search_index, 4.0, 1.0, 0.5, 0.5) FROM search_index WHERE search_index MATCH ?"
_FOUND = "SELECT rowid FROM search_index WHERE search_index MATCH ?"
_TITLES = (
    "SELECT items.id, items.title FROM search_index JOIN items ON items.id = search_index.rowid "
    "WHERE search_index MATCH ?"
)
_NEWEST = "ORDER BY search_index.rowid DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that fits a query; the higher the score, the better."""

    item: Item
    score: float


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Some of the hits, best first. `total` counts all, or where it is not exact, those that were ranked."""

    total: int
    total_is_exact: bool
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class IndexedItem:
    """What of an item is searched."""

    item_id: int
    title: str | None
    text: str
    original_text: str | None
    authors: tuple[str, ...]


_INDEX = (
    """
    CREATE VIRTUAL TABLE search_index
    USING fts5(title, body, original, authors, tokenize = 'unicode61 remove_diacritics 2')
    """,
    # Each commit leaves a small tree behind. Merging more of them at once makes storing a third faster.
    "INSERT INTO search_index(search_index, rank) VALUES ('automerge', 16)",
    """
    CREATE TRIGGER items_leave_search_index AFTER DELETE ON items
    BEGIN DELETE FROM search_index WHERE rowid = old.id; END
    """,
)


def create_index(connection: Connection) -> None:
    """Makes the empty index of a new database, as the migrations do."""
    for statement in _INDEX:
        connection.exec_driver_sql(statement)


def add_to_index(connection: Connection, items: Iterable[IndexedItem]) -> None:
    """Makes items findable that are not in the index yet."""
    rows = [_row(item) for item in items]
    if rows:
        connection.exec_driver_sql(_INSERT, rows)


def remove_from_index(connection: Connection, item_ids: Iterable[int]) -> None:
    """Makes items unfindable. May be repeated."""
    rows = [(item_id,) for item_id in item_ids]
    if rows:
        connection.exec_driver_sql(_DELETE, rows)


def index_problems(connection: Connection) -> list[str]:
    """What is wrong with the index, a sentence each."""
    try:
        connection.exec_driver_sql("INSERT INTO search_index(search_index) VALUES ('integrity-check')")
    except DBAPIError as error:
        return [f"The search index is damaged: {error.orig}."]
    shown = select(func.count()).select_from(ItemRow).where(ItemRow.withdrawn_at.is_(None))
    items = connection.scalar(shown)
    indexed = connection.exec_driver_sql("SELECT count(*) FROM search_index_docsize").scalar()
    return [] if items == indexed else [f"The search index holds {indexed} items, there are {items}."]


class Search:
    """Finds items by the words, papers and links that are in them. `load` gives the items with these ids, in order.
    Of `hidden` sources only what is everybody's is found, and nothing else of them counts."""

    def __init__(self, connection: Connection, load: Callable[[Sequence[int]], list[Item]]) -> None:
        self._connection = connection
        self._load = load

    def find(self, query: Query, *, limit: int, offset: int = 0, hidden: frozenset[int] = NOTHING_HIDDEN) -> SearchPage:
        """The hits from `offset` on. Of `RANKED` matches and more the newest are ranked, and the total is not exact.

        An empty query finds nothing.
        """
        scores = self._scores(query, hidden)
        best = sorted(scores, key=lambda item_id: (-scores[item_id], -item_id))[offset : offset + limit]
        hits = tuple(Hit(item, scores[item.id]) for item in self._load(best))
        return SearchPage(len(scores), len(scores) < RANKED, hits)

    def titles(self, prefix: str, limit: int, *, hidden: frozenset[int] = NOTHING_HIDDEN) -> list[tuple[int, str]]:
        """The newest items (id, title) in whose titles stand the words that somebody is typing, in any order; the last
        word may be unfinished. No title twice."""
        asked = [f"title : {_quoted(term.phrases[0])}" for term in parse_query(prefix).terms]
        if not asked:
            return []
        if prefix[-SHORTEST_PREFIX:].isalnum() and len(prefix) >= SHORTEST_PREFIX:
            asked[-1] += "*"
        rows = self._connection.exec_driver_sql(
            f"{_TITLES} {_without(hidden)} {_NEWEST}",
            (" AND ".join(asked), 2 * limit),  # some titles appear twice
        )
        newest: dict[str, int] = {}
        for item_id, title in rows:
            newest.setdefault(title, item_id)
        return [(item_id, title) for title, item_id in newest.items()][:limit]

    def _scores(self, query: Query, hidden: frozenset[int]) -> dict[int, float]:
        if query.papers or query.links:
            named = self._named(query, hidden)
            if not query.terms or not named:
                return dict.fromkeys(named, 1.0)
            # Without the plus sign the whole question would be asked anew for each of these rows.
            among = f"AND +rowid IN ({', '.join('?' * len(named))})"
            return self._by_relevance(f"{_SCORED} {among}", _expression(query), *named)
        if not query.terms:
            return {}
        expression = _expression(query)
        newest = self._newest(expression, hidden)
        if len(newest) == RANKED:
            return self._by_rarity(query, hidden) if query.any_word else self._by_titles(expression, newest, hidden)
        return self._by_relevance(f"{_SCORED} {_without(hidden)}", expression) if newest else {}

    def _newest(self, expression: str, hidden: frozenset[int], *, since: int = 0) -> list[int]:
        statement = f"{_FOUND} AND rowid >= ? {_without(hidden)} {_NEWEST}"
        return [row[0] for row in self._connection.exec_driver_sql(statement, (expression, since, RANKED)).all()]

    def _by_relevance(self, statement: str, *parameters: str | int) -> dict[int, float]:
        """Scores that weigh how rare and how frequent the words are. To know the former, the index counts each term
        in all items, which takes long for what is in very many of them."""
        return dict(self._connection.exec_driver_sql(statement, parameters).all())

    def _by_titles(self, expression: str, newest: Sequence[int], hidden: frozenset[int]) -> dict[int, float]:
        """Scores for the newest of many items: those whose titles hold everything that was asked for come first."""
        entitled = set(self._newest(f"title : ({expression})", hidden, since=newest[-1]))
        return {item_id: 2.0 if item_id in entitled else 1.0 for item_id in newest}

    def _by_rarity(self, query: Query, hidden: frozenset[int]) -> dict[int, float]:
        """Scores for the newest items of each term, by the terms that they have: one that few items have counts most.

        All matches at once would be the newest with the commonest term, and none of the others.
        """
        scores: dict[int, float] = defaultdict(float)
        for term in query.terms:
            found = self._newest(_alternatives(term), hidden)
            if found:
                # As many as these stand in each so many rows, so that a common term is told from a rare one.
                spread = found[0] - found[-1] + 1 if len(found) == RANKED else found[0] * RANKED
                weight = math.log1p(spread / len(found))
                for item_id in found:
                    scores[item_id] += weight
        return scores

    def _named(self, query: Query, hidden: frozenset[int]) -> list[int]:
        """The newest items that name one of the papers or hold one of the links."""
        papers = [and_(ItemPaperRow.scheme == one.scheme, ItemPaperRow.value == one.value) for one in query.papers]
        ids = union(
            select(ItemPaperRow.item_id).where(or_(false(), *papers)),
            select(ItemLinkRow.item_id).where(ItemLinkRow.key.in_(query.links)),
        )
        shown = select(ItemRow.id).where(ItemRow.id.in_(ids), ItemRow.withdrawn_at.is_(None), *seen_without(hidden))
        return list(self._connection.scalars(shown.order_by(ItemRow.id.desc()).limit(RANKED)))


def _row(item: IndexedItem) -> tuple[int, str, str, str, str]:
    return (
        item.item_id,
        compared_words(item.title or ""),
        compared_words(item.text),
        compared_words(item.original_text or ""),
        compared_words(" ".join(item.authors)),
    )


def _without(hidden: frozenset[int]) -> str:
    """What leaves the items of hidden sources out of a statement on the index. It is asked of one match after another:
    scores, which cost most, are not worked out for those that it leaves out."""
    if not hidden:
        return ""
    return f"""
        AND EXISTS (
            SELECT 1 FROM items AS seen WHERE seen.id = search_index.rowid
            AND (seen.source_id NOT IN ({", ".join(str(int(one)) for one in sorted(hidden))}) OR seen.for_everybody)
        )
    """  # noqa: S608 - numbers


def _expression(query: Query) -> str:
    """The query in the index's own language (https://sqlite.org/fts5.html#full_text_query_syntax)."""
    return (" OR " if query.any_word else " AND ").join(f"({_alternatives(term)})" for term in query.terms)


def _alternatives(term: Term) -> str:
    return " OR ".join(_quoted(phrase) for phrase in term.phrases)


def _quoted(phrase: Iterable[str]) -> str:
    words = " ".join(index_words(phrase)).replace('"', "")
    return f'"{words}"'
