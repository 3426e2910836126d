"""The glossary of the field: what concepts are called in other languages, by which searches are widened.

One line is one concept, `en reinforcement learning; RL | ru обучение с подкреплением | …`, in every language of
LANGUAGES, the usual name first. What somebody types names a concept where its stems, written together, are those of one
of its names, so that inflection, hyphens, spaces and missing accents make no difference.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, zip_longest

from bot.domain.analysis import Analyser, Piece
from bot.domain.folding import CJK_RUN, fold
from bot.domain.matching import Way

LANGUAGES = ("en", "ru", "pt", "zh", "fr", "es", "tr", "ar")
"""The languages of a line, in this order."""

MOST_WAYS = 24
"""Other names of one concept that a question is widened by, the usual ones of each language first."""
MOST_WAYS_OF_A_QUESTION = 96
LONGEST_NAME = 80  # letters; what is longer names nothing
SHORT = 3  # letters of an abbreviation

_MARK = "\u01c1"  # parts names: a letter of its own, which is in no name

PART = 0.7
"""How much a way weighs that says a part of a longer name, beside one that says all of it."""
SYNONYM = 0.7
TRANSLATION = 0.5
ABBREVIATION = 0.5
"""How much a way weighs beside what was typed; an abbreviation, typed or found, weighs this much less."""


@dataclass(frozen=True, slots=True)
class Concept:
    """What a line says: the names of a concept by language, the usual one first."""

    names: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Widened:
    """Words of a question that name a concept: those from `first` to `last`, of the first all from its letter `start`,
    of the last all before its letter `end`. Only runs of scripts without spaces are cut like that. `ways`: what else
    the concept is called, the heaviest first. `is_part`: the name is a part of a longer one."""

    first: int
    last: int
    start: int
    end: int
    ways: tuple[Way, ...]
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a name was found among the steps of a question: the names that it may be, and in how many tokens typed."""

    first: int
    end: int
    letters: int
    typed: frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Step:
    """A word of a question, or a letter of a run: how it may be written, each with its number of tokens."""

    piece: int
    start: int
    end: int
    ways: tuple[tuple[str, int], ...]


def parse_concept(line: str) -> Concept | None:
    """The concept of a line, None where the line is empty or a comment. Raises ValueError, saying what is wrong."""
    if not line.strip() or line.startswith("#"):
        return None
    parts = line.split(" | ")
    tags = tuple(part.partition(" ")[0] for part in parts)
    if _MARK in line:
        raise ValueError(f"{_MARK} stands for the end of a name")
    if tags != LANGUAGES:
        raise ValueError(f"the languages are {' '.join(tags)}, and should be {' '.join(LANGUAGES)}")
    names = {tag: _names_in(part) for tag, part in zip(tags, parts, strict=True)}
    for tag, several in names.items():
        if not all(name and name == name.strip(" ;|") for name in several):
            raise ValueError(f"a name in {tag} is empty, or has a space or a mark too many")
    return Concept(names)


def _names_in(part: str) -> tuple[str, ...]:
    """The names of the part of a line that is of one language."""
    return tuple(part.rstrip("\n").partition(" ")[2].split("; "))


def concepts_of(lines: Iterable[str]) -> Iterator[Concept]:
    """The concepts of lines; those that are none are left out."""
    return filter(None, map(_concept, lines))


class Glossary:
    """Finds concepts in questions. Made from the lines of the files, which takes a moment: to be made once, when it is
    needed. Lines that are no concepts are left out. Safe to use from several threads."""

    def __init__(self, lines: Iterable[str], analyser: Analyser) -> None:
        self._analyser = analyser
        self._lines = [line for line in lines if _concept(line)]
        fold("".join(set().union(*self._lines)))  # learned now, it does not lie among what is given back in a moment
        self._names = _Names(_named(self._lines, analyser))

    def __len__(self) -> int:
        """How many concepts it has."""
        return len(self._lines)

    def concepts(self, pieces: Sequence[Piece], among: Collection[str] = LANGUAGES) -> list[Widened]:
        """The concepts that the words of a question name, in their order: the longest names. What is named inside a
        longer name follows it and weighs less: a text may be about a part of it. `among`: the languages of the texts,
        where only some are asked for: there is room for more of their names then."""
        steps = list(_steps(pieces))
        found = [span for first in range(len(steps)) for span in self._spans(steps, first)]
        outer = _longest(found)
        most = min(MOST_WAYS, MOST_WAYS_OF_A_QUESTION // max(len(outer), 1))
        concepts = []
        for span in outer:
            concepts.append(self._widened(steps, span, most, among))
            parts = _longest(one for one in found if _is_inside(one, span))
            concepts += [_of_a_part(self._widened(steps, part, most // 2, among)) for part in parts]
        return concepts

    def parted(self, pieces: Sequence[Piece]) -> list[Piece]:
        """The pieces, with each run of a script without spaces parted where concepts begin and end in it, so that each
        concept is made of whole pieces."""
        borders: dict[int, set[int]] = {}
        for widened in self.concepts(pieces):
            if widened.is_part:
                continue
            borders.setdefault(widened.first, set()).add(widened.start)
            borders.setdefault(widened.last, set()).add(widened.end)
        return [part for number, piece in enumerate(pieces) for part in self._cut(piece, borders.get(number, set()))]

    def _cut(self, piece: Piece, borders: set[int]) -> list[Piece]:
        inside = sorted(borders - {0, len(piece.surface)})
        if not inside:
            return [piece]
        parts = zip([0, *inside], [*inside, len(piece.surface)], strict=True)
        return [part for start, end in parts for part in self._analyser.pieces(piece.surface[start:end])]

    def _spans(self, steps: Sequence[_Step], first: int) -> Iterator[_Span]:
        """The names that begin with a step. Goes on only as long as some name begins like that."""
        begun = {("", 0)}
        for end in range(first, len(steps)):
            begun = {
                (text + more, tokens + count)
                for text, tokens in begun
                for more, count in steps[end].ways
                if len(text) + len(more) <= LONGEST_NAME and self._names.begin_with(text + more)
            }
            if not begun:
                return
            typed = frozenset((text, tokens) for text, tokens in begun if self._names.meanings_of(text))
            if typed:
                yield _Span(first, end + 1, max(len(text) for text, _tokens in typed), typed)

    def _widened(self, steps: Sequence[_Step], span: _Span, most: int, among: Collection[str]) -> Widened:
        meant: dict[int, set[str]] = {}
        for number, language in sorted(one for text, _tokens in span.typed for one in self._names.meanings_of(text)):
            meant.setdefault(number, set()).add(language)
        ways: dict[tuple[str, ...], Way] = {}
        for number, languages in meant.items():
            concept = parse_concept(self._lines[number])
            assert concept is not None
            for way in self._ways(concept, languages, span):
                if not any(map(way.may_be_in, among)):
                    continue
                known = ways.get(way.tokens)
                if known is None and len(ways) == most:
                    break
                ways[way.tokens] = _both(known, way) if known else way
        begin, last = steps[span.first], steps[span.end - 1]
        heaviest_first = sorted(ways.values(), key=lambda way: -way.weight)
        return Widened(begin.piece, last.piece, begin.start, last.end, tuple(heaviest_first))

    def _ways(self, concept: Concept, own: Collection[str], span: _Span) -> Iterator[Way]:
        """The names of a concept beside what was typed, in these languages: the usual ones of all languages, then the
        next ones."""
        typed = {text for text, _tokens in span.typed}
        own_names = ((name, language) for language in own for name in concept.names[language])
        meant = {name for name, language in own_names if _key(name, language, self._analyser) in typed}
        factor = ABBREVIATION if meant and all(map(_is_abbreviation, meant)) else 1.0
        for name, language in _in_turn(concept):
            tokens = self._analyser.text(name, language).stems
            is_typed = name in meant if CJK_RUN.search(name) else ("".join(tokens), len(tokens)) in span.typed
            if tokens and not is_typed:
                weight = factor * (SYNONYM if language in own else TRANSLATION)
                yield Way(tokens, weight * ABBREVIATION if _is_abbreviation(name) else weight, language)


class _Names:
    """All names of all concepts, what they mean, and which names begin in a way. They are kept in one text, in order:
    an object for each of some ten thousands would take five times as much memory, and it would lie among what was of
    use only while they were made, so that none of that could be given back."""

    def __init__(self, found: Iterable[tuple[str, int, int]]) -> None:
        """`found`: names, each with the places of its concept and its language."""
        meant = ((name, number * len(LANGUAGES) + language) for name, number, language in found if name)
        rows = sorted({f"{name}{_MARK}{meaning}" for name, meaning in meant})
        self._text = "\n".join(rows)
        self._starts = array("L", accumulate((len(row) + 1 for row in rows[:-1]), initial=0) if rows else ())

    def begin_with(self, text: str) -> bool:
        """Whether some name begins like this."""
        place = bisect_left(self._starts, text, key=self._row)
        return place < len(self._starts) and self._text.startswith(text, self._starts[place])

    def meanings_of(self, text: str) -> list[tuple[int, str]]:
        """The concepts that have exactly this name, each with a language in which it has."""
        wanted = text + _MARK
        found = []
        for place in range(bisect_left(self._starts, wanted, key=self._row), len(self._starts)):
            name, mark, meaning = self._row(self._starts[place]).partition(_MARK)
            if name + mark != wanted:
                break
            number, language = divmod(int(meaning), len(LANGUAGES))
            found.append((number, LANGUAGES[language]))
        return found

    def _row(self, start: int) -> str:
        end = self._text.find("\n", start)
        return self._text[start:] if end < 0 else self._text[start:end]


def _named(lines: Sequence[str], analyser: Analyser) -> Iterator[tuple[str, int, int]]:
    """All that the names of concepts are found by, as they are written and as they are typed without accents, each with
    the places of its concept and its language. Takes all names of a language in one go, in a third of the time of one
    after another."""
    for place, language in enumerate(LANGUAGES):
        parts = (line.split(" | ")[place] for line in lines)
        names = [(name, number) for number, part in enumerate(parts) for name in _names_in(part)]
        runs = [(name, number) for name, number in names if CJK_RUN.search(name)]
        words = [(name, number) for name, number in names if not CJK_RUN.search(name)]
        accented = [(name, number) for name, number in words if not name.isascii()]
        fresh = analyser.anew()  # what it remembers of thousands of names is of no use afterwards
        for name, number in runs:
            yield _key(name, language, fresh), number, place
        yield from ((key, number, place) for key, number in _stems_of(words, lambda text: text, language, fresh))
        yield from ((key, number, place) for key, number in _stems_of(accented, fold, language, fresh))


def _stems_of(
    names: Sequence[tuple[str, int]], spelling: Callable[[str], str], language: str, analyser: Analyser
) -> Iterator[tuple[str, int]]:
    """The stems of each name in a spelling, written together, with what comes with it."""
    if names:
        text = spelling(f" {_MARK} ".join(name for name, _number in names))
        keys = "".join(analyser.text(text, language).stems).split(_MARK)
        yield from ((key, number) for key, (_name, number) in zip(keys, names, strict=True))


def _key(text: str, language: str, analyser: Analyser) -> str:
    """What a name is found by: its stems, or its runs as they are, written together."""
    if not CJK_RUN.search(text):
        return "".join(analyser.text(text, language).stems)
    if CJK_RUN.fullmatch(text):
        return fold(text)
    pieces = analyser.pieces(text, (language,))
    return "".join(piece.surface if piece.is_run else "".join(piece.ways[0]) for piece in pieces)


def _is_abbreviation(name: str) -> bool:
    """Whether a name is so short that it may well mean something else."""
    return len(name) <= SHORT and name.isupper()


def _in_turn(concept: Concept) -> Iterator[tuple[str, str]]:
    """Names with their languages: the usual name of each language, then the next ones."""
    for row in zip_longest(*concept.names.values()):
        yield from ((name, language) for language, name in zip(concept.names, row, strict=True) if name)


def _concept(line: str) -> Concept | None:
    try:
        return parse_concept(line)
    except ValueError:
        return None


def _steps(pieces: Sequence[Piece]) -> Iterator[_Step]:
    for number, piece in enumerate(pieces):
        if piece.is_run:
            for place, letter in enumerate(piece.surface):
                yield _Step(number, place, place + 1, ((letter, 1),))
        else:
            ways = dict.fromkeys(("".join(way), len(way)) for way in piece.ways)
            yield _Step(number, 0, len(piece.surface), tuple(ways))


def _longest(spans: Iterable[_Span]) -> list[_Span]:
    """The longest of the spans, none upon another, in their order."""
    chosen: list[_Span] = []
    for span in sorted(spans, key=lambda span: (-(span.end - span.first), -span.letters, span.first)):
        if all(span.end <= other.first or other.end <= span.first for other in chosen):
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.first)


def _is_inside(span: _Span, outer: _Span) -> bool:
    return outer.first <= span.first and span.end <= outer.end and span.end - span.first < outer.end - outer.first


def _of_a_part(widened: Widened) -> Widened:
    ways = tuple(replace(way, weight=way.weight * PART) for way in widened.ways)
    return replace(widened, ways=ways, is_part=True)


def _both(one: Way, other: Way) -> Way:
    """The same tokens for two names: of any language where they are of two."""
    language = one.language if one.language == other.language else None
    return Way(one.tokens, max(one.weight, other.weight), language)
