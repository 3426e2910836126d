"""Documents, and what is known of a source before a fetch of it is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, insert, select, update

from bot.domain.ingest import DocumentPlan, Identities, KnownDocument, KnownItem
from storage.items import CONTENT, content_of, papers_of
from storage.tables import DocumentRow, ItemRow

AT_ONCE = 500  # values in one IN (…): every database takes so many

_T = TypeVar("_T")


class Documents:
    """Documents of sources."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, source_id: int, identities: Identities) -> list[KnownDocument]:
        """The documents of a source that have one of these identities, with all of their items."""
        here = DocumentRow.source_id == source_id
        if self._connection.scalar(select(DocumentRow.id).where(here).limit(1)) is None:
            return []
        ids = self._ids(identities.guids, select(DocumentRow.id).where(here), DocumentRow.guid)
        ids |= self._ids(identities.address_keys, select(DocumentRow.id).where(here), DocumentRow.address_key)
        items = select(ItemRow.document_id).where(ItemRow.source_id == source_id)
        ids |= self._ids(identities.item_guids, items, ItemRow.guid)
        return [document for part in _parts(sorted(ids)) for document in self._load(part)]

    def add(self, source_id: int, plans: Sequence[DocumentPlan], now: datetime) -> list[int]:
        """Stores new documents and gives their ids, in order."""
        if not plans:
            return []
        rows = [_facts(plan) | {"source_id": source_id, "guid": plan.guid, "first_seen_at": now} for plan in plans]
        statement = insert(DocumentRow).returning(DocumentRow.id, sort_by_parameter_order=True)
        return list(self._connection.scalars(statement, rows))

    def change(self, plan: DocumentPlan) -> None:
        """Writes what a document says about itself now."""
        self._connection.execute(update(DocumentRow).where(DocumentRow.id == plan.id).values(**_facts(plan)))

    def _ids(self, values: Iterable[str], statement: Any, column: Any) -> set[int]:
        return {
            found
            for part in _parts(sorted(values))
            for found in self._connection.scalars(statement.where(column.in_(part)))
        }

    def _load(self, ids: Sequence[int]) -> list[KnownDocument]:
        items = self._known_items(ids)
        columns = (
            DocumentRow.id,
            DocumentRow.guid,
            DocumentRow.address_key,
            DocumentRow.url,
            DocumentRow.title,
            DocumentRow.language,
            DocumentRow.published_at,
        )
        rows = self._connection.execute(select(*columns).where(DocumentRow.id.in_(ids)).order_by(DocumentRow.id))
        return [KnownDocument(*row, items=tuple(items[row.id])) for row in rows]

    def _known_items(self, document_ids: Sequence[int]) -> dict[int, list[KnownItem]]:
        columns = (
            ItemRow.id,
            ItemRow.document_id,
            ItemRow.guid,
            ItemRow.position,
            ItemRow.edits,
            ItemRow.edited_at,
            ItemRow.withdrawn_at,
            *CONTENT,
        )
        chosen = select(*columns).where(ItemRow.document_id.in_(document_ids)).order_by(ItemRow.position, ItemRow.id)
        rows = self._connection.execute(chosen).all()
        papers = papers_of(self._connection, ItemRow.document_id.in_(document_ids))
        known: dict[int, list[KnownItem]] = defaultdict(list)
        for row in rows:
            known[row.document_id].append(_known_item(row, content_of(row, papers[row.id])))
        return known


def _known_item(row: Row[Any], content: Any) -> KnownItem:
    withdrawn = row.withdrawn_at is not None
    return KnownItem(row.id, row.guid, row.position, content, row.edits, row.edited_at, withdrawn)


def _facts(plan: DocumentPlan) -> dict[str, Any]:
    document = plan.document
    return {
        "address_key": plan.address_key,
        "url": document.url,
        "title": document.title,
        "language": document.language,
        "published_at": document.published_at,
    }


def _parts(values: Sequence[_T]) -> Iterator[list[_T]]:
    rest = iter(values)
    while part := list(islice(rest, AT_ONCE)):
        yield part
