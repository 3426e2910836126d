"""How far work has come that goes through all items at leisure."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, insert, select

from storage.search_tables import SearchMarkRow


class Mark(StrEnum):
    """What is being gone through."""

    WORDS = "words"  # the words of all items up to this one are in the vocabulary
    WORDS_VERSION = "words_version"  # the analyser's when the counting began
    MISSING = "missing"  # items below this one may not be in the index yet; no mark: all are


_GET = select(SearchMarkRow.item_id).where(SearchMarkRow.name == bindparam("name"))


def get_mark(connection: Connection, mark: Mark) -> int | None:
    """The id of the item at the mark, None where there is none."""
    return connection.scalar(_GET, {"name": mark})


def set_mark(connection: Connection, mark: Mark, item_id: int | None) -> None:
    """Moves a mark; None takes it away."""
    connection.execute(delete(SearchMarkRow).where(SearchMarkRow.name == mark))
    if item_id is not None:
        connection.execute(insert(SearchMarkRow), {"name": mark, "item_id": item_id})
