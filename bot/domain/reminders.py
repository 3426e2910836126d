"""Reminders: when a session's people are called, who of them is told, and what by then. Times are aware UTC.

A call is a moment of a session at which something is said: a reminder some time before it, a warning that too few come,
thanks after it. It belongs to one schedule of the session: when that changes, those that have not been made are void.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.club import Club, ClubSession, SessionState
from bot.domain.members import Reach
from bot.domain.roster import Role, Seat

LEADS = (
    timedelta(days=7),
    timedelta(days=2),
    timedelta(days=1),
    timedelta(hours=3),
    timedelta(hours=1),
    timedelta(minutes=15),
    timedelta(0),
)
"""The leads that clubs and people may choose: how long before a session they are reminded."""
LATE_AFTER = timedelta(minutes=2)
"""A reminder that is made so long after it was due says that it is late."""
WORTH_THANKING = timedelta(days=1)
"""So long after a session people are thanked and asked whether they were there."""
NO_LEAD = timedelta(0)

TOLD_OF_CHANGES = (Seat.GOING, Seat.OFFERED, Seat.WAITLISTED, Seat.MAYBE)
"""Whom it concerns that a session is moved or cancelled."""
REMINDED = (Seat.GOING, Seat.OFFERED, Seat.MAYBE)
"""Whom it concerns that a session is near: who waits for a place has nothing to come to."""


class CallKind(StrEnum):
    """What is said at a call."""

    REMINDER = "reminder"  # it is near
    MOVED = "moved"  # it has another time or place
    CANCELLED = "cancelled"
    MINIMUM = "minimum"  # at the cut-off: organisers hear it if too few are going
    AFTER = "after"  # at the end: thanks, and whether people were there


class CallState(StrEnum):
    """What has become of a call."""

    PENDING = "pending"
    DONE = "done"
    FOLDED = "folded"  # a later one, or word of a move, said it too
    MISSED = "missed"  # the bot was away until it was too late
    VOID = "void"  # the session was moved or cancelled before


@dataclass(frozen=True, slots=True)
class Call:
    """A call as stored. `told_up_to` is the member with the highest id that was told: it goes on behind them. `was_at`:
    when the session was to begin before it was moved, None where only its place has changed."""

    session_id: int
    schedule_version: int
    kind: CallKind
    lead: timedelta
    due_at: datetime
    told_up_to: int = 0
    was_at: datetime | None = None


class Phase(StrEnum):
    """Where a session stands when people are reminded of it."""

    AHEAD = "ahead"
    BEGINNING = "beginning"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody whom a session concerns. `attendance`: they want it to be kept whether they came."""

    member_id: int
    seat: Seat
    role: Role
    reach: Reach | None
    leads: tuple[timedelta, ...] | None
    attendance: bool = False


def calls_of(session: ClubSession, club: Club) -> Iterator[Call]:
    """All calls of a session's schedule, also those whose time has passed. For every lead that may be chosen there is
    one, so that nothing need be armed anew when somebody does. A session that is cancelled has none."""
    if session.state is SessionState.CANCELLED:
        return
    plan = session.plan
    for lead in sorted({*LEADS, *club.leads}, reverse=True):
        yield Call(session.id, session.schedule_version, CallKind.REMINDER, lead, plan.starts_at - lead)
    if plan.minimum is not None:
        yield Call(session.id, session.schedule_version, CallKind.MINIMUM, NO_LEAD, plan.closes_at)
    yield Call(session.id, session.schedule_version, CallKind.AFTER, NO_LEAD, plan.ends_at)


@dataclass(frozen=True, slots=True)
class Rearmed:
    """The calls of a session's new schedule: those that are to be made, and those for which another one speaks."""

    pending: tuple[Call, ...]
    folded: tuple[Call, ...] = ()


def rearm(
    old: ClubSession | None, new: ClubSession, club: Club, now: datetime, *, voided: Sequence[Call] = ()
) -> Rearmed:
    """The calls of a session that is new or was changed. `voided` are those of its former schedules that had not been
    made.

    Word of a move says all that a reminder does, so that it speaks for every reminder whose moment the move has brought
    into the past: people get one thing at once, not several. Where the time has stayed, those that were made are not
    made again, and one that was under way goes on where it was.
    """
    calls = tuple(calls_of(new, club))
    word = _word_of_change(old, new, now, voided)
    if old is None or old.state is SessionState.CANCELLED or old.plan.starts_at != new.plan.starts_at:
        return Rearmed(
            (*word, *(call for call in calls if call.due_at > now)), tuple(call for call in calls if call.due_at <= now)
        )
    open_ones = {(one.kind, one.lead): one for one in voided}
    pending, folded = list(word), []
    for call in calls:
        before = open_ones.get((call.kind, call.lead))
        if before is not None:
            pending.append(replace(call, told_up_to=before.told_up_to))
        elif call.due_at > now:
            pending.append(call)
        else:
            folded.append(call)
    return Rearmed(tuple(pending), tuple(folded))


def _word_of_change(old: ClubSession | None, new: ClubSession, now: datetime, voided: Sequence[Call]) -> Sequence[Call]:
    """What people are told of a change at once: nothing of one that is over, or new."""
    if old is None or old.schedule_version == new.schedule_version:
        return ()
    call = Call(new.id, new.schedule_version, CallKind.MOVED, NO_LEAD, now)
    if new.state is SessionState.CANCELLED:
        over = old.state is SessionState.CANCELLED or old.is_over(now)
        return () if over else (replace(call, kind=CallKind.CANCELLED),)
    if new.is_over(now):
        return ()
    if old.state is SessionState.CANCELLED or old.plan.starts_at != new.plan.starts_at:
        # Of several moves in a row people are told one, from what they know to what holds now.
        untold = (one.was_at for one in voided if one.kind is CallKind.MOVED and not one.told_up_to and one.was_at)
        return (replace(call, was_at=next(untold, old.plan.starts_at)),)
    return (call,) if old.plan.place != new.plan.place else ()


def phase(session: ClubSession, now: datetime) -> Phase:
    """Where a session stands. For its first minutes it is beginning: the reminder of its start is made then."""
    if session.is_over(now):
        return Phase.OVER
    if now < session.plan.starts_at:
        return Phase.AHEAD
    return Phase.RUNNING if now >= session.plan.starts_at + LATE_AFTER else Phase.BEGINNING


def is_late(call: Call, now: datetime) -> bool:
    return now - call.due_at >= LATE_AFTER


def leads_of(leads: Collection[timedelta] | None, club: Club) -> Collection[timedelta]:
    """When somebody is reminded: as they have chosen, else as the club does."""
    return club.leads if leads is None else leads


def due_leads(session: ClubSession, club: Club, now: datetime) -> frozenset[timedelta]:
    """The leads whose moment has come."""
    return frozenset(lead for lead in {*LEADS, *club.leads} if session.plan.starts_at - lead <= now)


def speaks_for(lead: timedelta, wanted: Collection[timedelta], due: Collection[timedelta]) -> bool:
    """Whether the reminder with this lead is the one to send to somebody who wants these, when those of `due` have all
    come due: of several that were missed, only the last is."""
    return lead in wanted and lead == min(one for one in wanted if one in due)


def is_reminded(person: Concerned, lead: timedelta, club: Club, due: Collection[timedelta]) -> bool:
    """Whether somebody gets the reminder with this lead in private."""
    return (
        person.seat in REMINDED
        and person.reach is not Reach.CHANNEL
        and speaks_for(lead, leads_of(person.leads, club), {*due, lead})
    )


def worth_until(session: ClubSession, lead: timedelta, wanted: Collection[timedelta], now: datetime) -> datetime:
    """How long a reminder is worth sending: until the next one comes or the session begins; what says that it begins or
    runs, until its end."""
    plan = session.plan
    if lead == NO_LEAD or now >= plan.starts_at:
        return plan.ends_at
    return plan.starts_at - max((one for one in wanted if one < lead), default=NO_LEAD)


def sees_place(session: ClubSession, seat: Seat | None) -> bool:
    """Whether somebody with this seat, or the readers of a chat (None), are told where the session is."""
    return not session.plan.place_for_going or seat is Seat.GOING


def with_lead(leads: Collection[timedelta], changed: dict[timedelta, bool]) -> tuple[timedelta, ...]:
    """Leads, with some of them put on or off."""
    kept = {one for one in leads if changed.get(one, True)} | {one for one, on in changed.items() if on}
    return tuple(sorted(kept, reverse=True))
