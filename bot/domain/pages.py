"""Pages of what is too long to be shown at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list. `number` and `first`, the place of its first entry, count from 1; `total` are the entries of
    all `pages`."""

    shown: tuple[T, ...]
    number: int
    pages: int
    first: int
    total: int

    def showing(self, shown: Iterable[U]) -> Page[U]:
        """The same page with what its entries stand for."""
        return Page(tuple(shown), self.number, self.pages, self.first, self.total)


def page_of(everything: Sequence[T], number: int, size: int, *, most: int | None = None) -> Page[T]:
    """A page of a list in pages of `size`, of which there are at `most` so many; a number out of range becomes the
    nearest there is. Of an empty list there is one page."""
    pages = max(1, -(-len(everything) // size))
    pages = pages if most is None else min(pages, most)
    number = min(max(number, 1), pages)
    start = (number - 1) * size
    return Page(tuple(everything[start : start + size]), number, pages, start + 1, len(everything))
