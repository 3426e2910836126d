"""The choices of a subscription to choose from: what there is, what is chosen, and what choosing comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import TypeVar

from bot.domain.errors import UserError
from bot.domain.messages import MOST_OPTIONS, Option, Select
from bot.domain.schedules import EVERY_DAY, WORKDAYS, Schedule, zone_named
from bot.domain.sections import Section
from bot.domain.subscriptions import MOST_STORIES, Choices, DigestStyle, UnknownPolicy
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.item_message import section_label

PANELS = {
    "time": N_("🕘 Time"),
    "days": N_("📅 Days"),
    "zone": N_("🌍 Zone"),
    "section": N_("📚 Sections"),
    "lang": N_("🗣 Languages"),
    "source": N_("📰 Sources"),
    "words": N_("🔎 Words"),
    "query": N_("🔍 Search"),
    "max": N_("🔢 Stories"),
    "titles": N_("🔤 Titles"),
    "more": N_("⚙️ More"),
}
"""The panels in the order of their buttons. Words and questions are written: there is nothing to choose from."""
WRITTEN = frozenset({"words", "query"})
"""Panels without options."""

_HINTS = {
    "time": N_("When the digest comes"),
    "days": N_("On which days"),
    "zone": N_("Whose clock it goes by"),
    "section": N_("Which sections, in this order"),
    "lang": N_("In which languages"),
    "source": N_("From which sources"),
    "max": N_("How many stories at most"),
    "titles": N_("Which language titles are in"),
    "more": N_("What else"),
}
_HOURS = (6, 7, 8, 9, 10, 12, 15, 17, 18, 19, 20, 21)
ZONES = (
    *("UTC", "Europe/Lisbon", "Europe/Berlin", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Kolkata", "Asia/Shanghai"),
    *("Asia/Tokyo", "America/Sao_Paulo", "America/New_York", "America/Los_Angeles"),
)
"""Zones to choose from; any other can be written."""
_COUNTS = (3, 5, 8, 10, 12, 15, 20, 30)
_SPANS = {"all": EVERY_DAY, "work": WORKDAYS, "free": EVERY_DAY - WORKDAYS}
_SPAN_LABELS = {"all": N_("Every day"), "work": N_("Mondays to Fridays"), "free": N_("Weekends")}
_QUIET = (time(22), time(7))
_POLICIES = {
    UnknownPolicy.ASK: N_("Unsure if it arrived: ask"),
    UnknownPolicy.RESEND: N_("Unsure if it arrived: send again"),
    UnknownPolicy.ASSUME_SENT: N_("Unsure if it arrived: leave it"),
}
LABEL_LIMIT = 40

_T = TypeVar("_T")


def panel_selects(
    panel: str,
    choices: Choices,
    say: Translator,
    *,
    action: str,
    sources: Mapping[int, str],
    languages: Sequence[str],
) -> tuple[Select, ...]:
    """What a panel lets choose; it comes back as presses with `action`. `sources` are titles by id, `languages` the
    tags that there are items in. What is on has room in any case. Raises UserError for a panel that there is not."""
    if panel not in _HINTS:
        raise _unknown()
    options = sorted(_options(panel, choices, say, sources, languages), key=lambda one: not one.chosen)[:MOST_OPTIONS]
    shown = [one for one in _options(panel, choices, say, sources, languages) if one in options]
    several = panel not in {"zone", "max"}
    selects = (Select(say.gettext(_HINTS[panel]), action, tuple(shown), several=several),) if shown else ()
    return (*selects, *_further(panel, choices, say, action))


def with_options(choices: Choices, panel: str, picked: Mapping[str, bool]) -> Choices:
    """The choices with options of a panel put on and off. May be repeated: the state is set, not toggled. Raises
    UserError for options that there are not."""
    # First what is put on: a digest always has a time and a day left, which the old ones would otherwise remain.
    for value, on in sorted(picked.items(), key=lambda one: not one[1]):
        choices = _with_option(choices, panel, value, on=on)
    return choices


def zone_options(zone: str) -> tuple[Option, ...]:
    """Zones to choose from, the one that holds among them."""
    names = dict.fromkeys((zone, *ZONES))
    return tuple(Option(name.replace("_", " "), name, chosen=name == zone) for name in names)


def _options(
    panel: str, choices: Choices, say: Translator, sources: Mapping[int, str], languages: Sequence[str]
) -> Sequence[Option]:
    schedule = choices.schedule
    match panel:
        case "time":
            times = sorted({time(hour) for hour in _HOURS} | set(schedule.times))
            return [Option(f"{at:%H:%M}", f"{at:%H%M}", at in schedule.times) for at in times]
        case "days":
            return [Option(say.weekday(day), str(day), day in schedule.weekdays) for day in range(7)]
        case "zone":
            return zone_options(schedule.zone)
        case "section":
            return [Option(section_label(one, say), one.value, one in choices.sections) for one in Section]
        case "lang":
            return _language_options(say, languages, tuple(sorted(choices.languages)))
        case "titles":
            return _language_options(say, languages, choices.title_languages)
        case "source":
            return [
                Option(cut(title, LABEL_LIMIT), str(id_), id_ in choices.source_ids) for id_, title in sources.items()
            ]
        case "max":
            counts = sorted({*_COUNTS, choices.max_stories})
            return [Option(say.number(count), str(count), count == choices.max_stories) for count in counts]
    _ = say.gettext
    return [
        Option(_("Titles only"), "compact", choices.style is DigestStyle.COMPACT),
        Option(_("Say when nothing is new"), "empty", choices.say_nothing_new),
        Option(_("Discussion thread"), "thread", choices.discussion_thread),
        Option(_("Quiet at night"), "quiet", choices.quiet_hours is not None),
    ]


def _further(panel: str, choices: Choices, say: Translator, action: str) -> tuple[Select, ...]:
    """The second select of the panels that have one."""
    if panel == "days":
        spans = [
            Option(say.gettext(_SPAN_LABELS[span]), span, days == choices.schedule.weekdays)
            for span, days in _SPANS.items()
        ]
        return (Select(say.gettext("Or all of these"), action, tuple(spans)),)
    if panel == "more":
        policies = [
            Option(say.gettext(label), one.value, choices.unknown_policy is one) for one, label in _POLICIES.items()
        ]
        return (Select(say.gettext("When nobody knows whether a digest arrived"), action, tuple(policies)),)
    return ()


def _language_options(say: Translator, languages: Sequence[str], chosen: Sequence[str]) -> list[Option]:
    return [Option(say.language_name(tag), tag, tag in chosen) for tag in dict.fromkeys([*languages, *chosen])]


def _with_option(choices: Choices, panel: str, value: str, *, on: bool) -> Choices:
    schedule = choices.schedule
    try:
        match panel:
            case "time":
                at = time(int(value[:2]), int(value[2:]))
                times = _with(schedule.times, at, on=on) or schedule.times  # one is always left
                return replace(choices, schedule=replace(schedule, times=tuple(sorted(times))))
            case "days":
                return replace(choices, schedule=_with_days(schedule, value, on=on))
            case "zone":
                zone = zone_named(value)
                return replace(choices, schedule=replace(schedule, zone=zone)) if zone else choices
            case "section":
                return replace(choices, sections=_with(choices.sections, Section(value), on=on))
            case "lang" if _is_tag(value):
                return replace(choices, languages=frozenset(_with(tuple(choices.languages), value, on=on)))
            case "titles" if _is_tag(value):
                return replace(choices, title_languages=_with(choices.title_languages, value, on=on))
            case "source":
                return replace(choices, source_ids=frozenset(_with(tuple(choices.source_ids), int(value), on=on)))
            case "max":
                return replace(choices, max_stories=min(max(int(value), 1), MOST_STORIES))
            case "more":
                return _with_more(choices, value, on=on)
    except ValueError as error:
        raise _unknown() from error
    raise _unknown()


def _with_more(choices: Choices, value: str, *, on: bool) -> Choices:
    match value:
        case "empty":
            return replace(choices, say_nothing_new=on)
        case "thread":
            return replace(choices, discussion_thread=on)
        case "quiet":
            return replace(choices, quiet_hours=(choices.quiet_hours or _QUIET) if on else None)
        case "compact":
            return replace(choices, style=DigestStyle.COMPACT if on else DigestStyle.FULL)
    return replace(choices, unknown_policy=UnknownPolicy(value))


def _with_days(schedule: Schedule, value: str, *, on: bool) -> Schedule:
    if value in _SPANS:
        return replace(schedule, weekdays=_SPANS[value])
    days = frozenset(_with(tuple(schedule.weekdays), int(value), on=on))
    return replace(schedule, weekdays=days) if days else schedule


def _with(values: tuple[_T, ...], value: _T, *, on: bool) -> tuple[_T, ...]:
    rest = tuple(one for one in values if one != value)
    if not on:
        return rest
    return values if value in values else (*values, value)


def _is_tag(value: str) -> bool:
    return value.isascii() and value.isalpha() and len(value) <= 3


def _unknown() -> UserError:
    return UserError("This button is from an older version of mine. Please ask again; /help lists what I can do.")
