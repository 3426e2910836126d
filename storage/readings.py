"""What people have opened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from storage.reading_tables import OpenedStoryRow


class Readings:
    """The stories that somebody has opened. `person` is a platform and an id there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, person: str, story_id: int, *, now: datetime) -> None:
        """Somebody has opened a story. May be repeated."""
        here = (OpenedStoryRow.person == person, OpenedStoryRow.story_id == story_id)
        self._connection.execute(delete(OpenedStoryRow).where(*here))
        row = {"person": person, "story_id": story_id, "opened_at": now}
        self._connection.execute(insert(OpenedStoryRow), row)

    def opened(self, person: str, *, limit: int) -> list[int]:
        """What somebody has opened, the latest first."""
        mine = select(OpenedStoryRow.story_id).where(OpenedStoryRow.person == person)
        return list(self._connection.scalars(mine.order_by(OpenedStoryRow.opened_at.desc()).limit(limit)))
