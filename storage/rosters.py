"""RSVPs: what a session's places are decided by, and what its cards, lists and exports show.

Nothing here reads the whole roster to decide: a person's RSVP is found by its key, places are counted on an index that
holds all that is counted, and of those who wait only the first are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, delete, func, insert, or_, select, update

from bot.domain.club import ClubSession
from bot.domain.roster import Role, Roster, Rsvp, Seat, merge_rsvps, offers_from
from storage.club_tables import RsvpRow
from storage.member_tables import MemberRow

KNOWN_WAITING = 24
"""How many of those who wait a roster knows: more than one answer moves up, which are as many as leave by it."""

_TABLE = RsvpRow.__table__
_COLUMNS = tuple(field.name for field in fields(Rsvp))
_KEPT = tuple(name for name in _COLUMNS if name != "id")
_HERE = _TABLE.c.session_id == bindparam("session_id")

# Statements that are built once: building them costs more than running them.
_RSVPS = select(*(_TABLE.c[name] for name in _COLUMNS))
_OF_MEMBER = _RSVPS.where(_HERE, _TABLE.c.member_id == bindparam("member_id"))
_MEMBER_IDS: BindParameter[Any] = bindparam("member_ids", expanding=True)
_OF_MEMBERS = _RSVPS.where(_HERE, _TABLE.c.member_id.in_(_MEMBER_IDS))
_GUESTS = _RSVPS.where(_HERE, _TABLE.c.brought_by.in_(_MEMBER_IDS)).order_by(_TABLE.c.turn)
_COUNTS = select(_TABLE.c.seat, _TABLE.c.role, func.count()).where(_HERE).group_by(_TABLE.c.seat, _TABLE.c.role)
_PLACES = _COUNTS.where(_TABLE.c.seat.in_((Seat.GOING, Seat.OFFERED, Seat.WAITLISTED)))
_WAITING = _RSVPS.where(_HERE, _TABLE.c.seat == Seat.WAITLISTED, _TABLE.c.role == Role.LISTENER)
_FIRST_WAITING = _WAITING.order_by(_TABLE.c.turn).limit(bindparam("most"))
_WANTING_TO_SPEAK = _RSVPS.where(_HERE, _TABLE.c.speaker_turn.is_not(None)).order_by(_TABLE.c.speaker_turn)
_LAST_TURN = select(func.max(_TABLE.c.turn)).where(_HERE)
_LAST_SPEAKER_TURN = select(func.max(_TABLE.c.speaker_turn)).where(_HERE)
_AHEAD = (
    select(func.count())
    .select_from(_TABLE)
    .where(
        _HERE,
        _TABLE.c.seat == Seat.WAITLISTED,
        _TABLE.c.role == Role.LISTENER,
        _TABLE.c.turn <= bindparam("turn"),
    )
)
_AHEAD_TO_SPEAK = (
    select(func.count()).select_from(_TABLE).where(_HERE, _TABLE.c.speaker_turn <= bindparam("speaker_turn"))
)
_OVERDUE = or_(_TABLE.c.offered_until <= bindparam("now"), _TABLE.c.speaker_until <= bindparam("now"))
_WITH_OFFERS = _RSVPS.where(
    _HERE, or_(_TABLE.c.seat == Seat.OFFERED, _TABLE.c.speaker_turn.is_not(None)), _OVERDUE
).order_by(_TABLE.c.turn)
_ADD = insert(_TABLE).returning(_TABLE.c.id)
_SAVE = update(_TABLE).where(_TABLE.c.id == bindparam("rsvp_id"))
_BATCH = 500


@dataclass(frozen=True, slots=True)
class RosterCounts:
    """How many people there are of each kind. `going` and `offered` are listeners, `to_speak` those who would speak if
    there were a place."""

    speaking: int = 0
    going: int = 0
    offered: int = 0
    waiting: int = 0
    maybe: int = 0
    declined: int = 0
    to_speak: int = 0

    @property
    def listeners_taken(self) -> int:
        """Listeners' places that are not free: somebody has them, or they are kept for somebody."""
        return self.going + self.offered


@dataclass(frozen=True, slots=True)
class NamedRsvp:
    """An RSVP with the name of whose it is, perhaps hostile; of a guest, `host` is the name of the member who brings
    them, "" where an organiser put them on the list."""

    rsvp: Rsvp
    name: str
    host: str = ""


class Rosters:
    """RSVPs by session, by member and by what they have come to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # What is decided by

    def roster(self, session: ClubSession, offer_life: timedelta, *, known: int = KNOWN_WAITING) -> Roster:
        """What a session's places are decided by, with the first `known` of those who wait."""
        here = {"session_id": session.id}
        numbers = {(seat, role): number for seat, role, number in self._connection.execute(_PLACES, here)}
        wanting = self._many(_WANTING_TO_SPEAK, here)
        volunteers = [one for one in wanting if one.speaker_until is None]
        return Roster(
            session.id,
            session.plan.starts_at,
            offers_from(session, offer_life),
            offer_life,
            session.plan.listeners,
            session.plan.speakers,
            numbers.get((Seat.GOING, Role.LISTENER), 0) + numbers.get((Seat.OFFERED, Role.LISTENER), 0),
            numbers.get((Seat.GOING, Role.SPEAKER), 0)
            + (len(wanting) - len(volunteers))
            + len(session.plan.speaker_names),
            tuple(self._many(_FIRST_WAITING, here | {"most": known})),
            numbers.get((Seat.WAITLISTED, Role.LISTENER), 0),
            tuple(volunteers[:known]),
            len(volunteers),
            self._connection.scalar(_LAST_TURN, here) or 0,
            self._connection.scalar(_LAST_SPEAKER_TURN, here) or 0,
        )

    def of_member(self, session_id: int, member_id: int) -> Rsvp | None:
        """What a member has answered, None where they have not."""
        return next(iter(self._many(_OF_MEMBER, {"session_id": session_id, "member_id": member_id})), None)

    def of_members(self, session_id: int, member_ids: Collection[int]) -> dict[int, Rsvp]:
        """What these members have answered, by member; those who have not are not in it."""
        found = self._many(_OF_MEMBERS, {"session_id": session_id, "member_ids": list(member_ids)})
        return {one.member_id: one for one in found if one.member_id is not None}

    def guests_of(self, session_id: int, member_ids: Collection[int]) -> list[Rsvp]:
        """The guests whom these members bring, in the order in which they were named."""
        return self._many(_GUESTS, {"session_id": session_id, "member_ids": list(member_ids)})

    def waitlist_position(self, rsvp: Rsvp) -> int:
        """Which one somebody on the waitlist is, from 1."""
        here = {"session_id": rsvp.session_id, "turn": rsvp.turn}
        return self._connection.execute(_AHEAD, here).scalar_one()

    def speaker_position(self, rsvp: Rsvp) -> int:
        """Which one somebody is of those who would speak if there were a place, from 1."""
        here = {"session_id": rsvp.session_id, "speaker_turn": rsvp.speaker_turn}
        return self._connection.execute(_AHEAD_TO_SPEAK, here).scalar_one()

    def overdue_offers(self, session_id: int, *, now: datetime) -> list[Rsvp]:
        """Those of a session whose offers are over by now."""
        return self._many(_WITH_OFFERS, {"session_id": session_id, "now": now})

    def open_offers(self, session_id: int) -> list[Rsvp]:
        """Those of a session for whom a place is kept."""
        offered = or_(_TABLE.c.seat == Seat.OFFERED, _TABLE.c.speaker_until.is_not(None))
        return self._many(_RSVPS.where(_TABLE.c.session_id == session_id, offered).order_by(_TABLE.c.turn), {})

    def sessions_with_overdue_offers(self, *, now: datetime, limit: int = 50) -> Sequence[int]:
        """The ids of sessions with offers that are over by now, not more than `limit`."""
        # One query a column: SQLite uses one index for each, and for an OR of both it would read the whole table.
        found: dict[int, None] = {}
        for until in (_TABLE.c.offered_until, _TABLE.c.speaker_until):
            due = select(_TABLE.c.session_id).where(until <= now).order_by(until).limit(limit)
            found |= dict.fromkeys(self._connection.scalars(due))
        return list(found)[:limit]

    # What is kept

    def put(self, rsvp: Rsvp) -> Rsvp:
        """Keeps an RSVP, which gets an id where it had none."""
        values = {name: getattr(rsvp, name) for name in _KEPT}
        if rsvp.id:
            self._connection.execute(_SAVE, values | {"rsvp_id": rsvp.id})
            return rsvp
        return replace(rsvp, id=self._connection.execute(_ADD, values).scalar_one())

    def remove(self, rsvps: Iterable[Rsvp]) -> None:
        """Forgets RSVPs. May be repeated."""
        for one in rsvps:
            self._connection.execute(delete(_TABLE).where(_TABLE.c.id == one.id))

    def merge(self, kept_member: int, gone_member: int) -> list[int]:
        """Two people turn out to be one: what one of them has answered, and whom they bring, is the other's from now
        on. Returns the ids of sessions where both had answered, so that a place may have become free there."""
        gone = self._many(_RSVPS.where(_TABLE.c.member_id == gone_member).order_by(_TABLE.c.session_id), {})
        both = []
        for other in gone:
            mine = self.of_member(other.session_id, kept_member)
            if mine is None:
                self.put(replace(other, member_id=kept_member))
                continue
            self.remove((other,))
            self.put(merge_rsvps(mine, other))
            both.append(other.session_id)
        theirs = update(_TABLE).where(_TABLE.c.brought_by == gone_member)
        self._connection.execute(theirs.values(brought_by=kept_member))
        return both

    def answers_of(self, member_id: int) -> list[Rsvp]:
        """All that a member has answered, the oldest session first."""
        return self._many(_RSVPS.where(_TABLE.c.member_id == member_id).order_by(_TABLE.c.session_id), {})

    # What is shown

    def counts(self, session_id: int) -> RosterCounts:
        """How many people have answered what."""
        here = {"session_id": session_id}
        numbers = {(seat, role): number for seat, role, number in self._connection.execute(_COUNTS, here)}
        listeners = {seat: numbers.get((seat, Role.LISTENER), 0) for seat in Seat}
        return RosterCounts(
            speaking=numbers.get((Seat.GOING, Role.SPEAKER), 0),
            going=listeners[Seat.GOING],
            offered=listeners[Seat.OFFERED],
            waiting=listeners[Seat.WAITLISTED],
            maybe=listeners[Seat.MAYBE],
            declined=listeners[Seat.DECLINED],
            to_speak=len(self._many(_WANTING_TO_SPEAK, here)),
        )

    def named(self, session_id: int, seat: Seat, role: Role = Role.LISTENER, *, limit: int) -> list[NamedRsvp]:
        """The first of those with a seat, in the order in which they came."""
        here = (RsvpRow.seat == seat, RsvpRow.role == role)
        return self._named(session_id, *here, limit=limit)

    def speakers(self, session_id: int) -> list[NamedRsvp]:
        """Everybody who speaks, in the order in which they came."""
        return self.named(session_id, Seat.GOING, Role.SPEAKER, limit=_BATCH)

    def guests(self, session_id: int, *, limit: int) -> list[NamedRsvp]:
        """The guests of a session, in the order in which they were named."""
        return self._named(session_id, RsvpRow.member_id.is_(None), limit=limit)

    def named_one(self, session_id: int, rsvp_id: int) -> NamedRsvp | None:
        """The RSVP with this id, None where it is none of the session's."""
        return next(iter(self._named(session_id, RsvpRow.id == rsvp_id)), None)

    def everybody(self, session_id: int) -> list[NamedRsvp]:
        """Everybody who has answered, in the order in which they came: for lists that are taken along."""
        return self._named(session_id)

    def _named(self, session_id: int, *conditions: Any, limit: int | None = None) -> list[NamedRsvp]:
        host = MemberRow.__table__.alias()
        names = select(*(getattr(RsvpRow, name) for name in _COLUMNS), MemberRow.name, host.c.name.label("host"))
        found = self._connection.execute(
            names.outerjoin(MemberRow, MemberRow.id == RsvpRow.member_id)
            .outerjoin(host, host.c.id == RsvpRow.brought_by)
            .where(RsvpRow.session_id == session_id, *conditions)
            .order_by(RsvpRow.turn)
            .limit(limit)
        )
        return [NamedRsvp(_rsvp(row), row.guest_name or row.name or "", row.host or "") for row in found]

    def _many(self, query: Select[Any], values: dict[str, Any]) -> list[Rsvp]:
        return [_rsvp(row) for row in self._connection.execute(query, values)]


def _rsvp(row: Sequence[Any]) -> Rsvp:
    """The RSVP of a row that begins with its columns."""
    return Rsvp(*row[: len(_COLUMNS)])
