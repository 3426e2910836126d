"""When a session is to take place, as somebody has said it: the moment, or what is to be asked about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.session_drafts import Reading
from bot.domain.times import (
    Ambiguous,
    Doubt,
    InGap,
    InPast,
    Missing,
    NotUnderstood,
    Recurrence,
    TimeReading,
    Understood,
    parse_time,
)
from bot.locales import N_, Translator, city_names

_DOUBTS = {
    Doubt.HALF_OF_DAY: N_("In the morning or in the evening?"),
    Doubt.MIDNIGHT: N_("The midnight with which the day begins, or the one with which it ends?"),
    Doubt.DAY_OR_MONTH: N_("Which number is the day, and which the month?"),
    Doubt.DAYS_DIFFER: N_("The day of the week and the date do not fit together. Which one do you mean?"),
    Doubt.WHICH_WEEK: N_("This week or the next one?"),
}
_MISSING = {
    Missing.DAY: N_("On which day?"),
    Missing.HOUR: N_("At what time of day?"),
    Missing.BOTH: N_("When does it take place?"),
    Missing.REPEAT: N_("A series can recur every week, every second week, or on a certain weekday of each month."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody's words come to: a `reading` that is sure, or `choices` to ask about, or neither. `note` says in
    their language what is not clear; `rest` is what of the words is about something else."""

    reading: Reading | None = None
    choices: tuple[Reading, ...] = ()
    note: str = ""
    rest: str = ""


def said(words: str, say: Translator, *, now: datetime, zone: str, languages: Sequence[str]) -> Said:
    """What these words say of time. `zone` holds where they name none, `languages` are spoken where they are said."""
    spoken = tuple(dict.fromkeys([say.language, *languages]))
    return _said(parse_time(words, now=now, zone=zone, languages=spoken, cities=city_names()), words, say)


def _said(found: TimeReading, words: str, say: Translator) -> Said:
    _ = say.gettext
    match found:
        case Understood() | Recurrence():
            return Said(_reading(found), rest=found.rest)
        case Ambiguous(choices, doubts):
            note = " ".join(_(_DOUBTS[doubt]) for doubt in doubts)
            return Said(choices=tuple(map(_reading, choices)), note=note, rest=choices[0].rest)
        case InGap(wall, gap_zone, suggestions):
            note = _(
                "On that day the clocks in {city} skip {time}, so it does not exist there. Which one instead?",
                city=say.city(gap_zone),
                time=f"{wall:%H:%M}",
            )
            return Said(choices=tuple(map(_reading, suggestions)), note=note, rest=suggestions[0].rest)
        case InPast(at, past_zone, meant):
            wall_time = f"{say.wall_time(at, ZoneInfo(past_zone))} {say.city(past_zone)}"
            note = _("{time} is over already.", time=wall_time)
            if meant is None:
                return Said(note=note)
            perhaps = _("Did you mean this one?")
            return Said(choices=(_reading(meant),), note=f"{note} {perhaps}", rest=meant.rest)
        case NotUnderstood(missing, understood, examples):
            return Said(note=_not_understood(missing, understood, examples, say), rest=_without(words, understood))


def _without(words: str, understood: Sequence[str]) -> str:
    """What is left of somebody's words without those that speak of time."""
    for piece in understood:
        words = words.replace(piece, " ", 1)
    return " ".join(words.split()).strip(" ,;·–—-")


def _reading(found: Understood | Recurrence) -> Reading:
    return Reading(found.at, found.zone, found.rule if isinstance(found, Recurrence) else None, found.length)


def _not_understood(missing: Missing, understood: Sequence[str], examples: Sequence[str], say: Translator) -> str:
    _ = say.gettext
    begun = [_("I understood “{words}”.", words=" ".join(understood)[:100])] if understood else []
    write = [_("Write for example: {examples}", examples=" · ".join(examples[:3]))] if examples else []
    return " ".join([*begun, _(_MISSING[missing]), *write])
