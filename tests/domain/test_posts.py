"""Posts: what of a chat's messages is one, and what chats and posts are called."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.items import Link
from bot.domain.posts import ABOUT_LINK, LONG, ChatKind, ChatPost, PostChat, is_worth_keeping, previewed_channel

GROUP = PostChat("telegram", "-1001234567890", ChatKind.GROUP, "Readers", "readers")
CHANNEL = PostChat("telegram", "-1001234567890", ChatKind.CHANNEL, "Papers", "papers")
BERT = "https://arxiv.org/abs/1810.04805"
WORDS = "The authors show that most heads can go and that nothing is lost."


def post(text: str, chat: PostChat = GROUP, **facts: object) -> ChatPost:
    return ChatPost(chat, 7, datetime(2026, 3, 10, tzinfo=UTC), text, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", ["Good morning!", "lol https://example.org/cat", "x" * (LONG - 1)])
def test_talk_in_a_group_is_no_post(words: str) -> None:
    assert not is_worth_keeping(post(words))


@pytest.mark.parametrize("words", ["Good morning!", "lol https://example.org/cat", "x"])
def test_everything_in_a_channel_is_a_post_and_what_a_channel_says_in_its_group(words: str) -> None:
    assert is_worth_keeping(post(words, CHANNEL))
    assert is_worth_keeping(post(words, by_chat=True))


@pytest.mark.parametrize(
    "words",
    [BERT, "see arXiv:1810.04805", "https://github.com/google-research/bert", "https://openreview.net/forum?id=abc123"],
)
def test_a_paper_or_code_makes_a_post(words: str) -> None:
    assert is_worth_keeping(post(words))


def test_a_paper_behind_words_makes_a_post() -> None:
    assert is_worth_keeping(post("Read this", links=(Link(BERT, "this"),)))


def test_an_answer_needs_words_about_the_paper() -> None:
    assert not is_worth_keeping(post(BERT, answers=True))
    assert is_worth_keeping(post(f"{BERT} {WORDS}", answers=True))
    assert not is_worth_keeping(post("x" * LONG, answers=True))


def test_any_other_link_needs_words_about_it_and_no_link_an_article() -> None:
    link = "https://example.org/a-very-long-address-that-says-nothing-by-itself-and-counts-for-nothing-here"
    assert not is_worth_keeping(post(f"{link} {WORDS[: ABOUT_LINK - 1]}"))
    assert is_worth_keeping(post(f"{link} {WORDS} {WORDS}"))
    assert is_worth_keeping(post("x" * LONG))


@pytest.mark.parametrize(
    "address",
    ["https://t.me/s/Papers", "https://t.me/papers", "http://telegram.me/s/papers/", "https://t.me/s/papers?q=a"],
)
def test_a_preview_is_known_by_every_spelling_of_its_address(address: str) -> None:
    assert previewed_channel(address) == "papers"


@pytest.mark.parametrize(
    "address",
    ["https://t.me/c/123/4", "https://t.me/papers/4", "https://example.org/papers", "/srv/t.me/papers"],
)
def test_other_addresses_are_no_preview(address: str) -> None:
    assert previewed_channel(address) is None


def test_a_public_channel_is_called_as_in_its_preview_and_others_by_their_id() -> None:
    assert (CHANNEL.address, CHANNEL.prefix, CHANNEL.url_of(5)) == (
        "https://t.me/s/papers",
        "papers",
        "https://t.me/papers/5",
    )
    assert (GROUP.address, GROUP.prefix, GROUP.url_of(5)) == (
        "telegram:-1001234567890",
        "-1001234567890",
        "https://t.me/readers/5",
    )
    small = PostChat("telegram", "-42", ChatKind.GROUP)
    assert small.url_of(5) is None
