"""What is done with a part, after each outcome and each policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import (
    ATTEMPTS,
    LONGEST_WAIT,
    NONCE_MEMORY,
    Delivery,
    DeliveryKind,
    DeliveryPart,
    Moved,
    PartState,
    Rejected,
    RetryLater,
    SendOutcome,
    Sent,
    Unknown,
    Verdict,
    abandoned,
    answered,
    back_off,
    begun,
    due_after,
    expire,
    judge,
    judge_edit,
    next_part,
    open_questions,
)
from bot.domain.subscriptions import UnknownPolicy

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
PENDING = DeliveryPart(1, {"html": "one"})
UNKNOWN = replace(PENDING, state=PartState.UNKNOWN, attempts=1, doubts=1, attempted_at=NOW)
SENT = replace(PENDING, state=PartState.SENT, attempts=1, message_id="7", posted=1)


def make_delivery(
    *parts: DeliveryPart, platform: str = "telegram", paused: str | None = None, **facts: object
) -> Delivery:
    place = Destination(1, 1, platform, "5", None, DestinationKind.GROUP, "Readers", paused)
    numbered = tuple(replace(part, number=number) for number, part in enumerate(parts, start=1))
    values: dict[str, object] = {"expires_at": NOW + timedelta(days=1), "unknown_policy": UnknownPolicy.ASK}
    return Delivery(9, "key", place, DeliveryKind.DIGEST, numbered, NOW, **(values | facts))  # type: ignore[arg-type]


def after(outcome: SendOutcome, before: DeliveryPart = PENDING) -> Verdict:
    in_doubt = before.state is PartState.UNKNOWN
    return judge(begun(before, NOW), outcome, NOW, in_doubt=in_doubt, chance=1)


def test_what_was_sent_keeps_its_message_and_forgets_its_troubles() -> None:
    part = after(Sent("42"), replace(PENDING, error="it was slow")).part
    assert (part.state, part.message_id, part.error, part.sent_at) == (PartState.SENT, "42", None, NOW)


def test_a_limit_keeps_the_whole_chat_waiting_for_exactly_as_long_as_it_says() -> None:
    verdict = after(RetryLater(timedelta(seconds=37)))
    assert verdict.part.state is PartState.PENDING
    assert (verdict.wait, verdict.chat_wait) == (timedelta(seconds=37), timedelta(seconds=37))


def test_a_failure_keeps_only_its_own_delivery_waiting() -> None:
    verdict = after(RetryLater(reason="Internal Server Error"))
    assert (verdict.part.state, verdict.chat_wait) == (PartState.PENDING, None)
    assert verdict.wait == timedelta(seconds=2)


def test_waits_double_up_to_a_bound_and_are_spread() -> None:
    waits = [back_off(attempts, 1) for attempts in range(1, ATTEMPTS)]
    assert waits[:4] == [timedelta(seconds=seconds) for seconds in (2, 4, 8, 16)]
    assert max(waits) == LONGEST_WAIT
    assert back_off(3, 0) == timedelta(seconds=4)


def test_trying_ends_some_time() -> None:
    tired = replace(PENDING, attempts=ATTEMPTS - 1)
    assert after(RetryLater(reason="no"), tired).part.state is PartState.FAILED
    assert after(RetryLater(timedelta(seconds=1)), tired).part.state is PartState.PENDING


def test_what_is_refused_for_what_it_says_has_failed() -> None:
    verdict = after(Rejected("can't parse entities"))
    assert (verdict.part.state, verdict.part.error) == (PartState.FAILED, "can't parse entities")


def test_what_is_refused_because_of_the_place_waits_for_the_place() -> None:
    assert after(Rejected("bot was kicked", gone=True)).part.state is PartState.PENDING


def test_a_chat_that_has_moved_is_written_to_at_once() -> None:
    verdict = after(Moved("-100"))
    assert (verdict.part.state, verdict.wait) == (PartState.PENDING, timedelta(0))


def test_what_nobody_knows_is_marked() -> None:
    part = after(Unknown("timed out")).part
    assert (part.state, part.doubts, part.error) == (PartState.UNKNOWN, 1, "timed out")


@pytest.mark.parametrize("outcome", [RetryLater(reason="no connection"), RetryLater(timedelta(seconds=9)), Moved("8")])
def test_a_doubt_stays_until_something_surely_arrives(outcome: SendOutcome) -> None:
    part = after(outcome, UNKNOWN).part
    assert (part.state, part.attempted_at) == (PartState.UNKNOWN, NOW)
    assert after(Sent("1"), UNKNOWN).part.state is PartState.SENT


def test_what_was_being_sent_when_the_process_ended_is_unknown() -> None:
    part = abandoned(begun(PENDING, NOW))
    assert (part.state, part.doubts) == (PartState.UNKNOWN, 1)
    assert abandoned(PENDING) is PENDING


def test_parts_go_out_in_order_and_a_crash_resumes_at_the_next() -> None:
    assert next_part(make_delivery(PENDING, PENDING), NOW) == PENDING
    after_crash = next_part(make_delivery(SENT, PENDING), NOW)
    assert after_crash is not None
    assert after_crash.number == 2
    assert next_part(make_delivery(SENT, SENT), NOW) is None


@pytest.mark.parametrize("policy", [UnknownPolicy.ASK, UnknownPolicy.ASSUME_SENT])
def test_an_unknown_part_is_left_alone_and_keeps_nothing_back(policy: UnknownPolicy) -> None:
    part = next_part(make_delivery(UNKNOWN, PENDING, unknown_policy=policy), NOW)
    assert part is not None
    assert part.number == 2


def test_an_unknown_part_is_sent_again_where_two_are_better_than_none() -> None:
    delivery = make_delivery(UNKNOWN, PENDING, unknown_policy=UnknownPolicy.RESEND)
    assert next_part(delivery, NOW) == UNKNOWN
    assert next_part(replace(delivery, expires_at=NOW), NOW) is None


def test_on_discord_an_unknown_part_is_sent_again_while_its_nonce_is_remembered() -> None:
    delivery = make_delivery(UNKNOWN, platform="discord")
    over = NOW + NONCE_MEMORY["discord"]
    assert next_part(delivery, over - timedelta(seconds=1)) == UNKNOWN
    assert open_questions(delivery, over - timedelta(seconds=1)) == ()
    assert next_part(delivery, over) is None
    assert open_questions(delivery, over) == (UNKNOWN,)


def test_administrators_are_asked_only_where_the_subscription_wants_that() -> None:
    assert open_questions(make_delivery(UNKNOWN, SENT), NOW) == (UNKNOWN,)
    for policy in (UnknownPolicy.RESEND, UnknownPolicy.ASSUME_SENT):
        assert open_questions(make_delivery(UNKNOWN, unknown_policy=policy), NOW) == ()


def test_an_answer_settles_the_doubt() -> None:
    assert answered(UNKNOWN, arrived=True).state is PartState.SENT
    again = answered(UNKNOWN, arrived=False)
    assert (again.state, again.attempted_at) == (PartState.PENDING, None)


def test_what_is_too_late_is_marked_and_never_sent() -> None:
    late = make_delivery(SENT, UNKNOWN, PENDING, expires_at=NOW)
    assert next_part(late, NOW) is None
    assert [part.state for part in expire(late).parts] == [PartState.SENT, PartState.UNKNOWN, PartState.EXPIRED]


def test_a_delivery_is_looked_at_when_it_expires_at_the_latest() -> None:
    delivery = make_delivery(PENDING)
    assert due_after(delivery, NOW, None) == NOW
    assert due_after(delivery, NOW, timedelta(minutes=1)) == NOW + timedelta(minutes=1)
    assert due_after(delivery, NOW, timedelta(days=3)) == delivery.expires_at
    assert due_after(make_delivery(SENT), NOW, timedelta(minutes=1)) is None


def test_what_waits_for_a_paused_destination_is_looked_at_only_to_mark_it() -> None:
    delivery = make_delivery(PENDING, paused="the bot was kicked")
    assert due_after(delivery, NOW, None) == delivery.expires_at
    assert due_after(replace(delivery, expires_at=None), NOW, None) is None


def test_a_posted_part_that_says_something_else_now_is_edited_also_when_sending_would_be_too_late() -> None:
    corrected = replace(SENT, version=2)
    assert next_part(make_delivery(corrected, expires_at=NOW), NOW) == corrected
    assert not judge_edit(corrected, Sent("7"), chance=1).part.outdated
    assert not judge_edit(corrected, Rejected("can't parse entities"), chance=1).part.outdated
    for outcome in (Unknown("timed out"), RetryLater(), RetryLater(timedelta(seconds=3))):
        verdict = judge_edit(corrected, outcome, chance=1)
        assert verdict.part.outdated
        assert verdict.part.state is PartState.SENT
        assert verdict.wait


def test_a_part_that_cannot_be_edited_any_more_is_known_to_be_gone() -> None:
    gone = Rejected("message to edit not found", missing=True)
    part = judge_edit(replace(SENT, version=2), gone, chance=1).part
    assert (part.state, part.message_id, part.outdated) == (PartState.SENT, None, False)
    assert next_part(make_delivery(part), NOW) is None


def test_a_nonce_is_the_same_at_each_attempt_and_no_other_parts() -> None:
    delivery = make_delivery(PENDING, PENDING)
    first, second = delivery.parts
    assert delivery.nonce(first) == delivery.nonce(begun(first, NOW))
    assert delivery.nonce(first) != delivery.nonce(second)
    assert len(replace(delivery, id=2**63).nonce(first)) <= 25
