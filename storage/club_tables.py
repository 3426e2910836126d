"""The tables of clubs: their settings, sessions, series, RSVPs, and the cards that show sessions in chats."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, ColumnClause, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from bot.domain.club import SessionState
from bot.domain.roster import Role, Seat
from storage.tables import Seconds, Table, UtcDateTime, column, words_of


class ClubRow(Table):
    """The club of a community, from when something of it was first to be kept. `settings` is what was chosen
    (`storage.clubs` writes it). `token` is what links to the club have in them, so that nobody finds it by counting."""

    __tablename__ = "clubs"

    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    settings: ColumnClause[dict[str, Any]] = column(JSON)
    token = column(String(32), unique=True, nullable=True)


class SeriesRow(Table):
    """A recurring session. `rule` says when (`storage.series` writes it), `template` is what its sessions begin as.
    `until_day`: its sessions are drawn up to this day, in its zone."""

    __tablename__ = "series"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id = column(Integer, primary_key=True)
    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    uid = column(String(64), unique=True)
    rule: ColumnClause[dict[str, Any]] = column(JSON)
    template: ColumnClause[dict[str, Any]] = column(JSON)
    until_day = column(Date, nullable=True)
    ended_at = column(UtcDateTime, nullable=True)
    version = column(Integer)
    organiser = column(Integer, ForeignKey("members.id", ondelete="SET NULL"), index=True, nullable=True)
    created_at = column(UtcDateTime)


class ClubSessionRow(Table):
    """A session; `plan` is what people decide about it (`storage.club_sessions` writes it), of which the times stand
    beside it too, since they are asked for."""

    __tablename__ = "club_sessions"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        UniqueConstraint("series_id", "occurrence"),
        Index(None, "community_id", "starts_at"),
        {"sqlite_autoincrement": True},
    )

    id = column(Integer, primary_key=True)
    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"))
    number = column(Integer)
    uid = column(String(64), unique=True)
    plan: ColumnClause[dict[str, Any]] = column(JSON)
    starts_at = column(UtcDateTime, index=True)
    length = column(Seconds)
    state = column(words_of(SessionState, "state"))
    series_id = column(Integer, ForeignKey("series.id", ondelete="SET NULL"), nullable=True)
    occurrence = column(Date, nullable=True)
    version = column(Integer)
    schedule_version = column(Integer)
    drawn_up_by = column(Integer, ForeignKey("members.id", ondelete="SET NULL"), index=True, nullable=True)
    reason = column(Text)
    created_at = column(UtcDateTime)
    changed_at = column(UtcDateTime, nullable=True)


class SessionPaperRow(Table):
    """What a session is about, by paper: so that it is found again. The plan has the rest."""

    __tablename__ = "session_papers"

    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"), primary_key=True)
    identity = column(Text, primary_key=True, index=True)


class RsvpRow(Table):
    """One person's answer for one session, or the guest of one."""

    __tablename__ = "rsvps"
    __table_args__ = (
        UniqueConstraint("session_id", "member_id"),
        UniqueConstraint("session_id", "turn"),
        Index(None, "session_id", "seat", "role", "turn"),
        Index(None, "session_id", "speaker_turn"),
        Index(None, "session_id", "brought_by"),
        {"sqlite_autoincrement": True},
    )

    id = column(Integer, primary_key=True)
    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"))
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), index=True, nullable=True)
    guest_name = column(Text)
    brought_by = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), index=True, nullable=True)
    role = column(words_of(Role, "role"))
    seat = column(words_of(Seat, "seat"))
    turn = column(Integer)
    speaker_turn = column(Integer, nullable=True)
    offered_until = column(UtcDateTime, index=True, nullable=True)
    speaker_until = column(UtcDateTime, index=True, nullable=True)
    answered_at = column(UtcDateTime)
    attended = column(Boolean, nullable=True)


class SessionCardRow(Table):
    """The message that shows a session in one destination. `delivery_id` is the outbox's delivery that posted it.

    `due_at`: when it is to be looked at again, NULL: not before something changes. `shown` tells what it shows (a
    hash), so that what is the same already is not edited. `edited_at`: when an edit of it may last have been under way,
    not known to be over while `editing`. `posts` counts how often it was posted. `taken_off`: organisers do not want
    the session shown there any more.

    What goes along with it: the message that is pinned, its thread, and the event of its server with what that shows.
    `refused` is not tried again; `mirrors_due_at`: when there is something to do about these, after so many tries.
    """

    __tablename__ = "session_cards"

    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"), primary_key=True)
    destination_id = column(Integer, ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True, index=True)
    delivery_id = column(Integer, ForeignKey("deliveries.id", ondelete="SET NULL"), index=True, nullable=True)
    shown = column(String(64), nullable=True)
    edited_at = column(UtcDateTime, nullable=True)
    editing = column(Boolean)
    due_at = column(UtcDateTime, index=True, nullable=True)
    posts = column(Integer)
    taken_off = column(Boolean)
    thread_id = column(String(64), nullable=True)
    event_id = column(String(64), nullable=True)
    event_shown = column(String(64), nullable=True)
    pinned_id = column(String(64), nullable=True)
    refused: ColumnClause[list[Any] | None] = column(JSON(none_as_null=True), nullable=True)
    mirrors_due_at = column(UtcDateTime, index=True, nullable=True)
    mirrors_tries = column(Integer)
