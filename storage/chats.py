"""What chats have chosen for themselves."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from storage.tables import ChatRow


class Chats:
    """Chats by their platform and the platform's own id."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def language(self, platform: str, chat_id: str) -> str | None:
        """The language that the chat has chosen, None where it has not."""
        return self._connection.scalar(
            select(ChatRow.language).where(ChatRow.platform == platform, ChatRow.chat_id == chat_id)
        )

    def set_language(self, platform: str, chat_id: str, language: str | None) -> None:
        """The chat speaks this language from now on; None forgets what it chose."""
        here = (ChatRow.platform == platform, ChatRow.chat_id == chat_id)
        if language is None:
            self._connection.execute(delete(ChatRow).where(*here))
            return
        if self._connection.execute(update(ChatRow).where(*here).values(language=language)).rowcount == 0:
            self._connection.execute(insert(ChatRow).values(platform=platform, chat_id=chat_id, language=language))

    def move(self, platform: str, chat_id: str, new_chat_id: str) -> None:
        """What a chat has chosen holds under its new id, unless something was chosen there already. May be repeated."""
        language = self.language(platform, chat_id)
        if language is not None and self.language(platform, new_chat_id) is None:
            self.set_language(platform, new_chat_id, language)
        self.set_language(platform, chat_id, None)
