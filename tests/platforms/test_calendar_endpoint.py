"""The endpoint of calendars, asked by a real HTTP client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from bot.domain.calendars import Calendar
from bot.platforms.calendar.serve import AT_ONCE, BURST, CalendarEndpoint, Limits, serving
from tests.calendar_reader import instants
from tests.fakes import FakeClock
from tests.platforms.test_calendar_render import START, event

TOKEN = "t" * 43
READERS = Calendar("Readers", "Europe/Moscow", (event(),), subscribed=True)


class Shelf:
    """Calendars by token; `gate` holds answers back."""

    def __init__(self) -> None:
        self.calendars = {TOKEN: READERS}
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.crowded = asyncio.Event()

    async def find(self, token: str) -> Calendar | None:
        self.asked.append(token)
        if len(self.asked) == AT_ONCE:
            self.crowded.set()
        await self.gate.wait()
        return self.calendars.get(token)


@asynccontextmanager
async def asking(shelf: Shelf, *, seconds: list[float] | None = None) -> AsyncIterator[httpx.AsyncClient]:
    at = seconds or [0.0]
    endpoint = CalendarEndpoint(shelf.find, FakeClock(), limits=Limits(lambda: at[0]))
    async with (
        serving(endpoint, "127.0.0.1", 0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        yield client


async def test_an_address_answers_with_the_calendar() -> None:
    async with asking(Shelf()) as client:
        answer = await client.get(f"/{TOKEN}.ics")
        head = await client.head(f"/{TOKEN}.ics")
    assert answer.status_code == head.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    assert instants(answer.content, until=datetime(2030, 1, 1, tzinfo=UTC))[0][0] == START
    assert head.content == b""


async def test_what_has_not_changed_is_not_sent_again() -> None:
    shelf = Shelf()
    async with asking(shelf) as client:
        tag = (await client.get(f"/{TOKEN}.ics")).headers["ETag"]
        same = await client.get(f"/{TOKEN}.ics", headers={"If-None-Match": f'"other", {tag}'})
        shelf.calendars[TOKEN] = replace(READERS, events=(replace(event(), sequence=4),))
        changed = await client.get(f"/{TOKEN}.ics", headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert changed.status_code == 200
    assert b"SEQUENCE:4" in changed.content


@pytest.mark.parametrize(
    "path", ["/", f"/{'u' * 43}.ics", f"/{TOKEN}", "/../etc/passwd.ics", "/%00.ics", f"/{'x' * 5_000}.ics", "/a/b.ics"]
)
async def test_nothing_else_is_there_and_nothing_is_listed(path: str) -> None:
    async with asking(Shelf()) as client:
        answer = await client.get(path)
    assert answer.status_code in (400, 404)
    assert "BEGIN" not in answer.text
    assert TOKEN not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_nothing_can_be_written(method: str) -> None:
    shelf = Shelf()
    async with asking(shelf) as client:
        answer = await client.request(method, f"/{TOKEN}.ics")
    assert answer.status_code == 405
    assert not shelf.asked


async def test_who_asks_too_often_is_asked_to_wait() -> None:
    shelf, seconds = Shelf(), [0.0]
    async with asking(shelf, seconds=seconds) as client:
        codes = [(await client.get(f"/{'u' * 43}.ics")).status_code for _ in range(BURST)]
        refused = await client.get(f"/{TOKEN}.ics")
        seconds[0] += 1
        again = await client.get(f"/{TOKEN}.ics")
    assert set(codes) == {404}
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert again.status_code == 200
    assert len(shelf.asked) == BURST + 1


async def test_more_at_once_than_can_be_answered_come_again_later() -> None:
    shelf = Shelf()
    shelf.gate.clear()
    async with asking(shelf) as client:
        waiting = [asyncio.create_task(client.get(f"/{TOKEN}.ics")) for _ in range(AT_ONCE)]
        await shelf.crowded.wait()
        one_more = await client.get(f"/{TOKEN}.ics")
        shelf.gate.set()
        answers = await asyncio.gather(*waiting)
    assert one_more.status_code == 503
    assert {answer.status_code for answer in answers} == {200}


async def test_a_fault_says_nothing_of_itself_and_no_log_holds_the_address(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, logger="aiohttp")

    async def broken(token: str) -> Calendar | None:
        raise RuntimeError("the database is gone")

    endpoint = CalendarEndpoint(broken, FakeClock())
    async with serving(endpoint, "127.0.0.1", 0) as port, httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/{TOKEN}.ics")
    assert (answer.status_code, answer.text) == (503, "")
    told = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    assert TOKEN not in "".join((*told, *capsys.readouterr()))


def test_a_flood_of_peers_is_forgotten_and_does_not_fill_the_memory() -> None:
    limits = Limits(lambda: 0.0)
    for number in range(25_000):
        assert limits.wait_of(str(number)) == 0
    assert len(limits._buckets) <= 10_000
