"""Widening: what concepts a question names, however it writes them, and what else they are called."""

from __future__ import annotations

import pytest

from bot.domain.glossary import (
    ABBREVIATION,
    MOST_WAYS,
    MOST_WAYS_OF_A_QUESTION,
    SYNONYM,
    TRANSLATION,
    Glossary,
    Widened,
)
from storage.stemming import analyser

LINES = (
    "# a comment\n",
    "\n",
    "en this line is broken | ru неполная\n",
    "en few-shot learning; few-shot | ru обучение на малом числе примеров | pt aprendizado com poucos exemplos | "
    "zh 小样本学习; few-shot | fr apprentissage avec peu d'exemples | es aprendizaje con pocos ejemplos | "
    "tr az örnekle öğrenme | ar التعلم بأمثلة قليلة\n",
    "en 3D reconstruction | ru 3D-реконструкция; трёхмерная реконструкция | pt reconstrução 3D | zh 三维重建; 3D重建 | "
    "fr reconstruction 3D | es reconstrucción 3D | tr 3B yeniden yapılandırma | ar إعادة البناء ثلاثي الأبعاد\n",
    "en neural network; NN | ru нейронная сеть; нейросеть | pt rede neural | zh 神经网络 | fr réseau de neurones | "
    "es red neuronal | tr sinir ağı | ar شبكة عصبية\n",
    "en neural machine translation; NMT | ru нейронный машинный перевод | pt tradução automática neural | "
    "zh 神经机器翻译 | fr traduction automatique neuronale | es traducción automática neuronal | "
    "tr sinirsel makine çevirisi | ar الترجمة الآلية العصبية\n",
    "en machine translation; MT | ru машинный перевод | pt tradução automática | zh 机器翻译 | "
    "fr traduction automatique | es traducción automática | tr makine çevirisi | ar الترجمة الآلية\n",
    "en knowledge distillation | ru дистилляция знаний | pt destilação de conhecimento | zh 知识蒸馏 | "
    "fr distillation des connaissances | es destilación de conocimiento | tr bilgi damıtma | ar تقطير المعرفة\n",
    "en compression | ru сжатие | pt compressão | zh 压缩 | fr compression | es compresión | tr sıkıştırma | ar ضغط\n",
)


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return Glossary(LINES, analyser())


def concepts(glossary: Glossary, words: str) -> list[Widened]:
    return glossary.concepts(analyser().pieces(words))


def rows(widened: Widened, language: str | None) -> set[str]:
    return {" ".join(way.tokens) for way in widened.ways if way.language == language}


def all_rows(widened: Widened) -> set[str]:
    return {" ".join(way.tokens) for way in widened.ways}


def test_lines_that_are_no_concepts_are_left_out(glossary: Glossary) -> None:
    assert len(glossary) == 7


@pytest.mark.parametrize(
    "words",
    [
        "neural network",
        "Neural Networks",
        "neural-network",
        "нейронные сети",
        "нейронных сетей",
        "нейросетями",
        "redes neurais",
        "rede neural",
        "réseaux de neurones",
        "reseau de neurones",
        "redes neuronales",
        "sinir ağları",
        "sinir ağı",
        "sinir agi",
        "神经网络",
        "الشبكة العصبية",
    ],
)
def test_a_concept_is_known_in_any_language_and_inflection(glossary: Glossary, words: str) -> None:
    (found,) = concepts(glossary, words)
    assert len({"neural network", "нейрон сет", "神经 经网 网络"} & all_rows(found)) >= 2


@pytest.mark.parametrize("words", ["few-shot learning", "few shot learning", "fewshot learning", "Few–Shot Learning"])
def test_hyphens_and_spaces_make_no_difference(glossary: Glossary, words: str) -> None:
    found, *_parts = concepts(glossary, words)
    assert "小样 样本 本学 学习" in rows(found, "zh")


def test_what_was_typed_in_another_spelling_is_a_way_too(glossary: Glossary) -> None:
    found, *_parts = concepts(glossary, "fewshot learning")
    assert "few shot learn" in rows(found, "en")


@pytest.mark.parametrize("words", ["destilacao de conhecimento", "DESTILAÇÃO de conhecimento"])
def test_accents_may_be_missing(glossary: Glossary, words: str) -> None:
    (found,) = concepts(glossary, words)
    assert rows(found, "en") == {"knowledg distil"}


def test_the_words_between_concepts_stay_outside(glossary: Glossary) -> None:
    found = concepts(glossary, "how does machine translation use neural networks today")
    assert [(one.first, one.last) for one in found] == [(2, 3), (5, 6)]


def test_the_longest_name_wins(glossary: Glossary) -> None:
    found, part = concepts(glossary, "neural machine translation")
    assert (found.first, found.last, found.is_part) == (0, 2, False)
    assert rows(found, "zh") == {"神经 经机 机器 器翻 翻译"}
    assert (part.first, part.last, part.is_part) == (1, 2, True)


def test_what_a_part_of_a_name_says_weighs_less(glossary: Glossary) -> None:
    _whole, part = concepts(glossary, "neural machine translation")
    (alone,) = concepts(glossary, "machine translation")
    assert part.ways[0].weight < alone.ways[0].weight


def test_a_run_holds_several_concepts_and_words_between(glossary: Glossary) -> None:
    found = concepts(glossary, "下一步知识蒸馏压缩")
    assert [(one.first, one.last, one.start, one.end) for one in found] == [(0, 0, 3, 7), (0, 0, 7, 9)]
    assert rows(found[1], "ru") == {"сжат"}


def test_a_name_may_go_on_from_a_word_into_a_run(glossary: Glossary) -> None:
    (found,) = concepts(glossary, "基于3D重建的方法")
    assert (found.first, found.last, found.start, found.end) == (1, 2, 0, 2)
    assert rows(found, "zh") == {"三维 维重 重建"}


def test_runs_are_parted_where_concepts_begin_and_end(glossary: Glossary) -> None:
    pieces = glossary.parted(analyser().pieces("基于3D重建的 知识蒸馏压缩 bert"))
    assert [piece.typed for piece in pieces] == ["基于", "3d", "重建", "的", "知识蒸馏", "压缩", "bert"]
    assert [(one.first, one.last) for one in glossary.concepts(pieces)] == [(1, 2), (4, 4), (5, 5)]


def test_pieces_without_concepts_stay_as_they_are(glossary: Glossary) -> None:
    pieces = analyser().pieces("gpt-2 今天 hello")
    assert glossary.parted(pieces) == pieces
    assert glossary.concepts(pieces) == []


def test_synonyms_weigh_more_than_translations_and_abbreviations_less(glossary: Glossary) -> None:
    (found,) = concepts(glossary, "нейросеть")
    weights = {" ".join(way.tokens): way.weight for way in found.ways}
    assert weights["нейрон сет"] == SYNONYM
    assert weights["neural network"] == TRANSLATION
    assert weights["nn"] == TRANSLATION * ABBREVIATION
    assert [way.weight for way in found.ways] == sorted(weights.values(), reverse=True)


def test_a_typed_abbreviation_widens_less_because_it_may_mean_something_else(glossary: Glossary) -> None:
    (typed,) = concepts(glossary, "mt")
    (whole,) = concepts(glossary, "machine translation")
    heaviest = {way.tokens: way.weight for way in typed.ways}
    assert all(heaviest[way.tokens] < way.weight for way in whole.ways if way.tokens in heaviest)
    assert heaviest["machin", "translat"] == SYNONYM * ABBREVIATION


def test_a_row_that_several_languages_share_is_of_any_language(glossary: Glossary) -> None:
    (found,) = concepts(glossary, "сжатие")
    assert rows(found, None) == {"compress"}
    assert rows(found, "pt") == {"compressa"}


def test_what_was_typed_is_no_way_of_its_own(glossary: Glossary) -> None:
    (found,) = concepts(glossary, "нейронные сети")
    assert "нейрон сет" not in all_rows(found)


def test_a_concept_with_many_names_gives_the_usual_ones_of_each_language() -> None:
    def names(language: str) -> str:
        return f"{language} " + "; ".join(f"{language}name{letter}" for letter in "abcdefgh")

    many = Glossary([" | ".join(map(names, ("en", "ru", "pt", "zh", "fr", "es", "tr", "ar")))], analyser())
    (found,) = concepts(many, "ennamea")
    assert len(found.ways) == MOST_WAYS
    assert {way.language for way in found.ways} == {"en", "ru", "pt", "zh", "fr", "es", "tr", "ar"}


def test_a_question_of_many_concepts_is_widened_within_bounds(glossary: Glossary) -> None:
    found = concepts(glossary, "neural network machine translation compression few-shot " * 50)
    assert len(found) == 200
    assert sum(len(one.ways) for one in found) <= MOST_WAYS_OF_A_QUESTION


@pytest.mark.parametrize("words", ["", "  ", "'\"()*", "a" * 5000, "一" * 3000, "neural " * 500])
def test_odd_questions_name_no_concept(glossary: Glossary, words: str) -> None:
    assert concepts(glossary, words) == []


def test_where_texts_of_one_language_are_asked_for_more_of_its_names_are_looked_for() -> None:
    def names(language: str) -> str:
        return f"{language} " + "; ".join(f"{language}name{letter}" for letter in "bcdfghjk")

    many = Glossary([" | ".join(map(names, ("en", "ru", "pt", "zh", "fr", "es", "tr", "ar")))], analyser())
    (found,) = many.concepts(analyser().pieces("runameb"), ("tr",))
    assert len([way for way in found.ways if way.language == "tr"]) == 8
    assert {way.language for way in found.ways} == {"en", "tr"}  # English terms stand in all texts
