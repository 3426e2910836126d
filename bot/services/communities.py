"""Communities: joining the chats of both platforms to one, and following chats that move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo

import structlog

from bot.domain.communities import (
    LINK_CODE_LENGTH,
    LINK_CODE_LIFE,
    Community,
    Destination,
    DestinationKind,
    DestinationSpec,
    LinkCode,
    normal_code,
)
from bot.domain.errors import UserError
from bot.locales import N_
from bot.services.link_codes import TOO_MANY_WRONG, WRONG, hashed, random_code, types_too_many
from bot.services.ports import ChatDirectory, Clock
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

LINK_WAY = "link"
"""The kind of view that leads from a group to a code in private."""
NOT_HERE = N_(
    "This code joins your own accounts, and is for our private chat on the other platform. Since others could read it "
    "here, it does not hold any more: /link in private makes a new one."
)


class Communities:
    """Knows which chats belong together. Whoever calls it has checked that the person may decide for the chat."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        zone: tzinfo,
        *,
        directories: Mapping[str, ChatDirectory],
        make_code: Callable[[], str] = random_code,
    ) -> None:
        """`zone` is what a new community lives by; `directories` are those of the platforms that are connected."""
        self._directories = directories
        self._database = database
        self._clock = clock
        self._zone = str(zone)
        self._make_code = make_code

    async def code(self, spec: DestinationSpec, language: str) -> LinkCode:
        """A new code that joins a chat to the community of this one, founded where there is none; older codes of the
        community hold no more."""
        return await self._database.run(self._code, spec, language)

    async def way_to_code(self, spec: DestinationSpec) -> int:
        """A number by which `code_on_the_way` gives a code for this chat, as long as a code lives."""
        until = int((self._clock() + LINK_CODE_LIFE).timestamp())
        facts = {"platform": spec.platform, "chat": spec.chat_id, "thread": spec.thread_id, "title": spec.title}
        kept = {**facts, "kind": spec.kind.value, "until": until}
        now = self._clock()
        return await self._database.run(lambda uow: uow.views.add(LINK_WAY, kept, now=now))

    async def code_on_the_way(self, number: int, platform: str, person_id: str, language: str) -> LinkCode:
        """A new code for the chat of a way, for one of its administrators. Raises UserError for others, for a number
        that was never given, and when its time is over."""
        view = await self._database.query(lambda uow: uow.views.get(number))
        facts = view.parameters if view is not None and view.kind == LINK_WAY else {}
        directory = self._directories.get(platform)
        if facts.get("platform") != platform or self._clock().timestamp() >= int(facts.get("until") or 0):
            raise UserError("This way to a code is closed by now. Write /link in the chat again.")
        chat_id, thread_id = str(facts["chat"]), str(facts["thread"]) if facts["thread"] else None
        if directory is None or not await directory.is_administrator(chat_id, person_id):
            raise UserError("Only an administrator of this chat can do that.")
        kind, title = DestinationKind(str(facts["kind"])), str(facts["title"])
        return await self.code(DestinationSpec(platform, chat_id, thread_id, kind, title), language)

    async def chats(self, spec: DestinationSpec) -> Sequence[Destination]:
        """All destinations of the community of a chat, the oldest first; none where it belongs to no community."""

        def look_up(uow: UnitOfWork) -> Sequence[Destination]:
            community = uow.communities.of(spec)
            return uow.communities.destinations(community.id) if community else ()

        return await self._database.query(look_up)

    async def join(self, spec: DestinationSpec, typed: str, *, person: str, language: str) -> Community:
        """Joins a chat to the community of a code, which is used up by that.

        Raises UserError where the code does not hold, and for a while after `person` (platform and id) has typed too
        many that did not.
        """
        joined = await self._database.run(self._join, spec, typed, person, language)
        if isinstance(joined, UserError):  # returned and not raised, since the attempt must be committed
            raise joined
        log.info("chat_joined", community=joined.id, platform=spec.platform, chat=spec.chat_id)
        return joined

    async def separate(self, spec: DestinationSpec, destination_id: int) -> Destination:
        """Takes a chat out of the community of the chat that asks; from now on it is a community of its own. Raises
        UserError where it is not in there."""
        return await self._database.run(_separate, spec, destination_id)

    async def move_chat(self, platform: str, chat_id: str, new_chat_id: str) -> None:
        """A chat has got another id: everything that is kept of it moves along. May be repeated."""
        now = self._clock()
        await self._database.run(lambda uow: move_chat(uow, platform, chat_id, new_chat_id, now=now))
        log.info("chat_moved", platform=platform, chat=chat_id, to=new_chat_id)

    def _code(self, uow: UnitOfWork, spec: DestinationSpec, language: str) -> LinkCode:
        here = uow.communities.ensure_destination(spec, zone=self._zone, languages=(language,))
        code = LinkCode(self._make_code(), here.community_id, self._clock() + LINK_CODE_LIFE)
        uow.communities.add_code(hashed(code.code), code.community_id, expires_at=code.expires_at)
        return code

    def _join(
        self, uow: UnitOfWork, spec: DestinationSpec, typed: str, person: str, language: str
    ) -> Community | UserError:
        now = self._clock()
        if types_too_many(uow, person, now=now):
            return UserError(TOO_MANY_WRONG)
        code = normal_code(typed)
        community_id = uow.communities.take_code(hashed(code), now=now) if len(code) == LINK_CODE_LENGTH else None
        community = uow.communities.get(community_id) if community_id is not None else None
        if community is None:
            uow.communities.add_wrong_code(person, now=now)
            # Others could read the code of an account here, and become its person with it: it is void from now on.
            shown_to_all = spec.kind is not DestinationKind.PRIVATE and uow.members.take_code(hashed(code), now=now)
            return UserError(NOT_HERE if shown_to_all else WRONG)
        here = uow.communities.ensure_destination(spec, zone=community.zone, languages=(language,))
        uow.communities.join(here.id, community.id)
        return community


def move_chat(uow: UnitOfWork, platform: str, chat_id: str, new_chat_id: str, *, now: datetime) -> None:
    """A chat has got another id: its destinations, the language that it chose, what waits for it, what it was told and
    what it wants to be told of move along. May be repeated."""
    uow.deliveries.forget_messages(platform, chat_id)
    for old, other in uow.communities.move_chat(platform, chat_id, new_chat_id):
        uow.deliveries.redirect(old.id, other.id)
        uow.digests.redirect(old.id, other.id)
        uow.alerts.redirect(old.id, other.id)
        if other.paused_reason is None:
            uow.deliveries.resume(other.id, now=now)
    uow.chats.move(platform, chat_id, new_chat_id)


def _separate(uow: UnitOfWork, spec: DestinationSpec, destination_id: int) -> Destination:
    community, leaving = uow.communities.of(spec), uow.communities.destination(destination_id)
    if community is None or leaving is None or leaving.community_id != community.id:
        raise UserError("This chat is not linked with that one any more.")
    own = uow.communities.add(
        leaving.title, zone=community.zone, languages=community.languages, zone_chosen=community.zone_chosen
    )
    uow.communities.join(leaving.id, own.id)
    return leaving
