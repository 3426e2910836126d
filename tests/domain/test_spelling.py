from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.spelling import mistakes_between, most_mistakes, nearest, scan, split_in_two

KNOWN = {
    **{"transformer": 9000, "transform": 300, "attention": 5000, "retention": 40, "distillation": 700, "bert": 4000},
    **{"перевод": 500, "период": 90, "распознавание": 300, "нейросети": 800, "языковая": 60},
    **{"aprendizado": 200, "destilacao": 90, "traducao": 120, "reseau": 70, "apprentissage": 400, "entrainement": 80},
    **{"ogrenme": 300, "dogal": 90, "isleme": 80, "modelo": 900, "lenguaje": 300, "الترجمه": 50, "التعلم": 200},
}


def _mended(word: str) -> str | None:
    found = nearest(word, KNOWN.items(), most_mistakes(word)) if most_mistakes(word) else []
    return found[0].word if found else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trasnformer", "transformer"),
        ("transfomer", "transformer"),
        ("transsformer", "transformer"),
        ("rransformer", "transformer"),
        ("rtansformer", "transformer"),
        ("tarnsfromer", "transformer"),
        ("atention", "attention"),
        ("destillation", "distillation"),
        ("brt", None),
        ("bret", "bert"),
        ("превод", "перевод"),
        ("пеервод", "перевод"),
        ("распозновение", "распознавание"),
        ("нейрасети", "нейросети"),
        ("иазыковая", "языковая"),
        ("aprendisado", "aprendizado"),
        ("destilasao", "destilacao"),
        ("aprentisage", "apprentissage"),
        ("resau", "reseau"),
        ("entrainment", "entrainement"),
        ("orgenme", "ogrenme"),
        ("isleem", "isleme"),
        ("languaje", "lenguaje"),
        ("الترجمخ", "الترجمه"),
        ("التعلمم", "التعلم"),
    ],
)
def test_mistakes_of_every_language_are_mended(typed: str, meant: str | None) -> None:
    assert _mended(typed) == meant


def test_the_more_frequent_of_two_near_words_is_the_likelier() -> None:
    assert [near.word for near in nearest("modal", [("model", 90), ("modal", 1), ("medal", 4)], 1)] == [
        "model",
        "medal",
    ]


def test_fewer_mistakes_beat_frequency_unless_it_is_far_greater() -> None:
    assert nearest("clustring", [("clustering", 20), ("lustering", 900)], 2)[0].word == "clustering"
    assert nearest("trasnfromer", [("trasnformer", 1), ("transformer", 9000)], 2)[0].word == "transformer"


def test_the_first_letter_is_seldom_the_wrong_one() -> None:
    assert nearest("ratin", [("rating", 20), ("satin", 60)], 1)[0].word == "rating"


@pytest.mark.parametrize(
    ("one", "other", "mistakes"),
    [
        ("abcd", "abcd", 0),
        ("abcd", "abdc", 1),
        ("abcd", "bacd", 1),
        ("abcd", "acd", 1),
        ("abcd", "dcba", 3),
        ("", "ab", 2),
    ],
)
def test_mistakes_are_counted(one: str, other: str, mistakes: int) -> None:
    assert mistakes_between(one, other, 2) == mistakes


@pytest.mark.parametrize("word", ["ab", "abc", "gpt4", "a" * 41, "", "c++"])
def test_short_words_data_and_words_with_digits_are_not_mended(word: str) -> None:
    assert most_mistakes(word) == 0


def test_two_words_written_as_one_are_parted() -> None:
    assert ("deep", "learning") in split_in_two("deeplearning")
    assert split_in_two("gpt2") == []


LETTERS = string.ascii_lowercase + "абвгдеж"
words = st.text(alphabet=LETTERS, min_size=4, max_size=20)


@st.composite
def mistaken(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and the same with one mistake."""
    word = draw(words)
    at = draw(st.integers(0, len(word) - 2))
    letter = draw(st.sampled_from(LETTERS))
    ways = [
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ]
    return word, draw(st.sampled_from(ways))


@given(mistaken())
def test_one_mistake_is_mended_where_one_word_is_near(pair: tuple[str, str]) -> None:
    word, typed = pair
    assume(word != typed and most_mistakes(typed))
    assert [near.word for near in nearest(typed, [(word, 3), ("zzz", 9)], 1)] == [word]


@given(mistaken())
def test_the_scan_finds_what_one_mistake_leads_to(pair: tuple[str, str]) -> None:
    word, typed = pair
    assume(most_mistakes(typed))
    found = scan(typed, 1)
    assert len(word) in found.lengths
    assert word.startswith(found.beginning) or word.endswith(found.ending)


@given(words, words)
def test_mistakes_are_the_same_in_both_directions(one: str, other: str) -> None:
    assert mistakes_between(one, other, 2) == mistakes_between(other, one, 2)


@given(words)
def test_no_word_is_mended_to_itself(word: str) -> None:
    assert nearest(word, [(word, 5)], 2) == []
