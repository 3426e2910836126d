"""Search on request: stories page by page, and whole items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from bot.domain.analysis import primary_tag
from bot.domain.communities import Viewer
from bot.domain.editions import Edition, front_edition
from bot.domain.fitting import fitter
from bot.domain.indexed_items import StoredDocument
from bot.domain.items import Item, visible
from bot.domain.matching import Expression, any_of
from bot.domain.pages import page_of
from bot.domain.question import Question, readable_part
from bot.domain.question_parser import parse_question
from bot.domain.question_tree import languages_of, without_identities
from bot.domain.ranking import Score
from bot.domain.search_plan import Plan, plan_of
from bot.domain.second_tries import Retry, RetryKind, SecondTries
from bot.services.candidates import NO_CANDIDATES, Candidates, Reach, candidates
from bot.services.clubs import Asking
from bot.services.named_items import named_in, names_unknown
from bot.services.nearness import NearestItems, meaning_of, with_near
from bot.services.ports import Clock
from bot.services.search_sets import discussed_papers
from bot.services.story_ranking import RankedStory, rank_stories
from bot.services.titles import titles_with
from bot.services.vocabulary import vocabulary
from bot.services.widening import widening
from storage.database import Database
from storage.unit_of_work import UnitOfWork

PAGE_SIZE = 5
DEEPEST_PAGE = 80
MOST_TRIES = 6
"""Questions that are asked instead of one that finds nothing."""
ENOUGH = 10
"""Where fewer stories have all that was asked for, those with some of it follow, so that there are as many."""

Front = Callable[[Sequence[Item]], Item]
"""Tells which of the items of a story, the best first, is to be read first."""


@dataclass(frozen=True, slots=True)
class StoryHit:
    """A story that fits. `items`: the one to show in front, then all else that covers it; `fits`: those of them that
    fit, by id. `complete`: it has all that was asked for. `story_id` is None for an item that is in no story yet."""

    story_id: int | None
    items: tuple[Item, ...]
    fits: frozenset[int]
    score: Score
    complete: bool


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of results, best first. `total` counts the stories that are shown on all pages, of which the first `whole`
    have all that was asked for; there are more of these where it is not `exact`. Pages count from 1. `question` is the
    one that was answered: where what was typed found nothing, another that was meant, and `retry` says which one
    instead of which. `suggestion`: what may have been meant although there are results; where there are none, it finds
    none either."""

    question: Question
    plan: Plan
    hits: tuple[StoryHit, ...]
    total: int
    whole: int
    exact: bool
    page: int
    pages: int
    retry: Retry | None = None
    suggestion: Retry | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: what was typed, where (None: by who runs the bot), by whom (None: nobody in particular), in which
    language they read, and whether it is meant exactly as it was typed. `zone` is the one by whose calendar
    "yesterday" is meant. `near`: items that mean about the same, the nearest first."""

    words: str
    now: datetime
    viewer: Viewer = None
    asking: Asking | None = None
    zone: tzinfo = UTC
    language: str | None = None
    literal: bool = False
    near: tuple[int, ...] = ()


class Search:
    """Finds stories by the words, phrases, papers and links that are in what covers them."""

    def __init__(self, database: Database, clock: Clock, zone: tzinfo, *, nearest: NearestItems | None = None) -> None:
        """`zone` is the one of chats whose community has none; `nearest` finds by meaning; without it, words are all
        that is found by."""
        self._database = database
        self._clock = clock
        self._zone = zone
        self._nearest = nearest

    async def page(
        self,
        viewer: Viewer,
        words: str,
        page: int = 1,
        *,
        size: int = PAGE_SIZE,
        asking: Asking | None = None,
        language: str | None = None,
        literal: bool = False,
    ) -> SearchResults:
        """A page of the results for what somebody typed; one out of range becomes the nearest there is.
        Never a mistake of syntax. May be repeated."""
        asked = Asked(readable_part(words), self._clock(), viewer, asking, self._zone, language, literal)
        asked = await self._database.query(by_its_calendar, asked)
        return await self._database.query(find, await self._with_near(asked), page, size)

    async def _with_near(self, asked: Asked) -> Asked:
        if self._nearest is None:
            return asked
        meaning = meaning_of(parse_question(asked.words, asked.now, asked.zone))
        return replace(asked, near=tuple(await self._nearest(meaning)))

    async def explain(self, viewer: Viewer, words: str) -> Outcome:
        """How a question is answered, for those who look into the order of results. May be repeated."""
        asked = Asked(readable_part(words), self._clock(), viewer, zone=self._zone)
        asked = await self._database.query(by_its_calendar, asked)
        return await self._database.query(search, await self._with_near(asked))

    async def item(self, viewer: Viewer, item_id: int) -> Item | None:
        """A whole item, None where it is gone, or not for those who ask."""

        def look_up(uow: UnitOfWork) -> Item | None:
            return next(iter(visible(uow.items.many([item_id]), uow.hidden_from(viewer))), None)

        return await self._database.query(look_up)

    async def titles(self, viewer: Viewer, prefix: str, limit: int, *, language: str | None = None) -> list[str]:
        """Titles for somebody who is typing, at most `limit`, those in their language first."""

        def look_up(uow: UnitOfWork) -> list[str]:
            return titles_with(uow, prefix, limit=limit, hidden=uow.hidden_from(viewer), language=language)

        return await self._database.query(look_up)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question has led to: its stories, best first, and the items that they were found by. `retry`: it was
    asked instead of another one. `suggestion`: what may have been meant although it is not what is shown; beside
    nothing, it finds nothing either."""

    question: Question
    plan: Plan
    stories: tuple[RankedStory, ...] = ()
    found: Candidates = NO_CANDIDATES
    retry: Retry | None = None
    suggestion: Retry | None = None

    @property
    def unknown(self) -> int:
        """How many things are asked for that nothing has."""
        return len(self.found.unknown)

    @property
    def whole(self) -> int:
        """How many of the stories have all that was asked for."""
        return sum(one.complete for one in self.stories)


def by_its_calendar(uow: UnitOfWork, asked: Asked) -> Asked:
    """A search by the calendar of the community whose chat it comes from, where it has one."""
    community = uow.communities.of(asked.viewer) if asked.viewer else None
    return replace(asked, zone=ZoneInfo(community.zone)) if community else asked


def find(uow: UnitOfWork, asked: Asked, page: int, size: int) -> SearchResults:
    """A page of results inside a transaction."""
    outcome = search(uow, asked)
    here = page_of(outcome.stories[: max(outcome.whole, ENOUGH)], page, size, most=DEEPEST_PAGE)
    return SearchResults(
        question=outcome.question,
        plan=outcome.plan,
        hits=hits_of(uow, here.shown, asked, outcome.plan),
        total=here.total,
        whole=outcome.whole,
        exact=outcome.found.exact,
        page=here.number,
        pages=here.pages,
        retry=outcome.retry,
        suggestion=outcome.suggestion,
    )


def search(uow: UnitOfWork, asked: Asked) -> Outcome:
    """All that a question leads to, inside a transaction."""

    def parse(text: str) -> Question:
        return parse_question(text, asked.now, asked.zone)

    outcome = outcome_of(uow, parse(asked.words), asked)
    if asked.literal:
        return outcome
    tries = SecondTries(outcome.question, vocabulary(uow, uow.hidden_from(asked.viewer)), parse)
    outcome = outcome if outcome.whole else _second_try(uow, outcome, tries, asked)
    if outcome.retry:
        return outcome
    return replace(outcome, suggestion=tries.usual_form() if outcome.stories else tries.retyped_form())


def find_items(uow: UnitOfWork, viewer: Viewer, words: str, *, limit: int, now: datetime) -> list[Item]:
    """The items that somebody most likely means who typed these words: of each story that has all of them, the best.
    Who names papers or pages means these: where one is not known, none."""
    asked = Asked(readable_part(words), now, viewer)
    question = parse_question(asked.words, now, asked.zone)
    if names_unknown(question, named_in(uow, question, uow.hidden_from(viewer))):
        return []
    found = find(uow, asked, 1, limit)
    return [hit.items[0] for hit in found.hits if hit.complete]


def outcome_of(uow: UnitOfWork, question: Question, asked: Asked) -> Outcome:
    """All stories that a question leads to, inside a transaction; nothing else is tried."""
    languages = [asked.language] if asked.language else []
    hidden = uow.hidden_from(asked.viewer)
    named = named_in(uow, question, hidden)
    widened = widening(uow, hidden, languages, asked.asking, asked.now, among=languages_of(question))
    plan = plan_of(without_identities(question) if named else question, widened)
    if plan.is_empty and not named:
        return Outcome(question, plan)
    reach = Reach(hidden, named or None)
    found = candidates(uow.search_index, plan, reach)
    discussed = discussed_papers(uow, asked.asking, asked.now)
    stories = rank_stories(uow, plan, found, sort=question.sort, now=asked.now, discussed=discussed)
    if asked.near:
        stories = with_near(uow, plan, found, stories, near=asked.near, reach=reach, now=asked.now)
    return Outcome(question, plan, tuple(stories), found)


def _second_try(uow: UnitOfWork, outcome: Outcome, tries: SecondTries, asked: Asked) -> Outcome:
    """What may have been meant instead, where that finds more; of results that have some of the words already, words
    are not left out."""
    better = outcome
    for retry in islice(tries.all(), MOST_TRIES):
        if retry.kind is RetryKind.FEWER and outcome.stories:
            continue
        other = replace(outcome_of(uow, retry.question, replace(asked, near=())), retry=retry)
        if other.found.whole:
            return other
        if other.stories and other.unknown < better.unknown:
            better = other
    return better


def hits_of(uow: UnitOfWork, ranked: Sequence[RankedStory], asked: Asked, plan: Plan) -> tuple[StoryHit, ...]:
    """Stories with their items, all looked up at once; without the items that fit what is never to be shown."""
    known = uow.stories.many([one.story_id for one in ranked if one.story_id is not None])
    members = {story.id: story.item_ids for story in known}
    covering = [
        dict.fromkeys((*(fit.item_id for fit in one.fits), *members.get(one.story_id or 0, ()))) for one in ranked
    ]
    ids = dict.fromkeys(item_id for several in covering for item_id in several)
    documents = {one.item_id: one for one in uow.items.searched(list(ids))}
    for item_id in _unwanted(documents.values(), plan.never):
        del ids[item_id]
    shown = {item.id: item for item in visible(uow.items.many(list(ids)), uow.hidden_from(asked.viewer))}
    items = [[shown[item_id] for item_id in several if item_id in shown] for several in covering]
    front = _front(documents, plan, asked.language)
    return tuple(_hit(one, some, front) for one, some in zip(ranked, items, strict=True) if some)


def _unwanted(documents: Iterable[StoredDocument], never: Sequence[Expression]) -> list[int]:
    """Those of the items that have what a question excludes."""
    if not never:
        return []
    unwanted = fitter(any_of(*never))
    return [document.item_id for document in documents if unwanted(document)]


def _front(documents: Mapping[int, StoredDocument], plan: Plan, language: str | None) -> Front:
    """What tells which of a story's items, the best first, is to be read first."""
    place = front_edition(plan, _tag(language) if language else None)
    return lambda items: items[place([Edition(_tag(item.language), documents.get(item.id)) for item in items])]


def _hit(story: RankedStory, items: Sequence[Item], front: Front) -> StoryHit:
    """A story with its items, one of those that fit in front."""
    fits = frozenset(one.item_id for one in story.fits)
    # One in another language that has all that was asked for says more than one that has some of it.
    good = {one.item_id for one in story.fits if one.whole or not any(other.whole for other in story.fits)}
    first = front([item for item in items if item.id in good] or items)
    ordered = (first, *(item for item in items if item is not first))
    return StoryHit(story.story_id, ordered, fits, story.score, story.complete)


def is_in(item: Item, language: str) -> bool:
    """Whether an item is in a reader's language."""
    return _tag(item.language) == _tag(language)


def _tag(language: str | None) -> str:
    return primary_tag((language or "").replace("_", "-"))
