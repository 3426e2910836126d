"""Which stories have changed since digests told them, and which digests those are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, select

from bot.domain.aftermath import KnownStory
from bot.domain.items import Item, visible
from storage.community_tables import DestinationRow
from storage.delivery_tables import DeliveryPartRow, DeliveryRow
from storage.digest_tables import DigestRow, DigestStoryRow, StoryChangeRow
from storage.parts import in_parts
from storage.story_tables import StoryItemRow, StoryRow

MOST_CHANGES = 10_000
"""Changes that are looked at together."""

_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_TOLD = select(DigestStoryRow.story_id).where(DigestStoryRow.story_id.in_(_VALUES)).distinct()
_PARTS = (
    select(func.count()).where(DeliveryPartRow.delivery_id == DeliveryRow.id).correlate(DeliveryRow).scalar_subquery()
)
_POSTED = (
    select(
        DigestRow.id,
        DigestRow.edition,
        DigestRow.delivery_id,
        DeliveryRow.platform,
        _PARTS.label("parts"),
        DestinationRow.community_id,
    )
    .join(DeliveryRow, DeliveryRow.id == DigestRow.delivery_id)
    .join(DestinationRow, DestinationRow.id == DigestRow.destination_id)
    .where(
        DigestRow.id.in_(select(DigestStoryRow.digest_id).where(DigestStoryRow.story_id.in_(_VALUES))),
        DigestRow.built_at > bindparam("since", type_=DigestRow.built_at.type),
        DigestRow.beyond.is_not(None),
    )
    .order_by(DigestRow.id)
)

_WAITING = (
    select(StoryChangeRow.id)
    .where(StoryChangeRow.changed_at <= bindparam("before", type_=StoryChangeRow.changed_at.type))
    .limit(1)
)
_CHANGES = select(StoryChangeRow.story_id, StoryChangeRow.id).order_by(StoryChangeRow.id).limit(MOST_CHANGES)

ItemsEver = Callable[[Sequence[int]], list[tuple[Item, bool]]]


@dataclass(frozen=True, slots=True)
class PostedDigest:
    """A digest that is in the outbox, in so many parts. Those of one edition say the same on a platform, to communities
    that see the same."""

    digest_id: int
    edition: int
    delivery_id: int
    platform: str
    parts: int
    community_id: int


class Corrections:
    """What is to be corrected in digests. `items_ever` gives items, and whether they were withdrawn."""

    def __init__(self, connection: Connection, items_ever: ItemsEver) -> None:
        self._connection = connection
        self._items_ever = items_ever

    def mark(self, story_ids: Collection[int], *, now: datetime) -> None:
        """Notes that stories have changed, by whatever ids digests told them. Those that none has told are left out."""
        named = self._with_former_names(story_ids)
        told = [id_ for part in in_parts(sorted(named)) for id_ in self._connection.scalars(_TOLD, {"values": part})]
        if told:
            self._connection.execute(insert(StoryChangeRow), [{"story_id": id_, "changed_at": now} for id_ in told])

    def due(self, before: datetime) -> dict[int, list[int]]:
        """All stories that have changed, each with the ids of its changes, once one of them has been waiting since then
        or longer: stories of one digest are corrected together."""
        found: dict[int, list[int]] = defaultdict(list)
        if self._connection.scalar(_WAITING, {"before": before}) is not None:
            for story_id, change_id in self._connection.execute(_CHANGES):
                found[story_id].append(change_id)
        return found

    def done(self, change_ids: Collection[int]) -> None:
        """The digests are as these changes want them. May be repeated."""
        for part in in_parts(sorted(change_ids)):
            self._connection.execute(delete(StoryChangeRow).where(StoryChangeRow.id.in_(part)))

    def posted(self, story_ids: Collection[int], *, since: datetime) -> list[PostedDigest]:
        """The digests in the outbox that tell one of these stories and were built after that moment, by id."""
        found = {
            row.id: PostedDigest(*row)
            for part in in_parts(sorted(story_ids))
            for row in self._connection.execute(_POSTED, {"values": part, "since": since})
        }
        return [found[id_] for id_ in sorted(found)]

    def known(self, story_ids: Sequence[int], hidden: frozenset[int]) -> list[KnownStory]:
        """The stories, told by these ids, as they are known now where these sources are hidden, in this order."""
        return [self._known(story_id, hidden) for story_id in story_ids]

    def _known(self, story_id: int, hidden: frozenset[int]) -> KnownStory:
        names = self._names_since(story_id)
        members = select(StoryItemRow.item_id).where(StoryItemRow.story_id.in_(names)).order_by(StoryItemRow.item_id)
        items = [pair for part in in_parts(self._connection.scalars(members).all()) for pair in self._items_ever(part)]
        return KnownStory(
            names[-1],
            visible((item for item, withdrawn in items if not withdrawn), hidden),
            visible((item for item, withdrawn in items if withdrawn), hidden),
        )

    def _names_since(self, story_id: int) -> list[int]:
        """The ids that a story has had since it had this one, the last is what it is called now."""
        names = [story_id]
        while True:
            into = self._connection.scalar(select(StoryRow.merged_into_id).where(StoryRow.id == names[-1]))
            if into is None or into in names:
                return names
            names.append(into)

    def _with_former_names(self, story_ids: Collection[int]) -> set[int]:
        named = fresh = set(story_ids)
        while fresh:
            gone = {
                id_
                for part in in_parts(sorted(fresh))
                for id_ in self._connection.scalars(select(StoryRow.id).where(StoryRow.merged_into_id.in_(part)))
            }
            fresh = gone - named
            named |= fresh
        return named
