"""Searching on request: pages, results with some of the words, whole items, remembered questions."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from bot.domain.club import SessionPaper, SessionPlan
from bot.domain.communities import DestinationSpec
from bot.domain.members import Account
from bot.domain.papers import PaperId
from bot.domain.question import Appeared
from bot.services.clubs import Asking
from bot.services.search import DEEPEST_PAGE, PAGE_SIZE, Search
from storage import search_index
from storage.database import Database
from storage.search_index import SearchIndex
from tests.factories import NOW, make_document, make_parsed_item, store


@pytest.fixture
def search(database: Database) -> Search:
    with database.write() as uow:
        items = [make_parsed_item(f"Frogs, part {number}", "They jump.") for number in range(1, 13)]
        store(uow, make_document(*items, make_parsed_item("Toads", "They sit in ponds.")))
    return Search(database, lambda: NOW, UTC)


async def test_results_come_in_pages_that_do_not_overlap(search: Search) -> None:
    pages = [await search.page(None, "frogs", number) for number in (1, 2, 3)]
    assert [(one.page, one.pages, one.total, one.exact) for one in pages] == [(n, 3, 12, True) for n in (1, 2, 3)]
    assert [len(one.hits) for one in pages] == [PAGE_SIZE, PAGE_SIZE, 2]
    assert len({hit.items[0].id for one in pages for hit in one.hits}) == 12


async def test_of_results_as_good_those_that_were_saved_or_discussed_by_the_readers_club_come_first(
    database: Database,
) -> None:
    ours, theirs = DestinationSpec("telegram", "-1001"), DestinationSpec("telegram", "-1002")
    papers = [PaperId("arxiv", f"2101.0000{number}") for number in range(1, 5)]
    with database.write() as uow:
        items = [make_parsed_item(f"Newts, part {paper.value[-1]}", "They swim.", papers=(paper,)) for paper in papers]
        store(uow, make_document(*items))
        uow.stories.start([[1], [2], [3], [4]], NOW)
        uow.digests.save_story("telegram:1", 2, [2], now=NOW)
        for spec, paper in ((ours, papers[0]), (theirs, papers[2])):
            here = uow.communities.ensure_destination(spec, zone="UTC", languages=("en",))
            plan = SessionPlan("Newts", NOW - timedelta(days=2), "UTC", papers=(SessionPaper("", identity=str(paper)),))
            uow.club_sessions.add(here.community_id, plan, uid=str(paper), now=NOW)
    asking = Asking(Account("telegram", "1", "Ann", "en"), ours)
    found = await Search(database, lambda: NOW, UTC).page(ours, "newts", asking=asking)
    assert [hit.story_id for hit in found.hits] == [1, 2, 4, 3]


async def test_an_edition_with_an_excluded_word_is_not_shown_while_the_index_is_made_anew(
    search: Search, database: Database
) -> None:
    with database.write() as uow:
        uow.stories.start([[13]], NOW)
        store(uow, make_document(make_parsed_item("Newts", "They sit in ponds, too."), guid="2"))
        uow.stories.place({14: 1}, NOW)
        uow.search_index.clear()
        uow.items.index_again([13])
    (hit,) = (await search.page(None, "toads")).hits
    assert [item.title for item in hit.items] == ["Toads", "Newts"]
    (hit,) = (await search.page(None, "toads -newts")).hits
    assert [item.title for item in hit.items] == ["Toads"]


@pytest.mark.parametrize(("asked", "shown"), [(-5, 1), (0, 1), (4, 3), (10**12, 3)])
async def test_a_page_out_of_range_becomes_the_nearest(search: Search, asked: int, shown: int) -> None:
    found = await search.page(None, "frogs", asked)
    assert (found.page, bool(found.hits)) == (shown, True)


async def test_deep_pages_are_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.write() as uow:
        store(uow, make_document(*(make_parsed_item(f"Frogs, part {number}") for number in range(600))))
    limits: list[int] = []
    newest = SearchIndex.newest

    def counted(self: SearchIndex, expression: object, *, limit: int, **more: object) -> list[int]:
        limits.append(limit)
        return newest(self, expression, limit=limit, **more)  # type: ignore[arg-type]  # as the test wants them

    monkeypatch.setattr(SearchIndex, "newest", counted)
    found = await Search(database, lambda: NOW, UTC).page(None, "frogs", 10**12)
    assert max(limits) <= DEEPEST_PAGE * PAGE_SIZE
    assert (found.page, found.exact, bool(found.hits)) == (found.pages, False, True)
    assert found.pages <= DEEPEST_PAGE


@pytest.mark.parametrize(("looked_at", "exact"), [(3, False), (4, False), (5, True), (500, True)])
async def test_results_are_not_called_all_where_more_might_fit_than_were_looked_at(
    database: Database, monkeypatch: pytest.MonkeyPatch, looked_at: int, exact: bool
) -> None:
    monkeypatch.setattr(search_index, "LOOKED_AT", looked_at)
    titles = ("Newts swim", "They swim, newts", "Who swims? Newts", "Newts, swim!", "The newts swim")
    with database.write() as uow:
        store(uow, make_document(*(make_parsed_item(title, "") for title in titles)))
    found = await Search(database, lambda: NOW, UTC).page(None, '"newts swim"')
    assert found.exact is exact
    assert (found.whole == 3) is exact


async def test_yesterday_is_that_of_the_community_that_asks(search: Search, database: Database) -> None:
    here, elsewhere = DestinationSpec("telegram", "-1001"), DestinationSpec("telegram", "-1002")
    with database.write() as uow:
        uow.communities.ensure_destination(here, zone="Pacific/Kiritimati", languages=("en",))  # 14 hours ahead of UTC
    late = NOW.replace(hour=12)  # the next day has begun there
    asked = Search(database, lambda: late, UTC)

    async def day(viewer: DestinationSpec) -> int:
        (part,) = (await asked.page(viewer, "on:yesterday")).question.root.parts
        assert isinstance(part, Appeared)
        assert part.first
        return part.first.toordinal()

    assert await day(here) == late.date().toordinal()
    assert await day(elsewhere) == late.date().toordinal() - 1


async def test_a_word_behind_many_others_has_to_fit_as_well(search: Search, database: Database) -> None:
    letters = [f"w{number}ord" for number in range(23)]
    with database.write() as uow:
        store(uow, make_document(make_parsed_item("With it", " ".join(["toads", *letters])), guid="older"))
        store(uow, make_document(make_parsed_item("Without", " ".join(["frogs", *letters])), guid="newer"))
    found = await search.page(None, " ".join([*letters, "toads"]))
    assert found.hits[0].items[0].title == "With it"


async def test_where_nothing_has_all_words_those_that_have_some_are_shown_and_marked(search: Search) -> None:
    found = await search.page(None, "toads dinosaurs", literal=True)
    assert [(hit.items[0].title, hit.complete) for hit in found.hits] == [("Toads", False)]
    assert (found.whole, found.total) == (0, 1)
    found = await search.page(None, "toads ponds")
    assert [hit.complete for hit in found.hits] == [True]


async def test_where_few_have_all_words_those_that_have_some_follow(search: Search, database: Database) -> None:
    with database.write() as uow:
        store(uow, make_document(make_parsed_item("Toads and newts", "Both swim."), guid="issue-2"))
    found = await search.page(None, "toads swim")
    assert [hit.complete for hit in found.hits] == sorted((hit.complete for hit in found.hits), reverse=True)
    assert found.hits[0].items[0].title == "Toads and newts"


@pytest.mark.parametrize("words", ["", "   ", "dinosaurs", '"', "AND OR NOT", "(((", "a:b*", "\x00", "-frogs", "😀"])
async def test_nothing_that_somebody_types_is_an_error(search: Search, words: str) -> None:
    found = await search.page(None, words)
    assert (found.page, found.pages) == (1, max(1, found.pages))


async def test_a_pasted_page_is_cut_and_still_found(search: Search) -> None:
    found = await search.page(None, "frogs " + "jump " * 10_000)
    assert found.total == 12


async def test_an_item_of_a_translated_issue_is_found_by_its_original(search: Search, database: Database) -> None:
    with database.write() as uow:
        item = make_parsed_item("Дистилляция", "О сетях.", original_text="About distilled nets.", language="ru")
        store(uow, make_document(item, guid="issue-2", language="ru"))
    (hit,) = (await search.page(None, "distilled nets", literal=True)).hits
    assert hit.items[0].title == "Дистилляция"
    assert hit.complete


async def test_an_item_is_found_by_its_number_until_it_is_gone(search: Search) -> None:
    (hit,) = (await search.page(None, "ponds")).hits
    assert await search.item(None, hit.items[0].id) == hit.items[0]
    assert await search.item(None, 10**9) is None


async def test_titles_are_offered_while_somebody_types(search: Search, database: Database) -> None:
    with database.write() as uow:
        uow.search_index.count_words()
    assert await search.titles(None, "toa", 5) == ["Toads"]
    assert len(await search.titles(None, "frogs", 5)) == 5
    assert await search.titles(None, "x" * 10_000, 5) == []
