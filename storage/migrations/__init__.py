"""Changes of the tables, one small step a file. `HEAD` is the step that this version of the program needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from bot.domain.errors import DatabaseTooNew

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0005"
"""Written down so that a start with nothing to migrate need not load Alembic."""


def configuration() -> Config:
    """How Alembic finds the steps."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def upgrade(engine: Engine, *, version: str | None, before: Callable[[], object]) -> None:
    """Takes every step from `version` that is missing, all or none. `before` is called when there are some.

    Raises DatabaseTooNew where `version` is no step of this program.
    """
    from alembic import command
    from alembic.script import ScriptDirectory

    config = configuration()
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise DatabaseTooNew(
            f"The database is of version {version}, which this program does not know: a newer version wrote it. "
            f"Update the program, or restore the copy of the database from before its upgrade."
        )
    before()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
