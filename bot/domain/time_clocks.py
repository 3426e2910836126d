"""Times of day as people write them: "18:00", "6pm", "в половине седьмого", "às 18h30", "晚上7点半"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from enum import Enum, auto

from bot.domain.time_scan import Scan
from bot.domain.time_words import BEGIN, CHINESE_NUMERALS, END, number, number_words, whole


class Part(Enum):
    """A part of the day, which tells which of two hours with one number is meant."""

    AM = auto()
    PM = auto()
    MORNING = auto()
    NOON = auto()
    AFTERNOON = auto()
    EVENING = auto()
    NIGHT = auto()


class Form(Enum):
    """How a time of day was written, which tells how sure its hour is."""

    EXACT = auto()  # of 24 hours, in words or form
    COLON = auto()  # "6:30": of 24 hours, other than with one digit in English
    VAGUE = auto()  # "at six": of twelve hours, anywhere
    MIDNIGHT = auto()  # of which nobody knows to which day it belongs


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as spoken. `hour` is up to 24. `minutes` is how long it is until the end that was said with it,
    less than twelve hours; None where none was."""

    hour: int
    minute: int
    form: Form
    part: Part | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class ClockChoice:
    """A time of day that can be meant, `later` days after the day that was spoken of."""

    at: time
    later: int = 0


def clock_choices(clock: Clock, *, english: bool) -> tuple[ClockChoice, ...]:
    """What a time of day can mean, the likeliest first."""
    if clock.form is Form.MIDNIGHT:
        return (ClockChoice(time(0, clock.minute), 1), ClockChoice(time(0, clock.minute)))
    hour = clock.hour if clock.part is None else _in_part(clock.hour, clock.part)
    if clock.part is Part.NIGHT and hour == 24:
        return clock_choices(Clock(0, clock.minute, Form.MIDNIGHT), english=english)
    if hour == 24:
        return (ClockChoice(time(0, clock.minute), 1),)
    first = ClockChoice(time(hour, clock.minute))
    vague = clock.form is Form.VAGUE or (clock.form is Form.COLON and english and hour < 10)
    if not vague or clock.part is not None or not 1 <= hour <= 11:
        return (first,)
    second = ClockChoice(time(hour + 12, clock.minute))
    return (first, second) if hour >= 8 else (second, first)


def read_clock(scan: Scan) -> Clock | None:
    """The time of day in a text, taken out of it together with the part of the day."""
    for pattern, reading in _CLOCKS:
        clock = scan.take_first(pattern, _with_end(reading))
        if clock is not None:
            return _with_part(scan, clock)
    return None


def _with_end(reading: Reading) -> Reading:
    """The same reading with how long it is until the end, where the pattern has one."""

    def read(found: re.Match[str]) -> Clock | None:
        clock, words = reading(found), found.groupdict().get("end")
        end = re.match(r"(\d{1,2})(?:\s?[.:h点點时時]\s?(\d\d|半)?)?", words) if words else None
        if clock is None or end is None:
            return clock
        minute = 30 if end[2] == "半" else int(end[2] or 0)
        # On a clock of twelve hours it is as long whichever half of the day is meant.
        minutes = (int(end[1]) * 60 + minute - clock.hour * 60 - clock.minute) % 720
        return replace(clock, minutes=minutes or None)

    return read


def read_plain_clock(scan: Scan) -> Clock | None:
    """A time of day that could as well be a date: "18.00"."""
    clock = scan.take_first(_DOTTED, _plain(Form.COLON))
    return _with_part(scan, clock) if clock else None


def read_part(scan: Scan) -> Part | None:
    """A part of the day that is named by itself: "tomorrow evening"."""
    for part, pattern in _PARTS.items():
        if scan.take(pattern):
            return part
    return None


def _with_part(scan: Scan, clock: Clock) -> Clock:
    part = read_part(scan) if clock.part is None and clock.form is not Form.MIDNIGHT else None
    return replace(clock, part=part) if part else clock


def _in_part(hour: int, part: Part) -> int:
    if hour == 0 or hour > 12:
        return hour
    if part is Part.AM:
        return hour % 12
    if part in (Part.PM, Part.AFTERNOON):
        return hour % 12 + 12
    if part is Part.NOON:
        return hour + 12 if hour < 6 else hour
    if part is Part.MORNING:
        return hour
    night_begins = 4 if part is Part.EVENING else 6
    return hour + 12 if hour >= night_begins else hour


# Patterns. `h` and `m` are numbers, in digits or words; `part` is what follows the hour at once.

_HOUR = rf"(?P<h>{number_words(chinese=False)})"
_AFTER = {
    Part.AM: r"a\.?\s?m(?![a-z])\.?",
    Part.PM: r"p\.?\s?m(?![a-z])\.?",
    Part.MORNING: whole("in the morning|утра|da manhã|de manhã"),
    Part.AFTERNOON: whole("in the afternoon|дня|da tarde"),
    Part.EVENING: whole("in the evening|вечера|da noite"),
    Part.NIGHT: whole("at night|ночи|da madrugada"),
}
_PARTS = {
    Part.MORNING: rf"{whole('morning|утром|de manhã|pela manhã|à manhã')}|早上|早晨|清晨|清早|上午|早(?=[\d\0])",
    Part.AFTERNOON: rf"{whole('afternoon|днём|à tarde|de tarde')}|下午|午后",
    Part.EVENING: rf"{whole('evening|tonight|вечером|à noite|de noite')}|晚上|傍晚|夜里|晚间|晚",
    Part.NIGHT: rf"{whole('ночью|de madrugada')}|凌晨|半夜",
    Part.NOON: "中午",
}
_NAMED_PART = "(?P<part>" + "|".join(_AFTER.values()) + ")"
_PART = rf"(?:\s?{_NAMED_PART})?"
_AT = rf"(?:{whole('at|about|around|в|во|около|as|por volta das|lá pelas')}\s|@\s?)?"
_BETWEEN = rf"(?:[-–—~至到]|{whole('до|to|till|until|às|até')}(?:\sas)?)"
_END_OF = r"(?:[01]?\d|2[0-4])(?:[:.][0-5]\d(?:\s?[ap]\.?m)?|h(?:[0-5]\d)?|\s?[ap]\.?m)(?![a-z\d])"
_UP_TO = rf"(?:\s?{_BETWEEN}\s?(?P<end>{_END_OF}))?"
"""When it ends."""
_CHINESE_UP_TO = rf"(?:\s?{_BETWEEN}\s?(?P<end>\d{{1,2}}\s?[点點时時](?:半|\s?[0-5]\d分?)?))?"
_FROM = rf"(?:{whole('from|с|со|das|de')}\s|从)?(?<![\d.:])"
_NOON = f"{whole('noon|midday|полдень|полудень|в полдень|meio-dia|meio dia|ao meio-dia|ao meio dia')}|正午"
_MIDNIGHT = f"{whole('midnight|полночь|meia-noite|meia noite')}|午夜|零点(?!\\d)"
_DOTTED = rf"(?:{whole('в|at|as')}\s)?(?<![\d.])(?P<h>[01]?\d|2[0-3])[.](?P<m>[0-5]\d)(?![.]?\d){_PART}"

Reading = Callable[[re.Match[str]], Clock | None]


def _plain(form: Form) -> Reading:
    def read(found: re.Match[str]) -> Clock | None:
        minute = found.groupdict().get("m")
        sure = Form.EXACT if found["h"].startswith("0") else form  # nobody writes "06:30" for the evening
        return _clock(found["h"], number(minute) if minute else 0, sure, _part_of(found))

    return read


def _exactly(hour: int, minute: int = 0, form: Form = Form.EXACT) -> Reading:
    return lambda found: Clock(hour, minute, form, _part_of(found))


def _off(minutes: int) -> Reading:
    """So many minutes after the full hour that is named, or before it."""

    def read(found: re.Match[str]) -> Clock | None:
        clock = _clock(found["h"], 0, Form.VAGUE, _part_of(found))
        if clock is None or clock.hour in (0, 24):
            return None
        of_day = clock.hour * 60 + minutes
        if clock.hour > 12:
            return Clock(of_day // 60, of_day % 60, Form.EXACT)
        return Clock(of_day % 720 // 60 or 12, of_day % 60, Form.VAGUE, clock.part)

    return read


def _chinese(found: re.Match[str]) -> Clock | None:
    quarters = {"半": 30, "一刻": 15, "三刻": 45}
    written = found["m"] or found["n"]
    return _clock(found["h"], quarters.get(found["q"] or "") or (number(written) if written else 0), Form.VAGUE, None)


def _clock(hour_word: str, minute: int, form: Form, part: Part | None) -> Clock | None:
    if hour_word in ("a", "an", "um"):
        return None  # these are no hours
    try:
        hour = number(hour_word)
    except KeyError:
        return None
    wrong = hour > 24 or minute > 59 or (hour == 24 and minute) or (part in (Part.AM, Part.PM) and not 1 <= hour <= 12)
    return None if wrong else Clock(hour, minute, form, part)


def _part_of(found: re.Match[str]) -> Part | None:
    words = found.groupdict().get("part")
    return next((part for part, pattern in _AFTER.items() if re.fullmatch(pattern, words)), None) if words else None


def _span(found: re.Match[str]) -> Clock | None:
    """ "6–8pm": both are of the half of the day that is named, unless the first would come after the second."""
    clock = _plain(Form.EXACT)(found)
    if clock is None or not 1 <= (end := int(found["h2"])) <= 12:
        return None
    part = clock.part if clock.hour % 12 < end % 12 or clock.part is Part.AM else Part.AM
    return replace(clock, part=part)


_CHINESE_HOUR = rf"(?P<h>\d{{1,2}}|[{CHINESE_NUMERALS}]{{1,3}})"
_CHINESE_MINUTE = "[二三四五]?十[一二三四五六七八九]?|[零〇][一二三四五六七八九]"
_CLOCKS: tuple[tuple[str, Reading], ...] = (
    (
        rf"{_FROM}(?P<h>\d{{1,2}})(?:[.:](?P<m>[0-5]\d))?\s?{_BETWEEN}\s?(?P<end>(?P<h2>\d{{1,2}})(?:[.:][0-5]\d)?)\s?"
        rf"(?P<part>[ap]\.?\s?m(?![a-z])\.?)",
        _span,
    ),
    (
        rf"{_AT}(?<![\d:])(?P<h>\d{{1,2}})(?:[.:](?P<m>[0-5]\d))?\s?(?P<part>[ap]\.?\s?m(?![a-z])\.?){_UP_TO}",
        _plain(Form.EXACT),
    ),
    (
        rf"{_AT}(?<![\d.:])(?P<h>[01]?\d|2[0-4])\s?:\s?(?P<m>[0-5]\d)(?::[0-5]\d(?:\.\d{{1,6}})?)?(?!\d|:\d)(?:\s?h(?![a-z]))?"
        rf"{_PART}{_UP_TO}",
        _plain(Form.COLON),
    ),
    (
        rf"{_AT}(?<![\d.:])(?P<h>[01]?\d|2[0-4])\s?h(?:r?s)?(?![a-zа-я])\s?(?P<m>[0-5]\d(?!\d))?(?:\s?min)?{_PART}{_UP_TO}",
        _plain(Form.EXACT),
    ),
    (rf"half\s+past\s+{_HOUR}{_PART}", _off(30)),
    (rf"{BEGIN}quarter\s+past\s+{_HOUR}{_PART}", _off(15)),
    (rf"{BEGIN}quarter\s+to\s+{_HOUR}{_PART}", _off(-15)),
    (rf"{BEGIN}пол(?:овин[ауеы])?\s?-?(?P<h>[а-я]{{5,12}}го){_PART}", _off(-30)),
    (rf"{BEGIN}без\s+четверти\s+{_HOUR}{_PART}", _off(-15)),
    (rf"{BEGIN}четверть\s+(?P<h>[а-я]{{5,12}}го){_PART}", _off(-45)),
    (rf"{BEGIN}meio[ -]dia\s+e\s+meia{END}", _exactly(12, 30)),
    (_NOON, _exactly(12)),
    (_MIDNIGHT, _exactly(0, 0, Form.MIDNIGHT)),
    (
        rf"{_HOUR}\s?(?:часов|часа|час|ч){END}\.?(?:\s?(?P<m>[0-5]?\d)\s?(?:минут[аы]?|мин|м){END}\.?)?{_PART}",
        _plain(Form.VAGUE),
    ),
    (rf"{BEGIN}в\s+час{END}{_PART}", _exactly(1, 0, Form.VAGUE)),
    (rf"{_HOUR}\s?horas?{END}\s+e\s+meia{END}{_PART}", _off(30)),
    (rf"{_HOUR}\s?horas?{END}(?:\s+e\s+(?P<m>[0-5]\d))?{_PART}", _plain(Form.VAGUE)),
    (rf"{BEGIN}as\s+{_HOUR}\s+e\s+meia{END}{_PART}", _off(30)),
    (rf"{BEGIN}as\s+{_HOUR}\s+e\s+(?P<m>[0-5]\d)(?!\d){_PART}", _plain(Form.VAGUE)),
    (rf"{_HOUR}\s?o['’]?\s?clock{END}{_PART}", _plain(Form.VAGUE)),
    (rf"(?:{BEGIN}at\s+)?{_HOUR}\s+thirty{END}{_PART}", _off(30)),
    (
        rf"(?<!\d){_CHINESE_HOUR}\s?[点點时時](?:(?P<q>半|一刻|三刻)|钟|鐘|整|\s?(?P<n>[0-5]?\d|[{CHINESE_NUMERALS}]{{1,3}})分|"
        rf"\s?(?P<m>[0-5]\d(?!\d)|{_CHINESE_MINUTE}))?{_CHINESE_UP_TO}",
        _chinese,
    ),
    (rf"{BEGIN}[вк]\s+(?P<h>[01]?\d|2[0-3])-(?P<m>[0-5]0|[0-5]5)(?![\d-]){_PART}", _plain(Form.COLON)),
    (
        rf"(?:{whole('from|с|со|das')}\s|从)(?P<h>[01]?\d|2[0-4])\s?{_BETWEEN}\s?(?P<end>[01]?\d|2[0-4])(?![\d:.]){_PART}",
        _plain(Form.VAGUE),
    ),
    (rf"{BEGIN}(?:в|as)\s(?P<h>[01]?\d|2[0-3])\s(?P<m>00|15|30|45)(?!\d){_PART}", _plain(Form.COLON)),
    (rf"(?:{BEGIN}в\s)?{_HOUR}\sтридцать{END}{_PART}", _off(30)),
    (rf"(?:{BEGIN}в\s)?{_HOUR}\sпятнадцать{END}{_PART}", _off(15)),
    (rf"{_HOUR}\s?{_NAMED_PART}", _plain(Form.VAGUE)),
)
_BARE = rf"(?:{BEGIN}(?:at|в|во|к|as)\s|@\s?){_HOUR}(?![\d./:-]*\d){_PART}"


def read_bare_clock(scan: Scan) -> Clock | None:
    """An hour of which only the word before it tells that it is one: "at 6"."""
    clock = scan.take_first(_BARE, _plain(Form.VAGUE))
    return _with_part(scan, clock) if clock else None
