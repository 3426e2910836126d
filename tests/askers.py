"""One person who talks to the bot in a private chat, on whichever platform: through its real client and its double."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console

from handlers.console import ConsoleChat
from handlers.registry import Dispatcher
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer

PLATFORMS = ("console", "telegram")


@dataclass(frozen=True)
class Seen:
    """An answer as a person sees it: its text and the labels of its buttons."""

    text: str
    buttons: tuple[str, ...]


class Asker(Protocol):
    """Asks commands and presses the buttons of the last answer."""

    async def ask(self, command: str, words: str = "") -> Seen: ...

    async def press(self, label: str) -> Seen: ...


@asynccontextmanager
async def asker_on(platform: str, dispatcher: Dispatcher, *, language: str = "en") -> AsyncIterator[Asker]:
    """Somebody whose client speaks this language, in a private chat with the bot."""
    if platform == "console":
        yield ConsoleAsker(dispatcher, language)
    elif platform == "telegram":
        async with TelegramServer() as server, telegram_bot(server, dispatcher):
            yield TelegramAsker(server, language)
    else:
        raise ValueError(platform)


class ConsoleAsker:
    def __init__(self, dispatcher: Dispatcher, language: str) -> None:
        self._console = Console(file=io.StringIO(), width=500, color_system=None)
        self._chat = ConsoleChat(dispatcher, self._console, language=language)

    async def ask(self, command: str, words: str = "") -> Seen:
        return await self._say(f"/{command} {words}")

    async def press(self, label: str) -> Seen:
        labels = [button.label for button in self._chat.buttons]
        return await self._say(str(labels.index(label) + 1))

    async def _say(self, line: str) -> Seen:
        file = self._console.file
        assert isinstance(file, io.StringIO)
        file.truncate(file.seek(0))
        await self._chat.say(line)
        return Seen(file.getvalue(), tuple(button.label for button in self._chat.buttons))


class TelegramAsker:
    def __init__(self, server: TelegramServer, language: str) -> None:
        self._server = server
        self._person = server.person("Ann", language=language)
        self._chat = server.private_chat(self._person)

    async def ask(self, command: str, words: str = "") -> Seen:
        await self._server.send_text(self._chat, self._person, f"/{command} {words}".strip())
        self._last = await self._server.next_message(self._chat)
        return self._seen()

    async def press(self, label: str) -> Seen:
        edits = len(self._last.history)
        await self._server.press(self._last, label, self._person)
        await self._server.edited(self._last, times=edits + 1)
        return self._seen()

    def _seen(self) -> Seen:
        return Seen(self._last.text, tuple(self._last.buttons))
