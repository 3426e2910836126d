"""`stories`: which items are the same story."""

from __future__ import annotations

import json

from rich.console import Console
from rich.markup import escape

from bot.cli.facts import item_facts
from bot.core import Core
from bot.domain.items import Item


async def as_json(core: Core) -> str:
    """One JSON object: every story with its items."""
    stories = [{"id": story.id, "items": [_facts(item) for item in items]} for story, items in await core.stories.all()]
    return json.dumps({"stories": stories}, ensure_ascii=False)


def _facts(item: Item) -> dict[str, object]:
    """What tells an item from others; `inspect` and `digest` print the rest."""
    facts = item_facts(item)
    return {name: facts[name] for name in ("id", "document", "source", "title", "language", "published_at", "url")}


async def show(core: Core, console: Console) -> None:
    """Prints the stories that several items tell."""
    for story, items in await core.stories.all():
        if len(items) < 2:
            continue
        console.print(f"[bold]{story.id}[/bold]", highlight=False)
        for item in items:
            title = item.title or item.text.partition("\n")[0][:80]
            console.print(escape(f"  {title} ({item.source_title})"), highlight=False, soft_wrap=True)
