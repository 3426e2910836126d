"""The tables. Rows stay inside `storage`; what leaves it are the frozen values of `bot.domain`.

Everything here suits SQLite and PostgreSQL. The index that search reads is made by the migrations, because every
database has its own kind (`search_fts5.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any, ClassVar, Literal, TypeVar, overload

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ColumnClause,
    DateTime,
    Dialect,
    Double,
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
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from bot.domain.items import ItemKind
from bot.domain.sections import Section
from bot.domain.sources import SourceKind, SourceStatus

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


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


def words_of(enum: type[_E], name: str) -> TypeEngine[_E]:
    """A column that holds the value of one of an enum's members, and a CHECK that nothing else does."""
    kind: TypeEngine[Any] = Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
    return kind


@overload
def column(
    kind: type[TypeEngine[_T]] | TypeEngine[_T], *more: SchemaItem, nullable: Literal[True], **options: Any
) -> ColumnClause[_T | None]: ...


@overload
def column(kind: type[TypeEngine[_T]] | TypeEngine[_T], *more: SchemaItem, **options: Any) -> ColumnClause[_T]: ...


def column(kind: Any, *more: Any, nullable: bool = False, **options: Any) -> Any:
    """A column of a table, which takes its name from where it stands there. It is NOT NULL unless it is said."""
    return Column(kind, *more, nullable=nullable, **options)


class Table:
    """The root of all tables: what stands in a class below it are the columns of one. Constraints have names, so that
    migrations can speak of them.

    This is SQLAlchemy's Core alone. Its declarative mapping says the same, and took a fifth of the start and 15 MB for
    objects that nobody loads.
    """

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    __tablename__: ClassVar[str]
    __table_args__: ClassVar[tuple[Any, ...]] = ()
    """Constraints and indexes; at the end, where there are any, a dictionary of options."""
    __table__: ClassVar[SqlTable]

    def __init_subclass__(cls) -> None:
        columns = {name: one for name, one in vars(cls).items() if isinstance(one, Column)}
        for name, one in columns.items():
            one.name = one.key = name
        items = [item for item in cls.__table_args__ if not isinstance(item, dict)]
        options = dict(chain.from_iterable(item.items() for item in cls.__table_args__ if isinstance(item, dict)))
        cls.__table__ = SqlTable(cls.__tablename__, cls.metadata, *columns.values(), *items, **options)

    @classmethod
    def __clause_element__(cls) -> SqlTable:
        """What the class means in a statement: its table."""
        return cls.__table__


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

    id = column(Integer, primary_key=True)
    address = column(Text, unique=True)
    listed_address = column(Text, unique=True)
    kind = column(words_of(SourceKind, "kind"), nullable=True)
    title = column(Text)
    title_given = column(Boolean)
    language = column(String(35), nullable=True)  # the longest well-formed tag: RFC 5646, 4.4.1
    interval = column(Seconds, nullable=True)
    status = column(words_of(SourceStatus, "status"))
    problem = column(Text, nullable=True)
    failures = column(Integer)
    next_poll_at = column(UtcDateTime, index=True, nullable=True)
    last_polled_at = column(UtcDateTime, nullable=True)
    last_changed_at = column(UtcDateTime, nullable=True)
    etag = column(Text, nullable=True)
    last_modified = column(Text, nullable=True)
    content_hash = column(String(64), nullable=True)
    weight = column(Double, server_default="1")


class RawDocumentRow(Table):
    """Bytes as they were fetched, compressed: what a damaged or badly split document is looked into with."""

    __tablename__ = "raw_documents"
    __table_args__ = (UniqueConstraint("source_id", "content_hash"),)

    id = column(Integer, primary_key=True)
    source_id = column(Integer, ForeignKey("sources.id", ondelete="CASCADE"))
    content_hash = column(String(64))
    address = column(Text)
    content_type = column(Text, nullable=True)
    fetched_at = column(UtcDateTime)
    body = column(LargeBinary)


class DocumentRow(Table):
    """One issue, page, entry or post. `address_key` finds it again where its guid has changed."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("source_id", "guid"),
        Index(None, "source_id", "address_key"),
    )

    id = column(Integer, primary_key=True)
    source_id = column(Integer, ForeignKey("sources.id", ondelete="CASCADE"))
    guid = column(Text)
    address_key = column(Text, nullable=True)
    url = column(Text, nullable=True)
    title = column(Text, nullable=True)
    language = column(String(35), nullable=True)
    published_at = column(UtcDateTime, index=True, nullable=True)
    first_seen_at = column(UtcDateTime)


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

    id = column(Integer, primary_key=True)
    source_id = column(Integer, ForeignKey("sources.id", ondelete="CASCADE"))
    document_id = column(Integer, ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    guid = column(Text)
    position = column(Integer)
    title = column(Text, nullable=True)
    text = column(Text)
    section = column(words_of(Section, "section"))
    heading = column(Text, nullable=True)
    kind = column(words_of(ItemKind, "kind"))
    language = column(String(35), nullable=True)
    links: ColumnClause[list[Any]] = column(JSON)
    code = column(Text, nullable=True)
    images: ColumnClause[list[Any]] = column(JSON)
    authors: ColumnClause[list[Any]] = column(JSON)
    original_text = column(Text, nullable=True)
    url = column(Text, nullable=True)
    published_at = column(UtcDateTime, nullable=True)
    first_seen_at = column(UtcDateTime, index=True)
    edits = column(Integer)
    edited_at = column(UtcDateTime, nullable=True)
    withdrawn_at = column(UtcDateTime, nullable=True)
    for_everybody = column(Boolean, server_default=false())


class ItemPaperRow(Table):
    """A paper that an item names, in the item's order."""

    __tablename__ = "item_papers"
    __table_args__ = (Index(None, "scheme", "value"),)

    item_id = column(Integer, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    position = column(Integer, primary_key=True)
    scheme = column(String(16))
    value = column(Text)


class ItemLinkRow(Table):
    """A link that an item holds, in the spelling that links are compared by (`bot.domain.links.link_key`)."""

    __tablename__ = "item_links"
    __table_args__ = (Index(None, "key"),)

    item_id = column(Integer, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    position = column(Integer, primary_key=True)
    key = column(Text)


class ChatRow(Table):
    """What a chat has chosen for itself."""

    __tablename__ = "chats"

    platform = column(String(16), primary_key=True)
    chat_id = column(String(64), primary_key=True)
    language = column(String(35))


class OpenFormRow(Table):
    """The form whose questions a person is being asked in a chat; `message_id` is the message that asks."""

    __tablename__ = "open_forms"

    platform = column(String(16), primary_key=True)
    chat_id = column(String(64), primary_key=True)
    person_id = column(String(64), primary_key=True)
    message_id = column(String(64))
    progress: ColumnClause[dict[str, Any]] = column(JSON)
    asked_at = column(UtcDateTime, index=True)


class ViewRow(Table):
    """A question whose answer has pages: what its buttons need to go on, also after a restart."""

    __tablename__ = "views"
    # Ids are in buttons below messages: one that was forgotten must never come to mean another question.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id = column(Integer, primary_key=True)
    kind = column(String(16))
    parameters: ColumnClause[dict[str, Any]] = column(JSON)
    created_at = column(UtcDateTime, index=True)
