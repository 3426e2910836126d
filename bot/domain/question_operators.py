"""The operators of questions, and what stands on their sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.question import Node
from bot.domain.question_tree import either, every, is_condition


@dataclass(frozen=True, slots=True)
class Operator:
    """OR or AND, and the word that it is where it stands between nothing."""

    joins: str
    word: str


Entry = Node | Operator
"""A part of a question, or what joins two."""


def joined(entries: Iterable[Entry]) -> Node | None:
    """The parts of one level: all of them, but one of those that stand on the sides of an OR.

    The sides of an OR are rows of words, phrases and brackets, or single conditions.
    """
    chains: list[list[list[Node]]] = []  # each of sides, each of parts in a row
    joins = False
    for entry in entries:
        if isinstance(entry, Operator):
            joins = joins or entry.joins == "or"
        elif joins:
            chains[-1].append([entry])
            joins = False
        elif chains and not is_condition(entry) and not is_condition(chains[-1][-1][-1]):
            chains[-1][-1].append(entry)
        else:
            chains.append([[entry]])
    return every(either(part for side in chain if (part := every(side))) for chain in chains)
