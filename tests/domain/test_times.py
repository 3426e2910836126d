"""Times as people write them in four languages: what they are read as, and when they are asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_skeleton, format_time
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.series import Repeat
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


UNDERSTOOD = {
    # English
    "Saturday 6pm": "2026-11-21 18:00",
    "Sat 6 p.m.": "2026-11-21 18:00",
    "on Saturday at 18:00": "2026-11-21 18:00",
    "this Saturday 6pm": "2026-11-21 18:00",
    "this coming Saturday 6pm": "2026-11-21 18:00",
    "next Monday 6pm": "2026-11-23 18:00",  # this week's is over: nobody could mean another
    "next week Wednesday 7pm": "2026-11-25 19:00",
    "Wednesday next week at 7pm": "2026-11-25 19:00",
    "tomorrow noon": "2026-11-20 12:00",
    "tomorrow at 7 in the evening": "2026-11-20 19:00",
    "tomorrow evening at 7": "2026-11-20 19:00",
    "tomorrow morning at half past nine": "2026-11-20 09:30",
    "the day after tomorrow 10am": "2026-11-21 10:00",
    "tonight at 8": "2026-11-19 20:00",
    "today at 11pm": "2026-11-19 23:00",
    "today at 6": "2026-11-19 18:00",  # six in the morning is over
    "in 3 days at 18:00": "2026-11-22 18:00",
    "in two weeks on Wednesday 19:30": "2026-12-02 19:30",
    "in 2 weeks at 18:00": "2026-12-03 18:00",
    "a week from today at 18:00": "2026-11-26 18:00",
    "in a month at 18:00": "2026-12-19 18:00",
    "in 2 hours": "2026-11-19 17:00",
    "in half an hour": "2026-11-19 15:30",
    "Dec 5 6pm": "2026-12-05 18:00",
    "December 5th, 2026 at 6:30 PM": "2026-12-05 18:30",
    "Saturday, 5 December, 18:00": "2026-12-05 18:00",
    "the 5th of December at 18:00": "2026-12-05 18:00",
    "5 Dec 2026 18h": "2026-12-05 18:00",
    "on the 5th at 18:00": "2026-12-05 18:00",
    "18:00": "2026-11-19 18:00",
    "9am": "2026-11-20 09:00",  # tomorrow's: today's is over
    "Saturday at 12": "2026-11-21 12:00",
    "Saturday quarter past six pm": "2026-11-21 18:15",
    "Saturday at quarter to seven in the evening": "2026-11-21 18:45",
    "Saturday 5/12/2026 18:00": "2026-12-05 18:00",  # the twelfth of May is no Saturday
    "25/12 18:00": "2026-12-25 18:00",
    "12/25 18:00": "2026-12-25 18:00",
    "1 January 12:00": "2027-01-01 12:00",
    "2026-12-05 18:00": "2026-12-05 18:00",
    "2026-12-05T18:00": "2026-12-05 18:00",
    "2026/12/05 18:00:00": "2026-12-05 18:00",
    "24:00 tomorrow": "2026-11-21 00:00",
    "tomorrow 18:00-19:30": "2026-11-20 18:00",
    "this evening at 7": "2026-11-19 19:00",
    "Sat @6pm": "2026-11-21 18:00",
    "the first of December at 18:00": "2026-12-01 18:00",
    "December twenty-first at 6pm": "2026-12-21 18:00",
    "5 Dec, 6-7:30pm": "2026-12-05 18:00",
    "5 Dec 11–1pm": "2026-12-05 11:00",
    "5 December from 6pm to 8pm": "2026-12-05 18:00",
    "first Saturday of December at 18:00": "2026-12-05 18:00",
    "last Friday of next month 7pm": "2026-12-25 19:00",
    "first Saturday of January 6pm": "2027-01-02 18:00",
    # Russian
    "в субботу 5 декабря в 18:00": "2026-12-05 18:00",
    "следующий — в субботу 5 декабря в 18:00": "2026-12-05 18:00",
    "в субботу в 18:00": "2026-11-21 18:00",
    "сб 18:00": "2026-11-21 18:00",
    "в эту субботу в 18.00": "2026-11-21 18:00",
    "в ближайшую субботу в 18 часов": "2026-11-21 18:00",
    "в воскресенье в 18 ч. 30 мин.": "2026-11-22 18:30",
    "завтра в 7 вечера": "2026-11-20 19:00",
    "завтра вечером в 7": "2026-11-20 19:00",
    "завтра в 18-30": "2026-11-20 18:30",
    "завтра утром в 9": "2026-11-20 09:00",
    "послезавтра в полдень": "2026-11-21 12:00",
    "сегодня в 21:00": "2026-11-19 21:00",
    "сегодня в полночь": "2026-11-20 00:00",
    "сегодня в 12 ночи": "2026-11-20 00:00",
    "завтра в 2 часа дня": "2026-11-20 14:00",
    "завтра в час дня": "2026-11-20 13:00",
    "завтра в 2 ночи": "2026-11-20 02:00",
    "завтра в половине седьмого вечера": "2026-11-20 18:30",
    "завтра полседьмого вечера": "2026-11-20 18:30",
    "завтра без четверти семь вечера": "2026-11-20 18:45",
    "завтра в семь вечера": "2026-11-20 19:00",
    "через 2 недели в среду 19:30": "2026-12-02 19:30",
    "через неделю в 18:00": "2026-11-26 18:00",
    "через три дня в 18:00": "2026-11-22 18:00",
    "через месяц в 18:00": "2026-12-19 18:00",
    "через час": "2026-11-19 16:00",
    "через полчаса": "2026-11-19 15:30",
    "на следующей неделе в среду в 19:00": "2026-11-25 19:00",
    "в среду на следующей неделе в 19:00": "2026-11-25 19:00",
    "5.12 18:00": "2026-12-05 18:00",
    "5.12 в 18.00": "2026-12-05 18:00",
    "05.12.2026 18:00": "2026-12-05 18:00",
    "05.12.26, 18:00": "2026-12-05 18:00",
    "суббота, 5.12, 18:00": "2026-12-05 18:00",
    "5/12 в 18:00": "2026-12-05 18:00",  # in Russian the day comes first
    "5 дек 18:00": "2026-12-05 18:00",
    "5-го декабря в 18 часов": "2026-12-05 18:00",
    "пятого декабря в 18:00": "2026-12-05 18:00",
    "двадцать первого декабря в 19:00": "2026-12-21 19:00",
    "5 декабря 2026 года в 18:00": "2026-12-05 18:00",
    "5 числа в 18:00": "2026-12-05 18:00",
    "29 февраля в 18:00": "2028-02-29 18:00",
    "28 мая в 18:00": "2027-05-28 18:00",
    "через 10 дней в 18:00": "2026-11-29 18:00",
    "в ближайший вторник около 18:00": "2026-11-24 18:00",
    "завтра в 19 00": "2026-11-20 19:00",
    "завтра в девятнадцать тридцать": "2026-11-20 19:30",
    "завтра с 18 до 20": "2026-11-20 18:00",
    "завтра с 18:00 до 19:30": "2026-11-20 18:00",
    "в первую субботу декабря в 18:00": "2026-12-05 18:00",
    "в последнюю среду следующего месяца в 19:00": "2026-12-30 19:00",
    "5 декабря в 18:00, время московское": "2026-12-05 18:00",
    # Portuguese
    "sábado às 18h": "2026-11-21 18:00",
    "sabado as 18h": "2026-11-21 18:00",
    "no sábado, às 18h30": "2026-11-21 18:30",
    "próximo sábado às 18h": "2026-11-21 18:00",
    "sábado que vem às 18h": "2026-11-21 18:00",
    "sáb 18h": "2026-11-21 18:00",
    "sexta às 19h": "2026-11-20 19:00",
    "sex 19h": "2026-11-20 19:00",
    "nesta sexta 18h": "2026-11-20 18:00",
    "segunda-feira às 19:00": "2026-11-23 19:00",
    "segunda feira às 7 da noite": "2026-11-23 19:00",
    "próxima terça 18h": "2026-11-24 18:00",
    "quarta da semana que vem às 20h": "2026-11-25 20:00",
    "na próxima semana, quarta às 20h": "2026-11-25 20:00",
    "hoje às 20h": "2026-11-19 20:00",
    "amanhã às 19h": "2026-11-20 19:00",
    "amanhã às sete da noite": "2026-11-20 19:00",
    "amanhã à noite às 8": "2026-11-20 20:00",
    "amanhã às 3 da tarde": "2026-11-20 15:00",
    "amanhã às 9 da manhã": "2026-11-20 09:00",
    "amanhã ao meio-dia": "2026-11-20 12:00",
    "amanhã ao meio-dia e meia": "2026-11-20 12:30",
    "hoje à meia-noite": "2026-11-20 00:00",
    "depois de amanhã às 8h da noite": "2026-11-21 20:00",
    "amanhã às 18 e 30": "2026-11-20 18:30",
    "amanhã às 18 horas e 15": "2026-11-20 18:15",
    "daqui a 3 dias às 19h": "2026-11-22 19:00",
    "em duas semanas às 19h": "2026-12-03 19:00",
    "5 de dezembro às 18h": "2026-12-05 18:00",
    "sábado, 5 de dezembro de 2026, às 18h": "2026-12-05 18:00",
    "1º de dezembro às 18h": "2026-12-01 18:00",
    "dia 5 às 19h": "2026-12-05 19:00",
    "dia 5 do mês que vem às 19h": "2026-12-05 19:00",
    "05/12/2026 18h30": "2026-12-05 18:30",
    "05/12 às 18h": "2026-12-05 18:00",
    "5 dez 18h": "2026-12-05 18:00",
    "sábado das 18h às 19h30": "2026-11-21 18:00",
    "amanhã, por volta das 19:00h": "2026-11-20 19:00",
    "primeiro sábado de dezembro às 18h": "2026-12-05 18:00",
    "última quarta do próximo mês às 19h": "2026-12-30 19:00",
    # Chinese
    "下周六18点": "2026-11-28 18:00",
    "下周六十八点": "2026-11-28 18:00",
    "周六18点": "2026-11-21 18:00",
    "周六十八点": "2026-11-21 18:00",
    "这周六下午6点": "2026-11-21 18:00",
    "本周日晚上8点": "2026-11-22 20:00",
    "下下周三20:00": "2026-12-02 20:00",
    "星期六18:00": "2026-11-21 18:00",
    "礼拜五晚上八点": "2026-11-20 20:00",
    "周天18点": "2026-11-22 18:00",
    "今晚8点": "2026-11-19 20:00",
    "今天晚上九点": "2026-11-19 21:00",
    "明天晚上7点半": "2026-11-20 19:30",
    "明天下午三点一刻": "2026-11-20 15:15",
    "明早9点": "2026-11-20 09:00",
    "明天十八点零五分": "2026-11-20 18:05",
    "明天中午12点": "2026-11-20 12:00",
    "明天正午": "2026-11-20 12:00",
    "后天上午10点": "2026-11-21 10:00",
    "大后天18:00": "2026-11-22 18:00",
    "三天后18:00": "2026-11-22 18:00",
    "两周后周三19:30": "2026-12-02 19:30",
    "半小时后": "2026-11-19 15:30",
    "12月5日下午6点": "2026-12-05 18:00",
    "十二月五日十八点": "2026-12-05 18:00",
    "2026年12月5日18:00": "2026-12-05 18:00",
    "二〇二六年十二月五日下午六点": "2026-12-05 18:00",
    "12月5日(星期六)18:00": "2026-12-05 18:00",
    "12月5日18：00": "2026-12-05 18:00",
    "１２月５日１８：００": "2026-12-05 18:00",
    "5号18点": "2026-12-05 18:00",
    "下个月5号19点": "2026-12-05 19:00",
    "下个月第一个周六18点": "2026-12-05 18:00",
    "12月第一个周六18点": "2026-12-05 18:00",
    "12/5 18点": "2026-12-05 18:00",  # in Chinese the month comes first
}


@pytest.mark.parametrize(("text", "wall"), UNDERSTOOD.items())
def test_what_people_write_is_the_instant_that_they_mean(text, wall):
    reading = read(text)
    assert at(reading) == instant(wall)
    assert isinstance(reading, Understood)
    assert reading.wall == datetime.fromisoformat(wall)
    assert reading.zone == "Europe/Moscow"


ZONED = {
    "tomorrow 6pm Berlin time": ("2026-11-20 18:00", "Europe/Berlin"),
    "6pm tomorrow New York time": ("2026-11-20 18:00", "America/New_York"),
    "tomorrow 6pm Europe/London": ("2026-11-20 18:00", "Europe/London"),
    "tomorrow 18:00 (Lisbon)": ("2026-11-20 18:00", "Europe/Lisbon"),
    "tomorrow 18:00 UTC": ("2026-11-20 18:00", "UTC"),
    "tomorrow 18:00 GMT-3": ("2026-11-20 18:00", "Etc/GMT+3"),
    "tomorrow 6pm EST": ("2026-11-20 18:00", "America/New_York"),
    "2026-12-05T18:00Z": ("2026-12-05 18:00", "UTC"),
    "2026-12-05T18:00+02:00": ("2026-12-05 18:00", "Etc/GMT-2"),
    "tomorrow 18:00 UTC+5:30": ("2026-11-20 18:00", "Asia/Kolkata"),
    "завтра 18:00 МСК": ("2026-11-20 18:00", "Europe/Moscow"),
    "завтра в 18:00 по Москве": ("2026-11-20 18:00", "Europe/Moscow"),
    "завтра в 18:00 по московскому времени": ("2026-11-20 18:00", "Europe/Moscow"),
    "завтра в 18:00 по Берлину": ("2026-11-20 18:00", "Europe/Berlin"),
    "завтра в 18:00 UTC+2": ("2026-11-20 18:00", "Etc/GMT-2"),
    "amanhã às 18h (horário de Brasília)": ("2026-11-20 18:00", "America/Sao_Paulo"),
    "amanhã às 18h, hora de Lisboa": ("2026-11-20 18:00", "Europe/Lisbon"),
    "明天18点北京时间": ("2026-11-20 18:00", "Asia/Shanghai"),
    "北京时间明天18点": ("2026-11-20 18:00", "Asia/Shanghai"),
    "明天18点(柏林时间)": ("2026-11-20 18:00", "Europe/Berlin"),
    "纽约时间周三20:00": ("2026-11-25 20:00", "America/New_York"),
}


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


ASKED: dict[str, tuple[list[str], list[Doubt]]] = {
    # "next": those who say it differ
    "next Saturday 6pm": (["2026-11-28 18:00", "2026-11-21 18:00"], [Doubt.WHICH_WEEK]),
    "в следующую субботу в 18:00": (["2026-11-28 18:00", "2026-11-21 18:00"], [Doubt.WHICH_WEEK]),
    # the day that it is today
    "Thursday 18:00": (["2026-11-19 18:00", "2026-11-26 18:00"], [Doubt.WHICH_WEEK]),
    "в четверг в 18:00": (["2026-11-19 18:00", "2026-11-26 18:00"], [Doubt.WHICH_WEEK]),
    # half of the day
    "Saturday at 6": (["2026-11-21 18:00", "2026-11-21 06:00"], [Doubt.HALF_OF_DAY]),
    "Saturday at six": (["2026-11-21 18:00", "2026-11-21 06:00"], [Doubt.HALF_OF_DAY]),
    "Saturday 6:30": (["2026-11-21 18:30", "2026-11-21 06:30"], [Doubt.HALF_OF_DAY]),
    "Saturday 10 o'clock": (["2026-11-21 10:00", "2026-11-21 22:00"], [Doubt.HALF_OF_DAY]),
    "half past six tomorrow": (["2026-11-20 18:30", "2026-11-20 06:30"], [Doubt.HALF_OF_DAY]),
    "завтра в 7": (["2026-11-20 19:00", "2026-11-20 07:00"], [Doubt.HALF_OF_DAY]),
    "завтра в 7 часов": (["2026-11-20 19:00", "2026-11-20 07:00"], [Doubt.HALF_OF_DAY]),
    "завтра в половине седьмого": (["2026-11-20 18:30", "2026-11-20 06:30"], [Doubt.HALF_OF_DAY]),
    "amanhã às 7": (["2026-11-20 19:00", "2026-11-20 07:00"], [Doubt.HALF_OF_DAY]),
    "amanhã às seis e meia": (["2026-11-20 18:30", "2026-11-20 06:30"], [Doubt.HALF_OF_DAY]),
    "明天7点": (["2026-11-20 19:00", "2026-11-20 07:00"], [Doubt.HALF_OF_DAY]),
    "明天七点半": (["2026-11-20 19:30", "2026-11-20 07:30"], [Doubt.HALF_OF_DAY]),
    # midnight
    "Saturday at midnight": (["2026-11-22 00:00", "2026-11-21 00:00"], [Doubt.MIDNIGHT]),
    "в субботу в полночь": (["2026-11-22 00:00", "2026-11-21 00:00"], [Doubt.MIDNIGHT]),
    "sábado à meia-noite": (["2026-11-22 00:00", "2026-11-21 00:00"], [Doubt.MIDNIGHT]),
    # day and month
    "5/6 18:00": (["2027-06-05 18:00", "2027-05-06 18:00"], [Doubt.DAY_OR_MONTH]),
    "05/12/2027 at 18:00": (["2027-12-05 18:00", "2027-05-12 18:00"], [Doubt.DAY_OR_MONTH]),
    "5/6 at 6": (
        ["2027-06-05 18:00", "2027-06-05 06:00", "2027-05-06 18:00", "2027-05-06 06:00"],
        [Doubt.DAY_OR_MONTH, Doubt.HALF_OF_DAY],
    ),
    # days that contradict each other
    "Friday 5 December 18:00": (["2026-12-05 18:00", "2026-12-04 18:00"], [Doubt.DAYS_DIFFER]),
    "в пятницу 5 декабря в 18:00": (["2026-12-05 18:00", "2026-12-04 18:00"], [Doubt.DAYS_DIFFER]),
    "sexta, 5 de dezembro, às 18h": (["2026-12-05 18:00", "2026-12-04 18:00"], [Doubt.DAYS_DIFFER]),
    "12月5日周日18:00": (["2026-12-05 18:00", "2026-12-06 18:00"], [Doubt.DAYS_DIFFER]),
    "завтра, в субботу, в 18:00": (["2026-11-20 18:00", "2026-11-21 18:00"], [Doubt.DAYS_DIFFER]),
    "tomorrow, 22 November, 18:00": (["2026-11-22 18:00", "2026-11-20 18:00"], [Doubt.DAYS_DIFFER]),
}


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


PAST = {
    "yesterday at 18:00": ("2026-11-18 18:00", None),
    "last Saturday 6pm": ("2026-11-14 18:00", None),
    "в прошлую субботу в 18:00": ("2026-11-14 18:00", None),
    "上周六18点": ("2026-11-14 18:00", None),
    "ontem às 18h": ("2026-11-18 18:00", None),
    "позавчера в 18:00": ("2026-11-17 18:00", None),
    "today at 9:00 am": ("2026-11-19 09:00", "2026-11-20 09:00"),
    "сегодня в 09:00": ("2026-11-19 09:00", "2026-11-20 09:00"),
    "hoje às 9h": ("2026-11-19 09:00", "2026-11-20 09:00"),
    "今天上午9点": ("2026-11-19 09:00", "2026-11-20 09:00"),
    "Thursday 9am": ("2026-11-19 09:00", "2026-11-26 09:00"),
    "в четверг в 9 утра": ("2026-11-19 09:00", "2026-11-26 09:00"),
    "本周三20:00": ("2026-11-18 20:00", "2026-11-25 20:00"),
    "18 ноября в 18:00": ("2026-11-18 18:00", "2027-11-18 18:00"),
    "5.12.2025 18:00": ("2025-12-05 18:00", "2026-12-05 18:00"),
    "5 de dezembro de 2024 às 18h": ("2024-12-05 18:00", "2026-12-05 18:00"),
    "2020-12-05 18:00": ("2020-12-05 18:00", "2026-12-05 18:00"),
}


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


RESTS = {
    "Attention is all you need, Saturday 18:00": "Attention is all you need",
    "Saturday 18:00 Attention is all you need": "Attention is all you need",
    "Reading club (Saturday 18:00): BERT": "Reading club: BERT",
    "https://arxiv.org/abs/2010.12345 сб 18:00": "https://arxiv.org/abs/2010.12345",
    "Attention (arXiv 1706.03762), Saturday 18:00": "Attention (arXiv 1706.03762)",
    "GPT 3.5 в субботу в 18:00": "GPT 3.5",
    "24/7 support, Saturday 18:00": "24/7 support",
    "On Saturday at 18:00: BERT": "BERT",
    "at a café on Saturday at 18": "at a café",
    "chapter 13/13, Saturday 18:00": "chapter 13/13",
    "Sex differences in AI, Saturday 18:00": "Sex differences in AI",
    "“One Saturday at 9” saturday 18:00": "“One Saturday at 9”",
    "разбираем «Завтра в 7» в субботу в 18:00": "разбираем «Завтра в 7»",
    "周六十八点一起读论文": "一起读论文",
    "Разбор статьи по химии в субботу в 18:00": "Разбор статьи по химии",
    "4th session: BERT, Saturday 18:00": "4th session: BERT",
}


@pytest.mark.parametrize(("text", "rest"), RESTS.items())
def test_what_is_about_something_else_is_left_as_it_was_written(text, rest):
    reading = read(text)
    assert at(reading) == instant("2026-11-21 18:00")
    assert isinstance(reading, Understood)
    assert reading.rest == rest


SERIES: dict[str, tuple[Repeat, int | None, str]] = {
    "every Saturday at 18:00": (Repeat.WEEKLY, None, "2026-11-21 18:00"),
    "Saturdays at 6pm": (Repeat.WEEKLY, None, "2026-11-21 18:00"),
    "weekly on Saturday 18:00": (Repeat.WEEKLY, None, "2026-11-21 18:00"),
    "every week on Wednesday 19:00": (Repeat.WEEKLY, None, "2026-11-25 19:00"),
    "every Thursday 9am": (Repeat.WEEKLY, None, "2026-11-26 09:00"),  # today's is over
    "every Thursday 18:00": (Repeat.WEEKLY, None, "2026-11-19 18:00"),
    "every second Wednesday at 7pm": (Repeat.FORTNIGHTLY, None, "2026-11-25 19:00"),
    "every other Saturday 18:00": (Repeat.FORTNIGHTLY, None, "2026-11-21 18:00"),
    "every two weeks on Wednesday 19:30": (Repeat.FORTNIGHTLY, None, "2026-11-25 19:30"),
    "every other week on Saturday at 18:00 from 5 December": (Repeat.FORTNIGHTLY, None, "2026-12-05 18:00"),
    "biweekly, Saturday 18:00": (Repeat.FORTNIGHTLY, None, "2026-11-21 18:00"),
    "first Saturday of the month 18:00": (Repeat.MONTHLY, 1, "2026-12-05 18:00"),
    "every first Saturday at 18:00": (Repeat.MONTHLY, 1, "2026-12-05 18:00"),
    "the second Wednesday of every month at 7pm": (Repeat.MONTHLY, 2, "2026-12-09 19:00"),
    "monthly on the third Friday 18:00": (Repeat.MONTHLY, 3, "2026-11-20 18:00"),
    "last Saturday of the month at 6pm": (Repeat.MONTHLY, -1, "2026-11-28 18:00"),
    "каждую субботу в 18:00": (Repeat.WEEKLY, None, "2026-11-21 18:00"),
    "по субботам в 18:00": (Repeat.WEEKLY, None, "2026-11-21 18:00"),
    "каждую неделю в среду в 7 вечера": (Repeat.WEEKLY, None, "2026-11-25 19:00"),
    "каждую вторую среду в 19:30": (Repeat.FORTNIGHTLY, None, "2026-11-25 19:30"),
    "раз в две недели по средам в 19:00": (Repeat.FORTNIGHTLY, None, "2026-11-25 19:00"),
    "каждые две недели в субботу в 18:00": (Repeat.FORTNIGHTLY, None, "2026-11-21 18:00"),
    "в первую субботу месяца в 18:00": (Repeat.MONTHLY, 1, "2026-12-05 18:00"),
    "каждую вторую среду месяца в 19:00": (Repeat.MONTHLY, 2, "2026-12-09 19:00"),
    "в последний четверг каждого месяца в 19:00": (Repeat.MONTHLY, -1, "2026-11-26 19:00"),
    "еженедельно по средам в 19:30": (Repeat.WEEKLY, None, "2026-11-25 19:30"),
    "a cada 15 dias, aos sábados, às 18h": (Repeat.FORTNIGHTLY, None, "2026-11-21 18:00"),
    "隔周三19:30": (Repeat.FORTNIGHTLY, None, "2026-11-25 19:30"),
    "toda quarta às 19h": (Repeat.WEEKLY, None, "2026-11-25 19:00"),
    "todas as quartas às 19h": (Repeat.WEEKLY, None, "2026-11-25 19:00"),
    "todo sábado às 18h": (Repeat.WEEKLY, None, "2026-11-21 18:00"),
    "aos sábados às 18h": (Repeat.WEEKLY, None, "2026-11-21 18:00"),
    "toda segunda às 19h": (Repeat.WEEKLY, None, "2026-11-23 19:00"),
    "a cada duas semanas, quarta às 19h30": (Repeat.FORTNIGHTLY, None, "2026-11-25 19:30"),
    "quinzenalmente às quartas, 19h": (Repeat.FORTNIGHTLY, None, "2026-11-25 19:00"),
    "sábado sim, sábado não, às 18h": (Repeat.FORTNIGHTLY, None, "2026-11-21 18:00"),
    "primeiro sábado do mês às 18h": (Repeat.MONTHLY, 1, "2026-12-05 18:00"),
    "toda segunda quarta do mês às 19h": (Repeat.MONTHLY, 2, "2026-12-09 19:00"),
    "última sexta de cada mês, 18h": (Repeat.MONTHLY, -1, "2026-11-27 18:00"),
    "每周六18点": (Repeat.WEEKLY, None, "2026-11-21 18:00"),
    "每个星期六晚上7点": (Repeat.WEEKLY, None, "2026-11-21 19:00"),
    "每隔一周周三19:30": (Repeat.FORTNIGHTLY, None, "2026-11-25 19:30"),
    "每两周的周六18点": (Repeat.FORTNIGHTLY, None, "2026-11-21 18:00"),
    "隔周周六18:00": (Repeat.FORTNIGHTLY, None, "2026-11-21 18:00"),
    "每月第一个周六18点": (Repeat.MONTHLY, 1, "2026-12-05 18:00"),
    "每个月最后一个周五20:00": (Repeat.MONTHLY, -1, "2026-11-27 20:00"),
}


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
