"""The tables of materials: what is left of sessions, as addresses and files."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text

from bot.domain.materials import MaterialKind
from storage.tables import Table, UtcDateTime, column, words_of


class MaterialRow(Table):
    """A material of a session. `words` is what search looks through, `link_key` its address as links are compared.
    `announce_at`: when others are to be told of it, NULL once they have been, or need not be."""

    __tablename__ = "materials"
    # Ids are in buttons below messages: one must never come to mean another material.
    __table_args__ = (Index(None, "session_id", "added_at"), {"sqlite_autoincrement": True})

    id = column(Integer, primary_key=True)
    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"))
    kind = column(words_of(MaterialKind, "kind"))
    title = column(Text)
    address = column(Text)
    link_key = column(Text)
    file_name = column(String(64))
    media_type = column(String(128))
    size = column(Integer)
    words = column(Text)
    added_by = column(Integer, ForeignKey("members.id", ondelete="SET NULL"), index=True, nullable=True)
    added_at = column(UtcDateTime)
    removed_at = column(UtcDateTime, nullable=True)
    announced_at = column(UtcDateTime, nullable=True)
    announce_at = column(UtcDateTime, index=True, nullable=True)


class MaterialFileRow(Table):
    """What is in a material that is a file."""

    __tablename__ = "material_files"

    material_id = column(Integer, ForeignKey("materials.id", ondelete="CASCADE"), primary_key=True)
    content = column(LargeBinary)
