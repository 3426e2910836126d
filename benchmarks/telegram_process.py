"""A Telegram double as a process: `python -m benchmarks.telegram_process PEOPLE` prints its address, its token and the
id of the first of so many people who have started the bot; the ids of the others follow. Ends with its input."""

from __future__ import annotations

import asyncio
import sys

from tests.telegram_server import TelegramServer


async def main(people: int) -> None:
    async with TelegramServer() as server:
        chats = [server.private_chat(server.person(f"Reader {number}")) for number in range(people)]
        print(server.url, server.token, chats[0].id, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
