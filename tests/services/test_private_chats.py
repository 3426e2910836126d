"""People who write in their private chats, with the whole bot: what waited for that reaches them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.core import Core
from bot.domain.club import SessionPlan
from bot.domain.deliveries import Unreachable
from bot.domain.members import Account
from bot.domain.messages import Message, Paragraph, text
from bot.domain.reaching import WordKind
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.send import TelegramPost
from bot.services.reaching import Word
from storage.unit_of_work import UnitOfWork
from tests.outbox import telegram_bot as outgoing
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.world import NOW, bot_with


async def test_who_presses_start_is_told_what_could_not_be_brought_before(tmp_path: Path) -> None:
    async with (
        bot_with(tmp_path) as core,
        TelegramServer() as server,
        outgoing(server.token, server.url) as bot,
        telegram_bot(server, core.dispatcher),
    ):
        core.deliveries.connect("telegram", TelegramPost(bot, TelegramLimits()))
        await _press_start_after_being_told(core, server)


async def _press_start_after_being_told(core: Core, server: TelegramServer) -> None:
    person = server.person("Ann")
    await core.database.run(_tell, core, str(person.id))
    await _send(core)
    with core.database.read() as uow:
        (word,) = uow.reaching.of_session(1)
    assert [one.refusal for one in word.routes] == [Unreachable.NOT_STARTED]
    chat = server.private_chat(person)
    await server.send_text(chat, person, "/start")
    await server.next_message(chat)
    await _send(core)
    assert "You have a place" in [message.text for message in chat.said]


async def _send(core: Core) -> None:
    await core.deliveries.dispatch()
    await core.deliveries.settle()


def _tell(uow: UnitOfWork, core: Core, person_id: str) -> None:
    community = uow.communities.add("Club", zone="UTC", languages=("en",))
    session = uow.club_sessions.add(
        community.id, SessionPlan("Attention", NOW + timedelta(hours=8), "UTC"), uid="uid", now=NOW
    )
    member = uow.members.ensure(Account("telegram", person_id, "Ann"), now=NOW)
    message = Message((Paragraph(text("You have a place")),))
    word = Word(member.id, "seat", WordKind.SEAT, session.id, lambda say, _member: message, NOW + timedelta(hours=8))
    core.clubhouse.reaching.tell(uow, word, now=NOW)
