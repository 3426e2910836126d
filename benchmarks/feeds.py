"""Feeds made of made-up pieces: RSS with the whole text, RSS with descriptions only, and Atom, by turns."""

from __future__ import annotations

from email.utils import format_datetime
from xml.sax.saxutils import escape

from benchmarks.texts import LANGUAGES, Piece, html, piece, spelled

ENTRY_BYTES = 2_200

_RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>{title}</title><link>https://blog.example.org/{number}</link>
<description>{title}</description><language>{language}</language>
{entries}
</channel></rss>
"""
_ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">
<id>https://blog.example.org/{number}</id><title>{title}</title><updated>2026-03-02T08:00:00Z</updated>
<link href="https://blog.example.org/{number}"/>
{entries}
</feed>
"""
_ENTRIES = (
    "<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{rfc822}</pubDate>"
    "<dc:creator>{author}</dc:creator><description>{first}</description>"
    "<content:encoded><![CDATA[{html}]]></content:encoded></item>",
    "<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{rfc822}</pubDate>"
    "<description>{escaped_html}</description></item>",
    "<entry><id>{link}</id><title>{title}</title><link href='{link}'/><updated>{iso}</updated>"
    "<author><name>{author}</name></author><content type='html'>{escaped_html}</content></entry>",
)


def feed_word(number: int) -> str:
    """A word that is in every entry of this feed and in no other's."""
    return spelled("wa", number)


def feed(number: int, *, entries: int, entry_bytes: int = ENTRY_BYTES) -> bytes:
    """A feed whose entries are `entry_bytes` each, give or take a sentence's end."""
    form = number % len(_ENTRIES)
    language = LANGUAGES[number // len(_ENTRIES) % len(LANGUAGES)]
    wanted = range(number * entries, (number + 1) * entries)
    body = "\n".join(_entry(one, form, language, feed_word(number), entry_bytes) for one in wanted)
    frame = _ATOM if form == 2 else _RSS
    text = frame.format(number=number, title=f"Notes of {feed_word(number)}", language=language, entries=body)
    return text.encode()


def _entry(number: int, form: int, language: str, word: str, entry_bytes: int) -> str:
    """The longest text that fits: the marking around it depends on what is in it."""
    size = entry_bytes
    while True:
        text = _written(piece(number, size=size, language=language), form, word)
        excess = len(text.encode()) - entry_bytes
        if excess <= 0:
            return text
        size -= excess


def _written(of: Piece, form: int, word: str) -> str:
    body = html(of) + f"\n<p>{word.capitalize()} {of.number}</p>"
    return _ENTRIES[form].format(
        title=escape(of.title),
        link=f"https://blog.example.org/{word}/{of.number}",
        rfc822=format_datetime(of.published_at),
        iso=of.published_at.isoformat(),
        author=word.capitalize(),
        first=escape(of.paragraphs[0][:120]),
        html=body,
        escaped_html=escape(body),
    )
