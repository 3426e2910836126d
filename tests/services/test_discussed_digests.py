"""Digests that come by themselves say which papers their club has discussed, and corrections leave that as it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.domain.club import SessionPaper, SessionPlan
from storage.database import Database
from tests.fakes import FakeClock
from tests.services.test_corrections import Office, on_telegram
from tests.services.test_scheduled_digests import NINE, about, make_builder, publish, sent_texts, subscribe

YESTERDAY = NINE - timedelta(days=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NINE)


@pytest.fixture
async def telegram(database: Database, clock: FakeClock) -> AsyncIterator[Office]:
    async with on_telegram(database, clock) as made:
        yield made


def discuss(database: Database, community_id: int, number: int, at: datetime = YESTERDAY) -> None:
    """A session of a community about the paper with a number."""
    paper = SessionPaper("A paper", identity=f"arxiv:2101.{number:05}")
    plan = SessionPlan("A session", at, "UTC", papers=(paper,))
    with database.write() as uow:
        uow.club_sessions.add(community_id, plan, uid=f"{community_id}-{number}-{at}", now=NINE)


async def test_a_digest_says_what_its_club_has_discussed_and_no_other_does(
    database: Database, clock: FakeClock
) -> None:
    _, ours = subscribe(database, 7)
    subscribe(database, 8)
    publish(database, about(1), about(2), at=NINE - timedelta(hours=2))
    discuss(database, ours.community_id, 2)
    await make_builder(database, clock).build_due()
    told = [text.count("discussed in session 1 (March 9, 2026)") for text in sent_texts(database)]
    assert sorted(told) == [0, 1]
    (mine,) = (text for text in sent_texts(database) if "discussed" in text)
    assert "discussed" in mine.partition("Title of number 2")[2]


async def test_clubs_with_sessions_of_their_own_do_not_share_what_is_said(database: Database, clock: FakeClock) -> None:
    chats = [subscribe(database, chat)[1] for chat in (7, 8)]
    publish(database, about(1), at=NINE - timedelta(hours=2))
    discuss(database, chats[0].community_id, 99)
    discuss(database, chats[0].community_id, 1)
    discuss(database, chats[1].community_id, 1)
    await make_builder(database, clock).build_due()
    texts = "".join(sent_texts(database))
    assert texts.count("discussed in session 2") == texts.count("discussed in session 1") == 1


async def test_a_session_that_begins_after_the_digest_is_not_in_it(database: Database, clock: FakeClock) -> None:
    _, ours = subscribe(database, 7)
    publish(database, about(1), at=NINE - timedelta(hours=2))
    discuss(database, ours.community_id, 1, at=NINE + timedelta(minutes=1))
    await make_builder(database, clock).build_due()
    assert "discussed" not in "".join(sent_texts(database))


async def test_a_correction_leaves_what_was_said_of_sessions_as_it_was(telegram: Office, database: Database) -> None:
    telegram.subscribe()
    telegram.publish(about(1, "The titel"), about(2, "Another one"))
    with database.read() as uow:
        (community,) = {one.community_id for one in [uow.communities.destination_at("telegram", str(telegram.chat.id))]}
    discuss(database, community, 1)
    await telegram.build_and_send()
    discuss(database, community, 2, at=NINE + timedelta(minutes=1))
    telegram.publish(about(1, "The title"), about(2, "Another one"))
    assert await telegram.correct() == 1
    (text,) = telegram.read()
    assert text.count("discussed in session 1 (March 9, 2026)") == 1
    assert "session 2" not in text


async def test_a_session_alone_corrects_no_digest(telegram: Office, database: Database) -> None:
    telegram.subscribe()
    telegram.publish(about(1))
    await telegram.build_and_send()
    with database.read() as uow:
        place = uow.communities.destination_at("telegram", str(telegram.chat.id))
    discuss(database, place.community_id, 1)
    assert await telegram.correct() == 0
    assert telegram.edits() == 0
