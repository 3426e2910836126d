"""What single words were meant to be: the known words that one mistake or another leads to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.analysis import Analyser
from bot.domain.arabic_sounds import heard
from bot.domain.folding import CJK_RUN, WORD_OR_RUN, fold, pairs_of
from bot.domain.function_words import FUNCTION_WORDS
from bot.domain.layouts import Layouts, retyped
from bot.domain.run_spelling import mended_run, run_scan, weakest_pair
from bot.domain.spelling import (
    MOST_MISTAKES,
    KnownWord,
    Near,
    alike,
    most_mistakes,
    nearest,
    one_mistake_away,
    scan,
    split_in_two,
)
from bot.domain.transliteration import in_cyrillic, in_latin

MOST_NEAR = 4
"""Spellings of one word that are tried."""
MOST_HEARD = 32
"""Words that one in Arabic letters may sound like, the likeliest ones, which are looked up."""
MOST_INFLECTED = 100
"""Words of one question that are looked for in other forms: each is a look into the index."""
_MOST_ANALYSED = 12  # readings whose inflections are looked for too
_FEW = 5  # items; a word that fewer have may be a mistake itself
_RARE, _USUAL = 2, 200  # items with a word that is taken for a mistake, and with the word that it is one of
_LONG_ENOUGH = 6  # letters of a word that is taken for a mistake although somebody has it
_LOOKS_LIKE_A_WORD, _CLEARER = 0.7, 0.4  # the shape of a word, and how much more of it there is than in no word
_TELLING = 3  # letters of a word that is no word by accident


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Which words there are. `words`: those of these (folded) that are known. `like`: the known words that begin with
    one of the first or end with one of the second and have such a length. `inflected`: whether a word is known in any
    form. `shape`: how much of a word (folded) looks like a word of its script, 0 to 1. Pairs of neighbours in scripts
    without spaces are words as well."""

    analyser: Analyser
    words: Callable[[Collection[str]], Iterable[KnownWord]]
    like: Callable[[Collection[str], Collection[str], range], Iterable[str]]
    inflected: Callable[[str], bool]
    shape: Callable[[str], float]


class MeantWords:
    """Tells what words were meant to be. Remembers what it has looked up: for one question."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, bool] = {}
        self._left = MOST_INFLECTED
        self._near: dict[str, list[str]] = {}
        self._read: dict[str, str | None] = {}

    def of(self, text: str) -> list[str]:
        """The words of a text, in lower case, in order, each with the signs inside it ("gpt-2"); runs of a script
        without spaces are words."""
        return [piece.typed for piece in self._vocabulary.analyser.pieces(text)]

    def unknown(self, texts: Iterable[str]) -> list[str]:
        """The words of texts that nobody has, in order, each once: of words with signs inside, the parts."""
        words = list(dict.fromkeys(word for text in texts for word in self.of(text)))
        self._look_up(words)
        parts = list(dict.fromkeys(part for word in words if not self._known[word] for part in _parts(word)))
        self._look_up(parts)
        return [part for part in parts if not self._known[part]]

    def tell(self, texts: Iterable[str]) -> bool:
        """Whether there is a word in the texts that is none by accident."""
        return any(len(word) >= _TELLING for text in texts for word in self.of(text))

    def items(self, word: str) -> int:
        """How many items have a word as it is; of a run, its rarest pair."""
        most: dict[str, int] = {}  # who knows a word from elsewhere has no items with it
        for known in self._words([word]):
            most[known.word] = max(known.items, most.get(known.word, 0))
        return min(most.values(), default=0)

    def as_one(self, parts: Sequence[str]) -> str | None:
        """Neighbours written as one word, None where nobody has that. An ending that only some language has tells of no
        word: what is left without it has to be more than the first of them."""
        joined = "".join(parts)
        if self.unknown([joined]):
            return None
        whole = self.items(joined) or all(len(stem) > len(fold(parts[0])) for stem in self._stems(joined))
        return joined if whole else None

    def near(self, word: str) -> list[str]:
        """The known words that this one is a mistake of, the likeliest first, as they are mostly written."""
        if word not in self._near:
            self._near[word] = self._near_run(word) if CJK_RUN.match(word) else self._near_word(word)
        return self._near[word]

    def usual(self, word: str) -> str | None:
        """The frequent word that this one is next to, which hardly anybody has written; None where there is none."""
        if len(word) < _LONG_ENOUGH or not most_mistakes(fold(word)) or not self._known_here(word):
            return None
        items = [one.items for one in self._words([word])]
        found = self._nearest(fold(word), 1) if items and 0 < min(items) <= _RARE else []  # 0: it is known as a word
        own = self._stems(word)
        return next(
            (
                near.known.shown
                for near in found
                if near.known.items >= _USUAL and not own & self._stems(near.known.word)
            ),
            None,
        )

    def in_another_layout(self, word: str) -> str | None:
        """The known word that the same keys give in another layout."""
        readings = (
            [reading for layouts in Layouts for reading in retyped(word, layouts)] if len(word) >= _TELLING else []
        )
        telling = (one for one in readings if any(len(part) >= _TELLING for part in self.of(one)))
        return next((reading for reading in telling if not self.unknown([reading])), None)

    def clears_up(self, typed: str, reading: str) -> bool:
        """Whether what was typed looks like no word, and a reading of it does: "ghbdtn" and "привет"."""
        if len(typed) < _TELLING or not reading.isalpha():
            return False
        shape = self._vocabulary.shape(fold(reading))
        return shape >= _LOOKS_LIKE_A_WORD and shape >= self._vocabulary.shape(fold(typed)) + _CLEARER

    def in_another_alphabet(self, word: str) -> str | None:
        """The known word that this one is in Cyrillic letters, or in Latin ones: the most frequent of the likely. One
        in Arabic letters: the known word that sounds like it, of those that items have before all others."""
        if word not in self._read:
            self._read[word] = self._read_in_another_alphabet(word)
        return self._read[word]

    def _read_in_another_alphabet(self, word: str) -> str | None:
        readings = _readings(word)
        folded = {fold(reading): number for number, reading in reversed(list(enumerate(readings, start=1)))}
        known = [one for one in self._words(folded) if one.word in folded]
        if known:
            best = max(known, key=lambda one: (one.items / folded[one.word], one.word))
            return best.shown
        inflected = (reading for reading in readings[:_MOST_ANALYSED] if self._is_inflected(reading))
        return next(inflected, None) or self._heard(word)

    def _heard(self, word: str) -> str | None:
        """The known word in Latin letters that one in Arabic ones sounds like."""
        for sound in heard(word):
            alike = sound.among(self._vocabulary.like(sound.beginnings, (), sound.lengths))[:MOST_HEARD]
            known = {one.word: one for one in self._words(alike)}
            if best := max(filter(known.__contains__, alike), key=lambda one: known[one].items > 0, default=None):
                return known[best].shown
        return None

    def plainly_in_another_alphabet(self, word: str) -> str | None:
        """The known word that this one is in the other alphabet, letter by letter as they are mostly written: for one
        that is a guess itself."""
        return next((one.shown for reading in _readings(word)[:1] for one in self._words([reading])), None)

    def nearly_in_another_alphabet(self, word: str) -> str | None:
        """The same for one that is mistyped in the other alphabet."""
        readings = _readings(word)[:2] if len(word) >= _LONG_ENOUGH else []
        return next((found[0].known.shown for one in readings if (found := self._nearest(fold(one), 1))), None)

    def _look_up(self, words: Iterable[str]) -> None:
        new = [word for word in words if word not in self._known]
        known = {one.word for one in self._words(new)}
        for word in new:
            here = fold(word) in FUNCTION_WORDS or known.issuperset(_looked_up(word))
            self._known[word] = here or (not CJK_RUN.match(word) and self._is_inflected(word))

    def _is_inflected(self, word: str) -> bool:
        self._left -= 1
        return self._left >= 0 and self._vocabulary.inflected(word)

    def _known_here(self, word: str) -> bool:
        self._look_up([word])
        return self._known[word]

    def _words(self, words: Iterable[str]) -> list[KnownWord]:
        parts = {part for word in words for part in _looked_up(word)}
        return list(self._vocabulary.words(parts)) if parts else []

    def _near_word(self, word: str) -> list[str]:
        folded = fold(word)
        found = self._nearest(folded, most_mistakes(folded))
        if not found:  # in a form that nobody has; the stem of the right word may be a word
            stems = {stem for stem in self._stems(word) - {folded} if len(stem) >= _LONG_ENOUGH}
            found = [near for stem in sorted(stems) for near in self._nearest(stem, most_mistakes(stem))]
        parted = [] if found else self._parted(folded)
        return [*dict.fromkeys(near.known.shown for near in found), *parted][:MOST_NEAR]

    def _nearest(self, word: str, mistakes: int) -> list[Near]:
        """The known words that so many mistakes lead to; more than one only where one does not lead to a usual word."""
        if not mistakes:
            return []
        found = nearest(word, self._vocabulary.words(one_mistake_away(word)), 1)
        if mistakes == MOST_MISTAKES and (not found or found[0].known.items < _FEW):
            look = scan(word)
            further = alike(word, self._vocabulary.like(look.beginnings, look.endings, look.lengths), mistakes)
            found = nearest(word, [*(near.known for near in found), *self._vocabulary.words(further)], mistakes)
        return found

    def _parted(self, word: str) -> list[str]:
        """The two known words that were written as one."""
        ways = split_in_two(word)
        known = {one.word: one for one in self._words(part for way in ways for part in way)}
        both = [(known[one], known[other]) for one, other in ways if one in known and other in known]
        both.sort(key=lambda pair: -min(one.items for one in pair))
        return [f"{one.shown} {other.shown}" for one, other in both[:1]]

    def _near_run(self, run: str) -> list[str]:
        folded = fold(run)
        known = {one.word: one.items for one in self._words([folded])}
        at = weakest_pair(folded, known)
        if at is None:
            return []
        look = run_scan(folded, at)
        scanned = set(self._vocabulary.like(look.beginnings, look.endings, range(2, 3)))
        known |= {one.word: one.items for one in self._vocabulary.words(scanned)}
        # That all pairs are known somewhere says little: what stands around the mistake has to stand so in a text.
        ways = mended_run(folded, at, known)[: 2 * MOST_NEAR]
        return [way for way in ways if self._is_inflected(way[max(0, at - 1) : at + 3])][:MOST_NEAR]

    def _stems(self, word: str) -> set[str]:
        pieces = self._vocabulary.analyser.pieces(word)
        return {way[0] for piece in pieces for way in piece.ways if len(way) == 1 and len(pieces) == 1}


def _readings(word: str) -> list[str]:
    return in_cyrillic(word) or in_latin(word)


def _parts(word: str) -> list[str]:
    """The words of one with signs inside; single letters and digits of those are no words."""
    parts = WORD_OR_RUN.findall(word)
    return parts if len(parts) == 1 else [part for part in parts if len(part) > 1 and not part.isdecimal()]


def _looked_up(word: str) -> list[str]:
    """What of a word is known or not: itself, or the pairs of a run."""
    folded = fold(word)
    return pairs_of(folded) if CJK_RUN.match(word) and len(folded) > 1 else [folded]
