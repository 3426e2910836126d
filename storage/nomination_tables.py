"""The tables of nominations: proposals, votes, until when people may vote, and what archives say of papers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ColumnClause, ForeignKey, Index, Integer, Text, UniqueConstraint

from bot.domain.nominations import NominationState
from storage.tables import Table, UtcDateTime, column, words_of


class NominationRow(Table):
    """A proposal. `open_identity` is its identity while it is open and NULL afterwards, so that a community has one
    open proposal of a paper at most."""

    __tablename__ = "nominations"
    __table_args__ = (
        UniqueConstraint("community_id", "open_identity"),
        Index(None, "community_id", "state"),
        {"sqlite_autoincrement": True},  # ids are in buttons: one must never come to mean another proposal
    )

    id = column(Integer, primary_key=True)
    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"))
    identity = column(Text)
    open_identity = column(Text, nullable=True)
    address = column(Text)
    title = column(Text)
    authors: ColumnClause[list[Any]] = column(JSON)
    item_id = column(Integer, ForeignKey("items.id", ondelete="SET NULL"), index=True, nullable=True)
    proposed_by = column(Integer, ForeignKey("members.id", ondelete="SET NULL"), index=True, nullable=True)
    proposed_at = column(UtcDateTime)
    state = column(words_of(NominationState, "state"))
    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="SET NULL"), index=True, nullable=True)


class NominationVoteRow(Table):
    """That a person is for a proposal."""

    __tablename__ = "nomination_votes"

    nomination_id = column(Integer, ForeignKey("nominations.id", ondelete="CASCADE"), primary_key=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    voted_at = column(UtcDateTime)


class VotingRow(Table):
    """Until when the members of a community's club vote, where somebody has said so."""

    __tablename__ = "votings"

    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    closes_at = column(UtcDateTime, index=True, nullable=True)
    closed_at = column(UtcDateTime, nullable=True)
    set_by = column(Integer, ForeignKey("members.id", ondelete="SET NULL"), index=True, nullable=True)


class PaperRow(Table):
    """What an archive says of a paper; `found_at` is when it said so, NULL while it has not. `due_at`: when it is to be
    asked next, NULL where it is not."""

    __tablename__ = "papers"

    identity = column(Text, primary_key=True)
    title = column(Text)
    authors: ColumnClause[list[Any]] = column(JSON)
    abstract = column(Text)
    found_at = column(UtcDateTime, nullable=True)
    attempts = column(Integer)
    due_at = column(UtcDateTime, index=True, nullable=True)
