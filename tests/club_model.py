"""What a session's roster should be, in the plainest words: everybody in one dictionary, counted anew each time.

The bot keeps excerpts and indexes of the same in a database; the state machine beside this one holds both against each
other. Moments are aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.roster import MOST_GUESTS, Answer

LEADS = (timedelta(hours=24), timedelta(hours=1), timedelta(0))
REMINDED = ("speaker", "going", "offered", "maybe")
SHORTEST = timedelta(minutes=15)
SEATS = ("speaker", "going", "offered", "waitlisted", "maybe", "declined")


@dataclass
class Standing:
    """How it stands with one person. `arrived` and `wants` (to speak) number the order; a guest has a `host`, or is
    there at an organiser's word (`host` "")."""

    seat: str
    arrived: int
    until: datetime | None = None
    wants: int | None = None
    speaker_until: datetime | None = None
    host: str | None = None

    @property
    def comes(self) -> bool:
        return self.seat in SEATS[:4]

    @property
    def offered(self) -> bool:
        return self.seat == "offered" or self.speaker_until is not None


@dataclass
class ClubModel:
    """One session. `told` are the kinds of word that people got, with their names, since it was emptied."""

    now: datetime
    starts_at: datetime
    length: timedelta
    listeners: int | None
    speakers: int | None
    cutoff: timedelta = timedelta(0)
    life: timedelta = timedelta(hours=12)
    cancelled: bool = False
    people: dict[str, Standing] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)
    arrivals: int = 0
    wishes: int = 0
    version: int = 0
    pending: set[timedelta] = field(init=False)
    """The reminders of this version of the schedule that have not been made."""

    def __post_init__(self) -> None:
        self._arm()

    # What people do

    def say(self, name: str, answer: Answer) -> str | None:
        """Why it is refused, None where it is not."""
        self.lapse()
        one = self.people.get(name)
        joins = answer not in (Answer.MAYBE, Answer.DECLINED) and not (one and one.comes)
        if self.cancelled:
            return "cancelled"
        if self.now >= self.starts_at + self.length:
            return "over"
        if joins and self.now >= self.starts_at - self.cutoff:
            return "closed"
        self._set(name, answer)
        return None

    def keep(self, name: str) -> None:
        self.lapse()
        one = self.people.get(name)
        if one is None or self.shut or not any(some.offered for some in self._party(name)):
            return
        if one.speaker_until is not None:
            self._becomes_speaker(one)
        elif one.seat == "offered":
            one.seat, one.until = "going", None
        for guest in self._guests(name):
            guest.seat, guest.until = ("going", None) if guest.seat == "offered" else (guest.seat, guest.until)
        self.settle(name)

    def drop(self, name: str) -> None:
        self.lapse()
        one = self.people.get(name)
        if one is None or self.shut or not any(some.offered for some in self._party(name)):
            return
        if one.seat == "offered":
            self._set(name, Answer.DECLINED)
            return
        if one.speaker_until is not None:
            one.wants = one.speaker_until = None
        self.people = {who: some for who, some in self.people.items() if not (some.host == name and some.offered)}
        self.settle(name)

    def bring(self, host: str, guest: str) -> bool:
        self.lapse()
        one = self.people.get(host)
        closed = self.shut or self.now >= self.starts_at - self.cutoff
        if closed or one is None or not one.comes or len(list(self._guests(host))) >= MOST_GUESTS:
            return False
        self.people[guest] = Standing("declined", 0, host=host)
        self._listens(self.people[guest])
        self.settle(guest)
        return True

    def unbring(self, host: str, guest: str) -> None:
        self.lapse()
        if not self.shut and self.people.get(guest) and self.people[guest].host == host:
            del self.people[guest]
            self.settle(host)

    def link(self, kept: str, gone: str) -> None:
        """Two people turn out to be one."""
        other, one = self.people.pop(gone, None), self.people.get(kept)
        for guest in self.people.values():
            guest.host = kept if guest.host == gone else guest.host
        if other is None or one is None:
            if other is not None:
                self.people[kept] = other
            return
        best = min(one, other, key=lambda some: SEATS.index(some.seat))
        speaks = best.seat == "speaker"
        wishes = [some.wants for some in (one, other) if some.wants is not None]
        untils = [some.speaker_until for some in (one, other) if some.speaker_until is not None]
        arrived = [some.arrived for some in (one, other) if some.comes] or [one.arrived, other.arrived]
        self.people[kept] = Standing(
            best.seat,
            min(arrived),
            best.until,
            None if speaks else min(wishes, default=None),
            None if speaks else max(untils, default=None),
        )
        self.changed()

    # What organisers do

    def add(self, name: str, *, speaker: bool) -> None:
        self.lapse()
        one = self.people.setdefault(name, Standing("declined", 0))
        if one.seat == ("speaker" if speaker else "going"):
            return
        if not one.comes:
            one.arrived = self._next()
        one.seat, one.until = ("speaker" if speaker else "going"), None
        if speaker:
            one.wants = one.speaker_until = None
        self.told.add(("added", name))
        self.settle(name)

    def add_guest(self, guest: str) -> None:
        self.lapse()
        self.people[guest] = Standing("going", self._next(), host="")
        self.settle(guest)

    def keep_guest(self, guest: str) -> None:
        self.lapse()
        if (one := self.people.get(guest)) is not None:
            one.seat, one.until, one.host = ("going" if one.seat == "offered" else one.seat), None, ""

    def take_off(self, name: str) -> None:
        self.lapse()
        if self.people[name].host is not None:
            del self.people[name]
        else:
            self._set(name, Answer.DECLINED)
            self.told.add(("removed", name))
        self.settle(name)

    def move(self, starts_at: datetime) -> None:
        """It begins at another time, or takes place after all, or not: what people are told of that speaks for the
        reminders that would have come before."""
        self.starts_at = starts_at
        self.version += 1
        self._arm()
        self.changed()

    def _arm(self) -> None:
        self.pending = set() if self.cancelled else {lead for lead in LEADS if self.starts_at - lead > self.now}

    def changed(self) -> None:
        """The session is another by now."""
        if self.cancelled:
            for one in self.people.values():
                one.seat = "waitlisted" if one.seat == "offered" else one.seat
                one.until = one.speaker_until = None
            return
        self.lapse()
        for one in self.people.values():
            one.until = min(one.until, self.starts_at) if one.until else None
            one.speaker_until = min(one.speaker_until, self.starts_at) if one.speaker_until else None
        self.lapse()
        self.settle()

    def remind(self) -> list[tuple[int, timedelta, str]]:
        """Of the reminders that have come due, the last is sent, unless the session is over."""
        due = {lead for lead in self.pending if self.starts_at - lead <= self.now}
        last = min((lead for lead in LEADS if self.starts_at - lead <= self.now), default=None)
        self.pending -= due
        if last not in due or self.shut:
            return []
        told = [name for name, one in self.people.items() if one.host is None and one.seat in REMINDED]
        return sorted((self.version, last, name) for name in told)

    # What time does

    def lapse(self) -> None:
        """Offers that are over go to the next ones."""
        if self.cancelled:
            return
        for name, one in list(self.people.items()):
            late = one.until is not None and one.until <= self.now
            late_to_speak = one.speaker_until is not None and one.speaker_until <= self.now
            if (late or late_to_speak) and one.host != "":
                self.told.add(("lapsed", one.host or name))
            if late_to_speak:
                one.wants = one.speaker_until = None
            if late and one.host is not None:
                del self.people[name]
            elif late:
                one.seat, one.until = "maybe", None
                one.wants = one.wants if one.speaker_until is not None else None
        for name, one in list(self.people.items()):
            if one.host and not self.people[one.host].comes:
                del self.people[name]
        self.settle()

    def settle(self, who: str = "") -> None:
        """Everybody moves up for whom there is room; `who` knows it by themselves."""
        while self.now < self.starts_at and not self.cancelled:
            until = self._kept_until()
            volunteers = [one for one in self.people.values() if one.wants is not None and one.speaker_until is None]
            waiting = [one for one in self.people.values() if one.seat == "waitlisted"]
            if volunteers and self._has_room("speaker"):
                first = min(volunteers, key=lambda one: one.wants or 0)
                if until:
                    first.speaker_until = until
                else:
                    self._becomes_speaker(first)
            elif waiting and self._has_room("listener"):
                first = min(waiting, key=lambda one: one.arrived)
                offered = until is not None and first.host != ""  # nobody says yes for the organisers' guests
                first.seat, first.until = ("offered", until) if offered else ("going", None)
            else:
                return
            name = next(name for name, one in self.people.items() if one is first)
            if name != who and first.host != "":
                self.told.add(("offered" if first.offered else "promoted", first.host or name))

    # How it stands

    @property
    def shut(self) -> bool:
        return self.cancelled or self.now >= self.starts_at + self.length

    @property
    def listeners_taken(self) -> int:
        return sum(one.seat in ("going", "offered") for one in self.people.values())

    def position(self, name: str) -> int | None:
        one = self.people.get(name)
        if one is None or one.seat != "waitlisted":
            return None
        return sum(some.seat == "waitlisted" and some.arrived <= one.arrived for some in self.people.values())

    def _has_room(self, role: str) -> bool:
        if role == "listener":
            return self.listeners is None or self.listeners_taken < self.listeners
        taken = sum(one.seat == "speaker" or one.speaker_until is not None for one in self.people.values())
        return self.speakers is None or taken < self.speakers

    def _kept_until(self) -> datetime | None:
        if self.now < self.starts_at - self.cutoff - self.life:
            return None
        half = max((self.starts_at - self.now) / 2, SHORTEST)
        return min(self.now + min(half, self.life), self.starts_at)

    def _set(self, name: str, answer: Answer) -> None:
        one = self.people.setdefault(name, Standing("nothing", 0))
        came = one.comes
        match answer:
            case Answer.MAYBE | Answer.DECLINED:
                one.seat = answer.value
                one.until = one.wants = one.speaker_until = None
                one.arrived = one.arrived or self._next()
            case Answer.SPEAKING:
                self._wants_to_speak(one)
            case Answer.LISTENING:
                self._listens(one)
                one.wants = one.speaker_until = None
            case Answer.GOING if one.seat != "speaker":
                self._listens(one)
        if came and not one.comes:
            self.people = {who: some for who, some in self.people.items() if some.host != name}
        self.settle(name)

    def _wants_to_speak(self, one: Standing) -> None:
        if one.seat == "speaker":
            return
        volunteers = any(some.wants is not None and some.speaker_until is None for some in self.people.values())
        if one.speaker_until is not None or (self._has_room("speaker") and not volunteers):
            one.arrived = one.arrived if one.comes else self._next()
            self._becomes_speaker(one)
            return
        self._listens(one)
        if one.wants is None:
            self.wishes += 1
            one.wants = self.wishes

    def _listens(self, one: Standing) -> None:
        if one.seat in ("going", "waitlisted"):
            return
        others_wait = self.now < self.starts_at and any(some.seat == "waitlisted" for some in self.people.values())
        free = self._has_room("listener") and not others_wait
        one.arrived = one.arrived if one.comes else self._next()
        one.seat = "going" if one.seat == "offered" or free else "waitlisted"
        one.until = None

    def _becomes_speaker(self, one: Standing) -> None:
        one.seat = "speaker"
        one.until = one.wants = one.speaker_until = None

    def _guests(self, host: str) -> Iterator[Standing]:
        return (one for one in self.people.values() if one.host == host)

    def _party(self, name: str) -> list[Standing]:
        return [self.people[name], *(self._guests(name) if self.people[name].comes else ())]

    def _next(self) -> int:
        self.arrivals += 1
        return self.arrivals
