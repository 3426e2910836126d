"""What holds of items that are shown where some sources are hidden."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_

from storage.tables import ItemRow


def seen_without(hidden: frozenset[int]) -> list[ColumnElement[bool]]:
    """Conditions on `ItemRow`: none of it comes from these sources, unless it is everybody's."""
    return [or_(ItemRow.source_id.not_in(sorted(hidden)), ItemRow.for_everybody.is_(True))] if hidden else []
