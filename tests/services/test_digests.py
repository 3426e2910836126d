"""Digests on request."""

from __future__ import annotations

import asyncio
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digests import DigestFilter, DigestPage, Period
from bot.domain.sections import Section
from bot.services import digests
from bot.services.digests import Digests
from storage.database import Database
from tests.factories import NOW, make_document, make_parsed_item, store


@pytest.fixture
def service(database: Database) -> Digests:
    with database.write() as uow:
        items = [make_parsed_item(f"Item {number}") for number in range(2000)]
        store(uow, make_document(*items))
    return Digests(database, lambda: NOW, UTC)


async def test_the_same_digest_asked_for_in_ten_chats_at_once_is_computed_once(
    service: Digests, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[int] = []
    page = digests._page

    def counted(*question: object) -> DigestPage:
        computed.append(1)
        return page(*question)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(digests, "_page", counted)
    window = service.window(Period.TODAY)
    pages = await asyncio.gather(*(service.page(window, DigestFilter()) for _ in range(10)))
    assert computed == [1]
    assert all(one is pages[0] for one in pages)
    await service.page(window, DigestFilter())
    assert computed == [1, 1]  # what was answered is not kept: something new may have come


async def test_one_who_stops_waiting_stops_nobody_elses_digest(service: Digests) -> None:
    window = service.window(Period.TODAY)
    first = asyncio.create_task(service.page(window, DigestFilter()))
    second = asyncio.create_task(service.page(window, DigestFilter()))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).total == 2000


async def test_a_digest_of_two_thousand_items_has_pages_to_the_last(service: Digests) -> None:
    window = service.window(Period.TODAY)
    last = await service.page(window, DigestFilter(), 10**18)
    assert (last.page, last.pages, last.total) == (334, 334, 2000)
    assert [item.title for item in last.items] == ["Item 1998", "Item 1999"]
    assert last.first_number == 1999


async def test_a_question_is_remembered_with_its_filter(service: Digests) -> None:
    window, wanted = service.window(Period.WEEK), DigestFilter(Section.ETHICS, "pt")
    number = await service.remember(window, wanted)
    assert await service.recall(number) == (window, wanted)
    plain = await service.remember(window, DigestFilter())
    assert await service.recall(plain) == (window, DigestFilter())


async def test_what_was_not_remembered_or_is_another_kind_of_question_is_unknown(
    service: Digests, database: Database
) -> None:
    with database.write() as uow:
        number = uow.views.add("search", {"words": "frogs"}, now=NOW)
    assert await service.recall(number) is None
    assert await service.recall(10**9) is None


async def test_today_and_the_window_follow_the_zone(database: Database) -> None:
    tokyo = Digests(database, lambda: NOW.replace(hour=20), ZoneInfo("Asia/Tokyo"))
    assert tokyo.today().day == NOW.day + 1
    assert tokyo.window(Period.TODAY).start == NOW.replace(hour=15)


async def test_an_empty_digest_tells_when_the_newest_that_fits_appeared(database: Database) -> None:
    service = Digests(database, lambda: NOW, UTC)
    window = service.window(NOW.date().replace(year=2020))
    assert (await service.page(window, DigestFilter())).newest is None
    with database.write() as uow:
        store(uow, make_document())
    found = await service.page(window, DigestFilter())
    assert (found.total, found.newest is not None) == (0, True)
    assert (await service.page(window, DigestFilter(language="tr"))).newest is None
