"""The tables of what is learned from stories that are told in several languages."""

from __future__ import annotations

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Table


class AssociationRow(Table):
    """That a word of one language goes with a word of another, as stems. There is a row for either direction."""

    __tablename__ = "associations"
    __table_args__ = (Index(None, "language", "other_language"), {"sqlite_with_rowid": False})

    word: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    other_language: Mapped[str] = mapped_column(String(35), primary_key=True)
    other: Mapped[str] = mapped_column(Text, primary_key=True)
    strength: Mapped[float]


class AssociationLessonRow(Table):
    """From how many stories was learned what goes together in two languages, in the order of their tags, and which item
    was the newest then."""

    __tablename__ = "association_lessons"

    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    other_language: Mapped[str] = mapped_column(String(35), primary_key=True)
    stories: Mapped[int]
    up_to: Mapped[int]
