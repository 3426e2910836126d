"""Messages of Discord as posts: what people see of their markdown."""

from __future__ import annotations

import time

import pytest

from bot.domain.items import Link
from bot.platforms.discord.posts import plain_text


@pytest.mark.parametrize(
    ("markdown", "seen"),
    [
        ("# Title\n-# small\n> quoted", "Title\nsmall\nquoted"),
        ("**bold** __under__ *it* _it_ ~~gone~~ ||secret||", "bold under it it gone secret"),
        ("2 * 3 * 4, snake_case_name, a_b", "2 * 3 * 4, snake_case_name, a_b"),
        (r"\*not bold\* \[no link\]", "*not bold* [no link]"),
        ("`a_b` and ```py\nx = 1\n```", "`a_b` and x = 1"),
        ("<@12> <@&13> <#14> hi <:fire:15>", "hi :fire:"),
        ("at <t:1772791200:f>", "at 2026-03-06 10:00 UTC"),
        ("at <t:999999999999:f>", "at"),
        ("<https://example.org/a_b_c>", "https://example.org/a_b_c"),
        ("https://example.org/a_b_c_*x*", "https://example.org/a_b_c_*x*"),
    ],
)
def test_markdown_is_read_as_people_see_it(markdown: str, seen: str) -> None:
    assert plain_text(markdown) == (seen, ())


def test_a_masked_link_is_its_words_and_a_link() -> None:
    text, links = plain_text(
        'See [the *paper*](<https://arxiv.org/abs/1810.04805> "title") and [code](https://x.org/y).'
    )
    assert text == "See the *paper* and code."
    assert links == (Link("https://arxiv.org/abs/1810.04805", "the *paper*"), Link("https://x.org/y", "code"))


@pytest.mark.parametrize("sign", ["`", "```", "[", "[a](", "<", "\\", "*", "_", "||", "[a](https://", "<t:"])
def test_hostile_markdown_is_read_in_no_time(sign: str) -> None:
    started = time.process_time()
    plain_text(sign * (4000 // len(sign)))
    assert time.process_time() - started < 1
