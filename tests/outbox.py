"""An outbox for tests: destinations on the Telegram double, deliveries to them, and the real service and client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.domain.communities import Destination, DestinationKind, DestinationSpec
from bot.domain.deliveries import Delivery, DeliveryKind, NewDelivery, PartState, Payload
from bot.domain.subscriptions import UnknownPolicy
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.payload import payloads
from bot.platforms.telegram.send import TelegramPost
from bot.services.deliveries import Deliveries
from bot.services.delivery_notices import DeliveryNotices
from bot.services.ports import Clock
from storage.database import Database
from storage.unit_of_work import UnitOfWork

START = datetime(2026, 3, 10, 9, tzinfo=UTC)


class VirtualTime:
    """Time that passes only when somebody waits, and then at once."""

    def __init__(self, start: datetime = START) -> None:
        self.seconds = 0.0
        self._start = start

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.seconds += max(0.0, seconds)

    def advance_to(self, moment: datetime) -> None:
        self.seconds = max(self.seconds, (moment - self._start).total_seconds())


@cache
def _tls() -> Any:
    """Made once: it reads all certificates."""
    return httpx.create_ssl_context()


def telegram_bot(token: str, url: str, *, connections: int = 64) -> AbstractAsyncContextManager[Bot]:
    """The client as the bot has it, without polling."""
    patience: dict[str, Any] = dict.fromkeys(("read_timeout", "write_timeout", "connect_timeout", "pool_timeout"), 60)
    calls, polls = (
        HTTPXRequest(connection_pool_size=size, httpx_kwargs={"verify": _tls()}, **patience)
        for size in (connections, 1)
    )
    return Bot(token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot", request=calls, get_updates_request=polls)


def telegram_deliveries(
    database: Database,
    bot: Bot,
    *,
    clock: Clock,
    limits: TelegramLimits,
    administrators: Iterable[str] = (),
    **options: Any,
) -> Deliveries:
    """The service, connected to Telegram."""
    notices = DeliveryNotices([("telegram", one) for one in administrators], {"telegram": payloads})
    deliveries = Deliveries(database, clock, Random(7), notices, **options)
    deliveries.connect("telegram", TelegramPost(bot, limits))
    return deliveries


def add_destination(
    uow: UnitOfWork,
    chat_id: int | str,
    *,
    platform: str = "telegram",
    thread_id: str | None = None,
    kind: DestinationKind = DestinationKind.PRIVATE,
) -> Destination:
    spec = DestinationSpec(platform, str(chat_id), thread_id, kind, f"Chat {chat_id}")
    return uow.communities.ensure_destination(spec, zone="UTC", languages=("en",))


def add_delivery(
    uow: UnitOfWork, destination: Destination, *texts: str, key: str = "", now: datetime = START, **facts: Any
) -> int:
    """A delivery with a part for each text; its key is the first text unless it is given."""
    payloads: tuple[Mapping[str, object], ...] = tuple({"html": text} for text in texts)
    if destination.platform == "discord":
        payloads = tuple({"content": text} for text in texts)
    values: dict[str, Any] = {"kind": DeliveryKind.DIGEST, "not_before": now, "expires_at": now + timedelta(days=1)}
    values["unknown_policy"] = UnknownPolicy.ASK
    new = NewDelivery(key or texts[0], destination.id, payloads=payloads, **(values | facts))
    return uow.deliveries.add(new, now=now)


def mark_sent(uow: UnitOfWork, delivery_id: int, message_id: int, at: datetime) -> None:
    """The first part of a delivery has arrived as this message."""
    sent = uow.deliveries.get(delivery_id)
    assert sent is not None
    part = replace(sent.parts[0], state=PartState.SENT, message_id=str(message_id), sent_at=at)
    uow.deliveries.save([(delivery_id, part)])


def text_of(payload: Payload) -> str:
    """What a payload of `add_delivery` says."""
    return str(payload.get("html") or payload.get("content"))


def all_deliveries(database: Database) -> list[Delivery]:
    with database.read() as uow:
        return [entry.delivery for entry in reversed(uow.deliveries.entries(limit=1_000_000))]


def delivery(database: Database, delivery_id: int) -> Delivery:
    with database.read() as uow:
        found = uow.deliveries.get(delivery_id)
    assert found is not None
    return found


def states(database: Database, delivery_id: int) -> list[PartState]:
    return [part.state for part in delivery(database, delivery_id).parts]


def all_due(database: Database) -> list[datetime]:
    """When there is something to do, soonest first."""
    with database.read() as uow:
        return sorted(entry.due_at for entry in uow.deliveries.entries(limit=1_000_000) if entry.due_at)


def next_due(database: Database) -> datetime | None:
    """When there is next something to do."""
    return next(iter(all_due(database)), None)


async def until_nothing_is_due(
    deliveries: Deliveries, database: Database, time: VirtualTime, *, rounds: int = 500
) -> None:
    """Lets time pass from one thing to do to the next, until there is none."""
    left = 0
    for _ in range(rounds):
        await deliveries.dispatch()
        await deliveries.settle()
        due = all_due(database)
        if not due:
            return
        if len(due) == left:  # what is due now waits for something that is not
            time.advance_to(next((moment for moment in due if moment > time.now()), time.now()))
        left = len(due)
    raise AssertionError(f"there is still something to do after {rounds} rounds, at {due}")
