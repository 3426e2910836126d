"""Reads what people type behind /digest: a time, a section, a language, in any order and any of our languages."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache

from babel import Locale

from bot.domain.digests import DigestFilter, Period
from bot.domain.errors import UserError
from bot.domain.sections import Section, classify
from bot.locales import LANGUAGES, N_, translator
from bot.services.item_message import SECTION_LABELS

PERIOD_LABELS = {Period.TODAY: N_("today"), Period.YESTERDAY: N_("yesterday"), Period.WEEK: N_("week")}

LONGEST = 6
"""Words in the longest phrase that means one thing ("ML and NLP creativity and society")."""

# Languages that newsletters and channels about papers are written in; more are understood by their two-letter code.
_NAMED = (
    "en",
    "ru",
    "pt",
    "zh",
    "fr",
    "es",
    "tr",
    "ar",
    "de",
    "it",
    "ja",
    "ko",
    "uk",
    "pl",
    "nl",
    "hi",
    "fa",
    "vi",
    "id",
)

_DATE = re.compile(
    r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})|(\d{1,2})[./](\d{1,2})[./](\d{4})|(\d{4})年(\d{1,2})月(\d{1,2})日?"
)
_DAY_OF_YEAR = re.compile(
    r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})\.?|(?P<month_first>\d{1,2})月(?P<then_day>\d{1,2})日?"
)
_YEARS = range(1900, 2200)
"""Years that somebody may mean. The calendar's last day has no next one, at which its window could end."""

# What copied text may carry without showing it: joiners, marks of direction, byte order marks.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BETWEEN_WORDS = re.compile(r"[\s,;，、；]+")
_TAG = re.compile("([a-z]{2})[-_](?:[a-z]{2}|[a-z]{4})")

Meaning = Period | Section | date | str


def understand(words: str, *, today: date) -> tuple[Period | date, DigestFilter]:
    """A period or day (today where none is named) and a filter. Raises UserError for words that fit nothing."""
    period: Period | date = Period.TODAY
    section, language = None, None
    rest = [word for word in _BETWEEN_WORDS.split(_INVISIBLE.sub("", words[:200])) if word]
    while rest:
        size, meaning = _longest_meaning(rest, today)
        if meaning is None:
            raise UserError(
                "I do not understand “{words}”. Write for example: /digest yesterday, /digest 2026-03-05, "
                "/digest week ethics, /digest today ru.",
                words=" ".join(rest),
            )
        match meaning:
            case Section():
                section = meaning
            case Period() | date():
                period = meaning
            case _:
                language = meaning
        rest = rest[size:]
    return period, DigestFilter(section, language)


def read_date(words: str, *, today: date) -> date | None:
    """A calendar day as people write it, in figures or with the month's name; None where it is none."""
    found = _read_date(words.strip(), today)
    return found if found and found.year in _YEARS else None


def _read_date(words: str, today: date) -> date | None:
    if match := _DATE.fullmatch(words):
        return _checked(*(int(group) for group in match.groups() if group))
    if match := _DAY_OF_YEAR.fullmatch(words):
        return _last(int(match["day"] or match["then_day"]), int(match["month"] or match["month_first"]), today)
    if not re.search(r"\d", words) or not re.search(r"[^\W\d]", words):
        return None
    # Imported when it is first needed: it takes a third of a second and 30 MB that most starts can do without.
    import dateparser

    found = dateparser.parse(
        words,
        languages=[language.split("_")[0] for language in LANGUAGES],
        settings={
            "RELATIVE_BASE": datetime(today.year, today.month, today.day),  # noqa: DTZ001 -- a calendar day has no zone
            "PREFER_DATES_FROM": "past",
            "REQUIRE_PARTS": ["day", "month"],
        },
    )
    return found.date() if found else None


def _longest_meaning(words: list[str], today: date) -> tuple[int, Meaning | None]:
    """What the longest phrase at the beginning means, and how many words it has."""
    for size in range(min(LONGEST, len(words)), 0, -1):
        if meaning := _exact_meaning(" ".join(words[:size]), today):
            return size, meaning
    # A section in other words than ours ("libraries & code") ends where the next thing that we know begins.
    end = next((at for at in range(1, len(words)) if _exact_meaning(words[at], today)), len(words))
    for size in range(min(LONGEST, end), 0, -1):
        if section := classify(" ".join(words[:size])):
            return size, section
    return 0, None


def _exact_meaning(phrase: str, today: date) -> Meaning | None:
    key = phrase.casefold()
    return _vocabulary().get(key) or read_date(key, today=today) or _language_code(key)


def _language_code(word: str) -> str | None:
    tag = _TAG.fullmatch(word)
    primary = tag[1] if tag else word
    return primary if re.fullmatch("[a-z]{2}", primary) and primary in Locale.parse("en").languages else None


@cache
def _vocabulary() -> dict[str, Meaning]:
    """Every name of a language, a section and a period in each of our languages. The later ones win."""
    names: dict[str, Meaning] = {}
    for language in LANGUAGES:
        say = translator(language)
        names |= {Locale.parse(language).languages[tag].casefold(): tag for tag in _NAMED}
        names |= {say.gettext(label).casefold(): section for section, (_emoji, label) in SECTION_LABELS.items()}
        names |= {say.gettext(label).casefold(): period for period, label in PERIOD_LABELS.items()}
    names |= {tag: tag for tag in _NAMED}
    names |= {section.value: section for section in Section} | {period.value: period for period in Period}
    return names


def _last(day: int, month: int, today: date) -> date | None:
    """The last such day up to today; the 29th of February is not in every year, but in one of eight."""
    years = range(today.year, today.year - 9, -1)
    return next((one for year in years if (one := _checked(year, month, day)) and one <= today), None)


def _checked(first: int, month: int, last: int) -> date | None:
    year, day = (first, last) if first > 31 else (last, first)
    try:
        return date(year, month, day)
    except ValueError:
        return None
