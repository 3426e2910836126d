"""Rosters of sessions, open in a transaction: who has which place, with all that one answer moves.

Whoever is moved by somebody else's doing is told in the transaction that makes it true.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.club import Club, ClubSession, SessionState
from bot.domain.roster import (
    MOST_GUESTS,
    Answer,
    Refusal,
    Role,
    RosterChange,
    Rsvp,
    Seat,
    accept_offers,
    add_guest,
    answer_rsvp,
    decline_offers,
    is_shut,
    kept_guest,
    lapse_offers,
    offer_cut,
    place_by_organiser,
    refill,
    refusal,
    remove_guest,
    without_offer,
)
from storage.unit_of_work import UnitOfWork

ALL_AT_ONCE = 500
"""How many may move up at once where many places are made."""


class NewsKind(StrEnum):
    """What happened to somebody's place without their doing."""

    PROMOTED = "promoted"
    OFFERED = "offered"
    LAPSED = "lapsed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class RosterNews:
    """What a member is to be told. `rsvp` is theirs, or that of a guest of theirs, as it is now."""

    kind: NewsKind
    member_id: int
    session: ClubSession
    rsvp: Rsvp


Tell = Callable[[UnitOfWork, Sequence[RosterNews], datetime], None]
"""Tells members what happened, in the transaction in which it does."""


@dataclass(frozen=True, slots=True)
class RsvpTruth:
    """What is true of somebody's place after they have said something. `refusal` is why that was not taken; it is
    `repeated` where they had said it before. `position` is their place on the waitlist, `speaker_position` among
    those who would speak, both from 1. `guests` are those whom they bring."""

    session: ClubSession
    mine: Rsvp | None
    listeners_taken: int
    speakers_taken: int
    now: datetime
    refusal: Refusal | None = None
    repeated: bool = False
    position: int | None = None
    speaker_position: int | None = None
    guests: tuple[Rsvp, ...] = ()

    @property
    def is_shut(self) -> bool:
        """Whether nothing can be answered any more."""
        return is_shut(self.session, self.now)


_Party = tuple[Rsvp | None, tuple[Rsvp, ...]]
"""What a member has answered, and the guests whom they bring."""


class OpenRoster:
    """The roster of one session in one transaction. Offers that are over have gone to the next ones when it opens."""

    def __init__(self, uow: UnitOfWork, session: ClubSession, club: Club, tell: Tell, now: datetime) -> None:
        """`club` is that of the session's community."""
        self.session = session
        self._uow = uow
        self._club = club
        self._tell = tell
        self._now = now
        self._touched = False
        self._parties: dict[int, _Party] = {}
        self._roster = uow.rosters.roster(session, club.offer_life)
        self._lapse()

    def look_up(self, member_ids: Collection[int]) -> None:
        """Reads at once what these members have answered: each of them is about to say something."""
        mine = self._uow.rosters.of_members(self.session.id, member_ids)
        hosts = [one.member_id for one in mine.values() if one.is_coming and one.member_id is not None]
        guests = self._uow.rosters.guests_of(self.session.id, hosts) if hosts else ()
        for member_id in member_ids:
            theirs = tuple(guest for guest in guests if guest.brought_by == member_id)
            self._parties[member_id] = (mine.get(member_id), theirs)

    def answer(self, member_id: int, answer: Answer, *, by_organiser: bool = False) -> RsvpTruth:
        """Sets what a member says. An organiser may set it for them after sign-up too. May be repeated."""
        mine, guests = self._party(member_id)
        refused = refusal(self.session, mine, answer, self._now)
        if refused is not None and not (by_organiser and refused is Refusal.CLOSED):
            return self._truth(mine, guests, refusal=refused)
        change = answer_rsvp(self._roster, mine, answer, self._now, member_id=member_id, guests=guests)
        return self._done(mine, guests, change)

    def accept(self, member_id: int) -> RsvpTruth:
        """A member takes the places that are kept for them and their guests. Where none is, nothing changes."""
        return self._on_offers(member_id, accept_offers)

    def decline(self, member_id: int) -> RsvpTruth:
        """A member does not want the places that are kept for them and their guests. Where none is, nothing changes."""
        return self._on_offers(member_id, decline_offers)

    def truth(self, member_id: int) -> RsvpTruth:
        """How it stands with a member."""
        return self._truth(*self._party(member_id))

    def bring(self, host_id: int, name: str) -> RsvpTruth | None:
        """A member brings a guest. None, and nothing changes, where they are not coming themselves or bring as many as
        they may already."""
        host, guests = self._party(host_id)
        refused = refusal(self.session, None, Answer.GOING, self._now)
        if refused is not None:
            return self._truth(host, guests, refusal=refused)
        if host is None or not host.is_coming or len(guests) >= MOST_GUESTS:
            return None
        guest = self._apply(add_guest(self._roster, host, name, self._now))
        assert guest is not None  # the change is about them
        return self._truth(host, (*guests, guest))

    def unbring(self, host_id: int, guest_id: int) -> RsvpTruth:
        """A member does not bring this guest after all. Where it is none of theirs, nothing changes."""
        host, guests = self._party(host_id)
        guest = next((one for one in guests if one.id == guest_id), None)
        if guest is None or self._is_shut:
            return self._truth(host, guests)
        self._apply(remove_guest(self._roster, guest, self._now))
        return self._truth(*self._party(host_id))

    # What organisers do

    def place(self, member_id: int, role: Role) -> Rsvp:
        """A member gets a place, in a full session too; they are told. May be repeated."""
        mine = self._uow.rosters.of_member(self.session.id, member_id)
        if mine is not None and mine.seat is Seat.GOING and mine.role is role:
            return mine
        change = place_by_organiser(self._roster, mine, role, self._now, member_id=member_id)
        placed = self._apply(change)
        assert placed is not None  # the one who was placed
        self._tell(self._uow, [RosterNews(NewsKind.ADDED, member_id, self.session, placed)], self._now)
        return placed

    def place_guest(self, name: str) -> Rsvp:
        """Somebody without an account is on the list from now on."""
        placed = self._apply(add_guest(self._roster, None, name, self._now))
        assert placed is not None
        return placed

    def take_off(self, rsvp: Rsvp) -> None:
        """Somebody is off the list, with their guests; a member is told."""
        if rsvp.member_id is None:
            self._apply(remove_guest(self._roster, rsvp, self._now))
            return
        guests = self._guests(rsvp)
        self._apply(answer_rsvp(self._roster, rsvp, Answer.DECLINED, self._now, guests=guests))
        self._tell(self._uow, [RosterNews(NewsKind.REMOVED, rsvp.member_id, self.session, rsvp)], self._now)

    def keep_guest(self, guest: Rsvp) -> None:
        """A guest stays whether or not the member comes who named them."""
        self._apply(RosterChange(self._roster, kept_guest(guest)))

    def forget(self, member_id: int) -> None:
        """A member and their guests are gone as if they had never answered."""
        mine, guests = self._party(member_id)
        if mine is None:
            return
        if mine.is_coming and not self._is_shut:
            self._apply(answer_rsvp(self._roster, mine, Answer.DECLINED, self._now, guests=guests))
        self._uow.rosters.remove((mine, *guests))

    # What time and changes of the session do

    def refill(self) -> None:
        """Gives free places to those who wait, after there were made more, or people are gone. For a cancelled session
        it ends all offers. May be repeated."""
        if self.session.state is SessionState.CANCELLED:
            self._end_offers()
            return
        self._cut_offers()
        while (change := refill(self._roster, self._now)).promoted or change.offered:
            self._apply(change)
            self._roster = self._uow.rosters.roster(self.session, self._club.offer_life, known=ALL_AT_ONCE)

    @property
    def _is_shut(self) -> bool:
        return is_shut(self.session, self._now)

    def _on_offers(self, member_id: int, decide: Callable[..., RosterChange]) -> RsvpTruth:
        mine, guests = self._party(member_id)
        if mine is None or self._is_shut or not any(one.has_offer for one in (mine, *guests)):
            return self._truth(mine, guests)
        self._apply(decide(self._roster, mine, self._now, guests=guests))
        return self._truth(*self._party(member_id))

    def _party(self, member_id: int) -> _Party:
        if member_id not in self._parties:
            self.look_up([member_id])
        return self._parties[member_id]

    def _guests(self, host: Rsvp) -> Sequence[Rsvp]:
        return self._party(host.member_id)[1] if host.member_id is not None else ()

    def _lapse(self) -> None:
        overdue = self._uow.rosters.overdue_offers(self.session.id, now=self._now)
        if not overdue:
            return
        if self.session.state is SessionState.CANCELLED:
            self._end_offers()
            return
        hosts = [one.member_id for one in overdue if one.member_id is not None and one.seat is Seat.OFFERED]
        guests = self._uow.rosters.guests_of(self.session.id, hosts)
        self._apply(lapse_offers(self._roster, overdue, self._now, guests=guests))

    def _end_offers(self) -> None:
        """Nobody is to say yes or no to a session that does not take place: who was offered a place waits as before."""
        for one in self._uow.rosters.open_offers(self.session.id):
            self._uow.rosters.put(without_offer(one))
        self._roster = self._uow.rosters.roster(self.session, self._club.offer_life)

    def _cut_offers(self) -> None:
        """No place is kept beyond the start, which may have been moved."""
        starts_at = self.session.plan.starts_at
        for one in self._uow.rosters.open_offers(self.session.id):
            cut = offer_cut(one, starts_at)
            if cut != one:
                self._uow.rosters.put(cut)
        self._lapse()

    def _done(self, before: Rsvp | None, guests: Sequence[Rsvp], change: RosterChange) -> RsvpTruth:
        if before is not None and _what_it_says(before) == _what_it_says(change.mine):
            return self._truth(before, guests, repeated=True)
        return self._truth(self._apply(change), guests)

    def _apply(self, change: RosterChange) -> Rsvp | None:
        """Keeps what has changed and tells who was moved. Returns the RSVP of who answered, with its id."""
        rosters, roster, mine = self._uow.rosters, change.roster, change.mine
        rosters.remove(change.gone)
        if mine is not None:
            stored = rosters.put(mine)
            roster = roster if mine.id else roster.stored(stored)
            mine = stored
        others = (*change.accepted, *change.lapsed, *change.promoted, *change.offered)
        for one in others:
            rosters.put(one)
        for one in (*others, *change.gone, *((mine,) if mine else ())):
            self._parties.pop(one.member_id or one.brought_by or 0, None)
        self._roster = roster
        if self._knows_too_few():
            self._roster = rosters.roster(self.session, self._club.offer_life)
        self._tell_moved(change)
        if not self._touched:
            self._uow.session_cards.touch(self.session.id, now=self._now)
            self._touched = True
        return mine

    def _knows_too_few(self) -> bool:
        """Whether those who can move up by the next answer may not be known any more."""
        enough = 2 + 2 * MOST_GUESTS
        roster = self._roster
        return len(roster.waiting) < min(enough, roster.waiting_total) or len(roster.volunteers) < min(
            enough, roster.volunteers_total
        )

    def _tell_moved(self, change: RosterChange) -> None:
        news = [
            RosterNews(kind, member_id, self.session, one)
            for kind, moved in (
                (NewsKind.PROMOTED, change.promoted),
                (NewsKind.OFFERED, change.offered),
                (NewsKind.LAPSED, (*change.lapsed, *(one for one in change.gone if self._is_overdue(one)))),
            )
            for one in moved
            if (member_id := one.member_id or one.brought_by) is not None
        ]
        if news:
            self._tell(self._uow, news, self._now)

    def _is_overdue(self, rsvp: Rsvp) -> bool:
        return rsvp.offered_until is not None and rsvp.offered_until <= self._now

    def _truth(
        self,
        mine: Rsvp | None,
        guests: Sequence[Rsvp] = (),
        *,
        refusal: Refusal | None = None,
        repeated: bool = False,
    ) -> RsvpTruth:
        roster = self._roster
        return RsvpTruth(
            self.session,
            mine,
            roster.listeners_taken,
            roster.speakers_taken,
            self._now,
            refusal,
            repeated,
            self._position(mine),
            self._uow.rosters.speaker_position(mine) if mine and mine.speaker_turn is not None else None,
            tuple(guests) if mine and mine.is_coming else (),
        )

    def _position(self, mine: Rsvp | None) -> int | None:
        if mine is None or mine.seat is not Seat.WAITLISTED:
            return None
        if mine.turn == self._roster.last_turn:  # who came last: the others need not be counted
            return self._roster.waiting_total
        return self._uow.rosters.waitlist_position(mine)


def _what_it_says(rsvp: Rsvp | None) -> object:
    """All of an RSVP but when it was said."""
    return rsvp and (rsvp.role, rsvp.seat, rsvp.turn, rsvp.speaker_turn, rsvp.offered_until, rsvp.speaker_until)
