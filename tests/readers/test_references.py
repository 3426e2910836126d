"""Numbered references and the list that resolves them."""

from __future__ import annotations

import pytest

from bot.readers.blocks import Block, BlockKind, Run
from bot.readers.references import extract_references, markers_in, without_markers


def paragraphs(*texts: str) -> list[Block]:
    return [Block(BlockKind.PARAGRAPH, (Run(text),)) for text in texts]


def found(*texts: str) -> dict[int, str]:
    references = extract_references(paragraphs("See[1], and[2].", "More text[3].", *texts))
    return {number: link.url for number, link in references.links.items()}


@pytest.mark.parametrize(
    "texts",
    [
        ("[1] A: https://a.example/x", "[2] B: https://b.example/x"),
        ("[1]", "A: https://a.example/x", "[2]", "B: https://b.example/x"),
        ("[1] A: https://a.example/x [2] B: https://b.example/x",),
        ("[1]A: https://a.example/x[2]B: https://b.example/x",),
        ("[1]\nA: https://a.example/x\n[2]\nB: https://b.example/x",),
        ("［1］ A：https://a.example/x", "【2】 B：https://b.example/x"),
        ("References", "[1] A: https://a.example/x", "[2] B: https://b.example/x"),
    ],
)
def test_references_are_found_however_their_list_is_broken(texts: tuple[str, ...]) -> None:
    assert found(*texts) == {1: "https://a.example/x", 2: "https://b.example/x"}


def test_numbers_may_be_missing() -> None:
    assert found("[1] A: https://a.example/x", "[3] C: https://c.example/x") == {
        1: "https://a.example/x",
        3: "https://c.example/x",
    }


def test_a_list_with_numbers_of_its_own_counts_where_the_text_refers_to_it() -> None:
    entries = [
        Block(BlockKind.ENTRY, (Run("A: "), Run("here", url="https://a.example/x")), level=1, ordinal=1),
        Block(BlockKind.ENTRY, (Run("B: https://b.example/x"),), level=1, ordinal=2),
    ]
    with_markers = extract_references([*paragraphs("See[1] and[2]."), *entries])
    assert [link.url for link in with_markers.links.values()] == ["https://a.example/x", "https://b.example/x"]
    without = extract_references([*paragraphs("See these."), *entries])
    assert without.links == {}
    assert len(without.blocks) == 3


def test_what_stands_behind_the_list_is_gone_with_it_and_with_its_heading() -> None:
    texts = ["Text[1].", "More[2].", "Again[3].", "Words.", "Sources"]
    refs = [f"[{n}] {n}: https://{n}.example.org/x" for n in (1, 2, 3)]
    left = extract_references(paragraphs(*texts, *refs, "- END -", "Copyright"))
    assert [block.text for block in left.blocks] == texts[:4]


def test_a_paragraph_that_begins_with_a_marker_stays() -> None:
    blocks = paragraphs("[1] shows that it works.", "Text.", "[1] A: https://a.example/x")
    assert [block.text for block in extract_references(blocks).blocks] == ["[1] shows that it works.", "Text."]


def test_markers_become_links_in_order_and_leave_the_text() -> None:
    links = extract_references(paragraphs("x", "[1] A: https://a.example/x", "[2] B: https://b.example/x")).links
    assert [link.text for link in markers_in("See[2] and [1], not [7].", links)] == ["B", "A"]
    assert without_markers("See[2] and[1], not [7].", links) == "See and, not [7]."
