from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.spelling import (
    KnownWord,
    mistakes_between,
    most_mistakes,
    nearest,
    one_mistake_away,
    scan,
    split_in_two,
)

KNOWN = {
    **{"transformer": 9000, "transform": 300, "attention": 5000, "retention": 40, "distillation": 700, "bert": 4000},
    **{"перевод": 500, "период": 90, "распознавание": 300, "нейросети": 800, "языковая": 60},
    **{"aprendizado": 200, "destilacao": 90, "traducao": 120, "reseau": 70, "apprentissage": 400, "entrainement": 80},
    **{"ogrenme": 300, "dogal": 90, "isleme": 80, "modelo": 900, "lenguaje": 300, "الترجمه": 50, "التعلم": 200},
}


def _near(word: str, known: dict[str, int], mistakes: int) -> list[str]:
    words = [KnownWord(one, one, items) for one, items in known.items()]
    return [near.known.word for near in nearest(word, words, mistakes)]


def _mended(word: str) -> str | None:
    found = _near(word, KNOWN, most_mistakes(word)) if most_mistakes(word) else []
    return found[0] if found else None


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
    assert _near("modal", {"model": 90, "modal": 1, "medal": 4}, 1) == [
        "model",
        "medal",
    ]


def test_fewer_mistakes_beat_frequency_unless_it_is_far_greater() -> None:
    assert _near("clustring", {"clustering": 20, "lustering": 900}, 2)[0] == "clustering"
    assert _near("trasnfromer", {"trasnformer": 1, "transformer": 9000}, 2)[0] == "transformer"


def test_the_first_letter_is_seldom_the_wrong_one() -> None:
    assert _near("ratin", {"rating": 20, "satin": 60}, 1)[0] == "rating"


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


LETTERS = string.ascii_lowercase
words = st.text(alphabet=LETTERS, min_size=4, max_size=20)
few_letters = st.text(alphabet="abc", max_size=7)


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
    assert _near(typed, {word: 3, "zzz": 9}, 1) == [word]


@given(mistaken())
def test_all_that_one_mistake_leads_to_is_looked_up(pair: tuple[str, str]) -> None:
    word, typed = pair
    assume(word != typed)
    assert word in one_mistake_away(typed)
    assert len(one_mistake_away(typed)) < 70 * (len(typed) + 1)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tarnsfromer", "transformer"),
        ("distilasion", "distillation"),
        ("распозновение", "распознавание"),
        ("aprentisage", "apprentissage"),
        ("embbeddding", "embedding"),
        ("rienforcment", "reinforcement"),
        ("класификацыя", "классификация"),
    ],
)
def test_the_scan_finds_what_two_mistakes_lead_to(typed: str, meant: str) -> None:
    found = scan(typed)
    assert mistakes_between(typed, meant, 2) == 2
    assert len(meant) in found.lengths
    assert meant.startswith(found.beginnings) or meant.endswith(found.endings)


@given(few_letters, few_letters)
def test_mistakes_are_counted_as_a_matrix_counts_them(one: str, other: str) -> None:
    assert mistakes_between(one, other, 2) == min(_by_matrix(one, other), 3)


def _by_matrix(one: str, other: str) -> int:
    rows = [[i + j for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, letter in enumerate(one, start=1):
        for j, other_letter in enumerate(other, start=1):
            best = min(rows[i - 1][j - 1] + (letter != other_letter), rows[i - 1][j] + 1, rows[i][j - 1] + 1)
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other_letter:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i][j] = best
    return rows[-1][-1]


@given(words)
def test_no_word_is_mended_to_itself(word: str) -> None:
    assert _near(word, {word: 5}, 2) == []
