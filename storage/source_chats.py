"""Sources that chats feed: the chat behind each, and the albums in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.domain.posts import PostChat, SourceChat
from storage.source_chat_tables import AlbumRow, SourceChatRow
from storage.tables import SourceRow

_ALL = select(*SourceChatRow.__table__.c)


class SourceChats:
    """The chats behind sources, by what the platforms call them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def at(self, platform: str, chat_id: str) -> SourceChat | None:
        """The source chat, None where the chat feeds no source."""
        here = (SourceChatRow.platform == platform, SourceChatRow.chat_id == chat_id)
        row = self._connection.execute(_ALL.where(*here)).one_or_none()
        return _source_chat(row) if row else None

    def of(self, source_id: int) -> SourceChat | None:
        """The chat that feeds a source, None where none does."""
        row = self._connection.execute(_ALL.where(SourceChatRow.source_id == source_id)).one_or_none()
        return _source_chat(row) if row else None

    def watched(self, *, by: str | None = None) -> list[SourceChat]:
        """All chats that are watched, or those that somebody asked for, the oldest first."""
        chosen = _ALL.where(SourceChatRow.watched_since.is_not(None)).order_by(SourceChatRow.source_id)
        rows = self._connection.execute(chosen.where(SourceChatRow.watched_by == by) if by else chosen)
        return [_source_chat(row) for row in rows]

    def add(self, source_id: int, chat: PostChat) -> SourceChat:
        """The chat feeds this source from now on; it is not watched yet."""
        values = {"source_id": source_id, "platform": chat.platform, "chat_id": chat.id, "prefix": chat.prefix}
        self._connection.execute(insert(SourceChatRow).values(**values))
        return SourceChat(source_id, chat.platform, chat.id, chat.prefix)

    def watch(self, source_id: int, *, since: datetime | None, by: str | None) -> None:
        """What is posted from a moment on is read; with None nothing more is. May be repeated."""
        here = update(SourceChatRow).where(SourceChatRow.source_id == source_id)
        self._connection.execute(here.values(watched_since=since, watched_by=by))

    def move(self, platform: str, chat_id: str, new_chat_id: str) -> None:
        """A chat has another id from now on, and its messages are counted anew. May be repeated."""
        moving = self.at(platform, chat_id)
        if moving is None:
            return
        if self.at(platform, new_chat_id) is not None:
            self.watch(moving.source_id, since=None, by=None)
            return
        here = SourceChatRow.source_id == moving.source_id
        self._connection.execute(update(SourceChatRow).where(here).values(chat_id=new_chat_id, prefix=new_chat_id))
        old, new = f"{platform}:{chat_id}", f"{platform}:{new_chat_id}"
        renamed = update(SourceRow).where(SourceRow.id == moving.source_id, SourceRow.address == old)
        self._connection.execute(renamed.values(address=new, listed_address=new))

    def place_in_album(self, source_id: int, album: str, number: int, *, words: bool) -> int | None:
        """The number of the post that a message of an album belongs to, as the one whose words it has; None where the
        album has its words from another message, or none yet. A second caption is a post of its own. May be repeated.
        """
        here = (AlbumRow.source_id == source_id, AlbumRow.album == album)
        known = self._connection.execute(select(AlbumRow.number, AlbumRow.words_in).where(*here)).one_or_none()
        if known is None:
            values = {"source_id": source_id, "album": album, "number": number, "words_in": number if words else None}
            self._connection.execute(insert(AlbumRow).values(**values))
            return number if words else None
        if known.words_in == number:
            return int(known.number)
        if not words:
            return None
        if known.words_in is None:
            self._connection.execute(update(AlbumRow).where(*here).values(words_in=number))
            return int(known.number)
        return number


def _source_chat(row: Row[Any]) -> SourceChat:
    return SourceChat(**row._mapping)
