from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.app import SAMPLES
from tests.web_server import WebServer


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def object(self) -> Any:
        """The JSON object that was printed, on one line."""
        (line,) = self.out.splitlines()
        return json.loads(line)


class CommandLine:
    """The command line with a data directory of its own, in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._monkeypatch = monkeypatch
        self.folder = folder
        self.set(DATA_DIR=str(folder / "data"), FETCH_ALLOWED_PRIVATE_HOSTS="127.0.0.1", FETCH_HOST_DELAY_SECONDS="0")

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self._monkeypatch.setenv(name, value)

    async def __call__(self, *arguments: str, stdin: bytes = b"") -> Outcome:
        """Runs a command; an error that is not our own is raised here."""
        result = await asyncio.to_thread(CliRunner().invoke, cli, arguments, input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    @property
    def database(self) -> Path:
        return self.folder / "data" / "paper-round.db"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CommandLine]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield CommandLine(monkeypatch, tmp_path)
    root.handlers[:], root.level = before


@pytest.fixture
def sample() -> Path:
    """The folder with the sample issues."""
    return SAMPLES.parent


@pytest.fixture
async def filled(run: CommandLine, sample: Path) -> CommandLine:
    """The command line, after three sources have been read."""
    await run(
        "ingest", *(str(sample / name) for name in ("reading-desk.xml", "caderno-de-pln.md", "stati-za-chaem.json"))
    )
    return run


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        yield server
