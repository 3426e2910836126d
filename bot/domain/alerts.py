"""Alerts: questions that people have saved, to be told of new stories that fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.communities import DestinationKind
from bot.domain.errors import UserError
from bot.domain.question import checked_saved
from bot.domain.schedules import EVERY_DAY, Schedule, after_quiet_hours, last_time

MOST_ALERTS = 20
"""Alerts that a person or a chat may have."""
GATHER = timedelta(minutes=1)
"""So long a find waits for others, to be told together."""
PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=1)
"""How much longer what is told at once waits after each message of a day, up to an hour: a rare find is told within a
minute, and an alert that fits everything brings a few messages with all that is new, and no flood."""
A_DAY = timedelta(days=1)
MOST_IN_DIGEST = 10
"""Stories of all alerts together in a digest: they come behind its own."""
DIGEST_IS_LATE = timedelta(hours=1)
"""What is told daily stands in the digest, and waits for it no longer than this."""
OLD_AFTER = timedelta(days=3)
"""What was published so long before an alert was made is no news: a source that is read for the first time brings all
that it ever published."""
_DAILY = (time(9),)
_NIGHT = (time(22), time(7))


class Manner(StrEnum):
    """When somebody is told what fits."""

    AT_ONCE = "at_once"
    DAILY = "daily"  # with the digest, or where there is none, once a day


@dataclass(frozen=True, slots=True)
class Alert:
    """A saved question. `member_id` is whose it is, None for one of a chat. `destination_id`: for a chat's, the chat
    itself; for a person's, their private chat, which says what they see. `since_item_id`: items up to this one were
    there before it was made, or while it was paused."""

    id: int
    member_id: int | None
    destination_id: int
    question: str
    manner: Manner
    paused: bool
    created_at: datetime
    since_item_id: int


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who is told: a person in private, or a chat. `destination_id` 0: wherever that person is told."""

    member_id: int | None
    destination_id: int

    @classmethod
    def of(cls, alert: Alert) -> Keeper:
        """A person is the same wherever they have saved their questions."""
        return cls.whose(alert.member_id, alert.destination_id)

    @classmethod
    def whose(cls, member_id: int | None, destination_id: int) -> Keeper:
        """The member, or without one the chat."""
        return cls.person(member_id) if member_id is not None else cls.chat(destination_id)

    @classmethod
    def person(cls, member_id: int) -> Keeper:
        return cls(member_id, 0)

    @classmethod
    def chat(cls, destination_id: int) -> Keeper:
        return cls(None, destination_id)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When somebody is told: with what is daily by `schedule`, never in the quiet hours. `digest_until`: how far their
    digest has come, None for who gets none. `told`: when they were told at once during the last day, in order."""

    schedule: Schedule
    quiet_hours: tuple[time, time] | None
    digest_until: datetime | None = None
    told: tuple[datetime, ...] = ()


def usual_rhythm(zone: str, kind: DestinationKind) -> Rhythm:
    """For those who get no digest: at nine, and people not at night."""
    return Rhythm(Schedule(_DAILY, EVERY_DAY, zone), _NIGHT if kind is DestinationKind.PRIVATE else None)


def is_due(manner: Manner, waiting_since: datetime, rhythm: Rhythm, now: datetime) -> bool:
    """Whether finds, the oldest of which has been waiting since then, are told now."""
    if after_quiet_hours(now, rhythm.quiet_hours, rhythm.schedule.zone) > now:
        return False
    if manner is Manner.DAILY:
        hour = last_time(rhythm.schedule, now)
        digest_is_there = rhythm.digest_until is None or rhythm.digest_until >= hour or now - hour > DIGEST_IS_LATE
        return hour >= waiting_since and digest_is_there
    pause = min(PAUSE * len(rhythm.told), LONGEST_PAUSE)
    return now - waiting_since >= GATHER and not any(now - told < pause for told in rhythm.told[-1:])


def in_one_line(typed: str) -> str:
    """A question as it is kept: the same words are the same alert. Raises UserError for none, and for too many."""
    question = " ".join(typed.split())
    if not question:
        raise UserError("Write what you want to be told of behind the command, for example: /alert distillation")
    return checked_saved(question)


def shared_room(found: Sequence[int], most: int) -> list[int]:
    """How many stories of each alert are told where there is room for so many in all: one of each comes before the
    second of any, so that one which fits much leaves room for the others."""
    told = [0] * len(found)
    while most > 0 and told != list(found):
        for at in range(len(found)):
            if told[at] < found[at] and most > 0:
                told[at] += 1
                most -= 1
    return told


def newest_first(question: str) -> str:
    """The question for the same stories, the newest of them first."""
    return f"{question} sort:new"


def news_key(alert_id: int, story_id: int) -> str:
    """What the message is called that tells a story of an alert first."""
    return f"alert:{alert_id}:{story_id}"


def is_news_key(delivery_key: str) -> bool:
    """Whether a delivery, of whatever way, is such a message."""
    return delivery_key.removeprefix("word:").startswith("alert:")


def is_news(appeared_at: datetime, alert: Alert) -> bool:
    """Whether what was published then is told: it is not older than the alert."""
    return appeared_at >= alert.created_at - OLD_AFTER
