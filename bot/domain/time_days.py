"""Which days can be meant by what a text says of them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.series import nth_weekday
from bot.domain.time_dates import DayOfMonth, Order, SpokenDate, SpokenWeekday, Which
from bot.domain.time_nths import SpokenNth
from bot.domain.time_phrases import Phrase

LATELY = timedelta(days=30)
"""A date without a year that was so long ago, or less, is taken as over; one before that as next year's."""
_DAY_FIRST = frozenset({"ru", "pt"})
_MONTH_FIRST = frozenset({"zh"})


class Doubt(StrEnum):
    """What it is that can be meant in two ways."""

    HALF_OF_DAY = "half_of_day"  # "at 6": in the morning or in the evening
    MIDNIGHT = "midnight"  # "Saturday at midnight": where it begins or where it ends
    DAY_OR_MONTH = "day_or_month"  # "5/6": the fifth of June or the sixth of May
    DAYS_DIFFER = "days_differ"  # "Friday 5 December", which is a Saturday
    WHICH_WEEK = "which_week"  # "next Saturday", said on a Thursday


@dataclass(frozen=True, slots=True)
class DayChoice:
    """A day that can be meant, and `again`, which it would be if that one is over."""

    day: date
    again: date | None = None

    def from_on(self, today: date) -> date:
        """The day, or where that is over the one that it would be again."""
        return self.again if self.again and self.day < today else self.day


@dataclass(frozen=True, slots=True)
class DayChoices:
    """The days that can be meant, the likeliest first, and what the doubt is about where they are several."""

    days: tuple[DayChoice, ...]
    doubt: Doubt | None = None


def day_choices(phrase: Phrase, today: date, languages: frozenset[str]) -> DayChoices | None:
    """What a phrase says of the day, seen from `today`; None where it says nothing, no days where there is no such day.
    `languages` (primary tags) tell which number of a date is the month."""
    if phrase.date is not None:
        return _checked(_dated(phrase.date, today, languages), phrase, today)
    if phrase.nth is not None:
        return DayChoices((_nth(phrase.nth, today),))
    if phrase.day_of_month is not None:
        return _checked(_days_of_month(phrase.day_of_month, today), phrase, today)
    if phrase.span is not None and not phrase.span.minutes:
        target = _later(today, phrase.span.days, phrase.span.months)
        in_week = _in_week(target, phrase.weekday.day, 0) if phrase.weekday else target
        return DayChoices((DayChoice(in_week),))
    if phrase.relative is not None:
        day = today + timedelta(days=phrase.relative)
        again = today + timedelta(days=1) if phrase.relative == 0 else None
        return _checked([DayChoice(day, again)], phrase, today)
    if phrase.weekday is not None:
        return _weekdays(phrase.weekday, phrase.week, today)
    return None


def single_date(spoken: SpokenDate, today: date, languages: frozenset[str]) -> date | None:
    """The likeliest day of a date, None where there is no such day."""
    return next((choice.from_on(today) for choice in _dated(spoken, today, languages)), None)


def _dated(spoken: SpokenDate, today: date, languages: frozenset[str]) -> list[DayChoice]:
    pairs = {
        Order.DAY_FIRST: [(spoken.second, spoken.first)],
        Order.MONTH_FIRST: [(spoken.first, spoken.second)],
        Order.EITHER: _either(spoken, languages),
        Order.DOTTED: _either(spoken, languages if languages <= _MONTH_FIRST else _DAY_FIRST),
    }[spoken.order]
    found = (_in_year(spoken.year, month, day, today) for month, day in pairs)
    return [choice for choice in found if choice is not None]


def _either(spoken: SpokenDate, languages: frozenset[str]) -> list[tuple[int, int]]:
    """Month and day, both ways where that is not clear."""
    day_first, month_first = (spoken.second, spoken.first), (spoken.first, spoken.second)
    if day_first == month_first or languages <= _DAY_FIRST:
        return [day_first]
    return [month_first] if languages <= _MONTH_FIRST else [day_first, month_first]


def _in_year(year: int | None, month: int, day: int, today: date) -> DayChoice | None:
    coming = next((one for ahead in range(9) if (one := _day(today.year + ahead, month, day)) and one >= today), None)
    if coming is None:
        return None
    if year is not None:
        said = _day(year, month, day)
        return DayChoice(said, coming) if said else None
    before = _day(coming.year - 1, month, day)
    return DayChoice(before, coming) if before and today - before <= LATELY else DayChoice(coming)


def _nth(spoken: SpokenNth, today: date) -> DayChoice:
    first = _later(today.replace(day=1), 0, spoken.later)
    if spoken.month is None:
        return DayChoice(nth_weekday(first.year, first.month, spoken.weekday, spoken.nth))
    this, following = (nth_weekday(today.year + one, spoken.month, spoken.weekday, spoken.nth) for one in range(2))
    return DayChoice(this if this >= today else following, following)


def _days_of_month(spoken: DayOfMonth, today: date) -> list[DayChoice]:
    months = range(13) if spoken.later is None else [spoken.later]
    starts = (_later(today.replace(day=1), 0, ahead) for ahead in months)
    found = (_day(start.year, start.month, spoken.day) for start in starts)
    return [DayChoice(one) for one in found if one and (one >= today or spoken.later is not None)][:1]


def _checked(choices: list[DayChoice], phrase: Phrase, today: date) -> DayChoices:
    """The days of a date; where a day of the week or "tomorrow" was said beside it, those that fit, and where none
    does, both what was said and what it would be otherwise."""
    others = []
    if phrase.weekday is not None:
        others = [_nearest(choice.day, phrase.weekday.day) for choice in choices]
        fitting = [choice for choice, other in zip(choices, others, strict=True) if choice.day == other]
        again = [DayChoice(one.again) for one in choices if one.again and one.again.weekday() == phrase.weekday.day]
    elif phrase.relative is not None and phrase.date is not None:
        others = [today + timedelta(days=phrase.relative)]
        fitting, again = [choice for choice in choices if choice.day in others], []
    else:
        return DayChoices(tuple(choices), Doubt.DAY_OR_MONTH if len(choices) > 1 else None)
    if fitting or again:
        return DayChoices(tuple(fitting or again), Doubt.DAY_OR_MONTH if len(fitting or again) > 1 else None)
    return DayChoices((*choices, *map(DayChoice, others)), Doubt.DAYS_DIFFER)


def _weekdays(spoken: SpokenWeekday, week: int | None, today: date) -> DayChoices:
    week = spoken.week if week is None else week
    seven = timedelta(days=7)
    coming = today + timedelta(days=(spoken.day - today.weekday()) % 7)
    if week is not None:
        day = _in_week(today, spoken.day, week)
        return DayChoices((DayChoice(day, day + seven if week == 0 else None),))
    if spoken.which is Which.LAST:
        return DayChoices((DayChoice(coming - seven),))
    if spoken.which is Which.NEXT:
        later = _in_week(today, spoken.day, 1)
        sooner = coming if coming > today else coming + seven
        days = (later,) if later == sooner else (later, sooner)
        return DayChoices(tuple(map(DayChoice, days)), Doubt.WHICH_WEEK if len(days) > 1 else None)
    if spoken.which is Which.ANY and coming == today:
        return DayChoices((DayChoice(today, today + seven), DayChoice(today + seven)), Doubt.WHICH_WEEK)
    return DayChoices((DayChoice(coming, coming + seven),))


def _in_week(day: date, weekday: int, ahead: int) -> date:
    """A day of the calendar week, which begins on Monday, that is so many after the one of a day."""
    return day + timedelta(days=weekday - day.weekday() + 7 * ahead)


def _nearest(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday() + 3) % 7 - 3)


def _later(day: date, days: int, months: int) -> date:
    """Months later on the same day, or the last one that the month has; then days."""
    month = day.year * 12 + day.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1])) + timedelta(days=days)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
