"""From Markdown to blocks: CommonMark, after mending what the newsletters' own tools forgive."""

from __future__ import annotations

import re
from itertools import count

from markdown_it import MarkdownIt

from bot.readers.blocks import Block
from bot.readers.html_blocks import blocks_of_html

# html: issues hold images, line breaks and comments as HTML. breaks: a title may end where its line ends.
_MARKDOWN = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table")
# Links stay as they were written: what is wrong with them is mended where they are cleaned.
_MARKDOWN.normalizeLink = lambda url: url  # type: ignore[method-assign]
_MARKDOWN.normalizeLinkText = lambda link: link  # type: ignore[method-assign]

_KRAMDOWN_BREAK = re.compile(r"^[ \t]*\\{1,2}[ \t]*$", re.M)
_KRAMDOWN_ATTRIBUTES = re.compile(r"\{:[^}\n]*\}")
_LIQUID = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
_HEADING_WITHOUT_SPACE = re.compile(r"^(#{1,6})(?=[^#\s\d!\[{(<])", re.M)
_INDENTED = re.compile(r"^[ \t]{1,3}(?=\*\*)", re.M)
_EMPHASISED_LINE = re.compile(
    r"^[ \t]*(?P<open>\*{2,4}|_{2,3})[ \t]*(?P<inner>[^*\n]*?\S)[ \t]*(?P<close>\*{0,4}|_{0,3})[ \t]*\\{0,2}[ \t]*$"
)
_LINK_OVER_LINES = re.compile(r"\]\(\s*(<?h?ttps?:(?:[^\s()]|\([^\s()]*\))*)[ \t]*\r?\n[ \t]*([^\s()]+)\s*\)")
_LINK_APART = re.compile(r"(\[[^\]\n]+\])[ \t]+(\((?:h?ttps?://|www\.)[^)\s]+\))")
_LINK_DOUBLED = re.compile(r"\]\(\(+\s*([^()\s]+)\s*\)+\)")
_LINK_WITH_SPACE = re.compile(r"\]\(\s*(h?ttps?://[^\s()<>\"]+)[ \t]+(?![\"'(])[^)\n]*\)")
_BARE_LINK = re.compile(r"(?<![\w(<\"'=\[/\]])(?<!\]\( )(https?://[!#-'*-;=?-Z\\^-z~]+)")
_NOTE_MARK = re.compile(r"\[\^([^\]\s^]{1,60})\](:?)")
_NUMBER = re.compile(r"\d{1,3}")
_DASHES = re.compile(r"^[ ]{0,3}(?:-{3,}|={3,})[ \t]*$")
_SETEXT_LONGEST = 100


def blocks_of_markdown(text: str) -> list[Block]:
    """The blocks of a Markdown document without front matter."""
    return blocks_of_html(_MARKDOWN.render(_mended(text)))


def _mended(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _with_closed_comments(text)
    text = _LIQUID.sub("", _KRAMDOWN_ATTRIBUTES.sub("", text))
    text = _KRAMDOWN_BREAK.sub("", text)
    text = _with_numbered_notes(text)
    text = _with_mended_links(text)
    text = _HEADING_WITHOUT_SPACE.sub(r"\1 ", _INDENTED.sub("", text))
    return "\n".join(_mended_lines(text.split("\n")))


def _with_numbered_notes(text: str) -> str:
    """Footnotes as numbered references; those with names get numbers that no other has."""
    names = dict.fromkeys(mark[1] for mark in _NOTE_MARK.finditer(text))
    free = (number for number in count(1) if str(number) not in names)
    numbers = {name: name if _NUMBER.fullmatch(name) else str(next(free)) for name in names}
    return _NOTE_MARK.sub(lambda mark: f"[{numbers[mark[1]]}]" + (" " if mark[2] else ""), text)


def _with_mended_links(text: str) -> str:
    text = _LINK_OVER_LINES.sub(r"](\1\2)", text)
    text = _LINK_DOUBLED.sub(r"](\1)", text)
    text = _LINK_APART.sub(r"\1\2", text)
    text = _LINK_WITH_SPACE.sub(r"](\1)", text)
    return _BARE_LINK.sub(_bracketed, text)


def _bracketed(match: re.Match[str]) -> str:
    """A bare link in angle brackets, so that underscores in it are no emphasis."""
    link = match[1].rstrip(".,;:!?*'`")
    return f"<{link}>{match[1][len(link) :]}"


def _with_closed_comments(text: str) -> str:
    """A comment that is never closed ends with its paragraph: it must not swallow the rest of the issue."""
    parts = text.split("<!--")
    closed = [parts[0]]
    for part in parts[1:]:
        body = part if "-->" in part else re.sub(r"\n[ \t]*\n|\Z", "\n-->\n\n", part, count=1)
        closed.append(body)
    return "<!--".join(closed)


def _mended_lines(lines: list[str]) -> list[str]:
    mended: list[str] = []
    for place, line in enumerate(lines):
        if _DASHES.match(line) and mended and not _may_be_setext(lines, place):
            mended.append("")  # a rule below a paragraph, which CommonMark would take for a heading
        mended.append(_balanced(line, lines[place + 1] if place + 1 < len(lines) else ""))
    return mended


def _may_be_setext(lines: list[str], place: int) -> bool:
    above = lines[place - 1]
    is_alone = place < 2 or not lines[place - 2].strip()
    return is_alone and 0 < len(above.strip()) <= _SETEXT_LONGEST and not above.rstrip().endswith((".", "。", ")", "*"))


def _balanced(line: str, below: str) -> str:
    """A line that is one emphasised title, with as many asterisks behind it as before it."""
    match = _EMPHASISED_LINE.match(line)
    if match is None:
        return line
    inner = match["inner"].strip()
    is_sound = match["close"] == match["open"] and match["open"] + inner + match["close"] in line
    if not inner or is_sound:
        return line
    if not match["close"] and "**" in below:
        return line  # emphasis that goes on in the next line
    return f"***{inner}***"
