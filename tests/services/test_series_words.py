"""Series in the words of people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from bot.domain.series import NTHS, Repeat, SeriesRule
from bot.domain.times import Recurrence, parse_time
from bot.locales import LANGUAGES, translator
from bot.services.series_words import series_words

SATURDAYS = SeriesRule(Repeat.WEEKLY, 5, time(18), "Europe/Moscow", date(2026, 12, 5))
FORTNIGHTLY = replace(SATURDAYS, repeat=Repeat.FORTNIGHTLY)
FIRST = replace(SATURDAYS, repeat=Repeat.MONTHLY, nth=1)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            ["every Saturday at 18:00", "every second Saturday at 18:00", "the first Saturday of each month at 18:00"],
        ),
        (
            "ru",
            [
                "каждую субботу в 18:00",
                "раз в две недели по субботам в 18:00",
                "в первую субботу каждого месяца в 18:00",
            ],
        ),
        (
            "pt_BR",
            [
                "todo sábado, às 18:00",
                "a cada duas semanas, aos sábados, às 18:00",
                "no primeiro sábado de cada mês, às 18:00",
            ],
        ),
        ("zh_Hans", ["每周六 18:00", "每隔一周的周六 18:00", "每月第一个周六 18:00"]),
    ],
)
def test_a_series_is_said_as_people_say_it(language, expected):
    assert [series_words(rule, translator(language)) for rule in (SATURDAYS, FORTNIGHTLY, FIRST)] == expected


def test_how_a_series_ends_is_said_too():
    say = translator("en")
    assert series_words(replace(SATURDAYS, count=10), say) == "every Saturday at 18:00, 10 times"
    ended = replace(SATURDAYS, last_day=date(2027, 3, 6))
    assert series_words(ended, say) == "every Saturday at 18:00, until March 6, 2027"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize(
    ("repeat", "nth"), [(Repeat.WEEKLY, None), (Repeat.FORTNIGHTLY, None), *((Repeat.MONTHLY, nth) for nth in NTHS)]
)
def test_what_is_said_of_a_series_is_understood_as_the_same_one(language, weekday, repeat, nth):
    rule = replace(SATURDAYS, repeat=repeat, weekday=weekday, nth=nth)
    said = series_words(rule, translator(language))
    now = datetime(2026, 11, 19, 12, tzinfo=UTC)
    reading = parse_time(said, now=now, zone="Europe/Moscow", languages=(language,))
    assert isinstance(reading, Recurrence), said
    assert replace(reading.rule, start=rule.start) == rule
    assert reading.rest == ""
