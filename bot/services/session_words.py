"""The choices of a session in words: what it is called in lists of facts, and reading what people write of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.club import SessionPaper
from bot.domain.errors import UserError
from bot.domain.links import find_urls
from bot.domain.papers import address, find_papers, paper_of
from bot.domain.series import SeriesRule
from bot.domain.session_drafts import LONGEST, MOST_PAPERS, MOST_PEOPLE, SessionSketch
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.series_words import series_words

LABELS = {
    "starts_at": N_("When"),
    "rule": N_("Repeats"),
    "title": N_("Title"),
    "papers": N_("Papers"),
    "speaker_names": N_("Speakers"),
    "place": N_("Place"),
    "place_for_going": N_("Who sees the place"),
    "length": N_("Length"),
    "listeners": N_("Places for listeners"),
    "speakers": N_("Places for speakers"),
    "minimum": N_("Minimum"),
    "cutoff": N_("Sign-up closes"),
    "notes": N_("Notes"),
    "chats": N_("Shown in"),
}
"""What can be decided about a session, in the order in which it is listed."""
_UNITS = {
    "minutes": r"m|min|mins|minutes?|мин\w*|м|minutos?|分钟?|分鐘",
    "hours": r"h|hr|hrs|hours?|ч|час\w*|horas?|小时|小時|个小时|時",
    "days": r"d|days?|д|дн\w*|день|сут\w*|dias?|天|日",
}
_AMOUNT = re.compile(
    r"(\d{1,4}(?:[.,]\d{1,2})?)\s*(?:"
    + "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS.items())
    + r")?(?![^\W\d])",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
_NO_LIMIT = frozenset({"", "0", "∞", "no", "none", "нет", "não", "无", "不限"})


def field_value(name: str, sketch: SessionSketch, say: Translator, *, chats: Mapping[int, str], secret: bool) -> str:
    """What a list of facts says of one of LABELS; empty where there is nothing to say. `chats` are titles by id;
    `secret`: the place is not to be told where it is for those who are going only."""
    _ = say.gettext
    match name:
        case "starts_at":
            return moment_words(sketch, say)
        case "rule":
            return rule_words(sketch.rule, say) if sketch.rule else ""
        case "papers":
            return "; ".join(paper.title or paper.address for paper in sketch.papers)
        case "speaker_names":
            return ", ".join(sketch.speaker_names)
        case "place":
            return _("kept for those who are going") if secret and sketch.place_for_going else sketch.place
        case "place_for_going":
            return (_("only those who are going") if sketch.place_for_going else _("everybody")) if sketch.place else ""
        case "length":
            return say.duration(sketch.length)
        case "listeners" | "speakers":
            limit = sketch.listeners if name == "listeners" else sketch.speakers
            return _("as many as come") if limit is None else say.number(limit)
        case "minimum":
            return say.ngettext("{number} person", "{number} people", sketch.minimum) if sketch.minimum else ""
        case "cutoff":
            return cutoff_words(sketch.cutoff, say)
        case "chats":
            return ", ".join(chats[one] for one in sketch.chats if one in chats)
    return str(getattr(sketch, name))


def moment_words(sketch: SessionSketch, say: Translator) -> str:
    """When it takes place by the clock that it goes by, with the zone's city."""
    if sketch.starts_at is None:
        return say.gettext("not said yet")
    return f"{say.wall_time(sketch.starts_at, ZoneInfo(sketch.zone))} {say.city(sketch.zone)}"


def cutoff_words(cutoff: timedelta, say: Translator) -> str:
    return say.gettext("{time} before", time=say.duration(cutoff)) if cutoff else say.gettext("when it begins")


def rule_words(rule: SeriesRule, say: Translator) -> str:
    """How a series recurs, and which of its days are left out."""
    words = series_words(rule, say)
    if rule.skipped:
        words += ", " + say.gettext("without {days}", days=", ".join(say.date(day) for day in sorted(rule.skipped)))
    return words


# Reading


def read_papers(words: str) -> tuple[tuple[SessionPaper, ...], str]:
    """The papers that a text gives addresses or identifiers of, and the rest of it, which may be a title."""
    papers: dict[str, SessionPaper] = {}
    rest = words
    for url in find_urls(words)[:MOST_PAPERS]:
        identity = paper_of(url)
        papers.setdefault(str(identity or url), SessionPaper("", url, str(identity) if identity else None))
    for found in find_papers(words)[:MOST_PAPERS]:
        papers.setdefault(str(found), SessionPaper("", address(found), str(found)))
    if papers:
        rest = re.sub(r"\S*(?:://|www\.)\S+|\S+\.\w{2,}/\S+|arxiv[:\s]*\d{4}\.\d{4,5}(?:v\d+)?", " ", words, flags=re.I)
        rest = " ".join(rest.split()).strip(" -–—:,;·")
    return tuple(papers.values())[:MOST_PAPERS], rest


def read_length(words: str, *, bare: str) -> timedelta:
    """A length of time as people write it: "90 min", "1:30", "2 часа"; a `bare` number is of this unit. Raises
    UserError."""
    clock = _CLOCK.fullmatch(words.strip())
    if clock:
        return timedelta(hours=int(clock[1]), minutes=int(clock[2]))
    total, rest = timedelta(0), words
    for match in _AMOUNT.finditer(words):
        unit = match.lastgroup or bare
        total += timedelta(**{unit: float(match[1].replace(",", "."))})
        rest = rest.replace(match[0], "", 1)
    if (not total and "0" not in words) or re.search(r"[^\W\d]{3,}", rest):
        raise UserError(
            "I do not understand “{words}” as a length of time. Write for example: 90 min", words=words[:60]
        )
    return min(total, LONGEST * 30)


def read_limit(words: str) -> int | None:
    """A number of people, None for no limit. Raises UserError."""
    plain = words.strip().casefold()
    if plain in _NO_LIMIT:
        return None
    if not plain.isdecimal() or int(plain[:9]) > MOST_PEOPLE:
        raise UserError("“{words}” is no number of people. Write for example: 30", words=words[:60])
    return int(plain)


def with_limit(sketch: SessionSketch, name: str, limit: int | None) -> SessionSketch:
    """The sketch with another number of places for listeners or speakers, or of people that it takes at least."""
    match name:
        case "listeners":
            return replace(sketch, listeners=limit)
        case "speakers":
            return replace(sketch, speakers=limit)
    return replace(sketch, minimum=limit)


def listed(words: str, limit: int) -> tuple[str, ...]:
    """Names that stand behind each other, or below."""
    return tuple(name for one in re.split(r"[,;\n、，；]", words) if (name := cut(" ".join(one.split()), limit)))
