"""Digests on request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from bot.domain.digests import PAGE_SIZE, DigestFilter, DigestWindow, Period
from bot.domain.messages import Message
from bot.domain.papers import PaperId
from bot.domain.sections import Section
from bot.locales import translator
from bot.platforms.console.render import render
from bot.services import digests
from bot.services.digest_message import digest_message
from bot.services.digests import DigestPage, Digests, DigestView
from bot.services.stories import Stories
from storage.database import Database
from tests.factories import NOW, make_document, make_entry, make_parsed_item, make_spec, store

NARROWED = ((Section.ETHICS, None), (None, "pt"), (Section.ETHICS, "pt"))


def digests_of(database: Database) -> Digests:
    return Digests(database, lambda: NOW, Stories(database, lambda: NOW), UTC)


@pytest.fixture
def service(database: Database) -> Digests:
    with database.write() as uow:
        items = [make_parsed_item(f"Item {number}") for number in range(2000)]
        store(uow, make_document(*items))
    return digests_of(database)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often windows were put in order, and pages made."""
    counts = {"_order": 0, "_page": 0}

    def count(name: str) -> Callable[..., object]:
        work: Callable[..., object] = getattr(digests, name)

        def counting(*question: object) -> object:
            kept = question[3] if name == "_order" else None
            found = work(*question)
            counts[name] += found is not kept
            return found

        return counting

    for name in counts:
        monkeypatch.setattr(digests, name, count(name))
    return counts


def titles(page: DigestPage) -> list[str | None]:
    return [story.candidate.items[0].title for story in page.stories]


def written(message: Message) -> str:
    console = Console(file=StringIO(), width=300)
    with console.capture() as capture:
        console.print(render(message, addresses=False), soft_wrap=True)
    return capture.get()


async def test_the_same_digest_asked_for_in_ten_chats_at_once_is_computed_once(
    service: Digests, counted: dict[str, int]
) -> None:
    window = service.window(Period.TODAY)
    pages = await asyncio.gather(*(service.page(None, window, DigestFilter()) for _ in range(10)))
    assert counted == {"_order": 1, "_page": 1}
    assert all(one is pages[0] for one in pages)


async def test_turning_pages_and_narrowing_a_digest_puts_nothing_in_order_again(
    service: Digests, counted: dict[str, int]
) -> None:
    window = service.window(Period.TODAY)
    for page in range(1, 6):
        await service.page(None, window, DigestFilter(), page)
    assert (await service.page(None, window, DigestFilter(Section.ETHICS))).total == 0
    assert counted["_order"] == 1


async def test_what_is_new_or_was_saved_is_in_the_next_page_that_is_asked_for(
    database: Database, counted: dict[str, int]
) -> None:
    service = digests_of(database)
    window = service.window(Period.TODAY)
    with database.write() as uow:
        store(uow, make_document(make_parsed_item("First", "On frogs."), make_parsed_item("Second", "On toads.")))
    assert titles(await service.page(None, window, DigestFilter())) == ["First", "Second"]
    with database.write() as uow:
        uow.digests.save_story("telegram:1", 2, [2], now=NOW)
    assert titles(await service.page(None, window, DigestFilter())) == ["Second", "First"]
    with database.write() as uow:
        store(uow, make_document(make_parsed_item("Third", "On newts."), guid="2"))
    assert sorted(map(str, titles(await service.page(None, window, DigestFilter())))) == ["First", "Second", "Third"]
    assert counted["_order"] == 3


async def test_a_window_holds_what_was_first_seen_or_published_in_it_and_neither_end_twice(database: Database) -> None:
    day = timedelta(days=1)
    with database.write() as uow:
        store(uow, make_entry("a", "At the start", published_at=None), now=NOW - day)
        store(uow, make_entry("b", "At the end", published_at=None), now=NOW)
        store(uow, make_entry("c", "Published in it", published_at=NOW - day / 2), now=NOW + 5 * day)
        store(uow, make_entry("d", "Neither", published_at=NOW - 3 * day), now=NOW + 5 * day)
    service = digests_of(database)
    today = await service.page(None, DigestWindow(NOW - day, NOW), DigestFilter())
    assert titles(today) == ["At the end", "Published in it"]
    assert titles(await service.page(None, DigestWindow(NOW - 2 * day, NOW - day), DigestFilter())) == ["At the start"]


async def test_a_digest_can_be_narrowed_to_a_section_and_a_language(database: Database) -> None:
    both = {"section": Section.ETHICS, "language": "pt-BR"}
    with database.write() as uow:
        store(
            uow,
            make_document(
                make_parsed_item("On frogs", "Green.", **both),
                make_parsed_item("On toads", "Brown.", section=Section.ETHICS),
                make_parsed_item("On newts", "Red.", language="pt"),
            ),
        )
    service = digests_of(database)
    window = service.window(Period.TODAY)
    found = {wanted: titles(await service.page(None, window, DigestFilter(*wanted))) for wanted in NARROWED}
    assert list(found.values()) == [["On frogs", "On toads"], ["On frogs", "On newts"], ["On frogs"]]


async def test_one_story_in_three_languages_from_four_sources_is_one_entry_in_the_language_of_the_reader(
    database: Database,
) -> None:
    paper = PaperId("arxiv", "2101.03961")
    told = [("en", "One", "Sparse experts"), ("en", "Two", "Sparse experts"), ("ru", "Три", "Разреженные эксперты")]
    told.append(("pt", "Quatro", "Especialistas esparsos"))
    with database.write() as uow:
        for number, (language, source, title) in enumerate(told):
            address = f"https://{number}.example.org/"
            uow.sources.add(make_spec(address, title=source), now=NOW)
            item = make_parsed_item(title, "Text.", papers=(paper,), language=language)
            store(uow, make_document(item, guid=source), address=address)
    service = digests_of(database)
    page = await service.page(None, service.window(Period.TODAY), DigestFilter())
    assert (page.read, page.total) == (4, 1)
    seen = {language: written(digest_message(page, translator(language), UTC)) for language in ("en", "ru", "pt_BR")}
    assert "Sparse experts" in seen["en"]
    assert "Разреженные эксперты" in seen["ru"]
    assert "Especialistas esparsos" in seen["pt_BR"]
    assert "— Три (ru) · One (en) · Two (en) · Quatro (pt)" in seen["ru"]


async def test_one_who_stops_waiting_stops_nobody_elses_digest(service: Digests) -> None:
    window = service.window(Period.TODAY)
    first = asyncio.create_task(service.page(None, window, DigestFilter()))
    second = asyncio.create_task(service.page(None, window, DigestFilter()))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).total == 2000


async def test_a_digest_of_two_thousand_items_has_pages_to_the_last(service: Digests) -> None:
    window = service.window(Period.TODAY)
    pages = 2000 // PAGE_SIZE
    last = await service.page(None, window, DigestFilter(), 10**18)
    assert (last.page, last.pages, last.total) == (pages, pages, 2000)
    assert titles(last)[-1] == "Item 1999"
    assert last.first_number == 2000 - PAGE_SIZE + 1
    (row,) = digest_message(last, translator("en"), UTC).buttons
    assert [button.label for button in row] == [f"☆ {number}" for number in range(1997, 2001)]


async def test_a_question_is_remembered_with_its_filter(service: Digests) -> None:
    window, wanted = service.window(Period.WEEK), DigestFilter(Section.ETHICS, "pt")
    asked, plain = DigestView(window, wanted, "pt_BR"), DigestView(window, DigestFilter())
    for view in (asked, plain):
        assert await service.recall(await service.remember(view)) == view


async def test_a_question_that_was_kept_without_its_language_is_still_known(
    service: Digests, database: Database
) -> None:
    window = service.window(Period.TODAY)
    kept = {"start": window.start.isoformat(), "end": window.end.isoformat(), "section": None, "language": None}
    with database.write() as uow:
        number = uow.views.add("digest", kept, now=NOW)
    assert await service.recall(number) == DigestView(window, DigestFilter())


async def test_what_was_not_remembered_or_is_another_kind_of_question_is_unknown(
    service: Digests, database: Database
) -> None:
    with database.write() as uow:
        number = uow.views.add("search", {"words": "frogs"}, now=NOW)
    assert await service.recall(number) is None
    assert await service.recall(10**9) is None


async def test_today_and_the_window_follow_the_zone(database: Database) -> None:
    now = NOW.replace(hour=20)
    tokyo = Digests(database, lambda: now, Stories(database, lambda: now), ZoneInfo("Asia/Tokyo"))
    assert tokyo.today().day == NOW.day + 1
    assert tokyo.window(Period.TODAY).start == NOW.replace(hour=15)


async def test_an_empty_digest_tells_when_the_newest_that_fits_appeared(database: Database) -> None:
    service = digests_of(database)
    window = service.window(NOW.date().replace(year=2020))
    assert (await service.page(None, window, DigestFilter())).newest is None
    with database.write() as uow:
        store(uow, make_document())
    found = await service.page(None, window, DigestFilter())
    assert (found.total, found.newest is not None) == (0, True)
    assert (await service.page(None, window, DigestFilter(language="tr"))).newest is None
