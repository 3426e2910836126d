"""Has pictures drawn by another process: what drawing needs takes 60 MB, and this one does without them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.domain.club_history import SessionFigures

LONGEST = 30.0
"""Seconds that drawing may take: the first time fonts are looked through."""
AT_ONCE = 1
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG", "LC_ALL", "TMPDIR")
"""What of the environment another process is told: no tokens."""


class ChartProcess:
    """Draws in a process of its own, one picture at a time. `folder` is where fonts are kept that were found."""

    def __init__(self, folder: Path, *, longest: float = LONGEST) -> None:
        self._folder = folder
        self._longest = longest
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, sessions: Sequence[SessionFigures]) -> bytes:
        """A PNG. Raises TimeoutError where it takes too long, OSError or ValueError where it cannot be drawn."""
        facts = [
            {
                "number": one.number,
                "going": one.turnout.going,
                "speaking": one.turnout.speaking,
                "waiting": one.turnout.waiting,
                "were_there": one.turnout.were_there,
            }
            for one in sessions
        ]
        async with asyncio.timeout(self._longest), self._turn:
            return await self._drawn(json.dumps(facts).encode())

    async def _drawn(self, facts: bytes) -> bytes:
        known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.platforms.chart.draw",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=Path(__file__).parents[3],
            env={**known, "MPLCONFIGDIR": str(self._folder.absolute())},
        )
        try:
            picture, _ = await process.communicate(facts)
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode != 0 or not picture:
            raise ValueError(f"the process that draws ended with {process.returncode}")
        return picture
