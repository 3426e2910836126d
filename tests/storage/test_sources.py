from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.documents import RawDocument
from bot.domain.sources import SourceKind, SourceStatus
from storage.database import Database
from tests.factories import ADDRESS, NOW, make_document, make_parsed_item, make_spec, store


def test_a_new_source_is_due_at_once_and_named_after_its_address(database: Database) -> None:
    with database.write() as uow:
        source = uow.sources.add(make_spec(), now=NOW)
        assert uow.sources.due(NOW, 10) == [source]
    assert source.status is SourceStatus.NEW
    assert source.title == "news.example.org/feed"


def test_adding_again_changes_the_settings_and_keeps_the_state(database: Database) -> None:
    with database.write() as uow:
        source = uow.sources.add(make_spec(), now=NOW)
        uow.sources.save(replace(source, status=SourceStatus.ACTIVE, etag='"1"', content_hash="abc"))
        again = uow.sources.add(make_spec(title="Mine", interval=timedelta(days=1)), now=NOW)
    assert (again.id, again.title, again.interval) == (source.id, "Mine", timedelta(days=1))
    assert (again.status, again.etag) == (SourceStatus.ACTIVE, '"1"')


def test_another_kind_makes_it_read_again(database: Database) -> None:
    with database.write() as uow:
        source = uow.sources.add(make_spec(), now=NOW)
        uow.sources.save(replace(source, etag='"1"', content_hash="abc"))
        again = uow.sources.add(make_spec(kind=SourceKind.FEED), now=NOW)
    assert (again.etag, again.content_hash) == (None, None)


def test_a_source_that_has_moved_is_found_at_both_addresses(database: Database) -> None:
    with database.write() as uow:
        source = uow.sources.add(make_spec(), now=NOW)
        moved = replace(source, address="https://new.example.org/feed")
        uow.sources.save(moved)
        assert uow.sources.by_address("https://new.example.org/feed") == moved
        assert uow.sources.add(make_spec(), now=NOW) == moved
        assert len(uow.sources.all()) == 1


def test_a_title_from_the_source_does_not_replace_one_that_was_given(database: Database) -> None:
    with database.write() as uow:
        plain = uow.sources.add(make_spec(), now=NOW)
        named = uow.sources.add(make_spec("https://other.example.org/", title="Mine"), now=NOW)
        assert uow.sources.learn_title(plain, "Theirs").title == "Theirs"
        assert uow.sources.learn_title(named, "Theirs").title == "Mine"
        assert {source.title for source in uow.sources.all()} == {"Theirs", "Mine"}


def test_the_longest_overdue_comes_first_and_the_retired_never(database: Database) -> None:
    with database.write() as uow:
        late, soon, gone, done = (
            uow.sources.add(make_spec(f"https://{name}.example.org/"), now=NOW) for name in "abcd"
        )
        uow.sources.save(replace(late, next_poll_at=NOW - timedelta(hours=2)))
        uow.sources.save(replace(soon, next_poll_at=NOW - timedelta(hours=1)))
        uow.sources.save(replace(gone, status=SourceStatus.RETIRED))
        uow.sources.save(replace(done, next_poll_at=None))
        assert [source.id for source in uow.sources.due(NOW, 10)] == [late.id, soon.id]
        assert [source.id for source in uow.sources.due(NOW, 1)] == [late.id]


def test_the_last_five_documents_are_kept_as_they_were_fetched(database: Database) -> None:
    with database.write() as uow:
        source = uow.sources.add(make_spec(), now=NOW)
        for number in (1, 2, 3, 4, 5, 6, 2):
            raw = RawDocument(ADDRESS, b"body %d" % number, NOW + timedelta(hours=number), "text/xml; charset=x")
            uow.sources.record_raw(source.id, f"hash {number}", raw)
        kept = uow.sources.raw(source.id)
    assert [raw.body for raw in kept] == [b"body 6", b"body 5", b"body 4", b"body 3", b"body 2"]
    assert kept[0].content_type == "text/xml; charset=x"


def test_counts_are_of_items_that_are_shown(database: Database) -> None:
    first, second = make_parsed_item("First", "Text of the first."), make_parsed_item("Second", "Other words.")
    with database.write() as uow:
        source = store(uow, make_document(first, second))
        assert uow.sources.item_counts() == {source.id: 2}
        store(uow, make_document(first))
        assert uow.sources.item_counts() == {source.id: 1}
