"""Making one order of several, of which each knows something else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

_Named = TypeVar("_Named", bound=Hashable)


def fused(rankings: Iterable[Sequence[_Named]], k: int = 60) -> list[tuple[_Named, float]]:
    """Reciprocal rank fusion (https://doi.org/10.1145/1571941.1572114): everything that some ranking names, the best
    first, with its score. A place near the top of one ranking counts for more than places in the middle of several the
    smaller `k` is. What comes twice in a ranking counts where it is first; among equals the one that came first leads.
    """
    scores: defaultdict[_Named, float] = defaultdict(float)
    for ranking in rankings:
        for place, one in enumerate(dict.fromkeys(ranking), 1):
            scores[one] += 1 / (k + place)
    return sorted(scores.items(), key=lambda pair: -pair[1])
