"""Invitations to guilds of the Discord double: made, used, revoked, expired."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.discord_refusals import (
    MISSING_PERMISSIONS,
    TOO_MANY_INVITES,
    UNKNOWN_INVITE,
    WRONG_CHANNEL_TYPE,
    Refusal,
    refuse_one,
)
from tests.discord_world import Channel, ChannelType, Json, Rights, User

if TYPE_CHECKING:
    from tests.discord_server import DiscordServer

LONGEST = timedelta(days=7)
MOST = 1000


@dataclass(eq=False)
class Invite:
    """An invitation. `max_uses` 0: any number; `expires_at` None: never."""

    code: str
    channel: Channel
    max_uses: int
    expires_at: datetime | None
    uses: int = 0

    @property
    def payload(self) -> Json:
        guild = self.channel.guild
        assert guild is not None
        return {
            "code": self.code,
            "type": 0,
            "guild": {"id": str(guild.id), "name": guild.name, "features": []},
            "guild_id": str(guild.id),
            "channel": {"id": str(self.channel.id), "name": self.channel.name, "type": self.channel.type},
            "expires_at": self.expires_at.isoformat() if self.expires_at else None,
        }


class Invites:
    """All that can be used."""

    def __init__(self, server: DiscordServer) -> None:
        self.open: dict[str, Invite] = {}
        self._server = server

    def routes(self) -> list[tuple[str, str, Callable[[web.Request, Any], Any]]]:
        return [
            ("POST", "/channels/{channel_id}/invites", self._make),
            ("GET", "/invites/{code}", lambda request, _body: self._of(request).payload),
            ("DELETE", "/invites/{code}", self._delete),
        ]

    async def use(self, address: str, user: User) -> None:
        """Somebody joins by an invitation; one that is used up is gone, and the bot told of it where it may manage the
        channel (https://discord.com/developers/docs/events/gateway-events#invite-delete)."""
        code = address.rpartition("/")[2]
        invite = self.open[code]
        assert self._holds(invite), "the invitation has expired"
        guild = invite.channel.guild
        assert guild is not None
        guild.strangers.discard(user.id)
        invite.uses += 1
        if invite.uses == invite.max_uses:
            del self.open[code]
            if invite.channel.bot_rights & Rights.MANAGE_CHANNELS:
                gone = {"code": code, "channel_id": str(invite.channel.id), "guild_id": str(guild.id)}
                await self._server.gateway.dispatch("INVITE_DELETE", gone)

    def _holds(self, invite: Invite) -> bool:
        return invite.expires_at is None or self._server.now < invite.expires_at

    def _of(self, request: web.Request) -> Invite:
        invite = self.open.get(request.match_info["code"])
        if invite is None or not self._holds(invite):
            raise Refusal(*UNKNOWN_INVITE)
        return invite

    def _make(self, request: web.Request, body: Json) -> Json:
        channel = self._server.board.channel_of(request)
        if channel.type not in (ChannelType.TEXT, ChannelType.FORUM):
            raise Refusal(*WRONG_CHANNEL_TYPE)
        if not channel.bot_rights & Rights.CREATE_INSTANT_INVITE:
            raise Refusal(*MISSING_PERMISSIONS)
        age, uses = body.get("max_age", 86_400), body.get("max_uses", 0)
        if not 0 <= age <= LONGEST.total_seconds():
            refuse_one(("max_age",), "NUMBER_TYPE_MAX", "int value should be between 0 and 604800.")
        if not 0 <= uses <= 100:
            refuse_one(("max_uses",), "NUMBER_TYPE_MAX", "int value should be between 0 and 100.")
        if len(self.open) >= MOST:
            raise Refusal(*TOO_MANY_INVITES)
        until = self._server.now + timedelta(seconds=age) if age else None
        invite = Invite(secrets.token_hex(5), channel, uses, until)
        self.open[invite.code] = invite
        return invite.payload

    def _delete(self, request: web.Request, _body: object) -> Json:
        invite = self._of(request)
        del self.open[invite.code]
        return invite.payload
