"""The tables of the digests of subscriptions: what was built for which window, and which stories are in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnClause, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from storage.tables import Table, UtcDateTime, column


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

    id = column(Integer, primary_key=True)
    subscription_id = column(Integer, ForeignKey("subscriptions.id", ondelete="CASCADE"))
    destination_id = column(Integer, ForeignKey("destinations.id", ondelete="CASCADE"))
    delivery_id = column(Integer, ForeignKey("deliveries.id", ondelete="SET NULL"), index=True, nullable=True)
    edition = column(BigInteger, index=True)
    window_start = column(UtcDateTime)
    window_end = column(UtcDateTime)
    built_at = column(UtcDateTime)
    language = column(String(35))
    choices: ColumnClause[dict[str, Any]] = column(JSON)
    read = column(Integer)
    stories = column(Integer)
    fitting = column(Integer)
    beyond = column(Integer, nullable=True)


class DigestStoryRow(Table):
    """That a story is in a digest, at which place (from 1) and in which section, and what spoke for it.
    `destination_id` is the digest's: a story that was posted to a destination is not announced there again."""

    __tablename__ = "digest_stories"
    __table_args__ = (Index(None, "destination_id", "story_id"),)

    digest_id = column(Integer, ForeignKey("digests.id", ondelete="CASCADE"), primary_key=True)
    position = column(Integer, primary_key=True)
    destination_id = column(Integer, ForeignKey("destinations.id", ondelete="CASCADE"))
    story_id = column(Integer, ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    merits: ColumnClause[list[Any]] = column(JSON)
    section = column(String(32), nullable=True)


class StoryChangeRow(Table):
    """That a story which is in a digest has changed: what its sources wrote, or which items it is made of. Gone once
    the digests that tell it are corrected."""

    __tablename__ = "story_changes"
    # A change that comes while digests are corrected must not be taken for one of those that they are corrected for.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id = column(Integer, primary_key=True)
    story_id = column(Integer, ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    changed_at = column(UtcDateTime, index=True)


class DiscussionRow(Table):
    """A thread that is wanted below what a delivery sends. `due_at` is when it is to be opened, NULL once it is there,
    or cannot be."""

    __tablename__ = "discussions"

    delivery_id = column(Integer, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    name = column(Text)
    attempts = column(Integer)
    due_at = column(UtcDateTime, index=True, nullable=True)


class SavedStoryRow(Table):
    """A story that somebody has put aside. `person` is a platform and an id there; `item_ids` are the items of it that
    they saw then."""

    __tablename__ = "saved_stories"

    person = column(String(96), primary_key=True)
    story_id = column(Integer, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, index=True)
    saved_at = column(UtcDateTime)
    item_ids: ColumnClause[list[int]] = column(JSON, server_default="[]")
