"""Which edition of a story stands in front of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.fitting import Fitter, fitter
from bot.domain.indexed_items import StoredDocument
from bot.domain.matching import Field, Tokens, any_of
from bot.domain.search_plan import Plan
from bot.domain.search_units import Unit

_SHOWN = (Field.TITLE, Field.NAMES, Field.BODY, Field.FORMS)
"""What a reader sees of an edition: the original that a translation keeps beside it is in another language."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An item in a language (a primary tag, "" where it is not known), as it is indexed; None where it is not."""

    language: str
    document: StoredDocument | None


def front_edition(plan: Plan, reader: str | None) -> Callable[[Sequence[Edition]], int]:
    """What tells which of some editions, the best first, is to be read first by whom who asked: the one in their
    language (a primary tag), else the one that says most of what was typed as it was typed (so that it is in the
    language of the question), else the English one, else the best."""
    asked = [(unit.weight, _as_typed(unit)) for unit in plan.required or plan.units]

    def said(edition: Edition) -> float:
        document = edition.document
        return sum(weight for weight, fits in asked if fits(document)) if document else 0.0

    def order(edition: Edition) -> tuple[bool, float, bool]:
        return (bool(reader) and edition.language == reader, said(edition), edition.language == "en")

    return lambda editions: max(range(len(editions)), key=lambda place: (*order(editions[place]), -place))


def _as_typed(unit: Unit) -> Fitter:
    heaviest = max((way.weight for way in unit.ways), default=0.0)
    ways = [way for way in unit.ways if way.weight == heaviest]
    return fitter(any_of(*(Tokens(way.tokens, unit.fields or _SHOWN) for way in ways)))
