"""Any message at all, on both platforms: `tests.rendering` says what must hold."""

from __future__ import annotations

from hypothesis import given, settings

from bot.domain.messages import Message
from tests.rendering import MESSAGES, holds_on_discord, holds_on_telegram

some = settings(max_examples=100)


@some
@given(MESSAGES)
def test_telegram_takes_any_message_without_loss_and_pings_nobody(message: Message) -> None:
    holds_on_telegram(message)


@some
@given(MESSAGES)
def test_discord_takes_any_message_without_loss_and_pings_nobody(message: Message) -> None:
    holds_on_discord(message)
