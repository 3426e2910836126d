"""Commands and presses that go straight to what answers them, whatever the platform, and what is answered."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from bot.core import Core
from bot.platforms.console.render import render
from handlers.command import Chat, Person, Platform, Reply, Request

GROUP = Chat(Platform.TELEGRAM, "-100", title="Readers")
ANN = Person("1", "Ann")
CHIEF = Person("9", "Chief", chat_administrator=True)


def private(person: Person) -> Chat:
    return Chat(Platform.TELEGRAM, person.id, private=True)


async def ask(core: Core, person: Person, words: str, chat: Chat = GROUP) -> Reply:
    """What is answered to a command with its words ("club ask Why?")."""
    command, _, text = words.partition(" ")
    return await core.dispatcher.answer(Request(chat, person, command, text))


async def press(core: Core, person: Person, action: str, chat: Chat = GROUP, **facts: Any) -> Reply:
    """What a button with this action brings; `facts` are further ones of the request, such as answers to a form."""
    return await core.dispatcher.press(Request(chat, person, action=action, **facts))


def said(reply: Reply) -> str:
    """All that an answer is made of, in one text."""
    return str(reply.message)


def seen(reply: Reply) -> str:
    """An answer as a terminal shows it."""
    out = io.StringIO()
    Console(file=out, width=300, color_system=None).print(render(reply.message, addresses=False), soft_wrap=True)
    return out.getvalue()
