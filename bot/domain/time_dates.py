"""Days as people write them: "5 декабря", "5/12/2026", "next Saturday", "depois de amanhã", "через 2 недели"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from bot.domain.time_scan import Scan, compiled
from bot.domain.time_words import (
    BEGIN,
    CHINESE_NUMERALS,
    END,
    MONTH,
    SHORT_AND_COMMON,
    WEEKDAY,
    days,
    months,
    number,
    number_words,
    ordinal_words,
    whole,
)


class Order(Enum):
    """Which of the numbers of a date is the month."""

    DAY_FIRST = auto()
    MONTH_FIRST = auto()
    EITHER = auto()  # "5/6"
    DOTTED = auto()  # "5.6": the day first, other than in Chinese


@dataclass(frozen=True, slots=True)
class SpokenDate:
    """A date as spoken; `first` and `second` are day and month in some order."""

    first: int
    second: int
    order: Order
    year: int | None = None


class Which(Enum):
    """Which of the days with one name."""

    ANY = auto()
    THIS = auto()
    COMING = auto()
    NEXT = auto()  # where people differ about what "next" means
    LAST = auto()


@dataclass(frozen=True, slots=True)
class SpokenWeekday:
    """A day of the week (0 is Monday). `week`: the calendar week that it is in, from this one, where that was said."""

    day: int
    which: Which = Which.ANY
    week: int | None = None


@dataclass(frozen=True, slots=True)
class SpokenSpan:
    """How long from now."""

    days: int = 0
    months: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """ "On the 5th", of the next such month or of the one that is `later` months after this."""

    day: int
    later: int | None = None


def read_date(scan: Scan, before: str = "") -> SpokenDate | None:
    """A date with a month, that cannot be anything else; with words `before` it only where these stand there."""
    for pattern, order in _PATTERNS:
        spoken = scan.take_first(before + pattern, partial(_date, order=order))
        if spoken is not None:
            return spoken
    return None


def read_dotted_date(scan: Scan) -> SpokenDate | None:
    """A date that could as well be a time of day: "5.12"."""
    dotted = partial(_date, order=Order.DOTTED)
    return scan.take_first(_DOTTED, dotted) or scan.take_first(_SHORT_DOTTED, dotted)


def read_span(scan: Scan) -> SpokenSpan | None:
    """How long from now, in units from minutes to months."""
    for pattern, span in _FIXED_SPANS.items():
        if scan.take(pattern):
            return span
    for pattern in _SPANS:
        found = scan.find(pattern)
        if found is None:
            continue
        many = number(found["n"]) if found["n"] else 1
        scan.take_out(found)
        return _span(found["unit"], many)
    return None


def read_relative(scan: Scan) -> int | None:
    """How many days from today: "tomorrow"."""
    return next((ahead for pattern, ahead in _RELATIVE.items() if scan.take(pattern)), None)


def read_weekday(scan: Scan, *, portuguese: bool) -> SpokenWeekday | None:
    """A day of the week and which one; `portuguese`: short names of that language that are words elsewhere count."""
    if found := scan.take(_CHINESE_WEEKDAY):
        return SpokenWeekday(_CHINESE_DAYS[found["day"]], week=_chinese_week(found["which"]))
    named = list(compiled(_WEEKDAYS).finditer(scan.plain))
    sure = [found for found in named if _day_word(found) not in SHORT_AND_COMMON]
    if not sure and not (portuguese and named):
        return None
    found = (sure or named)[0]
    scan.take_out(found)
    said = found["which"] or found["after"] or ""
    which = next((one for one, pattern in _WHICH.items() if re.fullmatch(pattern, said)), Which.ANY)
    return SpokenWeekday(days()[_day_word(found)], which)


def read_week(scan: Scan) -> int | None:
    """A calendar week, from this one: "next week"."""
    return next((ahead for pattern, ahead in _WEEKS.items() if scan.take(pattern)), None)


def read_day_of_month(scan: Scan) -> DayOfMonth | None:
    """ "On the 5th"."""
    found = scan.find(_DAY_OF_MONTH)
    if found is None:
        return None
    scan.take_out(found)
    word = next(found[name] for name in ("a", "b", "c", "d", "e") if found[name])
    later = next((ahead for pattern, ahead in _MONTHS.items() if scan.take(pattern)), None)
    return DayOfMonth(number(word), later)


def _day_word(found: re.Match[str]) -> str:
    return found["day"].rstrip(".")


def _date(found: re.Match[str], order: Order) -> SpokenDate | None:
    parts = found.groupdict()
    month = parts.get("month")
    if not found["first"][0].isdecimal() and not re.search(
        rf"(?:го|primeiro|first|second|third|th|[{CHINESE_NUMERALS}])$", found["first"]
    ):
        return None  # "one may …"
    try:
        second = months()[month.rstrip(".")] if month else number(found["second"])
        first = number(found["first"])
    except KeyError:
        return None
    year = _year(parts.get("year"))
    if order in (Order.EITHER, Order.DOTTED):
        order = Order.DAY_FIRST if first > 12 else Order.MONTH_FIRST if second > 12 else order
    day, in_year = (first, second) if order is not Order.MONTH_FIRST else (second, first)
    if not (1 <= day <= 31 and 1 <= in_year <= 12) or (year is not None and not 1900 <= year <= 2200):
        return None
    return SpokenDate(first, second, order, year)


def _year(written: str | None) -> int | None:
    if not written:
        return None
    year = int("".join(char if char.isdecimal() else str(number(char)) for char in written))
    return 2000 + year if year < 100 else year


def _span(unit: str, many: int) -> SpokenSpan:
    for pattern, (days_, months_, minutes) in _UNITS.items():
        if re.fullmatch(pattern, unit):
            return SpokenSpan(days_ * many, months_ * many, minutes * many)
    raise AssertionError(unit)


def _chinese_week(which: str | None) -> int | None:
    if not which:
        return None
    return which.count("下") - which.count("上") if which[0] in "上下" else 0


# Patterns.

_NUMERAL = rf"(?:\d{{1,2}}|[{CHINESE_NUMERALS}]{{1,3}})"
_YEAR = r"(?P<year>\d{4}|\d\d)(?![\d:])"
_YEAR_BEHIND = r"(?:(?:,?\s|\s?,|\sde\s)\s?(?P<year>\d{4})(?![\d:])(?:\s?(?:года|году|г)(?![а-я])\.?)?)?"
_DAY = rf"(?P<first>{number_words(chinese=False)}|{ordinal_words()})(?:st|nd|rd|th|o|-?го|-?е)?"
_MONTH = f"(?P<month>{MONTH})"
_PATTERNS: tuple[tuple[str, Order], ...] = (
    (
        r"(?<![\d.])(?P<year>\d{4})(?P<sep>[-/.])(?P<first>\d{1,2})(?P=sep)(?P<second>\d{1,2})(?!\d)t?",
        Order.MONTH_FIRST,
    ),
    (
        rf"(?:(?P<year>(?:\d|[{CHINESE_NUMERALS}]){{4}})\s?年\s?)?(?<!\d)(?P<first>{_NUMERAL})\s?月(?:份)?\s?"
        rf"(?P<second>{_NUMERAL})(?:\s?[日号號]|(?![\d点點时時:]))",
        Order.MONTH_FIRST,
    ),
    (rf"{_DAY}\s?(?:of\s|de\s)?{_MONTH}{_YEAR_BEHIND}", Order.DAY_FIRST),
    (
        rf"{_MONTH}\s?(?:the\s)?(?P<first>(?<!\d)\d{{1,2}}|{ordinal_words()})(?:st|nd|rd|th)?(?![\d:]|\s?[ap]\.?m|h){_YEAR_BEHIND}",
        Order.DAY_FIRST,
    ),
    (rf"(?<![\d./-])(?P<first>\d{{1,2}})(?P<sep>[.-])(?P<second>\d{{1,2}})(?P=sep){_YEAR}", Order.DAY_FIRST),
    (rf"(?<![\d./-])(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})/{_YEAR}", Order.EITHER),
    (r"(?<![\d./-])(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\d/])", Order.EITHER),
)
_DOTTED = (
    r"(?<![\d.:])(?<!\bat\s)(?<!\bas\s)(?<!\bв\s)(?P<first>\d{1,2})\.(?P<second>\d\d)\.?(?![\d:]|\s?[ap]\.?m|\s?h)"
)
_SHORT_DOTTED = r"(?:^|(?<=\0)|(?<=\0\s)|(?<=\0,\s))(?P<first>\d{1,2})\.(?P<second>\d)\.?(?![\d:]|\s?[ap]\.?m|\s?h)"
"""Where the month has one digit, only at the beginning or behind other words of the time: "GPT 3.5" is no day."""
_NO_NOUN = r"(?!\s(?!at|in|of|on|в|к|на)[a-zа-я])"
"""Not "the 5th session"."""
_DAY_OF_MONTH = (
    rf"{BEGIN}dia\s(?P<a>\d{{1,2}})(?!\d)|{BEGIN}(?:the\s)?(?<!\d)(?P<b>\d{{1,2}})(?:st|nd|rd|th){END}{_NO_NOUN}|"
    rf"(?<!\d)(?P<c>\d{{1,2}})-?го{END}(?:\s?числа)?{_NO_NOUN}|(?<!\d)(?P<d>\d{{1,2}})\s?числа{END}|(?P<e>{_NUMERAL})\s?[号號](?![线楼])"
)
_MONTHS = {
    (
        whole("next month|of next month|в следующем месяце|следующего месяца|do mês que vem|mês que vem|do próximo mês")
        + "|下个?月"
    ): 1,
    rf"{whole('this month|в этом месяце|этого месяца|deste mês|desse mês')}|(?:本|这个?)月": 0,
}

_UNITS = {
    r"min.*|мин.*|分钟?": (0, 0, 1),
    r"hour.*|hora.*|час.*|小时": (0, 0, 60),
    r"da.*|di.*|дн.*|де.*|сут.*|天|日": (1, 0, 0),
    r"we.*|sem.*|нед.*|周|星期|礼拜": (7, 0, 0),
    r"fort.*|quin.*": (14, 0, 0),
    r"mon.*|mes.*|мес.*|月": (0, 1, 0),
}
_N = rf"(?:(?P<n>{number_words(chinese=False)})\s)?"
_UNIT = (
    rf"(?P<unit>{BEGIN}(?:minutes?|mins?|hours?|days?|weeks?|fortnight|months?|минут[уы]?|мин|час(?:а|ов)?|день|дня|днеи|сутки|"
    rf"недел[юиь]|месяц(?:а|ев)?|minutos?|horas?|dias?|semanas?|quinzena|mes(?:es)?){END})"
)
_SPANS = (
    rf"{BEGIN}(?:in|within|через|спустя|daqui\sa|em|dentro\sde)\s{_N}(?:of\s)?{_UNIT}(?:'?\stime{END})?",
    rf"{_N}{_UNIT}\s(?:from\s(?:now|today)|later|hence|спустя|depois){END}",
    rf"(?P<n>\d{{1,3}}|[{CHINESE_NUMERALS}]{{1,3}})\s?个?\s?(?P<unit>分钟|小时|天|日|周|星期|礼拜|月)\s?[之以]?[后後]",
)
_FIXED_SPANS = {
    rf"{whole('in half an hour|через полчаса|em meia hora|daqui a meia hora')}|半个?小时[之以]?后": SpokenSpan(
        minutes=30
    ),
    whole("через полтора часа|in an hour and a half|em uma hora e meia"): SpokenSpan(minutes=90),
}
_RELATIVE = {
    f"{whole(words)}|{chinese}": ahead
    for words, chinese, ahead in (
        ("the day before yesterday|day before yesterday|позавчера|anteontem", "前[天日]", -2),
        ("the day after tomorrow|day after tomorrow|послезавтра|depois de amanhã", "(?<!大)后[天日]", 2),
        ("послепослезавтра", "大后[天日]", 3),
        ("yesterday|вчера|ontem", "昨[天日晚]", -1),
        ("tomorrow|tmrw|завтра|amanhã", "明[天日]|明(?=[早晚])", 1),
        ("today|сегодня|hoje", "今[天日]|今(?=[早晚])", 0),
    )
} | {rf"(?={BEGIN}tonight{END})|{BEGIN}this(?=\s(?:morning|afternoon|evening){END})": 0}

_WHICH = {
    Which.COMING: r"(?:this\s)?(?:coming|upcoming)|ближаиш[а-я]+|proxim[oa]|que\svem",
    Which.THIS: r"this|эт(?:от|у|о|и)|(?:n|d)?est[ea]|(?:n|d)ess[ea]",
    Which.NEXT: r"next|следующ[а-я]+|будущ[а-я]+",
    Which.LAST: r"last|past|прошл[а-я]+|минувш[а-я]+|ultim[oa]|passad[oa]",
}
_WEEKDAYS = (
    rf"(?:{BEGIN}(?P<which>{'|'.join(_WHICH.values())})\s)?(?P<day>{WEEKDAY})(?:\sfeira)?"
    rf"(?:\s(?P<after>que\svem|passad[oa]){END}(?!\sde))?"
)
_CHINESE_DAYS = {char: day for day, chars in enumerate(["一", "二", "三", "四", "五", "六", "日天"]) for char in chars}
_CHINESE_WEEKDAY = r"(?P<which>下{1,3}|上{1,3}|本|这|今)?\s?[个個]?(?:周|週|星期|礼拜)(?P<day>[一二三四五六日天])"
_WEEKS = {
    f"{whole(words)}|{chinese}": ahead
    for words, chinese, ahead in (
        ("the week after next|week after next", "下下个?(?:周|星期|礼拜)(?![一二三四五六日天])", 2),
        (
            "next week|of next week|на следующей неделе|следующей недели|на будущей неделе|na semana que vem|"
            "da semana que vem|semana que vem|na próxima semana|da próxima semana|próxima semana",
            "下个?(?:周|星期|礼拜)(?![一二三四五六日天])",
            1,
        ),
        (
            "this week|of this week|на этой неделе|этой недели|nesta semana|nessa semana|desta semana|dessa semana|"
            "esta semana|essa semana",
            "(?:本|这个?)(?:周|星期|礼拜)(?![一二三四五六日天])",
            0,
        ),
        (
            "last week|of last week|на прошлой неделе|прошлой недели|na semana passada|da semana passada",
            "上个?(?:周|星期|礼拜)(?![一二三四五六日天])",
            -1,
        ),
    )
}
