"""Questions whose answers have pages: kept, so that buttons below old messages still work."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from storage.tables import ViewRow

ID_BITS = 53
"""As many as stay whole where numbers are floating-point; with the rest of an action they fit into 64 bytes."""

Parameters = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class View:
    """A question as it was kept."""

    kind: str
    parameters: Parameters


class Views:
    """Views by their id, which fits into a button."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kind: str, parameters: Parameters, *, now: datetime) -> int:
        """Keeps a question and gives its id. Nobody can guess it: forged buttons show no one else's question."""
        row = {"id": secrets.randbits(ID_BITS), "kind": kind, "parameters": dict(parameters), "created_at": now}
        return self._connection.execute(insert(ViewRow).returning(ViewRow.id), row).scalar_one()

    def get(self, view_id: int) -> View | None:
        """The question, None where it has been forgotten."""
        row = self._connection.execute(
            select(ViewRow.kind, ViewRow.parameters).where(ViewRow.id == view_id)
        ).one_or_none()
        return View(row.kind, row.parameters) if row else None

    def prune(self, before: datetime) -> int:
        """Forgets the questions from before a moment and says how many they were."""
        return self._connection.execute(delete(ViewRow).where(ViewRow.created_at < before)).rowcount
