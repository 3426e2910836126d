"""Words that go together across languages, learned from stories that are told in several of them.

Where "дистилляция" and "distillation" stand in the Russian and the English text of the same stories, and hardly ever in
one without the other, a question with the one is widened by the other. Nothing is known of the languages but the stems.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import chain, combinations, groupby
from math import log
from operator import itemgetter

from bot.domain.analysis import Analyser, primary_tag
from bot.domain.folding import CJK_RUN, fold
from bot.domain.function_words import FUNCTION_WORDS

BEGINNING = 300
"""Letters of a text that are looked at beside its title: translations go different ways later on."""
FEWEST_STORIES = 3
"""Stories that have both words, at least. Of two words in two stories nobody can tell which of them go together."""
MOST_SHARE = 0.12
"""Words that more of the stories have are of no use: they are the language's own, or what everything is about."""
SURE = 15.1
"""The log-likelihood ratio that chance reaches once in ten thousand pairs of words."""
FAITHFUL = 0.5
"""The least share of the two words' stories that has both (Dice): a word beside a phrase goes with others, too."""
MOST_PARTNERS = 3
"""Words that one word goes with in a language: each must be among the best for the other, too."""
MOST_LEARNED = 5_000
"""Pairs of words of two languages that are kept, the strongest: they are written in one transaction."""
FEWEST_NEW = 50
MORE_SHARE = 0.05
"""What is learned anew once so many items have come, and so large a share of what was there."""
SHORTEST = 3  # letters: what is shorter is grammar, but in scripts without spaces

_PARTICLES = frozenset("的了和與与")  # a pair of neighbours with one of them straddles two words
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Association:
    """A word of the one language and a word of the other that say the same, as stems. `strength`: above 0, up to 1."""

    word: str
    other: str
    strength: float


@dataclass(frozen=True, slots=True)
class Telling:
    """Two items that tell the same story, the one in the one language, the other in the other."""

    one_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class _Pair:
    one: int
    other: int
    strength: float


def worth_learning(newest_item: int, learned_up_to: int) -> bool:
    """Whether enough has come since the newest item that was known when something was learned last, 0 for never."""
    return newest_item - learned_up_to >= max(FEWEST_NEW, MORE_SHARE * learned_up_to)


def tellings(members: Iterable[tuple[int, int, str]]) -> dict[tuple[str, str], list[Telling]]:
    """What stories have been told in two languages, by these (in order). `members`: story, item and language, each
    story's in a row; the first item in a language tells it."""
    found: dict[tuple[str, str], list[Telling]] = {}
    for _story, rows in groupby(members, key=itemgetter(0)):
        tells: dict[str, int] = {}
        for _same, item_id, language in rows:
            tells.setdefault(primary_tag(language), item_id)
        for one, other in combinations(sorted(tells), 2):
            found.setdefault((one, other), []).append(Telling(tells[one], tells[other]))
    return found


def telling_words(title: str | None, text: str, language: str, analyser: Analyser) -> frozenset[str]:
    """The stems of an item that may go with words of another language: those of its title and of its beginning, but of
    words that hold sentences together."""
    told = _WORD.sub(_unless_function_word, f"{title or ''}\n{text[:BEGINNING]}")
    return frozenset(stem for stem in analyser.text(told, language).stems if _tells(stem))


class Lesson:
    """Learns from the stories that two languages share. Holds a few hundred bytes a story."""

    def __init__(self) -> None:
        self._one = _Side()
        self._other = _Side()

    def __len__(self) -> int:
        """From how many stories."""
        return len(self._one.stories)

    def add(self, one: Iterable[str], other: Iterable[str]) -> None:
        """A story, by the telling words of its text in each of the two languages."""
        self._one.add(one)
        self._other.add(other)

    def learned(self) -> list[Association]:
        """What goes together, at most MOST_LEARNED, in the order of the words. The same stories teach the same, but for
        the last of many equals, in any order."""
        found = nlargest(MOST_LEARNED, self._mutual(self._pairs()), key=lambda pair: pair.strength)
        named = [Association(self._one.words[p.one], self._other.words[p.other], p.strength) for p in found]
        return sorted((one for one in named if one.word != one.other), key=lambda one: (one.word, one.other))

    def _pairs(self) -> Iterator[_Pair]:
        """For each word of the one language the words of the other that go with it best."""
        stories = len(self)
        most = max(MOST_SHARE * stories, FEWEST_STORIES + 2)
        ours, theirs = self._one.counts(most), self._other.counts(most)
        told = [array("I", filter(theirs.__contains__, story)) for story in self._other.stories]
        for word, numbers in self._one.places(ours):
            together = Counter(chain.from_iterable(told[number] for number in numbers))
            yield from _best(
                _Pair(word, other, round(2 * both / (ours[word] + theirs[other]), 3))
                for other, both in together.items()
                if both >= FEWEST_STORIES
                and 2 * both >= FAITHFUL * (ours[word] + theirs[other])
                and surprise(both, ours[word], theirs[other], stories) >= SURE
            )

    def _mutual(self, pairs: Iterable[_Pair]) -> Iterator[_Pair]:
        """Those of the pairs that are among the best for their other word, too."""
        by_other: dict[int, list[_Pair]] = {}
        for pair in pairs:
            by_other.setdefault(pair.other, []).append(pair)
        for rivals in by_other.values():
            yield from _best(rivals)


class _Side:
    """The words of one language, as numbers, story by story."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.stories: list[array[int]] = []

    @property
    def words(self) -> list[str]:
        return list(self._numbers)

    def add(self, words: Iterable[str]) -> None:
        numbers = (self._numbers.setdefault(word, len(self._numbers)) for word in sorted(set(words)))
        self.stories.append(array("I", numbers))

    def counts(self, most: float) -> dict[int, int]:
        """In how many stories each word is, of those that are in enough and not in too many."""
        counts = Counter(word for story in self.stories for word in story)
        return {word: count for word, count in counts.items() if FEWEST_STORIES <= count <= most}

    def places(self, words: Iterable[int]) -> Iterator[tuple[int, array[int]]]:
        """These words, each with the numbers of its stories."""
        places = {word: array("I") for word in words}
        for number, story in enumerate(self.stories):
            for word in story:
                if word in places:
                    places[word].append(number)
        return iter(places.items())


def surprise(both: int, ones: int, others: int, stories: int) -> float:
    """How little chance explains that two words are together so often: Dunning's log-likelihood ratio, 0 and more.

    https://aclanthology.org/J93-1003/ · `ones` and `others` are the stories that have the one and the other word.
    """
    table = ((both, ones - both), (others - both, stories - ones - others + both))
    rows, columns = (ones, stories - ones), (others, stories - others)
    return 2 * sum(
        cell * log(cell * stories / (row * column))
        for line, row in zip(table, rows, strict=True)
        for cell, column in zip(line, columns, strict=True)
        if cell > 0
    )


def _best(pairs: Iterable[_Pair]) -> list[_Pair]:
    """The strongest; where the last of them has equals, none of those: nothing tells which of them is meant."""
    best = nlargest(MOST_PARTNERS + 1, pairs, key=lambda pair: pair.strength)
    if len(best) <= MOST_PARTNERS:
        return best
    return [pair for pair in best if pair.strength > best[-1].strength]


def _unless_function_word(word: re.Match[str]) -> str:
    return " " if fold(word[0]) in FUNCTION_WORDS else word[0]


def _tells(stem: str) -> bool:
    if CJK_RUN.match(stem):
        return _PARTICLES.isdisjoint(stem)
    return len(stem) >= SHORTEST and not stem.isdigit()
