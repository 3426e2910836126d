"""/link: joining the chats of both platforms to one community; in private, the accounts of one person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.communities import LINK_CODE_LIFE, Destination, LinkCode, shown_code
from bot.domain.errors import UserError
from bot.domain.messages import Button, ButtonRow, ListBlock, Message, Paragraph, text
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.communities import Communities
from handlers.buttons import numbers
from handlers.command import Reply, Request
from handlers.registry import Command, Handler, Option

PLATFORMS = {"telegram": "Telegram", "discord": "Discord", "console": N_("this terminal")}
MOST_SHOWN = 10


InPrivate = Callable[[Request, str, Translator], Awaitable[Reply | None]]


class CommunityHandlers:
    """Answers /link and the presses of the buttons below it."""

    def __init__(self, communities: Communities, *, in_private: InPrivate) -> None:
        """`in_private` answers /link there, unless it is given a code that it does not know."""
        self._communities = communities
        self._in_private = in_private

    def commands(self) -> tuple[Command, ...]:
        code = Option("code", N_("The code that I gave you in the other chat"))
        return (
            Command(
                "link",
                N_("Join a chat of the other platform to this one; in private, your accounts"),
                self._answer,
                (code,),
            ),
        )

    def actions(self) -> dict[str, Handler]:
        return {"unlink": self._separate}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        _check_rights(request)
        typed = (request.options.get("code") or request.text).strip()
        own = await self._in_private(request, typed, say) if request.chat.private else None
        if own is not None:
            return own
        return await self._join(request, typed, say) if typed else await self._give_code(request, say)

    async def start(self, request: Request, say: Translator) -> Reply:
        """`/start link-NUMBER` in private: the code of the chat in which the way here was shown."""
        _head, _dash, number = request.text.partition("-")
        if not request.chat.private or not (number.isascii() and number.isdigit() and len(number) < 19):
            raise UserError("This way to a code is closed by now. Write /link in the chat again.")
        code = await self._communities.code_on_the_way(
            int(number), request.chat.platform.value, request.person.id, say.language
        )
        return _code_reply(code, say)

    async def _give_code(self, request: Request, say: Translator) -> Reply:
        """A new code, for the eyes of the one who asked only."""
        code = await self._communities.code(request.chat.destination, say.language)
        way = await self._communities.way_to_code(request.chat.destination)
        return replace(_code_reply(code, say), start=f"link-{way}")

    async def _join(self, request: Request, typed: str, say: Translator) -> Reply:
        await self._communities.join(request.chat.destination, typed, person=request.person_key, language=say.language)
        return await self._list(request, say.gettext("Linked. These chats belong together now:"), say)

    async def _separate(self, request: Request, say: Translator) -> Reply:
        """`unlink:DESTINATION` takes a chat out of the community."""
        _check_rights(request)
        (destination_id,) = numbers(request.action, 1)
        left = await self._communities.separate(request.chat.destination, destination_id)
        words = say.gettext("{chat} stands alone now. These chats belong together:", chat=_title(left, say))
        return replace(await self._list(request, words, say), replaces=True)

    async def _list(self, request: Request, words: str, say: Translator) -> Reply:
        chats = (await self._communities.chats(request.chat.destination))[:MOST_SHOWN]
        entries = tuple((text(_title(one, say)),) for one in chats)
        others = [one for one in chats if one.chat_id != request.chat.id]
        rows: tuple[ButtonRow, ...] = tuple(
            (Button(say.gettext("Separate {chat}", chat=_title(one, say)), f"unlink:{one.id}"),) for one in others[:4]
        )
        return Reply(Message((Paragraph(text(words)), ListBlock(entries)), rows))


def _check_rights(request: Request) -> None:
    if not request.person.chat_administrator:
        raise UserError("Only an administrator of this chat can do that.")


def _title(destination: Destination, say: Translator) -> str:
    platform = say.gettext(PLATFORMS[destination.platform])
    return f"{cut(destination.title, 40)} ({platform})" if destination.title else platform


def _code_reply(code: LinkCode, say: Translator) -> Reply:
    _ = say.gettext
    minutes = int(LINK_CODE_LIFE.total_seconds() // 60)
    life = _(
        "It can be used once, within {minutes} minutes. Whoever has it can join a chat to this one, so keep it to "
        "yourself.",
        minutes=minutes,
    )
    blocks = (
        Paragraph(text(_("Write this in the other chat, as one of its administrators:"))),
        Paragraph(text(f"/link {shown_code(code.code)}", code=True)),
        Paragraph(text(life)),
    )
    return Reply(Message(blocks), private=True)
