"""Reads feeds with the package `reader` and prints the seconds that it took. Runs in an environment without ours."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from reader import make_reader


def main(address: str, feeds: int, folder: str, workers: int, words: list[str]) -> None:
    started = time.perf_counter()
    reader = make_reader(str(Path(folder, "reader.sqlite3")))
    for number in range(feeds):
        reader.add_feed(f"{address}/feeds/{number}")
    reader.enable_search()

    def update() -> None:
        reader.update_feeds(workers=workers, scheduled=False)  # scheduled: it would not ask again within the hour
        reader.update_search()

    update()
    first = time.perf_counter() - started
    not_modified = _seconds(update)
    urllib.request.urlopen(urllib.request.Request(f"{address}/forget", method="POST")).close()
    same_again = _seconds(update)
    found = sum(reader.search_entry_counts(word).total or 0 for word in words)
    reader.close()
    print(json.dumps({"first": first, "not_modified": not_modified, "same_again": same_again, "found": found}))


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5:])
