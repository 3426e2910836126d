"""How much of a document is read, and for how long."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import zlib
from collections.abc import Callable, Sequence

import pytest

from bot.domain.errors import FetchFailed, FetchRefused
from bot.readers.fetch import FetchLimits, HttpFetcher
from tests.fetching import Names, get, make_fetcher, redirect
from tests.web_server import HOLD, Answer, Raw, SeenRequest, WebServer

NEVER = 3600.0  # seconds; a limit that a test does not mean to reach
A_MOMENT = 0.1


# Sizes


async def test_a_body_of_just_the_limit_is_read(server: WebServer) -> None:
    server.answer("/feed", Answer([b"x" * 500, b"x" * 500]))
    async with make_fetcher(FetchLimits(host_pause=0, max_bytes=1000)) as fetcher:
        assert len((await get(fetcher, server.url("/feed"))).body) == 1000


async def test_a_body_over_the_limit_is_refused(server: WebServer) -> None:
    server.answer("/feed", Answer([b"x" * 500, b"x" * 501]))
    async with make_fetcher(FetchLimits(host_pause=0, max_bytes=1000)) as fetcher:
        with pytest.raises(FetchRefused, match=r"127\.0\.0\.1:\d+ sent a document of more than 0\.001 MB"):
            await fetcher.fetch(server.url("/feed"))


async def test_a_body_that_is_announced_too_large_is_not_even_begun(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n", HOLD))

    with pytest.raises(FetchRefused, match="more than 20 MB"):
        await fetcher.fetch(server.url("/feed"))


async def test_an_endless_body_is_refused_at_the_limit(server: WebServer) -> None:
    server.answer("/feed", Answer(itertools.repeat(b"x" * 65536)))
    async with make_fetcher(FetchLimits(host_pause=0, max_bytes=1_000_000)) as fetcher:
        with pytest.raises(FetchRefused, match="more than 1 MB"):
            await fetcher.fetch(server.url("/feed"))


async def test_endless_headers_are_cut_off(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", Raw(b"HTTP/1.1 200 OK\r\n", itertools.repeat(b"X-More: " + b"x" * 5000 + b"\r\n")))

    with pytest.raises(FetchFailed):
        await fetcher.fetch(server.url("/feed"))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress)],
)
async def test_a_compressed_body_is_unpacked(
    server: WebServer, fetcher: HttpFetcher, coding: str, packed: Callable[[bytes], bytes]
) -> None:
    server.answer("/feed", Answer(packed(b"<rss/>" * 1000), headers={"Content-Encoding": coding}))

    assert (await get(fetcher, server.url("/feed"))).body == b"<rss/>" * 1000


async def test_a_gzip_bomb_is_refused(server: WebServer, fetcher: HttpFetcher) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    server.answer("/feed", Answer(bomb, headers={"Content-Encoding": "gzip"}))

    with pytest.raises(FetchRefused, match="grows more than 200 times"):
        await fetcher.fetch(server.url("/feed"))


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
async def test_a_compression_that_was_not_asked_for_is_refused(
    server: WebServer, fetcher: HttpFetcher, coding: str
) -> None:
    server.answer("/feed", Answer(b"x", headers={"Content-Encoding": coding}))

    with pytest.raises(FetchRefused, match="compression that was not asked for"):
        await fetcher.fetch(server.url("/feed"))


# Times. One limit is tiny and the server waits for good, so the outcome does not depend on anybody's speed.


async def test_a_server_that_says_nothing_is_given_up(server: WebServer) -> None:
    server.answer("/feed", Raw(HOLD))
    async with make_fetcher(FetchLimits(host_pause=0, idle_timeout=A_MOMENT, total_timeout=NEVER)) as fetcher:
        with pytest.raises(FetchFailed, match="silent for too long"):
            await fetcher.fetch(server.url("/feed"))


async def test_a_server_that_falls_silent_in_the_middle_is_given_up(server: WebServer) -> None:
    server.answer("/feed", Answer([b"<rss>", HOLD]))
    async with make_fetcher(FetchLimits(host_pause=0, idle_timeout=A_MOMENT, total_timeout=NEVER)) as fetcher:
        with pytest.raises(FetchFailed, match="silent for too long"):
            await fetcher.fetch(server.url("/feed"))


@pytest.mark.parametrize(
    "answer",
    [Raw(b"HTTP/1.1 200 OK\r\nX-Slow: ", HOLD), Answer([b"<rss>", HOLD]), Answer(itertools.repeat(b" "))],
    ids=["in its headers", "in its body", "without an end"],
)
async def test_a_server_that_drips_is_cut_off_by_the_total_limit(server: WebServer, answer: Answer | Raw) -> None:
    server.answer("/feed", answer)
    limits = FetchLimits(host_pause=0, idle_timeout=NEVER, total_timeout=A_MOMENT, max_bytes=10**12)
    async with make_fetcher(limits) as fetcher:
        with pytest.raises(FetchRefused, match=r"took longer than 0\.1 seconds"):
            await fetcher.fetch(server.url("/feed"))


async def test_the_total_limit_holds_after_a_redirect_as_well(server: WebServer) -> None:
    server.answer("/a", redirect(302, "/b"))
    server.answer("/b", Raw(HOLD))
    limits = FetchLimits(host_pause=0, idle_timeout=NEVER, total_timeout=A_MOMENT)
    async with make_fetcher(limits) as fetcher:
        with pytest.raises(FetchRefused, match=r"took longer"):
            await fetcher.fetch(server.url("/a"))


async def test_a_name_server_that_does_not_answer_is_given_up() -> None:
    async def silent(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    limits = FetchLimits(host_pause=0, connect_timeout=A_MOMENT, total_timeout=NEVER)
    async with make_fetcher(limits, resolve=silent) as fetcher:
        with pytest.raises(FetchFailed, match=r"Looking up the name feeds\.example took too long"):
            await fetcher.fetch("http://feeds.example/")


async def test_after_a_fetch_was_cut_off_its_place_is_free_again(server: WebServer) -> None:
    arrived = asyncio.Event()

    def hold(request: SeenRequest) -> Answer:
        arrived.set()
        return Answer([b"<rss>", HOLD])

    server.answer("/feed", hold, Answer(b"<rss/>"))
    async with make_fetcher(FetchLimits(host_pause=0, overall=1, per_host=1)) as fetcher:
        cut_off = asyncio.create_task(fetcher.fetch(server.url("/feed")))
        await arrived.wait()
        cut_off.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cut_off
        assert (await get(fetcher, server.url("/feed"))).body == b"<rss/>"


async def test_a_slow_host_does_not_hold_up_another(server: WebServer) -> None:
    going_on = asyncio.Event()
    server.answer("/slow", Answer([going_on, b"late"]))
    server.answer("/fast", Answer(b"at once"))
    limits = FetchLimits(host_pause=0, per_host=1, overall=2)
    async with make_fetcher(limits, resolve=Names(other_example=[["127.0.0.1"]])) as fetcher:
        slow = [asyncio.create_task(get(fetcher, server.url("/slow"))) for _ in range(5)]
        fast = await get(fetcher, server.url("/fast", host="other.example"))
        assert fast.body == b"at once"
        assert not any(task.done() for task in slow)
        going_on.set()
        assert [document.body for document in await asyncio.gather(*slow)] == [b"late"] * 5
