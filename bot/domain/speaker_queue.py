"""Who speaks next: volunteers in fair order, one offer at a time, and what speakers are asked before their talks.

The one whose last talk is the longest ago comes first; those who have never spoken come before all others, in the order
in which they volunteered. A talk that is planned counts like one that was given. All moments are aware UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.club import ClubSession, SessionState

OFFER_LIFE = timedelta(hours=48)
"""How long an offer to speak is kept for somebody, unless the session is near."""
SHORTEST_OFFER = timedelta(minutes=30)
"""How long it is kept at least, unless sign-up closes before."""
NUDGE_LEADS = (timedelta(days=7), timedelta(days=2))
"""How long before a session its speakers are asked for what is still missing."""
NUDGE_REST = timedelta(hours=12)
"""Who has just agreed to speak is left alone for so long."""
NUDGES_END = timedelta(hours=3)
"""So shortly before a session nobody is asked for anything any more."""


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Somebody who would speak. `last_talk` is when the newest session is or was in which they speak."""

    member_id: int
    volunteered_at: datetime
    last_talk: datetime | None = None


class OfferState(StrEnum):
    """What has become of an offer to speak."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    VOID = "void"  # nobody is needed any more


@dataclass(frozen=True, slots=True)
class SpeakerOffer:
    """An offer to speak in a session, to one person until a moment."""

    id: int
    session_id: int
    member_id: int
    offered_at: datetime
    expires_at: datetime
    state: OfferState = OfferState.OPEN


@dataclass(frozen=True, slots=True)
class SpeakerSearch:
    """The search for a speaker of a session. `wanted` is how many speakers it shall have; `fallback_id` is who is asked
    when nobody else is left, `started_by` the organiser. One that is not `active` asks nobody any more."""

    session_id: int
    wanted: int
    started_at: datetime
    started_by: int | None = None
    fallback_id: int | None = None
    active: bool = True


class Outcome(StrEnum):
    """What is to be done in a search."""

    ASK = "ask"
    WAIT = "wait"  # somebody has been asked
    DONE = "done"  # there are as many speakers as are wanted
    NOBODY = "nobody"  # everybody has been asked
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done next; with ASK, whom to ask and until when."""

    outcome: Outcome
    member_id: int | None = None
    until: datetime | None = None


class Nudge(StrEnum):
    """What is still missing of a session."""

    PAPER = "paper"
    MATERIALS = "materials"


def fair_order(volunteers: Sequence[Volunteer]) -> list[Volunteer]:
    """Volunteers, the one who is to be asked next first."""
    return sorted(
        volunteers,
        key=lambda one: (
            one.last_talk is not None,
            one.last_talk or one.volunteered_at,
            one.volunteered_at,
            one.member_id,
        ),
    )


def next_step(
    search: SpeakerSearch,
    session: ClubSession,
    volunteers: Sequence[Volunteer],
    offers: Sequence[SpeakerOffer],
    *,
    speaking: int,
    unavailable: Collection[int],
    now: datetime,
) -> Step:
    """What is to be done in a search. `offers` are all that it has made, `speaking` is how many speakers there are;
    `unavailable` are members who speak already or have said that they do not come."""
    if session.state is SessionState.CANCELLED or session.is_over(now):
        return Step(Outcome.TOO_LATE)
    if speaking >= search.wanted:
        return Step(Outcome.DONE)
    if any(one.state is OfferState.OPEN for one in offers):
        return Step(Outcome.WAIT)
    if now >= session.plan.closes_at:
        return Step(Outcome.TOO_LATE)
    asked = {one.member_id for one in offers} | set(unavailable)
    queue = [one.member_id for one in fair_order(volunteers) if one.member_id != search.fallback_id]
    if search.fallback_id is not None:
        queue.append(search.fallback_id)
    free = next((one for one in queue if one not in asked), None)
    if free is None:
        return Step(Outcome.NOBODY)
    return Step(Outcome.ASK, free, kept_until(session, now))


def kept_until(session: ClubSession, now: datetime) -> datetime:
    """Until when an offer that is made now is kept: at most for half of what is left of sign-up, so that others can
    still be asked, and never beyond it."""
    closes_at = session.plan.closes_at
    life = min(OFFER_LIFE, max((closes_at - now) / 2, SHORTEST_OFFER))
    return min(now + life, closes_at)


def due_nudges(
    session: ClubSession, *, agreed_at: datetime, has_materials: bool, now: datetime
) -> list[tuple[Nudge, timedelta]]:
    """What a speaker who agreed then is to be asked for now, each with the lead that it is due by. Of several leads
    that have passed only the shortest counts: nobody is asked for the same twice at once."""
    left = session.plan.starts_at - now
    if session.state is SessionState.CANCELLED or left <= NUDGES_END or now - agreed_at < NUDGE_REST:
        return []
    lead = min((lead for lead in NUDGE_LEADS if left <= lead), default=None)
    if lead is None:
        return []
    missing = [] if session.plan.papers else [Nudge.PAPER]
    missing += [] if has_materials else [Nudge.MATERIALS]
    return [(one, lead) for one in missing]
