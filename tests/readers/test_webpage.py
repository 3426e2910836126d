"""Issues as web pages among chrome, as saved text, and as fragments in feeds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.documents import DecodedDocument, ParsedDocument
from bot.domain.errors import ReadError
from bot.domain.items import ItemKind, ParsedItem
from bot.domain.sections import Section
from bot.domain.sources import SourceKind
from bot.readers import webpage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data" / "webpages"

ISSUE = """
<h2>Publications 📙</h2>
<p><strong><em>Longformer</em></strong></p>
<p>Attention in <a href="https://arxiv.org/abs/2004.05150">linear time</a>, and a long text about it that says more.</p>
<p><strong><em>ELECTRA</em></strong></p>
<p>Finding <a href="https://openreview.net/forum?id=r1xMH1BtvB">replaced tokens</a>, also in many words.</p>
<h2>Tools and Datasets ⚙️</h2>
<p><strong><em>Natasha</em></strong></p>
<p>A <a href="https://github.com/natasha/natasha">library</a> for Russian texts, which is fast and quite exact.</p>
<h2>Noteworthy Mentions ⭐️</h2>
<p>The <a href="https://web.stanford.edu/class/cs224n/">lectures</a> of this winter are open to all.</p>
"""
TITLES = ["Longformer", "ELECTRA", "Natasha", None]


def read(html: str, address: str = "-") -> ParsedDocument:
    (document,) = webpage.read(DecodedDocument(address, html, "utf-8"), now=NOW).documents
    return document


def read_file(name: str) -> ParsedDocument:
    return read((DATA / name).read_text("utf-8"), address=str(DATA / name))


def titles(document: ParsedDocument) -> list[str | None]:
    return [item.title for item in document.items]


def urls(item: ParsedItem) -> list[str]:
    return [link.url for link in item.links]


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html lang='en'><head><title>An issue</title>{head}</head><body>{body}</body></html>"


# -- pages ------------------------------------------------------------------------------------------------------------


def test_an_issue_is_found_among_the_chrome_of_its_page() -> None:
    document = read_file("letter.html")
    assert [(item.title, item.section) for item in document.items] == [
        ("Longformer", Section.PUBLICATIONS),
        ("REALM", Section.PUBLICATIONS),
        ("A viewer for attention", Section.TOOLS_DATASETS),
        ("CS224n", Section.EDUCATION),
    ]
    assert urls(document.items[0]) == [
        "https://arxiv.org/abs/2004.05150",
        "https://github.com/allenai/longformer",
        "https://arxiv.org/pdf/2004.05150.pdf",
    ]
    assert document.items[0].images == ("https://letter.example.com/images/window.png",)
    assert document.items[0].text.split("\n\n")[1] == "The code is out as well."


def test_chrome_advertising_forms_and_comments_leave_no_trace() -> None:
    items = repr(read_file("letter.html").items)
    for trace in ("Subscribe", "free edition", "ShipIt", "Comments", "contracts", "eleven", "©", "action=share", "Ann"):
        assert trace not in items


def test_what_the_head_says_becomes_the_documents_facts() -> None:
    text = (DATA / "letter.html").read_text("utf-8")
    source = webpage.read(DecodedDocument("-", text, "utf-8"), now=NOW)
    (document,) = source.documents
    assert (source.kind, source.title, source.language) == (SourceKind.WEBPAGE, "The Letter", "en")
    assert document.title == "#12: Long documents"
    assert document.url == document.guid == "https://letter.example.com/p/long-documents"
    assert document.published_at == datetime(2020, 4, 20, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta name="date" content="2020-03-01">', datetime(2020, 3, 1, tzinfo=UTC)),
        (
            '<script type="application/ld+json">{"@graph": [{"datePublished": "2020-03-02T10:00:00Z"}]}</script>',
            datetime(2020, 3, 2, 10, tzinfo=UTC),
        ),
        ('<script type="application/ld+json">{"broken</script>', None),
        ('<meta property="article:published_time" content="2033-01-01">', None),
    ],
)
def test_the_date_is_taken_from_where_pages_keep_it(head: str, expected: datetime | None) -> None:
    assert read(page(f"<article>{ISSUE}</article>", head)).published_at == expected


def test_a_date_in_the_line_below_the_title_is_believed_where_the_head_has_none() -> None:
    published = read_file("mirror.html").published_at
    assert published is not None
    assert published.date().isoformat() == "2020-04-25"


def test_relative_links_are_absolute_by_the_address_of_the_page() -> None:
    body = ISSUE.replace("https://github.com/natasha/natasha", "/tools/natasha")
    document = read(page(f"<article>{body}</article>"), address="https://weekly.example.org/7/")
    assert urls(document.items[2]) == ["https://weekly.example.org/tools/natasha"]


@pytest.mark.parametrize(
    "around",
    [
        "<main><article>{}</article></main>",
        "<div><div><div><div>{}</div></div></div></div>",
        "<table><tr><td><table><tr><td>{}</td></tr></table></td></tr></table>",
        "<header><nav><a href='/'>Home</a></nav></header><div id='x'>{}</div><footer><h2>About</h2><p>Us.</p></footer>",
        "<div><p>Sign in</p></div>{}<div><h3>Comments</h3><p>I liked this issue a lot, thank you.</p></div>",
        "<article><h1>An issue</h1>{}<div><h2>Related posts</h2><ul><li><a href='/1'>Education tools</a></li>"
        "<li><a href='/2'>Research</a></li></ul></div></article>",
        "<article>{}<div class='share-buttons'><a href='https://twitter.com/intent/tweet?u=1'>Tweet</a>"
        "<a href='https://www.facebook.com/sharer?u=1'>Like</a></div></article>",
    ],
)
def test_the_same_items_come_out_of_any_page(around: str) -> None:
    document = read(page(around.format(ISSUE)))
    assert titles(document) == TITLES
    assert urls(document.items[3]) == ["https://web.stanford.edu/class/cs224n/"]


def test_sections_may_be_bold_lines_that_are_bold_by_style_alone() -> None:
    body = (
        ISSUE.replace("<h2>", "<section><span style='font-weight: bold;'>")
        .replace("</h2>", "</span></section>")
        .replace("<strong><em>", "<span style='font-weight:700'>")
        .replace("</em></strong>", "</span>")
    )
    assert titles(read(page(f"<div id='content'>{body}</div>"))) == TITLES


def test_an_emoji_that_is_a_picture_still_tells_its_section() -> None:
    body = ISSUE.replace("Publications 📙", "Veröffentlicht <img class='emoji' alt='📙' src='/1f4d9.svg'>")
    assert read(page(f"<article>{body}</article>")).items[0].section is Section.PUBLICATIONS


def test_hidden_text_and_pictures_that_count_readers_are_not_read() -> None:
    hidden = (
        "<div style='display:none'>Preview text</div><img width='1' height='1' src='https://count.example.org/p.gif'>"
    )
    body = ISSUE.replace("<p>Finding", f"{hidden}<p>Finding")
    electra = read(page(f"<article>{body}</article>")).items[1]
    assert "Preview" not in electra.text
    assert electra.images == ()


def test_an_article_that_is_no_issue_is_one_item() -> None:
    text = "<p>We had no search for a long time, and people asked for it.</p>"
    document = read(
        page(f"<article><h1>How we built search</h1>{text}<h2>The problem</h2>{text}<h2>Results</h2>{text}</article>")
    )
    assert titles(document) == ["How we built search"]
    assert document.items[0].kind is ItemKind.ITEM
    assert "The problem" in document.items[0].text


def test_a_page_without_text_offers_the_feeds_that_it_names() -> None:
    head = '<link rel="alternate" type="application/atom+xml" href="/feed.xml">'
    with pytest.raises(ReadError) as refused:
        read(page("<script>app()</script>", head), address="https://app.example.org/")
    assert refused.value.feeds == ("https://app.example.org/feed.xml",)


@pytest.mark.parametrize("tag", ["div", "b", "section", "span"])
def test_twenty_thousand_nested_tags_are_refused(tag: str) -> None:
    with pytest.raises(ReadError, match=r"more than 400 deep|formatting"):
        read(page(f"<{tag} class=x>" * 20_000 + "x"))


def test_a_page_is_read_up_to_where_it_was_cut_off() -> None:
    whole = page(f"<article>{ISSUE}</article>")
    assert titles(read(whole[: whole.index("for Russian")])) == ["Longformer", "ELECTRA", "Natasha"]


# -- numbered references ----------------------------------------------------------------------------------------------


def test_each_marker_of_a_mirror_becomes_its_link() -> None:
    document = read_file("mirror.html")
    assert [(item.title, item.section, urls(item)) for item in document.items] == [
        (
            "长文本模型",
            Section.PUBLICATIONS,
            ["https://arxiv.org/abs/2004.05150", "https://github.com/allenai/longformer"],
        ),
        ("ELECTRA", Section.PUBLICATIONS, ["https://openreview.net/forum?id=r1xMH1BtvB"]),
        ("分词工具", Section.TOOLS_DATASETS, ["https://github.com/fxsjy/jieba"]),
        (None, Section.MENTIONS, ["https://web.stanford.edu/class/cs224n/"]),
    ]
    assert document.items[0].links[1].text == "代码"
    assert "[1]" not in document.items[0].text


def test_the_saved_text_of_a_page_is_read_without_its_chrome() -> None:
    document = read_file("saved.txt")
    assert document.title == "論文だより 第5号：長い文書"
    assert [(item.title, urls(item)) for item in document.items] == [
        ("長い文書のための注意", ["https://arxiv.org/abs/2004.05150", "https://github.com/allenai/longformer"]),
        ("ELECTRA", ["https://openreview.net/forum?id=r1xMH1BtvB"]),
        ("形態素解析", ["https://github.com/WorksApplications/Sudachi"]),
        (None, ["https://web.stanford.edu/class/cs224n/"]),
    ]
    assert document.published_at is not None
    assert document.published_at.date().isoformat() == "2020-05-02"


def test_notes_at_the_foot_of_a_page_become_links() -> None:
    body = ISSUE.replace("</a>, and a long", '</a><sup id="r1"><a href="#n1">1</a></sup>, and a long')
    notes = '<div><ol><li id="n1"><p>The code: https://github.com/allenai/longformer</p></li></ol></div>'
    longformer = read(page(f"<article>{body}{notes}</article>")).items[0]
    assert urls(longformer) == ["https://arxiv.org/abs/2004.05150", "https://github.com/allenai/longformer"]


# -- recognising ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        ("<!DOCTYPE html><p>x", None),
        ("\n<html><body>x", None),
        ("<!-- saved --><html>", None),
        ("plain", "text/html; charset=utf-8"),
        ("<p>x</p>" * 30, None),
    ],
)
def test_pages_are_told_by_what_they_hold(text: str, content_type: str | None) -> None:
    assert webpage.looks_like_webpage(text, content_type)


@pytest.mark.parametrize("text", ["# Heading\n\nText with <b>tags</b>.", "Only text.", "• one\n• two", ""])
def test_other_texts_are_no_pages(text: str) -> None:
    assert not webpage.looks_like_webpage(text, None)


def test_the_saved_text_of_a_page_is_told_by_its_contents_and_references() -> None:
    assert webpage.looks_like_webpage((DATA / "saved.txt").read_text("utf-8"), "text/plain")


# -- issues in feeds --------------------------------------------------------------------------------------------------


def test_a_feed_entry_that_is_a_whole_issue_is_split() -> None:
    items = webpage.split_issue(ISSUE, base_url="https://weekly.example.org/7", language="en")
    assert [item.title for item in items] == TITLES


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>A short note.</p>",
        "<h2>Results</h2>" + "<p>Long text.</p>" * 200,
        "<div>" * 5000 + "<h2>Papers</h2>" * 200,
    ],
)
def test_a_feed_entry_that_is_no_issue_stays_whole(html: str) -> None:
    assert webpage.split_issue(html, base_url=None, language=None) == ()
