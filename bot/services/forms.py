"""Forms on platforms that ask one question after another: kept, so that they go on after a restart."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.forms import FormProgress
from bot.services.ports import Clock
from storage.database import Database
from storage.forms import OpenForm

FORM_LIFE = timedelta(hours=1)
"""How long an answer is waited for: after that, what somebody writes is an ordinary message again."""


class Forms:
    """Knows which question each person is being asked in which chat. All ids are the platform's own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ask(self, platform: str, chat_id: str, person_id: str, progress: FormProgress, message_id: str) -> None:
        """The message with this id asks the person the question that the form has come to. Whatever they were asked
        before in this chat is not asked any more."""
        form, now = OpenForm(progress, message_id), self._clock()
        await self._database.run(lambda uow: uow.forms.put(platform, chat_id, person_id, form, now=now))

    async def sent(self, platform: str, chat_id: str, person_id: str, message_id: str) -> None:
        """The question that the person is being asked stands in the message with this id."""
        await self._database.run(lambda uow: uow.forms.set_message(platform, chat_id, person_id, message_id))

    async def open(self, platform: str, chat_id: str, person_id: str) -> OpenForm | None:
        """What the person is being asked, None where nothing is."""
        since = self._clock() - FORM_LIFE
        return await self._database.query(lambda uow: uow.forms.get(platform, chat_id, person_id, since=since))

    async def close(self, platform: str, chat_id: str, person_id: str) -> bool:
        """The person is asked nothing any more. Returns whether they were; may be repeated."""
        return await self._database.run(lambda uow: uow.forms.drop(platform, chat_id, person_id))

    async def prune(self) -> None:
        """Forgets forms that nobody has gone on with."""
        before = self._clock() - FORM_LIFE
        await self._database.run(lambda uow: uow.forms.prune(before))
