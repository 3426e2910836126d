"""What is on a page of a list."""

from __future__ import annotations

from bot.domain.pages import Page, page_of


def test_a_page_out_of_range_becomes_the_nearest_there_is() -> None:
    assert page_of(range(5), 0, 4) == Page((0, 1, 2, 3), number=1, pages=2, first=1, total=5)
    assert page_of(range(5), 99, 4) == Page((4,), number=2, pages=2, first=5, total=5)


def test_nothing_is_one_empty_page() -> None:
    assert page_of((), 1, 4) == Page((), number=1, pages=1, first=1, total=0)


def test_a_full_last_page_is_the_last() -> None:
    assert page_of(range(8), 3, 4).number == page_of(range(8), 3, 4).pages == 2


def test_no_page_lies_deeper_than_the_most_there_are() -> None:
    assert page_of(range(20), 9, 4, most=2) == Page((4, 5, 6, 7), number=2, pages=2, first=5, total=20)


def test_a_page_may_show_what_its_entries_stand_for() -> None:
    here = page_of(["a", "b", "c"], 2, 2)
    assert here.showing(word.upper() for word in here.shown) == Page(("C",), number=2, pages=2, first=3, total=3)
