"""The text of a question: read again it is the same question, whatever was typed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.question import Appeared, Either, Every, Facet, Filter, Node, Not, Question, Words
from bot.domain.question_parser import MOST_FILTERS, MOST_READ, MOST_WORDS, parse_question
from bot.domain.question_text import filters_of, question_text, with_days, with_filter, without_filter
from bot.domain.question_tree import MOST_LEVELS

NOW = datetime(2020, 3, 4, 12, tzinfo=UTC)

OPERATORS = st.sampled_from(
    [
        *(
            '"',
            "“",
            "”",
            "„",
            "«",
            "»",
            "「",
            "」",
            "《",
            "(",
            ")",
            "（",
            "）",
            "|",
            "｜",
            "*",
            "＊",
            ":",
            "：",
            ",",
            "..",
            "#",
        ),
        *("-", "−", "–", "OR", " OR ", "ИЛИ", "或", "AND", "&&", " ", "\t", "\n", "\x00", "\u200f", "\ufeff"),
        *("title:", "author:", "source:", "lang:", "section:", "issue:", "after:", "before:", "until:", "on:", "has:"),
        *("id:", "is:", "sort:", "foo:", "автор:", "язык:", "标题：", "título:", "arxiv:", "doi:", "arxiv ", "doi "),
        *("https://", "http://a.b/c", "github.com/a/b", "keras.io", "1706.03762", "P19-1355", "10.1000/x(y)z", "v2"),
        *("ru", "pt-BR", "education", "top stories", "code,pdf", "saved", "new", "2020", "2020-02", "feb", "last week"),
        *("7d", "15.02.2020", "today", "c++", "gpt-2", "@me", "a", "б", "知识", "é", "x.y", "//", "?q=1", "%28", "'"),
    ]
)
TEXTS = st.one_of(
    st.lists(OPERATORS, max_size=40).map("".join),
    st.lists(OPERATORS, max_size=30).map(" ".join),
    st.lists(st.one_of(OPERATORS, st.text(max_size=8)), max_size=30).map("".join),
    st.text(max_size=300),
)


def read(text: str) -> Question:
    return parse_question(text, NOW, UTC)


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_any_text_is_a_question_and_its_text_is_read_as_the_same(text: str) -> None:
    question = read(text)
    written = question_text(question)
    assert len(written) <= MOST_READ
    assert read(written) == question
    assert question_text(read(written)) == written


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_whatever_is_typed_a_question_is_small(text: str) -> None:
    root = read(text).root
    leaves = list(_leaves(root))
    assert _levels(root) <= MOST_LEVELS + 1
    assert sum(len(one.text.split()) for one in leaves if isinstance(one, Words)) <= MOST_WORDS
    assert sum(isinstance(one, Filter | Appeared) for one in leaves) <= MOST_FILTERS


@settings(max_examples=300, deadline=None)
@given(
    TEXTS,
    st.sampled_from(Facet),
    st.sampled_from(["ru", "7", "education", "A b c"]),
)
def test_a_filter_can_be_put_in_and_taken_out_again(text: str, facet: Facet, value: str) -> None:
    question = read(text)
    bare = without_filter(question, facet)
    with_it = with_filter(bare, facet, value)
    assert filters_of(bare, facet) == ()
    assert value in filters_of(with_it, facet)
    assert without_filter(with_it, facet, value) == bare


def _leaves(part: Node) -> list[Node]:
    if isinstance(part, Either | Every):
        return [leaf for inner in part.parts for leaf in _leaves(inner)]
    return _leaves(part.part) if isinstance(part, Not) else [part]


def _levels(part: Node) -> int:
    if isinstance(part, Either | Every):
        return 1 + max(map(_levels, part.parts), default=0)
    return 1 + _levels(part.part) if isinstance(part, Not) else 0


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Язык:португальский  как сжать BERT", "как сжать BERT lang:pt"),
        ("lang:pt bert lang:ru", "bert lang:pt,ru"),
        ("a OR b c lang:pt", "(a OR b c) lang:pt"),
        ("заголовок:«как сжать» sort:new", 'title:"как сжать" sort:new'),
        ("title:a b title:c", "title:a title:c b"),
        ("after:2020-02 before:2020-03", "on:2020-02"),
        ("on:2019", "on:2019"),
        ("after:yesterday", "after:2020-03-03"),
        ("before:2020-02-16 after:2020-02-10", "on:2020-02-10..2020-02-15"),
        ("https://arxiv.org/pdf/1706.03762v2.pdf", "arxiv:1706.03762"),
        ("keras.io", "https://keras.io"),
        ("source:The,Gradient", 'source:The OR source:Gradient'),
        ("-(a b) −lang:en", "-(a b) -lang:en"),
    ],
)  # fmt: skip
def test_a_question_is_written_in_one_way(typed: str, written: str) -> None:
    assert question_text(read(typed)) == written


def test_a_filter_of_the_same_kind_is_an_alternative() -> None:
    question = with_filter(read("bert lang:pt"), Facet.LANGUAGE, "ru")
    assert question.typed == "bert lang:pt,ru"
    assert filters_of(question, Facet.LANGUAGE) == ("pt", "ru")
    assert without_filter(question, Facet.LANGUAGE, "pt").typed == "bert lang:ru"
    assert without_filter(question, Facet.LANGUAGE).typed == "bert"
    assert with_filter(read("bert has:code"), Facet.HAS, "pdf").typed == "bert has:code has:pdf"


def test_what_is_excluded_is_no_filter_to_take_out() -> None:
    question = read("bert -lang:en")
    assert filters_of(question, Facet.LANGUAGE) == ()
    assert without_filter(question, Facet.LANGUAGE) == question


def test_a_year_on_a_button_is_a_span_of_days() -> None:
    asked = with_days(read("bert after:2019-06"), date(2020, 1, 1), date(2020, 12, 31))
    assert asked.typed == "bert on:2020"
    assert asked.root.parts[1:] == (Appeared(date(2020, 1, 1), date(2020, 12, 31)),)
    assert with_days(asked, None, None).typed == "bert"


def test_the_order_is_kept() -> None:
    assert with_filter(read("sort:new bert"), Facet.LANGUAGE, "pt").typed == "bert lang:pt sort:new"


@pytest.mark.parametrize("tag", ["en", "nb", "br", "ne", "zu", "fil", "yue", "id", "is", "no"])
def test_a_language_that_an_item_may_be_in_can_be_asked_for(tag: str) -> None:
    asked = with_filter(read("bert"), Facet.LANGUAGE, tag)
    assert read(question_text(asked)) == asked
