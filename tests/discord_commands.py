"""Slash commands of the Discord double: as the bot registers them, and as somebody types them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.discord_world import Attachment, Json

SUB_COMMAND, SUB_COMMAND_GROUP, STRING, ATTACHMENT = 1, 2, 3, 11
ON_MESSAGE = 3


def registered(command: Json, **ids: str) -> Json:
    """A command as Discord keeps it: with ids and defaults, without what says nothing."""
    kept = {
        **ids,
        "type": 1,
        "default_member_permissions": None,
        "dm_permission": True,
        "contexts": None,
        "integration_types": [0],
        "nsfw": False,
        "name_localizations": None,
        "description_localizations": None,
    }
    kept |= {key: value for key, value in command.items() if value is not None and key != "options"}
    kept.setdefault("description", "")
    if command.get("options"):
        kept["options"] = [_kept_option(option) for option in command["options"]]
    return kept


def _kept_option(option: Json) -> Json:
    """Discord drops what is false or empty in an option."""
    kept = {key: value for key, value in option.items() if value not in (None, False, [], {})}
    if "choices" in kept:
        kept["choices"] = [{"name_localizations": None, **choice} for choice in kept["choices"]]
    if "options" in kept:
        kept["options"] = [_kept_option(one) for one in kept["options"]]
    return {"name_localizations": None, "description_localizations": None, **kept}


def without_localizations(value: Any) -> Any:
    """What is kept as it is shown to those who did not ask for all languages."""
    if isinstance(value, dict):
        return {key: without_localizations(part) for key, part in value.items() if not key.endswith("_localizations")}
    return [without_localizations(part) for part in value] if isinstance(value, list) else value


def options_of(commands: Mapping[str, Json], typed: str) -> dict[str, Json]:
    """The options that somebody may fill in of "digest", or of the sub-command "club new", in their order.

    Fails where there is no such command, or one that has sub-commands and is typed without any: clients do not send it.
    """
    name, *path = typed.split()
    assert name in commands, f"/{name} is not registered, but {sorted(commands)}"
    options = _by_name(commands[name])
    for step in path:
        assert step in options, f"/{name} has {sorted(options)}, not {step}"
        assert options[step]["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP), f"{step} of /{name} is no sub-command"
        options = _by_name(options[step])
    nested = [option for option, facts in options.items() if facts["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP)]
    assert not nested, f"/{typed} can only be sent with one of {nested} behind it"
    return options


def check_typed(commands: Mapping[str, Json], typed: str, options: Mapping[str, str | Attachment]) -> None:
    """Fails where Discord's clients would not let somebody send this."""
    known = options_of(commands, typed)
    assert set(options) <= set(known), f"/{typed} has the options {sorted(known)}"
    for name, option in known.items():
        assert name in options or not option.get("required"), f"{name} is required"
        if name in options:
            is_file = isinstance(options[name], Attachment)
            assert is_file == (option["type"] == ATTACHMENT), f"{name} is of type {option['type']}"
        values = [choice["value"] for choice in option.get("choices") or []]
        assert not values or options.get(name, values[0]) in values, f"choose one of {values}"


def sent(commands: Mapping[str, Json], typed: str, options: list[Json], *, unknown_id: str) -> Json:
    """What an interaction says of a command: the options stand inside the sub-command that they belong to."""
    name, *path = typed.split()
    for step in reversed(path):
        kind = SUB_COMMAND if step == path[-1] else SUB_COMMAND_GROUP
        options = [{"name": step, "type": kind, "options": options}]
    return {"id": commands.get(name, {}).get("id", unknown_id), "name": name, "type": 1, "options": options}


def values(options: Mapping[str, str | Attachment]) -> list[Json]:
    """Options as they are sent once they are filled in; of a file its id."""
    return [
        {"name": name, "type": ATTACHMENT, "value": str(value.id)}
        if isinstance(value, Attachment)
        else {"name": name, "type": STRING, "value": value}
        for name, value in options.items()
    ]


def called(command: Json, locale: str) -> str:
    """The name of a command as somebody reads it."""
    return str((command.get("name_localizations") or {}).get(locale, command["name"]))


def _by_name(command: Json) -> dict[str, Json]:
    return {option["name"]: option for option in command.get("options") or []}
