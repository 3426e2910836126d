"""A sieve: some items that many questions are asked of, without the engine being asked each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bot.domain.fitting import fitter
from bot.domain.indexed_items import StoredDocument
from bot.domain.matching import AllOf, AnyOf, Expression, OneOf, Tokens, Without


class Sieve:
    """Documents by their tokens. It finds of them what the engine would."""

    def __init__(self, documents: Iterable[StoredDocument]) -> None:
        self._documents = {document.item_id: document for document in documents}
        self._having: dict[str, set[int]] = defaultdict(set)
        for item_id, one in self._documents.items():
            for field in (one.title, one.names, one.body, one.original, one.place, one.forms):
                for token in field.split():
                    self._having[token].add(item_id)

    def fitting(self, expression: Expression) -> frozenset[int]:
        """The ids of the items that fit."""
        fits = fitter(expression)
        return frozenset(item_id for item_id in self._perhaps(expression) if fits(self._documents[item_id]))

    def _perhaps(self, expression: Expression) -> set[int]:
        """All that fit, and perhaps others."""
        match expression:
            case Tokens(tokens):
                found = [self._having.get(token, set()) for token in tokens]
                return set.intersection(*found) if found else set()
            case AllOf(parts):
                return set.intersection(*map(self._perhaps, parts))
            case AnyOf(parts):
                return set().union(*map(self._perhaps, parts))
            case Without(wanted, _unwanted):
                return self._perhaps(wanted)
            case OneOf(item_ids):
                return set(item_ids.intersection(self._documents))
