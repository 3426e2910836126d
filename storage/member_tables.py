"""The tables of members: people, their accounts on the platforms, and what they are to clubs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, ColumnClause, ForeignKey, Integer, String, Text

from bot.domain.members import Reach
from storage.tables import Table, UtcDateTime, column, words_of


class MemberRow(Table):
    """A person. NULL in what they may choose: they have not chosen. `leads` are seconds. `community_id`: whose club
    they mean in private; they came from one of its chats, or by a link from there."""

    __tablename__ = "members"
    # Ids are in buttons below messages: one must never come to mean another person.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id = column(Integer, primary_key=True)
    name = column(Text)
    zone = column(String(64), nullable=True)
    language = column(String(16), nullable=True)
    reach = column(words_of(Reach, "reach"), nullable=True)
    leads: ColumnClause[list[Any] | None] = column(JSON(none_as_null=True), nullable=True)
    community_id = column(Integer, ForeignKey("communities.id", ondelete="SET NULL"), index=True, nullable=True)
    created_at = column(UtcDateTime)


class AccountRow(Table):
    """An account belongs to one person. `language` is what its client spoke when it was last seen."""

    __tablename__ = "accounts"

    platform = column(String(16), primary_key=True)
    account_id = column(String(64), primary_key=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), index=True)
    name = column(Text)
    language = column(String(16), nullable=True)
    added_at = column(UtcDateTime)


class AccountCodeRow(Table):
    """A code that joins another account to a person; only its hash is kept. A used one is gone."""

    __tablename__ = "account_codes"

    code_hash = column(String(64), primary_key=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), unique=True)
    expires_at = column(UtcDateTime)


class MembershipRow(Table):
    """A person in the club of a community. One with `left_at` is not in it any more; it is as it was if they return."""

    __tablename__ = "memberships"

    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    listener = column(Boolean)
    speaker = column(Boolean)
    topics = column(Text)
    organiser = column(Boolean)
    attendance = column(Boolean)
    joined_at = column(UtcDateTime)
    left_at = column(UtcDateTime, nullable=True)


class InvitationRow(Table):
    """A personal invitation to the chat of a club on another platform. `used_at`: when somebody came by it."""

    __tablename__ = "invitations"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id = column(Integer, primary_key=True)
    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), index=True)
    platform = column(String(16))
    chat_id = column(String(64))
    address = column(Text, index=True)
    made_at = column(UtcDateTime)
    expires_at = column(UtcDateTime)
    used_at = column(UtcDateTime, nullable=True)
