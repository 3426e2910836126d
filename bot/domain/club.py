"""The club of a community and its sessions. All moments are aware UTC; lengths and leads are timedeltas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

DEFAULT_LEADS = (timedelta(hours=24), timedelta(hours=1), timedelta(0))
DEFAULT_LENGTH = timedelta(minutes=90)


@dataclass(frozen=True, slots=True)
class Club:
    """The club of a community: what holds for its sessions unless one says otherwise.

    `leads` are how long before a session people are reminded. `place_for_going`: the place, which may be a link to a
    call, is shown to those who are going only. `pin`, `threads`, `events`: cards are pinned, have a Discord thread, and
    are mirrored as Discord scheduled events. `attendance`: who wants to is asked whether they came. `offer_life` is how
    long an offered place is kept for somebody.
    """

    community_id: int
    leads: tuple[timedelta, ...] = DEFAULT_LEADS
    length: timedelta = DEFAULT_LENGTH
    place: str = ""
    place_for_going: bool = False
    listeners: int | None = None
    speakers: int | None = 1
    pin: bool = False
    threads: bool = False
    events: bool = False
    attendance: bool = False
    offer_life: timedelta = timedelta(hours=12)


class SessionState(StrEnum):
    """A session takes place unless it is cancelled; that it is over, its time tells."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SessionPaper:
    """What a session is about. `identity` is the paper's ("arxiv:1706.03762"), where the address shows one; `item_id`
    the item in which it was found; `nomination_id` what it was proposed as."""

    title: str
    address: str = ""
    identity: str | None = None
    authors: tuple[str, ...] = ()
    item_id: int | None = None
    nomination_id: int | None = None


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """All that people decide about a session. `zone` (IANA) is the one whose wall clock it goes by. `listeners` and
    `speakers` are capacities, None where there is no limit. `cutoff` is how long before the start sign-up closes.
    `minimum`: with fewer going, organisers are told at the cut-off. `speaker_names` are people who speak and have not
    said so themselves: organisers have written their names down."""

    title: str
    starts_at: datetime
    zone: str
    length: timedelta = DEFAULT_LENGTH
    papers: tuple[SessionPaper, ...] = ()
    place: str = ""
    place_for_going: bool = False
    listeners: int | None = None
    speakers: int | None = 1
    minimum: int | None = None
    cutoff: timedelta = timedelta(0)
    notes: str = ""
    speaker_names: tuple[str, ...] = ()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.length

    @property
    def closes_at(self) -> datetime:
        """When sign-up closes."""
        return self.starts_at - self.cutoff


@dataclass(frozen=True, slots=True)
class ClubSession:
    """A session as stored. `number` counts a community's sessions from 1, `uid` is its name in calendars.

    `version` changes with every edit, so that two who edit at once see each other; `schedule_version` with every change
    of time, place or state, which calendars call SEQUENCE, from 0. One of a series knows the day (`occurrence`, in its
    zone) that the series' rule gave it, wherever it was moved. `drawn_up_by` is the member who made it. `reason` is
    what was said of why it is cancelled. `changed_at`: when somebody last edited it, None while nobody has.
    """

    id: int
    community_id: int
    number: int
    uid: str
    plan: SessionPlan
    created_at: datetime
    state: SessionState = SessionState.PLANNED
    series_id: int | None = None
    occurrence: date | None = None
    version: int = 1
    schedule_version: int = 0
    drawn_up_by: int | None = None
    reason: str = ""
    changed_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        return self.plan.ends_at <= now

    def is_open(self, now: datetime) -> bool:
        """Whether people may still sign up."""
        return self.state is SessionState.PLANNED and now < self.plan.closes_at
