"""The program as a process of its own, as an administrator starts it: its environment, its lines, its end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

PROJECT = Path(__file__).parent.parent
PATIENCE = 60.0
"""Seconds after which something that should have happened is taken as never going to happen."""
STOP_SECONDS = 5.0
"""What the process may take to stop."""


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """What the program sees in a folder of its own, and nothing of this machine's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    fixed = {"PYTHONPATH": str(PROJECT), "DATA_DIR": str(folder / "data")}
    return kept | fixed | settings


class Program:
    """A running process. `lines` is all that it has written so far, on both of its outputs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._at_end = False
        self._changed = asyncio.Event()
        self.reading = asyncio.create_task(self._read())

    async def wrote(self, words: str, *, times: int = 1) -> str:
        """The line with these words, once there are so many of them. Fails where the process ends before."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while len(self._with(words)) < times and not self._at_end:
                    await self._changed.wait()
                    self._changed.clear()
        found = self._with(words)
        assert len(found) >= times, f"{words!r} did not come; the process wrote:\n" + "".join(self.lines)
        return found[times - 1]

    async def type(self, words: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(words.encode())
        await self.process.stdin.drain()

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Tells the process to end. Its exit status; fails where it takes too long."""
        self.process.send_signal(number)
        return await self.ended(STOP_SECONDS)

    async def ended(self, seconds: float = PATIENCE) -> int:
        """The exit status, once there is one."""
        try:
            async with asyncio.timeout(seconds):
                status = await self.process.wait()
        except TimeoutError:
            raise AssertionError(f"not ended after {seconds} s; it wrote:\n" + "".join(self.lines)) from None
        await self.reading
        return status

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def _with(self, words: str) -> list[str]:
        return [line for line in self.lines if words in line]

    async def _read(self) -> None:
        if self.process.stdout:
            async for line in self.process.stdout:
                self.lines.append(line.decode())
                self._changed.set()
        self._at_end = True
        self._changed.set()


@asynccontextmanager
async def program(
    folder: Path, *arguments: str, terminal: int | None = None, **settings: str
) -> AsyncIterator[Program]:
    """`python -m bot` with these arguments, in this folder; killed in the end where it still runs. It has pipes, or
    the terminal with this number."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=environment(folder, **settings),
        stdin=pipe if terminal is None else terminal,
        stdout=pipe if terminal is None else terminal,
        stderr=asyncio.subprocess.STDOUT,
    )
    running = Program(process)
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        if process.stdin:
            process.stdin.close()
        await process.wait()
        await running.reading


async def outcome(
    folder: Path, *arguments: str, stdin: bytes = b"", settings: Mapping[str, str] | None = None
) -> tuple[int, str, str]:
    """Runs the program to its end: exit status, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=environment(folder, **(settings or {})),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate(stdin)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()
