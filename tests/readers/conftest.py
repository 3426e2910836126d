"""A server, and a fetcher that may reach it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.readers.fetch import HttpFetcher
from tests.fetching import make_fetcher
from tests.web_server import WebServer


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    async with make_fetcher() as fetcher:
        yield fetcher
