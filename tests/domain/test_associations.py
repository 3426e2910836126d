"""What stories in two languages teach: which words go together, and which only seem to."""

from __future__ import annotations

from itertools import cycle
from random import Random

import pytest

from bot.domain.associations import (
    FEWEST_NEW,
    Lesson,
    Telling,
    surprise,
    telling_words,
    tellings,
    worth_learning,
)
from storage.stemming import analyser

TOPICS = (
    ("frog", "лягушк"),
    ("newt", "тритон"),
    ("toad", "жаб"),
    ("heron", "цапл"),
    ("stork", "аист"),
    ("otter", "выдр"),
)


def lesson(stories: int = 60, *, topics: tuple[tuple[str, str], ...] = TOPICS) -> Lesson:
    """Stories about one topic each, in turn, with words that every text may have, and one that only this one has."""
    random = Random(7)
    learning = Lesson()
    for number, (english, russian) in zip(range(stories), cycle(topics), strict=False):
        ours = {english, f"only{number}", *random.sample(["with", "that", "from", "this"], 3)}
        theirs = {russian, f"лишь{number}", *random.sample(["это", "для", "как", "что"], 3)}
        learning.add(ours, theirs)
    return learning


def pairs(learning: Lesson) -> set[tuple[str, str]]:
    return {(one.word, one.other) for one in learning.learned()}


def test_words_that_go_together_in_most_stories_are_learned() -> None:
    many = tuple((f"{one}{n}", f"{other}{n}") for n in "abc" for one, other in TOPICS)
    assert pairs(lesson(90, topics=many)) == set(many)


def test_words_that_most_stories_have_are_not() -> None:
    assert not any(word in ("with", "that", "from", "this") for word, _other in pairs(lesson(300)))


def test_two_stories_prove_nothing() -> None:
    rare = (*((f"{one}{n}", f"{other}{n}") for n in "abcd" for one, other in TOPICS),)
    assert pairs(lesson(48, topics=rare)) == set()


def test_a_word_that_is_the_same_in_both_languages_needs_no_other() -> None:
    same = tuple((f"{one}{n}", f"{one}{n}") for n in "abc" for one, _other in TOPICS)
    assert pairs(lesson(90, topics=same)) == set()


def test_where_too_many_words_go_together_nobody_can_tell_which() -> None:
    learning = Lesson()
    for number in range(90):
        topic = number % 18
        learning.add({f"one{topic}"}, {f"other{topic}{letter}" for letter in "abcd"})
    assert learning.learned() == []


def test_the_order_of_the_stories_makes_no_difference() -> None:
    stories = [({f"one{n % 18}", f"x{n}"}, {f"other{n % 18}", f"y{n}"}) for n in range(90)]
    forwards, backwards = Lesson(), Lesson()
    for one, other in stories:
        forwards.add(one, other)
    for one, other in reversed(stories):
        backwards.add(one, other)
    assert forwards.learned() == backwards.learned() != []


def test_no_stories_teach_nothing() -> None:
    assert Lesson().learned() == []


def test_chance_surprises_nobody() -> None:
    assert surprise(25, 50, 50, 100) == pytest.approx(0)
    assert surprise(50, 50, 50, 100) > 100


def test_telling_words_are_stems_of_the_title_and_of_the_beginning() -> None:
    words = telling_words("Distilling BERT in 2020", "Smaller. " * 50 + "Newts.", "en", analyser())
    assert {"distil", "bert", "smaller"} <= words
    assert not {"2020", "in", "newt"} & words
    assert telling_words(None, "知识蒸馏", "zh", analyser()) == {"知识", "识蒸", "蒸馏"}
    assert telling_words(None, "蒸馏的知识", "zh", analyser()) == {"知识", "蒸馏"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "Também, como isso? Para quem!"),
        ("ru", "Чтобы «также» было, если"),
        ("zh", "为什么"),
        ("fr", "n'est-ce pas"),
    ],
)
def test_words_that_hold_sentences_together_tell_nothing(language: str, text: str) -> None:
    assert telling_words(None, text, language, analyser()) == frozenset()


def test_a_story_is_told_in_each_language_by_its_first_item_there() -> None:
    members = [(1, 10, "en"), (1, 11, "en-GB"), (1, 12, "pt-BR"), (2, 13, "ru"), (3, 14, "ru"), (3, 15, "en")]
    assert tellings(members) == {("en", "pt"): [Telling(10, 12)], ("en", "ru"): [Telling(15, 14)]}


@pytest.mark.parametrize(
    ("newest", "learned", "worth"),
    [(0, 0, False), (FEWEST_NEW - 1, 0, False), (FEWEST_NEW, 0, True), (10_400, 10_000, False), (10_500, 10_000, True)],
)
def test_it_is_worth_learning_when_enough_has_come(newest: int, learned: int, worth: bool) -> None:
    assert worth_learning(newest, learned) is worth
