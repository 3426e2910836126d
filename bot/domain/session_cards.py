"""The cards of sessions: what is to be done about one, so that it is true soon and no chat is edited too often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.domain.club import ClubSession, SessionState
from bot.domain.deliveries import DeliveryPart, PartState

EDIT_EVERY = timedelta(seconds=3)
"""A chat sees at most one edit of a card in so long."""
LOOK_AGAIN = timedelta(seconds=1)
"""When it is looked whether something has arrived that is under way."""


class CardStep(Enum):
    """What is to be done about a card."""

    POST = auto()  # as a new message: there is none yet, or none any more
    CORRECT = auto()  # what it says is changed, before it is sent or by an edit
    WAIT = auto()
    REST = auto()  # it is there and true


@dataclass(frozen=True, slots=True)
class CardPlan:
    """A step and, with WAIT, when to look again."""

    step: CardStep
    until: datetime | None = None


def next_step(part: DeliveryPart | None, *, same: bool, chat_edited_at: datetime | None, now: datetime) -> CardPlan:
    """What to do about a card whose message is this part, None where there is none. `same`: it says what it should
    already, as far as the outbox knows. `chat_edited_at` is when an edit in that chat may last have been under way."""
    if part is None:
        return CardPlan(CardStep.POST)
    match part.state:
        case PartState.PENDING if same:
            return CardPlan(CardStep.WAIT, now + LOOK_AGAIN)
        case PartState.PENDING:
            return CardPlan(CardStep.CORRECT)
        case PartState.SENDING | PartState.UNKNOWN:
            return CardPlan(CardStep.WAIT, now + LOOK_AGAIN)
        case PartState.SENT if part.message_id is None:
            return CardPlan(CardStep.POST)
        case PartState.SENT if part.outdated:
            return CardPlan(CardStep.WAIT, now + LOOK_AGAIN)
        case _ if same:
            return CardPlan(CardStep.REST)
        case PartState.SENT:
            free = chat_edited_at + EDIT_EVERY if chat_edited_at else now
            return CardPlan(CardStep.CORRECT) if free <= now else CardPlan(CardStep.WAIT, free)
    return CardPlan(CardStep.POST)  # it was refused, or came too late: what is new is worth another try


def is_under_way(part: DeliveryPart | None) -> bool:
    """Whether an edit of a card's message is still to come, or may be happening."""
    return part is not None and (part.outdated or part.state in (PartState.SENDING, PartState.UNKNOWN))


def changes_by_itself_at(session: ClubSession, now: datetime) -> datetime | None:
    """When the card of a session says something else although nobody has changed anything: sign-up closes, and the
    session is over. None: never again."""
    if session.state is SessionState.CANCELLED:
        return None
    return min((at for at in (session.plan.closes_at, session.plan.ends_at) if at > now), default=None)
