from __future__ import annotations

import pytest

from bot.domain.items import Link
from bot.domain.papers import PaperId
from bot.domain.search import parse_query
from storage import search
from storage.database import Database
from storage.search import SearchPage
from tests.factories import make_document, make_entry, make_parsed_item, store


def find(database: Database, words: str, *, limit: int = 10, offset: int = 0, loose: bool = False) -> SearchPage:
    query = parse_query(words)
    with database.read() as uow:
        return uow.search.find(query.loosened() if loose else query, limit=limit, offset=offset)


def titles(page: SearchPage) -> list[str | None]:
    return [hit.item.title for hit in page.hits]


def fill(database: Database) -> None:
    with database.write() as uow:
        store(
            uow,
            make_document(
                make_parsed_item("Language models", "BERT and GPT-2 are large.", authors=("Ann Lee",)),
                make_parsed_item("Ёлки и палки", "Модели языка. Большие."),
                make_parsed_item("自然语言处理", "我们研究图神经网络。"),
                make_parsed_item("Tradução", "Ação e reação.", original_text="Action and reaction."),
                make_parsed_item(
                    "A paper",
                    "About C++.",
                    papers=(PaperId("arxiv", "2002.05715"),),
                    links=(Link("https://github.com/a/b"),),
                ),
            ),
        )


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("bert", "Language models"),
        ("models LANGUAGE", "Language models"),
        ("gpt2", "Language models"),
        ('"gpt 2 are"', "Language models"),
        ("ann", "Language models"),
        ("lee bert", "Language models"),
        ("елки", "Ёлки и палки"),
        ("ЯЗЫКА модели", "Ёлки и палки"),
        ("语言", "自然语言处理"),
        ("图", "自然语言处理"),
        ("络", "自然语言处理"),
        ("神经网络 自然", "自然语言处理"),
        ("acao", "Tradução"),
        ("reaction", "Tradução"),
        ("c++", "A paper"),
        ("https://arxiv.org/abs/2002.05715v3", "A paper"),
        ("paper 2002.05715", "A paper"),
        ("http://www.github.com/a/b/", "A paper"),
    ],
)
def test_an_item_is_found_by(database: Database, words: str, title: str) -> None:
    fill(database)
    page = find(database, words)
    assert titles(page) == [title]
    assert (page.total, page.total_is_exact) == (1, True)


@pytest.mark.parametrize(
    "words", ["bert елки", '"2 gpt"', "处自", "", "?", "bert 2002.05715", "https://example.org/nothing"]
)
def test_nothing_is_found_by(database: Database, words: str) -> None:
    fill(database)
    assert find(database, words) == SearchPage(0, True, ())


def test_some_of_the_words_are_enough_when_asked_loosely(database: Database) -> None:
    fill(database)
    assert set(titles(find(database, "bert елки", loose=True))) == {"Language models", "Ёлки и палки"}


@pytest.mark.parametrize(
    "words", ['"', "a AND", "NEAR(a b)", "title:x", "*", "a* OR", "^a", "{a}", "a - b", "'); DROP TABLE items", "\0"]
)
def test_the_syntax_of_the_index_is_plain_text(database: Database, words: str) -> None:
    fill(database)
    find(database, words)
    find(database, words, loose=True)


def test_a_word_in_the_title_counts_more_than_one_in_the_text(database: Database) -> None:
    with database.write() as uow:
        store(uow, make_entry("1", "About frogs", "Words."), make_entry("2", "Words", "About frogs."))
    assert titles(find(database, "frogs")) == ["About frogs", "Words"]


def test_an_edit_is_found_by_its_new_words_only(database: Database) -> None:
    with database.write() as uow:
        store(uow, make_entry(text="It likes frogs."))
        store(uow, make_entry(text="It likes toads."))
    assert find(database, "frogs").total == 0
    assert find(database, "toads").total == 1
    assert database.check() == []


def test_a_withdrawn_item_is_not_found_until_it_is_back(database: Database) -> None:
    first, second = make_parsed_item("First", "Text of the first."), make_parsed_item("Second", "Other words.")
    for items, total in (((first, second), 1), ((first,), 0), ((first, second), 1)):
        with database.write() as uow:
            store(uow, make_document(*items))
        assert find(database, "second").total == total


def test_pages_follow_one_another(database: Database) -> None:
    with database.write() as uow:
        store(uow, *(make_entry(str(number), f"Frog {number}") for number in range(7)))
    pages = [titles(find(database, "frog", limit=3, offset=offset)) for offset in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert len({title for page in pages for title in page}) == 7


def test_of_very_many_matches_the_newest_are_ranked(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "RANKED", 5)
    with database.write() as uow:
        store(uow, *(make_entry(str(number), f"Frog {number}") for number in range(7)))
    page = find(database, "frog")
    assert (page.total, page.total_is_exact) == (5, False)
    assert {hit.item.id for hit in page.hits} == {3, 4, 5, 6, 7}


def test_of_very_many_matches_those_with_the_words_in_the_title_come_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED", 5)
    with database.write() as uow:
        in_title = (make_entry(str(number), f"Frog {number}", "About it.") for number in range(4, 6))
        store(uow, *in_title, *(make_entry(str(number), f"Pond {number}", "A frog.") for number in range(6, 10)))
    assert titles(find(database, "frog")) == ["Frog 5", "Pond 9", "Pond 8", "Pond 7", "Pond 6"]


def test_a_rare_word_is_found_among_common_ones_when_asked_loosely(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED", 5)
    with database.write() as uow:
        store(uow, make_entry("axolotl", "Axolotl", "A pet."))
        store(uow, *(make_entry(str(number), f"Frog {number}", "A pond.") for number in range(9)))
    page = find(database, "frog axolotl unicorn", loose=True)
    assert titles(page)[:2] == ["Axolotl", "Frog 8"]
    assert not page.total_is_exact


def test_titles_for_somebody_who_is_typing(database: Database) -> None:
    fill(database)
    with database.write() as uow:
        store(uow, make_document(make_parsed_item("Language models"), guid="issue-2"))
    with database.read() as uow:
        assert uow.search.titles("mod", 5) == [(6, "Language models")]
        assert [title for _, title in uow.search.titles("models lang", 5)] == ["Language models"]
        assert [title for _, title in uow.search.titles("自然语", 5)] == ["自然语言处理"]
        assert uow.search.titles("bert", 5) == []
        assert uow.search.titles("", 5) == []


def test_the_name_of_the_source_is_not_what_an_item_is_about(database: Database) -> None:
    fill(database)
    assert find(database, "news").total == 0
