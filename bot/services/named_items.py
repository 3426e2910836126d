"""Papers and pages that questions name by their numbers or addresses: looked up exactly, before any word is."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.items import NOTHING_HIDDEN
from bot.domain.papers import address
from bot.domain.question import Question
from bot.domain.question_tree import identities
from storage.unit_of_work import UnitOfWork

MOST_NAMED = 1_000
"""Items about one paper, the newest."""


def named_in(uow: UnitOfWork, question: Question, hidden: frozenset[int] = NOTHING_HIDDEN) -> frozenset[int]:
    """The items that are about all papers and have all links that a question names, without those of hidden sources;
    none where one is not known, which is then read as words."""
    found = [frozenset(uow.items.naming(url, limit=MOST_NAMED, hidden=hidden)) for url in addresses_of(question)]
    return frozenset.intersection(*found) if found else frozenset()


def names_unknown(question: Question, named: Collection[int]) -> bool:
    """Whether a question names papers or pages, and no items (`named`) are about them. The address of a whole site is a
    name as well, which may stand in texts."""
    return not named and any(one.paper or "/" in (one.link or "") for one in identities(question))


def addresses_of(question: Question) -> list[str]:
    """Where the papers and pages are that a question names, in its order."""
    return [address(one.paper) if one.paper else f"https://{one.link}" for one in identities(question)]
