"""Feeds: RSS 0.9 to 2.0, RDF and Atom through feedparser, JSON Feed by ourselves.

feedparser's sanitising and its resolving of addresses in HTML are off: only plain text and clean links leave this
package, and they are most of its time.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXException

import feedparser

from bot.domain.documents import DecodedDocument, ParsedSource
from bot.domain.errors import ReadError
from bot.domain.links import clean_url
from bot.domain.sources import SourceKind
from bot.readers import json_feed
from bot.readers.entries import Entry, documents_of
from bot.readers.feed_xml import PreparedXml, SetAside, prepare
from bot.readers.language import normalise
from bot.readers.markup import alternates, plain_text
from bot.readers.tags import without_comments

__all__ = ["alternates", "looks_like_feed", "read"]

Node = dict[str, Any]  # feedparser's, which answers to other names too

MAX_ENTRIES = 5_000  # of one feed, from its top, which is where the new ones are
HEAD = 4_000  # characters in which the first tag of a feed is looked for: servers put warnings before it
_ROOT = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf)[\s>][^<]*<?", re.I)
_INSIDE = re.compile(r"xmlns|<(?:[\w-]+:)?(?:channel|item|entry|title|id)[\s>/]", re.I)
_PAGE = re.compile(r"<!doctype\s+html|<(?:html|head|body)[\s>]", re.I)
_ADDRESS = re.compile(r"https?://\S", re.I)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg)(?:\?|$)", re.I)
_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
_XHTML = "application/xhtml+xml"


def looks_like_feed(text: str, content_type: str | None) -> bool:
    """Whether it is a feed, by what it holds; a content type that says so only makes it be looked for further down."""
    if text[:HEAD].lstrip("\ufeff \t\r\n").startswith("{"):
        return json_feed.VERSION.search(text) is not None
    says_so = content_type is not None and ("rss" in content_type or "atom" in content_type)
    head = without_comments(text[: 16 * HEAD])
    head = head if says_so else head[:HEAD]
    root = _ROOT.search(head)
    if root is None or _PAGE.search(head, 0, root.start()):
        return False
    return _INSIDE.search(head, root.start()) is not None


def read(document: DecodedDocument, *, language: str | None = None, now: datetime) -> ParsedSource:
    """The documents of a feed, one for each entry; an entry that is a whole issue is taken apart into its items.

    `language` is a hint for texts that do not tell. What is damaged is read as far as it goes, and `damage` says why.
    Raises ReadError where the text is no feed (a page's own feeds are offered with it) or must not be parsed.
    """
    if not looks_like_feed(document.text, document.content_type):
        raise _no_feed(document)
    address = document.address if _ADDRESS.match(document.address) else None
    is_json = document.text[:HEAD].lstrip("\ufeff \t\r\n").startswith("{")
    feed = _read_json(document.text, address) if is_json else _read_xml(document.text, address)
    declared = normalise(feed.language)
    faults = feed.faults
    if len(feed.entries) > MAX_ENTRIES:
        faults += (f"of its {len(feed.entries)} entries only the first {MAX_ENTRIES} are read",)
    return ParsedSource(
        kind=SourceKind.FEED,
        title=feed.title,
        language=declared or language,
        documents=documents_of(feed.entries[:MAX_ENTRIES], language=language or declared, now=now),
        damage=_damage(document.damage, faults),
    )


@dataclass(frozen=True, slots=True)
class _Feed:
    """A feed of any format. `faults` are English noun phrases."""

    title: str | None
    language: str | None
    entries: tuple[Entry, ...]
    faults: tuple[str, ...]


def _no_feed(document: DecodedDocument) -> ReadError:
    feeds = alternates(document.text, document.address if _ADDRESS.match(document.address) else None)
    if feeds:
        return ReadError(f"This is a web page and no feed; it names {', '.join(feeds)} as its feeds.", feeds=feeds)
    if _PAGE.search(document.text[:HEAD]):
        return ReadError("This is a web page and no feed, and it names no feed.")
    return ReadError("This is no feed: neither RSS, RDF, Atom nor JSON Feed.")


def _damage(of_text: str | None, faults: tuple[str, ...]) -> str | None:
    sentences = [of_text] if of_text else []
    if faults:
        sentences.append(f"The feed is damaged: {', '.join(faults)}.")
    return " ".join(sentences) or None


def _read_json(text: str, address: str | None) -> _Feed:
    feed = json_feed.read_json(text.lstrip("\ufeff"), base_url=address)
    return _Feed(feed.title, feed.language, feed.entries, (feed.fault,) if feed.fault else ())


def _read_xml(text: str, address: str | None) -> _Feed:
    prepared = prepare(text)
    parsed = _parsed(prepared.markup)
    if not parsed.version and not parsed.entries:
        raise ReadError("This is no feed: neither RSS, RDF, Atom nor JSON Feed.")
    is_atom = parsed.version.startswith("atom")
    reader = _EntryReader(
        prepared.set_aside,
        base_url=_base_url(parsed.feed, address, is_atom=is_atom),
        inherited=_names(parsed.feed) if is_atom else (),
    )
    title, language = _string(parsed.feed, "title"), _string(parsed.feed, "language")
    return _Feed(
        title=plain_text(prepared.set_aside.restore(title)) or None,
        language=language or None,
        entries=tuple(reader.read(entry) for entry in _complete(parsed.entries, prepared)),
        faults=prepared.faults + _faults(parsed),
    )


def _parsed(markup: str) -> Any:
    try:
        return feedparser.parse(io.BytesIO(markup.encode()), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # its handlers of odd elements let whatever they meet through, such as ValueError
        raise ReadError(f"The feed cannot be read: {error}") from error


def _faults(parsed: Any) -> tuple[str, ...]:
    """Why feedparser had to fall back on its lenient parser."""
    if not parsed.get("bozo"):
        return ()
    error = parsed.get("bozo_exception")
    message = error.getMessage() if isinstance(error, SAXException) else str(error)
    return (f"it is not well-formed XML ({message})",)


def _complete(entries: list[Node], prepared: PreparedXml) -> list[Node]:
    """The entries without one that was cut off before anything told it from others: it comes with a later poll."""
    if entries and "the document is cut off" in prepared.faults and not {"id", "link"} & entries[-1].keys():
        return entries[:-1]
    return entries


def _base_url(feed: Node, address: str | None, *, is_atom: bool) -> str | None:
    """What addresses without xml:base are relative to: Atom's to the document (RFC 4287, 2), RSS's to the site."""
    site = clean_url(_string(feed, "link"), address)
    return (address or site) if is_atom else (site or address)


class _EntryReader:
    """Reads feedparser's entries of one feed."""

    def __init__(self, set_aside: SetAside, *, base_url: str | None, inherited: tuple[str, ...]) -> None:
        self._set_aside = set_aside
        self._base_url = base_url
        self._inherited = inherited

    def read(self, entry: Node) -> Entry:
        body, kind, base = self._body(entry)
        title_detail = dict.get(entry, "title_detail") or {}
        images, links = self._enclosed(entry)
        return Entry(
            guid=_string(entry, "id") or None,
            url=_own_link(entry),
            title=self._restored(_string(entry, "title"), title_detail.get("type", "")),
            body=body,
            title_is_html=title_detail.get("type") in _HTML_TYPES,
            body_is_html=kind in _HTML_TYPES,
            base_url=self._base_url,
            body_base=urljoin(self._base_url or "", base) if base else None,
            date=next(filter(None, (_string(entry, key) for key in ("published", "created", "updated"))), None),
            language=title_detail.get("language"),
            authors=tuple(self._set_aside.restore(name) for name in _names(entry) or self._inherited),
            categories=tuple(self._set_aside.restore(category) for category in _categories(entry)),
            links=links,
            images=images,
        )

    def _restored(self, value: str, kind: str) -> str:
        return self._set_aside.restore(value, as_markup=kind == _XHTML)

    def _body(self, entry: Node) -> tuple[str, str, str]:
        """The text, its type and its xml:base: the longest content that is text, else the summary."""
        contents = [each for each in dict.get(entry, "content") or () if _is_text(each.get("type", ""))]
        summary = dict.get(entry, "summary_detail") or {}
        readable = [(self._restored(each.get("value", ""), each.get("type", "")), each) for each in contents]
        body, detail = max(readable, key=lambda pair: len(pair[0]), default=("", summary))
        if not body.strip():
            detail = summary
            body = self._restored(_string(entry, "summary"), summary.get("type", ""))
        return body, detail.get("type", "text/html"), detail.get("base") or ""

    def _enclosed(self, entry: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The addresses of images, and of everything else, that the entry names beside its text."""
        images: dict[str, None] = {}
        links: dict[str, None] = {}
        for media in (*_nodes(entry, "links"), *_nodes(entry, "media_content"), *_nodes(entry, "media_thumbnail")):
            address = _string(media, "href") or _string(media, "url")
            relation = media.get("rel", "enclosure")
            if not address or relation not in ("enclosure", "related", "via"):
                continue
            (images if _is_image(media, address) else links)[address] = None
        images.update(dict.fromkeys(_string(each, "url") for each in _nodes(entry, "media_thumbnail")))
        return tuple(filter(None, images)), tuple(address for address in links if address not in images)


def _own_link(entry: Node) -> str | None:
    """The page of the entry. An id that only claims to be a link (isPermaLink is the default) is none."""
    link = _string(entry, "feedburner_origlink") or _string(entry, "link")
    if entry.get("guidislink") and not _ADDRESS.match(link):
        return None
    return link or None


def _is_text(kind: str) -> bool:
    return kind in _HTML_TYPES or kind.startswith("text/") or kind == ""


def _is_image(media: Node, address: str) -> bool:
    kind = media.get("medium") or media.get("type") or ""
    return kind.startswith("image") or _PICTURE.search(address) is not None


def _names(holder: Node) -> tuple[str, ...]:
    people = _nodes(holder, "authors")
    return tuple(filter(None, (_string(person, "name") for person in people)))


def _categories(entry: Node) -> Iterable[str]:
    for tag in _nodes(entry, "tags"):
        yield from filter(None, (_string(tag, "label"), _string(tag, "term")))


def _nodes(holder: Node, name: str) -> Iterator[Node]:
    """feedparser's own look-up maps names to others, and warns where it does: the plain one does neither."""
    value = dict.get(holder, name)
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _string(holder: Node, name: str) -> str:
    value = dict.get(holder, name)
    return value.strip() if isinstance(value, str) else ""
