"""What digests choose from: the stories of a window, with all that is known about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.domain.digests import DigestWindow
from bot.domain.items import NOTHING_HIDDEN, visible
from bot.domain.selection import Candidate, Shelf
from storage.unit_of_work import UnitOfWork

AT_ONCE = 500  # items that are read together


@dataclass(frozen=True, slots=True)
class Stock:
    """The stories with something new in a window, whoever may see them. `aliases`: for a story, those that have become
    part of it. `sources`: those of its items that are not everybody's."""

    window: DigestWindow
    candidates: tuple[Candidate, ...]
    aliases: Mapping[int, Collection[int]]
    sources: frozenset[int]

    def shelf(self, hidden: frozenset[int]) -> Shelf:
        """What is left to choose from where these sources are hidden."""
        seen = (one.seen_without(hidden) for one in self.candidates) if hidden else self.candidates
        return Shelf(self.window, (one for one in seen if one is not None))


def take_stock(uow: UnitOfWork, window: DigestWindow) -> Stock:
    """All that is new in a window."""
    new = uow.digests.new_items(window)
    aliases: dict[int, set[int]] = {}
    for gone, into in uow.digests.aliases(new).items():
        aliases.setdefault(into, set()).add(gone)
    found = candidates(uow, new)
    items = (item for one in found for item in one.items)
    return Stock(window, tuple(found), aliases, frozenset(one.key.source_id for one in items if not one.for_everybody))


def candidates(
    uow: UnitOfWork, new: Mapping[int, Collection[int]], hidden: frozenset[int] = NOTHING_HIDDEN
) -> list[Candidate]:
    """Stories with all their items, without those of hidden sources, by id; those that are gone are left out. `new`:
    story → its items that are new."""
    members = {story.id: story.item_ids for story in uow.stories.many(new)}
    ids = sorted(item for items in members.values() for item in items)
    items = {item.id: item for at in range(0, len(ids), AT_ONCE) for item in uow.items.many(ids[at : at + AT_ONCE])}
    saved, weights = uow.digests.saves(members), uow.sources.weights()
    return [
        Candidate(
            story_id,
            found,
            frozenset(new[story_id]),
            saved.get(story_id, 0),
            weights,
        )
        for story_id, of_it in members.items()
        if (found := visible((items[item] for item in of_it if item in items), hidden))
    ]
