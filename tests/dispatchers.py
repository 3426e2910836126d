"""A dispatcher that answers with what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.domain.messages import Button, Message, Paragraph, text
from bot.domain.offers import Offers
from handlers.command import Reply, Request
from handlers.registry import Command

Answer = Callable[[Request], Reply]
BUTTONS = ((Button("◀", "page:1"), Button("▶", "page:2")),)


class FakeDispatcher:
    """Answers with what a test says, and keeps what it was asked. By default it repeats the command."""

    languages = ("en", "ru", "pt_BR", "zh_Hans")
    forms = None

    def __init__(self, answer: Answer | None = None) -> None:
        self.commands = tuple(Command(name, name.title(), None) for name in ("digest", "search", "language"))
        self.asked: list[Request] = []
        self.waits: dict[str, asyncio.Event] = {}
        self._answer = answer or (lambda request: say(f"/{request.command} {request.text}{request.action}".strip()))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(command.name for command in self.commands)

    def menu(self, language: str) -> list[tuple[str, str]]:
        return [(command.name, f"{command.description} ({language})") for command in self.commands]

    async def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        if request.text in self.waits:
            await self.waits[request.text].wait()
        return self._answer(request)

    async def press(self, request: Request) -> Reply:
        self.asked.append(request)
        if request.action in self.waits:
            await self.waits[request.action].wait()
        return self._answer(request)

    async def offers(self, request: Request, more: str = "") -> Offers:
        return Offers()


def say(words: str, *, buttons: bool = False, private: bool = False, replaces: bool = False) -> Reply:
    return Reply(Message((Paragraph(text(words)),), BUTTONS if buttons else ()), private=private, replaces=replaces)


def pages(request: Request) -> Reply:
    """A first page with buttons; presses turn it in place."""
    if request.action:
        return say(f"page {request.action[-1]}", buttons=True, replaces=True)
    return say("page 1", buttons=True)
