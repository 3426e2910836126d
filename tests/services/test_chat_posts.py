"""Posts that chats push, beside the preview of the same channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.domain.documents import RawDocument
from bot.domain.items import Item
from bot.domain.posts import ChatKind, ChatPost, PostChat
from bot.domain.sources import SourceSpec
from bot.services.chat_posts import PostFate
from tests.world import NOW, bot_with

CHANNEL = PostChat("telegram", "-1001", ChatKind.CHANNEL, "Notes", "Notes")
POST = ChatPost(CHANNEL, 7, NOW, "Pruning without loss\n\nSee https://arxiv.org/abs/1905.10650", pictures=True)
PREVIEW = """<div class="tgme_channel_info"></div><div class="tgme_widget_message" data-post="Notes/7">
<a class="tgme_widget_message_photo_wrap" style="background-image:url('https://cdn.example.org/7.jpg')"></a>
<div class="tgme_widget_message_text js-message_text">Pruning without loss<br><br>See
<a href="https://arxiv.org/abs/1905.10650">https://arxiv.org/abs/1905.10650</a></div>
<a class="tgme_widget_message_date"><time datetime="2026-03-10T12:00:00+00:00"></time></a></div>"""
"""A page of t.me with the same post."""


async def test_a_forwarded_post_and_the_channels_preview_make_one_item(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await core.chat_posts.take_forwarded(POST)
        await core.sources.register([SourceSpec("https://telegram.me/notes", interval=timedelta(hours=1))])
        (overview,) = await core.sources.overview(None)
        raw = RawDocument(overview.source.address, PREVIEW.encode(), NOW)
        await core.ingest.ingest(raw, SourceSpec(overview.source.address))
        edited = await core.chat_posts.take_forwarded(replace(POST, text=POST.text + " and more", edited=True))
        (overview,) = await core.sources.overview(None)
        items: list[Item] = await core.database.query(lambda uow: uow.items.many([1, 2]))
    assert (overview.source.interval, overview.items) == (timedelta(hours=1), 1)
    assert edited.fate is PostFate.CHANGED
    assert items[0].text.endswith("and more")
    assert items[0].images == ("https://cdn.example.org/7.jpg",)


async def test_a_chat_that_nobody_watches_costs_nothing_and_stores_nothing(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        assert await core.chat_posts.take(POST) is None
        await core.chat_posts.withdraw("telegram", CHANNEL.id, [7])
        assert await core.sources.overview(None) == []


async def test_a_source_that_is_told_is_never_due(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await core.chat_posts.take_forwarded(POST)
        assert (await core.sources.poll_due()).polls == ()
        (overview,) = await core.sources.overview(None)
        assert await core.sources.poll(overview.source.id) is None
