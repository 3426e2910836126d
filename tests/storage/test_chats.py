from __future__ import annotations

from storage.database import Database


def test_a_chat_keeps_its_language_until_it_chooses_another(database: Database) -> None:
    for language in ("ru", "pt_BR", None, None):
        with database.write() as uow:
            uow.chats.set_language("telegram", "-100", language)
        with database.read() as uow:
            assert uow.chats.language("telegram", "-100") == language
            assert uow.chats.language("discord", "-100") is None
