"""What a question comes to: what an engine is asked for, and what scores are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.analysis import Piece
from bot.domain.fitting import fitter
from bot.domain.glossary import Glossary, Widened
from bot.domain.indexed_items import indexed
from bot.domain.matching import EVERYTHING, Expression, Field, OneOf, Way, facet_token, tokens_in
from bot.domain.question import Facet, Filter
from bot.domain.question_parser import MOST_WORDS, parse_question
from bot.domain.question_tree import identities, without_identities
from bot.domain.search_plan import MOST_TOKENS, Plan, Widening, plan_of
from storage.stemming import analyser
from tests.factories import make_indexed_item

NOW = datetime(2024, 3, 6, 12, tzinfo=UTC)
LINES = (
    "en distillation; knowledge distillation | ru дистилляция | pt destilação | zh 蒸馏; 知识蒸馏 | fr distillation"
    " | es destilación | tr damıtma | ar التقطير",
    "en deep learning | ru глубокое обучение | pt aprendizado profundo | zh 深度学习 | fr apprentissage profond"
    " | es aprendizaje profundo | tr derin öğrenme | ar التعلم العميق",
)


WIDENING = Widening(analyser(), concepts=Glossary(LINES, analyser()).concepts)


def planned(words: str, widening: Widening = WIDENING) -> Plan:
    return plan_of(parse_question(words, NOW, UTC), widening)


def holds(
    expression: Expression, text: str, language: str = "en", facets: tuple[str, ...] = (), item_id: int = 1
) -> bool:
    """Whether an item with this text and these facets fits, as any engine would say."""
    item = indexed(analyser(), make_indexed_item(title=None, text=text, language=language, item_id=item_id))
    return fitter(expression)(item._replace(place=f" {' '.join((facet_token('all'), *facets))} "))


@pytest.mark.parametrize(
    ("words", "text", "language", "fits"),
    [
        ("distilled models", "Distilling a model", "en", True),
        ("distilled models", "A model", "en", False),
        ("дистилляция", "Distillation of models", "en", True),
        ("дистилляции", "知识蒸馏很有用", "zh", True),
        ("深度学习蒸馏", "Deep learning with distillation", "en", True),
        ("how to distil a model", "A distillation of models", "en", True),
        ('"deep learning"', "Deep learning", "en", True),
        ('"deep learning"', "Deep and wide learning", "en", False),
        ("model -distillation", "A model", "en", True),
        ("model -distillation", "A model, distillation", "en", False),
        ("-distillation", "A model", "en", True),
        ("model OR 蒸馏", "Frogs", "en", False),
        ("model OR frogs", "Frogs", "en", True),
        ("frogs (model OR toads)", "Frogs and toads", "en", True),
        ("frogs (model OR toads)", "Frogs and newts", "en", False),
    ],
)
def test_an_engine_is_asked_for_what_was_meant(words: str, text: str, language: str, fits: bool) -> None:
    plan = planned(words)
    assert holds(plan.expression(plan.required), text, language) is fits


def test_a_word_that_is_excluded_is_not_widened() -> None:
    plan = planned("model -дистилляция")
    assert holds(plan.expression(plan.required), "A model and its distillation")


@pytest.mark.parametrize(
    ("words", "facets", "fits"),
    [
        ("lang:pt", (facet_token("lang", "pt"),), True),
        ("lang:pt", (facet_token("lang", "en"),), False),
        ("-lang:pt", (facet_token("lang", "en"),), True),
        ("section:education", (facet_token("section", "education"),), True),
        ("has:code", (facet_token("hascode"),), True),
        ("has:code", (), False),
        ("after:2020-02-25", (facet_token("year", 2020), facet_token("month", 202003)), True),
        ("after:2020-02-25", (facet_token("day", 20200225),), True),
        ("after:2020-02-25", (facet_token("day", 20200224), facet_token("month", 202002)), False),
        ("after:2020-02-25", (facet_token("year", 2021),), True),
        ("before:2020-02-25", (facet_token("day", 20200224), facet_token("month", 202002)), True),
        ("before:2020-02-25", (facet_token("day", 20200225), facet_token("year", 2020)), False),
        ("source:nowhere", (facet_token("source", 1),), False),
    ],
)
def test_filters_are_asked_of_facets(words: str, facets: tuple[str, ...], fits: bool) -> None:
    plan = planned(words)
    assert holds(plan.expression(plan.required), "Anything", facets=facets) is fits


def test_sources_are_known_by_their_numbers() -> None:
    plan = planned("source:jornal", replace(WIDENING, sources=lambda _name: (3, 5)))
    assert holds(plan.expression(()), "Anything", facets=(facet_token("source", 5),))
    assert not holds(plan.expression(()), "Anything", facets=(facet_token("source", 4),))


def test_what_is_widened_weighs_less_than_what_was_typed() -> None:
    (unit,) = planned("distillation").units
    assert max(way.weight for way in unit.ways if way.language) < 1.0
    assert Way(("distil",), 1.0) in unit.ways


def test_pairs_that_straddle_the_border_of_a_concept_are_not_asked_for() -> None:
    plan = planned("深度学习芯片设计")
    assert [unit.shown for unit in plan.units if not unit.required] == ["习芯"]


def test_function_words_are_not_required_but_where_there_is_nothing_else() -> None:
    assert [unit.shown for unit in planned("how to distil").required] == ["distil"]
    assert [unit.shown for unit in planned("to be or not to be").required] == ["to", "be", "or", "not", "to", "be"]


@pytest.mark.parametrize(
    "words", ["transformer nedir", "transformer ile ilgili", "qué son los transformer", "acerca de transformer"]
)
def test_function_words_of_other_languages_are_not_required(words: str) -> None:
    assert [unit.shown for unit in planned(words).required] == ["transformer"]


def test_a_field_is_asked_for_alone_and_not_widened() -> None:
    (unit,) = planned("title:distillation").units
    assert unit.fields == (Field.TITLE,)
    assert all(way.language is None for way in unit.ways)


def test_a_prefix_stands_for_the_words_that_begin_so() -> None:
    plan = planned("distil*", replace(WIDENING, beginning=lambda _prefix: ("distillation", "distiller")))
    assert [way.tokens for way in plan.units[0].ways] == [("distil",), ("distillation",), ("distiller",)]


CHOSEN = {Filter(Facet.IS, "saved"): OneOf(frozenset((1,))), Filter(Facet.HAS, "discussion"): OneOf(frozenset((2,)))}


@pytest.mark.parametrize(
    ("words", "text", "item_id", "fits"),
    [
        ("bert is:saved", "BERT", 1, True),
        ("bert is:saved", "BERT", 2, False),
        ("bert -is:saved", "BERT", 2, True),
        ("bert -is:saved", "BERT", 1, False),
        ("bert OR is:saved", "Frogs", 1, True),
        ("bert OR is:saved", "BERT", 2, True),
        ("bert OR is:saved", "Frogs", 2, False),
        ("bert OR (is:saved frogs)", "Frogs", 1, True),
        ("bert OR (is:saved frogs)", "Toads", 1, False),
        ("bert OR (frogs -is:saved)", "Frogs", 1, False),
        ("is:saved OR has:discussion", "Frogs", 2, True),
        ("is:saved has:discussion", "Frogs", 2, False),
        ("frogs -(is:saved bert)", "Frogs", 1, True),
        ("frogs -(is:saved bert)", "Frogs and BERT", 1, False),
        ("frogs -(is:saved has:discussion)", "Frogs", 1, True),
    ],
)
def test_filters_by_what_changes_hold_wherever_they_stand(words: str, text: str, item_id: int, fits: bool) -> None:
    plan = planned(words, replace(WIDENING, chosen=CHOSEN.__getitem__))
    assert holds(plan.whole, text, item_id=item_id) is fits


def test_what_is_excluded_in_brackets_is_excluded_as_it_would_be_asked_for() -> None:
    assert not holds(planned("swim -(frogs OR toads)").expression(planned("swim").units), "toads swim")
    assert holds(planned("swim -(frogs toads)").expression(planned("swim").units), "toads swim")
    assert holds(planned("((frogs OR toads) swim) OR fly").expression(()), "toads swim")


def test_of_a_question_that_asks_for_too_much_other_names_are_left_out() -> None:
    def concepts(pieces: Sequence[Piece]) -> list[Widened]:
        ways = [Way((f"{pieces[0].surface}name{number}", "of", "it"), 0.5) for number in range(24)]
        return [Widened(0, 0, 0, len(pieces[0].surface), tuple(ways))]

    widening = replace(WIDENING, concepts=concepts)
    assert holds(planned("frogs OR toads", widening).whole, "frogsname7 of it")
    much = planned(" OR ".join(f"frog{number}" for number in range(MOST_WORDS)), widening).whole
    assert tokens_in(much) <= MOST_TOKENS
    assert holds(much, "frog23")
    assert not holds(much, "frog23name7 of it")


def test_papers_and_links_are_told_from_the_words_beside_them() -> None:
    question = parse_question("arxiv 1706.03762 probing", NOW, UTC)
    assert [str(one.paper) for one in identities(question)] == ["arxiv:1706.03762"]
    assert [unit.shown for unit in plan_of(without_identities(question), Widening(analyser())).units] == ["probing"]


def test_an_empty_question_asks_for_nothing() -> None:
    assert planned("").is_empty
    assert planned("-bert").expression(()) != EVERYTHING
