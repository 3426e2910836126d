from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from storage.database import Database
from tests.factories import make_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database of its own, with all tables."""
    database = make_database(tmp_path)
    yield database
    database.close()


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What was logged, instead of seeing it."""
    with structlog.testing.capture_logs() as lines:
        yield lines
