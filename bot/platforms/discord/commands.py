"""Registering slash commands: only when they are others than Discord knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
import structlog
from discord.http import Route

log = structlog.get_logger(__name__)

# What a command, an option and a choice may say; the rest is what Discord adds.
_SAID = (
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "contexts",
    "integration_types",
    "required",
    "autocomplete",
    "choices",
    "options",
    "value",
)


async def publish(client: discord.Client, wanted: Sequence[dict[str, Any]]) -> bool:
    """Registers the commands everywhere, unless they are registered. Returns whether it had to.

    They have to name contexts and integration types: Discord fills in what is not named.
    Only creating is limited (200 commands a day), but each writing also makes people's menus load anew.
    May be repeated. Raises discord.HTTPException.
    """
    assert client.application_id is not None, "not logged in"
    route = Route("GET", "/applications/{application_id}/commands", application_id=client.application_id)
    known = await client.http.request(route, params={"with_localizations": "true"})
    if _by_name(known) == _by_name(wanted):
        return False
    await client.http.bulk_upsert_global_commands(client.application_id, list(wanted))
    log.info("discord_commands_registered", number=len(wanted))
    return True


def _by_name(commands: Sequence[dict[str, Any]]) -> dict[tuple[int, str], Any]:
    """Commands, by their kind and name, in a form that does not depend on their order, nor on what Discord fills in."""
    return {(command["type"], command["name"]): _essence(command) for command in commands}


def _essence(value: Any) -> Any:
    if isinstance(value, list):
        return [_essence(part) for part in value]
    if not isinstance(value, dict):
        return value
    # In localisations the keys are locales; they have none of ours.
    kept = {key: part for key, part in value.items() if key in _SAID and part not in (None, False, [], {})}
    return {key: part if key.endswith("_localizations") else _essence(part) for key, part in kept.items()}
