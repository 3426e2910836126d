"""The tables of speakers: since when people have volunteered, searches, offers, and swaps."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, UniqueConstraint

from bot.domain.speaker_queue import OfferState
from storage.tables import Table, UtcDateTime, column, words_of


class SpeakerVolunteerRow(Table):
    """Since when somebody would speak, where they have said so after they joined the club. Whether they still would is
    in their membership."""

    __tablename__ = "speaker_volunteers"

    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    since = column(UtcDateTime)


class SpeakerSearchRow(Table):
    """The search for a speaker of a session, from when one was first begun."""

    __tablename__ = "speaker_searches"

    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"), primary_key=True)
    wanted = column(Integer)
    started_at = column(UtcDateTime)
    started_by = column(Integer, ForeignKey("members.id", ondelete="SET NULL"), index=True, nullable=True)
    fallback_id = column(Integer, ForeignKey("members.id", ondelete="SET NULL"), index=True, nullable=True)
    active = column(Boolean, index=True)


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

    id = column(Integer, primary_key=True)
    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"))
    open_session_id = column(Integer, nullable=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), index=True)
    offered_at = column(UtcDateTime)
    expires_at = column(UtcDateTime)
    state = column(words_of(OfferState, "state"))


class SpeakerSwapRow(Table):
    """That a speaker of one session (`member_id`, `session_id`) wants to speak in another one in the place of
    `other_id`, who would speak in theirs."""

    __tablename__ = "speaker_swaps"
    __table_args__ = (
        UniqueConstraint("session_id", "member_id", "other_session_id", "other_id"),
        {"sqlite_autoincrement": True},
    )

    id = column(Integer, primary_key=True)
    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"))
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), index=True)
    other_session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"), index=True)
    other_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), index=True)
    asked_at = column(UtcDateTime)
    state = column(words_of(OfferState, "state"))
