"""Documents, and what is known of a source before a fetch of it is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, func, insert, select, update

from bot.domain.ingest import DocumentPlan, Identities, KnownDocument, KnownItem
from storage.ids import next_ids
from storage.items import CONTENT, PAPERS_BY_DOCUMENT, content_of, papers_of
from storage.parts import in_parts
from storage.search_index import SearchIndex
from storage.tables import DocumentRow, ItemRow

# Statements that are built once: building, and fitting results to them, costs more than running them.
_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_INSERT = insert(DocumentRow.__table__)
_UPDATE = update(DocumentRow.__table__).where(DocumentRow.__table__.c.id == bindparam("document_id"))
_HERE = DocumentRow.source_id == bindparam("source_id")
_ANY = select(DocumentRow.id).where(_HERE).limit(1)
_GREATEST_ID = select(func.max(DocumentRow.id))
_BY_GUID = select(DocumentRow.id).where(_HERE, DocumentRow.guid.in_(_VALUES))
_BY_ADDRESS_KEY = select(DocumentRow.id).where(_HERE, DocumentRow.address_key.in_(_VALUES))
_BY_ITEM_GUID = select(ItemRow.document_id).where(
    ItemRow.source_id == bindparam("source_id"), ItemRow.guid.in_(_VALUES)
)
_DOCUMENTS = (
    select(
        DocumentRow.id,
        DocumentRow.guid,
        DocumentRow.address_key,
        DocumentRow.url,
        DocumentRow.title,
        DocumentRow.language,
        DocumentRow.published_at,
    )
    .where(DocumentRow.id.in_(_VALUES))
    .order_by(DocumentRow.id)
)
_ITEMS = (
    select(
        ItemRow.id,
        ItemRow.document_id,
        ItemRow.guid,
        ItemRow.position,
        ItemRow.edits,
        ItemRow.edited_at,
        ItemRow.withdrawn_at,
        *CONTENT,
    )
    .where(ItemRow.document_id.in_(_VALUES))
    .order_by(ItemRow.position, ItemRow.id)
)


class Documents:
    """Documents of sources."""

    def __init__(self, connection: Connection, index: SearchIndex) -> None:
        self._connection = connection
        self._index = index

    def known(self, source_id: int, identities: Identities) -> list[KnownDocument]:
        """The documents of a source that have one of these identities, with all of their items."""
        if self._connection.scalar(_ANY, {"source_id": source_id}) is None:
            return []
        looked_for = (
            (_BY_GUID, identities.guids),
            (_BY_ADDRESS_KEY, identities.address_keys),
            (_BY_ITEM_GUID, identities.item_guids),
        )
        ids = {
            found
            for statement, values in looked_for
            for part in in_parts(sorted(values))
            for found in self._connection.scalars(statement, {"source_id": source_id, "values": part})
        }
        return [document for part in in_parts(sorted(ids)) for document in self._load(part)]

    def titles(self, *, limit: int) -> list[tuple[int, str]]:
        """The newest documents that have a title, each with it."""
        entitled = select(DocumentRow.id, DocumentRow.title).where(DocumentRow.title.is_not(None))
        rows = self._connection.execute(entitled.order_by(DocumentRow.id.desc()).limit(limit))
        return [(number, title) for number, title in rows if title]

    def add(self, source_id: int, plans: Sequence[DocumentPlan], now: datetime) -> Sequence[int]:
        """Stores new documents and gives their ids, in order."""
        if not plans:
            return []
        ids = next_ids(self._connection, _GREATEST_ID, len(plans))
        rows = [
            _facts(plan) | {"id": document_id, "source_id": source_id, "guid": plan.guid, "first_seen_at": now}
            for document_id, plan in zip(ids, plans, strict=True)
        ]
        self._connection.execute(_INSERT, rows)
        return ids

    def change(self, plan: DocumentPlan) -> None:
        """Writes what a document says about itself now."""
        self._connection.execute(_UPDATE, _facts(plan) | {"document_id": plan.id})
        if plan.id is not None and plan.document.published_at is not None:
            self._index.outdate_document(plan.id, plan.document.published_at)

    def _load(self, ids: Sequence[int]) -> list[KnownDocument]:
        papers = papers_of(self._connection, PAPERS_BY_DOCUMENT, ids)
        items: dict[int, list[KnownItem]] = defaultdict(list)
        for row in self._connection.execute(_ITEMS, {"values": ids}):
            items[row.document_id].append(_known_item(row, content_of(row, papers[row.id])))
        rows = self._connection.execute(_DOCUMENTS, {"values": ids})
        return [KnownDocument(*row, items=tuple(items[row.id])) for row in rows]


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
