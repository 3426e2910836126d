"""Passages that show what was asked for."""

import re
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.question import Every, Question, Words
from bot.domain.question_parser import parse_question
from bot.domain.search_plan import Widening, plan_of
from bot.domain.snippets import Highlighter
from bot.domain.text import graphemes
from storage.stemming import analyser
from tests.factories import NOW


def highlighter(words: str) -> Highlighter:
    question = Question(words, Every((Words(words),)))
    return Highlighter(analyser(), plan_of(question, Widening(analyser())))


def set_off(text: str, words: str, language: str | None) -> list[str]:
    return [text[start:end] for start, end in highlighter(words).highlights(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "words", "expected"),
    [
        ("Distillation of large models", "en", "distilled model", ["Distillation", "models"]),
        ("Модели сжимают: «Сжатие» — это просто", "ru", "модель сжатие", ["Модели", "Сжатие"]),
        ("用于模型的知识蒸馏方法", "zh", "知识蒸馏", ["知识蒸馏"]),
        ("Réseaux récurrents", "fr", "reseaux recurrents", ["Réseaux", "récurrents"]),
        ("GPT-2 and gpt2", "en", "gpt-2", ["GPT-2", "gpt2"]),
        ("l’apprentissage profond", "fr", "apprentissage", ["apprentissage"]),
        ("реализация на С++17", "ru", "c++", ["С++"]),
        ("the cat and the dog", "en", "the dog", ["dog"]),
        ("nothing here", "en", "absent", []),
        ("ﬁne-tuning", "en", "fine-tuning", ["ﬁne-tuning"]),
        ("हिन्दी में", "hi", "हिन्दी", ["हि", "न्", "दी"]),
        ("知\ufe00识和知", "zh", "知", ["知\ufe00", "知"]),
        ("distil\u00adla\u00adtion", "en", "distilled", ["distil\u00adla\u00adtion"]),
    ],
)
def test_what_was_asked_for_is_set_off_in_the_original_text(
    text: str, language: str, words: str, expected: list[str]
) -> None:
    assert set_off(text, words, language) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("frogs OR toads", ["Frogs", "toads"]),
        ('(newts OR "the toads") swim', ["the toads", "swim"]),
        ("how OR frogs", ["Frogs"]),
        ("to be or not to be", ["to", "be"]),
        ("swim -frogs", ["swim"]),
        ("fro*", ["Frogs"]),
        ("lang:en", []),
    ],
)
def test_whatever_operators_stand_around_it_what_was_asked_for_is_set_off(typed: str, expected: list[str]) -> None:
    text = "Frogs and the toads are to be seen as they swim"
    question = parse_question(typed, NOW, UTC)
    found = Highlighter(analyser(), plan_of(question, Widening(analyser(), beginning=lambda _begin: ("frogs",))))
    assert [text[start:end] for start, end in found.highlights(text, "en")] == expected


def test_the_passage_shows_most_of_what_was_asked_for() -> None:
    text = "A model. " + "Nothing of interest is said here. " * 20 + "A capybara trains a model. " + "And so on. " * 20
    found = highlighter("capybara model").snippet(text, "en", limit=80)
    assert "A capybara trains a model" in found.text
    assert [found.text[a:b] for a, b in found.spans] == ["capybara", "model"]


def test_a_passage_of_nothing_that_was_asked_for_is_the_beginning() -> None:
    assert highlighter("absent").snippet("word " * 50, "en", limit=30).text == "word word word word word word…"


def test_a_passage_begins_with_no_sign_that_belongs_to_what_was_cut() -> None:
    text = "长" * 60 + "，、" * 40 + "知识蒸馏的方法" + "短" * 60
    shown = highlighter("知识蒸馏").snippet(text, "zh", limit=80).text
    assert shown.startswith("… 知识蒸馏")


@pytest.mark.parametrize("limit", range(20, 40))
@pytest.mark.parametrize("seen_as_one", ["👩‍👩‍👧", "🇧🇷", "é\u0323\u0301", "각\u11a8"])
def test_a_passage_cuts_nothing_that_people_see_as_one_character(seen_as_one: str, limit: int) -> None:
    text = f"{seen_as_one * 30}frog{seen_as_one * 30}"
    passage = highlighter("frog").snippet(text, "en", limit=limit).text
    shown = passage.removeprefix("… ").removesuffix("…").replace("frog", "")
    assert len(passage) <= limit
    assert set(graphemes(shown)) <= {seen_as_one}


@pytest.mark.parametrize("before", range(40, 60))
def test_a_passage_cuts_no_latin_word_between_scripts_without_spaces(before: int) -> None:
    text = "长" * before + "Transformer" + "的" * 12 + "知识蒸馏" + "短" * (before - 30) + "DistilBERT" + "短" * 60
    shown = highlighter("知识蒸馏").snippet(text, "zh", limit=60).text
    assert set(re.findall("[A-Za-z]+", shown)) <= {"Transformer", "DistilBERT"}


def test_line_breaks_become_spaces() -> None:
    assert highlighter("two").snippet("One.\n\nTwo.", "en", limit=50).text == "One. Two."


@given(st.text(max_size=300), st.text(max_size=30), st.integers(min_value=20, max_value=120))
def test_spans_are_inside_the_passage_in_order_and_apart(text: str, words: str, limit: int) -> None:
    found = highlighter(words).snippet(text, "en", limit=limit)
    assert len(found.text) <= limit
    at = 0
    for start, end in found.spans:
        assert at <= start < end <= len(found.text)
        at = end
