"""Several processes of the program that are started at once, on a database that an older version left or on none."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from storage import migrations
from tests.process import outcome

TOGETHER = 5


def old_database(folder: Path) -> Path:
    """What a version long ago has left in the folder of a bot."""
    (folder / "data").mkdir()
    path = folder / "data" / "paper-round.db"
    engine = create_engine(f"sqlite:///{path}")
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0013")
    engine.dispose()
    return path


def version_of(path: Path) -> str:
    connection = sqlite3.connect(path)
    ((version,),) = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    return str(version)


async def upgrade_together(folder: Path) -> None:
    """Starts so many upgrades at once; each ends well."""
    done = await asyncio.gather(*(outcome(folder, "db", "upgrade") for _ in range(TOGETHER)))
    assert [(status, err) for status, _, err in done] == [(0, "")] * TOGETHER


async def test_of_several_that_meet_an_old_database_one_upgrades_it_and_the_others_wait(tmp_path: Path) -> None:
    path = old_database(tmp_path)
    await upgrade_together(tmp_path)
    assert version_of(path) == migrations.HEAD
    copies = [one.name for one in path.parent.iterdir() if "before-upgrade" in one.name]
    assert copies == ["paper-round.before-upgrade-from-0013.db"]
    assert version_of(path.with_name(copies[0])) == "0013"


async def test_of_several_that_find_no_database_one_makes_it(tmp_path: Path) -> None:
    await upgrade_together(tmp_path)
    assert version_of(tmp_path / "data" / "paper-round.db") == migrations.HEAD
