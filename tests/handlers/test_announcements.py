"""Posts that announce a session: what organisers are asked in private, what they press, and what others cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import RENDERERS, Core
from bot.domain.announcements import AnnouncementState
from bot.domain.club import SessionPlan
from bot.domain.communities import DestinationSpec
from bot.domain.members import Account, Membership
from bot.domain.messages import Button
from bot.domain.posts import ChatKind, ChatPost, PostChat, Watch
from bot.locales import LANGUAGES, translator
from bot.services.chat_posts import ensure_source_chat
from bot.services.ports import Clock
from handlers.command import Chat, Person, Platform, Reply, Request
from storage.unit_of_work import UnitOfWork
from tests.world import NOW, bot_with

GROUP = Chat(Platform.TELEGRAM, "-100", title="Readers")
CHANNEL = PostChat("telegram", "-1001", ChatKind.CHANNEL, "Papers we read", "papers")
BOTH = (
    "Slides of yesterday's journal club: https://docs.google.com/presentation/d/1\n\n"
    "The next journal club is on Saturday 14 March at 18:00, about “Attention”. Sign up: https://forms.gle/1"
)
ORGANISER, MEMBER, STRANGER = Person("1", "Ann", "en"), Person("2", "Ben", "en"), Person("3", "Cid", "en")


@dataclass
class Club:
    core: Core

    async def post(self, text: str = BOTH, number: int = 7) -> None:
        await self.core.chat_posts.take(ChatPost(CHANNEL, number, NOW, text))

    async def press(self, person: Person, action: str, chat: Chat | None = None) -> Reply:
        there = chat or Chat(Platform.TELEGRAM, person.id, private=True)
        return await self.core.dispatcher.press(Request(there, person, action=action))

    async def state(self, number: int = 1) -> AnnouncementState | None:
        found = await self.core.database.query(lambda uow: uow.announcements.get(number))
        return found.state if found else None


@asynccontextmanager
async def club_in(folder: Path, *, clock: Clock | None = None) -> AsyncIterator[Club]:
    """A group that watches a channel; Ann organises its club, Ben is in it."""

    def work(uow: UnitOfWork) -> None:
        place = uow.communities.ensure_destination(GROUP.destination, zone="Europe/Moscow", languages=("en",))
        for person in (ORGANISER, MEMBER):
            member = uow.members.ensure(Account("telegram", person.id, person.name, "en"), now=NOW)
            organises = person is ORGANISER
            uow.members.put_membership(Membership(place.community_id, member.id, NOW, organiser=organises))
        source = ensure_source_chat(uow, CHANNEL, NOW)
        uow.source_chats.begin(Watch(source.source_id, place.id, "telegram:1"), since=NOW)

    async with bot_with(folder, clock=clock) as core:
        await core.database.run(work)
        yield Club(core)


def labels(reply: Reply) -> list[str]:
    return [one.label for row in reply.message.buttons for one in row]


def actions(reply: Reply) -> dict[str, str]:
    return {one.label: one.action for row in reply.message.buttons for one in row if isinstance(one, Button)}


async def test_creating_goes_on_with_the_set_up_of_the_session(tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post()
        drawn_up = await club.press(ORGANISER, "ann:new:1")
        posted = await club.press(ORGANISER, actions(drawn_up)["✅ Post it"])
        (session,) = await club.core.database.query(lambda uow: uow.club_sessions.upcoming(1, now=NOW))
        assert await club.state() is AnnouncementState.TAKEN_UP
    assert not drawn_up.failed
    assert not drawn_up.replaces
    assert not posted.failed
    assert session.plan.title == "Attention"
    assert session.plan.starts_at == NOW.replace(day=14, hour=15)
    assert session.plan.zone == "Europe/Moscow"


async def test_pressing_twice_begins_one_session(tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post()
        first = await club.press(ORGANISER, "ann:new:1")
        second = await club.press(ORGANISER, "ann:new:1")
        assert actions(first) == actions(second)
        await club.press(ORGANISER, actions(first)["✅ Post it"])
        await club.press(ORGANISER, actions(second)["✅ Post it"])
        third = await club.press(ORGANISER, "ann:new:1")
        sessions = await club.core.database.query(lambda uow: uow.club_sessions.upcoming(1, now=NOW))
    assert len(sessions) == 1
    assert not third.failed


async def test_a_set_up_that_was_given_up_can_be_begun_again(tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post()
        first = await club.press(ORGANISER, "ann:new:1")
        await club.press(ORGANISER, actions(first)["✖ Cancel"])
        second = await club.press(ORGANISER, "ann:new:1")
        await club.press(ORGANISER, actions(second)["✅ Post it"])
        sessions = await club.core.database.query(lambda uow: uow.club_sessions.upcoming(1, now=NOW))
    assert len(sessions) == 1


async def test_a_time_in_doubt_is_asked_about_before_anything_is_drawn_up(tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post("Our next seminar is on Saturday at 6. Join us!")
        asked = await club.press(ORGANISER, "ann:new:1")
        assert sum("06:00" in label or "18:00" in label for label in labels(asked)) == 2


async def test_a_post_that_was_edited_is_drawn_up_as_it_is_now(tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post()
        post = ChatPost(CHANNEL, 7, NOW, BOTH.replace("18:00", "19:30"), edited=True)
        await club.core.chat_posts.take(post)
        drawn_up = await club.press(ORGANISER, "ann:new:1")
    assert "19:30" in str(drawn_up.message)


async def test_a_post_that_was_edited_to_say_nothing_is_not_drawn_up(tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post()
        await club.core.chat_posts.take(ChatPost(CHANNEL, 7, NOW, "Never mind.", edited=True))
        refused = await club.press(ORGANISER, "ann:new:1")
    assert refused.failed
    assert "is over by now" in str(refused.message)


async def test_ignoring_can_be_taken_back(tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post()
        ignored = await club.press(ORGANISER, "ann:no:1")
        assert await club.state() is AnnouncementState.IGNORED
        again = await club.press(ORGANISER, actions(ignored)["Undo"])
        assert await club.state() is AnnouncementState.OPEN
    assert "📅 Create session" in labels(again)
    assert again.replaces


async def test_what_was_made_of_a_post_is_not_ignored_afterwards(tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post()
        await club.press(ORGANISER, "ann:new:1")
        shown = await club.press(ORGANISER, "ann:no:1")
        assert await club.state() is AnnouncementState.TAKEN_UP
    assert labels(shown) == ["📅 Create session", "📎 Attach materials"]


async def held(club: Club, title: str, days_ago: int, community_id: int = 1) -> int:
    """A session that took place."""

    def work(uow: UnitOfWork) -> int:
        plan = SessionPlan(title, NOW - timedelta(days=days_ago), "Europe/Moscow")
        return uow.club_sessions.add(community_id, plan, uid=title, now=NOW).id

    return await club.core.database.run(work)


async def addresses(club: Club, session_id: int) -> list[str]:
    """The links among the materials of a session."""
    materials = await club.core.database.query(lambda uow: uow.materials.of_session(session_id))
    return [one.address for one in materials]


async def test_materials_become_those_of_the_session_that_is_chosen(tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        before, last = await held(club, "Before", 8), await held(club, "Yesterday's", 1)
        await club.post()
        asked = await club.press(ORGANISER, "ann:mat:1")
        done = await club.press(ORGANISER, next(iter(actions(asked).values())))
        await club.press(ORGANISER, next(iter(actions(asked).values())))
        assert await addresses(club, last) == ["https://docs.google.com/presentation/d/1"]
        assert await addresses(club, before) == []
        assert await club.state() is AnnouncementState.TAKEN_UP
    assert labels(asked) == ["Session 2 · Yesterday's", "Session 1 · Before", "◀ Back"]
    assert "1 link is now among the materials" in str(done.message)
    assert not done.replaces


async def test_a_session_that_began_after_the_post_comes_last(tmp_path: Path) -> None:
    clock = [NOW]
    async with club_in(tmp_path, clock=lambda: clock[0]) as club:
        await club.post()
        await held(club, "Later", -2)
        await held(club, "Yesterday's", 1)
        clock[0] = NOW + timedelta(days=5)  # they may take their time
        asked = await club.press(ORGANISER, "ann:mat:1")
        done = await club.press(ORGANISER, next(iter(actions(asked).values())))
    assert labels(asked) == ["Session 2 · Yesterday's", "Session 1 · Later", "◀ Back"]
    assert not done.failed


async def test_where_nothing_took_place_there_is_nothing_to_attach_to(tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post()
        asked = await club.press(ORGANISER, "ann:mat:1")
    assert "No session of the club has taken place yet." in str(asked.message)
    assert labels(asked) == ["◀ Back"]


async def test_materials_are_not_attached_to_a_session_of_another_club(tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post()

        def found_another(uow: UnitOfWork) -> int:
            spec = DestinationSpec("telegram", "-200")
            other = uow.communities.ensure_destination(spec, zone="UTC", languages=("en",)).community_id
            ann = uow.members.of_account(Account("telegram", ORGANISER.id))
            assert ann is not None
            uow.members.put_membership(Membership(other, ann.id, NOW))
            return other

        other = await club.core.database.run(found_another)
        session = await held(club, "Theirs", 1, other)
        refused = await club.press(ORGANISER, f"ann:to:1:{session}")
        assert await addresses(club, session) == []
        assert await club.state() is AnnouncementState.OPEN
    assert refused.failed


ACTIONS = ["ann:mat:1", "ann:to:1:1", "ann:new:1", "ann:no:1", "ann:back:1", "ann:show:1"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("person", [MEMBER, STRANGER], ids=["member", "stranger"])
@pytest.mark.parametrize("chat", [None, GROUP], ids=["in private", "in the group"])
async def test_who_does_not_organise_changes_nothing_and_sees_nothing(
    action: str, person: Person, chat: Chat | None, tmp_path: Path
) -> None:
    async with club_in(tmp_path) as club:
        session = await held(club, "Yesterday's", 1)
        await club.post()
        refused = await club.press(person, action, chat)
        assert await addresses(club, session) == []
        drafts = await club.core.database.query(lambda uow: uow.session_drafts.get(1))
        assert await club.state() is AnnouncementState.OPEN
    assert refused.failed
    assert "journal club" not in str(refused.message)
    assert drafts is None


@pytest.mark.parametrize("action", ["ann", "ann:", "ann:new", "ann:new:x", "ann:new:99", "ann:what:1", "ann:no:1:2"])
async def test_a_button_that_there_never_was_is_answered_politely(action: str, tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post()
        assert (await club.press(ORGANISER, action)).failed
        assert await club.state() is AnnouncementState.OPEN


async def test_once_the_session_is_over_nothing_is_drawn_up(tmp_path: Path) -> None:
    clock = [NOW]
    async with club_in(tmp_path, clock=lambda: clock[0]) as club:
        await club.post()
        clock[0] = NOW + timedelta(days=7)
        refused = await club.press(ORGANISER, "ann:new:1")
        shown = await club.press(ORGANISER, "ann:show:1")
    assert refused.failed
    assert labels(shown) == ["📎 Attach materials", "Ignore"]  # that is not over


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_question_is_in_the_language_of_whoever_reads_it(language: str, tmp_path: Path) -> None:
    async with club_in(tmp_path) as club:
        await club.post()
        person = Person("1", "Ann", language.replace("_", "-"))
        shown = await club.press(person, "ann:show:1")
    say = translator(language)
    assert say.gettext("📅 Create session") in labels(shown)
    for platform in ("telegram", "discord"):
        assert RENDERERS[platform](shown.message)


@pytest.mark.parametrize("platform", Platform)
async def test_on_each_platform_organisers_decide_and_nobody_else(platform: Platform, tmp_path: Path) -> None:
    def join(uow: UnitOfWork) -> None:
        for person in (ORGANISER, MEMBER):
            member = uow.members.ensure(Account(platform.value, person.id, person.name, "en"), now=NOW)
            uow.members.put_membership(Membership(1, member.id, NOW, organiser=person is ORGANISER))

    async with club_in(tmp_path) as club:
        await club.core.database.run(join)
        await club.post()
        for person in (MEMBER, STRANGER):
            assert (await club.press(person, "ann:new:1", Chat(platform, person.id, private=True))).failed
        drawn_up = await club.press(ORGANISER, "ann:new:1", Chat(platform, ORGANISER.id, private=True))
    assert "✅ Post it" in labels(drawn_up)
