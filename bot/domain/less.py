"""What people want less of: a source, a section or a word. It is not left out, but has to make room for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b

from bot.domain.errors import UserError
from bot.domain.items import Item
from bot.domain.sections import Section
from bot.domain.subscriptions import LONGEST_WORD, MOST_WORDS, Choices

WORDS_OFFERED = 5
SHORTEST_WORD = 4
"""Shorter words are hardly ever what a story is about. Scripts without spaces have no words to offer."""

_WORD = re.compile(r"[^\W\d_](?:[\w-]*\w)?")
_SPACELESS = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


class LessKind(StrEnum):
    SOURCE = "s"
    SECTION = "c"
    WORD = "w"


@dataclass(frozen=True, slots=True)
class Less:
    """Something that is wanted less: `value` is the id of a source, the value of a section, or a word in small letters.
    `label` is the title of a source."""

    kind: LessKind
    value: str
    label: str = ""

    @property
    def key(self) -> str:
        """What names it in a button: at most 21 bytes."""
        value = self.value
        if self.kind is LessKind.WORD:
            value = blake2b(value.encode(), digest_size=6).hexdigest()
        return f"{self.kind.value}{value}"


def less_of(choices: Choices) -> tuple[Less, ...]:
    """All that is wanted less."""
    return (
        *(Less(LessKind.SOURCE, str(one)) for one in sorted(choices.less_sources)),
        *(Less(LessKind.SECTION, one.value) for one in choices.less_sections),
        *(Less(LessKind.WORD, one) for one in choices.less_words),
    )


def with_less(choices: Choices, less: Less) -> Choices:
    """The choices with one thing more that is wanted less. May be repeated. Raises UserError where it is too much."""
    known = less_of(choices)
    if less.key in {one.key for one in known}:
        return choices
    if len(known) >= MOST_WORDS:
        raise UserError("At most {most} things can be wanted less. /subscriptions shows them.", most=MOST_WORDS)
    match less.kind:
        case LessKind.SOURCE:
            return replace(choices, less_sources=choices.less_sources | {int(less.value)})
        case LessKind.SECTION:
            return replace(choices, less_sections=(*choices.less_sections, Section(less.value)))
        case LessKind.WORD:
            return replace(choices, less_words=(*choices.less_words, less.value))


def without_less(choices: Choices, key: str) -> Choices:
    """The choices without what is wanted less by that key. May be repeated."""
    kept = [one for one in less_of(choices) if one.key != key]
    return replace(
        choices,
        less_sources=frozenset(int(one.value) for one in kept if one.kind is LessKind.SOURCE),
        less_sections=tuple(Section(one.value) for one in kept if one.kind is LessKind.SECTION),
        less_words=tuple(one.value for one in kept if one.kind is LessKind.WORD),
    )


def less_options(items: Iterable[Item], section: Section) -> tuple[Less, ...]:
    """What somebody who does not like a story may want less of: who tells it, its section, words of its titles."""
    items = tuple(items)
    sources = {item.key.source_id: item.source_title for item in items}
    titles = " ".join(item.title or "" for item in items)
    words = dict.fromkeys(word.casefold() for word in _WORD.findall(titles))
    fitting = [one for one in words if SHORTEST_WORD <= len(one) <= LONGEST_WORD and not _SPACELESS.search(one)]
    longest = set(sorted(fitting, key=lambda one: -len(one))[:WORDS_OFFERED])
    return (
        *(Less(LessKind.SOURCE, str(id_), title) for id_, title in sources.items()),
        Less(LessKind.SECTION, section.value),
        *(Less(LessKind.WORD, word) for word in fitting if word in longest),
    )
