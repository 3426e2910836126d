"""Papers that a club has discussed: in which of its sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.items import Item
from bot.domain.papers import PaperId


@dataclass(frozen=True, slots=True)
class Discussed:
    """The session in which a paper was discussed. `zone` is the one by whose clock it went."""

    number: int
    at: datetime
    zone: str


DiscussedPapers = Mapping[str, Discussed]
"""By the paper's identity ("arxiv:1706.03762") the last session about it."""


def discussed_before(found: Iterable[tuple[str, Discussed]], moment: datetime) -> DiscussedPapers:
    """Of papers and their sessions, those that had begun by a moment, of each paper the last one."""
    return {identity: one for identity, one in sorted(found, key=lambda pair: pair[1].at) if one.at <= moment}


def discussed_of(papers: Sequence[PaperId], discussed: DiscussedPapers) -> Discussed | None:
    """The last session about one of these papers."""
    found = [one for paper in papers if (one := discussed.get(str(paper)))]
    return max(found, key=lambda one: one.at, default=None)


def discussed_of_item(item: Item, discussed: DiscussedPapers) -> Discussed | None:
    """The last session about one of the papers that an item names."""
    return discussed_of(item.papers, discussed)
