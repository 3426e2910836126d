"""Searching on request: pages, loose results, whole items, remembered questions."""

from __future__ import annotations

import pytest

from bot.domain.search import Query
from bot.services.search import DEEPEST_PAGE, LONGEST_QUERY, PAGE_SIZE, Search
from storage.database import Database
from storage.search import Search as SearchTable
from tests.factories import NOW, make_document, make_parsed_item, store


@pytest.fixture
def search(database: Database) -> Search:
    with database.write() as uow:
        items = [make_parsed_item(f"Frogs, part {number}", "They jump.") for number in range(1, 13)]
        store(uow, make_document(*items, make_parsed_item("Toads", "They sit in ponds.")))
    return Search(database, lambda: NOW)


async def test_results_come_in_pages_that_do_not_overlap(search: Search) -> None:
    pages = [await search.page(None, "frogs", number) for number in (1, 2, 3)]
    assert [(one.page, one.pages, one.total, one.exact) for one in pages] == [(n, 3, 12, True) for n in (1, 2, 3)]
    assert [len(one.hits) for one in pages] == [PAGE_SIZE, PAGE_SIZE, 2]
    assert len({hit.item.id for one in pages for hit in one.hits}) == 12


@pytest.mark.parametrize(("asked", "shown"), [(-5, 1), (0, 1), (4, 3), (10**12, 3)])
async def test_a_page_out_of_range_becomes_the_nearest(search: Search, asked: int, shown: int) -> None:
    found = await search.page(None, "frogs", asked)
    assert (found.page, bool(found.hits)) == (shown, True)


async def test_deep_pages_are_bounded(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    offsets: list[int] = []
    find = SearchTable.find

    def counted(self: SearchTable, query: Query, *, limit: int, offset: int, hidden: frozenset[int]) -> object:
        offsets.append(offset)
        return find(self, query, limit=limit, offset=offset, hidden=hidden)

    monkeypatch.setattr(SearchTable, "find", counted)
    await search.page(None, "frogs", 10**12)
    assert max(offsets) == (DEEPEST_PAGE - 1) * PAGE_SIZE


async def test_where_nothing_has_all_words_those_that_have_some_are_shown_and_marked(search: Search) -> None:
    found = await search.page(None, "toads dinosaurs")
    assert (found.loose, [hit.item.title for hit in found.hits]) == (True, ["Toads"])
    assert not (await search.page(None, "toads ponds")).loose


@pytest.mark.parametrize("words", ["", "   ", "dinosaurs", '"', "AND OR NOT", "(((", "a:b*", "\x00", "-frogs", "😀"])
async def test_nothing_that_somebody_types_is_an_error(search: Search, words: str) -> None:
    found = await search.page(None, words)
    assert (found.page, found.pages) == (1, max(1, found.pages))


async def test_a_pasted_page_is_cut_and_still_found(search: Search) -> None:
    found = await search.page(None, "frogs " + "jump " * 10_000)
    assert found.total == 12


async def test_an_item_is_found_by_its_number_until_it_is_gone(search: Search) -> None:
    (hit,) = (await search.page(None, "ponds")).hits
    assert await search.item(None, hit.item.id) == hit.item
    assert await search.item(None, 10**9) is None


async def test_titles_are_offered_while_somebody_types(search: Search) -> None:
    assert await search.titles(None, "toa", 5) == ["Toads"]
    assert len(await search.titles(None, "frogs", 5)) == 5
    assert await search.titles(None, "x" * 10_000, 5) == []


async def test_a_question_is_remembered_up_to_a_length(search: Search) -> None:
    number = await search.remember("frogs " * 1000)
    assert await search.recall(number) == ("frogs " * 1000)[:LONGEST_QUERY]


async def test_what_was_not_remembered_or_is_another_kind_of_question_is_unknown(
    search: Search, database: Database
) -> None:
    assert await search.recall(10**9) is None
    with database.write() as uow:
        number = uow.views.add("digest", {}, now=NOW)
    assert await search.recall(number) is None
