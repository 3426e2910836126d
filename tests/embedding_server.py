"""A server on loopback that makes vectors of texts as OpenAI's does, and refuses what that refuses.

    async with EmbeddingServer() as server:
        HttpEmbedder(server.url, server.model, key=server.key)
        server.faults.append(Fault(429, headers={"Retry-After": "20"}))   # for the next request alone
        ... server.questions ...

Texts with the same words get vectors that point the same way; `meanings` says which words mean the same.
https://platform.openai.com/docs/api-reference/embeddings
"""

from __future__ import annotations

import asyncio
import json
import re
import zlib
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

MOST_TEXTS = 2048  # in one request


@dataclass
class Fault:
    """What is answered in place of vectors. `body` None: an error as such servers tell it; `hold`: nothing, ever."""

    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    hold: bool = False


class EmbeddingServer:
    """One model. `longest` is how many words (spaces part them) it takes of a text."""

    def __init__(self, *, model: str = "words-64", key: str | None = "a-key", dimensions: int = 64) -> None:
        self.model = model
        self.key = key
        self.dimensions = dimensions
        self.longest = 512
        self.too_long_status = 400  # llama.cpp: 500, text-embeddings-inference: 413
        self.meanings: dict[str, str] = {}
        self.faults: list[Fault] = []
        self.questions: list[list[str]] = []  # the texts of each request that got vectors
        self.requests = 0
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=50_000_000)
        application.router.add_post("/v1/embeddings", self._answer)
        self._runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await self._site.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        assert self._runner is not None, "the server is used as `async with`"
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}/v1"

    def vector(self, text: str) -> list[float]:
        """The vector of a text: each word adds to the dimension that its meaning is given by chance."""
        vector = [0.001] * self.dimensions
        for word in re.findall(r"\w+", text.lower()):
            vector[zlib.crc32(self.meanings.get(word, word).encode()) % self.dimensions] += 1
        length = sum(value * value for value in vector) ** 0.5
        return [value / length for value in vector]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        if self.faults:
            fault = self.faults.pop(0)
            if fault.hold:
                await asyncio.Event().wait()
            if fault.body is None:
                return _error(fault.status, "It is not to be.", fault.headers)
            return web.Response(status=fault.status, body=fault.body, headers=fault.headers)
        if self.key is not None and request.headers.get("Authorization") != f"Bearer {self.key}":
            return _error(401, "Incorrect API key provided.")
        try:
            question = json.loads(await request.read())
        except ValueError:
            return _error(400, "We could not parse the JSON body of your request.")
        return self._made(question)

    def _made(self, question: Any) -> web.StreamResponse:
        if not isinstance(question, dict) or question.keys() - {"model", "input", "encoding_format", "dimensions"}:
            return _error(400, "Unrecognized request argument supplied.")
        if question.get("model") != self.model:
            return _error(404, f"The model {question.get('model')!r} does not exist.")
        texts = question.get("input")
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not 0 < len(texts) <= MOST_TEXTS:
            return _error(400, "'$.input' is invalid.")
        if not all(isinstance(text, str) and text for text in texts):
            return _error(400, "'$.input' is invalid: an input string cannot be empty.")
        if any(len(text.split()) > self.longest for text in texts):
            return _error(self.too_long_status, f"This model's maximum context length is {self.longest} tokens.")
        self.questions.append(texts)
        data = [{"object": "embedding", "index": n, "embedding": self.vector(t)} for n, t in enumerate(texts)]
        words = sum(len(text.split()) for text in texts)
        usage = {"prompt_tokens": words, "total_tokens": words}
        return web.json_response({"object": "list", "data": data, "model": self.model, "usage": usage})


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    kind = "invalid_request_error" if status < 500 else "server_error"
    body = {"error": {"message": message, "type": kind, "param": None, "code": None}}
    return web.json_response(body, status=status, headers=headers)
