"""Finding by meaning, for those who have a model that makes vectors of texts. Never needed: without one, or while it
fails, nothing is found by it, and nobody waits."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import EmbeddingFailed, EmbeddingRefused
from bot.domain.vectors import LONGEST_TEXT, SHORTEST_TEXT, Vector
from bot.services.ports import Clock, Embedder
from storage.database import Database
from storage.unit_of_work import UnitOfWork

PATIENCE = 1.0
"""Seconds that a question waits for what is near to it."""
NEAREST = 50
LONGEST_MEANING = 500  # letters
QUESTIONS_KEPT = 200
"""Questions whose vectors are remembered: people turn pages."""
AT_ONCE = 32
"""Texts in one request: servers take more, but those of one's own take long for them."""
REQUESTS_AT_ONCE = 20
"""Requests that are made in a row, before others have their turn."""
WINDOW = 5_000  # items that are looked through in one query
PROBE = "paper"
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)

log = structlog.get_logger(__name__)


class Embeddings:
    """Has vectors made of items, in the background, and finds what is near to a question. `embedder` None: off."""

    def __init__(
        self, database: Database, clock: Clock, embedder: Embedder | None, *, patience: float = PATIENCE
    ) -> None:
        self._database = database
        self._clock = clock
        self._embedder = embedder
        self._patience = patience
        self._asking = _Rest(clock)
        self._making = _Rest(clock)  # a server that is busy with items may still be too slow for a question
        self._longest = LONGEST_TEXT  # what the model takes, as far as is known
        self._seen_up_to: int | None = None
        self._unseen: list[tuple[int, int]] = []  # items that are still to be looked through, from and to, oldest first
        self._questions: OrderedDict[str, Vector] = OrderedDict()

    async def nearest_items(self, text: str) -> list[int]:
        """Items that mean about the same as a text, the nearest first, whoever may see them; none where no model is set
        or where it does not answer in time. Never raises. May be repeated."""
        text = " ".join(text.split())[:LONGEST_MEANING]
        embedder = self._embedder
        if embedder is None or not text or self._asking.lasts:
            return []
        try:
            async with asyncio.timeout(self._patience):
                vector = await self._vector_of(embedder, text)
                found = await self._database.query(_nearest, vector, embedder.model)
        except (EmbeddingFailed, EmbeddingRefused, TimeoutError) as error:
            self._asking.begin(error)
            return []
        self._asking.end()
        return [item_id for item_id, _similarity in found]

    async def embed_due(self) -> int:
        """Has vectors made of items that have none, the newest first; of how many. What fails is tried again later. To
        be called now and then. May be repeated, and broken off."""
        if self._embedder is None or self._making.lasts:
            return 0
        done = 0
        try:
            for _ in range(REQUESTS_AT_ONCE):
                item_ids = await self._due(self._embedder.model)
                if not item_ids:
                    break
                await self._embed(self._embedder, item_ids)
                done += len(item_ids)
        except (EmbeddingFailed, TimeoutError) as error:
            self._making.begin(error)
        if done:
            self._making.end()
            log.info("items_embedded", items=done)
        return done

    async def _vector_of(self, embedder: Embedder, text: str) -> Vector:
        vector = self._questions.get(text)
        if vector is None:
            vector = (await embedder.embed([text]))[0]
            self._questions[text] = vector
            while len(self._questions) > QUESTIONS_KEPT:
                self._questions.popitem(last=False)
        return vector

    async def _due(self, model: str) -> list[int]:
        """The next items that need a vector: those that have none, then those that changed or that another model
        knew."""
        newest = await self._database.query(_newest_item)
        if self._seen_up_to is None:
            while await self._database.run(_leave_to, model):
                pass
        if newest > (self._seen_up_to or 0):
            self._unseen.append(((self._seen_up_to or 0) + 1, newest))
        self._seen_up_to = newest
        while self._unseen:
            first, last = self._unseen.pop()
            window = max(first, last - WINDOW + 1)
            found = await self._database.query(_without, window, last)
            if found:
                self._unseen.append((first, found[0]))
                return found
            if window > first:
                self._unseen.append((first, window - 1))
        return await self._database.query(_stale)

    async def _embed(self, embedder: Embedder, item_ids: Sequence[int]) -> None:
        texts = await self._database.query(_texts, item_ids)
        vectors: dict[int, Vector | None] = {item_id: None for item_id, text in texts.items() if not text}
        wanted = {item_id: text[: self._longest] for item_id, text in texts.items() if text}
        try:
            made = await embedder.embed(list(wanted.values())) if wanted else []
            vectors.update(zip(wanted, made, strict=True))
        except EmbeddingRefused:
            for item_id, text in wanted.items():
                vectors[item_id] = await self._shortened(embedder, text)
        await self._database.run(_keep, vectors, texts, embedder.model)

    async def _shortened(self, embedder: Embedder, text: str) -> Vector | None:
        """The vector of as much of a text as the model takes, None where it takes none of it."""
        while True:
            try:
                vector = (await embedder.embed([text]))[0]
            except EmbeddingRefused as error:
                if len(text) <= SHORTEST_TEXT:
                    await self._make_sure(embedder, error)
                    return None
                text = text[: max(len(text) // 2, SHORTEST_TEXT)]
            else:
                self._longest = min(self._longest, max(len(text), SHORTEST_TEXT))
                return vector

    async def _make_sure(self, embedder: Embedder, error: EmbeddingRefused) -> None:
        """Raises EmbeddingFailed where the model refuses everything: then it is not the text that is at fault."""
        try:
            await embedder.embed([PROBE])
        except EmbeddingRefused:
            raise EmbeddingFailed(str(error)) from error


class _Rest:
    """A while in which nothing is asked, because the last answer was none; longer each time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._until: datetime | None = None

    @property
    def lasts(self) -> bool:
        return self._until is not None and self._clock() < self._until

    def begin(self, error: Exception) -> None:
        asked = error.retry_after if isinstance(error, EmbeddingFailed) else None
        wait = max(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(self._failures, 10)), asked or timedelta(0))
        self._failures += 1
        self._until = self._clock() + wait
        log.warning("embedding_failed", reason=str(error) or "no answer in time", again_in=wait.total_seconds())

    def end(self) -> None:
        self._failures = 0
        self._until = None


def _newest_item(uow: UnitOfWork) -> int:
    return uow.vectors.newest_item()


def _without(uow: UnitOfWork, first: int, last: int) -> list[int]:
    return uow.vectors.without(first=first, last=last, limit=AT_ONCE)


def _stale(uow: UnitOfWork) -> list[int]:
    return uow.vectors.stale(AT_ONCE)


def _leave_to(uow: UnitOfWork, model: str) -> int:
    return uow.vectors.leave_to(model, limit=WINDOW)


def _texts(uow: UnitOfWork, item_ids: Sequence[int]) -> dict[int, str]:
    return uow.vectors.texts(item_ids)


def _keep(uow: UnitOfWork, vectors: Mapping[int, Vector | None], made_of: Mapping[int, str], model: str) -> None:
    """Writes vectors down. What was edited while they were made still needs one."""
    now = uow.vectors.texts(list(vectors))
    same = {item_id: vector for item_id, vector in vectors.items() if now.get(item_id) == made_of[item_id]}
    uow.vectors.keep(same, model=model)


def _nearest(uow: UnitOfWork, vector: Vector, model: str) -> list[tuple[int, float]]:
    return uow.vectors.nearest(vector, model=model, limit=NEAREST)
