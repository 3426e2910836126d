"""Times as people write them: "в субботу 5 декабря в 18:00", "next Saturday 6pm", "下周六18点".

What is read is an instant or a series, or the reason why it is neither. Nothing is guessed where people differ: what
can mean two things comes back as both, with what the doubt is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.schedules import moment_of
from bot.domain.series import MOST_OCCURRENCES, Repeat, SeriesRule, occurrence_at, occurrences
from bot.domain.time_clocks import ClockChoice, clock_choices
from bot.domain.time_days import DayChoice, DayChoices, Doubt, day_choices, single_date
from bot.domain.time_phrases import Phrase, read_phrase


@dataclass(frozen=True, slots=True)
class Understood:
    """One instant, `at` (aware UTC), which is still to come. `zone` (IANA) is the one that the text names, else the one
    that was given. `rest` is what of the text is about something else, such as a title, in its own spelling.

    `length` is how long it takes, where the text says when it ends. Of a wall time that comes twice, it is the first.
    """

    at: datetime
    zone: str
    rest: str = ""
    length: timedelta | None = None

    @property
    def wall(self) -> datetime:
        """What the clock on a wall of the zone shows, without a zone."""
        return self.at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A series. `at` (aware UTC) is its first occurrence, which is still to come; `rest` and `length` as in
    `Understood`."""

    rule: SeriesRule
    at: datetime
    rest: str = ""
    length: timedelta | None = None

    @property
    def zone(self) -> str:
        return self.rule.zone


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several readings, all of them still to come, the likeliest first; two at least, and few."""

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


MOST_EXAMPLES = 3
EXAMPLES = {
    "en": ("Saturday 18:00", "5 December 7pm", "every second Wednesday 19:30"),
    "ru": ("в субботу в 18:00", "5 декабря в 7 вечера", "каждую вторую среду в 19:30"),
    "pt": ("sábado às 18h", "5 de dezembro às 19h", "a cada duas semanas, quarta às 19h30"),
    "zh": ("周六18点", "12月5日晚上7点", "每隔一周周三19:30"),
}


def parse_time(
    text: str, *, now: datetime, zone: str, languages: Sequence[str], cities: Mapping[str, str] | None = None
) -> TimeReading:
    """What a text says about time. `now` is aware; `zone` (IANA) is the one that holds where the text names none.

    `languages` are tags of those that are spoken, first the one that is liked best: they tell what "5/6" means where
    the text itself does not. `cities` are zones by further names of places (`zones.plain_city`). What the text says
    more than once is taken from where it is said first. Looks at the first `time_scan.LONGEST` characters; never
    raises, whatever the text is.
    """
    spoken = tuple(tag.replace("_", "-").partition("-")[0].lower() for tag in languages) or ("en",)
    phrase = read_phrase(text, cities=cities or {}, portuguese="pt" in spoken)
    view = _View(phrase, now.astimezone(UTC), phrase.zone or zone, phrase.languages or frozenset(spoken))
    reading = _series(view) if phrase.repeat else _instant(view)
    if isinstance(reading, Missing):
        return NotUnderstood(reading, phrase.understood, _examples(spoken))
    return reading


@dataclass(frozen=True, slots=True)
class _View:
    """A phrase, and from where and when it is looked at."""

    phrase: Phrase
    now: datetime
    zone: str
    languages: frozenset[str]

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    @property
    def days(self) -> DayChoices | None:
        return day_choices(self.phrase, self.today, self.languages)

    @property
    def clocks(self) -> tuple[ClockChoice, ...]:
        return clock_choices(self.phrase.clock, english=self.languages == {"en"}) if self.phrase.clock else ()

    def understood(self, at: datetime) -> Understood:
        return Understood(at, self.zone, self.phrase.rest, self.length)

    @property
    def length(self) -> timedelta | None:
        minutes = self.phrase.clock.minutes if self.phrase.clock else None
        return timedelta(minutes=minutes) if minutes else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One of the readings: a wall time, and its instant where it has one."""

    day: DayChoice
    clock: ClockChoice
    at: datetime
    in_gap: bool


def _instant(view: _View) -> TimeReading | Missing:
    phrase = view.phrase
    if phrase.span and phrase.span.minutes and phrase.clock is None:
        at = view.now + timedelta(minutes=phrase.span.minutes)
        return view.understood(at.replace(second=0, microsecond=0))
    days = view.days
    if phrase.unread_day or (days is not None and not days.days):
        return Missing.DAY if view.clocks else Missing.BOTH
    if not view.clocks:
        return Missing.HOUR if days else Missing.BOTH
    if days is None and phrase.week is not None:
        return Missing.DAY
    if days is None:
        return _on_the_next_day(view)
    found = [_candidate(day, clock, view.zone) for day in days.days for clock in view.clocks]
    if days.doubt is Doubt.WHICH_WEEK and all(one.at <= view.now for one in found if one.day == days.days[0]):
        return _past(found[0], view)  # "on Saturday at nine", said on a Saturday at ten
    return _decided(found, days.doubt, view)


def _on_the_next_day(view: _View) -> TimeReading:
    """What a time of day alone comes to: today, or where that is over tomorrow."""
    for ahead in range(2):
        day = DayChoice(view.today + timedelta(days=ahead))
        found = [_candidate(day, clock, view.zone) for clock in view.clocks]
        if any(one.at > view.now for one in found):
            break
    return _decided(found, None, view)


def _decided(found: list[_Candidate], doubt: Doubt | None, view: _View) -> TimeReading:
    ahead = [one for one in found if one.at > view.now]
    valid = list({one.at: one for one in ahead if not one.in_gap}.values())
    if len(valid) > 1:
        doubts = [doubt] if doubt and len({one.day for one in valid}) > 1 else []
        doubts += [_doubt_of(view)] if len({one.clock for one in valid}) > 1 else []
        return Ambiguous(tuple(view.understood(one.at) for one in valid), tuple(doubts))
    if valid:
        return view.understood(valid[0].at)
    return _gap(ahead[0], view) if ahead else _past(found[0], view)


def _doubt_of(view: _View) -> Doubt:
    return Doubt.MIDNIGHT if {clock.later for clock in view.clocks} == {0, 1} else Doubt.HALF_OF_DAY


def _candidate(day: DayChoice, clock: ClockChoice, zone: str) -> _Candidate:
    local = ZoneInfo(zone)
    on = day.day + timedelta(days=clock.later)
    at = moment_of(on, clock.at, local)
    return _Candidate(day, clock, at, at.astimezone(local).replace(tzinfo=None) != datetime.combine(on, clock.at))


def _gap(candidate: _Candidate, view: _View) -> InGap:
    wall = datetime.combine(candidate.day.day + timedelta(days=candidate.clock.later), candidate.clock.at)
    local = wall.replace(tzinfo=ZoneInfo(view.zone))
    # The clock that holds before the jump shows the later instant, and the one after it the earlier.
    later, earlier = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return InGap(wall, view.zone, (view.understood(earlier), view.understood(later)))


def _past(candidate: _Candidate, view: _View) -> InPast:
    again = candidate.day.again and _candidate(DayChoice(candidate.day.again), candidate.clock, view.zone)
    mean = view.understood(again.at) if again and again.at > view.now else None
    return InPast(candidate.at, view.zone, mean)


def _series(view: _View) -> TimeReading | Missing:
    phrase = view.phrase
    said = phrase.repeat
    assert said is not None
    if said.repeat is None or (said.repeat is Repeat.MONTHLY and said.nth is None):
        return Missing.REPEAT
    if said.weekday is not None and phrase.weekday is not None and phrase.weekday.day != said.weekday:
        return Missing.REPEAT  # on several days of the week
    days = view.days
    start = days.days[0].from_on(view.today) if days and days.days else view.today
    weekday = said.weekday if said.weekday is not None else phrase.weekday.day if phrase.weekday else None
    weekday = start.weekday() if weekday is None and days else weekday
    if weekday is None or not view.clocks:
        return Missing.HOUR if weekday is not None else Missing.DAY if view.clocks else Missing.BOTH
    rules = [_rule(view, start, weekday, clock) for clock in view.clocks]
    found = [
        Recurrence(one, occurrence_at(one, one.start), phrase.rest, view.length) for one in rules if one is not None
    ]
    if not found:
        return Missing.DAY
    return Ambiguous(tuple(found), (_doubt_of(view),)) if len(found) > 1 else found[0]


def _rule(view: _View, start: date, weekday: int, clock: ClockChoice) -> SeriesRule | None:
    """The series from its first occurrence that is still to come; None where it is over by then."""
    phrase = view.phrase
    assert phrase.repeat is not None
    assert phrase.repeat.repeat is not None
    rule = SeriesRule(
        repeat=phrase.repeat.repeat,
        weekday=weekday if phrase.repeat.nth else (weekday + clock.later) % 7,
        at=clock.at,
        zone=view.zone,
        start=max(start, view.today),
        nth=phrase.repeat.nth,
        count=phrase.count if phrase.count and phrase.count <= MOST_OCCURRENCES else None,
        last_day=single_date(phrase.until, view.today, view.languages) if phrase.until else None,
    )
    first = next(
        (day for day in occurrences(replace(rule, count=None), None, 2) if occurrence_at(rule, day) > view.now), None
    )
    return replace(rule, start=first) if first else None


def _examples(languages: Sequence[str]) -> tuple[str, ...]:
    known = [EXAMPLES[tag] for tag in languages if tag in EXAMPLES] or [EXAMPLES["en"]]
    return tuple(example for row in zip(*known, strict=True) for example in row)[:MOST_EXAMPLES]


__all__ = [
    "Ambiguous",
    "Doubt",
    "InGap",
    "InPast",
    "Missing",
    "NotUnderstood",
    "Recurrence",
    "TimeReading",
    "Understood",
    "parse_time",
]
