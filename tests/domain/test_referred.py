"""The addresses in a message that somebody refers to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import clean_url
from bot.domain.referred import LONGEST_REFERRED, ReferredMessage, addresses_in, addresses_typed


def test_links_behind_words_and_in_sight_are_found_once_each() -> None:
    message = ReferredMessage(
        "See https://example.org/post and arxiv.org/abs/1810.04805v2.",
        ("https://arxiv.org/pdf/1810.04805", "http://www.example.org/post?utm_source=x"),
    )
    assert addresses_in(message) == ["https://arxiv.org/pdf/1810.04805", "http://www.example.org/post"]


def test_a_paper_that_is_only_named_is_looked_up_at_its_archive() -> None:
    assert addresses_in(ReferredMessage("as arXiv:2005.14165 shows, doi 10.1038/nature14539")) == [
        "https://arxiv.org/abs/2005.14165",
        "https://doi.org/10.1038/nature14539",
    ]


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "tg://user?id=1", "mailto:ann@example.org", "file:///etc/passwd", "http://[", "", "\ud800"],
)
def test_what_is_no_address_of_the_web_is_left_out(link: str) -> None:
    assert addresses_in(ReferredMessage("look here", (link,))) == []


def test_of_ten_thousand_links_some_hundreds_are_looked_at() -> None:
    many = tuple(f"https://example.org/{number}" for number in range(10_000))
    assert len(addresses_in(ReferredMessage("", many))) == 200
    assert len(addresses_in(ReferredMessage("\n".join(many)))) < LONGEST_REFERRED // 20


def test_a_number_in_the_prose_of_others_is_no_paper_but_a_typed_one_is() -> None:
    assert addresses_in(ReferredMessage("It cost us 1210.50000 in the end")) == []
    assert addresses_typed("1810.04805, P19-1001 and bert") == [
        "https://arxiv.org/abs/1810.04805",
        "https://aclanthology.org/P19-1001/",
    ]


@given(st.text(), st.lists(st.text()))
def test_whatever_a_message_holds_what_is_found_in_it_are_clean_addresses(words: str, links: list[str]) -> None:
    found = [*addresses_in(ReferredMessage(words, tuple(links))), *addresses_typed(words)]
    assert [clean_url(url) for url in found] == found
