"""What a text is found by, and what a question asks for."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.analysis import LONGEST_TOKEN
from storage.stemming import analyser

LANGUAGES = ("en", "ru", "pt-BR", "zh-Hans", "fr", "es", "tr", "ar", "de", None)


def found_by(text: str, language: str | None) -> set[str]:
    analysis = analyser().text(text, language)
    return {*analysis.stems, *analysis.forms}


@pytest.mark.parametrize(
    ("text", "language", "question"),
    [
        ("A destilação do modelo", "pt", "destilacao"),
        ("Модели сжимались", "ru", "модель"),
        ("Ёлки и ЛЁД", "ru", "лед"),
        ("知识蒸馏很有用", "zh", "蒸馏"),
        ("知识蒸馏 with transformers", "zh", "transformer"),
        ("L’entraînement accéléré", "fr", "entrainement accelere"),
        ("İSTANBUL'da IŞIK", "tr", "istanbul ışık"),
        ("التَّعَلُّم الآلي", "ar", "التعلم الالي"),
        ("Ｎａïｖｅ Bayes", "en", "naive bayes"),
        ("GPT-2 and its friends", "en", "gpt2"),
        ("GPT2 and its friends", "en", "gpt-2"),
        ("written in C++17", "en", "c++"),
        ("реализация на С++17", "ru", "c++"),  # the first letter is Cyrillic
        ("СNN для картинок", "ru", "cnn"),
        ("thanks to @karpathy", "en", "@karpathy"),
        ("see https://www.example.org/jax", "en", "jax"),
        ("the model's weights", "en", "model"),
        ("BERT'in ağırlıkları", "tr", "bert ağırlık"),
        ("GPU’larda ve GPT-3'ün içinde", "tr", "gpu gpt3"),
        ("BERT weights", "en", "BERT'e"),
        ("GPT-3 is here", "en", "gpt-3'ü"),
        ("Knowledge distil\u00adla\u00adtion", "en", "distillation"),  # where it may be parted at the end of a line
        ("distillation", "en", "distil\u00adlation"),
        ("葛\U000e0100城市", "ja", "葛城"),
        ("می\u200cخواهم", "fa", "میخواهم"),
    ],
)
def test_a_question_meets_what_is_written_in_another_way(text: str, language: str, question: str) -> None:
    tokens = found_by(text, language)
    missing = [
        piece.typed for piece in analyser().pieces(question) if not any(set(way) <= tokens for way in piece.ways)
    ]
    assert not missing, tokens


@pytest.mark.parametrize(
    ("text", "language", "question"),
    [
        ("Обучение", "ru", "обочина"),
        ("a c program", "en", "c++"),
        ("自然语言", "zh", "语自"),
        ("karpathy", "en", "@karpathy2"),
    ],
)
def test_a_question_does_not_meet_what_is_something_else(text: str, language: str, question: str) -> None:
    tokens = found_by(text, language)
    assert not all(any(set(way) <= tokens for way in piece.ways) for piece in analyser().pieces(question))


@pytest.mark.parametrize("name", ["l'un", "d'une", "qu'un", "they're", "don't", "o'clock", "Xi'an"])
def test_what_stands_behind_an_apostrophe_is_no_turkish_ending_in_other_languages(name: str) -> None:
    last = "".join(filter(str.isalpha, name.partition("'")[2].casefold()))
    assert last in found_by(name, None)


def test_a_turkish_ending_behind_an_apostrophe_is_no_word() -> None:
    assert found_by("BERT'in", "tr") == {"bert"}


def test_a_handle_is_told_from_the_word() -> None:
    assert "atkarpathy" in found_by("by @karpathy", "en")
    assert "atkarpathy" not in found_by("by karpathy", "en")


def test_stems_are_of_the_language_of_the_text() -> None:
    assert analyser().text("nations", "en").stems == ("nation",)
    assert analyser().text("модели", "ru").stems == analyser().text("модель", "ru").stems


def test_latin_words_inside_other_scripts_are_english() -> None:
    assert analyser().text("модели embeddings", "ru").stems[1] == analyser().text("embedding", "en").stems[0]


@given(st.text(), st.sampled_from(LANGUAGES))
@example("q\u0323x o\u0338p", "en")  # marks that no letter takes in
@example("ab\u0345\u0591c", None)
def test_tokens_are_letters_and_digits_only_and_not_too_long(text: str, language: str | None) -> None:
    analysis = analyser().text(text, language)
    for token in (*analysis.stems, *analysis.forms):
        assert token.isalnum()
        assert token == token.casefold()
        assert len(token) <= LONGEST_TOKEN


@given(st.text(), st.sampled_from(LANGUAGES))
def test_a_text_is_found_by_each_of_its_own_words(text: str, language: str | None) -> None:
    tokens = found_by(text, language)
    for piece in analyser().pieces(text, (language,) if language else ()):
        assert not piece.ways or any(set(way) <= tokens for way in piece.ways)


@given(st.text(), st.sampled_from(LANGUAGES))
def test_words_are_located_inside_the_text(text: str, language: str | None) -> None:
    for word in analyser().located(text, language):
        assert 0 <= word.start < word.end <= len(text)


@pytest.mark.parametrize(
    ("written", "asked"),
    [("StyleGAN2", "stylegan"), ("YOLOv4-tiny", "yolo"), ("GPT3", "gpt"), ("BERT4Rec", "bert"), ("ГПТ3", "гпт")],
)
def test_a_name_with_a_number_glued_on_is_found_by_the_name(written: str, asked: str) -> None:
    for analysis in (analyser().text(f"about {written}", "en"), analyser().names([written])):
        assert asked in analysis.forms
    assert any(asked in word.tokens for word in analyser().located(written, "en"))


@pytest.mark.parametrize("written", ["T5", "v2", "3D", "2020", "x86"])
def test_letters_before_a_number_that_are_no_name_are_not(written: str) -> None:
    assert analyser().text(written, "en").forms == ()
