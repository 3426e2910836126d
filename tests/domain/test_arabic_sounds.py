"""Names and terms in Arabic letters are known by how they sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.arabic_sounds import LONGEST_HEARD, heard
from bot.domain.meant_words import MeantWords
from tests.vocabularies import vocabulary_of

_NAMES = """
keras bert transformer python pytorch tensorflow longformer roberta github google youtube kaggle facebook microsoft
electra dropout optuna docker albert stanford berkeley hinton bengio lecun karpathy robot amazon linux windows benchmark
pirate port brat
"""
_WORDS = _NAMES.split()


def _sounding_like(word: str) -> list[str]:
    return [
        known
        for sound in heard(word)
        for known in sound.among(
            one for one in _WORDS if one.startswith(sound.beginnings) and len(one) in sound.lengths
        )
    ]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("كيراس", "keras"),
        ("بيرت", "bert"),
        ("ترانسفورمر", "transformer"),
        ("الترانسفورمر", "transformer"),
        ("بايثون", "python"),
        ("بايتورش", "pytorch"),
        ("تنسورفلو", "tensorflow"),
        ("روبيرتا", "roberta"),
        ("غوغل", "google"),
        ("جوجل", "google"),
        ("يوتيوب", "youtube"),
        ("مايكروسوفت", "microsoft"),
        ("إلكترا", "electra"),
        ("ستانفورد", "stanford"),
        ("هينتون", "hinton"),
        ("كارباثي", "karpathy"),
        ("لينكس", "linux"),
    ],
)
def test_a_name_in_arabic_letters_sounds_like_itself_in_latin_ones(word: str, meant: str) -> None:
    assert _sounding_like(word)[0] == meant


@pytest.mark.parametrize("word", ["bert", "берт", "بي", "او", "ايو", "ب" * (LONGEST_HEARD + 1), "学习", ""])
def test_what_is_no_word_in_arabic_letters_or_too_short_sounds_like_nothing(word: str) -> None:
    assert heard(word) == []


def test_a_word_that_items_have_is_preferred_to_one_that_sounds_nearer() -> None:
    assert MeantWords(vocabulary_of({"pirate": 3, "bert": 0})).in_another_alphabet("بيرت") == "pirate"
    assert MeantWords(vocabulary_of({"pirate": 3, "bert": 1})).in_another_alphabet("بيرت") == "bert"
    assert MeantWords(vocabulary_of({"pirate": 3})).in_another_alphabet("قطة") is None


@given(st.text("ابتكشوينقهءع", max_size=LONGEST_HEARD), st.text("aeioubckstyw", max_size=40))
def test_any_word_is_compared_with_any_other(word: str, other: str) -> None:
    for sound in heard(word):
        assert len(sound.beginnings) < 1_000
        assert set(sound.among([other])) <= {other}
