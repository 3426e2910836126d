"""What chats have chosen for themselves."""

from __future__ import annotations

from bot.domain.communities import DestinationSpec
from storage.database import Database
from storage.unit_of_work import UnitOfWork


class Chats:
    """Knows the language of each chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def language(self, platform: str, chat_id: str) -> str | None:
        """The catalogue language that a chat has chosen, None where it has not."""
        return await self._database.query(lambda uow: uow.chats.language(platform, chat_id))

    async def choose_language(self, platform: str, chat_id: str, language: str | None) -> None:
        """Sets a chat's language; None goes back to each reader's own. Its community, where it belongs to one, then
        likes that language best. May be repeated."""

        def choose(uow: UnitOfWork) -> None:
            uow.chats.set_language(platform, chat_id, language)
            community = uow.communities.of(DestinationSpec(platform, chat_id))
            if community is not None and language is not None:
                uow.communities.set_languages(community.id, tuple(dict.fromkeys((language, *community.languages))))

        await self._database.run(choose)
