"""Finding by meaning, with a real database and the double of a model's server: a help, and never a need."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.domain.items import ParsedItem
from bot.readers.embedder import HttpEmbedder
from bot.services.embeddings import AT_ONCE, FIRST_WAIT, LONGEST_WAIT, Embeddings
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.embedding_server import EmbeddingServer, Fault
from tests.factories import NOW, make_document, make_parsed_item, store
from tests.fakes import FakeClock

NEVER = 10.0  # seconds of patience: more than any test takes
AT_ONCE_GIVES_UP = 0.05


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
async def server() -> AsyncIterator[EmbeddingServer]:
    async with EmbeddingServer() as server:
        yield server


@asynccontextmanager
async def embeddings(
    database: Database, clock: FakeClock, server: EmbeddingServer, *, patience: float = NEVER
) -> AsyncIterator[Embeddings]:
    """The service as it is after a start, with the server's model."""
    async with HttpEmbedder(server.url, server.model, key=server.key) as embedder:
        yield Embeddings(database, clock, embedder, patience=patience)


def put(database: Database, *items: ParsedItem, guid: str = "1") -> None:
    with database.write() as uow:
        store(uow, make_document(*items, guid=guid), now=NOW)


def about(*titles: str, words: str = "") -> list[ParsedItem]:
    return [make_parsed_item(title, words) for title in titles]


def titles_of(database: Database, item_ids: Sequence[int]) -> list[str | None]:
    with database.read() as uow:
        return [item.title for item in uow.items.many(item_ids)]


async def nearest(database: Database, service: Embeddings, words: str) -> list[str | None]:
    return titles_of(database, await service.nearest_items(words))


async def test_what_means_the_same_is_nearest_whatever_its_words(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    server.meanings = {"тритоны": "newts", "лягушки": "frogs"}
    put(database, *about("frogs", "newts", "herons"))
    async with embeddings(database, clock, server) as service:
        assert await service.embed_due() == 3
        assert (await nearest(database, service, "тритоны"))[0] == "newts"
        assert (await nearest(database, service, "лягушки"))[0] == "frogs"


async def test_among_many_items_only_those_that_are_clearly_near_are_found(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    put(database, *about(*(f"alpha{n} beta{n} gamma{n}" for n in range(150)), "newts and more newts"))
    async with embeddings(database, clock, server) as service:
        assert await service.embed_due() == 151
        found = await nearest(database, service, "newts newts newts and more")
    assert found[0] == "newts and more newts"
    assert len(found) < 20


async def test_without_a_model_nothing_is_found_and_nothing_is_made(database: Database, clock: FakeClock) -> None:
    put(database, *about("newts"))
    service = Embeddings(database, clock, None)
    assert await service.embed_due() == 0
    assert await service.nearest_items("newts") == []


async def test_each_item_gets_its_vector_once_and_new_ones_when_they_come(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    put(database, *about("frogs", "newts"))
    async with embeddings(database, clock, server) as service:
        assert [await service.embed_due(), await service.embed_due()] == [2, 0]
        put(database, *about("herons"), guid="2")
        assert [await service.embed_due(), await service.embed_due()] == [1, 0]
    assert [sorted(texts) for texts in server.questions] == [["frogs", "newts"], ["herons"]]


async def test_a_restart_makes_nothing_anew(database: Database, clock: FakeClock, server: EmbeddingServer) -> None:
    put(database, *about("frogs", "newts"))
    for made in (2, 0):
        async with embeddings(database, clock, server) as service:
            assert await service.embed_due() == made


async def test_many_items_are_asked_for_in_batches(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    put(database, *about(*(f"number {n}" for n in range(AT_ONCE + 5))))
    async with embeddings(database, clock, server) as service:
        assert await service.embed_due() == AT_ONCE + 5
    assert [len(texts) for texts in server.questions] == [AT_ONCE, 5]


async def test_an_item_that_is_edited_gets_another_vector(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    put(database, make_parsed_item("Pond life", "frogs", guid="a"))
    async with embeddings(database, clock, server) as service:
        await service.embed_due()
        put(database, make_parsed_item("Pond life", "newts", guid="a"))
        assert await service.embed_due() == 1
        assert await service.embed_due() == 0
    assert [text for texts in server.questions for text in texts] == ["Pond life\nfrogs", "Pond life\nnewts"]


async def test_an_item_that_is_edited_while_its_vector_is_made_gets_another_one(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    edits = ["newts", "herons"]

    class Meanwhile(HttpEmbedder):
        """Something is edited while the model is at work."""

        async def embed(self, texts: Sequence[str]) -> list[list[float]]:
            vectors = await super().embed(texts)
            if edits:
                put(database, make_parsed_item("Pond life", edits.pop(0), guid="a"))
            return vectors

    put(database, make_parsed_item("Pond life", "frogs", guid="a"), make_parsed_item("Other", guid="b"))
    async with Meanwhile(server.url, server.model, key=server.key) as embedder:
        service = Embeddings(database, clock, embedder, patience=NEVER)
        while await service.embed_due():
            pass
    asked = [text for texts in server.questions for text in texts if "Pond" in text]
    assert asked == ["Pond life\nfrogs", "Pond life\nnewts", "Pond life\nherons"]


async def test_another_model_makes_everything_anew_and_is_never_compared_with_the_old_one(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    put(database, *about("frogs", "newts"))
    async with embeddings(database, clock, server) as service:
        await service.embed_due()
    other_server = EmbeddingServer(model="other-32", dimensions=32)
    async with other_server as other, embeddings(database, clock, other) as service:
        assert await service.nearest_items("newts") == []
        assert await service.embed_due() == 2
        assert (await nearest(database, service, "newts"))[0] == "newts"


async def test_a_model_that_changes_its_dimensions_is_not_compared_with_what_it_made_before(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    put(database, *about("frogs"))
    async with embeddings(database, clock, server) as service:
        await service.embed_due()
        server.dimensions = 16
        put(database, *about("newts"), guid="2")
        await service.embed_due()
        assert await nearest(database, service, "newts") == ["newts"]


async def test_a_text_that_is_too_long_is_shortened_until_the_model_takes_it(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    server.longest = 60
    put(database, make_parsed_item("newts", "pond " * 300), make_parsed_item("frogs", "a short one"))
    async with embeddings(database, clock, server) as service:
        assert await service.embed_due() == 2
        assert sorted(await nearest(database, service, "newts"), key=str) == ["frogs", "newts"]
        put(database, make_parsed_item("herons", "lake " * 300), guid="2")
        before = server.requests
        await service.embed_due()
    assert server.requests == before + 1  # the length that was taken is remembered


async def test_a_text_that_the_model_never_takes_is_left_out_and_holds_up_no_other(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    server.longest = 5
    put(database, make_parsed_item("frogs", "a b c d e f g h"), make_parsed_item("newts", ""))
    async with embeddings(database, clock, server) as service:
        assert [await service.embed_due(), await service.embed_due()] == [2, 0]
        assert await nearest(database, service, "newts") == ["newts"]


async def test_an_item_without_words_is_never_sent(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    put(database, make_parsed_item(None, ""))
    async with embeddings(database, clock, server) as service:
        await service.embed_due()
    assert server.requests == 0


@pytest.mark.parametrize(
    "fault",
    [
        Fault(503),
        Fault(429, headers={"Retry-After": "5"}),
        Fault(401),
        Fault(body=b"not json"),
        Fault(body=b'{"data": []}'),
    ],
)
async def test_what_fails_is_tried_again_after_a_while_and_nothing_is_lost(
    database: Database, clock: FakeClock, server: EmbeddingServer, logged: list[Any], fault: Fault
) -> None:
    put(database, *about("frogs", "newts"))
    server.faults.append(fault)
    async with embeddings(database, clock, server) as service:
        assert [await service.embed_due(), await service.embed_due()] == [0, 0]
        assert server.requests == 1
        clock.advance(seconds=FIRST_WAIT.total_seconds())
        assert await service.embed_due() == 2
    assert [line["log_level"] for line in logged if line["event"] == "embedding_failed"] == ["warning"]


async def test_a_server_that_says_how_long_to_wait_is_left_alone_for_so_long(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    put(database, *about("frogs"))
    server.faults.append(Fault(429, headers={"Retry-After": "600"}))
    async with embeddings(database, clock, server) as service:
        await service.embed_due()
        clock.advance(seconds=599)
        assert await service.embed_due() == 0
        clock.advance(seconds=1)
        assert await service.embed_due() == 1


async def test_the_waits_grow_to_an_hour(database: Database, clock: FakeClock, server: EmbeddingServer) -> None:
    put(database, *about("frogs"))
    server.key = "another"
    async with HttpEmbedder(server.url, server.model, key="wrong") as embedder:
        service = Embeddings(database, clock, embedder)
        for tries in range(1, 15):
            await service.embed_due()
            assert server.requests == tries
            clock.advance(seconds=LONGEST_WAIT.total_seconds())


async def test_a_server_that_refuses_everything_loses_no_item(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    put(database, *about("frogs", "newts"))
    server.faults += [Fault(400)] * 5
    async with embeddings(database, clock, server) as service:
        assert await service.embed_due() == 0
        server.faults.clear()
        clock.advance(seconds=FIRST_WAIT.total_seconds())
        assert await service.embed_due() == 2


@pytest.mark.parametrize("fault", [Fault(503), Fault(400), Fault(401), Fault(body=b"{}")])
async def test_a_question_that_gets_no_vector_finds_nothing_and_the_next_ones_do_not_ask(
    database: Database, clock: FakeClock, server: EmbeddingServer, fault: Fault
) -> None:
    put(database, *about("newts"))
    async with embeddings(database, clock, server) as service:
        await service.embed_due()
        server.faults.append(fault)
        before = server.requests
        assert [await service.nearest_items("newts"), await service.nearest_items("frogs")] == [[], []]
        assert server.requests == before + 1
        clock.advance(seconds=FIRST_WAIT.total_seconds())
        assert await nearest(database, service, "newts") == ["newts"]


async def test_a_question_does_not_wait_for_a_slow_server(
    database: Database, clock: FakeClock, server: EmbeddingServer, logged: list[Any]
) -> None:
    server.faults.append(Fault(hold=True))
    async with embeddings(database, clock, server, patience=AT_ONCE_GIVES_UP) as service:
        assert await service.nearest_items("secret words") == []
    assert not any("secret words" in str(line) for line in logged)


async def test_a_question_is_asked_once_while_somebody_turns_its_pages(
    database: Database, clock: FakeClock, server: EmbeddingServer
) -> None:
    async with embeddings(database, clock, server) as service:
        for words in ("newts", " newts  ", "newts"):
            await service.nearest_items(words)
    assert server.requests == 1


@pytest.mark.parametrize("words", ["", "   ", "\n\t"])
async def test_no_words_are_never_sent(
    database: Database, clock: FakeClock, server: EmbeddingServer, words: str
) -> None:
    async with embeddings(database, clock, server) as service:
        assert await service.nearest_items(words) == []
    assert server.requests == 0


async def test_a_very_long_question_is_cut(database: Database, clock: FakeClock, server: EmbeddingServer) -> None:
    async with embeddings(database, clock, server) as service:
        await service.nearest_items("newts " * 10_000)
    assert len(server.questions[0][0]) <= 500


async def test_a_vector_of_an_item_that_is_gone_is_not_kept(database: Database) -> None:
    def keep(uow: UnitOfWork) -> None:
        uow.vectors.keep({77: [1.0, 0.0]}, model="a")

    await database.run(keep)
    assert database.check() == []
