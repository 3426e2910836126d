"""Whether a tree may be built of a page, asked before it is built.

HTML's rules for trees (https://html.spec.whatwg.org/multipage/parsing.html) look through all open elements at many
tags, and copy unclosed formatting into every block that follows. So time and memory grow with the square of hostile
nesting: lexbor takes 164 s for 200,000 open `<div>` (1 MB), 4.8 s for 50,000 attributes of one element, and makes a
million nodes of 14 kB that open 1,000 `<b id=…>` before 1,000 `<p>`.
"""

from __future__ import annotations

import re

from bot.domain.errors import ReadError
from bot.readers.tags import VOID, names

MAX_DEPTH = 400  # open elements; browsers stop at 512, real pages stay below 100
MAX_ATTRIBUTES = 500  # of one element
MAX_FORMATTING = 2_000  # open formatting elements; old pages leave some hundred <a name=…> open
MAX_COPIES = 500_000  # elements that unclosed formatting may be copied into

# Tags as the standard reads them: quotes only count behind an equals sign, and only > ends a tag.
_ATTRIBUTES = r"""(?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>"'][^\s>]*+)?+)?+)*+"""
_TOKEN = re.compile(
    rf"<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^>]*+>?|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>{_ATTRIBUTES})>?",
    re.S,
)
_ATTRIBUTE = re.compile(r"""[^\s/>=]+(?:\s*=\s*(?:"[^"]*"?|'[^']*'?|[^\s>]*))?""")
_RAW = names("script style textarea title xmp iframe noembed noframes")
_FOREIGN = names("svg math")
# Elements whose end tag may be left out: the next one of their kind closes them, so they do not pile up.
_IMPLIED = VOID | names("p li dt dd tr td th thead tbody tfoot colgroup option optgroup rp rt rb rtc html head body")
_FORMATTING = names("a b big code em font i nobr s small strike strong tt u")
_ORDINARY = names("span abbr cite q sub sup label ins del mark time var samp kbd bdi bdo dfn ruby data output")
# An end tag has no effect on elements outside of the innermost of these.
_SCOPES = names("table applet caption marquee object template") | _FOREIGN


def check_shape(markup: str) -> None:
    """Returns where a tree of the markup stays within MAX_DEPTH and the other limits; else raises ReadError."""
    stack: list[str] = []
    formatting = most_formatting = blocks = 0
    position = 0
    while token := _TOKEN.search(markup, position):
        position = token.end()
        name = (token["name"] or "").lower()
        if not name:
            continue
        _check_attributes(token["attributes"])
        is_end = bool(token["end"])
        if name in _RAW and not is_end and not _FOREIGN.intersection(stack):
            position = _end_of_raw_text(markup, name, position)
        elif name in _FORMATTING:
            formatting = max(0, formatting + (-1 if is_end else 1))
            most_formatting = max(most_formatting, formatting)
        elif is_end:
            _close(stack, name)
        else:
            blocks += 1
            if name not in _IMPLIED:
                stack.append(name)
        if len(stack) > MAX_DEPTH:
            raise ReadError(f"The page nests its elements more than {MAX_DEPTH} deep.")
        if formatting > MAX_FORMATTING or most_formatting * blocks > MAX_COPIES:
            raise ReadError("The page leaves too many formatting elements open.")


def _check_attributes(text: str) -> None:
    if len(text) > 2 * MAX_ATTRIBUTES and len(_ATTRIBUTE.findall(text)) > MAX_ATTRIBUTES:
        raise ReadError(f"The page has an element with more than {MAX_ATTRIBUTES} attributes.")


def _end_of_raw_text(markup: str, name: str, position: int) -> int:
    end = re.compile(rf"</{name}(?=[\s/>])", re.I).search(markup, position)
    return end.start() if end else len(markup)


def _close(stack: list[str], name: str) -> None:
    """Takes the element that an end tag closes, and all in it, off the stack; nothing where it closes none."""
    for place in range(len(stack) - 1, -1, -1):
        if stack[place] == name:
            del stack[place:]
            return
        if stack[place] in _SCOPES or (name in _ORDINARY and stack[place] not in _ORDINARY):
            return
