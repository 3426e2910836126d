"""Many values in parts that one statement takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

AT_ONCE = 500  # values in one IN (…): every database takes so many

_T = TypeVar("_T")


def in_parts(values: Sequence[_T]) -> Iterator[list[_T]]:
    """The values in parts that are small enough for one IN (…)."""
    for at in range(0, len(values), AT_ONCE):
        yield list(values[at : at + AT_ONCE])
