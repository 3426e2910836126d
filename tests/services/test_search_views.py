"""What results are shown for, kept for the buttons below them."""

from __future__ import annotations

import pytest

from bot.domain.errors import UserError
from bot.domain.question import LONGEST_QUESTION
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
        SearchView("frogs", language="pt_BR"),
    ],
)
async def test_a_view_is_kept_as_it_is(views: SearchViews, view: SearchView) -> None:
    assert await views.recall(await views.remember(view)) == view


async def test_of_what_somebody_types_whole_words_are_read_up_to_a_length(views: SearchViews) -> None:
    view = SearchView.of("frogs " * 1000)
    assert view.is_cut
    assert view.words == " ".join(["frogs"] * (LONGEST_QUESTION // 6))
    assert await views.recall(await views.remember(view)) == SearchView(view.words)
    assert SearchView.of("x" * 2000) == SearchView("x" * LONGEST_QUESTION, is_cut=True)
    assert SearchView.of("x" * LONGEST_QUESTION) == SearchView("x" * LONGEST_QUESTION)


async def test_a_question_that_a_button_makes_too_long_is_refused_and_never_cut(views: SearchViews) -> None:
    with pytest.raises(UserError, match="1000 characters with all its filters"):
        await views.remember(SearchView("x" * (LONGEST_QUESTION + 1)))


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
