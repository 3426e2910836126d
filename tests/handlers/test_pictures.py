"""An answer that brings a picture shows it, on both platforms and whichever way it is asked for."""

from __future__ import annotations

from bot.domain.messages import Button, Message, Paragraph, text
from bot.locales import Translator
from handlers.command import Reply, Request
from handlers.registry import Command, Dispatcher
from tests.askers import discord_bot
from tests.discord_server import DiscordServer
from tests.discord_world import PostedMessage
from tests.pictures import picture
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer

WORDS = Message((Paragraph(text("Who came")),), ((Button("Again", "stats"),),))


async def _stats(_request: Request, _say: Translator) -> Reply:
    return Reply(WORDS, file=picture())


async def _no_language(_request: Request) -> str | None:
    return None


def dispatcher() -> Dispatcher:
    command = Command("stats", "Who came", _stats)
    return Dispatcher((command,), {"stats": _stats}, language_of=_no_language, default_language="en")


async def test_a_picture_is_shown_on_telegram() -> None:
    async with TelegramServer() as server, telegram_bot(server, dispatcher()):
        ann = server.person("Ann")
        chat = server.private_chat(ann)
        await server.send_text(chat, ann, "/stats")
        first = await server.next_message(chat)
        await server.press(first, "Again")
        for answer in (first, await server.next_message(chat)):
            assert answer.picture is not None
            assert (answer.picture.content, answer.text, answer.buttons) == (picture().content, "Who came", ["Again"])


async def test_a_picture_is_shown_on_discord() -> None:
    async with DiscordServer() as server, discord_bot(server, dispatcher()):
        for channel in (server.channel, server.dm(server.user)):
            first = await (await server.slash(server.user, channel, "stats")).answer()
            assert shown(first) == ("Who came", picture().content)
            again = await (await server.press(server.user, first, "Again")).answer()
            assert shown(again) == ("Who came", picture().content)


def shown(message: PostedMessage) -> tuple[str, bytes]:
    """The words of the card, and the picture in it."""
    (card,) = message.embeds
    (attachment,) = message.attachments
    assert card["image"]["url"] == attachment.payload["url"]
    return card["description"], attachment.content
