"""Reading off the event loop: small documents on a thread, large ones in processes of their own."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial

from bot.domain.documents import ParsedSource, RawDocument
from bot.domain.errors import ReadError
from bot.domain.sources import SourceKind
from bot.readers.limits import limit_memory
from bot.readers.recognise import read
from bot.services.ports import Clock

LARGE = 32_000
"""Bytes from which a document is worth the way to another process: reading it would hold the loop up for 20 ms."""

TIME_LIMIT = 60.0
"""Seconds that one document may take; ten times what the largest allowed one needs."""

IDLE_LIMIT = 30.0
"""Seconds after which processes that have nothing to read are let go, for the memory that they hold."""


class PooledReader:
    """Implements DocumentReader. Use as an async context manager, or call `close`."""

    def __init__(self, clock: Clock, *, workers: int = 2) -> None:
        self._clock = clock
        self._workers = workers
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reader")
        self._processes: ProcessPoolExecutor | None = None
        self._reading = 0
        self._idle: asyncio.TimerHandle | None = None

    async def read(
        self, raw: RawDocument, *, kind: SourceKind | None = None, language: str | None = None
    ) -> ParsedSource:
        """What a document holds. Raises ReadError, also where reading it took too long or too much memory."""
        work = partial(read, raw, now=self._clock(), kind=kind, language=language)
        loop = asyncio.get_running_loop()
        if len(raw.body) < LARGE:
            return await loop.run_in_executor(self._thread, work)
        self._hold()
        try:
            return await asyncio.wait_for(loop.run_in_executor(self._pool(), work), TIME_LIMIT)
        except TimeoutError as error:
            self._drop()
            raise ReadError(f"Reading it took more than {TIME_LIMIT:.0f} seconds.") from error
        except (BrokenProcessPool, MemoryError) as error:
            self._drop()
            raise ReadError("Reading it took more memory than a document may.") from error
        finally:
            self._release(loop)

    def close(self) -> None:
        """Lets threads and processes go. May be repeated."""
        if self._idle:
            self._idle.cancel()
        self._drop()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _pool(self) -> ProcessPoolExecutor:
        if self._processes is None:
            # A server that has the readers loaded and no threads: each process is a quick and safe copy of it.
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(["bot.readers.recognise", "bot.readers.limits"])
            self._processes = ProcessPoolExecutor(self._workers, mp_context=context, initializer=limit_memory)
        return self._processes

    def _drop(self) -> None:
        if self._processes:
            for process in list((self._processes._processes or {}).values()):
                process.kill()
            self._processes.shutdown(wait=False, cancel_futures=True)
        self._processes = None

    def _hold(self) -> None:
        self._reading += 1
        if self._idle:
            self._idle.cancel()
            self._idle = None

    def _release(self, loop: asyncio.AbstractEventLoop) -> None:
        self._reading -= 1
        if not self._reading:
            self._idle = loop.call_later(IDLE_LIMIT, self._drop)
