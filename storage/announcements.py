"""Posts that may announce a session, and the communities that follow the chats in which they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, select, union, update

from bot.domain.announcements import Announcement, PostWords
from bot.domain.items import Link
from storage.announcement_tables import AnnouncementRow
from storage.community_tables import DestinationRow, SubscriptionRow
from storage.source_chat_tables import WatchRow

_ALL = select(AnnouncementRow.__table__)


@dataclass(frozen=True, slots=True)
class Follower:
    """A community that follows a source. `asked_by` is the platform and id of who wanted it to."""

    community_id: int
    asked_by: str


class Announcements:
    """Announcements by id, and by community and post."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def followers(self, source_id: int) -> list[Follower]:
        """The communities that watch a chat or have a digest of this very source, each once."""
        watched = (
            select(DestinationRow.community_id, WatchRow.watched_by)
            .join(DestinationRow, DestinationRow.id == WatchRow.destination_id)
            .where(WatchRow.source_id == source_id, WatchRow.ended.is_(False))
        )
        named = func.json_each(SubscriptionRow.choices, "$.source_ids").table_valued("value")
        subscribed = (
            select(DestinationRow.community_id, SubscriptionRow.created_by)
            .join(DestinationRow, DestinationRow.id == SubscriptionRow.destination_id)
            .where(SubscriptionRow.removed_at.is_(None), exists().select_from(named).where(named.c.value == source_id))
        )
        rows = self._connection.execute(union(watched, subscribed).order_by("community_id", "watched_by"))
        first = {row.community_id: Follower(row.community_id, row.watched_by) for row in reversed(rows.all())}
        return [first[community_id] for community_id in sorted(first)]

    def get(self, announcement_id: int) -> Announcement | None:
        """The announcement, None where there is none."""
        row = self._connection.execute(_ALL.where(AnnouncementRow.id == announcement_id)).one_or_none()
        return _announcement(row) if row else None

    def of_post(self, community_id: int, source_id: int, guid: str) -> Announcement | None:
        """What the organisers of a community were asked about a post, None where they were not."""
        here = (AnnouncementRow.community_id == community_id, AnnouncementRow.source_id == source_id)
        row = self._connection.execute(_ALL.where(*here, AnnouncementRow.guid == guid)).one_or_none()
        return _announcement(row) if row else None

    def add(self, community_id: int, source_id: int, guid: str, post: PostWords, *, now: datetime) -> Announcement:
        """A post that organisers of a community are asked about from now on."""
        new = Announcement(0, community_id, post)
        values = {"community_id": community_id, "source_id": source_id, "guid": guid, "noticed_at": now}
        added = insert(AnnouncementRow).values(**values, **_values(new)).returning(AnnouncementRow.__table__)
        return _announcement(self._connection.execute(added).one())

    def save(self, announcement: Announcement) -> None:
        """Writes an announcement that has changed."""
        here = AnnouncementRow.id == announcement.id
        self._connection.execute(update(AnnouncementRow).where(here).values(**_values(announcement)))


def _values(announcement: Announcement) -> dict[str, Any]:
    post = announcement.post
    kept = {
        "text": post.text,
        "links": [[link.url, link.text] for link in post.links],
        "posted_at": post.posted_at.isoformat(),
        "url": post.url,
        "chat": post.chat,
    }
    return {
        "post": kept,
        "state": announcement.state,
        "draft_id": announcement.draft_id,
        "session_id": announcement.session_id,
    }


def _announcement(row: Row[Any]) -> Announcement:
    kept = row.post
    post = PostWords(
        kept["text"],
        tuple(Link(url, words) for url, words in kept["links"]),
        datetime.fromisoformat(kept["posted_at"]),
        kept["url"],
        kept["chat"],
    )
    return Announcement(row.id, row.community_id, post, row.state, row.draft_id, row.session_id)
