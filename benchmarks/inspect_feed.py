"""Reading a feed of 1.2 MB, beside feedparser alone on the same bytes, by turns in one process."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import feedparser

from benchmarks.feeds import ENTRY_BYTES, feed
from benchmarks.figures import Figure, run_script
from bot.domain.documents import RawDocument
from bot.readers.recognise import read

FEED_BYTES, TIMES = 1_200_000, 7
LIMIT = 1.3
_FORMS = {"RSS, whole text": 0, "RSS, descriptions": 1, "Atom": 2}
_NOW = datetime(2026, 3, 3, tzinfo=UTC)


def measure(*, feed_bytes: int = FEED_BYTES, times: int = TIMES) -> list[Figure]:
    """How much longer reading takes: of each form of feed, and over all of them."""
    figures, ours, theirs = [], 0.0, 0.0
    for form, number in _FORMS.items():
        mine, alone = _compare(feed(number, entries=feed_bytes // ENTRY_BYTES), times)
        ours, theirs = ours + mine, theirs + alone
        shown = f"{mine / alone:.2f} × feedparser alone ({mine * 1000:.0f} ms and {alone * 1000:.0f} ms)"
        figures.append(Figure(f"inspect, {form}", shown))
    share = ours / theirs
    name = f"inspect a feed of {feed_bytes / 1e6:.1f} MB"
    return [Figure(name, f"{share:.2f} × feedparser alone", f"≤ {LIMIT} × feedparser alone", share <= LIMIT), *figures]


def _compare(body: bytes, times: int) -> tuple[float, float]:
    """Median seconds of ours and of feedparser's, each once before anything counts."""
    raw = RawDocument("https://blog.example.org/feed", body, _NOW, content_type="application/xml")
    entries = len(feedparser.parse(body).entries)
    assert len(read(raw, now=_NOW).documents) == entries
    pairs = [(_seconds(lambda: read(raw, now=_NOW)), _seconds(lambda: feedparser.parse(body))) for _ in range(times)]
    return statistics.median(mine for mine, _ in pairs), statistics.median(alone for _, alone in pairs)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()  # nobody pays for the other's rubbish
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    run_script(measure)
