"""The index of words, whatever engine it runs on: what is in it, and how it is kept in step with the items.

An engine (`Engine`) is the part that each kind of database does in its own way: it keeps the tokens of items and finds
the items that fit an expression. SQLite's is in `search_fts5.py`. One for PostgreSQL would keep a `tsvector` of
literals that are analysed already (`'gpt':1B '2':2B`, by no dictionary or parser of the database's own), with a weight
for each group of fields (A: title, B: names, C: body, original and forms, D: place), and say an expression as a
`tsquery`: `<->` for tokens in a row, `'gpt':A` for one in a field, `&`, `|` and `!` for the rest. As tokens are made of
letters and digits alone, and what an engine is not certain of is looked at again here, all engines find the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, select, update

from bot.domain.analysis import VERSION, Analyser
from bot.domain.chosen_items import Look, looks
from bot.domain.fitting import fitter
from bot.domain.indexed_items import IndexedItem, StoredDocument, day_of, indexed
from bot.domain.items import NOTHING_HIDDEN
from bot.domain.matching import EVERYTHING, Expression
from storage.hidden import seen_without
from storage.parts import in_parts
from storage.search_marks import Mark, get_mark, set_mark
from storage.search_packing import packed, unpacked
from storage.search_tables import SearchDocumentRow, SearchLeaverRow, SearchMarkRow
from storage.search_words import SearchWords
from storage.tables import ItemRow

STALE = 0
"""The version of a document of which something has changed besides its words: the title of its source."""

LOOKED_AT = 500
"""How many items that have all tokens of a row are looked at for whether they stand in a row there: 20 ms."""

LOOKED_AT_ONCE = 100

MOST_ASKED_ONE_BY_ONE = 200
"""Items that are looked at themselves rather than passed by in a walk along all others."""

_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_INSERT = insert(SearchDocumentRow.__table__)
_DELETE = delete(SearchDocumentRow).where(SearchDocumentRow.item_id.in_(_VALUES))
_LEAVERS = select(
    SearchLeaverRow.item_id,
    SearchLeaverRow.language,
    SearchLeaverRow.day,
    SearchLeaverRow.source_id,
    SearchLeaverRow.length,
    SearchLeaverRow.packed,
)
_ITEM = SearchDocumentRow.item_id
_OLDER = (
    select(_ITEM)
    .where(SearchDocumentRow.version < VERSION)
    .order_by(SearchDocumentRow.version.desc(), _ITEM.desc())  # as the index has them
)
_NEWER = select(_ITEM).where(SearchDocumentRow.version > VERSION).order_by(SearchDocumentRow.version, _ITEM)
_SHOWN = select(func.count()).select_from(ItemRow).where(ItemRow.withdrawn_at.is_(None))
_MISSING = (
    select(ItemRow.id)
    .where(ItemRow.id < bindparam("below"), ItemRow.withdrawn_at.is_(None))
    .where(ItemRow.id.not_in(select(SearchDocumentRow.item_id)))
    .order_by(ItemRow.id.desc())
)
_OUTDATE = update(SearchDocumentRow.__table__).values(version=STALE).where(SearchDocumentRow.version != STALE)
_OUTDATE_SOURCE = _OUTDATE.where(_ITEM.in_(select(ItemRow.id).where(ItemRow.source_id == bindparam("of_source"))))
_THERE = select(_ITEM).where(_ITEM.in_(_VALUES))
_DOCUMENTS = select(
    SearchDocumentRow.item_id,
    SearchDocumentRow.language,
    SearchDocumentRow.day,
    SearchDocumentRow.source_id,
    SearchDocumentRow.length,
    SearchDocumentRow.packed,
).where(SearchDocumentRow.item_id.in_(_VALUES))


@dataclass(frozen=True, slots=True)
class Candidates:
    """The ids of items that may fit, the newest first, found as they are asked for. `certain`: all of them do."""

    item_ids: Iterator[int]
    certain: bool


class Engine(ABC):
    """The index of one kind of database. Everything happens in the transaction of a connection."""

    @abstractmethod
    def insert(self, documents: Sequence[StoredDocument]) -> None:
        """Makes documents findable that are not."""

    @abstractmethod
    def forget(self, documents: Sequence[StoredDocument]) -> None:
        """Makes documents unfindable that were inserted with the same tokens."""

    @abstractmethod
    def newest(self, expression: Expression, *, hidden: frozenset[int], after: int, before: int | None) -> Candidates:
        """All items that fit, and perhaps others, with ids between these two. Items of `hidden` sources only where they
        are everybody's. Raises ValueError for an expression that is too large."""

    @abstractmethod
    def tidy(self) -> bool:
        """Puts a part of what many transactions have left behind together; False where there is nothing to put."""

    @abstractmethod
    def clear(self) -> None:
        """Makes everything unfindable, also where the index is damaged."""

    @abstractmethod
    def problems(self) -> list[str]:
        """What is wrong with the index, a sentence each."""

    @abstractmethod
    def count(self) -> int:
        """How many documents are findable."""


class SearchIndex(SearchWords):
    """Finds items by what is in them. What is stored, changed and withdrawn is followed in the same transaction; the
    vocabulary follows behind (`count_words`)."""

    def __init__(self, connection: Connection, engine: Engine, analyser: Analyser) -> None:
        super().__init__(connection)
        self._engine = engine
        self._analyser = analyser
        self._seen: dict[int, StoredDocument] = {}  # those that were looked at to find are then asked for
        self._gave_up = False

    def add(self, items: Iterable[IndexedItem]) -> None:
        """Makes items findable that are not."""
        self._forget_leavers()  # their ids may be given to others
        documents = self.analysed(items)
        if not documents:
            return
        self._engine.insert(documents)
        self._connection.execute(_INSERT, [_row(document) for document in documents])

    def remove(self, item_ids: Sequence[int]) -> None:
        """Makes items unfindable. May be repeated."""
        self._seen.clear()
        for part in in_parts(item_ids):
            self._connection.execute(_DELETE, {"values": part})
        self._forget_leavers()

    @property
    def gave_up(self) -> bool:
        """Whether what was found last may not be all that fits: more items than are looked at might have."""
        return self._gave_up

    def newest(
        self,
        expression: Expression,
        *,
        limit: int,
        hidden: frozenset[int] = NOTHING_HIDDEN,
        among: Collection[int] | None = None,
        before: int | None = None,
        nearly: bool = False,
    ) -> list[int]:
        """The ids of the newest items that fit, at most `limit`, newest first; reads no more of the index than it must.

        `hidden`: sources of which only those items are found that are everybody's. `among`: only these items.
        `before`: only items with smaller ids. Tokens in a row are looked for in the newest `LOOKED_AT` items that have
        all of them; `nearly`: it is enough that an item has them anywhere, which costs no look at the item. Raises
        ValueError for an expression that is too large for a question of people.
        """
        self._gave_up = False
        if limit <= 0:
            return []
        found = [self._found(_within(look, among), hidden, before, nearly=nearly) for look in looks(expression)]
        return list(islice(merge(*found, reverse=True), limit))

    def _found(self, look: Look, hidden: frozenset[int], before: int | None, *, nearly: bool) -> Iterator[int]:
        """All that a look finds, the newest first."""
        among, first, end = look.among, 1, before
        if among is not None:
            everything = look.expression == EVERYTHING
            if not among or everything or (len(among) <= MOST_ASKED_ONE_BY_ONE and not nearly):
                few: Iterable[int] = (one for one in among if before is None or one < before)
                few = sorted(self._findable(few, hidden) if everything or hidden else few, reverse=True)
                return iter(few) if everything else self._fitting(look.expression, iter(few))
            first, end = min(among), max(among) + 1 if before is None else min(before, max(among) + 1)
        found = self._engine.newest(look.expression, hidden=hidden, after=first - 1, before=end)
        item_ids = (one for one in found.item_ids if one not in look.besides and (among is None or one in among))
        return item_ids if nearly or found.certain else self._fitting(look.expression, item_ids)

    def _findable(self, item_ids: Iterable[int], hidden: frozenset[int]) -> Iterator[int]:
        """Those of the items that are in the index, and not of hidden sources."""
        seen = _THERE.join(ItemRow, ItemRow.id == _ITEM).where(*seen_without(hidden)) if hidden else _THERE
        for part in in_parts(list(item_ids)):
            yield from self._connection.scalars(seen, {"values": part})

    def _fitting(self, expression: Expression, item_ids: Iterator[int]) -> Iterator[int]:
        """Those of the items that fit, as their documents tell."""
        fits = fitter(expression)
        looked_at = islice(item_ids, LOOKED_AT)
        while part := list(islice(looked_at, LOOKED_AT_ONCE)):
            yield from (document.item_id for document in self.documents(part) if fits(document))
        self._gave_up = self._gave_up or next(item_ids, None) is not None

    def documents(self, item_ids: Sequence[int]) -> list[StoredDocument]:
        """What scores are worked out of, of the items with these ids, in their order; those that are gone left out."""
        missing = [one for one in item_ids if one not in self._seen]
        for part in in_parts(missing):
            rows = self._connection.execute(_DOCUMENTS, {"values": part})
            self._seen |= {row[0]: unpacked(row) for row in rows}
        return [self._seen[one] for one in item_ids if one in self._seen]

    def analysed(self, items: Iterable[IndexedItem]) -> list[StoredDocument]:
        """What scores would be worked out of, of items that are not in the index."""
        return [indexed(self._analyser, item) for item in items]

    def take_outdated(self, limit: int) -> list[int]:
        """The newest items that are not in the index as they are analysed today, at most `limit`; none where all are.
        Whoever takes them indexes them in the same transaction (`Items.index_again`)."""
        for outdated in (_OLDER, _NEWER):  # a newer program may have been here
            if found := self._connection.scalars(outdated.limit(limit)).all():
                return list(found)
        below = get_mark(self._connection, Mark.MISSING)
        missing = self._connection.scalars(_MISSING.limit(limit), {"below": below}).all() if below else []
        if below:
            set_mark(self._connection, Mark.MISSING, missing[-1] if missing else None)
        return list(missing)

    def outdate_source(self, source_id: int) -> None:
        """Notes that the items of a source are to be found by other words: those of its title."""
        self._connection.execute(_OUTDATE_SOURCE, {"of_source": source_id})

    def outdate_document(self, document_id: int, published_at: datetime) -> None:
        """Notes that a document is of another day than its items are found by."""
        items = select(ItemRow.id).where(ItemRow.document_id == document_id, ItemRow.published_at.is_(None))
        self._connection.execute(_OUTDATE.where(_ITEM.in_(items), SearchDocumentRow.day != day_of(published_at)))

    def tidy(self) -> bool:
        """Makes the index smaller and faster by some hundredths of a second of work; False where it is as it should
        be. May be repeated."""
        return self._engine.tidy()

    def clear(self) -> None:
        """Empties the index and the vocabulary. All items are outdated then."""
        self._seen.clear()
        # In this order: a document that is deleted is written down among the leavers.
        for table in (SearchDocumentRow, SearchLeaverRow, SearchMarkRow):
            self._connection.execute(delete(table))
        self.forget_words()
        self._engine.clear()
        newest = self._connection.scalar(select(func.max(ItemRow.id)))
        if newest is not None:
            set_mark(self._connection, Mark.MISSING, newest + 1)

    def is_complete(self) -> bool:
        """False while items are missing, or are found as they were analysed before. Costs next to nothing."""
        if get_mark(self._connection, Mark.MISSING) is not None:
            return False
        return all(self._connection.scalar(outdated.limit(1)) is None for outdated in (_OLDER, _NEWER))

    def progress(self) -> tuple[int, int]:
        """How many items are found as they are analysed today, and how many there are. Counts them all."""
        done = select(func.count()).where(SearchDocumentRow.version == VERSION)
        return self._connection.scalar(done) or 0, self._connection.scalar(_SHOWN) or 0

    def problems(self) -> list[str]:
        """What is wrong with the index, a sentence each. Items that are still to be analysed are no problem."""
        problems = self._engine.problems()
        held = self._connection.scalar(select(func.count()).select_from(SearchDocumentRow)) or 0
        leavers = self._connection.scalar(select(func.count()).select_from(SearchLeaverRow)) or 0
        if not problems and (findable := self._engine.count()) != held + leavers:
            problems.append(
                f"The search index finds {findable} items, {held + leavers} are written down as being in it."
            )
        if not problems and self.is_complete() and (shown := self._connection.scalar(_SHOWN)) != held:
            problems.append(f"The search index holds {held} items, there are {shown}.")
        return [f"{problem} `db reindex --all` makes it anew." for problem in problems]

    def _forget_leavers(self) -> None:
        """Takes what is gone out of the engine's index."""
        leavers = self._connection.execute(_LEAVERS).all()
        if leavers:
            self._engine.forget([unpacked(leaver) for leaver in leavers])
            self._connection.execute(delete(SearchLeaverRow))


def _within(look: Look, among: Collection[int] | None) -> Look:
    """The look among these items."""
    if among is None:
        return look
    both = frozenset(among) if look.among is None else look.among.intersection(among)
    return Look(look.expression, both - look.besides)


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
