"""What people write about sessions: lengths, numbers, papers, names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import UserError
from bot.domain.forms import MOST_QUESTIONS
from bot.domain.session_drafts import SessionSketch
from bot.locales import LANGUAGES, translator
from bot.platforms.discord.render import modal
from bot.services.session_forms import QUESTIONS, session_form
from bot.services.session_words import listed, read_length, read_limit, read_papers
from tests.discord_validation import check_modal

ARXIV = "https://arxiv.org/abs/1706.03762"


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("90", 90), ("90 min", 90), ("1:30", 90), ("1 h 30 min", 90), ("1.5 h", 90), ("2 часа", 120),
        ("1 ч 15 мин", 75), ("2 horas", 120), ("45 minutos", 45), ("1小时30分钟", 90),
        ("1 day", 1440), ("0", 0), ("1,5 ч", 90),
    ],
)  # fmt: skip
def test_a_length_of_time_is_read_as_people_write_it(words: str, minutes: int) -> None:
    assert read_length(words, bare="minutes") == timedelta(minutes=minutes)


def test_a_bare_number_is_of_the_unit_that_is_asked_for() -> None:
    assert read_length("3", bare="hours") == timedelta(hours=3)


@pytest.mark.parametrize("words", ["a while", "", "soon 2 something", "min"])
def test_what_is_no_length_of_time_is_refused(words: str) -> None:
    with pytest.raises(UserError):
        read_length(words, bare="minutes")


@pytest.mark.parametrize(
    ("words", "limit"), [("30", 30), ("", None), ("0", None), ("нет", None), ("不限", None), ("∞", None)]
)
def test_a_limit_is_a_number_or_none(words: str, limit: int | None) -> None:
    assert read_limit(words) == limit


@pytest.mark.parametrize("words", ["-3", "3.5", "many", "9999999999999", "²"])
def test_what_is_no_number_of_people_is_refused(words: str) -> None:
    with pytest.raises(UserError):
        read_limit(words)


@pytest.mark.parametrize(
    ("words", "addresses", "rest"),
    [
        ("Attention", [], "Attention"),
        (f"Attention – {ARXIV}", [ARXIV], "Attention"),
        ("arXiv:1706.03762", [ARXIV], ""),
        ("https://example.org/blog A blog", ["https://example.org/blog"], "A blog"),
        (f"{ARXIV} {ARXIV}v2", [ARXIV], ""),
    ],
)
def test_papers_are_taken_from_words_and_the_rest_is_a_title(words: str, addresses: list[str], rest: str) -> None:
    papers, left = read_papers(words)
    assert [one.address for one in papers] == addresses
    assert left == rest


def test_names_may_stand_behind_each_other_or_below() -> None:
    assert listed("Anna, Boris;\nЮля，小李、 , Eve", 60) == ("Anna", "Boris", "Юля", "小李", "Eve")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("panel", QUESTIONS)
def test_the_questions_about_a_session_are_short_enough_for_discord(panel: str, language: str) -> None:
    say = translator(language)
    sketch = SessionSketch(title="T" * 200, notes="n" * 1500, place="p" * 500)
    title = say.gettext("A new session")
    form = session_form(QUESTIONS[panel], sketch, say, title=title, action="cs:d:1", secret=False)
    assert len(form.questions) <= MOST_QUESTIONS
    assert not check_modal(modal(form)).found
