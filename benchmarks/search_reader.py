"""Asks the package `reader` for entries and prints the seconds that each question took. Runs in an environment without
ours; feeds are files, questions lines of JSON ({"sort": …, "words": …})."""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from itertools import islice
from pathlib import Path

from reader import SearchError, make_reader


def main(folder: str) -> None:
    reader = make_reader(str(Path(folder, "reader.sqlite3")), feed_root=folder)
    for path in sorted(Path(folder).glob("*.xml")):
        reader.add_feed(path.name)
    reader.update_feeds()
    reader.enable_search()
    reader.update_search()
    seconds: dict[str, list[float]] = defaultdict(list)
    for line in Path(folder, "questions").read_text().splitlines():
        asked = json.loads(line)
        started = time.perf_counter()
        try:
            list(islice(reader.search_entries(asked["words"]), 5))
        except SearchError:
            continue  # it takes some signs for syntax
        seconds[asked["sort"]].append(time.perf_counter() - started)
    print(json.dumps({"entries": reader.get_entry_counts().total, "seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1])
