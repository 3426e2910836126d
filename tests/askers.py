"""One person who talks to the bot in a private chat, on whichever platform: through its real client and its double."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import pytest
from rich.console import Console

from bot.locales import Translator, nearest, translator
from bot.platforms.discord.client import DiscordClient
from bot.services.ports import InvitationUsed
from handlers.console import ConsoleChat
from handlers.discord import DiscordHandlers
from handlers.registry import Dispatcher
from tests.discord_commands import options_of
from tests.discord_server import DiscordServer, SentInteraction, pointed_at
from tests.discord_world import Json
from tests.platforms.discord_markdown import read as read_markdown
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer

MODAL = 9
PLATFORMS = ("console", "telegram", "discord")
everywhere = pytest.mark.parametrize("platform", PLATFORMS)
in_every_language = pytest.mark.parametrize("language", ["en", "ru", "pt-BR", "zh-CN"])
"""In our languages, as people's clients name them."""


def reading(language: str) -> Translator:
    """What somebody reads whose client speaks this language."""
    return translator(nearest(language) or "")


@dataclass(frozen=True)
class Seen:
    """An answer as a person sees it: its text and the labels of its buttons."""

    text: str
    buttons: tuple[str, ...]


class Asker(Protocol):
    """Asks commands ("digest", "club new") and presses the buttons, or chooses the options, of the last answer."""

    async def ask(self, command: str, words: str = "", answers: Sequence[str] = ()) -> Seen:
        """What is answered; `answers` are given to the questions that come first, if some do."""
        ...

    async def press(self, label: str) -> Seen: ...

    async def press_for_new(self, label: str) -> Seen:
        """What a button brings that leaves its message as it is."""
        ...

    async def press_for_notice(self, label: str) -> Seen:
        """What a button says in passing, where the platform can: what is asked or pressed next is not about that."""
        ...

    async def fill(self, label: str, answers: Sequence[str]) -> Seen:
        """Presses a button that opens a form and answers its questions in order, "" leaving an answer as it is."""
        ...


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
async def discord_bot(
    server: DiscordServer, dispatcher: Dispatcher, *, invited: InvitationUsed | None = None
) -> AsyncIterator[DiscordClient]:
    """Our Discord client, connected to the double and ready to answer."""
    with pointed_at(server):
        handlers = DiscordHandlers(dispatcher, invited=invited)
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

    async def ask(self, command: str, words: str = "", answers: Sequence[str] = ()) -> Seen:
        return await self._answered(await self._say(f"/{command} {words}"), answers)

    async def press(self, label: str) -> Seen:
        labels = [button.label for button in self._chat.buttons]
        return await self._say(str(labels.index(label) + 1))

    async def press_for_new(self, label: str) -> Seen:
        return await self.press(label)

    async def press_for_notice(self, label: str) -> Seen:
        return await self.press(label)

    async def fill(self, label: str, answers: Sequence[str]) -> Seen:
        return await self._answered(await self.press(label), answers)

    async def _answered(self, seen: Seen, answers: Sequence[str]) -> Seen:
        rest = list(answers)
        while self._chat.is_asking:
            seen = await self._say(rest.pop(0) if rest else "")
        return seen

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

    async def ask(self, command: str, words: str = "", answers: Sequence[str] = ()) -> Seen:
        assert not any(answers), "Telegram shows what can be pressed instead"
        return await self._say(f"/{command} {words}".strip())

    async def press_for_new(self, label: str) -> Seen:
        await self._server.press(self._last, label, self._person)
        self._last = await self._server.next_message(self._chat)
        return self._seen()

    async def press_for_notice(self, label: str) -> Seen:
        pressed = await self._server.answered(await self._server.press(self._last, label, self._person))
        return Seen(pressed.toast, ())

    async def fill(self, label: str, answers: Sequence[str]) -> Seen:
        await self._server.press(self._last, label, self._person)
        for answer in answers:
            await self._server.next_message(self._chat)
            await self._server.send_text(self._chat, self._person, answer or "-")
        self._last = await self._server.next_message(self._chat)
        return self._seen()

    async def _say(self, words: str) -> Seen:
        await self._server.send_text(self._chat, self._person, words)
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
    """Types what it asks into the first option of the command, or of the sub-command ("club new")."""

    def __init__(self, server: DiscordServer, language: str) -> None:
        self._server = server
        self._person = server.add_user("Ann", locale=language)
        self._channel = server.dm(self._person)

    async def ask(self, command: str, words: str = "", answers: Sequence[str] = ()) -> Seen:
        known = options_of(self._server.commands, command)
        options = {next(iter(known)): words} if words else {}
        asked = await self._server.slash(self._person, self._channel, command, options)
        if (await asked.responded())["type"] == MODAL:
            asked = await self._filled(asked, answers)
        self._last = await asked.answer()
        return self._seen()

    async def press(self, label: str) -> Seen:
        pressed = await self._choose(label) or await self._server.press(self._person, self._last, label)
        self._last = await pressed.edited()
        return self._seen()

    async def press_for_new(self, label: str) -> Seen:
        pressed = await self._server.press(self._person, self._last, label)
        self._last = await pressed.answer()
        return self._seen()

    async def press_for_notice(self, label: str) -> Seen:
        return await self.press_for_new(label)

    async def fill(self, label: str, answers: Sequence[str]) -> Seen:
        pressed = await self._server.press(self._person, self._last, label)
        submitted = await self._filled(pressed, answers)
        self._last = await submitted.edited()
        return self._seen()

    async def _filled(self, opened: SentInteraction, answers: Sequence[str]) -> SentInteraction:
        fields = [one["component"]["custom_id"] for one in (await opened.responded())["data"]["components"]]
        return await self._server.submit_modal(
            opened, {field: answer for field, answer in zip(fields, answers, strict=False) if answer}
        )

    async def _choose(self, label: str) -> SentInteraction | None:
        """Puts an option on, or off where it is on; None where there is no such option."""
        for select in self._last.selects:
            for option in select["options"]:
                if label in _option_labels([option]):
                    chosen = {one["value"] for one in select["options"] if one.get("default")}
                    values = chosen ^ {option["value"]} if select["min_values"] == 0 else {option["value"]}
                    return await self._server.select(self._person, self._last, sorted(values), of=select)
        return None

    def _seen(self) -> Seen:
        options = [label for select in self._last.selects for label in _option_labels(select["options"])]
        return Seen(read_markdown(self._last.text).text, (*options, *self._last.labels))


def _option_labels(options: Sequence[Json]) -> list[str]:
    """Options as the other platforms write them on buttons."""
    return [f"☑ {one['label']}" if one.get("default") else one["label"] for one in options]
