"""Digests that were sent say what their sources say now: what was edited, withdrawn, or covered later by others.

A digest keeps its stories and their places, its choices, its language and its parts. What is to be corrected is noted
in the transaction that changes a story, and gone from there once the outbox has it: a process that ends in between does
it again, and what is the same already is left alone. Digests that say the same are composed once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.domain.aftermath import CORRECTED_FOR, what_became
from bot.domain.deliveries import Payload
from bot.domain.discussed import Discussed, discussed_before
from bot.domain.messages import Message
from bot.domain.selection import Candidate, Ranked, Selection
from bot.locales import translator
from bot.services.digest_message import subscription_digest
from bot.services.fixed_parts import in_as_many_parts
from bot.services.ports import Clock, Renderer
from bot.services.story_message import FIGURES_ON
from storage.corrections import PostedDigest
from storage.database import Database
from storage.digests import StoredDigest
from storage.unit_of_work import UnitOfWork

SETTLE = timedelta(minutes=5)
"""So long a change waits for others, to be corrected together: sources that change every minute do not bring about an
edit every minute."""
AT_ONCE = 100
"""Digests that are corrected in one transaction: it keeps others who write waiting for some ten milliseconds."""

log = structlog.get_logger(__name__)

_Key = tuple[int, str, int, frozenset[int], int]
"""What digests that say the same have in common: edition, platform, number of parts, and what is hidden from them."""


class Corrections:
    """Keeps digests that were sent true."""

    def __init__(self, database: Database, clock: Clock, renderers: Mapping[str, Renderer]) -> None:
        self._database = database
        self._clock = clock
        self._renderers = renderers
        self._correcting = asyncio.Lock()

    async def correct_due(self) -> int:
        """Corrects every digest that a change has made untrue, unless it is too old; how many there were. May be
        repeated, and be broken off anywhere."""
        async with self._correcting:
            now = self._clock()
            changes = await self._database.query(lambda uow: uow.corrections.due(now - SETTLE))
            if not changes:
                return 0
            posted = await self._database.query(
                lambda uow: uow.corrections.posted(list(changes), since=now - CORRECTED_FOR)
            )
            corrected = 0
            said: dict[_Key, tuple[Payload, ...]] = {}
            for at in range(0, len(posted), AT_ONCE):
                some = posted[at : at + AT_ONCE]
                await self._database.query(self._compose, some, said)
                corrected += await self._database.run(self._write, some, said)
            done = [change_id for ids in changes.values() for change_id in ids]
            await self._database.run(lambda uow: uow.corrections.done(done))
            if corrected:
                log.info("digests_corrected", digests=corrected, stories=len(changes))
            return corrected

    def _compose(self, uow: UnitOfWork, posted: Sequence[PostedDigest], said: dict[_Key, tuple[Payload, ...]]) -> None:
        """What the digests say now, to those who see the same. One that cannot be composed stays as it is, and keeps no
        other back."""
        hidden, discussed = _hidden(uow, posted), _discussed(uow, posted)
        for one in posted:
            render, key = self._renderers.get(one.platform), _key(one, hidden, discussed)
            if key in said or render is None or not one.parts:
                continue
            try:
                digest = uow.digests.get(one.digest_id)
                seen = hidden[one.community_id], discussed.get(one.community_id, ())
                said[key] = _payloads(uow, digest, seen, render, one) if digest else ()
            except Exception:
                said[key] = ()
                log.exception("digest_not_corrected", digest=one.digest_id)

    def _write(self, uow: UnitOfWork, posted: Sequence[PostedDigest], said: Mapping[_Key, tuple[Payload, ...]]) -> int:
        hidden, discussed = _hidden(uow, posted), _discussed(uow, posted)
        corrections = {
            one.delivery_id: dict(enumerate(payloads, start=1))
            for one in posted
            if (payloads := said.get(_key(one, hidden, discussed)))
        }
        return uow.deliveries.correct_all(corrections, now=self._clock())


def _hidden(uow: UnitOfWork, posted: Sequence[PostedDigest]) -> Mapping[int | None, frozenset[int]]:
    return uow.source_chats.hidden_from_each({one.community_id for one in posted})


def _discussed(uow: UnitOfWork, posted: Sequence[PostedDigest]) -> Mapping[int, Sequence[tuple[str, Discussed]]]:
    return uow.club_sessions.discussed({one.community_id for one in posted})


def _key(
    posted: PostedDigest,
    hidden: Mapping[int | None, frozenset[int]],
    discussed: Mapping[int, Sequence[tuple[str, Discussed]]],
) -> _Key:
    """What is the same for digests that say the same; those of a club that has discussed papers say so."""
    club = posted.community_id if discussed.get(posted.community_id) else 0
    return posted.edition, posted.platform, posted.parts, hidden[posted.community_id], club


def _payloads(
    uow: UnitOfWork,
    digest: StoredDigest,
    seen: tuple[frozenset[int], Sequence[tuple[str, Discussed]]],
    render: Renderer,
    posted: PostedDigest,
) -> tuple[Payload, ...]:
    """What a digest says now. `seen`: the sources that those who read it do not see, and the papers of their club's
    sessions."""
    say = translator(digest.language)
    hidden, sessions = seen
    discussed = discussed_before(sessions, digest.window.end)  # as it was told
    stories = tuple(one.with_discussed(discussed) for one in retold(uow, digest, hidden))
    if not all(one.candidate.items for one in stories):
        return ()  # of what was told, something is not for them any more: better it stays as it was told

    def compose(level: int) -> Message:
        shown = _at_level(stories, level)
        beyond = digest.beyond or 0
        selection = Selection(digest.window, shown, frozenset(), len(shown) + beyond, digest.read, digest.stories)
        figure = posted.platform in FIGURES_ON
        return subscription_digest(selection, digest.choices, say, edition=digest.edition, figure=figure)

    return in_as_many_parts(compose, render, posted.parts, say, briefest=2 * len(stories))


def _at_level(stories: Sequence[Ranked], level: int) -> tuple[Ranked, ...]:
    """The stories, of which so many are told in brief, those with the most to tell first; where all are, the last ones
    without what others wrote later."""
    longest = sorted(range(len(stories)), key=lambda at: -_length(stories[at]))
    brief, alone = set(longest[:level]), max(0, level - len(stories))
    shown = [_brief(one) if at in brief else one for at, one in enumerate(stories)]
    heard = len(stories) - alone
    return (*shown[:heard], *(replace(one, after=replace(one.after, late=())) for one in shown[heard:]))


def retold(uow: UnitOfWork, digest: StoredDigest, hidden: frozenset[int]) -> tuple[Ranked, ...]:
    """The stories of a digest at their places, with what has become of each where these sources are hidden."""
    known = uow.corrections.known([placed.story_id for placed in digest.shown], hidden)
    places: list[tuple[int, int]] = []
    stories = []
    for placed, story in zip(digest.shown, known, strict=True):
        items, after = what_became(story, digest.window.end, places)
        places.append((story.story_id, placed.position))
        candidate = Candidate(placed.story_id, items, frozenset(item.id for item in items))
        stories.append(Ranked(candidate, placed.section, placed.merits, after))
    return tuple(stories)


def _brief(story: Ranked) -> Ranked:
    return replace(story, after=replace(story.after, brief=True))


def _length(story: Ranked) -> int:
    """How much there is to tell, roughly."""
    return max((len(item.text) for item in story.candidate.items), default=0)
