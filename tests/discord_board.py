"""Channels of the Discord double: what a bot reads and writes in them, threads and posts of forums."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests import discord_validation as rules
from tests.discord_refusals import (
    DMS_CLOSED,
    EMPTY_MESSAGE,
    FOREIGN_MESSAGE,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NO_MUTUAL_GUILDS,
    THREAD_IS_ARCHIVED,
    THREAD_IS_THERE,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    UNKNOWN_USER,
    WRONG_CHANNEL_TYPE,
    Refusal,
    refuse,
)
from tests.discord_world import LOADING, Attachment, Channel, ChannelType, Json, PostedMessage, Rights, User, pings

if TYPE_CHECKING:
    from tests.discord_server import DiscordServer

NONCE_KNOWN_FOR = timedelta(minutes=5)
"""Discord says "in the past few minutes"."""


class Board:
    """What stands in all channels."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server
        self._nonces: dict[tuple[int, str], PostedMessage] = {}

    def routes(self) -> list[tuple[str, str, Callable[[web.Request, Any], Any]]]:
        messages = "/channels/{channel_id}/messages"
        return [
            ("GET", "/channels/{channel_id}", lambda request, _body: self.channel_of(request).payload),
            ("GET", messages, self._list_messages),
            ("POST", messages, self._post),
            ("PATCH", f"{messages}/{{message_id}}", self._edit),
            ("DELETE", f"{messages}/{{message_id}}", self._delete),
            ("POST", f"{messages}/{{message_id}}/threads", self._start_thread),
            ("POST", "/channels/{channel_id}/threads", self._start_post),
            ("POST", "/users/@me/channels", self._open_dm),
        ]

    def channel_of(self, request: web.Request) -> Channel:
        channel = self._server.channels.get(int(request.match_info["channel_id"]))
        if channel is None:
            raise Refusal(*UNKNOWN_CHANNEL)
        if not channel.bot_rights & Rights.VIEW_CHANNEL:
            raise Refusal(*MISSING_ACCESS)
        return channel

    def message_of(self, request: web.Request) -> PostedMessage:
        channel = self.channel_of(request)
        message = self._server.messages.get(int(request.match_info["message_id"]))
        # To everything but its interaction an ephemeral message does not exist.
        if message is None or message.deleted or message.ephemeral or message.channel is not channel:
            raise Refusal(*UNKNOWN_MESSAGE)
        return message

    def _list_messages(self, request: web.Request, _body: object) -> list[Json]:
        shown = [one for one in self.channel_of(request).messages if not one.deleted and not one.ephemeral]
        return [one.payload for one in shown[::-1][: int(request.query.get("limit", 50))]]

    def _post(self, request: web.Request, body: Json) -> Json:
        channel = self.channel_of(request)
        if channel.recipient is not None:
            self._check_private(channel.recipient)
        if channel.type == ChannelType.FORUM:
            raise Refusal(*WRONG_CHANNEL_TYPE)
        needed = Rights.SEND_MESSAGES_IN_THREADS if channel.parent else Rights.SEND_MESSAGES
        needed |= Rights.EMBED_LINKS if body.get("embeds") else needed
        needed |= Rights.ATTACH_FILES if body.get("attachments") else needed
        if needed & ~channel.bot_rights:
            raise Refusal(*MISSING_PERMISSIONS)
        self.check_new(body)
        nonce = (channel.id, str(body.get("nonce")))
        known = self._nonces.get(nonce)
        if body.get("enforce_nonce") and known is not None and self._server.now < known.at + NONCE_KNOWN_FOR:
            return known.payload
        message = self.put(channel, body)
        channel.archived = False
        self._nonces[nonce] = message
        self._telling = asyncio.ensure_future(
            self._server.gateway.dispatch("MESSAGE_CREATE", self._server.event_of(message))
        )
        return message.payload

    def _check_private(self, user: User) -> None:
        if all(user.id in guild.strangers for guild in self._server.guilds.values()):
            raise Refusal(*NO_MUTUAL_GUILDS)
        if not user.accepts_dms:
            raise Refusal(*DMS_CLOSED)

    def _edit(self, request: web.Request, body: Json) -> Json:
        message = self.message_of(request)
        if message.author is not self._server.bot:
            raise Refusal(*FOREIGN_MESSAGE)
        if message.channel.archived:
            raise Refusal(*THREAD_IS_ARCHIVED)
        return self.change(message, body).payload

    def _delete(self, request: web.Request, _body: object) -> None:
        self.message_of(request).deleted = True

    def _start_thread(self, request: web.Request, body: Json) -> Json:
        message = self.message_of(request)
        channel = message.channel
        if channel.type != ChannelType.TEXT:
            raise Refusal(*WRONG_CHANNEL_TYPE)
        if not channel.bot_rights & Rights.CREATE_PUBLIC_THREADS:
            raise Refusal(*MISSING_PERMISSIONS)
        _check_thread(body)
        if message.id in self._server.channels:  # a thread has the id of its message
            raise Refusal(*THREAD_IS_THERE)
        return self._thread(channel, message.id, body["name"]).payload

    def _start_post(self, request: web.Request, body: Json) -> Json:
        """Opens a thread of its own; in a forum that is a post, which begins with a message of the same id."""
        forum = self.channel_of(request)
        if forum.type != ChannelType.FORUM:
            raise Refusal(*WRONG_CHANNEL_TYPE)
        if not forum.bot_rights & Rights.SEND_MESSAGES:
            raise Refusal(*MISSING_PERMISSIONS)
        _check_thread(body)
        message = body.get("message") or {}
        self.check_new(message)
        thread = self._thread(forum, self._server.new_id(), body["name"])
        first = self.put(thread, message, number=thread.id)
        self._telling = asyncio.ensure_future(self._server.gateway.dispatch("THREAD_CREATE", thread.payload))
        return thread.payload | {"message": first.payload}

    def _thread(self, parent: Channel, number: int, name: str) -> Channel:
        assert parent.guild is not None
        kind = ChannelType.PUBLIC_THREAD
        thread = Channel(number, kind, name.strip(), guild=parent.guild, parent=parent, owner=self._server.bot)
        parent.guild.channels.append(thread)
        self._server.channels[thread.id] = thread
        return thread

    def _open_dm(self, _request: web.Request, body: Json) -> Json:
        user = self._server.users.get(int(body["recipient_id"]))
        if user is None:
            raise Refusal(*UNKNOWN_USER)
        return self._server.dm(user).payload

    def check_new(self, body: Json) -> None:
        refuse(rules.check_message(body))
        _check_attachments(body, ())
        if rules.is_empty(body):
            raise Refusal(*EMPTY_MESSAGE)

    def put(
        self,
        channel: Channel,
        body: Json,
        *,
        flags: int = 0,
        visible_to: User | None = None,
        number: int | None = None,
    ) -> PostedMessage:
        message = PostedMessage(
            number or self._server.new_id(),
            channel,
            self._server.bot,
            self._server.now,
            flags=flags,
            visible_to=visible_to,
        )
        message.put(body)
        message.pings = pings(body)
        self._server.messages[message.id] = message
        channel.messages.append(message)
        return message

    def change(self, message: PostedMessage, body: Json) -> PostedMessage:
        before = ("content", "embeds", "components", "attachments")
        after = {name: getattr(message, name) for name in before} | body
        refuse(rules.check_message(body))
        _check_attachments(body, message.attachments)
        if rules.is_empty(after):
            raise Refusal(*EMPTY_MESSAGE)
        message.put(body)
        if message.loading:
            message.flags &= ~LOADING
            message.pings = pings(body)
        else:
            message.edits += 1
        return message


def _check_attachments(body: Json, known: Sequence[Attachment]) -> None:
    """Refuses attachments of which neither this request nor the message has the file."""
    ids = {str(one.id) for one in known}
    faults = rules.Faults()
    for at, one in enumerate(body.get("attachments") or []):
        if not isinstance(one, Attachment) and str(one["id"]) not in ids:
            faults.add(("attachments", at, "id"), "ATTACHMENT_NOT_FOUND", f"No file was sent for {one['id']}.")
        elif isinstance(one, Attachment) and not one.content:
            faults.add(("attachments", at), "ATTACHMENT_EMPTY", "The file is empty.")
    refuse(faults)


def _check_thread(body: Json) -> None:
    faults = rules.Faults()
    faults.length(("name",), (body.get("name") or "").strip(), 1, 100)
    if body.get("auto_archive_duration") not in (None, 60, 1440, 4320, 10080):
        faults.add(("auto_archive_duration",), "BASE_TYPE_CHOICES", "Value must be one of {60, 1440, 4320, 10080}.")
    refuse(faults)
