"""What is decided about a session, to choose from: what there is, what is chosen, and what choosing comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import UserError
from bot.domain.messages import MOST_OPTIONS, Option, Select
from bot.domain.series import LAST, Repeat, SeriesRule, nth_weekday
from bot.domain.session_drafts import SessionSketch
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.session_words import cutoff_words, rule_words, with_limit

PANELS = {
    "when": N_("🕘 When"),
    "topic": N_("📄 What about"),
    "place": N_("📍 Place"),
    "length": N_("⏱ Length, sign-up"),
    "people": N_("👥 Places"),
    "repeat": N_("🔁 Repeat"),
    "chats": N_("💬 Chats"),
    "tpl": N_("📋 Templates"),
}
"""The panels in the order of their buttons."""
WRITTEN = frozenset({"when", "topic"})
"""Panels without options: what they are about is written."""
ONCE = "once"
_LENGTHS = (30, 45, 60, 75, 90, 120, 150, 180)
_CUTOFFS = (0, 1, 2, 3, 6, 12, 24, 48)
_LIMITS = {
    "listeners": (5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100),
    "speakers": (0, 1, 2, 3, 4, 5),
    "minimum": (2, 3, 4, 5, 6, 8, 10),
}
_NO_LIMIT = "all"
LABEL_LIMIT = 40


def panel_selects(
    panel: str,
    sketch: SessionSketch,
    say: Translator,
    *,
    action: str,
    chats: Mapping[int, str],
    templates: Sequence[tuple[int, str]],
    recurs: bool = False,
) -> tuple[Select, ...]:
    """What a panel lets choose; it comes back as presses with `action`. `chats` and `templates` are names by id;
    `recurs`: it is of a series, and stays so. Raises UserError for a panel that there is not."""
    _ = say.gettext
    match panel:
        case "place":
            options = (
                Option(_("Everybody sees the place"), "place-all", not sketch.place_for_going),
                Option(_("Only those who are going see it"), "place-going", sketch.place_for_going),
            )
            return (Select(_("Who sees the place"), action, options),)
        case "length":
            return (_length_select(sketch, say, action), _cutoff_select(sketch, say, action))
        case "people":
            return (
                _limit_select("listeners", _("Places for listeners"), sketch.listeners, say, action),
                _limit_select("speakers", _("Places for speakers"), sketch.speakers, say, action),
                _limit_select("minimum", _("People it takes at least"), sketch.minimum, say, action),
            )
        case "repeat":
            return (Select(_("How often it takes place"), action, _repeat_options(sketch, say, recurs=recurs)),)
        case "chats":
            found = sorted(chats.items(), key=lambda one: one[0] not in sketch.chats)[:MOST_OPTIONS]
            shown = tuple(
                Option(cut(title, LABEL_LIMIT), f"chat-{id_}", id_ in sketch.chats)
                for id_, title in chats.items()
                if (id_, title) in found
            )
            return (Select(_("Where it is shown"), action, shown, several=True),) if shown else ()
        case "tpl" if templates:
            names = tuple(Option(cut(name, LABEL_LIMIT), f"tpl-{id_}") for id_, name in templates[:MOST_OPTIONS])
            return (Select(_("Begin as a template"), action, names),)
        case "tpl":
            return ()
    raise _unknown()


def with_options(sketch: SessionSketch, picked: Mapping[str, bool]) -> SessionSketch:
    """The sketch with options put on and off; templates are for others to apply. May be repeated: the state is set, not
    toggled. Raises UserError for options that there are not."""
    for option, on in picked.items():
        name, _, value = option.partition("-")
        sketch = _with_option(sketch, name, value, on=on)
    return sketch


def _with_option(sketch: SessionSketch, name: str, value: str, *, on: bool) -> SessionSketch:
    try:
        match name:
            case "place":
                return replace(sketch, place_for_going=value == "going")
            case "length":
                return replace(sketch, length=timedelta(minutes=int(value)))
            case "cutoff":
                return replace(sketch, cutoff=timedelta(minutes=int(value)))
            case "listeners" | "speakers" | "minimum":
                return with_limit(sketch, name, None if value == _NO_LIMIT else int(value))
            case "repeat":
                return replace(sketch, rule=_rule(sketch, value))
            case "chat":
                rest = tuple(one for one in sketch.chats if one != int(value))
                return replace(sketch, chats=(*rest, int(value)) if on else rest)
            case "tpl":
                return sketch
    except (ValueError, OverflowError) as error:
        raise _unknown() from error
    raise _unknown()


def _length_select(sketch: SessionSketch, say: Translator, action: str) -> Select:
    now = int(sketch.length.total_seconds()) // 60
    options = tuple(
        Option(say.duration(timedelta(minutes=one)), f"length-{one}", one == now) for one in sorted({*_LENGTHS, now})
    )
    return Select(say.gettext("How long it takes"), action, options)


def _cutoff_select(sketch: SessionSketch, say: Translator, action: str) -> Select:
    now = int(sketch.cutoff.total_seconds()) // 60
    options = tuple(
        Option(cutoff_words(timedelta(minutes=one), say), f"cutoff-{one}", one == now)
        for one in sorted({*(hours * 60 for hours in _CUTOFFS), now})
    )
    return Select(say.gettext("When sign-up closes"), action, options)


def _limit_select(name: str, hint: str, now: int | None, say: Translator, action: str) -> Select:
    numbers = sorted({*_LIMITS[name], *(() if now is None else (now,))})
    # Where there are only buttons, those of several selects stand below each other: each says what it is about.
    mark = {"listeners": "👂", "speakers": "🎤", "minimum": "≥"}[name]
    none = say.gettext("any number") if name == "minimum" else say.gettext("no limit")
    options = (
        Option(f"{mark} {none}", f"{name}-{_NO_LIMIT}", now is None),
        *(Option(f"{mark} {say.number(one)}", f"{name}-{one}", one == now) for one in numbers),
    )
    return Select(hint, action, options)


def _repeat_options(sketch: SessionSketch, say: Translator, *, recurs: bool) -> tuple[Option, ...]:
    once = Option(say.gettext("Once"), f"repeat-{ONCE}", sketch.rule is None)
    if sketch.starts_at is None:
        return (once,)
    rules = {value: rule for value in _repeats(sketch) if (rule := _rule(sketch, value))}
    kept = sketch.rule and (sketch.rule.repeat, sketch.rule.nth)
    return (
        *(() if recurs else (once,)),
        *(
            Option(
                cut(rule_words(replace(rule, skipped=frozenset(), count=None, last_day=None), say), LABEL_LIMIT),
                f"repeat-{value}",
                kept == (rule.repeat, rule.nth),
            )
            for value, rule in rules.items()
        ),
    )


def _repeats(sketch: SessionSketch) -> list[str]:
    """How a session at that time may recur."""
    assert sketch.starts_at is not None
    day = sketch.starts_at.astimezone(ZoneInfo(sketch.zone)).date()
    nth = (day.day - 1) // 7 + 1
    months = [f"monthly.{nth}"] if nth < 5 else []
    months += ["monthly.last"] if nth_weekday(day.year, day.month, day.weekday(), LAST) == day else []
    return [Repeat.WEEKLY.value, Repeat.FORTNIGHTLY.value, *months]


def _rule(sketch: SessionSketch, value: str) -> SeriesRule | None:
    """The rule that an option stands for, from the day on that is chosen."""
    if value == ONCE or sketch.starts_at is None:
        return None
    repeat, _, nth = value.partition(".")
    wall = sketch.starts_at.astimezone(ZoneInfo(sketch.zone))
    skipped = sketch.rule.skipped if sketch.rule else frozenset()
    return SeriesRule(
        Repeat(repeat),
        wall.weekday(),
        wall.time().replace(second=0, microsecond=0),
        sketch.zone,
        wall.date(),
        nth=(LAST if nth == "last" else int(nth)) if nth else None,
        skipped=skipped,
    )


def _unknown() -> UserError:
    return UserError("This button is from an older version of mine. Please ask again; /help lists what I can do.")
