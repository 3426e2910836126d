from __future__ import annotations

import contextlib
import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import FetchError, FetchFailed, FetchRefused
from bot.readers.http_body import BodyCollector

MEGABYTE = 1_000_000


def collector(coding: str = "gzip", *, max_bytes: int = 20 * MEGABYTE, max_ratio: int = 200) -> BodyCollector:
    return BodyCollector("example.org", coding=coding, max_bytes=max_bytes, max_ratio=max_ratio)


def collected(packed: bytes, coding: str = "gzip", *, step: int = 65536) -> bytes:
    body = collector(coding)
    for start in range(0, len(packed), step):
        body.add(packed[start : start + step])
    return body.finish()


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "identity": bytes,
    "": bytes,
}


@settings(deadline=None)
@given(data=st.binary(max_size=300), coding=st.sampled_from(sorted(PACKERS)), step=st.integers(1, 50))
def test_whatever_is_packed_comes_out_however_it_is_cut(data: bytes, coding: str, step: int) -> None:
    assert collected(PACKERS[coding](data), coding, step=step) == data


@settings(deadline=None)
@given(data=st.binary(min_size=1, max_size=300), step=st.integers(1, 50))
def test_bare_deflate_is_understood_as_well(data: bytes, step: int) -> None:
    assert collected(bare_deflate(data), "deflate", step=step) == data


@settings(deadline=None)
@given(packed=st.binary(max_size=300), coding=st.sampled_from(["gzip", "deflate"]))
def test_noise_is_unpacked_or_a_failure_and_nothing_else(packed: bytes, coding: str) -> None:
    with contextlib.suppress(FetchError):
        collected(packed, coding)


@pytest.mark.parametrize("step", [1, 7, 65536])
def test_several_streams_make_one_document(step: int) -> None:
    assert collected(gzip.compress(b"one ") + gzip.compress(b"two"), step=step) == b"one two"


@pytest.mark.parametrize("step", [1, 26, 65536])
@pytest.mark.parametrize("padding", [b"\0" * 20, b"trailing noise", b"\n"])
def test_padding_after_the_document_is_ignored(padding: bytes, step: int) -> None:
    assert collected(gzip.compress(b"<rss/>") + padding, step=step) == b"<rss/>"


def test_no_body_at_all_is_an_empty_document() -> None:
    assert collected(b"") == b""


@pytest.mark.parametrize("length", [1, 2, 10, 30])
def test_a_compressed_body_that_breaks_off_is_a_failure(length: int) -> None:
    with pytest.raises(FetchFailed, match=r"^example\.org broke off in the middle"):
        collected(gzip.compress(b"<rss>a feed of some length</rss>")[:length])


def test_a_damaged_compressed_body_is_a_failure() -> None:
    packed = bytearray(gzip.compress(b"<rss/>" * 100))
    packed[15] ^= 0xFF
    with pytest.raises(FetchFailed, match="damaged"):
        collected(bytes(packed))


def test_the_limit_holds_for_the_unpacked_size() -> None:
    body = collector(max_bytes=1000)
    with pytest.raises(FetchRefused, match=r"more than 0\.001 MB"):
        body.add(gzip.compress(b"x" * 1001))


def test_a_document_of_just_the_limit_is_read() -> None:
    body = collector(max_bytes=1000)
    body.add(gzip.compress(b"x" * 1000))
    assert len(body.finish()) == 1000


def test_the_limit_holds_for_the_size_as_sent() -> None:
    """Empty streams unpack to nothing, however many there are."""
    body = collector(max_bytes=1000)
    with pytest.raises(FetchRefused, match=r"more than 0\.001 MB"):
        body.add(gzip.compress(b"") * 100)


def test_a_small_document_may_compress_as_well_as_it_likes() -> None:
    assert len(collected(gzip.compress(bytes(MEGABYTE)))) == MEGABYTE


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_takes_no_more_memory_than_its_limit(coding: str) -> None:
    packer = zlib.compressobj(9, wbits=31 if coding == "gzip" else 15)
    bomb = b"".join([packer.compress(bytes(MEGABYTE)) for _ in range(100)]) + packer.flush()
    body = collector(coding, max_ratio=10_000)
    tracemalloc.start()
    try:
        with pytest.raises(FetchRefused, match="more than 20 MB"):
            body.add(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60 * MEGABYTE


@pytest.mark.parametrize("length", ["20000001", "9" * 5000])
def test_an_announced_length_over_the_limit_is_refused(length: str) -> None:
    with pytest.raises(FetchRefused, match="more than 20 MB"):
        collector("").expect(length)


@pytest.mark.parametrize("length", ["", "0", "20000000", "-1", "many", "²"])
def test_any_other_announcement_decides_nothing(length: str) -> None:
    collector("").expect(length)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip;q=1", "nonsense"])
def test_a_coding_that_was_not_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(FetchRefused, match="not asked for"):
        collector(coding)
