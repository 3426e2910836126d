"""What else somebody may have meant whose question finds nothing: the same in another spelling, keyboard layout or
alphabet, or in fewer words.

Each try is a whole question again, with its filters and operators. They come the likeliest first, and are worked out
one by one: whoever asks stops at the first that finds something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.domain.folding import CJK_RUN, fold
from bot.domain.function_words import FUNCTION_WORDS
from bot.domain.meant_words import MeantWords, Vocabulary
from bot.domain.other_layouts import OtherLayouts, Parse, Reading
from bot.domain.question import Question
from bot.domain.question_edits import wanted_texts, with_words, without_quotation_marks

MOST_MENDED = 4
"""Words of a question that are mended; somebody who has typed more unknown ones has meant something else."""
_MOST_DROPPED = 4
_MOST_HALVES = 2  # readings in another layout that are mended


class RetryKind(StrEnum):
    """What was done to the words of a question that are asked for instead. `KNOWN`: nothing, but those that nobody has
    are left out; `FEWER`: others are, too."""

    SPELLING = "spelling"
    LAYOUT = "layout"
    TRANSLITERATION = "transliteration"
    KNOWN = "known"
    FEWER = "fewer"


@dataclass(frozen=True, slots=True)
class Retry:
    """Another question to ask instead. `question.typed` is its text. `dropped`: words that were left out, as
    they were typed."""

    kind: RetryKind
    question: Question
    instead_of: Question
    dropped: tuple[str, ...] = ()


_Found = TypeVar("_Found")


class SecondTries:
    """What may have been meant by one question. Remembers what it has looked up."""

    def __init__(self, question: Question, vocabulary: Vocabulary, parse: Parse) -> None:
        """`parse` reads another text as a question, like the one that this question was read from."""
        self._question = question
        self._words = MeantWords(vocabulary)
        self._layouts = OtherLayouts(question, self._words, parse)

    def all(self) -> Iterator[Retry]:
        """The questions to ask instead, each once, the likeliest first; none for one in which there is nothing to
        change. Bounded, whatever the question."""
        seen = {self._question}
        for retry in self._tries():
            if retry.question not in seen and not retry.question.is_empty:
                seen.add(retry.question)
                yield retry

    def usual_form(self) -> Retry | None:
        """The same question with a word that is hardly ever written as the frequent one that it is next to: to be
        offered beside the results of the question."""
        meant = {word: better for word in self._all_words() if (better := self._words.usual(word))}
        return self._retry(RetryKind.SPELLING, meant) if meant else None

    def retyped_form(self) -> Retry | None:
        """The same question as it would be in another layout or alphabet: to be named where nothing is found at all.
        None where nothing tells that it was meant."""
        unknown = self._unknown()
        if not unknown:
            return None
        if reading := next(self._layouts.known(), None) or self._layouts.clear():
            return self._retyped(reading.question)
        return next(self._transliterated(unknown), None)

    def _tries(self) -> Iterator[Retry]:
        unknown = self._unknown()
        if unknown:
            yield from (self._retyped(reading.question) for reading in self._layouts.known())
            if clear := self._layouts.clear():  # no word that is like what was typed is nearer than what was meant
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
            halves = sorted(self._layouts.halves(), key=lambda half: len(half.unknown))[:_MOST_HALVES]
            for half in halves:
                yield from self._mended(half)
            for half in halves:
                yield from self._without_unknown(half, len(self._all_words()) - len(unknown))
        else:
            yield from self._as_items_write()
            meant, kind = {}, RetryKind.FEWER
        yield from self._fewer(unknown, meant, kind)

    def _unknown(self) -> list[str]:
        return self._words.unknown(wanted_texts(self._question))

    def _all_words(self) -> list[str]:
        return [word for text in wanted_texts(self._question) for word in self._words.of(text)]

    def _retry(self, kind: RetryKind, meant: Mapping[str, str]) -> Retry:
        return Retry(kind, with_words(self._question, meant), self._question)

    def _retyped(self, question: Question, dropped: tuple[str, ...] = ()) -> Retry:
        return Retry(RetryKind.LAYOUT, question, self._question, dropped)

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

    def _as_items_write(self) -> Iterator[Retry]:
        """Words that are known, but that no item has, in the alphabet in which items have them: «кодекс» is a word, and
        may be Codex."""
        lacking = [word for word in self._all_words() if not self._words.items(word)][:MOST_MENDED]
        read = {word: self._words.in_another_alphabet(word) for word in lacking}
        meant = {word: one for word, one in read.items() if one and self._words.items(one)}
        if meant:
            yield self._retry(RetryKind.TRANSLITERATION, meant)

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

    def _mended(self, half: Reading) -> Iterator[Retry]:
        """A question that was retyped, with what is still unknown mended."""
        meant = _each(half.unknown, self._once_more)
        if meant:
            yield self._retyped(with_words(half.question, meant))

    def _once_more(self, word: str) -> str | None:
        """What a word was meant to be that was retyped already: a second guess must not be as far as a first."""
        return next(iter(self._words.near(word)), None) or self._words.plainly_in_another_alphabet(word)

    def _without_unknown(self, half: Reading, known: int) -> Iterator[Retry]:
        """A question of which more words are known now that it was retyped, without what is still unknown."""
        left = with_words(half.question, dict.fromkeys(half.unknown, ""))
        texts = wanted_texts(left)
        if sum(len(self._words.of(text)) for text in texts) > known and self._words.tell(texts):
            typed = dict.fromkeys(half.typed.get(word, word) for word in half.unknown)
            yield self._retyped(left, tuple(typed))

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
        telling = [word for word in kept if fold(word) not in FUNCTION_WORDS and (len(word) > 1 or CJK_RUN.match(word))]
        if dropped and telling:
            yield self._left_out(meant, dropped, kind if meant else RetryKind.KNOWN)
        yield Retry(RetryKind.FEWER, without_quotation_marks(with_words(self._question, meant)), self._question)
        items = {word: self._words.items(_instead(word, meant)) for word in kept}
        frequent = sorted(telling, key=lambda word: -items[word])
        dropped += [word for word in kept if word not in telling]
        for word in frequent[: min(_MOST_DROPPED, len(frequent) - 1)]:
            dropped = [*dropped, word]
            yield self._left_out(meant, dropped, RetryKind.FEWER)

    def _left_out(self, meant: Mapping[str, str], dropped: Sequence[str], kind: RetryKind) -> Retry:
        left = with_words(self._question, {**meant, **dict.fromkeys(dropped, "")})
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
