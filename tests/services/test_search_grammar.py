"""What people write in searches, and what is found: the whole way from the question to the stories."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.papers import PaperId
from bot.domain.sections import Section
from bot.services.search import Search
from storage.database import Database
from tests.factories import NOW, make_document, make_parsed_item, store


@pytest.fixture
def search(database: Database) -> Search:
    """Five stories, which questions name by a letter: a … e."""
    with database.write() as uow:
        store(
            uow,
            make_document(
                make_parsed_item(
                    "a: Distilling frogs into tadpoles",
                    "Jane Toad writes about jumping. See the code.",
                    authors=("Jane Toad", "Sam Reed"),
                    section=Section.PUBLICATIONS,
                    language="en",
                    code="https://github.com/pond/frogs",
                    papers=(PaperId("arxiv", "1706.03762"),),
                ),
                make_parsed_item(
                    "b: Newts learn to swim",
                    "A course about ponds and frogs.",
                    section=Section.EDUCATION,
                    language="en",
                ),
                title="Pond News 41",
                published_at=datetime(2024, 2, 15, 12, tzinfo=UTC),
            ),
        )
        store(
            uow,
            make_document(
                make_parsed_item(
                    "c: Лягушки и пруды", "Курс о прыжках лягушек.", section=Section.EDUCATION, language="ru"
                ),
                title="Новости пруда",
                guid="issue-2",
                language="ru",
                published_at=datetime(2024, 3, 5, 12, tzinfo=UTC),
            ),
            make_document(
                make_parsed_item("d: Rãs e lagoas", "Um curso sobre saltos.", section=Section.EDUCATION, language="pt"),
                make_parsed_item("e: Código das rãs", "Ferramentas.", section=Section.TOOLS_DATASETS, language="pt"),
                title="Notícias da lagoa",
                guid="issue-3",
                language="pt",
                published_at=datetime(2023, 12, 31, 12, tzinfo=UTC),
            ),
            address="https://lagoa.example.org/feed",
        )
    with database.write() as uow:
        while uow.search_index.count_words():
            pass
    return Search(database, lambda: NOW, UTC)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ('"ponds and frogs"', "b"),
        ('"frogs and ponds"', ""),
        ("frogs -newts", "a"),
        ('lang:en -"ponds and frogs"', "a"),
        ("frogs -lang:en", ""),
        ("-frogs", "cde"),
        ("newts OR tadpoles", "ab"),
        ("jumping OR swim", "ab"),
        ("frogs (swim OR dance)", "b"),
        ("tadp*", "a"),
        ("title:frogs", "a"),
        ("title:newts OR title:distilling", "ab"),
        ('author:"Jane Toad"', "a"),
        ('author:"Toad Sam"', ""),
        ('"Jane Toad Sam Reed"', ""),
        ("author:reed author:jane", "a"),
        ("author:distilling", ""),
        ("lang:pt", "de"),
        ("язык:португальский раздел:образование", "d"),
        ("lang:pt,ru section:education", "cd"),
        ("lang:ru OR section:publications", "ac"),
        ("section:tools", "e"),
        ("-section:education", "ae"),
        ("after:2024", "abc"),
        ("after:2024-02-15", "abc"),
        ("before:2024-02-15", "de"),
        ("until:2024-02-15", "abde"),
        ("on:2024-02", "ab"),
        ("on:2024-02-15", "ab"),
        ("дата:вчера", "c"),
        ("дата:2024-01..2024-02 frogs", "ab"),
        ("after:2w", "c"),
        ("on:2023", "de"),
        ("after:2024-03 before:2024", ""),
        ("issue:41", "ab"),
        ('issue:"notícias da lagoa"', "de"),
        ("source:lagoa.example", "cde"),
        ("-source:lagoa.example frogs", "ab"),
        ("has:code", "a"),
        ("has:pdf", "a"),
        ("has:code,pdf section:publications,ethics", "a"),
        ("1706.03762", "a"),
        ("https://arxiv.org/pdf/1706.03762v3", "a"),
        ("doi:10.48550/arXiv.1706.03762 lang:en", "a"),
        ("github.com/pond/frogs", "a"),
        ("lang:pt -(curso OR ferramentas)", ""),
        ("lang:pt -(curso ferramentas)", "de"),
        ("((lang:pt section:education) OR (lang:ru section:education))", "cd"),
    ],
)
async def test_a_question_finds_what_it_asks_for(search: Search, question: str, found: str) -> None:
    results = await search.page(None, question, size=10, literal=True)
    titles = [(hit.items[0].title or "")[0] for hit in results.hits if hit.complete]
    assert "".join(sorted(titles)) == found


async def test_the_newest_come_first_where_that_is_asked_for(search: Search) -> None:
    results = await search.page(None, "section:education sort:new", size=10)
    assert [(hit.items[0].title or "")[0] for hit in results.hits] == ["c", "b", "d"]
