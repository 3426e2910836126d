"""How parts go out: their order, limits, doubts, and what becomes of what waits."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from bot.domain.communities import DestinationKind
from bot.domain.deliveries import PROCESS_ENDED, DeliveryKind, PartState, Unreachable, begun
from bot.domain.subscriptions import UnknownPolicy
from bot.services.deliveries import LEASE, Answer
from storage.database import Database
from tests.outbox import (
    START,
    add_delivery,
    add_destination,
    all_deliveries,
    delivery,
    next_due,
    states,
)
from tests.posting import EXPIRED, PENDING, SENT, UNKNOWN, post, texts
from tests.telegram_server import HangUp, Hold, Refuse
from tests.telegram_world import User


async def test_parts_arrive_in_order_within_telegrams_limits(database: Database) -> None:
    async with post(database) as office:
        office.server.limit_rates()
        chat = office.reader()
        number = office.add(chat, "one", "two", "three")
        await office.run()
        assert texts(chat) == ["one", "two", "three"]
        assert states(database, number) == [SENT, SENT, SENT]
        assert {request.status for request in office.server.calls("sendMessage")} == {200}
        assert next_due(database) is None


async def test_the_same_key_is_stored_once(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        assert office.add(chat, "news", key="digest:1") == office.add(chat, "news again", key="digest:1")
        await office.run()
        assert texts(chat) == ["news"]


async def test_nothing_is_sent_before_its_time(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        office.add(chat, "later", not_before=START + timedelta(hours=1))
        await office.once()
        assert texts(chat) == []
        await office.run()
        assert texts(chat) == ["later"]
        assert office.time.now() >= START + timedelta(hours=1)


async def test_two_deliveries_to_a_place_never_mix(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        office.add(chat, "a1", "a2", "a3")
        office.add(chat, "b1", "b2", "b3")
        await office.run()
        assert texts(chat) == ["a1", "a2", "a3", "b1", "b2", "b3"]


async def test_a_reminder_does_not_wait_for_a_digest_that_cannot_be_sent(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        office.add(chat, "a digest")
        office.server.fail("sendMessage", Refuse(500, "Internal Server Error"))
        await office.once()
        office.add(chat, "today's digest")
        office.add(chat, "a reminder", kind=DeliveryKind.CLUB)
        await office.once()
        assert texts(chat) == ["a reminder"]
        await office.run()
        assert texts(chat) == ["a reminder", "a digest", "today's digest"]


async def test_the_edit_of_a_card_does_not_wait_for_a_digest_that_cannot_be_sent(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        card = office.add(chat, "nobody is going", kind=DeliveryKind.CARD)
        await office.once()
        office.add(chat, "a digest")
        office.server.fail("sendMessage", Refuse(500, "Internal Server Error"))
        await office.once()
        await office.deliveries.correct(card, 1, {"html": "Ana is going"})
        await office.once()
        assert texts(chat) == ["Ana is going"]


async def test_a_reminder_does_not_come_between_the_parts_of_a_digest(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        office.add(chat, "part 1", "part 2", "part 3")
        hold = Hold(accepted=True)
        office.server.fail("sendMessage", hold)
        await office.deliveries.dispatch()
        await hold.reached.wait()
        office.add(chat, "a reminder", kind=DeliveryKind.CLUB)
        await office.deliveries.dispatch()
        hold.release()
        await office.deliveries.settle()
        await office.run()
        assert texts(chat) == ["part 1", "part 2", "part 3", "a reminder"]


async def test_the_most_urgent_kinds_go_out_first(database: Database) -> None:
    async with post(database, lanes=4) as office:
        for kind in (DeliveryKind.DIGEST, DeliveryKind.NOTICE, DeliveryKind.CARD, DeliveryKind.CLUB):
            for number in range(3):
                office.add(office.reader(f"{kind} {number}"), f"{kind} {number}", kind=kind)
        claimed = []
        for _ in range(3):
            with database.write() as uow:
                taken = uow.deliveries.claim("telegram", owner="o", now=START, lease=LEASE, limit=4)
                claimed.append([one.kind.value for one in taken])
        assert claimed == [
            ["club", "club", "club", "card"],
            ["card", "card", "notice", "notice"],
            ["notice", "digest", "digest", "digest"],
        ]


async def test_a_limit_of_one_chat_is_waited_for_there_and_only_there(database: Database) -> None:
    async with post(database) as office:
        ana, bia = office.reader("Ana"), office.reader("Bia")
        number = office.add(ana, "for Ana")
        office.server.fail("sendMessage", Refuse(429, "Too Many Requests: retry after 600", retry_after=600))
        await office.once()
        office.add(ana, "more for Ana")
        office.add(bia, "for Bia")
        await office.once()
        assert (texts(ana), texts(bia)) == ([], ["for Bia"])
        assert delivery(database, number).parts[0].error == "Telegram asked to wait"
        office.time.advance_to(START + timedelta(seconds=599))
        await office.once()
        assert texts(ana) == []
        await office.run()
        assert texts(ana) == ["for Ana", "more for Ana"]


async def test_a_chat_that_does_not_answer_keeps_no_other_waiting(database: Database) -> None:
    async with post(database) as office:
        slow, quick = office.reader("Slow"), office.reader("Quick")
        office.add(slow, "one")
        hold = Hold(accepted=False)
        office.server.fail("sendMessage", hold)
        await office.deliveries.dispatch()
        await hold.reached.wait()
        office.add(quick, "two")
        await office.deliveries.dispatch()
        assert (await office.server.next_message(quick)).text == "two"
        assert texts(slow) == []
        hold.release()
        await office.deliveries.settle()
        assert texts(slow) == ["one"]


async def test_what_telegram_answers_with_an_error_of_its_own_is_tried_again(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        number = office.add(chat, "news")
        office.server.fail("sendMessage", Refuse(500), Refuse(502, "Bad Gateway"))
        await office.run()
        assert texts(chat) == ["news"]
        (part,) = delivery(database, number).parts
        assert (part.state, part.attempts, part.doubts, part.error) == (SENT, 3, 0, None)


async def test_while_telegram_cannot_be_reached_nothing_is_in_doubt(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        number = office.add(chat, "news")
        await office.server.go_away()
        await office.once()
        (part,) = delivery(database, number).parts
        assert (part.state, part.doubts) == (PENDING, 0)
        await office.server.come_back()
        await office.run()
        assert texts(chat) == ["news"]


async def test_a_lost_answer_is_marked_asked_about_once_and_keeps_nothing_back(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        number = office.add(chat, "one", "two")
        office.server.fail("sendMessage", HangUp(accepted=True))
        await office.run()
        assert texts(chat) == ["one", "two"]
        assert states(database, number) == [UNKNOWN, SENT]
        (question,) = office.boss.said
        assert "part 1 of 2 has arrived" in question.text
        assert [button["text"] for row in question.keyboard for button in row] == ["It arrived", "Send again"]


async def test_the_answer_that_it_arrived_settles_a_doubt(database: Database) -> None:
    async with post(database) as office:
        chat, boss = office.reader(), str(office.boss.id)
        number = office.add(chat, "one")
        office.server.fail("sendMessage", HangUp(accepted=True))
        await office.run()
        told = {"platform": "telegram", "chat_ids": [boss]}
        assert await office.deliveries.answer(number, 1, arrived=True, **told) is Answer.TAKEN
        assert await office.deliveries.answer(number, 1, arrived=False, **told) is Answer.TOO_LATE
        await office.run()
        assert texts(chat) == ["one"]
        assert states(database, number) == [SENT]


async def test_what_did_not_arrive_is_sent_again_when_the_administrator_says_so(database: Database) -> None:
    async with post(database) as office:
        chat, boss = office.reader(), str(office.boss.id)
        number = office.add(chat, "one", expires_at=START + timedelta(minutes=5))
        office.server.fail("sendMessage", HangUp(accepted=False))
        await office.run()
        office.time.advance_to(START + timedelta(hours=8))  # whoever is asked at night answers in the morning
        assert (
            await office.deliveries.answer(number, 1, arrived=False, platform="telegram", chat_ids=[boss])
            is Answer.TAKEN
        )
        await office.run()
        assert texts(chat) == ["one"]
        assert states(database, number) == [SENT]


async def test_only_those_who_were_asked_can_answer(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        number = office.add(chat, "one")
        office.server.fail("sendMessage", HangUp(accepted=True))
        await office.run()
        stranger = {"platform": "telegram", "chat_ids": [str(chat.id)]}
        assert await office.deliveries.answer(number, 1, arrived=False, **stranger) is Answer.NOT_ASKED
        assert await office.deliveries.answer(number + 99, 1, arrived=False, **stranger) is Answer.NOT_ASKED


async def test_what_a_dead_process_was_sending_is_unknown_and_the_rest_goes_on(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        number = office.add(chat, "one", "two", "three")
        with database.write() as uow:
            (claimed,) = uow.deliveries.claim("telegram", owner="dead", now=START, lease=LEASE, limit=9)
            for part in claimed.parts[:2]:
                uow.deliveries.begin([(number, begun(part, START), "dead")])
            uow.deliveries.save([(number, begun(claimed.parts[0], START))])
        await office.once()
        assert texts(chat) == [], "somebody else may be at it while the lease lasts"
        await office.run()
        assert texts(chat) == ["three"]
        found = delivery(database, number).parts
        assert [part.state for part in found] == [UNKNOWN, UNKNOWN, SENT]
        assert found[0].error == PROCESS_ENDED
        assert len(office.notices()) == 2


async def test_who_blocks_the_bot_is_paused_and_an_administrator_told_once(database: Database) -> None:
    async with post(database) as office:
        chat, other = office.reader(), office.reader("Bia")
        office.server.block(User(chat.id, "Ana"))
        number = office.add(chat, "one", "two")
        office.add(other, "for Bia")
        await office.once()
        office.add(chat, "three")
        await office.once()
        await office.once()
        assert texts(other) == ["for Bia"]
        (notice,) = office.notices()
        assert "they have blocked the bot" in notice
        assert delivery(database, number).destination.paused_reason == Unreachable.BLOCKED
        assert states(database, number) == [PENDING, PENDING]


async def test_what_waited_for_a_paused_destination_is_sent_when_it_is_resumed(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        office.server.kick_bot(chat)
        number = office.add(chat, "one", "two")
        await office.once()
        chat.bot_status = "member"
        with database.write() as uow:
            place = delivery(database, number).destination.id
            uow.communities.resume(place)
            uow.deliveries.resume(place, now=office.time.now())
        await office.run()
        assert texts(chat) == ["one", "two"]


async def test_what_waits_too_long_is_marked_and_not_sent(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        office.server.kick_bot(chat)
        number = office.add(chat, "one", expires_at=START + timedelta(hours=3))
        await office.run()
        assert states(database, number) == [EXPIRED]
        late = office.add(office.reader("Bia"), "late", not_before=START, expires_at=START)
        await office.run()
        assert states(database, late) == [EXPIRED]


async def test_a_group_that_becomes_a_supergroup_is_followed(database: Database) -> None:
    async with post(database) as office:
        group = office.server.group("Readers")
        new = office.server.migrate(group)
        number = office.add(group, "one", "two")
        await office.run()
        assert texts(new) == ["one", "two"]
        assert delivery(database, number).destination.chat_id == str(new.id)


async def test_a_deleted_topic_pauses_only_the_topic(database: Database) -> None:
    async with post(database) as office:
        forum = office.server.supergroup("Forum", forum=True)
        topic = office.server.topic(forum, "Papers")
        with database.write() as uow:
            here = add_destination(uow, forum.id, thread_id=str(topic.id), kind=DestinationKind.TOPIC)
            gone = add_destination(uow, forum.id, thread_id="999", kind=DestinationKind.TOPIC)
            add_delivery(uow, here, "here")
            lost = add_delivery(uow, gone, "gone")
        await office.once()
        assert [(message.text, message.thread) for message in forum.said] == [("here", topic.id)]
        assert delivery(database, lost).destination.paused_reason == "Message thread not found"


async def test_what_telegram_does_not_understand_fails_and_pauses_nothing(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        number = office.add(chat, "<b>not closed", "two")
        await office.run()
        assert states(database, number) == [PartState.FAILED, SENT]
        assert delivery(database, number).destination.paused_reason is None
        assert texts(chat) == ["two"]


async def test_a_correction_is_edited_in_place(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        number = office.add(chat, "one", "two")
        await office.run()
        await office.deliveries.correct(number, 2, {"html": "two, corrected"})
        office.server.fail("editMessageText", Refuse(429, "Too Many Requests", retry_after=30), HangUp(accepted=True))
        await office.run()
        assert texts(chat) == ["one", "two, corrected"]
        assert not any(part.outdated for part in delivery(database, number).parts)


async def test_a_correction_of_what_waits_is_sent_at_once_as_corrected(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        number = office.add(chat, "one")
        await office.deliveries.correct(number, 1, {"html": "one, corrected"})
        await office.run()
        assert texts(chat) == ["one, corrected"]
        assert office.server.calls("editMessageText") == []


async def test_a_correction_that_comes_while_the_part_is_on_its_way_is_made_afterwards(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        number = office.add(chat, "one", "two")
        hold = Hold(accepted=False)
        office.server.fail("sendMessage", hold)
        await office.deliveries.dispatch()
        await hold.reached.wait()
        await office.deliveries.correct(number, 1, {"html": "one, corrected"})
        hold.release()
        await office.deliveries.settle()
        assert texts(chat) == ["one"]
        await office.run()
        assert texts(chat) == ["one, corrected", "two"]


async def test_what_is_void_is_not_sent_any_more(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        number = office.add(chat, "one", key="reminder")
        with database.write() as uow:
            uow.deliveries.withdraw([number], now=office.time.now())
        await office.run()
        assert texts(chat) == []
        assert states(database, number) == [PartState.SUPERSEDED]


async def test_stopping_lets_the_part_on_its_way_arrive_and_keeps_the_rest(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        number = office.add(chat, "one", "two")
        hold = Hold(accepted=False)
        office.server.fail("sendMessage", hold)
        await office.deliveries.dispatch()
        await hold.reached.wait()
        stopping = asyncio.create_task(office.deliveries.stop(within=5))
        await asyncio.sleep(0)
        hold.release()
        await stopping
        assert states(database, number) == [SENT, PENDING]
        assert next_due(database) is not None


async def test_a_fault_of_a_sender_is_a_doubt_and_stops_nothing(database: Database) -> None:
    class Broken:
        async def wait_turn(self, _destination: object) -> None: ...

        async def send(self, _destination: object, _payload: object, *, nonce: str, file: object) -> Any:
            raise ZeroDivisionError(nonce)

        async def edit(self, _destination: object, _message_id: str, _payload: object) -> Any: ...

    async with post(database) as office:
        number = office.add(office.reader(), "one", unknown_policy=UnknownPolicy.ASSUME_SENT)
        office.deliveries.connect("telegram", Broken())
        await office.run()
        assert states(database, number) == [UNKNOWN]


async def test_a_notice_that_cannot_be_delivered_brings_forth_no_other(database: Database) -> None:
    async with post(database) as office:
        chat = office.reader()
        office.server.kick_bot(chat)
        office.server.kick_bot(office.boss)
        office.add(chat, "one")
        for _ in range(4):
            await office.once()
        kinds = [one.kind for one in all_deliveries(database)]
        assert kinds == [DeliveryKind.DIGEST, DeliveryKind.NOTICE]
