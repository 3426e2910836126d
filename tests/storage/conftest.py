from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, event

from storage.database import Database
from storage.tables import Table
from tests.factories import make_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database of its own, with all tables."""
    database = make_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.sqlite3"


@pytest.fixture
def connection(path: Path) -> Iterator[Connection]:
    """A connection to a database with all tables, which holds to its references."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA foreign_keys=ON"))
    Table.metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()
