"""What a community watches is seen by that community only, whatever others ask for and whichever buttons they press."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core import Core
from bot.domain.communities import DestinationKind
from bot.domain.messages import Message
from bot.domain.posts import ChatKind, ChatPost, PostChat
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.subscriptions import Choices
from bot.services.ports import HeardChat, Hearing
from handlers.command import Chat, Person, Platform, Reply, Request
from tests.factories import make_document, make_parsed_item, store
from tests.services.test_scheduled_digests import about
from tests.talks import seen
from tests.world import NOW, bot_with

READERS = Chat(Platform.TELEGRAM, "-1001", title="Readers")
CLUB = Chat(Platform.DISCORD, "7", title="#papers", server_id="99")
BOB = Chat(Platform.TELEGRAM, "5", private=True, kind=DestinationKind.PRIVATE)
ANN = Person("1", "Ann", "en", chat_administrator=True)
RUNS = replace(ANN, id="9", administrator=True)
PAPER = "https://arxiv.org/abs/2101.00077"
SECRET = f"Wombats in our unpublished draft. See {PAPER}"
BEFORE = NOW - timedelta(days=1)


class Ears:
    """A platform on which the bot hears everything."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    async def look(self, name: str) -> HeardChat:
        return HeardChat(post_chat(self.platform, name), Hearing.EVERYTHING)


class Directory:
    """Everybody is an administrator everywhere."""

    async def resolve(self, _name: str) -> None:
        return None

    async def is_administrator(self, _chat_id: str, _person_id: str) -> bool:
        return True

    async def missing_right(self, _chat_id: str) -> None:
        return None


def post_chat(platform: Platform, chat_id: str) -> PostChat:
    return PostChat(platform.value, chat_id, ChatKind.CHANNEL, f"Den {chat_id}", server_id="99")


@dataclass
class World:
    core: Core
    posts: int = 0

    async def ask(self, chat: Chat, command: str, words: str = "", person: Person = ANN) -> str:
        return seen(await self.core.dispatcher.answer(Request(chat, person, command, words)))

    async def press(self, chat: Chat, action: str, person: Person = ANN) -> Reply:
        return await self.core.dispatcher.press(Request(chat, person, action=action))

    async def watch(self, chat: Chat) -> None:
        assert "From now on" in await self.ask(chat, "watch", "here")

    async def post(self, chat: Chat, text: str = SECRET) -> None:
        self.posts += 1
        await self.core.chat_posts.take(ChatPost(post_chat(chat.platform, chat.id), self.posts, NOW, text))

    async def publish(self, *items: Any) -> None:
        """Items of a source that is everybody's."""
        await self.core.database.run(
            lambda uow: store(uow, make_document(*items, guid="open"), now=NOW, address="https://open.example.org/")
        )

    async def subscribe(self, chat: Chat, **facts: Any) -> None:
        wanted = Choices(schedule=Schedule((time(12),), EVERY_DAY, "UTC"), **facts)

        def work(uow: Any) -> None:
            here = uow.communities.ensure_destination(chat.destination, zone="UTC", languages=("en",))
            uow.subscriptions.add(here.id, wanted, window_end=BEFORE, now=BEFORE, created_by="telegram:1")

        await self.core.database.run(work)

    async def digests(self) -> dict[str, str]:
        """What is in the outbox, by chat."""
        return {
            one.delivery.destination.chat_id: str([part.payload for part in one.delivery.parts])
            for one in await self.core.deliveries.outbox()
        }

    async def editions(self) -> dict[str, int]:
        def look_up(uow: Any) -> dict[str, int]:
            found = (uow.digests.get(number) for number in range(1, 10))
            return {
                uow.communities.destination(one.destination_id).chat_id: one.edition for one in found if one is not None
            }

        return await self.core.database.query(look_up)


def actions(reply: Reply, name: str) -> list[str]:
    found = (getattr(button, "action", "") for row in reply.message.buttons for button in row)
    return [action for action in found if action.startswith(name)]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with bot_with(tmp_path / "data") as core:
        for platform in (Platform.TELEGRAM, Platform.DISCORD):
            core.listeners[platform.value] = Ears(platform)
        core.directories["telegram"] = Directory()
        yield World(core)


ASKED = [
    ("search", "wombats"),
    ("search", PAPER),
    ("search", "wombats zebras"),
    ("digest", ""),
    ("digest", "week"),
    ("story", "wombats"),
    ("story", "1"),
    ("why", PAPER),
    ("covered", PAPER),
    ("why", "wombats"),
    ("sources", ""),
]


@pytest.mark.parametrize("own", [READERS, CLUB], ids=["telegram", "discord"])
@pytest.mark.parametrize(("command", "words"), ASKED)
async def test_only_the_community_that_watches_is_told_of_it(world: World, command: str, words: str, own: Chat) -> None:
    other = CLUB if own is READERS else READERS
    await world.watch(own)
    await world.post(own)
    told = await world.ask(own, command, words)
    assert "Wombats" in told or "Den" in told
    for chat in (other, BOB, replace(own, id="12345", server_id="98")):
        answer = await world.ask(chat, command, words)
        assert "Wombats" not in answer
        assert "Den" not in answer


async def test_what_two_communities_watch_both_see(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS)
    assert "Wombats" not in await world.ask(BOB, "search", "wombats")
    assert "of this chat only" in await world.ask(BOB, "watch", READERS.id)
    for chat in (READERS, BOB):
        assert "Wombats" in await world.ask(chat, "search", "wombats")
    assert "Wombats" not in await world.ask(CLUB, "search", "wombats")
    assert "is shown here any more" in await world.ask(BOB, "unwatch", READERS.id)
    assert "Wombats" not in await world.ask(BOB, "search", "wombats")
    await world.post(READERS, f"Wombats still come. {PAPER}")
    assert "still come" in await world.ask(READERS, "search", "wombats still come")


async def test_the_chat_itself_stops_the_watching_for_all(world: World) -> None:
    assert "From now on" in await world.ask(BOB, "watch", READERS.id)
    assert "I read what is posted here" in await world.ask(READERS, "watch")
    await world.ask(READERS, "unwatch")
    await world.post(READERS)
    assert "Wombats" not in await world.ask(BOB, "search", "wombats")


async def test_what_one_who_runs_the_bot_has_watched_in_private_is_everybodys(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS)
    answer = await world.ask(BOB, "watch", READERS.id, person=RUNS)
    assert "also in other chats" in answer
    assert "Wombats" in await world.ask(CLUB, "search", "wombats")
    await world.ask(BOB, "unwatch", READERS.id, person=RUNS)
    await world.post(READERS, f"Wombats in private again. {PAPER}")
    assert "private again" not in await world.ask(CLUB, "search", "wombats")
    assert "unpublished draft" in await world.ask(CLUB, "search", "wombats")
    assert "in private again" in await world.ask(READERS, "search", "wombats private again")


async def test_who_runs_the_bot_and_watches_in_a_chat_does_so_for_that_chat(world: World) -> None:
    assert "of this chat only" in await world.ask(READERS, "watch", "here", person=RUNS)
    await world.post(READERS)
    assert "Wombats" not in await world.ask(CLUB, "search", "wombats")


async def test_a_post_that_is_forwarded_by_who_runs_the_bot_is_everybodys_and_no_other_is(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS)
    await world.post(READERS, f"Wombats, the official news. {PAPER}")
    forwarded = ChatPost(post_chat(READERS.platform, READERS.id), 2, NOW, f"Wombats, the official news. {PAPER}")
    brought = Request(BOB, RUNS, action="post:read", post=forwarded)
    assert "already" in seen(await world.core.dispatcher.press(brought))
    found = await world.ask(CLUB, "search", "wombats")
    assert "official news" in found
    assert "unpublished draft" not in found
    assert "unpublished draft" not in await world.ask(CLUB, "story", "official")
    assert "official news" in await world.ask(CLUB, "digest")


async def test_chats_that_are_joined_with_link_see_it_and_those_that_are_separated_do_not(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS)
    words = seen(await world.core.dispatcher.answer(Request(READERS, ANN, "link")))
    await world.ask(CLUB, "link", words.partition("/link ")[2][:9])
    assert "Wombats" in await world.ask(CLUB, "search", "wombats")
    assert "Wombats" in await world.ask(replace(CLUB, id="8"), "search", "wombats")
    listed = await world.press(READERS, "unlink:2")
    assert "stands alone" in seen(listed)
    assert "Wombats" not in await world.ask(CLUB, "search", "wombats")
    assert "Wombats" in await world.ask(READERS, "search", "wombats")


async def test_a_link_that_only_others_have_read_is_not_read_yet(world: World) -> None:
    await world.subscribe(CLUB)
    await world.watch(READERS)
    await world.post(READERS)
    never = "https://arxiv.org/abs/2101.00078"
    hidden = await world.ask(CLUB, "why", PAPER)
    assert hidden.replace(PAPER, never) == await world.ask(CLUB, "why", never)
    (item_id,) = await world.core.database.query(lambda uow: uow.stories.item_ids(after=0, limit=9))
    await world.core.chat_posts.withdraw("telegram", READERS.id, [1])
    assert item_id
    assert "withdrawn" in await world.ask(READERS, "why", PAPER)
    assert await world.ask(CLUB, "why", PAPER) == hidden


async def test_an_item_cannot_be_opened_by_its_number_elsewhere(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS)
    reply = await world.core.dispatcher.answer(Request(READERS, ANN, "search", "wombats"))
    (opens,) = actions(reply, "item:")
    assert "Wombats" in seen(await world.press(READERS, opens))
    for chat in (CLUB, BOB):
        refused = await world.press(chat, opens)
        assert refused.failed
        assert "not there any more" in seen(refused)


async def test_the_buttons_of_another_communitys_answer_show_nothing_of_it(world: World) -> None:
    await world.watch(READERS)
    for number in range(1, 8):
        await world.post(READERS, f"Wombats, part {number}. https://arxiv.org/abs/2101.{number:05}")
    for command, words in (("search", "wombats"), ("digest", "")):
        reply = await world.core.dispatcher.answer(Request(READERS, ANN, command, words))
        (turn,) = actions(reply, f"{command}:")
        assert "Wombats, part" in seen(await world.press(READERS, turn))
        assert "Wombats, part" not in seen(await world.press(CLUB, turn))


async def test_a_story_of_others_cannot_be_saved_by_its_number(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS)
    await world.ask(READERS, "digest")
    assert "Nothing is left of this story." in seen(await world.press(CLUB, "save:1"))
    assert "Nothing is saved yet" in await world.ask(CLUB, "saved")


async def test_what_one_has_saved_stays_ones_own_and_brings_nothing_of_others(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS)
    await world.ask(READERS, "digest")
    assert "Saved" in seen(await world.press(READERS, "save:1"))
    await world.watch(replace(READERS, id="-1002"))
    await world.post(replace(READERS, id="-1002"), f"Wombats in our unpublished draft, they say. See {PAPER}")
    listed = await world.ask(BOB, "saved")
    assert "Den -1001" in listed
    assert "Den -1002" not in listed
    exported = await world.core.dispatcher.answer(Request(BOB, ANN, "saved", "export bibtex"))
    assert exported.file is not None
    assert b"2101.00077" in exported.file.content
    assert b"1002" not in exported.file.content


async def test_nothing_is_offered_of_others_while_somebody_types(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS, "Вомбаты в нашем неопубликованном черновике и больше нигде")
    await world.core.reindexing.catch_up()
    for command, option, typed in (("search", "query", "вомб"), ("digest", "language", "rus")):
        asked = Request(READERS, ANN, command)
        assert await world.core.dispatcher.complete(asked, option, typed)
        assert not await world.core.dispatcher.complete(replace(asked, chat=CLUB), option, typed)
    await world.publish(make_parsed_item("Вомбаты повсюду"))
    await world.core.reindexing.catch_up()
    offered = await world.core.dispatcher.complete(Request(CLUB, ANN, "search"), "query", "вомб")
    assert [choice.label for choice in offered] == ["Вомбаты повсюду"]


TYPED = [
    "quokkanetz transformer",  # a mistake in a word that only others have read
    "quokkanets transformer",
    "йгщллфтуеы transformer",  # the same in another keyboard layout
    "квокканетс transformer",
    "кенгурятена transformer",
    "2101.00077 transformer",  # a paper that only others have read of
    "prunible",  # one letter from a word that only others use, all the time
    "source:Den transformer",
    "lang:en",  # nothing but filters
    "-zebras sort:new",
    "transformer OR wombats",
    "trans*",
]


async def test_an_answer_is_the_same_whatever_others_have_read(world: World) -> None:
    await world.publish(about(1, "A transformer"), about(2, "Prunible heads of a transformer"))
    await world.core.reindexing.catch_up()
    before = {typed: await world.ask(CLUB, "search", typed) for typed in TYPED}
    await world.watch(READERS)
    await world.post(READERS, f"Quokkanets are a transformer. Кенгурятина в черновике. {PAPER}")
    for number in range(200):
        await world.post(READERS, f"Note {number}: this transformer is prunable")
    await world.core.reindexing.catch_up()
    for typed in TYPED:
        assert await world.ask(CLUB, "search", typed) == before[typed]
        assert await world.ask(READERS, "search", typed) != before[typed]


@pytest.mark.parametrize("typed", ["transformer", "before:2100", "-zebras"])
async def test_filters_count_nothing_of_what_others_have_read(world: World, typed: str) -> None:
    async def panel(chat: Chat) -> Message:
        found = await world.core.dispatcher.answer(Request(chat, ANN, "search", typed))
        (filters,) = actions(found, "filter:")
        return (await world.press(chat, filters)).message

    def offered(message: Message) -> list[tuple[str, tuple[str, ...]]]:
        return [(one.hint, tuple(option.label for option in one.options)) for one in message.selects]

    old = make_parsed_item("A transformer of old", published_at=NOW - timedelta(days=900))
    await world.publish(about(1, "A transformer"), old, make_parsed_item("Um transformer", language="pt"))
    before = await panel(CLUB)
    await world.watch(READERS)
    for number in range(200):
        await world.post(READERS, f"Заметка {number}: этот transformer ещё не опубликован")
    after = await panel(CLUB)
    assert (offered(after), seen(Reply(after))) == (offered(before), seen(Reply(before)))
    assert offered(await panel(READERS)) != offered(before)


async def test_what_is_like_a_story_does_not_depend_on_what_others_have_read(world: World) -> None:
    words = [f"{one}{other}oid" for one in ("bl", "cr", "dr", "fl", "gr", "pl") for other in "aeiouy"]
    text = " ".join(words)
    await world.publish(make_parsed_item("Frogs", text), make_parsed_item("Toads", " ".join(reversed(words))))
    before = await world.ask(CLUB, "similar", "frogs")
    await world.watch(READERS)
    for number in range(9):
        await world.post(READERS, f"Note {number} on {' and '.join(words[:18])}")
    assert await world.ask(CLUB, "similar", "frogs") == before
    assert "Toads" in before


async def test_a_subscription_can_choose_only_from_what_its_chat_sees(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS)
    for chat, is_offered in ((READERS, True), (CLUB, False)):
        begun = await world.core.dispatcher.answer(Request(chat, ANN, "subscribe"))
        (panel,) = [one for one in actions(begun, "draft:") if one.endswith(":source")]
        offered = await world.press(chat, panel)
        assert ("Den" in str(offered.message)) is is_offered
        named = await world.core.dispatcher.answer(Request(chat, ANN, "subscribe", "source:Den"))
        assert named.failed is not is_offered


async def test_one_story_is_told_to_each_community_as_far_as_it_sees_it(world: World) -> None:
    await world.watch(READERS)
    await world.publish(about(77, "Wombats at last"))
    await world.post(READERS)
    for chat in (READERS, CLUB):
        await world.subscribe(chat)
    assert await world.core.scheduled_digests.build_due() == 2
    digests = await world.digests()
    assert "Den" in digests[READERS.id]
    assert "Den" not in digests[CLUB.id]
    assert "Wombats at last" in digests[CLUB.id]
    assert "2 sources" in digests[READERS.id]
    assert "2 sources" not in digests[CLUB.id]
    editions = await world.editions()
    assert editions[READERS.id] != editions[CLUB.id]


async def test_more_shows_what_those_who_press_may_see(world: World) -> None:
    await world.watch(READERS)
    for number in range(1, 4):
        await world.post(READERS, f"Wombats, part {number}. https://arxiv.org/abs/2101.{number:05}")
    await world.subscribe(READERS, max_stories=1)
    await world.core.scheduled_digests.build_due()
    more = f"more:{(await world.editions())[READERS.id]}:1"
    assert "Wombats, part" in seen(await world.press(READERS, more))
    assert "Wombats, part" not in seen(await world.press(CLUB, more))


async def test_communities_share_an_edition_while_nothing_that_only_one_sees_is_new(world: World) -> None:
    await world.watch(READERS)
    await world.publish(about(1), about(2))
    chats = [READERS, CLUB, BOB]
    for chat in chats:
        await world.subscribe(chat)
    await world.core.scheduled_digests.build_due()
    editions = await world.editions()
    assert len({editions[chat.id] for chat in chats}) == 1


async def test_a_preview_and_a_digest_out_of_turn_show_what_their_chat_sees(world: World) -> None:
    await world.watch(READERS)
    await world.publish(about(1))
    await world.post(READERS)
    for chat in (READERS, CLUB):
        await world.subscribe(chat)
    assert "Wombats" in seen(await world.press(READERS, "sub:1:preview"))
    assert "Wombats" not in seen(await world.press(CLUB, "sub:2:preview"))
    for chat, number in ((READERS, 1), (CLUB, 2)):
        await world.press(chat, f"sub:{number}:send")
    digests = await world.digests()
    assert "Wombats" in digests[READERS.id]
    assert "Wombats" not in digests[CLUB.id]


async def test_a_digest_that_is_corrected_never_names_what_others_wrote_later(world: World, tmp_path: Path) -> None:
    await world.watch(READERS)
    await world.publish(about(77, "Wombats at last"))
    for chat in (READERS, CLUB):
        await world.subscribe(chat)
    await world.core.scheduled_digests.build_due()
    editions = await world.editions()
    assert editions[READERS.id] == editions[CLUB.id]
    async with bot_with(tmp_path / "data", now=NOW + timedelta(hours=1)) as later:
        number = ChatPost(post_chat(READERS.platform, READERS.id), 9, NOW, SECRET)
        await later.chat_posts.take(number)
        await later.stories.catch_up()
    async with bot_with(tmp_path / "data", now=NOW + timedelta(hours=2)) as last:
        assert await last.corrections.correct_due() == 1
        digests = await World(last).digests()
    assert "Den" in digests[READERS.id]
    assert "Den" not in digests[CLUB.id]


async def test_what_was_read_stays_with_those_who_stopped_and_is_nobody_elses(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS)
    await world.subscribe(READERS)
    await world.core.scheduled_digests.build_due()
    assert "What I have read of it stays" in await world.ask(READERS, "unwatch")
    assert "Wombats" in await world.ask(READERS, "why", "1")
    assert "Wombats" in await world.ask(READERS, "search", "wombats")
    assert "Wombats" not in await world.ask(CLUB, "search", "wombats")


async def test_what_a_digest_has_told_is_left_as_it_is_when_its_chat_sees_it_no_more(
    world: World, tmp_path: Path
) -> None:
    await world.watch(CLUB)
    await world.post(CLUB)
    words = await world.ask(CLUB, "link")
    await world.ask(READERS, "link", words.partition("/link ")[2][:9])
    await world.subscribe(READERS)
    await world.core.scheduled_digests.build_due()
    before = await world.digests()
    assert "Wombats" in before[READERS.id]
    await world.press(CLUB, "unlink:2")
    assert "Wombats" not in await world.ask(READERS, "search", "wombats")
    await world.core.chat_posts.withdraw("discord", CLUB.id, [1])
    async with bot_with(tmp_path / "data", now=NOW + timedelta(hours=1)) as later:
        assert await later.corrections.correct_due() == 0
        assert await World(later).digests() == before


async def test_the_command_line_sees_everything(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS)
    assert (await world.core.search.page(None, "wombats")).total == 1
    assert len(await world.core.stories.all()) == 1
    assert len(await world.core.sources.overview(None)) == 1


async def test_an_alert_sees_what_is_seen_where_it_is_told(world: World) -> None:
    await world.watch(READERS)
    await world.ask(READERS, "alert", "here wombats")
    await world.ask(READERS, "alert", "wombats")  # told in private, where nobody watches that channel
    await world.ask(CLUB, "alert", "here wombats")
    await world.ask(BOB, "alert", "wombats", person=replace(ANN, id=BOB.id))
    await world.post(READERS)
    await world.core.alert_watch.look()
    found = await world.core.database.query(lambda uow: [one.destination.chat_id for one in uow.alerts.waiting()])
    assert found == [READERS.id]


async def test_a_digest_about_a_question_is_not_told_what_its_community_does_not_see(world: World) -> None:
    await world.watch(READERS)
    await world.post(READERS)
    for chat in (READERS, CLUB):
        await world.subscribe(chat, question="wombats")
    await world.core.scheduled_digests.build_due()
    assert {chat: "Wombats" in said for chat, said in (await world.digests()).items()} == {READERS.id: True}
