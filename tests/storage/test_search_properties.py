"""What holds of the index whatever is indexed and whatever is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.fitting import fitter
from bot.domain.matching import EVERYTHING, AllOf, AnyOf, Expression, Field, Tokens, Without, any_of, facet
from storage.database import Database
from storage.search_fts5 import tokens_of
from storage.stemming import analyser
from storage.unit_of_work import UnitOfWork
from tests.factories import make_database, make_document, make_entry, make_parsed_item, store

LANGUAGES = st.sampled_from(["en", "pt", "ru", "zh", "tr", "ar", "nl", None])
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                *(
                    "models",
                    "trained",
                    "gpt-2",
                    "C++",
                    "l'été",
                    "naïve",
                    "Ёлки",
                    "İstanbul",
                    "IŞIK",
                    "知识蒸馏",
                    "学习",
                ),
                *("التَّعَلُّم", "@handle", "2005.14165v2", "don't", "a.b/c", "Σ", "Ω", "Θx"),
            ]
        ),
        max_size=12,
    ).map(" ".join),
)
WORDS = st.sampled_from(["a", "b", "c", "知识", "识蒸"])
FIELDS = st.lists(st.sampled_from(list(Field)), max_size=3, unique=True).map(tuple)
ROWS = st.builds(Tokens, st.lists(WORDS, min_size=1, max_size=3).map(tuple), FIELDS)
ANYTHING = st.text(max_size=5) | st.sampled_from(['"', "*", "a OR b", "NEAR(", "\0", "tokens:", "Ωall", "Θa"])
EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    ROWS | st.just(EVERYTHING) | st.just(facet("lang", "zh")),
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Without, inner, inner),
    ),
    max_leaves=6,
)
SHORT_TEXTS = st.lists(st.sampled_from(["a", "b", "c", "知识蒸", "知识", "."]), max_size=5).map(" ".join)


class _UndoneError(Exception):
    pass


@contextmanager
def undone(database: Database) -> Iterator[UnitOfWork]:
    """A transaction of which nothing stays."""
    try:
        with database.write() as uow:
            yield uow
            raise _UndoneError
    except _UndoneError:
        pass


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("properties")
    database = make_database(folder)
    yield database
    database.close()


def tokens_found(uow: UnitOfWork) -> set[str]:
    """The tokens by which the engine finds an item."""
    connection = uow.search_index._connection
    connection.exec_driver_sql("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search_tokens, row)")
    found = {row[0] for row in connection.exec_driver_sql("SELECT term FROM temp.terms WHERE doc > 0")}
    connection.exec_driver_sql("DROP TABLE temp.terms")
    return found


@settings(max_examples=150)
@given(text=TEXTS, title=TEXTS, language=LANGUAGES)
def test_an_item_is_found_by_each_of_its_words_and_never_without_it(
    scratch: Database, text: str, title: str, language: str | None
) -> None:
    with undone(scratch) as uow:
        store(uow, make_document(make_parsed_item("Other", "Else.")), make_document(guid="2"))
        store(uow, make_document(make_parsed_item(title, text, language=language), guid="issue-3"))
        (mine,) = uow.search_index.newest(EVERYTHING, limit=1)
        index = uow.search_index
        for piece in analyser().pieces(f"{title} {text}"):
            asked = any_of(*(Tokens(way) for way in piece.ways)) if piece.ways else EVERYTHING
            assert mine in index.newest(asked, limit=9), piece
            assert mine not in index.newest(Without(EVERYTHING, asked), limit=9), piece


@settings(max_examples=150)
@given(texts=st.lists(st.tuples(SHORT_TEXTS, SHORT_TEXTS, SHORT_TEXTS), min_size=1, max_size=3), asked=EXPRESSIONS)
def test_the_engine_finds_what_the_documents_tell(
    scratch: Database, texts: list[tuple[str, str, str]], asked: Expression
) -> None:
    items = [
        make_parsed_item(title, text, original_text=original, language="zh" if number % 2 else "en", guid=str(number))
        for number, (title, text, original) in enumerate(texts)
    ]
    with undone(scratch) as uow:
        store(uow, make_document(*items))
        everything = uow.search_index.newest(EVERYTHING, limit=9)
        fitting = [one.item_id for one in uow.search_index.documents(everything) if fitter(asked)(one)]
        assert uow.search_index.newest(asked, limit=9) == fitting


@settings(max_examples=150)
@given(tokens=st.lists(ANYTHING, min_size=1, max_size=3).map(tuple), fields=FIELDS)
def test_nothing_that_is_asked_for_is_syntax(
    scratch: Database, tokens: tuple[str, ...], fields: tuple[Field, ...]
) -> None:
    with undone(scratch) as uow:
        store(uow, make_document(make_parsed_item("a", "b")))
        everything = uow.search_index.newest(EVERYTHING, limit=9)
        asked = Tokens(tokens, fields)
        fitting = [one.item_id for one in uow.search_index.documents(everything) if fitter(asked)(one)]
        assert uow.search_index.newest(asked, limit=9) == fitting


@settings(max_examples=50)
@given(text=TEXTS, language=LANGUAGES)
def test_what_is_removed_leaves_nothing_behind(scratch: Database, text: str, language: str | None) -> None:
    with undone(scratch) as uow:
        store(uow, make_document(make_parsed_item("A frog", text, language=language)))
        (mine,) = uow.search_index.newest(EVERYTHING, limit=1)
        uow.search_index.remove([mine])
        uow.search_index.remove([mine])
        for piece in analyser().pieces(f"a frog {text}"):
            assert uow.search_index.newest(any_of(*(Tokens(way) for way in piece.ways)), limit=1) == []
        assert uow.search_index.newest(EVERYTHING, limit=1) == []
        uow.items.index_again([mine])
        assert uow.search_index.newest(Tokens(("frog",)), limit=1) == [mine]


@settings(max_examples=60)
@given(texts=st.lists(st.tuples(TEXTS, TEXTS, LANGUAGES), min_size=1, max_size=5), data=st.data())
def test_what_is_added_and_removed_leaves_the_tokens_of_what_stays(
    scratch: Database, texts: list[tuple[str, str, str | None]], data: st.DataObject
) -> None:
    with undone(scratch) as uow:
        store(uow, *(make_entry(str(at), one[0], one[1], language=one[2]) for at, one in enumerate(texts)))
        everything = uow.search_index.newest(EVERYTHING, limit=9)
        gone = data.draw(st.lists(st.sampled_from(everything), unique=True))
        staying = uow.search_index.documents([one for one in everything if one not in gone])
        uow.search_index.remove(gone)
        assert tokens_found(uow) == {token for one in staying for token in tokens_of(one).split()}
        uow.items.index_again(gone)
        assert uow.search_index.problems() == []
        uow.search_index.remove(everything)
        assert tokens_found(uow) == set()
