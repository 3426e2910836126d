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
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests import discord_commands as slash
from tests import discord_validation as rules
from tests.discord_board import Board
from tests.discord_events import Events
from tests.discord_faults import Faults, json_answer
from tests.discord_gateway import Gateway
from tests.discord_interactions import Interactions, SentInteraction
from tests.discord_invites import Invites
from tests.discord_pins import Pins
from tests.discord_refusals import (
    MISSING_ACCESS,
    TOO_LARGE,
    UNAUTHORIZED,
    UNKNOWN_GUILD,
    UNKNOWN_MEMBER,
    Refusal,
    refuse,
    refuse_one,
)
from tests.discord_world import (
    MEMBER,
    Attachment,
    Channel,
    ChannelType,
    Guild,
    Json,
    PostedMessage,
    Rights,
    User,
)

T = TypeVar("T")

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
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


class DiscordServer(Faults):
    """See the top of this file. Comes with one guild, one channel in it, one person in that, and their private chat."""

    def __init__(self, *, token: str = "bot-token-for-tests") -> None:
        super().__init__()
        self.token = token
        self.now = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
        self._numbers = itertools.count(1)
        self._waiters: set[asyncio.Future[None]] = set()
        self.application_id = self.new_id()
        self.bot = User(self.application_id, "paper round", bot=True)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, PostedMessage] = {}
        self.interactions = Interactions(self)
        self.board = Board(self)
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

    async def apply(
        self, user: User, message: PostedMessage, command: str, *, channel: Channel | None = None
    ) -> SentInteraction:
        """Somebody chooses a command in the menu of a message, by the name that it has in their language.
        The bot need not be able to read the channel."""
        await self.ready()
        registered = next((one for one in self.commands.values() if slash.called(one, user.locale) == command), None)
        assert registered is not None, f"no {command!r}, but {sorted(self.commands)}"
        assert registered["type"] == slash.ON_MESSAGE, f"{command!r} is not for messages"
        assert message.visible_to in (None, user), "only somebody else sees this message"
        data = {"id": registered["id"], "name": registered["name"], "type": slash.ON_MESSAGE}
        data |= {"target_id": str(message.id), "resolved": {"messages": {str(message.id): message.payload}}}
        return await self._interact(2, user, channel or message.channel, data)

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
        await self.gateway.dispatch("MESSAGE_CREATE", self.event_of(message))
        return message

    async def rewrite(self, message: PostedMessage, content: str) -> None:
        """Somebody edits what they wrote."""
        message.content, message.edits = content, message.edits + 1
        await self.gateway.dispatch("MESSAGE_UPDATE", self.event_of(message))

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

    def event_of(self, message: PostedMessage) -> Json:
        """A message as clients are told of it."""
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
        self.interactions.by_token[sent.token] = sent
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

    # --- REST

    def _routes(self) -> list[tuple[str, str, Callable[[web.Request, Any], Any]]]:
        commands = "/applications/{application_id}/commands"
        guild_commands = "/applications/{application_id}/guilds/{guild_id}/commands"
        return [
            ("GET", "/users/@me", lambda _request, _body: self.bot.payload),
            ("GET", "/users/@me/guilds", self._list_guilds),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", commands, self._list_commands),
            ("PUT", commands, self._write_commands),
            ("PUT", guild_commands, self._write_commands),
            ("GET", "/guilds/{guild_id}/members/{user_id}", self._read_member),
            ("PATCH", "/channels/{channel_id}", self.pins.change_post),
            *self.board.routes(),
            *self.interactions.routes(),
            *self.events.routes(),
            *self.invites.routes(),
            *self.pins.routes(),
        ]

    @web.middleware
    async def _middleware(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await self.with_faults(request, lambda: handler(request))
        except web.HTTPRequestEntityTooLarge:
            status, code, message = TOO_LARGE
            return json_answer({"message": message, "code": code}, status=status)
        except web.HTTPNotFound:
            return json_answer({"message": "404: Not Found", "code": 0}, status=404)
        except web.HTTPMethodNotAllowed:
            return json_answer({"message": "405: Method Not Allowed", "code": 0}, status=405)
        finally:
            self._something_changed()

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
                return json_answer(refusal.body, status=refusal.status)
            return web.Response(status=204) if result is None else json_answer(result)

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

    def _read_member(self, request: web.Request, _body: object) -> Json:
        guild = self.guilds.get(int(request.match_info["guild_id"]))
        user = self.users.get(int(request.match_info["user_id"]))
        if guild is None:
            raise Refusal(*UNKNOWN_GUILD)
        if user is None or user.id in guild.strangers:
            raise Refusal(*UNKNOWN_MEMBER)
        return guild.member(user)

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
