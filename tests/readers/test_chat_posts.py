"""Pushed posts are read as exports are: the same messages, as Telegram pushes them, make the same items."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from telegram import Message

from bot.domain.documents import DecodedDocument
from bot.domain.items import Link, ParsedItem
from bot.domain.posts import LONGEST_POST, MOST_LINKS, ChatKind, ChatPost, Origin, PostChat
from bot.platforms.telegram.posts import post_of
from bot.readers.chat_posts import read_post
from bot.readers.telegram import read

SHARED = Path(__file__).resolve().parents[3] / "shared"
DATA = Path(__file__).resolve().parents[1] / "data" / "telegram"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CHAT = PostChat("telegram", "-1001", ChatKind.CHANNEL, "Papers", "papers")


def pushed(message: dict[str, Any]) -> Message | None:
    """A message of Telegram Desktop's export as the Bot API pushes it."""
    parts = message["text"] if isinstance(message["text"], list) else [message["text"]]
    text, entities = "", []
    for part in parts:
        words = part if isinstance(part, str) else part["text"]
        kind = "plain" if isinstance(part, str) else {"link": "url"}.get(part["type"], part["type"])
        if kind in ("url", "text_link", "code"):
            place = {"offset": len(text.encode("utf-16-le")) // 2, "length": len(words.encode("utf-16-le")) // 2}
            entities.append({"type": kind, **place, **({"url": part["href"]} if "href" in part else {})})
        text += words
    content: dict[str, Any] = {"text": text, "entities": entities}
    if "photo" in message:
        size = {"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9}
        content = {"caption": text, "caption_entities": entities, "photo": [size]}
    chat = {"id": -1001, "type": "channel", "title": "Papers", "username": "papers"}
    facts = {"message_id": message["id"], "date": int(message["date_unixtime"]), "chat": chat, "sender_chat": chat}
    return Message.de_json(facts | content, None)


def as_pushed(export: dict[str, Any]) -> dict[int, ParsedItem]:
    items: dict[int, ParsedItem] = {}
    for message in export["messages"]:
        whole = pushed(message) if message["type"] == "message" and "poll" not in message else None
        post = post_of(whole, 1, edited=False) if whole else None
        item = read_post(post, None) if post else None
        if item is not None:
            items[message["id"]] = item
    return items


def as_exported(path: Path) -> dict[int, ParsedItem]:
    parsed = read(DecodedDocument("-", path.read_text("utf-8"), "utf-8"), language=None, now=NOW)
    return {int(one.guid.rpartition("/")[2]): one.items[0] for one in parsed.documents}


@pytest.mark.parametrize("path", [DATA / "export.json", SHARED / "data" / "telegram" / "export.json"])
def test_a_pushed_post_makes_the_item_that_its_export_makes(path: Path) -> None:
    if not path.exists():
        pytest.skip("the shared documents are not on this machine")
    exported, items = as_exported(path), as_pushed(json.loads(path.read_text("utf-8")))
    common = exported.keys() & items.keys()
    assert len(common) >= 3
    for number in common:
        one, other = exported[number], items[number]
        assert (one.title, one.text, one.links) == (other.title, other.text, other.links)
        assert (one.kind, one.papers, one.code, one.authors) == (other.kind, other.papers, other.code, other.authors)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not on this machine")
def test_pushed_posts_are_read_as_people_say_that_they_should_be() -> None:
    gold = json.loads((SHARED / "gold" / "telegram_posts.json").read_text("utf-8"))["posts"]
    items = as_pushed(json.loads((SHARED / "data" / "telegram" / "export.json").read_text("utf-8")))
    for post in gold:
        if post["kind"] == "poll":
            assert post["id"] not in items
            continue
        item = items[post["id"]]
        assert item.kind.value == post["kind"]
        assert {link.url for link in item.links} >= set(post["urls"])
        assert list(item.authors) == post.get("authors", [])
        assert post.get("paper") in (None, *(str(paper) for paper in item.papers))


def test_sizes_are_bounded() -> None:
    links = tuple(Link(f"https://example.org/{number}", "x") for number in range(2 * MOST_LINKS))
    item = read_post(ChatPost(CHAT, 1, NOW, "word " * LONGEST_POST, links), None)
    assert item is not None
    assert len(item.text) <= LONGEST_POST
    assert len(item.links) == MOST_LINKS


def test_the_origin_is_one_link_also_where_the_post_has_it_already() -> None:
    origin = Origin("Notes", "https://t.me/notes/4")
    item = read_post(ChatPost(CHAT, 1, NOW, "From https://t.me/notes/4 with thanks", origin=origin), None)
    assert item is not None
    assert [link.url for link in item.links] == ["https://t.me/notes/4"]


def test_code_stands_within_backticks_and_emoji_do_not_move_it() -> None:
    entity = {"type": "code", "offset": 3, "length": 3}
    facts = {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel", "title": "A"}}
    message = Message.de_json(facts | {"text": "🔥 BPE wins", "entities": [entity]}, None)
    post = post_of(message, 1, edited=False)
    assert post is not None
    assert post.text == "🔥 `BPE` wins"


def test_a_language_is_a_hint_for_what_is_too_short_to_tell() -> None:
    item = read_post(ChatPost(CHAT, 1, NOW, "BERT!"), "pt")
    assert item is not None
    assert item.language == "pt"


def test_there_is_no_item_without_words() -> None:
    assert read_post(ChatPost(CHAT, 1, NOW, " \n ", pictures=True), None) is None
