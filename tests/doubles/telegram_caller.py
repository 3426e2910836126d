"""Asking Telegram's double as any client would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.telegram_server import TelegramServer
from tests.telegram_world import Chat


class Caller:
    """Asks the server as any client would, and keeps the connection."""

    def __init__(self, server: TelegramServer, client: httpx.AsyncClient) -> None:
        self._server = server
        self._client = client

    async def __call__(self, method: str, token: str | None = None, **parameters: Any) -> dict[str, Any]:
        address = f"{self._server.url}/bot{token or self._server.token}/{method}"
        answer = await self._client.post(address, json=parameters)
        assert answer.json()["ok"] == (answer.status_code == 200)
        return dict(answer.json())

    async def upload(
        self, method: str, parameters: dict[str, str], file: tuple[str, bytes] | None, *, name: str = "document"
    ) -> dict[str, Any]:
        """Sends a form with a file."""
        address = f"{self._server.url}/bot{self._server.token}/{method}"
        files = {name: file} if file else None
        return dict((await self._client.post(address, data=parameters, files=files, timeout=30)).json())

    async def refusal(self, method: str, **parameters: Any) -> str:
        answer = await self(method, **parameters)
        return "" if answer["ok"] else f"{answer['error_code']} {answer['description']}"


@asynccontextmanager
async def telegram(**options: bool) -> AsyncIterator[tuple[TelegramServer, Caller, Chat]]:
    """A server, a client, and a private chat."""
    async with TelegramServer(**options) as server, httpx.AsyncClient() as client:
        yield server, Caller(server, client), server.private_chat(server.person("Ana"))
