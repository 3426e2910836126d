"""What is decided about a session as questions that are answered in writing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.errors import UserError
from bot.domain.forms import LONGEST_ANSWER, Form, Question
from bot.domain.session_drafts import (
    LONGEST_NAME,
    LONGEST_NOTES,
    LONGEST_PLACE,
    LONGEST_TITLE,
    SessionSketch,
)
from bot.locales import N_, Translator
from bot.services.session_words import listed, read_length, read_limit, read_papers, with_limit

GUIDE = ("when", "title", "papers", "names", "place")
"""What drawing up a session begins with where nothing was said."""
QUESTIONS = {
    "guide": GUIDE,
    "when": ("when",),
    "topic": ("title", "papers", "names", "notes"),
    "place": ("place",),
    "length": ("length", "cutoff"),
    "people": ("listeners", "speakers", "minimum"),
    "repeat": ("skipped",),
    "tpl": ("template",),
}
"""What can be written instead of chosen in a panel, or beside that."""
_LABELS = {
    "when": N_("When, in your own words"),
    "title": N_("Title"),
    "papers": N_("Addresses of papers"),
    "names": N_("Who speaks"),
    "notes": N_("Notes for those who come"),
    "place": N_("Place, or the link to the call"),
    "length": N_("How long it takes"),
    "cutoff": N_("Sign-up closes so long before"),
    "listeners": N_("Places for listeners"),
    "speakers": N_("Places for speakers"),
    "minimum": N_("People it takes at least"),
    "skipped": N_("Days that are left out"),
    "template": N_("What to call the template"),
}
_HINTS = {
    "when": N_("Saturday 5 December 18:00"),
    "papers": "https://arxiv.org/abs/1706.03762",
    "names": N_("Anna, Boris"),
    "place": "https://meet.example.org/club",
    "length": N_("90 min"),
    "cutoff": N_("2 h"),
    "listeners": "30",
    "speakers": "1",
    "minimum": "3",
    "skipped": "2026-12-26, 2027-01-02",
}
_LENGTHS = {
    "when": 200,
    "title": LONGEST_TITLE,
    "names": 300,
    "notes": LONGEST_NOTES,
    "place": LONGEST_PLACE,
    "length": 40,
    "cutoff": 40,
    "listeners": 10,
    "speakers": 10,
    "minimum": 10,
    "template": 60,
}
_REQUIRED = frozenset({"when", "template"})

ReadDay = Callable[[str, date], date | None]
"""Reads a calendar day as people write it, given today."""


def session_form(
    keys: Iterable[str], sketch: SessionSketch, say: Translator, *, title: str, action: str, secret: bool
) -> Form:
    """These questions, with what holds now as their answers. `secret`: the place is not to be told here, where it is
    for those who are going only."""
    shown = shown_answers(keys, sketch, say, secret=secret)
    questions = tuple(
        Question(
            key,
            say.gettext(_LABELS[key]),
            value=value,
            hint=say.gettext(_HINTS[key]) if key in _HINTS else "",
            required=key in _REQUIRED,
            longest=_LENGTHS.get(key, LONGEST_ANSWER),
        )
        for key, value in shown.items()
    )
    return Form(title, action, questions)


def shown_answers(keys: Iterable[str], sketch: SessionSketch, say: Translator, *, secret: bool) -> dict[str, str]:
    """What the questions with these keys hold as their answers. Who sends one of them back as it is changes nothing."""
    return {key: _shown(key, sketch, say, secret=secret) for key in keys if key in _LABELS}


def with_answers(
    sketch: SessionSketch, answers: Mapping[str, str], *, read_day: ReadDay, today: date
) -> tuple[SessionSketch, list[UserError]]:
    """The sketch with what was written, and what of that was not understood: the rest holds all the same. When it
    takes place, and the name of a template, are for others to read."""
    mistakes = []
    for key, typed in answers.items():
        try:
            sketch = _with_answer(sketch, key, typed.strip(), read_day, today)
        except UserError as mistake:
            mistakes.append(mistake)
    return sketch, mistakes


def _with_answer(sketch: SessionSketch, key: str, typed: str, read_day: ReadDay, today: date) -> SessionSketch:
    match key:
        case "title":
            papers, rest = read_papers(typed)
            return (
                replace(sketch, title=rest, papers=sketch.papers or papers) if papers else replace(sketch, title=typed)
            )
        case "papers":
            return _with_papers(sketch, typed)
        case "names":
            return replace(sketch, speaker_names=listed(typed, LONGEST_NAME))
        case "notes":
            return replace(sketch, notes=typed)
        case "place":
            return replace(sketch, place=typed)
        case "length":
            return replace(sketch, length=read_length(typed, bare=_bare(typed))) if typed else sketch
        case "cutoff":
            return replace(sketch, cutoff=read_length(typed or "0", bare="hours"))
        case "listeners" | "speakers" | "minimum":
            return with_limit(sketch, key, read_limit(typed))
        case "skipped":
            return _with_skipped(sketch, typed, read_day, today)
    return sketch


def _with_papers(sketch: SessionSketch, typed: str) -> SessionSketch:
    """With the papers that addresses are given of; what is known of one already stays known. Words beside them are the
    title of a session that has none."""
    papers, rest = read_papers(typed)
    if typed and not papers:
        raise UserError("I find no address of a paper in “{words}”.", words=typed[:60])
    known = {paper.identity or paper.address: paper for paper in sketch.papers}
    kept = tuple(known.get(paper.identity or paper.address, paper) for paper in papers)
    return replace(sketch, papers=kept, title=sketch.title or rest)


def _with_skipped(sketch: SessionSketch, typed: str, read_day: ReadDay, today: date) -> SessionSketch:
    if sketch.rule is None:
        return sketch
    days = set()
    for words in listed(typed, 40):
        day = read_day(words, today)
        if day is None:
            raise UserError("I do not understand “{words}” as a day. Write for example: 2026-12-26", words=words)
        days.add(day)
    return replace(sketch, rule=replace(sketch.rule, skipped=frozenset(days)))


def _bare(typed: str) -> str:
    """What a number without a unit means: nobody meets for two minutes."""
    return "hours" if len(typed) == 1 else "minutes"


def _shown(key: str, sketch: SessionSketch, say: Translator, *, secret: bool) -> str:
    match key:
        case "when" if sketch.starts_at is not None:
            return f"{sketch.starts_at.astimezone(ZoneInfo(sketch.zone)):%Y-%m-%d %H:%M}"
        case "title" | "notes":
            return str(getattr(sketch, key))
        case "papers":
            return "\n".join(paper.address for paper in sketch.papers)
        case "names":
            return ", ".join(sketch.speaker_names)
        case "place":
            return "" if secret and sketch.place_for_going else sketch.place
        case "length":
            return say.duration(sketch.length)
        case "cutoff":
            return say.duration(sketch.cutoff) if sketch.cutoff else ""
        case "listeners" | "speakers" | "minimum":
            limit = getattr(sketch, key)
            return "" if limit is None else str(limit)
        case "skipped" if sketch.rule is not None:
            return ", ".join(day.isoformat() for day in sorted(sketch.rule.skipped))
    return ""
