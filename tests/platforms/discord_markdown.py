"""Reads markdown as Discord's client does: an independent witness of what people see.

The rules are those of the client's parser (a simple-markdown with Discord's own additions), first match wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LINK_INSIDE = r"(?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*"
LINK_TARGET = r"\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['\"]([\s\S]*?)['\"])?\s*"

ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
TIME = re.compile(r"<t:(-?\d{1,17})(?::([tTdDfFRsS]))?>")
TAG = re.compile(r"<(?:@[!&]?\d+|#\d+|a?:\w+:\d+|/[^:>]+:\d+|id:\w+)>")
EVERYONE = re.compile(r"@(?:everyone|here)")
SHORTCODE = re.compile(r":[\w+-]+:")
AUTOLINK = re.compile(r"<([^: >]+:/[^ >]+)>")
ADDRESS = re.compile(r"(?:https?|steam)://[^\s<]+[^<.,:;\"'\]\s]")
LINK = re.compile(rf"\[({LINK_INSIDE})\]\({LINK_TARGET}\)")
EM = re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)")
STRONG = re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")
OTHER = (
    re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"),
    re.compile(r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b"),
    re.compile(r"~~((?:\\[\s\S]|[^\\])+?)~~(?!_)"),
    re.compile(r"\|\|([\s\S]+?)\|\|"),
)
CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
LINE_MARK = re.compile(r"\s*(#{1,3}|-#|>>>|>|[*+-]|\d+\.)\s")


@dataclass
class Seen:
    """What is seen: the text, where links lead, whom it names, and which formatting it has."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)


def read(markdown: str) -> Seen:
    seen = Seen()
    lines = []
    for line in markdown.split("\n"):
        mark = LINE_MARK.match(line)
        if mark:
            seen.marks.append(mark[1])
        lines.append(line[mark.end() :] if mark else line)
    seen.text = _inline("\n".join(lines), seen)
    return seen


def _inline(source: str, seen: Seen) -> str:
    out, at = "", 0
    while at < len(source):
        shown, at = _next(source, at, seen)
        out += shown
    return out


def _next(source: str, at: int, seen: Seen) -> tuple[str, int]:
    if match := ESCAPE.match(source, at):
        return match[1], match.end()
    if match := TIME.match(source, at):
        seen.times.append(match[0])
        return match[0], match.end()
    for pattern in (TAG, EVERYONE, SHORTCODE):
        if match := pattern.match(source, at):
            seen.names.append(match[0])
            return match[0], match.end()
    if match := AUTOLINK.match(source, at) or ADDRESS.match(source, at):
        address = match[1] if match.re is AUTOLINK else match[0]
        seen.links.append(address)
        return address, match.end()
    if match := LINK.match(source, at):
        seen.links.append(match[2])
        return _inline(match[1], seen), match.end()
    if match := CODE.match(source, at):
        seen.styles.append("code")
        return match[2], match.end()
    for name, pattern in (("bold", STRONG), ("italic", EM), *(("other", one) for one in OTHER)):
        if match := pattern.match(source, at):
            seen.styles.append(name)
            return _inline(match[1], seen), match.end()
    return source[at], at + 1
