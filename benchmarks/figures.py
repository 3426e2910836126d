"""Figures and how they are shown."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
"""The project: where scripts that run in processes of their own are found."""

FOLDER = ROOT / ".benchmarks"
"""What is worth keeping between two runs. Not in git; may be deleted at any time."""


DOCUMENT = ROOT / "docs" / "benchmarks.md"
_RECORD = "## The last run\n"


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that was measured. `wanted` is empty and `holds` None where there is nothing to compare it with."""

    name: str
    measured: str
    wanted: str = ""
    holds: bool | None = None

    @classmethod
    def at_most(cls, name: str, value: float, limit: float, form: str = "{:.2f}") -> Figure:
        """`form` shows both numbers with their unit."""
        return cls(name, form.format(value), f"≤ {form.format(limit)}", value <= limit)

    @classmethod
    def at_least(cls, name: str, value: float, limit: float, form: str = "{:.0f}") -> Figure:
        """The same for what should be large."""
        return cls(name, form.format(value), f"≥ {form.format(limit)}", value >= limit)


def run_script(measure: Callable[[], Sequence[Figure]]) -> None:
    """Measures and prints a table, or with `--json` what `python -m benchmarks` reads. Exits with 1 on a miss."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # the output is for the figures
    figures = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps([asdict(figure) for figure in figures]))
    else:
        show(figures, Console())
    sys.exit(any(figure.holds is False for figure in figures))


def read_figures(text: str) -> list[Figure]:
    """The figures that a script printed with `--json`."""
    return [Figure(**one) for one in json.loads(text)]


def show(figures: Sequence[Figure], console: Console) -> None:
    """Prints one table."""
    table = Table("figure", "measured", "wanted", "verdict")
    for figure in figures:
        table.add_row(figure.name, figure.measured, figure.wanted, _verdict(figure))
    console.print(table)


def _verdict(figure: Figure) -> str:
    return {None: "", True: "holds", False: "falls short"}[figure.holds]


def record(figures: Sequence[Figure], lines: Sequence[str], *, document: Path = DOCUMENT) -> None:
    """Writes the figures and the lines above them as the last part of the document, instead of those of before."""
    kept = document.read_text(encoding="utf-8").partition(_RECORD)[0]
    rows = [f"| {one.name} | {one.measured} | {one.wanted} | {_verdict(one)} |" for one in figures]
    table = ["| figure | measured | wanted | verdict |", "|---|---|---|---|", *rows]
    text = "\n".join([kept + _RECORD, *(f"{line}  " for line in lines), "", *table, ""])
    document.write_text(text, encoding="utf-8")


def machine() -> list[str]:
    """The machine and the date, a line each."""
    info = _lines("/proc/cpuinfo")
    model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), platform.machine())
    cores = sum(line.startswith("processor") for line in info)
    memory = int(_lines("/proc/meminfo")[0].split()[1]) / 2**20
    return [
        f"{model}, {cores} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}",
        f"{platform.python_implementation()} {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}",
    ]


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()
