"""The picture of a club's sessions."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.club_history import SessionFigures, Turnout
from bot.platforms.chart.process import ChartProcess
from tests.process import PROJECT

START = datetime(2026, 3, 1, 18, tzinfo=UTC)


def sessions(number: int) -> list[SessionFigures]:
    return [
        SessionFigures(n, START + timedelta(weeks=n), Turnout(n * 3, n % 2, n % 3, None if n % 2 else n))
        for n in range(1, number + 1)
    ]


@pytest.mark.parametrize("number", [2, 30])
async def test_a_picture_is_a_png_of_one_size(number: int, tmp_path: Path) -> None:
    picture = await ChartProcess(tmp_path)(sessions(number))
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert (int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")) == (1080, 540)
    assert len(picture) < 200_000


async def test_sessions_that_nobody_answered_can_be_drawn(tmp_path: Path) -> None:
    empty = [SessionFigures(n, START, Turnout()) for n in (1, 2)]
    assert (await ChartProcess(tmp_path)(empty)).startswith(b"\x89PNG")


async def test_drawing_that_takes_too_long_is_given_up_and_its_process_ended(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        await ChartProcess(tmp_path, longest=0.05)(sessions(30))


async def test_the_process_that_draws_is_told_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "1:secret")
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\nenv > {tmp_path}/told\nprintf picture\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))
    assert await ChartProcess(tmp_path)(sessions(2)) == b"picture"
    assert "secret" not in (tmp_path / "told").read_text()
    assert f"MPLCONFIGDIR={tmp_path}" in (tmp_path / "told").read_text()
    assert "TELEGRAM_TOKEN" in os.environ


async def test_a_bot_that_draws_and_writes_nothing_yet_has_not_loaded_what_it_takes() -> None:
    heavy = "{'matplotlib', 'numpy', 'icalendar', 'aiohttp.web'}"
    program = f"import sys, bot.app, handlers.telegram, handlers.console; print(sorted({heavy} & set(sys.modules)))"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=PROJECT, stdout=asyncio.subprocess.PIPE
    )
    loaded, _ = await process.communicate()
    assert loaded.strip() == b"[]"


async def test_a_process_that_fails_is_said_to_have_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(ValueError, match="ended with"):
        await ChartProcess(tmp_path)(sessions(2))
