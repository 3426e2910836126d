"""Word for people and chats: put into the outbox, by whichever way it reaches them.

A word to a person goes to the private chat on the platform that they have chosen, else where they last wrote; where the
platform refuses it, to the one on their other platform, and then they are mentioned where the session is shown. What
was tried, and what came of it, is kept. A chat that was closed gets what is not too late once its owner writes again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Delivery, DeliveryKind, NewDelivery, Payload
from bot.domain.files import File
from bot.domain.members import Account, Member
from bot.domain.messages import Message
from bot.domain.reaching import PrivateChat, Reachable, WordKind, WordRecord, untried
from bot.domain.subscriptions import UnknownPolicy
from bot.locales import Translator, nearest, translator
from bot.services.mentions import Mentions
from bot.services.ports import Renderer
from bot.services.resuming import write_there_again
from storage.reaching import NewRoute, NewWord
from storage.unit_of_work import UnitOfWork

HEARD_AGAIN_AFTER = timedelta(hours=1)
"""How exactly it is known where somebody wrote last: not every press costs a write."""

Compose = Callable[[Translator, Member], Message]
"""Writes a word in a language. Called once, or for somebody who can be reached in several ways, for each platform."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Word:
    """Something to tell a member in private. `key` says what it is: the same one again tells them nothing.

    `session_id` and `community_id` are what it is about; the community is that of the session where there is one.
    `aloud` is what may be said of it where others read, in case they cannot be written to; without it they are told
    there only that there is word for them. It is sent again when nobody knows whether it has arrived, until
    `expires_at`.
    """

    member_id: int
    key: str
    kind: WordKind
    session_id: int | None
    compose: Compose
    expires_at: datetime
    not_before: datetime | None = None
    community_id: int | None = None
    aloud: Callable[[Translator], str] | None = None

    @property
    def whole_key(self) -> str:
        return f"{self.key}:{self.member_id}"


class Reaching:
    """Tells people and chats. Everything happens in the caller's transaction, so that it is told if and only if it has
    become true."""

    def __init__(
        self,
        renderers: Mapping[str, Renderer],
        *,
        default_language: str = "en",
        default_zone: str = "UTC",
        administrators: Collection[tuple[str, str]] = (),
    ) -> None:
        """`administrators`, a platform and an id each, run the bot. `renderers` are those of the platforms that can be
        written on; `default_zone` is that of people about whom nothing is known."""
        self._renderers = renderers
        self._administrators = sorted(administrators)
        self._default_language = default_language
        self._default_zone = default_zone
        self._mentions = Mentions(renderers, default_language=default_language)

    def tell(self, uow: UnitOfWork, word: Word, *, now: datetime) -> None:
        """Tells a member something; a chat that speaks for itself is told nothing, since all would read it there. May
        be repeated."""
        self.tell_all(uow, [word], now=now)

    def tell_all(self, uow: UnitOfWork, words: Sequence[Word], *, now: datetime) -> None:
        """The same for many words at once, which costs far less than one by one."""
        known = uow.reaching.known([word.whole_key for word in words])
        fresh = {word.whole_key: word for word in words if word.whole_key not in known}
        reachable = uow.reaching.reachable({word.member_id for word in fresh.values()})
        people = {id_: one for id_, one in reachable.items() if any(own.is_person for own in one.member.accounts)}
        batch = _Batch(uow, self._renderers, self._default_language, self._default_zone, now)
        for word in fresh.values():
            if word.member_id in people:
                batch.take(word, people[word.member_id])
        stuck = batch.store()
        for record in uow.reaching.get(stuck):
            self._go_on(uow, record, people[record.member_id], now)

    def tell_organisers(
        self,
        uow: UnitOfWork,
        community_id: int,
        key: str,
        compose: Compose,
        *,
        expires_at: datetime,
        now: datetime,
        session_id: int | None = None,
    ) -> None:
        """Tells those who were appointed, and who drew up the session, or where it is about none, the newest one.
        Where there is nobody of these, whoever set up what its chats subscribe to, else those who run the bot. May be
        repeated."""
        who = dict.fromkeys(uow.members.organisers(community_id))
        drawn_up_by = uow.reaching.drawn_up_by(community_id, session_id)
        if drawn_up_by is not None:
            who[drawn_up_by] = None
        if not who:
            who = dict.fromkeys(self._who_looks_after(uow, community_id, now))
        words = [
            Word(one, key, WordKind.ORGANISING, session_id, compose, expires_at, community_id=community_id)
            for one in who
        ]
        if not words:
            log.warning("no_organisers", community=community_id)
        self.tell_all(uow, words, now=now)

    def _who_looks_after(self, uow: UnitOfWork, community_id: int, now: datetime) -> list[int]:
        """The members to turn to in a club that nobody organises."""
        found = [
            (platform, person)
            for chat in uow.communities.destinations(community_id)
            for platform, _, person in (one.partition(":") for one in uow.subscriptions.creators(chat.id))
            if person.isdecimal()  # a chat that speaks for itself hears nothing
        ]
        asked = [one for one in found or self._administrators if one[0] in self._renderers]
        return [uow.members.ensure(Account(*one), now=now).id for one in dict.fromkeys(asked)]

    def tell_chats(
        self,
        uow: UnitOfWork,
        community_id: int,
        key: str,
        compose: Callable[[Translator], Message],
        *,
        expires_at: datetime,
        now: datetime,
        files: Sequence[File] = (),
    ) -> None:
        """Tells every chat in which the club shows its sessions, before the first session one of each group and
        server, in the language of each; files stand there with it. May be repeated."""
        places = uow.reaching.club_places(community_id) or _one_of_each(uow, community_id)
        languages = uow.communities.languages([one.id for one in places])
        uow.deliveries.add_all(
            [
                NewDelivery(
                    f"club:{key}:{place.id}",
                    place.id,
                    DeliveryKind.CLUB,
                    tuple(self._renderers[place.platform](compose(self._translator(languages[place.id])), files)),
                    not_before=now,
                    expires_at=expires_at,
                    unknown_policy=UnknownPolicy.RESEND,
                    files=tuple(files),
                )
                for place in places
                if place.platform in self._renderers
            ],
            now=now,
        )

    def heard(self, uow: UnitOfWork, account: Account, chat_id: str, *, now: datetime) -> None:
        """Somebody has written in their private chat: it works, and what was waiting for that and did not reach them in
        private by another way is sent, unless it is too late. May be repeated."""
        uow.reaching.hear(account.platform, account.id, now=now)
        for private in self._closed(uow, account, chat_id):
            for delivery_id in uow.reaching.waiting_at(private.id):
                if any(_is_told_in_private(word) for word in uow.reaching.with_delivery(delivery_id)):
                    uow.deliveries.withdraw([delivery_id], now=now)
            write_there_again(uow, private.id, now)

    def was_heard(self, uow: UnitOfWork, account: Account, chat_id: str, *, now: datetime) -> bool:
        """Whether `heard` would change nothing that matters."""
        heard_at = uow.reaching.heard_at(account.platform, account.id)
        recently = heard_at is not None and now - heard_at < HEARD_AGAIN_AFTER
        return recently and not self._closed(uow, account, chat_id)

    def _closed(self, uow: UnitOfWork, account: Account, chat_id: str) -> list[Destination]:
        """The private destinations of somebody that nothing is sent to. On Discord one goes by the chat's id, another
        by the person's."""
        found = [uow.communities.destination_at(account.platform, one) for one in dict.fromkeys([account.id, chat_id])]
        return [one for one in found if one and one.paused_reason and one.kind is DestinationKind.PRIVATE]

    def pass_on(self, uow: UnitOfWork, refused: Delivery, reason: str, *, gone: bool, now: datetime) -> bool:
        """A platform has refused a delivery, for good, or with `gone` all that goes there, which is paused by now: the
        word in it goes another way. False where there is none in it. May be repeated."""
        if not uow.reaching.with_delivery(refused.id):
            return False
        stuck = uow.reaching.waiting_at(refused.destination.id) if gone else []
        for delivery_id in dict.fromkeys([refused.id, *stuck]):
            for word in uow.reaching.with_delivery(delivery_id):
                self._refused(uow, word, delivery_id, reason, now)
        return True

    def withdraw(self, uow: UnitOfWork, session_id: int, kinds: Sequence[WordKind], *, now: datetime) -> None:
        """What has not arrived of the word of these kinds about a session is void. May be repeated."""
        words = uow.reaching.of_session(session_id, kinds)
        uow.deliveries.withdraw(uow.reaching.deliveries_of([one.id for one in words if not one.arrived]), now=now)

    def _refused(self, uow: UnitOfWork, word: WordRecord, delivery_id: int, reason: str, now: datetime) -> None:
        refused = [one for one in word.routes if one.delivery_id == delivery_id and one.refusal is None]
        for route in refused:
            uow.reaching.refuse(word.id, route.number, reason)
        person = uow.reaching.reachable([word.member_id]).get(word.member_id)
        if refused and person is not None:
            self._go_on(uow, uow.reaching.get([word.id])[0], person, now)

    def _go_on(self, uow: UnitOfWork, word: WordRecord, person: Reachable, now: datetime) -> None:
        """Takes the next way that there is: another private chat, else a mention, else none."""
        number = len(word.routes) + 1
        for chat in untried(person.ways(self._renderers), word.routes):
            payloads = uow.reaching.spare(word.id, chat.account.platform)
            if payloads is not None:
                destination_id = _private(uow, [chat.account], self._default_zone)[_at(chat.account)]
                new = _delivery(word, number, destination_id, payloads)
                route = NewRoute(word.key, number, chat.account.platform, uow.deliveries.add(new, now=now))
                uow.reaching.add_routes([route], now=now)
                return
        if any(route.mention for route in word.routes) or not self._mentions.mention(uow, word, person, now):
            log.warning("member_not_reached", word=word.id, member=word.member_id)
            uow.reaching.lose(word.id, now=now)

    def _translator(self, tags: Sequence[str | None]) -> Translator:
        return translator(next(filter(None, map(nearest, tags)), self._default_language))


def _is_told_in_private(word: WordRecord) -> bool:
    return any(not one.mention and (one.arrived or one.under_way) for one in word.routes)


def _one_of_each(uow: UnitOfWork, community_id: int) -> list[Destination]:
    """The oldest chat of each group and server of a community."""
    found: dict[str, Destination] = {}
    for chat, place in uow.session_cards.chats(community_id):
        found.setdefault(place, chat)
    return list(found.values())


class _Batch:
    """Words on their way into the outbox, written together."""

    def __init__(
        self,
        uow: UnitOfWork,
        renderers: Mapping[str, Renderer],
        default_language: str,
        default_zone: str,
        now: datetime,
    ) -> None:
        self._uow = uow
        self._renderers = renderers
        self._default_language = default_language
        self._default_zone = default_zone
        self._now = now
        self._rendered: dict[tuple[Message, str], tuple[Payload, ...]] = {}
        self._communities: dict[int | None, int | None] = {}
        self._languages: dict[int | None, Sequence[str]] = {}
        self._words: list[NewWord] = []
        self._sends: list[tuple[NewWord, PrivateChat, tuple[Payload, ...]]] = []

    def take(self, word: Word, person: Reachable) -> None:
        """Composes a word for the ways that it may take."""
        community_id = self._community(word)
        ways = person.ways(self._renderers)
        texts = {chat.account.platform: self._text(word, person, chat, community_id) for chat in ways}
        first = ways[0] if ways else None
        spare = {platform: text for platform, text in texts.items() if first and platform != first.account.platform}
        aloud = word.aloud(self._translator(self._read_in(community_id))) if word.aloud else None
        new = NewWord(
            word.whole_key,
            word.member_id,
            community_id,
            word.session_id,
            word.kind,
            aloud,
            spare,
            word.not_before or self._now,
            word.expires_at,
        )
        self._words.append(new)
        if first is not None:
            self._sends.append((new, first, texts[first.account.platform]))

    def store(self) -> list[int]:
        """Writes everything. Returns the words that have to take another way at once."""
        uow, now = self._uow, self._now
        private = _private(uow, [chat.account for _, chat, _ in self._sends], self._default_zone)
        news = {
            word.key: _delivery(word, 1, private[_at(chat.account)], payloads) for word, chat, payloads in self._sends
        }
        ids = uow.deliveries.add_all(list(news.values()), now=now) if news else {}
        uow.reaching.add(self._words, now=now)
        uow.reaching.add_routes(
            [
                NewRoute(word.key, 1, chat.account.platform, ids[news[word.key].key], refusal=chat.refusal)
                for word, chat, _ in self._sends
            ],
            now=now,
        )
        open_ways = {word.key for word, chat, _ in self._sends if chat.refusal is None}
        return uow.reaching.ids([one.key for one in self._words if one.key not in open_ways])

    def _text(self, word: Word, person: Reachable, chat: PrivateChat, community_id: int | None) -> tuple[Payload, ...]:
        tags = (*person.languages(chat), *self._read_in(community_id))
        message = word.compose(self._translator(tags), person.member)
        key = (message, chat.account.platform)
        if key not in self._rendered:
            self._rendered[key] = tuple(self._renderers[chat.account.platform](message))
        return self._rendered[key]

    def _community(self, word: Word) -> int | None:
        if word.session_id is None:
            return word.community_id
        if word.session_id not in self._communities:
            session = self._uow.club_sessions.get(word.session_id)
            self._communities[word.session_id] = session.community_id if session else word.community_id
        return self._communities[word.session_id]

    def _read_in(self, community_id: int | None) -> Sequence[str]:
        if community_id not in self._languages:
            community = self._uow.communities.get(community_id) if community_id is not None else None
            self._languages[community_id] = community.languages if community else ()
        return self._languages[community_id]

    def _translator(self, tags: Sequence[str | None]) -> Translator:
        return translator(next(filter(None, map(nearest, tags)), self._default_language))


def _private(uow: UnitOfWork, accounts: Sequence[Account], zone: str) -> dict[tuple[str, str], int]:
    """The destinations of private chats, by platform and account; stored where they were not."""
    known = uow.reaching.private_destinations(accounts)
    fresh = {_at(one): replace(one, language=nearest(one.language)) for one in accounts if _at(one) not in known}
    if fresh:
        uow.communities.add_private(fresh.values(), zone=zone)
        known |= uow.reaching.private_destinations(list(fresh.values()))
    return known


def _at(account: Account) -> tuple[str, str]:
    return account.platform, account.id


def _delivery(
    word: NewWord | WordRecord, number: int, destination_id: int, payloads: tuple[Payload, ...]
) -> NewDelivery:
    """The delivery of a word by one of its ways."""
    return NewDelivery(
        f"word:{word.key}:{number}",
        destination_id,
        DeliveryKind.CLUB,
        payloads,
        not_before=word.not_before,
        expires_at=word.expires_at,
        unknown_policy=UnknownPolicy.RESEND,
    )
