"""Messages of Discord as posts: their markdown as plain text and links, and where they come from."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import discord

from bot.domain.items import Link
from bot.domain.posts import ChatKind, ChatPost, Origin, PostChat

_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
_LINE_MARK = re.compile(r"^[ \t]*(?:#{1,3}|-#|>>>|>)[ \t]+", re.MULTILINE)
_TOKEN = re.compile(
    r"```(?:[\w+-]*\n)?(?P<block>.*?)```"
    r"|(?<!`)(?P<ticks>`{1,2})(?P<span>[^`]+)(?P=ticks)(?!`)"
    r"|\\(?P<escaped>[^\w\s])"
    r"|\[(?P<words>[^\[\]\n]{1,500})\]\([ ]*<?(?P<target>https?://[^\s<>]{1,2000}?)>?(?:[ ]+\"[^\"\n]{0,200}\")?[ ]*\)"
    r"|<(?P<quiet>https?://[^\s<>]{1,2000})>"
    r"|(?P<address>https?://\S+)"
    r"|<a?:(?P<emoji>\w{2,32}):\d+>"
    r"|<t:(?P<time>-?\d{1,12})(?::\w)?>"
    r"|<(?:@[!&]?|\#|id:)\w+>"
    r"|\*{1,3}(?=\S)|(?<=\S)\*{1,3}|__|~~|\|\||(?<!\w)_(?=\S)|(?<=\S)_(?!\w)",
    re.DOTALL,
)


def post_of(message: discord.Message, own_id: int, *, edited: bool) -> ChatPost | None:
    """The message as a post. None for what is none: messages of the system, polls, private ones, answers to commands,
    and what the bot wrote. `own_id` is the bot's.

    A webhook's message is a channel's: nobody talks through one. What was forwarded comes with its origin.
    """
    if message.guild is None or message.poll or message.type not in _WRITTEN:
        return None
    if own_id in (message.author.id, message.application_id):
        return None
    text, links = _content(message)
    return ChatPost(
        chat=chat_of(message.channel, message.guild),
        number=message.id,
        posted_at=message.created_at,
        text=text,
        links=links,
        pictures=bool(message.attachments),
        origin=_origin(message),
        answers=message.type is discord.MessageType.reply,
        by_chat=message.webhook_id is not None,
        edited=edited,
    )


def chat_of(channel: Any, guild: discord.Guild) -> PostChat:
    """A channel or thread as posts know it. In an announcement channel those write who run it."""
    news = isinstance(channel, discord.TextChannel) and channel.is_news()
    name = getattr(channel, "name", None)
    title = " · ".join(part for part in (f"#{name}" if name else "", guild.name) if part)
    kind = ChatKind.CHANNEL if news else ChatKind.GROUP
    return PostChat("discord", str(channel.id), kind, title, server_id=str(guild.id))


def plain_text(markdown: str) -> tuple[str, tuple[Link, ...]]:
    """What people see of markdown, and the links whose words are not their address. Mentions of people, roles and
    channels are left out: they mean nothing elsewhere."""
    links: list[Link] = []

    def shown(match: re.Match[str]) -> str:
        if match["target"]:
            links.append(Link(match["target"], match["words"].strip()))
            return match["words"]
        if match["span"] is not None:
            return f"`{match['span']}`"
        if match["emoji"]:
            return f":{match['emoji']}:"
        if match["time"]:
            return _moment(int(match["time"]))
        return match["block"] or match["escaped"] or match["quiet"] or match["address"] or ""

    text = _TOKEN.sub(shown, _LINE_MARK.sub("", markdown))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), tuple(links)


def _content(message: discord.Message) -> tuple[str, tuple[Link, ...]]:
    """The text of a message; of one without words what is in its cards. What Discord shows of a link is no text."""
    forwarded = message.message_snapshots[0] if message.message_snapshots else None
    content = forwarded.content if forwarded else message.content
    if content.strip():
        return plain_text(content)
    cards = [card for card in (forwarded.embeds if forwarded else message.embeds) if card.type == "rich"]
    text, links = plain_text("\n\n".join(_card(card) for card in cards))
    titles = tuple(Link(card.url, card.title) for card in cards if card.url and card.title)
    return text, (*titles, *links)


def _card(card: discord.Embed) -> str:
    return "\n".join(part for part in (card.title, card.description) if part)


def _origin(message: discord.Message) -> Origin | None:
    """Where a forward, or a copy from an announcement channel that this one follows, was written first."""
    reference = message.reference
    copied = message.flags.is_crossposted or bool(message.message_snapshots)
    if reference is None or reference.message_id is None or not copied:
        return None
    return Origin("Discord", reference.jump_url, str(reference.channel_id), reference.message_id)


def _moment(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, OSError, ValueError):
        return ""
