"""The tags in a text that is HTML, or is taken for it: one after the other, without a tree."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_ATTRIBUTES = 200  # of one element; the rest is dropped

# A value in quotes may hold < and >. Outside of quotes a tag ends at > or, unclosed, where the next one begins.
# The possessive quantifiers keep it linear: no character is looked at twice.
_ATTRIBUTES = r"""(?:[^<>=]++|=\s*+(?:"[^"]*+"?+|'[^']*+'?+)?+)*+"""
_TAG = re.compile(rf"<(/?)([a-zA-Z][^\s/<>]*+)({_ATTRIBUTES})(>?)")
_UNSEEN = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^<>]*>?", re.S)
_ATTRIBUTE = re.compile(r"""([^\s=/<>"']+)(?:\s*=\s*(?:"([^"]*)|'([^']*)|([^\s"'>]+)))?""")


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SPACED = names(
    "p div section article aside header footer main nav h1 h2 h3 h4 h5 h6 blockquote pre table figure figcaption form "
    "fieldset address hr details summary dl center body html caption"
)
LINES = names("li tr dt dd option thead tbody tfoot legend")
LISTS = names("ul ol menu dir")
CELLS = names("td th")
INLINE = names(
    "a abbr acronym b base bdi bdo big br canvas cite code col colgroup data datalist del dfn em embed font i img input"
    " ins kbd label link area map mark marquee meta meter nobr output param picture progress q rp rt ruby s samp slot"
    " small source span strike strong sub sup time track tt u var wbr math annotation mi mn mo mrow msub msup mfrac"
    " msubsup msqrt mtext mover munder munderover semantics mspace mtable mtr mtd mstyle"
)
VOID = names("area base br col embed hr img input link meta param source track wbr")
_KEEPS_WORD = INLINE - {"br", "img"}  # a tag within a word; all others part words


_RAW = names("script style")  # what follows one that is never closed is not for people
_SKIPPED = _RAW | names("template noscript textarea select button iframe object audio video svg head title")
_KNOWN = SPACED | LINES | LISTS | CELLS | INLINE | _SKIPPED
_SKIPPED_START = re.compile(rf"<({'|'.join(sorted(_SKIPPED))})(?=[\s/>]){_ATTRIBUTES}>", re.I)
_SKIPPED_END = {name: re.compile(rf"</{name}\s*>", re.I) for name in _SKIPPED}


class Tag(NamedTuple):
    """A tag and where it stands. `attributes` as written; `is_closed` False: it was cut off, or its > forgotten."""

    start: int
    end: int
    name: str
    attributes: str
    is_end: bool
    is_closed: bool


def tags(markup: str) -> Iterator[Tag]:
    """The tags, their names in lower case. What only looks like one (`a<b`, `List<String>`) is text."""
    for match in _TAG.finditer(markup):
        slash, name, attributes, closed = match.groups()
        name = name.lower()
        if (closed and name in _KNOWN) or _is_tag(name, attributes, is_closed=bool(closed or slash)):
            yield Tag(*match.span(), name, attributes, slash == "/", closed == ">")


def visible(markup: str) -> str:
    """The markup without comments, declarations, scripts, forms and the like. CDATA counts as what is in it."""
    if "<![CDATA[" in markup:
        markup = markup.replace("<![CDATA[", "").replace("]]>", "")
    return _without_skipped(without_comments(markup))


def without_comments(markup: str) -> str:
    """The markup without comments, declarations and processing instructions."""
    return _UNSEEN.sub("", markup) if "<!" in markup or "<?" in markup else markup


def without_tags(markup: str) -> str:
    """The text between the tags; words that a tag parted stay apart."""
    return _TAG.sub(_text_for, visible(markup))


def attributes_of(tag: Tag) -> dict[str, str]:
    """Names in lower case and decoded values; the first of a name counts, as in browsers."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(tag.attributes):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), html.unescape(value) if "&" in value else value)
        if len(found) >= MAX_ATTRIBUTES:
            break
    return found


def _without_skipped(markup: str) -> str:
    """Without the elements that hold nothing to read. One that is never closed is taken for an empty one."""
    kept: list[str] = []
    position = 0
    never_closed: set[str] = set()
    for start in _SKIPPED_START.finditer(markup):
        name = start[1].lower()
        if start.start() < position or name in never_closed:
            continue
        end = _SKIPPED_END[name].search(markup, start.end())
        if end is None and name not in _RAW:
            never_closed.add(name)
            continue
        kept.append(markup[position : start.start()])
        position = end.end() if end else len(markup)
    return " ".join((*kept, markup[position:]))


def _is_tag(name: str, attributes: str, *, is_closed: bool) -> bool:
    if not is_closed and attributes.strip() and "=" not in attributes:
        return False
    return name in _KNOWN or "-" in name or (":" in name and not attributes.startswith("//"))


def _text_for(match: re.Match[str]) -> str:
    slash, name, attributes, closed = match.groups()
    if not _is_tag(name.lower(), attributes, is_closed=bool(closed or slash)):
        return match[0]
    return "" if name.lower() in _KEEPS_WORD else " "
