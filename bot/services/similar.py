"""Stories that are like one that somebody has before them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.communities import Viewer
from bot.domain.fitting import fitter
from bot.domain.indexed_items import StoredDocument
from bot.domain.items import Item, visible
from bot.domain.likeness import likeness_plan, named_by
from bot.domain.matching import EVERYTHING, Expression, Tokens, Way, any_of
from bot.domain.pages import page_of
from bot.domain.question import Every, Question, Sort
from bot.domain.ranking import UNSAYABLE, Fit
from bot.domain.search_plan import Plan
from bot.domain.summary import shortened
from bot.services.candidates import COUNTED, FEW, Reach, candidates
from bot.services.ports import Clock
from bot.services.search import PAGE_SIZE, Asked, SearchResults, hits_of, is_in
from bot.services.stories import Stories
from bot.services.story_ranking import RankedStory, rank_stories
from bot.services.widening import glossary
from storage.database import Database
from storage.stemming import analyser
from storage.unit_of_work import UnitOfWork

MOST_SIMILAR = 20
MOST_OTHERWISE = 4
"""Things that are looked for in other languages alone."""
BEGINNING = 160
"""Letters of a title, or of a text without one, in which it is named what it is about."""
LEAST_SHARED = 0.2
"""Of what a story is about, by how rare it is; what shares less is something else."""
LEAST_SAID = 0.15
"""Of a story in another language that names the same in its own: one concept alone makes no two stories alike."""


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
    (document,) = uow.items.searched([told.id])
    newest = max(uow.search_index.newest(EVERYTHING, limit=1), default=0)

    def share(expression: Expression) -> float:
        found = uow.search_index.newest(expression, limit=COUNTED, hidden=hidden, nearly=True)
        return _share(found, story.item_ids, newest)

    pieces = analyser().pieces(shortened(told.title or told.text, BEGINNING), (document.language,))
    named = named_by(pieces, glossary().concepts(pieces), document.language)
    plan = likeness_plan(document, share, named, uow.associations.of)
    elsewhere = Reach(hidden, left_out=frozenset(story.item_ids))
    alike = [] if plan.is_empty else _alike(uow, plan, elsewhere, asked, document.language)[:MOST_SIMILAR]
    here = page_of(alike, page, PAGE_SIZE)
    hits = hits_of(uow, here.shown, asked, plan)
    results = SearchResults(Question("", Every(())), plan, hits, here.total, here.total, True, here.number, here.pages)
    return SimilarStories(story.id, told, results)


def _alike(uow: UnitOfWork, plan: Plan, reach: Reach, asked: Asked, own: str) -> list[RankedStory]:
    """The stories that share enough with one in a language (a primary tag), the most similar first."""
    found = candidates(uow.search_index, plan, reach)
    part = dict.fromkeys([*found.part, *_told_otherwise(uow, plan, reach)])
    further = tuple(item_id for item_id in part if item_id not in found.whole)
    ranked = rank_stories(uow, plan, replace(found, part=further), sort=Sort.BEST, now=asked.now)
    documents = {one.item_id: one for one in uow.search_index.documents([*found.whole, *further])}

    def shares_enough(story: RankedStory) -> bool:
        return any(_shares_enough(plan, found.worth, fit, own, documents[fit.item_id]) for fit in story.fits)

    return [replace(one, complete=True) for one in ranked if one.complete or shares_enough(one)]


def _shares_enough(plan: Plan, worth: Sequence[float], fit: Fit, own: str, document: StoredDocument) -> bool:
    everything = sum(worth)
    said = sum(value for value, has in zip(worth, fit.units, strict=True) if has)
    there = [[way for way in unit.ways if way.language == document.language] for unit in plan.units]
    if document.language == own or not _has_any(document, [way for ways in there for way in ways]):
        return said >= LEAST_SHARED * everything
    possible = sum(value if ways else UNSAYABLE * value for value, ways in zip(worth, there, strict=True))
    return said >= LEAST_SHARED * possible and said >= LEAST_SAID * everything


def _has_any(document: StoredDocument, ways: Sequence[Way]) -> bool:
    return fitter(any_of(*(Tokens(way.tokens) for way in ways)))(document)


def _told_otherwise(uow: UnitOfWork, plan: Plan, reach: Reach) -> Iterator[int]:
    """Some of the newest items that say something of it in another language: the words of the story itself are mostly
    rarer, and would be all that is looked for."""
    otherwise = dict.fromkeys(
        any_of(*(Tokens(way.tokens) for way in unit.ways[1:])) for unit in plan.units if unit.ways[1:]
    )
    for expression in list(otherwise)[:MOST_OTHERWISE]:
        found = uow.search_index.newest(expression, limit=FEW, hidden=reach.hidden, nearly=True)
        yield from (item_id for item_id in found if item_id not in reach.left_out)


def _share(found: Sequence[int], own: Collection[int], newest: int) -> float:
    """In how much of everything a token stands that these are the newest items with; 0 where only this story has it."""
    if not set(found).difference(own):
        return 0.0
    among = found[0] - found[-1] + 1 if len(found) == COUNTED else max(newest, 1)
    return min(1.0, len(found) / among)
