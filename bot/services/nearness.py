"""What a search finds by meaning, among what it finds by words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.domain.fusion import fused
from bot.domain.indexed_items import day_of
from bot.domain.question import Phrase, Question, Sort, Words
from bot.domain.question_tree import identities
from bot.domain.ranking import Scorer, story_score
from bot.domain.search_plan import Plan
from bot.services.candidates import Candidates, Reach
from bot.services.story_ranking import RankedStory, by_story
from storage.unit_of_work import UnitOfWork

NearestItems = Callable[[str], Awaitable[Sequence[int]]]
"""The items that mean about the same as a text, the nearest first, whoever may see them. Never raises."""


def meaning_of(question: Question) -> str:
    """The words whose meaning is asked for; "" where nothing but filters is, or papers and links, or the newest."""
    if question.sort is not Sort.BEST or identities(question):
        return ""
    said = (part.text for part in question.root.parts if isinstance(part, Words | Phrase) and part.field is None)
    return " ".join(said)


def with_near(
    uow: UnitOfWork,
    plan: Plan,
    found: Candidates,
    ranked: Sequence[RankedStory],
    *,
    near: Sequence[int],
    reach: Reach,
    now: datetime,
) -> list[RankedStory]:
    """Ranked stories and those of the items that are near, the nearest first, in one order: what has all words that
    were asked for stays in front, and no filter is left out."""
    fitting = _fitting(uow, plan, near, reach)
    documents = {one.item_id: one for one in uow.search_index.documents(fitting)}
    scorer = Scorer(plan, found.worth)
    fits = [scorer.fit(documents[item_id], whole=False) for item_id in near if item_id in documents]
    stories = by_story(uow, fits)  # in the order of their first items: the nearest first
    known = {story.key: story for story in ranked}
    scores = dict(fused([list(known), list(stories)]))
    for key, members in stories.items():
        if key not in known:
            day = max(documents[one.item_id].day for one in members)
            score = story_score(members, found.worth, day=day, today=day_of(now))
            known[key] = RankedStory(key if key > 0 else None, score, tuple(members), day, complete=False)
    return sorted(known.values(), key=lambda story: (not story.complete, -scores[story.key]))


def _fitting(uow: UnitOfWork, plan: Plan, near: Sequence[int], reach: Reach) -> list[int]:
    """Those of the items that may be shown to who asks, and that pass all filters."""
    among = frozenset(near) if reach.among is None else reach.among.intersection(near)
    found = uow.search_index.newest(plan.expression(()), limit=len(near), hidden=reach.hidden, among=among)
    return [item_id for item_id in found if item_id not in reach.left_out]
