"""Stories: items that are about the same thing, told once.

`form` makes stories of items: administrators' corrections first, then evidence, the strongest first. Two groups are
joined where enough of their pairs agree, so that a chain of half-alike items does not become one story, and never
where a correction parts two of their items.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

AGREEING = 0.34
"""The share of pairs between two groups that must agree before the groups become one story."""


@dataclass(frozen=True, slots=True)
class Story:
    """Items about the same thing, the one that was there first in front."""

    id: int
    item_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """Evidence that two items are the same story, of a strength from 0 to 1."""

    one: int
    other: int
    strength: float


@dataclass(frozen=True, slots=True)
class Correction:
    """What an administrator said of two items: one story, or two."""

    one: int
    other: int
    same: bool


def form(
    items: Mapping[int, int], ties: Iterable[Tie], corrections: Iterable[Correction] = ()
) -> list[tuple[int, ...]]:
    """The stories of these items (id → id of its document), each in the order of ids, by their first items.

    Every item is in one story. Items of one document are never joined by evidence alone.
    """
    groups = _Groups(items)
    corrections = [one for one in corrections if one.one in items and one.other in items]
    for said in corrections:
        if not said.same:
            groups.part(said.one, said.other)
    for said in sorted((one for one in corrections if one.same), key=lambda one: (one.one, one.other)):
        groups.join(said.one, said.other, bound=True)
    known = [tie for tie in ties if tie.one in items and tie.other in items]
    groups.count(known)
    for tie in sorted(known, key=lambda tie: (-tie.strength, tie.one, tie.other)):
        groups.join(tie.one, tie.other)
    return groups.all()


class _Groups:
    """Groups that grow together. `part` comes before `join`, `count` before joining by evidence."""

    def __init__(self, items: Mapping[int, int]) -> None:
        self._group_of = {item: item for item in items}
        self._members = {item: [item] for item in items}
        self._documents = {item: {document} for item, document in items.items()}
        self._parted: dict[int, set[int]] = defaultdict(set)
        self._agreeing: dict[int, Counter[int]] = defaultdict(Counter)

    def part(self, one: int, other: int) -> None:
        """These two are never to be in one group."""
        self._parted[one].add(other)
        self._parted[other].add(one)

    def count(self, ties: Iterable[Tie]) -> None:
        """Notes which pairs agree."""
        for tie in ties:
            one, other = self._group_of[tie.one], self._group_of[tie.other]
            if one != other:
                self._agreeing[one][other] += 1
                self._agreeing[other][one] += 1

    def join(self, one: int, other: int, *, bound: bool = False) -> None:
        """Makes one group of two; where it is not `bound` to be one, only if nothing speaks against it."""
        into, gone = self._group_of[one], self._group_of[other]
        if into == gone or self._is_parted(into, gone) or not (bound or self._may_join(into, gone)):
            return
        if len(self._members[into]) < len(self._members[gone]):
            into, gone = gone, into
        for member in self._members[gone]:
            self._group_of[member] = into
        self._members[into] += self._members.pop(gone)
        self._documents[into] |= self._documents.pop(gone)
        for third, pairs in self._agreeing.pop(gone, Counter()).items():
            del self._agreeing[third][gone]
            if third != into:
                self._agreeing[into][third] += pairs
                self._agreeing[third][into] += pairs

    def all(self) -> list[tuple[int, ...]]:
        return sorted(tuple(sorted(members)) for members in self._members.values())

    def _is_parted(self, one: int, other: int) -> bool:
        theirs = self._members[other]
        return any(
            not self._parted[member].isdisjoint(theirs) for member in self._members[one] if member in self._parted
        )

    def _may_join(self, one: int, other: int) -> bool:
        pairs = len(self._members[one]) * len(self._members[other])
        return (
            self._documents[one].isdisjoint(self._documents[other]) and self._agreeing[one][other] >= AGREEING * pairs
        )


def keep_names(groups: Sequence[tuple[int, ...]], stories: Mapping[int, Collection[int]]) -> dict[tuple[int, ...], int]:
    """Which group goes on as which known story (id → items): a story goes where most of its items are.

    Where two stories have become one, the older one's id stays. Groups that are nobody's successor are left out.
    """
    group_of = {item: group for group in groups for item in group}
    kept: dict[tuple[int, ...], int] = {}
    for story, items in sorted(stories.items()):
        places = Counter(group_of[item] for item in sorted(items) if item in group_of)
        if places:
            heir = max(places, key=lambda group: (places[group], -group[0]))
            kept.setdefault(heir, story)
    return kept
