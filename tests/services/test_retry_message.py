from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.messages import Line, words_of
from bot.domain.question import Question
from bot.domain.question_parser import parse_question
from bot.domain.second_tries import Retry, RetryKind
from bot.locales import LANGUAGES, translator
from bot.services.retry_message import LABEL_LIMIT, did_you_mean_told, retry_told, search_for_that, search_instead

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def _asked(text: str) -> Question:
    return parse_question(text, NOW, UTC)


def _read(line: Line) -> str:
    return "".join(map(words_of, line))


SPELT = Retry(RetryKind.LAYOUT, _asked("книжный клуб"), _asked("ryb;ysq rke,"))


def test_it_is_said_what_the_results_are_for_and_offered_to_search_for_what_was_typed() -> None:
    say = translator("en")
    assert _read(retry_told(SPELT, say)) == "Showing results for книжный клуб."
    assert search_instead(SPELT, say) == "Search instead for “ryb;ysq rke,”"
    assert _read(did_you_mean_told(SPELT, say)) == "Did you mean книжный клуб?"
    assert search_for_that(SPELT, say) == "Search for “книжный клуб”"


def test_words_that_were_left_out_are_named() -> None:
    retry = Retry(RetryKind.KNOWN, _asked("transformer"), _asked("xyzzy transformer plugh"), ("xyzzy", "plugh"))
    assert _read(retry_told(retry, translator("en"))) == "Showing results for transformer. Left out: xyzzy and plugh."


def test_a_phrase_stands_on_a_button_in_one_pair_of_curly_marks() -> None:
    retry = Retry(RetryKind.FEWER, _asked("open data"), _asked("“open data”"))
    assert search_instead(retry, translator("en")) == 'Search instead for “"open data"”'


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_searched_for_instead_is_set_off_in_every_language(language: str) -> None:
    for line in (retry_told(SPELT, translator(language)), did_you_mean_told(SPELT, translator(language))):
        assert [words_of(run) for run in line if getattr(run, "bold", False)] == ["книжный клуб"]
        assert "\0" not in _read(line)


def test_long_questions_are_cut() -> None:
    retry = Retry(RetryKind.SPELLING, _asked("слово " * 50), _asked("слвоо " * 50))
    assert len(_read(retry_told(retry, translator("en")))) < 160
    assert len(search_instead(retry, translator("en"))) <= LABEL_LIMIT + 25
