"""Inline mode: what is offered while somebody types behind the bot's name in any chat."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog
from telegram import Bot, InlineQuery, InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.domain.offers import Offer, Offers
from bot.platforms.telegram.plain import clean, is_blank
from bot.platforms.telegram.post import NO_PREVIEW
from bot.platforms.telegram.render import render

KEPT_SECONDS = 60
"""How long Telegram may answer the same question of the same person from memory. Another person's answer is no good: it
is in their language."""
MOST_OFFERS = 50
START = "inline"
"""What the button above the offers says to our private chat."""

log = structlog.get_logger(__name__)


async def show_offers(bot: Bot, query: InlineQuery, offers: Offers) -> None:
    """Answers an inline query. Where it came too late for that, which is no error, it is logged."""
    results = [_result(one) for one in offers.offers[:MOST_OFFERS]]
    button = InlineQueryResultsButton(offers.hint, start_parameter=START) if offers.hint else None
    try:
        await bot.answer_inline_query(
            query.id, results, cache_time=KEPT_SECONDS, is_personal=True, next_offset=offers.more, button=button
        )
    except TelegramError as error:
        log.info("telegram_offers_not_shown", reason=str(error))


def _result(offer: Offer) -> InlineQueryResultArticle:
    part, *_more = render(offer.message)
    title = clean(offer.title, mentions=True)
    return InlineQueryResultArticle(
        offer.key,
        title if not is_blank(title) else "…",
        InputTextMessageContent(part.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW),
        description=clean(offer.description, mentions=True) or None,
    )


class NewestOnly:
    """Does what people ask, of each only what they asked last: who types asks anew with every letter."""

    def __init__(self) -> None:
        self._running: dict[int, asyncio.Task[None]] = {}

    async def do(self, person: int, work: Coroutine[Any, Any, None]) -> None:
        """Does this instead of what that person asked before. Returns when it is done, or has been given up in turn.
        Raises what the work raises."""
        if before := self._running.get(person):
            before.cancel()
        task = self._running[person] = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            if self._running.get(person) is task:
                del self._running[person]
        if not task.cancelled():
            task.result()
