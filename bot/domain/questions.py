"""Questions for a session, asked beforehand: those that ask the same are put together, and the most wanted come first.

Who asks may stay unnamed: then nobody is told who it was. A question that others want answered too stays when the one
who asked it takes it back; only their part in it is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.analysis import Analyser
from bot.domain.club import ClubSession, SessionState
from bot.domain.errors import UserError

LONGEST = 500
MOST_QUESTIONS = 10
"""How many questions one person may ask for one session."""
ALIKE = 0.6
"""Questions ask the same when they share so much of their words: those that only one of them has are the rest."""
_WORD = re.compile(r"\w+")
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A question as stored. `member_id` is who asked it, None where they have taken it back and others want it; `name`
    is theirs, perhaps hostile, and "" where it is not to be seen. `wanted_by` are the members who want it too."""

    id: int
    session_id: int
    member_id: int | None
    text: str
    asked_at: datetime
    anonymous: bool = False
    name: str = ""
    wanted_by: frozenset[int] = frozenset()

    @property
    def people(self) -> frozenset[int]:
        """Everybody who wants it answered."""
        return self.wanted_by | ({self.member_id} if self.member_id is not None else set())


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions that ask the same, the first one asked before the others."""

    questions: tuple[Question, ...]

    @property
    def first(self) -> Question:
        return self.questions[0]

    @property
    def people(self) -> frozenset[int]:
        return frozenset().union(*(one.people for one in self.questions))

    @property
    def names(self) -> tuple[str, ...]:
        """Those who asked and may be named, each once."""
        return tuple(dict.fromkeys(one.name for one in self.questions if one.name and not one.anonymous))


def checked_question(typed: str) -> str:
    """A question as it is kept: without what is no word. Raises UserError where nothing is left, or far too much."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in typed).split())
    if not _WORD.search(words):
        raise UserError("Write your question in words.")
    if len(words) > LONGEST:
        raise UserError("A question has at most {number} characters.", number=LONGEST)
    return words


def require_open(session: ClubSession, now: datetime) -> None:
    """Raises UserError where nothing can be asked beforehand any more."""
    if session.state is SessionState.CANCELLED:
        raise UserError("This session is cancelled.")
    if session.plan.starts_at <= now:
        raise UserError("This session has begun: ask your question there.")


def grouped(questions: Iterable[Question], analyser: Analyser) -> list[QuestionGroup]:
    """The questions put together, those that most people want first, then those asked first. The order in which they
    are given does not matter."""
    groups: list[tuple[frozenset[str], list[Question]]] = []
    for question in sorted(questions, key=lambda one: (one.asked_at, one.id)):
        words = _stems(question.text, analyser)
        best = max(groups, key=lambda group: _likeness(group[0], words), default=None)
        if best is not None and _likeness(best[0], words) >= ALIKE:
            best[1].append(question)
        else:
            groups.append((words, [question]))
    found = [QuestionGroup(tuple(one)) for _, one in groups]
    return sorted(found, key=lambda group: (-len(group.people), group.first.asked_at, group.first.id))


def group_of(groups: Sequence[QuestionGroup], question_id: int) -> QuestionGroup | None:
    """The group that a question is in, None where it is gone."""
    return next((one for one in groups if any(question.id == question_id for question in one.questions)), None)


def _stems(text: str, analyser: Analyser) -> frozenset[str]:
    stems = analyser.text(text, None).stems
    return frozenset(stem for stem in stems if len(stem) >= _SHORTEST or not stem.isascii()) or frozenset((text,))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)
