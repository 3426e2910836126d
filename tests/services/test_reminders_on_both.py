"""A reminder on its way over both platforms, with the real clients against the doubles."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from bot.domain.club import SessionPlan
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.deliveries import Unreachable
from bot.domain.members import Account
from bot.domain.reaching import WordKind
from bot.domain.roster import Seat
from bot.platforms.discord.send import DiscordPost
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.send import TelegramPost
from bot.services.deliveries import Deliveries
from bot.services.delivery_notices import DeliveryNotices
from bot.services.reaching import Reaching
from bot.services.reminders import Reminders
from storage.database import Database
from tests.discord_client import connected
from tests.discord_server import DiscordServer
from tests.outbox import START, VirtualTime, telegram_bot
from tests.reaching import RENDERERS, link, put_rsvps
from tests.telegram_server import TelegramServer


async def test_who_has_blocked_the_bot_and_closed_their_messages_is_called_in_the_channel(database: Database) -> None:
    time, reaching = VirtualTime(), Reaching(RENDERERS)
    reminders = Reminders(database, time.now, reaching)
    deliveries = Deliveries(database, time.now, Random(7), DeliveryNotices([], RENDERERS), reaching=reaching)
    async with (
        TelegramServer() as telegram,
        telegram_bot(telegram.token, telegram.url, connections=4) as bot,
        DiscordServer() as discord,
        connected(discord) as client,
    ):
        deliveries.connect("telegram", TelegramPost(bot, TelegramLimits(clock=time.monotonic, sleep=time.sleep)))
        deliveries.connect("discord", DiscordPost(client.connection))
        ann, ann_there = telegram.person("Ann"), discord.add_user("ann", accepts_dms=False)
        telegram.private_chat(ann)
        telegram.block(ann)
        channel = DestinationSpec("discord", str(discord.channel.id), kind=DestinationKind.CHANNEL, title="club")
        with database.write() as uow:
            place = uow.communities.ensure_destination(channel, zone="UTC", languages=("en",))
            plan = SessionPlan("Attention", START + timedelta(hours=2), "UTC")
            session = uow.club_sessions.add(place.community_id, plan, uid="uid", now=START)
            reminders.session_changed(uow, None, session, START)
            member = uow.members.ensure(Account("telegram", str(ann.id), "Ann"), now=START)
            reaching.heard(uow, member.accounts[0], str(ann.id), now=START)
        link(database, member.id, Account("discord", str(ann_there.id), "Ann"))
        put_rsvps(database, session.id, [member.id], Seat.GOING)

        time.advance_to(START + timedelta(hours=1))
        for _ in range(4):
            await reminders.enqueue_due()
            await deliveries.dispatch()
            await deliveries.settle()
            time.seconds += 5
        with database.read() as uow:
            (word,) = uow.reaching.of_session(session.id, [WordKind.REMINDER])
        assert [(one.platform, one.mention, one.refusal, one.arrived) for one in word.routes] == [
            ("telegram", False, Unreachable.BLOCKED, False),
            ("discord", False, Unreachable.CLOSED, False),
            ("discord", True, None, True),
        ]
        for_all, for_her = discord.channel.messages
        assert for_all.content == ""
        assert for_her.content == f"<@{ann_there.id}>"
        await deliveries.stop(within=0)
