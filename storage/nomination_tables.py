"""The tables of nominations: proposals, votes, until when people may vote, and what archives say of papers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.nominations import NominationState
from storage.tables import Table, UtcDateTime, words_of


class NominationRow(Table):
    """A proposal. `open_identity` is its identity while it is open and NULL afterwards, so that a community has one
    open proposal of a paper at most."""

    __tablename__ = "nominations"
    __table_args__ = (
        UniqueConstraint("community_id", "open_identity"),
        Index(None, "community_id", "state"),
        {"sqlite_autoincrement": True},  # ids are in buttons: one must never come to mean another proposal
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"))
    identity: Mapped[str] = mapped_column(Text)
    open_identity: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    authors: Mapped[list[Any]] = mapped_column(JSON)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id", ondelete="SET NULL"), index=True)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[NominationState] = mapped_column(words_of(NominationState, "state"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("club_sessions.id", ondelete="SET NULL"), index=True)


class NominationVoteRow(Table):
    """That a person is for a proposal."""

    __tablename__ = "nomination_votes"

    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    voted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VotingRow(Table):
    """Until when the members of a community's club vote, where somebody has said so."""

    __tablename__ = "votings"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    set_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)


class PaperRow(Table):
    """What an archive says of a paper; `found_at` is when it said so, NULL while it has not. `due_at`: when it is to be
    asked next, NULL where it is not."""

    __tablename__ = "papers"

    identity: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    authors: Mapped[list[Any]] = mapped_column(JSON)
    abstract: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
