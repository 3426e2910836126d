"""Notices that people write in their private chats, so that it is known where they can be reached."""

from __future__ import annotations

from bot.domain.members import Account
from bot.services.ports import Clock
from bot.services.reaching import Reaching
from storage.database import Database


class PrivateChats:
    """Hears people in private."""

    def __init__(self, database: Database, clock: Clock, reaching: Reaching) -> None:
        self._database = database
        self._clock = clock
        self._reaching = reaching

    async def heard(self, account: Account, chat_id: str) -> None:
        """Somebody has written in this chat with the bot. What was kept back because they could not be written to is
        sent, unless it is too late. Writes only where that changes something; may be repeated."""
        now = self._clock()
        if not await self._database.query(self._reaching.was_heard, account, chat_id, now=now):
            await self._database.run(self._reaching.heard, account, chat_id, now=now)
