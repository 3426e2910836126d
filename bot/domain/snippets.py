"""Passages of what was found: the ones that show most of what was asked for, and where in them it stands."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.analysis import Analyser, Located, primary_tag
from bot.domain.folding import CJK_RUN, WORD_OR_RUN
from bot.domain.matching import Way
from bot.domain.search_plan import Plan
from bot.domain.search_units import FUNCTION_WEIGHT
from bot.domain.text import graphemes

_NEAR = 64  # characters around a cut in which the word is looked for that it falls into
LONGEST_SEARCHED = 20_000  # characters of one text in which a passage is looked for
MOST_IN_PASSAGE = 50  # matches that are counted in one passage

_BEHIND_WORDS = frozenset(" ,.;:!?)]，。、；：！？）】」』》”’")
"""Signs with which nothing begins."""
_SENTENCE_END = re.compile(r"[.!?…]\s+|[。！？]\s*")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage and, in it, the spans (start, end) of what was asked for, in order."""

    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """Where something that was asked for stands: the number of its unit."""

    start: int
    end: int
    unit: int


class Highlighter:
    """Finds what a plan asks for in texts."""

    def __init__(self, analyser: Analyser, plan: Plan) -> None:
        self._analyser = analyser
        self._ways: dict[str, list[tuple[int, Way]]] = {}
        for number, unit in enumerate(plan.units):
            if unit.weight and (unit.required or unit.weight > FUNCTION_WEIGHT):  # of alternatives none is required
                for way in unit.ways:
                    self._ways.setdefault(way.tokens[0], []).append((number, way))

    def highlights(self, text: str, language: str | None) -> list[tuple[int, int]]:
        """Where in the text stands what was asked for: spans that do not overlap, in order."""
        return [(match.start, match.end) for match in self._matches(text[:LONGEST_SEARCHED], language)]

    def snippet(self, text: str, language: str | None, *, limit: int) -> Snippet:
        """The passage of at most `limit` characters that shows most of what was asked for; "…" where it was cut.

        Where nothing of it stands in the text, the beginning. Line breaks become spaces.
        """
        line = " ".join(text[:LONGEST_SEARCHED].split())
        matches = self._matches(line, language)
        begin = _beginning(line, matches, limit) if len(line) > limit else 0
        lead = "… " if begin else ""
        end = _ending(line, begin, limit - len(lead))
        passage = lead + line[begin:end].rstrip() + ("…" if end < len(line) else "")
        shift = len(lead) - begin
        spans = ((one.start + shift, one.end + shift) for one in matches if begin <= one.start and one.end <= end)
        return Snippet(passage, tuple(spans))

    def _matches(self, text: str, language: str | None) -> list[_Match]:
        """Everything that was asked for, joined where it overlaps, in order."""
        words = self._analyser.located(text, language)
        begins = _by_begin(words)
        found = sorted(self._found(words, begins, language), key=lambda one: (one.start, one.end))
        joined: list[_Match] = []
        for one in found:
            if joined and one.start < joined[-1].end:
                before = joined[-1]
                joined[-1] = _Match(before.start, max(one.end, before.end), before.unit)
            else:
                joined.append(one)
        return [_Match(one.start, _behind_marks(text, one.end), one.unit) for one in joined]

    def _found(
        self, words: Sequence[Located], begins: Mapping[int, Sequence[Located]], language: str | None
    ) -> Iterator[_Match]:
        places = sorted(begins)
        primary = primary_tag(language)
        for word in words:
            for token in word.tokens & self._ways.keys():
                for unit, way in self._ways[token]:
                    if not way.may_be_in(primary):
                        continue
                    end = _row_end(word, way.tokens[1:], begins, places)
                    if end is not None:
                        yield _Match(word.start, end, unit)


def _behind_marks(text: str, at: int) -> int:
    """The place behind the marks that stand there: vowels of Indic scripts, accents and selectors of variants are one
    with the letter before them."""
    while at < len(text) and unicodedata.category(text[at]).startswith("M"):
        at += 1
    return at


def _by_begin(words: Sequence[Located]) -> dict[int, list[Located]]:
    begins: dict[int, list[Located]] = {}
    for word in words:
        begins.setdefault(word.start, []).append(word)
    return begins


def _row_end(
    first: Located, rest: Sequence[str], begins: Mapping[int, Sequence[Located]], places: Sequence[int]
) -> int | None:
    """Where a row of tokens ends that begins with a word, None where it does not go on so. Pairs of a run overlap: the
    next one begins with the second character of the one before."""
    word = first
    for token in rest:
        at = bisect_left(places, word.start + 1)
        followers = begins[places[at]] if at < len(places) else ()
        following = next((one for one in followers if token in one.tokens), None)
        if following is None:
            return None
        word = following
    return word.end


def _beginning(line: str, matches: Sequence[_Match], limit: int) -> int:
    """Where the best passage begins: before the matches that show most units, at a sentence or at a word."""
    if not matches:
        return 0
    room = limit - limit // 4
    # Most units, and those as close together as they come.
    best = -max(_reach(matches, number, room) for number in range(len(matches)))[2]
    earliest = max(0, best - limit // 4)
    if earliest == 0:
        return 0
    sentence = [match.end() for match in _SENTENCE_END.finditer(line, earliest, best)]
    if sentence:
        return sentence[-1]
    space = line.find(" ", earliest, best)
    begin = space + 1 if space >= 0 else _whole_graphemes(line, earliest)
    if (cut := _cut_word(line, begin)) is not None:
        begin = min(cut[1], best)
    while begin < best and line[begin] in _BEHIND_WORDS:
        begin += 1
    return begin


def _reach(matches: Sequence[_Match], first: int, room: int) -> tuple[int, int, int]:
    """How much of what was asked for stands within `room` characters from a match on, for comparing: the number of
    units, minus the characters that they take, minus the place."""
    begin = matches[first].start
    units: set[int] = set()
    length = 0
    for match in matches[first : first + MOST_IN_PASSAGE]:
        if match.end > begin + room:
            break
        if match.unit not in units:
            units.add(match.unit)
            length = match.end - begin
    return len(units), -length, -begin


def _ending(line: str, begin: int, room: int) -> int:
    """Where a passage of at most `room` characters with its "…" ends: behind a word where there are spaces."""
    if len(line) - begin <= room:
        return len(line)
    end = begin + room - 1
    space = line.rfind(" ", begin + room // 2, end + 1)
    if space >= 0:
        return space
    cut = _cut_word(line, end)
    end = cut[0] if cut is not None and cut[0] > begin + room // 2 else end
    return max(begin + 1, _whole_graphemes(line, end))


def _cut_word(line: str, at: int) -> tuple[int, int] | None:
    """Where the word begins and ends that is cut there, None where none is: Latin ones stand in scripts without spaces
    that are cut anywhere."""
    near = WORD_OR_RUN.finditer(line, max(0, at - _NEAR), at + _NEAR)
    return next((one.span() for one in near if one.start() < at < one.end() and not CJK_RUN.match(one[0])), None)


def _whole_graphemes(line: str, end: int) -> int:
    """The last place up to `end` at which no character that people see as one is cut."""
    near = max(0, end - 64)
    at = near
    for cluster in graphemes(line[near : end + 64]):
        if at + len(cluster) > end:
            break
        at += len(cluster)
    return at
