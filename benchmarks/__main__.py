"""Runs the benchmarks: `python -m benchmarks` all of them, `python -m benchmarks NAME…` some.

Each runs in a process of its own, so that none feels what another has left behind. With `--record` the figures are
also written into docs/benchmarks.md. Exits with 1 where a figure falls short of what is wanted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from rich.console import Console

from benchmarks.figures import ROOT, Figure, machine, read_figures, record, show

SCRIPTS = (
    "ingest",
    "inspect_feed",
    "start",
    "search",
    "search_index",
    "search_million",
    "search_fuzz",
    "composing",
    "delivery",
    "rendering",
    "club",
    "club_model",
    "reminders",
)
_PATIENCE = 7200


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*SCRIPTS, []], metavar="NAME", help=", ".join(SCRIPTS))
    parser.add_argument("--record", action="store_true", help="write the figures into docs/benchmarks.md")
    asked = parser.parse_args()
    names = asked.names or SCRIPTS
    figures: list[Figure] = []
    failed = []
    for name in names:
        print(f"{name} …", file=sys.stderr)
        command = [sys.executable, "-m", f"benchmarks.{name}", "--json"]
        run = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True, timeout=_PATIENCE)
        try:
            figures += read_figures(run.stdout.splitlines()[-1])
        except (IndexError, ValueError):
            failed.append(name)
    console = Console(width=None if sys.stdout.isatty() else 150)
    for line in machine():
        console.print(line, highlight=False)
    show(figures, console)
    if asked.record:
        record(figures, machine())
    if failed:
        console.print(f"Could not be measured: {', '.join(failed)}")
    sys.exit(bool(failed) or any(figure.holds is False for figure in figures))


if __name__ == "__main__":
    main()
