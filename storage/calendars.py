"""The addresses of calendars, and what stands in the calendar of one person."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from bot.domain.calendars import CommunityCalendar, MemberCalendar, Owner
from bot.domain.club import ClubSession
from bot.domain.roster import Role, Seat
from storage.calendar_tables import CalendarAddressRow
from storage.club_sessions import session_of
from storage.club_tables import ClubSessionRow, RsvpRow
from storage.member_tables import MemberRow

_HELD = (Seat.GOING, Seat.OFFERED, Seat.MAYBE)


class Calendars:
    """The addresses of calendars by their owners and by their tokens."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def token_of(self, owner: Owner) -> str | None:
        """The token in the address of a calendar, None where it has no address."""
        return self._connection.scalar(select(CalendarAddressRow.token).where(_is(owner)))

    def set_token(self, owner: Owner, token: str, *, now: datetime) -> None:
        """A calendar has this token from now on; one that it had before opens nothing any more."""
        self._connection.execute(delete(CalendarAddressRow).where(_is(owner)))
        key = {"community_id": None, "member_id": None, **_key(owner)}
        values = {"token_hash": _hashed(token), "token": token, "made_at": now}
        self._connection.execute(insert(CalendarAddressRow).values(**values, **key))

    def owner_of(self, token: str) -> Owner | None:
        """Whose calendar a token opens, None where it opens none."""
        row = self._connection.execute(
            select(CalendarAddressRow.community_id, CalendarAddressRow.member_id).where(
                CalendarAddressRow.token_hash == _hashed(token)
            )
        ).one_or_none()
        if row is None:
            return None
        return MemberCalendar(row.member_id) if row.member_id is not None else CommunityCalendar(row.community_id)

    def of_member(self, member_id: int, *, since: datetime, limit: int) -> list[tuple[ClubSession, Seat]]:
        """The sessions from a moment on to which somebody comes, may come, or has been offered a place, whatever has
        become of these sessions; the soonest first, and of too many the latest."""
        rows = self._connection.execute(
            select(ClubSessionRow.__table__, RsvpRow.seat)
            .join(RsvpRow, RsvpRow.session_id == ClubSessionRow.id)
            .where(RsvpRow.member_id == member_id, RsvpRow.seat.in_(_HELD), ClubSessionRow.starts_at >= since)
            .order_by(ClubSessionRow.starts_at.desc(), ClubSessionRow.id.desc())
            .limit(limit)
        )
        return [(session_of(row), row.seat) for row in rows][::-1]

    def of_community(self, community_id: int, *, since: datetime, limit: int) -> list[ClubSession]:
        """The sessions of a community from a moment on, also cancelled ones; the soonest first, of too many the
        latest."""
        rows = self._connection.execute(
            select(ClubSessionRow.__table__)
            .where(ClubSessionRow.community_id == community_id, ClubSessionRow.starts_at >= since)
            .order_by(ClubSessionRow.starts_at.desc(), ClubSessionRow.id.desc())
            .limit(limit)
        )
        return [session_of(row) for row in rows][::-1]

    def seats(self, member_id: int, session_ids: Collection[int]) -> dict[int, Seat]:
        """What somebody's answers for these sessions have come to, by session."""
        rows = self._connection.execute(
            select(RsvpRow.session_id, RsvpRow.seat).where(
                RsvpRow.member_id == member_id, RsvpRow.session_id.in_(session_ids)
            )
        )
        return {row.session_id: row.seat for row in rows}

    def speakers(self, session_ids: Collection[int]) -> dict[int, list[str]]:
        """The names of those who speak, by session, in the order in which they said so."""
        rows = self._connection.execute(
            select(RsvpRow.session_id, RsvpRow.guest_name, MemberRow.name)
            .outerjoin(MemberRow, MemberRow.id == RsvpRow.member_id)
            .where(RsvpRow.session_id.in_(session_ids), RsvpRow.role == Role.SPEAKER, RsvpRow.seat == Seat.GOING)
            .order_by(RsvpRow.turn)
        )
        names: defaultdict[int, list[str]] = defaultdict(list)
        for row in rows:
            names[row.session_id].append(row.name or row.guest_name)
        return dict(names)


def _is(owner: Owner) -> ColumnElement[bool]:
    ((name, value),) = _key(owner).items()
    return getattr(CalendarAddressRow, name) == value  # type: ignore[no-any-return]  # a column's comparison


def _key(owner: Owner) -> dict[str, int]:
    match owner:
        case CommunityCalendar(community_id):
            return {"community_id": community_id}
        case MemberCalendar(member_id):
            return {"member_id": member_id}


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
