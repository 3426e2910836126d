"""What digests choose from: the stories of a window, with all that is known about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.domain.digests import DigestWindow
from bot.domain.selection import Candidate, Shelf
from storage.unit_of_work import UnitOfWork

AT_ONCE = 500  # items that are read together


def fill_shelf(uow: UnitOfWork, window: DigestWindow) -> tuple[Shelf, dict[int, set[int]]]:
    """The stories with something new in a window, and which stories have become part of each of them."""
    new = uow.digests.new_items(window)
    aliases: dict[int, set[int]] = {}
    for gone, into in uow.digests.aliases(new).items():
        aliases.setdefault(into, set()).add(gone)
    return Shelf(window, candidates(uow, new)), aliases


def candidates(uow: UnitOfWork, new: Mapping[int, Collection[int]]) -> list[Candidate]:
    """Stories with all their items, by id; those that are gone are left out. `new`: story → its items that are new."""
    members = {story.id: story.item_ids for story in uow.stories.many(new)}
    ids = sorted(item for items in members.values() for item in items)
    items = {item.id: item for at in range(0, len(ids), AT_ONCE) for item in uow.items.many(ids[at : at + AT_ONCE])}
    saved = uow.digests.saves(members)
    return [
        Candidate(story_id, found, frozenset(new[story_id]), saved.get(story_id, 0))
        for story_id, of_it in members.items()
        if (found := tuple(items[item] for item in of_it if item in items))
    ]
