"""What questions are widened by."""

from __future__ import annotations

from bot.services.widening import beginnings
from storage.database import Database
from tests.factories import make_entry, store


def test_a_beginning_stands_for_no_word_that_only_hidden_sources_have(database: Database) -> None:
    with database.write() as uow:
        secret = store(uow, make_entry("1", "Frogspawn and frogs"), address="https://secret.example.org/feed")
        store(uow, make_entry("2", "Frogs and a frogman"))
        uow.search_index.count_words()
        seen = beginnings(uow, frozenset({secret.id})).beginning("frog")
        everything = beginnings(uow, frozenset()).beginning("frog")
    assert list(seen) == ["frogs", "frogman"]
    assert list(everything) == ["frogs", "frogman", "frogspawn"]
