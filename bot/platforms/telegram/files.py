"""Files that people send on Telegram."""

from __future__ import annotations

from telegram import Bot, Document
from telegram.error import TelegramError

from bot.domain.errors import UserError
from bot.domain.files import MOST_BYTES
from bot.locales import N_

NOT_FETCHED = N_("I could not fetch this file. Please send it again.")


async def fetched(bot: Bot, document: Document) -> bytes:
    """What is in a document. Raises UserError where it is too large, or Telegram does not give it."""
    if (document.file_size or 0) > MOST_BYTES:
        raise too_large()
    try:
        file = await bot.get_file(document.file_id)
        if (file.file_size or 0) > MOST_BYTES:
            raise too_large()
        content = bytes(await file.download_as_bytearray())
    except TelegramError as error:
        raise UserError(NOT_FETCHED) from error
    if len(content) > MOST_BYTES:
        raise too_large()
    return content


def too_large() -> UserError:
    return UserError("This file is too large: at most {size} MB.", size=MOST_BYTES // 1024**2)
