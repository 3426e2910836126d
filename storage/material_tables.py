"""The tables of materials: what is left of sessions, as addresses and files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.materials import MaterialKind
from storage.tables import Table, UtcDateTime, words_of


class MaterialRow(Table):
    """A material of a session. `words` is what search looks through, `link_key` its address as links are compared.
    `announce_at`: when others are to be told of it, NULL once they have been, or need not be."""

    __tablename__ = "materials"
    # Ids are in buttons below messages: one must never come to mean another material.
    __table_args__ = (Index(None, "session_id", "added_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"))
    kind: Mapped[MaterialKind] = mapped_column(words_of(MaterialKind, "kind"))
    title: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    link_key: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(128))
    size: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    announce_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class MaterialFileRow(Table):
    """What is in a material that is a file."""

    __tablename__ = "material_files"

    material_id: Mapped[int] = mapped_column(ForeignKey("materials.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
