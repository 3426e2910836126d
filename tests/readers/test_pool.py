from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.documents import ParsedSource, RawDocument
from bot.domain.errors import ReadError
from bot.domain.item_words import words_of
from bot.domain.sources import SourceKind
from bot.readers.late import read
from bot.readers.pool import LARGE, PooledReader
from storage.stemming import analyser
from tests.factories import make_parsed_source

NOW = datetime(2026, 3, 5, 10, tzinfo=UTC)
ISSUE = b"# Publications\n\n***A result***\n\nIt is [here](https://arxiv.org/abs/2101.00001).\n\n"


def obey(raw: RawDocument, **facts: Any) -> ParsedSource:
    """Does what the document says; tells in its title in which process and thread that was."""
    match raw.body.strip():
        case b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        case b"hang":
            threading.Event().wait()
        case b"eat":
            return make_parsed_source(title=str(len(bytearray(2 << 30))))
        case b"refuse":
            raise ReadError("It is no issue.")
        case b"stumble":
            raise ZeroDivisionError
    return make_parsed_source(title=f"{os.getpid()} {threading.current_thread().name}", language=facts["language"])


def document(order: bytes = b"read", *, large: bool = True) -> RawDocument:
    return RawDocument("https://news.example.org/", order.ljust(LARGE if large else 0), NOW)


@contextmanager
def pool(**facts: Any) -> Iterator[PooledReader]:
    reader = PooledReader(lambda: NOW, **({"read": obey} | facts))
    try:
        yield reader
    finally:
        reader.close()
        reader.close()


async def once(fact: Callable[[], object]) -> None:
    """Returns when it holds, and lets the others work meanwhile."""
    while not fact():  # noqa: ASYNC110 -- the pool has no event for this, and needs none
        await asyncio.sleep(0)


async def process_of(reader: PooledReader) -> int:
    return int(str((await reader.read(document())).title).split()[0])


async def test_a_small_document_is_read_on_a_thread_of_this_process() -> None:
    with pool() as reader:
        found = await reader.read(document(large=False), language="pt")
        assert str(found.title).startswith(f"{os.getpid()} reader")
        assert found.language == "pt"
        assert reader.processes == 0


async def test_a_large_document_is_read_in_another_process_which_is_used_again() -> None:
    with pool() as reader:
        first = await process_of(reader)
        assert first not in (os.getpid(), os.getppid())
        assert await process_of(reader) == first


async def test_documents_that_come_at_once_share_a_few_processes() -> None:
    with pool(workers=2) as reader:
        processes = await asyncio.gather(*(process_of(reader) for _ in range(6)))
        assert len(set(processes)) == 2 == reader.processes


async def test_what_is_read_in_a_process_is_what_is_read_here() -> None:
    raw = RawDocument("issue.md", ISSUE * (LARGE // len(ISSUE) + 1), NOW)
    with pool(read=read) as reader:
        assert await reader.read(raw, kind=SourceKind.NEWSLETTER) == read(raw, now=NOW, kind=SourceKind.NEWSLETTER)


async def test_words_that_another_process_takes_are_those_that_are_taken_here() -> None:
    raw = RawDocument("issue.md", ISSUE * (LARGE // len(ISSUE) + 1), NOW)
    with pool(read=read) as reader:
        found = await reader.read(raw, kind=SourceKind.NEWSLETTER, with_words=True)
    items = [item for one in found.documents for item in one.items]
    assert items
    for item in items:
        assert words_of(analyser(), item) is item.words
        assert words_of(analyser(), replace(item, words=None)) == item.words


@pytest.mark.parametrize(
    ("order", "reason"), [(b"die", "more memory"), (b"eat", "more memory"), (b"hang", "more than 0.2 seconds")]
)
async def test_a_document_that_ends_or_holds_its_process_is_refused_and_the_next_is_read(
    order: bytes, reason: str
) -> None:
    with pool(time_limit=60.0 if order != b"hang" else 0.2) as reader:
        with pytest.raises(ReadError, match=reason):
            await reader.read(document(order))
        assert reader.processes == 0
        reader._time_limit = 60.0
        assert await process_of(reader)


async def test_a_document_that_ends_its_process_does_not_concern_those_read_beside_it() -> None:
    with pool(workers=3) as reader:
        outcomes = await asyncio.gather(
            *(reader.read(document(order)) for order in (b"die", b"read", b"read", b"die", b"read")),
            return_exceptions=True,
        )
        assert [isinstance(outcome, ReadError) for outcome in outcomes] == [True, False, False, True, False]


async def test_what_reading_raises_is_raised_here_and_keeps_the_process() -> None:
    with pool() as reader:
        process = await process_of(reader)
        with pytest.raises(ReadError, match="no issue"):
            await reader.read(document(b"refuse"))
        with pytest.raises(ZeroDivisionError):
            await reader.read(document(b"stumble"))
        assert await process_of(reader) == process


async def test_processes_without_work_are_let_go_after_a_while() -> None:
    with pool(idle_limit=0.0) as reader:
        process = await process_of(reader)
        await once(lambda: not reader.processes)
        assert await process_of(reader) != process


async def test_somebody_who_gives_up_leaves_no_process_busy() -> None:
    with pool() as reader:
        reading = asyncio.create_task(reader.read(document(b"hang")))
        await once(lambda: reader.processes)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert reader.processes == 0


async def test_closing_does_not_wait_for_a_document_that_hangs() -> None:
    with pool() as reader:
        await process_of(reader)
        (worker,) = reader._idle
        reading = asyncio.create_task(reader.read(document(b"hang")))
        await once(lambda: reader._busy)
        reader.close()
        with pytest.raises(ReadError):
            await reading
        worker.process.join()


def test_a_process_that_reads_ends_with_the_process_it_reads_for() -> None:
    """The bot may be killed without a chance to let its processes go."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    bot = multiprocessing.get_context("spawn").Process(target=_read_and_be_killed, args=(theirs,))
    bot.start()
    theirs.close()
    process = ours.recv()
    bot.join()
    assert bot.exitcode == -signal.SIGKILL
    with pytest.raises(EOFError):  # as soon as nobody holds the other end any more
        ours.recv()
    assert isinstance(process, int)
    bot.close()


def _read_and_be_killed(connection: Any) -> None:
    async def work() -> int:
        return await process_of(PooledReader(lambda: NOW, read=obey))

    connection.send(asyncio.run(work()))
    os.kill(os.getpid(), signal.SIGKILL)
