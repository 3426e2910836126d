"""The migrations, from an empty file and from a database with something in it, lead to the tables as declared."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import storage.announcement_tables
import storage.association_tables
import storage.calendar_tables
import storage.club_tables
import storage.community_tables
import storage.delivery_tables
import storage.digest_tables
import storage.material_tables
import storage.member_tables
import storage.nomination_tables
import storage.question_tables
import storage.reaching_tables
import storage.reminder_tables
import storage.search_tables
import storage.session_draft_tables
import storage.source_chat_tables
import storage.speaker_tables
import storage.story_tables
import storage.vector_tables  # noqa: F401 - they declare tables
from bot.domain.deliveries import DeliveryKind, NewDelivery
from bot.domain.errors import StorageError
from storage import migrations
from storage.database import Database
from storage.migrations.filters import is_ours
from storage.tables import Table
from tests.factories import ADDRESS, NOW, make_database, make_document, store


def statements(path: Path) -> dict[str, str]:
    """What made the tables and indexes of a file, by name."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type != 'trigger'"
    ).fetchall()
    connection.close()
    return {
        name: re.sub(r"\s+", " ", sql)
        for name, sql in rows
        if is_ours(name, "table", {}) and name not in ("alembic_version", "sqlite_sequence")
    }


def everything(path: Path) -> tuple[set[tuple[str, ...]], ...]:
    """All that is in a file but pages: tables, indexes, triggers, the settings of the index, the version."""
    connection = sqlite3.connect(path)
    made = {
        (kind, name, re.sub(r"\s+", " ", sql or "").replace('"', "").replace("( ", "(").replace(" )", ")").strip())
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master")
    }
    settings = set(connection.execute("SELECT k, v FROM search_tokens_config"))
    version = set(connection.execute("SELECT version_num FROM alembic_version"))
    connection.close()
    return made, settings, version


def test_the_newest_step_is_the_one_that_the_program_asks_for() -> None:
    assert ScriptDirectory.from_config(migrations.configuration()).get_heads() == [migrations.HEAD]


def test_the_tables_are_what_the_migrations_make(tmp_path: Path) -> None:
    make_database(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours, "compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
    engine.dispose()


def test_the_tables_are_what_the_migrations_make_to_the_letter_with_every_check(tmp_path: Path) -> None:
    make_database(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'declared.sqlite3'}")
    Table.metadata.create_all(engine)
    engine.dispose()
    assert statements(tmp_path / "test.sqlite3") == statements(tmp_path / "declared.sqlite3")


def test_a_new_database_is_what_taking_every_step_makes_of_an_empty_one(tmp_path: Path) -> None:
    make_database(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'stepwise.sqlite3'}")
    with engine.begin() as connection:
        configuration = migrations.configuration()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
    engine.dispose()
    assert everything(tmp_path / "test.sqlite3") == everything(tmp_path / "stepwise.sqlite3")


def test_an_older_database_is_copied_aside_before_it_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = make_database(tmp_path)
    with database.write() as uow:
        store(uow, make_document())
    # The program of the next version: it asks for a step that this database has not taken.
    monkeypatch.setattr("storage.database.HEAD", "later")
    database.migrate()
    database.close()
    copy = Database(f"sqlite:///{tmp_path / f'test.before-upgrade-from-{migrations.HEAD}.sqlite3'}")
    with copy.read() as uow:
        source = uow.sources.by_address(ADDRESS)
    assert source is not None
    assert source.next_poll_at == NOW
    copy.close()


def test_what_was_watched_before_communities_watched_is_for_the_chats_own(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        connection.exec_driver_sql(
            "INSERT INTO communities (id, name, zone, languages, zone_chosen) VALUES (1, 'Readers', 'UTC', '[]', 0)"
        )
        connection.exec_driver_sql(
            "INSERT INTO destinations (id, community_id, platform, chat_id, thread_id, kind, title) "
            "VALUES (5, 1, 'telegram', '-1', '', 'group', 'Readers')"
        )
        for id_, address in ((1, "telegram:-1"), (2, "telegram:-2"), (3, "https://t.me/s/notes")):
            connection.exec_driver_sql(
                "INSERT INTO sources (id, address, listed_address, title, title_given, status, failures) "
                "VALUES (?, ?, ?, 'A chat', 0, 'active', 0)",
                (id_, address, address),
            )
            connection.exec_driver_sql(
                "INSERT INTO documents (id, source_id, guid, first_seen_at) VALUES (?, ?, 'd', '2026-03-01')",
                (id_, id_),
            )
            connection.exec_driver_sql(
                "INSERT INTO items (id, source_id, document_id, guid, position, text, section, kind, links, images, "
                "authors, first_seen_at, edits) "
                "VALUES (?, ?, ?, 'i', 0, '', 'other', 'post', '[]', '[]', '[]', '2026-03-01', 0)",
                (id_, id_, id_),
            )
            connection.exec_driver_sql(
                "INSERT INTO source_chats (source_id, platform, chat_id, prefix, watched_since, watched_by) "
                "VALUES (?, 'telegram', ?, '', ?, 'telegram:9')",
                (id_, f"-{id_}", None if id_ == 3 else "2026-03-01 00:00:00.000000"),
            )
        command.upgrade(config, "0010")
        watches = connection.exec_driver_sql("SELECT source_id, destination_id, watched_by, ended FROM watches").all()
        read = connection.exec_driver_sql("SELECT source_id FROM source_chats WHERE watched_since IS NOT NULL").all()
        open_items = connection.exec_driver_sql("SELECT id FROM items WHERE for_everybody").all()
    engine.dispose()
    assert watches == [(1, 5, "telegram:9", 0)]
    assert read == [(1,)]
    assert open_items == [(3,)]


def test_deliveries_keep_their_parts_and_numbers_when_their_table_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "test.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
        connection.exec_driver_sql(
            "INSERT INTO communities (id, name, zone, languages, zone_chosen) VALUES (1, 'Readers', 'UTC', '[]', 0)"
        )
        connection.exec_driver_sql(
            "INSERT INTO destinations (id, community_id, platform, chat_id, thread_id, kind, title) "
            "VALUES (5, 1, 'telegram', '-1', '', 'group', 'Readers')"
        )
        for id_ in (1, 2, 3):
            connection.exec_driver_sql(
                "INSERT INTO deliveries (id, key, destination_id, platform, kind, unknown_policy, not_before, "
                "created_at) VALUES (?, ?, 5, 'telegram', 'digest', 'ask', '2026-03-01', '2026-03-01')",
                (id_, f"digest:{id_}"),
            )
            connection.exec_driver_sql(
                "INSERT INTO delivery_parts (delivery_id, number, payload, state, attempts, doubts, version) "
                "VALUES (?, 1, '{}', 'sent', 1, 0, 1)",
                (id_,),
            )
        connection.exec_driver_sql("DELETE FROM delivery_parts WHERE delivery_id = 3")
        connection.exec_driver_sql("DELETE FROM deliveries WHERE id = 3")
    engine.dispose()

    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.write() as uow:
        kept = [uow.deliveries.get(1), uow.deliveries.get(2)]
        new = NewDelivery("card:1:5", 5, DeliveryKind.CARD, ({},), not_before=NOW)
        assert uow.deliveries.add(new, now=NOW) == 4  # 3 is gone, and never comes to mean another one
    assert [one and (one.key, len(one.parts)) for one in kept] == [("digest:1", 1), ("digest:2", 1)]
    assert database.check() == []
    database.close()


def test_an_upgrade_that_would_leave_rows_that_belong_to_nothing_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "test.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
    engine.dispose()
    upgrade = command.upgrade

    def careless(configuration: Config, to: str) -> None:
        upgrade(configuration, to)
        configuration.attributes["connection"].exec_driver_sql(
            "INSERT INTO delivery_parts (delivery_id, number, payload, state, attempts, doubts, version) "
            "VALUES (77, 1, '{}', 'sent', 1, 0, 1)"
        )

    monkeypatch.setattr(command, "upgrade", careless)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StorageError, match="belong to nothing"):
        database.migrate()
    assert database.version() == "0011"
    database.close()


def test_what_was_there_before_the_new_index_is_left_to_the_bot_to_index(tmp_path: Path) -> None:
    database = make_database(tmp_path)
    with database.write() as uow:
        store(uow, make_document())
    database.close()
    with sqlite3.connect(tmp_path / "test.sqlite3") as connection:
        rows = [connection.execute(f"SELECT * FROM {name}").fetchall() for name in ("sources", "documents", "items")]
    older = tmp_path / "older.sqlite3"
    engine = create_engine(f"sqlite:///{older}")
    config = migrations.configuration()
    with engine.begin() as connection_of_old:
        config.attributes["connection"] = connection_of_old
        command.upgrade(config, "0013")
    engine.dispose()
    with sqlite3.connect(older) as connection:
        for name, (row,) in zip(("sources", "documents", "items"), rows, strict=True):
            connection.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)

    database = Database(f"sqlite:///{older}")
    database.migrate()
    with database.write() as uow:
        assert uow.search_index.progress() == (0, 1)
        assert uow.search_index.take_outdated(10) == [1]
        uow.items.index_again([1])
        assert uow.search_index.take_outdated(10) == []
        assert uow.search_index.progress() == (1, 1)
    assert database.check() == []
    database.close()
