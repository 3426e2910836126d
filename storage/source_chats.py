"""Sources that chats feed: the chat behind each, for whom it is watched, and the albums in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, select, update

from bot.domain.items import NOTHING_HIDDEN
from bot.domain.posts import PostChat, SourceChat, Watch
from storage.community_tables import DestinationRow
from storage.source_chat_tables import AlbumRow, SourceChatRow, WatchRow
from storage.tables import ItemRow, SourceRow

_ALL = select(*SourceChatRow.__table__.c)
_WATCHES = select(WatchRow.source_id, WatchRow.destination_id, WatchRow.watched_by, WatchRow.for_everybody).where(
    WatchRow.ended.is_(False)
)
_PRIVATE = (
    select(SourceChatRow.source_id)
    .join(SourceRow, SourceRow.id == SourceChatRow.source_id)
    .where(
        SourceRow.interval.is_(None),  # the sources file does not name it
        ~exists().where(
            WatchRow.source_id == SourceChatRow.source_id,
            WatchRow.for_everybody.is_(True),
            WatchRow.ended.is_(False),
        ),
    )
)
_OWN = select(DestinationRow.community_id, WatchRow.source_id).join(
    DestinationRow, DestinationRow.id == WatchRow.destination_id
)


class SourceChats:
    """The chats behind sources, by what the platforms call them, and who watches them."""

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

    def add(self, source_id: int, chat: PostChat) -> SourceChat:
        """The chat feeds this source from now on; it is not watched yet. What the source has brought before stays
        everybody's."""
        self.open_items(source_id)
        values = {"source_id": source_id, "platform": chat.platform, "chat_id": chat.id, "prefix": chat.prefix}
        self._connection.execute(insert(SourceChatRow).values(**values))
        return SourceChat(source_id, chat.platform, chat.id, chat.prefix)

    # Who sees what

    def hidden_from(self, community_id: int | None) -> frozenset[int]:
        """The sources that are hidden from a community; with None, from those who belong to none."""
        return self.hidden_from_each([] if community_id is None else [community_id]).get(community_id, NOTHING_HIDDEN)

    def hidden_from_each(self, community_ids: Collection[int]) -> dict[int | None, frozenset[int]]:
        """The sources that are hidden from each of these communities and, as None, from those who belong to none. A
        source that a chat feeds is hidden from all whose community does not watch it, unless it is everybody's."""
        private = frozenset(self._connection.scalars(_PRIVATE))
        own: dict[int, set[int]] = defaultdict(set)
        if private:
            for community_id, source_id in self._connection.execute(_OWN):
                own[community_id].add(source_id)
        hidden: dict[int | None, frozenset[int]] = {
            one: private - own[one] if one in own else private for one in community_ids
        }
        return hidden | {None: private}

    def open_items(self, source_id: int) -> None:
        """What there is of a source is everybody's for good. May be repeated."""
        self._connection.execute(update(ItemRow).where(ItemRow.source_id == source_id).values(for_everybody=True))

    # Watching

    def watches(self) -> list[Watch]:
        """What is watched and for whom, by source."""
        rows = self._connection.execute(_WATCHES.order_by(WatchRow.source_id, WatchRow.destination_id))
        return [Watch(**row._mapping) for row in rows]

    def watches_of(self, source_id: int) -> list[Watch]:
        """For whom a source is watched."""
        return [Watch(**row._mapping) for row in self._connection.execute(_WATCHES.where(_is(source_id)))]

    def begin(self, watch: Watch, *, since: datetime) -> None:
        """What is posted from a moment on is read for a destination, too. Those who stopped the watching before do not
        see what begins now. May be repeated."""
        self._connection.execute(delete(WatchRow).where(_is(watch.source_id), WatchRow.ended.is_(True)))
        here = (_is(watch.source_id), WatchRow.destination_id == watch.destination_id)
        self._connection.execute(delete(WatchRow).where(*here))
        values = {
            "source_id": watch.source_id,
            "destination_id": watch.destination_id,
            "watched_by": watch.watched_by,
            "for_everybody": watch.for_everybody,
            "ended": False,
        }
        self._connection.execute(insert(WatchRow).values(**values))
        new = update(SourceChatRow).where(
            SourceChatRow.source_id == watch.source_id, SourceChatRow.watched_since.is_(None)
        )
        self._connection.execute(new.values(watched_since=since))

    def end(self, source_id: int, destination_id: int | None = None) -> None:
        """A source is not watched any more, for a destination or for anybody. Who stops last goes on seeing what was
        read; what was everybody's stays everybody's. May be repeated."""
        watches = self.watches_of(source_id)
        ending = [one for one in watches if destination_id in (None, one.destination_id)]
        if any(one.for_everybody for one in ending):
            self.open_items(source_id)
        here = (_is(source_id), WatchRow.destination_id.in_([one.destination_id for one in ending]))
        if len(ending) < len(watches):
            self._connection.execute(delete(WatchRow).where(*here))
            return
        self._connection.execute(update(WatchRow).where(*here).values(ended=True))
        self._connection.execute(
            update(SourceChatRow).where(SourceChatRow.source_id == source_id).values(watched_since=None)
        )

    def hand_over(self, destination_id: int, to: int) -> None:
        """What is watched for a destination is watched for another one from now on. May be repeated."""
        already = select(WatchRow.source_id).where(WatchRow.destination_id == to)
        mine = WatchRow.destination_id == destination_id
        self._connection.execute(delete(WatchRow).where(mine, WatchRow.source_id.in_(already)))
        self._connection.execute(update(WatchRow).where(mine).values(destination_id=to))

    def move(self, platform: str, chat_id: str, new_chat_id: str) -> None:
        """A chat has another id from now on, and its messages are counted anew. May be repeated."""
        moving = self.at(platform, chat_id)
        if moving is None:
            return
        if self.at(platform, new_chat_id) is not None:
            self.end(moving.source_id)
            return
        here = SourceChatRow.source_id == moving.source_id
        self._connection.execute(update(SourceChatRow).where(here).values(chat_id=new_chat_id, prefix=new_chat_id))
        old, new = f"{platform}:{chat_id}", f"{platform}:{new_chat_id}"
        renamed = update(SourceRow).where(SourceRow.id == moving.source_id, SourceRow.address == old)
        self._connection.execute(renamed.values(address=new, listed_address=new))

    # Albums

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


def _is(source_id: int) -> Any:
    return WatchRow.source_id == source_id


def _source_chat(row: Row[Any]) -> SourceChat:
    return SourceChat(**row._mapping)
