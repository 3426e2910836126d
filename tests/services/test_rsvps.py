"""RSVPs through the real service: places, the waitlist, offers, guests, and what organisers put right."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.club import Club, SessionState
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.errors import UserError
from bot.domain.members import Account
from bot.domain.roster import Answer, Refusal, Role, Seat
from bot.services.clubs import Asking
from storage.database import Database
from tests.fakes import FakeClock
from tests.rosters import RosterWorld

HOUR = timedelta(hours=1)


@pytest.fixture
def club(database: Database) -> RosterWorld:
    """A session in three days with two places for listeners and one for a speaker."""
    world = RosterWorld(database, FakeClock())
    world.open(listeners=2, speakers=1)
    return world


def near(club: RosterWorld, **before: float) -> None:
    """So long before the start."""
    club.at(club.session.plan.starts_at - timedelta(**before))


# Places and the waitlist


async def test_who_is_going_is_told_how_many_places_are_taken(club: RosterWorld) -> None:
    truth = await club.say("Ann")
    assert truth.mine is not None
    assert (truth.mine.seat, truth.listeners_taken, truth.repeated) == (Seat.GOING, 1, False)


async def test_when_all_places_are_taken_people_wait_in_the_order_in_which_they_came(club: RosterWorld) -> None:
    truths = await club.all_say("Ann", "Bob", "Cem", "Dan@discord")
    assert [truth.position for truth in truths] == [None, None, 1, 2]
    assert club.seats() == {"Ann": "going", "Bob": "going", "Cem": "waitlisted", "Dan@discord": "waitlisted"}


async def test_cancelling_promotes_the_first_on_the_waitlist_and_tells_them(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem", "Dan")
    await club.say("Ann", Answer.DECLINED)
    assert club.seats() == {"Ann": "declined", "Bob": "going", "Cem": "going", "Dan": "waitlisted"}
    assert club.told() == [("promoted", "Cem")]


async def test_an_answer_sets_and_never_toggles(club: RosterWorld) -> None:
    first, again = await club.all_say("Ann", "Ann")
    assert (first.repeated, again.repeated) == (False, True)
    assert club.seats() == {"Ann": "going"}
    await club.all_say("Bob", "Cem", "Dan")
    waiting = await club.say("Cem")
    assert (waiting.repeated, waiting.position) == (True, 1)


async def test_who_leaves_and_comes_back_goes_to_the_end_of_the_waitlist(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem", "Dan")
    await club.say("Cem", Answer.MAYBE)
    assert (await club.say("Cem")).position == 2
    assert club.those("waitlisted") == ["Dan", "Cem"]


async def test_maybe_takes_no_place(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", answer=Answer.MAYBE)
    assert (await club.say("Cem")).listeners_taken == 1


async def test_people_of_both_platforms_share_one_list(club: RosterWorld) -> None:
    await club.all_say("Ann@discord", "Bob", "Cem@discord")
    await club.say("Bob", Answer.DECLINED)
    assert club.those("going") == ["Ann@discord", "Cem@discord"]


async def test_a_session_without_a_limit_has_room_for_everybody(database: Database) -> None:
    club = RosterWorld(database, FakeClock())
    club.open(listeners=None)
    await club.all_say(*(f"n{number}" for number in range(30)))
    assert len(club.those("going")) == 30


async def test_many_who_answer_at_once_get_places_in_the_order_in_which_they_came(club: RosterWorld) -> None:
    names = [f"n{number}" for number in range(40)]
    truths = await asyncio.gather(*(club.say(name) for name in [*names, *names]))
    assert club.those("going") == names[:2]
    assert club.those("waitlisted") == names[2:]
    assert [truth.position for truth in truths[2:40]] == list(range(1, 39))
    assert [truth.position for truth in truths[42:]] == list(range(1, 39))
    assert all(truth.repeated for truth in truths[40:])


async def test_an_answer_that_fails_undoes_nobody_elses(club: RosterWorld) -> None:
    stranger = Asking(Account("telegram", "x"), DestinationSpec("telegram", "-5", kind=DestinationKind.GROUP))
    results = await asyncio.gather(
        club.say("Ann"),
        club.rsvps.answer(stranger, club.session_id, Answer.GOING),
        club.rsvps.answer(club.asking("Bob"), 99, Answer.GOING),
        club.say("Cem"),
        return_exceptions=True,
    )
    assert [isinstance(one, UserError) for one in results] == [False, True, True, False]
    assert club.seats() == {"Ann": "going", "Cem": "going"}


# Capacity


async def test_more_places_go_to_the_first_who_wait_in_order(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem", "Dan", "Eve")
    club.change(listeners=4)
    assert club.those("going") == ["Ann", "Bob", "Cem", "Dan"]
    assert club.told() == [("promoted", "Cem"), ("promoted", "Dan")]
    club.change(listeners=None)
    assert club.those("waitlisted") == []


async def test_many_more_places_than_a_roster_knows_at_once_are_all_given(club: RosterWorld) -> None:
    names = [f"n{number}" for number in range(90)]
    await asyncio.gather(*(club.say(name) for name in names))
    club.change(listeners=80)
    assert club.those("going") == names[:80]
    assert club.those("waitlisted") == names[80:]


async def test_fewer_places_than_people_going_put_nobody_out_and_nobody_moves_up_until_below(
    club: RosterWorld,
) -> None:
    club.change(listeners=4)
    await club.all_say("Ann", "Bob", "Cem", "Dan")
    club.change(listeners=2)
    truth = await club.say("Eve")
    assert (truth.listeners_taken, truth.session.plan.listeners, truth.position) == (4, 2, 1)
    await club.all_say("Ann", "Bob", answer=Answer.DECLINED)
    assert club.those("waitlisted") == ["Eve"]
    await club.say("Cem", Answer.DECLINED)
    assert club.those("going") == ["Dan", "Eve"]


# When sign-up is closed


async def test_after_the_cut_off_nobody_joins_but_people_leave(club: RosterWorld) -> None:
    club.change(cutoff=6 * HOUR)
    await club.all_say("Ann", "Bob", "Cem")
    near(club, hours=5)
    assert (await club.say("Dan")).refusal is Refusal.CLOSED
    assert (await club.say("Dan", Answer.SPEAKING)).refusal is Refusal.CLOSED
    left = await club.say("Ann", Answer.DECLINED)
    assert left.refusal is None
    assert club.seats() == {"Ann": "declined", "Bob": "going", "Cem": "offered"}


async def test_who_waits_or_is_going_may_say_so_again_after_the_cut_off(club: RosterWorld) -> None:
    club.change(cutoff=6 * HOUR)
    await club.all_say("Ann", "Bob", "Cem")
    near(club, hours=5)
    assert [truth.refusal for truth in await club.all_say("Ann", "Cem")] == [None, None]


async def test_while_the_session_runs_people_can_leave_and_nobody_moves_up(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem")
    near(club, minutes=-10)
    assert (await club.say("Ann", Answer.DECLINED)).refusal is None
    assert club.those("waitlisted") == ["Cem"]
    assert club.told() == []


async def test_a_session_that_is_over_or_cancelled_takes_no_answer_and_says_so(club: RosterWorld) -> None:
    await club.say("Ann")
    club.change(state=SessionState.CANCELLED)
    for answer in Answer:
        assert (await club.say("Ann", answer)).refusal is Refusal.CANCELLED
    club.change(state=SessionState.PLANNED)
    near(club, days=-1)
    for answer in Answer:
        assert (await club.say("Ann", answer)).refusal is Refusal.OVER
    assert club.seats() == {"Ann": "going"}


# Offers inside the cut-off


async def test_inside_the_cut_off_a_place_is_offered_and_expires(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem", "Dan")
    near(club, hours=8)
    await club.say("Ann", Answer.DECLINED)
    assert club.seats() == {"Ann": "declined", "Bob": "going", "Cem": "offered", "Dan": "waitlisted"}
    assert club.told() == [("offered", "Cem")]
    assert await club.rsvps.expire_due_offers() == 0
    near(club, hours=4)
    assert await club.rsvps.expire_due_offers() == 1
    assert club.seats() == {"Ann": "declined", "Bob": "going", "Cem": "maybe", "Dan": "offered"}
    assert club.told() == [("offered", "Dan"), ("lapsed", "Cem")]
    assert await club.rsvps.expire_due_offers() == 0


async def test_an_offered_place_is_kept_for_whom_it_was_offered_to(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem")
    near(club, hours=8)
    await club.say("Ann", Answer.DECLINED)
    assert (await club.say("Dan")).position == 1
    kept = await club.rsvps.keep(club.asking("Cem"), club.session_id)
    assert kept.mine is not None
    assert (kept.mine.seat, kept.mine.offered_until) == (Seat.GOING, None)
    assert club.those("waitlisted") == ["Dan"]


async def test_pressing_going_takes_an_offered_place_too(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem")
    near(club, hours=8)
    await club.say("Ann", Answer.DECLINED)
    await club.say("Cem")
    assert club.those("going") == ["Bob", "Cem"]


async def test_a_declined_offer_goes_to_the_next(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem", "Dan")
    near(club, hours=8)
    await club.say("Ann", Answer.DECLINED)
    await club.rsvps.drop(club.asking("Cem"), club.session_id)
    assert club.seats() == {"Ann": "declined", "Bob": "going", "Cem": "declined", "Dan": "offered"}


async def test_an_offer_that_is_over_is_not_taken_any_more_though_no_trigger_has_run(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem", "Dan")
    near(club, hours=8)
    await club.say("Ann", Answer.DECLINED)
    near(club, hours=4)
    late = await club.rsvps.keep(club.asking("Cem"), club.session_id)
    assert late.mine is not None
    assert late.mine.seat is Seat.MAYBE
    assert club.those("offered") == ["Dan"]


async def test_no_offer_is_kept_for_longer_than_half_of_what_is_left_nor_beyond_the_start(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem")
    near(club, minutes=20)
    await club.say("Ann", Answer.DECLINED)
    truth = await club.rsvps.truth(club.asking("Cem"), club.session_id)
    assert truth.mine is not None
    assert truth.mine.offered_until == club.session.plan.starts_at - timedelta(minutes=5)
    near(club, minutes=5)
    await club.rsvps.expire_due_offers()
    await club.all_say("Bob", answer=Answer.DECLINED)
    assert club.those("offered") == []


async def test_offers_end_with_a_session_that_is_cancelled_and_come_back_with_it(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem")
    near(club, hours=8)
    await club.say("Ann", Answer.DECLINED)
    club.told()
    club.change(state=SessionState.CANCELLED)
    assert club.those("waitlisted") == ["Cem"]
    near(club, hours=1)
    await club.rsvps.expire_due_offers()
    assert club.told() == []
    club.change(state=SessionState.PLANNED)
    assert club.those("offered") == ["Cem"]


async def test_an_offer_is_cut_to_the_start_when_the_session_is_moved_nearer(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem")
    near(club, hours=8)
    await club.say("Ann", Answer.DECLINED)
    starts_at = club.clock() + HOUR
    club.change(starts_at=starts_at)
    truth = await club.rsvps.truth(club.asking("Cem"), club.session_id)
    assert truth.mine is not None
    assert truth.mine.offered_until == starts_at


async def test_how_near_offers_begin_is_the_clubs_choice(club: RosterWorld, database: Database) -> None:
    with database.write() as uow:
        uow.clubs.put(Club(club.session.community_id, offer_life=HOUR))
    await club.all_say("Ann", "Bob", "Cem")
    near(club, hours=2)
    await club.say("Ann", Answer.DECLINED)
    assert club.those("going") == ["Bob", "Cem"]


# Speakers


async def test_who_would_speak_when_nobody_else_does_speaks(club: RosterWorld) -> None:
    truth = await club.say("Ann", Answer.SPEAKING)
    assert truth.mine is not None
    assert truth.mine.speaks
    assert (truth.speakers_taken, truth.listeners_taken) == (1, 0)


async def test_who_would_speak_after_that_keeps_a_listeners_seat_and_their_turn(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem", answer=Answer.SPEAKING)
    truth = await club.say("Cem", Answer.SPEAKING)
    assert (truth.repeated, truth.speaker_position) == (True, 2)
    assert club.seats() == {"Ann": "speaker", "Bob": "going", "Cem": "going"}
    await club.say("Ann", Answer.DECLINED)
    assert club.seats() == {"Ann": "declined", "Bob": "speaker", "Cem": "going"}
    assert club.told() == [("promoted", "Bob")]


async def test_a_listener_who_becomes_a_speaker_makes_room_for_the_first_who_waits(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem")
    await club.say("Ann", Answer.SPEAKING)
    assert club.seats() == {"Ann": "speaker", "Bob": "going", "Cem": "going"}


async def test_a_speaker_who_says_going_goes_on_speaking_and_one_who_wants_to_listen_does_not(
    club: RosterWorld,
) -> None:
    await club.say("Ann", Answer.SPEAKING)
    assert (await club.say("Ann")).repeated
    assert not (await club.say("Ann", Answer.LISTENING)).repeated
    assert club.seats() == {"Ann": "going"}


async def test_who_waits_for_both_leaves_the_waitlist_when_they_get_to_speak(club: RosterWorld) -> None:
    await club.say("Ann", Answer.SPEAKING)
    await club.all_say("Bob", "Cem")
    await club.say("Dan", Answer.SPEAKING)
    await club.say("Eve")
    assert club.those("waitlisted") == ["Dan", "Eve"]
    await club.say("Ann", Answer.DECLINED)
    assert club.seats()["Dan"] == "speaker"
    assert club.those("waitlisted") == ["Eve"]


async def test_near_the_session_nobody_is_made_a_speaker_unasked(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", answer=Answer.SPEAKING)
    near(club, hours=8)
    await club.say("Ann", Answer.DECLINED)
    assert club.seats()["Bob"] == "going"
    assert club.told() == [("offered", "Bob")]
    late = await club.say("Cem", Answer.SPEAKING)
    assert late.mine is not None
    assert not late.mine.speaks
    assert (await club.rsvps.keep(club.asking("Bob"), club.session_id)).speakers_taken == 1
    assert club.seats()["Bob"] == "speaker"


async def test_who_does_not_want_to_speak_after_all_keeps_their_seat(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem", answer=Answer.SPEAKING)
    near(club, hours=8)
    await club.say("Ann", Answer.DECLINED)
    await club.rsvps.drop(club.asking("Bob"), club.session_id)
    assert club.told()[-1] == ("offered", "Cem")
    near(club, hours=4)
    await club.rsvps.expire_due_offers()
    assert club.seats() == {"Ann": "declined", "Bob": "going", "Cem": "going"}
    assert (await club.rsvps.truth(club.asking("Cem"), club.session_id)).speaker_position is None


# Guests


async def test_guests_take_places_and_wait_behind_those_who_came_before(club: RosterWorld) -> None:
    await club.say("Ann")
    for name in ("Gil", "Hal"):
        await club.rsvps.bring(club.asking("Ann"), club.session_id, name)
    assert club.seats() == {"Ann": "going", "Gil": "going", "Hal": "waitlisted"}


async def test_guests_leave_with_their_host_unless_an_organiser_keeps_them(club: RosterWorld) -> None:
    await club.say("Ann")
    for name in ("Gil", "Hal"):
        truth = await club.rsvps.bring(club.asking("Ann"), club.session_id, name)
    await club.rsvps.keep_guest(club.access(), club.session, truth.guests[0].id)
    await club.say("Ann", Answer.DECLINED)
    assert club.seats() == {"Ann": "declined", "Gil": "going"}


async def test_the_places_of_a_host_and_their_guests_go_to_as_many_who_wait(club: RosterWorld) -> None:
    club.change(listeners=4)
    await club.say("Ann")
    for name in ("Gil", "Hal", "Ian"):
        await club.rsvps.bring(club.asking("Ann"), club.session_id, name)
    await club.all_say("Bob", "Cem", "Dan", "Eve", "Fay")
    await club.say("Ann", Answer.DECLINED)
    assert club.those("going") == ["Bob", "Cem", "Dan", "Eve"]


async def test_nobody_brings_more_than_three_guests_or_any_without_coming(club: RosterWorld) -> None:
    with pytest.raises(UserError, match="up to 3 guests"):
        await club.rsvps.bring(club.asking("Ann"), club.session_id, "Gil")
    await club.say("Ann")
    for number in range(3):
        await club.rsvps.bring(club.asking("Ann"), club.session_id, f"Guest {number}")
    with pytest.raises(UserError, match="up to 3 guests"):
        await club.rsvps.bring(club.asking("Ann"), club.session_id, "Fourth")


async def test_a_guests_name_is_one_short_line(club: RosterWorld) -> None:
    await club.say("Ann")
    await club.rsvps.bring(club.asking("Ann"), club.session_id, "  Gil \n" + "x" * 500)
    name = club.those("going")[-1]
    assert name.startswith("Gil x")
    assert len(name) <= 60
    with pytest.raises(UserError, match="Write a name"):
        await club.rsvps.bring(club.asking("Ann"), club.session_id, " \n ")


async def test_a_guest_who_waits_is_promoted_and_the_host_is_told(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob")
    await club.rsvps.bring(club.asking("Ann"), club.session_id, "Gil")
    await club.say("Bob", Answer.DECLINED)
    assert club.those("going") == ["Ann", "Gil"]
    assert club.told() == [("promoted", "Ann")]


async def test_the_host_says_whether_a_guests_offered_place_is_wanted(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob")
    await club.rsvps.bring(club.asking("Ann"), club.session_id, "Gil")
    near(club, hours=8)
    await club.say("Bob", Answer.DECLINED)
    assert club.those("offered") == ["Gil"]
    await club.rsvps.keep(club.asking("Ann"), club.session_id)
    assert club.those("going") == ["Ann", "Gil"]


async def test_a_guest_whose_offered_place_nobody_takes_does_not_come(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob")
    await club.rsvps.bring(club.asking("Ann"), club.session_id, "Gil")
    near(club, hours=8)
    await club.say("Bob", Answer.DECLINED)
    near(club, hours=4)
    await club.rsvps.expire_due_offers()
    assert club.seats() == {"Ann": "going", "Bob": "declined"}
    assert club.told() == [("offered", "Ann"), ("lapsed", "Ann")]


async def test_nobody_takes_off_anothers_guest(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob")
    truth = await club.rsvps.bring(club.asking("Ann"), club.session_id, "Gil")
    await club.rsvps.unbring(club.asking("Bob"), club.session_id, truth.guests[0].id)
    assert "Gil" in club.seats()
    await club.rsvps.unbring(club.asking("Ann"), club.session_id, truth.guests[0].id)
    assert "Gil" not in club.seats()


# Organisers


async def test_organisers_add_people_also_after_sign_up_and_to_a_full_session(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem")
    near(club, minutes=1)
    await club.say("Dan", Answer.MAYBE)
    await club.rsvps.add(club.access(), club.session, "dan", Role.LISTENER)
    await club.rsvps.add(club.access(), club.session, "Gil", Role.LISTENER)
    assert club.those("going") == ["Ann", "Bob", "Dan", "Gil"]
    assert club.told() == [("added", "Dan")]


async def test_an_organiser_makes_a_member_speak_but_nobody_whom_the_club_does_not_know(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem")
    await club.rsvps.add(club.access(), club.session, "Ann", Role.SPEAKER)
    assert club.seats() == {"Ann": "speaker", "Bob": "going", "Cem": "going"}
    for unknown in ("Gil", "<@123456>"):
        with pytest.raises(UserError, match="know nobody"):
            await club.rsvps.add(club.access(), club.session, unknown, Role.SPEAKER)


async def test_when_several_people_are_called_so_the_organiser_says_whom_they_mean(club: RosterWorld) -> None:
    for number in (1, 2):
        account = Account("discord", f"{number}", "Eve")
        await club.rsvps.answer(replace(club.asking("Eve@discord"), account=account), club.session_id, Answer.MAYBE)
    with pytest.raises(UserError, match="Several people"):
        await club.rsvps.add(club.access(), club.session, "Eve", Role.LISTENER)
    await club.rsvps.add(club.access(), club.session, "<@2>", Role.LISTENER)
    with club.database.read() as uow:
        (eve,) = uow.rosters.named(club.session_id, Seat.GOING, limit=9)
        member = uow.members.get(eve.rsvp.member_id or 0)
    assert member is not None
    assert member.account_on("discord") == Account("discord", "2", "Eve")


async def test_organisers_take_people_off_and_the_first_who_waits_moves_up(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob", "Cem")
    (ann, *_) = await club.rsvps.people(club.access(), club.session)
    await club.rsvps.take_off(club.access(), club.session, ann.rsvp.id)
    assert club.seats() == {"Ann": "declined", "Bob": "going", "Cem": "going"}
    assert club.told() == [("promoted", "Cem"), ("removed", "Ann")]
    with pytest.raises(UserError, match="not on the list"):
        await club.rsvps.take_off(club.access(), club.session, ann.rsvp.id)


async def test_a_members_tries_at_what_organisers_do_change_nothing(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob")
    access, session = club.access(organiser=False), club.session
    tries = (
        club.rsvps.people(access, session),
        club.rsvps.add(access, session, "Ann", Role.SPEAKER),
        club.rsvps.add(access, session, "Gil", Role.LISTENER),
        club.rsvps.take_off(access, session, 1),
        club.rsvps.keep_guest(access, session, 1),
    )
    for one in tries:
        with pytest.raises(UserError, match="Only organisers"):
            await one
    assert club.seats() == {"Ann": "going", "Bob": "going"}


# One person


async def test_two_rsvps_of_one_person_become_one_and_the_seat_is_kept(club: RosterWorld, database: Database) -> None:
    await club.all_say("Ann", "Bob", "Ann@discord", "Cem")
    kept, gone = club.member_id("Ann@discord"), club.member_id("Ann")
    with database.write() as uow:
        club.rsvps.merge(uow, kept, gone, now=club.clock())
    assert club.seats() == {"Ann@discord": "going", "Bob": "going", "Cem": "waitlisted"}


async def test_a_place_that_one_person_had_twice_goes_to_the_next(club: RosterWorld, database: Database) -> None:
    await club.all_say("Ann", "Ann@discord", "Cem")
    kept, gone = club.member_id("Ann"), club.member_id("Ann@discord")
    with database.write() as uow:
        club.rsvps.merge(uow, kept, gone, now=club.clock())
    assert club.seats() == {"Ann": "going", "Cem": "going"}
    assert club.told() == [("promoted", "Cem")]


async def test_whose_data_are_deleted_leaves_with_their_guests_and_the_next_move_up(
    club: RosterWorld, database: Database
) -> None:
    await club.say("Ann")
    await club.rsvps.bring(club.asking("Ann"), club.session_id, "Gil")
    await club.all_say("Bob", "Cem")
    ann = club.member_id("Ann")
    with database.write() as uow:
        club.rsvps.forget(uow, ann, now=club.clock())
    assert club.seats() == {"Bob": "going", "Cem": "going"}


# After a restart


async def test_offers_expire_after_a_restart(club: RosterWorld, database: Database) -> None:
    await club.all_say("Ann", "Bob", "Cem", "Dan")
    near(club, hours=8)
    await club.say("Ann", Answer.DECLINED)
    near(club, hours=4)
    restarted = RosterWorld(Database(f"sqlite:///{database.path}"), club.clock, session_id=club.session_id)
    assert await restarted.rsvps.expire_due_offers() == 1
    restarted.database.close()
    assert club.those("offered") == ["Dan"]


async def test_in_private_somebody_answers_the_sessions_of_clubs_that_they_have_to_do_with(club: RosterWorld) -> None:
    private = DestinationSpec("telegram", "7", kind=DestinationKind.PRIVATE)
    asking = replace(club.asking("Ann"), spec=private)
    with pytest.raises(UserError, match="another club"):
        await club.rsvps.answer(asking, club.session_id, Answer.GOING)
    await club.say("Ann")
    assert (await club.rsvps.answer(asking, club.session_id, Answer.MAYBE)).repeated is False


async def test_a_guest_whom_organisers_keep_gets_a_place_without_being_asked(club: RosterWorld) -> None:
    await club.all_say("Ann", "Bob")
    truth = await club.rsvps.bring(club.asking("Ann"), club.session_id, "Gil")
    await club.rsvps.keep_guest(club.access(), club.session, truth.guests[0].id)
    near(club, hours=8)
    await club.say("Bob", Answer.DECLINED)
    assert club.those("going") == ["Ann", "Gil"]
    assert club.told() == []


async def test_a_mention_of_somebody_who_has_nothing_to_do_with_the_club_finds_nobody(club: RosterWorld) -> None:
    club.open()
    with club.database.write() as uow:
        uow.members.ensure(Account("discord", "77", "Elsewhere"), now=club.clock())
    with pytest.raises(UserError, match="I know nobody"):
        await club.rsvps.add(club.access(), club.session, "<@77>", Role.LISTENER)
    assert club.seats() == {}
