"""From a server on loopback to stored and searchable, beside the package `reader` doing the same in the same run.

Both make a database, add the feeds, fetch and store them and bring their search up to date; both are then asked twice
more when nothing has changed: once the server answers 304, once it sends everything again. Starting Python, importing
and making the environment do not count. The two take turns, and the best of each counts: whatever else a machine does
only ever adds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.feed_server import serving
from benchmarks.feeds import feed_word
from benchmarks.figures import ROOT, Figure, run_script
from benchmarks.processes import Memory, MemoryWatch

FEEDS, ENTRIES, TIMES = 200, 30, 3
READER_WORKERS = 1
"""Its default."""

PEAK_MEMORY = 200.0
_HERE = Path(__file__).parent
_PATIENCE = 600


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds, items found, and memory."""

    first: float
    not_modified: float
    same_again: float
    found: int
    peak: Memory


def measure(
    *, feeds: int = FEEDS, entries: int = ENTRIES, times: int = TIMES, beside_reader: bool = True
) -> list[Figure]:
    """All figures of ingest."""
    words = [feed_word(number) for number in range(feeds)]
    runs: dict[str, list[Run]] = {"ours": [], "reader": []}
    # As with `python -m bot`, the processes that read do not import the main module: there is none here.
    commands = {"ours": [sys.executable, "-c", "from benchmarks.ingest_ours import main; main()"]}
    if beside_reader:
        commands["reader"] = [str(reader_python()), str(_HERE / "ingest_reader.py")]
    with serving(feeds, entries=entries) as address:
        for turn in range(times):
            for who in sorted(commands, reverse=bool(turn % 2)):
                runs[who].append(_run(commands[who], who, address, feeds, words))
    assert all(run.found == feeds * entries for both in runs.values() for run in both), runs
    figures = _ours(runs["ours"], feeds * entries)
    return figures + (_compared(runs["ours"], runs["reader"]) if beside_reader else [])


def reader_python() -> Path:
    """The Python that `reader` is installed for; made when it is not there or not what is wanted any more."""
    folder = Path(sys.prefix) / "bench-reader"
    wanted, made = _HERE / "reader_requirements.txt", folder / "made-for.txt"
    python = folder / "bin" / "python"
    if not made.exists() or made.read_text() != wanted.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, timeout=_PATIENCE)
        install = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
            str(wanted),
        ]
        subprocess.run(install, check=True, timeout=_PATIENCE)
        made.write_text(wanted.read_text())
    return python


def _run(command: Sequence[str], who: str, address: str, feeds: int, words: Sequence[str]) -> Run:
    urllib.request.urlopen(urllib.request.Request(f"{address}/remember", method="POST")).close()
    with tempfile.TemporaryDirectory(prefix="paper-round-bench-") as folder:
        extra = [str(READER_WORKERS)] if who == "reader" else []
        arguments = [*command, address, str(feeds), folder, *extra, *words]
        log = Path(folder, "log")
        with (
            log.open("w") as noise,
            subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=noise, text=True) as process,
            MemoryWatch(process.pid) as watch,
        ):
            try:
                output, _ = process.communicate(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        if process.returncode:
            sys.exit(f"{who} failed:\n{log.read_text()[-3000:]}")
    return Run(**json.loads(output.splitlines()[-1]), peak=watch.peak)


def _ours(runs: Sequence[Run], entries: int) -> list[Figure]:
    seconds = min(run.first for run in runs)
    peak = max((run.peak for run in runs), key=lambda one: one.all)
    shared_once = max(run.peak.shared_once for run in runs)
    return [
        Figure("ingest: entries a second", f"{entries / seconds:.0f} ({entries} in {seconds:.2f} s)"),
        Figure.at_most("ingest: peak memory of all its processes (PSS)", shared_once, PEAK_MEMORY, "{:.0f} MB"),
        Figure("ingest: … what they share counted for each (RSS)", f"{peak.all:.0f} MB"),
        Figure("ingest: … of the main process", f"{peak.own:.0f} MB"),
    ]


def _compared(ours: Sequence[Run], theirs: Sequence[Run]) -> list[Figure]:
    figures = []
    for name, field, limit in (
        ("ingest: time", "first", 1 / 3),
        ("second poll, server says 304: time", "not_modified", 1.0),
        ("second poll, same body again: time", "same_again", 1.0),
    ):
        mine, other = (min(getattr(run, field) for run in runs) for runs in (ours, theirs))
        share = mine / other
        measured = f"{share:.2f} × reader's ({mine:.2f} s and {other:.2f} s)"
        figures.append(Figure(name, measured, f"≤ {limit:.2f} × reader's", share <= limit))
    peak = max(run.peak.all for run in theirs)
    return [*figures, Figure("ingest: reader's peak memory", f"{peak:.0f} MB")]


if __name__ == "__main__":
    run_script(measure)
