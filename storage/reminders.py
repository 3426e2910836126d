"""The calls of sessions: which are due, whom they concern, and what has become of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, func, insert, select, update

from bot.domain.reminders import Call, CallState, Concerned, Rearmed
from bot.domain.roster import Seat
from storage.club_tables import RsvpRow
from storage.member_tables import MemberRow, MembershipRow
from storage.reminder_tables import CallRow

_CALL = CallRow.__table__
_COLUMNS = (
    _CALL.c.session_id,
    _CALL.c.schedule_version,
    _CALL.c.kind,
    _CALL.c.lead,
    _CALL.c.planned_at,
    _CALL.c.told_up_to,
    _CALL.c.was_at,
)
# Statements that are built once: building them costs more than running them, and one runs every second.
_ANY_DUE = select(_CALL.c.session_id).where(_CALL.c.due_at <= bindparam("now", type_=_CALL.c.due_at.type)).limit(1)
_DUE = (
    select(*_COLUMNS)
    .where(_CALL.c.due_at <= bindparam("now", type_=_CALL.c.due_at.type))
    .order_by(_CALL.c.due_at, _CALL.c.session_id)
    .limit(bindparam("most"))
)
_SEATS: BindParameter[Any] = bindparam("seats", expanding=True, type_=RsvpRow.__table__.c.seat.type)
_CONCERNED = (
    select(RsvpRow.member_id, RsvpRow.seat, RsvpRow.role, MemberRow.reach, MemberRow.leads, MembershipRow.attendance)
    .join(MemberRow, MemberRow.id == RsvpRow.member_id)
    .outerjoin(
        MembershipRow,
        and_(MembershipRow.member_id == RsvpRow.member_id, MembershipRow.community_id == bindparam("community_id")),
    )
    .where(RsvpRow.session_id == bindparam("session_id"), RsvpRow.member_id > bindparam("after"))
    .where(RsvpRow.seat.in_(_SEATS))
    .order_by(RsvpRow.member_id)
    .limit(bindparam("most"))
)
_THIS = (
    _CALL.c.session_id == bindparam("of_session"),
    _CALL.c.schedule_version == bindparam("of_version"),
    _CALL.c.kind == bindparam("of_kind", type_=_CALL.c.kind.type),
    _CALL.c.lead == bindparam("of_lead", type_=_CALL.c.lead.type),
)
_ADVANCE = update(_CALL).where(*_THIS).values(told=_CALL.c.told + bindparam("more"), told_up_to=bindparam("up_to"))


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What has become of a call: the organisers' ledger."""

    call: Call
    state: CallState
    told: int
    called_at: datetime | None


class Reminders:
    """Calls by session and by when they are due."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def arm(self, session_id: int, calls: Rearmed) -> None:
        """Stores the calls of a session's schedule, all of whose others are void. Those of the same schedule that were
        made stay as they are."""
        here = _CALL.c.session_id == session_id
        versions = {call.schedule_version for call in (*calls.pending, *calls.folded)}
        void = (here, _CALL.c.schedule_version.in_(versions), _CALL.c.state == CallState.VOID)
        self._connection.execute(delete(_CALL).where(*void))
        kept = {_name(_call(row)) for row in self._connection.execute(select(*_COLUMNS).where(here))}
        states = ((CallState.PENDING, calls.pending), (CallState.FOLDED, calls.folded))
        rows = [_row(call, state) for state, some in states for call in some if _name(call) not in kept]
        if rows:
            self._connection.execute(insert(_CALL), rows)

    def void(self, session_id: int) -> list[Call]:
        """The calls of a session that have not been made yet, none of which will be. May be repeated."""
        waiting = (_CALL.c.session_id == session_id, _CALL.c.due_at.is_not(None))
        found = [_call(row) for row in self._connection.execute(select(*_COLUMNS).where(*waiting)).all()]
        self._connection.execute(update(_CALL).where(*waiting).values(due_at=None, state=CallState.VOID))
        return found

    def any_due(self, now: datetime) -> bool:
        """Whether there is a call to make. Costs the same however many there are."""
        return self._connection.scalar(_ANY_DUE, {"now": now}) is not None

    def due(self, now: datetime, *, limit: int) -> list[Call]:
        """Calls that are to be made, the longest overdue first."""
        return [_call(row) for row in self._connection.execute(_DUE, {"now": now, "most": limit})]

    def advance(self, call: Call, *, told: int, up_to: int) -> None:
        """So many more were told, up to the member with that id."""
        self._connection.execute(_ADVANCE, _key(call) | {"more": told, "up_to": up_to})

    def finish(self, call: Call, state: CallState, *, now: datetime) -> None:
        """There is nothing more to do about a call."""
        done = update(_CALL).where(*_THIS).values(state=state, due_at=None, called_at=now)
        self._connection.execute(done, _key(call))

    def of_session(self, session_id: int) -> list[CallRecord]:
        """All calls of a session, of all its schedules, in the order in which they were to be made."""
        rows = self._connection.execute(
            select(*_COLUMNS, _CALL.c.state, _CALL.c.told, _CALL.c.called_at)
            .where(_CALL.c.session_id == session_id)
            .order_by(_CALL.c.planned_at, _CALL.c.schedule_version, _CALL.c.kind)
        )
        return [CallRecord(_call(row), row.state, row.told, row.called_at) for row in rows]

    def going(self, session_id: int) -> int:
        """How many people are going, guests and speakers among them."""
        here = (RsvpRow.session_id == session_id, RsvpRow.seat == Seat.GOING)
        return self._connection.scalar(select(func.count()).select_from(RsvpRow).where(*here)) or 0

    def concerned(
        self, session_id: int, community_id: int, seats: Collection[Seat], *, after: int = 0, limit: int
    ) -> list[Concerned]:
        """The members with these seats at a session, from behind the one with the id `after`, in the order of ids."""
        rows = self._connection.execute(
            _CONCERNED,
            {
                "session_id": session_id,
                "community_id": community_id,
                "seats": list(seats),
                "after": after,
                "most": limit,
            },
        )
        return [
            Concerned(
                row.member_id,
                row.seat,
                row.role,
                row.reach,
                None if row.leads is None else tuple(timedelta(seconds=one) for one in row.leads),
                bool(row.attendance),
            )
            for row in rows
        ]


def _row(call: Call, state: CallState) -> dict[str, Any]:
    return {
        "session_id": call.session_id,
        "schedule_version": call.schedule_version,
        "kind": call.kind,
        "lead": call.lead,
        "planned_at": call.due_at,
        "due_at": call.due_at if state is CallState.PENDING else None,
        "state": state,
        "told": 0,
        "told_up_to": call.told_up_to,
        "called_at": None,
        "was_at": call.was_at,
    }


def _name(call: Call) -> tuple[object, ...]:
    """What tells a call from all others of its session."""
    return call.schedule_version, call.kind, call.lead


def _key(call: Call) -> dict[str, Any]:
    return {
        "of_session": call.session_id,
        "of_version": call.schedule_version,
        "of_kind": call.kind,
        "of_lead": call.lead,
    }


def _call(row: Any) -> Call:
    return Call(row.session_id, row.schedule_version, row.kind, row.lead, row.planned_at, row.told_up_to, row.was_at)
