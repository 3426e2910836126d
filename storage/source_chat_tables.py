"""The tables of sources that chats feed: which chat, for whom, and which of its messages are one post."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint

from storage.tables import Table, UtcDateTime, column


class SourceChatRow(Table):
    """The chat behind a source. Without `watched_since` only what is forwarded from it is read. While the source is
    neither in the sources file nor watched for everybody, it is hidden from all who do not watch it."""

    __tablename__ = "source_chats"
    __table_args__ = (UniqueConstraint("platform", "chat_id"),)

    source_id = column(Integer, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True)
    platform = column(String(16))
    chat_id = column(String(64))
    prefix = column(Text)
    watched_since = column(UtcDateTime, nullable=True)


class WatchRow(Table):
    """That a source is read for a destination: its community sees what comes of it. `watched_by` is the platform and id
    of who asked for that. With `for_everybody` all see it. One that has `ended` brings nothing more; its community goes
    on seeing what was read."""

    __tablename__ = "watches"

    source_id = column(Integer, ForeignKey("source_chats.source_id", ondelete="CASCADE"), primary_key=True)
    destination_id = column(Integer, ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True, index=True)
    watched_by = column(Text)
    for_everybody = column(Boolean)
    ended = column(Boolean)


class AlbumRow(Table):
    """An album: messages that are one post, known by the first of them. `words_in` is the one whose caption it is."""

    __tablename__ = "albums"

    source_id = column(Integer, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True)
    album = column(String(64), primary_key=True)
    number = column(Integer)
    words_in = column(Integer, nullable=True)
