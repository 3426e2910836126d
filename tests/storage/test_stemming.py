"""Stems: one for all forms of a word."""

from __future__ import annotations

import pytest

from storage.stemming import analyser
from storage.turkish_verbs import verb_root


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
        "görüntü görüntüsü görüntüleri görüntüden",
        "metin metinler metinden metinlerinin",
        "sistem sistemi sisteme sistemler",
        "derinlik derinliği derinliğinin derinligi",
        "kitap kitabı kitaplar",
        "kütüphane kütüphanesi kütüphaneler",
        "makine makinesi makineler makinelerle",
        "tahmin tahmini tahminlerimiz",
        "deney deneyi deneyler",
        "ag agi aglar aglarda",
    ],
)
def test_turkish_nouns_have_one_stem_in_compounds_and_out_of_them(words: str) -> None:
    assert len(set(analyser().text(words, "tr").stems)) == 1


def test_different_turkish_words_keep_different_stems() -> None:
    words = "küme çeviri veri model ağ öğrenme görüntü ders derin derlem site sistem özet dil süreç insan iz izin"
    assert len(set(analyser().text(words, "tr").stems)) == len(words.split())


@pytest.mark.parametrize(
    "forms",
    [
        "öğrenme öğrenmek öğrenmenin öğrenmeyi öğreniyor öğrenen öğrenilen öğrenerek öğrenecek öğrendi öğrenim",
        "ogrenme ogrenmek ogreniyor ogrenen",
        "tanıma tanımak tanıyor tanıyan tanıyıcı tanıyıcıları tanınması tanımanın",
        "üretme üretmek üreten üretiyor üretici üretim üretilmesi üretilmiş",
        "özet özetler özetleme özetlemek özetliyor özetleyici özetleyicilerin özetlenmesi",
        "etiket etiketler etiketleme etiketleyici etiketlenmiş etiketliyor",
        "sınıflandırma sınıflandırıcı sınıflandırılan sınıflandırmak",
        "çeviri çevirisi çevirme çevirmek çeviren",
        "küçültme küçültüyor küçülttü küçültülmesi",
        "kullanım kullanarak kullanan kullanılan kullanıcı",
        "kodlama kodlayıcı kodlayan kodlamak",
        "arama aramak araması aramalar",
        "budama budamak budaması",
    ],
)
def test_all_forms_of_a_turkish_verb_meet(forms: str) -> None:
    assert len(set(analyser().text(forms, "tr").stems)) == 1


@pytest.mark.parametrize(
    ("noun", "inflected"),
    [
        ("sistem", "sisteme"),
        ("yöntem", "yönteme"),
        ("program", "programa"),
        ("veri", "veriden"),
        ("zaman", "zamanda"),
        ("internet", "internetten"),
    ],
)
def test_cases_of_turkish_nouns_are_not_taken_for_verbs(noun: str, inflected: str) -> None:
    assert analyser().text(noun, "tr").stems == analyser().text(inflected, "tr").stems


def test_turkish_verbs_and_what_is_made_of_them_keep_apart() -> None:
    words = "öğrenme öğretme yazma yazılım tanıma üretme eğitim çözüm"
    assert len(set(analyser().text(words, "tr").stems)) == len(words.split())


def test_what_is_too_long_for_a_word_is_no_verb() -> None:
    assert verb_root("a" * 10_000 + "mak") is None
