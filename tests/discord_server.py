"""A Discord on loopback that the real discord.py connects to: REST, interactions and the gateway.

    async with DiscordServer() as server:
        client = ...  # with server.api_base_url, server.gateway_url and server.token
        asked = await server.slash(server.user, server.channel, "digest", {"day": "today"})
        message = await asked.answer()

It refuses what Discord refuses (tests/discord_validation.py, and who may do what here), in Discord's words. Its clock
stands still until `advance`: nothing here waits for time to pass. Whatever is awaited is awaited until it happens.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests import discord_commands as slash
from tests import discord_validation as rules
from tests.discord_events import Events
from tests.discord_gateway import Gateway
from tests.discord_invites import Invites
from tests.discord_pins import Pins
from tests.discord_refusals import (
    ALREADY_ACKNOWLEDGED,
    DMS_CLOSED,
    EMPTY_MESSAGE,
    FOREIGN_MESSAGE,
    INVALID_WEBHOOK_TOKEN,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NO_MUTUAL_GUILDS,
    THREAD_IS_ARCHIVED,
    THREAD_IS_THERE,
    TOO_LARGE,
    UNAUTHORIZED,
    UNKNOWN_CHANNEL,
    UNKNOWN_GUILD,
    UNKNOWN_INTERACTION,
    UNKNOWN_MEMBER,
    UNKNOWN_MESSAGE,
    UNKNOWN_USER,
    UNKNOWN_WEBHOOK,
    WRONG_CHANNEL_TYPE,
    Refusal,
    refuse,
    refuse_one,
)
from tests.discord_world import (
    EPHEMERAL,
    LOADING,
    MEMBER,
    Attachment,
    Channel,
    ChannelType,
    Guild,
    Json,
    PostedMessage,
    Rights,
    User,
    pings,
)

T = TypeVar("T")

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
ANSWER_WITHIN = timedelta(seconds=3)
FOLLOW_UP_WITHIN = timedelta(minutes=15)
NONCE_KNOWN_FOR = timedelta(minutes=5)
"""Discord says "in the past few minutes"."""
PATIENCE = 60.0
"""Seconds after which something that should have happened is taken as never going to happen."""


LARGEST_FILE = 10 * 1024**2
"""What Discord takes where nobody pays for more."""
LARGEST_REQUEST = 25 * 1024**2


@dataclass(frozen=True, slots=True)
class SeenRequest:
    method: str
    path: str
    query: Mapping[str, str]
    body: Any


@dataclass(eq=False)
class Fault:
    """What goes wrong with the next `times` requests whose "METHOD /path" the pattern is found in."""

    pattern: str
    times: int
    act: Callable[[web.Request, Callable[[], Awaitable[web.StreamResponse]]], Awaitable[web.StreamResponse]]


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


class DiscordServer:
    """See the top of this file. Comes with one guild, one channel in it, one person in that, and their private chat."""

    def __init__(self, *, token: str = "bot-token-for-tests") -> None:
        self.token = token
        self.now = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
        self._numbers = itertools.count(1)
        self._waiters: set[asyncio.Future[None]] = set()
        self._faults: list[Fault] = []
        self.application_id = self.new_id()
        self.bot = User(self.application_id, "paper round", bot=True)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, PostedMessage] = {}
        self.interactions: dict[str, SentInteraction] = {}
        self.commands: dict[str, Json] = {}
        self.uploads: dict[int, Attachment] = {}
        self.synced = 0
        """How many times the commands were written."""
        self.events = Events(self)
        self.invites = Invites(self)
        self.pins = Pins(self)
        self.bot_rights = MEMBER
        """What the bot may do in guilds, where a channel does not say otherwise."""
        self.requests: list[SeenRequest] = []
        self.refusals: list[Refusal] = []
        self._nonces: dict[tuple[int, str], PostedMessage] = {}
        self.gateway = Gateway(
            token=token, bot=self.bot, application_id=self.application_id, changed=self._something_changed
        )
        self.user = self.add_user("ann")
        self.guild = self._guild("Readers")
        self.channel = self._channel(self.guild, "papers")
        self._runner: web.AppRunner | None = None
        self._address = ""

    # --- life

    async def __aenter__(self) -> Self:
        application = web.Application(middlewares=[self._middleware], client_max_size=LARGEST_REQUEST)
        application.router.add_get("/gateway", self._connect)
        application.router.add_get("/gateway/", self._connect)
        application.router.add_get(r"/ephemeral-attachments/{id:\d+}/{name}", self._download)
        for method, path, handler in self._routes():
            application.router.add_route(method, f"/api/v10{path}", self._endpoint(method, path, handler))
        self._runner = web.AppRunner(application, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self._address = f"{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.gateway.shut()
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def api_base_url(self) -> str:
        return f"http://{self._address}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://{self._address}/gateway"

    async def until(self, fact: Callable[[], T | None], what: str = "it happens") -> T:
        """What `fact` returns once that is true. Fails the test when it never is."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (value := fact()):
                    waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                    self._waiters.add(waiter)
                    try:
                        await waiter
                    finally:
                        self._waiters.discard(waiter)
                return value
        except TimeoutError:
            last = [f"{one.method} {one.path}" for one in self.requests[-8:]]
            raise AssertionError(f"waited until {what}; last requests {last}; refused {self.refusals[-3:]}") from None

    def advance(self, seconds: float) -> None:
        """Lets time pass for the server."""
        self.now += timedelta(seconds=seconds)

    # --- people and places

    def add_user(self, name: str, *, locale: str = "en-US", accepts_dms: bool = True) -> User:
        user = User(self.new_id(), name, locale=locale, accepts_dms=accepts_dms)
        self.users[user.id] = user
        return user

    def dm(self, user: User) -> Channel:
        """The private chat of a person and the bot."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.new_id(), ChannelType.DM, recipient=user)
        self.channels[channel.id] = channel
        return channel

    async def add_guild(self, name: str) -> Guild:
        guild = self._guild(name)
        await self.gateway.dispatch("GUILD_CREATE", guild.payload(self.bot))
        return guild

    async def add_channel(self, guild: Guild, name: str, *, bot_rights: Rights = MEMBER) -> Channel:
        channel = self._channel(guild, name, bot_rights=bot_rights)
        await self.gateway.dispatch("CHANNEL_CREATE", channel.payload)
        return channel

    async def add_forum(self, guild: Guild, name: str, *, bot_rights: Rights = MEMBER) -> Channel:
        """A channel in which every message is a post."""
        channel = self._channel(guild, name, bot_rights=bot_rights, kind=ChannelType.FORUM)
        await self.gateway.dispatch("CHANNEL_CREATE", channel.payload)
        return channel

    def add_quiet_channel(self, name: str) -> Channel:
        """One in the guild, of which no client that is connected hears."""
        return self._channel(self.guild, name)

    async def add_thread(self, parent: Channel, name: str) -> Channel:
        assert parent.guild is not None
        thread = self._channel(parent.guild, name, parent=parent)
        await self.gateway.dispatch("THREAD_CREATE", thread.payload)
        return thread

    def _guild(self, name: str) -> Guild:
        guild = Guild(self.new_id(), name)
        self.guilds[guild.id] = guild
        return guild

    def _channel(
        self,
        guild: Guild,
        name: str,
        *,
        parent: Channel | None = None,
        bot_rights: Rights = MEMBER,
        kind: int = ChannelType.TEXT,
    ) -> Channel:
        kind = ChannelType.PUBLIC_THREAD if parent else kind
        channel = Channel(self.new_id(), kind, name, guild=guild, parent=parent, bot_rights=bot_rights)
        guild.channels.append(channel)
        self.channels[channel.id] = channel
        return channel

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        return await self.gateway.accept(request, lambda: list(self.guilds.values()))

    # --- what people do

    async def ready(self) -> None:
        """Returns once a client is connected and has registered commands."""
        await self.until(lambda: self.gateway.connected and self.commands, "a client is connected and has commands")

    async def slash(
        self,
        user: User,
        channel: Channel,
        name: str,
        options: Mapping[str, str | tuple[str, bytes]] | None = None,
        *,
        outdated: bool = False,
    ) -> SentInteraction:
        """Somebody sends a command: "digest", or with a sub-command "club new". An option that is a name and bytes is a
        file. `outdated`: by a menu that no longer agrees with what is registered."""
        await self.ready()
        filled = {one: self._uploaded(value) for one, value in (options or {}).items()}
        if not outdated:
            slash.check_typed(self.commands, name, filled)
        data = slash.sent(self.commands, name, slash.values(filled), unknown_id=str(self.new_id()))
        files = {str(one.id): one for one in filled.values() if isinstance(one, Attachment)}
        if files:
            data["resolved"] = {"attachments": {id_: self._at_cdn(one) for id_, one in files.items()}}
        return await self._interact(2, user, channel, data)

    def _uploaded(self, value: str | tuple[str, bytes]) -> str | Attachment:
        if isinstance(value, str):
            return value
        file = Attachment(self.new_id(), *value)
        self.uploads[file.id] = file
        return file

    def _at_cdn(self, file: Attachment) -> Json:
        """An attachment of a command, which is fetched from another server than the API's."""
        url = f"http://{self._address}/ephemeral-attachments/{file.id}/{file.name}?ex=1&hm=2"
        return file.payload | {"url": url, "proxy_url": url, "ephemeral": True}

    async def _download(self, request: web.Request) -> web.Response:
        file = self.uploads.get(int(request.match_info["id"]))
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content)

    async def autocomplete(
        self, user: User, command: str, option: str, typed: str, *, channel: Channel | None = None
    ) -> list[Json]:
        """What is offered while somebody types."""
        await self.ready()
        known = slash.options_of(self.commands, command)
        assert known[option].get("autocomplete"), f"nothing is completed in {option} of /{command}"
        (value,) = slash.values({option: typed})
        data = slash.sent(self.commands, command, [value | {"focused": True}], unknown_id="")
        asked = await self._interact(4, user, channel or self.channel, data)
        await asked.responded()
        return asked.choices

    async def write(self, user: User, channel: Channel, content: str, **extra: Any) -> PostedMessage:
        """Somebody writes in a channel. `extra` goes into the message's payload."""
        await self.ready()
        message = PostedMessage(self.new_id(), channel, user, self.now, content, extra=extra)
        self.messages[message.id] = message
        channel.messages.append(message)
        await self.gateway.dispatch("MESSAGE_CREATE", self._event(message))
        return message

    async def rewrite(self, message: PostedMessage, content: str) -> None:
        """Somebody edits what they wrote."""
        message.content, message.edits = content, message.edits + 1
        await self.gateway.dispatch("MESSAGE_UPDATE", self._event(message))

    async def remove(self, *messages: PostedMessage) -> None:
        """Somebody deletes messages of one channel, several at once where there are several."""
        for message in messages:
            message.deleted = True
        channel = messages[0].channel
        place = {"channel_id": str(channel.id), **({"guild_id": str(channel.guild.id)} if channel.guild else {})}
        ids = [str(message.id) for message in messages]
        if len(ids) == 1:
            await self.gateway.dispatch("MESSAGE_DELETE", {"id": ids[0], **place})
        else:
            await self.gateway.dispatch("MESSAGE_DELETE_BULK", {"ids": ids, **place})

    def _event(self, message: PostedMessage) -> Json:
        guild = message.channel.guild
        if guild is None:
            return message.payload
        member = {key: value for key, value in guild.member(message.author).items() if key != "user"}
        return message.payload | {"guild_id": str(guild.id), "member": member}

    async def press(self, user: User, message: PostedMessage, label: str) -> SentInteraction:
        """Somebody presses a button below a message."""
        return await self._use(user, message, {"custom_id": message.button(label)["custom_id"], "component_type": 2})

    async def select(
        self, user: User, message: PostedMessage, values: list[str], *, of: Json | None = None
    ) -> SentInteraction:
        """Somebody chooses exactly these options of a select below a message, the first unless it is named."""
        select = of or message.select
        assert set(values) <= {option["value"] for option in select["options"]}
        assert select.get("min_values", 1) <= len(values) <= select.get("max_values", 1), "so many cannot be chosen"
        return await self._use(user, message, {"custom_id": select["custom_id"], "component_type": 3, "values": values})

    async def submit_modal(self, opened: SentInteraction, values: Mapping[str, str]) -> SentInteraction:
        """Somebody fills in the form that an interaction opened; what is not named stays as it was there."""
        response = await opened.responded()
        assert response["type"] == 9, response
        filled = [_filled(component, values) for component in response["data"]["components"]]
        data = {"custom_id": response["data"]["custom_id"], "components": filled}
        return await self._interact(5, opened.user, opened.channel, data, message=opened.message)

    async def _use(self, user: User, message: PostedMessage, data: Json) -> SentInteraction:
        assert not message.deleted, "the message is gone"
        assert message.visible_to in (None, user), "only somebody else sees this message"
        await self.until(lambda: self.gateway.connected, "a client is connected")
        return await self._interact(3, user, message.channel, data, message=message)

    async def _interact(
        self, kind: int, user: User, channel: Channel, data: Json, *, message: PostedMessage | None = None
    ) -> SentInteraction:
        token = f"interaction-token-{secrets.token_urlsafe(24)}"
        sent = SentInteraction(self, self.new_id(), token, kind, user, channel, self.now, message=message)
        self.interactions[sent.token] = sent
        payload: Json = {
            "id": str(sent.id),
            "application_id": str(self.application_id),
            "type": kind,
            "token": sent.token,
            "version": 1,
            "data": data,
            "channel": channel.payload,
            "channel_id": str(channel.id),
            "app_permissions": str(int(channel.bot_rights)),
            "locale": user.locale,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(channel.guild.id) if channel.guild else "0"},
            "context": 0 if channel.guild else 1,
            "attachment_size_limit": 10_485_760,
        }
        if channel.guild:
            guild = {"id": str(channel.guild.id), "locale": "en-US", "features": []}
            payload |= {"guild_id": str(channel.guild.id), "guild": guild, "guild_locale": "en-US"}
            payload["member"] = channel.guild.member(user)
        else:
            payload["user"] = user.payload
        if message is not None:
            payload["message"] = message.payload
        await self.gateway.dispatch("INTERACTION_CREATE", payload)
        return sent

    # --- what goes wrong

    def trouble(self, fault: Fault) -> None:
        """Has something go wrong."""
        self._faults.append(fault)

    def fail(self, pattern: str = "", *, status: int = 500, times: int = 1) -> None:
        """Answers with a server error, without doing anything."""

        async def act(_request: web.Request, _go_on: Callable[[], Awaitable[web.StreamResponse]]) -> web.Response:
            return _json({"message": f"{status}: Server Error", "code": 0}, status=status)

        self._faults.append(Fault(pattern, times, act))

    def limit(self, pattern: str = "", *, retry_after: float = 0.0, times: int = 1, everywhere: bool = False) -> None:
        """Answers 429 as Discord does."""
        headers = {
            "Via": "1.1 google",
            "Retry-After": str(retry_after),
            "X-RateLimit-Scope": "global" if everywhere else "user",
        }
        headers |= {"X-RateLimit-Global": "true"} if everywhere else {}
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}

        async def act(_request: web.Request, _go_on: Callable[[], Awaitable[web.StreamResponse]]) -> web.Response:
            return _json(body, status=429, headers=headers)

        self._faults.append(Fault(pattern, times, act))

    def hang_up(self, pattern: str = "", *, after: bool = False, times: int = 1) -> None:
        """Cuts the connection instead of answering: before the request is carried out, or after."""

        async def act(request: web.Request, go_on: Callable[[], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
            if after:
                await go_on()
            assert request.transport is not None
            request.transport.abort()
            return web.Response()

        self._faults.append(Fault(pattern, times, act))

    @asynccontextmanager
    async def slow(self, pattern: str) -> AsyncIterator[None]:
        """Within it, requests that match get no answer until it ends."""
        released = asyncio.Event()

        async def act(_request: web.Request, go_on: Callable[[], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
            await released.wait()
            return await go_on()

        fault = Fault(pattern, 1_000_000, act)
        self._faults.append(fault)
        try:
            yield
        finally:
            self._faults.remove(fault)
            released.set()

    # --- REST

    def _routes(self) -> list[tuple[str, str, Callable[[web.Request, Any], Any]]]:
        commands = "/applications/{application_id}/commands"
        guild_commands = "/applications/{application_id}/guilds/{guild_id}/commands"
        webhook = "/webhooks/{webhook_id}/{webhook_token}"
        return [
            ("GET", "/users/@me", lambda _request, _body: self.bot.payload),
            ("GET", "/users/@me/guilds", self._list_guilds),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", commands, self._list_commands),
            ("PUT", commands, self._write_commands),
            ("PUT", guild_commands, self._write_commands),
            ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", self._respond),
            ("POST", webhook, self._follow_up),
            ("GET", f"{webhook}/messages/@original", self._read_answer),
            ("PATCH", f"{webhook}/messages/@original", self._edit_answer),
            ("DELETE", f"{webhook}/messages/@original", self._delete_answer),
            ("GET", f"{webhook}/messages/{{message_id}}", self._read_answer),
            ("PATCH", f"{webhook}/messages/{{message_id}}", self._edit_answer),
            ("DELETE", f"{webhook}/messages/{{message_id}}", self._delete_answer),
            ("GET", "/channels/{channel_id}", self._read_channel),
            ("GET", "/channels/{channel_id}/messages", self._list_messages),
            ("POST", "/channels/{channel_id}/messages", self._post),
            ("PATCH", "/channels/{channel_id}/messages/{message_id}", self._edit),
            ("DELETE", "/channels/{channel_id}/messages/{message_id}", self._delete),
            ("POST", "/channels/{channel_id}/messages/{message_id}/threads", self._start_thread),
            ("POST", "/channels/{channel_id}/threads", self._start_post),
            ("PATCH", "/channels/{channel_id}", self.pins.change_post),
            ("POST", "/users/@me/channels", self._open_dm),
            ("GET", "/guilds/{guild_id}/members/{user_id}", self._read_member),
            *self.events.routes(),
            *self.invites.routes(),
            *self.pins.routes(),
        ]

    @web.middleware
    async def _middleware(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await self._with_faults(request, lambda: handler(request))
        except web.HTTPRequestEntityTooLarge:
            status, code, message = TOO_LARGE
            return _json({"message": message, "code": code}, status=status)
        except web.HTTPNotFound:
            return _json({"message": "404: Not Found", "code": 0}, status=404)
        except web.HTTPMethodNotAllowed:
            return _json({"message": "405: Method Not Allowed", "code": 0}, status=405)
        finally:
            self._something_changed()

    async def _with_faults(
        self, request: web.Request, go_on: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        for fault in self._faults:
            if fault.times and re.search(fault.pattern, f"{request.method} {request.path}"):
                fault.times -= 1
                return await fault.act(request, go_on)
        return await go_on()

    def _endpoint(
        self, method: str, path: str, handler: Callable[[web.Request, Any], Any]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        needs_token = not path.startswith(("/webhooks/", "/interactions/"))

        async def endpoint(request: web.Request) -> web.StreamResponse:
            body, files = await _sent(request)
            self.requests.append(SeenRequest(method, request.path, dict(request.query), body))
            try:
                self._authorize(request, needs_token=needs_token)
                refuse(rules.check_description(method, path, request.query, body))
                result = handler(request, self._with_files(body, files) if files else body)
            except Refusal as refusal:
                self.refusals.append(refusal)
                return _json(refusal.body, status=refusal.status)
            return web.Response(status=204) if result is None else _json(result)

        return endpoint

    def _with_files(self, body: Json, files: Mapping[str, tuple[str, bytes]]) -> Json:
        """The body with the files in place of what it says of them: `{"id": n}` is the part `files[n]`."""
        for key in ("data", "message"):
            if key in body:
                return body | {key: self._with_files(body[key], files)}
        listed = body.get("attachments") or []
        if not files.keys() <= {f"files[{one['id']}]" for one in listed}:
            refuse_one(("attachments",), "BASE_TYPE_REQUIRED", "This double wants all files to be listed.")
        return body | {"attachments": [self._attached(one, files.get(f"files[{one['id']}]")) for one in listed]}

    def _attached(self, listed: Json, file: tuple[str, bytes] | None) -> Json | Attachment:
        if file is None:
            return listed
        name, content = file
        if len(content) > LARGEST_FILE:
            raise Refusal(*TOO_LARGE)
        return Attachment(self.new_id(), listed.get("filename") or name, content)

    def _authorize(self, request: web.Request, *, needs_token: bool) -> None:
        if needs_token and request.headers.get("Authorization") != f"Bot {self.token}":
            raise Refusal(*UNAUTHORIZED)

    def _application(self, _request: web.Request, _body: object) -> Json:
        return {
            "id": str(self.application_id),
            "name": self.bot.name,
            "icon": None,
            "description": "",
            "summary": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": 0,
            "hook": True,
            "owner": self.user.payload,
            "team": None,
        }

    def _list_guilds(self, _request: web.Request, _body: object) -> list[Json]:
        return [
            {"id": str(guild.id), "name": guild.name, "owner": False, "permissions": str(int(self.bot_rights))}
            for guild in self.guilds.values()
        ]

    # commands

    def _list_commands(self, request: web.Request, _body: object) -> list[Json]:
        with_local = request.query.get("with_localizations", "false").lower() in ("true", "1")
        return [command if with_local else slash.without_localizations(command) for command in self.commands.values()]

    def _write_commands(self, request: web.Request, body: list[Json]) -> list[Json]:
        if int(request.match_info["application_id"]) != self.application_id:
            raise Refusal(*MISSING_ACCESS)
        refuse(rules.check_commands(body))
        known = {name: command["id"] for name, command in self.commands.items()}
        written = [self._registered(command, known.get(command["name"])) for command in body]
        if "guild_id" not in request.match_info:
            self.commands = {command["name"]: command for command in written}
            self.synced += 1
        return written

    def _registered(self, command: Json, known_id: str | None) -> Json:
        ids = {"id": known_id or str(self.new_id()), "application_id": str(self.application_id)}
        return slash.registered(command, **ids, version=str(self.new_id()))

    # interactions

    def _respond(self, request: web.Request, body: Json) -> Json | None:
        sent = self.interactions.get(request.match_info["interaction_token"])
        if sent is None or sent.id != int(request.match_info["interaction_id"]):
            raise Refusal(*UNKNOWN_INTERACTION)
        if sent.response is not None:
            raise Refusal(*ALREADY_ACKNOWLEDGED)
        if self.now - sent.at > ANSWER_WITHIN:
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
            sent.original = self._put_message(sent.channel, {}, flags=flags, visible_to=_only(sent, flags))
            sent.messages.append(sent.original)
        elif kind == 6:
            sent.original = sent.message
        elif kind == 7:
            assert sent.message is not None
            self._change(sent.message, data)
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
        sent = self.interactions.get(request.match_info["webhook_token"])
        if sent is None or int(request.match_info["webhook_id"]) != self.application_id or sent.response is None:
            raise Refusal(*UNKNOWN_WEBHOOK)
        if self.now - sent.at > FOLLOW_UP_WITHIN:
            raise Refusal(*INVALID_WEBHOOK_TOKEN)
        return sent

    def _follow_up(self, request: web.Request, body: Json) -> Json | None:
        sent = self._of_token(request)
        if sent.original is not None and sent.original.loading and not sent.original.deleted:
            # The first follow-up after "thinking…" takes its place and keeps its visibility.
            message = self._change(sent.original, body)
        else:
            message = self._new_answer(sent, body, flags=body.get("flags") or 0)
        return message.payload if request.query.get("wait", "true").lower() in ("true", "1") else None

    def _new_answer(self, sent: SentInteraction, body: Json, *, flags: int) -> PostedMessage:
        self._check_new(body)
        message = self._put_message(sent.channel, body, flags=flags & EPHEMERAL, visible_to=_only(sent, flags))
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
        self._change(message, body)
        sent.changed_original = sent.changed_original or message is sent.message
        return message.payload

    def _delete_answer(self, request: web.Request, _body: object) -> None:
        self._answer_of(request)[1].deleted = True

    # channels

    def channel_of(self, request: web.Request) -> Channel:
        channel = self.channels.get(int(request.match_info["channel_id"]))
        if channel is None:
            raise Refusal(*UNKNOWN_CHANNEL)
        if not channel.bot_rights & Rights.VIEW_CHANNEL:
            raise Refusal(*MISSING_ACCESS)
        return channel

    def message_of(self, request: web.Request) -> PostedMessage:
        channel = self.channel_of(request)
        message = self.messages.get(int(request.match_info["message_id"]))
        # To everything but its interaction an ephemeral message does not exist.
        if message is None or message.deleted or message.ephemeral or message.channel is not channel:
            raise Refusal(*UNKNOWN_MESSAGE)
        return message

    def _read_channel(self, request: web.Request, _body: object) -> Json:
        return self.channel_of(request).payload

    def _read_member(self, request: web.Request, _body: object) -> Json:
        guild = self.guilds.get(int(request.match_info["guild_id"]))
        user = self.users.get(int(request.match_info["user_id"]))
        if guild is None:
            raise Refusal(*UNKNOWN_GUILD)
        if user is None or user.id in guild.strangers:
            raise Refusal(*UNKNOWN_MEMBER)
        return guild.member(user)

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
        self._check_new(body)
        nonce = (channel.id, str(body.get("nonce")))
        known = self._nonces.get(nonce)
        if body.get("enforce_nonce") and known is not None and self.now < known.at + NONCE_KNOWN_FOR:
            return known.payload
        message = self._put_message(channel, body)
        channel.archived = False
        self._nonces[nonce] = message
        self._telling = asyncio.ensure_future(self.gateway.dispatch("MESSAGE_CREATE", self._event(message)))
        return message.payload

    def _check_private(self, user: User) -> None:
        if all(user.id in guild.strangers for guild in self.guilds.values()):
            raise Refusal(*NO_MUTUAL_GUILDS)
        if not user.accepts_dms:
            raise Refusal(*DMS_CLOSED)

    def _edit(self, request: web.Request, body: Json) -> Json:
        message = self.message_of(request)
        if message.author is not self.bot:
            raise Refusal(*FOREIGN_MESSAGE)
        if message.channel.archived:
            raise Refusal(*THREAD_IS_ARCHIVED)
        return self._change(message, body).payload

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
        if message.id in self.channels:  # a thread has the id of its message
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
        self._check_new(message)
        thread = self._thread(forum, self.new_id(), body["name"])
        first = self._put_message(thread, message, number=thread.id)
        self._telling = asyncio.ensure_future(self.gateway.dispatch("THREAD_CREATE", thread.payload))
        return thread.payload | {"message": first.payload}

    def _thread(self, parent: Channel, number: int, name: str) -> Channel:
        assert parent.guild is not None
        kind = ChannelType.PUBLIC_THREAD
        thread = Channel(number, kind, name.strip(), guild=parent.guild, parent=parent, owner=self.bot)
        parent.guild.channels.append(thread)
        self.channels[thread.id] = thread
        return thread

    def _open_dm(self, _request: web.Request, body: Json) -> Json:
        user = self.users.get(int(body["recipient_id"]))
        if user is None:
            raise Refusal(*UNKNOWN_USER)
        return self.dm(user).payload

    # messages

    def _check_new(self, body: Json) -> None:
        refuse(rules.check_message(body))
        _check_attachments(body, ())
        if rules.is_empty(body):
            raise Refusal(*EMPTY_MESSAGE)

    def _put_message(
        self,
        channel: Channel,
        body: Json,
        *,
        flags: int = 0,
        visible_to: User | None = None,
        number: int | None = None,
    ) -> PostedMessage:
        message = PostedMessage(
            number or self.new_id(), channel, self.bot, self.now, flags=flags, visible_to=visible_to
        )
        message.put(body)
        message.pings = pings(body)
        self.messages[message.id] = message
        channel.messages.append(message)
        return message

    def _change(self, message: PostedMessage, body: Json) -> PostedMessage:
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

    # --- small things

    def new_id(self) -> int:
        return int((self.now - EPOCH).total_seconds() * 1000) << 22 | next(self._numbers)

    def _something_changed(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)


async def _sent(request: web.Request) -> tuple[Any, dict[str, tuple[str, bytes]]]:
    """The body of a request and, where it is a form (https://discord.com/developers/docs/reference#uploading-files),
    the files that come with it."""
    if request.content_type != "multipart/form-data":
        text = await request.text()
        return json.loads(text) if text else None, {}
    if (request.content_length or 0) > LARGEST_REQUEST:
        async for _ in request.content.iter_any():
            pass
        raise web.HTTPRequestEntityTooLarge(LARGEST_REQUEST)
    form = await request.post()
    files = {}
    for name, part in form.items():
        if isinstance(part, web.FileField):
            with part.file as file:
                files[name] = (part.filename, file.read())
    return json.loads(str(form.get("payload_json", "{}"))), files


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


def _json(data: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    # discord.py takes an answer for JSON only where the type is exactly this, without a charset.
    exact = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(data).encode(), status=status, headers=exact)


def _filled(component: Json, values: Mapping[str, str]) -> Json:
    """A row or label of a modal as it is submitted. Fails where Discord's clients would not let somebody submit it."""
    inputs = component.get("components") or [component["component"]]
    filled = []
    for one in inputs:
        value = values.get(one["custom_id"], one.get("value") or "")
        assert value or not one.get("required", True), f"{one['custom_id']} is required"
        assert len(value) <= one.get("max_length", 4000), f"{one['custom_id']} is too long"
        filled.append({"type": 4, "id": len(filled) + 2, "custom_id": one["custom_id"], "value": value})
    return (
        {"type": 18, "id": 1, "component": filled[0]}
        if component["type"] == 18
        else {"type": 1, "id": 1, "components": filled}
    )


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


@contextmanager
def pointed_at(server: DiscordServer) -> Iterator[None]:
    """Points discord.py at a server, and back."""
    import yarl
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api_base_url, yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
