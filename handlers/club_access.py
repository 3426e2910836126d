"""From a request to who asks a club."""

from __future__ import annotations

from bot.domain.members import Account
from bot.services.clubs import Asking
from handlers.command import Request


def asking(request: Request) -> Asking:
    """Who asks, and where."""
    person = request.person
    account = Account(request.chat.platform.value, person.id, person.name, person.language)
    return Asking(
        account,
        request.chat.destination,
        chat_administrator=person.chat_administrator,
        bot_administrator=person.administrator,
    )
