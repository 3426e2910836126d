"""What an engine is asked for: expressions over analysed tokens, in no engine's own language.

An index engine (SQLite's FTS5, PostgreSQL's tsvector) finds the items whose fields fit an expression. Tokens are what
`bot.domain.analysis` makes of texts, so that all engines find the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """A part of an item that is searched. Tokens in a row are always of one field."""

    TITLE = "title"
    NAMES = "names"  # authors, identifiers of papers, repositories, hosts of links
    BODY = "body"
    ORIGINAL = "original"  # what a translated issue keeps of its original
    PLACE = "place"  # the heading of its section, the title of its source, and its facets
    FORMS = "forms"  # words as they stand in the text, where they differ from their stems; in no order


@dataclass(frozen=True, slots=True)
class Tokens:
    """These tokens in a row; in one of these fields, in any where none is named."""

    tokens: tuple[str, ...]
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part fits. Has at least one."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part fits. Has at least one."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The one fits, and the other does not."""

    wanted: Expression
    unwanted: Expression


Expression = Tokens | AllOf | AnyOf | Without


@dataclass(frozen=True, slots=True)
class Way:
    """Tokens in a row by which a text says something. `weight`: 1 for what was asked for itself, less for what says it
    in other words. `language`: the primary tag of the texts in which it means that, None for any."""

    tokens: tuple[str, ...]
    weight: float = 1.0
    language: str | None = None


FACET = "Ω"
"""How facets begin. Folded words have no capital letters, so that no word that somebody types is taken for a facet."""

EVERYTHING = Tokens((f"{FACET}all",), (Field.PLACE,))
"""Fits every item."""


def facet(kind: str, value: str | int = "") -> Tokens:
    """What fits the items that have a facet: `facet("lang", "pt")`, `facet("section", "education")`."""
    return Tokens((facet_token(kind, value),), (Field.PLACE,))


def facet_token(kind: str, value: str | int = "") -> str:
    """The token of a facet: letters and digits only."""
    return FACET + "".join(filter(str.isalnum, f"{kind}{value}"))


def all_of(*parts: Expression) -> Expression:
    """Every part, as simple as it can be said."""
    flat = tuple(one for part in parts for one in (part.parts if isinstance(part, AllOf) else (part,)))
    return flat[0] if len(flat) == 1 else AllOf(tuple(dict.fromkeys(flat)))


def any_of(*parts: Expression) -> Expression:
    """Any part, as simple as it can be said."""
    flat = tuple(one for part in parts for one in (part.parts if isinstance(part, AnyOf) else (part,)))
    return flat[0] if len(flat) == 1 else AnyOf(tuple(dict.fromkeys(flat)))
