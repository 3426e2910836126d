"""What administrators are told about deliveries: that a destination is paused, and questions only they can answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.domain.communities import Destination, DestinationKind, DestinationSpec
from bot.domain.deliveries import Delivery, DeliveryKind, DeliveryPart, NewDelivery
from bot.domain.messages import Button, Message, Paragraph, text
from bot.domain.subscriptions import UnknownPolicy
from bot.locales import Translator, translator
from bot.services.ports import Renderer
from storage.unit_of_work import UnitOfWork

WORTH_TELLING = timedelta(days=3)

log = structlog.get_logger(__name__)


def question_key(delivery_id: int, number: int) -> str:
    """What the keys of all questions about a part begin with."""
    return f"question:{delivery_id}:{number}:"


class DeliveryNotices:
    """Puts word to the administrators into the outbox, each to their private chat and in the language of that."""

    def __init__(
        self,
        administrators: Iterable[tuple[str, str]],
        renderers: Mapping[str, Renderer],
        *,
        default_language: str = "en",
    ) -> None:
        """`administrators`: platform and id of who runs the bot. Only those on a platform with a renderer are told."""
        self._administrators = sorted(one for one in administrators if one[0] in renderers)
        self._renderers = renderers
        self._default_language = default_language

    def ask(self, uow: UnitOfWork, delivery: Delivery, part: DeliveryPart, now: datetime) -> None:
        """Asks what has become of an unknown part. The same doubt is asked about once."""
        key = f"{question_key(delivery.id, part.number)}{part.doubts}"
        log.warning("delivery_unknown", delivery=delivery.id, part=part.number, reason=part.error)
        for platform, chat_id in self._elsewhere(delivery.destination):
            say = self._translator(uow, platform, chat_id)
            self._add(uow, key, _question(delivery, part, say), platform, chat_id, now=now)

    def tell_paused(self, uow: UnitOfWork, destination: Destination, reason: str, now: datetime) -> None:
        """Tells that nothing is sent to a destination any more, and why."""
        log.warning("destination_paused", destination=destination.id, reason=reason)
        for platform, chat_id in self._elsewhere(destination):
            say = self._translator(uow, platform, chat_id)
            message = Message(
                (
                    Paragraph(
                        text(
                            say.gettext(
                                "I can no longer write to {title}, so I have paused it. The reason that I was given: "
                                "{reason}",
                                title=_name(destination),
                                reason=reason,
                            )
                        )
                    ),
                    Paragraph(text(say.gettext("What is waiting for it is sent once it is resumed."))),
                )
            )
            self._add(uow, f"paused:{destination.id}:{now.isoformat()}", message, platform, chat_id, now=now)

    def _elsewhere(self, destination: Destination) -> list[tuple[str, str]]:
        return [one for one in self._administrators if one != (destination.platform, destination.chat_id)]

    def _translator(self, uow: UnitOfWork, platform: str, chat_id: str) -> Translator:
        return translator(uow.chats.language(platform, chat_id) or self._default_language)

    def _add(self, uow: UnitOfWork, key: str, message: Message, platform: str, chat_id: str, *, now: datetime) -> None:
        spec = DestinationSpec(platform, chat_id, kind=DestinationKind.PRIVATE)
        private = uow.communities.ensure_destination(spec, zone="UTC", languages=())
        notice = NewDelivery(
            f"{key}:{platform}:{chat_id}",
            private.id,
            DeliveryKind.NOTICE,
            tuple(self._renderers[platform](message)),
            not_before=now,
            expires_at=now + WORTH_TELLING,
            unknown_policy=UnknownPolicy.RESEND,
        )
        uow.deliveries.add(notice, now=now)


def _question(delivery: Delivery, part: DeliveryPart, say: Translator) -> Message:
    parts = len(delivery.parts)
    words = say.gettext(
        "I do not know whether part {number} of {parts} has arrived in {title}. Please look there.",
        number=part.number,
        parts=parts,
        title=_name(delivery.destination),
    )
    action = f"delivery:{delivery.id}:{part.number}"
    buttons = (Button(say.gettext("It arrived"), f"{action}:1"), Button(say.gettext("Send again"), f"{action}:0"))
    return Message((Paragraph(text(words)),), (buttons,))


def _name(destination: Destination) -> str:
    return destination.title or destination.chat_id
