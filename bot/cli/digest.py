"""`digest`: the digest of a window, in the form that somebody or something wants it in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

import typer

from bot.cli.facts import item_facts
from bot.cli.output import print_message
from bot.domain.digests import DigestFilter, Period
from bot.domain.errors import UserError
from bot.domain.messages import Message
from bot.domain.selection import Ranked, Selection
from bot.locales import translator
from bot.platforms.discord.render import render as render_discord
from bot.platforms.telegram.render import render as render_telegram
from bot.platforms.web.render import render_page
from bot.services.digest_message import digest_message
from bot.services.digests import DigestPage, Digests
from bot.services.scheduled_digests import ScheduledDigests
from handlers.arguments import read_date, understand


def understood(day: str | None, words: str | None, *, today: date) -> tuple[Period | date, DigestFilter]:
    """What the options ask for. Raises BadParameter for what is no day, or fits nothing behind /digest."""
    if day is not None:
        found = read_date(day, today=today)
        if found is None:
            raise typer.BadParameter(f"“{day}” is no day; a good one is 2026-03-05", param_hint="--date")
        return found, DigestFilter()
    try:
        return understand(words or "", today=today)
    except UserError as error:
        good = "week, yesterday, 2026-03-05, week ethics, today ru"
        wrong = error.values.get("words", words)
        raise typer.BadParameter(f"“{wrong}” is not understood; good ones are {good}", param_hint="--period") from None


async def print_digest(
    digests: Digests, period: Period | date, wanted: DigestFilter, *, form: str, language: str
) -> None:
    """Prints all pages of a digest."""
    say = translator(language)
    pages = await _pages(digests, period, wanted)
    messages = [digest_message(page, say, digests.zone) for page in pages]
    if form == "json":
        typer.echo(_json(pages))
    else:
        _print(messages, form, language)


async def print_subscription(digests: ScheduledDigests, subscription_id: int, at: datetime, form: str) -> None:
    """Prints what a subscription gets, or got, at a moment. Raises UserError where there is no such subscription."""
    found = await digests.again(subscription_id, at)
    if found is None:
        raise UserError("There is no subscription {number}.", number=subscription_id)
    edition, _ = found
    if form == "json":
        typer.echo(_selection(edition.selection))
    else:
        _print([edition.message], form, edition.language)


def _print(messages: Sequence[Message], form: str, language: str) -> None:
    match form:
        case "telegram":
            typer.echo("\n\n".join(part.html for message in messages for part in render_telegram(message)))
        case "discord":
            typer.echo(_discord(messages))
        case "html":
            typer.echo(render_page(messages, title="Paper Round", language=language.replace("_", "-")))
        case _:
            for message in messages:
                print_message(message)
                typer.echo()


async def _pages(digests: Digests, period: Period | date, wanted: DigestFilter) -> list[DigestPage]:
    """All pages of a digest, at least one."""
    window = digests.window(period)
    first = await digests.page(None, window, wanted)
    return [first, *[await digests.page(None, window, wanted, number) for number in range(2, first.pages + 1)]]


def _discord(messages: Sequence[Message]) -> str:
    """The parts as JSON, one Discord message a line."""
    parts = [part for message in messages for part in render_discord(message)]
    facts = [{"content": part.content, "embeds": list(part.embeds)} for part in parts]
    return "\n".join(json.dumps(fact, ensure_ascii=False) for fact in facts)


def _selection(selection: Selection) -> str:
    """One JSON object: the window, the figures, and the stories with what speaks for them."""
    window = selection.window
    return json.dumps(
        {
            "window": {"start": window.start.isoformat(), "end": window.end.isoformat()},
            "read": selection.read,
            "stories_read": selection.stories,
            "fitting": selection.fitting,
            "posted_before": sorted(selection.posted),
            "stories": [_story(one) for one in selection.shown],
        },
        ensure_ascii=False,
    )


def _json(pages: Sequence[DigestPage]) -> str:
    """One JSON object: the window, the stories in the order of the digest, and all that is new in them."""
    window = pages[0].window
    stories = [story for page in pages for story in page.stories]
    items = [item for story in stories for item in story.candidate.fresh_items()]
    return json.dumps(
        {
            "window": {"start": window.start.isoformat(), "end": window.end.isoformat()},
            "total": len(items),
            "items": [item_facts(item) for item in items],
            "stories": [_story(story) for story in stories],
        },
        ensure_ascii=False,
    )


def _story(story: Ranked) -> dict[str, object]:
    """A story with what speaks for it."""
    return {
        "id": story.story_id,
        "section": story.section.value,
        "score": story.score,
        "merits": [{"kind": one.kind.value, "amount": one.amount, "points": one.points} for one in story.merits],
        "items": [item_facts(item) for item in story.candidate.items],
    }
