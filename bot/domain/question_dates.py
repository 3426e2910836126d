"""Dates of questions: from "2020-02" and "15 февраля" to "last week", "7d" and "两周前".

What is searched is past: a date without a year, or a day of the week, is the last one that was.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from bot.domain.time_dates import (
    Order,
    SpokenDate,
    read_date,
    read_dotted_date,
    read_relative,
    read_week,
    read_weekday,
)
from bot.domain.time_scan import Scan
from bot.domain.time_words import CHINESE_NUMERALS, any_of, months, number, number_words, plain

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
LONGEST_DATE = 40  # characters


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included."""

    first: date
    last: date


def read_period(words: str, today: date) -> Period | None:
    """The days that the words name, seen from `today`: a day, a month, a year, a week, or the last so many of them.

    None unless all of the words are about it. Years are those from 1900 to 2200.
    """
    text = " ".join(unicodedata.normalize("NFKC", words[: LONGEST_DATE + 1]).split()).rstrip(".")
    text = " ".join(_WORD.sub(_in_english, _SINCE.sub("ha", text)).split())
    if not text or len(text) > LONGEST_DATE:
        return None
    said = plain(text)
    first, dots, last = said.partition("..")
    if dots:
        since, until = read_period(first, today), read_period(last.lstrip("."), today)
        return Period(since.first, until.last) if since and until else None
    return _numeric(said) or _calendar(said, today) or _month(said, today) or _lately(said, today) or _day(text, today)


def _in_english(word: re.Match[str]) -> str:
    """A Spanish, French or Turkish word of dates as the one that is read, any other as it is."""
    return _elsewhere().get(plain(word[0]), word[0])


@cache
def _elsewhere() -> dict[str, str]:
    lines = (line.partition(":") for line in _ELSEWHERE.strip().splitlines())
    return {plain(word): read for read, _, words in lines for word in words.split()}


def _numeric(said: str) -> Period | None:
    for pattern in _NUMERIC:
        if found := pattern.fullmatch(said):
            parts = found.groupdict()
            return _period(int(parts["year"]), *(int(parts[one]) for one in ("month", "day") if parts.get(one)))
    return None


def _calendar(said: str, today: date) -> Period | None:
    """A whole week, month or year: "last month"."""
    found = _CALENDAR.fullmatch(said) or _CHINESE_CALENDAR.fullmatch(said)
    if found is None:
        return None
    ahead = next(ahead for ahead in (-2, -1, 0) if found[f"ahead{-ahead}"] or (ahead == -1 and found["behind"]))
    unit = _unit(found["unit"])
    if unit == "week":
        monday = today - timedelta(days=today.weekday() - 7 * ahead)
        return Period(monday, monday + timedelta(days=6))
    if unit == "year":
        return _period(today.year + ahead)
    month = today.year * 12 + today.month - 1 + ahead
    return _period(month // 12, month % 12 + 1)


def _lately(said: str, today: date) -> Period | None:
    """So long ago, or since then: "7d", "last 2 weeks", "3 дня назад"."""
    found = next((match for pattern in _SPANS if (match := pattern.fullmatch(said))), None)
    if found is None:
        return None
    try:
        many = number(found["n"]) if found["n"] else 1
    except KeyError:
        return None
    first = _before(today, many, _unit(found["unit"]))
    return Period(first, first if found.groupdict().get("ago") else today)


def _before(today: date, many: int, unit: str) -> date:
    """The day so many days, weeks, months or years before, or the earliest that there is."""
    if unit in ("day", "week"):
        days = many * (7 if unit == "week" else 1)
        return today - timedelta(days=days) if days < (today - EARLIEST).days else EARLIEST
    month = today.year * 12 + today.month - 1 - many * (12 if unit == "year" else 1)
    if month < EARLIEST.year * 12:
        return EARLIEST
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def _month(said: str, today: date) -> Period | None:
    """A month; where no year is said, the last one that has begun."""
    found = _NAMED_MONTH.fullmatch(said) or _YEAR_AND_MONTH.fullmatch(said) or _CHINESE_MONTH.fullmatch(said)
    if found is None:
        return None
    try:
        month = months().get(found["month"]) or number(found["month"])
    except KeyError:
        return None
    year = found.groupdict().get("year") or (today.year if month <= today.month else today.year - 1)
    return _period(int(year), month)


def _day(text: str, today: date) -> Period | None:
    """A day as people write it of a session; the words must be of nothing else."""
    scan = Scan(text)
    spoken = read_date(scan) or read_dotted_date(scan)
    if spoken is not None:
        day = _spoken(spoken, today)
    elif (ahead := read_relative(scan)) is not None:
        day = today + timedelta(days=ahead)
    else:
        week = read_week(scan)
        weekday = read_weekday(scan, portuguese=True)
        if weekday is None:
            return None
        week = weekday.week if week is None else week
        back = (today.weekday() - weekday.day) % 7
        day = (
            today - timedelta(days=back)
            if week is None
            else today + timedelta(days=weekday.day - today.weekday() + 7 * week)
        )
    return Period(day, day) if day and not scan.plain.strip("\0 .,") else None


def _spoken(spoken: SpokenDate, today: date) -> date | None:
    """The day of a date; where it has no year, the last such day; the day before the month where both can be."""
    month_first = spoken.order is Order.MONTH_FIRST
    day, month = (spoken.second, spoken.first) if month_first else (spoken.first, spoken.second)
    years = [spoken.year] if spoken.year else [today.year - ago for ago in range(9)]
    days = (_period(year, month, day) for year in years)
    return next((one.first for one in days if one and (spoken.year or one.first <= today)), None)


def _period(year: int, month: int | None = None, day: int | None = None) -> Period | None:
    if not EARLIEST.year <= year <= LATEST.year:
        return None
    try:
        if month is None:
            return Period(date(year, 1, 1), date(year, 12, 31))
        if day is None:
            return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        return Period(date(year, month, day), date(year, month, day))
    except ValueError:
        return None


def _unit(word: str) -> str:
    return next(unit for unit, pattern in _UNITS.items() if re.fullmatch(pattern, word))


_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)?")
_SINCE = re.compile(r"\bil y a\b", re.IGNORECASE)
# Words of Spanish, French and Turkish, behind one that is read in their place. Their order is like that of English or
# of Portuguese.
_ELSEWHERE = """
january: enero janvier ocak
february: febrero février şubat
march: mars mart
april: avril nisan
may: mayıs
june: junio juin haziran
july: julio juillet temmuz
august: août ağustos
september: septiembre setiembre septembre eylül
october: octubre octobre ekim
november: noviembre novembre kasım
december: diciembre décembre aralık
monday: lunes lundi pazartesi
tuesday: martes mardi salı
wednesday: miércoles mercredi çarşamba
thursday: jueves jeudi perşembe
friday: viernes vendredi cuma
saturday: samedi cumartesi
sunday: dimanche pazar
today: hoy aujourd'hui aujourd’hui bugün
yesterday: ayer hier dün
anteontem: anteayer avant-hier
day: jour jours día gün
week: semaine semaines hafta
month: mois ay
year: an ans année l'année l’année années yıl yılı sene
last: son geçen
passada: pasada pasado dernière dernier
this: cette ce bu
ha: hace
ago: önce
one: un uno una une bir
two: dos deux iki
three: tres trois üç
in: en
: la le el les los las du derniers dernières
"""
_YEAR = r"(?P<year>\d{4})"
_NUMERIC = tuple(
    map(
        re.compile,
        (
            rf"{_YEAR}(?:\s?(?:年|г|год|года|year))?",
            rf"{_YEAR}(?:[-/.]|\s?年\s?)(?P<month>\d{{1,2}})(?:\s?月(?:份)?)?",
            rf"(?P<month>\d{{1,2}})[./-]{_YEAR}",
            rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)",
        ),
    )
)
_UNITS = {
    "day": "d|days?|д|дн|день|дня|днеи|сут|сутки|суток|dias?|天|日",
    "week": "w|wk|weeks?|н|нед|недел[яиюье]|semanas?|周|週|星期|礼拜",
    "month": "m|mo|months?|мес|месяц(?:а|ев|е)?|mes|meses|月",
    "year": "y|yr|years?|г|год(?:а|у)?|лет|a|ano|anos|年",
}
_ANY_UNIT = "(?P<unit>" + "|".join(_UNITS.values()) + ")"
_N = rf"(?P<n>\d{{1,4}}|{number_words(chinese=False)})"
_CHINESE_N = rf"(?P<n>\d{{1,4}}|[{CHINESE_NUMERALS}]{{1,3}})"
_SPANS = tuple(
    map(
        re.compile,
        (
            rf"{_N}\s?{_ANY_UNIT}",
            rf"(?:{_N}\s?)?{_ANY_UNIT}\s(?P<ago>ago|назад|atras)",
            rf"(?P<ago>ha)\s{_N}\s{_ANY_UNIT}(?:\satras)?",
            rf"(?:the\s)?(?:last|past|последни[еих]|за|ultim[oa]s)\s{_N}\s{_ANY_UNIT}",
            rf"{_CHINESE_N}\s?个?\s?{_ANY_UNIT}\s?(?P<ago>[之以]?前)",
            rf"(?:最近|近|过去|過去)\s?{_CHINESE_N}\s?个?\s?{_ANY_UNIT}",
            rf"{_CHINESE_N}\s?个?\s?{_ANY_UNIT}",
        ),
    )
)
_WEEK_OR_LONGER = "(?P<unit>" + "|".join(pattern for unit, pattern in _UNITS.items() if unit != "day") + ")"
_CALENDAR = re.compile(
    r"(?:(?:on|in|на|в|n[oa]|d[oa])\s)?(?=.*\s)(?:(?P<ahead2>позапрошл[а-я]+)\s|(?P<ahead1>last|previous|прошл[а-я]+)\s|"
    rf"(?P<ahead0>this|эт[а-я]+|текущ[а-я]+|[nd]?est[ea])\s)?{_WEEK_OR_LONGER}(?P<behind>\spassad[oa])?"
)
_CHINESE_CALENDAR = re.compile(
    r"(?:(?P<ahead2>上上|前)|(?P<ahead1>上|去)|(?P<ahead0>本|这|這|今))个?(?P<unit>周|週|星期|礼拜|月|年)(?P<behind>)"
)
_NAMED_MONTH = re.compile(
    rf"(?:(?:in|в|em)\s)?(?P<month>{any_of(months())})\.?,?(?:\s(?:de\s)?{_YEAR}(?:\s(?:года?|г))?)?"
)
_YEAR_AND_MONTH = re.compile(rf"{_YEAR}\s(?P<month>{any_of(months())})")
_CHINESE_MONTH = re.compile(rf"(?P<month>\d{{1,2}}|[{CHINESE_NUMERALS}]{{1,3}})\s?月(?:份)?")
