"""`search`: results for one query, or for one query a line."""

from __future__ import annotations

import json
from collections.abc import Iterable

import typer

from bot.cli.facts import item_facts
from bot.cli.output import print_message
from bot.core import Core
from bot.domain.search import snippet
from bot.locales import translator
from bot.services.search import Search, SearchResults
from bot.services.search_message import search_message

SNIPPET_LIMIT = 240


async def show(core: Core, words: str, *, limit: int) -> None:
    """Prints the results of a query for a person."""
    results = await core.search.page(None, words, size=limit)
    say = translator(core.settings.default_language)
    print_message(search_message(results, words, say, core.settings.default_timezone))


async def answer_batch(search: Search, lines: Iterable[str], *, limit: int) -> None:
    """Answers each line with a line of JSON, in order and at once."""
    for line in lines:
        typer.echo(await answer_line(search, line.strip(), limit=limit))


async def answer_line(search: Search, words: str, *, limit: int) -> str:
    """The results of a query as one line of JSON."""
    return json.dumps(as_facts(words, await search.page(None, words, size=limit)), ensure_ascii=False)


def as_facts(words: str, results: SearchResults) -> dict[str, object]:
    """What programs are told of results. A result is one item, in a list of its own: it is all that covers it."""
    return {
        "query": words,
        "interpretation": interpretation(results),
        "total": results.total,
        "total_is_exact": results.exact,
        "results": [
            {
                "score": round(hit.score, 4),
                "snippet": snippet(hit.item.text, results.query, limit=SNIPPET_LIMIT).text,
                "items": [item_facts(hit.item)],
            }
            for hit in results.hits
        ],
    }


def interpretation(results: SearchResults) -> str:
    """How the query was read: "all of: face, recognition", "some of: …", "about arxiv:1810.04805"."""
    query = results.query
    words = ", ".join(" ".join(term.phrases[0]) for term in query.terms if term.phrases)
    parts = [f"{'some' if results.loose else 'all'} of: {words}"] if words else []
    parts += [f"about {paper}" for paper in query.papers] + [f"with the link {link}" for link in query.links]
    return "; ".join(parts) or "nothing to look for"
