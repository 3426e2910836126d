"""The tables of communities: their destinations, the subscriptions of these, and what is still being set up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, ColumnClause, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false

from bot.domain.communities import DestinationKind
from storage.tables import Table, UtcDateTime, column, words_of


class CommunityRow(Table):
    """One group of people. `zone_chosen`: somebody has said that they live by this zone; otherwise it is a guess."""

    __tablename__ = "communities"

    id = column(Integer, primary_key=True)
    name = column(Text)
    zone = column(String(64))
    languages: ColumnClause[list[Any]] = column(JSON)
    zone_chosen = column(Boolean, server_default=false())


class DestinationRow(Table):
    """A place that is written to. `thread_id` is "" where there is none, so that a place is there once.

    `told_at`: when the administrators were told that it is paused.
    """

    __tablename__ = "destinations"
    __table_args__ = (
        UniqueConstraint("platform", "chat_id", "thread_id"),
        Index(None, "platform", "server_id"),
    )

    id = column(Integer, primary_key=True)
    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    platform = column(String(16))
    chat_id = column(String(64))
    thread_id = column(String(64))
    server_id = column(String(64), nullable=True)
    kind = column(words_of(DestinationKind, "kind"))
    title = column(Text)
    paused_reason = column(Text, nullable=True)
    told_at = column(UtcDateTime, nullable=True)


class SubscriptionRow(Table):
    """The digest that a destination gets. `choices` is what people chose (`storage.subscriptions` writes it).

    `next_due_at` is when a digest is next to be built, None while there is none to build. One with `removed_at` is
    kept, so that removing can be taken back.
    """

    __tablename__ = "subscriptions"
    # Ids are in buttons below messages: one must never come to mean another subscription.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id = column(Integer, primary_key=True)
    destination_id = column(Integer, ForeignKey("destinations.id", ondelete="CASCADE"), index=True)
    choices: ColumnClause[dict[str, Any]] = column(JSON)
    paused = column(Boolean)
    active_from = column(UtcDateTime)
    window_end = column(UtcDateTime)
    next_due_at = column(UtcDateTime, index=True, nullable=True)
    version = column(Integer)
    created_by = column(Text, index=True)
    created_at = column(UtcDateTime)
    removed_at = column(UtcDateTime, nullable=True)


class SubscriptionDraftRow(Table):
    """A subscription that is being set up or changed: `spec` is where it is for. It counts for nothing before somebody
    confirms it; `subscription_id` is then what it has become, before that the subscription that it changes."""

    __tablename__ = "subscription_drafts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id = column(Integer, primary_key=True)
    spec: ColumnClause[dict[str, Any]] = column(JSON)
    choices: ColumnClause[dict[str, Any]] = column(JSON)
    subscription_id = column(Integer, ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True, nullable=True)
    version = column(Integer)
    confirmed = column(Boolean)
    created_at = column(UtcDateTime, index=True)


class LinkCodeRow(Table):
    """A code that joins a chat to a community; only its hash is kept. A used one is gone."""

    __tablename__ = "link_codes"

    code_hash = column(String(64), primary_key=True)
    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    expires_at = column(UtcDateTime)


class LinkAttemptRow(Table):
    """A wrong code that somebody typed; `person` is their platform and id."""

    __tablename__ = "link_attempts"
    __table_args__ = (Index(None, "person", "at"),)

    id = column(Integer, primary_key=True)
    person = column(Text)
    at = column(UtcDateTime)
