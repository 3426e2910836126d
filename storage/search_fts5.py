"""The index of words on SQLite: FTS5 (https://sqlite.org/fts5.html). Only this file knows it.

The index keeps no texts (`content=''`). Its tokeniser, `ascii`, parts words at spaces and signs of ASCII and takes all
else as letters: it leaves what the analyser made as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.domain.indexed_items import StoredDocument
from bot.domain.matching import EVERYTHING, FACET, AllOf, AnyOf, Expression, Tokens, Without
from storage.search_index import Engine, fields_of

MOST_TOKENS = 2_000
"""The tokens of one expression; a question of people has some dozens, with everything that is said otherwise."""

DEEPEST = 30
"""How deep an expression may be nested. SQLite's reader of questions gives up at about three times as much."""

AT_ONCE = 200  # rows that are fetched together: few are asked for at a time, and each time costs a change of threads

_STATEMENTS = (
    """
    CREATE VIRTUAL TABLE search_tokens
    USING fts5(title, names, body, original, place, forms, content = '', columnsize = 0, tokenize = 'ascii')
    """,
    # Each commit leaves a small tree behind. Merging more of them at once makes storing a third faster.
    "INSERT INTO search_tokens(search_tokens, rank) VALUES ('automerge', 16)",
    """
    CREATE TRIGGER search_documents_leave AFTER DELETE ON search_documents
    BEGIN INSERT OR REPLACE INTO search_leavers (item_id, packed) VALUES (old.item_id, old.packed); END
    """,
)

_INSERT = """
INSERT INTO search_tokens(rowid, title, names, body, original, place, forms) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_FORGET = """
INSERT INTO search_tokens(search_tokens, rowid, title, names, body, original, place, forms)
VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)
"""
_FITTING = "SELECT rowid FROM search_tokens WHERE search_tokens MATCH ? AND rowid > ? AND rowid < ?"
_COUNT = "SELECT count(*) FROM search_tokens WHERE search_tokens MATCH ?"
_CHECK = "INSERT INTO search_tokens(search_tokens) VALUES ('integrity-check')"
_NO_END = 2**62


def create_index(connection: Connection) -> None:
    """Makes the empty index of a new database, as the migrations do."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)


class Fts5(Engine):
    """SQLite's engine, in the transaction of a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, documents: Sequence[StoredDocument]) -> None:
        rows = [(document.item_id, *fields_of(document)) for document in documents]
        self._connection.exec_driver_sql(_INSERT, rows)

    def forget(self, documents: Sequence[tuple[int, tuple[str, ...]]]) -> None:
        self._connection.exec_driver_sql(_FORGET, [(item_id, *fields) for item_id, fields in documents])

    def newest(
        self, expression: Expression, *, hidden: frozenset[int], after: int, before: int | None
    ) -> Iterator[int]:
        asked = match_of(expression)
        if not asked:
            return
        statement = f"{_FITTING} {_seen(hidden)} ORDER BY rowid DESC"
        found = self._connection.exec_driver_sql(statement, (asked, after, before or _NO_END))
        try:
            while rows := found.fetchmany(AT_ONCE):
                for row in rows:
                    yield row[0]
        finally:
            found.close()

    def problems(self) -> list[str]:
        try:
            self._connection.exec_driver_sql(_CHECK)
        except DBAPIError as error:
            return [f"The search index is damaged: {error.orig}."]
        return []

    def count(self) -> int:
        return int(self._connection.exec_driver_sql(_COUNT, (match_of(EVERYTHING),)).scalar() or 0)


def match_of(expression: Expression) -> str:
    """An expression in the language of FTS5 (https://sqlite.org/fts5.html#full_text_query_syntax), "" for one that
    nothing fits. Whatever is in its tokens, they are words in quotes there. Raises ValueError for one that is too
    large."""
    compiler = _Compiler()
    return compiler.compile(expression, DEEPEST)


class _Compiler:
    def __init__(self) -> None:
        self._left = MOST_TOKENS

    def compile(self, expression: Expression, depth: int) -> str:
        if depth < 0:
            raise ValueError("the expression is nested too deep")
        match expression:
            case Tokens():
                return self._tokens(expression)
            case AllOf(parts):
                compiled = [self.compile(part, depth - 1) for part in parts]
                return _joined(" AND ", compiled) if all(compiled) else ""
            case AnyOf(parts):
                return _joined(" OR ", [one for part in parts if (one := self.compile(part, depth - 1))])
            case Without(wanted, unwanted):
                kept, left_out = self.compile(wanted, depth - 1), self.compile(unwanted, depth - 1)
                return f"({kept} NOT {left_out})" if kept and left_out else kept

    def _tokens(self, tokens: Tokens) -> str:
        self._left -= len(tokens.tokens)
        if self._left < 0:
            raise ValueError(f"the expression has more than {MOST_TOKENS} tokens")
        row = _quoted(tokens.tokens)
        # Facets stand in one field only, and looking into it would cost time.
        if not row or not tokens.fields or all(token[:1] == FACET for token in tokens.tokens):
            return row
        return f"{{{' '.join(tokens.fields)}}} : {row}"


def _joined(operator: str, parts: Sequence[str]) -> str:
    return f"({operator.join(parts)})" if len(parts) > 1 else "".join(parts)


def _quoted(tokens: Sequence[str]) -> str:
    words = ["".join(filter(str.isalnum, token)) for token in tokens]
    return f'"{" ".join(words)}"' if words and all(words) else ""


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
