"""Lines as Discord's markdown: whatever a source wrote is shown as text, and only what we mean is formatting.

The rules are those of Discord's client (https://support.discord.com/hc/en-us/articles/210298617): a backslash before
any punctuation shows it as it is.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import accumulate, groupby, takewhile
from urllib.parse import quote, urlsplit

from bot.domain.messages import Inline, Line, Mention, Text, Time, TimeStyle, words_of
from bot.domain.text import graphemes, utf16_length

TIME_STYLES = {TimeStyle.DATE: "D", TimeStyle.DATE_TIME: "f", TimeStyle.RELATIVE: "R"}

# Between two runs that would otherwise fuse their asterisks, tildes or backticks.
SEAM = "\u200b"

# Also what turns the direction of all that follows on the line, our own words too.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
# Discord looks for "](" without regard to backslashes, so no parenthesis may follow a bracket, also not across runs.
_SPECIAL = re.compile(r"[\\*_~|`<\[\]]|:(?=//|[\w+-]+:)|@(?=everyone|here)|(?:\A|(?<=\]))\(")
_LINE_START = re.compile(r"(?m)^([^\S\n]*)([#>+-]|\d+(?=\.))")
_BARE_LINK = re.compile(
    # brackets count where they come in pairs; punctuation at the end is the sentence's
    r"https?://(?:[^\s<>\\`()\[\]]|\([^\s<>\\`()\[\]]*\)|\[[^\s<>\\`()\[\]]*\])+(?<![.,:;!?'\"*_~|”’“»…。，、！？」』])"
)
_LINK_LIKE = re.compile(r"://|^\s*(?:www\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/)", re.I)
# Brackets in pairs, not nested: what Discord lets stand inside the text of a link.
_PAIRED_BRACKETS = re.compile(r"(?:[^\[\]]|\[[^\[\]]*\])*")
_WORD = re.compile(r"\s*\S+\s*")


def escape(value: str) -> str:
    """A text as markdown that shows exactly this text, wherever in a line it stands."""
    return _LINE_START.sub(_escape_start, _SPECIAL.sub(r"\\\g<0>", clean(value)))


def clean(value: str) -> str:
    """A text without what no client shows as text: control characters and halves of surrogate pairs."""
    return _CONTROL.sub("", value.replace("\r\n", "\n"))


def plain(line: Line) -> str:
    """The text of a line, moments as their fallback."""
    return "".join(map(words_of, line))


def markup(line: Line) -> str:
    """A line as markdown. Links and formatting are closed within it."""
    out = ""
    for inline in _merged(line):
        run = _shown(inline)
        fuses = out.endswith(("*", "~", "`")) and run.startswith(out[-1])
        out += (SEAM if fuses else "") + run
    return out


def usable_link(url: str | None) -> str | None:
    """The address as it may stand in a link, None where Discord would not make it one."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return None
    return re.sub(r"[\s()<>\\\"'`\x00-\x1f\x7f\ud800-\udfff]", lambda match: _percent(match[0]), url.strip())


def split(line: Line, limit: int, render: Callable[[Line], str] = markup) -> Iterator[Line]:
    """Cuts a line into lines that are each at most `limit` units long once rendered: between words where there is a
    choice, else between graphemes. A link stays whole where it fits, and is a link in every piece where it does not."""
    pieces = [line] if utf16_length(render(line)) <= limit else list(_words(line))
    while pieces:
        count = _fitting(pieces, limit, render)
        if count == 0:
            pieces[:1] = _halves(pieces[0], limit, render)
            continue
        yield _joined(pieces[:count])
        del pieces[:count]


def _shown(inline: Inline) -> str:
    match inline:
        case Time():
            return _time(inline)
        case Mention(name=name):
            return escape(" ".join(name.split()))
        case Text():
            return _run(inline)


def _time(inline: Time) -> str:
    return f"<t:{int(inline.at.timestamp())}:{TIME_STYLES[inline.style]}>"


# --- runs -----------------------------------------------------------------------------------------------------------


def _run(run: Text) -> str:
    """One run, its spaces outside its formatting: `** a**` is not bold."""
    text = clean(run.text)  # first: what it takes away may be all that stands behind a space
    inner = text.strip()
    if not inner:
        return _linked_without_text(run) or text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return before + _styled(replace(run, text=inner)) + after


def _linked_without_text(run: Text) -> str:
    target = usable_link(run.url)
    return f"<{target}>" if target else ""


def _styled(run: Text) -> str:
    target = usable_link(run.url)
    if target:
        return _link(run, target)
    value = run.text
    if not _is_visible(value):
        return value  # marks around nothing would be shown themselves
    if run.code and not any(mark in value for mark in ("`", "\n", "](")):
        # Asterisks and tildes in code would end the emphasis around it.
        return f"`{value}`" if "*" in value or "~" in value else _emphasised(f"`{value}`", run)
    return _emphasised(_with_bare_links(value), run)


def _link(run: Text, target: str) -> str:
    """`[text](target)`. A text that looks like an address could hide where it leads, and one with odd brackets could
    end the link early: then the address is shown behind the text."""
    shown = " ".join(run.text.split())
    if not _is_visible(shown) or shown in (run.url, target):
        return f"<{target}>"
    if _LINK_LIKE.search(shown) or not _PAIRED_BRACKETS.fullmatch(shown):
        return f"{_emphasised(_with_bare_links(shown), run)} (<{target}>)"
    return f"[{_emphasised(escape(shown), run)}]({target})"


def _emphasised(value: str, run: Text) -> str:
    if run.bold or run.italic:
        # Asterisks of an address would end the emphasis; all others are escaped.
        value = re.sub(r"(?<!\\)\*", "%2A", value)
    if run.strike:
        value = "~~" + re.sub(r"(?<!\\)~", "%7E", value) + "~~"
    if run.italic:
        value = f"*{value}*"
    return f"**{value}**" if run.bold else value


def _with_bare_links(value: str) -> str:
    """An escaped text in which addresses still work: in angle brackets nothing in them is formatting."""
    out, end = [], 0
    for match in _BARE_LINK.finditer(value):
        out += [escape(value[end : match.start()]), f"<{match[0]}>"]
        end = match.end()
    out.append(escape(value[end:]))
    return "".join(out)


def _escape_start(match: re.Match[str]) -> str:
    space, mark = match[1], match[2]
    return f"{space}{mark}\\" if mark[0].isdigit() else f"{space}\\{mark}"


def _percent(char: str) -> str:
    return quote(char, safe="", errors="replace")


def _is_visible(value: str) -> bool:
    return any(unicodedata.category(char)[0] not in "CZ" for char in value)


def _merged(line: Line) -> Iterator[Inline]:
    """The runs of a line, neighbours of one style as one run."""
    for style, runs in groupby(line, key=_style):
        if style is None:
            yield from runs
        else:
            together = [run for run in runs if isinstance(run, Text)]
            yield replace(together[0], text="".join(run.text for run in together))


def _style(inline: Inline) -> tuple[object, ...] | None:
    if not isinstance(inline, Text):
        return None
    return inline.bold, inline.italic, inline.strike, inline.code, inline.url


# --- splitting ------------------------------------------------------------------------------------------------------


def _words(line: Line) -> Iterator[Line]:
    for inline in line:
        if not isinstance(inline, Text) or inline.url:
            yield (inline,)
        else:
            for word in _WORD.findall(inline.text) or [inline.text]:
                yield (replace(inline, text=word),)


def _fitting(pieces: list[Line], limit: int, render: Callable[[Line], str]) -> int:
    """How many pieces from the first on fit into one line."""

    def length(count: int) -> int:
        return utf16_length(render(_joined(pieces[:count])))

    # Markdown is hardly ever shorter than what it shows.
    shown = accumulate(len(plain(piece)) for piece in pieces)
    most = max(1, sum(1 for _ in takewhile(lambda total: total <= limit, shown)))
    if length(most) <= limit:
        return most
    return bisect_right(range(1, most), limit, key=length)


def _halves(piece: Line, limit: int, render: Callable[[Line], str]) -> list[Line]:
    """A piece that does not fit, in smaller pieces."""
    (inline,) = piece
    if not isinstance(inline, Text):
        return [(Text(words_of(inline)),)]
    words = _WORD.findall(inline.text)
    if len(words) > 1:
        return [(replace(inline, text=word),) for word in words]
    if inline.url and utf16_length(render((replace(inline, text="…"),))) > limit:
        # Its address alone is longer than a whole message may be: the text is what can be shown.
        return [(replace(inline, url=None),)]
    if len(inline.text) < 2:
        raise ValueError(f"nothing fits into {limit} characters")
    letters = graphemes(inline.text)
    if len(letters) == 1:
        letters = list(inline.text)  # endless marks on one letter
    middle = len(letters) // 2
    return [(replace(inline, text="".join(half)),) for half in (letters[:middle], letters[middle:])]


def _joined(pieces: Iterable[Line]) -> Line:
    return tuple(inline for piece in pieces for inline in piece)
