"""Word for people who cannot be written to in private: they are named where the session is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.domain.communities import Destination, DestinationKind, DestinationSpec
from bot.domain.deliveries import DeliveryKind, NewDelivery
from bot.domain.members import Account, Member
from bot.domain.messages import Button, Inline, Mention, Message, Paragraph, Text
from bot.domain.reaching import Reachable, WordRecord
from bot.domain.subscriptions import UnknownPolicy
from bot.domain.text import cut
from bot.locales import Translator, nearest, translator
from bot.services.ports import Renderer
from storage.reaching import MentionPlace, NewRoute
from storage.unit_of_work import UnitOfWork

GATHER = timedelta(seconds=5)
"""So long a mention waits for others to whom the same has to be said there."""
TOGETHER = 20
LONGEST_NAME = 64


class Mentions:
    """Mentions people, those to whom the same is to be said in one message."""

    def __init__(self, renderers: Mapping[str, Renderer], *, default_language: str) -> None:
        self._renderers = renderers
        self._default_language = default_language

    def mention(self, uow: UnitOfWork, word: WordRecord, person: Reachable, now: datetime) -> bool:
        """Has somebody mentioned on a platform where they have an account, as the next way of the word. False where
        there is no place for that."""
        place = self._place(uow, word, person)
        if place is None:
            return False
        delivery_id = uow.reaching.open_mention(word, place.id, now=now)
        others = uow.reaching.with_delivery(delivery_id) if delivery_id is not None else []
        if delivery_id is None or len(others) >= TOGETHER:
            delivery_id, others = None, []
        people = uow.members.many([other.member_id for other in others])
        payloads = self._payloads(uow, word, [*people, person.member], place)
        if delivery_id is None:
            new = NewDelivery(
                f"mention:{word.key}:{place.id}",
                place.id,
                DeliveryKind.CLUB,
                payloads,
                not_before=max(now + GATHER, word.not_before),
                expires_at=word.expires_at,
                unknown_policy=UnknownPolicy.RESEND,
            )
            delivery_id = uow.deliveries.add(new, now=now)
        else:
            uow.deliveries.correct_all({delivery_id: dict(enumerate(payloads, start=1))}, now=now)
        route = NewRoute(word.key, len(word.routes) + 1, place.platform, delivery_id, mention=True)
        uow.reaching.add_routes([route], now=now)
        return True

    def _place(self, uow: UnitOfWork, word: WordRecord, person: Reachable) -> Destination | None:
        if word.community_id is None:
            return None
        places = uow.reaching.mention_places(word.session_id, word.community_id)
        platforms = [chat.account.platform for chat in person.chats if chat.account.platform in self._renderers]
        found = next((one for platform in platforms for one in places if one.destination.platform == platform), None)
        return _thread(uow, found) if found else None

    def _payloads(
        self, uow: UnitOfWork, word: WordRecord, people: Iterable[Member], place: Destination
    ) -> tuple[Mapping[str, object], ...]:
        tags = uow.communities.languages([place.id])[place.id]
        say = translator(next(filter(None, map(nearest, tags)), self._default_language))
        accounts = [account for one in people if (account := one.account_on(place.platform))]
        return tuple(self._renderers[place.platform](_message(accounts, word, say)))


def _message(accounts: Iterable[Account], word: WordRecord, say: Translator) -> Message:
    names: list[Inline] = []
    for account in accounts:
        names += [Text(", ")] if names else []
        names.append(Mention(account.platform, account.id, cut(account.name, LONGEST_NAME) or account.id))
    said = word.aloud or say.gettext("there is word for you that I cannot bring you in private.")
    way = Button(say.gettext("Open the private chat"), f"cr:here:{word.session_id}")
    return Message((Paragraph((*names, Text(f": {said}"))),), ((way,),) if word.session_id is not None else ())


def _thread(uow: UnitOfWork, place: MentionPlace) -> Destination:
    """The thread of the session's card where it has one, else the chat itself."""
    if place.thread_id is None:
        return place.destination
    spec = DestinationSpec(
        place.destination.platform, place.thread_id, kind=DestinationKind.THREAD, server_id=place.server_id
    )
    return uow.communities.ensure_destination(spec, zone="UTC", languages=())
