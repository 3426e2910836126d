"""Hostile questions to a real archive: never an error, never much work, and never a word of them as syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest
from sqlalchemy import Engine, event

from benchmarks.texts import NEWEST, piece
from bot.domain.question import LONGEST_QUESTION
from bot.services.search import PAGE_SIZE, Asked, Search, find
from storage.database import Database
from storage.search_fts5 import Fts5
from storage.search_index import SearchIndex
from tests.factories import make_database, make_document, make_parsed_item, store
from tests.hostile_questions import questions

QUESTIONS, ITEMS = 1_000, 300
MOST_LOOKS = 400
"""Looks into the index that one question may take, all that is tried otherwise included."""
MARKER = "qzxmarkerxzq"
_TOKEN = re.compile(r'"[^\W_]+"')
_OPERATORS = re.compile(r"(?:\(|\)| AND | OR | NOT )*")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = make_database(tmp_path_factory.mktemp("archive"))
    items = [make_parsed_item(one.title, one.paragraphs[0], language=one.language) for one in map(piece, range(ITEMS))]
    with database.write() as uow:
        store(uow, make_document(*items))
        while uow.search_index.count_words():
            pass
    yield database
    database.close()


def test_no_question_is_an_error_or_takes_much_work(archive: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    newest = SearchIndex.newest

    def counted(self: SearchIndex, *args: Any, **more: Any) -> list[int]:
        looks[-1] += 1
        return newest(self, *args, **more)

    monkeypatch.setattr(SearchIndex, "newest", counted)
    for words in questions(QUESTIONS):
        looks.append(0)
        with archive.read() as uow:
            found = find(uow, Asked(words[:LONGEST_QUESTION], NEWEST), 1, PAGE_SIZE)
        assert len(found.hits) <= PAGE_SIZE
        assert looks[-1] <= MOST_LOOKS, words
    assert any(looks)


def test_of_a_question_only_words_in_quotes_reach_the_engine(
    archive: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = Fts5._rows

    def noted(self: Fts5, statement: str, parameters: tuple[str | int, ...]) -> Iterator[int]:
        asked.append(str(parameters[0]))
        return rows(self, statement, parameters)

    monkeypatch.setattr(Fts5, "_rows", noted)
    for words in questions(QUESTIONS // 5, seed="syntax"):
        with archive.read() as uow:
            find(uow, Asked(words[:LONGEST_QUESTION], NEWEST, literal=True), 1, PAGE_SIZE)
    assert len(asked) > QUESTIONS // 5
    for match in set(asked):
        assert _OPERATORS.fullmatch(_TOKEN.sub("", match)), match


def test_no_statement_holds_what_was_typed(archive: Database) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for words in questions(QUESTIONS // 20, seed="statements"):
            with archive.read() as uow:
                find(uow, Asked(f"{MARKER}{words[:60]} {MARKER}", NEWEST), 1, PAGE_SIZE)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) > QUESTIONS // 2
    assert not any(MARKER in statement.lower() for statement in statements)


async def test_the_longest_questions_are_answered_through_the_service(archive: Database) -> None:
    search = Search(archive, lambda: NEWEST, UTC)
    for words in ("(" * 10_000, '"' * 10_000, "a OR " * 2_000, "-" * 9_999 + "a", "\ud800" * 10_000, "模" * 10_000):
        found = await search.page(None, words)
        assert len(found.hits) <= PAGE_SIZE
        await search.titles(None, words, 25)
