"""The tables of speakers: since when people have volunteered, searches, offers, and swaps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.speaker_queue import OfferState
from storage.tables import Table, UtcDateTime, words_of


class SpeakerVolunteerRow(Table):
    """Since when somebody would speak, where they have said so after they joined the club. Whether they still would is
    in their membership."""

    __tablename__ = "speaker_volunteers"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class SpeakerSearchRow(Table):
    """The search for a speaker of a session, from when one was first begun."""

    __tablename__ = "speaker_searches"

    session_id: Mapped[int] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"), primary_key=True)
    wanted: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    fallback_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    active: Mapped[bool] = mapped_column(index=True)


class SpeakerOfferRow(Table):
    """An offer to speak. `open_session_id` is the session's while it is open and NULL afterwards, so that one person at
    a time is asked."""

    __tablename__ = "speaker_offers"
    __table_args__ = (
        UniqueConstraint("open_session_id"),
        Index(None, "session_id", "offered_at"),
        Index(None, "state", "expires_at"),
        {"sqlite_autoincrement": True},  # ids are in buttons: one must never come to mean another offer
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"))
    open_session_id: Mapped[int | None]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[OfferState] = mapped_column(words_of(OfferState, "state"))


class SpeakerSwapRow(Table):
    """That a speaker of one session (`member_id`, `session_id`) wants to speak in another one in the place of
    `other_id`, who would speak in theirs."""

    __tablename__ = "speaker_swaps"
    __table_args__ = (
        UniqueConstraint("session_id", "member_id", "other_session_id", "other_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    other_session_id: Mapped[int] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[OfferState] = mapped_column(words_of(OfferState, "state"))
