"""Requests checked against the Bot API's machine-readable description, where it is at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

SPEC_FILE = Path(__file__).resolve().parents[2] / "shared" / "specs" / "telegram-bot-api.json"


class BotApi:
    """Methods and types of the Bot API. Made by `bot_api`."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self._methods: Mapping[str, Any] = spec["methods"]
        self._types: Mapping[str, Any] = spec["types"]

    def knows(self, method: str) -> bool:
        return method in self._methods

    def problems(self, method: str, parameters: Mapping[str, str]) -> list[str]:
        """What is wrong with a request: unknown, missing and badly typed parameters, nested ones included."""
        fields = {one["name"]: one for one in self._methods[method].get("fields", ())}
        found = [f'unknown parameter "{name}"' for name in parameters if name not in fields]
        found += [f'parameter "{name}" is required' for name, one in fields.items() if self._missing(one, parameters)]
        for name in parameters.keys() & fields.keys():
            found += self._check(_decoded(parameters[name], fields[name]["types"]), fields[name]["types"], name)
        return found

    def _missing(self, described: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        return described["required"] and described["name"] not in given

    def _check(self, value: Any, types: list[str], path: str) -> list[str]:
        """No problem as soon as one of the types fits; otherwise those of the last one."""
        problems: list[str] = []
        for one in types:
            problems = self._check_one(value, one, path)
            if not problems:
                return []
        return problems

    def _check_one(self, value: Any, kind: str, path: str) -> list[str]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return [f'"{path}" must be an array']
            inner = kind.removeprefix("Array of ")
            return [p for at, one in enumerate(value) for p in self._check_one(one, inner, f"{path}[{at}]")]
        if kind in _PLAIN:
            right = isinstance(value, _PLAIN[kind]) and (kind in {"Boolean", "True"} or not isinstance(value, bool))
            return [] if right else [f'"{path}" must be {kind}']
        return self._check_object(value, kind, path)

    def _check_object(self, value: Any, kind: str, path: str) -> list[str]:
        described = self._types.get(kind)
        if described is None or kind == "InputFile":
            return []
        if not isinstance(value, dict):
            return [f'"{path}" must be {kind}']
        if described.get("subtypes"):
            return self._check(value, described["subtypes"], path)
        fields = {one["name"]: one for one in described.get("fields", ())}
        found = [f'"{path}" has no field "{name}"' for name in value if name not in fields]
        found += [f'"{path}.{name}" is required' for name, one in fields.items() if self._missing(one, value)]
        for name in value.keys() & fields.keys():
            found += self._check(value[name], fields[name]["types"], f"{path}.{name}")
        return found


_PLAIN: dict[str, type | tuple[type, ...]] = {
    "Integer": int,
    "Float": (int, float),
    "String": str,
    "Boolean": bool,
    "True": bool,
}


def _decoded(value: str, types: list[str]) -> Any:
    """A form value as what it stands for: text stays text, everything else is JSON."""
    if "String" in types and not (set(types) - {"String", "InputFile"} and value.lstrip("-").isdigit()):
        return value
    if types == ["Boolean"]:
        return {"true": True, "1": True, "false": False, "0": False}.get(value.lower(), value)
    try:
        return json.loads(value)
    except ValueError:
        return value


@cache
def bot_api() -> BotApi | None:
    """The description, None where the file is not there."""
    return BotApi(json.loads(SPEC_FILE.read_text("utf-8"))) if SPEC_FILE.exists() else None
