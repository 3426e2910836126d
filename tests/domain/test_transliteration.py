from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.transliteration import LONGEST_TRANSLITERATED, MOST_READINGS, in_cyrillic, in_latin


@pytest.mark.parametrize(
    ("meant", "spellings"),
    [
        ("журнальный", "zhurnalnyj zhurnalnyi zhurnal'nyj zhurnalnyy jurnalny jurnalnyj"),
        ("клуб", "klub club"),
        ("обучение", "obuchenie obucheniye obuchenije obučenie"),
        ("языковая", "yazykovaya jazykovaja iazykovaia"),
        ("модель", "model model' modelʹ"),
        ("нейросети", "neiroseti nejroseti neyroseti"),
        ("объект", "objekt ob'ekt obyekt obʺekt"),
        ("генерация", "generaciya generatsiya generaciia generatsija"),
        ("сообщество", "soobschestvo soobshchestvo soobshhestvo"),
        ("статья", "statya statja stat'ya"),
        ("искусственный", "iskusstvennyj iskusstvenny iskusstvennyi"),
        ("это", "eto"),
        ("ели", "eli yeli"),
        ("большие", "bolshie bol'shie"),
        ("русский", "russkij russkiy russky russki"),
        ("речь", "rech rech'"),
        ("текст", "tekst text"),
        ("чтение", "chtenie čtenie"),
        ("хороший", "khoroshij horoshiy xoroshij"),
    ],
)
def test_russian_is_read_in_the_spellings_that_people_use(meant: str, spellings: str) -> None:
    for spelling in spellings.split():
        assert meant in in_cyrillic(spelling), spelling


@pytest.mark.parametrize(
    ("heard", "term"),
    [
        ("роберта", "roberta"),
        ("стайлган", "stylegan"),
        ("трансформер", "transformer"),
        ("берт", "bert"),
        ("эмбеддинг", "embedding"),
        ("эмбединг", "embedding"),
        ("резнет", "resnet"),
        ("чатгпт", "chatgpt"),
        ("чатджипити", "chatgpt"),
        ("эсвиэм", "svm"),
        ("машин", "machine"),
        ("лёрнинг", "learning"),
        ("дип", "deep"),
        ("файнтюнинг", "finetuning"),
        ("пайплайн", "pipeline"),
        ("квен", "qwen"),
        ("пайторч", "pytorch"),
        ("тензорфлоу", "tensorflow"),
        ("аттеншн", "attention"),
        ("гитхаб", "github"),
        ("софтмакс", "softmax"),
        ("фасттекст", "fasttext"),
        ("лама", "llama"),
        ("ворд2век", "word2vec"),
        ("диффьюжн", "diffusion"),
        ("хинтон", "hinton"),
    ],
)
def test_english_terms_are_read_as_they_are_heard(heard: str, term: str) -> None:
    assert term in in_latin(heard)


@pytest.mark.parametrize("word", ["", "a", "2024", "模型", "gpt模型", "naïveё", "x" * (LONGEST_TRANSLITERATED + 1)])
def test_other_words_have_no_reading(word: str) -> None:
    assert in_cyrillic(word) == []
    assert in_latin(word) == []


def test_the_usual_reading_comes_first() -> None:
    assert in_cyrillic("mashinnoe")[0] == "машинное"
    assert in_latin("токен")[0] == "token"


@pytest.mark.parametrize("word", ["y" * 32, "schch" * 6, "iya" * 10, "'" * 30, "ши" * 16, "ч" * 32, "ейей" * 8])
def test_a_hostile_word_has_no_more_readings_than_are_tried(word: str) -> None:
    assert len(in_cyrillic(word)) <= MOST_READINGS
    assert len(in_latin(word)) <= MOST_READINGS + 4


@given(st.text(max_size=40))
def test_any_text_may_be_read(text: str) -> None:
    for readings in (in_cyrillic(text), in_latin(text)):
        assert len(readings) == len(set(readings))
