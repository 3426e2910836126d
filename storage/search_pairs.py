"""The vocabulary of scripts without spaces: the pairs of neighbours that stand in items, and in how many each does.

Any two characters may meet, and mostly do so once. All pairs that begin alike are one text, by the number of their
character: what may follow, each with how many items have it so unless that is one ("识12度"). A pair takes three bytes
there, and a tenth of what it would take in rows of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, or_, select, text

from bot.domain.folding import CJK_RUN
from storage.parts import in_parts
from storage.search_tables import SearchPairRow

_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_FIRST, _SECONDS = SearchPairRow.first, SearchPairRow.seconds
_ALL = select(_FIRST, _SECONDS)
_OF = _ALL.where(_FIRST.in_(_VALUES))
_FORGET = delete(SearchPairRow).where(_FIRST.in_(_VALUES))
_PUT = text(
    "INSERT INTO search_pairs (first, seconds) VALUES (:first, :seconds)"
    " ON CONFLICT (first) DO UPDATE SET seconds = excluded.seconds"
)
_ONE = re.compile("([^0-9])([0-9]*)")
_NUMBER = re.compile("[0-9]*")


def is_pair(word: str) -> bool:
    """Whether a folded word is a pair of neighbours."""
    return len(word) == 2 and bool(CJK_RUN.fullmatch(word))


class SearchPairs:
    """Pairs of neighbours, looked up by how they begin, end, or are."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def items(self, pairs: Collection[str]) -> Iterator[tuple[str, int]]:
        """Those of the pairs that some item has, and how many items have each."""
        of_first: dict[str, list[str]] = {}
        for pair in pairs:
            of_first.setdefault(pair[0], []).append(pair[1])
        for first, seconds in self._rows(of_first):
            for second in of_first[first]:
                at = seconds.find(second)
                if at >= 0 and (number := _NUMBER.match(seconds, at + 1)):
                    yield first + second, int(number[0] or 1)

    def beginning(self, prefix: str) -> list[tuple[str, int]]:
        """All pairs that begin so, not with nothing, and how many items have each."""
        pairs = (
            (f"{prefix[0]}{second}", items) for _first, row in self._rows(prefix[:1]) for second, items in _apart(row)
        )
        return [(pair, items) for pair, items in pairs if pair.startswith(prefix)]

    def like(self, beginnings: Iterable[str], endings: Iterable[str]) -> Iterator[str]:
        """The pairs that begin with one of these characters, then those that end with one of those."""
        for first, seconds in self._rows([*dict.fromkeys(beginnings)]):
            yield from (first + second for second, _items in _apart(seconds))
        if ends := [*dict.fromkeys(endings)]:
            having = _ALL.where(or_(*(func.instr(_SECONDS, one) > 0 for one in ends)))
            for code, seconds in self._connection.execute(having):
                yield from (chr(code) + one for one in ends if one in seconds)

    def count(self, more: Mapping[str, int]) -> None:
        """Notes of pairs in how many more items each is, or in how many fewer."""
        of_first: dict[str, dict[str, int]] = {}
        for pair, items in more.items():
            of_first.setdefault(pair[0], {})[pair[1]] = items
        known = dict(self._rows(of_first))
        gone, changed = [], []
        for first, added in sorted(of_first.items()):
            if seconds := _counted(known.get(first, ""), added):
                changed.append({"first": ord(first), "seconds": seconds})
            else:
                gone.append(ord(first))
        if changed:
            self._connection.execute(_PUT, changed)
        for part in in_parts(gone):
            self._connection.execute(_FORGET, {"values": part})

    def forget(self) -> None:
        """Forgets all pairs."""
        self._connection.execute(delete(SearchPairRow))

    def _rows(self, firsts: Collection[str]) -> Iterator[tuple[str, str]]:
        for part in in_parts([*map(ord, firsts)]):
            for code, seconds in self._connection.execute(_OF, {"values": part}):
                yield chr(code), seconds


def _apart(seconds: str) -> list[tuple[str, int]]:
    return [(second, int(number or 1)) for second, number in _ONE.findall(seconds)]


def _counted(seconds: str, more: Mapping[str, int]) -> str:
    """The text with so many more items for some characters; few of many are changed, so it is not taken apart."""
    for second, added in more.items():
        at = seconds.find(second)
        found = _NUMBER.match(seconds, at + 1) if at >= 0 else None
        items = added
        if found:
            items += int(found[0] or 1)
            seconds = seconds[:at] + seconds[found.end() :]
        if items > 0:
            seconds += f"{second}{items}" if items > 1 else second
    return seconds
