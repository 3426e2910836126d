"""What results are shown for, kept for the buttons below them."""

from __future__ import annotations

import pytest

from bot.services.search import LONGEST_QUESTION
from bot.services.search_views import SearchView, SearchViews
from storage.database import Database
from tests.factories import NOW


@pytest.fixture
def views(database: Database) -> SearchViews:
    return SearchViews(database, lambda: NOW)


@pytest.mark.parametrize(
    "view",
    [
        SearchView("frogs"),
        SearchView("frogs", literal=True),
        SearchView(similar_to=7),
        SearchView(similar_to=7, behind=(12, 3)),
    ],
)
async def test_a_view_is_kept_as_it_is(views: SearchViews, view: SearchView) -> None:
    assert await views.recall(await views.remember(view)) == view


async def test_a_question_is_remembered_up_to_a_length(views: SearchViews) -> None:
    number = await views.remember(SearchView("frogs " * 1000))
    assert await views.recall(number) == SearchView(("frogs " * 1000)[:LONGEST_QUESTION])


async def test_what_was_not_remembered_or_is_another_kind_of_question_is_unknown(
    views: SearchViews, database: Database
) -> None:
    assert await views.recall(10**9) is None
    with database.write() as uow:
        number = uow.views.add("digest", {}, now=NOW)
    assert await views.recall(number) is None


async def test_a_view_of_an_earlier_version_is_still_known(views: SearchViews, database: Database) -> None:
    with database.write() as uow:
        number = uow.views.add("search", {"words": "frogs"}, now=NOW)
    assert await views.recall(number) == SearchView("frogs")
