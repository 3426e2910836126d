"""How a search says what it has read in a question."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.question import Facet, Has, Mine
from bot.domain.question_parser import parse_question
from bot.domain.question_text import with_filter
from bot.domain.sections import Section
from bot.locales import LANGUAGES, translator
from bot.services.search_words import LONGEST_SAID, read_as, said_question, said_unknown

NOW = datetime(2020, 3, 4, 12, tzinfo=UTC)


def said(text: str, language: str = "en") -> str | None:
    phrase = said_question(parse_question(text, NOW, UTC), translator(language))
    return phrase.replace("\u202f", " ") if phrase else phrase  # as dates are written in Russian


@pytest.mark.parametrize(
    ("text", "english", "russian", "portuguese", "chinese"),
    [
        (
            "python section:education lang:pt after:2020-02-15",
            "education items in Portuguese since February 15, 2020",
            "заметки об обучении, португальский язык, с 15 февраля 2020 г.",
            "notas sobre educação em português desde 15 de fevereiro de 2020",
            "教育类内容，葡萄牙语，自2020年2月15日起",
        ),
        ("transformer -gpt", "without “gpt”", "без «gpt»", "sem “gpt”", "不含“gpt”"),
        (
            '"données ouvertes"',
            "“données ouvertes” as a phrase",
            "«données ouvertes» как точная фраза",
            "“données ouvertes” como frase exata",
            "完整短语“données ouvertes”",
        ),
        (
            "https://arxiv.org/abs/1706.03762v2",
            "about arXiv 1706.03762",
            "про arXiv 1706.03762",
            "sobre arXiv 1706.03762",
            "关于 arXiv 1706.03762",
        ),
        (
            "bert OR gpt lang:ru,zh",
            "“bert” or “gpt”, in Russian or Chinese",
            "«bert» или «gpt», русский или китайский язык",
            "“bert” ou “gpt”, em russo ou chinês",
            "“bert”或“gpt”，俄语或中文",
        ),
        (
            "title:bert on:2020-02 has:code -lang:en sort:new",
            "“bert” in the title, in February 2020, with code, not in English, newest first",
            "«bert» в заголовке, за февраль 2020 г., с кодом, не английский язык, сначала новые",
            "“bert” no título, em fevereiro de 2020, com código, exceto em inglês, mais recentes primeiro",
            "标题含“bert”，2020年2月，有代码，排除：英语，最新的在前",
        ),
        (
            "distil* is:saved",
            "words that begin with “distil”, saved by you",
            "слова, которые начинаются с «distil», сохранённые вами",
            "palavras que começam com “distil”, salvas por você",
            "以“distil”开头的词，您已收藏",
        ),
    ],
)
def test_a_question_is_said_in_the_readers_language(
    text: str, english: str, russian: str, portuguese: str, chinese: str
) -> None:
    assert [said(text, language) for language in LANGUAGES] == [english, russian, portuguese, chinese]


def test_a_date_that_ends_with_a_full_stop_ends_the_sentence_with_one() -> None:
    read = read_as(parse_question("bert after:2020-03-09", NOW, UTC), translator("ru")) or ""
    assert read.replace("\u202f", " ") == "Понято так: с 9 марта 2020 г."


@pytest.mark.parametrize("text", ["", "как сжать BERT", "知识蒸馏", "true or false"])
def test_plain_words_need_no_saying(text: str) -> None:
    assert said(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("github.com/pytorch/vision", "about github.com/pytorch/vision"),
        ("author:Hinton", "“Hinton” among the authors"),
        ("on:2019", "in 2019"),
        ("on:2020-02-10", "on February 10, 2020"),
        ("on:2020-02-10..2020-02-15", "from February 10, 2020 to February 15, 2020"),
        ("before:2020", "before January 1, 2020"),
        ("after:2020 before:2019", "since January 1, 2020 before January 1, 2019"),
        ('source:gradient issue:"NLP News"', "from “gradient” in the issue “NLP News”"),
        ("id:12", "with the number 12"),
        ("-(a OR b)", "without “a” or “b”"),
        ("-(a lang:en)", "without (“a”, in English)"),
        ("(a (b OR c)) OR d", "(“a”, (“b” or “c”)) or “d”"),
    ],
)
def test_every_part_is_said(text: str, expected: str) -> None:
    assert said(text) == expected


def test_what_was_no_filter_is_said() -> None:
    question = parse_question("bert lang:xx foo:bar", NOW, UTC)
    assert said_unknown(question, translator("en")) == (
        "I know no such filter, so these were read as words: “lang:xx” and “foo:bar”."
    )
    assert said_unknown(parse_question("bert", NOW, UTC), translator("en")) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_values_of_filters_have_words(language: str) -> None:
    values = [(Facet.SECTION, Section), (Facet.HAS, Has), (Facet.IS, Mine)]
    for facet, kind in values:
        words = {
            said_question(with_filter(parse_question("", NOW, UTC), facet, value), translator(language))
            for value in kind
        }
        assert len(words) == len(kind)


def test_a_long_question_is_said_in_short() -> None:
    text = " ".join(f"-{letter * 60}" for letter in "abcdefghijklmnop")
    assert len(said(text) or "") <= LONGEST_SAID
