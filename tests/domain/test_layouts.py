from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.layouts import Layouts, retyped

CYRILLIC = Layouts.LATIN_TO_CYRILLIC
LATIN = Layouts.CYRILLIC_TO_LATIN


@pytest.mark.parametrize(
    ("typed", "layouts", "meant"),
    [
        ("ghbdtn", CYRILLIC, "привет"),
        (";ehyfkmysq", CYRILLIC, "журнальный"),
        ("Vfibyyjt", CYRILLIC, "Машинное"),
        ("'v,tllbyu", CYRILLIC, "эмбеддинг"),
        ("j,]trn", CYRILLIC, "объект"),
        ("`krf", CYRILLIC, "ёлка"),
        ("<TREN", CYRILLIC, "БЕКУТ"),
        ("ыуьфтешс", LATIN, "semantic"),
        ("ЕктыащкьУК", LATIN, "TrnsformER"),
        ("Фсшвуьсф", LATIN, "Acidemca"),
        ("пзе2", LATIN, "gpt2"),
        ("тщву2мус", LATIN, "node2vec"),
        ("с№", LATIN, "c#"),
        ("с++", LATIN, "c++"),
        ("ыудаюыгзукмшыув", LATIN, "self.supervised"),
        ("jgl", Layouts.LATIN_TO_ARABIC, "تلم"),
        ("لاثقف", Layouts.ARABIC_TO_LATIN, "bert"),
    ],
)
def test_a_word_is_read_by_its_keys(typed: str, layouts: Layouts, meant: str) -> None:
    assert retyped(typed, layouts)[0] == meant


def test_signs_around_a_word_may_be_letters_or_signs() -> None:
    assert retyped("rke,", CYRILLIC) == ["клуб", "клу,"]
    assert "привет," in retyped("ghbdtn,", CYRILLIC)


def test_two_arabic_letters_may_be_one_key_or_two() -> None:
    assert "light" in retyped("مهلاف", Layouts.ARABIC_TO_LATIN)


@pytest.mark.parametrize("word", ["2024", "", "，。", "[]", "模型", "-", "++"])
def test_a_word_without_letters_of_the_layout_has_no_reading(word: str) -> None:
    assert not any(retyped(word, layouts) for layouts in Layouts)


def test_digits_and_letters_of_other_scripts_stay() -> None:
    assert retyped("nекст2", CYRILLIC)[0] == "текст2"


@given(st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖ0123456789", min_size=1))
def test_what_was_typed_in_the_wrong_layout_and_read_back_is_what_was_meant(meant: str) -> None:
    keys = {retyped(letter, LATIN)[0]: letter for letter in meant if letter.isalpha()}
    typed = "".join(next((key for key, letter in keys.items() if letter == char), char) for char in meant)
    assert not any(map(str.isalpha, meant)) or not any(map(str.isalpha, typed)) or retyped(typed, CYRILLIC)[0] == meant


@given(st.text(max_size=60))
def test_any_text_may_be_read(text: str) -> None:
    for layouts in Layouts:
        assert all(isinstance(reading, str) for reading in retyped(text, layouts))
