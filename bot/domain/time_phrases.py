"""What a text says of days, hours and zones, piece by piece. What that comes to is decided in `bot.domain.times`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.time_clocks import Clock, read_bare_clock, read_clock, read_part, read_plain_clock
from bot.domain.time_dates import (
    DayOfMonth,
    SpokenDate,
    SpokenSpan,
    SpokenWeekday,
    read_date,
    read_day_of_month,
    read_dotted_date,
    read_relative,
    read_span,
    read_week,
    read_weekday,
)
from bot.domain.time_repeats import SpokenRepeat, read_count, read_repeat
from bot.domain.time_scan import Scan
from bot.domain.time_words import ENGLISH, PORTUGUESE, plain
from bot.domain.time_zones import read_zone

_UNTIL = r"(?:(?<![a-zа-я])(?:until|till|through|to|до|по|ate)\s(?:the\s|o\sdia\s)?|直到|到)"


@dataclass(frozen=True, slots=True)
class Phrase:
    """What was said, None where nothing was. `week` is a calendar week from this one, `relative` days from today.
    `languages` are primary tags of those that the words about time are in. `rest` and `understood` are as of `Scan`."""

    zone: str | None
    repeat: SpokenRepeat | None
    count: int | None
    until: SpokenDate | None
    date: SpokenDate | None
    day_of_month: DayOfMonth | None
    span: SpokenSpan | None
    relative: int | None
    weekday: SpokenWeekday | None
    week: int | None
    clock: Clock | None
    languages: frozenset[str]
    understood: tuple[str, ...]
    rest: str

    @property
    def names_day(self) -> bool:
        """Whether it says which day, or on which days; the next one with such an hour does not count."""
        said = (self.date, self.day_of_month, self.relative, self.weekday, self.repeat)
        return any(one is not None for one in said) or (self.span is not None and not self.span.minutes)


def read_phrase(text: str, *, cities: Mapping[str, str], portuguese: bool) -> Phrase:
    """Takes a text apart. What is surer is read before what could be something else. `portuguese`: it may be in that
    language, of whose short names of days some are words elsewhere."""
    scan = Scan(text)
    zone = read_zone(scan, cities)
    repeat = read_repeat(scan)
    until, count = (read_date(scan, _UNTIL), read_count(scan)) if repeat else (None, None)
    date = read_date(scan)
    span, relative, week = read_span(scan), read_relative(scan), read_week(scan)
    weekday = read_weekday(scan, portuguese=portuguese)
    clock = read_clock(scan)
    if date is None and span is None and relative is None:
        date = read_dotted_date(scan)
    clock = clock or read_plain_clock(scan) or read_bare_clock(scan)
    day_of_month = read_day_of_month(scan) if date is None else None
    if clock is None and scan.understood:
        read_part(scan)
    return Phrase(
        zone=zone,
        repeat=repeat,
        count=count,
        until=until,
        date=date,
        day_of_month=day_of_month,
        span=span,
        relative=relative,
        weekday=weekday,
        week=week,
        clock=clock,
        languages=_languages(scan.understood),
        understood=scan.understood,
        rest=scan.rest,
    )


def _languages(pieces: tuple[str, ...]) -> frozenset[str]:
    words = plain(" ".join(pieces))
    latin = set(re.findall("[a-z]+", words))
    found = {
        "ru": bool(re.search("[а-я]", words)),
        "zh": bool(re.search("[\u4e00-\u9fff]", words)),
        "en": bool(latin & ENGLISH),
        "pt": bool(latin & PORTUGUESE),
    }
    return frozenset(tag for tag, is_there in found.items() if is_there)
