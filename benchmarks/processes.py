"""What a process and all that it has started take of memory, read from /proc."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_PROC = Path("/proc")
_EVERY = 0.02  # seconds between two looks
_PAGE = 4096


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes (10⁶ bytes). `own` is the process itself, `all` the sum over it and its descendants, in which memory
    that they share counts once for each; `shared_once` is the sum of PSS, in which it counts once."""

    own: float
    all: float
    shared_once: float


def memory_of(pid: int) -> Memory:
    """What the process takes now."""
    family = _family(pid)
    return Memory(_rss(pid), sum(map(_rss, family)), sum(map(_pss, family)))


class MemoryWatch:
    """Looks at a process and its descendants again and again; `peak` is the most that was seen of each number."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak = Memory(0, 0, 0)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        looks, family = 0, [self._pid]
        while not self._over.wait(_EVERY):
            # Who belongs to it takes a walk through all processes of the machine: not at each look, on two cores.
            family = _family(self._pid) if looks % 10 == 0 else family
            # PSS makes the kernel walk all pages: asking for it each time would slow down what is measured.
            pss = sum(map(_pss, family)) if looks % 10 == 0 else 0.0
            seen = Memory(_rss(self._pid), sum(map(_rss, family)), pss)
            self.peak = Memory(
                max(seen.own, self.peak.own),
                max(seen.all, self.peak.all),
                max(seen.shared_once, self.peak.shared_once),
            )
            looks += 1


def _family(pid: int) -> list[int]:
    """The process and its descendants."""
    parents = {int(entry.name): _parent(entry) for entry in _PROC.iterdir() if entry.name.isdigit()}
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has ended since
        return 0


def _rss(pid: int) -> float:
    try:
        return int((_PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE / 1e6
    except (OSError, IndexError):
        return 0.0


def _pss(pid: int) -> float:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("Pss:"))
