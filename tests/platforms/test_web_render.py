"""Messages as an HTML page."""

from __future__ import annotations

from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from bot.domain.messages import Heading, Image, ListBlock, Mention, Message, Paragraph, Text, Time, text
from bot.platforms.web.render import render_page


def page(*blocks: Heading | Image | Paragraph | ListBlock) -> LexborHTMLParser:
    return LexborHTMLParser(render_page([Message(blocks)], title="Paper <Round>", language="pt-BR"))


def test_a_page_stands_on_its_own() -> None:
    tree = page(Heading(text("Digest"), level=1))
    assert tree.css_first("html").attributes["lang"] == "pt-BR"
    assert tree.css_first("title").text() == "Paper <Round>"
    assert tree.css_first("h1").text() == "Digest"


def test_hostile_text_and_links_stay_text() -> None:
    hostile = "<script>alert(1)</script>\"&'"
    tree = page(Paragraph((Text(hostile, bold=True, url=f"https://e.org/?{hostile}"),)))
    assert tree.css("script") == []
    link = tree.css_first("p a")
    assert link.text() == hostile
    assert link.attributes["href"] == f"https://e.org/?{hostile}"
    assert link.css_first("b") is not None


def test_numbering_goes_on_where_the_page_before_ended() -> None:
    tree = page(ListBlock(((text("one"), text("more")),), start=7))
    assert tree.css_first("ol").attributes["start"] == "7"
    assert tree.css_first("li div").text() == "more"


def test_a_link_or_image_that_would_run_as_a_program_is_none() -> None:
    tree = page(Paragraph(text("a note", url="javascript:alert(1)")), Image("data:text/html,x", "a picture"))
    assert tree.css_first("p").text() == "a note"
    assert tree.css("a, img") == []


def test_what_adds_a_readers_own_time_is_left_out() -> None:
    own = Time(datetime(2026, 3, 5, 9, tzinfo=UTC), "5 March, 9:00", local_only=True)
    tree = page(Paragraph((own, Text(" · ", local_only=True), Text("Thu, 09:00 UTC"))))
    assert tree.css_first("p").text() == "Thu, 09:00 UTC"


def test_who_is_mentioned_is_a_name() -> None:
    tree = page(Paragraph((Mention("telegram", "7", "<b>Ann</b>"), Text(" speaks"))))
    assert tree.css_first("p").text() == "<b>Ann</b> speaks"
