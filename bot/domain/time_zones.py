"""Zones that a text about a time names: "18:00 МСК", "6pm Berlin time", "UTC+2", "北京时间"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain.schedules import zone_named
from bot.domain.time_scan import Scan
from bot.domain.time_words import BEGIN, END
from bot.domain.zones import find_zone

# Abbreviations of one meaning in our languages' countries. One that also is a fixed offset ("EST") stands for the city
# whose wall clock people mean by it.
_SHORT = {
    "utc": "UTC",
    "gmt": "UTC",
    "мск": "Europe/Moscow",
    "msk": "Europe/Moscow",
    "cet": "Europe/Berlin",
    "cest": "Europe/Berlin",
    "et": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "brt": "America/Sao_Paulo",
    "jst": "Asia/Tokyo",
}
_HALF_HOURS = {
    "+3:30": "Asia/Tehran",
    "+4:30": "Asia/Kabul",
    "+5:30": "Asia/Kolkata",
    "+5:45": "Asia/Kathmandu",
    "+6:30": "Asia/Yangon",
    "+9:30": "Australia/Darwin",
}
"""Zones that are always so far ahead of UTC; a zone's name can only say full hours."""
_ADJECTIVES = {"московск": "москва", "киевск": "киев", "нью-иоркск": "нью-иорк", "парижск": "париж", "римск": "рим"}

_OFFSET = r"\(?(?:utc|gmt)\s?(?P<sign>[+−–-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?(?![\d:])\)?"
_BEHIND = r"(?<=\d:\d\d)\s?(?:(?P<sign>[+-])(?P<hours>[01]\d)(?::?(?P<minutes>[0-5]\d))?(?!\d)|z(?![a-zа-я]))"
_NAMED = r"\(?(?P<name>[a-z]{2,20}/[a-z_]{2,30}(?:/[a-z_]{2,30})?)\)?"
_ABBREVIATION = rf"\(?(?:{BEGIN}(?:по|no|em)\s)?{BEGIN}(?P<name>{'|'.join(_SHORT)}){END}\)?"
_WORD = r"[^\W\d_]+(?:-[^\W\d_]+)*"
_WORDS = rf"{_WORD}(?:\s{_WORD}){{0,2}}"
_BEFORE_TIME = rf"\(?(?P<name>{_WORDS})\stime{END}\)?"
_CHINESE = r"[(]?(?P<name>[\u4e00-\u9fff]{2,8}?)(?:当地)?(?:时间|時間)[)]?"
_AFTER = (
    rf"\(?{BEGIN}по\s(?P<name>[а-я-]{{3,20}}ск)ому(?:\sвремени)?{END}\)?",
    rf"\(?{BEGIN}(?P<name>[а-я-]{{3,20}}ск)ое\sвремя{END}\)?",
    rf"\(?{BEGIN}по\s(?:времени\s)?(?P<name>{_WORDS})\)?",
    rf"\(?{BEGIN}(?:no\s)?(?:horario|hora|fuso)\s(?:local\s)?(?:de|do|da)\s(?P<name>{_WORDS})\)?",
    rf"\((?P<name>{_WORDS})\)",
)


def read_zone(scan: Scan, cities: Mapping[str, str]) -> str | None:
    """The zone (IANA) that a text names, taken out of it. `cities` are as of `zones.find_zone`."""
    for pattern in (_OFFSET, _BEHIND):
        found = scan.find(pattern)
        zone = _offset(found) if found else None
        if found and zone:
            scan.take_out(found)
            return zone
    found = scan.find(_NAMED)
    zone = zone_named(found["name"]) if found else None
    if found and zone:
        scan.take_out(found)
        return zone
    if found := scan.take(_ABBREVIATION):
        return _SHORT[found["name"]]
    if (found := scan.find(_BEFORE_TIME)) and (zone := _last_words(scan, found, " ", cities)):
        return zone
    if (found := scan.find(_CHINESE)) and (zone := _last_words(scan, found, "", cities)):
        return zone
    return next((zone for pattern in _AFTER if (zone := _first_words(scan, pattern, cities))), None)


def _last_words(scan: Scan, found: re.Match[str], separator: str, cities: Mapping[str, str]) -> str | None:
    """The zone of a place whose name ends where a match's does, where before it may stand something else."""
    words = found["name"].split(separator) if separator else list(found["name"])
    for number in range(len(words)):
        name = separator.join(words[number:])
        if zone := find_zone(name, cities, whole=True):
            tail = scan.find(r"\(?" + re.escape(name + found[0][found.end("name") - found.start() :]))
            if tail:
                scan.take_out(tail)
            return zone
    return None


def _first_words(scan: Scan, pattern: str, cities: Mapping[str, str]) -> str | None:
    """The zone of a place whose name begins where a match's does, where behind it may stand something else."""
    found = scan.find(pattern)
    if found is None:
        return None
    words = found["name"].split()
    for number in range(len(words), 0, -1):
        name = " ".join(words[:number])
        zone = next((zone for form in _nominatives(name) if (zone := find_zone(form, cities, whole=True))), None)
        if zone:
            until = found[0] if number == len(words) else found[0][: found.start("name") - found.start() + len(name)]
            taken = scan.find(re.escape(until))
            assert taken is not None
            scan.take_out(taken)
            return zone
    return None


def _nominatives(name: str) -> list[str]:
    """What a name in the Russian dative or its adjective could be of: "Москве", "московск"."""
    if name in _ADJECTIVES:
        return [_ADJECTIVES[name]]
    return [name, name.removesuffix("ск"), name[:-1], name[:-1] + "а", name[:-1] + "ь"]


def _offset(found: re.Match[str]) -> str | None:
    if not found["hours"]:
        return "UTC"
    sign, hours, minutes = "+" if found["sign"] == "+" else "-", int(found["hours"]), found["minutes"]
    if minutes and int(minutes):
        return _HALF_HOURS.get(f"{sign}{hours}:{minutes}")
    return zone_named(f"UTC{sign}{hours}")
