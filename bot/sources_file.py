"""The sources file: what an administrator wants read, as TOML (docs/sources.md describes it)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot.domain.errors import SettingsError
from bot.domain.sources import LEAST_WEIGHT, MOST_WEIGHT, USUAL_WEIGHT, SourceKind, SourceSpec

KEYS = {"address", "kind", "title", "language", "interval", "weight"}
SHORTEST_INTERVAL = timedelta(minutes=5)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_INTERVAL = re.compile(r"(\d+)\s*(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def load_sources(path: Path, *, interval: timedelta) -> tuple[SourceSpec, ...]:
    """The sources that a file names; none where there is no file. `interval` is for those that name none.

    Paths in the file are relative to its folder. Raises SettingsError that names the file, the entry and a good value.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    entries = content.pop("source", [])
    if content or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SettingsError(
            f'{path}: write each source as [[source]] and below it address = "https://example.org/feed.xml"'
        )
    specs = tuple(
        _spec(entry, f"{path}, source {number}", path.parent, interval) for number, entry in enumerate(entries, 1)
    )
    addresses = [spec.address for spec in specs]
    for address in addresses:
        if addresses.count(address) > 1:
            raise SettingsError(f"{path}: {address} is named twice")
    return specs


def _spec(entry: Mapping[str, object], where: str, folder: Path, interval: timedelta) -> SourceSpec:
    unknown = entry.keys() - KEYS
    if unknown:
        raise SettingsError(
            f"{where}: {', '.join(sorted(unknown))} is not known; it may hold {', '.join(sorted(KEYS))}"
        )
    texts = {key: _text(value, f"{where}: {key}") for key, value in entry.items() if key != "weight"}
    return SourceSpec(
        address=_address(texts.get("address", ""), where, folder),
        kind=_kind(texts["kind"], where) if "kind" in texts else None,
        title=texts.get("title"),
        language=_language(texts["language"], where) if "language" in texts else None,
        interval=_interval(texts["interval"], where) if "interval" in texts else interval,
        weight=_weight(entry["weight"], where) if "weight" in entry else USUAL_WEIGHT,
    )


def _weight(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not LEAST_WEIGHT <= value <= MOST_WEIGHT:
        raise SettingsError(f"{where}: weight must be a number from 0.1 to 10; good values: weight = 2 or 0.5")
    return float(value)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"{where} must be a text in quotation marks")
    return value.strip()


def _address(value: str, where: str, folder: Path) -> str:
    if not value:
        raise SettingsError(f'{where}: address is missing; a good value: address = "https://example.org/feed.xml"')
    scheme, host = _scheme_and_host(value)
    if scheme in ("http", "https") and host:
        return _one_spelling(value, where)
    if "://" in value:
        raise SettingsError(f"{where}: {value} is neither an http address nor a path")
    return str((folder / value).absolute())


def _one_spelling(value: str, where: str) -> str:
    """The address as any spelling of it comes out: host in small letters, no usual port, no fragment."""
    try:
        return str(httpx.URL(value).copy_with(fragment=None))
    except httpx.InvalidURL as error:
        raise SettingsError(f"{where}: {value} is no address: {error}") from error


def _scheme_and_host(value: str) -> tuple[str, str | None]:
    try:
        parts = urlsplit(value)
    except ValueError:  # "http://[": no address at all
        return "", None
    return parts.scheme, parts.hostname


def _language(value: str, where: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise SettingsError(f'{where}: language must be a language tag; good values: language = "ru", "pt-BR" or "zh"')
    return value


def _kind(value: str, where: str) -> SourceKind:
    kinds = {kind.value: kind for kind in SourceKind if kind is not SourceKind.DISCORD}
    if value not in kinds:
        raise SettingsError(f"{where}: kind must be one of {', '.join(kinds)}, or be left out")
    return kinds[value]


def _interval(value: str, where: str) -> timedelta:
    match = _INTERVAL.fullmatch(value)
    found = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match and len(match[1]) < 6 else timedelta()
    if found < SHORTEST_INTERVAL:
        raise SettingsError(f'{where}: interval must be at least 5m; good values: interval = "30m", "6h" or "1d"')
    return found
