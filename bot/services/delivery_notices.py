"""What people are told about deliveries: that a destination is paused, and questions that only they can answer."""

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

Account = tuple[str, str]
"""A platform, and a person's id there."""

log = structlog.get_logger(__name__)


def question_key(delivery_id: int, number: int) -> str:
    """What the keys of all questions about a part begin with."""
    return f"question:{delivery_id}:{number}:"


class DeliveryNotices:
    """Puts word to those who look after a destination into the outbox, each to their private chat and in the language
    of that: to who has set its digest up; where they cannot be reached, to those who run the bot."""

    def __init__(
        self,
        administrators: Iterable[Account],
        renderers: Mapping[str, Renderer],
        *,
        default_language: str = "en",
    ) -> None:
        """`administrators` run the bot. Only people on a platform with a renderer are told."""
        self._administrators = sorted(one for one in administrators if one[0] in renderers)
        self._renderers = renderers
        self._default_language = default_language

    def ask(self, uow: UnitOfWork, delivery: Delivery, part: DeliveryPart, now: datetime) -> None:
        """Asks what has become of an unknown part. The same doubt is asked about once."""
        log.warning("delivery_unknown", delivery=delivery.id, part=part.number, reason=part.error)
        for account in self._who_looks_after(uow, delivery.destination):
            self._ask(uow, account, delivery, part, now)

    def tell_paused(self, uow: UnitOfWork, destination: Destination, reason: str, now: datetime) -> None:
        """Tells that nothing is sent to a destination any more, and why."""
        log.warning("destination_paused", destination=destination.id, reason=reason)
        for account in self._who_looks_after(uow, destination):
            self._tell_paused(uow, account, destination, reason, now)

    def tell_no_thread(self, uow: UnitOfWork, destination: Destination, reason: str, now: datetime) -> None:
        """Tells, once for a destination, that no thread can be opened there below its digest, and why."""
        for account in self._who_looks_after(uow, destination):
            message = _no_thread(destination, reason, self._translator(uow, account))
            self._add(uow, f"thread:{destination.id}", account, message, now)

    def pass_on(self, uow: UnitOfWork, notice: Delivery, now: datetime) -> None:
        """Tells those who run the bot what somebody else could not be told. May be repeated."""
        refused = (notice.destination.platform, notice.destination.chat_id)
        match notice.key.split(":"):
            case ["question", delivery_id, number, *_] if refused not in self._administrators:
                asked = uow.deliveries.get(int(delivery_id))
                for part in asked.parts if asked else ():
                    if asked and part.number == int(number):
                        for account in self._bot_runners(asked.destination):
                            self._ask(uow, account, asked, part, now)
            case ["paused", destination_id, *_] if refused not in self._administrators:
                destination = uow.communities.destination(int(destination_id))
                if destination and destination.paused_reason:
                    for account in self._bot_runners(destination):
                        self._tell_paused(uow, account, destination, destination.paused_reason, now)

    def _ask(self, uow: UnitOfWork, account: Account, delivery: Delivery, part: DeliveryPart, now: datetime) -> None:
        key = f"{question_key(delivery.id, part.number)}{part.doubts}"
        self._add(uow, key, account, _question(delivery, part, self._translator(uow, account)), now)

    def _tell_paused(
        self, uow: UnitOfWork, account: Account, destination: Destination, reason: str, now: datetime
    ) -> None:
        message = _paused(destination, reason, self._translator(uow, account))
        self._add(uow, f"paused:{destination.id}:{now.isoformat()}", account, message, now)

    def _who_looks_after(self, uow: UnitOfWork, destination: Destination) -> list[Account]:
        """The one who has set up the newest digest there and can be written to; else those who run the bot."""
        for creator in uow.subscriptions.creators(destination.id):
            platform, _, person = creator.partition(":")
            private = uow.communities.destination_at(platform, person)
            if (
                platform in self._renderers
                and (platform, person) != (destination.platform, destination.chat_id)
                and (private is None or private.paused_reason is None)
            ):
                return [(platform, person)]
        return self._bot_runners(destination)

    def _bot_runners(self, destination: Destination) -> list[Account]:
        """Those who run the bot, by another way than the destination itself."""
        return [one for one in self._administrators if one != (destination.platform, destination.chat_id)]

    def _translator(self, uow: UnitOfWork, account: Account) -> Translator:
        return translator(uow.chats.language(*account) or self._default_language)

    def _add(self, uow: UnitOfWork, key: str, account: Account, message: Message, now: datetime) -> None:
        platform, chat_id = account
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


def _paused(destination: Destination, reason: str, say: Translator) -> Message:
    words = say.gettext(
        "I can no longer write to {title}, so I have paused it. The reason that I was given: {reason}",
        title=_name(destination),
        reason=reason,
    )
    hint = say.gettext("What is waiting for it is sent once it is resumed.")
    return Message((Paragraph(text(words)), Paragraph(text(hint))))


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


def _no_thread(destination: Destination, reason: str, say: Translator) -> Message:
    words = say.gettext(
        "I cannot open a discussion thread below the digest in {title}; the digest itself is there. Let me create "
        "public threads in that channel, or turn the thread off in /subscriptions. The reason that I was given: "
        "{reason}",
        title=_name(destination),
        reason=reason,
    )
    return Message((Paragraph(text(words)),))
