"""RSVPs: who has answered what for a session, who has a place, and who waits for one.

A person has one RSVP for a session, by whichever account they answer. Answers set, they never toggle: the same answer
again changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Answer(StrEnum):
    """What somebody says."""

    GOING = "going"
    MAYBE = "maybe"
    DECLINED = "declined"
    SPEAKING = "speaking"


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


@dataclass(frozen=True, slots=True)
class Rsvp:
    """One person's answer. `turn` is their place in the order of arrival among those of the session; it is given anew
    when somebody who had no place and waited for none wants one. `speaker_turn`: they would speak if a speaker's place
    became free, in that order, and keep meanwhile what `seat` they have.

    A guest has a `guest_name` and came with a member, `brought_by`; everybody else has a `member_id`.
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
