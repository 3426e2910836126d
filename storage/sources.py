"""Sources and what was fetched from them last."""

from __future__ import annotations

import zlib
from dataclasses import fields, replace
from datetime import datetime
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from bot.domain.documents import RawDocument
from bot.domain.errors import StorageError
from bot.domain.sources import USUAL_WEIGHT, Source, SourceSpec, SourceStatus
from storage.search_index import SearchIndex
from storage.tables import ItemRow, RawDocumentRow, SourceRow

RAW_KEPT = 5
_FIELDS = tuple(field.name for field in fields(Source))
# Statements that are built once: building, and fitting results to them, costs more than running them.
_ALL = select(*(getattr(SourceRow, name) for name in _FIELDS))
_BY_ID = _ALL.where(SourceRow.id == bindparam("value"))
_BY_ADDRESS = _ALL.where(SourceRow.address == bindparam("value"))
_BY_LISTED_ADDRESS = _ALL.where(SourceRow.listed_address == bindparam("value"))
_UPDATE = update(SourceRow.__table__).where(SourceRow.__table__.c.id == bindparam("source_id"))
_LEARN_TITLE = (
    update(SourceRow.__table__)
    .where(SourceRow.id == bindparam("source_id"), SourceRow.title_given.is_(False))
    .values(title=bindparam("learned"))
)
_RAW = RawDocumentRow.__table__
_RAW_HERE = _RAW.c.source_id == bindparam("of_source")
_SAME_RAW = (_RAW_HERE, _RAW.c.content_hash == bindparam("hash"))
_FETCHED_AGAIN = update(_RAW).where(*_SAME_RAW).values(fetched_at=bindparam("at"))
_ADD_RAW = insert(_RAW)
_KEPT_RAW = (
    select(_RAW.c.id).where(_RAW_HERE).order_by(_RAW.c.fetched_at.desc(), _RAW.c.id.desc()).limit(bindparam("kept"))
)
_FORGET_RAW = delete(_RAW).where(_RAW_HERE, _RAW.c.id.not_in(_KEPT_RAW))


class Sources:
    """Sources by id and by address."""

    def __init__(self, connection: Connection, index: SearchIndex) -> None:
        self._connection = connection
        self._index = index

    def add(self, spec: SourceSpec, *, now: datetime) -> Source:
        """The source at an address, as the specification wants it: a new one is due at once, one that is there keeps
        its state. An address that has moved since still finds its source."""
        known = self.by_address(spec.address)
        if known is None:
            self._connection.execute(insert(SourceRow).values(**_new(spec, now)))
            known = self.by_address(spec.address)
            if known is None:
                raise StorageError(f"The source {spec.address} was stored and is not there.")
            return known
        changes = _changes(known, spec, now)
        self._connection.execute(_UPDATE, changes | {"source_id": known.id})
        if spec.title not in (None, known.title):
            self._index.outdate_source(known.id)
        return replace(known, **{name: value for name, value in changes.items() if name in _FIELDS})

    def get(self, source_id: int) -> Source | None:
        """The source, None where there is none."""
        return self._one(_BY_ID, source_id)

    def by_address(self, address: str) -> Source | None:
        """The source that is asked at an address, else the one that is listed there."""
        return self._one(_BY_ADDRESS, address) or self._one(_BY_LISTED_ADDRESS, address)

    def all(self) -> list[Source]:
        """Every source, in the order of their titles."""
        rows = self._connection.execute(_ALL.order_by(func.lower(SourceRow.title), SourceRow.id))
        return [_source(row) for row in rows]

    def due(self, now: datetime, limit: int) -> list[Source]:
        """The sources that should be polled by now, the longest overdue first."""
        rows = self._connection.execute(
            _ALL.where(SourceRow.next_poll_at <= now, SourceRow.status != SourceStatus.RETIRED)
            .order_by(SourceRow.next_poll_at, SourceRow.id)
            .limit(limit)
        )
        return [_source(row) for row in rows]

    def save(self, source: Source) -> None:
        """Writes the state of a source. Its title stays (`learn_title`)."""
        values = {name: getattr(source, name) for name in _FIELDS if name not in ("id", "title")}
        self._connection.execute(_UPDATE, values | {"source_id": source.id})

    def learn_title(self, source: Source, title: str) -> Source:
        """Takes the title that a source gives itself, unless administrators gave it one."""
        taken = self._connection.execute(_LEARN_TITLE, {"source_id": source.id, "learned": title}).rowcount
        if taken and title != source.title:
            self._index.outdate_source(source.id)
        return replace(source, title=title) if taken else source

    def weights(self) -> dict[int, float]:
        """How much the stories of each source count; those that count as usual are left out."""
        rows = self._connection.execute(select(SourceRow.id, SourceRow.weight).where(SourceRow.weight != USUAL_WEIGHT))
        return {source_id: weight for source_id, weight in rows}  # noqa: C416 - typed

    def item_counts(self) -> dict[int, int]:
        """How many items each source has that are shown; sources without any are left out."""
        shown = ItemRow.withdrawn_at.is_(None)
        counted = select(ItemRow.source_id, func.count()).where(shown).group_by(ItemRow.source_id)
        return {source_id: count for source_id, count in self._connection.execute(counted)}  # noqa: C416 - typed

    def record_raw(self, source_id: int, content_hash: str, raw: RawDocument) -> None:
        """Keeps the bytes of a fetch; of each source the last five that differ. May be repeated."""
        again = {"of_source": source_id, "hash": content_hash, "at": raw.fetched_at}
        if self._connection.execute(_FETCHED_AGAIN, again).rowcount:
            return
        row = {
            "source_id": source_id,
            "content_hash": content_hash,
            "address": raw.final_address or raw.address,
            "content_type": raw.content_type,
            "fetched_at": raw.fetched_at,
            "body": zlib.compress(raw.body, 1),
        }
        self._connection.execute(_ADD_RAW, row)
        self._connection.execute(_FORGET_RAW, {"of_source": source_id, "kept": RAW_KEPT})

    def raw(self, source_id: int) -> list[RawDocument]:
        """The last documents of a source as they were fetched, the newest first."""
        rows = self._connection.execute(
            select(RawDocumentRow.address, RawDocumentRow.body, RawDocumentRow.fetched_at, RawDocumentRow.content_type)
            .where(RawDocumentRow.source_id == source_id)
            .order_by(RawDocumentRow.fetched_at.desc(), RawDocumentRow.id.desc())
        )
        return [RawDocument(row.address, zlib.decompress(row.body), row.fetched_at, row.content_type) for row in rows]

    def _one(self, statement: Select[Any], value: int | str) -> Source | None:
        row = self._connection.execute(statement, {"value": value}).one_or_none()
        return _source(row) if row else None


def _new(spec: SourceSpec, now: datetime) -> dict[str, Any]:
    return {
        "address": spec.address,
        "listed_address": spec.address,
        "kind": spec.kind,
        "title": spec.title or _name_of(spec.address),
        "title_given": spec.title is not None,
        "language": spec.language,
        "interval": spec.interval,
        "weight": spec.weight,
        "status": SourceStatus.NEW,
        "failures": 0,
        "next_poll_at": now,
    }


def _changes(known: Source, spec: SourceSpec, now: datetime) -> dict[str, Any]:
    """What a specification changes about a source that is known."""
    values: dict[str, Any] = {"kind": spec.kind, "language": spec.language, "interval": spec.interval}
    values["weight"] = spec.weight
    if spec.title is not None:
        values |= {"title": spec.title, "title_given": True}
    if (known.kind, known.language) != (spec.kind, spec.language):  # what we have was read in another way
        values |= {"etag": None, "last_modified": None, "content_hash": None}
    if spec.interval is not None and known.status is not SourceStatus.RETIRED:
        soon = now if known.interval is None else now + spec.interval
        values["next_poll_at"] = min(soon, known.next_poll_at) if known.next_poll_at else soon
    return values


def _source(row: Row[Any]) -> Source:
    return Source(**row._mapping)


def _name_of(address: str) -> str:
    """What to call a source that has not been read yet: its address without scheme, or the name of its file."""
    return address.partition("://")[2].rstrip("/") or PurePath(address).name or address
