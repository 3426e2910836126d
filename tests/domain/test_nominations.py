"""Nominations: what people type, and what the votes come to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.nominations import (
    ALWAYS,
    LONGEST_TITLE,
    Nomination,
    ProposedPaper,
    Voting,
    address_named,
    for_address,
    ranked,
    read_proposal,
    titled,
    winners,
)
from bot.domain.papers import PaperId

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "2005.14165",
        "2005.14165v2",
        "arXiv:2005.14165",
        "arxiv.org/abs/2005.14165",
        "https://arxiv.org/pdf/2005.14165v3.pdf",
        "https://huggingface.co/papers/2005.14165",
        "https://doi.org/10.48550/arXiv.2005.14165",
        "  <https://arxiv.org/abs/2005.14165>  ",
    ],
)
def test_one_paper_is_the_same_however_it_is_named(typed: str) -> None:
    assert read_proposal(typed) == ProposedPaper("arxiv:2005.14165", "https://arxiv.org/abs/2005.14165")


@pytest.mark.parametrize(
    ("typed", "identity", "address"),
    [
        ("10.1145/3292500.3330701", "doi:10.1145/3292500.3330701", "https://doi.org/10.1145/3292500.3330701"),
        ("hep-th/9901001", "arxiv:hep-th/9901001", "https://arxiv.org/abs/hep-th/9901001"),
        ("https://openreview.net/forum?id=abc", "openreview:abc", "https://openreview.net/forum?id=abc"),
        ("P19-1001", "acl:P19-1001", "https://aclanthology.org/P19-1001/"),
        ("https://www.Example.org/a/?utm_source=x", "link:example.org/a", "https://www.example.org/a/"),
        ("http://me:secret@example.org/a", "link:example.org/a", "http://example.org/a"),
    ],
)
def test_other_archives_and_pages_have_an_identity_too(typed: str, identity: str, address: str) -> None:
    found = read_proposal(typed)
    assert found is not None
    assert (found.identity, found.address) == (identity, address)


def test_words_beside_an_address_are_its_title() -> None:
    found = read_proposal("Image/Text Models are Few-Shot Learners – https://example.org/gpt-3")
    assert found is not None
    assert found.title == "Image/Text Models are Few-Shot Learners"
    assert found.paper is None


@pytest.mark.parametrize(
    "typed", ["", "   ", "frogs and toads", "javascript:alert(1)", "<b>x</b>", "@everyone", "\u202e"]
)
def test_what_names_no_paper_is_none(typed: str) -> None:
    assert read_proposal(typed) is None


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_or_is_not(typed: str) -> None:
    found = read_proposal(typed) or titled(typed)
    assert found is None or (found.identity and len(found.title) <= LONGEST_TITLE)


def test_a_title_is_the_same_in_small_letters_and_with_other_spaces() -> None:
    one, other = titled("On  Frogs "), titled("on frogs")
    assert one is not None
    assert other is not None
    assert one.identity == other.identity
    assert (one.name, one.paper, one.address) == ("On Frogs", None, "")
    assert titled("\u200b \u2060") is None


def test_a_paper_without_a_title_is_called_by_its_address() -> None:
    found = read_proposal("2005.14165")
    assert found is not None
    assert found.name == "arxiv.org/abs/2005.14165"
    assert found.paper == PaperId("arxiv", "2005.14165")


def nomination(id_: int, votes: int, *, minutes: int = 0) -> Nomination:
    paper = ProposedPaper(f"link:{id_}", f"https://{id_}.example.org/")
    return Nomination(id_, 1, paper, 1, NOW + timedelta(minutes=minutes), votes=votes)


def test_the_most_votes_come_first_and_of_as_many_the_older_one() -> None:
    there = [nomination(1, 1), nomination(2, 3, minutes=5), nomination(3, 3), nomination(4, 0)]
    assert [one.id for one in ranked(there)] == [3, 2, 1, 4]


def test_a_tie_has_several_winners_and_no_votes_have_none() -> None:
    assert [one.id for one in winners([nomination(1, 2), nomination(2, 2), nomination(3, 1)])] == [1, 2]
    assert winners([nomination(1, 0)]) == []
    assert winners([]) == []


def test_voting_ends_at_its_moment_and_when_its_result_was_told() -> None:
    until = Voting(NOW)
    assert until.is_open(NOW - timedelta(seconds=1))
    assert not until.is_open(NOW)
    assert not Voting(NOW, closed_at=NOW).is_open(NOW - timedelta(days=1))
    assert ALWAYS.is_open(NOW)


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/1706.03762",
        "https://blog.example.org/frogs?page=2",
        "https://github.com/pond/frogs",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    ],
)
def test_what_was_proposed_by_its_address_is_found_by_its_identity(url: str) -> None:
    proposed = for_address(url)
    assert proposed is not None
    again = for_address(address_named(proposed.identity) or "")
    assert again is not None
    assert again.identity == proposed.identity


@pytest.mark.parametrize("identity", ["title:on frogs", "", "link:", "arxiv:frogs", "frogs", "link:tweet:1234567"])
def test_an_identity_without_an_address_leads_nowhere(identity: str) -> None:
    assert address_named(identity) is None
