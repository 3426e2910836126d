"""Stories: finding those of items that have been stored, correcting them, and saying why."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, product

import structlog

from bot.domain.communities import Viewer
from bot.domain.errors import DatabaseBusy, UserError
from bot.domain.items import Item, visible
from bot.domain.stories import Story, form, keep_names
from bot.domain.story_evidence import Evidence, StoryItem, compare, is_faint, traces
from bot.services.ports import Clock
from storage.database import Database
from storage.stories import CANDIDATES, FAINT_CANDIDATES, Neighbourhood
from storage.unit_of_work import UnitOfWork

AT_ONCE = 500
"""Items that are compared in one go where the whole archive is gone through."""
NEW_AT_ONCE = 100
"""New items whose stories are found in one transaction: others who write wait for some ten milliseconds."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story with its items, the one that was there first in front, and why each pair of them belongs together."""

    story: Story
    items: tuple[Item, ...]
    evidence: Mapping[tuple[int, int], Evidence]


class Stories:
    """Tells stories, and takes administrators' corrections."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._catching_up = asyncio.Lock()
        self._assigned_up_to = 0  # items are stored with growing ids, so that newer ones are those after it

    async def get(self, viewer: Viewer, story_id: int) -> ToldStory | None:
        """A story, or the one that it became part of, as far as those who ask may see it; None where there is none."""
        await self.catch_up()
        return await self._database.query(_told, viewer, story_id)

    async def of_items(self, item_ids: Collection[int]) -> dict[int, int]:
        """The story of each of these items: item → story."""
        await self.catch_up()
        return await self._database.query(lambda uow: uow.stories.of_items(item_ids))

    async def all(self) -> list[tuple[Story, tuple[Item, ...]]]:
        """Every story with its items, by id."""
        await self.catch_up()
        return await self._database.query(_all)

    async def explain(self, one_id: int, other_id: int) -> Evidence | None:
        """What speaks for two items being the same story, also where it is not enough; None where one is gone."""

        def work(uow: UnitOfWork) -> Evidence | None:
            items = uow.stories.contents({one_id, other_id})
            return compare(*items) if len(items) == 2 else None

        return await self._database.query(work)

    async def split(self, story_id: int, item_ids: Collection[int], *, made_by: str) -> tuple[int, int]:
        """Takes items out of a story into one of their own, for good: the ids of what is left and of the new one.

        Raises UserError where the story is gone, or where it does not have these items and others.
        """
        await self.catch_up()
        return await self._database.run(_split, story_id, frozenset(item_ids), made_by, self._clock())

    async def merge(self, story_ids: Sequence[int], *, made_by: str) -> int:
        """Makes one story of several, for good, and gives its id. Raises UserError where one is gone."""
        await self.catch_up()
        return await self._database.run(_merge, story_ids, made_by, self._clock())

    async def catch_up(self) -> int:
        """Finds the stories of items that have none yet; how many items there were. May be repeated.

        Who is about to read what a moment has brought calls this after that moment: items whose transactions began
        before are then all in stories.
        """
        done = 0
        async with self._catching_up:
            while ids := await self._database.run(_unassigned, self._assigned_up_to):
                await self._assign(ids)
                self._assigned_up_to = ids[-1]
                done += len(ids)
        return done

    async def _assign(self, item_ids: Sequence[int]) -> None:
        """Puts items into stories; where one of them meets a fault, that one into a story of its own."""
        try:
            await self._database.run(assign_stories, item_ids, self._clock())
        except DatabaseBusy:
            raise  # nothing is wrong with the items: they are looked at again next time
        except Exception:
            if len(item_ids) > 1:
                for item_id in item_ids:
                    await self._assign([item_id])
                return
            log.exception("story_not_found", item=item_ids[0])
            await self._database.run(lambda uow: uow.stories.start([item_ids], self._clock()))

    async def rebuild(self) -> int:
        """Finds all stories anew by the rules of this version, and says how many there are. Corrections hold, and a
        story keeps its id where most of its items are. One transaction: nothing else is written meanwhile."""
        return await self._database.run(_rebuild, self._clock())


def assign_stories(uow: UnitOfWork, item_ids: Collection[int], now: datetime) -> None:
    """Finds the stories of items that have none, as far as that is still so; only items that share a trace with them
    are looked at."""
    placed = uow.stories.of_items(item_ids)
    new = uow.stories.contents([item_id for item_id in item_ids if item_id not in placed])
    found = _find_evidence(uow, new)
    tied = {item for pair in found for item in pair}
    uow.stories.start([(item.id,) for item in new if item.id not in tied], now)
    if tied:
        _regroup(uow, uow.stories.neighbourhood(tied), now)


def reassign_stories(uow: UnitOfWork, changed: Collection[int], withdrawn: Collection[int], now: datetime) -> None:
    """Finds the stories of items that have become something else, and of those that withdrawn items held together."""
    touched = {*changed, *withdrawn}
    if not touched:
        return
    around = uow.stories.neighbourhood(touched)
    uow.stories.forget(touched)
    found = _find_evidence(uow, uow.stories.contents(changed))
    affected = {*around.documents, *(item for pair in found for item in pair)} - set(withdrawn)
    _regroup(uow, uow.stories.neighbourhood(affected), now)


def _find_evidence(uow: UnitOfWork, items: Sequence[StoryItem]) -> dict[tuple[int, int], Evidence]:
    """Compares items, which have no traces yet, with each other and with all before them; stores what was found."""
    traces_of = {item.id: traces(item.content) for item in items}
    sharing = _sharing(traces_of)
    held = uow.stories.holders(sharing.keys())
    worn = {key for key in held if is_faint(key) and len(held[key]) > FAINT_CANDIDATES}
    pairs = _candidates(sharing, held)
    # Nothing is found by a worn trace, so that there is no need to write it down once more.
    uow.stories.add_traces({item: [key for key in keys if key not in worn] for item, keys in traces_of.items()})
    known = {item.id: item for item in items}
    missing = {item for pair in pairs for item in pair} - known.keys()
    known |= {item.id: item for item in uow.stories.contents(missing)}
    compared = ((pair, compare(known[pair[0]], known[pair[1]])) for pair in sorted(pairs) if known.keys() >= set(pair))
    found = {pair: evidence for pair, evidence in compared if evidence.is_enough}
    uow.stories.add_evidence(found)
    return found


def _sharing(traces_of: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """The items that have each trace."""
    sharing: dict[int, list[int]] = defaultdict(list)
    for item, keys in traces_of.items():
        for key in keys:
            sharing[key].append(item)
    return sharing


def _candidates(sharing: Mapping[int, list[int]], held: Mapping[int, list[int]]) -> set[tuple[int, int]]:
    """Pairs, the smaller id first, that share a trace: of new items among each other, and with those that `held` it."""
    pairs: set[tuple[int, int]] = set()
    for key, mine in sharing.items():
        before = held.get(key, ())
        if is_faint(key) and len(mine) + len(before) > FAINT_CANDIDATES:
            continue
        pairs.update(_ordered(product(mine, before)))
        pairs.update(combinations(sorted(mine)[-CANDIDATES:], 2))
    return pairs


def _ordered(pairs: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    return ((min(pair), max(pair)) for pair in pairs)


def _regroup(uow: UnitOfWork, around: Neighbourhood, now: datetime) -> int:
    """Groups items anew and writes what has changed; how many groups there are."""
    groups = form(around.documents, around.ties, around.corrections)
    kept = keep_names(groups, around.members)
    before = {item: story for story, items in around.members.items() for item in items}
    named = {item: story for group, story in kept.items() for item in group}
    moved = {item: story for item, story in named.items() if before.get(item) != story}
    uow.stories.place(moved, now)
    fresh = [group for group in groups if group not in kept]
    _start(uow, fresh, before, now)
    gone = around.members.keys() - set(kept.values())
    uow.stories.merge({story: _successor(around.members[story], named) for story in gone})
    left = {before[item] for item in (*moved, *(one for group in fresh for one in group)) if item in before}
    uow.corrections.mark({*moved.values(), *left, *gone}, now=now)
    return len(groups)


def _successor(items: Collection[int], named: Mapping[int, int]) -> int:
    """Where most items of a story that is no more are now. Some are in a story that is older than it was."""
    return Counter(named[item] for item in sorted(items) if item in named).most_common(1)[0][0]


def _start(uow: UnitOfWork, groups: Sequence[tuple[int, ...]], before: Mapping[int, int], now: datetime) -> None:
    """New stories for groups, whose items may come out of other stories."""
    ids = uow.stories.start([[item for item in group if item not in before] for group in groups], now)
    moved = {item: story for story, group in zip(ids, groups, strict=True) for item in group if item in before}
    uow.stories.place(moved, now)


def _unassigned(uow: UnitOfWork, after: int) -> list[int]:
    return uow.stories.unassigned(after=after, limit=NEW_AT_ONCE)


def _rebuild(uow: UnitOfWork, now: datetime) -> int:
    uow.stories.forget_all()
    after = 0
    while ids := uow.stories.item_ids(after=after, limit=AT_ONCE):
        _find_evidence(uow, uow.stories.contents(ids))
        after = ids[-1]
    return _regroup(uow, uow.stories.everything(), now)


def _told(uow: UnitOfWork, viewer: Viewer, story_id: int) -> ToldStory | None:
    story = uow.stories.get(story_id)
    items = visible(uow.items.many(story.item_ids), uow.hidden_from(viewer)) if story else ()
    if story is None or not items:
        return None
    return ToldStory(story, items, uow.stories.evidence([item.id for item in items]))


def _all(uow: UnitOfWork) -> list[tuple[Story, tuple[Item, ...]]]:
    stories = uow.stories.all()
    ids = sorted(item for story in stories for item in story.item_ids)
    items = {item.id: item for at in range(0, len(ids), AT_ONCE) for item in uow.items.many(ids[at : at + AT_ONCE])}
    return [(story, tuple(items[item] for item in story.item_ids if item in items)) for story in stories]


def _split(uow: UnitOfWork, story_id: int, item_ids: frozenset[int], made_by: str, now: datetime) -> tuple[int, int]:
    story = _existing(uow, story_id)
    left = set(story.item_ids) - item_ids
    if not item_ids or not item_ids <= set(story.item_ids) or not left:
        raise UserError("Name at least one item of the story to take out, and leave at least one in it.")
    uow.stories.correct(set(product(item_ids, left)), same=False, made_by=made_by, now=now)
    uow.stories.correct(set(combinations(sorted(item_ids), 2)), same=True, made_by=made_by, now=now)
    uow.stories.correct(set(combinations(sorted(left), 2)), same=True, made_by=made_by, now=now)
    _regroup(uow, uow.stories.neighbourhood(story.item_ids), now)
    story_of = uow.stories.of_items(story.item_ids)
    return story_of[min(left)], story_of[min(item_ids)]


def _merge(uow: UnitOfWork, story_ids: Sequence[int], made_by: str, now: datetime) -> int:
    stories = {story.id: story for story in (_existing(uow, story_id) for story_id in story_ids)}
    if len(stories) < 2:
        raise UserError("Name at least two different stories to make one of.")
    items = sorted(item for story in stories.values() for item in story.item_ids)
    uow.stories.correct(set(combinations(items, 2)), same=True, made_by=made_by, now=now)
    _regroup(uow, uow.stories.neighbourhood(items), now)
    return uow.stories.of_items(items[:1])[items[0]]


def _existing(uow: UnitOfWork, story_id: int) -> Story:
    story = uow.stories.get(story_id)
    if story is None:
        raise UserError("There is no story {number}.", number=story_id)
    return story
