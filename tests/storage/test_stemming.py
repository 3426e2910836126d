"""Stems: one for all forms of a word."""

from __future__ import annotations

import pytest

from storage.stemming import analyser


@pytest.mark.parametrize(
    "forms",
    [
        ("neural", "neurais"),
        ("imagem", "imagens"),
        ("visão", "visões", "visoes"),
        ("classificação", "classificações", "classificacoes", "classificacao"),
        ("papel", "papéis", "papeis"),
        ("variável", "variáveis", "variaveis"),
        ("espanhol", "espanhóis"),
        ("azul", "azuis"),
        ("mão", "mãos"),
        ("modelo", "modelos"),
        ("rede", "redes"),
    ],
)
def test_portuguese_singulars_and_plurals_meet(forms: tuple[str, ...]) -> None:
    assert len({analyser().text(form, "pt").stems for form in forms}) == 1


@pytest.mark.parametrize("word", ["mais", "dois", "seis", "país"])
def test_portuguese_words_that_only_look_like_plurals_stay_as_they_are(word: str) -> None:
    made_up = {"mais": "mal", "dois": "dol", "seis": "sel", "país": "pal"}[word]
    assert analyser().text(word, "pt").stems != analyser().text(made_up, "pt").stems


def test_an_abbreviation_is_not_cut_down_to_a_word_of_one_letter() -> None:
    assert analyser().text("ИИ", "ru").stems != analyser().text("и", "ru").stems


def test_an_analyser_made_anew_finds_the_same_stems() -> None:
    words = "Redes neurais, нейронные сети и 知识蒸馏"
    assert analyser().anew().text(words, "pt") == analyser().text(words, "pt")


@pytest.mark.parametrize(
    "words",
    [
        "küme kümesi kümeleri kümelerinin",
        "çeviri çevirisi çevirileri çevirisinin",
        "veri verisi verileri",
        "model modeli modelleri",
        "ağ ağı ağları ağlarının",
        "öğrenme öğrenmesi öğrenmenin",
        "görüntü görüntüsü görüntüleri",
    ],
)
def test_turkish_nouns_have_one_stem_in_compounds_and_out_of_them(words: str) -> None:
    assert len(set(analyser().text(words, "tr").stems)) == 1


def test_different_turkish_words_keep_different_stems() -> None:
    words = "küme çeviri veri model ağ öğrenme görüntü ders site özet dil süreç"
    assert len(set(analyser().text(words, "tr").stems)) == len(words.split())
