"""What is shown for a question that finds nothing as it was typed."""

from __future__ import annotations

from datetime import UTC

import pytest

from bot.domain.question_parser import parse_question
from bot.domain.second_tries import RetryKind, SecondTries
from bot.services.search import Search
from bot.services.vocabulary import vocabulary
from storage.database import Database
from tests.factories import NOW, make_entry, store

ITEMS = [
    ("Attention in transformers", "How a transformer model attends.", "en"),
    ("Reading group", "BERT, GPT-2 and node2vec, explained.", "en"),
    ("Книжный клуб", "Разбираем обучение с подкреплением.", "ru"),
    ("深度学习", "图神经网络的新进展。", "zh"),
    ("Aprendizado", "Redes neurais para iniciantes.", "pt"),
]


@pytest.fixture
def search(database: Database) -> Search:
    with database.write() as uow:
        for number, (title, text, language) in enumerate(ITEMS):
            store(uow, make_entry(f"entry-{number}", title, text, language=language))
        while uow.search_index.count_words():
            pass
    return Search(database, lambda: NOW, UTC)


@pytest.mark.parametrize(
    ("typed", "kind", "asked", "title"),
    [
        ("trasnformer atention", RetryKind.SPELLING, "transformer attention", "Attention in transformers"),
        ("ryb;ysq rke,", RetryKind.LAYOUT, "книжный клуб", "Книжный клуб"),
        ("knizhnyj klub", RetryKind.TRANSLITERATION, "книжный клуб", "Книжный клуб"),
        ("тщву2мус", RetryKind.LAYOUT, "node2vec", "Reading group"),
        ("深渡学习", RetryKind.SPELLING, "深度学习", "深度学习"),
        ("aprendisado neurias lang:pt", RetryKind.SPELLING, "aprendizado neurais lang:pt", "Aprendizado"),
        ("xyzzyqq trasnformer", RetryKind.SPELLING, "transformer", "Attention in transformers"),
    ],
)
async def test_what_was_meant_is_shown_and_said(
    search: Search, typed: str, kind: RetryKind, asked: str, title: str
) -> None:
    found = await search.page(None, typed)
    assert found.retry is not None
    assert (found.retry.kind, found.retry.question.typed, found.retry.instead_of.typed) == (kind, asked, typed)
    assert found.question == found.retry.question
    assert found.hits[0].items[0].title == title
    assert found.whole


def _tries(database: Database, typed: str) -> list[str]:
    with database.read() as uow:
        question = parse_question(typed, NOW, UTC)
        tries = SecondTries(question, vocabulary(uow), lambda text: parse_question(text, NOW, UTC))
        return [one.question.typed for one in tries.all()]


async def test_a_term_that_the_archive_lacks_is_mended_by_the_glossary(search: Search, database: Database) -> None:
    found = await search.page(None, "aprendizaje por refuerzzo")
    assert found.retry is not None
    assert found.retry.question.typed == "aprendizaje por refuerzo"
    assert found.hits[0].items[0].title == "Книжный клуб"
    assert _tries(database, "机器番译") == ["机器翻译"]


async def test_where_nothing_is_near_nothing_is_guessed_and_what_the_same_keys_give_is_named(search: Search) -> None:
    found = await search.page(None, "ghbdtn")
    assert (found.retry, found.hits) == (None, ())
    assert found.suggestion is not None
    assert (found.suggestion.kind, found.suggestion.question.typed) == (RetryKind.LAYOUT, "привет")
    assert (await search.page(None, "ghbdtn", literal=True)).suggestion is None


async def test_what_was_typed_can_be_insisted_upon(search: Search) -> None:
    found = await search.page(None, "trasnformer atention", literal=True)
    assert (found.retry, found.whole) == (None, 0)


@pytest.mark.parametrize("typed", ["transformer", "книжный клуб", "GPT-2", "深度学习", "", "xyzzyqq", "lang:tr"])
async def test_what_finds_something_or_has_nothing_near_is_asked_as_it_is(search: Search, typed: str) -> None:
    assert (await search.page(None, typed)).retry is None


async def test_a_word_that_nobody_has_is_named_and_left_out(search: Search) -> None:
    found = await search.page(None, "transformer xyzzyqq")
    assert found.retry is not None
    assert (found.retry.question.typed, found.retry.dropped) == ("transformer", ("xyzzyqq",))
    assert found.whole == found.total == 1


async def test_stories_with_some_of_the_words_are_shown_rather_than_fewer_words(search: Search) -> None:
    found = await search.page(None, "transformer книжный")
    assert found.retry is None
    assert len(found.hits) == 2
