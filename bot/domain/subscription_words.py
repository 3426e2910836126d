"""Reads what people type behind /subscribe, in any order and in the words of any of our four languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import Any

from bot.domain.errors import UserError
from bot.domain.question import checked_saved
from bot.domain.question_parser import parse_question
from bot.domain.question_signs import straight
from bot.domain.question_tree import is_of_club, is_personal
from bot.domain.schedules import EVERY_DAY, WORKDAYS, Schedule
from bot.domain.sections import Section, classify
from bot.domain.subscriptions import (
    LONGEST_WORD,
    MOST_STORIES,
    MOST_TIMES,
    MOST_WORDS,
    Choices,
    DigestStyle,
    UnknownPolicy,
)
from bot.domain.time_words import WEEKDAYS
from bot.domain.zones import find_zone, similar_zones

LONGEST_LINE = 1000
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # what a question asks for besides days does not depend on it
WEEKLY = frozenset({0})
"""The day of a weekly digest for which no day was named."""


def _table(lines: str) -> dict[str, str]:
    """What each word means: on every line the meaning, a colon, and the words for it."""
    rows = (line.partition(":") for line in lines.strip().splitlines())
    return {_plain(word): meaning.strip() for meaning, _, words in rows for word in [meaning.strip(), *words.split()]}


def _plain(word: str) -> str:
    """A word without case and accents."""
    spelled = unicodedata.normalize("NFKD", word.casefold())
    return unicodedata.normalize("NFKC", "".join(char for char in spelled if not unicodedata.combining(char)))


_KEYS = _table("""
source: sources источник источники fonte fontes 来源
section: sections раздел разделы рубрика рубрики seção seções 栏目 版块
lang: language languages язык языки idioma idiomas língua 语言
query: fits запрос подходит busca consulta 查询 符合
with: include word слово слова с com 包含
without: exclude без sem 不含 排除
max: number число макс максимум máx máximo número 最多 数量
style: вид стиль estilo 样式
empty: пусто vazio 空
titles: title заголовки заголовок título títulos 标题
zone: timezone зона пояс fuso 时区
quiet: тихо тишина silêncio 免打扰 静音
thread: ветка обсуждение tópico 讨论
unknown: неизвестно desconhecido 未知
""")

_DAYS = {word: int(day) for word, day in _table(WEEKDAYS).items() if word != day}
_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SPANS = {
    **dict.fromkeys(["daily", "everyday", "ежедневно", "diário", "diariamente", "每天", "每日"], EVERY_DAY),
    **dict.fromkeys(["weekdays", "weekday", "workdays", "будни", "будням", "úteis", "工作日"], WORKDAYS),
    **dict.fromkeys(["weekends", "weekend", "выходные", "выходным", "fins-de-semana", "周末"], EVERY_DAY - WORKDAYS),
}
_SPANS = {_plain(word): days for word, days in _SPANS.items()}
_WEEKLY = frozenset(map(_plain, ["weekly", "еженедельно", "semanal", "semanalmente", "每周"]))

# Phrases that mean what one word means; a longer one stands before what it begins with.
_PHRASES = {
    "todos os dias úteis": "weekdays",
    "every day": "daily",
    "every week": "weekly",
    "каждый день": "daily",
    "раз в неделю": "weekly",
    "каждую неделю": "weekly",
    "todos os dias": "daily",
    "dias úteis": "weekdays",
    "fim de semana": "weekends",
    "fins de semana": "weekends",
    "рабочие дни": "weekdays",
    "рабочим дням": "weekdays",
    "uma vez por semana": "weekly",
}
_FILLERS = frozenset(
    _plain(word)
    for word in [
        *("at", "on", "and", "the", "every", "в", "во", "и", "по", "на", "каждый", "каждую", "在", "和", "的", "每"),
        *("às", "as", "e", "em", "à", "a", "de", "da", "do", "no", "nos", "na", "nas", "aos", "toda", "todas"),
    ]
)
_SPELLINGS = sorted({*_DAYS, *re.findall(r"[^\W\d][\w-]*", WEEKDAYS)}, key=len, reverse=True)
_ANY_DAY = "|".join(map(re.escape, _SPELLINGS))
_DAY_SPAN = re.compile(
    r"(?:(?<![\w:])(?:from|с|со|de|da)\s+|从)?(?<![\w:-])"
    rf"({_ANY_DAY})(?:\s*[–—至到]\s*|\s+(?:-|to|till|through|по|до|a|à|até)\s+)({_ANY_DAY})(?![^\W\d]|[:-])",
    re.IGNORECASE,
)
"""From one day to another in several words, which else would read as these two days alone."""
_DAYS_BETWEEN = re.compile(rf"({_ANY_DAY})[-–—]({_ANY_DAY})")

_STYLES = _table("""
full: полно полный подробно completo 完整 详细
compact: кратко краткий compacto resumido 简 简洁 精简
""")
_ANSWERS = _table("""
yes: on true да sim 是 要
no: off false нет não 否 不要
""")
_POLICIES = _table("""
ask: спросить спрашивать perguntar 询问
resend: again повторить reenviar 重发
assume: assume_sent sent считать presumir 视为已送达
""")
_ALL = frozenset(map(_plain, ["all", "any", "everything", "все", "всё", "todos", "todas", "tudo", "全部", "所有"]))
_NONE = frozenset(map(_plain, ["none", "off", "no", "нет", "não", "nenhum", "nenhuma", "无", "否"]))

_NOTHING = {"source": "all", "query": "none", "with": "none", "without": "none", "quiet": "none"}
"""What an empty answer to a question means; elsewhere it changes nothing."""

_TOKEN = re.compile(r"""(?:"[^"]*"|“[^”]*”|«[^»]*»|[^\s"“«])+""")
_QUOTED = re.compile(r"""("[^"]*"|“[^”]*”|«[^»]*»)""")
_SEPARATORS = re.compile('[,、;"“”«»]')
_OPEN = ('"', "“", "«")
_KEY_WITH_SPACE = re.compile(r"(?<!\S)([^\W\d]+)\s*:\s+")
_QUOTES = str.maketrans("", "", '"“”«»')
_WITHIN_QUOTES = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»')
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:(?::|\.|h|点|时)(?P<minute>\d{2})分?|(?P<half>[ap]m)|(?::|\.)(?P<minute12>\d{2})(?P<half12>[ap]m)|h|点|时)"
)


def parse_subscription(
    words: str,
    defaults: Choices,
    *,
    sources: Mapping[str, int] | None = None,
    languages: Mapping[str, str] | None = None,
    cities: Mapping[str, str] | None = None,
) -> Choices:
    """The choices that a line names; what it does not name stays as in `defaults`. Times and days that stand in several
    places are added up.

    `sources` are ids by the names that people may write, also in part: each on a line of its own where there are
    several; one that is written in full is meant alone. `languages` are primary tags by further names, in small
    letters, `cities` zones by names of places (`zones.plain_city`). Raises UserError, with what can be written instead.
    """
    line = _Line(sources or {}, languages or {}, cities or {})
    text = unicodedata.normalize("NFKC", words)[:LONGEST_LINE]
    for token in _TOKEN.findall("".join(part if part[:1] in _OPEN else _tidy(part) for part in _QUOTED.split(text))):
        line.take(token)
    return line.applied_to(defaults)


def _tidy(text: str) -> str:
    """Words outside of quotation marks, with one word for each thing that people say in several."""
    for phrase, word in _PHRASES.items():
        text = re.sub(rf"(?<![\w:]){phrase}\b", word, text, flags=re.IGNORECASE)
    text = re.sub(r"每(?=(?:周|星期)[一二三四五六日天])", "", text)
    text = _DAY_SPAN.sub(
        lambda span: " {}-{} ".format(*(_DAY_NAMES[_DAYS[_plain(day)]] for day in span.groups())), text
    )
    text = re.sub(r"(?<=[一二三四五六日天周末])(?=\d)", " ", text)  # Chinese needs no space between a day and a time
    text = re.sub(r"(?<=\d)\s+([ap])\.?m\b\.?", r"\1m", text, flags=re.IGNORECASE)
    text = _KEY_WITH_SPACE.sub(lambda key: f"{key[1]}:" if _plain(key[1]) in _KEYS else key[0], text)
    return re.sub(r"\s*([,、])\s*", ",", text)


def with_answer(
    choices: Choices,
    key: str,
    typed: str,
    *,
    sources: Mapping[str, int],
    languages: Mapping[str, str],
    cities: Mapping[str, str],
) -> Choices:
    """The choices with what somebody has written for one of them, in place of what it was: `key` is "when" for times
    and days, else as in a line. Nothing written means no choice. Arguments and errors are as of
    `parse_subscription`."""
    text = unicodedata.normalize("NFKC", typed).strip()[:LONGEST_LINE]
    if key == "when":
        return parse_subscription(text, choices)
    line = _Line(sources, languages, cities)
    if key != "query":
        text = re.sub(r"[、;\n]", ",", text)
    text = text or _NOTHING.get(key, "")
    if text:
        line.take_value(key, text)
    return line.applied_to(choices)


def as_line(choices: Choices, titles: Mapping[int, str]) -> str:
    """The choices as somebody could have typed them. `titles` are those of the sources."""
    schedule = choices.schedule
    parts = [",".join(f"{at:%H:%M}" for at in sorted(schedule.times)), days_as_line(schedule.weekdays)]
    parts.append(f"zone:{schedule.zone}")
    listed = {
        "section": [section.value for section in choices.sections],
        "lang": sorted(choices.languages),
        "source": [f'"{source_word(titles[one])}"' for one in sorted(choices.source_ids) if one in titles],
        "query": [f"“{straight(choices.question)}”"] if choices.question else [],
        "with": [f'"{word}"' for word in choices.include_words],
        "without": [f'"{word}"' for word in choices.exclude_words],
        "titles": list(choices.title_languages),
    }
    parts += [f"{key}:{','.join(values)}" for key, values in listed.items() if values]
    parts += [f"max:{choices.max_stories}", choices.style.value]
    parts += ["empty:yes"] if choices.say_nothing_new else []
    parts += ["thread:yes"] if choices.discussion_thread else []
    if choices.quiet_hours:
        parts.append("quiet:{:%H:%M}-{:%H:%M}".format(*choices.quiet_hours))
    if choices.unknown_policy is not UnknownPolicy.ASK:
        parts.append(f"unknown:{choices.unknown_policy.value.partition('_')[0]}")
    return " ".join(parts)


def days_as_line(weekdays: frozenset[int]) -> str:
    """Days of the week as somebody could have typed them."""
    named = {EVERY_DAY: "daily", WORKDAYS: "weekdays", EVERY_DAY - WORKDAYS: "weekends"}
    return named.get(weekdays) or ",".join(_DAY_NAMES[day] for day in sorted(weekdays))


@dataclass
class _Line:
    """What has been read of a line so far."""

    sources: Mapping[str, int]
    languages: Mapping[str, str]
    cities: Mapping[str, str]
    times: set[time] = field(default_factory=set)
    days: set[int] = field(default_factory=set)
    weekly: bool = False
    zone: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    def take(self, token: str) -> None:
        key, colon, value = token.partition(":")
        known = _KEYS.get(_plain(key)) if colon and not key.isdigit() else None
        if known:
            self.take_value(known, value)
        elif not all(self._take_word(word) for word in token.split(",") if word):
            raise UserError(
                "I do not understand “{words}”. Write for example: /subscribe 09:00 weekdays section:publications "
                "lang:ru,en max:12",
                words=token[:LONGEST_WORD],
            )

    def applied_to(self, defaults: Choices) -> Choices:
        now = defaults.schedule
        days = frozenset(self.days) or (WEEKLY if self.weekly else now.weekdays)
        schedule = Schedule(tuple(sorted(self.times)) or now.times, days, self.zone or now.zone)
        if len(schedule.times) > MOST_TIMES:
            raise UserError("At most {most} digests a day.", most=MOST_TIMES)
        return replace(defaults, schedule=schedule, **self.changes)

    def _take_word(self, word: str) -> bool:
        plain = _plain(word)
        if at := _time(plain):
            self.times.add(at)
        elif plain in _SPANS:
            self.days |= _SPANS[plain]
        elif plain in _WEEKLY:
            self.weekly = True
        elif plain in _STYLES:
            self.changes["style"] = DigestStyle(_STYLES[plain])
        elif days := _days(plain):
            self.days |= days
        else:
            return plain in _FILLERS
        return True

    def take_value(self, key: str, value: str) -> None:
        readers: dict[str, Callable[[str], object]] = {
            "source": self._take_sources,
            "section": lambda text: self._set("sections", _distinct(map(_section, _listed(key, text)))),
            "lang": lambda text: self._set("languages", frozenset(map(self._language, _listed(key, text)))),
            "titles": lambda text: self._set("title_languages", _distinct(map(self._language, _listed(key, text)))),
            "query": lambda text: self._set("question", _question(text)),
            "with": lambda text: self._add("include_words", _listed(key, text)),
            "without": lambda text: self._add("exclude_words", _listed(key, text)),
            "max": lambda text: self._set("max_stories", _number(text)),
            "style": lambda text: self._set("style", DigestStyle(_one_of(key, text, _STYLES))),
            "empty": lambda text: self._set("say_nothing_new", _one_of(key, text, _ANSWERS) == "yes"),
            "thread": lambda text: self._set("discussion_thread", _one_of(key, text, _ANSWERS) == "yes"),
            "unknown": lambda text: self._set("unknown_policy", _policy(key, text)),
            "quiet": lambda text: self._set("quiet_hours", _quiet_hours(text)),
            "zone": self._take_zone,
        }
        readers[key](value)

    def _set(self, name: str, value: object) -> None:
        self.changes[name] = value

    def _add(self, name: str, words: list[str]) -> None:
        self.changes[name] = _distinct([*self.changes.get(name, ()), *words])

    def _take_zone(self, value: str) -> None:
        self.zone = known_zone(value.translate(_QUOTES), self.cities)

    def _take_sources(self, value: str) -> None:
        found: set[int] = set(self.changes.get("source_ids", ()))
        for word in _listed("source", value):
            wanted = _name(word)
            names = [(list(map(_name, name.split("\n"))), id_) for name, id_ in self.sources.items()]
            fitting = {id_ for parts, id_ in names if wanted in parts}
            fitting = fitting or {id_ for parts, id_ in names if any(wanted in part for part in parts)}
            if not wanted or not fitting:
                raise UserError("I read no source “{source}”. /sources lists what I read.", source=word)
            found |= fitting
        self.changes["source_ids"] = frozenset(found)

    def _language(self, word: str) -> str:
        known = self.languages.get(word.casefold())
        if known:
            return known
        tag = re.fullmatch(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", word.casefold())
        if tag is None:
            raise UserError("“{language}” is no language code. Write it like en, ru or zh.", language=word)
        return tag[1]


def known_zone(typed: str, cities: Mapping[str, str]) -> str:
    """The zone that somebody means. Raises UserError, with what it could be, where that is not clear."""
    typed = " ".join(typed.split())[:LONGEST_WORD]
    zone = find_zone(typed, cities)
    if zone is not None:
        return zone
    similar = similar_zones(typed, cities)
    if similar:
        raise UserError(
            "Which time zone is “{zone}”? Perhaps one of these: {zones}.", zone=typed, zones=", ".join(similar)
        )
    raise UserError(
        "There is no time zone “{zone}”. Write a large city nearby, or a name like Europe/Moscow or UTC+3.", zone=typed
    )


def _listed(key: str, value: str) -> list[str]:
    """The values behind a key; none where it says that there is to be no choice."""
    words = [word.translate(_QUOTES).strip() for word in re.findall(r"""(?:"[^"]*"|“[^”]*”|«[^»]*»|[^,])+""", value)]
    words = [word for word in words if word]
    if not words or len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        raise UserError(
            "Write what you want behind “{key}:”, at most {most} words of at most {length} characters.",
            key=key,
            most=MOST_WORDS,
            length=LONGEST_WORD,
        )
    return [] if len(words) == 1 and _plain(words[0]) in _ALL | _NONE else words


def _question(value: str) -> str:
    """A question, without the quotation marks that hold it together in a line; "" for none."""
    within = _WITHIN_QUOTES.fullmatch(value)
    words = " ".join((next(filter(None, within.groups()), "") if within else value).split())
    if _plain(words) in _NONE:
        return ""
    question = parse_question(words, _SOME_DAY, UTC)
    if is_personal(question):
        raise UserError(
            "A digest does not know what somebody has saved or opened. Leave that filter out of its search; an alert "
            "of your own may have it: /alert."
        )
    if is_of_club(question):
        raise UserError(
            "A digest does not choose by what a club has discussed. Leave that filter out of its search; an alert may "
            "have it: /alert."
        )
    return checked_saved(words)


def source_word(title: str) -> str:
    """A title as somebody can write it in quotation marks behind "source:"."""
    return title.translate(_QUOTES)[:LONGEST_WORD]


def _name(words: str) -> str:
    """A name as it is compared: without case, punctuation that separates and encloses, and double spaces."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return " ".join(_SEPARATORS.sub(" ", plain).split())


def _distinct(values: Any) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _time(word: str) -> time | None:
    match = _TIME.fullmatch(word)
    if match is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or match["minute12"] or 0)
    if half := match["half"] or match["half12"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _days(word: str) -> frozenset[int]:
    """A day, or the days from one to another ("fri-mon"); none where the word is something else."""
    if word in _DAYS:
        return frozenset({_DAYS[word]})
    span = _DAYS_BETWEEN.fullmatch(word)
    if span is None:
        return frozenset()
    begin, end = (_DAYS[_plain(day)] for day in span.groups())
    return frozenset((begin + step) % 7 for step in range((end - begin) % 7 + 1))


def _section(word: str) -> Section:
    plain = word.casefold().replace("-", "_").replace(" ", "_")
    if plain in set(Section):
        return Section(plain)
    section = classify(word.replace("_", " "))
    if section is None:
        names = ", ".join(Section)
        raise UserError("I know no section “{section}”. Sections: {sections}.", section=word, sections=names)
    return section


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST_STORIES):
        raise UserError("A digest has between 1 and {most} stories.", most=MOST_STORIES)
    return int(text)


def _one_of(key: str, text: str, table: Mapping[str, str]) -> str:
    meaning = table.get(_plain(text))
    if meaning is None:
        answers = ", ".join(dict.fromkeys(table.values()))
        raise UserError("Behind “{key}:” I understand: {answers}.", key=key, answers=answers)
    return meaning


def _policy(key: str, text: str) -> UnknownPolicy:
    word = _one_of(key, text, _POLICIES)
    return UnknownPolicy.ASSUME_SENT if word == "assume" else UnknownPolicy(word)


def _quiet_hours(text: str) -> tuple[time, time] | None:
    if _plain(text) in _NONE:
        return None
    words = re.split("[-–—]", text)
    begin, end = (_time(_plain(words[0])), _time(_plain(words[1]))) if len(words) == 2 else (None, None)
    if begin is None or end is None or begin == end:
        raise UserError("Write quiet hours like quiet:22:00-07:00, or quiet:no for none.")
    return begin, end
