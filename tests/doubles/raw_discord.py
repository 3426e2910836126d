"""Speaking to Discord's double without a library that would keep one from making mistakes."""

from __future__ import annotations

import io
import json
from typing import Any

import aiohttp
import pytest

from tests import discord_validation as rules
from tests.discord_server import DiscordServer, SentInteraction
from tests.discord_world import Json

COMMAND = {"type": 1, "name": "digest", "description": "What appeared"}
EPHEMERAL = 64
NAMED = {"type": 3, "name": "title", "description": "What it is called"}
NEW = {"type": 1, "name": "new", "description": "A new session", "options": [NAMED | {"required": True}]}
NEXT = {"type": 1, "name": "next", "description": "The next session"}
CLUB_COMMAND = {"type": 1, "name": "club", "description": "The reading club", "options": [NEW, NEXT]}

described = pytest.mark.skipif(rules.description() is None, reason="Discord's description (../shared/specs) is absent")


class Raw:
    """Speaks to the server without a library that would keep it from making mistakes."""

    def __init__(self, server: DiscordServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session
        self.token = server.token

    async def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the error code, or the body where there is no error."""
        headers = {"Authorization": f"Bot {self.token}"}
        async with self.session.request(method, self.server.api_base_url + path, json=body, headers=headers) as answer:
            text = await answer.text()
            if text:
                assert answer.headers["Content-Type"] == "application/json"
            data = json.loads(text) if text else None
        return answer.status, data["code"] if answer.status >= 400 else data

    async def connect(self) -> aiohttp.ClientWebSocketResponse:
        """Registers a command and comes to the gateway."""
        await self("PUT", f"/applications/{self.server.application_id}/commands", [COMMAND])
        socket = await self.session.ws_connect(self.server.gateway_url + "?v=10&encoding=json")
        await self.expect(socket, 10)
        await socket.send_json({"op": 2, "d": {"token": self.token, "intents": 1, "properties": {}}})
        assert (await self.expect(socket, 0))["t"] == "READY"
        return socket

    async def expect(self, socket: aiohttp.ClientWebSocketResponse, op: int) -> Json:
        message: Json = await socket.receive_json(timeout=10)
        assert message["op"] == op, message
        return message

    async def asked(self, *, outdated: bool = False) -> SentInteraction:
        """A command that somebody has just sent."""
        name = "old" if outdated else "digest"
        return await self.server.slash(self.server.user, self.server.channel, name, outdated=outdated)

    async def respond(self, sent: SentInteraction, body: Json) -> tuple[int, Any]:
        return await self("POST", f"/interactions/{sent.id}/{sent.token}/callback", body)

    def webhook(self, sent: SentInteraction) -> str:
        return f"/webhooks/{self.server.application_id}/{sent.token}"

    async def upload(self, method: str, path: str, body: Json, *files: bytes) -> tuple[int, Any]:
        """Sends a form: the body as its part `payload_json`, the files as `files[0]` and so on."""
        if not files:
            return await self(method, path, body)
        form = aiohttp.FormData()
        form.add_field("payload_json", json.dumps(body))
        for at, content in enumerate(files):
            form.add_field(f"files[{at}]", io.BytesIO(content), filename=f"{at}.csv")
        headers = {"Authorization": f"Bot {self.token}"}
        async with self.session.request(method, self.server.api_base_url + path, data=form, headers=headers) as answer:
            data = await answer.json()
        return answer.status, data["code"] if answer.status >= 400 else data

    async def post(self, body: Json) -> tuple[int, Any]:
        return await self("POST", f"/channels/{self.server.channel.id}/messages", body)


def button(custom_id: str = "a", **more: Any) -> Json:
    return {"type": 2, "style": 2, "label": "x", "custom_id": custom_id} | more


def rows(*sizes: int) -> list[Json]:
    return [{"type": 1, "components": [button(f"{row}:{at}") for at in range(size)]} for row, size in enumerate(sizes)]
