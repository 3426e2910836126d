"""What people type behind /digest."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.digests import DigestFilter, Period
from bot.domain.errors import UserError
from bot.domain.sections import Section
from handlers.arguments import read_date, understand

TODAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("words", "period", "section", "language"),
    [
        ("", Period.TODAY, None, None),
        ("yesterday", Period.YESTERDAY, None, None),
        ("вчера", Period.YESTERDAY, None, None),
        ("semana", Period.WEEK, None, None),
        ("一周", Period.WEEK, None, None),
        ("week ethics", Period.WEEK, Section.ETHICS, None),
        ("ethics week", Period.WEEK, Section.ETHICS, None),
        ("tools_datasets", Period.TODAY, Section.TOOLS_DATASETS, None),
        ("неделя инструменты и данные португальский", Period.WEEK, Section.TOOLS_DATASETS, "pt"),
        ("2026-03-05 ru", date(2026, 3, 5), None, "ru"),
        ("Ontem ÉTICA Português", Period.YESTERDAY, Section.ETHICS, "pt"),
        ("今天 中文", Period.TODAY, None, "zh"),
        ("today de", Period.TODAY, None, "de"),
        ("5 марта", date(2026, 3, 5), None, None),
        ("16.02.2020 publications", date(2020, 2, 16), Section.PUBLICATIONS, None),
        ("2020年2月16日", date(2020, 2, 16), None, None),
        ("2月16日", date(2026, 2, 16), None, None),
        ("06.03", date(2025, 3, 6), None, None),
        ("29/02", date(2024, 2, 29), None, None),
        ("week,ethics", Period.WEEK, Section.ETHICS, None),
        ("昨天，伦理", Period.YESTERDAY, Section.ETHICS, None),
        ("\u200eweek\u200b \ufeffru", Period.WEEK, None, "ru"),
        ("week pt-BR", Period.WEEK, None, "pt"),
    ],
)
def test_words_are_understood_in_any_order_and_language(
    words: str, period: Period | date, section: Section | None, language: str | None
) -> None:
    assert understand(words, today=TODAY) == (period, DigestFilter(section, language))


@pytest.mark.parametrize(
    "words",
    ["tomorrowish", "2026-13-45", "week nonsense", "\u202e\u0000 %s {0}", "xx", "30.02", "9999-12-31", "0001-01-01"],
)
def test_words_that_fit_nothing_are_answered_with_examples(words: str) -> None:
    with pytest.raises(UserError, match="/digest yesterday"):
        understand(words, today=TODAY)


def test_a_very_long_text_is_cut_before_it_is_looked_at() -> None:
    with pytest.raises(UserError):
        understand("bla " * 100_000, today=TODAY)


def test_a_date_without_a_year_is_the_last_such_day() -> None:
    assert read_date("24 december", today=TODAY) == date(2025, 12, 24)


@pytest.mark.parametrize("words", ["12", "gpt 4", "", "week", "99999999999999-1-1"])
def test_what_only_looks_like_a_date_is_none(words: str) -> None:
    assert read_date(words, today=TODAY) is None
