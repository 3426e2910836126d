"""Forms: a few short questions that are answered in writing, before any platform.

Discord opens a form as a modal, Telegram and the console ask one question after another. Its answers come back as a
press with the form's action.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

MOST_QUESTIONS = 5
"""Discord's limit of inputs in a modal: https://discord.com/developers/docs/components/reference"""
LONGEST_ANSWER = 1000
"""Characters of an answer, unless a question says otherwise."""
UNCHANGED = frozenset({"-", "–", "—"})  # telephones make dashes of hyphens
"""What somebody writes who leaves an answer as it is, where questions come one after another."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `key` is what its answer is called (ASCII), `value` the answer that holds now, `hint` an example
    of how to write one."""

    key: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = False
    longest: int = LONGEST_ANSWER


@dataclass(frozen=True, slots=True)
class Form:
    """Questions to be answered together. `action` comes back as a press with all answers by their keys: at most 60
    bytes of ASCII. `optional`: the message beside it does as well, so that platforms that would have to ask one
    question after another in a chat show only that."""

    title: str
    action: str
    questions: tuple[Question, ...]
    optional: bool = False

    def __post_init__(self) -> None:
        keys = [question.key for question in self.questions]
        if not 1 <= len(keys) <= MOST_QUESTIONS or len(set(keys)) != len(keys):
            raise ValueError(f"a form has 1 to {MOST_QUESTIONS} questions with different keys, not {keys}")


@dataclass(frozen=True, slots=True)
class FormProgress:
    """A form whose questions are asked one after another, with the answers so far."""

    form: Form
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Which question is to be asked, from 1."""
        return len(self.answers) + 1

    @property
    def question(self) -> Question | None:
        """What is to be asked, None where all is answered."""
        questions = self.form.questions
        return questions[len(self.answers)] if len(self.answers) < len(questions) else None

    def answered(self, typed: str) -> FormProgress:
        """With an answer to the question that was asked. A dash leaves it as it is; nothing at all does so too, unless
        an answer is required, which is then asked for again."""
        question = self.question
        if question is None:
            return self
        words = typed.strip()
        answer = question.value if words in UNCHANGED or not words else words[: question.longest]
        if question.required and not answer:
            return self
        return replace(self, answers={**self.answers, question.key: answer})


def progress_as_json(progress: FormProgress) -> dict[str, Any]:
    """Progress as JSON holds it."""
    return {"form": asdict(progress.form), "answers": dict(progress.answers)}


def progress_from_json(kept: Mapping[str, Any]) -> FormProgress:
    """The progress that `progress_as_json` has written."""
    form = kept["form"]
    questions = tuple(Question(**question) for question in form["questions"])
    return FormProgress(Form(**{**form, "questions": questions}), dict(kept["answers"]))
