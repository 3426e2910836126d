"""Search: how text is prepared for an index of words, what somebody who types is asking for, and where it was found.

Texts and queries go through the same folding, so that "Ёлка", "елка" and "ЁЛКА" meet, as do "naïve" and "naive" and
full-width and plain letters. Scripts without spaces are indexed as pairs of neighbouring characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from operator import add
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from bot.domain.compared_words import SIGN_WORDS
from bot.domain.folding import CJK, CJK_RUN, FOLDING, fold
from bot.domain.links import find_urls, link_key
from bot.domain.papers import PaperId, find_papers, paper_of

LONGEST_QUERY = 300  # characters; nobody types more, and somebody pastes a whole page
MOST_TERMS = 12  # every term costs a look at its whole list of places
LONGEST_PHRASE = 12  # words
MOST_IN_PASSAGE = 50  # matches that are counted in one passage
LONGEST_SEARCHED = 200_000  # characters of one text in which a passage is looked for

_MARKS = "\u0300-\u036f"
_LETTER = f"[^\\W_{CJK}]"
# A word, a run without spaces, or a sign that tells C++ and C# from C.
_PIECE = re.compile(rf"(?P<run>[{CJK}]+)|(?P<word>(?:{_LETTER}[{_MARKS}]*)+)|(?<=[^\W_])(?P<sign>\+\+|\#(?!\w))")
_SIGNS = {word: sign for sign, word in SIGN_WORDS.items()}
_ONE_LETTER = re.compile(_LETTER)
_SEPARATORS = re.compile(r"[\W_]*")
_CLUSTER = re.compile(f".[{_MARKS}]*", re.S)
_ALPHANUMERIC_BORDER = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]?|(\S+)")
_IDENTIFIER_PREFIX = re.compile(r"\b(?:arxiv|doi|acl)\s*[:：]?\s*(?=\d)", re.I)
_SENTENCE_END = re.compile(r"[.!?…]\s+|[。！？]\s*")


_Any = TypeVar("_Any")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is asked for: any of these phrases, each of folded words (or characters) in a row."""

    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody asks for: items that have all the terms (`any_word`: at least one) and that are about one of the
    papers or hold one of the links, where some are named."""

    text: str
    terms: tuple[Term, ...] = ()
    papers: tuple[PaperId, ...] = ()
    links: tuple[str, ...] = ()
    any_word: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.papers or self.links)

    def loosened(self) -> Query:
        """The same question for items that have only some of it; papers and links are then looked for as words."""
        identities = [paper.value for paper in self.papers] + [_last_step(link) for link in self.links]
        named = [term for words in identities for term in _terms(words)]
        return replace(self, terms=(*self.terms, *named)[:MOST_TERMS], papers=(), links=(), any_word=True)


def parse_query(text: str) -> Query:
    """What the text asks for. Any text is a query; one without a letter or digit is an empty one.

    Words may stand in any order, words in quotes stand together, an identifier of a paper or a link asks for that.
    """
    text = text[:LONGEST_QUERY]
    terms: list[Term] = []
    papers: list[PaperId] = []
    links: list[str] = []
    for match in _QUOTED.finditer(_IDENTIFIER_PREFIX.sub("", text)):
        quoted, plain = match[1], match[2]
        if quoted is not None:
            terms += _quoted_term(quoted)
            continue
        named = find_papers(plain) or _bare_identifier(plain)
        found = [link for link in find_urls(plain) if paper_of(link) is None]
        papers += named
        links += [link_key(link) for link in found]
        if not named and not found:
            terms += _terms(plain)
    return Query(text, _once(terms)[:MOST_TERMS], _once(papers), _once(links))


def index_words(phrase: Iterable[str]) -> list[str]:
    """The words of a phrase as `analyse` puts them into the index."""
    words: list[str] = []
    run = ""
    for word in phrase:
        if CJK_RUN.fullmatch(word):
            run += word
            continue
        words += [*_pairs(run), word]
        run = ""
    return words + _pairs(run)


def _once(found: list[_Any]) -> tuple[_Any, ...]:
    return tuple(dict.fromkeys(found))


def _pairs(run: str) -> list[str]:
    if len(run) < 2:
        return [run] if run else []
    return list(map(add, run, run[1:]))


def _last_step(link: str) -> str:
    return unquote(urlsplit("//" + link).path.rstrip("/").rpartition("/")[2] or link)


def _bare_identifier(word: str) -> tuple[PaperId, ...]:
    """The paper whose arXiv number was typed without saying so ("2002.05715v2")."""
    paper = paper_of("https://arxiv.org/abs/" + word) if word[:1].isalnum() else None
    return (paper,) if paper else ()


def _terms(chunk: str) -> list[Term]:
    """What a chunk without spaces asks for. "gpt-2" is one thing; a run of characters is all of its pairs."""
    terms: list[Term] = []
    words: list[str] = []
    for piece in _PIECE.finditer(fold(chunk)):
        if piece["run"]:
            terms += [Term((tuple(pair),)) for pair in _pairs(piece["run"])]
        else:
            words.append(SIGN_WORDS.get(piece[0], piece[0]))
    return [*_word_term(words), *terms]


def _word_term(words: list[str]) -> list[Term]:
    """Words that were written together, and the other ways to write them: "gpt-2", "gpt2", "gpt 2"."""
    if not words:
        return []
    written = tuple(words[:LONGEST_PHRASE])
    apart = tuple(part for word in written for part in _ALPHANUMERIC_BORDER.split(word))
    joined = ("".join(written),)
    ways = [written, apart[:LONGEST_PHRASE]]
    if not joined[0].isdecimal() and not set(written) & set(SIGN_WORDS.values()):
        ways.append(joined)
    return [Term(tuple(dict.fromkeys(ways)))]


def _quoted_term(quoted: str) -> list[Term]:
    words: list[str] = []
    for piece in _PIECE.finditer(fold(quoted)):
        words += piece[0] if piece["run"] else [SIGN_WORDS.get(piece[0], piece[0])]
    return [Term((tuple(words[:LONGEST_PHRASE]),))] if words else []


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage and, in it, the spans (start, end) of what was asked for."""

    text: str
    spans: tuple[tuple[int, int], ...]


def highlights(text: str, query: Query) -> list[tuple[int, int]]:
    """Where in the text stands what was asked for: spans that do not overlap, in order."""
    return [(start, end) for start, end, _term in _matches(text[:LONGEST_SEARCHED], query)]


def snippet(text: str, query: Query, *, limit: int) -> Snippet:
    """The passage of at most `limit` characters that shows most of what was asked for; "…" where it was cut.

    Where nothing of it stands in the text, the beginning. Line breaks become spaces.
    """
    line = " ".join(text[:LONGEST_SEARCHED].split())
    matches = _matches(line, query)
    begin = _beginning(line, matches, limit) if len(line) > limit else 0
    lead = "… " if begin else ""
    end = _ending(line, begin, limit - len(lead))
    passage = lead + line[begin:end].rstrip() + ("…" if end < len(line) else "")
    shift = len(lead) - begin
    return Snippet(passage, tuple((a + shift, b + shift) for a, b, _term in matches if begin <= a and b <= end))


def _matches(text: str, query: Query) -> list[tuple[int, int, int]]:
    """(start, end, number of the term) of everything that was asked for, joined where it overlaps, in order."""
    folded, offsets = _folded_in_place(text)
    found = sorted(
        (start, end, number)
        for number, term in enumerate(query.terms)
        for phrase in term.phrases
        for start, end in _places(folded, phrase)
    )
    joined: list[tuple[int, int, int]] = []
    for start, end, number in found:
        if joined and (start < joined[-1][1] or (start == joined[-1][1] and joined[-1][2] != number)):
            first, last, other = joined.pop()
            joined.append((first, max(end, last), other))
        else:
            joined.append((start, end, number))
    return joined if offsets is None else [(offsets[start], offsets[end], number) for start, end, number in joined]


def _folded_in_place(text: str) -> tuple[str, list[int] | None]:
    """The folded text, and for each of its positions the one in the text; None where they are the same."""
    folded = fold(text)
    if text.isascii():
        return folded, None
    if len(folded) == len(text) and all(len(FOLDING[ord(char)]) == 1 for char in set(text)):
        return folded, None
    clusters = [(match.start(), fold(match[0])) for match in _CLUSTER.finditer(text)]
    offsets = [start for start, part in clusters for _char in part]
    return "".join(part for _start, part in clusters), [*offsets, len(text)]


def _places(folded: str, phrase: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where the words of the phrase stand in a row, with nothing but separators between them."""
    at = -1
    while (at := folded.find(phrase[0], at + 1)) >= 0:
        end = _end_of_phrase(folded, at, phrase)
        if end is not None:
            yield at, end


def _end_of_phrase(folded: str, at: int, phrase: tuple[str, ...]) -> int | None:
    for number, word in enumerate(phrase):
        sign = _SIGNS.get(word)
        if number and sign and folded.startswith(sign, at):
            at += len(sign)
            continue
        at = at + len(_SEPARATORS.match(folded, at)[0]) if number else at  # type: ignore[index]  # matches anything
        if not _is_word(folded, at, word):
            return None
        at += len(word)
    return at


def _is_word(folded: str, at: int, word: str) -> bool:
    """True where this word stands there, and not as a part of a longer one."""
    if not folded.startswith(word, at):
        return False
    if CJK_RUN.match(word):
        return True
    return not (at and _ONE_LETTER.match(folded, at - 1)) and not _ONE_LETTER.match(folded, at + len(word))


def _beginning(line: str, matches: list[tuple[int, int, int]], limit: int) -> int:
    """Where the best passage begins: before the matches that show most terms, at a sentence or at a word."""
    if not matches:
        return 0
    room = limit - limit // 4
    # Most terms, and those as close together as they come.
    best = -max(_reach(matches, number, room) for number in range(len(matches)))[2]
    earliest = max(0, best - limit // 4)
    if earliest == 0:
        return 0
    sentence = [match.end() for match in _SENTENCE_END.finditer(line, earliest, best)]
    if sentence:
        return sentence[-1]
    space = line.find(" ", earliest, best)
    return space + 1 if space >= 0 else earliest


def _reach(matches: list[tuple[int, int, int]], first: int, room: int) -> tuple[int, int, int]:
    """How much of what was asked for stands within `room` characters from a match on, for comparing: the number of
    terms, minus the characters that they take, minus the place."""
    begin = matches[first][0]
    terms: set[int] = set()
    length = 0
    for _start, end, term in matches[first : first + MOST_IN_PASSAGE]:
        if end > begin + room:
            break
        if term not in terms:
            terms.add(term)
            length = end - begin
    return len(terms), -length, -begin


def _ending(line: str, begin: int, room: int) -> int:
    """Where a passage of at most `room` characters with its "…" ends: behind a word where there are spaces."""
    if len(line) - begin <= room:
        return len(line)
    end = begin + room - 1
    space = line.rfind(" ", begin + room // 2, end + 1)
    if space >= 0:
        return space
    while end > begin + 1 and (unicodedata.combining(line[end]) or line[end] in "\u200d\ufe0f"):
        end -= 1
    return end
