"""The choices of a subscription as buttons: which there are, which are on, and what pressing one comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import TypeVar

from bot.domain.errors import UserError
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
    "max": N_("🔢 Stories"),
    "more": N_("⚙️ More"),
}
"""The panels in the order of their buttons."""

_HOURS = (6, 7, 8, 9, 10, 12, 15, 17, 18, 19, 20, 21)
_ZONES = (
    *("UTC", "Europe/Lisbon", "Europe/Berlin", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Kolkata", "Asia/Shanghai"),
    *("Asia/Tokyo", "America/Sao_Paulo", "America/New_York", "America/Los_Angeles"),
)
_COUNTS = (3, 5, 8, 10, 12, 15, 20, 30)
_SPANS = {"all": EVERY_DAY, "work": WORKDAYS, "free": EVERY_DAY - WORKDAYS}
_SPAN_LABELS = {"all": N_("Every day"), "work": N_("Mondays to Fridays"), "free": N_("Weekends")}
_QUIET = (time(22), time(7))
MOST_OPTIONS = 20
"""Buttons of a panel: Discord has room for five rows of five, and one row leads back."""

LABEL_LIMIT = 40

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class PanelOption:
    """A button of a panel. Its press sets `value` on where it is off and the other way round."""

    label: str
    value: str
    on: bool


def panel_options(
    panel: str, choices: Choices, say: Translator, *, sources: Mapping[int, str], languages: Sequence[str]
) -> list[PanelOption]:
    """The buttons of a panel. `sources` are titles by id, `languages` the tags that there are items in. Raises
    UserError for a panel that there is not."""
    schedule = choices.schedule
    match panel:
        case "time":
            times = sorted({time(hour) for hour in _HOURS} | set(schedule.times))
            return [PanelOption(f"{at:%H:%M}", f"{at:%H%M}", at in schedule.times) for at in times][:MOST_OPTIONS]
        case "days":
            days = [PanelOption(say.weekday(day), str(day), day in schedule.weekdays) for day in range(7)]
            return days + [
                PanelOption(say.gettext(label), span, _SPANS[span] == schedule.weekdays)
                for span, label in _SPAN_LABELS.items()
            ]
        case "zone":
            zones = dict.fromkeys((schedule.zone, *_ZONES))
            return [PanelOption(zone.replace("_", " "), zone, zone == schedule.zone) for zone in zones]
        case "section":
            return [PanelOption(section_label(one, say), one.value, one in choices.sections) for one in Section]
        case "lang":
            tags = dict.fromkeys([*languages, *sorted(choices.languages)])
            return [PanelOption(say.language_name(tag), tag, tag in choices.languages) for tag in tags][:MOST_OPTIONS]
        case "source":
            ids = sorted(sources, key=lambda one: one not in choices.source_ids)  # those that are on always have room
            return [PanelOption(cut(sources[id_], LABEL_LIMIT), str(id_), id_ in choices.source_ids) for id_ in ids][
                :MOST_OPTIONS
            ]
        case "max":
            counts = sorted({*_COUNTS, choices.max_stories})
            return [PanelOption(say.number(count), str(count), count == choices.max_stories) for count in counts]
        case "more":
            return _more(choices, say)
    raise _unknown()


def with_option(choices: Choices, panel: str, value: str, *, on: bool) -> Choices:
    """The choices after a press. May be repeated: the state is set, not toggled. Raises UserError for what no button
    says."""
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
            case "lang" if value.isascii() and value.isalpha() and len(value) <= 3:
                return replace(choices, languages=frozenset(_with(tuple(choices.languages), value, on=on)))
            case "source":
                return replace(choices, source_ids=frozenset(_with(tuple(choices.source_ids), int(value), on=on)))
            case "max":
                return replace(choices, max_stories=min(max(int(value), 1), MOST_STORIES))
            case "more":
                return _with_more(choices, value, on=on)
    except ValueError as error:
        raise _unknown() from error
    raise _unknown()


def _more(choices: Choices, say: Translator) -> list[PanelOption]:
    _ = say.gettext
    policies = {
        UnknownPolicy.ASK: _("Unsure if it arrived: ask"),
        UnknownPolicy.RESEND: _("Unsure if it arrived: send again"),
        UnknownPolicy.ASSUME_SENT: _("Unsure if it arrived: leave it"),
    }
    return [
        PanelOption(_("With summaries"), "full", choices.style is DigestStyle.FULL),
        PanelOption(_("Titles only"), "compact", choices.style is DigestStyle.COMPACT),
        PanelOption(_("Say when nothing is new"), "empty", choices.say_nothing_new),
        PanelOption(_("Discussion thread"), "thread", choices.discussion_thread),
        PanelOption(_("Quiet at night"), "quiet", choices.quiet_hours is not None),
        *(PanelOption(label, one.value, choices.unknown_policy is one) for one, label in policies.items()),
    ]


def _with_more(choices: Choices, value: str, *, on: bool) -> Choices:
    match value:
        case "empty":
            return replace(choices, say_nothing_new=on)
        case "thread":
            return replace(choices, discussion_thread=on)
        case "quiet":
            return replace(choices, quiet_hours=(choices.quiet_hours or _QUIET) if on else None)
        case "full" | "compact":
            return replace(choices, style=DigestStyle(value))
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


def _unknown() -> UserError:
    return UserError("This button is from an older version of mine. Please ask again; /help lists what I can do.")
