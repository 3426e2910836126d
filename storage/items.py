"""Items: storing them with all that belongs to them, and reading them for digests and for people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    union,
    update,
)

from bot.domain.analysis import primary_tag
from bot.domain.indexed_items import IndexedItem, StoredDocument
from bot.domain.ingest import ItemChange, NewItem
from bot.domain.item_words import link_keys
from bot.domain.items import NOTHING_HIDDEN, Item, ItemKey, Link, ParsedItem
from bot.domain.links import keys_of
from bot.domain.papers import PaperId, paper_of
from bot.domain.sections import Section
from storage.hidden import seen_without
from storage.ids import next_ids
from storage.parts import in_parts
from storage.search_index import SearchIndex
from storage.tables import DocumentRow, ItemLinkRow, ItemPaperRow, ItemRow, SourceRow
from storage.vector_tables import ItemVectorRow

CONTENT = (
    ItemRow.title,
    ItemRow.text,
    ItemRow.section,
    ItemRow.heading,
    ItemRow.kind,
    ItemRow.language,
    ItemRow.links,
    ItemRow.code,
    ItemRow.images,
    ItemRow.authors,
    ItemRow.original_text,
    ItemRow.url,
    ItemRow.published_at,
)
"""The columns that `content_of` needs."""


_SHOWN = ItemRow.withdrawn_at.is_(None)
# Statements that are built once: building, and fitting results to them, costs more than running them.
_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_INSERT = insert(ItemRow.__table__)
_INSERT_PAPERS = insert(ItemPaperRow.__table__)
_INSERT_LINKS = insert(ItemLinkRow.__table__)
_UPDATE = update(ItemRow.__table__).where(ItemRow.__table__.c.id == bindparam("item_id"))
_VECTORS_ARE_STALE = update(ItemVectorRow.__table__).where(ItemVectorRow.item_id.in_(_VALUES)).values(model="")
_GREATEST_ID = select(func.max(ItemRow.id))
_PAPERS = (
    select(ItemPaperRow.item_id, ItemPaperRow.scheme, ItemPaperRow.value)
    .join(ItemRow, ItemRow.id == ItemPaperRow.item_id)
    .order_by(ItemPaperRow.item_id, ItemPaperRow.position)
)
PAPERS_BY_ITEM = _PAPERS.where(ItemRow.id.in_(_VALUES))
PAPERS_BY_DOCUMENT = _PAPERS.where(ItemRow.document_id.in_(_VALUES))
_CONTENTS = select(ItemRow.id, *CONTENT).where(ItemRow.id.in_(_VALUES), _SHOWN)
# What an item is searched by besides its own content.
_SURROUNDINGS = (
    select(
        ItemRow.id,
        ItemRow.source_id,
        ItemRow.document_id,
        ItemRow.first_seen_at,
        DocumentRow.published_at,
        SourceRow.title,
    )
    .join(DocumentRow, DocumentRow.id == ItemRow.document_id)
    .join(SourceRow, SourceRow.id == ItemRow.source_id)
    .where(ItemRow.id.in_(_VALUES))
    .order_by(ItemRow.id)
)
_APPEARED_AT = func.coalesce(DocumentRow.published_at, DocumentRow.first_seen_at)


class Items:
    """Items by id and by when they appeared. Withdrawn ones are never shown. `hidden`: sources of which only those are
    looked at that are everybody's."""

    def __init__(self, connection: Connection, index: SearchIndex) -> None:
        self._connection = connection
        self._index = index

    def get(self, item_id: int) -> Item | None:
        """The item, None where there is none or it was withdrawn."""
        return next(iter(self.many([item_id])), None)

    def many(self, item_ids: Sequence[int]) -> list[Item]:
        """The items with these ids, in their order; those that are gone are left out."""
        if not item_ids:
            return []
        papers = papers_of(self._connection, PAPERS_BY_ITEM, item_ids)
        rows = {row.id: row for row in self._connection.execute(_WHOLE, {"values": item_ids})}
        return [_item(rows[item_id], papers[item_id]) for item_id in item_ids if item_id in rows]

    def ever(self, item_ids: Sequence[int]) -> list[tuple[Item, bool]]:
        """The items with these ids, in their order, each with whether it was withdrawn."""
        if not item_ids:
            return []
        papers = papers_of(self._connection, PAPERS_BY_ITEM, item_ids)
        rows = {row.id: row for row in self._connection.execute(_EVER, {"values": item_ids})}
        return [
            (_item(rows[item_id], papers[item_id]), rows[item_id].withdrawn_at is not None)
            for item_id in item_ids
            if item_id in rows
        ]

    def withdrawn_with(self, url: str, hidden: frozenset[int] = NOTHING_HIDDEN) -> Item | None:
        """The newest item that was withdrawn and had this link, or was about the paper that it leads to."""
        gone = select(ItemRow.id).where(ItemRow.withdrawn_at.is_not(None), _names(url), *seen_without(hidden))
        found = self._connection.scalar(gone.order_by(ItemRow.id.desc()).limit(1))
        return self.ever([found])[0][0] if found is not None else None

    def naming(self, url: str, *, limit: int, hidden: frozenset[int] = NOTHING_HIDDEN) -> list[int]:
        """The newest items that hold this link, or are about the paper that it leads to."""
        shown = select(ItemRow.id).where(_SHOWN, _names(url), *seen_without(hidden))
        # Said so that nobody walks through all items from the newest on to see whether they are among the few.
        return list(self._connection.scalars(shown.order_by(-ItemRow.id).limit(limit)))

    def about_any(self, item_ids: Sequence[int], papers: frozenset[str]) -> frozenset[int]:
        """Those of the items that name one of the papers ("arxiv:1706.03762")."""
        found: set[int] = set()
        for part in in_parts(item_ids):
            named = papers_of(self._connection, PAPERS_BY_ITEM, part)
            found |= {item_id for item_id, some in named.items() if not papers.isdisjoint(map(str, some))}
        return frozenset(found)

    def titles(self, item_ids: Sequence[int]) -> list[tuple[str, str | None]]:
        """The titles of the items with these ids and their languages, in their order; those without one, or that are
        gone, are left out."""
        rows = self._connection.execute(
            select(ItemRow.id, ItemRow.title, ItemRow.language).where(
                ItemRow.id.in_(item_ids), _SHOWN, ItemRow.title.is_not(None)
            )
        )
        found = {row.id: (row.title, row.language) for row in rows if row.title}
        return [found[item_id] for item_id in item_ids if item_id in found]

    def newest(self, *, limit: int, hidden: frozenset[int] = NOTHING_HIDDEN) -> list[int]:
        """The items that appeared last, those of one document in its order, at most `limit`."""
        shown = (
            select(ItemRow.id, _APPEARED_AT)
            .join(ItemRow, ItemRow.document_id == DocumentRow.id)
            .where(_SHOWN, *seen_without(hidden))
            .limit(limit)
        )
        # Two walks along an index instead of a look at every item.
        dated = shown.where(DocumentRow.published_at.is_not(None)).order_by(DocumentRow.published_at.desc(), ItemRow.id)
        undated = shown.where(DocumentRow.published_at.is_(None)).order_by(DocumentRow.first_seen_at.desc(), ItemRow.id)
        rows = [*self._connection.execute(dated), *self._connection.execute(undated)]
        rows.sort(key=lambda row: row[1], reverse=True)  # which keeps the order of those of one moment
        return [row[0] for row in rows[:limit]]

    def newest_moment(
        self,
        *,
        section: Section | None = None,
        language: str | None = None,
        hidden: frozenset[int] = NOTHING_HIDDEN,
    ) -> datetime | None:
        """When the newest item appeared, None where there is none."""
        shown = (
            select(_APPEARED_AT)
            .join(ItemRow, ItemRow.document_id == DocumentRow.id)
            .where(_SHOWN, *_filters(section, language), *seen_without(hidden))
            .limit(1)
        )
        # Two walks along an index instead of a look at every item.
        dated = shown.where(DocumentRow.published_at.is_not(None)).order_by(DocumentRow.published_at.desc())
        undated = shown.where(DocumentRow.published_at.is_(None)).order_by(DocumentRow.first_seen_at.desc())
        moments = [self._connection.scalar(dated), self._connection.scalar(undated)]
        return max((moment for moment in moments if moment), default=None)

    def languages(self, hidden: frozenset[int] = NOTHING_HIDDEN) -> list[str]:
        """The primary tags of the languages of items, the most frequent first."""
        rows = self._connection.execute(
            select(ItemRow.language, func.count())
            .where(_SHOWN, ItemRow.language.is_not(None), *seen_without(hidden))
            .group_by(ItemRow.language)
        )
        counts: Counter[str] = Counter()
        for language, count in rows:
            counts[primary_tag(language)] += count
        return [language for language, _count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]

    def add(self, source_id: int, new: Sequence[tuple[int, NewItem]], now: datetime) -> None:
        """Stores items, each with the id of its document, findable."""
        if not new:
            return
        ids = next_ids(self._connection, _GREATEST_ID, len(new))
        rows = [
            _columns(item.content)
            | {
                "id": item_id,
                "source_id": source_id,
                "document_id": document_id,
                "guid": item.guid,
                "position": item.position,
                "first_seen_at": now,
                "edits": 0,
            }
            for item_id, (document_id, item) in zip(ids, new, strict=True)
        ]
        self._connection.execute(_INSERT, rows)
        self._attach([(item_id, item.content) for item_id, (_, item) in zip(ids, new, strict=True)])

    def change(self, changes: Sequence[ItemChange], now: datetime) -> None:
        """Writes what items have become, and shows those again that were withdrawn."""
        if not changes:
            return
        ids = [one.id for one in changes]
        with self._index.words_followed(ids):
            for one in changes:
                state = {"position": one.position, "edits": one.edits, "edited_at": now, "withdrawn_at": None}
                self._connection.execute(_UPDATE, _columns(one.content) | state | {"item_id": one.id})
        self._connection.execute(delete(ItemPaperRow).where(ItemPaperRow.item_id.in_(ids)))
        self._connection.execute(delete(ItemLinkRow).where(ItemLinkRow.item_id.in_(ids)))
        self._index.remove(ids)
        self._connection.execute(_VECTORS_ARE_STALE, {"values": ids})
        self._attach([(one.id, one.content) for one in changes])

    def move(self, places: Iterable[tuple[int, int]]) -> None:
        """Writes where items (id, position) stand in their documents."""
        for item_id, position in places:
            self._connection.execute(_UPDATE, {"item_id": item_id, "position": position})

    def withdraw(self, item_ids: Sequence[int], now: datetime) -> None:
        """Shows items no more, because their documents do not hold them any longer."""
        if item_ids:
            with self._index.words_followed(item_ids):
                self._connection.execute(update(ItemRow).where(ItemRow.id.in_(item_ids)).values(withdrawn_at=now))
            self._index.remove(item_ids)

    def open(self, item_ids: Sequence[int]) -> None:
        """Items are everybody's for good, also where their source is hidden. May be repeated."""
        self._connection.execute(update(ItemRow).where(ItemRow.id.in_(item_ids)).values(for_everybody=True))

    def index_again(self, item_ids: Sequence[int]) -> None:
        """Makes items findable as they are now; withdrawn ones are not. May be repeated."""
        self._index.remove(item_ids)
        for part in in_parts(item_ids):
            self._index.add(self._shown(part))

    def searched(self, item_ids: Sequence[int]) -> list[StoredDocument]:
        """What questions are asked of, of the items with these ids that are shown, in no order: as the index holds
        them, and as they are where it does not while it is made anew."""
        known = self._index.documents(item_ids)
        missing = sorted({*item_ids}.difference(one.item_id for one in known))
        return known + [one for part in in_parts(missing) for one in self._index.analysed(self._shown(part))]

    def _attach(self, items: Sequence[tuple[int, ParsedItem]]) -> None:
        """Stores what belongs to items in tables of its own, and makes them findable."""
        papers = [
            {"item_id": item_id, "position": position, "scheme": paper.scheme, "value": paper.value}
            for item_id, item in items
            for position, paper in enumerate(item.papers)
        ]
        links = [
            {"item_id": item_id, "position": position, "key": key}
            for item_id, item in items
            for position, key in enumerate(link_keys(item))
        ]
        for statement, rows in ((_INSERT_PAPERS, papers), (_INSERT_LINKS, links)):
            if rows:
                self._connection.execute(statement, rows)
        self._index.add(self._indexed_items(items))

    def _shown(self, item_ids: Sequence[int]) -> Iterator[IndexedItem]:
        """Those of some items that are shown, as they are searched."""
        papers = papers_of(self._connection, PAPERS_BY_ITEM, item_ids)
        rows = self._connection.execute(_CONTENTS, {"values": item_ids}).all()
        return self._indexed_items([(row.id, content_of(row, papers[row.id])) for row in rows])

    def _indexed_items(self, items: Sequence[tuple[int, ParsedItem]]) -> Iterator[IndexedItem]:
        """Items as they are searched, with what their documents and sources say of them."""
        contents = dict(items)
        for part in in_parts(list(contents)):
            for row in self._connection.execute(_SURROUNDINGS, {"values": part}):
                yield _indexed_item(row, contents[row.id])


def papers_of(
    connection: Connection, statement: Select[int, str, str], values: Sequence[int]
) -> dict[int, tuple[PaperId, ...]]:
    """The papers of items, in order: of those with these ids (`PAPERS_BY_ITEM`) or of those in documents with these
    ids (`PAPERS_BY_DOCUMENT`). () for an item that names none."""
    rows = connection.execute(statement, {"values": values})
    papers: dict[int, tuple[PaperId, ...]] = defaultdict(tuple)
    for item_id, scheme, value in rows:
        papers[item_id] += (PaperId(scheme, value),)
    return papers


def content_of(row: Row[Any], papers: tuple[PaperId, ...]) -> ParsedItem:
    """The content of a stored item, as it was read."""
    return ParsedItem(**_content(row, papers), published_at=row.published_at)


def _content(row: Row[Any], papers: tuple[PaperId, ...]) -> dict[str, Any]:
    """What an item and what was read of it have in common, by the names of the fields."""
    return {
        "title": row.title,
        "text": row.text,
        "section": row.section,
        "heading": row.heading,
        "kind": row.kind,
        "language": row.language,
        "links": _links(row.links),
        "papers": papers,
        "code": row.code,
        "images": tuple(row.images),
        "authors": tuple(row.authors),
        "original_text": row.original_text,
        "url": row.url,
    }


def _columns(item: ParsedItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "text": item.text,
        "section": item.section,
        "heading": item.heading,
        "kind": item.kind,
        "language": item.language,
        "links": [[link.url, link.text] for link in item.links],
        "code": item.code,
        "images": item.images,
        "authors": item.authors,
        "original_text": item.original_text,
        "url": item.url,
        "published_at": item.published_at,
    }


def _indexed_item(row: Row[int, int, int, datetime, datetime | None, str], item: ParsedItem) -> IndexedItem:
    item_id, source_id, document_id, first_seen_at, document_published_at, source_title = row
    appeared_at = item.published_at or document_published_at or first_seen_at
    return IndexedItem(item_id, item, source_id, source_title, document_id, appeared_at)


def _links(pairs: Iterable[tuple[str, str]]) -> tuple[Link, ...]:
    return tuple(Link(url, text) for url, text in pairs)


def _names(url: str) -> ColumnElement[bool]:
    """That an item holds this link, or names the paper that it leads to."""
    ids = [select(ItemLinkRow.item_id).where(ItemLinkRow.key.in_(keys_of(url)))]
    if paper := paper_of(url):
        named = (ItemPaperRow.scheme == paper.scheme, ItemPaperRow.value == paper.value)
        ids.append(select(ItemPaperRow.item_id).where(*named))
    return ItemRow.id.in_(union(*ids))


def _filters(section: Section | None, language: str | None) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if section is not None:
        filters.append(ItemRow.section == section)
    if language is not None:
        filters.append(or_(ItemRow.language == language, ItemRow.language.startswith(language + "-", autoescape=True)))
    return filters


_EVER: Select[Any] = (
    select(
        ItemRow.id,
        ItemRow.source_id,
        ItemRow.guid,
        ItemRow.position,
        ItemRow.first_seen_at,
        ItemRow.withdrawn_at,
        ItemRow.for_everybody,
        ItemRow.document_id,
        *CONTENT,
        DocumentRow.published_at.label("document_published_at"),
        DocumentRow.title.label("document_title"),
        DocumentRow.url.label("document_url"),
        SourceRow.title.label("source_title"),
        SourceRow.address.label("source_address"),
    )
    .join(DocumentRow, DocumentRow.id == ItemRow.document_id)
    .join(SourceRow, SourceRow.id == ItemRow.source_id)
    .where(ItemRow.id.in_(_VALUES))
)
_WHOLE = _EVER.where(_SHOWN)


def _item(row: Row[Any], papers: tuple[PaperId, ...]) -> Item:
    return Item(
        id=row.id,
        key=ItemKey(row.source_id, row.guid),
        **_content(row, papers),
        position=row.position,
        published_at=row.published_at or row.document_published_at,
        first_seen_at=row.first_seen_at,
        document_id=row.document_id,
        document_title=row.document_title,
        document_url=row.document_url,
        source_title=row.source_title,
        source_address=row.source_address,
        for_everybody=row.for_everybody,
    )
