"""What becomes of what cannot be delivered: who is told and asked, what moves along, and what is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.subscriptions import default_choices
from bot.services.deliveries import Answer
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.outbox import (
    START,
    add_destination,
    all_deliveries,
    delivery,
    states,
)
from tests.posting import PENDING, post, texts
from tests.telegram_server import HangUp, Refuse
from tests.telegram_world import User


def subscribed(uow: UnitOfWork, destination_id: int, created_by: str) -> None:
    """Somebody has set a digest up there."""
    choices = default_choices("UTC", private=False)
    uow.subscriptions.add(destination_id, choices, window_end=START, now=START, created_by=created_by)


async def test_who_set_the_digest_up_is_told_that_its_chat_is_lost_and_nobody_else(database: Database) -> None:
    async with post(database) as office:
        creator, group = office.reader("Creator"), office.server.group("Readers")
        office.server.kick_bot(group)
        number = office.add(group, "one")
        with database.write() as uow:
            subscribed(uow, delivery(database, number).destination.id, f"telegram:{creator.id}")
        for _ in range(3):
            await office.once()
        (told,) = texts(creator)
        assert "can no longer write to" in told
        assert office.notices() == []


@pytest.mark.parametrize("blocked_before", [False, True])
async def test_where_who_set_it_up_cannot_be_reached_those_who_run_the_bot_are_told_once(
    database: Database, blocked_before: bool
) -> None:
    async with post(database) as office:
        creator, group = office.reader("Creator"), office.server.group("Readers")
        office.server.kick_bot(group)
        office.server.block(User(creator.id, "Creator"))
        if blocked_before:
            with database.write() as uow:
                uow.communities.pause(add_destination(uow, creator.id).id, "blocked", now=START)
        number = office.add(group, "one")
        with database.write() as uow:
            subscribed(uow, delivery(database, number).destination.id, f"telegram:{creator.id}")
        for _ in range(5):
            await office.once()
        (notice,) = office.notices()
        assert "can no longer write to" in notice


async def test_who_set_the_digest_up_is_asked_whether_a_part_arrived_and_may_answer(database: Database) -> None:
    async with post(database) as office:
        creator, group = office.reader("Creator"), office.server.group("Readers")
        number = office.add(group, "one")
        with database.write() as uow:
            subscribed(uow, delivery(database, number).destination.id, f"telegram:{creator.id}")
        office.server.fail("sendMessage", HangUp(accepted=False))
        await office.run()
        assert "part 1 of 1 has arrived" in texts(creator)[0]
        assert office.notices() == []
        stranger = {"platform": "telegram", "chat_ids": [str(office.boss.id)]}
        assert await office.deliveries.answer(number, 1, arrived=False, **stranger) is Answer.NOT_ASKED
        asked = {"platform": "telegram", "chat_ids": [str(creator.id)]}
        assert await office.deliveries.answer(number, 1, arrived=False, **asked) is Answer.TAKEN
        await office.run()
        assert texts(group) == ["one"]


async def test_a_question_that_nobody_could_be_asked_goes_to_those_who_run_the_bot(database: Database) -> None:
    async with post(database) as office:
        creator, group = office.reader("Creator"), office.server.group("Readers")
        office.server.block(User(creator.id, "Creator"))
        number = office.add(group, "one")
        with database.write() as uow:
            subscribed(uow, delivery(database, number).destination.id, f"telegram:{creator.id}")
        office.server.fail("sendMessage", HangUp(accepted=True))
        for _ in range(4):
            await office.once()
        (question,) = office.notices()
        assert "part 1 of 1 has arrived" in question


@pytest.mark.parametrize(
    "refusal",
    [
        Refuse(403, "Forbidden: bot was kicked from the supergroup chat"),
        Refuse(403, "Forbidden: bot is not a member of the channel chat"),
        Refuse(403, "Forbidden: user is deactivated"),
        Refuse(400, "Bad Request: chat not found"),
        Refuse(400, "Bad Request: TOPIC_CLOSED"),
        Refuse(400, "Bad Request: message thread not found"),
        Refuse(400, "Bad Request: not enough rights to send text messages to the chat"),
        Refuse(400, "Bad Request: need administrator rights in the channel chat"),
        Refuse(400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
    ],
)
async def test_where_the_bot_may_not_write_nothing_is_lost_and_others_are_not_touched(
    database: Database, refusal: Refuse
) -> None:
    async with post(database) as office:
        lost, other = office.server.group("Lost"), office.reader("Bia")
        number = office.add(lost, "one", "two")
        office.server.fail("sendMessage", refusal)
        await office.once()
        office.add(other, "for Bia")
        await office.once()
        await office.once()
        assert texts(lost) == []
        assert texts(other) == ["for Bia"]
        assert states(database, number) == [PENDING, PENDING]
        assert delivery(database, number).destination.paused_reason is not None
        assert len(office.notices()) == 1


async def test_a_group_that_moves_to_a_chat_we_know_takes_what_waits_along(database: Database) -> None:
    async with post(database) as office:
        group = office.server.group("Readers")
        new = office.server.migrate(group)
        first = office.add(new, "zero", not_before=START + timedelta(hours=1))
        number = office.add(group, "one", "two")
        later = office.add(group, "three", not_before=START + timedelta(hours=2))
        await office.run()
        assert texts(new) == ["one", "two", "zero", "three"]
        assert {delivery(database, one).destination.chat_id for one in (first, number, later)} == {str(new.id)}


async def test_what_was_sent_long_ago_is_forgotten_but_not_that_it_was_sent(database: Database) -> None:
    async with post(database) as office:
        chat, lost = office.reader(), office.server.group("Lost")
        office.server.kick_bot(lost)
        old, waiting = office.add(chat, "one"), office.add(lost, "waits", expires_at=None)
        await office.run()
        office.server.fail("sendMessage", HangUp(accepted=True))
        doubtful = office.add(office.reader("Bia"), "perhaps")
        await office.run()
        office.time.advance_to(START + timedelta(days=91))
        new = office.add(chat, "two")
        await office.run()
        await office.deliveries.prune(timedelta(days=90))
        said = {one.id: [part.payload for part in one.parts] for one in all_deliveries(database)}
        assert said == {
            old: [{}],
            waiting: [{"html": "waits"}],
            doubtful: [{"html": "perhaps"}],
            new: [{"html": "two"}],
        }
        assert delivery(database, old).parts[0].message_id is not None
