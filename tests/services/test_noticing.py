"""Posts that announce sessions, from the chat in which they stand to the organisers who are asked about them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.announcements import Announcement, AnnouncementState
from bot.domain.communities import DestinationSpec
from bot.domain.documents import DecodedDocument, RawDocument
from bot.domain.members import Member, Membership
from bot.domain.posts import ChatKind, ChatPost, PostChat, Watch
from bot.domain.sources import SourceSpec
from bot.domain.subscriptions import default_choices
from bot.readers import telegram
from bot.readers.chat_posts import read_post
from bot.services.chat_posts import ChatPosts, PostFate, ensure_source_chat
from bot.services.ingest import Ingest
from bot.services.noticing import Noticing
from storage.database import Database
from tests.fakes import FakeReader
from tests.outbox import START
from tests.reaching import World, world

CHANNEL = PostChat("telegram", "-1001", ChatKind.CHANNEL, "Papers we read", "papers")
TEXT = "Our reading group meets again tomorrow at 17:00.\n\nSign up: https://forms.gle/1"
POST = ChatPost(CHANNEL, 7, START, TEXT)
"""The clock of the tests begins on a day in UTC, which is the zone of their club."""


@dataclass
class Club:
    """A club that watches a channel."""

    world: World
    posts: ChatPosts
    ana: Member

    async def take(self, post: ChatPost = POST) -> PostFate | None:
        return await self.posts.take(post)

    async def asked(self) -> list[str]:
        """What people were told in private since this was asked last."""
        await self.world.run()
        said = [words for post in self.world.posts for _, words in post.said]
        for post in self.world.posts:
            post.said.clear()
        return said

    def announcements(self) -> list[Announcement]:
        with self.world.database.read() as uow:
            return [one for number in range(1, 20) if (one := uow.announcements.get(number))]


@pytest.fixture
async def club(database: Database) -> AsyncIterator[Club]:
    async with world(database) as opened:
        posts = ChatPosts(database, read_post, opened.time.now, on_posts=[Noticing(opened.reaching).notice])
        ana = opened.member("Ana", "telegram")
        with database.write() as uow:
            uow.members.put_membership(Membership(opened.community_id, ana.id, START, organiser=True))
        watch(opened, CHANNEL)
        yield Club(opened, posts, ana)


def watch(world: World, chat: PostChat, watched_by: str = "telegram:1") -> int:
    """The first chat of the club watches another one. Returns the source."""
    with world.database.write() as uow:
        there = ensure_source_chat(uow, chat, START)
        place = uow.communities.destination_at("telegram", "club-on-telegram")
        assert place is not None
        uow.source_chats.begin(Watch(there.source_id, place.id, watched_by), since=START)
    return there.source_id


async def test_organisers_are_asked_in_private_about_a_post_that_announces_a_session(club):
    assert await club.take() is PostFate.NEW
    (said,) = await club.asked()
    assert "announce a session" in said
    assert "https://t.me/papers/7" in said
    assert "17:00" in said
    assert "forms.gle/1" in said
    (announcement,) = club.announcements()
    assert announcement.state is AnnouncementState.OPEN


async def test_they_are_asked_once_however_often_the_post_comes_and_is_edited(club):
    await club.take()
    await club.take()
    assert len(await club.asked()) == 1
    edited = replace(POST, text=TEXT.replace("17:00", "18:30"), edited=True)
    assert await club.take(edited) is PostFate.CHANGED
    assert await club.asked() == []
    (announcement,) = club.announcements()
    assert "18:30" in announcement.post.text


async def test_a_post_that_becomes_an_announcement_by_an_edit_is_noticed_then(club):
    await club.take(replace(POST, text="Something is coming."))
    assert await club.asked() == []
    await club.take(replace(POST, edited=True))
    assert len(await club.asked()) == 1


async def test_any_other_post_is_nobodys_concern(club):
    await club.take(replace(POST, text="A paper about attention: https://arxiv.org/abs/1706.03762"))
    assert await club.asked() == []
    assert club.announcements() == []


async def test_a_session_that_is_over_is_not_asked_about(club):
    club.world.time.advance_to(START + timedelta(days=2))
    await club.take()
    assert await club.asked() == []


async def test_old_materials_are_not_asked_about(club):
    shared = replace(POST, text="Slides of yesterday's journal club: https://docs.google.com/presentation/d/1")
    club.world.time.advance_to(START + timedelta(days=4))
    await club.take(shared)
    assert await club.asked() == []
    await club.take(replace(shared, number=8, posted_at=START + timedelta(days=3)))
    assert len(await club.asked()) == 1


async def test_who_does_not_organise_is_not_asked(club):
    club.world.member("Bob", "telegram", "discord")
    await club.take()
    assert len(await club.asked()) == 1


async def test_each_community_that_watches_the_chat_is_asked_and_no_other(club):
    database = club.world.database
    with database.write() as uow:
        there = uow.source_chats.at("telegram", CHANNEL.id)
        assert there is not None
        second = uow.communities.ensure_destination(DestinationSpec("telegram", "second"), zone="UTC", languages=())
        uow.communities.ensure_destination(DestinationSpec("telegram", "third"), zone="UTC", languages=())
        uow.source_chats.begin(Watch(there.source_id, second.id, "telegram:2"), since=START)
    await club.take()
    assert {one.community_id for one in club.announcements()} == {club.world.community_id, second.community_id}


async def test_what_is_read_for_others_only_is_shown_to_nobody_else_even_if_they_name_it(club):
    with club.world.database.write() as uow:
        there = uow.source_chats.at("telegram", CHANNEL.id)
        assert there is not None
        other = uow.communities.ensure_destination(DestinationSpec("telegram", "other"), zone="UTC", languages=())
        choices = replace(default_choices("UTC", private=False), source_ids=frozenset({there.source_id}))
        uow.subscriptions.add(other.id, choices, now=START, window_end=START, created_by="telegram:2")
    await club.take()
    assert {one.community_id for one in club.announcements()} == {club.world.community_id}


async def test_where_nobody_organises_yet_who_wanted_the_chat_watched_is_asked(database):
    async with world(database) as opened:
        posts = ChatPosts(database, read_post, opened.time.now, on_posts=[Noticing(opened.reaching).notice])
        watch(opened, CHANNEL, "telegram:4711")
        club = Club(opened, posts, opened.member("Ana", "telegram"))
        await club.take()
        await opened.run()
        assert [chat for chat, _ in opened.telegram.said] == ["4711"]


async def test_a_chat_that_wanted_itself_watched_is_not_written_to(database):
    async with world(database) as opened:
        posts = ChatPosts(database, read_post, opened.time.now, on_posts=[Noticing(opened.reaching).notice])
        watch(opened, CHANNEL, f"telegram:{CHANNEL.id}")
        club = Club(opened, posts, opened.member("Ana", "telegram"))
        await club.take()
        assert await club.asked() == []
        assert len(club.announcements()) == 1


PREVIEW = """<div class="tgme_channel_info"></div><div class="tgme_widget_message" data-post="papers/9">
<div class="tgme_widget_message_text js-message_text">Our seminar is on {day} at 17:00. Join us!</div>
<a class="tgme_widget_message_date"><time datetime="{at}"></time></a></div>"""


async def poll(club: Club, address: str) -> None:
    """The preview of a channel is fetched twice; the second time something else has changed in it."""
    page = PREVIEW.format(day=f"{START + timedelta(days=3):%d %B}", at=START.isoformat())
    bodies = [page.encode(), page.encode() + b" "]
    parsed = telegram.read(DecodedDocument(address, page, "utf-8"), now=START)
    noticing = Noticing(club.world.reaching)
    reader = FakeReader(dict.fromkeys(bodies, parsed))
    ingest = Ingest(club.world.database, reader, club.world.time.now, on_posts=[noticing.notice])
    for body in bodies:
        await ingest.ingest(RawDocument(address, body, START), SourceSpec(address))


async def test_a_channel_whose_preview_is_polled_is_followed_by_those_who_have_a_digest_of_it(club):
    with club.world.database.write() as uow:
        source = uow.sources.add(SourceSpec("https://t.me/s/others"), now=START)
        place = uow.communities.destination_at("telegram", "club-on-telegram")
        assert place is not None
        choices = replace(default_choices("UTC", private=False), source_ids=frozenset({source.id}))
        uow.subscriptions.add(place.id, choices, now=START, window_end=START, created_by="telegram:1")
    await poll(club, "https://t.me/s/others")
    assert len(await club.asked()) == 1


async def test_nobody_is_asked_about_a_channel_that_nobody_follows(club):
    await poll(club, "https://t.me/s/others")
    assert club.announcements() == []
