from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine


def written_by_a_newer_version(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


async def test_upgrade_makes_a_database_and_may_be_repeated(run: CommandLine) -> None:
    for _ in range(2):
        seen = await run("db", "upgrade")
        assert (seen.status, seen.out, seen.err) == (0, "The database is up to date.\n", "")
    assert (await run("db", "check")).out == "The database is sound.\n"


async def test_check_tells_that_there_is_none_and_makes_none(run: CommandLine) -> None:
    seen = await run("db", "check")
    assert (seen.status, f"There is no database at {run.database} yet" in seen.out) == (1, True)
    assert not run.database.exists()


async def test_check_tells_of_damage(filled: CommandLine) -> None:
    with closing(sqlite3.connect(filled.database)) as connection, connection:
        connection.execute("DELETE FROM sources")
    seen = await filled("db", "check")
    assert (seen.status, "is gone" in seen.out) == (1, True)


async def test_check_of_a_file_that_is_no_database_names_the_reason(run: CommandLine) -> None:
    run.database.parent.mkdir()
    run.database.write_text("These are notes. " * 100)
    seen = await run("db", "check")
    assert (seen.status, "not a database" in seen.err) == (1, True)


@pytest.mark.parametrize("command", [["db", "upgrade"], ["search", "bert"], ["digest"], ["ingest"]])
async def test_a_database_from_a_newer_version_is_refused_and_left_alone(run: CommandLine, command: list[str]) -> None:
    await run("db", "upgrade")
    written_by_a_newer_version(run.database)
    before = run.database.read_bytes()
    seen = await run(*command)
    assert (seen.status, seen.out) == (1, "")
    assert "a newer version wrote it" in seen.err
    assert run.database.read_bytes() == before


async def test_check_of_a_database_from_a_newer_version_says_so(run: CommandLine) -> None:
    await run("db", "upgrade")
    written_by_a_newer_version(run.database)
    assert "a newer program wrote them" in (await run("db", "check")).out


async def test_backup_copies_to_a_dated_file_beside_the_database(filled: CommandLine) -> None:
    seen = await filled("db", "backup")
    (copy,) = filled.database.parent.glob("paper-round-*.db")
    assert (seen.status, seen.out) == (0, f"Copied to {copy}\n")


async def test_backup_copies_to_a_file_or_into_a_folder(filled: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    for target, made in (("new/copy.db", "new/copy.db"), ("copies", "copies/paper-round.db")):
        assert (await filled("db", "backup", str(tmp_path / target))).out == f"Copied to {tmp_path / made}\n"
        filled.set(DATABASE_URL=f"sqlite:///{tmp_path / made}")
        assert (await filled("search", "bert", "--json")).object["total"] == 2
        filled.set(DATABASE_URL="")


async def test_backup_of_nothing_makes_nothing(run: CommandLine) -> None:
    seen = await run("db", "backup")
    assert (seen.status, "There is no database" in seen.err) == (1, True)
    assert not list(run.database.parent.glob("*"))


async def test_backup_to_where_nothing_can_be_written_tells_why(filled: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "notes").touch()
    for target in (tmp_path / "notes" / "copy.db", filled.database):
        seen = await filled("db", "backup", str(target))
        assert (seen.status, str(target) in seen.err) == (1, True)


async def test_a_data_directory_that_cannot_be_made_is_named(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "notes").touch()
    run.set(DATA_DIR=str(tmp_path / "notes" / "data"))
    for command in (["db", "check"], ["db", "upgrade"], ["search", "bert"]):
        seen = await run(*command)
        assert (seen.status, "DATA_DIR is wrong" in seen.err) == (2, True)


async def test_every_wrong_setting_is_named_with_a_good_value(run: CommandLine) -> None:
    run.set(LOG_LEVEL="LOUD", TELEGRAM_TOKEN="not-one")
    seen = await run("db", "check")
    assert seen.status == 2
    assert "LOG_LEVEL is wrong" in seen.err
    assert "TELEGRAM_TOKEN is wrong" in seen.err
    assert "not-one" not in seen.err


async def test_reindex_makes_everything_findable_also_where_the_index_is_damaged(filled: CommandLine) -> None:
    with closing(sqlite3.connect(filled.database)) as connection, connection:
        connection.execute("DELETE FROM search_tokens_data WHERE id > 10")
    assert "search index is damaged" in (await filled("db", "check")).out
    seen = await filled("db", "reindex", "--all")
    assert (seen.status, seen.out, seen.err) == (0, "13 of 13 items can be found.\n", "")
    assert (await filled("db", "check")).out == "The database is sound.\n"
    assert (await filled("db", "reindex")).out == "13 of 13 items can be found.\n"
