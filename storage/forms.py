"""Forms whose questions are being asked one after another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from bot.domain.forms import FormProgress, progress_as_json, progress_from_json
from storage.tables import OpenFormRow


@dataclass(frozen=True, slots=True)
class OpenForm:
    """How far somebody has come. `message_id` is the platform's id of the message that asks the question."""

    progress: FormProgress
    message_id: str


class Forms:
    """At most one form for a person in a chat."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, platform: str, chat_id: str, person_id: str, *, since: datetime) -> OpenForm | None:
        """The form that the person is answering; None where there is none that was asked after `since`."""
        row = self._connection.execute(
            select(OpenFormRow.progress, OpenFormRow.message_id).where(
                *_here(platform, chat_id, person_id), OpenFormRow.asked_at > since
            )
        ).one_or_none()
        return OpenForm(progress_from_json(row.progress), row.message_id) if row else None

    def put(self, platform: str, chat_id: str, person_id: str, form: OpenForm, *, now: datetime) -> None:
        """The person's only form in the chat from now on."""
        self.drop(platform, chat_id, person_id)
        values = {"platform": platform, "chat_id": chat_id, "person_id": person_id, "message_id": form.message_id}
        progress = progress_as_json(form.progress)
        self._connection.execute(insert(OpenFormRow).values(**values, progress=progress, asked_at=now))

    def set_message(self, platform: str, chat_id: str, person_id: str, message_id: str) -> None:
        """The message that asks the question. Changes nothing where no question is asked any more."""
        here = update(OpenFormRow).where(*_here(platform, chat_id, person_id))
        self._connection.execute(here.values(message_id=message_id))

    def drop(self, platform: str, chat_id: str, person_id: str) -> bool:
        """Forgets the person's form. Returns whether there was one; may be repeated."""
        gone = delete(OpenFormRow).where(*_here(platform, chat_id, person_id))
        return self._connection.execute(gone).rowcount > 0

    def prune(self, before: datetime) -> int:
        """Forgets the forms whose last question was asked before a moment and says how many they were."""
        return self._connection.execute(delete(OpenFormRow).where(OpenFormRow.asked_at < before)).rowcount


def _here(platform: str, chat_id: str, person_id: str) -> tuple[ColumnElement[bool], ...]:
    return (OpenFormRow.platform == platform, OpenFormRow.chat_id == chat_id, OpenFormRow.person_id == person_id)
