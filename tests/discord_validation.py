"""What Discord refuses in a request, apart from who asks and where: by its published description and by its prose.

The description (an OpenAPI file) stands beside the project on some machines; where it does not, only the rules below
are checked. Lengths are counted in UTF-16 units, the strictest of the readings of "characters".
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jsonschema

OPENAPI = Path(__file__).parents[2] / "shared" / "specs" / "discord-openapi.json"

LOCALES = frozenset(
    [
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    ]
)

# What discord.py always sends and Discord takes, though the OpenAPI file does not name it, or wants it as text.
UNDESCRIBED = {
    "ApplicationCommandUpdateRequest": ("nsfw",),
    "RichEmbed": ("flags",),
    "IncomingWebhookUpdateRequestPartial": ("tts",),
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": ("tts",),
    "MessageEditRequestPartial": ("tts",),
    "CreatePrivateChannelRequest": ("recipient_id",),
    "CreateForumThreadRequest": ("type",),
    "BaseCreateMessageCreateRequest": ("tts",),
}
UNDESCRIBED_QUERY = frozenset({"use_nested_fields"})

TYPED, ON_PERSON, ON_MESSAGE = 1, 2, 3
MOST_COMMANDS = {TYPED: 100, ON_PERSON: 5, ON_MESSAGE: 5}
"""By kind; the description of late says fifteen where it long said five."""
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
OPTION_KINDS = frozenset(range(1, 12))
VALUES = OPTION_KINDS - {SUB_COMMAND, SUB_COMMAND_GROUP}
NESTED = {SUB_COMMAND: VALUES, SUB_COMMAND_GROUP: frozenset({SUB_COMMAND})}
"""What may stand in sub-commands, and in groups of them
(https://discord.com/developers/docs/interactions/application-commands#subcommands-and-subcommand-groups)."""

Errors = dict[str, Any]
"""Nested like the request, with `{"_errors": [{"code", "message"}]}` at what is wrong: Discord's own form."""


class Faults:
    """Collects what is wrong with a request, each with its path."""

    def __init__(self) -> None:
        self.found: list[tuple[tuple[str | int, ...], str, str]] = []

    def add(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        self.found.append((path, code, message))

    def length(self, path: tuple[str | int, ...], text: object, low: int, high: int) -> None:
        if text is not None and not (isinstance(text, str) and low <= units(text) <= high):
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")

    def errors(self) -> Errors:
        tree: Errors = {}
        for path, code, message in self.found:
            node = tree
            for step in path:
                node = node.setdefault(str(step), {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        return tree

    def __str__(self) -> str:
        return "; ".join(f"{'.'.join(map(str, path)) or 'request'}: {message}" for path, _, message in self.found)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# --- by the description ---------------------------------------------------------------------------------------------


@functools.cache
def description() -> Mapping[str, Any] | None:
    """Discord's OpenAPI file, made strict: no property that it does not name. None where the file is absent."""
    if not OPENAPI.exists():
        return None
    document: dict[str, Any] = json.loads(OPENAPI.read_text("utf-8"))
    for name, schema in document["components"]["schemas"].items():
        _forbid_unknown(schema)
        for extra in UNDESCRIBED.get(name, ()):
            schema["properties"].setdefault(extra, {})
    # Ids are taken as numbers too, as discord.py sends some.
    document["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
    return document


def _forbid_unknown(schema: object) -> None:
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and "allOf" not in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            _forbid_unknown(part)
    elif isinstance(schema, list):
        for part in schema:
            _forbid_unknown(part)


@functools.cache
def _operation(method: str, path: str) -> tuple[frozenset[str], jsonschema.Draft202012Validator | None] | None:
    """The query parameters and the validator of the body of `POST /channels/{channel_id}/messages`, or the like."""
    document = description()
    wanted = re.sub(r"\{\w+\}", "{}", path)
    if document is None:
        return None
    for template, operations in document["paths"].items():
        if re.sub(r"\{\w+\}", "{}", template) == wanted and method.lower() in operations:
            operation = operations[method.lower()]
            parameters = [*operations.get("parameters", ()), *operation.get("parameters", ())]
            names = frozenset(one["name"] for one in parameters if one.get("in") == "query")
            body = operation.get("requestBody")
            if body is None:
                return names, None
            schema = {**body["content"]["application/json"]["schema"], "components": document["components"]}
            return names, jsonschema.Draft202012Validator(schema)
    raise LookupError(f"Discord has no {method} {path}")


def check_description(method: str, path: str, query: Mapping[str, str], body: object) -> Faults:
    """What the OpenAPI file forbids. `path` is a template such as /channels/{channel_id}/messages."""
    faults = Faults()
    operation = _operation(method, path)
    if operation is None:
        return faults
    names, validator = operation
    for name in set(query) - names - UNDESCRIBED_QUERY:
        faults.add((name,), "UNKNOWN_PARAMETER", "Unknown query parameter.")
    if validator is not None:
        for error in validator.iter_errors(body):
            best = jsonschema.exceptions.best_match([error])
            faults.add(tuple(best.absolute_path), "BASE_TYPE_INVALID", best.message[:200])
    return faults


# --- by the prose ---------------------------------------------------------------------------------------------------


def check_message(body: Mapping[str, Any], *, limit: int = 2000) -> Faults:
    """Lengths, counts and components of a message as it will stand."""
    faults = Faults()
    faults.length(("content",), body.get("content"), 0, limit)
    embeds = body.get("embeds") or []
    if len(embeds) > 10:
        faults.add(("embeds",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    for index, embed in enumerate(embeds):
        _check_embed(faults, ("embeds", index), embed)
    if sum(embed_size(embed) for embed in embeds) > 6000:
        faults.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000.")
    check_components(faults, body.get("components") or [])
    return faults


def is_empty(body: Mapping[str, Any]) -> bool:
    return not (
        (body.get("content") or "").strip()
        or any(embed_size(embed) or embed.get("image") for embed in body.get("embeds") or [])
        or body.get("attachments")
        or body.get("poll")
        or body.get("sticker_ids")
    )


def embed_size(embed: Mapping[str, Any]) -> int:
    """The characters that count against the 6000 of a message: after trimming, as Discord does."""
    return sum(units(text.strip()) for text in _embed_texts(embed))


def _embed_texts(embed: Mapping[str, Any]) -> Iterator[str]:
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    yield (embed.get("footer") or {}).get("text") or ""
    yield (embed.get("author") or {}).get("name") or ""
    for one in embed.get("fields") or []:
        yield one.get("name") or ""
        yield one.get("value") or ""


def _check_embed(faults: Faults, path: tuple[str | int, ...], embed: Mapping[str, Any]) -> None:
    faults.length((*path, "title"), embed.get("title"), 0, 256)
    faults.length((*path, "description"), embed.get("description"), 0, 4096)
    faults.length((*path, "footer", "text"), (embed.get("footer") or {}).get("text"), 0, 2048)
    faults.length((*path, "author", "name"), (embed.get("author") or {}).get("name"), 0, 256)
    fields = embed.get("fields") or []
    if len(fields) > 25:
        faults.add((*path, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, one in enumerate(fields):
        faults.length((*path, "fields", index, "name"), (one.get("name") or "").strip(), 1, 256)
        faults.length((*path, "fields", index, "value"), (one.get("value") or "").strip(), 1, 1024)
    for key, url in (("url", embed.get("url")), ("image", (embed.get("image") or {}).get("url"))):
        if url is not None and not re.match(r"(?:https?|attachment)://[^\s]+$", url):
            faults.add((*path, key), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https').")
    if not embed_size(embed) and not embed.get("image") and not embed.get("thumbnail"):
        faults.add((*path, "description"), "BASE_TYPE_REQUIRED", "This field is required")


def check_components(faults: Faults, rows: Sequence[Mapping[str, Any]]) -> None:
    """Action rows of buttons and selects (not "components v2")."""
    if len(rows) > 5:
        faults.add(("components",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    seen: set[str] = set()
    for number, row in enumerate(rows):
        path = ("components", number, "components")
        children = row.get("components") or []
        selects = [child for child in children if child.get("type") != 2]
        if row.get("type") != 1 or not 1 <= len(children) <= (1 if selects else 5):
            faults.add(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A row holds 1 to 5 buttons or one select.")
        for index, child in enumerate(children):
            _check_component(faults, (*path, index), child, seen)


def _check_component(faults: Faults, path: tuple[str | int, ...], child: Mapping[str, Any], seen: set[str]) -> None:
    custom_id, url = child.get("custom_id"), child.get("url")
    is_link = child.get("type") == 2 and child.get("style") == 5
    if is_link == (custom_id is not None) or is_link != (url is not None):
        faults.add(path, "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id, or for a link its url, and not both.")
    if url is not None and (not re.match(r"(?:https?|discord)://[^\s]+$", url) or units(url) > 512):
        faults.add((*path, "url"), "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    if custom_id is not None:
        faults.length((*path, "custom_id"), custom_id, 1, 100)
        if custom_id in seen:
            faults.add(
                (*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
            )
        seen.add(custom_id)
    if child.get("type") == 2:
        faults.length((*path, "label"), child.get("label"), 0, 80)
        if not (child.get("label") or "").strip() and not child.get("emoji"):
            faults.add((*path, "label"), "BUTTON_COMPONENT_LABEL_REQUIRED", "A button must have a label or emoji")
    if child.get("type") == 3:
        _check_select(faults, path, child)


def _check_select(faults: Faults, path: tuple[str | int, ...], select: Mapping[str, Any]) -> None:
    options = select.get("options") or []
    if not 1 <= len(options) <= 25:
        faults.add((*path, "options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    faults.length((*path, "placeholder"), select.get("placeholder"), 0, 150)
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= least <= 25 or not max(least, 1) <= most <= min(25, len(options)):
        faults.add((*path, "max_values"), "BASE_TYPE_BAD_LENGTH", "So many cannot be chosen of these options.")
    chosen = sum(bool(option.get("default")) for option in options)
    if chosen > most:
        faults.add((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULTS", "More defaults than can be chosen.")
    values = [option.get("value") for option in options]
    if len(set(values)) != len(values):
        faults.add((*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The values must be unique.")
    for index, option in enumerate(options):
        for key in ("label", "value"):
            faults.length((*path, "options", index, key), option.get(key) or "", 1, 100)
        faults.length((*path, "options", index, "description"), option.get("description"), 0, 100)


def check_modal(data: Mapping[str, Any]) -> Faults:
    """A modal: its title, and one to five text inputs, each in a row of its own or in a label."""
    faults = Faults()
    faults.length(("data", "title"), data.get("title") or "", 1, 45)
    faults.length(("data", "custom_id"), data.get("custom_id") or "", 1, 100)
    components = data.get("components") or []
    if not 1 <= len(components) <= 5:
        faults.add(("data", "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    seen: set[str] = set()
    for number, component in enumerate(components):
        _check_field(faults, ("data", "components", number), component, seen)
    return faults


def _check_field(faults: Faults, path: tuple[str | int, ...], component: Mapping[str, Any], seen: set[str]) -> None:
    inputs = [component["component"]] if component.get("type") == 18 else component.get("components") or []
    if component.get("type") not in (1, 18) or len(inputs) != 1 or inputs[0].get("type") != 4:
        faults.add(path, "COMPONENT_TYPE_INVALID", "A modal holds one text input a row or label.")
        return
    (field,) = inputs
    labelled, where = (component, path) if component.get("type") == 18 else (field, (*path, "components", 0))
    faults.length((*where, "label"), labelled.get("label") or "", 1, 45)
    faults.length((*where, "description"), labelled.get("description"), 0, 100)
    faults.length((*path, "custom_id"), field.get("custom_id") or "", 1, 100)
    faults.length((*path, "placeholder"), field.get("placeholder"), 0, 100)
    longest = field.get("max_length", 4000)
    if not 1 <= longest <= 4000 or not 0 <= field.get("min_length", 0) <= longest:
        faults.add((*path, "max_length"), "NUMBER_TYPE_MAX", "int value should be between 1 and 4000.")
    faults.length((*path, "value"), field.get("value"), 0, longest)
    if field.get("custom_id") in seen:
        faults.add((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    seen.add(field.get("custom_id") or "")


def check_choices(choices: Sequence[Mapping[str, Any]], path: tuple[str | int, ...] = ("choices",)) -> Faults:
    """Choices of an option, or those offered while somebody types."""
    faults = Faults()
    if len(choices) > 25:
        faults.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, choice in enumerate(choices):
        faults.length((*path, index, "name"), choice.get("name") or "", 1, 100)
        if isinstance(choice.get("value"), str):
            faults.length((*path, index, "value"), choice["value"], 1, 100)
        _check_localised(faults, (*path, index, "name"), choice, "name", 100)
    return faults


def check_commands(commands: Sequence[Mapping[str, Any]]) -> Faults:
    """All global commands of an application: typed ones, and those that are applied to people and messages."""
    faults = Faults()
    names = [(command.get("type", TYPED), command.get("name")) for command in commands]
    for kind, most in MOST_COMMANDS.items():
        if sum(one == kind for one, _ in names) > most:
            faults.add(
                (), "APPLICATION_COMMANDS_TOO_MANY", f"An application has at most {most} commands of type {kind}."
            )
    for index, command in enumerate(commands):
        path: tuple[str | int, ...] = (index,)
        if names.count(names[index]) > 1:
            faults.add((*path, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Command names must be unique")
        if names[index][0] != TYPED:
            _check_applied(faults, path, command)
            continue
        _check_named(faults, path, command)
        _check_options(faults, path, command.get("options") or [], holds=OPTION_KINDS)
        if _weight(command) > 8000:
            faults.add(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
    return faults


def _check_applied(faults: Faults, path: tuple[str | int, ...], command: Mapping[str, Any]) -> None:
    """A command that is applied to a person or a message: called as one likes, and nothing more
    (https://discord.com/developers/docs/interactions/application-commands#user-commands)."""
    faults.length((*path, "name"), str(command.get("name") or "").strip(), 1, 32)
    _check_localised(faults, path, command, "name", 32)
    if command.get("description") or command.get("description_localizations"):
        faults.add((*path, "description"), "APPLICATION_COMMANDS_CONTEXT_MENU_DESCRIPTION", "It has no description.")
    if command.get("options"):
        faults.add((*path, "options"), "APPLICATION_COMMANDS_CONTEXT_MENU_OPTIONS", "It has no options.")


def _check_options(
    faults: Faults, path: tuple[str | int, ...], options: Sequence[Mapping[str, Any]], *, holds: Collection[int]
) -> None:
    """Options of a command, a group of sub-commands or a sub-command; `holds` are the kinds that may be there."""
    kinds = {int(option.get("type") or 0) for option in options}
    if kinds - set(holds) or (kinds & NESTED.keys() and kinds - NESTED.keys()):
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        faults.add((*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    if len(options) > 25:
        faults.add((*path, "options"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    optional_seen = False
    names = [option.get("name") for option in options]
    _check_distinct(faults, path, options)
    for index, option in enumerate(options):
        here = (*path, "options", index)
        _check_named(faults, here, option)
        if names.count(option.get("name")) > 1:
            faults.add((*here, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option name is duplicated")
        if option.get("required") and optional_seen:
            faults.add(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed first.")
        optional_seen = optional_seen or not option.get("required")
        choices = option.get("choices") or []
        if choices and option.get("autocomplete"):
            faults.add(here, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "Choices or autocomplete, not both.")
        faults.found += check_choices(choices, (*here, "choices")).found
        if option.get("type") in NESTED:
            _check_options(faults, here, option.get("options") or [], holds=NESTED[option["type"]])
        elif option.get("options"):
            faults.add((*here, "options"), "BASE_TYPE_UNKNOWN_KEY", "Only sub-commands have options of their own.")


def _check_distinct(faults: Faults, path: tuple[str | int, ...], options: Sequence[Mapping[str, Any]]) -> None:
    """Within each language, options are told from each other by their names."""
    for locale in {locale for option in options for locale in option.get("name_localizations") or {}}:
        shown = [(option.get("name_localizations") or {}).get(locale, option.get("name")) for option in options]
        if len(set(shown)) != len(shown):
            faults.add((*path, "options"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", f"Duplicated in {locale}.")


def _check_named(faults: Faults, path: tuple[str | int, ...], value: Mapping[str, Any]) -> None:
    if not is_command_name(value.get("name")):
        faults.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    faults.length((*path, "description"), value.get("description") or "", 1, 100)
    _check_localised(faults, path, value, "name", 32)
    _check_localised(faults, path, value, "description", 100)
    for locale, name in (value.get("name_localizations") or {}).items():
        if not is_command_name(name):
            faults.add((*path, "name_localizations", locale), "APPLICATION_COMMAND_INVALID_NAME", "Name is invalid")


def _check_localised(
    faults: Faults, path: tuple[str | int, ...], value: Mapping[str, Any], key: str, limit: int
) -> None:
    for locale, text in (value.get(f"{key}_localizations") or {}).items():
        here = (*path, f"{key}_localizations", locale)
        if locale not in LOCALES:
            faults.add(here, "BASE_TYPE_CHOICES", "Not a locale that Discord has.")
        faults.length(here, text, 1, limit)


def is_command_name(name: object) -> bool:
    """Discord's `^[-_'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,32}$`, in lower case where there is one."""
    return (
        isinstance(name, str)
        and 1 <= units(name) <= 32
        and name == name.lower()
        and all(
            char in "-_'"
            or unicodedata.category(char)[0] in "LN"
            or unicodedata.name(char, "").startswith(("DEVA", "THAI"))
            for char in name
        )
    )


def _weight(command: Mapping[str, Any]) -> int:
    """The length of names, descriptions and values together, the longest localisation of each counting."""
    total = 0
    for key in ("name", "description"):
        local = (command.get(f"{key}_localizations") or {}).values()
        total += max(units(text) for text in (command.get(key) or "", *local))
    if isinstance(command.get("value"), str):
        total += units(command["value"])
    return total + sum(_weight(part) for key in ("options", "choices") for part in command.get(key) or [])
