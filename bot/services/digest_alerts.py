"""What alerts that are told daily have found, as sections of the digest that their keeper gets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.domain.aftermath import KnownStory, what_became
from bot.domain.alerts import MOST_IN_DIGEST, Keeper, Manner
from bot.domain.communities import Destination
from bot.domain.merits import Merit, MeritKind, merits_of
from bot.domain.selection import Candidate, Ranked, Selection, spokesman
from bot.domain.subscriptions import Choices
from bot.services.shelves import candidates
from storage.alerts import Waiting
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class FoundBesides:
    """Stories that alerts have found and a digest does not show, in the order of the alerts. `told` is all that need
    not be told any more (alert, story)."""

    stories: tuple[Ranked, ...]
    told: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a digest tells without them, and to whom: `names` are the ids that its stories have had."""

    destination: Destination
    selection: Selection
    choices: Choices
    names: Collection[int]
    hidden: frozenset[int]


def wait_for_digests(uow: UnitOfWork, destinations: Sequence[Destination]) -> dict[int, list[Waiting]]:
    """What waits for the next digest of each of these destinations: that of the person whose digest comes there, else
    that of the chat. What waits for somebody whose digests come to several of them is in the first."""
    owners = uow.subscriptions.owners([one.id for one in destinations])
    members = uow.members.behind(set(owners.values()))
    keepers = {one.id: Keeper.chat(one.id) for one in destinations if one.id not in owners}
    keepers |= {id_: Keeper.person(members[person]) for id_, person in owners.items() if person in members}
    waiting: dict[Keeper, list[Waiting]] = {}
    for one in uow.alerts.waiting_for(set(keepers.values())):
        if one.alert.manner is Manner.DAILY:
            waiting.setdefault(Keeper.of(one.alert), []).append(one)
    return {id_: found for id_, keeper in keepers.items() if (found := waiting.pop(keeper, []))}


def found_besides(uow: UnitOfWork, digest: Told, waiting: Sequence[Waiting]) -> FoundBesides:
    """What a digest tells of what waits: each story under the first alert that it fits, none that the digest, or one
    before it, has told. An alert for which there is no room is left to wait."""
    told, stories, done = set(digest.names), list[Ranked](), list[tuple[int, int]]()
    for one in waiting:
        room = MOST_IN_DIGEST - len(stories)
        if room <= 0:
            break
        found = _fresh(uow, one.story_ids, digest, told)
        alert = Merit(MeritKind.ALERT, len(found), (one.alert.question,))
        stories += [replace(story, merits=(alert, *story.merits)) for story in found[:room]]
        told.update(story.story_id for story in found)
        done += [(one.alert.id, story_id) for story_id in one.story_ids]
    return FoundBesides(tuple(stories), tuple(done))


def told_in_digests(uow: UnitOfWork, destination_ids: Collection[int], story_ids: Collection[int]) -> set[int]:
    """Those of these stories that digests have told one of these destinations, by whatever ids they had then."""
    names = {one: one for one in story_ids} | uow.digests.aliases(set(story_ids))
    posted = uow.digests.posted(destination_ids, names)
    return {names[name] for told in posted.values() for name in told}


def _fresh(uow: UnitOfWork, story_ids: Sequence[int], digest: Told, told: Collection[int]) -> list[Ranked]:
    """Those of these stories that were not told there and may be seen there, the best first."""
    ids = {story.id for story_id in story_ids if (story := uow.stories.get(story_id)) and story.id not in told}
    ids -= told_in_digests(uow, {digest.destination.id}, ids)
    found = [_ranked(one, digest) for one in candidates(uow, dict.fromkeys(ids, ()), digest.hidden)]
    return sorted(found, key=lambda one: -one.score)


def _ranked(story: Candidate, digest: Told) -> Ranked:
    """A story as the digest tells it, also when it is corrected: as of the end of its window, where it was there."""
    end = digest.selection.window.end
    items, after = what_became(KnownStory(story.story_id, story.items, ()), end, ())
    known = replace(story, items=items, new=frozenset(item.id for item in items))
    return Ranked(known, spokesman(items, digest.choices).section, merits_of(known.sketch(), end), after)
