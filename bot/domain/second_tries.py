"""What else somebody may have meant whose question finds nothing: the same in another spelling, keyboard layout or
alphabet, or in fewer words.

Each try is a whole question again, with its filters and operators. They come the likeliest first, and are worked out
one by one: whoever asks stops at the first that finds something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.domain.folding import CJK_RUN, fold
from bot.domain.function_words import FUNCTION_WORDS
from bot.domain.layouts import Layouts, retyped
from bot.domain.meant_words import MeantWords, Vocabulary
from bot.domain.question import Question
from bot.domain.question_edits import wanted_texts, with_texts, without_quotation_marks
from bot.domain.question_words import AND_WORDS, OR_WORDS, Name, name_of

MOST_MENDED = 4
"""Words of a question that are mended; somebody who has typed more unknown ones has meant something else."""
LONGEST_RETYPED = 200
"""Characters of a question that may have been typed in another layout: who types sees it before there are more."""
_MOST_DROPPED = 4
_MOST_HALVES = 2  # readings in another layout that are mended
_SHORT = 3  # letters of a word that may be one by accident
_CHUNK = re.compile(r"[^\s\"“”„«»()（）|]+")
_NAMED = re.compile(r"(-?([^\W\d]+)[:：])(.+)", re.S)
_NAMES_OF_WORDS = (None, Name.TITLE, Name.AUTHOR)


class RetryKind(StrEnum):
    """What was done to the words of a question that are asked for instead; `FEWER`: nothing, some are left out."""

    SPELLING = "spelling"
    LAYOUT = "layout"
    TRANSLITERATION = "transliteration"
    FEWER = "fewer"


@dataclass(frozen=True, slots=True)
class Retry:
    """Another question to ask instead. `question.typed` is its text. `dropped`: words that were left out, as
    they were typed."""

    kind: RetryKind
    question: Question
    instead_of: Question
    dropped: tuple[str, ...] = ()


Parse = Callable[[str], Question]
_Found = TypeVar("_Found")


def second_tries(question: Question, vocabulary: Vocabulary, parse: Parse) -> Iterator[Retry]:
    """The questions to ask instead, each once, the likeliest first; none for one in which there is nothing to change.
    `parse` reads a text as a question. Bounded, whatever the question."""
    seen = {question}
    for retry in _Tries(question, vocabulary, parse).all():
        if retry.question not in seen and not retry.question.is_empty:
            seen.add(retry.question)
            yield retry


def did_you_mean(question: Question, vocabulary: Vocabulary) -> Retry | None:
    """The same question with a word that is hardly ever written as the frequent one that it is next to: to be offered
    beside the results of the question."""
    words = MeantWords(vocabulary)
    meant = {
        word: better for text in wanted_texts(question) for word in words.of(text) if (better := words.usual(word))
    }
    return Retry(RetryKind.SPELLING, _with_words(question, meant), question) if meant else None


def retyped_form(question: Question, vocabulary: Vocabulary, parse: Parse) -> Retry | None:
    """The same question as it would be in another layout or alphabet: to be named where nothing is found at all. None
    where nothing tells that it was meant."""
    return _Tries(question, vocabulary, parse).retyped_form()


class _Tries:
    def __init__(self, question: Question, vocabulary: Vocabulary, parse: Parse) -> None:
        self._question = question
        self._parse = parse
        self._words = MeantWords(vocabulary)
        self._typed: dict[str, str] = {}
        """What was typed where a chunk was retyped."""

    def all(self) -> Iterator[Retry]:
        unknown = self._unknown(self._question)
        if unknown:
            halves: list[Retry] = []
            yield from self._layouts(halves)
            if clear := self._clear(halves):  # no word that is like what was typed is nearer than what was meant
                yield from self._mended(clear)
                yield from self._without_unknown(clear, len(self._all_words()) - len(unknown))
                yield from self._fewer(unknown, {}, RetryKind.FEWER)
                return
            # Where nothing of it is known, the alphabet is a likelier mistake than each word's spelling.
            tries = [self._transliterated, self._spelt]
            for one in tries if len(unknown) == len(self._all_words()) else reversed(tries):
                yield from one(unknown)
            yield from self._joined()
            meant, kind = self._meant(unknown)
            if len(meant) == len(unknown):
                yield self._retry(kind, meant)
            halves = sorted(halves, key=lambda half: len(self._unknown(half.question)))[:_MOST_HALVES]
            for half in halves:
                yield from self._mended(half)
            for half in halves:
                yield from self._without_unknown(half, len(self._all_words()) - len(unknown))
        else:
            meant, kind = {}, RetryKind.FEWER
        yield from self._fewer(unknown, meant, kind)

    def _unknown(self, question: Question) -> list[str]:
        return self._words.unknown(wanted_texts(question))

    def _all_words(self) -> list[str]:
        return [word for text in wanted_texts(self._question) for word in self._words.of(text)]

    def _retry(self, kind: RetryKind, meant: Mapping[str, str]) -> Retry:
        return Retry(kind, _with_words(self._question, meant), self._question)

    # -- another layout

    def _layouts(self, halves: list[Retry]) -> Iterator[Retry]:
        """The question in another layout, as a whole or in its unknown words only. Those in which some words stay
        unknown go to `halves`."""
        if len(self._question.typed) > LONGEST_RETYPED:
            return
        before = len(self._unknown(self._question))
        for layouts in Layouts:
            for whole in (True, False):
                text = self._retyped(layouts, whole=whole)
                if text == self._question.typed:
                    continue
                question = self._parse(text)
                retry = Retry(RetryKind.LAYOUT, question, self._question)
                unknown = len(self._unknown(question))
                if not unknown and not self._tells(question):
                    continue
                if not unknown:
                    yield retry
                elif unknown <= before:
                    halves.append(retry)

    def _retyped(self, layouts: Layouts, *, whole: bool) -> str:
        return _CHUNK.sub(lambda match: self._retyped_chunk(match[0], layouts, whole=whole), self._question.typed)

    def _retyped_chunk(self, chunk: str, layouts: Layouts, *, whole: bool) -> str:
        """A chunk without spaces; operators and the names of filters stay, and what filters ask for that are no
        words."""
        if chunk in OR_WORDS | AND_WORDS:
            return chunk
        named = _NAMED.fullmatch(chunk)
        name = name_of(named[2]) if named else None
        begin, words = (named[1], named[3]) if named and name else ("", chunk)
        if name not in _NAMES_OF_WORDS or not (whole or self._words.unknown([words])):
            return chunk
        read = self._best_reading(words, layouts)
        self._typed[read] = words
        return begin + read

    def _best_reading(self, chunk: str, layouts: Layouts) -> str:
        readings = retyped(chunk, layouts)
        return next((one for one in readings if not self._words.unknown([one])), readings[0] if readings else chunk)

    def _clear(self, halves: Sequence[Retry]) -> Retry | None:
        """The first of some questions that were retyped whose unknown words look like words now."""
        return next((half for half in halves if self._is_clear(half)), None)

    def _is_clear(self, half: Retry) -> bool:
        typed = self._typed_words()
        unknown = self._unknown(half.question)
        return all(word in typed and self._words.clears_up(typed[word], word) for word in unknown)

    def retyped_form(self) -> Retry | None:
        unknown = self._unknown(self._question)
        if not unknown:
            return None
        halves: list[Retry] = []
        known = next(self._layouts(halves), None)
        return known or self._clear(halves) or next(self._transliterated(unknown), None)

    # -- another alphabet, another spelling

    def _transliterated(self, unknown: Sequence[str]) -> Iterator[Retry]:
        """The unknown words in another alphabet; then with them those that are words in both."""
        meant = _each(unknown, self._words.in_another_alphabet)
        if not meant:
            return
        yield self._retry(RetryKind.TRANSLITERATION, meant)
        others = [word for word in self._all_words() if word not in meant][:MOST_MENDED]
        more = {word: read for word in others if (read := self._words.in_another_alphabet(word))}
        if more:
            yield self._retry(RetryKind.TRANSLITERATION, meant | more)

    def _spelt(self, unknown: Sequence[str]) -> Iterator[Retry]:
        """The unknown words in the likeliest spelling; then, of a single one, in the next ones."""
        near = _each(unknown, self._words.near)
        if near:
            yield self._retry(RetryKind.SPELLING, {word: found[0] for word, found in near.items()})
        if len(near) == 1:
            word, found = next(iter(near.items()))
            for other in found[1:]:
                yield self._retry(RetryKind.SPELLING, {word: other})

    def _joined(self) -> Iterator[Retry]:
        """Neighbours as one word, where that is known."""
        meant = {}
        for text in wanted_texts(self._question):
            words = self._words.of(text)
            unknown = set(self._words.unknown([text]))
            for length in (2, 3):
                for at in range(len(words) - length + 1):
                    parts = words[at : at + length]
                    if unknown.intersection(parts) and (joined := self._words.as_one(parts)):
                        meant[" ".join(parts)] = joined
        if meant:
            yield self._retry(RetryKind.SPELLING, meant)

    def _mended(self, half: Retry) -> Iterator[Retry]:
        """A question that was retyped, with what is still unknown mended."""
        meant = _each(self._unknown(half.question), self._once_more)
        if meant:
            yield Retry(half.kind, _with_words(half.question, meant), self._question)

    def _once_more(self, word: str) -> str | None:
        """What a word was meant to be that was retyped already: a second guess must not be as far as a first."""
        return next(iter(self._words.near(word)), None) or self._words.plainly_in_another_alphabet(word)

    def _without_unknown(self, half: Retry, known: int) -> Iterator[Retry]:
        """A question of which more words are known now that it was retyped, without what is still unknown."""
        unknown = self._unknown(half.question)
        left = _with_words(half.question, dict.fromkeys(unknown, ""))
        words = [word for text in wanted_texts(left) for word in self._words.of(text)]
        if len(words) > known and self._tells(left):
            yield Retry(half.kind, left, self._question, self._as_typed(unknown))

    def _tells(self, question: Question) -> bool:
        """Whether it has a word that is none by accident."""
        return any(len(word) >= _SHORT for text in wanted_texts(question) for word in self._words.of(text))

    def _as_typed(self, unknown: Sequence[str]) -> tuple[str, ...]:
        """What was typed where these words stand, each once."""
        typed = self._typed_words()
        return tuple(dict.fromkeys(typed.get(word, word) for word in unknown))

    def _typed_words(self) -> dict[str, str]:
        """What was typed, by the words that were read instead."""
        return {word: chunk for read, chunk in self._typed.items() for word in self._words.of(read)}

    def _meant(self, unknown: Sequence[str]) -> tuple[dict[str, str], RetryKind]:
        """What unknown words are likely to mean, each in its own way, where that is known; and the way of the last."""
        meant: dict[str, str] = {}
        last = RetryKind.SPELLING
        for word in unknown if len(unknown) <= MOST_MENDED else ():
            found, kind = self._likeliest(word)
            if not found and (found := self._words.in_another_layout(word)):
                kind = RetryKind.LAYOUT
            if found := found or self._words.nearly_in_another_alphabet(word):
                meant[word], last = found, kind
        return meant, last

    def _likeliest(self, word: str) -> tuple[str | None, RetryKind]:
        if found := self._words.near(word):
            return found[0], RetryKind.SPELLING
        return self._words.in_another_alphabet(word), RetryKind.TRANSLITERATION

    # -- fewer words

    def _fewer(self, unknown: Sequence[str], meant: Mapping[str, str], kind: RetryKind) -> Iterator[Retry]:
        """Without what nobody has, the rest mended; then without quotation marks, and without the words that tell
        least, one after the other."""
        lost = set(unknown).difference(meant)
        words = self._all_words()
        dropped = [word for word in words if lost.intersection(self._words.unknown([word]))]
        kept = [word for word in words if word not in dropped]
        if dropped and kept:
            yield self._left_out(meant, dropped, kind if meant else RetryKind.FEWER)
        yield Retry(RetryKind.FEWER, without_quotation_marks(_with_words(self._question, meant)), self._question)
        items = {word: self._words.items(_instead(word, meant)) for word in kept}
        telling = [word for word in kept if fold(word) not in FUNCTION_WORDS and (len(word) > 1 or CJK_RUN.match(word))]
        frequent = sorted(telling, key=lambda word: -items[word])
        dropped += [word for word in kept if word not in telling]
        for word in frequent[: min(_MOST_DROPPED, len(frequent) - 1)]:
            dropped = [*dropped, word]
            yield self._left_out(meant, dropped, RetryKind.FEWER)

    def _left_out(self, meant: Mapping[str, str], dropped: Sequence[str], kind: RetryKind) -> Retry:
        left = _with_words(self._question, {**meant, **dict.fromkeys(dropped, "")})
        return Retry(kind, left, self._question, tuple(dict.fromkeys(dropped)))


def _each(words: Sequence[str], way: Callable[[str], _Found | None]) -> dict[str, _Found]:
    """What is found for each of the words; nothing where one is not found, or where they are too many."""
    found: dict[str, _Found] = {}
    for word in words if len(words) <= MOST_MENDED else ():
        one = way(word)
        if not one:
            return {}
        found[word] = one
    return found


def _instead(word: str, meant: Mapping[str, str]) -> str:
    return meant.get(word, word)


def _with_words(question: Question, meant: Mapping[str, str]) -> Question:
    """The question with other words in place of some; an empty one leaves a word out."""
    several = sorted(meant, key=lambda word: -len(word))
    pattern = re.compile("|".join(map(_as_word, several)), re.IGNORECASE)

    def edit(text: str) -> str:
        changed = pattern.sub(
            lambda match: _capital_as_typed(meant.get(" ".join(match[0].lower().split())), match[0]), text
        )
        # What is left of a word that was taken out of the signs around it is nothing.
        return " ".join(part for part in changed.split() if any(map(str.isalnum, part)))

    return with_texts(question, edit)


def _capital_as_typed(meant: str | None, typed: str) -> str:
    """What was meant, with a capital where one was typed; what was typed where nothing else was meant."""
    if meant is None:
        return typed
    return meant[:1].upper() + meant[1:] if typed[:1].isupper() else meant


def _as_word(word: str) -> str:
    """A pattern for a word that stands by itself, or for several in a row."""
    if CJK_RUN.fullmatch(word):
        return re.escape(word)
    words = r"\s+".join(map(re.escape, word.split()))
    return rf"(?<![^\W_]){words}(?![^\W_])"
