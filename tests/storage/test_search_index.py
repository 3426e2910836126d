"""The index of words: what is found, what is kept in step, and what no question can do to it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.matching import EVERYTHING, AllOf, AnyOf, Expression, Field, OneOf, Tokens, Without, facet
from bot.domain.papers import PaperId
from bot.domain.question import Has
from bot.domain.sections import Section
from storage import search_index
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.factories import NOW, make_document, make_entry, make_parsed_item, store


def newest(database: Database, expression: Expression, limit: int = 10, **facts: Any) -> list[int]:
    with database.read() as uow:
        return uow.search_index.newest(expression, limit=limit, **facts)


def word(*tokens: str, fields: tuple[Field, ...] = ()) -> Tokens:
    return Tokens(tokens, fields)


def fill(uow: UnitOfWork) -> None:
    """Items 1 to 3, of English, Portuguese and Chinese issues."""
    store(
        uow,
        make_document(
            make_parsed_item(
                "Training models",
                "It was trained quickly.",
                language="en",
                authors=("Ada Lovelace",),
                papers=(PaperId("arxiv", "2005.14165"),),
                section=Section.PUBLICATIONS,
                code="https://github.com/openai/gpt-3",
            ),
            make_parsed_item("Redes", "Destilação do conhecimento.", language="pt-BR", original_text="Distilled nets."),
            make_parsed_item("知识", "知识蒸馏。", language="zh"),
        ),
    )


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        (word("train"), [1]),
        (word("training"), [1]),
        (word("train", "quick"), [1]),
        (word("quick", "train"), []),
        (word("train", fields=(Field.TITLE,)), [1]),
        (word("quick", fields=(Field.TITLE,)), []),
        (word("quick", fields=(Field.TITLE, Field.BODY)), [1]),
        (word("lovelac"), []),
        (word("lovelace", fields=(Field.NAMES,)), [1]),
        (word("200514165"), [1]),
        (word("gpt3", fields=(Field.NAMES,)), [1]),
        (word("openaigpt3"), [1]),
        (word("destilacao"), [2]),
        (word("distil", fields=(Field.ORIGINAL,)), [2]),
        (word("识蒸"), [3]),
        (AnyOf((word("train"), word("识蒸"))), [3, 1]),
        (AllOf((word("train"), word("识蒸"))), []),
        (Without(EVERYTHING, word("train")), [3, 2]),
        (facet("lang", "pt"), [2]),
        (facet("section", Section.PUBLICATIONS), [1]),
        (facet("day", "20240305"), [3, 2, 1]),
        (facet("has", Has.CODE), [1]),
        (facet("has", Has.PDF), [1]),
        (EVERYTHING, [3, 2, 1]),
        (OneOf(frozenset((1, 3, 99))), [3, 1]),
        (OneOf(frozenset()), []),
        (AnyOf((word("destilacao"), OneOf(frozenset((3,))))), [3, 2]),
        (AllOf((AnyOf((word("train"), OneOf(frozenset((2, 3))))), facet("lang", "zh"))), [3]),
        (AllOf((word("quick", "train"), OneOf(frozenset((1,))))), []),
        (Without(EVERYTHING, OneOf(frozenset((2,)))), [3, 1]),
    ],
)
def test_what_fits_is_found_newest_first(database: Database, expression: Expression, found: list[int]) -> None:
    with database.write() as uow:
        fill(uow)
    assert newest(database, expression) == found


def test_no_more_is_read_than_is_asked_for(database: Database) -> None:
    with database.write() as uow:
        store(uow, *(make_entry(str(number), f"Frog {number}", language="en") for number in range(9)))
    assert newest(database, word("frog"), 3) == [9, 8, 7]
    assert newest(database, word("frog"), 3, before=7) == [6, 5, 4]
    assert newest(database, word("frog"), 3, among=[1, 3, 5, 7, 20]) == [7, 5, 3]
    assert newest(database, word("frog"), 3, among=[]) == []
    assert newest(database, word("frog"), 0) == []


def test_of_hidden_sources_only_what_is_everybodys_is_found(database: Database) -> None:
    with database.write() as uow:
        source = store(uow, *(make_entry(str(number), f"Frog {number}", language="en") for number in range(3)))
        uow.items.open([2])
    assert newest(database, word("frog"), hidden=frozenset([source.id])) == [2]


def test_items_that_are_known_are_found_among_others_in_one_order(database: Database) -> None:
    with database.write() as uow:
        source = store(uow, *(make_entry(str(number), f"Frog {number}", language="en") for number in range(9)))
        store(uow, make_entry("toad", "Toad", language="en"), address="https://toads.example.org/feed")
        uow.items.open([2])
    asked = AnyOf((AllOf((word("frog"), OneOf(frozenset(range(1, 6, 2))))), OneOf(frozenset((2, 10)))))
    assert newest(database, asked) == [10, 5, 3, 2, 1]
    assert newest(database, asked, 2) == [10, 5]
    assert newest(database, asked, 2, before=5) == [3, 2]
    assert newest(database, asked, among=[1, 2, 4]) == [2, 1]
    assert newest(database, asked, hidden=frozenset([source.id])) == [10, 2]


def test_however_many_items_are_known_they_are_found(database: Database) -> None:
    with database.write() as uow:
        store(uow, make_document(*(make_parsed_item(f"Frog {number}") for number in range(600))))
        store(uow, make_entry("toad", "Toad", language="en"))
    many = OneOf(frozenset(range(1, 601)))
    assert newest(database, AllOf((many, word("frog")))) == list(range(600, 590, -1))
    assert newest(database, AnyOf((many, word("toad")))) == [601, *range(600, 591, -1)]
    assert newest(database, Without(EVERYTHING, many)) == [601]


def test_an_item_appeared_on_the_day_that_it_was_in_utc(database: Database) -> None:
    new_year = datetime(2024, 1, 1, 5, tzinfo=timezone(timedelta(hours=9)))
    with database.write() as uow:
        store(uow, make_document(make_parsed_item(published_at=new_year)))
    for _ in ("as it is stored", "as it is read again"):
        assert newest(database, facet("day", "20231231")) == newest(database, facet("year", "2023")) == [1]
        assert newest(database, facet("year", "2024")) == []
        with database.write() as uow:
            uow.items.index_again([1])


def test_what_is_excluded_beside_a_row_leaves_room_to_look_for_the_row(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "LOOKED_AT", 2)
    newer = [make_entry(str(number), "A frog", "It jumps.") for number in range(3)]
    with database.write() as uow:
        store(uow, make_entry("toad", "A toad", "It waits."), make_entry("newt", "A pond newt", "It swims."))
        store(uow, *newer)
    excluded = AnyOf((word("frog"), word("pond", "newt")))
    assert newest(database, Without(EVERYTHING, excluded)) == [1]
    assert newest(database, Without(EVERYTHING, excluded), limit=1) == [1]


def test_a_withdrawn_item_is_not_found_until_it_is_back(database: Database) -> None:
    first, second = make_parsed_item("First", "A frog."), make_parsed_item("Second", "A toad.")
    for items, found in (((first, second), [2]), ((first,), []), ((first, second), [2])):
        with database.write() as uow:
            store(uow, make_document(*items))
        assert newest(database, word("toad")) == found
        assert database.check() == []


def test_an_edit_is_found_by_its_new_words_only(database: Database) -> None:
    with database.write() as uow:
        store(uow, make_entry(text="It likes frogs.", language="en"))
        store(uow, make_entry(text="It likes toads.", language="en"))
    assert newest(database, word("frog")) == []
    assert newest(database, word("toad")) == [1]
    assert database.check() == []


def test_what_a_source_held_leaves_the_index_with_the_next_item(database: Database) -> None:
    with database.write() as uow:
        source = store(uow, make_entry(text="It likes frogs.", language="en"))
    with database._write_engine.begin() as connection:  # nothing in the program deletes a source
        connection.execute(text("DELETE FROM sources WHERE id = :id"), {"id": source.id})
    assert database.check() == []
    with database.write() as uow:
        store(uow, make_entry(text="It likes toads.", language="en"))
    assert newest(database, word("frog")) == []
    assert newest(database, word("toad")) == [1]
    assert database.check() == []


def test_what_scores_are_worked_out_of_comes_in_the_order_asked_for(database: Database) -> None:
    with database.write() as uow:
        fill(uow)
    with database.read() as uow:
        third, first = uow.search_index.documents([3, 99, 1])
    assert (first.item_id, third.item_id) == (1, 3)
    assert first.title == " train model Ω training Ω models "
    assert first.body == " it was train quick "
    assert sorted(first.forms.split()) == ["models", "quickly", "trained", "training"]
    assert (first.length, first.language, first.day) == (4, "en", (NOW - timedelta(days=1)).toordinal() - 719163)
    assert " openai gpt 3 " in first.names


@pytest.mark.parametrize(
    "token", ['"', "a AND", "NEAR(a b)", "title:x", "*", "a*", "^a", "{a}", "'); DROP", "\0", "", "-"]
)
def test_the_syntax_of_the_engine_is_plain_words(database: Database, token: str) -> None:
    with database.write() as uow:
        fill(uow)
    for expression in (word(token), word("train", token), Without(EVERYTHING, word(token))):
        newest(database, expression)


def test_what_is_too_large_is_refused_before_the_engine_sees_it(database: Database) -> None:
    nested: Expression = word("a")
    for _ in range(40):
        nested = Without(EVERYTHING, nested)
    with pytest.raises(ValueError, match="too deep"):
        newest(database, nested)
    with pytest.raises(ValueError, match="tokens"):
        newest(database, AnyOf(tuple(word(f"a{number}") for number in range(5_000))))
    assert newest(database, AnyOf(tuple(word(f"a{number}") for number in range(1_500)))) == []


def test_the_title_of_a_source_is_around_an_item_and_not_in_its_words(database: Database) -> None:
    with database.write() as uow:
        fill(uow)
    words = tuple(field for field in Field if field is not Field.PLACE)
    assert newest(database, word("news", fields=words)) == []
    assert newest(database, word("news", fields=(Field.PLACE,))) == [3, 2, 1]


def test_words_that_are_apart_in_a_title_do_not_stand_in_a_row(database: Database) -> None:
    with database.write() as uow:
        store(uow, make_document(make_parsed_item("Attention is sparse", "", language="en")))
    for row in (("sparse", "attention"), ("spars", "attention"), ("attention", "sparse")):
        assert newest(database, word(*row)) == []
    assert newest(database, word("attent", "is", "spars")) == [1]


def test_what_many_transactions_leave_behind_is_put_together_and_all_is_found_as_before(database: Database) -> None:
    for number in range(60):
        with database.write() as uow:
            store(uow, make_entry(f"frog{number}", None, "frogs " * 20))
    before = newest(database, word("frog"), limit=100)
    assert len(before) == 60

    def steps() -> int:
        done = 0
        with database.write() as uow:
            while uow.search_index.tidy():
                done += 1
        return done

    assert steps() >= 1
    assert steps() == 0
    assert newest(database, word("frog"), limit=100) == before
    with database.write() as uow:
        assert uow.search_index.problems() == []
