"""Digests on request."""

from __future__ import annotations

import asyncio
from datetime import UTC

import pytest

from bot.domain.digests import DigestFilter, DigestPage, Period
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
