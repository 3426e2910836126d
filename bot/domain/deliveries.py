"""Deliveries: what is sent where, what came of each attempt, and what is done next. Times are aware UTC.

A delivery is one or more parts, each one message, sent in order. The promise: no part is lost, and none is sent twice
unless nobody knows whether it has arrived; then it is marked `unknown` first, and the policy decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.communities import Destination
from bot.domain.files import File
from bot.domain.subscriptions import UnknownPolicy

Payload = Mapping[str, object]
"""A rendered message as the platform's sender takes it; survives JSON. `file`, where there is one, is the place among
the delivery's files of the one that comes with it."""

ATTEMPTS = 100
"""How often a part is tried, with the waits of `back_off` about a day: longer than any outage that is worth it."""
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
SEND_AGAIN_WITHIN = timedelta(hours=1)
"""How long a part may be sent that an administrator wants to be sent again although it has expired."""

NONCE_MEMORY: Mapping[str, timedelta] = {"discord": timedelta(minutes=2)}
"""How long a platform surely knows a nonce again, so that sending twice does no harm. Discord says "a few minutes":
https://discord.com/developers/docs/resources/message#create-message. Telegram has nothing like it."""


class Unreachable(StrEnum):
    """Why somebody cannot be written to in private: the reason of a refusal, in plain English."""

    NOT_STARTED = "they have not pressed Start"
    BLOCKED = "they have blocked the bot"
    CLOSED = "they take no direct messages from the bot"
    NOT_SHARED = "they share no server with the bot"
    NO_ACCOUNT = "their account is gone"


PROCESS_ENDED = "the process ended while it was being sent"


class PartState(StrEnum):
    """How far a part has come."""

    PENDING = "pending"  # not sent, or surely not arrived
    SENDING = "sending"  # somebody is sending it, or was when the process ended
    SENT = "sent"  # accepted by the platform
    UNKNOWN = "unknown"  # it may have arrived
    FAILED = "failed"  # refused for good, or tried too often
    SUPERSEDED = "superseded"  # void before it was sent
    EXPIRED = "expired"  # too late to be worth sending


class DeliveryKind(StrEnum):
    """What a delivery is."""

    DIGEST = "digest"  # news for readers
    NOTICE = "notice"  # word to an administrator about the bot itself
    CARD = "card"  # a club session, kept true by edits
    CLUB = "club"  # word of a club: reminders, and what becomes of somebody's RSVP


BY_URGENCY = (DeliveryKind.CLUB, DeliveryKind.CARD, DeliveryKind.NOTICE, DeliveryKind.DIGEST)
"""Kinds in the order in which they go out when there is too much for one moment: a reminder is worth nothing after the
session, a digest is as good a minute later."""


@dataclass(frozen=True, slots=True)
class DeliveryPart:
    """One message. `attempts` counts sends; `doubts` how often nobody knew what had come of one. `attempted_at` is when
    the attempt began that `unknown` speaks of. `version` counts corrections of the payload, `posted` is the one that
    readers see. One that was sent and has no `message_id` is not there any more, or cannot be changed."""

    number: int
    payload: Payload
    state: PartState = PartState.PENDING
    attempts: int = 0
    error: str | None = None
    message_id: str | None = None
    doubts: int = 0
    attempted_at: datetime | None = None
    sent_at: datetime | None = None
    version: int = 1
    posted: int | None = None

    @property
    def outdated(self) -> bool:
        """Whether readers see an older version, and it can be edited."""
        return self.message_id is not None and self.posted is not None and self.posted < self.version


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is sent to one destination. `key` says what it is and is unique: storing the same one again does nothing."""

    id: int
    key: str
    destination: Destination
    kind: DeliveryKind
    parts: tuple[DeliveryPart, ...]
    not_before: datetime
    expires_at: datetime | None
    unknown_policy: UnknownPolicy

    def with_part(self, part: DeliveryPart) -> Delivery:
        """The delivery with one part replaced."""
        return replace(self, parts=tuple(part if one.number == part.number else one for one in self.parts))

    def nonce(self, part: DeliveryPart) -> str:
        """What tells this part from all others, the same at each attempt: at most 25 characters, Discord's limit."""
        return f"{self.id}-{part.number}"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """What is to be stored: the payloads are the parts, in order. `expires_at` None: it is never too late. `files` are
    those that the payloads were rendered with."""

    key: str
    destination_id: int
    kind: DeliveryKind
    payloads: tuple[Payload, ...]
    not_before: datetime
    expires_at: datetime | None = None
    unknown_policy: UnknownPolicy = UnknownPolicy.ASK
    files: tuple[File, ...] = ()


def digest_key(subscription_id: int, end: datetime | None = None) -> str:
    """The key of the digest of a subscription for the window with that end; without one, what all of its keys begin
    with."""
    return f"digest:{subscription_id}:{end.isoformat() if end else ''}"


# What came of an attempt


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has it, under this id."""

    message_id: str


@dataclass(frozen=True, slots=True)
class RetryLater:
    """It surely did not arrive, and may be tried again: after `after` where the platform names a time, and then nothing
    else goes to that chat before; None leaves the time to us. `reason` says why, in plain English."""

    after: timedelta | None = None
    reason: str = "asked to wait"


@dataclass(frozen=True, slots=True)
class Rejected:
    """It was refused, and would be again. `gone`: not for what it says, but because the bot may not write there; of a
    private chat the reason is then one of `Unreachable`, where the platform says as much. `missing`: the message that
    it is about is not there any more, or cannot be changed any more. `right`: the one that the bot lacks for it, as a
    catalogue text in the platform's words."""

    reason: str
    gone: bool = False
    missing: bool = False
    right: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """It did not arrive: the chat has another id now."""

    new_chat_id: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have arrived or not."""

    reason: str


SendOutcome = Sent | RetryLater | Rejected | Moved | Unknown


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an outcome makes of a part, and how long to wait: `wait` before this delivery goes on, `chat_wait` before
    anything goes to that chat."""

    part: DeliveryPart
    wait: timedelta | None = None
    chat_wait: timedelta | None = None


def begun(part: DeliveryPart, now: datetime) -> DeliveryPart:
    """The part while it is being sent. A doubt that there is already keeps its time."""
    in_doubt = part.state is PartState.UNKNOWN
    return replace(
        part,
        state=PartState.SENDING,
        attempts=part.attempts + 1,
        attempted_at=part.attempted_at if in_doubt else now,
    )


def abandoned(part: DeliveryPart) -> DeliveryPart:
    """A part that was being sent when the process ended: nobody knows whether it has arrived."""
    if part.state is not PartState.SENDING:
        return part
    return replace(part, state=PartState.UNKNOWN, doubts=part.doubts + 1, error=PROCESS_ENDED)


def judge(
    tried: DeliveryPart, outcome: SendOutcome, now: datetime, *, in_doubt: bool = False, chance: float
) -> Verdict:
    """What a send makes of the part that was `begun`. `in_doubt`: it was unknown before, and stays so until something
    surely arrives. `chance` is a number from 0 to 1 that spreads attempts."""
    waiting = replace(tried, state=PartState.UNKNOWN if in_doubt else PartState.PENDING)
    match outcome:
        case Sent(message_id):
            return Verdict(
                replace(
                    tried, state=PartState.SENT, error=None, message_id=message_id, sent_at=now, posted=tried.version
                )
            )
        case RetryLater(after, reason) if after is not None:
            return Verdict(replace(waiting, error=reason), wait=after, chat_wait=after)
        case RetryLater(_, reason):
            if tried.attempts >= ATTEMPTS and not in_doubt:
                return Verdict(replace(tried, state=PartState.FAILED, error=reason))
            return Verdict(replace(waiting, error=reason), wait=back_off(tried.attempts, chance))
        case Rejected(reason, gone):
            return Verdict(replace(waiting if gone else replace(tried, state=PartState.FAILED), error=reason))
        case Moved():
            return Verdict(waiting, wait=timedelta(0))
        case Unknown(reason):
            doubted = replace(tried, state=PartState.UNKNOWN, doubts=tried.doubts + 1, error=reason)
            return Verdict(doubted, wait=back_off(tried.attempts, chance))


def judge_edit(part: DeliveryPart, outcome: SendOutcome, *, chance: float) -> Verdict:
    """What an edit makes of a posted part. Editing twice does no harm, so only a refusal ends it."""
    tried = replace(part, attempts=part.attempts + 1)
    match outcome:
        case Sent():
            return Verdict(replace(tried, posted=tried.version, error=None))
        case RetryLater(after, reason) if after is not None:
            return Verdict(replace(part, error=reason), wait=after, chat_wait=after)
        case Rejected(reason, missing=True):
            return Verdict(_without_message(replace(tried, error=reason)))
        case Rejected(reason, gone=False):
            return Verdict(replace(tried, posted=tried.version, error=reason))
        case RetryLater(_, reason) | Rejected(reason) | Unknown(reason):
            posted = tried.version if tried.attempts >= ATTEMPTS else tried.posted
            return Verdict(replace(tried, posted=posted, error=reason), wait=back_off(tried.attempts, chance))
        case Moved():  # the chat counts its messages anew
            return Verdict(_without_message(part), wait=timedelta(0))


def _without_message(part: DeliveryPart) -> DeliveryPart:
    """A part that was sent, where there is no message any more that could be edited."""
    return replace(part, message_id=None, posted=None)


def back_off(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many attempts: doubling, bounded, and never for all at the same moment."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts - 1, 16)))
    return longest * (0.5 + 0.5 * chance)


def next_part(delivery: Delivery, now: datetime) -> DeliveryPart | None:
    """The part to do something about: to send it, or where it is posted already, to correct it. None: there is none.

    An unknown part whose policy leaves it alone does not keep back what follows it.
    """
    return next((part for part in delivery.parts if _wants_something(delivery, part, now)), None)


def expired(delivery: Delivery, now: datetime) -> bool:
    return delivery.expires_at is not None and delivery.expires_at <= now


def expire(delivery: Delivery) -> Delivery:
    """The delivery when it is too late: what was not sent is not sent any more."""
    parts = (
        replace(part, state=PartState.EXPIRED) if part.state is PartState.PENDING else part for part in delivery.parts
    )
    return replace(delivery, parts=tuple(parts))


def due_after(delivery: Delivery, now: datetime, wait: timedelta | None) -> datetime | None:
    """When there is something to do about a delivery again, None: never."""
    if next_part(delivery, now) is None:
        return None
    end = delivery.expires_at if delivery.expires_at and delivery.expires_at > now else None
    if delivery.destination.paused_reason is not None:
        return end  # nothing but to mark it, unless somebody resumes the destination before
    due = now + (wait or timedelta(0))
    return min(due, end) if end else due


def open_questions(delivery: Delivery, now: datetime) -> tuple[DeliveryPart, ...]:
    """The parts about which only an administrator can say what to do."""
    if delivery.unknown_policy is not UnknownPolicy.ASK:
        return ()
    return tuple(
        part for part in delivery.parts if part.state is PartState.UNKNOWN and not _may_send_again(delivery, part, now)
    )


def answered(part: DeliveryPart, *, arrived: bool) -> DeliveryPart:
    """An unknown part once an administrator has looked: it is there, or it is sent again."""
    if arrived:
        return replace(part, state=PartState.SENT, error=None)
    return replace(part, state=PartState.PENDING, error=None, attempted_at=None)


def _wants_something(delivery: Delivery, part: DeliveryPart, now: datetime) -> bool:
    match part.state:
        case PartState.PENDING:
            return not expired(delivery, now)
        case PartState.UNKNOWN:
            return _may_send_again(delivery, part, now)
        case PartState.SENT:
            return part.outdated
        case _:
            return False


def _may_send_again(delivery: Delivery, part: DeliveryPart, now: datetime) -> bool:
    """Whether an unknown part may be sent again without asking: the platform tells it from a second message, or the
    policy prefers two to none."""
    if expired(delivery, now) or part.attempts >= ATTEMPTS:
        return False
    memory = NONCE_MEMORY.get(delivery.destination.platform)
    if memory is not None and part.attempted_at is not None and now < part.attempted_at + memory:
        return True
    return delivery.unknown_policy is UnknownPolicy.RESEND
