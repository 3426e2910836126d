"""Who speaks next, and what speakers are asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.club import ClubSession, SessionPaper, SessionPlan, SessionState
from bot.domain.speaker_queue import (
    OFFER_LIFE,
    Nudge,
    OfferState,
    Outcome,
    SpeakerOffer,
    SpeakerSearch,
    Step,
    Volunteer,
    due_nudges,
    fair_order,
    kept_until,
    next_step,
)

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
DAY = timedelta(days=1)
ANN, BOB, EVE = 1, 2, 3


def session(*, days: float = 10, cutoff: timedelta = timedelta(hours=2), **facts: object) -> ClubSession:
    plan = SessionPlan("Attention", NOW + days * DAY, "UTC", cutoff=cutoff, **facts)  # type: ignore[arg-type]
    return ClubSession(1, 1, 4, "u", plan, NOW)


def offer(member: int, state: OfferState) -> SpeakerOffer:
    return SpeakerOffer(member, 1, member, NOW - DAY, NOW + DAY, state)


SEARCH = SpeakerSearch(1, 1, NOW)


def step(
    *,
    search: SpeakerSearch = SEARCH,
    offers: Sequence[SpeakerOffer] = (),
    speaking: int = 0,
    unavailable: Collection[int] = (),
    of: ClubSession | None = None,
    queue: Sequence[int] = (ANN, BOB),
) -> Step:
    """What is next where these would speak, who volunteered in the order of their ids."""
    volunteers = [Volunteer(one, NOW - 100 * DAY + one * DAY) for one in queue]
    return next_step(search, of or session(), volunteers, offers, speaking=speaking, unavailable=unavailable, now=NOW)


def test_who_never_spoke_comes_first_in_the_order_of_volunteering_then_the_longest_silence() -> None:
    queue = [
        Volunteer(1, NOW - 9 * DAY, last_talk=NOW - 30 * DAY),
        Volunteer(2, NOW - 9 * DAY, last_talk=NOW - 60 * DAY),
        Volunteer(3, NOW - 1 * DAY),
        Volunteer(4, NOW - 2 * DAY),
        Volunteer(5, NOW - 9 * DAY, last_talk=NOW + 7 * DAY),
    ]
    assert [one.member_id for one in fair_order(queue)] == [4, 3, 2, 1, 5]


@given(st.permutations(range(6)))
def test_the_order_does_not_depend_on_the_order_of_asking(order: list[int]) -> None:
    queue = [Volunteer(one, NOW, NOW - DAY if one % 2 else None) for one in order]
    assert [one.member_id for one in fair_order(queue)] == [0, 2, 4, 1, 3, 5]


def test_the_first_is_asked_and_then_waited_for() -> None:
    asked = step()
    assert (asked.outcome, asked.member_id) == (Outcome.ASK, ANN)
    assert step(offers=[offer(ANN, OfferState.OPEN)]).outcome is Outcome.WAIT


@pytest.mark.parametrize("state", [OfferState.DECLINED, OfferState.EXPIRED, OfferState.ACCEPTED])
def test_after_an_answer_or_none_the_next_one_is_asked(state: OfferState) -> None:
    """Who had accepted and has left since is not asked twice."""
    assert step(offers=[offer(ANN, state)]).member_id == BOB


def test_who_speaks_already_or_does_not_come_is_not_asked() -> None:
    assert step(unavailable={ANN}).member_id == BOB


def test_the_fallback_is_asked_last_also_where_it_would_be_their_turn() -> None:
    search = replace(SEARCH, fallback_id=ANN)
    assert step(search=search).member_id == BOB
    assert step(search=search, offers=[offer(BOB, OfferState.DECLINED)]).member_id == ANN
    both = [offer(BOB, OfferState.DECLINED), offer(ANN, OfferState.EXPIRED)]
    assert step(search=search, offers=both).outcome is Outcome.NOBODY
    assert step(search=replace(search, fallback_id=EVE), queue=()).member_id == EVE


def test_a_search_ends_when_there_are_enough_speakers_and_goes_on_when_one_leaves() -> None:
    assert step(speaking=1).outcome is Outcome.DONE
    assert step(speaking=0, offers=[offer(ANN, OfferState.ACCEPTED)]).member_id == BOB


def test_nobody_is_asked_after_sign_up_or_for_a_session_that_does_not_take_place() -> None:
    assert step(of=session(days=0.05)).outcome is Outcome.TOO_LATE
    assert step(of=session(days=-1)).outcome is Outcome.TOO_LATE
    assert step(of=replace(session(), state=SessionState.CANCELLED)).outcome is Outcome.TOO_LATE


@given(st.floats(min_value=0.001, max_value=60), st.integers(min_value=0, max_value=48))
def test_an_offer_ends_within_sign_up_and_leaves_time_for_others(days: float, hours: int) -> None:
    one = session(days=days, cutoff=timedelta(hours=hours))
    if one.plan.closes_at <= NOW:
        return
    until = kept_until(one, NOW)
    assert NOW < until <= min(one.plan.closes_at, NOW + OFFER_LIFE)
    assert until - NOW <= max((one.plan.closes_at - NOW) / 2, timedelta(minutes=30))


@pytest.mark.parametrize(
    ("days", "leads"),
    [(8, []), (7, [7]), (3, [7]), (2, [2]), (0.5, [2]), (0.1, []), (-1, [])],
)
def test_speakers_are_asked_for_what_is_missing_a_week_and_two_days_before(days: float, leads: list[int]) -> None:
    due = due_nudges(session(days=days), agreed_at=NOW - 30 * DAY, has_materials=False, now=NOW)
    assert due == [(what, lead * DAY) for lead in leads for what in (Nudge.PAPER, Nudge.MATERIALS)]


def test_speakers_are_asked_for_nothing_that_is_there() -> None:
    with_paper = session(days=3, papers=(SessionPaper("Attention"),))
    assert due_nudges(with_paper, agreed_at=NOW - DAY, has_materials=True, now=NOW) == []
    assert due_nudges(with_paper, agreed_at=NOW - DAY, has_materials=False, now=NOW) == [(Nudge.MATERIALS, 7 * DAY)]


def test_who_has_just_agreed_and_who_speaks_in_a_cancelled_session_are_left_alone() -> None:
    assert due_nudges(session(days=3), agreed_at=NOW - timedelta(hours=1), has_materials=False, now=NOW) == []
    cancelled = replace(session(days=3), state=SessionState.CANCELLED)
    assert due_nudges(cancelled, agreed_at=NOW - DAY, has_materials=False, now=NOW) == []
