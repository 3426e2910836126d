"""People of a club who ask for commands and press buttons in its chats, and what they are answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core import Core
from bot.domain.club import ClubSession, SessionPlan
from bot.domain.communities import DestinationKind
from bot.domain.messages import Button, rows_with_selects
from handlers.command import Chat, Person, Platform, Reply, Request
from tests.talks import GROUP
from tests.world import NOW

SERVER = Chat(Platform.DISCORD, "77", kind=DestinationKind.CHANNEL, title="papers", server_id="99")
PRIVATE = Chat(Platform.TELEGRAM, "5", private=True, kind=DestinationKind.PRIVATE)
CHIEF = Person("9", "Chief", "en", chat_administrator=True)
BORIS = Person("8", "Boris", "en", chat_administrator=True)
ANN = Person("1", "Ann", "en")
STRANGER = Person("7", "Eve", "en", chat_administrator=True)
"""Who administers their own chats only."""
SATURDAY = datetime(2026, 3, 14, 15, tzinfo=UTC)
"""Saturday 18:00 in Moscow, after `NOW`."""
START = NOW + timedelta(days=4)


async def ask(core: Core, command: str, words: str = "", person: Person = CHIEF, chat: Chat = GROUP) -> Reply:
    return await core.dispatcher.answer(Request(chat, person, command, words))


async def press(core: Core, action: str, person: Person = CHIEF, chat: Chat = GROUP, **answers: str) -> Reply:
    return await core.dispatcher.press(Request(chat, person, action=action, answers=answers))


def action(reply: Reply, label: str) -> str:
    """What a button of this label says when it is pressed."""
    buttons = [one for row in rows_with_selects(reply.message) for one in row if isinstance(one, Button)]
    return next(one.action for one in buttons if label in one.label)


def labels(reply: Reply) -> list[str]:
    return [one.label for row in rows_with_selects(reply.message) for one in row]


async def found(core: Core, chat: Chat = GROUP, *, zone: str = "Europe/Moscow", with_: Chat | None = None) -> int:
    """The community of a chat, and perhaps of another one; its id."""

    def found_it(uow: Any) -> int:
        here = uow.communities.ensure_destination(chat.destination, zone=zone, languages=("en",))
        uow.communities.set_zone(here.community_id, zone)
        if with_ is not None:
            there = uow.communities.ensure_destination(with_.destination, zone=zone, languages=("en",))
            uow.communities.join(there.id, here.community_id)
        return here.community_id

    return await core.database.run(found_it)


async def add_session(core: Core, community_id: int = 1, title: str = "Attention", **facts: Any) -> int:
    """Puts a session there that nobody has drawn up; its id."""
    plan = SessionPlan(title, **({"starts_at": START, "zone": "Europe/Moscow", "place": "Room 5"} | facts))

    def work(uow: Any) -> int:
        uid = f"uid-{community_id}-{title[:8]}"
        return int(uow.club_sessions.add(community_id, plan, uid=uid, now=NOW).id)

    return await core.database.run(work)


async def sessions(core: Core, community: int = 1) -> list[ClubSession]:
    return await core.database.query(lambda uow: uow.club_sessions.upcoming(community, now=NOW - timedelta(days=400)))


async def posted(core: Core, words: str = "Saturday 18:00 Attention", chat: Chat = GROUP) -> ClubSession:
    """A session that an organiser has drawn up and posted."""
    asked = await ask(core, "club new", words, chat=chat)
    await press(core, action(asked, "✅"), chat=chat)
    return (await sessions(core))[-1]


def buttons_of(reply: Reply) -> list[Button]:
    return [one for row in rows_with_selects(reply.message) for one in row if isinstance(one, Button)]
