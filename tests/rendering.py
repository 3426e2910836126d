"""What must hold of any message, whatever it says: every script, emoji, markup of both platforms, any length.

Each part is accepted by the double's rules, the parts together say what the message says, all its links are there, no
formatting is cut open, and nobody is pinged. The tests try some messages, `python -m benchmarks rendering` ten thousand
on each platform.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.domain.messages import (
    Block,
    Button,
    Heading,
    Image,
    Line,
    LinkButton,
    ListBlock,
    Mention,
    Message,
    Paragraph,
    Quote,
    Text,
    Time,
    TimeStyle,
    mentions_in,
    words_of,
)
from bot.platforms.discord import render as discord
from bot.platforms.discord.markdown import usable_link
from bot.platforms.telegram import render as telegram
from bot.platforms.telegram.render import web_address
from tests import discord_validation as rules
from tests.discord_world import Json, pings
from tests.platforms.discord_markdown import read
from tests.telegram_html import ENTITY_LIMIT, MESSAGE_LIMIT, Refused, is_blank, parse, units

FALLBACK = "5 March"
_WORDS = (
    *(
        "word",
        "слово",
        "λέξη",
        "דבר",
        "كلمة",
        "शब्द",
        "คำ",
        "词语",
        "言葉",
        "단어",
        "சொல்",
        "տառ",
        "é",
        "e\u0301",
        "ﬁ",
        "𝔐",
    ),
    *(
        "🎉",
        "👩\u200d👩\u200d👧",
        "🇧🇷",
        "👍🏽",
        "1️⃣",
        "🏴\U000e0067\U000e0062\U000e007f",
        "\u200f",
        "\u2067",
        "\u2069",
        "\u202e",
    ),
    *("\u200b", "\u00ad", "\x00", "\x1b"),
)
_MARKUP = (
    *("<b>", "</b>", "<a href='x'>", "&amp;", "&lt;", "&", "<", ">", '"', "<tg-spoiler>", "<!--"),
    *(
        "**",
        "*",
        "__",
        "_",
        "~~",
        "||",
        "`",
        "```",
        "\\",
        "[",
        "]",
        "(",
        ")",
        "](",
        "[a](b)",
        "> ",
        "# ",
        "-# ",
        "- ",
        "1. ",
    ),
    *(
        "@everyone",
        "@here",
        "@durov",
        "<@1>",
        "<@&1>",
        "<#1>",
        "<:a:1>",
        ":a:",
        "<t:1>",
        "/start",
        "#tag",
        "\n",
        " ",
        "  ",
    ),
)
_ADDRESSES = ("https://a.example/x_(y) ", "https://b.example/?a=1&b=2 ")

_word = st.one_of(st.sampled_from(_WORDS), st.sampled_from(_MARKUP), st.text(max_size=6))
_plain = st.lists(_word | st.sampled_from(_ADDRESSES), max_size=10).map("".join)
_long = st.builds(
    lambda word, times: word * times, st.sampled_from([*_WORDS[:14], "w ", "🎉", "字 "]), st.integers(1, 3000)
)
# A link's text that looks like another address, or with odd brackets, is a case of its own, tested for itself.
_linked = st.lists(_word, max_size=8).map(lambda words: "x" + re.sub(r"[/.:\[\]]", "", "".join(words)) + "x")
_url = st.one_of(
    st.integers(0, 10**6).map(lambda number: f"https://example.org/p?a={number}&b=<é>_(x)"),
    st.sampled_from(["https://arxiv.org/abs/1810.04805", "http://a.example/"]),
)
_runs = st.one_of(
    st.builds(Text, _plain | _long, bold=st.booleans(), italic=st.booleans(), code=st.booleans(), strike=st.booleans()),
    st.builds(
        Text, _linked, bold=st.booleans(), italic=st.booleans(), code=st.booleans(), strike=st.booleans(), url=_url
    ),
    st.builds(Time, st.just(datetime(2026, 3, 5, 18, tzinfo=UTC)), st.just(FALLBACK), st.sampled_from(TimeStyle)),
)
_people = st.builds(
    Mention,
    st.sampled_from(["telegram", "discord", "console"]),
    st.integers(1, 2**63).map(str),
    st.lists(_word, max_size=4).map(lambda words: "x" + "".join(words)),
)
_lines: st.SearchStrategy[Line] = st.lists(_runs | _people, max_size=5).map(tuple)
_blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, _lines, level=st.integers(1, 2)),
    st.builds(Paragraph, _lines),
    st.builds(Quote, _lines),
    st.builds(Image, st.just("https://a.example/i.png"), _linked),
    st.builds(
        ListBlock,
        st.lists(st.lists(_lines, max_size=3).map(tuple), max_size=6).map(tuple),
        st.none() | st.integers(1, 99),
    ),
)
_buttons = st.one_of(
    st.builds(Button, _plain, st.from_regex(r"[a-z]{1,8}(:[0-9]{1,10}){0,3}", fullmatch=True)),
    st.builds(LinkButton, _linked, st.just("https://arxiv.org/abs/1810.04805")),
)
MESSAGES = st.builds(
    Message,
    st.lists(_blocks, max_size=8).map(tuple),
    st.lists(st.lists(_buttons, min_size=1, max_size=5).map(tuple), max_size=5).map(tuple),
)


def letters(words: str) -> str:
    """What of a text no renderer may change: not spaces, what has no width or is replaced, numbers of lists, marks."""
    return re.sub(
        r"[\s\d\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd\u00ad\u034f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff.•🖼]",
        "",
        words,
    )


def holds_on_telegram(message: Message) -> None:
    """Raises AssertionError where something does not hold."""
    shown, links, called = "", set[str](), list[str]()
    for part in telegram.render(message):
        try:
            words, entities = parse(part.html)
        except Refused as refusal:
            raise AssertionError(f"refused: {refusal}") from refusal
        assert 0 < units(words) <= MESSAGE_LIMIT
        assert not is_blank(words)
        kinds = [entity.type for entity in entities]
        assert sum(kind not in {"hashtag", "bot_command", "url"} for kind in kinds) <= ENTITY_LIMIT
        assert "mention" not in kinds
        shown += words
        called += [str(entity.extra["user"]) for entity in entities if entity.type == "text_mention"]
        links |= {str(entity.extra["url"]) for entity in entities if entity.type == "text_link"}
    if message.blocks:
        assert letters(shown).removesuffix("…") == letters(_said(message)).removesuffix("…")
    assert {web_address(url) for url in _links(message)} <= links
    assert tuple(dict.fromkeys(called)) == mentions_in(message, "telegram")


def holds_on_discord(message: Message) -> None:
    """Raises AssertionError where something does not hold."""
    shown, links, called = "", set[str](), list[str]()
    for part in discord.render(message):
        body: Json = {"content": part.content, "embeds": list(part.embeds)}
        body |= {"components": discord.components(part.buttons)}
        body |= {"allowed_mentions": {"parse": [], "users": list(part.mentions)}}
        assert set(read(part.content).names) == {f"<@{one}>" for one in part.mentions}
        called += pings(body)
        faults = rules.check_message(body)
        faults.found += rules.check_description("POST", "/channels/{channel_id}/messages", {}, body).found
        assert not faults.found, str(faults)
        assert not rules.is_empty(body)
        for embed in part.embeds:
            for markdown in (embed.get("title", ""), embed.get("description", "")):
                seen = read(markdown)
                assert seen.names == []
                shown += re.sub(r"<t:\d+:\w>", FALLBACK, seen.text)
                links |= set(seen.links)
    if message.blocks:
        assert letters(shown).removesuffix("…") == letters(_said(message)).removesuffix("…")
    assert {usable_link(url) for url in _links(message)} <= links
    if message.blocks:
        assert tuple(called) == mentions_in(message, "discord")


def _said(message: Message) -> str:
    """The text of a message."""
    return "".join(words_of(run) for block in message.blocks for line in _lines_of(block) for run in line)


def _links(message: Message) -> Iterator[str]:
    for block in message.blocks:
        if not isinstance(block, Image):
            yield from (run.url for line in _lines_of(block) for run in line if isinstance(run, Text) and run.url)


def _lines_of(block: Block) -> Iterator[Line]:
    if isinstance(block, ListBlock):
        yield from (line for entry in block.entries for line in entry)
    elif isinstance(block, Image):
        yield (Text(block.caption),)
    else:
        yield block.line
