"""Cards of sessions: one message in each chat, true soon after each change, and never edited too often."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.domain.club import ClubSession, SessionPaper, SessionPlan, SessionState
from bot.domain.communities import DestinationKind
from bot.domain.deliveries import Delivery, PartState, Rejected, judge_edit
from bot.domain.members import Account
from bot.domain.messages import Message, Paragraph, text
from bot.domain.roster import Role, Rsvp, Seat
from bot.domain.session_cards import EDIT_EVERY
from bot.domain.session_drafts import SessionSketch, checked
from bot.locales import LANGUAGES, translator
from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.services.session_cards import SessionCards
from bot.services.session_message import BRIEFEST, People, session_card
from storage.database import Database
from storage.rosters import RosterCounts
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
            if part.state is PartState.SENT and not part.outdated:
                continue
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
    assert '<a href="https://arxiv.org/abs/1706.03762">arxiv.org/abs/1706.03762</a>' in html(first)
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


def change(database: Database, session: ClubSession, clock: FakeClock, **facts: Any) -> ClubSession:
    """The session with other facts, as its service would keep it."""
    with database.write() as uow:
        now = uow.club_sessions.get(session.id)
        assert now is not None
        plan = {name: facts.pop(name) for name in list(facts) if hasattr(now.plan, name)}
        saved = uow.club_sessions.save(replace(now, plan=replace(now.plan, **plan), **facts), expected=now.version)
        uow.session_cards.touch(session.id, now=clock.now)
        assert saved is not None
        return saved


async def settled(database: Database, cards: SessionCards, clock: FakeClock, *, seconds: int = 10) -> int:
    """Lets everything arrive, and says how many edits that took."""
    edits = 0
    for _ in range(seconds):
        await cards.bring_up_to_date()
        edits += arrive(database, clock)
        clock.advance(seconds=1)
    return edits


async def test_a_card_that_shows_the_same_is_not_edited(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    session = a_session(database, clock)
    await settled(database, cards, clock)
    with database.write() as uow:
        uow.session_cards.touch(session.id, now=clock.now)
    assert await settled(database, cards, clock) == 0
    with database.read() as uow:
        assert not uow.session_cards.any_due(clock.now)


async def test_what_changes_before_a_card_is_sent_changes_what_is_sent(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    session = a_session(database, clock)
    await cards.bring_up_to_date()
    change(database, session, clock, title="Something else")
    clock.advance(seconds=1)
    await cards.bring_up_to_date()
    (only,) = all_deliveries(database)
    assert "Something else" in html(only)
    assert only.parts[0].state is PartState.PENDING


async def test_a_cancelled_sessions_card_stays_with_its_title_struck_and_without_buttons(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    session = a_session(database, clock)
    await settled(database, cards, clock)
    change(database, session, clock, state=SessionState.CANCELLED, reason="The speaker is <ill>")
    assert await settled(database, cards, clock) == 1
    (card,) = all_deliveries(database)
    assert "<b><s>Session 1 · Attention is all you need</s></b>" in html(card)
    assert "<b>❌ Cancelled: The speaker is &lt;ill&gt;</b>" in html(card)
    assert "meet.example.org" not in html(card)
    assert card.parts[0].payload["buttons"] == []
    change(database, session, clock, state=SessionState.PLANNED, reason="")
    assert await settled(database, cards, clock) == 1
    (card,) = all_deliveries(database)
    assert "<s>" not in html(card)
    assert card.parts[0].payload["buttons"]


async def test_a_card_follows_when_sign_up_closes_and_when_the_session_is_over(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    session = a_session(database, clock, plan=replace(PLAN, cutoff=timedelta(hours=2)))
    await settled(database, cards, clock)
    clock.now = session.plan.closes_at
    assert await settled(database, cards, clock) == 1
    (closed,) = all_deliveries(database)
    clock.now = session.plan.ends_at
    assert await settled(database, cards, clock) == 1
    (over,) = all_deliveries(database)
    assert "Sign-up has closed" in html(closed)
    assert [one["action"] for one in buttons(closed)[0]] == ["rsvp:1:no", "cal:file:1"]
    assert "It took place." in html(over)
    assert "Signed up: 0/30" in html(over)
    assert buttons(over) == []


def buttons(delivery: Delivery) -> list[list[dict[str, str]]]:
    rows: Any = delivery.parts[0].payload["buttons"]
    return rows


async def test_a_card_that_was_deleted_is_posted_again_once_at_the_next_change(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    session = a_session(database, clock)
    await settled(database, cards, clock)
    answers(database, session, ["Ann"], clock)
    await cards.bring_up_to_date()
    (gone,) = all_deliveries(database)
    with database.write() as uow:  # what an edit comes to whose message is not there
        refused = judge_edit(gone.parts[0], Rejected("message to edit not found", missing=True), chance=0).part
        uow.deliveries.save([(gone.id, refused)])
    await settled(database, cards, clock)
    first, second = all_deliveries(database)
    answers(database, session, ["Bob"], clock)
    assert await settled(database, cards, clock) == 1
    assert first.parts[0].message_id is None
    assert "Going: 1/30" in html(second)
    assert len(all_deliveries(database)) == 2
    assert "Going: 2/30" in html(all_deliveries(database)[1])


async def test_a_card_in_a_lost_chat_is_left_alone_and_organisers_are_asked(
    database: Database, clock: FakeClock
) -> None:
    lost: list[tuple[int, str]] = []
    cards = SessionCards(
        database, clock, RENDERERS, default_language="en",
        chat_lost=lambda _uow, session, chat, _now: lost.append((session.id, chat.chat_id)),
    )  # fmt: skip
    session = a_session(database, clock, chats=2)
    await settled(database, cards, clock)
    with database.write() as uow:
        there = uow.communities.destination_at("telegram", "-100")
        assert there is not None
        uow.communities.pause(there.id, "kicked", now=clock.now)
    answers(database, session, ["Ann"], clock)
    assert await settled(database, cards, clock) == 1
    assert lost == [(session.id, "-100")]


async def test_a_card_that_is_taken_off_says_so_once_and_is_never_edited_again_until_it_is_put_back(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    session = a_session(database, clock, chats=2)
    await settled(database, cards, clock)
    with database.write() as uow:
        chat = uow.session_cards.of_session(session.id)[1].destination
        uow.session_cards.take_off(session.id, [chat.id], now=clock.now)
    assert await settled(database, cards, clock) == 1
    _kept, off = all_deliveries(database)
    assert "<s>Session 1 · Attention is all you need</s>" in html(off)
    assert "This session is no longer shown here." in html(off)
    assert buttons(off) == []
    change(database, session, clock, title="Something else")
    assert await settled(database, cards, clock) == 1
    clock.now = session.plan.closes_at
    assert await settled(database, cards, clock) == 1
    assert html(all_deliveries(database)[1]) == html(off)
    with database.write() as uow:
        uow.session_cards.show_in(session.id, [chat.id], now=clock.now)
        uow.session_cards.touch(session.id, now=clock.now)
    await settled(database, cards, clock)
    first, back = all_deliveries(database)
    assert html(back) == html(first)
    assert buttons(back)


async def test_a_card_that_is_taken_off_before_it_is_sent_is_not_sent_unless_it_is_put_back(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    session = a_session(database, clock)
    await cards.bring_up_to_date()
    with database.write() as uow:
        (card,) = uow.session_cards.of_session(session.id)
        uow.session_cards.take_off(session.id, [card.destination.id], now=clock.now)
    await cards.bring_up_to_date()
    (withdrawn,) = all_deliveries(database)
    assert withdrawn.parts[0].state is PartState.SUPERSEDED
    with database.write() as uow:
        uow.session_cards.show_in(session.id, [card.destination.id], now=clock.now)
    await cards.bring_up_to_date()
    _withdrawn, posted = all_deliveries(database)
    assert posted.parts[0].state is PartState.PENDING
    assert "Going" in html(posted)


async def test_what_those_who_are_going_see_only_stands_on_no_card(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    a_session(database, clock, plan=replace(PLAN, place_for_going=True))
    await cards.bring_up_to_date()
    (card,) = all_deliveries(database)
    assert "meet.example.org" not in str(card.parts[0].payload)
    assert "Those who are going see the place." in html(card)


async def test_a_card_speaks_the_language_of_its_chat(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    a_session(database, clock, chats=4)
    with database.write() as uow:
        for number, language in enumerate(LANGUAGES):
            uow.chats.set_language("telegram", str(-100 - number), language)
    await cards.bring_up_to_date()
    shown = [html(one) for one in all_deliveries(database)]
    for card, words in zip(shown, ("Going: 0/30", "Идут: 0/30", "Vão: 0/30", "参加：0/30"), strict=True):
        assert words in card


HOSTILE = "<b>@everyone</b> `*_[x](https://evil.example)\u202e" + "𝔸👩‍👩‍👧" * 400


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("platform", ["telegram", "discord"])
def test_a_card_is_one_message_however_long_and_hostile_its_words_are(platform: str, language: str) -> None:
    say, now = translator(language), PLAN.starts_at - timedelta(days=1)
    papers = (SessionPaper(HOSTILE, "https://example.org/" + "x" * 400, authors=(HOSTILE,) * 9),) * 5
    sketch = SessionSketch(
        title=HOSTILE, starts_at=PLAN.starts_at, papers=papers, place=HOSTILE, notes=HOSTILE * 3, minimum=100,
        speaker_names=(HOSTILE,) * 10, listeners=100_000, cutoff=timedelta(hours=3),
    )  # fmt: skip
    plan = checked(sketch).plan()
    counts = RosterCounts(going=10_000, waiting=5_000, maybe=7_000)
    people = People(counts, (HOSTILE,) * 30, (HOSTILE,) * 10)
    for state in SessionState:
        for at in (now, plan.ends_at):
            session = ClubSession(1, 1, 1_000, "uid", plan, now, state, reason=HOSTILE)
            further = [Paragraph(text(HOSTILE))] * 5

            def compose(level: int) -> Message:
                return session_card(session, people, say, now=at, level=level, further=further)  # noqa: B023 - used at once

            levels = [len(RENDERERS[platform](compose(level))) for level in range(BRIEFEST + 1)]
            assert levels[-1] == 1
            assert levels == sorted(levels, reverse=True)


def test_of_very_many_who_are_going_the_first_are_named_and_the_others_counted() -> None:
    people = People(RosterCounts(going=10_000, waiting=3), ("Ann Lee", "Bob"), ("Cem",))
    session = ClubSession(1, 1, 4, "uid", PLAN, PLAN.starts_at - timedelta(days=9))
    (card,) = telegram_payloads(session_card(session, people, translator("en"), now=session.created_at))
    assert "✅ <b>Going: 10,000/30</b> – Ann, Bob, and 9,998 more" in str(card["html"])
    assert "🎤 <b>Speaker: </b>Cem" in str(card["html"])
    assert "⏳ On the waitlist: 3" in str(card["html"])


async def test_an_edit_that_is_late_puts_the_next_one_off(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    session = a_session(database, clock)
    await settled(database, cards, clock)
    edits = []
    for tick in range(60):  # the outbox sends half a second after the cards were looked at, and at times much later
        answers(database, session, [f"Ann{tick}"], clock)
        await cards.bring_up_to_date()
        clock.advance(seconds=0.9)
        if tick % 7 and arrive(database, clock):
            edits.append(clock.now)
        clock.advance(seconds=0.1)
    assert all(later - earlier >= EDIT_EVERY for earlier, later in pairwise(edits))
    assert len(edits) >= 10


async def test_two_sessions_in_one_chat_share_what_it_is_edited(
    database: Database, cards: SessionCards, clock: FakeClock
) -> None:
    first = a_session(database, clock)
    with database.write() as uow:
        there = uow.communities.destination_at("telegram", "-100")
        assert there is not None
        second = uow.club_sessions.add(there.community_id, PLAN, uid="other", now=clock.now)
        uow.session_cards.show_in(second.id, [there.id], now=clock.now)
    await settled(database, cards, clock)
    edits = []
    for tick in range(40):
        for session in (first, second):
            answers(database, session, [f"Ann{tick}"], clock)
        await cards.bring_up_to_date()
        edits += [clock.now] * arrive(database, clock)
        clock.advance(seconds=1)
    assert all(later - earlier >= EDIT_EVERY for earlier, later in pairwise(edits))
