from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from bot.readers.resolver import resolve


async def test_a_name_stands_for_its_numbers_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, 1, 6, "", ("192.0.2.1", 80)), (socket.AF_INET6, 1, 6, "", ("2001:db8::1", 80, 0, 0))]
    asked = []

    def getaddrinfo(*question: object, **options: object) -> list[object]:
        asked.append(question)
        return [*found, found[0]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    assert await resolve("feeds.example", 80) == ("192.0.2.1", "2001:db8::1")
    assert asked == [(b"feeds.example", 80)]


async def test_a_name_that_does_not_exist_is_an_error_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*question: object, **options: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    with pytest.raises(OSError, match="not known"):
        await resolve("nowhere.example", 80)


@pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".example"])
async def test_a_malformed_name_is_an_error_of_the_system(name: str) -> None:
    with pytest.raises(OSError):
        await resolve(name, 80)


async def test_a_name_server_that_hangs_holds_up_nobody_and_may_answer_too_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer, answered = threading.Event(), threading.Event()

    def getaddrinfo(*question: object, **options: object) -> list[object]:
        answer.wait()
        answered.set()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    waiting = [asyncio.create_task(resolve("dead.example", 80)) for _ in range(50)]
    await asyncio.sleep(0)
    assert await asyncio.to_thread(lambda: "the shared threads are free") == "the shared threads are free"

    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    answer.set()
    assert await asyncio.to_thread(answered.wait, 10)
