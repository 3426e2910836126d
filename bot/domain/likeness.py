"""What an item is about, in a few words: those that are said of it and of little else."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from bot.domain.function_words import FUNCTION_WORDS
from bot.domain.indexed_items import StoredDocument
from bot.domain.matching import FACET, Way
from bot.domain.search_plan import Plan, Unit

MOST_TELLING = 10
MOST_WEIGHED = 40
"""Words whose frequency is looked up: those that are said most often, and in the title."""
IN_TITLE, IN_NAMES = 4, 2
SHORTEST = 3  # letters of a word in a script that has spaces
SAME_BEGIN = 5  # letters; a word and one of its forms begin so


def likeness_plan(document: StoredDocument, share: Callable[[str], float]) -> Plan:
    """What to look for in order to find what is like an item. `share`: in how much of everything else a token stands,
    0 where it is in nothing else."""
    said: Counter[str] = Counter()
    for field, weight in ((document.title, IN_TITLE), (document.names, IN_NAMES), (document.body, 1)):
        for token in field.split():
            said[token] += weight
    likely = [token for token, _count in said.most_common() if _may_tell(token)][:MOST_WEIGHED]
    shares = {token: share(token) for token in likely}
    worth = {token: math.log1p(said[token]) * math.log1p(1 / part) for token, part in shares.items() if part}
    telling: list[str] = []
    for token in sorted(worth, key=lambda one: -worth[one]):
        if len(telling) < MOST_TELLING and not any(one[:SAME_BEGIN] == token[:SAME_BEGIN] for one in telling):
            telling.append(token)
    return Plan(tuple(Unit(token, (Way((token,)),)) for token in telling))


def _may_tell(token: str) -> bool:
    if token.startswith(FACET) or token.isdecimal() or token in FUNCTION_WORDS:
        return False
    return len(token) >= SHORTEST or not token.isascii()
