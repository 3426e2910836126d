"""What chats have chosen for themselves."""

from __future__ import annotations

from storage.database import Database


class Chats:
    """Knows the language of each chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def language(self, platform: str, chat_id: str) -> str | None:
        """The catalogue language that a chat has chosen, None where it has not."""
        return await self._database.query(lambda uow: uow.chats.language(platform, chat_id))

    async def choose_language(self, platform: str, chat_id: str, language: str | None) -> None:
        """Sets a chat's language; None goes back to each reader's own. May be repeated."""
        await self._database.run(lambda uow: uow.chats.set_language(platform, chat_id, language))
