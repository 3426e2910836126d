"""The ids of rows that are about to be inserted."""

from __future__ import annotations

from sqlalchemy import Connection, Select


def next_ids(connection: Connection, greatest: Select[int], number: int) -> range:
    """Ids for so many new rows; `greatest` selects the greatest that is taken.

    Only one transaction writes at a time, so that what comes behind it is free. Rows that are told their ids need not
    be looked for again to learn them: RETURNING is only kept in order by SQLite row by row.
    """
    first = (connection.scalar(greatest) or 0) + 1
    return range(first, first + number)
