"""The tables of sources that chats feed: which chat, and which of its messages are one post."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Table, UtcDateTime


class SourceChatRow(Table):
    """The chat behind a source. Without `watched_since` only what is forwarded from it is read."""

    __tablename__ = "source_chats"
    __table_args__ = (UniqueConstraint("platform", "chat_id"),)

    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True)
    platform: Mapped[str] = mapped_column(String(16))
    chat_id: Mapped[str] = mapped_column(String(64))
    prefix: Mapped[str] = mapped_column(Text)
    watched_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    watched_by: Mapped[str | None] = mapped_column(Text, index=True)


class AlbumRow(Table):
    """An album: messages that are one post, known by the first of them. `words_in` is the one whose caption it is."""

    __tablename__ = "albums"

    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True)
    album: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int]
    words_in: Mapped[int | None]
