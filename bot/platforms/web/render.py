"""Messages as an HTML page of their own, for mail programs, archives and a look in the browser."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

from bot.domain.messages import (
    Block,
    Heading,
    Image,
    Inline,
    Line,
    ListBlock,
    Mention,
    Message,
    Paragraph,
    Quote,
    Time,
    without_local_times,
)

STYLE = (
    "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}"
    "li{margin:.8rem 0}li div{color:#444}img{max-width:100%}"
)


_SCHEMES = ("http", "https", "mailto")


def render_page(messages: Iterable[Message], *, title: str, language: str) -> str:
    """A whole HTML document with the messages below each other. Buttons are left out: nothing would answer them."""
    body = "\n<hr>\n".join("\n".join(_block(block) for block in message.blocks) for message in messages)
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title><style>{STYLE}</style>'
        "</head>\n"
        f"<body>\n{body}\n</body>\n</html>"
    )


def _block(block: Block) -> str:
    match block:
        case Heading(line, level):
            return f"<h{level}>{_line(line)}</h{level}>"
        case Paragraph(line):
            return f"<p>{_line(line)}</p>"
        case Quote(line):
            return f"<blockquote>{_line(line)}</blockquote>"
        case Image(url, caption):
            return f'<p><img src="{escape(url)}" alt="{escape(caption)}"></p>' if _leads_out(url) else ""
        case ListBlock(entries, start):
            tag, opening = ("ul", "<ul>") if start is None else ("ol", f'<ol start="{start}">')
            return opening + "".join(f"<li>{_entry(entry)}</li>" for entry in entries) + f"</{tag}>"


def _entry(lines: tuple[Line, ...]) -> str:
    first, *rest = lines
    return _line(first) + "".join(f"<div>{_line(line)}</div>" for line in rest)


def _line(line: Line) -> str:
    return "".join(_run(run) for run in without_local_times(line))


def _run(run: Inline) -> str:
    if isinstance(run, Mention):
        return escape(run.name)
    if isinstance(run, Time):
        return f'<time datetime="{run.at.isoformat()}">{escape(run.fallback)}</time>'
    words = escape(run.text)
    for tag, on in (("b", run.bold), ("i", run.italic), ("s", run.strike), ("code", run.code)):
        words = f"<{tag}>{words}</{tag}>" if on else words
    return f'<a href="{escape(run.url)}" rel="noopener">{words}</a>' if run.url and _leads_out(run.url) else words


def _leads_out(url: str) -> bool:
    """Whether an address leads to a place, and does not run as a program ("javascript:")."""
    try:
        return urlsplit(url).scheme in _SCHEMES
    except ValueError:
        return False
