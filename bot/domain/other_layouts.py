"""Questions as they read had another keyboard layout been on while they were typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import tee

from bot.domain.layouts import Layouts, retyped
from bot.domain.meant_words import MeantWords
from bot.domain.question import Question
from bot.domain.question_edits import wanted_texts
from bot.domain.question_words import AND_WORDS, OR_WORDS, Name, name_of

LONGEST_RETYPED = 200
"""Characters of a question that may have been typed in another layout: who types sees it before there are more."""
_CHUNK = re.compile(r"[^\s\"“”„«»()（）|]+")
_NAMED = re.compile(r"(-?([^\W\d]+)[:：])(.+)", re.S)
_NAMES_OF_WORDS = (None, Name.TITLE, Name.AUTHOR)

Parse = Callable[[str], Question]
"""Reads a text as a question."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question in another layout. `unknown`: its words that nobody has. `typed`: what was typed, by the word that is
    read instead."""

    question: Question
    unknown: tuple[str, ...]
    typed: Mapping[str, str]


class OtherLayouts:
    """The readings of one question in other layouts, each worked out once, when it is first asked for."""

    def __init__(self, question: Question, words: MeantWords, parse: Parse) -> None:
        self._question = question
        self._words = words
        self._parse = parse
        self._found = self._readings()

    def known(self) -> Iterator[Reading]:
        """Those of which every word is known."""
        return (one for one in self._all() if not one.unknown)

    def halves(self) -> list[Reading]:
        """Those of which some words are known, and no more are unknown than of what was typed."""
        return [one for one in self._all() if one.unknown]

    def clear(self) -> Reading | None:
        """The first of the halves whose unknown words look like words, which those that were typed do not."""
        return next((one for one in self.halves() if self._is_clear(one)), None)

    def _all(self) -> Iterator[Reading]:
        self._found, again = tee(self._found)
        return again

    def _readings(self) -> Iterator[Reading]:
        """The question in each layout, as a whole or in its unknown words only."""
        if len(self._question.typed) > LONGEST_RETYPED:
            return
        before = len(self._words.unknown(wanted_texts(self._question)))
        for layouts in Layouts:
            for whole in (True, False):
                reading = self._reading(layouts, whole=whole)
                if reading is None or len(reading.unknown) > before:
                    continue
                if reading.unknown or self._words.tell(wanted_texts(reading.question)):
                    yield reading

    def _reading(self, layouts: Layouts, *, whole: bool) -> Reading | None:
        typed: dict[str, str] = {}
        text = _CHUNK.sub(lambda match: self._chunk(match[0], layouts, typed, whole=whole), self._question.typed)
        if text == self._question.typed:
            return None
        question = self._parse(text)
        by_word = {word: chunk for read, chunk in typed.items() for word in self._words.of(read)}
        return Reading(question, tuple(self._words.unknown(wanted_texts(question))), by_word)

    def _chunk(self, chunk: str, layouts: Layouts, typed: dict[str, str], *, whole: bool) -> str:
        """A chunk without spaces, of which `typed` keeps what it was; operators and the names of filters stay, and what
        filters ask for that are no words."""
        if chunk in OR_WORDS | AND_WORDS:
            return chunk
        named = _NAMED.fullmatch(chunk)
        name = name_of(named[2]) if named else None
        begin, words = (named[1], named[3]) if named and name else ("", chunk)
        if name not in _NAMES_OF_WORDS or not (whole or self._words.unknown([words])):
            return chunk
        read = self._best(words, layouts)
        typed[read] = words
        return begin + read

    def _best(self, words: str, layouts: Layouts) -> str:
        readings = retyped(words, layouts)
        return next((one for one in readings if not self._words.unknown([one])), readings[0] if readings else words)

    def _is_clear(self, half: Reading) -> bool:
        return all(word in half.typed and self._words.clears_up(half.typed[word], word) for word in half.unknown)
