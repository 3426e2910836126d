"""What the outbox sends to the local chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.communities import Destination
from bot.domain.deliveries import Payload, Rejected, SendOutcome, Sent
from bot.domain.files import File
from bot.domain.messages import Message
from bot.platforms.console.payload import message_of


class ConsolePost:
    """Shows messages at a terminal."""

    def __init__(self, show: Callable[[Message, File | None], Awaitable[None]]) -> None:
        """`show` shows a message and hands over the file that comes with it."""
        self._show = show

    async def wait_turn(self, destination: Destination) -> None:
        """A terminal has no limits."""

    async def send(
        self, destination: Destination, payload: Payload, *, nonce: str, file: File | None = None
    ) -> SendOutcome:
        await self._show(message_of(payload), file)
        return Sent(nonce)

    async def edit(self, destination: Destination, message_id: str, payload: Payload) -> SendOutcome:
        return Rejected("what a terminal has shown stays as it is")
