"""Messages of Telegram as posts: what of them people wrote, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

from telegram import (
    Chat,
    ChatFullInfo,
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from bot.domain.items import Link
from bot.domain.posts import ChatKind, ChatPost, Origin, PostChat


def post_of(message: Message, own_id: int, *, edited: bool) -> ChatPost | None:
    """The message as a post. None for what is none: service messages, polls, commands, and what the bot wrote, also
    where somebody forwarded it or sent it by way of the bot. `own_id` is the bot's.

    Pictures without words are kept, since the words of their album may come with another message.
    """
    entities = message.entities or message.caption_entities
    command = any(one.type == MessageEntity.BOT_COMMAND and one.offset == 0 for one in entities)
    if command or message.poll or not (message.text or message.caption or _shows(message)) or _is_own(message, own_id):
        return None
    speaker = message.sender_chat
    return ChatPost(
        chat=chat_of(message.chat),
        number=message.message_id,
        posted_at=message.date.astimezone(UTC),
        text=_text(message),
        links=tuple(_links(message)),
        pictures=_shows(message),
        album=message.media_group_id,
        origin=_origin(message.forward_origin) if message.forward_origin else None,
        answers=message.reply_to_message is not None and not message.reply_to_message.forum_topic_created,
        by_chat=speaker is not None and speaker.type == Chat.CHANNEL,
        edited=edited,
    )


def forwarded_post_of(message: Message, own_id: int) -> ChatPost | None:
    """What was forwarded from a channel, as the channel's own post; None where it comes from elsewhere or is none."""
    origin = message.forward_origin
    post = post_of(message, own_id, edited=False)
    if post is None or not isinstance(origin, MessageOriginChannel):
        return None
    posted_at = origin.date.astimezone(UTC)
    return replace(post, chat=chat_of(origin.chat), number=origin.message_id, posted_at=posted_at, origin=None)


def chat_of(chat: Chat | ChatFullInfo) -> PostChat:
    """The chat as posts know it."""
    kind = ChatKind.CHANNEL if chat.type == Chat.CHANNEL else ChatKind.GROUP
    return PostChat("telegram", str(chat.id), kind, chat.effective_name or "", chat.username)


def _shows(message: Message) -> bool:
    return bool(message.photo or message.video or message.animation or message.document or message.audio)


def _is_own(message: Message, own_id: int) -> bool:
    origin = message.forward_origin
    writers = [message.from_user, message.via_bot]
    if isinstance(origin, MessageOriginUser):
        writers.append(origin.sender_user)
    return any(user is not None and user.id == own_id for user in writers)


def _text(message: Message) -> str:
    """The words, what is set as code within backticks as in previews. Offsets count UTF-16 units."""
    units = (message.text or message.caption or "").encode("utf-16-le")
    entities = message.entities or message.caption_entities
    marks = sorted(
        {at for one in entities if one.type == MessageEntity.CODE for at in (one.offset, one.offset + one.length)}
    )
    parts, start = [], 0
    for mark in marks:
        parts.append(units[2 * start : 2 * mark].decode("utf-16-le", "replace"))
        start = mark
    parts.append(units[2 * start :].decode("utf-16-le", "replace"))
    return "`".join(parts).replace("\u00a0", " ").strip()


def _links(message: Message) -> Iterator[Link]:
    kinds: list[str | None] = [MessageEntity.TEXT_LINK, MessageEntity.URL]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    for entity, words in sorted(found.items(), key=lambda pair: pair[0].offset):
        yield Link(entity.url or words, words.strip())


def _origin(origin: MessageOrigin) -> Origin:
    match origin:
        case MessageOriginChannel():
            chat = chat_of(origin.chat)
            return Origin(chat.title, chat.url_of(origin.message_id), chat.id, origin.message_id)
        case MessageOriginChat():
            return Origin(origin.sender_chat.effective_name or "")
        case MessageOriginHiddenUser():
            return Origin(origin.sender_user_name)
        case _:
            return Origin("")
