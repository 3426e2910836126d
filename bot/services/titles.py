"""Titles for somebody who is typing."""

from __future__ import annotations

from bot.domain.matching import Field
from bot.domain.question import Every, Node, Prefix, Question, Words
from bot.domain.search_plan import plan_of
from bot.services.widening import beginnings
from storage.unit_of_work import UnitOfWork

LONGEST_TYPED = 200
SHORTEST_PREFIX = 3
"""Letters; fewer begin too many words."""
MOST_ALIKE = 3
"""So many times as many titles are looked at as are wanted: some are there twice."""


def titles_with(uow: UnitOfWork, typed: str, *, limit: int, hidden: frozenset[int]) -> list[str]:
    """The newest titles in which the words stand that somebody is typing, in any order, at most `limit`, none twice.
    The last word may be unfinished."""
    question = _question(typed[:LONGEST_TYPED])
    plan = plan_of(question, beginnings(uow))
    if plan.is_empty:
        return []
    expression = plan.expression(plan.required)
    found = uow.search_index.newest(expression, limit=MOST_ALIKE * limit, hidden=hidden)
    return list(dict.fromkeys(uow.items.titles(found)))[:limit]


def _question(typed: str) -> Question:
    *finished, last = typed.split() or [""]
    nodes: list[Node] = [Words(word, Field.TITLE) for word in finished]
    if last:
        unfinished = len(last) >= SHORTEST_PREFIX and last[-1].isalnum()
        nodes.append(Prefix(last, Field.TITLE) if unfinished else Words(last, Field.TITLE))
    return Question(typed, Every(tuple(nodes)))
