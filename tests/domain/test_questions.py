"""Questions for a session: put together, and in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from bot.domain import questions
from bot.domain.errors import UserError
from bot.domain.questions import LONGEST, Question, QuestionGroup, checked_question, group_of
from storage.stemming import analyser

START = datetime(2026, 12, 1, tzinfo=UTC)


def question(number: int, words: str, **facts: Any) -> Question:
    values: dict[str, Any] = {"member_id": number, "asked_at": START + timedelta(minutes=number)}
    return Question(number, 1, text=words, **(values | facts))


def grouped(asked: Iterable[Question]) -> list[QuestionGroup]:
    return questions.grouped(asked, analyser())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Which datasets were used for evaluating?", "Which dataset was used for the evaluation?"),
        ("How large is the context window?", "how large is the context window"),
        ("Why does the loss diverge after warm-up?", "why does the loss diverge right after warm-up"),
        ("Почему модель расходится после разогрева?", "почему модели расходятся после разогрева"),
        ("为什么模型在预热后发散？", "为什么模型在预热之后发散"),
    ],
)
def test_questions_that_ask_the_same_are_put_together(one: str, other: str) -> None:
    (group,) = grouped([question(1, one), question(2, other)])
    assert [found.text for found in group.questions] == [one, other]
    assert group.people == {1, 2}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How large is the context window?", "How large is the batch?"),
        ("Why AdamW?", "Why not SGD?"),
        ("Сколько стоило обучение?", "Сколько было данных?"),
        ("?!", "!?"),
    ],
)
def test_questions_that_ask_something_else_stay_apart(one: str, other: str) -> None:
    assert len(grouped([question(1, one), question(2, other)])) == 2


def test_what_most_people_want_comes_first_then_what_was_asked_first() -> None:
    asked = [
        question(1, "Alpha beta gamma?"),
        question(2, "Delta epsilon zeta?"),
        question(3, "Eta theta iota?", wanted_by=frozenset({7, 8})),
    ]
    for order in permutations(asked):
        assert [group.first.id for group in grouped(order)] == [3, 1, 2]


def test_who_is_not_to_be_named_is_not_among_the_names() -> None:
    asked = [question(1, "Why so?", name="Ann"), question(2, "Why so", name="Ben", anonymous=True)]
    (group,) = grouped(asked)
    assert group.names == ("Ann",)
    assert group_of([group], 2) is group
    assert group_of([group], 3) is None


def test_a_question_is_one_line_of_words() -> None:
    assert checked_question("  What\r\nabout\x00 \u2028 it?  ") == "What about it?"
    for nothing in ("", "  ", "???", "\x00"):
        with pytest.raises(UserError):
            checked_question(nothing)
    with pytest.raises(UserError):
        checked_question("x" * (LONGEST + 1))
