"""An announcement, all the way: from the channel in which it stands to the session that comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.core import Core
from bot.domain.club import ClubSession
from bot.domain.members import Account, Membership
from bot.platforms.discord.directory import DiscordDirectory
from bot.platforms.discord.send import DiscordPost
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.send import TelegramPost
from storage.unit_of_work import UnitOfWork
from tests.handlers import test_watching_on_discord as on_discord
from tests.handlers import test_watching_on_telegram as on_telegram
from tests.world import NOW

POST = "Our next journal club is on Saturday 14 March at 18:00: https://arxiv.org/abs/1706.03762 – join us!"


def appoint(uow: UnitOfWork, account: Account, chat_id: str) -> None:
    """Somebody organises the club of a chat from now on."""
    place = uow.communities.destination_at(account.platform, chat_id)
    assert place is not None
    member = uow.members.ensure(account, now=NOW)
    uow.members.put_membership(Membership(place.community_id, member.id, NOW, organiser=True))


async def send(core: Core) -> None:
    await core.deliveries.dispatch()
    await core.deliveries.settle()


async def sessions(core: Core) -> list[ClubSession]:
    """The sessions of all clubs; there are few."""
    return await core.database.query(
        lambda uow: [one for club in range(1, 5) for one in uow.club_sessions.upcoming(club, now=NOW)]
    )


async def test_on_telegram_a_post_becomes_a_session_by_two_presses_of_an_organiser(tmp_path: Path) -> None:
    async with on_telegram.world(tmp_path) as bot:
        directory: Any = bot.core.directories["telegram"]
        bot.core.deliveries.connect("telegram", TelegramPost(directory._bot, TelegramLimits()))
        chat = bot.server.private_chat(bot.ann)
        await bot.say(chat, "/start")
        channel = await bot.watched_channel()
        await bot.core.database.run(appoint, Account("telegram", str(bot.ann.id), "Ann", "en"), str(channel.id))
        said = len(channel.said)
        await bot.server.send_text(channel, None, POST)
        await bot.server.polled()
        await send(bot.core)
        asked = await bot.server.next_message(chat)
        assert "A post seems to announce a session" in asked.text
        await bot.server.press(asked, "📅 Create session", bot.ann)
        drawn_up = await bot.server.next_message(chat)
        assert "Nothing is posted before you confirm." in drawn_up.text
        assert await sessions(bot.core) == []
        await bot.server.press(drawn_up, "✅ Post it", bot.ann)
        await bot.server.edited(drawn_up)
        (session,) = await sessions(bot.core)
        assert len(channel.said) == said  # the session's card comes with the clock
    assert [paper.identity for paper in session.plan.papers] == ["arxiv:1706.03762"]
    assert session.plan.starts_at == NOW.replace(day=14, hour=18)


async def test_on_discord_who_had_the_channel_watched_is_asked_where_nobody_organises_yet(tmp_path: Path) -> None:
    async with on_discord.world(tmp_path, discord_message_content=True) as bot:
        bot.core.deliveries.connect("discord", DiscordPost(bot.client.connection))
        bot.core.directories["discord"] = DiscordDirectory(bot.client.connection)
        await bot.ask("watch", "here")
        await bot.server.write(bot.server.user, bot.server.channel, POST)
        await bot.settled()
        await send(bot.core)
        (asked,) = [one for one in bot.server.messages.values() if "announce a session" in one.text]
        assert asked.channel is not bot.server.channel
        pressed = await bot.server.press(bot.server.user, asked, "📅 Create session")
        drawn_up = await pressed.answer()
        assert "Nothing is posted before you confirm." in drawn_up.text
