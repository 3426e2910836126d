"""Front matter, read leniently."""

from __future__ import annotations

import pytest

from bot.readers.front_matter import split_front_matter


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ('title: "Quoted"', "Quoted"),
        ("title: 'Quoted'", "Quoted"),
        ('title: "Never closed', "Never closed"),
        ("title: With: a colon", "With: a colon"),
        ('title: "Issue "seven", part two"', 'Issue "seven", part two'),
        ("title:", ""),
        ("Title: x", "x"),
        ('title = "x"', "x"),
    ],
)
def test_a_value_is_read_whatever_its_quotes(line: str, title: str) -> None:
    values, body = split_front_matter(f"---\nlayout: post\n{line}\ntags: [a]\nimage:\n  thumb: t.png\n---\n\nText.\n")
    assert values["title"] == title
    assert "thumb" not in values
    assert body.strip() == "Text."


def test_windows_line_ends_and_a_mark_of_order_are_fine() -> None:
    assert split_front_matter("---\r\ntitle: x\r\n---\r\nText.") == ({"title": "x"}, "Text.")


@pytest.mark.parametrize(
    "text", ["Text.", "---\n\nText between rules.\n\n---\n", "---\ntitle: x\nnever closed", "", "# a: b"]
)
def test_a_text_without_front_matter_stays_as_it_is(text: str) -> None:
    assert split_front_matter(text) == ({}, text)
