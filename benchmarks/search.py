"""`/search` at 100,000 items, from the message that somebody sends on Telegram to the answer that arrives there.

The bot is a process of its own and the Telegram server is ours, on loopback: what is measured are both of them and all
between them. Queries are of every sort that people type; one answer in five has its pages turned.
"""

from __future__ import annotations

import asyncio
import math
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

from benchmarks.bot_process import running_bot
from benchmarks.figures import FOLDER, Figure, run_script
from benchmarks.library import library
from benchmarks.texts import LANGUAGES, common_words, name, piece, words_of
from tests.telegram_server import TelegramServer
from tests.telegram_world import Chat, User

ITEMS, QUERIES = 100_000, 400
LIMIT = 50.0
_PAGES_EVERY = 5
_WARM_UP = 5


def measure(*, items: int = ITEMS, queries: int = QUERIES, folder: Path = FOLDER) -> list[Figure]:
    """All figures of search."""
    data = library(items, folder=folder)
    seconds = asyncio.run(_measure(data, asked(items, queries)))
    every = [one for times in seconds.values() for one in times]
    worst = sorted(((percentile(times, 99), kind) for kind, times in seconds.items()), reverse=True)
    shown = ", ".join(f"{kind} {one * 1000:.0f}" for one, kind in worst)
    return [
        Figure.at_most(
            f"/search at {items} items, p99 of {len(every)}", percentile(every, 99) * 1000, LIMIT, "{:.0f} ms"
        ),
        Figure("/search, median", f"{percentile(every, 50) * 1000:.0f} ms"),
        Figure("/search, slowest", f"{max(every) * 1000:.0f} ms"),
        Figure("/search, p99 in ms by sort of query", shown),
    ]


def asked(items: int, number: int) -> list[tuple[str, str]]:
    """So many queries of all sorts by turns, in a random order: (sort, words). Always the same."""
    rng = Random("queries")
    queries = [(sort, _query(sort, items, rng)) for sort in _SORTS for _ in range(math.ceil(number / len(_SORTS)))]
    rng.shuffle(queries)
    return queries[:number]


_SORTS = ("rare word", "name", "common word", "expression", "two words", "phrase", "Chinese", "paper", "nothing")


def _query(sort: str, items: int, rng: Random) -> str:
    some = piece(rng.randrange(items))
    match sort:
        case "rare word":
            return some.word
        case "name":
            return name(rng.randrange(2_000))
        case "common word":
            return rng.choice(common_words())
        case "expression":
            return rng.choice(words_of(rng.choice(LANGUAGES)))
        case "two words":
            return f"{name(rng.randrange(50))} {rng.choice(common_words())}"
        case "phrase":
            words = some.paragraphs[1].split()
            begin = rng.randrange(max(1, len(words) - 3))
            return '"' + " ".join(words[begin : begin + 3])[:80] + '"'
        case "Chinese":
            return rng.choice(words_of("zh")) + rng.choice(("", " " + rng.choice(words_of("zh"))))
        case "paper":
            return rng.choice(("", "https://arxiv.org/abs/")) + some.arxiv_id
        case _:
            return f"{name(rng.randrange(900_000, 999_999))}x {rng.randrange(10**9)}"


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of the values that so many percent of them do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


async def _measure(library_folder: Path, queries: Sequence[tuple[str, str]]) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory(prefix="paper-round-bench-") as folder:
        (Path(folder) / "paper-round.db").symlink_to(library_folder / "paper-round.db")
        async with TelegramServer() as server, running_bot(Path(folder), telegram=server) as bot:
            await server.polled()
            person = server.person("Ana", language="en")
            chat = server.private_chat(person)
            for _, words in queries[:_WARM_UP]:
                await _search(server, chat, person, words)
            seconds: dict[str, list[float]] = defaultdict(list)
            for number, (sort, words) in enumerate(queries):
                seconds[sort].append(await _search(server, chat, person, words))
                if number % _PAGES_EVERY == 0:
                    seconds["next page"] += await _turn(server, chat)
            await bot.stop()
    return {sort: times for sort, times in seconds.items() if times}


async def _search(server: TelegramServer, chat: Chat, person: User, words: str) -> float:
    sent = time.perf_counter()
    await server.send_text(chat, person, f"/search {words}")
    await server.next_message(chat)
    return time.perf_counter() - sent


async def _turn(server: TelegramServer, chat: Chat) -> list[float]:
    """The seconds until the next page of the last answer has arrived, where it has one."""
    answer = chat.said[-1]
    if not any(button["text"] == "▶" for row in answer.keyboard for button in row):
        return []
    sent = time.perf_counter()
    await server.press(answer, "▶")
    await server.edited(answer)
    return [time.perf_counter() - sent]


if __name__ == "__main__":
    run_script(measure)
