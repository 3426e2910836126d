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
from bot.domain.time_nths import SpokenNth, read_nth
from bot.domain.time_repeats import SpokenRepeat, read_count, read_repeat
from bot.domain.time_scan import Scan
from bot.domain.time_words import BEGIN, ENGLISH, MONTH, PORTUGUESE, plain, whole
from bot.domain.time_zones import read_zone

_UNTIL = r"(?:(?<![a-zа-я])(?:until|till|through|to|до|по|ate)\s(?:the\s|o\sdia\s)?|直到|到)"

_UNREAD = (
    rf"{whole('after next|from now')}|{BEGIN}через\s\0|{BEGIN}weeks?\s(?:on|from)\s\0|"
    r"\0\sweek(?=,|\s?\0|\sat\s|$)|上个?月\s?\0"
)
"""What would make another day of the one that was understood."""
_UNREAD_ALONE = (
    rf"{MONTH}|{whole('week|weekend|month|year|eve|christmas|easter|fim de semana|mês|ano|natal|páscoa')}|"
    rf"{BEGIN}(?:выходн|недел|месяц|рождеств|пасх|новый год|нового года)|周末|月底|月初|春节|元旦|圣诞"
)
"""What tells of a day in a way that is not understood, where nothing else does."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What was said, None where nothing was. `week` is a calendar week from this one, `relative` days from today.
    `languages` are primary tags of those that the words about time are in. `rest` and `understood` are as of `Scan`.
    `unread_day`: there is more about the day that was not understood."""

    zone: str | None
    repeat: SpokenRepeat | None
    count: int | None
    until: SpokenDate | None
    date: SpokenDate | None
    day_of_month: DayOfMonth | None
    nth: SpokenNth | None
    span: SpokenSpan | None
    relative: int | None
    weekday: SpokenWeekday | None
    week: int | None
    clock: Clock | None
    languages: frozenset[str]
    understood: tuple[str, ...]
    rest: str
    unread_day: bool

    @property
    def names_day(self) -> bool:
        """Whether it says which day, or on which days; the next one with such an hour does not count."""
        said = (self.date, self.day_of_month, self.nth, self.relative, self.weekday, self.repeat)
        return any(one is not None for one in said) or (self.span is not None and not self.span.minutes)


def read_phrase(text: str, *, cities: Mapping[str, str], portuguese: bool) -> Phrase:
    """Takes a text apart. What is surer is read before what could be something else. `portuguese`: it may be in that
    language, of whose short names of days some are words elsewhere."""
    scan = Scan(text)
    zone = read_zone(scan, cities)
    repeat = read_repeat(scan)
    until, count = (read_date(scan, _UNTIL), read_count(scan)) if repeat else (None, None)
    nth = read_nth(scan) if repeat is None else None
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
    said = (date, day_of_month, nth, span, relative, weekday, week, repeat)
    names_day = any(one is not None for one in said)
    return Phrase(
        zone=zone,
        repeat=repeat,
        count=count,
        until=until,
        date=date,
        day_of_month=day_of_month,
        nth=nth,
        span=span,
        relative=relative,
        weekday=weekday,
        week=week,
        clock=clock,
        languages=_languages(scan.understood),
        understood=scan.understood,
        rest=scan.rest,
        unread_day=bool(scan.find(_UNREAD)) or (not names_day and bool(scan.find(_UNREAD_ALONE))),
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
