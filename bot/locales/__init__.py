"""Message catalogues: everything that people read, in each of the languages that the bot speaks.

The code holds the English texts (`_("…")`, `N_("…")`, `UserError("…")`) with `{name}` placeholders; the catalogues
are gettext PO files beside this module. `make messages` brings them up to date.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    format_timedelta,
    get_datetime_format,
    get_day_names,
    get_month_names,
)
from babel.lists import format_list
from babel.numbers import format_decimal

from bot.domain.zones import plain_city
from bot.locales.compiled import read_catalogue

LANGUAGES = ("en", "ru", "pt_BR", "zh_Hans")
"""The languages with a complete catalogue, as CLDR locale names."""

FOLDER = Path(__file__).parent

_OWN_NAMES = {"en": "English", "ru": "русский", "pt_BR": "português (Brasil)", "zh_Hans": "中文 (简体)"}
"""As CLDR has them: looking them up there would load all that it knows of each language, at every start."""
_ORDINALS = {"one": "st", "two": "nd", "few": "rd", "other": "th"}
_Day = date  # by another name, since a translator has a method of this one


def N_(text: str) -> str:  # noqa: N802 -- gettext's customary name for "translate me later"
    """Marks a text for the catalogues where it is declared; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Translator:
    """Speaks one language. Made by `translator`."""

    language: str
    _catalogue: NullTranslations

    def gettext(self, text: str, **values: object) -> str:
        """The text in this language, its placeholders filled in; the English text where the catalogue lacks it."""
        return self._catalogue.gettext(text).format(**values)

    def ngettext(self, singular: str, plural: str, number: int, **values: object) -> str:
        """The form of the text that goes with the number; `{number}` is the number as this language writes it."""
        return self._catalogue.ngettext(singular, plural, number).format(number=self.number(number), **values)

    def number(self, value: int) -> str:
        return format_decimal(value, locale=self.language)

    def ordinal(self, value: int) -> str:
        """A number as a place in an order, where a sentence needs more than the number: "3rd" in English."""
        return self.number(value) + (_ORDINALS[Locale.parse("en").ordinal_form(value)] if self.language == "en" else "")

    def date(self, value: date) -> str:
        """A calendar date, written out: "21 November 2026"."""
        return format_date(value, format="long", locale=self.language)

    def month(self, day: _Day) -> str:
        """The month of a day, with its year: "November 2026"."""
        return str(format_skeleton("yMMMM", day, locale=self.language))

    def days(self, first: _Day, last: _Day) -> str:
        """Two calendar days and what is between them: "15 – 21 November 2026"."""
        return format_interval(first, last, "yMMMd", locale=self.language)

    def moment(self, value: datetime, zone: tzinfo) -> str:
        """An aware moment as wall time of a zone, date and time of day, to the minute."""
        local = value.astimezone(zone)
        pattern = str(get_datetime_format("medium", locale=self.language))
        time = format_time(local, format="short", locale=self.language)
        return pattern.format(time, format_date(local, format="medium", locale=self.language))

    def wall_time(self, value: datetime, zone: tzinfo) -> str:
        """An aware moment as the clock on a wall of a zone shows it, with the day of the week: "Thu, Mar 5, 09:00"."""
        local = value.astimezone(zone)
        return f"{format_skeleton('yMMMEd', local, tzinfo=zone, locale=self.language)}, {local:%H:%M}"

    def city(self, zone: str) -> str:
        """What this language calls a zone (IANA) after its city: "Moscow"; an offset as people write it, "UTC+3"."""
        area, _slash, place = zone.rpartition("/")
        if area == "Etc":  # the signs of these names are the wrong way round
            return "UTC" + place.removeprefix("GMT").translate({43: "-", 45: "+"})
        places = Locale.parse(self.language).time_zones
        known = (places.get(name, {}).get("city") for name in (zone, *_former_names().get(zone, ())))
        return next((str(city) for city in known if city), place.replace("_", " "))

    def duration(self, value: timedelta) -> str:
        """A length of time in days, hours and minutes: "1 h 30 min"."""
        minutes = int(value.total_seconds()) // 60
        days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
        parts = [self.ngettext("{number} day", "{number} days", days)] if days else []
        parts += [self.gettext("{hours} h", hours=hours)] if hours else []
        parts += [self.gettext("{minutes} min", minutes=minutes)] if minutes or not parts else []
        return " ".join(parts)

    def distance(self, value: timedelta) -> str:
        """How far off something is, roughly: "in 2 weeks", "3 hours ago"."""
        return format_timedelta(value, add_direction=True, threshold=1.2, locale=self.language)

    def weekday(self, day: int) -> str:
        """The short name of a day of the week; 0 is Monday."""
        return str(get_day_names("abbreviated", locale=self.language)[day])

    def listing(self, words: Iterable[str]) -> str:
        """Words joined as this language joins them: "a, b and c"."""
        return format_list(list(words), locale=self.language)

    def choice(self, words: Iterable[str]) -> str:
        """Words of which one is enough: "a, b or c"."""
        return format_list(list(words), style="or", locale=self.language)

    def language_name(self, tag: str) -> str:
        """What this language calls the language of a tag ("pt" → "Portuguese"); the tag itself where it has no name."""
        return _locale_of(tag).get_display_name(self.language) or tag if _known(tag) else tag


def own_name(language: str) -> str:
    """What a language calls itself: "русский"."""
    return _OWN_NAMES.get(language) or Locale.parse(language).get_display_name(language) or language


def client_language() -> str | None:
    """The language of the terminal, as POSIX has it in LC_ALL, LC_MESSAGES and LANG."""
    chosen = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    tag = chosen.split(".")[0].replace("_", "-")
    return tag if tag not in ("", "C", "POSIX") else None


def nearest(tag: str | None) -> str | None:
    """The language of ours that somebody with this BCP 47 tag reads ("pt-PT" → "pt_BR"), None where there is none."""
    if not tag:
        return None
    primary = tag.replace("_", "-").split("-")[0].lower()
    return next((language for language in LANGUAGES if language.split("_")[0] == primary), None)


@cache
def city_names() -> dict[str, str]:
    """Zones by what our languages call the cities that they are named after, as `plain_city` writes those."""
    return {
        plain_city(place["city"]): zone
        for language in LANGUAGES
        for zone, place in Locale.parse(language).time_zones.items()
        if "city" in place and "/" in zone and zone.partition("/")[0] != "Etc"
    }


@cache
def month_names() -> frozenset[str]:
    """What our languages call the months, in small letters and without full stops."""
    named = (
        name
        for language in LANGUAGES
        for use in ("format", "stand-alone")
        for length in ("wide", "abbreviated")
        for name in get_month_names(length, use, language).values()
    )
    return frozenset(name.rstrip(".").casefold() for name in named)


@cache
def _former_names() -> dict[str, list[str]]:
    """What zones were called before, by what they are called now: CLDR keeps the names that it began with."""
    names: dict[str, list[str]] = {}
    for former, zone in get_global("zone_aliases").items():
        names.setdefault(zone, []).append(former)
    return names


@cache
def translator(language: str) -> Translator:
    """The translator of one of LANGUAGES. Raises KeyError for any other."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return Translator(language, read_catalogue(FOLDER / f"{language}.po"))


def _known(tag: str) -> bool:
    try:
        _locale_of(tag)
    except (ValueError, UnknownLocaleError):
        return False
    return True


def _locale_of(tag: str) -> Locale:
    return Locale.parse(tag.replace("-", "_"))
