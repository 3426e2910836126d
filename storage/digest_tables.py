"""The tables of the digests of subscriptions: what was built for which window, and which stories are in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Table, UtcDateTime


class DigestRow(Table):
    """The digest of a subscription for one window. One without a delivery said nothing, so that nothing was sent.

    `choices` are those that it was built by. `edition` is the same for digests that say the same, and names them in
    buttons. `read` counts items, `stories` what they tell, `fitting` those that the choices leave, `beyond` those of
    them for which there was no room (NULL: built before that was written down, so it cannot be composed again).
    """

    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("subscription_id", "window_end"),
        Index(None, "destination_id", "built_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"))
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id", ondelete="CASCADE"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id", ondelete="SET NULL"), index=True)
    edition: Mapped[int] = mapped_column(BigInteger, index=True)
    window_start: Mapped[datetime] = mapped_column(UtcDateTime)
    window_end: Mapped[datetime] = mapped_column(UtcDateTime)
    built_at: Mapped[datetime] = mapped_column(UtcDateTime)
    language: Mapped[str] = mapped_column(String(35))
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    read: Mapped[int]
    stories: Mapped[int]
    fitting: Mapped[int]
    beyond: Mapped[int | None]


class DigestStoryRow(Table):
    """That a story is in a digest, at which place (from 1) and in which section, and what spoke for it.
    `destination_id` is the digest's: a story that was posted to a destination is not announced there again."""

    __tablename__ = "digest_stories"
    __table_args__ = (Index(None, "destination_id", "story_id"),)

    digest_id: Mapped[int] = mapped_column(ForeignKey("digests.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id", ondelete="CASCADE"))
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    merits: Mapped[list[Any]] = mapped_column(JSON)
    section: Mapped[str | None] = mapped_column(String(32))


class StoryChangeRow(Table):
    """That a story which is in a digest has changed: what its sources wrote, or which items it is made of. Gone once
    the digests that tell it are corrected."""

    __tablename__ = "story_changes"
    # A change that comes while digests are corrected must not be taken for one of those that they are corrected for.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DiscussionRow(Table):
    """A thread that is wanted below what a delivery sends. `due_at` is when it is to be opened, NULL once it is there,
    or cannot be."""

    __tablename__ = "discussions"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class SavedStoryRow(Table):
    """A story that somebody has put aside. `person` is a platform and an id there; `item_ids` are the items of it that
    they saw then."""

    __tablename__ = "saved_stories"

    person: Mapped[str] = mapped_column(String(96), primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, index=True)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    item_ids: Mapped[list[int]] = mapped_column(JSON, server_default="[]")
