"""Reading off the event loop: small documents on a thread, large ones in processes of their own."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import cast

from bot.domain.documents import ParsedSource, RawDocument
from bot.domain.errors import ReadError
from bot.domain.sources import SourceKind
from bot.readers.late import read
from bot.readers.process import read_documents
from bot.services.ports import Clock

LARGE = 32_000
"""Bytes from which a document is worth the way to another process: reading it would hold the loop up for 20 ms."""

TIME_LIMIT = 60.0
"""Seconds that one document may take; ten times what the largest allowed one needs."""

IDLE_LIMIT = 30.0
"""Seconds after which processes that have nothing to read are let go, for the memory that they hold."""

PRELOADED = ["bot.readers.recognise", "bot.readers.late", "bot.readers.process", "storage.stemming", "Stemmer"]
"""What every process needs, to be loaded once for all of them."""

Work = Callable[[], ParsedSource]
Read = Callable[..., ParsedSource]


class PooledReader:
    """Implements DocumentReader. Close it. Lives on one event loop."""

    def __init__(
        self,
        clock: Clock,
        *,
        workers: int = 2,
        read: Read = read,
        time_limit: float = TIME_LIMIT,
        idle_limit: float = IDLE_LIMIT,
    ) -> None:
        """`read` takes what `bot.readers.late.read` does; other processes find it by its name."""
        self._clock = clock
        self._read = read
        self._time_limit = time_limit
        self._idle_limit = idle_limit
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reader")
        self._waiting = ThreadPoolExecutor(workers, thread_name_prefix="reader-process")
        # A document waits here for its turn, so that its time is not used up by those before it.
        self._places = asyncio.Semaphore(workers)
        self._busy: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._letting_go: asyncio.TimerHandle | None = None

    async def read(
        self,
        raw: RawDocument,
        *,
        kind: SourceKind | None = None,
        language: str | None = None,
        with_words: bool = False,
    ) -> ParsedSource:
        """What a document holds. Raises ReadError, also where reading it took too long or too much memory."""
        work = partial(self._read, raw, now=self._clock(), kind=kind, language=language, with_words=with_words)
        if len(raw.body) < LARGE:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        async with self._places:
            return await self._read_large(work)

    def close(self) -> None:
        """Lets threads and processes go. May be repeated."""
        self._let_go()
        for worker in self._busy:
            worker.kill()
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._waiting.shutdown(wait=False)  # whoever waits is told that the process is gone

    @property
    def processes(self) -> int:
        """How many processes are kept at the moment."""
        return len(self._busy) + len(self._idle)

    async def _read_large(self, work: Work) -> ParsedSource:
        if self._letting_go:
            self._letting_go.cancel()
        worker = self._idle.pop() if self._idle else _Worker()
        self._busy.add(worker)
        try:
            waiting = asyncio.get_running_loop().run_in_executor(self._waiting, worker.run, work)
            found = await asyncio.wait_for(waiting, self._time_limit)
        except TimeoutError as error:
            worker.kill()
            raise ReadError(f"Reading it took more than {self._time_limit:g} seconds.") from error
        except (_ProcessGone, MemoryError) as error:
            worker.kill()
            raise ReadError("Reading it took more memory than a document may.") from error
        except asyncio.CancelledError:
            worker.kill()
            raise
        except Exception:
            self._idle.append(worker)
            raise
        else:
            self._idle.append(worker)
            return found
        finally:
            self._busy.discard(worker)
            if not self._busy:
                self._letting_go = asyncio.get_running_loop().call_later(self._idle_limit, self._let_go)

    def _let_go(self) -> None:
        if self._letting_go:
            self._letting_go.cancel()
        while self._idle:
            self._idle.pop().kill()


class _ProcessGone(Exception):
    """The process has ended before it answered."""


class _Worker:
    """A process that reads one document at a time: what a document does to it concerns no other document."""

    def __init__(self) -> None:
        # A server that has the readers loaded and no threads: each process is a quick and safe copy of it.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        self._pipe, self._theirs = context.Pipe()
        self.process = context.Process(target=read_documents, args=(self._theirs,), daemon=True)
        self._starting = threading.Lock()
        self._killed = False

    def run(self, work: Work) -> ParsedSource:
        """Does the work and waits for it. Raises what it raises, and _ProcessGone where it ended the process."""
        try:
            if not self._theirs.closed:
                self._start()
            self._pipe.send(work)
            found, error = self._pipe.recv()
        except (EOFError, OSError) as gone:
            raise _ProcessGone from gone
        if error is not None:
            raise error
        return cast("ParsedSource", found)

    def kill(self) -> None:
        """Ends the process, whatever it does. Whoever waits for it is told so."""
        with self._starting:
            self._killed = True
            if not self._theirs.closed:
                return
        self.process.kill()

    def _start(self) -> None:
        with self._starting:
            if self._killed:
                raise _ProcessGone
            self.process.start()  # the first one waits until the server has loaded the readers, half a second
            self._theirs.close()  # so that this side hears when the process is gone
