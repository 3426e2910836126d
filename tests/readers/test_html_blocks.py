"""From HTML to blocks."""

from __future__ import annotations

import pytest

from bot.domain.errors import ReadError
from bot.readers.blocks import Block, BlockKind
from bot.readers.html_blocks import blocks_of_html, parse_html


def shape(html: str) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in blocks_of_html(html)]


def only(html: str) -> Block:
    (block,) = blocks_of_html(html)
    return block


def test_each_block_has_its_kind() -> None:
    html = (
        "<h2>H</h2><p>P</p><ul><li>E</li></ul><hr><figure><img src=i.png><figcaption>C</figcaption></figure><!-- c -->"
    )
    assert [kind for kind, _ in shape(html)] == [
        BlockKind.HEADING,
        BlockKind.PARAGRAPH,
        BlockKind.ENTRY,
        BlockKind.RULE,
        BlockKind.IMAGE,
        BlockKind.CAPTION,
        BlockKind.COMMENT,
    ]


def test_two_breaks_part_a_paragraph_and_one_does_not() -> None:
    assert shape("<p>a<br>b<br> <br>c</p>") == [(BlockKind.PARAGRAPH, "a\nb"), (BlockKind.PARAGRAPH, "c")]


def test_styles_and_links_stay_with_their_words() -> None:
    block = only("<p>a <b>bold</b> <i>it</i> <a href='/x'><b>link</b></a></p>")
    assert [(run.text, run.bold, run.italic, run.url) for run in block.runs if run.text.strip()] == [
        ("a ", False, False, None),
        ("bold", True, False, None),
        ("it", False, True, None),
        ("link", True, False, "/x"),
    ]


def test_nested_lists_keep_their_depth_and_numbers() -> None:
    blocks = blocks_of_html("<ol start=3><li>a<ul><li>b</li></ul></li><li>c<p>d</p></li></ol>")
    assert [(block.text, block.level, block.ordinal) for block in blocks] == [
        ("a", 1, 3),
        ("b", 2, None),
        ("c\nd", 1, 4),
    ]


def test_programs_forms_and_hidden_parts_are_not_read() -> None:
    assert shape("<script>x()</script><form>f<input></form><p hidden>h</p><p style='display: none'>n</p><p>t</p>") == [
        (BlockKind.PARAGRAPH, "t")
    ]


def test_the_sign_that_links_a_heading_to_itself_is_no_word_of_it() -> None:
    assert only("<h2>Papers <a href='#papers'>#</a></h2>").text == "Papers"


def test_a_line_of_signs_is_a_rule() -> None:
    assert shape("<p>* * *</p><p>########</p>") == [(BlockKind.RULE, ""), (BlockKind.RULE, "")]


def test_a_small_page_that_would_grow_into_a_million_elements_is_refused() -> None:
    with pytest.raises(ReadError, match="formatting"):
        parse_html("".join(f"<b id={n}>" for n in range(1000)) + "<p>" * 1000)
