"""Short lines taken apart."""

from __future__ import annotations

import pytest

from bot.readers.labels import comparable, ends_a_sentence, label_of, without_number


@pytest.mark.parametrize(
    ("line", "parts", "words"),
    [
        ("1、Publications 📙", 1, "Publications"),
        ("二、工具", 1, "工具"),
        ("1.1 Language models", 2, "Language models"),
        ("1.4发布", 2, "发布"),
        ("2.1. A title", 2, "A title"),
        ("1). Longformer", 1, "Longformer"),
        ("3) ELECTRA", 1, "ELECTRA"),
        ("**2. Tools**", 1, "Tools"),
        ("12 in 1: many tasks", 0, "12 in 1: many tasks"),
        ("2019 in review", 0, "2019 in review"),
        ("3.5% of all", 0, "3.5% of all"),
        ("T5", 0, "T5"),
        ("7", 0, "7"),
        ("", 0, ""),
    ],
)
def test_a_number_is_told_from_the_words(line: str, parts: int, words: str) -> None:
    label = label_of(line)
    assert (label.parts, label.words) == (parts, words)


def test_a_heading_without_its_number_keeps_its_emoji() -> None:
    assert without_number("**1、Publications 📙**") == "Publications 📙"
    assert without_number("No number") == "No number"


def test_lines_compare_by_their_letters() -> None:
    assert comparable("有关 ML 的访谈!") == comparable("有关ML的访谈")


@pytest.mark.parametrize(
    ("line", "ends"), [("It is so.", True), ("“真的。”", True), ("Beyond BERT?", False), ("T5", False)]
)
def test_sentences_end_otherwise_than_titles(line: str, ends: bool) -> None:
    assert ends_a_sentence(line) is ends
