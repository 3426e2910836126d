"""Who came to sessions, of those who want that to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from bot.domain.roster import Seat
from storage.club_tables import ClubSessionRow, RsvpRow
from storage.member_tables import MemberRow, MembershipRow


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who was going. `attended`: whether they came, None where nobody has said."""

    member_id: int
    name: str
    attended: bool | None


class Attendance:
    """Attendance by session and member."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_session(self, session_id: int) -> list[Attendee]:
        """Those who were going and want it to be kept whether they come, in the order of their turns."""
        rows = self._connection.execute(
            select(RsvpRow.member_id, MemberRow.name, RsvpRow.attended)
            .join(ClubSessionRow, ClubSessionRow.id == RsvpRow.session_id)
            .join(
                MembershipRow,
                (MembershipRow.member_id == RsvpRow.member_id)
                & (MembershipRow.community_id == ClubSessionRow.community_id),
            )
            .join(MemberRow, MemberRow.id == RsvpRow.member_id)
            .where(RsvpRow.session_id == session_id, RsvpRow.seat == Seat.GOING, MembershipRow.attendance)
            .order_by(RsvpRow.turn)
        )
        return [Attendee(row.member_id, row.name, row.attended) for row in rows]

    def keep(self, session_id: int, came: Mapping[int, bool]) -> int:
        """Keeps whether these members, those of them who were going, came. Returns how many that were. May be
        repeated."""
        kept = 0
        for member_id, attended in came.items():
            here = (RsvpRow.session_id == session_id, RsvpRow.member_id == member_id, RsvpRow.seat == Seat.GOING)
            changed = update(RsvpRow.__table__).where(*here).values(attended=attended)
            kept += self._connection.execute(changed).rowcount
        return kept
