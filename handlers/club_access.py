"""From a request to who asks a club, and what that club is called."""

from __future__ import annotations

from bot.domain.communities import Community
from bot.domain.members import Account
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.clubs import Asking
from handlers.command import Request

LONGEST_NAME = 30


def club_name(community: Community, say: Translator) -> str:
    """What a club is called where somebody has to do with several."""
    return cut(community.name, LONGEST_NAME) or say.gettext("Club {number}", number=community.id)


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
