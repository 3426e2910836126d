"""Times as people write them: "в субботу 5 декабря в 18:00", "next Saturday 6pm", "下周六18点".

What is read is an instant or a series, or the reason why it is neither. Nothing is guessed where people differ: what
can mean two things comes back as both, with what the doubt is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.series import SeriesRule


@dataclass(frozen=True, slots=True)
class Understood:
    """One instant, `at` (aware UTC), which is still to come. `zone` (IANA) is the one that the text names, else the one
    that was given. `rest` is what of the text is about something else, such as a title, in its own spelling.

    Of a wall time that comes twice, it is the first.
    """

    at: datetime
    zone: str
    rest: str = ""

    @property
    def wall(self) -> datetime:
        """What the clock on a wall of the zone shows, without a zone."""
        return self.at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A series. `at` (aware UTC) is its first occurrence, which is still to come; `rest` as in `Understood`."""

    rule: SeriesRule
    at: datetime
    rest: str = ""

    @property
    def zone(self) -> str:
        return self.rule.zone


class Doubt(StrEnum):
    """What it is that can be meant in two ways."""

    HALF_OF_DAY = "half_of_day"  # "at 6": in the morning or in the evening
    MIDNIGHT = "midnight"  # "Saturday at midnight": where it begins or where it ends
    DAY_OR_MONTH = "day_or_month"  # "5/6": the fifth of June or the sixth of May
    DAYS_DIFFER = "days_differ"  # "Friday 5 December", which is a Saturday
    WHICH_WEEK = "which_week"  # "next Saturday", said on a Thursday


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several readings, all of them still to come, the likeliest first; at least two, at most MOST_CHOICES."""

    choices: tuple[Understood | Recurrence, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class InGap:
    """A wall time that does not exist, since the clock jumps over it. `suggestions` (aware UTC) are as long before and
    after the jump as the time is into it: for 02:30 where the clock jumps from 2 to 3, 01:30 and 03:30."""

    wall: datetime
    zone: str
    suggestions: tuple[Understood, Understood]


@dataclass(frozen=True, slots=True)
class InPast:
    """An instant that is over. `did_you_mean` is what it would be had it been said of the next one to come."""

    at: datetime
    zone: str
    did_you_mean: Understood | None = None


class Missing(StrEnum):
    """What it takes to know the time."""

    DAY = "day"
    HOUR = "hour"
    BOTH = "both"
    REPEAT = "repeat"  # it recurs, but in another way than series do, such as every third week


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """No time, or half of one. `understood` are the words that were, as they stand in the text; `examples` show how to
    write it in the languages that were given."""

    missing: Missing
    understood: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


TimeReading = Understood | Recurrence | Ambiguous | InGap | InPast | NotUnderstood
"""What a text says about time."""
