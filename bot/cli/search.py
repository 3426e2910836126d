"""`search`: results for one query, or for one query a line, and why they are what they are."""

from __future__ import annotations

import json
from collections.abc import Iterable

import typer

from bot.cli.facts import item_facts
from bot.cli.output import print_message
from bot.core import Core
from bot.domain.question_text import question_text
from bot.locales import translator
from bot.services.search import Search, SearchResults, StoryHit
from bot.services.search_message import passage_of, search_message


async def show(core: Core, words: str, *, limit: int) -> None:
    """Prints the results of a query for a person."""
    results = await core.search.page(None, words, size=limit)
    say = translator(core.settings.default_language)
    print_message(search_message(results, say, core.settings.default_timezone))


async def answer_batch(search: Search, lines: Iterable[str], *, limit: int) -> None:
    """Answers each line with a line of JSON, in order and at once."""
    for line in lines:
        typer.echo(await answer_line(search, line.strip(), limit=limit))


async def answer_line(search: Search, words: str, *, limit: int) -> str:
    """The results of a query as one line of JSON."""
    return json.dumps(as_facts(words, await search.page(None, words, size=limit)), ensure_ascii=False)


def as_facts(words: str, results: SearchResults) -> dict[str, object]:
    """What programs are told of results. A result is a story, with all items that cover it."""
    return {
        "query": words,
        "interpretation": interpretation(results),
        "total": results.total,
        "total_is_exact": results.exact,
        "results": [_hit_facts(results, hit) for hit in results.hits],
    }


def interpretation(results: SearchResults) -> str:
    """How the query was read, as a query."""
    return question_text(results.question)


def _hit_facts(results: SearchResults, hit: StoryHit) -> dict[str, object]:
    return {
        "story": hit.story_id,
        "score": round(hit.score.total, 4),
        "complete": hit.complete,
        "snippet": passage_of(results, hit.items[0]).text,
        "items": [item_facts(item) for item in hit.items],
    }
