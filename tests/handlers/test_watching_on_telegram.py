"""/watch on Telegram: from what is posted in a channel to the items that come of it."""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from bot.core import Core
from bot.domain.communities import DestinationKind
from bot.domain.errors import StorageError
from bot.domain.items import Item
from bot.domain.sources import SourceSpec
from bot.platforms.telegram.client import Webhook
from bot.platforms.telegram.directory import TelegramDirectory
from storage.unit_of_work import UnitOfWork
from tests.outbox import add_delivery, add_destination, mark_sent
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.telegram_world import Chat, ChatMessage, User
from tests.world import NOW, bot_with

REVIEW = """Attention Is All You Need
Ashish Vaswani, Noam Shazeer
Paper: https://arxiv.org/abs/1706.03762

The Transformer does without recurrence."""


@dataclass
class World:
    """A running bot, its double of Telegram, and Ann, who runs the bot and is an administrator of every chat."""

    core: Core
    server: TelegramServer
    ann: User

    async def items(self, *, polling: bool = True) -> list[Item]:
        """All items that are shown, once the bot has fetched all updates."""
        if polling:
            await self.server.polled()
        ids = await self.core.database.query(lambda uow: uow.stories.item_ids(after=0, limit=1000))
        return await self.core.database.query(lambda uow: uow.items.many(sorted(ids)))

    async def say(self, chat: Chat, text: str, user: User | None = None) -> ChatMessage:
        """What the bot answers to somebody's words in a chat."""
        await self.server.send_text(chat, None if chat.type == "channel" else user or self.ann, text)
        return await self.server.next_message(chat)

    async def watched_channel(self, username: str | None = "papers", **options: Any) -> Chat:
        channel = self.server.channel("Papers", administrators=(self.ann,), username=username, **options)
        assert "From now on I read" in (await self.say(channel, "/watch here")).text
        return channel

    async def watched_group(self, *members: User) -> Chat:
        group = self.server.supergroup("Readers", *members, administrators=(self.ann,))
        group.bot_status = "administrator"
        answer = await self.say(group, "/watch here")
        assert "I keep only what looks like a post" in answer.text
        return group


@asynccontextmanager
async def world(folder: Path, **settings: Any) -> AsyncIterator[World]:
    options = settings.pop("options", {})
    async with TelegramServer(local=settings.pop("local", False)) as server, bot_with(folder, **settings) as core:
        server.now = lambda: int(NOW.timestamp())
        ann = server.person("Ann")

        async def ready(bot: Bot) -> None:
            core.directories["telegram"] = core.listeners["telegram"] = TelegramDirectory(bot)

        async def moved(old: str, new: str) -> None:
            await core.communities.move_chat("telegram", old, new)

        async with telegram_bot(
            server,
            core.dispatcher,
            administrators=frozenset({str(ann.id)}),
            ready=ready,
            posts=core.chat_posts,
            moved=moved,
            **options,
        ):
            yield World(core, server, ann)


@pytest.fixture
def open_world(tmp_path: Path) -> Callable[..., Any]:
    return lambda **settings: world(tmp_path, **settings)


async def test_a_post_of_a_watched_channel_becomes_an_item_with_its_address(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        post = await bot.server.send_text(channel, None, REVIEW)
        (item,) = await bot.items()
    assert item.title == "Attention Is All You Need"
    assert item.authors == ("Ashish Vaswani", "Noam Shazeer")
    assert [str(paper) for paper in item.papers] == ["arxiv:1706.03762"]
    assert item.url == f"https://t.me/papers/{post.id}"
    assert (item.key.guid, item.source_title) == (f"papers/{post.id}", "Papers")
    assert item.published_at == NOW


async def test_a_post_of_a_private_channel_is_linked_for_its_members(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel(username=None)
        post = await bot.server.send_text(channel, None, "A long look at attention heads.")
        (item,) = await bot.items()
    assert item.key.guid == f"{channel.id}/{post.id}"
    assert item.url == f"https://t.me/c/{str(channel.id)[4:]}/{post.id}"


async def test_nothing_is_read_where_nobody_asked_for_it(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = bot.server.channel("Papers", administrators=(bot.ann,))
        await bot.server.send_text(channel, None, REVIEW)
        assert await bot.items() == []


async def test_an_edit_updates_the_item_and_makes_no_second_one(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        post = await bot.server.send_text(channel, None, "Heads that nobody needs: 12 of 16 can go.")
        for number in (13, 14, 15, 14, 13):
            await bot.server.edit_text(post, f"Heads that nobody needs: {number} of 16 can go.")
        (item,) = await bot.items()
    assert item.title == "Heads that nobody needs: 13 of 16 can go."


async def test_an_update_that_comes_again_makes_no_second_item(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        await bot.server.send_text(channel, None, REVIEW)
        bot.server.redeliver()
        assert len(await bot.items()) == 1


async def test_an_album_is_one_post_whichever_picture_has_the_words(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        first = await bot.server.send_photo(channel, None, "", media_group_id="77")
        captioned = await bot.server.send_photo(channel, None, "Three plots on sparse attention", media_group_id="77")
        await bot.server.send_photo(channel, None, "", media_group_id="77")
        await bot.server.edit_text(captioned, "Three plots on dense attention")
        (item,) = await bot.items()
        await bot.server.edit_text(captioned, "")
        assert await bot.items() == []
    assert (item.title, item.key.guid) == ("Three plots on dense attention", f"papers/{first.id}")
    assert item.url == f"https://t.me/papers/{first.id}"


async def test_links_of_entities_are_read_at_their_utf_16_offsets(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        words = "🔥🔥 Read this now"
        link = {"type": "text_link", "offset": 5, "length": 4, "url": "https://arxiv.org/abs/1810.04805"}
        await bot.server.send_text(channel, None, words, entities=[link])
        (item,) = await bot.items()
    assert [(one.url, one.text) for one in item.links] == [("https://arxiv.org/abs/1810.04805", "Read")]
    assert [str(paper) for paper in item.papers] == ["arxiv:1810.04805"]


async def test_polls_service_messages_and_commands_are_no_posts(open_world: Callable[..., Any]) -> None:
    poll = {
        "id": "1",
        "question": "Which one next?",
        "options": [{"text": "BERT", "voter_count": 0, "persistent_id": "a"}],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    }
    async with open_world() as bot:
        channel = await bot.watched_channel()
        await bot.server.send_service(channel, None, poll=poll)
        await bot.server.send_service(channel, None, new_chat_title="Papers, read")
        await bot.server.send_photo(channel, None, "")
        await bot.say(channel, "/help")
        assert await bot.items() == []


async def test_the_quote_of_what_a_post_answers_is_not_its_text(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        before = await bot.server.send_text(channel, None, "Attention heads can be pruned.")
        quote = {"text": "heads can be pruned", "position": 10}
        await bot.server.send_text(channel, None, "Not all of them.", reply_to_message=before.as_json(), quote=quote)
        _, answer = await bot.items()
    assert (answer.title, answer.text) == ("Not all of them.", "")


async def test_a_forward_in_a_watched_channel_keeps_its_origin(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        other = bot.server.channel("Notes", username="notes")
        original = await bot.server.send_text(other, None, "Pruning without loss, by the people who tried.")
        await bot.server.send_text(channel, None, original.text, forward_origin=original.origin())
        (item,) = await bot.items()
    assert (item.links[-1].url, item.links[-1].text) == (f"https://t.me/notes/{original.id}", "Notes")
    assert item.source_title == "Papers"


async def test_what_the_bot_wrote_is_never_read_back(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        digest = await bot.server.send_text(channel, None, "Digest · March 10\n\n1. Attention Is All You Need")
        assert len(await bot.items()) == 1  # the outbox does not know it yet
        sent = bot.server.methods.add_message(channel, None, "Digest · March 9\n\n1. BERT", (), None)

        def arrived(uow: UnitOfWork) -> None:
            destination = add_destination(uow, channel.id, kind=DestinationKind.CHANNEL)
            mark_sent(uow, add_delivery(uow, destination, "<b>Digest · March 9</b>\n\n1. BERT"), sent.id, NOW)

        await bot.core.database.run(arrived)
        await bot.server.edit_text(sent, "Digest · March 9\n\n1. BERT, corrected by hand")
        watching = await bot.watched_group()
        await bot.server.send_text(watching, bot.ann, REVIEW, forward_origin=sent.origin())
        await bot.server.send_text(watching, bot.ann, REVIEW, via_bot=bot.server.bot.as_json())
        forwarded = {"type": "user", "date": 1, "sender_user": bot.server.bot.as_json()}
        await bot.server.send_text(watching, bot.ann, REVIEW, forward_origin=forwarded)
        (item,) = await bot.items()
    assert item.key.guid == f"papers/{digest.id}"


async def test_in_a_group_only_what_looks_like_a_post_is_kept(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        bob = bot.server.person("Bob")
        group = await bot.watched_group(bob)
        for talk in ("Good morning!", "lol https://example.org/cat", "Did anybody read the new one? " * 5):
            await bot.server.send_text(group, bob, talk)
        asked = await bot.server.send_text(group, bob, "Which paper was it?")
        await bot.server.send_text(group, bob, "https://arxiv.org/abs/1810.04805", reply_to_message=asked.as_json())
        await bot.server.send_text(group, bob, "https://arxiv.org/abs/1706.03762")
        await bot.server.send_text(group, bob, "A survey of pruning. " * 6 + "https://example.org/survey")
        await bot.server.send_text(group, bob, "What I learned from a year of pruning. " * 20)
        items = await bot.items()
    assert [item.links[0].url if item.links else "" for item in items] == [
        "https://arxiv.org/abs/1706.03762",
        "https://example.org/survey",
        "",
    ]


async def test_a_channels_post_in_its_discussion_group_is_read_once(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        group = await bot.watched_group()
        post = await bot.server.send_text(channel, None, REVIEW)
        await bot.server.send_text(
            group,
            bot.ann,
            REVIEW,
            sender_chat=channel.as_json(),
            is_automatic_forward=True,
            forward_origin=post.origin(),
        )
        assert [item.key.guid for item in await bot.items()] == [f"papers/{post.id}"]


async def test_only_administrators_have_a_chat_watched(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        bob = bot.server.person("Bob")
        group = bot.server.supergroup("Readers", bob, administrators=(bot.ann,))
        group.bot_status = "administrator"
        assert "Only an administrator" in (await bot.say(group, "/watch here", bob)).text
        shown = await bot.say(group, "/watch", bob)
        pressed = await bot.server.press(shown, "👁 Read what is posted here", bob)
        assert "Only an administrator" in (await bot.server.answered(pressed)).toast
        assert "do not read" in (await bot.say(group, "/watch")).text


async def test_in_a_group_the_bot_must_be_an_administrator_to_hear(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        group = bot.server.supergroup("Readers", administrators=(bot.ann,))
        assert "only if I am an administrator" in (await bot.say(group, "/watch here")).text


async def test_a_channel_is_watched_and_left_from_a_private_chat(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        bob = bot.server.person("Bob")
        channel = bot.server.channel("Papers", administrators=(bob,), username="papers")
        private, anns = bot.server.private_chat(bob), bot.server.private_chat(bot.ann)
        assert "one of us is no administrator" in (await bot.say(anns, "/watch @papers")).text
        assert "“Papers”" in (await bot.say(private, "/watch @papers", bob)).text
        await bot.server.send_text(channel, None, REVIEW)
        listed = await bot.say(private, "/watch", bob)
        assert "Papers" in listed.text
        await bot.server.press(listed, "Stop reading Papers", bob)
        await bot.server.edited(listed)
        assert "any more" in listed.text
        await bot.server.send_text(channel, None, "Something else about attention.")
        assert [item.title for item in await bot.items()] == ["Attention Is All You Need"]
        assert "Make me an administrator there" in (await bot.say(private, "/watch", bob)).text


async def test_unwatch_stops_and_what_was_read_stays(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        await bot.server.send_text(channel, None, REVIEW)
        assert "What I have read of it stays" in (await bot.say(channel, "/unwatch")).text
        await bot.server.send_text(channel, None, "Something else about attention.")
        assert len(await bot.items()) == 1
        assert "do not watch that" in (await bot.say(channel, "/unwatch")).text


async def test_a_button_of_another_chat_stops_nothing(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        bob = bot.server.person("Bob")
        private = bot.server.private_chat(bob)
        message = await bot.say(private, "/help", bob)
        pressed = await bot.server.press_data(message, "watch:stop:1", bob)
        assert "Only an administrator" in (await bot.server.answered(pressed)).toast
        await bot.server.send_text(channel, None, REVIEW)
        assert len(await bot.items()) == 1


async def test_an_edit_of_what_is_older_than_the_watch_is_not_news(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        channel = bot.server.channel("Papers", administrators=(bot.ann,))
        bot.server.now = lambda: int(NOW.timestamp()) - 86_400
        old = await bot.server.send_text(channel, None, REVIEW)
        await bot.server.polled()
        bot.server.now = lambda: int(NOW.timestamp())
        await bot.say(channel, "/watch here")
        await bot.server.edit_text(old, REVIEW + " Corrected.")
        assert await bot.items() == []


async def test_a_group_that_becomes_a_supergroup_is_still_watched(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        group = bot.server.group("Readers", administrators=(bot.ann,))
        group.bot_status = "administrator"
        await bot.say(group, "/watch here")
        first = await bot.server.send_text(group, bot.ann, "https://arxiv.org/abs/1706.03762")
        supergroup = bot.server.migrate(group)
        supergroup.bot_status = "administrator"
        await bot.server.send_service(group, bot.ann, migrate_to_chat_id=supergroup.id)
        await bot.items()
        await bot.say(supergroup, "/help")
        second = await bot.server.send_text(supergroup, bot.ann, "https://arxiv.org/abs/1810.04805")
        items = await bot.items()
    assert [item.key.guid for item in items] == [f"{group.id}/{first.id}", f"{supergroup.id}/{second.id}"]
    assert len({item.key.source_id for item in items}) == 1


async def test_a_post_is_not_lost_while_the_database_is_busy(
    open_world: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world() as bot:
        channel = await bot.watched_channel()
        run, refusals = bot.core.database.run, iter(range(3))

        async def busy(*args: Any, **kwargs: Any) -> Any:
            if next(refusals, None) is not None:
                raise StorageError("The database refused: database is locked")
            return await run(*args, **kwargs)

        monkeypatch.setattr(bot.core.database, "run", busy)
        await bot.server.send_text(channel, None, REVIEW)
        assert len(await bot.items()) == 1
        assert next(refusals, None) is None


async def test_a_post_is_confirmed_to_telegram_only_when_it_is_stored(
    open_world: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed: list[int] = []
    async with open_world() as bot:
        channel = await bot.watched_channel()
        take = bot.core.chat_posts.take

        async def noting(post: Any) -> Any:
            confirmed.append(len(bot.server._updates))
            return await take(post)

        monkeypatch.setattr(bot.core.chat_posts, "take", noting)
        await bot.server.send_text(channel, None, REVIEW)
        await bot.items()
    assert confirmed == [1]  # Telegram still had it while it was being stored


async def test_posts_are_read_through_a_webhook_as_well(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    webhook = Webhook(f"http://127.0.0.1:{port}/telegram", "127.0.0.1", port, "a-long-random-word")
    async with world(tmp_path, local=True, options={"webhook": webhook}) as bot:
        channel = await bot.watched_channel()
        await bot.server.send_text(channel, None, REVIEW)
        await bot.say(channel, "/help")
        (item,) = await bot.items(polling=False)
    assert item.title == "Attention Is All You Need"


# Forwards to the bot


async def test_a_post_that_an_administrator_forwards_is_read_and_can_be_taken_back(
    open_world: Callable[..., Any],
) -> None:
    async with open_world() as bot:
        channel = bot.server.channel("Notes", username="notes")
        channel.bot_status = "left"
        post = await bot.server.send_text(channel, None, REVIEW)
        private = bot.server.private_chat(bot.ann)
        await bot.server.forward(private, bot.ann, post)
        answer = await bot.server.next_message(private)
        (item,) = await bot.items()
        assert (item.key.guid, item.url) == (f"notes/{post.id}", f"https://t.me/notes/{post.id}")
        assert "Read 1 item from “Notes”:" in answer.text
        assert "Attention Is All You Need · arxiv:1706.03762 · English" in answer.text
        await bot.server.press(answer, "↩️ Undo")
        await bot.server.edited(answer)
        assert await bot.items() == []
    assert "Taken back" in answer.text


async def test_a_forwarded_post_and_the_channel_that_is_watched_later_make_one_item(
    open_world: Callable[..., Any],
) -> None:
    async with open_world() as bot:
        channel = bot.server.channel("Notes", administrators=(bot.ann,), username="notes")
        post = await bot.server.send_text(channel, None, REVIEW)
        private = bot.server.private_chat(bot.ann)
        await bot.server.forward(private, bot.ann, post)
        await bot.server.next_message(private)
        await bot.say(channel, "/watch here")
        await bot.server.edit_text(post, REVIEW + " Corrected.")
        (item,) = await bot.items()
        await bot.server.forward(private, bot.ann, post)
        again = await bot.server.next_message(private)
    assert item.text.endswith("Corrected.")
    assert "already" in again.text


async def test_a_forwarded_post_of_a_channel_whose_preview_is_read_belongs_to_that(
    open_world: Callable[..., Any],
) -> None:
    async with open_world() as bot:
        await bot.core.sources.register([SourceSpec("https://t.me/Notes", interval=timedelta(hours=1))])
        channel = bot.server.channel("Notes", username="notes")
        post = await bot.server.send_text(channel, None, REVIEW)
        private = bot.server.private_chat(bot.ann)
        await bot.server.forward(private, bot.ann, post)
        await bot.server.next_message(private)
        (overview,) = await bot.core.sources.overview(None)
    assert (overview.source.address, overview.items) == ("https://t.me/Notes", 1)
    assert overview.source.interval == timedelta(hours=1)


async def test_others_who_forward_a_post_are_told_politely_and_once_for_an_album(
    open_world: Callable[..., Any],
) -> None:
    async with open_world() as bot:
        bob = bot.server.person("Bob")
        private = bot.server.private_chat(bob)
        channel = bot.server.channel("Notes", username="notes")
        pictures = [
            await bot.server.send_photo(channel, None, words, media_group_id="5") for words in ("Two plots", "", "")
        ]
        for picture in pictures:
            await bot.server.forward(private, bob, picture)
        answer = await bot.server.next_message(private)
        assert await bot.items() == []
        await bot.say(private, "/help", bob)
        said = private.said
    assert answer.text == "Only those who run this bot can give me posts to read."
    assert len(said) == 2


async def test_the_sources_list_says_that_posts_come_by_themselves(open_world: Callable[..., Any]) -> None:
    async with open_world() as bot:
        await bot.watched_channel()
        private = bot.server.private_chat(bot.ann)
        shown = await bot.say(private, "/sources")
        assert re.search(r"Papers · 0 items\n.*fine · posts come as they are written", shown.text)
        (overview,) = await bot.core.sources.overview(None)
        assert overview.source.next_poll_at is None
        assert await bot.core.sources.poll(overview.source.id) is None
