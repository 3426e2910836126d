"""The vocabulary: what words there are, how they are written, and in how many items."""

from __future__ import annotations

import pytest

from bot.domain.spelling import KnownWord
from storage import search_words
from storage.database import Database
from tests.factories import make_document, make_entry, make_parsed_item, store


def fill(database: Database, *texts: str) -> None:
    with database.write() as uow:
        store(uow, *(make_entry(text, None, text) for text in texts))


def count(database: Database, limit: int = 100) -> None:
    with database.write() as uow:
        while uow.search_index.count_words(limit):
            pass


def test_words_are_counted_by_items_and_shown_as_they_are_mostly_written(database: Database) -> None:
    fill(database, "Destilação, destilação!", "destilacao", "a destilação de redes", "destilacao nova")
    count(database)
    with database.read() as uow:
        assert uow.search_index.word("destilacao") == KnownWord("destilacao", "destilação", 4)
    fill(database, "destilacao um", "destilacao dois")
    count(database, limit=1)
    with database.read() as uow:
        assert uow.search_index.word("destilacao") == KnownWord("destilacao", "destilacao", 6)


def test_words_are_counted_behind_what_is_stored_and_once(database: Database) -> None:
    fill(database, "frogs", "toads")
    with database.read() as uow:
        assert uow.search_index.word("frogs") is None
    for _ in range(2):
        count(database)
        with database.read() as uow:
            assert uow.search_index.word("frogs") == KnownWord("frogs", "frogs", 1)


def counts(database: Database, *words: str) -> list[int]:
    with database.read() as uow:
        known = {one.word: one.items for one in uow.search_index.known_words(words)}
    return [known.get(word, 0) for word in words]


def test_counts_follow_edits(database: Database) -> None:
    with database.write() as uow:
        store(uow, make_entry("1", "Pond", "Frogs, 青蛙 and minnows."), make_entry("2", "Pond", "Frogs, 青蛙."))
    count(database)
    with database.write() as uow:
        store(uow, make_entry("1", "Pond", "Tadpoles, 蝌蚪 and frogs."), make_entry("2", "Pond", "Frogs, 青蛙."))
    words = ("pond", "frogs", "minnows", "tadpoles", "青蛙", "蝌蚪")
    assert counts(database, *words) == [2, 2, 0, 1, 1, 1]
    with database.read() as uow:
        assert uow.search_index.words_like(["minn"], ["nnows"], range(7, 8)) == []
        assert uow.search_index.words_like(["tad"], ["poles"], range(8, 9)) == ["tadpoles", "tadpoles"]
    count(database)
    assert counts(database, *words) == [2, 2, 0, 1, 1, 1]
    with database.write() as uow:
        store(uow, make_entry("2", "Pond", "Frogs."))
    assert counts(database, *words) == [2, 2, 0, 1, 0, 1]


def test_counts_follow_what_is_withdrawn_and_shown_again(database: Database) -> None:
    first, second = make_parsed_item("First", "A frog."), make_parsed_item("Second", "A toad and a frog.")
    with database.write() as uow:
        store(uow, make_document(first, second))
    count(database)
    for items, found in (((first,), [1, 0]), ((first, second), [2, 1]), ((first,), [1, 0])):
        with database.write() as uow:
            store(uow, make_document(*items))
        assert counts(database, "frog", "toad") == found


def test_what_changes_before_it_was_counted_is_counted_once(database: Database) -> None:
    with database.write() as uow:
        store(uow, make_entry("1", "Pond", "Frogs."))
    for text in ("Newts.", "Toads."):
        with database.write() as uow:
            store(uow, make_entry("1", "Pond", text))
    count(database)
    assert counts(database, "pond", "frogs", "newts", "toads") == [1, 0, 0, 1]


def test_another_analyser_counts_all_words_anew(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(database, "frogs", "frogs and toads")
    count(database)
    monkeypatch.setattr(search_words, "VERSION", search_words.VERSION + 1)
    count(database, limit=1)
    count(database)
    assert counts(database, "frogs", "toads") == [2, 1]


@pytest.mark.parametrize("sorted_at_most", [5_000, 2])
def test_the_most_frequent_words_that_begin_so_come_first(
    database: Database, monkeypatch: pytest.MonkeyPatch, sorted_at_most: int
) -> None:
    monkeypatch.setattr(search_words, "_MOST_SORTED", sorted_at_most)
    fill(database, "frog frogs", "frogs", "frozen frogs", "frozen lake", "fro_", "from%")
    count(database)
    with database.read() as uow:
        assert [one.word for one in uow.search_index.words("fro", 2)] == ["frogs", "frozen"]
        assert uow.search_index.words("fro_g", 2) == []
        assert uow.search_index.words("%", 2) == []
        assert uow.search_index.words("", 2) == []


def test_words_are_found_by_how_they_begin_and_end_and_how_long_they_are(database: Database) -> None:
    fill(database, "learning yearning leaning leather burning lean 学习 强化")
    count(database)
    with database.read() as uow:
        alike = uow.search_index.words_like(["lea"], ["rning"], range(7, 9))
        pairs = uow.search_index.words_like(["强"], ["习"], range(2, 3))
    assert set(alike) == {"learning", "yearning", "leaning", "leather", "burning"}
    assert set(pairs) == {"强化", "学习"}


def test_words_that_end_alike_are_told_apart(database: Database) -> None:
    fill(database, "formation station nation", "relation deformation", "formations информация")
    count(database)
    with database.read() as uow:

        def ending(*ways: str, lengths: range = range(4, 20)) -> set[str]:
            return set(uow.search_index.words_like([], ways, lengths))

        assert ending("tion") == {"formation", "station", "nation", "relation", "deformation"}
        assert ending("mation") == {"formation", "deformation"}
        assert ending("mation", "lation") == {"formation", "deformation", "relation"}
        assert ending("ion", "мация") == {"formation", "station", "nation", "relation", "deformation", "информация"}
        assert ending("tion", lengths=range(7, 9)) == {"station", "relation"}
        assert ending("station") == {"station"}
        assert ending("", "%", "xtion") == set()


def test_pairs_of_neighbours_are_counted_by_items(database: Database) -> None:
    fill(database, "深度学习", "学习率 学习", "强化学习", "学生")
    count(database, limit=1)
    with database.read() as uow:
        assert [(one.word, one.items) for one in uow.search_index.words("学", 5)] == [("学习", 3), ("学生", 1)]
        assert [one.word for one in uow.search_index.words("学", 1)] == ["学习"]
        assert [one.word for one in uow.search_index.words("习率", 5)] == ["习率"]
        assert uow.search_index.words("学习率", 5) == []
        assert uow.search_index.word("度学") == KnownWord("度学", "度学", 1)
        assert uow.search_index.word("学深") is None
        assert set(uow.search_index.words_like(["学"], ["习"], range(2, 3))) == {"学习", "学生"}
        assert uow.search_index.words_like(["学"], ["习"], range(3, 9)) == []


def test_words_of_a_list_are_looked_up_at_once(database: Database) -> None:
    fill(database, "frogs toads")
    count(database)
    with database.read() as uow:
        known = uow.search_index.known_words(["toads", "newts", "frogs", "toads"])
    assert {one.word for one in known} == {"frogs", "toads"}


def test_items_without_any_word_are_passed_by(database: Database) -> None:
    fill(database, "🔥", "2024", "frogs")
    count(database, limit=1)
    with database.read() as uow:
        assert uow.search_index.word("frogs") == KnownWord("frogs", "frogs", 1)
