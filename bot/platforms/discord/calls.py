"""Single calls beyond sending: what came of them, and which right they lacked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import aiohttp
import discord

from bot.domain.deliveries import Rejected, RetryLater, SendOutcome, Sent
from bot.platforms.discord.send import RECONNECTED_WITHIN, outcome_of

NO_RIGHT = frozenset({50001, 50013})
"""Missing access, missing permissions (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json)."""


class Impossible(Exception):
    """There is nothing like this in the place that is meant; the text says so."""


class LacksRight(Exception):
    """The bot is refused for want of a right; `right` is a catalogue text."""

    def __init__(self, right: str, reason: str) -> None:
        super().__init__(reason)
        self.right = right


@contextmanager
def refused_without(right: str) -> Iterator[None]:
    """What is refused within for want of rights, is refused for want of this one. Raises LacksRight then."""
    try:
        yield
    except discord.HTTPException as error:
        if error.code not in NO_RIGHT:
            raise
        raise LacksRight(right, f"{error.text} ({error.code})") from error


async def attempted(
    connection: Callable[[], discord.Client | None], work: Callable[[discord.Client], Awaitable[str]], *, right: str
) -> SendOutcome:
    """What came of something that is done with the connection, `Sent` with the id that it gives. Never raises for what
    Discord or the network refuses. Where it was refused for want of the right to do it, that is named, and nothing is
    said of the chat, to which the bot may write all the same."""
    client = connection()
    if client is None:
        return RetryLater(RECONNECTED_WITHIN, "not connected to Discord")
    try:
        with refused_without(right):
            return Sent(await work(client))
    except LacksRight as error:
        return Rejected(str(error), right=error.right)
    except Impossible as error:
        return Rejected(str(error))
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        return outcome_of(error)
