"""Digests that are built and wait, for the end of quiet hours or of an outage, when nobody wants them any more."""

from __future__ import annotations

from datetime import time, timedelta
from typing import cast

import pytest

from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.deliveries import PartState
from bot.domain.subscriptions import Choices, Subscription
from bot.services.digests import Digests
from bot.services.subscriptions import Manager, Subscriptions
from storage.database import Database
from tests.fakes import FakeClock
from tests.outbox import all_deliveries, all_due, mark_sent
from tests.services.test_scheduled_digests import NINE, about, choices, make_builder, publish, subscribe

ANN = Manager("7", DestinationSpec("telegram", "7", None, DestinationKind.PRIVATE, "Ann"), decides=True, language="en")
ASLEEP = (time(8), time(12))
NOON = NINE + timedelta(hours=3)


class Desk:
    """Somebody's digest, built at nine, that waits until they are awake."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.clock = clock
        self.database = database
        builder = make_builder(database, clock)
        digests = cast(Digests, None)  # asked for zones and languages alone
        self.subscriptions = Subscriptions(database, clock, digests, directories={}, builder=builder)
        self.build = builder.build_due

    def subscribe(self, wanted: Choices) -> Subscription:
        return subscribe(self.database, 7, wanted=wanted)[0]

    def states(self) -> list[PartState]:
        return [part.state for one in all_deliveries(self.database) for part in one.parts]


@pytest.fixture
async def desk(database: Database) -> Desk:
    publish(database, about(1), at=NINE)
    return Desk(database, FakeClock(NINE))


async def test_a_digest_that_waits_is_not_sent_after_its_subscription_was_removed_unless_that_is_undone(
    desk: Desk,
) -> None:
    made = desk.subscribe(choices(quiet_hours=ASLEEP))
    await desk.build()
    assert all_due(desk.database) == [NOON]
    await desk.subscriptions.remove(ANN, made.id)
    assert desk.states() == [PartState.SUPERSEDED]
    assert all_due(desk.database) == []
    await desk.subscriptions.bring_back(ANN, made.id)
    assert desk.states() == [PartState.PENDING]
    assert all_due(desk.database) == [NOON]


async def test_a_digest_that_waits_is_not_sent_during_a_pause(desk: Desk) -> None:
    made = desk.subscribe(choices(quiet_hours=ASLEEP))
    await desk.build()
    await desk.subscriptions.pause(ANN, made.id)
    assert all_due(desk.database) == []
    desk.clock.advance(days=1)
    await desk.subscriptions.resume(ANN, made.id)
    assert all_due(desk.database) == [desk.clock()]
    await desk.subscriptions.pause(ANN, made.id)
    desk.clock.advance(days=9)
    await desk.subscriptions.resume(ANN, made.id)
    assert all_due(desk.database) == []  # it is too late for that


async def test_the_other_digests_of_the_chat_and_what_is_under_way_go_on(desk: Desk) -> None:
    first = desk.subscribe(choices())
    other = desk.subscribe(choices(say_nothing_new=True))
    await desk.build()
    sent, waits = all_deliveries(desk.database)
    if sent.key.startswith(f"digest:{other.id}:"):
        first = other
    with desk.database.write() as uow:
        mark_sent(uow, sent.id, 1, NINE)
    await desk.subscriptions.remove(ANN, first.id)
    assert desk.states() == [PartState.SENT, PartState.PENDING]
    await desk.subscriptions.bring_back(ANN, first.id)
    assert desk.states() == [PartState.SENT, PartState.PENDING]
    assert waits.key.startswith("digest:")
