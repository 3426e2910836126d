from __future__ import annotations

from datetime import timedelta

from storage.database import Database
from storage.views import View
from tests.factories import NOW


def test_a_view_is_kept_as_it_was(database: Database) -> None:
    with database.write() as uow:
        view = uow.views.add("search", {"words": "图 ё", "page": 2, "section": None}, now=NOW)
    with database.read() as uow:
        assert uow.views.get(view) == View("search", {"words": "图 ё", "page": 2, "section": None})
        assert uow.views.get(view + 1) is None


def test_the_number_of_a_question_tells_no_other(database: Database) -> None:
    with database.write() as uow:
        views = [uow.views.add("search", {}, now=NOW) for _ in range(4)]
        assert all(uow.views.get(view + step) is None for view in views for step in (-2, -1, 1, 2))
        assert all(view < 10**18 for view in views)  # buttons hold numbers of at most 18 digits


def test_a_number_is_never_given_to_another_question(database: Database) -> None:
    with database.write() as uow:
        first = uow.views.add("search", {}, now=NOW)
        assert uow.views.prune(NOW + timedelta(seconds=1)) == 1
        second = uow.views.add("digest", {}, now=NOW)
        assert second != first
        assert uow.views.get(first) is None
        assert uow.views.prune(NOW) == 0
