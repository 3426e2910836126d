from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.factories import make_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database of its own, with all tables."""
    database = make_database(tmp_path)
    yield database
    database.close()
