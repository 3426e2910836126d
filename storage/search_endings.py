"""The words of the vocabulary by how they end.

Those with the same last letters are one text: what stands before these in each, parted by spaces. It is found by the
letters backwards, so that what ends alike stands together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, delete, or_, select, text

from bot.domain.spelling import SHORTEST_SCANNED
from storage.parts import in_parts
from storage.search_tables import SearchEndingRow

_LAST = "\U0010ffff"
_SHARED = 4  # letters; a word that is looked for by its ending has at least two more

_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_BACKWARDS, _BEGINNINGS = SearchEndingRow.backwards, SearchEndingRow.beginnings
_ENDINGS = select(_BACKWARDS, _BEGINNINGS)
_OF = _ENDINGS.where(_BACKWARDS.in_(_VALUES))
_FORGET = delete(SearchEndingRow).where(_BACKWARDS.in_(_VALUES))
_ADD = text(
    "INSERT INTO search_endings (backwards, beginnings) VALUES (:backwards, :beginnings)"
    " ON CONFLICT (backwards) DO UPDATE SET beginnings = beginnings || ' ' || excluded.beginnings"
)
_PUT = text("UPDATE search_endings SET beginnings = :beginnings WHERE backwards = :backwards")


class SearchEndings:
    """Words of at least `SHORTEST_SCANNED` letters, looked up by how they end. Shorter ones are not kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def like(self, endings: Iterable[str], lengths: range) -> Iterator[str]:
        """The words that end in one of these ways and have such a length."""
        asked = [*dict.fromkeys(endings)]
        if not asked:
            return
        alike = or_(*(begins(_BACKWARDS, ending[: -_SHARED - 1 : -1]) for ending in asked))
        before = tuple(ending[:-_SHARED] for ending in asked)
        for backwards, beginnings in self._connection.execute(_ENDINGS.where(alike)):
            shared = backwards[::-1]
            of_this = tuple(
                begin for ending, begin in zip(asked, before, strict=True) if shared.endswith(ending[-_SHARED:])
            )
            sizes = range(lengths.start - _SHARED, lengths.stop - _SHARED)
            yield from (one + shared for one in beginnings.split() if len(one) in sizes and one.endswith(of_this))

    def add(self, words: Iterable[str]) -> None:
        """Takes in words that are not among them yet."""
        added = [
            {"backwards": backwards, "beginnings": " ".join(beginnings)}
            for backwards, beginnings in sorted(_by_ending(words).items())
        ]
        if added:
            self._connection.execute(_ADD, added)

    def remove(self, words: Collection[str]) -> None:
        """Leaves words out that are among them."""
        gone = _by_ending(words)
        for part in in_parts([*gone]):
            left = {
                backwards: " ".join([one for one in beginnings.split() if one not in gone[backwards]])
                for backwards, beginnings in self._connection.execute(_OF, {"values": part})
            }
            changed = [{"backwards": one, "beginnings": beginnings} for one, beginnings in left.items() if beginnings]
            if changed:
                self._connection.execute(_PUT, changed)
            self._connection.execute(_FORGET, {"values": [one for one, beginnings in left.items() if not beginnings]})

    def forget(self) -> None:
        """Forgets all words."""
        self._connection.execute(delete(SearchEndingRow))


def begins(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    """That a text begins so, for an index of it."""
    return and_(column >= beginning, column < beginning + _LAST)


def _by_ending(words: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for word in words:
        if len(word) >= SHORTEST_SCANNED:
            found.setdefault(word[: -_SHARED - 1 : -1], set()).add(word[:-_SHARED])
    return found
