"""Time zones as people name them: IANA names, cities, and offsets from UTC."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.schedules import zone_named

MOST_SUGGESTIONS = 5
LETTERS_OF_A_BEGINNING = 4
"""Letters from which the beginning of one name only is taken for that name."""
LONGEST_NAME = 40
MOST_COMPARED = 3
_POPULOUS = ("Europe/Berlin", "America/New_York", "Asia/Shanghai", "Asia/Kolkata", "America/Sao_Paulo")
_AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")

# Large cities that are not what the zone database calls their zone, in the languages that we speak.
_CITIES = {
    "Asia/Shanghai": "beijing guangzhou shenzhen china пекин гуанчжоу китай pequim xangai 北京 广州 深圳 中国",
    "Asia/Kolkata": "delhi mumbai bangalore bengaluru chennai india дели мумбаи бангалор индия deli índia 印度 德里",
    "America/New_York": "boston washington philadelphia atlanta miami бостон вашингтон майами 波士顿 华盛顿",
    "America/Los_Angeles": "san_francisco seattle san_diego сан-франциско сиэтл são_francisco 旧金山 西雅图",
    "America/Toronto": "ottawa montreal montréal оттава монреаль 渥太华 蒙特利尔",
    "America/Sao_Paulo": "brasilia rio_de_janeiro rio belo_horizonte curitiba бразилиа рио-де-жанейро 里约热内卢",
    "Europe/Moscow": "msk saint_petersburg st_petersburg spb kazan мск москва санкт-петербург петербург спб казань",
    "Europe/Kyiv": "kiev киев",
    "Europe/Lisbon": "porto порту",
    "Europe/Berlin": "munich münchen hamburg frankfurt cologne мюнхен гамбург франкфурт munique 慕尼黑",
    "Europe/Rome": "milan milano милан milão 米兰",
    "Europe/Madrid": "barcelona барселона 巴塞罗那",
    "Europe/Zurich": "geneva lausanne genève женева genebra 日内瓦",
    "Europe/London": "edinburgh cambridge oxford manchester эдинбург кембридж оксфорд edimburgo 剑桥 牛津",
    "Asia/Jerusalem": "tel_aviv тель-авив 特拉维夫",
    "Asia/Tokyo": "osaka kyoto japan осака киото япония japão 大阪 京都 日本",
    "Australia/Sydney": "canberra канберра 堪培拉",
    "Asia/Novosibirsk": "novosibirsk новосибирск",
}


def find_zone(typed: str, cities: Mapping[str, str], *, whole: bool = False) -> str | None:
    """The IANA name of the zone that somebody means, None where that is not clear. `cities` are zones by further names
    of places, as `plain_city` writes them. With `whole` the beginning of a name is not enough."""
    exact = zone_named(typed)
    if exact is not None:
        return exact
    wanted, known = plain_city(typed), {**_known(), **cities}
    if wanted in known:
        return known[wanted]
    if whole:
        return None
    beginning = {zone for name, zone in known.items() if name.startswith(wanted)}
    return beginning.pop() if len(beginning) == 1 and len(wanted) >= LETTERS_OF_A_BEGINNING else None


def similar_zones(typed: str, cities: Mapping[str, str]) -> list[str]:
    """Zones whose places are called like what somebody has typed, the likeliest first; none where nothing is."""
    wanted, known = plain_city(typed.rpartition("/")[2])[:LONGEST_NAME], {**_known(), **cities}
    if not wanted:
        return []
    beginning = [zone for name, zone in known.items() if name.startswith(wanted)]
    close = [known[name] for name in get_close_matches(wanted, known, n=MOST_SUGGESTIONS, cutoff=0.75)]
    within = [zone for name, zone in known.items() if len(wanted) > 2 and wanted in name]
    return list(dict.fromkeys([*beginning, *close, *within]))[:MOST_SUGGESTIONS]


def plain_city(name: str) -> str:
    """A name as names are compared: without case, accents, and what stands between words."""
    spelled = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in spelled if char.isalnum())


def zones_to_compare(own: str, others: Sequence[str], at: datetime) -> list[str]:
    """The first of these zones in which the clock shows something else at that moment than in one's own, and than in
    those before; where they are too few, zones in which many people live."""
    seen = {_offset(own, at)}
    found = []
    for zone in (*others, *_POPULOUS):
        if (offset := _offset(zone, at)) not in seen:
            seen.add(offset)
            found.append(zone)
    return found[:MOST_COMPARED]


def _offset(zone: str, at: datetime) -> timedelta | None:
    return at.astimezone(ZoneInfo(zone)).utcoffset()


@cache
def city_zones() -> tuple[str, ...]:
    """The zones that are called after a place, in order of their names."""
    return tuple(sorted(zone for zone in available_timezones() if zone.partition("/")[0] in _AREAS))


@cache
def _known() -> dict[str, str]:
    """Zones by what the zone database calls their place, and by larger cities in them."""
    known = {plain_city(zone.rpartition("/")[2]): zone for zone in city_zones()}
    return known | {plain_city(city): zone for zone, cities in _CITIES.items() for city in cities.split()}
