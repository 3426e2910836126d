"""A question: what somebody who searches has asked for, as a tree. `bot.domain.question_parser` makes it of a text.

Any text is a question: what cannot be read as an operator is read as words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.domain.errors import UserError
from bot.domain.matching import Field
from bot.domain.papers import PaperId

LONGEST_QUESTION = 1_000
"""Characters of a question with all its filters: nobody types more, and somebody pastes a whole page."""
LONGEST_SAVED = 300
"""Characters of a question that is kept, for an alert or a digest."""


class Sort(StrEnum):
    """The order of results."""

    BEST = "best"
    NEW = "new"


class Has(StrEnum):
    """What there is of a story besides its text."""

    CODE = "code"
    PDF = "pdf"
    DISCUSSION = "discussion"  # a club has discussed its paper
    MATERIALS = "materials"  # what a session about it has left


class Mine(StrEnum):
    """What a story is to the person who asks."""

    SAVED = "saved"
    UNREAD = "unread"  # not opened by them yet


@dataclass(frozen=True, slots=True)
class Words:
    """Words, all of which are asked for, in any order; as they were typed. `field`: only there (`title:`)."""

    text: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand in a row."""

    text: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """A word that begins so (`distil*`)."""

    text: str
    field: Field | None = None


class Facet(StrEnum):
    """What items are told apart by, besides their words."""

    SOURCE = "source"  # a part of the source's title or address, or its number
    LANGUAGE = "lang"  # a primary tag: "pt"
    SECTION = "section"  # a value of `Section`
    ISSUE = "issue"  # a part of the document's title, or its number in its series
    HAS = "has"  # a value of `Has`
    IS = "is"  # a value of `Mine`
    ID = "id"  # a story's number


@dataclass(frozen=True, slots=True)
class Filter:
    """Items with this facet."""

    facet: Facet
    value: str


@dataclass(frozen=True, slots=True)
class Appeared:
    """Items that appeared on these days, both included, by the calendar of UTC as sources date them; None: no bound.
    Fits nothing where the last is before the first."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Items about this paper, or with this link (a key of `bot.domain.links.link_key`). Exact where there are any,
    else read as `words`."""

    paper: PaperId | None
    link: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Not:
    """Items that do not fit."""

    part: Node


@dataclass(frozen=True, slots=True)
class Either:
    """Items that fit one of them. Has at least two parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """Items that fit all of them."""

    parts: tuple[Node, ...]


Node = Words | Phrase | Prefix | Filter | Appeared | Identity | Not | Either | Every


@dataclass(frozen=True, slots=True)
class Question:
    """`typed`: the text that was read. `root.parts`: what is asked for, all of it; none for an empty question.

    `unknown` are those of its filters that nobody knows ("lang:xx"): their parts were read as words. Questions that ask
    for the same are equal, however they were typed.
    """

    typed: str = field(compare=False)
    root: Every
    sort: Sort = Sort.BEST
    unknown: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_empty(self) -> bool:
        return not self.root.parts


def readable_part(typed: str) -> str:
    """As much of what somebody has typed as is read as a question: whole words, where there are any."""
    if len(typed) <= LONGEST_QUESTION:
        return typed
    end = typed.rfind(" ", 0, LONGEST_QUESTION + 1)
    return typed[: end if end > 0 else LONGEST_QUESTION]


def checked_length(question: str) -> str:
    """A question that is asked by a button, whole. Raises UserError where its end would not be read."""
    if len(question) > LONGEST_QUESTION:
        raise UserError(
            "This search is too long: it has at most {most} characters with all its filters. Please shorten it.",
            most=LONGEST_QUESTION,
        )
    return question


def checked_saved(question: str) -> str:
    """A question that is kept. Raises UserError where it is too long."""
    if len(question) > LONGEST_SAVED:
        raise UserError(
            "A search that is saved has at most {most} characters; this one has {number}.",
            most=LONGEST_SAVED,
            number=len(question),
        )
    return question
