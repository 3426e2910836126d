from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.meant_words import MOST_INFLECTED, MeantWords, Vocabulary
from bot.domain.other_layouts import LONGEST_RETYPED
from bot.domain.question import Question
from bot.domain.question_parser import parse_question
from bot.domain.second_tries import Retry, RetryKind, SecondTries
from bot.domain.spelling import KnownWord
from tests.vocabularies import vocabulary_of

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
TEXTS = {
    **{"the transformer model for machine translation with attention": 9000, "transformers": 500, "trasnfermer": 1},
    **{"BERT GPT word2vec node2vec": 4000, "deep learning in the wild": 3000, "knowledge distillation": 700},
    **{"embedding": 900},
    **{"книжный клуб": 50, "книжного клуба": 90, "машинное обучение с подкреплением для нейросети": 300},
    **{"распознавание речи в медицине": 200, "языковая модель": 500, "и о на": 900, "нейронные сети": 80},
    **{"强化学习": 90, "深度学习": 60, "图神经网络": 50, "自然语言处理": 80, "化学反应": 10, "哲学": 4, "语言模型": 70},
    **{"aprendizado de máquina": 100, "destilação do conhecimento": 40, "réseau de neurones": 30},
    **{"apprentissage profond": 40, "derin öğrenme": 50, "procesamiento del lenguaje": 40},
    **{"التعلم العميق": 60, "ترجمة آلية": 20},
}


@cache
def _vocabulary() -> Vocabulary:
    return vocabulary_of(TEXTS)


def _parse(text: str) -> Question:
    return parse_question(text, NOW, UTC)


def _second_tries(text: str, vocabulary: Vocabulary | None = None) -> SecondTries:
    return SecondTries(_parse(text), vocabulary or _vocabulary(), _parse)


def _tries(text: str, vocabulary: Vocabulary | None = None) -> list[Retry]:
    return list(_second_tries(text, vocabulary).all())


@pytest.mark.parametrize(
    ("typed", "kind", "meant"),
    [
        ("trasnformer", RetryKind.SPELLING, "transformer"),
        ("Trasnformer", RetryKind.SPELLING, "Transformer"),
        ("transformerr model", RetryKind.SPELLING, "transformer model"),
        ("knowlege trasnformer", RetryKind.SPELLING, "knowledge transformer"),
        ("обучение нейрасети", RetryKind.SPELLING, "обучение нейросети"),
        ("aprendisado de maquina", RetryKind.SPELLING, "aprendizado de maquina"),
        ("resau", RetryKind.SPELLING, "réseau"),
        ("aprentisage", RetryKind.SPELLING, "apprentissage"),
        ("procesamiento del lengauje", RetryKind.SPELLING, "procesamiento del lenguaje"),
        ("derin ögrneme", RetryKind.SPELLING, "derin öğrenme"),
        ("التعلم العمقي", RetryKind.SPELLING, "التعلم العميق"),
        ("深渡学习", RetryKind.SPELLING, "深度学习"),
        ("语言莫型", RetryKind.SPELLING, "语言模型"),
        ("BERT 自燃语言处理", RetryKind.SPELLING, "BERT 自然语言处理"),
        ("deeplearning", RetryKind.SPELLING, "deep learning"),
        ("word 2 vec", RetryKind.SPELLING, "word2vec"),
        ("trans former", RetryKind.SPELLING, "transformer"),
        ("gpt-2 trasnformer", RetryKind.SPELLING, "gpt-2 transformer"),
        ("l'atenttion", RetryKind.SPELLING, "l'attention"),
        ("ryb;ysq rke,", RetryKind.LAYOUT, "книжный клуб"),
        ("RKE<", RetryKind.LAYOUT, "КЛУБ"),
        ("vfibyyjt j,extybt", RetryKind.LAYOUT, "машинное обучение"),
        ("vjltkm d vtlbwbyt", RetryKind.LAYOUT, "модель в медицине"),
        ("lkz ytqhjctnb", RetryKind.LAYOUT, "для нейросети"),
        ("vtlbwbyf BERT", RetryKind.LAYOUT, "медицина BERT"),
        ("vfibyyjt j,extnbt", RetryKind.LAYOUT, "машинное обучение"),
        ("ghjcnj rke,", RetryKind.LAYOUT, "клуб"),
        ("тщву2мус", RetryKind.LAYOUT, "node2vec"),
        ("word2мус", RetryKind.LAYOUT, "word2vec"),
        ("ВУУЗ ДУФКТШТП", RetryKind.LAYOUT, "DEEP LEARNING"),
        ("لاثقف", RetryKind.LAYOUT, "bert"),
        ("knizhnyj klub", RetryKind.TRANSLITERATION, "книжный клуб"),
        ("knijny klub", RetryKind.TRANSLITERATION, "книжный клуб"),
        ("raspoznavanie rechi", RetryKind.TRANSLITERATION, "распознавание речи"),
        ("mashinnoe obuchenie", RetryKind.TRANSLITERATION, "машинное обучение"),
        ("эмбеддинг", RetryKind.TRANSLITERATION, "embedding"),
        ("трансформер аттеншн", RetryKind.TRANSLITERATION, "transformer attention"),
        ("дип лернинг", RetryKind.TRANSLITERATION, "deep learning"),
        ("nhfycajhvth", RetryKind.LAYOUT, "transformer"),
        ("xyzzyqq transformer", RetryKind.KNOWN, "transformer"),
    ],
)
def test_what_was_meant_is_tried_first(typed: str, kind: RetryKind, meant: str) -> None:
    first = _tries(typed)[0]
    assert (first.kind, first.question.typed) == (kind, meant)
    assert first.instead_of.typed == typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lang:pt destilasao", "destilação lang:pt"),
        ("title:trasnformer -BERT", "title:transformer -BERT"),
        ('"knowlege distillation"', '"knowledge distillation"'),
        ("(trasnformer OR BERT) attention", "(transformer OR BERT) attention"),
        ("lang:ru rke,", "lang:ru клуб"),
        ("title:rke, BERT", "title:клуб BERT"),
        ("rke, OR vjltkm", "клуб OR модель"),
        ("-BERT knizhnyj", "книжный -BERT"),
        ("knizhnyj rechi", "книжный речи"),
        ("after:2020-01-01 trasnformer", "transformer after:2020-01-01"),
    ],
)
def test_filters_quotation_marks_and_operators_stay(typed: str, meant: str) -> None:
    found = _tries(typed)[0].question
    assert found.typed == meant
    assert found == _parse(meant)


def test_words_that_nobody_has_are_left_out_and_told() -> None:
    retry = _tries("xyzzyqq trasnformer")[0]
    assert (retry.kind, retry.question.typed) == (RetryKind.SPELLING, "transformer")
    assert retry.dropped == ("xyzzyqq",)


def test_nothing_is_tried_for_words_that_tell_nothing_alone() -> None:
    assert not any(
        one.question.typed in {"the", "и"} for typed in ("the xyzzyqq", "и xyzzyqq") for one in _tries(typed)
    )


def test_a_word_that_was_typed_twice_is_left_out_once() -> None:
    assert any(one.dropped == ("xyzzyqq",) for one in _tries("xyzzyqq transformer xyzzyqq"))


def test_what_is_left_out_is_told_as_it_was_typed_also_where_the_rest_was_retyped() -> None:
    retry = _tries("ghjcnj rke,")[0]
    assert (retry.kind, retry.question.typed, retry.dropped) == (RetryKind.LAYOUT, "клуб", ("ghjcnj",))


def test_a_long_text_is_read_in_no_other_layout() -> None:
    word = "ryb;ysq"
    long = " ".join([word] * (LONGEST_RETYPED // len(word) + 1))
    assert _tries(word)[0].kind is RetryKind.LAYOUT
    assert not [one for one in _tries(long) if one.kind is RetryKind.LAYOUT]
    assert _second_tries(long).retyped_form() is None


def test_a_layout_that_makes_no_word_known_is_none() -> None:
    assert all(one.kind is not RetryKind.LAYOUT for one in _tries("transformer foo:xyzzyqq plugh"))


def test_what_is_retyped_to_signs_and_single_letters_is_no_guess() -> None:
    assert all(one.kind is not RetryKind.LAYOUT for one in _tries("жажа", vocabulary_of({"f g ;": 9})))


CLEAR = {"прием ривера ответ": 9, "ghat hbdts words": 9}


@pytest.mark.parametrize("typed", ["ghbdtn", "GHBDTN", "ghbdtn words"])
def test_what_is_a_word_in_another_layout_is_taken_for_no_other_word_that_is_far(typed: str) -> None:
    known = replace(vocabulary_of(CLEAR | {"ghbdxn privete": 9}), shape=vocabulary_of(CLEAR).shape)
    assert all(one.question.typed == "words" for one in _tries(typed, known))


def test_what_is_mistyped_in_another_layout_is_still_mended() -> None:
    known = vocabulary_of({"обучение отчетность понятие": 9})
    assert [one.question.typed for one in _tries("j,extnbt", known)] == ["обучение"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ghbdtn", "привет"),
        ("ghbdtn lang:en", "привет lang:en"),
        ("knizhnyj", "книжный"),
        ("xyzzy", None),
        ("words", None),
        ("", None),
    ],
)
def test_where_nothing_is_found_what_the_same_keys_give_is_named(typed: str, meant: str | None) -> None:
    known = vocabulary_of(CLEAR | {"книжный": 1})
    found = _second_tries(typed, known).retyped_form()
    assert (found and found.question.typed) == meant


def test_of_known_words_those_that_tell_least_are_left_out_first() -> None:
    tries = _tries("attention knowledge 强化")
    assert [one.question.typed for one in tries] == ["knowledge 强化", "强化"]
    assert [one.dropped for one in tries] == [("attention",), ("attention", "knowledge")]


@pytest.mark.parametrize(
    "typed", ["transformer", "强化学习", "", "-", '"', "((", "lang:pt", "-trasnformer", "after:2020"]
)
def test_where_there_is_nothing_to_change_nothing_is_tried(typed: str) -> None:
    assert _tries(typed) == []


def test_words_that_do_not_stand_in_a_row_are_looked_for_apart() -> None:
    tries = [one.question.typed for one in _tries('"atention transformer" lang:en')]
    assert tries[:2] == ['"attention transformer" lang:en', "attention transformer lang:en"]


def test_words_without_a_meaning_of_their_own_are_never_all_that_is_left() -> None:
    tries = [one.question.typed for one in _tries("in the knowledge of the transformer")]
    assert tries == ["knowledge"]


def test_neighbours_are_joined_to_no_word_of_which_only_an_ending_is_known() -> None:
    assert all("transformeritemsin" not in one.question.typed for one in _tries("transformer items in"))


def test_what_is_excluded_is_not_mended() -> None:
    assert all("-trasnformer" in one.question.typed for one in _tries("knowlege -trasnformer"))


def test_a_rare_word_beside_a_frequent_one_is_asked_about() -> None:
    known = vocabulary_of({"trasnfermer": 1, "transfermer": 9000})
    meant = _second_tries("trasnfermer lang:en", known).usual_form()
    assert meant is not None
    assert meant.question.typed == "transfermer lang:en"


@pytest.mark.parametrize("typed", ["transformer", "transformers", "xyzzyqq", "bart", "模型"])
def test_other_words_are_not_asked_about(typed: str) -> None:
    known = vocabulary_of({"transformer": 9000, "transformers": 1, "bart": 1, "bert": 9})
    assert _second_tries(typed, known).usual_form() is None


def test_tries_are_worked_out_one_by_one() -> None:
    asked: list[str] = []
    vocabulary = _vocabulary()

    def like(beginnings: Collection[str], endings: Collection[str], lengths: range) -> list[str]:
        asked.extend(beginnings)
        return list(vocabulary.like(beginnings, endings, lengths))

    tries = _second_tries("ryb;ysq rke,", replace(vocabulary, like=like)).all()
    assert next(tries).question.typed == "книжный клуб"
    assert asked == []


def test_what_other_layouts_give_is_worked_out_once_for_a_question() -> None:
    read: list[str] = []

    def parse(text: str) -> Question:
        read.append(text)
        return _parse(text)

    tries = SecondTries(_parse("ghbdtn xyzzyqq"), vocabulary_of(CLEAR), parse)
    list(tries.all())
    assert read
    read.clear()
    tries.retyped_form()
    assert read == []


HOSTILE = [
    "q" * 300,
    " ".join("qwrtp" + "abcdefghijklmnopqrstuvwxyz"[at % 26] for at in range(60)),
    "ъ" * 300,
    "字" * 300,
    ";',.[]" * 50,
    "ши" * 150,
    "a:b:c " * 50,
    "(((((" * 40 + "trasnformer",
    "لا" * 100,
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_work_is_bounded_whatever_is_asked(typed: str) -> None:
    asked: list[str] = []
    vocabulary = _vocabulary()

    def inflected(word: str) -> bool:
        asked.append(word)
        return vocabulary.inflected(word)

    def like(beginnings: Collection[str], endings: Collection[str], lengths: range) -> list[str]:
        asked.extend([*beginnings, *endings])
        return list(vocabulary.like(beginnings, endings, lengths))

    assert len(_tries(typed, replace(vocabulary, inflected=inflected, like=like))) < 40
    assert len(asked) < MOST_INFLECTED + 2000


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["transformer", "BERT", "клуб", "强化学习", "trasnformer", "rke,", "xyzzyqq"]), max_size=4)
)
def test_known_words_are_never_changed(words: list[str]) -> None:
    known = {"transformer", "BERT", "клуб", "强化学习"}
    for retry in _tries(" ".join(words)):
        left = {word for word in words if word in known and word.lower() not in retry.dropped}
        assert left <= set(retry.question.typed.split())


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_question_may_be_tried_again(typed: str) -> None:
    tries = _tries(typed)
    assert len({one.question for one in tries}) == len(tries)
    assert all(one.question != _parse(typed) and not one.question.is_empty for one in tries)


def test_a_word_that_no_item_has_may_be_what_items_write_in_another_alphabet() -> None:
    known = {"этический кодекс": 0, "Codex": 3}
    assert [retry.question.typed for retry in _tries("кодекс", vocabulary_of(known))] == ["Codex"]
    assert _tries("кодекс", vocabulary_of({"этический кодекс": 2, "Codex": 3})) == []
    assert _tries("кодекс", vocabulary_of({"этический кодекс": 0})) == []


def test_items_have_a_word_that_is_known_from_elsewhere_too() -> None:
    vocabulary = vocabulary_of({"Codex": 3})
    known = [KnownWord("codex", "Codex", 0), *vocabulary.words(["codex"])]
    assert MeantWords(replace(vocabulary, words=lambda _words: known)).items("Codex") == 3
