"""The text of a question: what somebody could have typed to ask for it, in one spelling for each question."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.matching import Field
from bot.domain.question import (
    Appeared,
    Either,
    Every,
    Facet,
    Filter,
    Identity,
    Node,
    Not,
    Phrase,
    Prefix,
    Question,
    Sort,
    Words,
)
from bot.domain.question_tree import alternatives, every, rooted

_FIELDS = {None: "", Field.TITLE: "title:", Field.NAMES: "author:"}
_PLAIN = re.compile(r"[\w./@#-]*\w", re.ASCII)
_LISTED = frozenset((Facet.LANGUAGE, Facet.SECTION, Facet.HAS, Facet.IS, Facet.ID))


def question_text(question: Question) -> str:
    """A text that is read as this question, whatever the day."""
    order = [] if question.sort is Sort.BEST else [f"sort:{question.sort}"]
    return " ".join([*_parts(question.root), *order])


def with_filter(question: Question, facet: Facet, value: str) -> Question:
    """The same question with one more filter: for `HAS` and `IS` one more condition, else one more alternative."""
    return rerooted(question, every([*question.root.parts, Filter(facet, value)]))


def without_filter(question: Question, facet: Facet, value: str | None = None) -> Question:
    """The same question without a filter, or with `None` without any of a facet; what it excludes, and what stands in
    brackets beside other things, stays."""
    parts: list[Node] = []
    for part in question.root.parts:
        named = alternatives(part)
        if named is None or named[0] is not facet:
            parts.append(part)
        elif value is not None:
            parts += _either([Filter(facet, one) for one in named[1] if one != value])
    return rerooted(question, every(parts))


def with_days(question: Question, first: date | None, last: date | None) -> Question:
    """The same question for other days, both included; for any where both are None."""
    parts: list[Node] = [part for part in question.root.parts if not isinstance(part, Appeared)]
    return rerooted(question, every([*parts, Appeared(first, last)] if first or last else parts))


def filters_of(question: Question, facet: Facet) -> tuple[str, ...]:
    """The values of a facet that are asked for, as `without_filter` would take them out."""
    named = filter(None, map(alternatives, question.root.parts))
    return tuple(value for of, values in named if of is facet for value in values)


def rerooted(question: Question, part: Node | None) -> Question:
    """The question for something else, in the same order; `typed` as somebody would have typed that."""
    changed = replace(question, root=rooted(part))
    return replace(changed, typed=question_text(changed))


def _either(filters: list[Node]) -> list[Node]:
    return filters if len(filters) < 2 else [Either(tuple(filters))]


def _parts(part: Every) -> list[str]:
    if len(part.parts) == 1 and isinstance(part.parts[0], Either) and not _either_text(part.parts[0]):
        return [" OR ".join(map(_text, part.parts[0].parts))]
    return list(map(_text, part.parts))


def _text(part: Node) -> str:
    """A part as one operand: what would be read as several stands in brackets."""
    match part:
        case Words(text, field):
            return " ".join(f"{_FIELDS[field]}{word}" for word in text.split())
        case Phrase(text, field):
            return f'{_FIELDS[field]}"{text}"'
        case Prefix(text, field):
            return f"{_FIELDS[field]}{text}*"
        case Identity():
            return str(part.paper) if part.paper else f"https://{part.link}"
        case Filter(facet, value):
            return f"{facet}:{_value(value)}"
        case Appeared(first, last):
            return _days(first, last)
        case Not(Words(text, _) as inner) if " " in text:
            return f"-({_text(inner)})"
        case Not(inner):
            return f"-{_text(inner)}"
        case Either(parts):
            return _either_text(part) or f"({' OR '.join(map(_text, parts))})"
        case Every(parts):
            return f"({' '.join(map(_text, parts))})"


def _either_text(part: Either) -> str | None:
    """ "lang:pt,ru"."""
    named = alternatives(part)
    return f"{named[0]}:{','.join(named[1])}" if named and named[0] in _LISTED else None


def _value(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else f'"{value}"'


def _days(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return f"after:{first}" if first else f"before:{_next(last)}" if last else ""
    if first > last:
        return f"(after:{first} before:{_next(last)})"
    if first == last:
        return f"on:{first}"
    if (first.day, _next(last).day) == (1, 1):
        if (first.year, first.month) == (last.year, last.month):
            return f"on:{first:%Y-%m}"
        if (first.month, last.month, first.year) == (1, 12, last.year):
            return f"on:{first:%Y}"
    return f"on:{first}..{last}"


def _next(day: date | None) -> date:
    assert day is not None
    return day + timedelta(days=1)
