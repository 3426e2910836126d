"""`deliveries`: what is in the outbox."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.domain.deliveries import DeliveryPart, PartState
from bot.domain.errors import UserError
from bot.services.deliveries import Deliveries
from storage.deliveries import OutboxEntry


async def print_outbox(
    deliveries: Deliveries, *, state: PartState | None, destination: str | None, since: str | None, as_json: bool
) -> None:
    """Prints deliveries, newest first, as a table or as a JSON list. Raises UserError for a `since` that is no date."""
    moment = _moment(since) if since else None
    entries = await deliveries.outbox(state=state, destination=destination, since=moment)
    if as_json:
        typer.echo(json.dumps([_facts(entry) for entry in entries], ensure_ascii=False, indent=2))
    else:
        _show(entries)


def _moment(typed: str) -> datetime:
    """A date or a time in ISO form; without a zone it is meant in UTC."""
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise UserError("{typed} is no date such as 2026-03-05 or 2026-03-05T09:00", typed=typed) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _facts(entry: OutboxEntry) -> dict[str, object]:
    """What programs are told of a delivery: everything but what it says."""
    delivery = entry.delivery
    place = delivery.destination
    return {
        "id": delivery.id,
        "key": delivery.key,
        "kind": delivery.kind.value,
        "destination": {
            "id": place.id,
            "platform": place.platform,
            "chat": place.chat_id,
            "thread": place.thread_id,
            "title": place.title,
            "paused": place.paused_reason,
        },
        "created_at": entry.created_at.isoformat(),
        "not_before": delivery.not_before.isoformat(),
        "expires_at": _iso(delivery.expires_at),
        "due_at": _iso(entry.due_at),
        "unknown_policy": delivery.unknown_policy.value,
        "parts": [_part_facts(part) for part in delivery.parts],
    }


def _part_facts(part: DeliveryPart) -> dict[str, object]:
    return {
        "number": part.number,
        "state": part.state.value,
        "attempts": part.attempts,
        "doubts": part.doubts,
        "error": part.error,
        "message_id": part.message_id,
        "attempted_at": _iso(part.attempted_at),
        "sent_at": _iso(part.sent_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _show(entries: Sequence[OutboxEntry]) -> None:
    table = Table("id", "destination", "what", "parts", "stored", "due", "what went wrong")
    for entry in entries:
        delivery = entry.delivery
        place = delivery.destination
        counts = Counter(part.state.value for part in delivery.parts)
        wrong = place.paused_reason or next((part.error for part in delivery.parts if part.error), "")
        table.add_row(
            str(delivery.id),
            escape(f"{place.platform} {place.title or place.chat_id}"),
            delivery.kind.value,
            ", ".join(f"{number} {state}" for state, number in counts.items()),
            f"{entry.created_at:%Y-%m-%d %H:%M}",
            f"{entry.due_at:%Y-%m-%d %H:%M}" if entry.due_at else "",
            escape(wrong),
        )
    console = Console()
    console.print(table if entries else "Nothing in the outbox.")
