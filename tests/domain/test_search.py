from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.compared_words import compared_words
from bot.domain.folding import fold
from bot.domain.links import link_key
from bot.domain.papers import PaperId
from bot.domain.search import LONGEST_QUERY, MOST_TERMS, highlights, parse_query, snippet


def phrases(text: str) -> list[tuple[tuple[str, ...], ...]]:
    return [term.phrases for term in parse_query(text).terms]


def shown(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in highlights(text, parse_query(query))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ёлка", "елка"),
        ("NAÏVE", "naive"),
        ("ＧＰＴ", "gpt"),
        ("ﬁne", "fine"),
        ("İstanbul", "istanbul"),
        ("cafe\u0301", "café"),
    ],
)
def test_spellings_of_one_word_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_letter_of_its_own_is_no_letter_with_a_mark() -> None:
    assert fold("мой") != fold("мои")


def test_a_script_without_spaces_is_indexed_in_pairs_and_single_characters() -> None:
    assert compared_words("自然语言").split() == ["自然", "然语", "语言", "自", "然", "语", "言"]


def test_latin_words_inside_chinese_stand_apart() -> None:
    assert compared_words("用BERT做").split()[:3] == ["用", "bert", "做"]


def test_signs_tell_languages_apart() -> None:
    assert compared_words("C++ and C#").split() == ["c", "plusplus", "and", "c", "sharp"]


def test_an_identifier_is_found_however_it_is_written() -> None:
    assert phrases("GPT-2") == [(("gpt", "2"), ("gpt2",))]
    assert phrases("gpt2") == [(("gpt2",), ("gpt", "2"))]


def test_words_in_quotes_stand_together() -> None:
    assert phrases("“deep learning” models") == [(("deep", "learning"),), (("models",),)]


def test_a_quotation_mark_that_is_never_closed_is_no_error() -> None:
    assert phrases('"deep learning') == [(("deep", "learning"),)]


@pytest.mark.parametrize(
    "text",
    [
        "https://arxiv.org/abs/2002.05715v2",
        "arXiv:2002.05715",
        "arxiv 2002.05715",
        "2002.05715",
        "arxiv.org/pdf/2002.05715.pdf",
    ],
)
def test_every_way_to_name_a_paper_asks_for_the_paper(text: str) -> None:
    query = parse_query(text)
    assert query.papers == (PaperId("arxiv", "2002.05715"),)
    assert query.terms == ()


def test_a_doi_asks_for_the_paper() -> None:
    assert parse_query("doi: 10.1038/s41586-020-0001-1").papers == (PaperId("doi", "10.1038/s41586-020-0001-1"),)


def test_a_link_asks_for_the_link() -> None:
    assert parse_query("https://www.example.org/post/?utm_source=x").links == ("example.org/post",)


def test_links_that_differ_in_scheme_or_last_slash_are_one() -> None:
    assert link_key("https://www.Example.org/a/") == link_key("http://example.org/a#top")


def test_a_paper_that_is_not_there_is_looked_for_as_words() -> None:
    loose = parse_query("2002.05715").loosened()
    assert loose.any_word
    assert loose.terms[0].phrases[0] == ("2002", "05715")


@pytest.mark.parametrize("text", ["", "   ", "?!", "🙂", '""', "-"])
def test_a_query_without_a_letter_is_empty(text: str) -> None:
    assert parse_query(text).is_empty


@given(st.text(max_size=400))
def test_any_text_is_a_query_of_bounded_size(text: str) -> None:
    query = parse_query(text)
    assert len(query.terms) <= MOST_TERMS
    assert len(query.loosened().terms) <= MOST_TERMS
    assert len(query.text) <= LONGEST_QUERY


@given(st.text(max_size=300), st.text(max_size=30), st.integers(20, 200))
def test_spans_lie_in_the_text_in_order(text: str, words: str, limit: int) -> None:
    found = snippet(text, parse_query(words), limit=limit)
    assert len(found.text) <= limit
    for spans, inside in ((found.spans, found.text), (tuple(highlights(text, parse_query(words))), text)):
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(edges)
        assert all(0 <= edge <= len(inside) for edge in edges)


def test_highlights_are_whole_words_in_any_case_and_with_accents() -> None:
    assert shown("Bert, BERT and Roberta read naïve texts", "bert naive") == ["Bert", "BERT", "naïve"]


def test_highlights_in_chinese_cover_the_run_that_was_asked_for() -> None:
    assert shown("我们研究自然语言处理。", "自然语言") == ["自然语言"]


def test_highlights_cover_phrases_and_identifiers() -> None:
    assert shown("Use C++ with GPT-2 or GPT 2.", "c++ gpt2") == ["C++", "GPT-2", "GPT 2"]


def test_highlights_keep_their_place_behind_characters_that_fold_to_several() -> None:
    assert shown("ﬁﬁ cafe\u0301 straße end", "cafe strasse end") == ["cafe\u0301", "straße", "end"]


def test_a_snippet_shows_the_passage_with_most_of_what_was_asked_for() -> None:
    text = "A model. " * 40 + "The capybara model sleeps well. " + "Nothing here. " * 40
    found = snippet(text, parse_query("capybara model"), limit=80)
    assert found.text.startswith("… The capybara model")
    assert found.text.endswith("…")
    assert [found.text[a:b] for a, b in found.spans][:2] == ["capybara", "model"]


def test_a_short_text_is_its_own_snippet_in_one_line() -> None:
    assert snippet("One.\n\nTwo.", parse_query("two"), limit=50).text == "One. Two."


def test_a_snippet_without_a_match_is_the_beginning() -> None:
    assert snippet("word " * 50, parse_query("absent"), limit=30).text == "word word word word word word…"


def test_a_snippet_of_chinese_is_cut_at_a_sentence_where_it_can_be() -> None:
    text = "这是第一句。" * 30 + "图神经网络很有用。" + "这是最后一句。" * 30
    found = snippet(text, parse_query("神经网络"), limit=40)
    assert len(found.text) <= 40
    assert [found.text[a:b] for a, b in found.spans] == ["神经网络"]


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("كِتَابٌ جديد", "كتاب", "كِتَابٌ"),
        ("هذا كتاب", "كِتَابٌ", "كتاب"),
        ("مـــرحبا بكم", "مرحبا", "مـــرحبا"),
        ("שָׁלוֹם לכם", "שלום", "שָׁלוֹם"),
    ],
)
def test_signs_for_vowels_make_no_difference_and_are_set_off_with_their_word(
    text: str, words: str, marked: str
) -> None:
    query = parse_query(words)
    assert [text[start:end].strip() for start, end in highlights(text, query)] == [marked]
    assert " ".join(query.terms[0].phrases[0]) in compared_words(text)
