"""The table of what people have opened."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String

from storage.tables import Table, UtcDateTime, column


class OpenedStoryRow(Table):
    """That somebody has opened a story. `person` is a platform and an id there."""

    __tablename__ = "opened_stories"

    person = column(String(96), primary_key=True)
    story_id = column(Integer, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, index=True)
    opened_at = column(UtcDateTime, index=True)
