"""`search --explain`: how a question was read, what the index was asked for, and the parts of each score."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from bot.core import Core
from bot.domain.items import Item
from bot.domain.question_text import question_text
from bot.domain.search_units import Unit
from bot.services.item_message import item_title
from bot.services.search import Outcome
from bot.services.story_ranking import RankedStory

MOST_WAYS = 12
"""Ways of one unit that are printed, the heaviest."""


async def explain(core: Core, words: str, *, limit: int) -> None:
    """Prints how a question is answered, for those who look into the order of results."""
    outcome = await core.search.explain(None, words)
    shown = outcome.stories[:limit]
    first = [story.fits[0].item_id for story in shown if story.fits]
    items = {item.id: item for item in await core.database.query(lambda uow: uow.items.many(first))}
    for line in explanation(outcome, shown, items):
        typer.echo(line)


def explanation(outcome: Outcome, shown: tuple[RankedStory, ...], items: dict[int, Item]) -> Iterator[str]:
    """The lines, of results those of `shown`, whose first items are among `items`."""
    yield f"Read as: {question_text(outcome.question) or '(nothing)'}"
    if outcome.retry:
        yield f"Instead of: {outcome.retry.instead_of.typed} ({outcome.retry.kind})"
    yield from _units(outcome)
    found = outcome.found
    more = "" if found.exact else ", and there are more"
    yield f"Candidates: {len(found.whole)} items with everything{more}, {len(found.part)} with some of it."
    yield f"Stories: {len(outcome.stories)}, of which {outcome.whole} have everything."
    for place, story in enumerate(shown, 1):
        yield from _story(place, story, items.get(story.fits[0].item_id) if story.fits else None)


def _units(outcome: Outcome) -> Iterator[str]:
    worth = outcome.found.worth or (0.0,) * len(outcome.plan.units)
    for unit, value in zip(outcome.plan.units, worth, strict=True):
        unknown = ", nothing has it" if unit in outcome.found.unknown else ""
        optional = "" if unit.required else ", not required"
        yield f"  {unit.shown}: worth {value:.2f}{optional}{unknown}"
        yield f"    {_ways(unit)}"


def _ways(unit: Unit) -> str:
    heaviest = sorted(unit.ways, key=lambda way: -way.weight)
    said = [
        f"{' '.join(way.tokens)}" + (f" ({way.language or 'any'} {way.weight:.2f})" if way.weight < 1 else "")
        for way in heaviest[:MOST_WAYS]
    ]
    left = len(heaviest) - MOST_WAYS
    return " · ".join(said) + (f" · {left} more" if left > 0 else "")


def _story(place: int, story: RankedStory, item: Item | None) -> Iterator[str]:
    score = story.score
    title = item_title(item) if item else "?"
    number = f"story {story.story_id}" if story.story_id is not None else "in no story yet"
    yield f"{place}. {title} ({number}{'' if story.complete else ', some of the words'})"
    parts = {
        "text": score.text,
        "share": score.share,
        "phrase": score.phrase,
        "editions": score.editions,
        "fresh": score.fresh,
        "saved": score.saved,
        "discussed": score.discussed,
    }
    told = " ".join(f"{name} {value:.3f}" for name, value in parts.items() if value)
    yield f"   {score.total:.4f} = {told}; {len(story.fits)} items fit"
