"""Cards of sessions: one message in each chat, true soon after each change, and never edited too often."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from bot.domain.club import ClubSession, SessionPaper, SessionPlan
from bot.domain.communities import DestinationKind
from bot.domain.deliveries import Delivery, PartState
from bot.domain.members import Account
from bot.domain.roster import Role, Rsvp, Seat
from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.services.session_cards import SessionCards
from storage.database import Database
from tests.fakes import FakeClock
from tests.outbox import add_destination, all_deliveries

RENDERERS = {"telegram": telegram_payloads, "discord": discord_payloads}
PLAN = SessionPlan(
    "Attention is all you need",
    datetime(2024, 3, 9, 15, tzinfo=UTC),
    "Europe/Moscow",
    papers=(SessionPaper("Attention Is All You Need", "https://arxiv.org/abs/1706.03762", "arxiv:1706.03762"),),
    place="https://meet.example.org/x",
    listeners=30,
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def cards(database: Database, clock: FakeClock) -> SessionCards:
    return SessionCards(database, clock, RENDERERS, default_language="en")


def a_session(database: Database, clock: FakeClock, *, plan: SessionPlan = PLAN, chats: int = 1) -> ClubSession:
    with database.write() as uow:
        there = [add_destination(uow, -100 - at, kind=DestinationKind.GROUP) for at in range(chats)]
        for other in there[1:]:
            uow.communities.join(other.id, there[0].community_id)
        session = uow.club_sessions.add(there[0].community_id, plan, uid="uid", now=clock.now)
        uow.session_cards.show_in(session.id, [one.id for one in there], now=clock.now)
        return session


def answers(database: Database, session: ClubSession, names: list[str], clock: FakeClock, **facts: Any) -> None:
    with database.write() as uow:
        for number, name in enumerate(names):
            member = uow.members.ensure(Account("telegram", f"{name}{number}", name), now=clock.now)
            turn = sum(astuple(uow.rosters.counts(session.id))) + 1
            values: dict[str, Any] = {"seat": Seat.GOING, "role": Role.LISTENER, "turn": turn, **facts}
            uow.rosters.put(Rsvp(0, session.id, member.id, answered_at=clock.now, **values))
        uow.session_cards.touch(session.id, now=clock.now)


def arrive(database: Database, clock: FakeClock) -> int:
    """What is to be sent or edited arrives. Returns how many edits that were."""
    edits = 0
    with database.write() as uow:
        for number, one in enumerate(all_deliveries(database)):
            part = one.parts[0]
            edits += part.outdated
            done = replace(
                part, state=PartState.SENT, message_id=part.message_id or str(number + 1), posted=part.version
            )
            uow.deliveries.save([(one.id, replace(done, sent_at=part.sent_at or clock.now))])
    return edits


def html(delivery: Delivery) -> str:
    return str(delivery.parts[0].payload["html"])


async def test_a_session_is_shown_in_each_chat_as_one_message(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    a_session(database, clock, chats=2)
    assert await cards.bring_up_to_date() == 2
    first, second = all_deliveries(database)
    assert html(first) == html(second)
    assert "Session 1 · Attention is all you need" in html(first)
    assert "Sat, Mar 9, 2024, 18:00 Moscow" in html(first)
    assert '<a href="https://arxiv.org/abs/1706.03762">Attention Is All You Need</a>' in html(first)
    assert "Going: 0/30" in html(first)


async def test_however_many_answer_a_chat_sees_an_edit_every_three_seconds_at_most(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    session = a_session(database, clock)
    edits = []
    for second in range(30):
        answers(database, session, [f"Ann{second}"], clock)
        await cards.bring_up_to_date()
        if arrive(database, clock):
            edits.append(second)
        clock.advance(seconds=1)
    assert all(later - earlier >= 3 for earlier, later in pairwise(edits))
    assert len(edits) >= 7
