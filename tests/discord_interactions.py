"""Interactions of the Discord double: what a person did, and how a bot answers within the time that it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests import discord_validation as rules
from tests.discord_refusals import (
    ALREADY_ACKNOWLEDGED,
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Refusal,
    refuse,
    refuse_one,
)
from tests.discord_world import EPHEMERAL, LOADING, Channel, Json, PostedMessage, User

if TYPE_CHECKING:
    from tests.discord_server import DiscordServer

ANSWER_WITHIN = timedelta(seconds=3)
FOLLOW_UP_WITHIN = timedelta(minutes=15)


@dataclass(eq=False)
class SentInteraction:
    """Something that a person did, and what the bot made of it."""

    server: DiscordServer
    id: int
    token: str
    type: int
    user: User
    channel: Channel
    at: datetime
    message: PostedMessage | None = None
    """The message whose button or select was used."""
    response: Json | None = None
    """The first answer as it came in: its type and data."""
    original: PostedMessage | None = None
    messages: list[PostedMessage] = field(default_factory=list)
    """The messages that it brought about, in order: the answer, then the follow-ups."""

    @property
    def choices(self) -> list[Json]:
        assert self.response is not None
        assert self.response["type"] == 8, self.response
        return list(self.response["data"]["choices"])

    async def responded(self) -> Json:
        """The first answer, whatever it is: perhaps only "thinking…"."""
        return await self.server.until(lambda: self.response, "the interaction is acknowledged")

    async def answer(self, number: int = 1) -> PostedMessage:
        """The answer, once it is more than "thinking…". `number` 2 is the first follow-up."""

        def found() -> PostedMessage | None:
            shown = [one for one in self.messages if not one.loading and not one.deleted]
            return shown[number - 1] if len(shown) >= number else None

        return await self.server.until(found, f"message {number} of the answer arrives")

    async def edited(self) -> PostedMessage:
        """The message whose button was pressed, once this press has changed it."""
        await self.server.until(lambda: self.changed_original, "the message is edited")
        assert self.message is not None
        return self.message

    changed_original: bool = False


class Interactions:
    """All that there were, by their tokens."""

    def __init__(self, server: DiscordServer) -> None:
        self.by_token: dict[str, SentInteraction] = {}
        self._server = server

    def routes(self) -> list[tuple[str, str, Callable[[web.Request, Any], Any]]]:
        webhook = "/webhooks/{webhook_id}/{webhook_token}"
        return [
            ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", self._respond),
            ("POST", webhook, self._follow_up),
            ("GET", f"{webhook}/messages/@original", self._read_answer),
            ("PATCH", f"{webhook}/messages/@original", self._edit_answer),
            ("DELETE", f"{webhook}/messages/@original", self._delete_answer),
            ("GET", f"{webhook}/messages/{{message_id}}", self._read_answer),
            ("PATCH", f"{webhook}/messages/{{message_id}}", self._edit_answer),
            ("DELETE", f"{webhook}/messages/{{message_id}}", self._delete_answer),
        ]

    def _respond(self, request: web.Request, body: Json) -> Json | None:
        sent = self.by_token.get(request.match_info["interaction_token"])
        if sent is None or sent.id != int(request.match_info["interaction_id"]):
            raise Refusal(*UNKNOWN_INTERACTION)
        if sent.response is not None:
            raise Refusal(*ALREADY_ACKNOWLEDGED)
        if self._server.now - sent.at > ANSWER_WITHIN:
            raise Refusal(*UNKNOWN_INTERACTION)
        kind, data = body["type"], body.get("data") or {}
        self._check_response_type(sent, kind)
        if kind == 8:
            refuse(rules.check_choices(data.get("choices") or [], ("data", "choices")))
        elif kind == 9:
            refuse(rules.check_modal(data))
        elif kind == 4:
            sent.original = self._new_answer(sent, data, flags=data.get("flags") or 0)
        elif kind == 5:
            flags = (data.get("flags") or 0) & EPHEMERAL | LOADING
            sent.original = self._server.board.put(sent.channel, {}, flags=flags, visible_to=_only(sent, flags))
            sent.messages.append(sent.original)
        elif kind == 6:
            sent.original = sent.message
        elif kind == 7:
            assert sent.message is not None
            self._server.board.change(sent.message, data)
            sent.original, sent.changed_original = sent.message, True
        sent.response = body
        if request.query.get("with_response", "false").lower() not in ("true", "1"):
            return None
        return _callback_response(sent, kind)

    def _check_response_type(self, sent: SentInteraction, kind: int) -> None:
        allowed = {2: {4, 5, 9}, 3: {4, 5, 6, 7, 9}, 4: {8}, 5: {4, 5, 6, 7}}[sent.type]
        if kind not in allowed or (kind in (6, 7) and sent.message is None):
            refuse_one(("type",), "INTERACTION_TYPE_INVALID", "Interaction type is invalid for this interaction.")

    def _of_token(self, request: web.Request) -> SentInteraction:
        sent = self.by_token.get(request.match_info["webhook_token"])
        if (
            sent is None
            or int(request.match_info["webhook_id"]) != self._server.application_id
            or sent.response is None
        ):
            raise Refusal(*UNKNOWN_WEBHOOK)
        if self._server.now - sent.at > FOLLOW_UP_WITHIN:
            raise Refusal(*INVALID_WEBHOOK_TOKEN)
        return sent

    def _follow_up(self, request: web.Request, body: Json) -> Json | None:
        sent = self._of_token(request)
        if sent.original is not None and sent.original.loading and not sent.original.deleted:
            # The first follow-up after "thinking…" takes its place and keeps its visibility.
            message = self._server.board.change(sent.original, body)
        else:
            message = self._new_answer(sent, body, flags=body.get("flags") or 0)
        return message.payload if request.query.get("wait", "true").lower() in ("true", "1") else None

    def _new_answer(self, sent: SentInteraction, body: Json, *, flags: int) -> PostedMessage:
        self._server.board.check_new(body)
        message = self._server.board.put(sent.channel, body, flags=flags & EPHEMERAL, visible_to=_only(sent, flags))
        sent.messages.append(message)
        return message

    def _answer_of(self, request: web.Request) -> tuple[SentInteraction, PostedMessage]:
        sent = self._of_token(request)
        wanted = request.match_info.get("message_id")
        if wanted is None:
            message = sent.original
        else:
            mine = [*sent.messages, *([sent.message] if sent.message else [])]
            message = next((one for one in mine if str(one.id) == wanted), None)
        if message is None or message.deleted:
            raise Refusal(*UNKNOWN_MESSAGE)
        return sent, message

    def _read_answer(self, request: web.Request, _body: object) -> Json:
        return self._answer_of(request)[1].payload

    def _edit_answer(self, request: web.Request, body: Json) -> Json:
        sent, message = self._answer_of(request)
        self._server.board.change(message, body)
        sent.changed_original = sent.changed_original or message is sent.message
        return message.payload

    def _delete_answer(self, request: web.Request, _body: object) -> None:
        self._answer_of(request)[1].deleted = True


def _only(sent: SentInteraction, flags: int) -> User | None:
    return sent.user if flags & EPHEMERAL else None


def _callback_response(sent: SentInteraction, kind: int) -> Json:
    interaction: Json = {"id": str(sent.id), "type": sent.type}
    resource: Json = {"type": kind}
    if sent.original is not None:
        interaction |= {
            "response_message_id": str(sent.original.id),
            "response_message_loading": sent.original.loading,
            "response_message_ephemeral": sent.original.ephemeral,
        }
        if kind in (4, 7):
            resource["message"] = sent.original.payload
    return {"interaction": interaction, "resource": resource}
