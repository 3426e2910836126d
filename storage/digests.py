"""Digests of subscriptions: what can be in one, what was in those that were built, and what people have saved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, delete, func, insert, select, union, update

from bot.domain.analysis import primary_tag
from bot.domain.digests import DigestWindow
from bot.domain.merits import Merit, MeritKind, Outline, Sketch, heaviest
from bot.domain.sections import Section
from bot.domain.subscriptions import Choices
from storage.delivery_tables import DeliveryPartRow
from storage.digest_tables import DigestRow, DigestStoryRow, SavedStoryRow
from storage.hidden import seen_without
from storage.parts import in_parts
from storage.story_tables import StoryCorrectionRow, StoryItemRow, StoryRow
from storage.subscriptions import choices_as_json, choices_from_json
from storage.tables import DocumentRow, ItemRow, SourceRow, UtcDateTime

# Statements that are built once: building them costs more than running them.
_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_INSERT = insert(DigestRow.__table__)
_INSERT_STORIES = insert(DigestStoryRow.__table__)
_NEW_ITEMS = (
    select(StoryItemRow.story_id, StoryItemRow.item_id)
    .join(ItemRow, ItemRow.id == StoryItemRow.item_id)
    .where(
        ItemRow.first_seen_at > bindparam("start", type_=UtcDateTime()),
        ItemRow.first_seen_at <= bindparam("end", type_=UtcDateTime()),
        ItemRow.withdrawn_at.is_(None),
    )
)
_START, _END = bindparam("start", type_=UtcDateTime()), bindparam("end", type_=UtcDateTime())
_APPEARED = union(
    select(ItemRow.id).where(ItemRow.first_seen_at > _START, ItemRow.first_seen_at <= _END),
    select(ItemRow.id)
    .join(DocumentRow, DocumentRow.id == ItemRow.document_id)
    .where(DocumentRow.published_at > _START, DocumentRow.published_at <= _END),
).subquery()
_APPEARED_ITEMS = (
    select(StoryItemRow.story_id, StoryItemRow.item_id)
    .join(_APPEARED, _APPEARED.c.id == StoryItemRow.item_id)
    .join(ItemRow, ItemRow.id == StoryItemRow.item_id)
    .where(ItemRow.withdrawn_at.is_(None))
)
_OUTLINES = (
    select(
        StoryItemRow.story_id,
        ItemRow.id,
        ItemRow.source_id,
        ItemRow.section,
        ItemRow.language,
        func.coalesce(ItemRow.published_at, DocumentRow.published_at, ItemRow.first_seen_at),
        ItemRow.original_text.is_not(None) & (ItemRow.original_text != ""),
        ItemRow.code.is_not(None),
    )
    .join(ItemRow, ItemRow.id == StoryItemRow.item_id)
    .join(DocumentRow, DocumentRow.id == ItemRow.document_id)
    .where(StoryItemRow.story_id.in_(_VALUES), ItemRow.withdrawn_at.is_(None))
    .order_by(StoryItemRow.story_id, StoryItemRow.item_id)
)
# Each is found without a look at all rows. What changes nothing of these, such as a split, is in the corrections.
_VERSION = select(
    select(func.max(ItemRow.id)).scalar_subquery(),
    select(func.max(StoryItemRow.item_id)).scalar_subquery(),
    select(func.max(StoryRow.id)).scalar_subquery(),
    select(func.max(SourceRow.last_changed_at)).scalar_subquery(),
    select(func.max(StoryCorrectionRow.made_at)).scalar_subquery(),
    select(func.count()).select_from(SavedStoryRow).scalar_subquery(),
    select(func.max(SavedStoryRow.saved_at)).scalar_subquery(),
)
_MERGED_INTO = select(StoryRow.id, StoryRow.merged_into_id).where(StoryRow.merged_into_id.in_(_VALUES))
_DESTINATIONS: BindParameter[Any] = bindparam("destinations", expanding=True)
_POSTED = (
    select(DigestStoryRow.destination_id, DigestStoryRow.story_id)
    .where(
        DigestStoryRow.destination_id.in_(_DESTINATIONS),
        DigestStoryRow.story_id.in_(_VALUES),
        DigestStoryRow.digest_id < bindparam("before"),
    )
    .distinct()
)
_IDS = select(DigestRow.subscription_id, DigestRow.window_end, DigestRow.id).where(
    DigestRow.subscription_id.in_(_VALUES), DigestRow.built_at == bindparam("now", type_=UtcDateTime())
)
_SAVES = (
    select(SavedStoryRow.story_id, func.count())
    .where(SavedStoryRow.story_id.in_(_VALUES))
    .group_by(SavedStoryRow.story_id)
)


NO_DIGEST = 2**62
"""Greater than the id of any digest."""


@dataclass(frozen=True, slots=True)
class PlacedStory:
    """A story in a digest, at a place from 1 and in a section, with what spoke for it."""

    position: int
    story_id: int
    merits: tuple[Merit, ...]
    section: Section = Section.OTHER


@dataclass(frozen=True, slots=True)
class NewDigest:
    """The digest of a subscription for a window, to be stored. `delivery_id` None: it is not sent. `beyond` counts the
    stories for which there was no room, None where nobody wrote that down."""

    subscription_id: int
    destination_id: int
    delivery_id: int | None
    edition: int
    window: DigestWindow
    language: str
    choices: Choices
    read: int
    stories: int
    fitting: int
    beyond: int | None
    shown: tuple[PlacedStory, ...]


@dataclass(frozen=True, slots=True)
class StoredDigest(NewDigest):
    """A digest as it was built."""

    id: int
    built_at: datetime


class Digests:
    """Digests by subscription, by destination and by what they say."""

    def __init__(self, connection: Connection, weights: Callable[[], dict[int, float]]) -> None:
        """`weights`: how much the stories of sources count that do not count as usual."""
        self._connection = connection
        self._weights = weights

    # What can be in one

    def new_items(self, window: DigestWindow) -> dict[int, set[int]]:
        """The stories that items first seen in a window belong to: story → these items."""
        found: dict[int, set[int]] = defaultdict(set)
        for story_id, item_id in self._connection.execute(_NEW_ITEMS, {"start": window.start, "end": window.end}):
            found[story_id].add(item_id)
        return found

    def appeared(self, window: DigestWindow, hidden: frozenset[int]) -> dict[int, set[int]]:
        """As `new_items`, with items whose document was published in the window among them; without what is hidden."""
        found: dict[int, set[int]] = defaultdict(set)
        statement = _APPEARED_ITEMS.where(*seen_without(hidden))
        for story_id, item_id in self._connection.execute(statement, {"start": window.start, "end": window.end}):
            found[story_id].add(item_id)
        return found

    def sketches(self, new: Mapping[int, Collection[int]], hidden: frozenset[int]) -> list[Sketch]:
        """Stories as their places depend on them, by id, without what is hidden of them. `new`: story → its items that
        are new."""
        outlines: dict[int, list[Outline]] = defaultdict(list)
        statement = _OUTLINES.where(*seen_without(hidden))
        for part in in_parts(sorted(new)):
            rows: Iterable[Any] = self._connection.execute(statement, {"values": part})
            for row in rows:
                story_id, item_id, source_id, section, language, appeared_at, is_translation, has_code = row
                outlines[story_id].append(
                    Outline(
                        item_id,
                        source_id,
                        section,
                        primary_tag(language),
                        appeared_at,
                        bool(is_translation),
                        bool(has_code),
                    )
                )
        saved, weights = self.saves(outlines), self._weights()
        return [
            Sketch(
                story_id,
                tuple(items),
                frozenset(new[story_id]),
                saved.get(story_id, 0),
                heaviest((item.source_id for item in items), weights),
            )
            for story_id, items in outlines.items()
        ]

    def version(self) -> tuple[object, ...]:
        """Another one when what stories are told, or how they stand, may have changed."""
        return tuple(self._connection.execute(_VERSION).one())

    def aliases(self, story_ids: Collection[int]) -> dict[int, int]:
        """Stories that have become part of these: which → into which of these."""
        found: dict[int, int] = {}
        fresh = {story_id: story_id for story_id in story_ids}
        while fresh:
            gone: dict[int, int] = {}
            for part in in_parts(sorted(fresh)):
                for story_id, into in self._connection.execute(_MERGED_INTO, {"values": part}):
                    if into is not None and story_id not in found and story_id not in story_ids:
                        gone[story_id] = fresh[into]
            found |= gone
            fresh = gone
        return found

    def posted(
        self, destination_ids: Collection[int], story_ids: Collection[int], *, before: int = NO_DIGEST
    ) -> dict[int, set[int]]:
        """Which of these stories were in a digest for which of these destinations: destination → stories. Only digests
        with smaller ids than `before` count."""
        found: dict[int, set[int]] = defaultdict(set)
        for part in in_parts(sorted(story_ids)):
            values = {"destinations": sorted(destination_ids), "values": part, "before": before}
            for destination_id, story_id in self._connection.execute(_POSTED, values):
                found[destination_id].add(story_id)
        return found

    # What was built

    def add(self, news: Sequence[NewDigest], *, now: datetime) -> None:
        """Stores digests. There is one for each window of a subscription."""
        if not news:
            return
        self._connection.execute(_INSERT, [_columns(new, now) for new in news])
        ids = {
            (subscription_id, end): id_
            for part in in_parts([new.subscription_id for new in news])
            for subscription_id, end, id_ in self._connection.execute(_IDS, {"values": part, "now": now})
        }
        placed = [
            {
                "digest_id": ids[new.subscription_id, new.window.end],
                "position": one.position,
                "destination_id": new.destination_id,
                "story_id": one.story_id,
                "merits": [[merit.kind.value, merit.amount, list(merit.words)] for merit in one.merits],
                "section": one.section.value,
            }
            for new in news
            for one in new.shown
        ]
        if placed:
            self._connection.execute(_INSERT_STORIES, placed)

    def redirect(self, destination_id: int, other_id: int) -> None:
        """What one destination was told, another was told: they are the same chat. May be repeated."""
        for row in (DigestRow, DigestStoryRow):
            told = update(row.__table__).where(row.__table__.c.destination_id == destination_id)
            self._connection.execute(told.values(destination_id=other_id))

    def get(self, digest_id: int) -> StoredDigest | None:
        return self._first(select(DigestRow.__table__).where(DigestRow.id == digest_id))

    def newest(self, subscription_id: int, at: datetime) -> StoredDigest | None:
        """The digest of a subscription whose window ended last by a moment."""
        ended = select(DigestRow.__table__).where(
            DigestRow.subscription_id == subscription_id, DigestRow.window_end <= at
        )
        return self._first(ended.order_by(DigestRow.window_end.desc()))

    def covering(self, subscription_id: int, moment: datetime) -> StoredDigest | None:
        """The digest of a subscription whose window a moment is in."""
        around = select(DigestRow.__table__).where(
            DigestRow.subscription_id == subscription_id,
            DigestRow.window_start < moment,
            DigestRow.window_end >= moment,
        )
        return self._first(around.order_by(DigestRow.window_end))

    def of_edition(self, edition: int) -> StoredDigest | None:
        """The newest digest that says this."""
        return self._first(
            select(DigestRow.__table__).where(DigestRow.edition == edition).order_by(DigestRow.id.desc())
        )

    def of_edition_at(self, edition: int, destination_id: int) -> StoredDigest | None:
        """The newest digest of a destination that says this."""
        here = select(DigestRow.__table__).where(
            DigestRow.edition == edition, DigestRow.destination_id == destination_id
        )
        return self._first(here.order_by(DigestRow.id.desc()))

    def of_message(self, destination_id: int, message_id: str) -> StoredDigest | None:
        """The digest of a destination that a message there is a part of."""
        part = select(DeliveryPartRow.delivery_id).where(
            DeliveryPartRow.delivery_id == DigestRow.delivery_id, DeliveryPartRow.message_id == message_id
        )
        here = select(DigestRow.__table__).where(DigestRow.destination_id == destination_id, part.exists())
        return self._first(here.order_by(DigestRow.id.desc()))

    def sent_to(self, destination_id: int) -> StoredDigest | None:
        """The newest digest that was sent to a destination."""
        sent = select(DigestRow.__table__).where(
            DigestRow.destination_id == destination_id, DigestRow.delivery_id.is_not(None)
        )
        return self._first(sent.order_by(DigestRow.built_at.desc(), DigestRow.id.desc()))

    def with_story(self, destination_id: int, story_ids: Collection[int]) -> StoredDigest | None:
        """The digest that told a destination one of these stories, the first of them."""
        told = select(DigestStoryRow.digest_id).where(
            DigestStoryRow.destination_id == destination_id, DigestStoryRow.story_id.in_(story_ids)
        )
        return self._first(select(DigestRow.__table__).where(DigestRow.id.in_(told)).order_by(DigestRow.id))

    # What people have saved

    def save_story(self, person: str, story_id: int, item_ids: Collection[int], *, now: datetime) -> None:
        """Somebody puts a story aside, of which they see these items. May be repeated."""
        before = self.saved_stories(person).get(story_id)
        if before is None:
            row = {"person": person, "story_id": story_id, "saved_at": now, "item_ids": sorted(item_ids)}
            self._connection.execute(insert(SavedStoryRow), row)
        elif not before.issuperset(item_ids):
            here = (SavedStoryRow.person == person, SavedStoryRow.story_id == story_id)
            seen = sorted(before.union(item_ids))
            self._connection.execute(update(SavedStoryRow).where(*here).values(item_ids=seen))

    def forget_story(self, person: str, story_id: int) -> None:
        """Somebody does not want a story put aside any more. May be repeated."""
        here = (SavedStoryRow.person == person, SavedStoryRow.story_id == story_id)
        self._connection.execute(delete(SavedStoryRow).where(*here))

    def saved_stories(self, person: str) -> dict[int, frozenset[int]]:
        """What somebody has put aside, the newest first: story → the items of it that they saw then."""
        rows = self._connection.execute(
            select(SavedStoryRow.story_id, SavedStoryRow.item_ids)
            .where(SavedStoryRow.person == person)
            .order_by(SavedStoryRow.saved_at.desc(), SavedStoryRow.story_id.desc())
        )
        return {story_id: frozenset(item_ids) for story_id, item_ids in rows}

    def saves(self, story_ids: Collection[int]) -> Mapping[int, int]:
        """How many people have put each of these stories aside."""
        found: dict[int, int] = {}
        for part in in_parts(sorted(story_ids)):
            found.update(self._connection.execute(_SAVES, {"values": part}).all())
        return found

    # Reading rows

    def _first(self, query: Select[Any]) -> StoredDigest | None:
        row = self._connection.execute(query.limit(1)).one_or_none()
        if row is None:
            return None
        placed = (
            select(DigestStoryRow.__table__).where(DigestStoryRow.digest_id == row.id).order_by(DigestStoryRow.position)
        )
        shown = (
            PlacedStory(one.position, one.story_id, _merits(one.merits), Section(one.section or Section.OTHER))
            for one in self._connection.execute(placed)
        )
        return _digest(row, tuple(shown))


def _columns(new: NewDigest, now: datetime) -> dict[str, Any]:
    return {
        "subscription_id": new.subscription_id,
        "destination_id": new.destination_id,
        "delivery_id": new.delivery_id,
        "edition": new.edition,
        "window_start": new.window.start,
        "window_end": new.window.end,
        "built_at": now,
        "language": new.language,
        "choices": choices_as_json(new.choices),
        "read": new.read,
        "stories": new.stories,
        "fitting": new.fitting,
        "beyond": new.beyond,
    }


def _merits(kept: Sequence[Sequence[Any]]) -> tuple[Merit, ...]:
    return tuple(Merit(MeritKind(kind), amount, tuple(words)) for kind, amount, words in kept)


def _digest(row: Row[Any], shown: tuple[PlacedStory, ...]) -> StoredDigest:
    return StoredDigest(
        subscription_id=row.subscription_id,
        destination_id=row.destination_id,
        delivery_id=row.delivery_id,
        edition=row.edition,
        window=DigestWindow(row.window_start, row.window_end),
        language=row.language,
        choices=choices_from_json(row.choices),
        read=row.read,
        stories=row.stories,
        fitting=row.fitting,
        beyond=row.beyond,
        shown=shown,
        id=row.id,
        built_at=row.built_at,
    )
