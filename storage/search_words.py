"""The vocabulary: which words stand in items, how they are written, and in how many items each is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, delete, func, or_, select, text

from bot.domain.analysis import VERSION
from bot.domain.folding import CJK_RUN
from bot.domain.spelling import KnownWord
from bot.domain.vocabulary import spellings
from storage.parts import in_parts
from storage.search_endings import SearchEndings, begins
from storage.search_marks import Mark, get_mark, set_mark
from storage.search_pairs import SearchPairs, is_pair
from storage.search_tables import USUAL, SearchWordRow
from storage.tables import ItemRow

WORDS_AT_ONCE = 500
"""Items whose words are counted in one transaction: a fifth of a second. Fewer have more words in all, each counted."""

_MOST_SORTED = 5_000  # words with a beginning that are read and sorted; more are looked for among the most frequent
_MOST_ALIKE = 20_000

_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_SHOWN = func.coalesce(func.nullif(SearchWordRow.shown, ""), SearchWordRow.word)
_KNOWN = select(SearchWordRow.word, _SHOWN, SearchWordRow.items).where(SearchWordRow.word.in_(_VALUES))
_TEXTS = select(ItemRow.id, ItemRow.title, ItemRow.text, ItemRow.original_text, ItemRow.authors).where(
    ItemRow.withdrawn_at.is_(None)
)
_NEXT = _TEXTS.where(ItemRow.id > bindparam("after")).order_by(ItemRow.id).limit(bindparam("limit"))
_COUNTED = _TEXTS.where(ItemRow.id <= bindparam("up_to"), ItemRow.id.in_(_VALUES))
# How a word is mostly written: the one that leads stays as long as it is ahead of all others together.
_COUNT = text(
    """
    INSERT INTO search_words (word, shown, lead, items) VALUES (:word, :shown, :lead, :items)
    ON CONFLICT (word) DO UPDATE SET
        items = items + excluded.items,
        shown = CASE WHEN shown = excluded.shown OR lead >= excluded.lead THEN shown ELSE excluded.shown END,
        lead = CASE WHEN shown = excluded.shown THEN lead + excluded.lead ELSE abs(lead - excluded.lead) END
    """
)
_UNCOUNT = text(
    """
    UPDATE search_words SET
        items = items - :items,
        lead = CASE WHEN shown = :shown THEN max(lead - :items, 0) ELSE lead END
    WHERE word = :word
    """
)
_GONE = select(SearchWordRow.word).where(SearchWordRow.word.in_(_VALUES), SearchWordRow.items <= 0)
_THERE = select(SearchWordRow.word).where(SearchWordRow.word.in_(_VALUES))
_FORGET = delete(SearchWordRow).where(SearchWordRow.word.in_(_VALUES))


Written = Mapping[str, Mapping[str, int]]
"""Of folded words, how many items write each in which ways."""


class SearchWords:
    """Words of items, looked up by how they begin, end, or are."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._endings = SearchEndings(connection)
        self._pairs = SearchPairs(connection)

    def known_words(self, words: Collection[str]) -> list[KnownWord]:
        """Those of the folded words that some item has."""
        pairs = dict.fromkeys(filter(is_pair, words))
        asked = [one for one in dict.fromkeys(words) if one not in pairs]
        rows = (self._connection.execute(_KNOWN, {"values": part}) for part in in_parts(asked))
        known = [KnownWord(*row) for some in rows for row in some]
        return known + [KnownWord(pair, pair, items) for pair, items in self._pairs.items(pairs)]

    def word(self, word: str) -> KnownWord | None:
        """A folded word, None where no item has it."""
        return next(iter(self.known_words([word])), None)

    def words(self, prefix: str, limit: int) -> list[KnownWord]:
        """The words that begin so, folded, the most frequent first; none for an empty beginning."""
        if not prefix or limit <= 0:
            return []
        if CJK_RUN.match(prefix):
            usual_first = sorted(self._pairs.beginning(prefix), key=lambda pair: (-pair[1], pair[0]))
            return [KnownWord(pair, pair, items) for pair, items in usual_first[:limit]]
        starting = begins(SearchWordRow.word, prefix)
        most_frequent = (
            select(SearchWordRow.word, SearchWordRow.items).order_by(SearchWordRow.items.desc()).limit(limit)
        )
        few = select(SearchWordRow.word).where(starting).limit(_MOST_SORTED)
        found: Sequence[Row[str, int]] = []
        if len(self._connection.scalars(few).all()) == _MOST_SORTED:
            # So many that the most frequent words of all hold enough; said so that they are gone through by frequency.
            starts = func.substr(SearchWordRow.word, 1, len(prefix)) == prefix
            usual = SearchWordRow.items >= text(str(USUAL))  # as the index says it, which no parameter is
            found = self._connection.execute(most_frequent.where(starts, usual)).all()
        if len(found) < limit:
            found = self._connection.execute(most_frequent.where(starting)).all()
        best = sorted(found, key=lambda row: (-row[1], row[0]))[:limit]
        known = {one.word: one for one in self.known_words([row[0] for row in best])}
        return [known[row[0]] for row in best]

    def words_like(self, beginnings: Iterable[str], endings: Iterable[str], lengths: range) -> list[str]:
        """The folded words that begin or end in one of these ways and have such a length, in no order; one may come
        twice. Not all of very many, and by their ending none that are too short for a scan."""
        words_begin, pairs_begin = _apart(beginnings)
        words_end, pairs_end = _apart(endings)
        pairs = self._pairs.like(pairs_begin, pairs_end) if 2 in lengths else iter(())
        further = chain(pairs, self._endings.like(words_end, lengths))
        return [*self._starting(words_begin, lengths), *islice(further, _MOST_ALIKE)]

    def _starting(self, beginnings: Sequence[str], lengths: range) -> Sequence[str]:
        if not beginnings:
            return []
        word = SearchWordRow.word
        found = or_(*(begins(word, beginning) for beginning in beginnings))
        of_length = func.length(word).between(lengths.start, lengths.stop - 1)
        return self._connection.scalars(select(word).where(found, of_length).limit(_MOST_ALIKE)).all()

    def count_words(self, limit: int = WORDS_AT_ONCE) -> bool:
        """Takes the words of the next items into the vocabulary, False where all of them are in it. Begins from the
        first item again where the analyser is another one."""
        if get_mark(self._connection, Mark.WORDS_VERSION) != VERSION:
            self.forget_words()
        after = get_mark(self._connection, Mark.WORDS) or 0
        rows = self._connection.execute(_NEXT, {"after": after, "limit": limit}).all()
        if not rows:
            return False
        self.add_words(_written(rows), up_to=rows[-1][0])
        return len(rows) == limit

    def forget_words(self) -> None:
        """Empties the vocabulary: all items are to be counted."""
        self._connection.execute(delete(SearchWordRow))
        self._endings.forget()
        self._pairs.forget()
        set_mark(self._connection, Mark.WORDS, None)
        set_mark(self._connection, Mark.WORDS_VERSION, VERSION)

    @contextmanager
    def words_followed(self, item_ids: Sequence[int]) -> Iterator[None]:
        """Has the vocabulary follow what becomes of items inside, be they edited, withdrawn or shown again. New ones
        are counted later."""
        before = self._counted_words(item_ids)
        yield
        after = self._counted_words(item_ids)
        self._count(_more(after, before))
        self._uncount(_more(before, after))

    def _counted_words(self, item_ids: Sequence[int]) -> Written:
        up_to = get_mark(self._connection, Mark.WORDS)
        if up_to is None:
            return {}
        found = (self._connection.execute(_COUNTED, {"values": part, "up_to": up_to}) for part in in_parts(item_ids))
        return _written(row for rows in found for row in rows)

    def add_words(self, written: Written, *, up_to: int) -> None:
        """Takes words into the vocabulary: those of the items behind the ones that are counted already, up to this one.
        By folded word, how many items write it in which ways."""
        self._count(written)
        set_mark(self._connection, Mark.WORDS, up_to)

    def _count(self, written: Written) -> None:
        words, pairs = _parted(written)
        if pairs:
            self._pairs.count(pairs)
        if words:  # items may have none: pictures, numbers
            known = {
                one for part in in_parts(words) for one in self._connection.scalars(_THERE, {"values": part}).all()
            }
            self._connection.execute(_COUNT, [_counted(word, written[word]) for word in words])
            self._endings.add(word for word in words if word not in known)

    def _uncount(self, written: Written) -> None:
        words, pairs = _parted(written)
        if pairs:
            self._pairs.count({pair: -items for pair, items in pairs.items()})
        gone = [
            {"word": word, "shown": "" if shown == word else shown, "items": items}
            for word in words
            for shown, items in written[word].items()
        ]
        if gone:
            self._connection.execute(_UNCOUNT, gone)
        for part in in_parts(words):
            forgotten = self._connection.scalars(_GONE, {"values": part}).all()
            self._connection.execute(_FORGET, {"values": forgotten})
            self._endings.remove(forgotten)


def _parted(written: Written) -> tuple[list[str], dict[str, int]]:
    """The words in order, and of the pairs in scripts without spaces how many items write each."""
    pairs = {word: sum(ways.values()) for word, ways in written.items() if is_pair(word)}
    return sorted(written.keys() - pairs.keys()), pairs


def _apart(ways: Iterable[str]) -> tuple[list[str], list[str]]:
    """The beginnings or endings of words, and those of pairs in scripts without spaces, which are single characters."""
    known = [*filter(None, ways)]
    of_words = [one for one in known if not CJK_RUN.match(one)]
    return of_words, [one for one in known if len(one) == 1 and one not in of_words]


def _written(rows: Iterable[Row[int, str | None, str, str | None, list[str]]]) -> Written:
    """Of each word, in how many of the items it is written in which ways."""
    written: dict[str, dict[str, int]] = {}
    for _id, title, body, original, authors in rows:
        for word, shown in spellings([title or "", body, original or "", *authors]).items():
            ways = written.setdefault(word, {})
            ways[shown] = ways.get(shown, 0) + 1
    return written


def _more(one: Written, other: Written) -> Written:
    """What is written oftener in the one than in the other, and by how much."""
    found: dict[str, dict[str, int]] = {}
    for word, ways in one.items():
        known = other.get(word, {})
        if more := {shown: items - known.get(shown, 0) for shown, items in ways.items() if items > known.get(shown, 0)}:
            found[word] = more
    return found


def _counted(word: str, ways: Mapping[str, int]) -> dict[str, str | int]:
    shown = max(ways, key=ways.__getitem__)
    items = sum(ways.values())
    lead = max(0, 2 * ways[shown] - items)
    return {"word": word, "shown": "" if shown == word else shown, "lead": lead, "items": items}
