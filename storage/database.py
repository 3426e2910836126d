"""The database: opening it, bringing it up to date, and transactions on threads of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, StatementError

from bot.domain.errors import DatabaseBusy, StorageError
from storage.migrations import HEAD, create, steps, upgrade, version_of
from storage.unit_of_work import UnitOfWork

READERS = 2
BUSY_TIMEOUT = 10  # seconds that a transaction waits for another process's before it fails

LONGEST_UPGRADE = 600
"""Seconds that a process waits while another one upgrades the database."""

log = structlog.get_logger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_BUSY_SNAPSHOT)


class Database:
    """One SQLite file. Everything that writes goes through one thread, one transaction at a time.

    The file is opened when it is first used; `migrate` comes before anything else.
    """

    def __init__(self, url: str) -> None:
        self.path = _path_of(url)
        self._write_engine = _engine(url, reading=False)
        self._read_engine = _engine(url, reading=True)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="database-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="database-reader")

    def migrate(self) -> None:
        """Brings the tables up to date; may be repeated. The file is copied aside before it is changed. Of several
        processes that do so at once, one makes the copy and changes the file; the others wait until it has.

        Raises DatabaseTooNew where a newer version of this program has written it, and then changes nothing, and
        DatabaseBusy where another process has not finished after `LONGEST_UPGRADE`.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"The folder of the database, {self.path.parent}, cannot be made: {error}") from error
        began = monotonic()
        while True:
            try:
                return self._bring_up_to_date()
            except DatabaseBusy:
                waited = monotonic() - began
                if waited >= LONGEST_UPGRADE:
                    raise
                log.warning("database_is_being_changed_by_another_process", waited_seconds=round(waited))

    def version(self) -> str | None:
        """The version of the tables, None where there are none yet."""
        if not self.path.exists():
            return None
        with _translated(), self._read_engine.connect() as connection:
            return version_of(connection)

    def check(self) -> list[str]:
        """What is wrong with the database, a sentence each; empty where nothing is. Changes nothing."""
        if not self.path.exists():
            return [f"There is no database at {self.path} yet."]
        version = self.version()
        if version != HEAD:
            newer = version is not None and version not in steps()
            advice = "a newer program wrote them" if newer else "run `db upgrade`"
            return [f"The tables are of version {version or 'none'}, this program needs {HEAD}: {advice}."]
        with _translated(), self._write_engine.begin() as connection:
            damage = [row[0] for row in connection.execute(text("PRAGMA integrity_check"))]
            strays = connection.execute(text("PRAGMA foreign_key_check")).all()
            problems = [f"The file is damaged: {line}." for line in damage if line != "ok"]
            problems += [f"Row {row[1]} of {row[0]} belongs to a row of {row[2]} that is gone." for row in strays]
            return [*problems, *UnitOfWork(connection).search_index.problems()]

    def backup(self, path: Path) -> Path:
        """Copies the database, while it is used, to a file or into a folder, and says where. Replaces what is there."""
        if not self.path.exists():
            raise StorageError(f"There is no database at {self.path} yet.")
        target = path / self.path.name if path.is_dir() else path
        if target.resolve() == self.path.resolve():
            raise StorageError(f"{target} is the database itself: name another file for its copy.")
        unfinished = target.with_name(target.name + ".part")
        with _translated(), self._read_engine.connect() as connection:
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                _copy(connection, unfinished)
                unfinished.replace(target)
            except (OSError, sqlite3.Error) as error:
                raise StorageError(f"No copy could be made at {target}: {error}") from error
        return target

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A transaction that may write: committed at the end, rolled back where something is raised."""
        with _translated(), self._write_engine.begin() as connection:
            yield UnitOfWork(connection)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A transaction that sees one state of the database throughout. Whatever tries to write in it fails."""
        with _translated(), self._read_engine.begin() as connection:
            yield UnitOfWork(connection)

    async def run(self, work: Callable[Concatenate[UnitOfWork, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """`work` in one writing transaction on the writer's thread. What it returns has been committed."""

        def transaction() -> _T:
            with self.write() as uow:
                return work(uow, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._writer, transaction)

    async def query(self, work: Callable[Concatenate[UnitOfWork, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """`work` in one reading transaction on a reader's thread."""

        def transaction() -> _T:
            with self.read() as uow:
                return work(uow, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._readers, transaction)

    def close(self) -> None:
        """Finishes what runs and closes the file. May be repeated."""
        self._writer.shutdown()
        self._readers.shutdown()
        self._write_engine.dispose()
        self._read_engine.dispose()

    def _bring_up_to_date(self) -> None:
        version = self.version()
        if version == HEAD:
            return
        with _translated():
            if version is None:
                create(self._write_engine)
            else:
                upgrade(self._write_engine, needed=HEAD, before=self._copy_aside)

    def _copy_aside(self, version: str) -> None:
        self.backup(self.path.with_name(f"{self.path.stem}.before-upgrade-from-{version}{self.path.suffix}"))


@contextmanager
def _translated() -> Iterator[None]:
    """A database error without the statement's values in its text: they are people's words and message bodies."""
    try:
        yield
    except StatementError as error:
        if getattr(error.orig, "sqlite_errorcode", None) in _BUSY:
            raise DatabaseBusy(f"The database is busy: {error.orig}") from error
        raise StorageError(f"The database refused: {error.orig}") from error


def _path_of(url: str) -> Path:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() != "sqlite":
        raise StorageError("Only SQLite can be used; a good DATABASE_URL is sqlite:///data/paper-round.sqlite3")
    if not parsed.database or parsed.database == ":memory:":
        raise StorageError("The database needs a file; a good DATABASE_URL is sqlite:///data/paper-round.sqlite3")
    return Path(parsed.database)


def _engine(url: str, *, reading: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=READERS if reading else 1,
        connect_args={"timeout": BUSY_TIMEOUT},
        hide_parameters=True,  # the errors behind ours are logged as well
    )
    begin = "BEGIN" if reading else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: it would only do so at the first write, and a reader
        # that turns into a writer cannot wait for another writer (https://sqlite.org/isolation.html).
        connection.isolation_level = None
        for pragma in (
            "page_size=16384",  # of a new file: texts of some kB waste a quarter less room in it than in pages of 4 kB
            "journal_mode=WAL",
            "synchronous=NORMAL",  # in WAL mode a loss of power may cost the last transactions, never the database
            "wal_autocheckpoint=4000",  # pages: a checkpoint waits for the disk, and a first poll writes much
            "cache_size=-8000",  # KiB
            "foreign_keys=ON",
            f"query_only={'ON' if reading else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _copy(connection: Connection, path: Path) -> None:
    path.unlink(missing_ok=True)
    source = connection.connection.driver_connection
    target = sqlite3.connect(path)
    try:
        source.backup(target)  # type: ignore[union-attr]  # the driver's own connection, which is a sqlite3 one
    finally:
        target.close()
