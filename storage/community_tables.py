"""The tables of communities: their destinations, the subscriptions of these, and what is still being set up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.communities import DestinationKind
from storage.tables import Table, UtcDateTime, words_of


class CommunityRow(Table):
    """One group of people. `zone_chosen`: somebody has said that they live by this zone; otherwise it is a guess."""

    __tablename__ = "communities"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(String(64))
    languages: Mapped[list[Any]] = mapped_column(JSON)
    zone_chosen: Mapped[bool] = mapped_column(server_default=false())


class DestinationRow(Table):
    """A place that is written to. `thread_id` is "" where there is none, so that a place is there once.

    `told_at`: when the administrators were told that it is paused.
    """

    __tablename__ = "destinations"
    __table_args__ = (
        UniqueConstraint("platform", "chat_id", "thread_id"),
        Index(None, "platform", "server_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    platform: Mapped[str] = mapped_column(String(16))
    chat_id: Mapped[str] = mapped_column(String(64))
    thread_id: Mapped[str] = mapped_column(String(64))
    server_id: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[DestinationKind] = mapped_column(words_of(DestinationKind, "kind"))
    title: Mapped[str] = mapped_column(Text)
    paused_reason: Mapped[str | None] = mapped_column(Text)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SubscriptionRow(Table):
    """The digest that a destination gets. `choices` is what people chose (`storage.subscriptions` writes it).

    `next_due_at` is when a digest is next to be built, None while there is none to build. One with `removed_at` is
    kept, so that removing can be taken back.
    """

    __tablename__ = "subscriptions"
    # Ids are in buttons below messages: one must never come to mean another subscription.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(primary_key=True)
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id", ondelete="CASCADE"), index=True)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    paused: Mapped[bool]
    active_from: Mapped[datetime] = mapped_column(UtcDateTime)
    window_end: Mapped[datetime] = mapped_column(UtcDateTime)
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    version: Mapped[int]
    created_by: Mapped[str] = mapped_column(Text, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SubscriptionDraftRow(Table):
    """A subscription that is being set up or changed: `spec` is where it is for. It counts for nothing before somebody
    confirms it; `subscription_id` is then what it has become, before that the subscription that it changes."""

    __tablename__ = "subscription_drafts"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(primary_key=True)
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    confirmed: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class LinkCodeRow(Table):
    """A code that joins a chat to a community; only its hash is kept. A used one is gone."""

    __tablename__ = "link_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LinkAttemptRow(Table):
    """A wrong code that somebody typed; `person` is their platform and id."""

    __tablename__ = "link_attempts"
    __table_args__ = (Index(None, "person", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
