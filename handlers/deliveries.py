"""Answers to the question whether something has arrived."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import UserError
from bot.domain.messages import Message, Paragraph, text
from bot.locales import Translator
from bot.services.deliveries import Answer, Deliveries
from handlers.buttons import numbers
from handlers.command import Reply, Request
from handlers.registry import Command, Handler


class DeliveryHandlers:
    """Takes the presses below questions about deliveries."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    def commands(self) -> tuple[Command, ...]:
        return ()

    def actions(self) -> Mapping[str, Handler]:
        return {"delivery": self._settle}

    async def _settle(self, request: Request, say: Translator) -> Reply:
        delivery_id, number, arrived = numbers(request.action, 3)
        answer = await self._deliveries.answer(
            delivery_id,
            number,
            arrived=bool(arrived),
            platform=request.chat.platform.value,
            chat_ids=(request.chat.id, request.person.id),
        )
        match answer:
            case Answer.NOT_ASKED:
                raise UserError("Only those whom I have asked can answer this.")
            case Answer.TOO_LATE:
                words = say.gettext("Thank you, but this is settled already.")
            case Answer.TAKEN:
                words = say.gettext("Good, it arrived.") if arrived else say.gettext("I send it again.")
        return Reply(Message((Paragraph(text(words)),)), replaces=True)
