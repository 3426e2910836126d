"""The choices of a subscription as questions that are answered in writing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.domain.errors import UserError
from bot.domain.forms import LONGEST_ANSWER, Form, Question
from bot.domain.question import LONGEST_SAVED
from bot.domain.schedules import EVERY_DAY, WORKDAYS
from bot.domain.subscription_words import source_word, with_answer
from bot.domain.subscriptions import Choices
from bot.locales import N_, Translator

GUIDE = ("when", "zone", "with", "without", "max")
"""What a set-up begins with where it is written: at most five questions."""
QUESTIONS = {
    "time": ("when",),
    "days": ("when",),
    "zone": ("zone",),
    "source": ("source",),
    "words": ("with", "without"),
    "query": ("query",),
    "max": ("max",),
    "more": ("quiet",),
}
"""What can be written instead of chosen in a panel, or beside that."""

_LABELS = {
    "when": N_("Times and days"),
    "zone": N_("Time zone: a city, or UTC+3"),
    "query": N_("Only stories that fit a search"),
    "with": N_("Only stories with one of these words"),
    "without": N_("No stories with any of these words"),
    "max": N_("Stories in a digest, at most"),
    "source": N_("Sources, by a part of their names"),
    "quiet": N_("Quiet hours, in which nothing is sent"),
}
_HINTS = {
    "when": N_("09:00, 18:30 weekdays"),
    "zone": N_("Lisbon"),
    "query": N_('distillation -survey has:code OR "sparse attention"'),
    "with": N_("retrieval, sparse attention"),
    "without": N_("survey, benchmark"),
    "max": "12",
    "quiet": "22:00-07:00",
}
# Translators: these three are read back: write what /subscribe understands, as in the example with weekdays.
_SPANS = {EVERY_DAY: N_("daily"), WORKDAYS: N_("weekdays"), EVERY_DAY - WORKDAYS: N_("on weekends")}
_LONGEST = {"when": 150, "zone": 60, "query": LONGEST_SAVED, "max": 3, "quiet": 30}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What people may write: ids of sources by titles and addresses, language tags and zones by names."""

    sources: Mapping[str, int]
    languages: Mapping[str, str]
    cities: Mapping[str, str]


def choices_form(
    keys: tuple[str, ...], choices: Choices, say: Translator, *, title: str, action: str, sources: Mapping[int, str]
) -> Form:
    """These questions, with the choices that hold now as their answers. `sources` are titles by id."""
    values = shown_answers(keys, choices, say, sources)
    questions = tuple(
        Question(
            key,
            say.gettext(_LABELS[key]),
            value=value,
            hint=say.gettext(_HINTS[key]) if key in _HINTS else "",
            longest=_longest(key),
        )
        for key, value in values.items()
    )
    return Form(title, action, questions)


def shown_answers(keys: Iterable[str], choices: Choices, say: Translator, sources: Mapping[int, str]) -> dict[str, str]:
    """What the questions with these keys hold as their answers, cut off where it is too long; other keys are left out.
    Who sends one of them back as it is changes nothing. `sources` are titles by id."""
    return {key: _VALUES[key](choices, say, sources)[: _longest(key)] for key in keys if key in _LABELS}


def with_answers(
    choices: Choices, answers: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[Choices, list[UserError]]:
    """The choices with what was written, and what of that was not understood: the rest holds all the same."""
    mistakes = []
    for key, typed in answers.items():
        if key not in _LABELS:
            continue
        try:
            choices = with_answer(
                choices,
                key,
                typed,
                sources=vocabulary.sources,
                languages=vocabulary.languages,
                cities=vocabulary.cities,
            )
        except UserError as mistake:
            mistakes.append(mistake)
    return choices, mistakes


def _longest(key: str) -> int:
    return _LONGEST.get(key, LONGEST_ANSWER)


def _when(choices: Choices, say: Translator, _sources: Mapping[int, str]) -> str:
    schedule = choices.schedule
    times = ", ".join(f"{at:%H:%M}" for at in sorted(schedule.times))
    span = _SPANS.get(schedule.weekdays)
    days = say.gettext(span) if span else ", ".join(say.weekday(day).rstrip(".") for day in sorted(schedule.weekdays))
    return f"{times} {days}"


_VALUES: Mapping[str, Callable[[Choices, Translator, Mapping[int, str]], str]] = {
    "when": _when,
    "zone": lambda choices, _say, _sources: choices.schedule.zone,
    "query": lambda choices, _say, _sources: choices.question,
    "with": lambda choices, _say, _sources: ", ".join(choices.include_words),
    "without": lambda choices, _say, _sources: ", ".join(choices.exclude_words),
    "max": lambda choices, _say, _sources: str(choices.max_stories),
    "source": lambda choices, _say, sources: ", ".join(
        source_word(sources[one]).replace(",", " ") for one in sorted(choices.source_ids) if one in sources
    ),
    "quiet": lambda choices, _say, _sources: (
        "{:%H:%M}-{:%H:%M}".format(*choices.quiet_hours) if choices.quiet_hours else ""
    ),
}
