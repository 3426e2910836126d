"""One of a month's weekdays: "the first Saturday of December", "в последнюю среду месяца", "下个月第一个周六"."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.time_scan import Scan
from bot.domain.time_words import (
    BEGIN,
    CHINESE_NUMERALS,
    MONTH,
    ORDINALS,
    WEEKDAY,
    days,
    months,
    number,
    ordinals,
    whole,
)

_SPELLED = [word for line in ORDINALS.strip().splitlines() for word in line.partition(":")[2].split()]
NTH = f"(?P<nth>{whole('|'.join(word for word in _SPELLED if word[0] not in '第最首'))})"
CHINESE_NTH = f"(?P<nth>{'|'.join(sorted((word for word in _SPELLED if word[0] in '第最首'), key=len, reverse=True))})"
DAY = rf"(?P<day>{WEEKDAY})(?:\sfeira)?"
CHINESE_DAY = "(?:周|週|星期|礼拜)(?P<day>[一二三四五六日天])"


@dataclass(frozen=True, slots=True)
class SpokenNth:
    """Which of a month's weekdays (`bot.domain.series.NTHS`): of `month`, or of the one that is `later` than this."""

    nth: int
    weekday: int
    month: int | None = None
    later: int = 0


def read_nth(scan: Scan) -> SpokenNth | None:
    """One of the weekdays of one month, taken out of a text."""
    for pattern in _PATTERNS:
        found = scan.take(pattern)
        if found is None:
            continue
        said = found.groupdict()
        month = said.get("month")
        known = (months()[month.rstrip(".")] if month in months() else number(month)) if month else None
        later = 0 if said.get("this") else 1
        return SpokenNth(ordinals()[found["nth"]], weekday_named(found["day"]), known, 0 if known else later)
    return None


def weekday_named(word: str) -> int:
    """The day of the week (0 is Monday) that a plain word stands for, or the last sign of its Chinese name."""
    word = word.rstrip(".")
    return days()[word if word in days() else f"周{word}"]


_NEXT = whole(
    "of next month|of the next month|next month|следующего месяца|в следующем месяце|do próximo mês|do mês que vem|"
    "no próximo mês"
)
_THIS = whole("of this month|this month|этого месяца|в этом месяце|deste mês|desse mês|neste mês")
_PATTERNS = (
    rf"(?:{BEGIN}(?:on\s)?(?:the|в|во|no|na|o|a)\s)?{NTH}\s{DAY}\s(?:(?:of|in|в|de|em)\s)?(?P<month>{MONTH})",
    rf"(?:{BEGIN}(?:on\s)?(?:the|в|во|no|na|o|a)\s)?{NTH}\s{DAY}\s(?:(?P<this>{_THIS})|{_NEXT})",
    rf"(?P<month>\d{{1,2}}|[{CHINESE_NUMERALS}]{{1,2}})月(?:份)?的?{CHINESE_NTH}[个個]?{CHINESE_DAY}",
    rf"(?:下个?月|(?P<this>本月|这个?月))的?{CHINESE_NTH}[个個]?{CHINESE_DAY}",
)
