"""Front matter: the `key: value` lines between `---` above a Markdown document, read leniently.

Written by hand it is often no valid YAML (unbalanced quotes, colons in titles, tabs), so it is read line by line.
"""

from __future__ import annotations

import re

_FENCED = re.compile(r"\A\s*(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n(?:---|\+\+\+|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"([A-Za-z_][\w-]*)\s*[:=]\s*(.*)")
_QUOTES = "\"'“”‘’"


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The keys (lower case) with their values, and the text below. Without front matter: ({}, text)."""
    match = _FENCED.match(text)
    if match is None:
        return {}, text
    lines = match[2].splitlines()
    pairs = [_PAIR.fullmatch(line.strip()) for line in lines if not line.startswith((" ", "\t"))]
    if not any(pairs):
        return {}, text
    values = {pair[1].lower(): _unquoted(pair[2]) for pair in reversed(pairs) if pair}
    return values, text[match.end() :]


def _unquoted(value: str) -> str:
    """The value without its quotes, also where only one of them is there."""
    value = value.strip()
    if value[:1] in _QUOTES:
        value = value[1:]
        if value[-1:] in _QUOTES:
            value = value[:-1]
    return value.strip()
