"""Newsletters as Markdown and as bare text, in several languages and styles."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.documents import DecodedDocument, ParsedDocument, RawDocument
from bot.domain.errors import ReadError
from bot.domain.items import ItemKind, ParsedItem
from bot.domain.sections import Section
from bot.domain.sources import SourceKind
from bot.readers import newsletter
from bot.readers.encoding import decode

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data" / "newsletters"
SHARED = Path(__file__).parents[3] / "shared"


def read(text: str, address: str = "-", language: str | None = None) -> ParsedDocument:
    (document,) = newsletter.read(DecodedDocument(address, text, "utf-8"), language=language, now=NOW).documents
    return document


def read_file(name: str) -> ParsedDocument:
    path = DATA / name
    return read(path.read_text("utf-8"), address=str(path))


def titles(document: ParsedDocument) -> list[str | None]:
    return [item.title for item in document.items]


def urls(item: ParsedItem) -> list[str]:
    return [link.url for link in item.links]


def issue(*items: str) -> str:
    """A short issue with the given Markdown below its first section."""
    first = "\n\n".join(items)
    return (
        f"# Publications 📙\n\n{first}\n\n"
        "# Tools and Datasets ⚙️\n\n***A tool***\n\nA [tool](https://tool.example.org/).\n\n"
        "***Another tool***\n\nOne more [tool](https://other.example.org/)."
    )


# -- the forms of an issue --------------------------------------------------------------------------------------------


def test_an_issue_in_markdown_falls_into_titled_items_under_their_sections() -> None:
    document = read_file("2020-04-06-tr.md")
    assert [(item.title, item.section) for item in document.items if item.title] == [
        ("Bültenle ilgili birkaç haber", Section.OTHER),
        ("Longformer: uzun belgeler için dikkat", Section.PUBLICATIONS),
        ("ELECTRA ile verimli ön eğitim", Section.PUBLICATIONS),
        ("Türkçe için yeni bir adlandırılmış varlık kümesi", Section.TOOLS_DATASETS),
        ("Yüz tanıma tartışması", Section.ETHICS),
    ]
    assert {item.language for item in document.items} == {"tr"}
    longformer = document.items[1]
    assert longformer.heading == "Yayınlar 📙"
    assert [str(paper) for paper in longformer.papers] == ["arxiv:2004.05150"]
    assert longformer.code == "https://github.com/allenai/longformer"
    assert longformer.images == ("https://images.example.org/longformer.png",)
    assert "Kayan pencere" not in longformer.text


def test_each_mention_is_an_item_of_its_own_with_its_links() -> None:
    mentions = [item for item in read_file("2020-04-06-tr.md").items if item.kind is ItemKind.MENTION]
    assert [urls(item) for item in mentions] == [
        ["https://jalammar.github.io/illustrated-transformer/"],
        ["https://github.com/example/sozluk", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"],
    ]
    assert all(item.title is None and item.section is Section.MENTIONS for item in mentions)


def test_titles_may_be_headings_that_are_links() -> None:
    document = read_file("boletín 3 copy.md")
    assert document.title == "Boletín de PLN #3"
    assert [(item.title, item.section) for item in document.items[:4]] == [
        ("BETO: un BERT para el español", Section.PUBLICATIONS),
        ("¿Entienden los modelos la negación?", Section.PUBLICATIONS),
        ("Stanza", Section.TOOLS_DATASETS),
        ("Curso de verano", Section.EDUCATION),
    ]
    assert urls(document.items[0]) == ["https://arxiv.org/abs/2308.02976", "https://github.com/dccuchile/beto"]
    assert [item.kind for item in document.items[4:]] == [ItemKind.MENTION, ItemKind.MENTION]


def test_an_arabic_issue_is_read_like_any_other() -> None:
    document = read_file("2020-04-13-ar.md")
    assert [item.section for item in document.items] == [
        Section.PUBLICATIONS,
        Section.PUBLICATIONS,
        Section.TOOLS_DATASETS,
        Section.MENTIONS,
        Section.MENTIONS,
    ]
    assert document.items[0].title == "نموذج AraBERT للغة العربية"
    assert {item.language for item in document.items} == {"ar"}


def test_titles_may_be_what_list_entries_begin_with() -> None:
    document = read_file("list-style.md")
    assert [(item.title, item.kind, item.section) for item in document.items] == [
        ("Longformer", ItemKind.ITEM, Section.PUBLICATIONS),
        ("ELECTRA", ItemKind.ITEM, Section.PUBLICATIONS),
        ("spaCy 2.2", ItemKind.ITEM, Section.TOOLS_DATASETS),
        ("Streamlit", ItemKind.ITEM, Section.TOOLS_DATASETS),
        (None, ItemKind.MENTION, Section.MENTIONS),
        (None, ItemKind.MENTION, Section.MENTIONS),
    ]
    assert document.items[0].text == "attention that is linear in the length of the document. paper · code"


def test_titles_may_be_numbered_bold_words_at_the_start_of_paragraphs() -> None:
    document = read_file("bold-lead.md")
    assert document.title == "Top papers of the week"
    assert titles(document) == ["Longformer", "REALM", "T5"]
    assert {item.section for item in document.items} == {Section.PUBLICATIONS}
    assert urls(document.items[0]) == ["https://arxiv.org/abs/2004.05150", "https://twitter.com/example/status/1"]


def test_bare_text_is_read_by_short_lines_above_paragraphs() -> None:
    document = read_file("bare.txt")
    assert document.title == "Вестник статей №4"
    assert [(item.title, item.section) for item in document.items] == [
        ("Longformer: внимание для длинных документов", Section.PUBLICATIONS),
        ("Ответы на вопросы по таблицам", Section.PUBLICATIONS),
        ("Natasha", Section.TOOLS_DATASETS),
        (None, Section.MENTIONS),
    ]
    assert [str(paper) for paper in document.items[0].papers] == ["arxiv:2004.05150"]


def test_bare_text_without_links_still_gives_its_mentions() -> None:
    text = (
        "Publications 📙\nLongformer\nResearchers propose a model whose attention grows linearly with the text.\n"
        "The window — source\nELECTRA\nPre-training by finding replaced tokens makes better use of the data.\n"
        "Noteworthy Mentions ⭐️\n"
        "The lectures of this winter's course on natural language processing are open to everybody now.\n"
    )
    document = read(text)
    assert titles(document) == ["Longformer", "ELECTRA", None]
    assert document.items[0].text == "Researchers propose a model whose attention grows linearly with the text."


def test_bare_text_that_a_mail_program_broke_is_whole_again() -> None:
    text = (
        "PUBLICATIONS 📙\n\n1. Longformer\n\nResearchers propose a model whose attention is linear in the length\n"
        "of the document, with a window that slides over it. The paper is at\nhttps://arxiv.org/abs/2004.05150\n\n"
        "2. ELECTRA\n\nPre-training by finding replaced tokens, which makes better use of all\n"
        "the data there is. See https://openreview.net/forum?id=r1xMH1BtvB\n\n"
        "TOOLS ⚙️\n\n1. Natasha\n\nA library for Russian text, written in Python, fast and quite exact on\n"
        "news. It is at https://github.com/natasha/natasha\n"
    )
    document = read(text)
    assert titles(document) == ["Longformer", "ELECTRA", "Natasha"]
    assert document.items[0].text.startswith("Researchers propose a model whose attention is linear in the length of")


def test_words_that_come_back_in_every_item_are_labels_and_no_titles() -> None:
    story = (
        "## {}\n\nSomething happened, see the [report](https://news.example.org/{}).\n\n**Why it matters:** it does."
    )
    text = "# News of the week\n\n" + "\n\n".join(story.format(f"Story {n}", n) for n in range(4))
    assert titles(read(text)) == ["Story 0", "Story 1", "Story 2", "Story 3"]


# -- odd input --------------------------------------------------------------------------------------------------------


def test_front_matter_with_unbalanced_quotes_gives_its_title() -> None:
    assert read_file("2020-04-06-tr.md").title == 'Makale Turu #7 [TR]: ELECTRA, Longformer, "Kısa Kısa'


@pytest.mark.parametrize(
    "line",
    ["***A title**", "**A title***", "***A title", "*** A title***", "***A title ***", "***A title*", " **A title**"],
)
def test_a_title_with_unbalanced_asterisks_is_a_title(line: str) -> None:
    document = read(
        issue("***First***\n\nText on [it](https://a.example.org/).", f"{line}\n\nMore [text](https://b.example.org/).")
    )
    assert titles(document) == ["First", "A title", "A tool", "Another tool"]


def test_a_title_may_stand_in_one_paragraph_with_its_text() -> None:
    document = read(issue("***First***\nText on [it](https://a.example.org/).", "***Second***\nMore."))
    assert titles(document)[:2] == ["First", "Second"]
    assert document.items[0].text == "Text on it."


def test_windows_line_ends_change_nothing() -> None:
    text = (DATA / "2020-04-06-tr.md").read_text("utf-8")
    assert read(text.replace("\n", "\r\n")).items == read(text).items


def test_links_are_whole_and_clean_however_they_were_written() -> None:
    document = read_file("2020-04-06-tr.md")
    assert urls(document.items[3]) == ["https://github.com/example/turkce-ner", "https://blog.example.org/turkce-ner"]
    assert urls(document.items[4]) == ["https://haber.example.org/yuz-tanima"]


@pytest.mark.parametrize(
    "written",
    [
        "[it](https://arxiv.org/abs/2004.05150)",
        "[it]( https://arxiv.org/abs/2004.05150 )",
        "[it] (https://arxiv.org/abs/2004.05150)",
        "[it]((https://arxiv.org/abs/2004.05150))",
        "[it](ttps://arxiv.org/abs/2004.05150)",
        "[it](https://arxiv.org/abs/\n2004.05150)",
        "[it](https://arxiv.org/abs/2004.05150])",
        "[it][1]\n\n[1]: https://arxiv.org/abs/2004.05150",
        "https://arxiv.org/abs/2004.05150",
        "<https://arxiv.org/abs/2004.05150>",
        '<a href="https://arxiv.org/abs/2004.05150">it</a>',
    ],
)
def test_a_link_is_found_in_any_spelling(written: str) -> None:
    document = read(issue(f"***First***\n\nRead {written}"))
    assert urls(document.items[0]) == ["https://arxiv.org/abs/2004.05150"]


def test_underscores_in_a_bare_link_are_no_emphasis() -> None:
    document = read(issue("***First***\n\nSee https://twitter.com/__MLT__ and follow."))
    assert urls(document.items[0]) == ["https://twitter.com/__MLT__"]


def test_headings_at_mixed_levels_are_all_read() -> None:
    text = (
        "## **1、Publications 📙**\n\n**1.1 First**\n\nText.\n\n**1.2 Second**\n\nText.\n\n"
        "# 2、Tools and Datasets ⚙️\n\n**2.1 Third**\n\nText.\n\n"
        "### 3、Education 🎓\n\n**3.1 Fourth**\n\nText.\n\n**3.1 Fifth**\n\nText."
    )
    document = read(text)
    assert [(item.title, item.section) for item in document.items] == [
        ("First", Section.PUBLICATIONS),
        ("Second", Section.PUBLICATIONS),
        ("Third", Section.TOOLS_DATASETS),
        ("Fourth", Section.EDUCATION),
        ("Fifth", Section.EDUCATION),  # the same number twice
    ]


def test_numbers_are_taken_off_titles_only_where_titles_are_numbered() -> None:
    document = read(issue("***12 in 1: many tasks***\n\nText.", "***3.5 million pages***\n\nText."))
    assert titles(document)[:2] == ["12 in 1: many tasks", "3.5 million pages"]


def test_a_rule_right_below_a_paragraph_makes_no_heading_of_it() -> None:
    document = read(
        issue("***First***\n\nThe last words of this paragraph stand right above a rule, and end here.\n----------\n")
    )
    assert titles(document)[0] == "First"
    assert document.items[0].text.endswith("end here.")


def test_a_comment_that_is_never_closed_does_not_swallow_the_issue() -> None:
    document = read(issue("***First***\n\n<!-- The original of it\n\nText.", "***Second***\n\nMore."))
    assert titles(document) == ["First", "Second", "A tool", "Another tool"]
    assert document.items[0].text == "Text."


def test_a_document_without_sections_is_one_item() -> None:
    document = read("# A note\n\nOnly a paragraph with [a link](https://a.example.org/x).")
    assert titles(document) == ["A note"]
    assert document.items[0].text == "Only a paragraph with a link."


def test_a_document_that_says_nothing_is_refused() -> None:
    with pytest.raises(ReadError, match="no text"):
        read("---\ntitle: Nothing\n---\n\n")


@pytest.mark.parametrize("text", ["**" * 20_000, "[" * 20_000, "> " * 3_000 + "x", "\n" * 100_000, "<!--" * 5_000])
def test_hostile_markup_ends_in_an_answer_or_an_error(text: str) -> None:
    try:
        document = read(text)
    except ReadError:
        return
    assert len(document.items) <= 1


# -- what gives no item -----------------------------------------------------------------------------------------------


def test_contents_welcome_invitations_and_footer_give_no_items() -> None:
    document = read_file("boletín 3 copy.md")
    everything = "\n".join(item.text for item in document.items)
    for word in ("Bienvenidos", "Suscríbete", "compártelo", "Herramientas y datos"):
        assert word not in everything
    assert not any("#" in url or "subscribe" in url for item in document.items for url in urls(item))


def test_a_caption_gives_its_links_to_the_item_and_nothing_else() -> None:
    document = read(
        issue(
            "***First***\n\nText.\n\n![](https://i.example.org/a.png)\n\n*The model —* [*source*](https://a.example.org/x)"
        )
    )
    assert titles(document) == ["First", "A tool", "Another tool"]
    assert document.items[0].text == "Text."
    assert urls(document.items[0]) == ["https://a.example.org/x"]


def test_advertising_gives_no_items() -> None:
    document = read(
        issue(
            "***First***\n\nText.\n\nSponsored: buy [this](https://ad.example.org/).",
            "***A message from our sponsor***\n\nBuy [that](https://ad.example.org/2).",
        )
    )
    assert titles(document) == ["First", "A tool", "Another tool"]
    assert "ad.example.org" not in repr(document.items)


def test_a_line_that_asks_to_subscribe_is_no_mention() -> None:
    document = read(
        issue("***First***\n\nText.")
        + "\n\n# Noteworthy Mentions ⭐️\n\nA [talk](https://talk.example.org/).\n\n"
        + "[*Subscribe*](https://news.example.org/newsletter/) *🔖 to receive future issues in your inbox.*"
    )
    assert [urls(item) for item in document.items if item.kind is ItemKind.MENTION] == [["https://talk.example.org/"]]


def test_the_line_above_a_list_of_mentions_is_no_mention() -> None:
    document = read(
        issue("***First***\n\nText.")
        + "\n\n# Noteworthy Mentions ⭐️\n\nHere is a [list](https://l.example.org/) of them:\n\n"
        + "- One [talk](https://t.example.org/)\n- Another [talk](https://u.example.org/)\n    - with [slides](https://s.example.org/)"
    )
    mentions = [item for item in document.items if item.kind is ItemKind.MENTION]
    assert [urls(item) for item in mentions] == [
        ["https://t.example.org/"],
        ["https://u.example.org/", "https://s.example.org/"],
    ]


# -- originals --------------------------------------------------------------------------------------------------------


def test_the_original_in_a_comment_is_kept_with_its_item_and_never_shown() -> None:
    first, second, *_ = read_file("2020-04-13-ar.md").items
    assert first.original_text is not None
    assert first.original_text.startswith("AraBERT for Arabic\n\nResearchers at the American University")
    assert "https" not in first.original_text
    assert "Researchers" not in first.text
    assert second.original_text is None


def test_an_original_title_above_a_title_belongs_to_the_item_below() -> None:
    document = read(
        issue(
            "***Primeiro***\n\nTexto.\n\n<!-- The text of the first one. -->",
            "<!-- ***The second title*** -->\n\n***Segundo***\n\n<!-- The text of the second one. -->\n\nTexto.",
        )
    )
    assert document.items[0].original_text == "The text of the first one."
    assert document.items[1].original_text == "The second title\n\nThe text of the second one."


def test_marks_that_programs_leave_in_comments_are_no_original() -> None:
    document = read(issue("***First***\n\n<!-- more -->\n\n<!-- wp:paragraph -->\n\nText."))
    assert document.items[0].original_text is None


# -- the document -----------------------------------------------------------------------------------------------------


def test_the_date_comes_from_the_front_matter_or_else_from_the_name() -> None:
    assert read_file("2020-04-13-ar.md").published_at == datetime(2020, 4, 13, tzinfo=UTC)
    assert read_file("2020-04-06-tr.md").published_at == datetime(2020, 4, 6, tzinfo=UTC)
    assert read_file("list-style.md").published_at is None


def test_a_date_far_ahead_is_not_believed() -> None:
    text = "---\ntitle: Later\ndate: 2031-01-01\n---\n" + issue("***First***\n\nText.")
    assert read(text).published_at is None


def test_a_document_keeps_its_id_while_its_text_is_edited() -> None:
    text = issue("***First***\n\nText.")
    assert read(text, "/issues/1.md").guid == read(text + "\n\nMore.", "/issues/1.md").guid == "/issues/1.md"
    assert read(text).guid == read(text).guid != read(text + "\n\nMore.").guid


def test_names_behind_a_line_of_authors_are_the_items_authors() -> None:
    document = read(issue("***First***\n\nAuthors: Ada Lovelace, Alan Turing and Grace Hopper\n\nText."))
    assert document.items[0].authors == ("Ada Lovelace", "Alan Turing", "Grace Hopper")


def test_newsletters_are_told_from_other_texts() -> None:
    assert newsletter.looks_like_newsletter((DATA / "list-style.md").read_text("utf-8"))
    assert newsletter.looks_like_newsletter((DATA / "bare.txt").read_text("utf-8"))
    assert newsletter.looks_like_newsletter("---\ntitle: x\n---\nText.")
    assert not newsletter.looks_like_newsletter("Dear all,\n\nthe meeting is on Monday.\n\nBest,\nAnn")


def test_the_source_is_a_newsletter_in_its_language() -> None:
    path = DATA / "2020-04-13-ar.md"
    source = newsletter.read(DecodedDocument(str(path), path.read_text("utf-8"), "utf-8", damage="repaired"), now=NOW)
    assert (source.kind, source.language, source.damage) == (SourceKind.NEWSLETTER, "ar", "repaired")


# -- real issues ------------------------------------------------------------------------------------------------------


def plain(title: str) -> str:
    text = unicodedata.normalize("NFKC", re.sub(r"[*_`#]+", "", title)).strip()
    return re.sub(r"[\W_]+", "", re.sub(r"^\d+\.\d+\s*", "", text)).casefold()


def real_issues() -> list[dict[str, object]]:
    gold = SHARED / "gold" / "newsletter_items.json"
    return json.loads(gold.read_text("utf-8")) if gold.exists() else []


@pytest.mark.skipif(not real_issues(), reason="the shared issues are not here")
def test_every_titled_item_of_the_real_issues_is_found_and_none_invented() -> None:
    for gold in real_issues():
        path = SHARED / "data" / "newsletters" / str(gold["file"])
        document = decode(RawDocument(str(path), path.read_bytes(), NOW))
        items = newsletter.read(document, now=NOW).documents[0].items
        expected = [plain(item["title"]) for item in gold["items"] if item["title"]]  # type: ignore[attr-defined]
        assert [plain(item.title) for item in items if item.title] == expected, path.name


def test_a_letter_with_one_section_and_two_titles_is_taken_apart() -> None:
    document = read_file("two-items.md")
    assert [item.title for item in document.items] == ["Longformer reads whole books", "Reformer saves memory"]
