"""Times as people write them in four languages: what they are read as, and when they are asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_skeleton, format_time
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.time_scan import LONGEST
from bot.domain.times import (
    Ambiguous,
    Doubt,
    InGap,
    InPast,
    Missing,
    NotUnderstood,
    Recurrence,
    TimeReading,
    Understood,
    parse_time,
)
from bot.locales import city_names
from tests.times_said import ASKED, PAST, RESTS, SERIES, UNDERSTOOD, ZONED

THURSDAY = datetime(2026, 11, 19, 12, tzinfo=UTC)
"""15:00 in Moscow, 13:00 in Berlin, 7:00 in New York."""
ALL = ("en", "ru", "pt-BR", "zh-Hans")


def read(
    text: str, *, now: datetime = THURSDAY, zone: str = "Europe/Moscow", languages: tuple[str, ...] = ALL
) -> TimeReading:
    return parse_time(text, now=now, zone=zone, languages=languages, cities=city_names())


def instant(wall: str, zone: str = "Europe/Moscow") -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def at(reading: TimeReading) -> datetime:
    assert isinstance(reading, Understood), reading
    assert reading.at.tzinfo is UTC
    return reading.at


@pytest.mark.parametrize(("text", "wall"), UNDERSTOOD.items())
def test_what_people_write_is_the_instant_that_they_mean(text, wall):
    reading = read(text)
    assert at(reading) == instant(wall)
    assert isinstance(reading, Understood)
    assert reading.wall == datetime.fromisoformat(wall)
    assert reading.zone == "Europe/Moscow"


@pytest.mark.parametrize(("text", "expected"), ZONED.items())
def test_a_zone_in_the_text_wins_over_the_one_of_the_club(text, expected):
    reading = read(text, zone="Asia/Tokyo")
    assert at(reading) == instant(*expected)
    assert isinstance(reading, Understood)
    assert (reading.zone, reading.rest) == (expected[1], "")


def test_what_today_is_depends_on_the_zone():
    late = datetime(2026, 11, 19, 22, tzinfo=UTC)  # Friday already in Moscow
    assert at(read("tomorrow 18:00", now=late)) == instant("2026-11-21 18:00")
    assert at(read("tomorrow 18:00", now=late, zone="Europe/Berlin")) == instant("2026-11-20 18:00", "Europe/Berlin")
    assert at(read("tomorrow 18:00 MSK", now=late, zone="Europe/Berlin")) == instant("2026-11-21 18:00")


@pytest.mark.parametrize(("text", "expected"), ASKED.items())
def test_what_can_be_meant_in_two_ways_is_asked(text, expected):
    reading = read(text)
    assert isinstance(reading, Ambiguous), reading
    walls, doubts = expected
    assert [choice.at for choice in reading.choices] == [instant(wall) for wall in walls]
    assert reading.doubts == tuple(doubts)


@pytest.mark.parametrize(
    ("languages", "walls"),
    [
        (("ru",), ["2027-06-05 18:00"]),
        (("pt-BR", "ru"), ["2027-06-05 18:00"]),
        (("zh-Hans",), ["2027-05-06 18:00"]),
        (("en",), ["2027-06-05 18:00", "2027-05-06 18:00"]),
        (("ru", "zh-Hans"), ["2027-06-05 18:00", "2027-05-06 18:00"]),
    ],
)
def test_which_number_is_the_month_depends_on_who_speaks(languages, walls):
    reading = read("5/6 18:00", languages=languages)
    found = reading.choices if isinstance(reading, Ambiguous) else [reading]
    assert [choice.at for choice in found if isinstance(choice, Understood)] == [instant(wall) for wall in walls]


@pytest.mark.parametrize(("language", "wall"), [("zh-Hans", "2026-12-05 18:00"), ("ru", "2027-05-12 18:00")])
def test_a_date_with_a_dot_begins_with_the_day_other_than_in_chinese(language, wall):
    assert at(read("12.5 18:00", languages=(language,))) == instant(wall)


def test_an_hour_of_the_morning_that_is_over_is_not_asked_about():
    assert at(read("today at 6")) == instant("2026-11-19 18:00")
    assert at(read("at 6")) == instant("2026-11-19 18:00")


@pytest.mark.parametrize(("text", "expected"), PAST.items())
def test_what_is_over_is_said_to_be_over_with_what_may_have_been_meant(text, expected):
    reading = read(text)
    over, meant = expected
    assert isinstance(reading, InPast), reading
    assert reading.at == instant(over)
    assert (reading.did_you_mean and reading.did_you_mean.at) == (meant and instant(meant))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Saturday", Missing.HOUR),
        ("послезавтра", Missing.HOUR),
        ("5/6", Missing.HOUR),
        ("本周日", Missing.HOUR),
        ("завтра вечером", Missing.HOUR),
        ("every second Wednesday", Missing.HOUR),
        ("每月第一个周六", Missing.HOUR),
        ("next week at 18:00", Missing.DAY),
        ("every week at 18:00", Missing.DAY),
        ("31 июня в 18:00", Missing.DAY),
        # There is more about the day than was understood: another one would be a guess.
        ("Saturday after next 18:00", Missing.DAY),
        ("a week on Saturday at 18:00", Missing.DAY),
        ("Wednesday week at 7pm", Missing.DAY),
        ("two Saturdays from now at 6pm", Missing.DAY),
        ("через четверг в 19:30", Missing.DAY),
        ("at the end of the month at 18:00", Missing.DAY),
        ("New Year's Eve 18:00", Missing.DAY),
        ("в выходные в 18:00", Missing.DAY),
        ("no fim de semana às 18h", Missing.DAY),
        ("周末18点", Missing.DAY),
        ("next weekend", Missing.BOTH),
        ("every other week", Missing.BOTH),
        ("a cada duas semanas", Missing.BOTH),
        ("每隔一周", Missing.BOTH),
        ("semana que vem", Missing.BOTH),
        ("", Missing.BOTH),
        ("Attention is all you need", Missing.BOTH),
        ("soon", Missing.BOTH),
        ("every 3 weeks on Friday 18:00", Missing.REPEAT),
        ("каждый день в 9:00", Missing.REPEAT),
        ("every month at 18:00", Missing.REPEAT),
        ("every Monday and Wednesday at 19:00", Missing.REPEAT),
        ("每周三、周五 19:00", Missing.REPEAT),
    ],
)
def test_half_of_a_time_tells_what_is_missing(text, missing):
    reading = read(text)
    assert isinstance(reading, NotUnderstood), reading
    assert reading.missing is missing


def test_what_was_not_understood_shows_what_was_and_how_to_write_it():
    reading = read("Давайте встретимся в субботу", languages=("ru",))
    assert isinstance(reading, NotUnderstood)
    assert reading.understood == ("субботу",)
    assert reading.examples[0] == "в субботу в 18:00"


@pytest.mark.parametrize("language", ["en", "ru", "pt-BR", "zh-Hans", "de"])
def test_every_example_that_is_shown_is_understood_everywhere(language):
    reading = read("", languages=(language,))
    assert isinstance(reading, NotUnderstood)
    assert len(reading.examples) == 3
    for example in reading.examples:
        assert isinstance(read(example), Understood | Recurrence), example


@pytest.mark.parametrize(("text", "rest"), RESTS.items())
def test_what_is_about_something_else_is_left_as_it_was_written(text, rest):
    reading = read(text)
    assert at(reading) == instant("2026-11-21 18:00")
    assert isinstance(reading, Understood)
    assert reading.rest == rest


@pytest.mark.parametrize(("text", "expected"), SERIES.items())
def test_what_recurs_is_a_series_from_its_next_occurrence(text, expected):
    reading = read(text)
    repeat, nth, first = expected
    assert isinstance(reading, Recurrence), reading
    assert (reading.rule.repeat, reading.rule.nth, reading.rest) == (repeat, nth, "")
    assert reading.at == instant(first)
    assert f"{reading.rule.start} {reading.rule.at:%H:%M}" == first
    assert reading.rule.weekday == reading.rule.start.weekday()


def test_a_series_may_end_after_so_many_times_or_with_a_day():
    counted = read("каждую субботу в 18:00 с 5 декабря, 10 раз")
    assert isinstance(counted, Recurrence)
    assert (counted.rule.count, f"{counted.rule.start}") == (10, "2026-12-05")
    ended = read("every Saturday 18:00 until 1 March")
    assert isinstance(ended, Recurrence)
    assert f"{ended.rule.last_day}" == "2027-03-01"


def test_a_series_at_an_hour_of_which_the_half_of_the_day_is_unclear_is_asked_about():
    reading = read("every Saturday at 6")
    assert isinstance(reading, Ambiguous)
    assert [f"{choice.rule.at:%H}" for choice in reading.choices if isinstance(choice, Recurrence)] == ["18", "06"]
    assert reading.doubts == (Doubt.HALF_OF_DAY,)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # numbers all


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        # The clocks of Berlin change on 28 March and 31 October 2027, of New York on 14 March and 7 November.
        ("27 March 2027 18:00", "Europe/Berlin", utc(2027, 3, 27, 17)),
        ("28 March 2027 18:00", "Europe/Berlin", utc(2027, 3, 28, 16)),
        ("30.10.2027 18:00", "Europe/Berlin", utc(2027, 10, 30, 16)),
        ("31.10.2027 18:00", "Europe/Berlin", utc(2027, 10, 31, 17)),
        ("March 13, 2027 6pm", "America/New_York", utc(2027, 3, 13, 23)),
        ("March 14, 2027 6pm", "America/New_York", utc(2027, 3, 14, 22)),
        ("28 марта 2027 в 18:00", "Europe/Moscow", utc(2027, 3, 28, 15)),
        ("31 октября 2027 в 18:00", "Europe/Moscow", utc(2027, 10, 31, 15)),
    ],
)
def test_a_wall_time_is_one_of_its_day_before_or_after_the_clock_changed(text, zone, expected):
    assert at(read(text, zone=zone)) == expected


def test_a_time_that_the_clock_leaves_out_is_refused_with_two_suggestions():
    reading = read("28 March 2027 02:30", zone="Europe/Berlin")
    assert isinstance(reading, InGap)
    assert reading.wall == datetime(2027, 3, 28, 2, 30)
    assert [one.at for one in reading.suggestions] == [utc(2027, 3, 28, 0, 30), utc(2027, 3, 28, 1, 30)]
    assert [f"{one.wall:%H:%M}" for one in reading.suggestions] == ["01:30", "03:30"]


def test_a_time_that_comes_twice_is_the_first_once():
    assert at(read("31 October 2027 02:30", zone="Europe/Berlin")) == utc(2027, 10, 31, 0, 30)
    assert at(read("November 7, 2027 1:30 am", zone="America/New_York")) == utc(2027, 11, 7, 5, 30)


@pytest.mark.parametrize(
    ("text", "now", "wall"),
    [
        ("Saturday 18:00", utc(2026, 12, 31, 20), "2027-01-02 18:00"),
        ("завтра в 18:00", utc(2026, 12, 31, 20), "2027-01-01 18:00"),
        ("3 января в 18:00", utc(2026, 12, 31, 20), "2027-01-03 18:00"),
        ("下周一18点", utc(2026, 12, 31, 20), "2027-01-04 18:00"),
        ("29 de fevereiro às 18h", utc(2028, 2, 28, 12), "2028-02-29 18:00"),
        ("in a month at 18:00", utc(2027, 1, 31, 12), "2027-02-28 18:00"),
        ("next Saturday 6pm", utc(2026, 11, 21, 8), "2026-11-28 18:00"),  # said on a Saturday
        ("next Saturday 6pm", utc(2026, 11, 22, 8), "2026-11-28 18:00"),  # on a Sunday
    ],
)
def test_the_end_of_a_week_month_or_year_is_nothing_special(text, now, wall):
    assert at(read(text, now=now)) == instant(wall)


FRAGMENTS = [
    *UNDERSTOOD,
    *ZONED,
    *ASKED,
    *PAST,
    *SERIES,
    "5/6",
    "31.02",
    "99:99",
    "\0",
    "(",
    "até",
    "каждые",
    "每",
    "в",
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=40), max_size=8).map(" ".join),
    st.datetimes(datetime(1990, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Europe/Moscow", "Pacific/Apia"]),
    st.lists(st.sampled_from([*ALL, "de", ""]), max_size=3).map(tuple),
)
def test_whatever_the_text_is_reading_it_does_not_fail_and_promises_hold(text, now, zone, languages):
    reading = read(text, now=now, zone=zone, languages=languages)
    found: tuple[Understood | Recurrence, ...] = ()
    if isinstance(reading, Understood | Recurrence):
        found = (reading,)
    elif isinstance(reading, Ambiguous):
        found = reading.choices
        assert len({choice.at for choice in found}) == len(found) > 1
        assert reading.doubts
    elif isinstance(reading, InPast):
        assert reading.at <= now
        found = (reading.did_you_mean,) if reading.did_you_mean else ()
    for one in found:
        assert one.at > now - timedelta(minutes=1)
        assert len(one.rest) <= LONGEST


@pytest.mark.parametrize(
    "piece", ["1", "5.12 ", "18:", "в ", "周", "every second ", "пол", "((", "a" * 9 + "/", "下", "de "]
)
def test_a_long_text_is_read_no_longer_than_its_beginning(piece):
    """Patterns that go back and forth would need hours; a thousand characters are read in milliseconds."""
    reading = read(piece * 20_000)
    assert not isinstance(reading, InGap)


@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(datetime(2026, 11, 21), datetime(2028, 12, 31)),
    st.sampled_from(["en", "ru", "pt_BR", "zh_Hans"]),
    st.sampled_from(["full", "long", "medium", "yMMMEd"]),
    st.sampled_from(["HH:mm", "short"]),
)
def test_dates_as_calendars_of_each_language_write_them_are_understood(moment, language, style, clock):
    moment = moment.replace(minute=moment.minute, second=0, microsecond=0)
    day = format_skeleton(style, moment, locale=language) if style == "yMMMEd" else format_date(moment, style, language)
    text = f"{day} {format_time(moment, clock, locale=language)}"
    assert at(read(text, languages=(language,))) == instant(moment.isoformat()), text


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("tomorrow 18:00–19:30", 90),
        ("tomorrow 6-8pm", 120),
        ("tomorrow 6pm to 7:30pm", 90),
        ("tomorrow 23:00-00:30", 90),
        ("every Wednesday 18:00-20:00", 120),
        ("завтра в 18:00 до 19:30", 90),
        ("завтра с 18 до 20", 120),
        ("amanhã às 18h às 19h30", 90),
        ("明天18点到19点半", 90),
        ("明天18:00至20:00", 120),
        ("tomorrow 18:00", None),
    ],
)
def test_an_end_that_is_said_tells_how_long_it_takes(text: str, minutes: int | None) -> None:
    reading = read(text)
    reading = reading.choices[0] if isinstance(reading, Ambiguous) else reading
    assert isinstance(reading, Understood | Recurrence)
    assert reading.length == (timedelta(minutes=minutes) if minutes else None)
    assert reading.rest == ""
