"""Single calls that put a part of a message into a chat, or in the place of one that is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.domain.files import File
from bot.domain.messages import Button, ButtonRow
from bot.platforms.telegram.render import TelegramPart

log = structlog.get_logger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

# What Telegram says of a picture that it cannot show: too wide for its height, damaged, none at all.
_NO_PHOTO = ("PHOTO_", "IMAGE_", "RIGHTS TO SEND PHOTOS")
NO_FILES = ("rights to send documents", "rights to send photos")
"""What it says where the bot may write, but not send such."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to send: a chat, and in a forum one of its topics (None: the General topic)."""

    chat_id: int
    thread_id: int | None = None


async def post_part(bot: Bot, place: Place, part: TelegramPart, *, reply_to: int | None = None) -> int:
    """Sends one message, a picture as such, and returns its id; it answers the message `reply_to` if that is still
    there. Where the bot may send no files, the words go without. Raises TelegramError."""
    where: dict[str, Any] = {
        "chat_id": place.chat_id,
        "message_thread_id": place.thread_id,
        "reply_parameters": answering(reply_to),
        "reply_markup": markup(part.buttons),
        "parse_mode": ParseMode.HTML,
    }
    if part.file is not None:
        try:
            return await _post_file(bot, part, part.file, where)
        except BadRequest as refusal:
            if not part.html or not any(word in refusal.message.lower() for word in NO_FILES):
                raise
            log.warning("telegram_file_left_out", chat=place.chat_id)
    return (await bot.send_message(text=part.html, link_preview_options=NO_PREVIEW, **where)).message_id


async def edit_part(bot: Bot, chat_id: int, message_id: int, part: TelegramPart, *, captioned: bool = False) -> None:
    """Puts the part in the place of a message of ours; `captioned`: below the file that the message shows. What is
    already so is no error. Raises TelegramError, BadRequest among them where the message is gone."""
    what: dict[str, Any] = {"chat_id": chat_id, "message_id": message_id, "reply_markup": markup(part.buttons)}
    try:
        if captioned:
            await bot.edit_message_caption(caption=part.html or None, parse_mode=ParseMode.HTML, **what)
        else:
            await bot.edit_message_text(part.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW, **what)
    except BadRequest as refusal:
        if "message is not modified" not in refusal.message.lower():
            raise


async def _post_file(bot: Bot, part: TelegramPart, file: File, where: dict[str, Any]) -> int:
    """Sends a file with its caption, in which Telegram previews no links."""
    if file.picture:
        try:
            return (await bot.send_photo(photo=_upload(file), caption=part.html or None, **where)).message_id
        except BadRequest as refusal:
            if not any(word in refusal.message.upper() for word in _NO_PHOTO):
                raise
    sent = await bot.send_document(
        document=_upload(file),
        caption=part.html or None,
        disable_content_type_detection=True,  # it is what we say, and not perhaps an animation
        **where,
    )
    return sent.message_id


def answering(message_id: int | None) -> ReplyParameters | None:
    """As an answer to a message, if that is still there."""
    return ReplyParameters(message_id, allow_sending_without_reply=True) if message_id else None


def markup(rows: Sequence[ButtonRow]) -> InlineKeyboardMarkup | None:
    """Rows of buttons as Telegram takes them."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.label, callback_data=button.action)
                if isinstance(button, Button)
                else InlineKeyboardButton(button.label, url=button.url)
                for button in row
            ]
            for row in rows
        ]
    )


def _upload(file: File) -> InputFile:
    upload = InputFile(file.content, filename=file.name)
    upload.mimetype = file.media_type  # in place of a guess by what this machine knows of endings
    return upload
