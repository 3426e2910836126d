"""The table of what people have opened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Table, UtcDateTime


class OpenedStoryRow(Table):
    """That somebody has opened a story. `person` is a platform and an id there."""

    __tablename__ = "opened_stories"

    person: Mapped[str] = mapped_column(String(96), primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
