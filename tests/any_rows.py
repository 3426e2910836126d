"""Rows for any table, made from what the table says of its columns: for tests that must not forget one."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, Enum, Float, Integer, LargeBinary, Table, insert

from storage.tables import Seconds, UtcDateTime

_numbers = itertools.count(1000)


def add_row(connection: Connection, table: Table, **given: Any) -> dict[str, Any]:
    """Adds a row with these values, and others that fit; rows that it must refer to are added too. Returns it all."""
    values = dict(given)
    for column in table.columns:
        if column.name in values or column.nullable:
            continue
        parent = next(iter(column.foreign_keys), None)
        if parent is not None:
            values[column.name] = add_row(connection, parent.column.table)[parent.column.name]
        elif not (column.primary_key and column.name == "id" and isinstance(column.type, Integer)):
            values[column.name] = _value(column.type)
    row = connection.execute(insert(table).values(**values).returning(*table.columns)).one()
    return dict(row._mapping)


def _value(kind: Any) -> Any:
    number = next(_numbers)
    match kind:
        case Enum():
            return next(iter(kind.enum_class or kind.enums))
        case UtcDateTime() | DateTime():
            return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        case Seconds():
            return timedelta(minutes=90)
        case Date():
            return date(2026, 1, 1) + timedelta(days=number)
        case Boolean():
            return False
        case Integer() | Float():
            return number
        case JSON():
            return {}
        case LargeBinary():
            return b"x"
    return f"x{number}"
