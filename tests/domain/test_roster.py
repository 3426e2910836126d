"""The rules of rosters that need no database: what a roster that knows only the first of a queue may say, how long
offers are kept, and two answers of one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.roster import Answer, Role, Roster, Rsvp, Seat, answer_rsvp, merge_rsvps

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LIFE = timedelta(hours=12)
ROSTER = Roster(1, NOW + timedelta(days=3), NOW + timedelta(days=3) - LIFE, LIFE, listeners=2, speakers=1)


def rsvp(turn: int, seat: Seat = Seat.GOING, **facts: object) -> Rsvp:
    return replace(Rsvp(turn, 1, turn, Role.LISTENER, seat, turn, NOW), **facts)  # type: ignore[arg-type]


def test_who_joins_a_queue_of_which_only_the_beginning_is_known_is_not_taken_for_the_next() -> None:
    waiting = tuple(rsvp(turn, Seat.WAITLISTED) for turn in (3, 4))
    roster = replace(ROSTER, listeners_taken=2, waiting=waiting, waiting_total=7, last_turn=9)
    joined = answer_rsvp(roster, None, Answer.GOING, NOW, member_id=99)
    assert joined.mine is not None
    assert (joined.mine.seat, joined.mine.turn) == (Seat.WAITLISTED, 10)
    assert joined.roster.waiting == waiting
    assert joined.roster.waiting_total == 8


def test_one_place_that_becomes_free_moves_exactly_one_up() -> None:
    waiting = tuple(rsvp(turn, Seat.WAITLISTED) for turn in (3, 4))
    roster = replace(ROSTER, listeners_taken=2, waiting=waiting, waiting_total=2, last_turn=4)
    change = answer_rsvp(roster, rsvp(1), Answer.DECLINED, NOW)
    assert [one.turn for one in change.promoted] == [3]
    assert (change.roster.listeners_taken, change.roster.waiting_total) == (2, 1)


@pytest.mark.parametrize(
    ("before_start", "kept"),
    [
        (timedelta(hours=13), None),
        (timedelta(hours=12), timedelta(hours=6)),
        (timedelta(hours=1), timedelta(minutes=30)),
        (timedelta(minutes=20), timedelta(minutes=15)),
        (timedelta(minutes=5), timedelta(minutes=5)),
    ],
)
def test_an_offer_is_kept_for_half_of_the_time_that_is_left(before_start: timedelta, kept: timedelta | None) -> None:
    now = ROSTER.starts_at - before_start
    until = ROSTER.kept_until(now)
    assert (until and until - now) == kept


@pytest.mark.parametrize(
    ("one", "other", "seat", "turn"),
    [
        (rsvp(5, Seat.WAITLISTED), rsvp(2), Seat.GOING, 2),
        (rsvp(2), rsvp(5, Seat.DECLINED), Seat.GOING, 2),
        (rsvp(2, Seat.DECLINED), rsvp(5, Seat.WAITLISTED), Seat.WAITLISTED, 5),
        (rsvp(4, Seat.OFFERED), rsvp(3, Seat.WAITLISTED), Seat.OFFERED, 3),
        (rsvp(1, Seat.DECLINED), rsvp(2, Seat.MAYBE), Seat.MAYBE, 1),
    ],
)
def test_two_answers_of_one_person_become_the_better_seat_with_the_earlier_turn_in_which_they_waited(
    one: Rsvp, other: Rsvp, seat: Seat, turn: int
) -> None:
    for kept, gone in ((one, other), (other, one)):
        merged = merge_rsvps(kept, gone)
        assert (merged.seat, merged.turn) == (seat, turn)
        assert (merged.id, merged.member_id) == (kept.id, kept.member_id)


def test_who_speaks_by_one_account_and_would_like_to_by_the_other_speaks() -> None:
    merged = merge_rsvps(rsvp(1, speaker_turn=4), rsvp(2, role=Role.SPEAKER))
    assert merged.speaks
    assert merged.speaker_turn is None
