"""Pinned messages of the Discord double, and pinned posts of its forums."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.discord_refusals import MISSING_PERMISSIONS, ONE_PINNED_POST, TOO_MANY_PINS, WRONG_CHANNEL_TYPE, Refusal
from tests.discord_world import PINNED, ChannelType, Json, PostedMessage, Rights

if TYPE_CHECKING:
    from tests.discord_server import DiscordServer

MOST = 250


class Pins:
    def __init__(self, server: DiscordServer) -> None:
        self._server = server

    def routes(self) -> list[tuple[str, str, Callable[[web.Request, Any], Any]]]:
        pins = "/channels/{channel_id}/messages/pins/{message_id}"
        return [("PUT", pins, self._pin), ("DELETE", pins, self._unpin)]

    def _pin(self, request: web.Request, _body: object) -> None:
        message = self._message(request)
        if not message.pinned and sum(one.pinned for one in message.channel.messages) >= MOST:
            raise Refusal(*TOO_MANY_PINS)
        message.pinned = True

    def _unpin(self, request: web.Request, _body: object) -> None:
        self._message(request).pinned = False

    def _message(self, request: web.Request) -> PostedMessage:
        message = self._server.board.message_of(request)
        if not (message.channel.parent or message.channel).bot_rights & Rights.PIN_MESSAGES:
            raise Refusal(*MISSING_PERMISSIONS)
        return message

    def change_post(self, request: web.Request, body: Json) -> Json:
        """A post of a forum comes back from the archive, which everybody may do who may write there; or it is pinned,
        or not any more, of those that are there one at a time."""
        post = self._server.board.channel_of(request)
        forum = post.parent
        if forum is None or forum.type != ChannelType.FORUM:
            raise Refusal(*WRONG_CHANNEL_TYPE)
        if "archived" in body and forum.bot_rights & Rights.SEND_MESSAGES_IN_THREADS:
            post.archived = body["archived"]
            return post.payload
        if not forum.bot_rights & Rights.MANAGE_THREADS:
            raise Refusal(*MISSING_PERMISSIONS)
        pinned = bool(body["flags"] & PINNED)
        others = [one for one in self._server.channels.values() if one.parent is forum and one is not post]
        if pinned and any(one.pinned for one in others):
            raise Refusal(*ONE_PINNED_POST)
        post.pinned = pinned
        return post.payload
