"""Stories: what belongs together and why, what candidates are found by, and what administrators said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from bot.domain.stories import Correction, Story, Tie
from bot.domain.story_evidence import Evidence, Reason, StoryItem
from storage.ids import next_ids
from storage.items import CONTENT, PAPERS_BY_ITEM, content_of, papers_of
from storage.parts import in_parts
from storage.story_tables import StoryCorrectionRow, StoryEvidenceRow, StoryItemRow, StoryKeyRow, StoryRow
from storage.tables import DocumentRow, ItemRow

CANDIDATES = 24
"""So many items, the newest ones, are found by one trace."""

FAINT_CANDIDATES = 8
"""A name or a title that more items have leads nowhere: it is a common word, or a heading that comes back."""

# Statements that are built once: building, and fitting results to them, costs more than running them.
_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_INSERT_STORIES = insert(StoryRow.__table__)
_GREATEST_ID = select(func.max(StoryRow.id))
_INSERT_MEMBERS = insert(StoryItemRow.__table__)
_INSERT_KEYS = insert(StoryKeyRow.__table__)
_INSERT_EVIDENCE = insert(StoryEvidenceRow.__table__)
_INSERT_CORRECTIONS = insert(StoryCorrectionRow.__table__)
_MOVE = update(StoryItemRow.__table__).where(StoryItemRow.__table__.c.item_id == bindparam("moved_id"))
_COUNTS = select(StoryKeyRow.key, func.count()).where(StoryKeyRow.key.in_(_VALUES)).group_by(StoryKeyRow.key)
_HOLDERS = select(StoryKeyRow.key, StoryKeyRow.item_id).where(StoryKeyRow.key.in_(_VALUES))
_NEWEST_HOLDERS = (
    select(StoryKeyRow.item_id)
    .where(StoryKeyRow.key == bindparam("key"))
    .order_by(StoryKeyRow.item_id.desc())
    .limit(CANDIDATES)
)
_SHOWN_MEMBERS = (
    select(StoryItemRow.story_id, StoryItemRow.item_id)
    .join(ItemRow, ItemRow.id == StoryItemRow.item_id)
    .where(ItemRow.withdrawn_at.is_(None))
    .order_by(StoryItemRow.story_id, StoryItemRow.item_id)
)
_MEMBERS_OF_STORIES = _SHOWN_MEMBERS.where(StoryItemRow.story_id.in_(_VALUES))
_STORIES_OF_ITEMS = select(StoryItemRow.item_id, StoryItemRow.story_id).where(StoryItemRow.item_id.in_(_VALUES))
_DOCUMENTS_OF_ITEMS = select(ItemRow.id, ItemRow.document_id).where(
    ItemRow.id.in_(_VALUES), ItemRow.withdrawn_at.is_(None)
)
_EVIDENCE = select(
    StoryEvidenceRow.item_id, StoryEvidenceRow.other_id, StoryEvidenceRow.strength, StoryEvidenceRow.reasons
)
_TIES = select(StoryEvidenceRow.item_id, StoryEvidenceRow.other_id, StoryEvidenceRow.strength)
_TIES_FROM, _TIES_TO = (
    _TIES.where(column.in_(_VALUES)) for column in (StoryEvidenceRow.item_id, StoryEvidenceRow.other_id)
)
_CORRECTIONS = select(StoryCorrectionRow.item_id, StoryCorrectionRow.other_id, StoryCorrectionRow.same)
_CORRECTIONS_FROM, _CORRECTIONS_TO = (
    _CORRECTIONS.where(column.in_(_VALUES)) for column in (StoryCorrectionRow.item_id, StoryCorrectionRow.other_id)
)
_CONTENTS = (
    select(
        ItemRow.id,
        ItemRow.source_id,
        ItemRow.document_id,
        func.coalesce(ItemRow.published_at, DocumentRow.published_at, ItemRow.first_seen_at).label("moment"),
        *CONTENT,
    )
    .join(DocumentRow, DocumentRow.id == ItemRow.document_id)
    .where(ItemRow.id.in_(_VALUES), ItemRow.withdrawn_at.is_(None))
    .order_by(ItemRow.id)
)
_UNASSIGNED = (
    select(ItemRow.id)
    .outerjoin(StoryItemRow, StoryItemRow.item_id == ItemRow.id)
    .where(ItemRow.withdrawn_at.is_(None), StoryItemRow.item_id.is_(None), ItemRow.id > bindparam("after"))
    .order_by(ItemRow.id)
    .limit(bindparam("limit"))
)
_SHOWN_IDS = (
    select(ItemRow.id)
    .where(ItemRow.withdrawn_at.is_(None), ItemRow.id > bindparam("after"))
    .order_by(ItemRow.id)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Items that evidence, corrections and their stories tie together: nothing outside bears on how they are grouped.

    `documents`: item → its document. `members`: story → its items, as it is now.
    """

    documents: Mapping[int, int]
    ties: tuple[Tie, ...]
    corrections: tuple[Correction, ...]
    members: Mapping[int, frozenset[int]]


class Stories:
    """Stories, what they are made of and why. Items that were withdrawn are in none, as far as is told here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, story_id: int) -> Story | None:
        """The story, or the one that it has become part of; None where nothing is shown of it any more."""
        seen = set()
        while (into := self._successor(story_id)) is not None and into not in seen:
            seen.add(story_id := into)
        return next(iter(self.many([story_id])), None)

    def many(self, story_ids: Collection[int]) -> list[Story]:
        """The stories with these ids that have items, by id."""
        items: dict[int, list[int]] = defaultdict(list)
        for part in in_parts(sorted(set(story_ids))):
            for story_id, item_id in self._connection.execute(_MEMBERS_OF_STORIES, {"values": part}):
                items[story_id].append(item_id)
        return [Story(story_id, tuple(of_it)) for story_id, of_it in items.items()]

    def all(self) -> list[Story]:
        """Every story that has items, by id."""
        items: dict[int, list[int]] = defaultdict(list)
        for story_id, item_id in self._connection.execute(_SHOWN_MEMBERS):
            items[story_id].append(item_id)
        return [Story(story_id, tuple(of_it)) for story_id, of_it in items.items()]

    def of_items(self, item_ids: Collection[int]) -> dict[int, int]:
        """The story of each of these items: item → story."""
        found: dict[int, int] = {}
        for part in in_parts(sorted(set(item_ids))):
            found.update(self._connection.execute(_STORIES_OF_ITEMS, {"values": part}).all())
        return found

    def evidence(self, item_ids: Collection[int]) -> dict[tuple[int, int], Evidence]:
        """Why pairs of these items are the same story; pairs without enough evidence are left out."""
        wanted = sorted(set(item_ids))
        found: dict[tuple[int, int], Evidence] = {}
        for part in in_parts(wanted):
            statement = _EVIDENCE.where(StoryEvidenceRow.item_id.in_(part))
            for one, other, strength, reasons in self._connection.execute(statement):
                found[one, other] = Evidence(strength, tuple((Reason(kind), what) for kind, what in reasons))
        return {pair: evidence for pair, evidence in found.items() if pair[1] in set(wanted)}

    def corrections(self, item_ids: Collection[int]) -> list[Correction]:
        """What was said about pairs of which at least one item is among these."""
        rows = self._pairs(_CORRECTIONS_FROM, _CORRECTIONS_TO, item_ids)
        return [Correction(*row) for row in sorted(rows)]

    def correct(self, pairs: Collection[tuple[int, int]], *, same: bool, made_by: str, now: datetime) -> None:
        """Writes down what an administrator says about pairs of items. The last word counts; may be repeated."""
        ordered = sorted({(min(pair), max(pair)) for pair in pairs})
        for part in in_parts(ordered):
            said = tuple_(StoryCorrectionRow.item_id, StoryCorrectionRow.other_id)
            self._connection.execute(delete(StoryCorrectionRow).where(said.in_(part)))
        facts = {"same": same, "made_by": made_by, "made_at": now}
        self._insert(_INSERT_CORRECTIONS, [{"item_id": one, "other_id": other, **facts} for one, other in ordered])

    def contents(self, item_ids: Collection[int]) -> list[StoryItem]:
        """The items as stories are found by, by id; those that are gone are left out."""
        return [item for part in in_parts(sorted(set(item_ids))) for item in self._contents(part)]

    def holders(self, keys: Collection[int]) -> dict[int, list[int]]:
        """The newest items that have each of these traces."""
        held: dict[int, list[int]] = defaultdict(list)
        for part in in_parts(sorted(keys)):
            counts = dict(self._connection.execute(_COUNTS, {"values": part}).all())
            rare = [key for key, count in counts.items() if count <= CANDIDATES]
            if rare:
                for key, item_id in self._connection.execute(_HOLDERS, {"values": rare}):
                    held[key].append(item_id)
            for key in counts.keys() - set(rare):
                held[key] = list(self._connection.scalars(_NEWEST_HOLDERS, {"key": key}))
        return held

    def add_traces(self, traces: Mapping[int, Sequence[int]]) -> None:
        """Lets items be found by their traces: item → traces."""
        self._insert(_INSERT_KEYS, [{"key": key, "item_id": item} for item, keys in traces.items() for key in keys])

    def add_evidence(self, evidence: Mapping[tuple[int, int], Evidence]) -> None:
        """Writes down why pairs of items, the smaller id first, are the same story."""
        self._insert(
            _INSERT_EVIDENCE,
            [
                {
                    "item_id": one,
                    "other_id": other,
                    "strength": found.strength,
                    "reasons": [list(r) for r in found.reasons],
                }
                for (one, other), found in evidence.items()
            ],
        )

    def forget(self, item_ids: Collection[int]) -> None:
        """Forgets traces and evidence of items, because they have changed or gone. Corrections stay."""
        for part in in_parts(sorted(set(item_ids))):
            self._connection.execute(delete(StoryKeyRow).where(StoryKeyRow.item_id.in_(part)))
            self._connection.execute(
                delete(StoryEvidenceRow).where(
                    or_(StoryEvidenceRow.item_id.in_(part), StoryEvidenceRow.other_id.in_(part))
                )
            )

    def forget_all(self) -> None:
        """Forgets all traces and evidence. Stories and corrections stay."""
        self._connection.execute(delete(StoryKeyRow))
        self._connection.execute(delete(StoryEvidenceRow))

    def neighbourhood(self, item_ids: Collection[int]) -> Neighbourhood:
        """Everything that bears on how these items are grouped."""
        known: set[int] = set()
        ties: set[tuple[int, int, float]] = set()
        corrections: set[tuple[int, int, bool]] = set()
        members: dict[int, frozenset[int]] = {}
        fresh = set(item_ids)
        while fresh:
            known |= fresh
            new_ties = self._pairs(_TIES_FROM, _TIES_TO, fresh)
            said = self._pairs(_CORRECTIONS_FROM, _CORRECTIONS_TO, fresh)
            stories = set(self.of_items(fresh).values()) - members.keys()
            for story in self.many(stories):
                members[story.id] = frozenset(story.item_ids)
            reached = {item for one, other, _ in new_ties for item in (one, other)}
            reached |= {item for one, other, same in said if same for item in (one, other)}
            reached |= {item for story in stories & members.keys() for item in members[story]}
            ties |= new_ties
            corrections |= said
            fresh = reached - known
        return Neighbourhood(
            documents=self._documents(known),
            ties=tuple(Tie(*row) for row in sorted(ties)),
            corrections=tuple(Correction(*row) for row in sorted(corrections)),
            members=members,
        )

    def everything(self) -> Neighbourhood:
        """All items with all that bears on how they are grouped."""
        shown = select(ItemRow.id, ItemRow.document_id).where(ItemRow.withdrawn_at.is_(None))
        return Neighbourhood(
            documents=dict(self._connection.execute(shown).all()),
            ties=tuple(Tie(*row) for row in self._connection.execute(_TIES)),
            corrections=tuple(Correction(*row) for row in self._connection.execute(_CORRECTIONS)),
            members={story.id: frozenset(story.item_ids) for story in self.all()},
        )

    def start(self, groups: Sequence[Collection[int]], now: datetime) -> Sequence[int]:
        """New stories, one for each group of items, which are in no story yet; their ids."""
        ids = next_ids(self._connection, _GREATEST_ID, len(groups))  # no old one comes again: stories are never deleted
        self._insert(_INSERT_STORIES, [{"id": story_id, "made_at": now} for story_id in ids])
        self._insert(
            _INSERT_MEMBERS,
            [
                {"item_id": item, "story_id": story_id, "joined_at": now}
                for story_id, group in zip(ids, groups, strict=True)
                for item in group
            ],
        )
        return ids

    def place(self, story_of: Mapping[int, int], now: datetime) -> None:
        """Puts items into stories that are there (item → story), and takes them out of those they were in."""
        before = self.of_items(story_of)
        self._insert(
            _INSERT_MEMBERS,
            [
                {"item_id": item, "story_id": story, "joined_at": now}
                for item, story in story_of.items()
                if item not in before
            ],
        )
        for item, story in story_of.items():
            if before.get(item, story) != story:
                self._connection.execute(_MOVE, {"moved_id": item, "story_id": story, "joined_at": now})

    def merge(self, gone: Mapping[int, int]) -> None:
        """Notes that stories have become part of others: which → into which."""
        for story, into in gone.items():
            self._connection.execute(update(StoryRow).where(StoryRow.id == story).values(merged_into_id=into))

    def unassigned(self, *, after: int, limit: int) -> list[int]:
        """Items with greater ids than `after` that are in no story, at most `limit`."""
        return list(self._connection.scalars(_UNASSIGNED, {"after": after, "limit": limit}))

    def item_ids(self, *, after: int, limit: int) -> list[int]:
        """Items with greater ids than `after`, at most `limit`."""
        return list(self._connection.scalars(_SHOWN_IDS, {"after": after, "limit": limit}))

    def _successor(self, story_id: int) -> int | None:
        return self._connection.scalar(select(StoryRow.merged_into_id).where(StoryRow.id == story_id))

    def _contents(self, ids: Sequence[int]) -> Iterator[StoryItem]:
        papers = papers_of(self._connection, PAPERS_BY_ITEM, ids)
        for row in self._connection.execute(_CONTENTS, {"values": ids}):
            yield StoryItem(row.id, row.source_id, row.document_id, row.moment, content_of(row, papers[row.id]))

    def _documents(self, item_ids: Collection[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for part in in_parts(sorted(item_ids)):
            found.update(self._connection.execute(_DOCUMENTS_OF_ITEMS, {"values": part}).all())
        return found

    def _pairs(self, from_: Any, to: Any, item_ids: Collection[int]) -> set[Any]:
        """The rows about pairs of which one or the other item is among these."""
        return {
            tuple(row)
            for part in in_parts(sorted(set(item_ids)))
            for statement in (from_, to)
            for row in self._connection.execute(statement, {"values": part})
        }

    def _insert(self, statement: Any, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            self._connection.execute(statement, rows)
