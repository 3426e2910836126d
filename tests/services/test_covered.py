"""Was this covered? What is found about an address, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from bot.domain.discussed import Discussed
from bot.domain.documents import ParsedDocument
from bot.domain.items import Link, ParsedItem
from bot.domain.papers import find_papers
from bot.locales import translator
from bot.services.covered import MOST_ADDRESSES, Covered, CoveredBefore
from bot.services.covered_message import covered_message
from bot.services.item_message import item_title
from bot.services.stories import Stories
from storage.database import Database
from tests.factories import NOW, make_document, make_parsed_item, store

PAPER = "https://arxiv.org/abs/1810.04805"
CODE = "https://github.com/google-research/bert"
POST = "https://blog.example.org/bert"


def about(title: str, *urls: str, text: str = "", language: str = "en") -> ParsedItem:
    links = tuple(Link(url, "here") for url in urls)
    code = next((url for url in urls if "github.com" in url), None)
    return make_parsed_item(
        title, text or f"{title}. It is here.", links=links, papers=find_papers("", urls), code=code, language=language
    )


def published(item: ParsedItem, days: int, guid: str) -> ParsedDocument:
    return make_document(item, guid=guid, published_at=NOW - timedelta(days=days))


async def add(database: Database, *documents: ParsedDocument, address: str = "https://news.example.org/feed") -> None:
    await database.run(lambda uow: store(uow, *documents, address=address))


async def covered(database: Database, *urls: str) -> list[Covered]:
    return await CoveredBefore(database, Stories(database, lambda: NOW)).of(None, urls)


def titles(found: Covered) -> list[list[str]]:
    return [[item_title(item) for item in story.items] for story in found.stories]


async def test_a_paper_is_found_by_any_of_its_addresses_with_all_its_coverage_newest_first(database: Database) -> None:
    await add(database, published(about("BERT reads both ways", PAPER), 9, "a"))
    other = about("BERT liest in beide Richtungen", PAPER.replace("abs", "pdf") + "v2", language="de")
    await add(database, published(other, 2, "b"), address="https://zeitung.example.de/feed")
    (found,) = await covered(database, "https://www.alphaxiv.org/abs/1810.04805v1")
    assert titles(found) == [["BERT liest in beide Richtungen", "BERT reads both ways"]]
    assert found.stories[0].about


async def test_a_page_and_a_repository_are_found_by_their_links(database: Database) -> None:
    await add(database, published(about("BERT reads both ways", PAPER, CODE), 9, "a"))
    await add(database, published(about("Our post about BERT", POST), 2, "b"))
    code, post = await covered(database, "http://www.github.com/google-research/bert/", POST + "#part-2")
    assert titles(code) == [["BERT reads both ways"]]
    assert titles(post) == [["Our post about BERT"]]
    assert code.stories[0].about


async def test_a_video_is_found_by_each_of_its_addresses(database: Database) -> None:
    await add(database, published(about("A talk on BERT", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"), 1, "a"))
    (found,) = await covered(database, "https://youtu.be/dQw4w9WgXcQ?t=42")
    assert titles(found) == [["A talk on BERT"]]


async def test_a_session_about_the_paper_counts_for_its_code_as_well(database: Database) -> None:
    await add(database, published(about("BERT reads both ways", PAPER, CODE), 9, "a"))
    paper, code, page = await covered(database, PAPER, CODE, "https://example.org/frogs")
    assert paper.identities == ("arxiv:1810.04805",)
    assert "arxiv:1810.04805" in code.identities
    assert page.identities == ("link:example.org/frogs",)
    session = Discussed(4, NOW - timedelta(days=3), "UTC")
    found = covered_message([code], translator("en"), UTC, discussed={"arxiv:1810.04805": session})
    assert "Discussed in session 4 on March 3, 2024" in str(found)


async def test_who_only_cites_a_paper_is_told_apart_from_who_covers_it(database: Database) -> None:
    text = f"A new model without attention, see https://arxiv.org/abs/2312.00752. Unlike BERT ({PAPER})."
    citing = about("State spaces instead of attention", "https://arxiv.org/abs/2312.00752", PAPER, text=text)
    await add(database, make_document(citing, about("BERT reads both ways", PAPER)))
    (found,) = await covered(database, PAPER)
    assert titles(found) == [["BERT reads both ways"], ["State spaces instead of attention"]]
    assert [story.about for story in found.stories] == [True, False]


async def test_what_nobody_wrote_about_is_there_without_stories(database: Database) -> None:
    assert await covered(database, PAPER) == [Covered(PAPER)]


async def test_a_withdrawn_item_is_not_counted(database: Database) -> None:
    await add(database, published(about("BERT reads both ways", PAPER), 9, "a"))
    await database.run(lambda uow: uow.items.withdraw([1], NOW))
    (found,) = await covered(database, PAPER)
    assert found.stories == ()


async def test_more_addresses_than_can_be_looked_up_are_cut_off(database: Database) -> None:
    assert len(await covered(database, *(f"https://example.org/{n}" for n in range(40)))) == MOST_ADDRESSES


async def test_an_item_that_is_in_no_story_yet_is_found_all_the_same(database: Database) -> None:
    await add(database, published(about("BERT reads both ways", PAPER), 9, "a"))
    stories = Stories(database, lambda: NOW)
    await stories.catch_up()
    await database.run(lambda uow: uow.stories.forget_all())
    looked = CoveredBefore(database, stories)  # which has caught up already
    (found,) = await looked.of(None, [PAPER])
    assert titles(found) == [["BERT reads both ways"]]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Covered 7 times:"),
        ("ru", "Писали 7 раз:"),
        ("pt_BR", "Saiu 7 vezes:"),
        ("zh_Hans", "报道过 7 次："),
    ],
)
async def test_the_answer_counts_and_names_those_who_covered_it(database: Database, language: str, words: str) -> None:
    for number in range(7):
        item = replace(about("BERT reads both ways", PAPER), text=f"BERT reads both ways, says number {number}.")
        await add(database, published(item, number + 1, f"i{number}"), address=f"https://n{number}.example.org/feed")
    found = await covered(database, PAPER)
    message = covered_message(found, translator(language), UTC, discussed={}, left_out=3)
    shown = str(message.blocks)
    assert words in shown
    assert shown.count("News · ") == 5
