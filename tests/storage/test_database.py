from __future__ import annotations

import sqlite3
import threading
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.domain.errors import DatabaseBusy, DatabaseTooNew, StorageError
from bot.domain.ingest import plan_changes
from bot.domain.sources import SourceStatus
from storage.database import Database
from storage.migrations import HEAD
from storage.unit_of_work import UnitOfWork
from tests.factories import ADDRESS, NOW, make_database, make_document, make_parsed_source, make_spec, store


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def test_a_new_database_is_made_with_its_folder(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "data" / "new.sqlite3"))
    database.migrate()
    database.migrate()
    assert database.version() == HEAD
    assert database.check() == []
    assert [path.name for path in (tmp_path / "data").glob("*.sqlite3")] == ["new.sqlite3"]
    database.close()


def test_a_database_from_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    make_database(tmp_path).close()
    with sqlite3.connect(tmp_path / "test.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    database = Database(url_of(tmp_path / "test.sqlite3"))
    with pytest.raises(DatabaseTooNew, match="newer version"):
        database.migrate()
    assert database.version() == "9999"
    assert list(tmp_path.glob("*before-upgrade*")) == []
    database.close()


def test_a_file_that_is_no_database_is_refused_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "text.sqlite3").write_text("This is no database." * 100)
    database = Database(url_of(tmp_path / "text.sqlite3"))
    with pytest.raises(StorageError, match="not a database"):
        database.migrate()
    database.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://localhost/x", "nonsense"])
def test_an_address_without_a_file_is_refused_with_a_good_example(url: str) -> None:
    with pytest.raises(StorageError, match="sqlite:///data/"):
        Database(url)


def test_what_is_raised_rolls_back(database: Database) -> None:
    def fail() -> None:
        with database.write() as uow:
            uow.sources.add(make_spec(), now=NOW)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    with database.read() as uow:
        assert uow.sources.all() == []


def test_a_reading_transaction_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError, match="readonly"), database.read() as uow:
        uow.sources.add(make_spec(), now=NOW)


def test_a_reader_sees_one_state_while_another_thread_writes(database: Database) -> None:
    def write() -> None:
        with database.write() as uow:
            uow.sources.add(make_spec(), now=NOW)

    with database.read() as uow:
        assert uow.sources.all() == []
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert uow.sources.all() == []


async def test_work_runs_on_threads_of_the_database(database: Database) -> None:
    def name(_uow: UnitOfWork) -> str:
        return threading.current_thread().name

    assert (await database.run(name)).startswith("database-writer")
    assert (await database.query(name)).startswith("database-reader")
    source = await database.run(lambda uow: uow.sources.add(make_spec(), now=NOW))
    assert await database.query(lambda uow: uow.sources.all()) == [source]


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StorageError, match="without a zone"), database.write() as uow:
        uow.sources.add(make_spec(), now=NOW.replace(tzinfo=None))


def test_an_error_does_not_quote_what_people_wrote(database: Database) -> None:
    document = make_document(guid="secret words")
    plan = plan_changes([], make_parsed_source(document), NOW).documents
    with database.write() as uow:
        source = store(uow, document)
    with pytest.raises(StorageError, match="UNIQUE") as caught, database.write() as uow:
        uow.documents.add(source.id, plan, NOW)
    assert "secret words" not in str(caught.value)
    assert "secret words" not in "".join(traceback.format_exception(caught.value))


def test_a_second_address_of_one_kind_is_refused_by_the_tables(database: Database) -> None:
    with database.write() as uow:
        source = uow.sources.add(make_spec(), now=NOW)
        other = uow.sources.add(make_spec("https://other.example.org/"), now=NOW)
    with pytest.raises(StorageError, match="UNIQUE"), database.write() as uow:
        uow.sources.save(replace(other, address=source.address))


def test_a_backup_is_a_whole_database(database: Database, tmp_path: Path) -> None:
    with database.write() as uow:
        store(uow, make_document())
    (tmp_path / "copies").mkdir()
    path = database.backup(tmp_path / "copies")
    assert path == tmp_path / "copies" / "test.sqlite3"
    copy = Database(url_of(path))
    assert copy.check() == []
    with copy.read() as uow:
        assert uow.sources.by_address(ADDRESS) is not None
    copy.close()


def test_a_backup_onto_the_database_itself_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="itself"):
        database.backup(tmp_path / "test.sqlite3")


def test_a_check_of_nothing_says_that_there_is_nothing(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "absent.sqlite3"))
    assert "no database" in database.check()[0]
    assert list(tmp_path.glob("absent*")) == []
    database.close()


def test_a_check_names_rows_that_have_lost_their_parent_and_items_that_cannot_be_found(tmp_path: Path) -> None:
    database = make_database(tmp_path)
    with database.write() as uow:
        store(uow, make_document())
    connection = sqlite3.connect(tmp_path / "test.sqlite3")
    connection.execute("DELETE FROM documents")
    connection.execute("DELETE FROM search_documents")
    connection.commit()
    connection.close()
    assert database.check() == [
        "Row 1 of items belongs to a row of documents that is gone.",
        "The search index holds 0 items, there are 1. `db reindex --all` makes it anew.",
    ]
    database.close()


def test_what_a_source_holds_goes_with_it(database: Database) -> None:
    with database.write() as uow:
        source = store(uow, make_document())
    connection = sqlite3.connect(database.path)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("DELETE FROM sources WHERE id = ?", (source.id,))
    connection.commit()
    for table in ("documents", "items", "item_links", "search_documents"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    connection.close()


def test_times_and_lengths_come_back_as_they_went_in(database: Database) -> None:
    moscow = NOW.astimezone(timezone(timedelta(hours=3)))
    with database.write() as uow:
        source = uow.sources.add(make_spec(interval=timedelta(minutes=90)), now=NOW)
        wanted = replace(source, status=SourceStatus.FAILING, last_polled_at=moscow, failures=3, problem="No answer.")
        uow.sources.save(wanted)
    with database.read() as uow:
        stored = uow.sources.get(source.id)
    assert stored == wanted
    assert stored is not None
    assert stored.last_polled_at is not None
    assert stored.last_polled_at.utcoffset() == timedelta(0)


def test_a_database_that_another_process_writes_to_for_too_long_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT", 0)
    database = make_database(tmp_path)
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy), database.write():
        pass
    other.execute("ROLLBACK")
    other.close()
    with database.write():
        pass
    database.close()


@pytest.fixture
def upgrading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Another process that upgrades the database of an older version; nobody has the patience to wait for it."""
    make_database(tmp_path).close()
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT", 0)
    other = sqlite3.connect(tmp_path / "test.sqlite3", isolation_level=None)
    other.execute("UPDATE alembic_version SET version_num = '0018'")
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_a_process_that_meets_an_upgrade_waits_says_so_and_goes_on_with_what_has_become_of_it(
    tmp_path: Path, upgrading: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []

    def finish(event: str, **_: object) -> None:
        said.append(event)
        upgrading.execute(f"UPDATE alembic_version SET version_num = '{HEAD}'")
        upgrading.execute("COMMIT")

    monkeypatch.setattr("storage.database.log", SimpleNamespace(warning=finish))
    database = Database(url_of(tmp_path / "test.sqlite3"))
    database.migrate()
    assert said == ["database_is_being_changed_by_another_process"]
    assert list(tmp_path.glob("*before-upgrade*")) == []
    database.close()


def test_a_process_gives_up_on_an_upgrade_that_never_ends(
    tmp_path: Path, upgrading: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.LONGEST_UPGRADE", 0)
    database = Database(url_of(tmp_path / "test.sqlite3"))
    with pytest.raises(DatabaseBusy):
        database.migrate()
    upgrading.execute("ROLLBACK")
    assert database.version() == "0018"
    database.close()
