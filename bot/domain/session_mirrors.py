"""What goes along with the card of a session where the club wants it: a pin, a thread, an event of the platform's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.club import Club, ClubSession, SessionState


class Mirror(StrEnum):
    """What can go along with a card."""

    PIN = "pin"
    THREAD = "thread"
    EVENT = "event"


class MirrorStep(StrEnum):
    """What is to be done about it."""

    PIN = "pin"
    UNPIN = "unpin"
    OPEN_THREAD = "open_thread"
    PUT_EVENT = "put_event"
    CLOSE_EVENT = "close_event"


KIND_OF = {
    MirrorStep.PIN: Mirror.PIN,
    MirrorStep.UNPIN: Mirror.PIN,
    MirrorStep.OPEN_THREAD: Mirror.THREAD,
    MirrorStep.PUT_EVENT: Mirror.EVENT,
    MirrorStep.CLOSE_EVENT: Mirror.EVENT,
}


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What goes along with a card already: the ids of the message that is pinned, of its thread and of the event, and
    what that shows. `refused` is not tried again for this session."""

    pinned_id: str | None = None
    thread_id: str | None = None
    event_id: str | None = None
    event_shown: str | None = None
    refused: frozenset[Mirror] = field(default_factory=frozenset)


def mirror_steps(
    session: ClubSession,
    club: Club,
    now_there: Mirrored,
    *,
    message_id: str | None,
    event_shows: str | None,
    now: datetime,
) -> list[MirrorStep]:
    """What is to be done for the card that is the message with this id, None where there is none. `event_shows` is what
    an event has to show now, None where this card has none: another one on the same server has it, or the platform
    knows no events."""
    comes = session.state is SessionState.PLANNED and not session.is_over(now)
    begun = session.plan.starts_at <= now
    steps = (
        *_pin(comes and club.pin, now_there, message_id),
        *_thread(comes and club.threads, now_there, message_id),
        *_event(comes and club.events, now_there, event_shows, begun=begun),
    )
    return [step for step in steps if KIND_OF[step] not in now_there.refused]


def _pin(wanted: bool, there: Mirrored, message_id: str | None) -> Iterator[MirrorStep]:
    if not wanted and there.pinned_id is not None:
        yield MirrorStep.UNPIN
    elif wanted and message_id is not None and there.pinned_id != message_id:
        yield MirrorStep.PIN


def _thread(wanted: bool, there: Mirrored, message_id: str | None) -> Iterator[MirrorStep]:
    if wanted and message_id is not None and there.thread_id is None:
        yield MirrorStep.OPEN_THREAD


def _event(wanted: bool, there: Mirrored, shows: str | None, *, begun: bool) -> Iterator[MirrorStep]:
    """A platform makes no event of what has begun, and changes one that it has."""
    if not wanted and there.event_id is not None:
        yield MirrorStep.CLOSE_EVENT
    elif wanted and shows not in (None, there.event_shown) and (there.event_id is not None or not begun):
        yield MirrorStep.PUT_EVENT
