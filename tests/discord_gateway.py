"""The gateway of the Discord double: one WebSocket endpoint, sessions that outlive their connections."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.discord_world import Guild, Json, User

PRIVILEGED_INTENTS = 1 << 1 | 1 << 8 | 1 << 15  # members, presences, message content
ANY, GUILD_INVITES, GUILD_MESSAGES, MESSAGE_CONTENT = ~0, 1 << 6, 1 << 9, 1 << 15
MESSAGE_EVENTS = ("MESSAGE_CREATE", "MESSAGE_UPDATE")
NEEDED_INTENTS = dict.fromkeys((*MESSAGE_EVENTS, "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"), GUILD_MESSAGES) | {
    "INVITE_DELETE": GUILD_INVITES
}
"""Events that only clients get that have asked for them."""
HEARTBEAT_INTERVAL = 41_250


@dataclass(eq=False)
class Session:
    """What a client that identified is owed. `events` are kept so that a client that comes back gets what it missed."""

    id: str
    intents: int
    socket: web.WebSocketResponse | None = None
    events: list[str] = field(default_factory=list)

    async def dispatch(self, name: str, data: Json) -> None:
        text = json.dumps({"op": 0, "t": name, "s": len(self.events) + 1, "d": data})
        self.events.append(text)
        await self.send(text)

    async def send(self, text: str) -> None:
        if self.socket is not None and not self.socket.closed:
            await self.socket.send_str(text)


class Gateway:
    """Accepts clients, tells them what happens, and goes away or misbehaves when told to."""

    def __init__(self, *, token: str, bot: User, application_id: int, changed: Callable[[], None]) -> None:
        self.token = token
        self.intents_granted = 0
        """The privileged intents that are switched on for the application."""
        self.sessions: dict[str, Session] = {}
        self.identified = 0
        self.resumed = 0
        self._bot = bot
        self._application_id = application_id
        self._changed = changed
        self._sockets: dict[web.WebSocketResponse, web.Request] = {}
        self._away = False

    @property
    def connected(self) -> bool:
        """Whether a client is here that has got READY or RESUMED."""
        return any(session.socket is not None for session in self.sessions.values())

    async def dispatch(self, name: str, data: Json) -> None:
        """Tells every session; those whose client is away get it when it comes back."""
        for session in list(self.sessions.values()):
            if session.intents & NEEDED_INTENTS.get(name, ANY) == 0:
                continue
            await session.dispatch(name, self._readable(name, data, session.intents))

    def _readable(self, name: str, data: Json, intents: int) -> Json:
        """What a client may read of an event: without the intent, of others' messages only that they are there."""
        others = name in MESSAGE_EVENTS and data["author"]["id"] != str(self._bot.id)
        if not others or intents & MESSAGE_CONTENT:
            return data
        return data | {"content": "", "embeds": [], "attachments": [], "components": []}

    # --- what tests do to it

    async def go_away(self) -> None:
        """Drops every connection without a word and refuses new ones, until `come_back`."""
        self._away = True
        await self.drop()

    def come_back(self) -> None:
        self._away = False

    async def drop(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Closes the connections; the sessions stay and may be resumed."""
        for socket in list(self._sockets):
            await socket.close(code=code, drain=False)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9. Not resumable: the sessions are forgotten, clients have to identify again."""
        for session in list(self.sessions.values()):
            await session.send(json.dumps({"op": 9, "d": resumable}))
        if not resumable:
            self.sessions.clear()

    async def ask_to_reconnect(self) -> None:
        """Op 7."""
        for session in list(self.sessions.values()):
            await session.send(json.dumps({"op": 7, "d": None}))

    def go_deaf(self) -> None:
        """Stops reading from here on: not even a closing handshake is answered."""
        for request in self._sockets.values():
            assert request.transport is not None
            request.transport.pause_reading()

    def shut(self) -> None:
        """Cuts every connection off."""
        self._away = True
        for request in list(self._sockets.values()):
            if request.transport is not None:
                request.transport.abort()

    # --- the protocol

    async def accept(self, request: web.Request, guilds: Callable[[], list[Guild]]) -> web.StreamResponse:
        if self._away:
            return web.Response(status=503)
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            return web.Response(status=400)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets[socket] = request
        session: Session | None = None
        try:
            await socket.send_json({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_INTERVAL}})
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    await socket.close(code=4002)
                    break
                session = await self._receive(socket, json.loads(message.data), session, guilds)
        except ConnectionResetError:
            pass  # the client went away while it was being told something
        finally:
            self._sockets.pop(socket, None)
            if session is not None and session.socket is socket:
                session.socket = None
            self._changed()
        return socket

    async def _receive(
        self, socket: web.WebSocketResponse, message: Json, session: Session | None, guilds: Callable[[], list[Guild]]
    ) -> Session | None:
        op: int = message["op"]
        data: Any = message.get("d")
        if op == 1:
            await socket.send_json({"op": 11})
        elif op == 2:
            return await self._identify(socket, data, guilds())
        elif op == 6:
            return await self._resume(socket, data)
        elif session is None:
            await socket.close(code=4003)
        elif op == 8:
            chunk = {"guild_id": data["guild_id"], "members": [], "chunk_index": 0, "chunk_count": 1}
            await session.dispatch("GUILD_MEMBERS_CHUNK", chunk | {"nonce": data.get("nonce")})
        elif op != 3:
            await socket.close(code=4001)
        return session

    async def _identify(self, socket: web.WebSocketResponse, data: Json, guilds: list[Guild]) -> Session | None:
        if data.get("token") != self.token:
            await socket.close(code=4004, message=b"Authentication failed.")
            return None
        if data["intents"] & PRIVILEGED_INTENTS & ~self.intents_granted:
            await socket.close(code=4014, message=b"Disallowed intent(s).")
            return None
        session = Session(secrets.token_hex(8), data["intents"], socket)
        ready = {
            "v": 10,
            "user": self._bot.payload,
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": f"ws://{self._sockets[socket].host}/gateway",
            "application": {"id": str(self._application_id), "flags": 0},
        }
        await session.dispatch("READY", ready)
        if session.intents & 1:
            for guild in guilds:
                await session.dispatch("GUILD_CREATE", guild.payload(self._bot))
        self.sessions[session.id] = session
        self.identified += 1
        self._changed()
        return session

    async def _resume(self, socket: web.WebSocketResponse, data: Json) -> Session | None:
        session = self.sessions.get(data.get("session_id") or "")
        if data.get("token") != self.token or session is None or (data.get("seq") or 0) > len(session.events):
            await socket.send_json({"op": 9, "d": False})
            return None
        session.socket = socket
        for text in session.events[data.get("seq") or 0 :]:
            await session.send(text)
        await session.dispatch("RESUMED", {})
        self.resumed += 1
        self._changed()
        return session
