"""Rows that refer to a row of another table, found by their foreign keys: made the rows of another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    and_,
    delete,
    exists,
    true,
    update,
)

from storage.tables import Table as Base


def references_to(target: Table) -> list[Column[Any]]:
    """All columns that refer to a table."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is target for key in column.foreign_keys)
    ]


def move(connection: Connection, column: Column[Any], kept: int, gone: int) -> None:
    """Rows that refer to one row refer to another from now on; what that has already, by a unique key, is dropped."""
    table = column.table
    other = table.alias()
    for key in _unique_keys(table):
        if column.name in key:
            same = and_(true(), *(other.c[name] == table.c[name] for name in key if name != column.name))
            there = exists().where(other.c[column.name] == kept, same).correlate(table)
            connection.execute(delete(table).where(column == gone, there))
    connection.execute(update(table).where(column == gone).values({column.name: kept}))


def _unique_keys(table: Table) -> Iterator[list[str]]:
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            yield [column.name for column in constraint.columns]
    for index in table.indexes:
        if isinstance(index, Index) and index.unique:
            yield [column.name for column in index.columns]
