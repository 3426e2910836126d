"""The words of texts, as a vocabulary takes them."""

from __future__ import annotations

import pytest

from bot.domain.vocabulary import spellings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Destilação e redes", {"destilacao": "destilação", "redes": "redes"}),
        ("Ёлка", {"елка": "ёлка"}),
        ("gpt-2, GPT3 and 2020", {"gpt": "gpt", "gpt3": "gpt3", "and": "and"}),
        ("知识蒸馏", {"知识": "知识", "识蒸": "识蒸", "蒸馏": "蒸馏"}),
        ("图", {}),
        ("a" * 41, {}),
        ("e\u0301te\u0301", {"ete": "été"}),
        ("distil\u00adla\u00adtion 知\ufe00识", {"distillation": "distillation", "知识": "知识"}),
        ("", {}),
    ],
)
def test_words_are_folded_and_shown_as_they_are_written(text: str, found: dict[str, str]) -> None:
    assert spellings([text]) == found


def test_a_word_that_is_written_in_several_ways_is_shown_as_it_comes_first() -> None:
    assert spellings(["naïve", "naive"]) == {"naive": "naïve"}
