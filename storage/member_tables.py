"""The tables of members: people, their accounts on the platforms, and what they are to clubs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.members import Reach
from storage.tables import Table, UtcDateTime, words_of


class MemberRow(Table):
    """A person. NULL in what they may choose: they have not chosen. `leads` are seconds. `community_id`: whose club
    they mean in private; they came from one of its chats, or by a link from there."""

    __tablename__ = "members"
    # Ids are in buttons below messages: one must never come to mean another person.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    zone: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(16))
    reach: Mapped[Reach | None] = mapped_column(words_of(Reach, "reach"))
    leads: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountRow(Table):
    """An account belongs to one person. `language` is what its client spoke when it was last seen."""

    __tablename__ = "accounts"

    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(16))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountCodeRow(Table):
    """A code that joins another account to a person; only its hash is kept. A used one is gone."""

    __tablename__ = "account_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MembershipRow(Table):
    """A person in the club of a community. One with `left_at` is not in it any more; it is as it was if they return."""

    __tablename__ = "memberships"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    listener: Mapped[bool]
    speaker: Mapped[bool]
    topics: Mapped[str] = mapped_column(Text)
    organiser: Mapped[bool]
    attendance: Mapped[bool]
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InvitationRow(Table):
    """A personal invitation to the chat of a club on another platform. `used_at`: when somebody came by it."""

    __tablename__ = "invitations"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    platform: Mapped[str] = mapped_column(String(16))
    chat_id: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(Text, index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
