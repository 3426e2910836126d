"""RSVPs: who has answered what for a session, who has a place, and who waits for one.

A person has one RSVP for a session, by whichever account they answer. Answers set, they never toggle: the same answer
again changes nothing. All moments are aware UTC.

Who leaves makes room for the first who waits, at once. When the session is near (`Roster.offers_from`), that person may
have made other plans: the place is then offered, kept until they say, and goes to the next one when they decline or say
nothing. From the start on nobody moves up any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.club import ClubSession, SessionState

MOST_GUESTS = 3
"""Guests that one member may bring to a session."""
GUEST_NAME_LIMIT = 60
"""Characters of a guest's name."""
SHORTEST_OFFER = timedelta(minutes=15)
"""How long a place is kept at least for somebody, unless the session starts before."""


class Answer(StrEnum):
    """What somebody says."""

    GOING = "going"  # who speaks, or would like to, goes on doing so
    MAYBE = "maybe"
    DECLINED = "declined"
    SPEAKING = "speaking"
    LISTENING = "listening"  # going, and not to speak


class Role(StrEnum):
    """What a place is for; each has its own capacity."""

    LISTENER = "listener"
    SPEAKER = "speaker"


class Seat(StrEnum):
    """What an answer has come to."""

    GOING = "going"
    OFFERED = "offered"  # a place is kept for them until they say whether they still want it
    WAITLISTED = "waitlisted"
    MAYBE = "maybe"
    DECLINED = "declined"


COMING = frozenset({Seat.GOING, Seat.OFFERED, Seat.WAITLISTED})
"""Seats of those who have a place or wait for one."""


@dataclass(frozen=True, slots=True)
class Rsvp:
    """One person's answer. `turn` is their place in the order of arrival among those of the session; it is given anew
    when somebody who had no place and waited for none wants one. Who is OFFERED a place has it until `offered_until`.

    `speaker_turn`: they would speak if a speaker's place became free, in that order, and keep meanwhile what `seat`
    they have as a listener; until `speaker_until`, if that is set, a speaker's place is kept for them.

    A guest has a `guest_name` and came with a member, `brought_by`, or was put on the list by an organiser; everybody
    else has a `member_id`. `id` is 0 until it is stored.
    """

    id: int
    session_id: int
    member_id: int | None
    role: Role
    seat: Seat
    turn: int
    answered_at: datetime
    speaker_turn: int | None = None
    offered_until: datetime | None = None
    guest_name: str = ""
    brought_by: int | None = None
    attended: bool | None = None
    speaker_until: datetime | None = None

    @property
    def is_coming(self) -> bool:
        """Whether they have a place or wait for one."""
        return self.seat in COMING

    @property
    def speaks(self) -> bool:
        return self.role is Role.SPEAKER and self.seat is Seat.GOING

    @property
    def has_offer(self) -> bool:
        """Whether a place of either kind is kept for them."""
        return self.seat is Seat.OFFERED or self.speaker_until is not None


@dataclass(frozen=True, slots=True)
class Roster:
    """What it takes to decide about a session's places, however many people have answered.

    `listeners` and `speakers` are capacities, None where there is no limit; the numbers taken count the places that are
    kept for somebody. `waiting` are the first on the waitlist in order, and `volunteers` the first who would speak and
    are not offered it: not all of them (that is what the totals count), but more than one answer can move up.
    """

    session_id: int
    starts_at: datetime
    offers_from: datetime
    offer_life: timedelta
    listeners: int | None
    speakers: int | None
    listeners_taken: int = 0
    speakers_taken: int = 0
    waiting: tuple[Rsvp, ...] = ()
    waiting_total: int = 0
    volunteers: tuple[Rsvp, ...] = ()
    volunteers_total: int = 0
    last_turn: int = 0
    last_speaker_turn: int = 0

    @property
    def has_listeners_place(self) -> bool:
        return self.listeners is None or self.listeners_taken < self.listeners

    @property
    def has_speakers_place(self) -> bool:
        return self.speakers is None or self.speakers_taken < self.speakers

    def kept_until(self, now: datetime) -> datetime | None:
        """Until when a place that is given now is kept for the one who gets it; None where it is theirs at once.

        At most for half of the time that is left, so that others have their chance where nothing is said.
        """
        if now < self.offers_from:
            return None
        life = min(self.offer_life, max((self.starts_at - now) / 2, SHORTEST_OFFER))
        return min(now + life, self.starts_at)

    def stored(self, rsvp: Rsvp) -> Roster:
        """The roster after an RSVP that it knows by its turn was given an id."""
        waiting = tuple(rsvp if one.turn == rsvp.turn else one for one in self.waiting)
        volunteers = tuple(rsvp if one.turn == rsvp.turn else one for one in self.volunteers)
        return replace(self, waiting=waiting, volunteers=volunteers)


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What an answer has come to: for the one who answered (`mine`, None where nobody did) and their guests who have
    the places now that were kept for them (`accepted`), for those who have moved up (`promoted`), for those for whom a
    place is kept now (`offered`), for those who have let an offer pass (`lapsed`), and the guests who leave (`gone`).
    `roster` is what the next one is decided by."""

    roster: Roster
    mine: Rsvp | None = None
    accepted: tuple[Rsvp, ...] = ()
    promoted: tuple[Rsvp, ...] = ()
    offered: tuple[Rsvp, ...] = ()
    lapsed: tuple[Rsvp, ...] = ()
    gone: tuple[Rsvp, ...] = ()


class Refusal(StrEnum):
    """Why an answer is not taken."""

    CANCELLED = "cancelled"
    OVER = "over"
    CLOSED = "closed"


def offers_from(session: ClubSession, offer_life: timedelta) -> datetime:
    """From when on a place that becomes free is offered instead of given: so near to the end of sign-up."""
    return session.plan.closes_at - offer_life


def is_shut(session: ClubSession, now: datetime) -> bool:
    """Whether nothing can be answered any more: it is cancelled, or over."""
    return session.state is SessionState.CANCELLED or session.is_over(now)


def refusal(session: ClubSession, mine: Rsvp | None, answer: Answer, now: datetime) -> Refusal | None:
    """Why this answer cannot be given now, None where it can. Once sign-up is closed nobody joins; leaving is possible
    until the end."""
    if session.state is SessionState.CANCELLED:
        return Refusal.CANCELLED
    if session.is_over(now):
        return Refusal.OVER
    joins = answer not in (Answer.MAYBE, Answer.DECLINED) and not (mine and mine.is_coming)
    return Refusal.CLOSED if joins and not session.is_open(now) else None


def answer_rsvp(
    roster: Roster,
    mine: Rsvp | None,
    answer: Answer,
    now: datetime,
    *,
    member_id: int | None = None,
    guests: Sequence[Rsvp] = (),
) -> RosterChange:
    """Sets somebody's answer and fills the place that they may leave. `mine` is None for the member's first answer;
    `guests` are those whom they bring, who leave with them."""
    before = mine or _blank(roster, member_id, now)
    after = _answered(roster, before, answer, now)
    leaving = tuple(guests) if before.is_coming and not after.is_coming else ()
    return _settled(RosterChange(_moved(roster, before, after, leaving), after, gone=leaving), now)


def accept_offers(roster: Roster, mine: Rsvp, now: datetime, *, guests: Sequence[Rsvp] = ()) -> RosterChange:
    """Somebody wants the places that are kept for them and their guests. Offers that are over have to be gone by then
    (`lapse_offers`)."""
    after = _accepted(mine)
    accepted = tuple(_accepted(guest) for guest in guests if guest.has_offer)
    return _settled(RosterChange(_with(roster, mine, after), after, accepted), now)


def decline_offers(roster: Roster, mine: Rsvp, now: datetime, *, guests: Sequence[Rsvp] = ()) -> RosterChange:
    """Somebody does not want the places that are kept for them and their guests: they go to the next ones. Who has no
    other place does not come; who was asked to speak keeps their seat among the listeners."""
    if mine.seat is Seat.OFFERED:
        return answer_rsvp(roster, mine, Answer.DECLINED, now, guests=guests)
    after = replace(mine, speaker_turn=None, speaker_until=None) if mine.speaker_until else mine
    leaving = tuple(guest for guest in guests if guest.has_offer)
    return _settled(RosterChange(_moved(roster, mine, after, leaving), after, gone=leaving), now)


def lapse_offers(
    roster: Roster, overdue: Sequence[Rsvp], now: datetime, *, guests: Sequence[Rsvp] = ()
) -> RosterChange:
    """Offers that nobody has answered in time go to the next ones. Who has let a place pass is down as MAYBE, so that
    the next one does not come back to them, and those of `guests` whom they bring leave with them, as does a guest
    whose own offer is over. Who was to speak keeps what else they have."""
    lapsed = tuple(_lapsed(one, now) for one in overdue if one.member_id is not None)
    absent = {one.member_id for one in lapsed if not one.is_coming}
    leaving = {guest.turn: guest for guest in overdue if guest.member_id is None}
    leaving |= {guest.turn: guest for guest in guests if guest.brought_by in absent}
    for before in overdue:
        after = next((one for one in lapsed if one.id == before.id), None)
        if after is not None:
            roster = _with(roster, before, after)
    gone = tuple(leaving.values())
    return _settled(RosterChange(_without(roster, gone), lapsed=lapsed, gone=gone), now)


def without_offer(rsvp: Rsvp) -> Rsvp:
    """As it was before a place was offered."""
    seat = Seat.WAITLISTED if rsvp.seat is Seat.OFFERED else rsvp.seat
    return replace(rsvp, seat=seat, offered_until=None, speaker_until=None)


def offer_cut(rsvp: Rsvp, starts_at: datetime) -> Rsvp:
    """With no place kept beyond the start."""
    offered, speaker = rsvp.offered_until, rsvp.speaker_until
    return replace(
        rsvp,
        offered_until=min(offered, starts_at) if offered else None,
        speaker_until=min(speaker, starts_at) if speaker else None,
    )


def refill(roster: Roster, now: datetime) -> RosterChange:
    """Gives the places that are free to the first who wait, in order: after more were made, or people left. Those whom
    `roster` does not name are still waiting when it is done: the caller comes again until nobody moves."""
    return _settled(RosterChange(roster), now)


def place_by_organiser(
    roster: Roster, mine: Rsvp | None, role: Role, now: datetime, *, member_id: int | None = None
) -> RosterChange:
    """An organiser gives somebody a place, also a full session's and after sign-up: they decide how many there are."""
    before = mine or _blank(roster, member_id, now)
    after = _listening(before, roster, now) if role is Role.LISTENER else _speaking(before)
    seated = replace(after, seat=Seat.GOING, turn=_turn(roster, before), offered_until=None, answered_at=now)
    return _settled(RosterChange(_with(roster, before, seated), seated), now)


def add_guest(roster: Roster, host: Rsvp | None, name: str, now: datetime) -> RosterChange:
    """Somebody without an account comes with a member, behind those who wait; with no host, an organiser puts them on
    the list, in a full session too."""
    blank = replace(_blank(roster, None, now), guest_name=name, brought_by=host.member_id if host else None)
    if host is None:
        seated = replace(blank, seat=Seat.GOING, turn=_turn(roster, blank))
    else:
        seated = _listening(blank, roster, now)
    return _settled(RosterChange(_with(roster, blank, seated), seated), now)


def remove_guest(roster: Roster, guest: Rsvp, now: datetime) -> RosterChange:
    """A guest does not come."""
    return _settled(RosterChange(_without(roster, (guest,)), gone=(guest,)), now)


def kept_guest(guest: Rsvp) -> Rsvp:
    """A guest who comes whether or not the member does who named them, and whose place is not only offered."""
    return replace(_accepted(guest), brought_by=None)


def merge_rsvps(kept: Rsvp, other: Rsvp) -> Rsvp:
    """One RSVP of two that turn out to be the same person's: the better seat, the earlier turns. It is `kept`'s."""
    better = min(kept, other, key=lambda one: (not one.speaks, _RANKS[one.seat]))
    coming = [one.turn for one in (kept, other) if one.is_coming]
    turns = [one.speaker_turn for one in (kept, other) if one.speaker_turn is not None]
    untils = [one.speaker_until for one in (kept, other) if one.speaker_until is not None]
    came = [one.attended for one in (kept, other) if one.attended is not None]
    return replace(
        kept,
        role=better.role,
        seat=better.seat,
        turn=min(coming, default=min(kept.turn, other.turn)),
        offered_until=better.offered_until,
        answered_at=max(kept.answered_at, other.answered_at),
        speaker_turn=None if better.speaks else min(turns, default=None),
        speaker_until=None if better.speaks else max(untils, default=None),
        attended=any(came) if came else None,
    )


_RANKS = {seat: rank for rank, seat in enumerate(Seat)}
"""Seats from the best to none at all, in which order `Seat` names them."""


# One RSVP


def _blank(roster: Roster, member_id: int | None, now: datetime) -> Rsvp:
    """The RSVP of somebody who has not answered: it is never stored as it is."""
    return Rsvp(0, roster.session_id, member_id, Role.LISTENER, Seat.DECLINED, 0, now)


def _answered(roster: Roster, mine: Rsvp, answer: Answer, now: datetime) -> Rsvp:
    match answer:
        case Answer.MAYBE | Answer.DECLINED:
            seat = Seat.MAYBE if answer is Answer.MAYBE else Seat.DECLINED
            after = replace(_silent(mine), role=Role.LISTENER, seat=seat, offered_until=None)
            after = replace(after, turn=mine.turn or roster.last_turn + 1)
        case Answer.SPEAKING:
            after = _wanting_to_speak(roster, mine, now)
        case Answer.LISTENING:
            after = _silent(_listening(mine, roster, now))
        case Answer.GOING:
            after = mine if mine.speaks else _listening(mine, roster, now)
    return after if after == mine else replace(after, answered_at=now)


def _wanting_to_speak(roster: Roster, mine: Rsvp, now: datetime) -> Rsvp:
    if mine.speaks:
        return mine
    others_first = roster.volunteers_total > 0
    if mine.speaker_until is not None or (roster.has_speakers_place and not others_first):
        return replace(_speaking(mine), turn=_turn(roster, mine))
    turn = mine.speaker_turn if mine.speaker_turn is not None else roster.last_speaker_turn + 1
    return replace(_listening(mine, roster, now), speaker_turn=turn)


def _listening(mine: Rsvp, roster: Roster, now: datetime) -> Rsvp:
    """They have a listener's place, or wait for one where there is none or others wait."""
    if mine.role is Role.LISTENER and mine.seat in (Seat.GOING, Seat.WAITLISTED):
        return mine
    free = roster.has_listeners_place and not (roster.waiting_total and now < roster.starts_at)
    has_place = mine.seat is Seat.OFFERED or free
    seat = Seat.GOING if has_place else Seat.WAITLISTED
    return replace(mine, role=Role.LISTENER, seat=seat, turn=_turn(roster, mine), offered_until=None)


def _speaking(mine: Rsvp) -> Rsvp:
    return replace(_silent(mine), role=Role.SPEAKER, seat=Seat.GOING, offered_until=None)


def _silent(mine: Rsvp) -> Rsvp:
    """They do not want to speak, or do already."""
    return replace(mine, speaker_turn=None, speaker_until=None)


def _accepted(mine: Rsvp) -> Rsvp:
    if mine.speaker_until is not None:
        return _speaking(mine)
    return replace(mine, seat=Seat.GOING, offered_until=None) if mine.seat is Seat.OFFERED else mine


def _lapsed(mine: Rsvp, now: datetime) -> Rsvp:
    if mine.speaker_until is not None and mine.speaker_until <= now:
        mine = _silent(mine)
    if mine.seat is Seat.OFFERED and mine.offered_until is not None and mine.offered_until <= now:
        mine = replace(mine, seat=Seat.MAYBE, offered_until=None)
        mine = mine if mine.speaker_until is not None else _silent(mine)
    return mine


def _turn(roster: Roster, mine: Rsvp) -> int:
    return mine.turn if mine.is_coming else roster.last_turn + 1


# The roster


def _settled(change: RosterChange, now: datetime) -> RosterChange:
    """With everybody moved up for whom there is room: first those who would speak, whose seats become free by that."""
    if now >= change.roster.starts_at:
        return change
    while (step := _next_up(change.roster, now)) is not None:
        before, after = step
        change = replace(change, roster=_with(change.roster, before, after))
        if before == change.mine:
            change = replace(change, mine=after)
            continue
        offered, promoted = _but(change.offered, before), _but(change.promoted, before)
        if after.has_offer:
            offered = (*offered, after)
        else:
            promoted = (*promoted, after)
        change = replace(change, offered=offered, promoted=promoted)
    return change


def _but(some: tuple[Rsvp, ...], one: Rsvp) -> tuple[Rsvp, ...]:
    return tuple(other for other in some if other.turn != one.turn)


def _next_up(roster: Roster, now: datetime) -> tuple[Rsvp, Rsvp] | None:
    """Who moves up next, as they were and as they are then; None where nobody does."""
    until = roster.kept_until(now)
    if roster.volunteers and roster.has_speakers_place:
        first = roster.volunteers[0]
        return first, replace(first, speaker_until=until) if until else _speaking(first)
    if roster.waiting and roster.has_listeners_place:
        first = roster.waiting[0]
        if first.member_id is None and first.brought_by is None:
            until = None  # nobody is there to say yes for a guest whom organisers keep
        seat = Seat.OFFERED if until else Seat.GOING
        return first, replace(first, seat=seat, offered_until=until)
    return None


def _moved(roster: Roster, before: Rsvp, after: Rsvp, leaving: Sequence[Rsvp]) -> Roster:
    return _without(_with(roster, before, after), leaving)


def _without(roster: Roster, leaving: Sequence[Rsvp]) -> Roster:
    for one in leaving:
        roster = _with(roster, one, replace(one, seat=Seat.DECLINED, offered_until=None))
    return roster


def _with(roster: Roster, before: Rsvp, after: Rsvp) -> Roster:
    """The roster after an RSVP has become another."""
    waiting, waiting_total = _in_queue(roster.waiting, roster.waiting_total, before, after, _place_waiting)
    volunteers, volunteers_total = _in_queue(roster.volunteers, roster.volunteers_total, before, after, _place_to_speak)
    return replace(
        roster,
        listeners_taken=roster.listeners_taken + _takes_listeners(after) - _takes_listeners(before),
        speakers_taken=roster.speakers_taken + _takes_speakers(after) - _takes_speakers(before),
        waiting=waiting,
        waiting_total=waiting_total,
        volunteers=volunteers,
        volunteers_total=volunteers_total,
        last_turn=max(roster.last_turn, after.turn),
        last_speaker_turn=max(roster.last_speaker_turn, after.speaker_turn or 0),
    )


def _in_queue(
    queue: tuple[Rsvp, ...], total: int, before: Rsvp, after: Rsvp, place: Callable[[Rsvp], int | None]
) -> tuple[tuple[Rsvp, ...], int]:
    """The beginning of a queue, and how many stand in it, after one RSVP has become another. `place` is None for who
    does not stand in it. Behind the part that is known nobody is put: others stand between."""
    is_all, last = len(queue) == total, max((place(one) or 0 for one in queue), default=0)
    old, new = place(before), place(after)
    rest = [one for one in queue if one.turn != before.turn]
    if new is not None and (is_all or new <= last):
        rest = sorted([*rest, after], key=lambda one: place(one) or 0)
    return tuple(rest), total + (new is not None) - (old is not None)


def _place_waiting(rsvp: Rsvp) -> int | None:
    return rsvp.turn if rsvp.seat is Seat.WAITLISTED else None


def _place_to_speak(rsvp: Rsvp) -> int | None:
    return rsvp.speaker_turn if rsvp.speaker_until is None else None


def _takes_listeners(rsvp: Rsvp) -> bool:
    return rsvp.role is Role.LISTENER and rsvp.seat in (Seat.GOING, Seat.OFFERED)


def _takes_speakers(rsvp: Rsvp) -> bool:
    return rsvp.speaks or rsvp.speaker_until is not None
