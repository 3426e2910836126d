"""Fitting: which of some items fit a question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.items import NOTHING_HIDDEN
from bot.domain.search import parse_query
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, as it was written, by somebody who counts days in this zone and does not see these sources."""

    question: str
    zone: str
    hidden: frozenset[int] = NOTHING_HIDDEN


def fitting(uow: UnitOfWork, asked: Asked, among: Collection[int], now: datetime) -> frozenset[int]:
    """The items among these that have everything that is asked for."""
    query = parse_query(asked.question)
    page = uow.search.find(query, limit=1000, hidden=asked.hidden)
    return frozenset(hit.item.id for hit in page.hits).intersection(among)
