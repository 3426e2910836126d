"""How items look in digests, results and on pages of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest

from bot.domain.digests import PAGE_SIZE, DigestFilter, DigestWindow
from bot.domain.items import Item, ItemKey, Link
from bot.domain.merits import Merit, MeritKind
from bot.domain.messages import ListBlock, Message, Paragraph, Text, text
from bot.domain.papers import PaperId
from bot.domain.sections import Section
from bot.domain.selection import Candidate, Ranked
from bot.domain.summary import shortened
from bot.domain.text import graphemes, utf16_length
from bot.locales import LANGUAGES, translator
from bot.platforms.telegram.render import render
from bot.services.digest_message import digest_message
from bot.services.digests import DigestPage
from bot.services.item_message import (
    ITEM_PAGE,
    item_message,
    item_pages,
    item_title,
    short_addresses,
    with_links,
)
from tests.factories import NOW, make_item

SAY = translator("en")

HOSTILE = {
    "tags": "<b>&amp; _a_ *b* `c` @everyone ",
    "emoji": "🔥",
    "families": "👨‍👩‍👧‍👦",
    "flags": "🇧🇷",
    "marks": "a" + "\u0301" * 40,
    "right to left": "\u202eעברית שלום ",
    "one word": "w",
    "words": "word ",
    "Chinese": "论文",
}


def hostile_items(piece: str) -> Iterator[Item]:
    value = (piece * 60_000)[:60_000]
    links = tuple(Link(f"https://example{n}.org/" + "x" * 200, value[:300]) for n in range(100))
    papers = tuple(PaperId("arxiv", f"2101.0000{n}") for n in range(9))
    for number, section in zip(range(PAGE_SIZE), Section, strict=False):
        yield make_item(
            id=number + 1,
            title=value[:5000],
            text=value,
            section=section,
            links=links,
            papers=papers,
            code="https://github.com/a/b",
            authors=(value[:100],) * 30,
            source_title=value[:500],
        )


def hostile_stories(piece: str) -> Iterator[Ranked]:
    """Stories that as many sources as can be wrote about, each in several languages."""
    merits = (Merit(MeritKind.SOURCES, 99), Merit(MeritKind.CODE), Merit(MeritKind.WANTED, 30, (piece * 60,) * 30))
    for told in hostile_items(piece):
        values = {name: getattr(told, name) for name in told.__slots__}
        others = [
            make_item(
                **values
                | {"id": 1000 + 10 * number + at, "language": tag, "source_title": f"{number} {told.source_title[:99]}"}
                | {"key": ItemKey(number, tag), "title": tag, "text": tag}
            )
            for number in range(9)
            for at, tag in enumerate(("en", "ru", "pt", "zh", "fr"))
        ]
        yield Ranked(Candidate(told.id, (told, *others), frozenset({told.id})), told.section, merits)


def lines_of(message: Message) -> list[str]:
    return [
        "".join(run.text for run in line if isinstance(run, Text))
        for block in message.blocks
        if isinstance(block, ListBlock | Paragraph)
        for entry in (block.entries if isinstance(block, ListBlock) else [(block.line,)])
        for line in entry
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_a_page_of_a_digest_is_one_message_whatever_the_items_hold(language: str, piece: str) -> None:
    window = DigestWindow(NOW - timedelta(days=7), NOW)
    wanted = DigestFilter(Section.CREATIVITY_SOCIETY, "pt")
    stories = tuple(hostile_stories(piece))
    digest = DigestPage(window, wanted, stories, read=9000, total=2000, page=333, pages=334, first_number=1333)
    assert len(render(digest_message(digest, translator(language), UTC))) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("length", [ITEM_PAGE // 2, 60_000])
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_a_page_of_an_item_is_one_message_whatever_it_holds(language: str, length: int, piece: str) -> None:
    item = next(hostile_items(piece))
    pages = item_pages(
        make_item(**{name: getattr(item, name) for name in item.__slots__} | {"text": item.text[:length]})
    )
    for number, page in enumerate(pages, 1):
        first, last = number == 1, number == len(pages)
        assert len(render(item_message(item, page, translator(language), UTC, first=first, last=last))) == 1


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_pages_lose_nothing_and_part_no_grapheme(piece: str) -> None:
    item = make_item(text=(piece * 10_000)[:10_000].strip())
    pages = item_pages(item)
    assert "".join("".join(pages).split()) == "".join(item.text.split())
    assert [one for page in pages for one in graphemes(page) if one.strip()] == [
        one for one in graphemes(item.text) if one.strip()
    ]
    assert all(0 < utf16_length(page) <= ITEM_PAGE for page in pages)


def test_paragraphs_stay_paragraphs_on_their_page() -> None:
    assert item_pages(make_item(text="One.\n\nTwo.\n\n" + "Three. " * 1000))[0].startswith(
        "One.\n\nTwo.\n\nThree. Three."
    )


@pytest.mark.parametrize(
    ("value", "short"),
    [
        ("Slides: https://docs.example.org/d/1Ys8/edit?usp=sharing Next week", "Slides: docs.example.org Next week"),
        ("A leader (https://www.super.example/board).", "A leader (super.example)."),
        ("https://en.example.org/wiki/Attention_(machine_learning), they say", "en.example.org, they say"),
        ("论文见https://arxiv.org/abs/1301.3781。代码", "论文见arxiv.org。代码"),
        ("no address: http://[ or https:// here", "no address: http://[ or https:// here"),
    ],
)
def test_addresses_in_running_text_become_their_hosts(value: str, short: str) -> None:
    assert short_addresses(value) == short


def test_a_host_in_a_lead_is_a_link_to_the_whole_address() -> None:
    value = "See https://a.example/one and https://b.example/two."
    runs = with_links(short_addresses(value), value)
    assert [(run.text, run.url) for run in runs if isinstance(run, Text)] == [
        ("See ", None),
        ("a.example", "https://a.example/one"),
        (" and ", None),
        ("b.example", "https://b.example/two"),
        (".", None),
    ]


def test_an_entry_never_shows_a_part_of_an_address() -> None:
    item = make_item(text="Ask " + "here " * 50 + "https://example.org/" + "x" * 300)
    story = Ranked(Candidate(1, (item,), frozenset({1})), Section.OTHER, ())
    digest = DigestPage(DigestWindow(NOW, NOW), DigestFilter(), (story,), 1, 1, 1, 1)
    assert "https://" not in " ".join(lines_of(digest_message(digest, SAY, UTC)))


def test_an_item_without_a_title_is_called_by_its_beginning_without_addresses() -> None:
    assert (
        item_title(make_item(title=None, text="(see https://arxiv.org/abs/1301.3781) More.")) == "(see arxiv.org) More."
    )


def test_a_link_says_where_it_leads() -> None:
    links = (
        Link("https://towards.example/beyond-bert", "take"),
        Link("https://github.com/a/b", "github.com/a/b"),
        Link("https://example.org/plain", ""),
    )
    shown = lines_of(item_message(make_item(links=links), "Text.", SAY, UTC, first=False, last=True))
    assert shown == ["Text.", "take · towards.example", "github.com/a/b", "example.org/plain"]


def test_more_links_than_fit_are_counted() -> None:
    links = tuple(Link(f"https://example.org/{number}", "") for number in range(100))
    shown = lines_of(item_message(make_item(links=links), "Text.", SAY, UTC, first=False, last=True))
    assert shown[-1] == "and 88 more"


def test_what_is_shortened_fits_in_the_units_of_telegram() -> None:
    assert utf16_length(shortened("🔥" * 500, 200)) <= 200
    assert shortened("word", 4) == "word"
    assert text(shortened("two words here", 10)) == text("two words…")


@pytest.mark.parametrize(
    ("title", "text_of_it", "called"),
    [
        ("\u200d\u200b\u2060", "Frogs jump. They do.", "Frogs jump."),
        ("\u200d", "", "…"),
        ("🔥", "Frogs jump.", "🔥"),
    ],
)
def test_an_item_whose_title_cannot_be_seen_is_called_as_its_text_begins(
    title: str, text_of_it: str, called: str
) -> None:
    assert item_title(make_item(title=title, text=text_of_it)) == called
