"""Scheduled events of the Discord double: made, changed, begun, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests import discord_validation as rules
from tests.discord_refusals import (
    EVENT_IS_OVER,
    MISSING_PERMISSIONS,
    UNKNOWN_EVENT,
    UNKNOWN_GUILD,
    Refusal,
    refuse,
    refuse_one,
)
from tests.discord_world import Guild, Json, Rights

if TYPE_CHECKING:
    from tests.discord_server import DiscordServer

SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
NEXT = {SCHEDULED: {SCHEDULED, ACTIVE, CANCELED}, ACTIVE: {ACTIVE, COMPLETED}}
EXTERNAL, GUILD_ONLY = 3, 2
MOST_OPEN = 100
LONGEST_AHEAD = timedelta(days=5 * 365)
MAY = Rights.CREATE_EVENTS | Rights.MANAGE_EVENTS


class Events:
    """The events of all guilds, by id, also those that are over."""

    def __init__(self, server: DiscordServer) -> None:
        self.all: dict[str, Json] = {}
        self._server = server

    def routes(self) -> list[tuple[str, str, Callable[[web.Request, Any], Any]]]:
        events = "/guilds/{guild_id}/scheduled-events"
        return [
            ("GET", events, self._list),
            ("POST", events, self._make),
            ("GET", f"{events}/{{guild_scheduled_event_id}}", lambda request, _body: self._of(request)),
            ("PATCH", f"{events}/{{guild_scheduled_event_id}}", self._change),
            ("DELETE", f"{events}/{{guild_scheduled_event_id}}", self._delete),
        ]

    def delete(self, event_id: str) -> None:
        """Somebody deletes an event."""
        del self.all[event_id]

    def _guild(self, request: web.Request) -> Guild:
        guild = self._server.guilds.get(int(request.match_info["guild_id"]))
        if guild is None:
            raise Refusal(*UNKNOWN_GUILD)
        return guild

    def _of(self, request: web.Request) -> Json:
        guild = self._guild(request)
        event = self.all.get(request.match_info["guild_scheduled_event_id"])
        if event is None or event["guild_id"] != str(guild.id):
            raise Refusal(*UNKNOWN_EVENT)
        return event

    def _list(self, request: web.Request, _body: object) -> list[Json]:
        guild = str(self._guild(request).id)
        return [one for one in self.all.values() if one["guild_id"] == guild and one["status"] in (SCHEDULED, ACTIVE)]

    def _make(self, request: web.Request, body: Json) -> Json:
        guild = self._guild(request)
        self._check_rights()
        event = {
            "id": str(self._server.new_id()),
            "guild_id": str(guild.id),
            "channel_id": None,
            "creator_id": str(self._server.bot.id),
            "status": SCHEDULED,
            "entity_id": None,
            "image": None,
            "description": None,
            "recurrence_rule": None,
            "guild_scheduled_event_exceptions": [],
            **body,
        }
        self._check(event, starts=True)
        if len(self._list(request, None)) >= MOST_OPEN:
            refuse_one((), "GUILD_SCHEDULED_EVENTS_MAX", "Maximum number of uncompleted guild scheduled events reached")
        self.all[event["id"]] = event
        return event

    def _change(self, request: web.Request, body: Json) -> Json:
        event = self._of(request)
        self._check_rights()
        if event["status"] in (COMPLETED, CANCELED):
            raise Refusal(*EVENT_IS_OVER)
        changed = event | body
        if changed["status"] not in NEXT[event["status"]]:
            refuse_one(("status",), "GUILD_SCHEDULED_EVENT_STATUS_INVALID", "Invalid guild scheduled event status")
        moved = _moment(changed["scheduled_start_time"]) != _moment(event["scheduled_start_time"])
        if moved and event["status"] == ACTIVE:
            refuse_one(("scheduled_start_time",), "GUILD_SCHEDULED_EVENT_ACTIVE", "An active event has begun already")
        self._check(changed, starts=moved)
        event.update(changed)
        return event

    def _delete(self, request: web.Request, _body: object) -> None:
        self._check_rights()
        del self.all[self._of(request)["id"]]

    def _check_rights(self) -> None:
        if not self._server.bot_rights & MAY:
            raise Refusal(*MISSING_PERMISSIONS)

    def _check(self, event: Json, *, starts: bool) -> None:
        """`starts`: the start is new."""
        faults = rules.Faults()
        faults.length(("name",), (event.get("name") or "").strip(), 1, 100)
        faults.length(("description",), event.get("description"), 0, 1000)
        place = (event.get("entity_metadata") or {}).get("location") or ""
        faults.length(("entity_metadata", "location"), place.strip(), 1, 100)
        if event["entity_type"] != EXTERNAL or event["privacy_level"] != GUILD_ONLY:
            faults.add(("entity_type",), "BASE_TYPE_CHOICES", "This double knows external events only.")
        begins, ends = _moment(event["scheduled_start_time"]), _moment(event.get("scheduled_end_time"))
        if begins is None or ends is None:
            faults.add(("scheduled_end_time",), "BASE_TYPE_REQUIRED", "This field is required")
        elif starts and not self._server.now < begins < self._server.now + LONGEST_AHEAD:
            faults.add(("scheduled_start_time",), "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", "Cannot schedule event there.")
        elif ends <= begins:
            faults.add(("scheduled_end_time",), "GUILD_SCHEDULED_EVENT_END_BEFORE_START", "It ends before it starts.")
        refuse(faults)


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
