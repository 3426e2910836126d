"""Invitations to servers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp
import discord
import structlog

from bot.domain.deliveries import Moved, Rejected, RetryLater, Sent, Unknown
from bot.locales import N_
from bot.platforms.discord.calls import attempted
from bot.services.ports import Clock, Invitation

CREATE_INVITE, MANAGE_CHANNELS = N_("Create Invite"), N_("Manage Channels")
"""Rights as Discord's settings call them."""
LONGEST, SHORTEST = timedelta(days=7), timedelta(minutes=1)
"""How long an invitation lasts: at most (https://discord.com/developers/docs/resources/channel#create-channel-invite),
and with us at least, since 0 would be for ever."""
UNKNOWN_INVITE = 10006

log = structlog.get_logger(__name__)


class DiscordInvitations:
    """The `InvitationMaker` of Discord, where invitations have no names. Who came by one it tells only those bots that
    may see all members; so one is asked after, and told of without a name when Discord deletes it."""

    def __init__(self, connection: Callable[[], discord.Client | None], clock: Clock) -> None:
        """`connection` gives the client while it is connected."""
        self._connection = connection
        self._clock = clock

    async def make(
        self, chat_id: str, *, expires_at: datetime, name: str
    ) -> Invitation | Rejected | RetryLater | Moved | Unknown:
        now = self._clock()
        lasting = min(LONGEST, max(SHORTEST, expires_at - now))

        async def work(client: discord.Client) -> str:
            channel = client.get_channel(int(chat_id)) or await client.fetch_channel(int(chat_id))
            channel_id = channel.parent_id if isinstance(channel, discord.Thread) else int(chat_id)
            seconds = int(lasting.total_seconds())
            made = await client.http.create_invite(channel_id, max_age=seconds, max_uses=1, unique=True)
            return f"{discord.Invite.BASE}/{made['code']}"

        outcome = await attempted(self._connection, work, right=CREATE_INVITE)
        return Invitation(outcome.message_id, now + lasting) if isinstance(outcome, Sent) else outcome

    async def revoke(self, _chat_id: str, address: str) -> bool:
        async def work(client: discord.Client) -> str:
            await client.http.delete_invite(_code(address))
            return address

        outcome = await attempted(self._connection, work, right=MANAGE_CHANNELS)
        return isinstance(outcome, Sent) or (isinstance(outcome, Rejected) and outcome.missing)

    async def is_open(self, address: str) -> bool | None:
        client = self._connection()
        if client is None:
            return None
        try:
            await client.http.get_invite(_code(address), with_counts=False)
        except discord.NotFound as error:
            return False if error.code == UNKNOWN_INVITE else None
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("discord_invitation_unknown", kind=type(error).__name__)
            return None
        return True


def _code(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]
