"""Stories that are like one that somebody has before them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.domain.communities import Viewer
from bot.domain.items import Item, visible
from bot.domain.likeness import likeness_plan
from bot.domain.matching import Tokens
from bot.domain.question import Every, Question, Sort
from bot.domain.search_plan import Plan
from bot.services.candidates import COUNTED, Reach, candidates
from bot.services.ports import Clock
from bot.services.search import PAGE_SIZE, Asked, SearchResults, hits_of, is_in
from bot.services.stories import Stories
from bot.services.story_ranking import RankedStory, rank_stories
from storage.database import Database
from storage.unit_of_work import UnitOfWork

MOST_SIMILAR = 20
LEAST_SHARED = 0.2
"""Of what a story is about, by how rare it is; what shares less is something else."""


@dataclass(frozen=True, slots=True)
class SimilarStories:
    """A story, told by an item, and a page of those that are like it, the most similar first."""

    story_id: int
    told: Item
    results: SearchResults


class Similar:
    """Finds stories that are about the same things."""

    def __init__(self, database: Database, clock: Clock, stories: Stories) -> None:
        self._database = database
        self._clock = clock
        self._stories = stories

    async def page(
        self, viewer: Viewer, story_id: int, page: int = 1, *, language: str | None = None
    ) -> SimilarStories | None:
        """A page of what is like a story, or like the one that it has become part of; one out of range becomes the
        nearest there is. None where the story is gone, or not for those who ask. May be repeated."""
        await self._stories.catch_up()
        asked = Asked("", self._clock(), viewer, language=language)
        return await self._database.query(_similar, story_id, asked, page)


def _similar(uow: UnitOfWork, story_id: int, asked: Asked, page: int) -> SimilarStories | None:
    hidden = uow.hidden_from(asked.viewer)
    story = uow.stories.get(story_id)
    items = visible(uow.items.many(story.item_ids), hidden) if story else ()
    if story is None or not items:
        return None
    told = next((item for item in items if asked.language and is_in(item, asked.language)), items[0])
    document = next(iter(uow.search_index.documents([told.id])), None)
    newest = max(uow.items.newest(limit=1, hidden=hidden), default=0)

    def share(token: str) -> float:
        found = uow.search_index.newest(Tokens((token,)), limit=COUNTED, hidden=hidden)
        return _share(found, story.item_ids, newest)

    plan = likeness_plan(document, share) if document else Plan()
    elsewhere = Reach(hidden, left_out=frozenset(story.item_ids))
    ranked = [] if plan.is_empty else _ranked(uow, plan, elsewhere, asked)
    alike = [replace(one, complete=True) for one in ranked if one.complete or one.score.share >= LEAST_SHARED][
        :MOST_SIMILAR
    ]
    pages = max(1, -(-len(alike) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    hits = hits_of(uow, alike[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], asked, plan)
    results = SearchResults(Question("", Every(())), plan, hits, len(alike), len(alike), True, page, pages)
    return SimilarStories(story.id, told, results)


def _ranked(uow: UnitOfWork, plan: Plan, reach: Reach, asked: Asked) -> list[RankedStory]:
    found = candidates(uow.search_index, plan, reach)
    return rank_stories(uow, plan, found, sort=Sort.BEST, now=asked.now)


def _share(found: Sequence[int], own: Collection[int], newest: int) -> float:
    """In how much of everything a token stands that these are the newest items with; 0 where only this story has it."""
    if not set(found).difference(own):
        return 0.0
    among = found[0] - found[-1] + 1 if len(found) == COUNTED else max(newest, 1)
    return min(1.0, len(found) / among)
