"""Changes of the tables, one small step a file. `HEAD` is the step that this version of the program needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from bot.domain.errors import DatabaseTooNew, StorageError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0022"
"""Written down so that a start with nothing to migrate need not load Alembic."""

_STRAYS = text("PRAGMA foreign_key_check")
_VERSION_TABLE = """
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
"""


def configuration() -> Config:
    """How Alembic finds the steps."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def steps() -> frozenset[str]:
    """The versions that this program knows."""
    from alembic.script import ScriptDirectory

    return frozenset(step.revision for step in ScriptDirectory.from_config(configuration()).walk_revisions())


def version_of(connection: Connection) -> str | None:
    """The version of the tables, None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def create(engine: Engine) -> None:
    """Makes everything that taking all steps makes, in an empty database, all or nothing. Leaves one alone in which
    another process has made it meanwhile.

    At once and without Alembic, which takes 0.4 s and 9 MB to load. Tests hold the two ways together.
    """
    from storage.search_fts5 import create_index
    from storage.tables import Table

    with engine.begin() as connection:
        if version_of(connection) is not None:
            return
        Table.metadata.create_all(connection, checkfirst=False)
        create_index(connection)
        connection.execute(text(_VERSION_TABLE))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def upgrade(engine: Engine, *, needed: str, before: Callable[[str], object]) -> None:
    """Takes every step that is missing to the version that is needed, all or none; of several processes that do so at
    once, one takes them. `before` is called with the version that is there, if any, when steps are missing; from then
    on until they are taken nobody else writes.

    Raises DatabaseTooNew where the version that is there is no step of this program.
    """
    from alembic import command

    config, known = configuration(), steps()
    with engine.connect() as connection:
        # A table that is written anew must not take along what refers to it: https://sqlite.org/lang_altertable.html
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]  # the driver's own, a sqlite3 one
        try:
            with connection.begin():
                version = version_of(connection)
                if version == needed:
                    return
                if version is not None and version not in known:
                    raise DatabaseTooNew(
                        f"The database is of version {version}, which this program does not know: a newer version "
                        f"wrote it. Update the program, or restore the copy of the database from before its upgrade."
                    )
                if version is not None:
                    before(version)
                strays = set(connection.execute(_STRAYS))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                if new := set(connection.execute(_STRAYS)) - strays:
                    raise StorageError(f"The upgrade would leave rows that belong to nothing: {sorted(new)[:5]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
