"""Titles for somebody who is typing."""

from __future__ import annotations

from bot.domain.analysis import primary_tag
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


def titles_with(
    uow: UnitOfWork, typed: str, *, limit: int, hidden: frozenset[int], language: str | None = None
) -> list[str]:
    """The newest titles in which the words stand that somebody is typing, in any order, at most `limit`, none twice,
    those in the reader's language first. The last word may be unfinished."""
    question = _question(typed[:LONGEST_TYPED])
    plan = plan_of(question, beginnings(uow, hidden))
    if plan.is_empty:
        return []
    expression = plan.expression(plan.required)
    found = uow.search_index.newest(expression, limit=MOST_ALIKE * limit, hidden=hidden)
    titles = uow.items.titles(found)
    titles.sort(key=lambda title: language is not None and primary_tag(title[1]) != primary_tag(language))
    return list(dict.fromkeys(title for title, _language in titles))[:limit]


def _question(typed: str) -> Question:
    *finished, last = typed.split() or [""]
    nodes: list[Node] = [Words(word, Field.TITLE) for word in finished]
    if last:
        unfinished = len(last) >= SHORTEST_PREFIX and last[-1].isalnum()
        nodes.append(Prefix(last, Field.TITLE) if unfinished else Words(last, Field.TITLE))
    return Question(typed, Every(tuple(nodes)))
