"""A few commands that answer what tests of Discord need."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from bot.domain.errors import UserError
from bot.domain.forms import Form, Question
from bot.domain.messages import Button, Heading, LinkButton, Message, Paragraph, Select, text
from bot.domain.messages import Option as Selectable
from bot.locales import N_, Translator
from bot.platforms.discord.client import DiscordClient
from handlers.command import Choice, Reply, Request
from handlers.discord import DiscordHandlers
from handlers.registry import Command, Dispatcher, Option
from tests.discord_server import DiscordServer


class Commands:
    """A few commands that answer what the tests need, and remember what they were asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.chosen: str | None = None
        self.hold = asyncio.Event()
        self.hold.set()

    @asynccontextmanager
    async def running(self, server: DiscordServer, **settings: Any) -> AsyncIterator[DiscordClient]:
        client = self.client(server, **settings)
        await client.start()
        try:
            yield client
        finally:
            await client.stop()

    def client(self, server: DiscordServer, **settings: Any) -> DiscordClient:
        token = settings.pop("token", server.token)
        return DiscordClient(
            token,
            DiscordHandlers(self.dispatcher(), **settings),
            api_base_url=server.api_base_url,
            gateway_url=server.gateway_url,
            sleep=lambda _seconds: asyncio.sleep(0),
        )

    def dispatcher(self) -> Dispatcher:
        day = Option("day", N_("today, yesterday, week or a date such as 2026-03-05"), complete=self._days)
        section = Option("section", N_("Only this section"), choices=(Choice(N_("Ethics"), "ethics"),))
        query = Option("query", N_("Words, a title or the address of a paper"), required=True)
        what = N_("What appeared today, or on another day")
        commands = (
            Command("digest", what, self._digest, (day, section)),
            Command("search", N_("Find items about something"), self._long, (section, query)),
            Command("sources", N_("What I read"), self._secret),
            Command("help", N_("What I can do, with examples"), self._digest, private=False),
            Command("start", what, self._secret, private=False),
            Command("language", what, self._mistake),
            Command("propose", what, self._form, opens_form=True),
        )
        actions = {
            "page": self._turn,
            "secret": self._secret,
            "new": self._new,
            "fault": self._fault,
            "form": self._form,
            "choose": self._choose,
            "filled": self._filled,
        }
        return Dispatcher(commands, actions, language_of=self._language_of, default_language="en")

    async def _language_of(self, _request: Request) -> str | None:
        return self.chosen

    async def _days(self, request: Request, typed: str, say: Translator) -> tuple[Choice, ...]:
        self.asked.append(request)
        return (Choice(say.gettext("today") + " " + "x" * 200, "today"), Choice(typed, typed))

    async def _digest(self, request: Request, say: Translator) -> Reply:
        self.asked.append(request)
        await self.hold.wait()
        return Reply(self._page(1, say.gettext("Ethics")))

    async def _turn(self, request: Request, _say: Translator) -> Reply:
        self.asked.append(request)
        return Reply(self._page(int(request.action.partition(":")[2]), "Page"), replaces=True)

    def _page(self, number: int, title: str) -> Message:
        row = (Button(f"{number}/9", f"page:{number}"), Button("▶", f"page:{number + 1}"))
        blocks = (Heading(text(title), level=1), Paragraph(text(f"This is page {number}. @everyone")))
        return Message(blocks, (row, (LinkButton("Paper", "https://arxiv.org/abs/1810.04805"),)))

    async def _secret(self, request: Request, _say: Translator) -> Reply:
        self.asked.append(request)
        return Reply(Message((Paragraph(text("for you alone")),)), private=True, replaces=bool(request.action))

    async def _new(self, _request: Request, _say: Translator) -> Reply:
        return Reply(Message((Paragraph(text("something new")),)))

    async def _long(self, _request: Request, _say: Translator) -> Reply:
        return Reply(Message((Paragraph(text("word " * 2000)),), ((Button("secret", "secret"),),)))

    async def _mistake(self, _request: Request, _say: Translator) -> Reply:
        raise UserError("This item is not there any more.")

    async def _form(self, request: Request, _say: Translator) -> Reply:
        self.asked.append(request)
        await self.hold.wait()
        questions = (
            Question("title", "What is it called? " * 9, required=True, hint="x" * 300),
            Question("why", "Why", value="because " * 300, longest=2000),
        )
        return Reply(Message(()), form=Form("A title that is longer than what Discord takes", "filled", questions))

    async def _choose(self, request: Request, _say: Translator) -> Reply:
        self.asked.append(request)
        chosen = [option for option in "abc" if request.picked.get(option)]
        options = tuple(Selectable(f"Option {one}" * 20, one, one in chosen) for one in "abc")
        one = Select("One of them", "choose:one", tuple(replace(one, chosen=False) for one in options))
        many = Select("Some of them " * 20, "choose:many", options, several=True)
        opening = Button("Propose", "form", opens_form=True)
        blocks = (Paragraph(text(f"chosen: {chosen}")),)
        return Reply(Message(blocks, ((opening,),), (many, one)), replaces=bool(request.picked))

    async def _filled(self, request: Request, _say: Translator) -> Reply:
        self.asked.append(request)
        return Reply(Message((Paragraph(text(f"{request.answers['title']} {len(request.answers['why'])}")),)))

    async def _fault(self, _request: Request, _say: Translator) -> Reply:
        raise RuntimeError("the disk is on fire")
