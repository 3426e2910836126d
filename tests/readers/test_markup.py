"""Fragments of HTML become text, links and images; whatever they hold, in bounded time and memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import ReadError
from bot.domain.items import Link
from bot.readers.markup import MAX_LINKS, MAX_MARKUP, alternates, plain_text, read_fragment
from bot.readers.shape import MAX_DEPTH, check_shape

BASE = "https://example.org/2026/post"


def test_paragraphs_are_parted_by_a_blank_line_and_line_breaks_stay() -> None:
    fragment = read_fragment("<h2>Title</h2><p>One\n  line<br>and another</p>\n<div>Second</div>third")
    assert fragment.text == "Title\n\nOne line\nand another\n\nSecond\n\nthird"


def test_two_line_breaks_part_paragraphs() -> None:
    assert read_fragment("one<br><br>two<br/>\n<br/>\n<br/>three<br>").text == "one\n\ntwo\n\nthree"


def test_lists_are_lines_with_marks_numbers_and_indentation() -> None:
    html = "before<ul><li><p>one</p></li><li>two<ol><li>a</li><li>b</li></ol></li><li></li></ul>after"
    assert read_fragment(html).text == "before\n\n- one\n- two\n  1. a\n  2. b\n\nafter"


def test_preformatted_text_keeps_its_lines_and_indentation() -> None:
    fragment = read_fragment("<p>Code:</p><pre><code>def f():\n    return 1 &lt; 2\n\nprint(f())</code></pre>end")
    assert fragment.text == "Code:\n\ndef f():\n    return 1 < 2\n\nprint(f())\n\nend"


def test_cells_of_a_table_stay_apart_and_rows_are_lines() -> None:
    html = "<table><tr><th>Model<th>F1</tr><tr><td>BERT</td><td>91</td></tr></table>"
    assert read_fragment(html).text == "Model F1\nBERT 91"


def test_tags_within_a_word_do_not_part_it() -> None:
    assert read_fragment("H<sub>2</sub>O, <b>bold</b>er, un<wbr>broken").text == "H2O, bolder, unbroken"


def test_entities_are_decoded_once() -> None:
    assert read_fragment("<p>a &lt; b &amp;amp; c&nbsp;d &eacute; &#8212; &unknown; AT&T</p>").text == (
        "a < b &amp; c d é — &unknown; AT&T"
    )


def test_text_without_tags_keeps_its_paragraphs() -> None:
    assert read_fragment("one\nline\n\n  two &amp; three\n").text == "one line\n\ntwo & three"


@pytest.mark.parametrize(
    "text",
    ["a<b and c", "p<0.05", "List<String> x", "mail <ada@example.org> now", "see <https://example.org>", "a < b"],
)
def test_what_only_looks_like_a_tag_is_text(text: str) -> None:
    assert read_fragment(f"<p>{text}</p>").text == text
    assert plain_text(text) == text


def test_scripts_styles_forms_comments_and_hidden_elements_are_left_out() -> None:
    html = """<style>p { color: red }</style><p>shown<!-- comment > --></p>
      <script>document.write("<p>written</p>" + '<a href="')</script>
      <div style="font: x; display: none">pre<div>header</div></div>
      <noscript><img src="/pixel.gif"></noscript><form><select><option>One</select></select></form><p>end"""
    fragment = read_fragment(html, base_url=BASE)
    assert fragment.text == "shown\n\nend"
    assert fragment.images == ()


@pytest.mark.parametrize("tag", ["button", "iframe src='/x'", "svg", "select", "object", "noscript", "video"])
def test_an_element_that_is_never_closed_hides_nothing(tag: str) -> None:
    assert read_fragment(f"<p>one</p><{tag}><p>two</p>").text == "one\n\ntwo"


def test_links_are_absolute_clean_and_there_once_with_their_words() -> None:
    html = """<a href="/a?utm_source=rss&amp;id=1">the <b>first</b></a> <a href='next'></a> <a href="#top">up</a>
      <a href="javascript:alert(1)">run</a> <a href="mailto:a@example.org">mail</a>
      <a href="https://example.org/a?id=1">again</a> <a href=next>words</a>"""
    assert read_fragment(html, base_url=BASE).links == (
        Link("https://example.org/a?id=1", "the first"),
        Link("https://example.org/2026/next", "words"),
    )


def test_a_link_around_a_picture_is_named_by_its_alternative_text() -> None:
    fragment = read_fragment('<a href="/big"><img src="/small.png" alt="A plot"></a>', base_url=BASE)
    assert fragment.links == (Link("https://example.org/big", "A plot"),)
    assert fragment.images == ("https://example.org/small.png",)


def test_counting_pixels_and_inline_data_are_no_images() -> None:
    html = """<img src="/pixel.gif" width="1" height="1"><img src="data:image/png;base64,AAAA">
      <img src="data:image/gif;base64,AAAA" data-src="/lazy.png"><img srcset="/wide.png 2x, /narrow.png 1x">"""
    assert read_fragment(html, base_url=BASE).images == ("https://example.org/lazy.png", "https://example.org/wide.png")


def test_an_emoji_that_is_drawn_as_a_picture_is_text() -> None:
    fragment = read_fragment('<p>Done <img class="emoji" src="https://s.example.org/1f389.svg" alt="🎉"></p>')
    assert (fragment.text, fragment.images) == ("Done 🎉", ())


def test_a_fragment_that_is_cut_off_within_a_tag_or_a_comment_keeps_what_was_before() -> None:
    assert read_fragment('<p>text <a href="https://exa', base_url=BASE).links == ()
    assert read_fragment('<p>text <a href="https://exa').text == "text"
    assert read_fragment("<p>text <!-- never closed").text == "text"
    assert read_fragment("<p>text <scr").text == "text <scr"


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("The <b>bold</b> &amp; the <i>brave</i>", "The bold & the brave"),
        ("a < b &lt; c", "a < b < c"),
        ("one<br/>two\n three", "one two three"),
        ("<![CDATA[in CDATA]]>", "in CDATA"),
        ("", ""),
    ],
)
def test_titles_are_one_line_of_plain_text(markup: str, title: str) -> None:
    assert plain_text(markup) == title


def test_a_page_names_its_feeds() -> None:
    page = """<!DOCTYPE html><html><head>
      <!-- <link rel="alternate" type="application/rss+xml" href="/old.xml"> -->
      <link rel="stylesheet" href="/style.css"><link rel="alternate" hreflang="ru" href="/ru/">
      <link rel="alternate" type="application/rss+xml" title="RSS" href="/feed.xml">
      <LINK HREF='atom.xml' REL='Alternate home' TYPE='application/atom+xml; charset=utf-8'>
      <link rel="alternate" type="application/feed+json" href="//json.example.org/feed.json"></head>"""
    assert alternates(page, "https://example.org/blog/") == (
        "https://example.org/feed.xml",
        "https://example.org/blog/atom.xml",
        "https://json.example.org/feed.json",
    )


def test_a_page_may_move_the_base_of_its_links() -> None:
    page = '<base href="/de/"><link rel=alternate type=application/rss+xml href=feed.xml>'
    assert alternates(page, "https://example.org/blog/") == ("https://example.org/de/feed.xml",)


HOSTILE = {
    "500 nested div": "<div>" * 500 + "core" + "</div>" * 500,
    "20,000 nested tags": "<ul><li>" * 10_000 + "core" + "</li></ul>" * 10_000,
    "open formatting": "<p>" + "".join(f"<b id={n}>" for n in range(2_000)) + "<p>core" * 2_000,
    "an attribute of 3 MB": f'<p title="{"x" * 3_000_000}">core</p>',
    "50,000 attributes": f"<p {' '.join(f'a{n}=1' for n in range(50_000))}>core</p>",
    "unclosed quotes": '<p title="' * 50_000,
    "unclosed comments": "<!--" * 100_000,
    "unclosed scripts": "<script>" * 50_000,
    "unclosed buttons": "<button>" * 50_000 + "core",
    "angle brackets": "<" * 300_000,
    "equals signs": "<a " + "= " * 200_000,
    "links": '<a href="https://example.org/x">core</a>' * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_is_read_without_recursion_and_within_limits(name: str) -> None:
    fragment = read_fragment(HOSTILE[name], base_url=BASE)
    assert "core" in fragment.text or "core" not in HOSTILE[name][:MAX_MARKUP]
    assert len(fragment.text) <= MAX_MARKUP
    assert len(fragment.links) <= MAX_LINKS


@pytest.mark.parametrize(
    "name", ["500 nested div", "20,000 nested tags", "open formatting", "50,000 attributes", "unclosed quotes"]
)
def test_a_tree_of_hostile_markup_is_refused_before_it_is_built(name: str) -> None:
    with pytest.raises(ReadError):
        check_shape(HOSTILE[name])


@pytest.mark.parametrize(
    "disguise",
    [
        "<div><table><td></div></table>",  # the end tag is out of scope, so the div stays open
        "<span><div></span>",
        "<div></unknown></p></b>",
        '<p title="<script>"><div>',
        "<svg><title><div>",
        '<p ="><div>',
    ],
)
def test_nesting_is_seen_through_end_tags_and_quotes_that_do_not_count(disguise: str) -> None:
    with pytest.raises(ReadError, match="nests"):
        check_shape(disguise * (MAX_DEPTH + 1))


def test_long_ordinary_pages_keep_their_shape() -> None:
    check_shape("<p>text <b>bold</b><li>entry<br><img src=x>" * 5_000)
    check_shape("<script>for (a<b; i<c;) '<div>'</script><div><p>x</div>" * 2_000)
    check_shape("<div>" * MAX_DEPTH)


@given(st.text(alphabet=st.sampled_from(list("<>/!-=\"'& ;abpx\n[]?")) | st.characters(), max_size=200))
def test_any_text_at_all_can_be_read(text: str) -> None:
    fragment = read_fragment(text, base_url=BASE)
    assert fragment.text == fragment.text.strip("\n")
    assert "\n\n\n" not in fragment.text
    assert "\n" not in plain_text(text)
    check_shape(text)
