"""Questions: what each text asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bot.domain.matching import Field
from bot.domain.papers import PaperId
from bot.domain.question import (
    Appeared,
    Either,
    Every,
    Facet,
    Filter,
    Identity,
    Node,
    Not,
    Phrase,
    Prefix,
    Question,
    Sort,
    Words,
)
from bot.domain.question_parser import MOST_FILTERS, MOST_WORDS, parse_question
from bot.domain.question_tree import languages_of

NOW = datetime(2020, 3, 4, 12, tzinfo=UTC)  # a Wednesday


def read(text: str) -> Question:
    return parse_question(text, NOW, UTC)


def parts(text: str) -> tuple[Node, ...]:
    return read(text).root.parts


def words(text: str, field: Field | None = None) -> Words:
    return Words(text, field)


def lang(tag: str) -> Filter:
    return Filter(Facet.LANGUAGE, tag)


def source(value: str) -> Filter:
    return Filter(Facet.SOURCE, value)


def section(value: str) -> Filter:
    return Filter(Facet.SECTION, value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("как сжать BERT", [words("как сжать BERT")]),
        ("知识蒸馏", [words("知识蒸馏")]),
        ("distil\u00adla\u00adtion po\u200bnds", [words("distillation ponds")]),
        ('"données ouvertes"', [Phrase("données ouvertes")]),
        ('attention "is all" need', [words("attention need"), Phrase("is all")]),
        ("transformer -gpt", [words("transformer"), Not(words("gpt"))]),
        ("transformer −bert", [words("transformer"), Not(words("bert"))]),
        ('bert -"fine tuning"', [words("bert"), Not(Phrase("fine tuning"))]),
        ("bert -lang:en", [words("bert"), Not(lang("en"))]),
        ("bert -(gpt elmo)", [words("bert"), Not(words("gpt elmo"))]),
        ("-bert", [Not(words("bert"))]),
        ("gpt-2 end-to-end", [words("gpt-2 end-to-end")]),
        ("bert - gpt", [words("bert gpt")]),
        ("--flag", [words("flag")]),
        ("bert -5", [words("bert"), Not(words("5"))]),
        ("bert OR gpt", [Either((words("bert"), words("gpt")))]),
        ("bert | gpt", [Either((words("bert"), words("gpt")))]),
        ("bert|gpt", [Either((words("bert"), words("gpt")))]),
        ("берт ИЛИ гпт", [Either((words("берт"), words("гпт")))]),
        ("bert OU gpt", [Either((words("bert"), words("gpt")))]),
        ("蒸馏 或 剪枝", [Either((words("蒸馏"), words("剪枝")))]),
        ("true or false", [words("true or false")]),
        ("bert AND gpt", [words("bert gpt")]),
        ("distil*", [Prefix("distil")]),
        ("A* search", [words("A search")]),
        ("知*", [Prefix("知")]),
        ("c++ @handle f1 10:30", [words("c++ @handle f1 10:30")]),
        ("bert bert", [words("bert")]),
        ('"a b" "a b"', [Phrase("a b")]),
        ("to be or not to be", [words("to be or not to be")]),
    ],
)
def test_a_text_is_read_as_these_parts(text: str, expected: list[Node]) -> None:
    assert list(parts(text)) == expected


@pytest.mark.parametrize(
    "quoted", ['"a b"', "“a b”", "„a b“", "«a b»", "»a b«", "「a b」", "『a b』", "《a b》", "＂a b＂"]
)
def test_all_quotation_marks_make_a_phrase(quoted: str) -> None:
    assert parts(quoted) == (Phrase("a b"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b OR c d", [Either((words("a b"), words("c d")))]),
        ("a b OR c d lang:ru", [Either((words("a b"), words("c d"))), lang("ru")]),
        ("a OR b -c", [Either((words("a"), words("b"))), Not(words("c"))]),
        ("(a OR b) c", [Either((words("a"), words("b"))), words("c")]),
        ("a OR b OR c", [Either((words("a"), words("b"), words("c")))]),
        ("lang:ru OR lang:pt a", [words("a"), Either((lang("ru"), lang("pt")))]),
        ("lang:ru OR a", [Either((lang("ru"), words("a")))]),
        ("((a))", [words("a")]),
    ],
)
def test_or_is_between_the_rows_of_words_beside_it(text: str, expected: list[Node]) -> None:
    assert list(parts(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("título:bert", words("bert", Field.TITLE)),
        ("başlık:bert", words("bert", Field.TITLE)),
        ("YAZAR:hinton", words("hinton", Field.NAMES)),
        ("fuente:gradient", Filter(Facet.SOURCE, "gradient")),
        ("kaynak:gradient", Filter(Facet.SOURCE, "gradient")),
        ("idioma:español", lang("es")),
        ("lengua:en español", lang("es")),
        ("dil:ispanyolca", lang("es")),
        ("DİL:İngilizce", lang("en")),
        ("langue:turc", lang("tr")),
        ("sección:educación", section("education")),
        ("bölüm:eğitim", section("education")),
        ("rubrique:outils", section("tools_datasets")),
        ("tiene:código", Filter(Facet.HAS, "code")),
        ("içeren:kod", Filter(Facet.HAS, "code")),
        ("var:tartışma", Filter(Facet.HAS, "discussion")),
        ("durum:okunmamış", Filter(Facet.IS, "unread")),
        ("estado:guardado", Filter(Facet.IS, "saved")),
        ("sayı:42", Filter(Facet.ISSUE, "42")),
    ],
)
def test_filters_are_read_in_the_other_languages_of_sources(text: str, expected: Node) -> None:
    assert parts(text) == (expected,)


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("bert", set()),
        ("bert lang:tr", {"tr"}),
        ("bert lang:tr,es", {"tr", "es"}),
        ("bert lang:tr lang:es", {"tr", "es"}),
        ("bert -lang:tr", set()),
        ("bert OR lang:tr", set()),
        ("section:education lang:tr", {"tr"}),
    ],
)
def test_the_languages_that_all_results_are_in_are_known(text: str, languages: set[str]) -> None:
    assert languages_of(read(text)) == languages


def test_alternatives_are_said_in_turkish() -> None:
    assert read("bert VEYA gpt").root == read("bert OR gpt").root


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title:bert", words("bert", Field.TITLE)),
        ("title:distil*", Prefix("distil", Field.TITLE)),
        ("заголовок:берт", words("берт", Field.TITLE)),
        ("título:bert", words("bert", Field.TITLE)),
        ("TITULO:bert", words("bert", Field.TITLE)),
        ("标题：知识", words("知识", Field.TITLE)),
        ('author:"Geoffrey Hinton"', Phrase("Geoffrey Hinton", Field.NAMES)),
        ("автор: Хинтон", words("Хинтон", Field.NAMES)),
        ("autor:Hinton", words("Hinton", Field.NAMES)),
        ("作者：Hinton", words("Hinton", Field.NAMES)),
        ("source:gradient", Filter(Facet.SOURCE, "gradient")),
        ('источник:"The Gradient"', Filter(Facet.SOURCE, "The Gradient")),
        ("fonte:gradient", Filter(Facet.SOURCE, "gradient")),
        ("来源:机器之心", Filter(Facet.SOURCE, "机器之心")),
        ("lang:pt", lang("pt")),
        ("lang:pt-BR", lang("pt")),
        ("lang:zh_Hans", lang("zh")),
        ("lang:russian", lang("ru")),
        ("lang:brazilian portuguese", lang("pt")),
        ("язык:португальский", lang("pt")),
        ("язык:по-русски", lang("ru")),
        ("idioma:inglês", lang("en")),
        ("idioma:ingles", lang("en")),
        ("语言：葡萄牙语", lang("pt")),
        ("section:education", section("education")),
        ("section:papers", section("publications")),
        ("section:tools_datasets", section("tools_datasets")),
        ("section:top stories", section("top_stories")),
        ("раздел:образование", section("education")),
        ("раздел:Обучение", section("education")),
        ("seção:ferramentas", section("tools_datasets")),
        ("secao:Educação", section("education")),
        ("栏目：教育", section("education")),
        ("section:other", section("other")),
        ("issue:42", Filter(Facet.ISSUE, "42")),
        ('выпуск:"NLP News"', Filter(Facet.ISSUE, "NLP News")),
        ("has:code", Filter(Facet.HAS, "code")),
        ("есть:код", Filter(Facet.HAS, "code")),
        ("tem:código", Filter(Facet.HAS, "code")),
        ("有:代码", Filter(Facet.HAS, "code")),
        ("has:pdf", Filter(Facet.HAS, "pdf")),
        ("есть:обсуждение", Filter(Facet.HAS, "discussion")),
        ("tem:materiais", Filter(Facet.HAS, "materials")),
        ("id:#12", Filter(Facet.ID, "12")),
        ("is:saved", Filter(Facet.IS, "saved")),
        ("is:непрочитанное", Filter(Facet.IS, "unread")),
        ("is:não-lido", Filter(Facet.IS, "unread")),
        ("is:未读", Filter(Facet.IS, "unread")),
    ],
)
def test_filters_are_read_in_four_languages_without_case_or_accents(text: str, expected: Node) -> None:
    assert parts(text) == (expected,)
    assert read(text).unknown == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("source:gradient,batch", [source("gradient"), source("batch")]),
        ('source:"The Batch","NLP News"', [source("The Batch"), source("NLP News")]),
        ('source:gradient,"The Batch",import', [source("gradient"), source("The Batch"), source("import")]),
        ("lang:ru,pt,中文", [lang("ru"), lang("pt"), lang("zh")]),
        ('section:"research papers",tools', [section("publications"), section("tools_datasets")]),
        ("lang:(ru OR pt)", [lang("ru"), lang("pt")]),
        ("语言：（俄语 或 葡语）", [lang("ru"), lang("pt")]),
    ],
)
def test_a_filter_may_have_several_values(text: str, expected: list[Node]) -> None:
    assert parts(text) == (Either(tuple(expected)),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("section:tools for teachers", [words("for teachers"), section("tools_datasets")]),
        ("lang:pt python", [words("python"), lang("pt")]),
        ("on:2019 bert", [words("bert"), Appeared(date(2019, 1, 1), date(2019, 12, 31))]),
        ("title:attention need", [words("attention", Field.TITLE), words("need")]),
        ("author:", [words("author")]),
        ("author: lang:pt", [words("author"), lang("pt")]),
    ],
)
def test_a_value_ends_where_words_begin(text: str, expected: list[Node]) -> None:
    assert list(parts(text)) == expected


@pytest.mark.parametrize("text", ["bert sort:new", "сортировка:новые bert", "ordenar:recentes bert", "排序:最新 bert"])
def test_the_order_is_no_part_of_what_is_asked_for(text: str) -> None:
    assert read(text).sort is Sort.NEW
    assert parts(text) == (words("bert"),)


def test_filters_of_one_kind_are_alternatives() -> None:
    assert parts("lang:pt bert lang:ru") == (words("bert"), Either((lang("pt"), lang("ru"))))
    assert parts("lang:pt,ru") == (Either((lang("pt"), lang("ru"))),)
    assert parts("has:code has:pdf") == (Filter(Facet.HAS, "code"), Filter(Facet.HAS, "pdf"))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("after:2020-02-15", date(2020, 2, 15), None),
        ("before:2020-02-15", None, date(2020, 2, 14)),
        ("until:2020-02-15", None, date(2020, 2, 15)),
        ("on:2020-02-15", date(2020, 2, 15), date(2020, 2, 15)),
        ("on:2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("on:2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("on:2019-11..2020-01", date(2019, 11, 1), date(2020, 1, 31)),
        ("after:2019 before:2020-02", date(2019, 1, 1), date(2020, 1, 31)),
        ("after:15 Feb 2020", date(2020, 2, 15), None),
        ("после:15.02.2020", date(2020, 2, 15), None),
        ("до:вчера", None, date(2020, 3, 2)),
        ('after:"last week"', date(2020, 2, 24), None),
    ],
)
def test_dates_bound_the_days_on_which_an_item_appeared(text: str, first: date | None, last: date | None) -> None:
    assert parts(text) == (Appeared(first, last),)


def test_days_are_counted_where_the_reader_is() -> None:
    late = datetime(2020, 3, 4, 23, tzinfo=UTC)
    ahead = timezone(timedelta(hours=8))
    assert parse_question("on:today", late, ahead).root.parts == (Appeared(date(2020, 3, 5), date(2020, 3, 5)),)


@pytest.mark.parametrize(
    ("text", "scheme", "value"),
    [
        ("1706.03762v2", "arxiv", "1706.03762"),
        ("arxiv 1706.03762", "arxiv", "1706.03762"),
        ("arXiv:1706.03762", "arxiv", "1706.03762"),
        ("(1706.03762)", "arxiv", "1706.03762"),
        ("https://arxiv.org/pdf/1706.03762v1.pdf", "arxiv", "1706.03762"),
        ("cs/0112017", "arxiv", "cs/0112017"),
        ("10.18653/v1/P19-1355", "acl", "P19-1355"),
        ("doi: 10.1016/s0140-6736(20)30183-5", "doi", "10.1016/s0140-6736(20)30183-5"),
        ("https://doi.org/10.1038/nature14539", "doi", "10.1038/nature14539"),
        ("P19-1355", "acl", "P19-1355"),
        ("2020.acl-main.1", "acl", "2020.ACL-MAIN.1"),
        ("https://openreview.net/forum?id=rkgNKkHtvB", "openreview", "rkgNKkHtvB"),
    ],
)
def test_a_paper_is_known_by_its_address_or_number(text: str, scheme: str, value: str) -> None:
    assert parts(text) == (Identity(PaperId(scheme, value), None, value),)


@pytest.mark.parametrize(
    ("text", "link", "called"),
    [
        ("github.com/pytorch/vision", "github.com/pytorch/vision", "vision"),
        ("https://github.com/pytorch/vision/", "github.com/pytorch/vision", "vision"),
        ("keras.io", "keras.io", "keras.io"),
        ("https://keras.io", "keras.io", "keras.io"),
    ],
)
def test_a_page_is_known_by_its_address(text: str, link: str, called: str) -> None:
    assert parts(text) == (Identity(None, link, called),)


def test_a_site_among_other_words_is_a_name() -> None:
    assert parts("fast.ai course") == (words("fast.ai course"),)
    assert parts("keras.io lang:en") == (Identity(None, "keras.io", "keras.io"), lang("en"))


@pytest.mark.parametrize(
    ("text", "expected", "unknown"),
    [
        ("foo:bar", [words("foo bar")], ("foo:bar",)),
        ("lang:xx gpt", [words("lang xx gpt")], ("lang:xx",)),
        ("after:soon", [words("after soon")], ("after:soon",)),
        ("https://nowhere", [words("https //nowhere")], ()),
        ("title:", [words("title")], ()),
        ("BERT: pre-training", [words("BERT pre-training")], ()),
        ("OR", [words("or")], ()),
        ("OR bert OR", [words("or bert or")], ()),
        ('"bert gpt', [words("bert gpt")], ()),
        ('-"bert', [Not(words("bert"))], ()),
        ("((bert", [words("bert")], ()),
        ("bert))) gpt", [words("bert gpt")], ()),
        ("()", [], ()),
        ('""', [], ()),
        ("*", [], ()),
        ("- | :", [], ()),
        ("", [], ()),
    ],
)
def test_what_is_no_operator_is_words(text: str, expected: list[Node], unknown: tuple[str, ...]) -> None:
    assert list(parts(text)) == expected
    assert read(text).unknown == unknown


def test_a_question_is_bounded() -> None:
    assert parts(" ".join(f"w{n}" for n in range(100))) == (words(" ".join(f"w{n}" for n in range(MOST_WORDS))),)
    filters = parts(" ".join(f"source:s{n}" for n in range(100)))
    assert isinstance(filters[0], Either)
    assert len(filters[0].parts) == MOST_FILTERS
    assert isinstance(parts("知识" * 5000)[0], Words)
    assert len(str(parts("知识" * 5000))) < 200


@pytest.mark.parametrize(
    "text", ["(" * 10_000, "(a " * 10_000, "-(" * 10_000, "(a OR " * 5_000, '"' * 10_000, "«" * 9_999]
)
def test_deep_and_broken_texts_are_read_too(text: str) -> None:
    assert depth(read(text).root) <= 10


def depth(node: Node) -> int:
    inner = node.parts if isinstance(node, Either | Every) else (node.part,) if isinstance(node, Not) else ()
    return 1 + max(map(depth, inner), default=0)
