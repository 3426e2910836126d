"""Reads questions: words, "phrases", -exclusions, OR, brackets, prefix*, filters such as `lang:pt`, papers' identities.

Nothing is an error: what is no operator is a word, and any text has a reading. Time is linear in the length of a text,
and what comes of it is bounded: so many words, so many filters, so many levels.
"""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo

from bot.domain.folding import without_unseen
from bot.domain.matching import Field
from bot.domain.question import Either, Every, Node, Phrase, Prefix, Question, Sort, Words
from bot.domain.question_identities import bare_host, identity_at
from bot.domain.question_operators import Entry, Operator, joined
from bot.domain.question_scanner import Scanner
from bot.domain.question_signs import (
    ALPHANUMERIC,
    APART,
    CHUNK,
    CLOSE,
    COLONS,
    DASHES,
    INVISIBLE,
    OPEN,
    OR_SIGNS,
    QUOTES,
    SPACES,
    STARS,
    can_begin_words,
    cost_of,
    unquoted,
    word_of,
)
from bot.domain.question_tree import either, every, is_condition, negated, rooted
from bot.domain.question_values import DATES, FIELDS, IN_SEVERAL_WORDS, LONGEST_VALUE, condition
from bot.domain.question_words import AND_WORDS, OR_WORDS, Name, name_of, sort_of

MOST_READ = 8000  # characters that are read: the longest canonical text is shorter
MOST_WORDS = 24  # every word costs a look-up of its own
MOST_FILTERS = 24
MOST_STEPS = 400  # parts, brackets and stray signs; what stands behind them is not read
MOST_OPEN = 16  # brackets inside each other; deeper ones are not looked at
MOST_IN_VALUE = 4  # words that a filter's value has without quotation marks ("after:15 Feb 2020")

_NAME = re.compile(rf"([^\W\d]+)[{COLONS}]")
_VALUE_WORD = rf"[^{APART}{COLONS}{re.escape(DASHES)}][^{APART}{COLONS}]*"
_VALUE = re.compile(rf"{_VALUE_WORD}(?: +{_VALUE_WORD}){{0,{MOST_IN_VALUE - 1}}}(?![^{APART}])")
_ADDRESS = re.compile(rf"[^{APART}]+")
_ADDRESSED = frozenset((Name.SOURCE, Name.ISSUE))
_LISTED = frozenset(Name) - DATES - FIELDS.keys() - {Name.SORT}
_NEXT_VALUE = re.compile(rf"(?<=[,，、])(?=[{QUOTES}])|[,，、](?=[^\s,，、])")


def parse_question(text: str, now: datetime, zone: tzinfo) -> Question:
    """What the text asks for. `now` is aware; `zone` is where "yesterday" is counted. Never raises, whatever the text.

    Between two words stands "and"; OR is between the words on its two sides, up to a filter or a bracket. `after:` and
    `on:` begin with the first day of what they are given, `before:` ends on the day before it. Filters of one kind are
    alternatives, but for `has:` and `is:`, and dates, which all have to fit. The same part is kept once.
    """
    reader = _Reader(INVISIBLE.sub(" ", without_unseen(text[:MOST_READ])), now.astimezone(zone).date())
    root = _with_site(rooted(reader.level(None, 0)))
    return Question(text, root, reader.sort, tuple(dict.fromkeys(reader.unknown)))


class _Reader:
    """Reads a text from left to right."""

    def __init__(self, text: str, today: date) -> None:
        self._scan = Scanner(text)
        self._today = today
        self._steps = MOST_STEPS
        self._ignored = 0  # opened brackets that are not looked at
        self._words = MOST_WORDS
        self._filters = MOST_FILTERS
        self.sort = Sort.BEST
        self.unknown: list[str] = []

    def level(self, name: Name | None, depth: int) -> Node | None:
        """What stands up to the bracket that closes here, or to the end; `name` is the filter that it is given to."""
        entries: list[Entry] = []
        while not self._scan.at_end() and self._steps:
            self._steps -= 1
            if self._scan.here in CLOSE:
                self._scan.at += 1
                if self._ignored:
                    self._ignored -= 1
                elif depth:
                    break
                continue
            entries += self._next(name, depth)
        return joined(self._without_loose(entries))

    def _next(self, name: Name | None, depth: int) -> list[Entry]:
        """The next part; several or none where what stands here is only words, or nothing."""
        char = self._scan.here
        if char in OR_SIGNS:
            self._scan.at += 1
            return [Operator("or", "")]
        if char in OPEN:
            return self._bracket(name, depth)
        if char in QUOTES:
            return self._quoted(name)
        if char in DASHES:
            return self._excluded(name, depth)
        if self._scan.match(CHUNK) is None:  # a star or colon that belongs to nothing
            self._scan.at += 1
            return []
        return self._chunk(name, depth)

    def _bracket(self, name: Name | None, depth: int) -> list[Entry]:
        self._scan.at += 1
        if depth >= MOST_OPEN:
            self._ignored += 1
            return []
        inner = self.level(name, depth + 1)
        return [inner] if inner else []

    def _quoted(self, name: Name | None) -> list[Entry]:
        """What stands between quotation marks; a mark that nothing closes is nothing."""
        words = self._scan.between_quotes()
        return self._valued(name, words, quoted=True) if words is not None else []

    def _excluded(self, name: Name | None, depth: int) -> list[Entry]:
        """A part behind a minus: one that begins something, and is not a dash between words."""
        before, behind = self._scan.around()
        self._scan.at += 1
        begins = not before or before.isspace() or before in OPEN + OR_SIGNS
        if not begins or not behind or behind.isspace() or behind in CLOSE + OR_SIGNS + DASHES + COLONS + STARS:
            return []
        sort = self.sort
        entries = self._next(name, depth)
        if not entries and behind in QUOTES and not self._scan.at_end() and self._scan.here not in QUOTES:
            entries = self._next(name, depth)  # behind a quotation mark that nothing closes
        self.sort = sort
        inner = every(one for one in entries if not isinstance(one, Operator))
        return [negated(inner)] if inner else []

    def _chunk(self, name: Name | None, depth: int) -> list[Entry]:
        if name is not None and name not in FIELDS:
            entries = self._value_in_brackets(name)
            if entries is not None:
                return entries
            name = None
        if name is None and (found := identity_at(self._scan.text, self._scan.at)):
            identity, self._scan.at = found
            return [identity] if self._spend("id") else []
        if named := self._scan.match(_NAME):
            return self._named(named, name, depth)
        chunk = self._scan.take(CHUNK)
        word = word_of(chunk)
        if word in OR_WORDS:
            return [Operator("or", word)]
        if word in AND_WORDS:
            return [Operator("and", word)]
        if name is None and (found := identity_at(word, 0)) and not ALPHANUMERIC.search(word, found[1]):
            return [found[0]] if self._spend("id") else []
        return self._valued(name, chunk, quoted=False)

    def _value_in_brackets(self, name: Name) -> list[Entry] | None:
        found = self._scan.match(CHUNK)
        if found is None or self._scan.match(_NAME) or word_of(found[0]) in OR_WORDS | AND_WORDS:
            return None
        entries = self._given(name, found[0], quoted=False)
        self._scan.at = self._scan.at if entries is None else found.end()
        return entries

    def _named(self, found: re.Match[str], outer: Name | None, depth: int) -> list[Entry]:
        """A filter; where nobody knows it or its value, its parts are words."""
        name = name_of(found[1])
        start = found.end()
        self._scan.at = start
        self._scan.passes(SPACES)
        entries = self._values(name, depth, spaced=self._scan.at > start) if name else None
        if entries is not None:
            return entries
        self._scan.at = start
        rest = self._scan.match(CHUNK)
        if rest and not rest[0].startswith("//"):  # which only looks like an address
            self.unknown.append((found[1] + ":" + word_of(rest[0]))[:LONGEST_VALUE])
        return self._valued(outer, found[1], quoted=False)

    def _values(self, name: Name, depth: int, *, spaced: bool) -> list[Entry] | None:
        """What a filter is given, one value or several; None where that is nothing that it knows."""
        entries = self._value(name, depth, spaced=spaced)
        while entries and name in _LISTED and (found := self._scan.match(_NEXT_VALUE)):
            self._scan.at = found.end()
            more = self._value(name, depth, spaced=False)
            if not more:
                break
            entries = [either(one for one in [*entries, *more] if not isinstance(one, Operator))]
        return entries

    def _value(self, name: Name, depth: int, *, spaced: bool) -> list[Entry] | None:
        if self._scan.at_end():
            return None
        char = self._scan.here
        if char in OPEN:
            return self._bracket(name, depth)
        if char in QUOTES:
            words = self._scan.between_quotes()
            return self._given(name, words, quoted=True) if words is not None else None
        if char in DASHES or (spaced and self._scan.match(_NAME)):
            return None
        if name in IN_SEVERAL_WORDS:
            return self._longest_value(name)
        found = self._scan.match(_ADDRESS if name in _ADDRESSED else CHUNK)
        if found is None or (spaced and word_of(found[0]) in OR_WORDS):
            return None
        self._scan.at = found.end()
        return self._given(name, found[0], quoted=False)

    def _longest_value(self, name: Name) -> list[Entry] | None:
        found = self._scan.match(_VALUE)
        ends = [one.end() for one in re.finditer(r"\S+", found[0])] if found else []
        start = self._scan.at
        for end in reversed(ends):
            entries = self._given(name, self._scan.text[start : start + end], quoted=False)
            if entries is not None:
                self._scan.at = start + end
                return entries
        return None

    def _valued(self, name: Name | None, words: str, *, quoted: bool) -> list[Entry]:
        """A part that is given to a filter, or stands by itself; words where the filter does not know it."""
        entries = self._given(name, words, quoted=quoted)
        return self._texts(None, words, quoted=quoted) if entries is None else entries

    def _given(self, name: Name | None, words: str, *, quoted: bool) -> list[Entry] | None:
        if name is None or name in FIELDS:
            return self._texts(FIELDS[name] if name else None, words, quoted=quoted)
        if name is Name.SORT:
            self.sort = sort_of(word_of(words)) or self.sort
            return [] if sort_of(word_of(words)) else None
        part = condition(name, unquoted(words) if quoted else word_of(words), self._today, quoted=quoted)
        if part is None:
            return None
        self._filters -= len(part.parts) if isinstance(part, Either) else 1
        return [part] if self._filters >= 0 else []

    def _texts(self, field: Field | None, words: str, *, quoted: bool) -> list[Entry]:
        """Words as they stand in the text, or a phrase."""
        if quoted:
            phrase = " ".join(kept for word in unquoted(words).split() if (kept := self._spend(word)))
            return [Phrase(phrase, field)] if phrase else []
        word = word_of(words)
        if word in OR_WORDS | AND_WORDS:
            return self._loose(Operator("or", word))
        if can_begin_words(word) and word == words and self._scan.takes_star():
            kept = self._spend(word)
            return [Prefix(kept, field)] if kept else []
        kept = self._spend(word)
        return [Words(kept, field)] if kept else []

    def _without_loose(self, entries: list[Entry]) -> list[Entry]:
        """Operators that stand between nothing are the words that they are."""
        between = [at for at, one in enumerate(entries) if not isinstance(one, Operator)]
        first, last = (between[0], between[-1] + 1) if between else (0, 0)
        before = [word for one in entries[:first] for word in self._loose(one)]
        behind = [word for one in entries[last:] for word in self._loose(one)]
        return [*before, *entries[first:last], *behind]

    def _loose(self, operator: Entry) -> list[Entry]:
        """An operator as a word: none for signs, and where a script has no small letters, since that would be read as
        an operator again."""
        assert isinstance(operator, Operator)
        word = operator.word.lower()
        return [Words(word)] if word.isalpha() and word != operator.word and self._spend(word) else []

    def _spend(self, word: str) -> str:
        """The word where it can still be looked for; "" where it cannot, or has no letter or digit."""
        word = word_of(word)
        cost = cost_of(word)
        if cost > self._words or not ALPHANUMERIC.search(word):
            return ""
        self._words -= cost
        return word


def _with_site(root: Every) -> Every:
    """A site's address that stands alone is that site; among other words it is a name ("fast.ai")."""
    words = [part for part in root.parts if not is_condition(part)]
    if len(words) != 1 or not isinstance(words[0], Words) or words[0].field is not None:
        return root
    site = bare_host(words[0].text)
    return Every((site, *root.parts[1:])) if site else root
