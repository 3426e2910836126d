"""What words go together across languages, and the stories that it is learned from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, func, insert, or_, select

from bot.domain.associations import BEGINNING, Association
from bot.domain.items import NOTHING_HIDDEN
from bot.domain.matching import Way
from storage.association_tables import AssociationLessonRow, AssociationRow
from storage.hidden import seen_without
from storage.parts import in_parts
from storage.story_tables import StoryItemRow, StoryRow
from storage.tables import ItemRow

WEIGHT = 0.35
"""What a way weighs that goes with a word in every story: less than a name out of the glossary."""
MOST_WAYS = 6
"""Ways of one word, the strongest."""

_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_PARTNERS = (
    select(AssociationRow.word, AssociationRow.other, AssociationRow.other_language, AssociationRow.strength)
    .where(AssociationRow.word.in_(_VALUES))
    .order_by(AssociationRow.word, AssociationRow.strength.desc(), AssociationRow.other, AssociationRow.other_language)
)
_MEMBERS = (
    select(StoryItemRow.story_id, StoryItemRow.item_id, ItemRow.language)
    .join(ItemRow, ItemRow.id == StoryItemRow.item_id)
    .where(
        StoryItemRow.story_id.between(bindparam("first"), bindparam("last")),
        ItemRow.withdrawn_at.is_(None),
        ItemRow.language.is_not(None),
    )
    .order_by(StoryItemRow.story_id, StoryItemRow.item_id)
)
_BEGINNINGS = select(ItemRow.id, ItemRow.title, func.substr(ItemRow.text, 1, BEGINNING)).where(ItemRow.id.in_(_VALUES))


class Associations:
    """Associations by word. What is written for two languages takes the place of what was there for them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, words: Collection[str]) -> dict[str, tuple[Way, ...]]:
        """What items in other languages have where they say the same as one of these words (stems), the heaviest first;
        words of which nothing is known are left out."""
        found: dict[str, list[Way]] = defaultdict(list)
        for part in in_parts(sorted(set(words))):
            for word, other, language, strength in self._connection.execute(_PARTNERS, {"values": part}):
                if len(found[word]) < MOST_WAYS:
                    found[word].append(Way((other,), WEIGHT * strength, language))
        return {word: tuple(ways) for word, ways in found.items()}

    def replace(
        self, languages: tuple[str, str], associations: Collection[Association], *, stories: int, up_to: int
    ) -> None:
        """Writes what two languages have taught: from so many stories, when `up_to` was the newest item."""
        self._forget([languages])
        one, other = languages
        rows = [
            row
            for a in associations
            for row in (_row(one, a.word, other, a.other, a.strength), _row(other, a.other, one, a.word, a.strength))
        ]
        if rows:
            self._connection.execute(insert(AssociationRow.__table__), rows)
        self._write_down(languages, stories=stories, up_to=up_to)

    def expect(self, languages: Collection[tuple[str, str]]) -> None:
        """Notes from which pairs of languages there is something to learn; what was learned for others is forgotten."""
        known = self._pairs()
        self._forget(known - set(languages))
        for pair in sorted(set(languages) - known):
            self._write_down(pair, stories=0, up_to=0)

    def learned_up_to(self) -> int:
        """The newest item when the pair of languages was learned from that waits the longest; 0 where one never was."""
        return self._connection.scalar(select(func.min(AssociationLessonRow.up_to))) or 0

    def newest_item(self) -> int:
        """The newest item that is in a story, 0 where there is none."""
        return self._connection.scalar(select(func.max(StoryItemRow.item_id))) or 0

    def newest_story(self) -> int:
        """The newest story, 0 where there is none."""
        return self._connection.scalar(select(func.max(StoryRow.id))) or 0

    def members(self, *, first: int, last: int, hidden: frozenset[int] = NOTHING_HIDDEN) -> list[tuple[int, int, str]]:
        """The items of these stories whose language is known, without those of hidden sources: story, item and
        language, in the order of the ids."""
        rows = self._connection.execute(_MEMBERS.where(*seen_without(hidden)), {"first": first, "last": last})
        return [(story, item, str(language)) for story, item, language in rows]

    def beginnings(self, item_ids: Sequence[int]) -> dict[int, tuple[str | None, str]]:
        """Title and beginning of items."""
        return {
            item_id: (title, text)
            for part in in_parts(item_ids)
            for item_id, title, text in self._connection.execute(_BEGINNINGS, {"values": part})
        }

    def _pairs(self) -> set[tuple[str, str]]:
        rows = self._connection.execute(select(AssociationLessonRow.language, AssociationLessonRow.other_language))
        return {(one, other) for one, other in rows}

    def _write_down(self, languages: tuple[str, str], *, stories: int, up_to: int) -> None:
        one, other = languages
        facts = {"language": one, "other_language": other, "stories": stories, "up_to": up_to}
        self._connection.execute(insert(AssociationLessonRow.__table__), [facts])

    def _forget(self, pairs: Collection[tuple[str, str]]) -> None:
        for one, other in pairs:
            for table in (AssociationRow, AssociationLessonRow):
                either = or_(
                    and_(table.language == one, table.other_language == other),
                    and_(table.language == other, table.other_language == one),
                )
                self._connection.execute(delete(table).where(either))


def _row(language: str, word: str, other_language: str, other: str, strength: float) -> dict[str, object]:
    return {
        "language": language,
        "word": word,
        "other_language": other_language,
        "other": other,
        "strength": strength,
    }
