"""Spelling in scripts without spaces: a wrong character, often one that sounds like the right one ("深渡学习").

Indexes know such texts by pairs of neighbours: a mistake makes pairs that nobody has. It is taken back in every way
that leaves only pairs that somebody has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.folding import pairs_of

SHORTEST_MENDED_RUN = 3
LONGEST_MENDED_RUN = 24
_UNKNOWN = -1  # what the glossary has may be in no item, and is known
MOST_CHARACTERS = 300  # that are tried in one place, the most frequent


@dataclass(frozen=True, slots=True)
class RunScan:
    """The pairs to ask an index for: those that begin with one of these characters or end with one of those."""

    beginnings: tuple[str, ...]
    endings: tuple[str, ...]


def weakest_pair(run: str, known: Mapping[str, int]) -> int | None:
    """Where the first of the pairs begins that fewest items have; None for a run that is too short or too long to tell
    what was meant. `known` has of each pair how many items have it."""
    if not SHORTEST_MENDED_RUN <= len(run) <= LONGEST_MENDED_RUN:
        return None
    counts = [known.get(pair, _UNKNOWN) for pair in pairs_of(run)]
    return counts.index(min(counts))


def run_scan(run: str, at: int) -> RunScan:
    """Which pairs have to be known to mend the pair that begins there."""
    return RunScan(tuple(dict.fromkeys(run[max(0, at - 1) : at + 1])), tuple(dict.fromkeys(run[at + 1 : at + 3])))


def mended_run(run: str, at: int, known: Mapping[str, int]) -> list[str]:
    """The run with one mistake in the pair that begins there taken back, the likeliest first: those whose rarest pair
    is the most frequent. `known`: the pairs of the run and of its scan, with the number of items that have each."""
    weights: dict[str, int] = {}
    for way in _ways(run, at, known):
        weight = min(known.get(pair, _UNKNOWN) for pair in pairs_of(way))
        if weight > _UNKNOWN and way != run:
            weights[way] = weight
    return sorted(weights, key=lambda way: (-weights[way], way))


def _ways(run: str, at: int, known: Mapping[str, int]) -> Iterator[str]:
    """The run with one of the two characters replaced, one between them, one of them left out (not at an end: that were
    another word), or both swapped."""
    before, one, other, behind = run[:at], run[at], run[at + 1], run[at + 2 :]
    yield before + other + one + behind
    if before:
        yield before + other + behind
    if behind:
        yield before + one + behind
    beginnings = (run[at - 1], one) if before else (one,)
    frequent = sorted((pair for pair in known if len(pair) == 2), key=lambda pair: (-known[pair], pair))
    tried = [pair[1] for pair in frequent if pair[0] in beginnings][:MOST_CHARACTERS]
    tried += [] if before else [pair[0] for pair in frequent if pair[1] == other][:MOST_CHARACTERS]
    for char in dict.fromkeys(tried):
        yield before + char + other + behind
        yield before + one + char + behind
        yield before + one + char + other + behind
