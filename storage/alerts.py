"""Alerts: the questions that people have saved, and what was found for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from bot.domain.alerts import Alert, Keeper, Manner
from bot.domain.communities import Destination
from storage.alert_tables import AlertProgressRow, AlertRow, AlertStoryRow
from storage.communities import DESTINATION_COLUMNS, destination_of
from storage.community_tables import CommunityRow, DestinationRow
from storage.member_tables import MemberRow
from storage.parts import in_parts
from storage.story_tables import StoryItemRow
from storage.tables import DocumentRow, ItemRow

_ALERTS = select(AlertRow.__table__).where(AlertRow.removed_at.is_(None)).order_by(AlertRow.id)
_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_FOUND = select(AlertStoryRow.alert_id, AlertStoryRow.story_id).where(AlertStoryRow.story_id.in_(_VALUES))
_NEW_ITEMS = (
    select(
        ItemRow.id,
        StoryItemRow.story_id,
        ItemRow.source_id,
        ItemRow.for_everybody,
        func.coalesce(ItemRow.published_at, DocumentRow.published_at, ItemRow.first_seen_at),
    )
    .join(DocumentRow, DocumentRow.id == ItemRow.document_id)
    .join(StoryItemRow, StoryItemRow.item_id == ItemRow.id)
    .where(ItemRow.id.in_(_VALUES), ItemRow.withdrawn_at.is_(None))
)
_IDS_AFTER = select(ItemRow.id).where(ItemRow.id > bindparam("after")).order_by(ItemRow.id).limit(bindparam("limit"))
_UNTOLD = (
    select(AlertStoryRow.alert_id, AlertStoryRow.story_id, AlertStoryRow.found_at)
    .where(AlertStoryRow.told_at.is_(None))
    .order_by(AlertStoryRow.alert_id, AlertStoryRow.found_at, AlertStoryRow.item_id)
)
_AWAKE: Select[Any] = (
    select(
        *(column.label(f"alert_{column.name}") for column in AlertRow.__table__.c),
        *DESTINATION_COLUMNS,
        func.coalesce(MemberRow.zone, CommunityRow.zone).label("zone"),
    )
    .join(DestinationRow, DestinationRow.id == AlertRow.destination_id)
    .join(CommunityRow, CommunityRow.id == DestinationRow.community_id)
    .outerjoin(MemberRow, MemberRow.id == AlertRow.member_id)
    .where(AlertRow.removed_at.is_(None), AlertRow.paused.is_(False))
    .order_by(AlertRow.id)
)
_ADD_FOUND = insert(AlertStoryRow.__table__)


@dataclass(frozen=True, slots=True)
class WatchingAlert:
    """An alert that is not paused, with the destination whose eyes it sees with and the zone that it counts days in."""

    alert: Alert
    destination: Destination
    zone: str


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item that alerts have not seen yet; `appeared_at` is when it was published, else first seen."""

    id: int
    story_id: int
    source_id: int
    for_everybody: bool
    appeared_at: datetime

    def is_seen_without(self, hidden: Collection[int]) -> bool:
        """Whether it is shown where these sources are hidden."""
        return self.for_everybody or self.source_id not in hidden


@dataclass(frozen=True, slots=True)
class Found:
    """A story that fits an alert, by this item of it."""

    alert_id: int
    story_id: int
    item_id: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to be told of one alert, in the order in which it was found, to its destination; `zone` is what its
    keeper lives by."""

    alert: Alert
    destination: Destination
    zone: str
    story_ids: tuple[int, ...]
    since: datetime


class Alerts:
    """Alerts by id, by whose they are, and what waits to be told of them. Those that were removed are in none of the
    answers unless it says so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # What people save

    def add(self, keeper: Keeper, question: str, manner: Manner, *, now: datetime) -> Alert:
        """A new alert, which looks at what comes from now on. The question is a new one of its keeper's."""
        values = {
            "member_id": keeper.member_id,
            "destination_id": keeper.destination_id,
            "question": question,
            "manner": manner,
            "paused": False,
            "since_item_id": self._newest_item(),
            "created_at": now,
        }
        columns = AlertRow.__table__.c
        row = self._connection.execute(insert(AlertRow.__table__).values(**values).returning(*columns)).one()
        return _alert(row)

    def get(self, alert_id: int, *, removed: bool = False) -> Alert | None:
        """The alert, None where there is none. `removed`: also one that was removed."""
        here = select(AlertRow.__table__).where(AlertRow.id == alert_id)
        row = self._connection.execute(here if removed else here.where(AlertRow.removed_at.is_(None))).one_or_none()
        return _alert(row) if row else None

    def of(self, keeper: Keeper) -> list[Alert]:
        """What somebody, or a chat, has saved, the oldest first."""
        return [_alert(row) for row in self._connection.execute(_ALERTS.where(*_kept_by(keeper)))]

    def same(self, keeper: Keeper, question: str) -> Alert | None:
        """Their alert with this question, also where it was removed."""
        here = select(AlertRow.__table__).where(*_kept_by(keeper), AlertRow.question == question)
        row = self._connection.execute(here).one_or_none()
        return _alert(row) if row else None

    def pause(self, alert_id: int) -> None:
        """Nothing more is found for it, and what waits is not told. May be repeated."""
        self._change(alert_id, paused=True)
        self._forget_waiting(alert_id)

    def resume(self, alert_id: int) -> None:
        """It looks at what comes from now on, also where it was removed; nothing changes where it did. May be
        repeated."""
        asleep = AlertRow.paused.is_(True) | AlertRow.removed_at.is_not(None)
        values = {"paused": False, "removed_at": None, "since_item_id": self._newest_item()}
        self._connection.execute(update(AlertRow).where(AlertRow.id == alert_id, asleep).values(**values))

    def tell(self, alert_id: int, manner: Manner) -> None:
        """It is told in this manner from now on, with what waits already. May be repeated."""
        self._change(alert_id, manner=manner)

    def remove(self, alert_id: int, *, now: datetime) -> None:
        """It is gone, but can be brought back by `resume`. What waits is not told. May be repeated."""
        self._change(alert_id, removed_at=now)
        self._forget_waiting(alert_id)

    def prune(self, before: datetime) -> int:
        """Forgets alerts that were removed before then; how many they were."""
        return self._connection.execute(delete(AlertRow).where(AlertRow.removed_at < before)).rowcount

    def give_up(self, before: datetime) -> int:
        """What was found before then and is not told yet will not be; how much that is."""
        old = (AlertStoryRow.told_at.is_(None), AlertStoryRow.found_at < before)
        return self._connection.execute(
            update(AlertStoryRow).where(*old).values(told_at=AlertStoryRow.found_at)
        ).rowcount

    def redirect(self, destination_id: int, other_id: int) -> None:
        """What was kept for one destination is kept for another: they are the same chat. May be repeated."""
        both = select(AlertRow.question).where(AlertRow.destination_id == other_id, AlertRow.member_id.is_(None))
        here = AlertRow.destination_id == destination_id
        self._connection.execute(
            delete(AlertRow).where(here, AlertRow.member_id.is_(None), AlertRow.question.in_(both))
        )
        self._connection.execute(update(AlertRow).where(here).values(destination_id=other_id))

    # What is found for them

    def watching(self) -> list[WatchingAlert]:
        """All that is to be looked for now."""
        rows = self._connection.execute(_AWAKE)
        return [WatchingAlert(_alert(row, "alert_"), destination_of(row), row.zone) for row in rows]

    def progress(self) -> int:
        """Items up to this one were looked at for all alerts."""
        return self._connection.scalar(select(AlertProgressRow.item_id)) or 0

    def advance(self, item_id: int) -> None:
        """Items up to this one were looked at. May be repeated."""
        if self._connection.execute(update(AlertProgressRow).values(item_id=item_id)).rowcount == 0:
            self._connection.execute(insert(AlertProgressRow).values(id=1, item_id=item_id))

    def items_after(self, item_id: int, limit: int) -> list[int]:
        """The next items, whatever has become of them."""
        return list(self._connection.scalars(_IDS_AFTER, {"after": item_id, "limit": limit}))

    def new_items(self, item_ids: Sequence[int]) -> dict[int, NewItem]:
        """Those of these items that are shown, by id."""
        found = (self._connection.execute(_NEW_ITEMS, {"values": part}) for part in in_parts(item_ids))
        rows: Iterable[Any] = chain.from_iterable(found)
        return {row[0]: NewItem(*row) for row in rows}

    def found(self, story_ids: Collection[int]) -> dict[int, set[int]]:
        """The alerts that these stories were found for before: story → alerts."""
        known: dict[int, set[int]] = defaultdict(set)
        for part in in_parts(sorted(story_ids)):
            for alert_id, story_id in self._connection.execute(_FOUND, {"values": part}):
                known[story_id].add(alert_id)
        return known

    def add_found(self, found: Sequence[Found], *, now: datetime) -> None:
        """Writes down what was found, which is new for these alerts."""
        if found:
            self._connection.execute(
                _ADD_FOUND,
                [
                    {"alert_id": one.alert_id, "story_id": one.story_id, "item_id": one.item_id, "found_at": now}
                    for one in found
                ],
            )

    def waiting(self) -> list[Waiting]:
        """What was found and is not told yet, by alert. Nothing of chats that cannot be written to."""
        return self._waiting(self._connection.execute(_UNTOLD))

    def waiting_for(self, keepers: Collection[Keeper]) -> list[Waiting]:
        """The same, for these keepers only."""
        found: list[Row[Any]] = []
        for theirs in _all_kept_by(keepers):
            alerts = select(AlertRow.id).where(theirs)
            found += self._connection.execute(_UNTOLD.where(AlertStoryRow.alert_id.in_(alerts)))
        return self._waiting(found)

    def _waiting(self, untold: Iterable[Row[Any]]) -> list[Waiting]:
        stories: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
        for row in untold:
            stories[row.alert_id].append((row.story_id, row.found_at))
        open_to_us = AlertRow.member_id.is_not(None) | DestinationRow.paused_reason.is_(None)
        found = []
        for part in in_parts(sorted(stories)):
            for row in self._connection.execute(_AWAKE.where(AlertRow.id.in_(part), open_to_us)):
                there = stories[row.alert_id]
                ids = tuple(story_id for story_id, _ in there)
                found.append(Waiting(_alert(row, "alert_"), destination_of(row), row.zone, ids, there[0][1]))
        return found

    def told(self, pairs: Collection[tuple[int, int]], *, now: datetime) -> None:
        """These stories were told of these alerts (alert, story)."""
        key = tuple_(AlertStoryRow.alert_id, AlertStoryRow.story_id)
        for part in in_parts(sorted(pairs)):
            self._connection.execute(update(AlertStoryRow).where(key.in_(part)).values(told_at=now))

    def told_at_once(self, keepers: Collection[Keeper], since: datetime) -> dict[Keeper, tuple[datetime, ...]]:
        """When these keepers were told after a moment of what is told at once, in order."""
        known: dict[Keeper, set[datetime]] = defaultdict(set)
        told = select(AlertRow.member_id, AlertRow.destination_id, AlertStoryRow.told_at).distinct()
        at_once = told.join(AlertRow, AlertRow.id == AlertStoryRow.alert_id).where(
            AlertRow.manner == Manner.AT_ONCE, AlertStoryRow.told_at > since
        )
        for theirs in _all_kept_by(keepers):
            for row in self._connection.execute(at_once.where(theirs)):
                known[Keeper.whose(row.member_id, row.destination_id)].add(row.told_at)
        return {keeper: tuple(sorted(moments)) for keeper, moments in known.items()}

    def _newest_item(self) -> int:
        return self._connection.scalar(select(func.max(ItemRow.id))) or 0

    def _forget_waiting(self, alert_id: int) -> None:
        waits = (AlertStoryRow.alert_id == alert_id, AlertStoryRow.told_at.is_(None))
        self._connection.execute(delete(AlertStoryRow).where(*waits))

    def _change(self, alert_id: int, **values: object) -> None:
        self._connection.execute(update(AlertRow).where(AlertRow.id == alert_id).values(**values))


def _kept_by(keeper: Keeper) -> tuple[Any, ...]:
    """A person's are theirs wherever they were made."""
    if keeper.member_id is not None:
        return (AlertRow.member_id == keeper.member_id,)
    return (AlertRow.member_id.is_(None), AlertRow.destination_id == keeper.destination_id)


def _all_kept_by(keepers: Collection[Keeper]) -> Iterator[ColumnElement[bool]]:
    """What tells the alerts of many keepers from others, so many at a time as one statement takes."""
    for part in in_parts(sorted({one.member_id for one in keepers if one.member_id is not None})):
        yield AlertRow.member_id.in_(part)
    for part in in_parts(sorted({one.destination_id for one in keepers if one.member_id is None})):
        yield AlertRow.member_id.is_(None) & AlertRow.destination_id.in_(part)


def _alert(row: Row[Any], prefix: str = "") -> Alert:
    facts = dict(row._mapping)
    names = ("id", "member_id", "destination_id", "question", "manner", "paused", "created_at", "since_item_id")
    return Alert(*(facts[f"{prefix}{name}"] for name in names))
