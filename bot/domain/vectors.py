"""Vectors that stand for the meaning of texts: what they are made of, and how they are kept."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

MOST_DIMENSIONS = 8192
LONGEST_TEXT = 2_000
"""Letters of an item of which its vector is made: titles and beginnings say what it is about."""
SHORTEST_TEXT = 200
"""What a model does not take at this length, it takes at none."""

LARGEST = 1e15
"""The numbers of a vector are no larger, and not all smaller than its inverse: their squares are to be added up."""

_HIGHEST = 127

Vector = Sequence[float]


def text_for_vector(title: str | None, text: str, longest: int = LONGEST_TEXT) -> str:
    """What of an item a model is given; "" where there is nothing."""
    return f"{title or ''}\n{text[:longest]}".strip()[:longest].strip()


def is_vector(values: object) -> bool:
    """Whether this is a vector that directions can be compared with: numbers up to LARGEST, not all of them 0."""
    return (
        isinstance(values, list)
        and 0 < len(values) <= MOST_DIMENSIONS
        and all(isinstance(value, int | float) and abs(value) <= LARGEST for value in values)
        and any(abs(value) >= 1 / LARGEST for value in values)
    )


def packed(vector: Vector) -> bytes:
    """The vector's direction, a byte a dimension: precise to a hundredth, in an eighth of the space."""
    longest = max(map(abs, vector))
    return array("b", (round(value / longest * _HIGHEST) for value in vector)).tobytes()
