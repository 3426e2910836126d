"""What becomes of a story after a digest has told it: what its sources withdraw, who else writes about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.discussed import Discussed
from bot.domain.items import Item

CORRECTED_FOR = timedelta(days=14)
"""So long after it was built a digest is corrected. Both platforms let a bot edit its own messages at any time (the
48 hours of https://core.telegram.org/bots/api#editmessagetext are for other people's): two weeks are as far back as
readers scroll, and keep a source that rewrites its archive from bringing all digests into motion."""
JOINED_FOR = timedelta(days=3)
"""Coverage that comes so much later still belongs to the news; what comes after it is not added to a digest."""


@dataclass(frozen=True, slots=True)
class After:
    """What has become of a story. `late`: items that were first seen after the digest's window. `withdrawn`: its
    sources have taken back all that they wrote. `same_as`: it has become one with the story at that place of the
    digest. `brief`: it is told by its title alone, since there is no room for more. `discussed`: the session
    in which the club of those who read it has discussed its paper."""

    late: tuple[Item, ...] = ()
    withdrawn: bool = False
    same_as: int | None = None
    brief: bool = False
    discussed: Discussed | None = None


NOTHING_AFTER = After()


@dataclass(frozen=True, slots=True)
class KnownStory:
    """A story as it is known now: the id that it has by now, its items, and those that their sources have withdrawn."""

    story_id: int
    items: tuple[Item, ...]
    withdrawn: tuple[Item, ...]


def what_became(
    known: KnownStory, window_end: datetime, places: Sequence[tuple[int, int]]
) -> tuple[tuple[Item, ...], After]:
    """The items that tell a story of a digest now, and what has become of it. `places` are the stories before it in the
    digest: the id that each has by now, and its place."""
    if not known.items:
        return known.withdrawn, After(withdrawn=True)
    told = tuple(one for one in known.items if one.first_seen_at <= window_end)
    late = tuple(one for one in known.items if window_end < one.first_seen_at <= window_end + JOINED_FOR)
    same_as = next((place for story_id, place in places if story_id == known.story_id), None)
    # Where all that was told is withdrawn, those who wrote later tell the story.
    return told or late or known.items, After(late=late if told else (), same_as=same_as)
