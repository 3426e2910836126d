"""Forms whose questions are asked one after another."""

from __future__ import annotations

import json

import pytest

from bot.domain.forms import Form, FormProgress, Question, progress_as_json, progress_from_json

FORM = Form("Words", "draft:1", (Question("with", "With", value="bert"), Question("without", "Without", longest=5)))


def test_questions_are_asked_in_their_order_until_all_are_answered() -> None:
    first = FormProgress(FORM)
    second = first.answered(" sparse attention ")
    done = second.answered("survey")
    assert (first.question, second.question, done.question) == (*FORM.questions, None)
    assert done.answers == {"with": "sparse attention", "without": "surve"}  # no longer than it may be
    assert done.answered("more") == done


@pytest.mark.parametrize("typed", ["-", "–", "", "  "])
def test_a_dash_or_nothing_leaves_an_answer_as_it_is(typed: str) -> None:
    assert FormProgress(FORM).answered(typed).answers == {"with": "bert"}


@pytest.mark.parametrize("typed", ["-", ""])
def test_a_required_answer_is_asked_for_again(typed: str) -> None:
    progress = FormProgress(Form("Title", "title", (Question("title", "Title", required=True),)))
    assert progress.answered(typed) == progress
    assert progress.answered("BERT").question is None


@pytest.mark.parametrize("keys", ["", "abcdef", "aa"])
def test_a_form_that_discord_would_refuse_cannot_be_made(keys: str) -> None:
    with pytest.raises(ValueError, match="1 to 5 questions"):
        Form("Title", "action", tuple(Question(key, key) for key in keys))


def test_a_form_is_the_same_after_it_was_kept() -> None:
    progress = FormProgress(FORM).answered("x")
    assert progress_from_json(json.loads(json.dumps(progress_as_json(progress)))) == progress
