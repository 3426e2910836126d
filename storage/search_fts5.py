"""The index of words on SQLite: FTS5 (https://sqlite.org/fts5.html). Only this file knows it.

The index keeps for each token the items that have it, and neither texts nor places in them (`content=''`,
`detail=none`): with places it would be twice as large and half as fast. What stands in a row, or in one field of
several, is looked for in the documents of the items that have all of it.

Its tokeniser, `ascii`, parts words at spaces and signs of ASCII and takes all else as letters: it leaves what the
analyser made as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.domain.indexed_items import StoredDocument
from bot.domain.matching import EVERYTHING, FACET, AllOf, AnyOf, Expression, Field, OneOf, Tokens, Without
from storage.search_index import Candidates, Engine

MOST_TOKENS = 4_000
"""The tokens of one expression; a question of people has some dozens, with everything that is said otherwise, and of
what is too much for people half as many."""

DEEPEST = 30
"""How deep an expression may be nested. SQLite's reader of questions gives up at about three times as much."""

_AT_ONCE = 100  # rows that are fetched together

_STATEMENTS = (
    """
    CREATE VIRTUAL TABLE search_tokens
    USING fts5(tokens, content = '', detail = none, columnsize = 0, tokenize = 'ascii')
    """,
    # Each commit leaves a small tree behind. Merging more of them at once makes storing a third faster.
    "INSERT INTO search_tokens(search_tokens, rank) VALUES ('automerge', 16)",
    # In the background two trees of a size become one: the fewer there are, the less room they take, a sixth of it.
    "INSERT INTO search_tokens(search_tokens, rank) VALUES ('usermerge', 2)",
    """
    CREATE TRIGGER search_documents_leave AFTER DELETE ON search_documents
    BEGIN
    INSERT OR REPLACE INTO search_leavers (item_id, language, day, source_id, length, packed)
    VALUES (old.item_id, old.language, old.day, old.source_id, old.length, old.packed);
    END
    """,
)

_INSERT = "INSERT INTO search_tokens(rowid, tokens) VALUES (?, ?)"
_FORGET = "INSERT INTO search_tokens(search_tokens, rowid, tokens) VALUES ('delete', ?, ?)"
_FITTING = "SELECT rowid FROM search_tokens WHERE search_tokens MATCH ? AND rowid > ? AND rowid < ?"
_COUNT = "SELECT count(*) FROM search_tokens WHERE search_tokens MATCH ?"
_CHECK = "INSERT INTO search_tokens(search_tokens) VALUES ('integrity-check')"
# 1.2 MB at a time, for some hundredths of a second.
_MERGE = "INSERT INTO search_tokens(search_tokens, rank) VALUES ('merge', 300)"
_NO_END = 2**62

# Tokens of these fields are there with a mark, too, so that what is asked for in them alone is found at once. A capital
# letter is in no token.
_MARKS = {Field.TITLE: "Θ", Field.NAMES: "Σ", Field.PLACE: "Π"}
_TOKEN = re.compile(f"[^\\W_A-Z{''.join(_MARKS.values())}][^\\W_A-Z]*")
"""What the analyser makes: letters and digits. The tokeniser would take capitals of ASCII for small letters."""

_WORDS = frozenset(Field) - {Field.PLACE}
"""The fields whose tokens are there without a mark. What surrounds an item is not what it is about."""


def create_index(connection: Connection) -> None:
    """Makes the empty index of a new database, as the migrations do."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)


class Fts5(Engine):
    """SQLite's engine, in the transaction of a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, documents: Sequence[StoredDocument]) -> None:
        self._connection.exec_driver_sql(_INSERT, [(one.item_id, tokens_of(one)) for one in documents])

    def forget(self, documents: Sequence[StoredDocument]) -> None:
        self._connection.exec_driver_sql(_FORGET, [(one.item_id, tokens_of(one)) for one in documents])

    def newest(self, expression: Expression, *, hidden: frozenset[int], after: int, before: int | None) -> Candidates:
        asked = match_of(expression)
        statement = f"{_FITTING} {_seen(hidden)} ORDER BY rowid DESC"
        found = self._rows(statement, (asked.match, after, before or _NO_END)) if asked.match else iter(())
        return Candidates(found, asked.certain)

    def _rows(self, statement: str, parameters: tuple[str | int, ...]) -> Iterator[int]:
        found = self._connection.exec_driver_sql(statement, parameters)
        try:
            while rows := found.fetchmany(_AT_ONCE):
                for row in rows:
                    yield row[0]
        finally:
            found.close()

    def tidy(self) -> bool:
        before = self._changes()
        self._connection.exec_driver_sql(_MERGE)
        return self._changes() - before > 1  # the statement itself counts as one

    def _changes(self) -> int:
        return int(self._connection.exec_driver_sql("SELECT total_changes()").scalar() or 0)

    def clear(self) -> None:
        self._connection.exec_driver_sql("INSERT INTO search_tokens(search_tokens) VALUES ('delete-all')")

    def problems(self) -> list[str]:
        try:
            self._connection.exec_driver_sql(_CHECK)
        except DBAPIError as error:
            return [f"The search index is damaged: {error.orig}."]
        return []

    def count(self) -> int:
        return int(self._connection.exec_driver_sql(_COUNT, (match_of(EVERYTHING).match,)).scalar() or 0)


@dataclass(frozen=True, slots=True)
class Match:
    """A question in the language of FTS5 (https://sqlite.org/fts5.html#full_text_query_syntax), "" where nothing can
    fit. `certain`: everything that is found fits; else what fits is among it."""

    match: str
    certain: bool = True


_NOTHING = Match("")


def match_of(expression: Expression) -> Match:
    """An expression as a question for FTS5. Whatever is in its tokens, they are words in quotes there. Raises
    ValueError for one that is too large."""
    return _Compiler().compile(expression, DEEPEST)


class _Compiler:
    def __init__(self) -> None:
        self._left = MOST_TOKENS

    def compile(self, expression: Expression, depth: int) -> Match:
        if depth < 0:
            raise ValueError("the expression is nested too deep")
        match expression:
            case Tokens(tokens, fields):
                self._left -= len(tokens)
                if self._left < 0:
                    raise ValueError(f"the expression has more than {MOST_TOKENS} tokens")
                return _row(tokens, frozenset(fields or Field))
            case AllOf(parts):
                compiled = [self.compile(part, depth - 1) for part in parts]
                return _all(compiled)
            case AnyOf(parts):
                return _any([self.compile(part, depth - 1) for part in parts])
            case Without(wanted, unwanted):
                kept = self.compile(wanted, depth - 1)
                parts = unwanted.parts if isinstance(unwanted, AnyOf) else (unwanted,)
                return _without(kept, [self.compile(part, depth - 1) for part in parts])
            case OneOf():
                return Match(self.compile(EVERYTHING, depth).match, certain=False)


def _row(tokens: Sequence[str], fields: frozenset[Field]) -> Match:
    if not tokens or not all(map(_TOKEN.fullmatch, tokens)):
        return _NOTHING
    if len(tokens) == 1:
        return _one(tokens[0], fields)
    return Match(_all([_one(token, fields - {Field.FORMS}) for token in dict.fromkeys(tokens)]).match, certain=False)


def _one(token: str, fields: frozenset[Field]) -> Match:
    if token[0] == FACET:
        return Match(f'"{token}"') if Field.PLACE in fields else _NOTHING
    marked = [Match(f'"{mark}{token}"') for field, mark in _MARKS.items() if field in fields]
    if fields <= _MARKS.keys():
        return _any(marked)
    around = [Match(f'"{_MARKS[Field.PLACE]}{token}"')] if Field.PLACE in fields else []
    return _any([Match(f'"{token}"', certain=fields >= _WORDS), *around])


def _all(parts: Sequence[Match]) -> Match:
    if not all(part.match for part in parts):
        return _NOTHING
    return Match(_joined(" AND ", [part.match for part in parts]), all(part.certain for part in parts))


def _without(kept: Match, left_out: Sequence[Match]) -> Match:
    found = [part for part in left_out if part.match] if kept.match else []
    certain = [part.match for part in found if part.certain]  # of the others, some may be wanted after all
    match = f"({kept.match} NOT {_joined(' OR ', certain)})" if certain else kept.match
    return Match(match, kept.certain and len(certain) == len(found))


def _any(parts: Sequence[Match]) -> Match:
    found = [part for part in parts if part.match]
    return Match(_joined(" OR ", [part.match for part in found]), all(part.certain for part in found))


def _joined(operator: str, parts: Sequence[str]) -> str:
    return f"({operator.join(parts)})" if len(parts) > 1 else "".join(parts)


def tokens_of(document: StoredDocument) -> str:
    """All tokens that a document is found by."""
    place, _, facets = document.place.partition(f" {FACET}")
    marked = _marked(Field.TITLE, document.title), _marked(Field.NAMES, document.names), _marked(Field.PLACE, place)
    plain = document.title, document.names, document.body, document.original, document.forms
    return "".join((*plain, *marked, f" {FACET}{facets}"))


def _marked(field: Field, tokens: str) -> str:
    return f" {tokens.strip()}".replace(" ", f" {_MARKS[field]}") if tokens.strip() else ""


def _seen(hidden: frozenset[int]) -> str:
    """What leaves the items of hidden sources out of a statement on the index. It is asked of one match after another,
    and so of no more than are wanted."""
    if not hidden:
        return ""
    return f"""
        AND EXISTS (
            SELECT 1 FROM items AS seen WHERE seen.id = search_tokens.rowid
            AND (seen.source_id NOT IN ({", ".join(str(int(one)) for one in sorted(hidden))}) OR seen.for_everybody)
        )
    """  # noqa: S608 - numbers
