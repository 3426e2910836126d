"""Where a story leads: of all links of its items, the ones that it is there for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.items import Item, ItemKind
from bot.domain.links import LinkKind, canonical, canonical_of_clean, kind_of
from bot.domain.papers import PaperId, address
from bot.domain.story_evidence import GENERAL, NEUTRAL, shares_of

PAPER_FIRST = 1.5
"""A paper is what a story is about rather than a page on it, unless that has so much more of the items' attention."""
IN_THE_STORY = 0.3
"""A paper with less than this, compared with what the story is about most, is background."""


@dataclass(frozen=True, slots=True)
class StoryLinks:
    """What a story is about most, its paper, its code, and where people talk about it; None where it has none."""

    lead: str | None = None
    paper: PaperId | None = None
    code: str | None = None
    discussion: str | None = None


def links_of(items: Sequence[Item]) -> StoryLinks:
    """Where a story with these items leads. What most items point at counts; what they cite as background does not."""
    parts: dict[str, float] = defaultdict(float)
    roles: dict[str, float] = defaultdict(float)
    urls: dict[str, str] = {}
    papers: dict[str, PaperId] = {}
    for item in items:
        papers |= {str(paper): paper for paper in item.papers}
        urls = {canonical_of_clean(link.url): link.url for link in item.links} | urls
        for key, share in shares_of(item).items():
            parts[key] += share.part
            roles[key] = max(roles[key], share.role)
    firm = {key for key in parts if roles[key] >= NEUTRAL} or {key for key in parts if roles[key] > GENERAL}
    parts = {key: parts[key] * (PAPER_FIRST if key in papers else 1) for key in parts if key in firm}
    lead = max(parts, key=lambda key: parts[key], default=None)
    near = [key for key in papers if lead and parts.get(key, 0) >= IN_THE_STORY * parts[lead]]
    paper = papers[max(near, key=lambda key: parts[key])] if near else None
    return StoryLinks(
        address(papers[lead]) if lead in papers else urls.get(lead or ""),
        paper,
        next((item.code for item in items if item.code), None),
        next((url for url in urls.values() if kind_of(url) is LinkKind.DISCUSSION), None),
    )


def target_of(told: Item, links: StoryLinks) -> str | None:
    """Where the title of a story leads that is told in the words of an item: to the item's own page where it is an
    article, else to what the story is about, else to where the item stands."""
    own = told.url if told.kind is ItemKind.ITEM else None
    return own or links.lead or told.url or told.document_url or next((link.url for link in told.links), None)


def is_about(items: Sequence[Item], url: str) -> bool:
    """Whether a story with these items is about what an address leads to: its page, its paper or its code. Otherwise
    the address is one that it only cites."""
    where = links_of(items)
    subjects = [where.lead, address(where.paper) if where.paper else None, where.code, *(item.url for item in items)]
    return canonical(url) in {canonical(one) for one in subjects if one}
