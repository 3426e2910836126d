"""The tables of what is learned from stories that are told in several languages."""

from __future__ import annotations

from sqlalchemy import Double, Index, Integer, String, Text

from storage.tables import Table, column


class AssociationRow(Table):
    """That a word of one language goes with a word of another, as stems. There is a row for either direction."""

    __tablename__ = "associations"
    __table_args__ = (Index(None, "language", "other_language"), {"sqlite_with_rowid": False})

    word = column(Text, primary_key=True)
    language = column(String(35), primary_key=True)
    other_language = column(String(35), primary_key=True)
    other = column(Text, primary_key=True)
    strength = column(Double)


class AssociationLessonRow(Table):
    """From how many stories was learned what goes together in two languages, in the order of their tags, and which item
    was the newest then."""

    __tablename__ = "association_lessons"

    language = column(String(35), primary_key=True)
    other_language = column(String(35), primary_key=True)
    stories = column(Integer)
    up_to = column(Integer)
