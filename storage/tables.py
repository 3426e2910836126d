"""The tables. Rows stay inside `storage`; what leaves it are the frozen values of `bot.domain`.

Everything here suits SQLite and PostgreSQL. The index that search reads is made by the migrations, because every
database has its own kind (`search_fts5.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.domain.items import ItemKind
from bot.domain.sections import Section
from bot.domain.sources import SourceKind, SourceStatus


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware datetimes go in, aware UTC comes out. A naive one is refused, since nobody knows when it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Seconds(TypeDecorator[timedelta]):
    """A length of time in whole seconds."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value.total_seconds())

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(seconds=value)


def words_of(enum: type[StrEnum], name: str) -> Enum:
    """A column that holds the value of one of an enum's members, and a CHECK that nothing else does."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Table(DeclarativeBase):
    """The root of all tables. Constraints have names, so that migrations can speak of them."""

    __table__: ClassVar[SqlTable]  # what rows are written to: going by the class costs twice the time

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class SourceRow(Table):
    """A source and the state of its polling.

    `listed_address` is where administrators say it is; `address` is where it is asked for now (a permanent redirect
    moves it). `title_given`: administrators chose the title, so what the source calls itself does not replace it.
    """

    __tablename__ = "sources"
    __table_args__ = (
        CheckConstraint("interval > 0", name="interval"),
        CheckConstraint("failures >= 0", name="failures"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(Text, unique=True)
    listed_address: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[SourceKind | None] = mapped_column(words_of(SourceKind, "kind"))
    title: Mapped[str] = mapped_column(Text)
    title_given: Mapped[bool]
    language: Mapped[str | None] = mapped_column(String(35))  # the longest well-formed tag: RFC 5646, 4.4.1
    interval: Mapped[timedelta | None] = mapped_column(Seconds)
    status: Mapped[SourceStatus] = mapped_column(words_of(SourceStatus, "status"))
    problem: Mapped[str | None] = mapped_column(Text)
    failures: Mapped[int]
    next_poll_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    last_polled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    content_hash: Mapped[str | None] = mapped_column(String(64))
    weight: Mapped[float] = mapped_column(server_default="1")


class RawDocumentRow(Table):
    """Bytes as they were fetched, compressed: what a damaged or badly split document is looked into with."""

    __tablename__ = "raw_documents"
    __table_args__ = (UniqueConstraint("source_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    content_hash: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str | None] = mapped_column(Text)
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class DocumentRow(Table):
    """One issue, page, entry or post. `address_key` finds it again where its guid has changed."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("source_id", "guid"),
        Index(None, "source_id", "address_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    guid: Mapped[str] = mapped_column(Text)
    address_key: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(35))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ItemRow(Table):
    """One piece of a document. One with `withdrawn_at` is gone from its document and not shown any more.

    `edits` and `edited_at` tell how restless it is: an item that changes at every fetch is not followed every time.
    `for_everybody`: it is shown to all, also where its source is hidden from them.
    """

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("source_id", "guid"),
        Index(None, "source_id", "withdrawn_at", "language"),  # counts by source and by language never touch the rows
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    guid: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    title: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    section: Mapped[Section] = mapped_column(words_of(Section, "section"))
    heading: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[ItemKind] = mapped_column(words_of(ItemKind, "kind"))
    language: Mapped[str | None] = mapped_column(String(35))
    links: Mapped[list[Any]] = mapped_column(JSON)
    code: Mapped[str | None] = mapped_column(Text)
    images: Mapped[list[Any]] = mapped_column(JSON)
    authors: Mapped[list[Any]] = mapped_column(JSON)
    original_text: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    edits: Mapped[int]
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    for_everybody: Mapped[bool] = mapped_column(server_default=false())


class ItemPaperRow(Table):
    """A paper that an item names, in the item's order."""

    __tablename__ = "item_papers"
    __table_args__ = (Index(None, "scheme", "value"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(Text)


class ItemLinkRow(Table):
    """A link that an item holds, in the spelling that links are compared by (`bot.domain.links.link_key`)."""

    __tablename__ = "item_links"
    __table_args__ = (Index(None, "key"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text)


class ChatRow(Table):
    """What a chat has chosen for itself."""

    __tablename__ = "chats"

    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    chat_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(35))


class OpenFormRow(Table):
    """The form whose questions a person is being asked in a chat; `message_id` is the message that asks."""

    __tablename__ = "open_forms"

    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    chat_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(64))
    progress: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ViewRow(Table):
    """A question whose answer has pages: what its buttons need to go on, also after a restart."""

    __tablename__ = "views"
    # Ids are in buttons below messages: one that was forgotten must never come to mean another question.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
