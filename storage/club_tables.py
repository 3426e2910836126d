"""The tables of clubs: their settings, sessions, series, RSVPs, and the cards that show sessions in chats."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.club import SessionState
from bot.domain.roster import Role, Seat
from storage.tables import Seconds, Table, UtcDateTime, words_of


class ClubRow(Table):
    """The club of a community, from when something of it was first to be kept. `settings` is what was chosen
    (`storage.clubs` writes it). `token` is what links to the club have in them, so that nobody finds it by counting."""

    __tablename__ = "clubs"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    token: Mapped[str | None] = mapped_column(String(32), unique=True)


class SeriesRow(Table):
    """A recurring session. `rule` says when (`storage.series` writes it), `template` is what its sessions begin as.
    `until_day`: its sessions are drawn up to this day, in its zone."""

    __tablename__ = "series"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    uid: Mapped[str] = mapped_column(String(64), unique=True)
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    template: Mapped[dict[str, Any]] = mapped_column(JSON)
    until_day: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int]
    organiser: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


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

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"))
    number: Mapped[int]
    uid: Mapped[str] = mapped_column(String(64), unique=True)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    length: Mapped[timedelta] = mapped_column(Seconds)
    state: Mapped[SessionState] = mapped_column(words_of(SessionState, "state"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="SET NULL"))
    occurrence: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int]
    schedule_version: Mapped[int]
    drawn_up_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionPaperRow(Table):
    """What a session is about, by paper: so that it is found again. The plan has the rest."""

    __tablename__ = "session_papers"

    session_id: Mapped[int] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"), primary_key=True)
    identity: Mapped[str] = mapped_column(Text, primary_key=True, index=True)


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

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    guest_name: Mapped[str] = mapped_column(Text)
    brought_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(words_of(Role, "role"))
    seat: Mapped[Seat] = mapped_column(words_of(Seat, "seat"))
    turn: Mapped[int]
    speaker_turn: Mapped[int | None]
    offered_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    speaker_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attended: Mapped[bool | None]


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

    session_id: Mapped[int] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"), primary_key=True)
    destination_id: Mapped[int] = mapped_column(
        ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id", ondelete="SET NULL"), index=True)
    shown: Mapped[str | None] = mapped_column(String(64))
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    editing: Mapped[bool]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    posts: Mapped[int]
    taken_off: Mapped[bool]
    thread_id: Mapped[str | None] = mapped_column(String(64))
    event_id: Mapped[str | None] = mapped_column(String(64))
    event_shown: Mapped[str | None] = mapped_column(String(64))
    pinned_id: Mapped[str | None] = mapped_column(String(64))
    refused: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    mirrors_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    mirrors_tries: Mapped[int]
