"""The index of words, whatever engine it runs on: what is in it, and how it is kept in step with the items.

An engine (`Engine`) is the part that each kind of database does in its own way: it keeps rows of tokens by field and
finds the items that fit an expression. SQLite's is in `search_fts5.py`. One for PostgreSQL would keep a `tsvector` a
field of literals that are analysed already (`'gpt':1 '2':2`, no dictionary and no parser of the database's own),
and say an expression as a `tsquery` of such literals: `<->` for tokens in a row, `&`, `|` and `!` for the rest. As
tokens are made of letters and digits alone, both find the same.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, select

from bot.domain.analysis import VERSION, Analyser
from bot.domain.indexed_items import IndexedItem, StoredDocument, indexed
from bot.domain.items import NOTHING_HIDDEN
from bot.domain.matching import Expression
from storage.search_tables import SearchDocumentRow, SearchLeaverRow
from storage.tables import ItemRow

STALE = 0
"""The version of a document of which something has changed besides its words: the title of its source."""

AT_ONCE = 500  # values in one IN (…): every database takes so many

_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_INSERT = insert(SearchDocumentRow.__table__)
_DELETE = delete(SearchDocumentRow).where(SearchDocumentRow.item_id.in_(_VALUES))
_LEAVERS = select(SearchLeaverRow.item_id, SearchLeaverRow.packed)
_DOCUMENTS = select(
    SearchDocumentRow.item_id,
    SearchDocumentRow.language,
    SearchDocumentRow.day,
    SearchDocumentRow.source_id,
    SearchDocumentRow.length,
    SearchDocumentRow.packed,
).where(SearchDocumentRow.item_id.in_(_VALUES))


class Engine(ABC):
    """The index of one kind of database. Everything happens in the transaction of a connection."""

    @abstractmethod
    def insert(self, documents: Sequence[StoredDocument]) -> None:
        """Makes documents findable that are not."""

    @abstractmethod
    def forget(self, documents: Sequence[tuple[int, tuple[str, ...]]]) -> None:
        """Makes documents (item id, the fields in the order of `Field`) unfindable that are."""

    @abstractmethod
    def newest(
        self, expression: Expression, *, hidden: frozenset[int], after: int, before: int | None
    ) -> Iterator[int]:
        """The ids of the items that fit, between these two, the newest first; found as they are asked for. Items of
        `hidden` sources only where they are everybody's. Raises ValueError for an expression that is too large."""

    @abstractmethod
    def problems(self) -> list[str]:
        """What is wrong with the index, a sentence each."""

    @abstractmethod
    def count(self) -> int:
        """How many documents are findable."""


class SearchIndex:
    """Finds items by what is in them. What is stored, changed and withdrawn is followed in the same transaction."""

    def __init__(self, connection: Connection, engine: Engine, analyser: Analyser) -> None:
        self._connection = connection
        self._engine = engine
        self._analyser = analyser

    def add(self, items: Iterable[IndexedItem]) -> None:
        """Makes items findable that are not."""
        self._forget_leavers()  # their ids may be given to others
        documents = [indexed(self._analyser, item) for item in items]
        if not documents:
            return
        self._engine.insert(documents)
        self._connection.execute(_INSERT, [_row(document) for document in documents])

    def remove(self, item_ids: Sequence[int]) -> None:
        """Makes items unfindable. May be repeated."""
        for at in range(0, len(item_ids), AT_ONCE):
            self._connection.execute(_DELETE, {"values": item_ids[at : at + AT_ONCE]})
        self._forget_leavers()

    def newest(
        self,
        expression: Expression,
        *,
        limit: int,
        hidden: frozenset[int] = NOTHING_HIDDEN,
        among: Collection[int] | None = None,
        before: int | None = None,
    ) -> list[int]:
        """The ids of the newest items that fit, at most `limit`, newest first; reads no more of the index than it must.

        `hidden`: sources of which only those items are found that are everybody's. `among`: only these items.
        `before`: only items with smaller ids.
        """
        if limit <= 0 or (among is not None and not among):
            return []
        after = min(among) - 1 if among else 0
        upper = min(max(among) + 1, before or max(among) + 1) if among else before
        wanted = among if among is None or isinstance(among, (set, frozenset)) else frozenset(among)
        found: list[int] = []
        for item_id in self._engine.newest(expression, hidden=hidden, after=after, before=upper):
            if wanted is None or item_id in wanted:
                found.append(item_id)
                if len(found) == limit:
                    break
        return found

    def documents(self, item_ids: Sequence[int]) -> list[StoredDocument]:
        """What scores are worked out of, of the items with these ids, in their order; those that are gone left out."""
        rows = {
            row[0]: row
            for at in range(0, len(item_ids), AT_ONCE)
            for row in self._connection.execute(_DOCUMENTS, {"values": item_ids[at : at + AT_ONCE]})
        }
        return [StoredDocument(*rows[one][:5], *unpacked(rows[one][5])) for one in item_ids if one in rows]

    def progress(self) -> tuple[int, int]:
        """How many items can be found as they are analysed today, and how many there are."""
        shown = select(func.count()).select_from(ItemRow).where(ItemRow.withdrawn_at.is_(None))
        done = select(func.count()).where(SearchDocumentRow.version == VERSION)
        return self._connection.scalar(done) or 0, self._connection.scalar(shown) or 0

    def problems(self) -> list[str]:
        """What is wrong with the index, a sentence each. Items that are still to be analysed are no problem."""
        problems = self._engine.problems()
        held = self._connection.scalar(select(func.count()).select_from(SearchDocumentRow)) or 0
        held += self._connection.scalar(select(func.count()).select_from(SearchLeaverRow)) or 0
        if not problems and (findable := self._engine.count()) != held:
            problems.append(f"The search index finds {findable} items, {held} are written down as being in it.")
        return problems

    def _forget_leavers(self) -> None:
        """Takes what is gone out of the engine's index."""
        leavers = self._connection.execute(_LEAVERS).all()
        if leavers:
            self._engine.forget([(item_id, unpacked(packed)) for item_id, packed in leavers])
            self._connection.execute(delete(SearchLeaverRow))


def packed(document: StoredDocument) -> bytes:
    """The fields of a document as they are stored."""
    return zlib.compress("\n".join(fields_of(document)).encode(), 6)


def unpacked(stored: bytes) -> tuple[str, ...]:
    """The fields of a document, in the order of `Field`."""
    return tuple(zlib.decompress(stored).decode().split("\n"))


def fields_of(document: StoredDocument) -> tuple[str, ...]:
    """The fields of a document, in the order of `Field`."""
    return document.title, document.names, document.body, document.original, document.place, document.forms


def _row(document: StoredDocument) -> dict[str, int | str | bytes]:
    return {
        "item_id": document.item_id,
        "version": VERSION,
        "language": document.language,
        "day": document.day,
        "source_id": document.source_id,
        "length": document.length,
        "packed": packed(document),
    }
