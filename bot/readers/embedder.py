"""Vectors from a server that speaks as OpenAI's does: `POST …/embeddings`.

https://platform.openai.com/docs/api-reference/embeddings · llama.cpp, Ollama, vLLM and text-embeddings-inference speak
the same. Whoever runs the bot chose the address, so that it may be a private one; what the server answers is checked
all the same.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx

from bot.domain.errors import EmbeddingFailed, EmbeddingRefused
from bot.domain.vectors import Vector, is_vector
from bot.readers.freshness import retry_after

MOST_BYTES = 50_000_000
"""An answer: 32 vectors of 8192 numbers of 20 letters are a tenth of it."""

# What servers say when a text is too long for the model: OpenAI and vLLM 400, text-embeddings-inference 413 or 422, and
# llama.cpp 500.
_REFUSALS = frozenset((400, 413, 422, 500))
_MISTAKES = {
    401: "it refuses the key: look at EMBEDDINGS_KEY",
    403: "it refuses the key: look at EMBEDDINGS_KEY",
    404: "it knows no such address or model: look at EMBEDDINGS_URL and EMBEDDINGS_MODEL",
}


class HttpEmbedder:
    """Implements Embedder. Close it, or use it as `async with`."""

    def __init__(self, address: str, model: str, *, key: str | None = None, timeout: float = 30.0) -> None:
        """`address` is what comes before `/embeddings`; `timeout` is how many seconds one request may take in all."""
        self._address = f"{address.rstrip('/')}/embeddings"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes all connections; requests that are under way fail. May be repeated."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    @property
    def model(self) -> str:
        return self._model

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text, as Embedder says."""
        if not texts:
            return []
        status, headers, body = await self._ask({"model": self._model, "input": list(texts)})
        if status in _REFUSALS:
            raise EmbeddingRefused(f"The embedding server answered {status}.")
        if status != httpx.codes.OK:
            reason = f" ({_MISTAKES[status]})" if status in _MISTAKES else ""
            asked = retry_after(headers, datetime.now(UTC))
            raise EmbeddingFailed(f"The embedding server answered {status}{reason}.", retry_after=asked)
        return _vectors(body, len(texts))

    async def _ask(self, question: Mapping[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        if self._client is None:  # made with the first request: loading the certificates takes tens of milliseconds
            self._client = httpx.AsyncClient(timeout=self._timeout, trust_env=False)
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream("POST", self._address, json=question, headers=self._headers) as answer,
            ):
                body = bytearray()
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise EmbeddingFailed("The embedding server answered more than any vectors are.")
                return answer.status_code, answer.headers, bytes(body)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise EmbeddingFailed(f"The embedding server cannot be asked: {type(error).__name__}.") from error


def _vectors(body: bytes, count: int) -> list[Vector]:
    """The vectors of an answer in the order of the texts; servers may give them in any."""
    try:
        data = json.loads(body)["data"]
        found = {one["index"]: one["embedding"] for one in data}
        vectors = [found[number] for number in range(count)]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise EmbeddingFailed("The embedding server's answer cannot be read.") from error
    if len(data) != count or not all(map(is_vector, vectors)) or len(set(map(len, vectors))) != 1:
        raise EmbeddingFailed("The embedding server's answer holds other things than a vector for each text.")
    return vectors
