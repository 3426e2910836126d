"""Offers: messages that somebody may send as their own, also where the bot is not."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.messages import Message


@dataclass(frozen=True, slots=True)
class Offer:
    """A message to send, without buttons, and what it is listed as. It holds nothing but what everybody may see: nobody
    knows into which chat it goes. `key` tells it from the others: at most 64 characters of ASCII."""

    key: str
    title: str
    description: str
    message: Message


@dataclass(frozen=True, slots=True)
class Offers:
    """Some offers, the best first. `more` is what to ask with for those behind them, at most 64 characters of ASCII, ""
    where there are none; `hint` stands above them, where there is something to say, and leads to our private chat."""

    offers: tuple[Offer, ...] = ()
    more: str = ""
    hint: str = ""
