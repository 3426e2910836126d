"""One person who talks to the bot in a private chat, on whichever platform: through its real client and its double."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console

from bot.platforms.discord.client import DiscordClient
from handlers.console import ConsoleChat
from handlers.discord import DiscordHandlers
from handlers.registry import Dispatcher
from tests.discord_server import DiscordServer, pointed_at
from tests.platforms.discord_markdown import read as read_markdown
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer

PLATFORMS = ("console", "telegram", "discord")


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
        async with DiscordServer() as server, discord_bot(server, dispatcher):
            yield DiscordAsker(server, language)


@asynccontextmanager
async def discord_bot(server: DiscordServer, dispatcher: Dispatcher) -> AsyncIterator[DiscordClient]:
    """Our Discord client, connected to the double and ready to answer."""
    with pointed_at(server):
        handlers = DiscordHandlers(dispatcher)
        client = DiscordClient(server.token, handlers, api_base_url=server.api_base_url, gateway_url=server.gateway_url)
        await client.start()
        try:
            yield client
        finally:
            await client.stop()


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


class DiscordAsker:
    """Types what it asks into the first option of the command."""

    def __init__(self, server: DiscordServer, language: str) -> None:
        self._server = server
        self._person = server.add_user("Ann", locale=language)
        self._channel = server.dm(self._person)

    async def ask(self, command: str, words: str = "") -> Seen:
        registered = self._server.commands[command]
        options = {registered["options"][0]["name"]: words} if words else {}
        asked = await self._server.slash(self._person, self._channel, command, options)
        self._last = await asked.answer()
        return self._seen()

    async def press(self, label: str) -> Seen:
        pressed = await self._server.press(self._person, self._last, label)
        self._last = await pressed.edited()
        return self._seen()

    def _seen(self) -> Seen:
        return Seen(read_markdown(self._last.text).text, tuple(self._last.labels))
