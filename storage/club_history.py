"""What clubs have done, counted."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, case, distinct, func, select

from bot.domain.club_history import Turnout
from bot.domain.roster import Role, Seat
from storage.club_tables import RsvpRow, SessionPaperRow
from storage.material_tables import MaterialRow


class ClubHistory:
    """Counts over sessions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def turnouts(self, session_ids: Collection[int]) -> dict[int, Turnout]:
        """How many people these sessions had; those that nobody answered are left out."""
        going = RsvpRow.seat == Seat.GOING
        rows = self._connection.execute(
            select(
                RsvpRow.session_id,
                _number(going),
                _number(going & (RsvpRow.role == Role.SPEAKER)),
                _number(RsvpRow.seat == Seat.WAITLISTED),
                _number(RsvpRow.attended.is_(True)),
                func.count(RsvpRow.attended),
            )
            .where(RsvpRow.session_id.in_(session_ids))
            .group_by(RsvpRow.session_id)
        )
        return {
            id_: Turnout(all_, speaking, waiting, there if asked else None)
            for id_, all_, speaking, waiting, there, asked in rows
        }

    def people(self, session_ids: Collection[int], role: Role | None = None) -> int:
        """How many different members were going to these sessions, or had this role there."""
        here = (RsvpRow.session_id.in_(session_ids), RsvpRow.seat == Seat.GOING)
        asked = select(func.count(distinct(RsvpRow.member_id))).where(*here)
        return self._connection.scalar(asked if role is None else asked.where(RsvpRow.role == role)) or 0

    def papers(self, session_ids: Collection[int]) -> int:
        """How many different papers these sessions were about."""
        here = SessionPaperRow.session_id.in_(session_ids)
        return self._connection.scalar(select(func.count(distinct(SessionPaperRow.identity))).where(here)) or 0

    def materials(self, session_ids: Collection[int]) -> int:
        """How many materials these sessions have left."""
        here = (MaterialRow.session_id.in_(session_ids), MaterialRow.removed_at.is_(None))
        return self._connection.scalar(select(func.count()).select_from(MaterialRow).where(*here)) or 0


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
