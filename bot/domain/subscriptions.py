"""Subscriptions: what a destination wants to get, and when."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.communities import DestinationSpec
from bot.domain.schedules import CATCH_UP, EVERY_DAY, Schedule, last_time, next_times
from bot.domain.sections import Section

MOST_STORIES = 50
MOST_TIMES = 12
MOST_WORDS = 30
LONGEST_WORD = 60


class UnknownPolicy(StrEnum):
    """What to do with a part of which nobody knows whether it has arrived: ask an administrator, send it again, or take
    it as arrived."""

    ASK = "ask"
    RESEND = "resend"
    ASSUME_SENT = "assume_sent"


class DigestStyle(StrEnum):
    """How much a digest says of each story."""

    FULL = "full"  # title, one to three sentences, links, who wrote about it
    COMPACT = "compact"  # title and links


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What people choose for a subscription. What is empty leaves nothing out: all sources, sections, languages.

    `sections` are in the order in which the digest shows them. `languages` and `title_languages` are primary tags
    ("pt"), the latter with the one that is liked best first. `quiet_hours` are wall times of the schedule's zone.
    `question` is what stories have to fit, as somebody would search for them; words are questions for them, too.
    What is wanted `less` is not left out: it has to make room for the rest, and gets a quarter of a digest at most.
    """

    schedule: Schedule
    source_ids: frozenset[int] = frozenset()
    sections: tuple[Section, ...] = ()
    languages: frozenset[str] = frozenset()
    include_words: tuple[str, ...] = ()
    exclude_words: tuple[str, ...] = ()
    max_stories: int = 12
    style: DigestStyle = DigestStyle.FULL
    say_nothing_new: bool = False
    title_languages: tuple[str, ...] = ()
    quiet_hours: tuple[time, time] | None = None
    discussion_thread: bool = False
    unknown_policy: UnknownPolicy = UnknownPolicy.ASK
    less_sources: frozenset[int] = frozenset()
    less_sections: tuple[Section, ...] = ()
    less_words: tuple[str, ...] = ()
    question: str = ""

    @property
    def questions(self) -> tuple[str, ...]:
        """All that has to be looked up in what stories say."""
        words = map(asked_for, (*self.include_words, *self.exclude_words, *self.less_words))
        return tuple(dict.fromkeys([*words, *filter(None, [self.question])]))

    @property
    def wants_less(self) -> bool:
        return bool(self.less_sources or self.less_sections or self.less_words)

    @property
    def most_of_less(self) -> int:
        """How many stories may be of what is wanted less."""
        return max(1, self.max_stories // 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(Choices):
    """The digest of a destination, with how far it has come.

    `window_end` is where the last window that was built ended: the next one begins there. `active_from` is since when
    the schedule holds: moments up to then are not its own. `version` counts the changes that people made.
    """

    id: int
    destination_id: int
    paused: bool
    active_from: datetime
    window_end: datetime
    version: int

    @property
    def choices(self) -> Choices:
        """What people chose, without the rest."""
        return Choices(**{field.name: getattr(self, field.name) for field in fields(Choices)})

    @property
    def next_due_at(self) -> datetime | None:
        """When a digest is next to be built, None while it is paused."""
        if self.paused:
            return None
        return next_times(self.schedule, max(self.window_end, self.active_from), 1)[0]


@dataclass(frozen=True, slots=True)
class SubscriptionDraft:
    """A subscription that is being set up for a destination. Until it is `confirmed` it counts for nothing;
    `subscription_id` is then what it has become, before that the subscription, as of `version`, that it changes."""

    id: int
    spec: DestinationSpec
    choices: Choices
    subscription_id: int | None
    version: int
    confirmed: bool


def asked_for(word: str) -> str:
    """A word, or the words of a phrase in a row, as somebody would search for them and nothing else."""
    plain = word.replace('"', " ")
    return f'"{plain}"'


def default_choices(zone: str, *, private: bool) -> Choices:
    """What somebody gets who chooses nothing: everything, at nine every day. A person is not disturbed at night."""
    schedule = Schedule((time(9),), EVERY_DAY, zone)
    return Choices(schedule=schedule, quiet_hours=(time(22), time(7)) if private else None)


def first_window_start(schedule: Schedule, now: datetime) -> datetime:
    """Where the first window of a subscription begins: where the one before it would have ended, had there been one;
    at most a week back."""
    return max(last_time(schedule, now), now - timedelta(days=7))


def changed(subscription: Subscription, choices: Choices, now: datetime) -> Subscription:
    """The subscription with other choices. Where it goes on in time stays, so nothing is told twice or left out; what
    the new schedule would have been due for before now is not made up for."""
    values = {field.name: getattr(choices, field.name) for field in fields(Choices)}
    same = choices.schedule == subscription.schedule
    active_from = subscription.active_from if same else now
    return replace(subscription, **values, active_from=active_from, version=subscription.version + 1)


def paused(subscription: Subscription) -> Subscription:
    """The subscription, never due until it is resumed. May be repeated."""
    return subscription if subscription.paused else replace(subscription, paused=True, version=subscription.version + 1)


def resumed(subscription: Subscription, now: datetime) -> Subscription:
    """The subscription, due again from now on. Windows that ended during the pause are left out: that is what a pause
    is for. May be repeated."""
    if not subscription.paused:
        return subscription
    start = max(subscription.window_end, last_time(subscription.schedule, now))
    version = subscription.version + 1
    return replace(subscription, paused=False, active_from=now, window_end=start, version=version)


__all__ = [
    "CATCH_UP",
    "Choices",
    "DigestStyle",
    "Schedule",
    "Subscription",
    "SubscriptionDraft",
    "UnknownPolicy",
    "asked_for",
    "changed",
    "default_choices",
    "first_window_start",
    "paused",
    "resumed",
]
