"""From the items that fit a plan to stories, the best first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.indexed_items import day_of
from bot.domain.question import Sort
from bot.domain.ranking import Fit, Score, Scorer, story_score
from bot.domain.search_plan import Plan
from bot.services.candidates import Candidates
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class RankedStory:
    """A story that fits. `fits`: its items that do, the best first; `day`: when the newest of them appeared, counted
    from 1970-01-01; `complete`: it has all that was asked for, or nearly. An item that is in no story yet is one of its
    own, `story_id` is None then."""

    story_id: int | None
    score: Score
    fits: tuple[Fit, ...]
    day: int
    complete: bool

    @property
    def key(self) -> int:
        """What `by_story` knows it by."""
        return self.story_id if self.story_id is not None else -self.fits[0].item_id


def rank_stories(
    uow: UnitOfWork,
    plan: Plan,
    found: Candidates,
    *,
    sort: Sort,
    now: datetime,
    discussed: frozenset[str] = frozenset(),
) -> list[RankedStory]:
    """The stories of the candidates: those with everything first, then by their scores, or the newest first.
    `discussed`: the papers that the club of who asks has discussed."""
    whole = frozenset(found.whole)
    documents = uow.search_index.documents([*found.whole, *found.part])
    days = {one.item_id: one.day for one in documents}
    scorer = Scorer(plan, found.worth)
    fits = [scorer.fit(document, whole=document.item_id in whole) for document in documents]
    fitting = by_story(uow, [one for one in fits if one.whole or any(one.units)])
    saves = uow.digests.saves([story for story in fitting if story > 0])
    told = uow.items.about_any([one.item_id for one in fits], discussed) if discussed else frozenset()
    ranked = []
    for story, members in fitting.items():
        day = max(days[one.item_id] for one in members)
        score = story_score(
            members,
            found.worth,
            day=day,
            today=day_of(now),
            saved=saves.get(story, 0),
            discussed=any(one.item_id in told for one in members),
        )
        best_first = sorted(members, key=lambda one: (-one.score.total, -one.item_id))
        complete = scorer.is_whole(members)
        ranked.append(RankedStory(story if story > 0 else None, score, tuple(best_first), day, complete))
    return sorted(ranked, key=lambda one: _place(one, sort))


def by_story(uow: UnitOfWork, fits: Collection[Fit]) -> Mapping[int, list[Fit]]:
    """Fits by their stories; by the negative number of the item where it is in none yet."""
    stories = uow.stories.of_items([one.item_id for one in fits])
    found: dict[int, list[Fit]] = defaultdict(list)
    for one in fits:
        found[stories.get(one.item_id, -one.item_id)].append(one)
    return found


def _place(story: RankedStory, sort: Sort) -> tuple[float, ...]:
    newest = story.fits[0].item_id
    if sort is Sort.NEW:
        return (not story.complete, -story.day, -story.score.total, -newest)
    return (not story.complete, -story.score.total, -story.day, -newest)
