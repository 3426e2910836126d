"""What is to be done about a card, whatever has become of its message; and about what goes along with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.club import Club, ClubSession, SessionPlan, SessionState
from bot.domain.deliveries import DeliveryPart, PartState
from bot.domain.session_cards import EDIT_EVERY, CardStep, changes_by_itself_at, next_step
from bot.domain.session_mirrors import Mirror, Mirrored, MirrorStep, mirror_steps

NOW = datetime(2026, 12, 1, tzinfo=UTC)
THERE = DeliveryPart(1, {}, PartState.SENT, message_id="7", posted=1)
PLAN = SessionPlan("Attention", NOW + timedelta(days=4), "UTC", cutoff=timedelta(hours=2))
SESSION = ClubSession(1, 1, 4, "uid", PLAN, NOW)
WANTS = Club(1, pin=True, threads=True, events=True)


@pytest.mark.parametrize(
    ("part", "same", "step"),
    [
        (None, False, CardStep.POST),
        (replace(THERE, state=PartState.PENDING, message_id=None, posted=None), True, CardStep.WAIT),
        (replace(THERE, state=PartState.PENDING, message_id=None, posted=None), False, CardStep.CORRECT),
        (replace(THERE, state=PartState.SENDING), False, CardStep.WAIT),
        (replace(THERE, state=PartState.UNKNOWN), False, CardStep.WAIT),
        (THERE, True, CardStep.REST),
        (THERE, False, CardStep.CORRECT),
        (replace(THERE, version=2), False, CardStep.WAIT),  # an edit is under way
        (replace(THERE, message_id=None, posted=None), True, CardStep.POST),  # it was deleted
        (replace(THERE, state=PartState.FAILED), True, CardStep.REST),
        (replace(THERE, state=PartState.EXPIRED), False, CardStep.POST),
    ],
)
def test_each_state_of_a_cards_message_has_its_step(part: DeliveryPart | None, same: bool, step: CardStep) -> None:
    assert next_step(part, same=same, chat_edited_at=None, now=NOW).step is step


def test_a_chat_is_not_edited_again_before_its_time() -> None:
    early = next_step(THERE, same=False, chat_edited_at=NOW - timedelta(seconds=1), now=NOW)
    assert (early.step, early.until) == (CardStep.WAIT, NOW - timedelta(seconds=1) + EDIT_EVERY)
    assert next_step(THERE, same=False, chat_edited_at=NOW - EDIT_EVERY, now=NOW).step is CardStep.CORRECT


def test_a_card_changes_by_itself_when_sign_up_closes_and_when_the_session_is_over() -> None:
    assert changes_by_itself_at(SESSION, NOW) == PLAN.closes_at
    assert changes_by_itself_at(SESSION, PLAN.closes_at) == PLAN.ends_at
    assert changes_by_itself_at(SESSION, PLAN.ends_at) is None
    assert changes_by_itself_at(replace(SESSION, state=SessionState.CANCELLED), NOW) is None


def steps(session: ClubSession = SESSION, there: Mirrored | None = None, **facts: object) -> list[MirrorStep]:
    values = {"message_id": "7", "event_shows": "x", "now": NOW} | facts
    return mirror_steps(session, WANTS, there or Mirrored(), **values)  # type: ignore[arg-type]  # each is what it is


ALL = Mirrored("7", "7", "9", "x")


def test_what_a_club_wants_goes_along_with_a_card_that_is_there() -> None:
    assert steps() == [MirrorStep.PIN, MirrorStep.OPEN_THREAD, MirrorStep.PUT_EVENT]
    assert steps(message_id=None) == [MirrorStep.PUT_EVENT]
    assert steps(there=ALL) == []
    assert mirror_steps(SESSION, Club(1), Mirrored(), message_id="7", event_shows="x", now=NOW) == []


def test_a_card_that_was_posted_again_is_pinned_and_an_event_follows_what_changes() -> None:
    assert steps(there=ALL, message_id="8", event_shows="y") == [MirrorStep.PIN, MirrorStep.PUT_EVENT]


def test_what_is_over_or_cancelled_is_unpinned_and_its_event_closed() -> None:
    for session, now in ((replace(SESSION, state=SessionState.CANCELLED), NOW), (SESSION, PLAN.ends_at)):
        assert steps(session, ALL, now=now) == [MirrorStep.UNPIN, MirrorStep.CLOSE_EVENT]
        assert steps(session, now=now) == []


def test_no_event_is_made_of_what_has_begun_and_nothing_is_tried_again_that_was_refused() -> None:
    assert MirrorStep.PUT_EVENT not in steps(now=PLAN.starts_at)
    assert MirrorStep.PUT_EVENT in steps(there=ALL, event_shows="y", now=PLAN.starts_at)
    assert steps(there=Mirrored(refused=frozenset(Mirror))) == []
