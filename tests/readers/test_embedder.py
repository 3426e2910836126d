"""Vectors from a server, over a double of it: asked properly, and believed nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.errors import EmbeddingFailed, EmbeddingRefused
from bot.readers.embedder import HttpEmbedder
from tests.embedding_server import EmbeddingServer, Fault


@pytest.fixture
async def server() -> AsyncIterator[EmbeddingServer]:
    async with EmbeddingServer() as server:
        yield server


@pytest.fixture
async def embedder(server: EmbeddingServer) -> AsyncIterator[HttpEmbedder]:
    async with HttpEmbedder(server.url, server.model, key=server.key) as embedder:
        yield embedder


def answer(*vectors: object, index: int = 0) -> bytes:
    data = [{"object": "embedding", "index": n, "embedding": v} for n, v in enumerate(vectors, index)]
    return json.dumps({"object": "list", "data": data}).encode()


async def test_each_text_gets_its_vector(server: EmbeddingServer, embedder: HttpEmbedder) -> None:
    first, second = await embedder.embed(["newts and frogs", "лягушки"])
    assert first == pytest.approx(server.vector("newts and frogs"))
    assert second == pytest.approx(server.vector("лягушки"))
    assert server.questions == [["newts and frogs", "лягушки"]]


async def test_an_answer_in_another_order_is_put_in_order(server: EmbeddingServer, embedder: HttpEmbedder) -> None:
    body = {"data": [{"index": 1, "embedding": [0.0, 1.0]}, {"index": 0, "embedding": [1.0, 0.0]}]}
    server.faults.append(Fault(body=json.dumps(body).encode()))
    assert await embedder.embed(["one", "two"]) == [[1.0, 0.0], [0.0, 1.0]]


async def test_nothing_is_asked_for_no_texts(server: EmbeddingServer, embedder: HttpEmbedder) -> None:
    assert await embedder.embed([]) == []
    assert server.requests == 0


async def test_a_server_without_a_key_is_sent_none() -> None:
    async with EmbeddingServer(key=None) as server, HttpEmbedder(f"{server.url}/", server.model) as embedder:
        assert len(await embedder.embed(["newts"])) == 1


async def test_a_wrong_key_fails_and_names_the_setting_and_not_the_key(server: EmbeddingServer) -> None:
    async with HttpEmbedder(server.url, server.model, key="wrong-key") as embedder:
        with pytest.raises(EmbeddingFailed, match=r"401.*EMBEDDINGS_KEY") as caught:
            await embedder.embed(["newts"])
    assert "wrong-key" not in str(caught.value)


async def test_an_unknown_model_fails_and_names_the_settings(server: EmbeddingServer) -> None:
    async with HttpEmbedder(server.url, "another", key=server.key) as embedder:
        with pytest.raises(EmbeddingFailed, match=r"404.*EMBEDDINGS_MODEL"):
            await embedder.embed(["newts"])


@pytest.mark.parametrize("status", [400, 413, 422, 500])
async def test_a_text_that_is_too_long_is_refused_however_the_server_says_so(
    server: EmbeddingServer, embedder: HttpEmbedder, status: int
) -> None:
    server.longest, server.too_long_status = 3, status
    with pytest.raises(EmbeddingRefused):
        await embedder.embed(["one two three four"])


async def test_an_empty_text_is_refused_as_the_server_refuses_it(embedder: HttpEmbedder) -> None:
    with pytest.raises(EmbeddingRefused):
        await embedder.embed(["newts", ""])


async def test_a_limit_is_a_failure_that_says_how_long_to_wait(server: EmbeddingServer, embedder: HttpEmbedder) -> None:
    server.faults.append(Fault(429, headers={"Retry-After": "90"}))
    with pytest.raises(EmbeddingFailed) as caught:
        await embedder.embed(["newts"])
    assert caught.value.retry_after == timedelta(seconds=90)


@pytest.mark.parametrize("status", [302, 502, 503])
async def test_a_server_that_is_not_well_is_a_failure(
    server: EmbeddingServer, embedder: HttpEmbedder, status: int
) -> None:
    server.faults.append(Fault(status, headers={"Location": "/elsewhere"}))
    with pytest.raises(EmbeddingFailed, match=str(status)):
        await embedder.embed(["newts"])


async def test_silence_is_a_failure(server: EmbeddingServer) -> None:
    server.faults.append(Fault(hold=True))
    async with HttpEmbedder(server.url, server.model, key=server.key, timeout=0.05) as embedder:
        with pytest.raises(EmbeddingFailed):
            await embedder.embed(["newts"])


async def test_a_server_that_is_not_there_is_a_failure(server: EmbeddingServer) -> None:
    address = server.url
    async with EmbeddingServer() as gone:
        address = gone.url
    async with HttpEmbedder(address, server.model) as embedder:
        with pytest.raises(EmbeddingFailed, match="ConnectError"):
            await embedder.embed(["newts"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad gateway</html>",
        b"[" * 100_000,
        b"\xff\xfe",
        b"null",
        b'{"data": {}}',
        b'{"data": [{"index": 0}]}',
        b'{"data": [{"index": [], "embedding": [1]}]}',
        b'{"data": [1]}',
        b'{"data": [{"index": 0, "embedding": [1' + b"0" * 400 + b"]}]}",
        answer(),
        answer([1.0, 0.0], [1.0, 0.0]),
        answer([1.0, 0.0], index=1),
        answer([]),
        answer([0.0, 0.0]),
        answer(["1", "2"]),
        answer("AAAA"),
        answer([1.0, float("nan")]),
        answer([1.0, float("inf")]),
        answer([1e300, 1.0]),
        answer([1e-300, 0.0]),
        answer([1.0] * 9_000),
    ],
)
async def test_an_answer_that_is_no_vector_is_a_failure(
    server: EmbeddingServer, embedder: HttpEmbedder, body: bytes
) -> None:
    server.faults.append(Fault(body=body))
    with pytest.raises(EmbeddingFailed):
        await embedder.embed(["newts"])


async def test_vectors_of_several_lengths_are_a_failure(server: EmbeddingServer, embedder: HttpEmbedder) -> None:
    server.faults.append(Fault(body=answer([1.0, 0.0], [1.0])))
    with pytest.raises(EmbeddingFailed):
        await embedder.embed(["newts", "frogs"])


async def test_an_endless_answer_is_broken_off(
    server: EmbeddingServer, embedder: HttpEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.readers.embedder.MOST_BYTES", 1_000)
    server.faults.append(Fault(body=b" " * 100_000))
    with pytest.raises(EmbeddingFailed, match="more than"):
        await embedder.embed(["newts"])
