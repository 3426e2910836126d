"""Words for what recurs: "every second Wednesday", "в первую субботу месяца", "toda quarta", "每隔一周"."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.series import Repeat
from bot.domain.time_nths import CHINESE_DAY, CHINESE_NTH, DAY, NTH, weekday_named
from bot.domain.time_scan import Scan
from bot.domain.time_words import BEGIN, END, PLURAL_WEEKDAY, WEEKDAY, number, ordinals, whole


@dataclass(frozen=True, slots=True)
class SpokenRepeat:
    """How often something recurs: None where it does so in a way that series do not. `weekday` and `nth` are given
    where they were said with it."""

    repeat: Repeat | None
    weekday: int | None = None
    nth: int | None = None


def read_repeat(scan: Scan) -> SpokenRepeat | None:
    """What recurs in a text, taken out of it."""
    for pattern, repeat in _PATTERNS:
        found = scan.take(pattern)
        if found is None:
            continue
        scan.take(_EACH_WEEK)  # "weekly on Saturdays" says it twice
        said = found.groupdict()
        day, nth = said.get("day"), said.get("nth")
        return SpokenRepeat(repeat, weekday_named(day) if day else None, ordinals()[nth] if nth else None)
    return None


def read_count(scan: Scan) -> int | None:
    """How many times."""
    found = scan.take(_COUNT)
    return number(found["n"]) if found else None


_OF_MONTH = whole(
    "of the month|of each month|of every month|every month|each month|monthly|of a month|месяца|каждого месяца|"
    "каждый месяц|в месяце|do mês|de cada mês|de todo mês|todo mês|por mês"
)
_EACH_MONTH = whole("each month|of each month|of every month|каждого месяца|de cada mês|de todo mês|por mês")
_EVERY = whole("every|each|on every|on each|каждую|каждый|каждое|каждые|toda|todo|todas as|todos os|em toda|em todo")
_MONTHLY = whole(
    "every month on the|every month|monthly on the|monthly|ежемесячно|раз в месяц|каждый месяц|todo mês|mensalmente|"
    "uma vez por mês"
)
_ON = r"(?:,?\s(?:on|в|во|на|no|na|em|toda|todo)(?:\s(?:the|o|a))?)?\s?"
_TWO_WEEKS = "|".join(
    (
        whole(
            "every other week|every second week|every 2nd week|every two weeks|every 2 weeks|each second week|biweekly|"
            "bi-weekly|fortnightly|every fortnight|once a fortnight|once every two weeks|once in two weeks|"
            "раз в две недели|раз в 2 недели|каждые две недели|каждые 2 недели|каждую вторую неделю|"
            "a cada duas semanas|a cada 2 semanas|de duas em duas semanas|a cada quinze dias|a cada 15 dias|"
            "de quinze em quinze dias|quinzenalmente|quinzenal|semana sim, semana não|semana sim semana não"
        ),
        "每隔一?[个個]?(?:周|週|星期|礼拜)(?:的)?",
        "每(?:两|二|2)\\s?[个個]?(?:周|週|星期|礼拜)(?:一次)?(?:的)?",
        "隔周(?:的)?",
        "[每逢]?双周(?:的)?",
    )
)
_EACH_WEEK = "|".join(
    (
        whole(
            "every week|each week|weekly|once a week|каждую неделю|еженедельно|раз в неделю|toda semana|"
            "todas as semanas|semanalmente|semanal|uma vez por semana"
        ),
        "每[个個]?(?:周|週|星期|礼拜)(?:一次)?(?![一二三四五六日天])",
    )
)
_OTHERWISE = "|".join(
    (
        whole(
            "every day|every morning|every evening|every weekday|every year|every hour|yearly|annually|каждый день|"
            "каждый вечер|каждое утро|ежедневно|каждый год|ежегодно|по будням|todo dia|todos os dias|todo ano"
        ),
        rf"{BEGIN}(?:every|каждые|раз\sв|a\scada)\s(?:\d{{1,3}}|three|four|five|six|три|четыре|пять|tres|quatro|cinco)\s(?:d|w|m|y|д|н|м|s)[a-zа-я]+",
        rf"{BEGIN}(?:каждую|каждыи|каждое)\s(?:третью|третии|третье|четвертую|четвертыи|четвертое)\sнеделю",
        f"{BEGIN}every\\s(?:third|fourth|3rd|4th)\\sweek{END}",
        "每天|每日|每年|每个?工作日|[单單]周",
    )
)
_PATTERNS: tuple[tuple[str, Repeat | None], ...] = (
    (rf"每[个個]?月的?(?:{CHINESE_NTH})[个個]?{CHINESE_DAY}", Repeat.MONTHLY),
    (rf"(?:{_MONTHLY}{_ON})?(?:(?:{_EVERY}|{BEGIN}the)\s)?{NTH}\s{DAY}\s{_OF_MONTH}", Repeat.MONTHLY),
    (rf"{_MONTHLY}{_ON}{NTH}\s{DAY}", Repeat.MONTHLY),
    (rf"{_EVERY}\s(?:other|second|2nd|вторую|второи|второе|2-ю|2-и|segunda|segundo)\s{DAY}", Repeat.FORTNIGHTLY),
    (rf"{_EVERY}\s{NTH}\s{DAY}", Repeat.MONTHLY),
    (rf"(?P<day>{WEEKDAY})\ssim,?\s{WEEKDAY}\snao{END}", Repeat.FORTNIGHTLY),
    (r"隔周的?(?:周|星期)?(?P<day>[一二三四五六日天])", Repeat.FORTNIGHTLY),
    (_TWO_WEEKS, Repeat.FORTNIGHTLY),
    (_OTHERWISE, None),
    (rf"{_EVERY}\s{DAY}", Repeat.WEEKLY),
    (rf"每[个個逢]?{CHINESE_DAY}", Repeat.WEEKLY),
    (rf"{BEGIN}(?:on|по|aos|as|nos|nas)\s(?P<day>{PLURAL_WEEKDAY})", Repeat.WEEKLY),
    (rf"(?P<day>{PLURAL_WEEKDAY})(?=\s(?:at|в|as|\d))", Repeat.WEEKLY),
    (_EACH_WEEK, Repeat.WEEKLY),
    (rf"{_MONTHLY}|{_EACH_MONTH}|每[个個]?月", Repeat.MONTHLY),
)
_COUNT = rf"(?:(?<!\d)(?P<n>\d{{1,3}})\s?(?:{whole('times|раз|раза|vezes|sessions|встреч|встречи|encontros')}|次))"
