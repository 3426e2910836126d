"""`inspect`: how a source is read, without storing anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import typer
from rich.console import Console
from rich.markup import escape

from bot.config import Settings
from bot.domain.documents import ParsedDocument, ParsedSource
from bot.domain.errors import FetchError, ReadError
from bot.domain.items import ParsedItem
from bot.domain.sources import SourceKind
from bot.domain.text import cut, lead
from bot.fetching import inspect_source


async def inspect_all(
    settings: Settings, sources: Sequence[str], *, kind: SourceKind | None, language: str | None, json: bool
) -> bool:
    """Prints how each source is read, and what is wrong with those that are not. True where all were read."""
    console = Console()
    well = True
    for source in sources:
        try:
            parsed = await inspect_source(settings, source, kind=kind, language=language)
        except (FetchError, ReadError) as error:
            well = False
            typer.echo(explained(source, error), err=True)
            continue
        if json:
            typer.echo(as_json(parsed))
        else:
            show(parsed, console)
    return well


def explained(source: str, error: FetchError | ReadError) -> str:
    """What is wrong with a source, and what else may be tried."""
    lines = [str(error) if source in str(error) else f"{source}: {error}"]
    if isinstance(error, ReadError):
        lines += [f"It names this feed: {feed}" for feed in error.feeds]
    return "\n".join(lines)


def as_json(source: ParsedSource) -> str:
    """The JSON object of a source that was read, one line."""
    return json.dumps(
        {
            "source": {
                "kind": source.kind.value,
                "title": source.title,
                "language": source.language,
                "damage": source.damage,
            },
            "documents": [_document(document) for document in source.documents],
        },
        ensure_ascii=False,
    )


def show(source: ParsedSource, console: Console) -> None:
    """Shows a source that was read as an administrator looks at it before adding it."""
    items = [item for document in source.documents for item in document.items]
    console.print(f"[bold]{escape(source.title or 'Without a title')}[/]  ({source.kind.value})", soft_wrap=True)
    facts = [f"language {source.language or 'unknown'}", f"documents {len(source.documents)}", f"items {len(items)}"]
    console.print("  " + ", ".join(facts), highlight=False, soft_wrap=True)
    if source.damage:
        console.print(f"  [yellow]damaged:[/] {escape(source.damage)}", soft_wrap=True)
    for document in source.documents:
        _show_document(document, console)


def _show_document(document: ParsedDocument, console: Console) -> None:
    console.print()
    day = f"{document.published_at:%Y-%m-%d}  " if document.published_at else ""
    console.print(
        f"[bold]{day}{escape(document.title or document.url or document.guid)}[/]", highlight=False, soft_wrap=True
    )
    heading: str | None = None
    for item in document.items:
        if item.heading and item.heading != heading:
            console.print(f"  [cyan]{escape(item.heading)}[/]  → {item.section.value}", highlight=False, soft_wrap=True)
        heading = item.heading
        _show_item(item, console)


def _show_item(item: ParsedItem, console: Console) -> None:
    words = item.title or cut(lead(item.text, item.language, sentences=1, limit=100), 100)
    facts = [item.kind.value, item.language or "?", f"{len(item.links)} links", *map(str, item.papers)]
    console.print(f"    • {escape(words)}  [dim]{escape(', '.join(facts))}[/]", highlight=False, soft_wrap=True)


def _document(document: ParsedDocument) -> dict[str, object]:
    return {
        "url": document.url,
        "title": document.title,
        "published_at": _moment(document.published_at),
        "language": document.language,
        "items": [_item(item, document) for item in document.items],
    }


def _item(item: ParsedItem, document: ParsedDocument) -> dict[str, object]:
    return {
        "title": item.title,
        "section": item.section.value,
        "heading": item.heading,
        "kind": item.kind.value,
        "language": item.language,
        "text": item.text,
        "links": [{"url": link.url, "text": link.text} for link in item.links],
        "papers": [str(paper) for paper in item.papers],
        "code": item.code,
        "images": list(item.images),
        "authors": list(item.authors),
        "original_text": item.original_text,
        "url": item.url,
        "published_at": _moment(item.published_at or document.published_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
