"""Learning from the archive: what words go together in stories that are told in several languages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from bot.domain.analysis import Analyser
from bot.domain.associations import Lesson, Telling, telling_words, tellings, worth_learning
from storage.database import Database
from storage.stemming import analyser
from storage.unit_of_work import UnitOfWork

MOST_STORIES = 10_000
"""Stories that two languages learn from, the newest."""
MOST_LOOKED_AT = 200_000
"""Stories that are looked at for whether several languages tell them, the newest."""
FEWEST_STORIES = 20
"""Fewer teach nothing that is worth keeping."""
STORIES_AT_ONCE = 1_000
TELLINGS_AT_ONCE = 100

log = structlog.get_logger(__name__)

Languages = tuple[str, str]


class Associations:
    """Learns anew when enough has come, two languages at a time, so that others hardly notice."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[Languages, list[Telling]] = {}
        self._up_to = 0  # the newest item when it was last looked what there is to learn from

    async def learn_due(self) -> int:
        """Learns from what two languages have told, where that is due; from how many stories, 0 where nothing is due.
        To be called now and then. May be repeated."""
        if not self._waiting:
            await self._look_round()
        if not self._waiting:
            return 0
        languages = next(iter(self._waiting))
        told = self._waiting.pop(languages)
        lesson = await self._lesson(languages, told)
        learned = await asyncio.to_thread(lesson.learned)
        up_to = self._up_to
        await self._database.run(
            lambda uow: uow.associations.replace(languages, learned, stories=len(lesson), up_to=up_to)
        )
        log.info("associations_learned", languages=languages, stories=len(lesson), words=len(learned))
        return len(lesson)

    async def _look_round(self) -> None:
        """Finds what there is to learn from, where enough has come since the last time."""
        newest, learned = await self._database.query(
            lambda uow: (uow.associations.newest_item(), uow.associations.learned_up_to())
        )
        if not worth_learning(newest, max(self._up_to, learned)):
            return
        found = await self._told()
        self._up_to = newest
        self._waiting = {pair: told for pair, told in sorted(found.items()) if len(told) >= FEWEST_STORIES}
        await self._database.run(lambda uow: uow.associations.expect(self._waiting.keys()))

    async def _told(self) -> dict[Languages, list[Telling]]:
        """What the newest stories were told by, in any two languages."""
        found: dict[Languages, list[Telling]] = {}
        newest = await self._database.query(lambda uow: uow.associations.newest_story())
        for last in range(newest, max(newest - MOST_LOOKED_AT, 0), -STORIES_AT_ONCE):
            members = await self._database.query(_members, last - STORIES_AT_ONCE + 1, last)
            for languages, told in tellings(members).items():
                known = found.setdefault(languages, [])
                known += told[: MOST_STORIES - len(known)]
        return found

    async def _lesson(self, languages: Languages, told: Sequence[Telling]) -> Lesson:
        lesson = Lesson()
        words_of = analyser().anew()  # what it remembers of so many texts is given back with it
        for at in range(0, len(told), TELLINGS_AT_ONCE):
            part = told[at : at + TELLINGS_AT_ONCE]
            ids = [item_id for telling in part for item_id in (telling.one_id, telling.other_id)]
            texts = await self._database.query(_beginnings, ids)
            await asyncio.to_thread(_teach, lesson, languages, part, texts, words_of)
        return lesson


def _members(uow: UnitOfWork, first: int, last: int) -> list[tuple[int, int, str]]:
    # Whoever asks is helped by what was learned: it must tell nobody what is written where they are not.
    return uow.associations.members(first=first, last=last, hidden=uow.source_chats.hidden_from(None))


def _beginnings(uow: UnitOfWork, item_ids: Sequence[int]) -> dict[int, tuple[str | None, str]]:
    return uow.associations.beginnings(item_ids)


def _teach(
    lesson: Lesson,
    languages: Languages,
    told: Sequence[Telling],
    texts: dict[int, tuple[str | None, str]],
    words_of: Analyser,
) -> None:
    one, other = languages
    for telling in told:
        if telling.one_id in texts and telling.other_id in texts:
            lesson.add(
                telling_words(*texts[telling.one_id], one, words_of),
                telling_words(*texts[telling.other_id], other, words_of),
            )
