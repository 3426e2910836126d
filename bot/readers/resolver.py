"""Names into numbers, without holding up anything else."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The numbers that a host name stands for, best first. Raises OSError where it has none."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Asks the operating system.

    Each question has a thread of its own, which dies with the process: the shared thread pool would let one dead name
    server hold up everybody who uses the pool, and the end of the program with it.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[str]] = loop.create_future()
    threading.Thread(target=_look_up, args=(host, port, loop, answer), name="resolve", daemon=True).start()
    return await answer


def _look_up(host: str, port: int, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Sequence[str]]) -> None:
    try:
        # As bytes, because the codec that Python applies to text raises UnicodeError for names that are merely wrong.
        found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    except OSError as error:
        _settle(loop, answer, error)
    else:
        _settle(loop, answer, tuple(dict.fromkeys(str(entry[4][0]) for entry in found)))


def _settle(
    loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Sequence[str]], outcome: Sequence[str] | OSError
) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(_deliver, answer, outcome)


def _deliver(answer: asyncio.Future[Sequence[str]], outcome: Sequence[str] | OSError) -> None:
    if answer.done():  # whoever asked has given up
        return
    if isinstance(outcome, OSError):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
