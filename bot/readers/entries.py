"""Entries of feeds, whatever the format, and the documents that they become."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from bot.domain.documents import ParsedDocument
from bot.domain.errors import ReadError
from bot.domain.items import Link, ParsedItem
from bot.domain.links import clean_url, find_urls, is_code
from bot.domain.papers import find_papers, paper_of
from bot.domain.sections import Section, classify
from bot.readers import webpage
from bot.readers.dates import parse_date
from bot.readers.language import detect, normalise
from bot.readers.markup import Fragment, plain_text, read_fragment
from bot.readers.shape import check_shape

MAX_AUTHORS = 100  # of one entry; papers of large collaborations name thousands

# HTML in a field that is declared to be plain text: an end tag, a line break or a character's name gives it away.
_MARKUP = re.compile(
    r"</(?:p|a|b|i|em|strong|div|span|ul|ol|li|h\d|code|sub|sup|blockquote)>|<br\s*/?>|&#?\w{2,8};", re.I
)
_PART = re.compile(r"<h[1-4][\s>]|<p[^<>]*>\s*<(?:strong|b)[\s>]", re.I)
_ARXIV_LABEL = re.compile(
    r"arXiv:\S+\s+Announce Type:\s*\S+\s+(?:Abstract:\s*)?"
)  # https://info.arxiv.org/help/rss.html
_ARXIV_TITLE = re.compile(r"\s*\(arXiv:\S+ \[[\w.-]+\](?: UPDATED)?\)$")  # the same feeds before 2024
_SUFFIX = re.compile(r"(?:jr|sr|ph\.?\s?d|m\.?d|i{2,3}|iv)\.?", re.I)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as its feed has it: nothing is cleaned.

    `title` and `body` are HTML where the flag says so. `links` are further addresses that the entry names for itself.
    Addresses may be relative to `base_url`, those in the body to `body_base`, or else to the entry's own.
    """

    guid: str | None
    url: str | None
    title: str
    body: str
    title_is_html: bool = True
    body_is_html: bool = True
    base_url: str | None = None
    body_base: str | None = None
    date: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


def documents_of(entries: Iterable[Entry], *, language: str | None, now: datetime) -> tuple[ParsedDocument, ...]:
    """One document for each entry, in their order, each with a guid of its own.

    `language` is a hint for entries that do not tell. What stands in the feed twice comes out once; entries that share
    an id, or have none, are told apart by their links and titles.
    """
    section_of = cache(classify)
    documents = [_document(entry, language=language, now=now, section_of=section_of) for entry in entries]
    return tuple(_told_apart(_without_repetitions(documents)))


def _document(
    entry: Entry, *, language: str | None, now: datetime, section_of: Callable[[str], Section | None]
) -> ParsedDocument:
    url = clean_url(entry.url, entry.base_url) if entry.url else None
    base_url = entry.body_base or url or entry.base_url
    fragment = _fragment(entry, base_url)
    title = _title(entry)
    hint = normalise(entry.language) or language
    published_at = parse_date(entry.date, now=now) if entry.date else None
    guid = entry.guid or url or _digest(title, fragment.text)
    parts = _parts(entry, base_url, hint)
    if parts:
        return ParsedDocument(guid, url, title, _most_common(parts) or hint, published_at, parts)
    links = _links(url, title, entry, fragment)
    urls = [link.url for link in links]
    item = ParsedItem(
        title=title,
        text=fragment.text,
        section=_section(url, entry.categories, section_of),
        language=detect(f"{title or ''}\n\n{fragment.text}", hint=hint),
        links=links,
        papers=find_papers(f"{title or ''}\n\n{fragment.text}", urls),
        code=next((address for address in urls if is_code(address)), None),
        images=_images(entry, url, fragment),
        authors=_authors(entry.authors),
        guid=guid,
        url=url,
        published_at=published_at,
    )
    return ParsedDocument(guid, url, title, item.language, published_at, (item,))


def _title(entry: Entry) -> str | None:
    is_html = entry.title_is_html or _MARKUP.search(entry.title)
    title = plain_text(entry.title) if is_html else " ".join(entry.title.split())
    return _ARXIV_TITLE.sub("", title) or None


def _fragment(entry: Entry, base_url: str | None) -> Fragment:
    if entry.body_is_html or _MARKUP.search(entry.body):
        fragment = read_fragment(entry.body, base_url=base_url)
    else:
        fragment = Fragment(_tidy(entry.body))
    return replace(fragment, text=_ARXIV_LABEL.sub("", fragment.text, count=1))


def _tidy(text: str) -> str:
    """Plain text with its own lines, without space at their ends and with single blank lines."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)


def _parts(entry: Entry, base_url: str | None, language: str | None) -> tuple[ParsedItem, ...]:
    """The items of an entry that is a whole issue; () where it is a single piece, or no tree may be built of it."""
    if not entry.body_is_html or len(_PART.findall(entry.body)) < 2:
        return ()
    try:
        check_shape(entry.body)
        return webpage.split_issue(entry.body, base_url=base_url, language=language)
    except ReadError:
        return ()


def _most_common(items: tuple[ParsedItem, ...]) -> str | None:
    languages = Counter(item.language for item in items if item.language)
    return max(languages, key=languages.__getitem__, default=None)


def _links(url: str | None, title: str | None, entry: Entry, fragment: Fragment) -> tuple[Link, ...]:
    """The entry's own link first, then those of its text, then what it names for itself; each address once."""
    found: dict[str, str] = {url: title or ""} if url else {}
    for link in fragment.links:
        found.setdefault(link.url, link.text)
    if "://" in fragment.text or "www." in fragment.text:
        for address in find_urls(fragment.text):
            found.setdefault(address, "")
    for address in _cleaned(entry.links, entry.base_url or url):
        found.setdefault(address, "")
    return tuple(Link(address, text) for address, text in found.items())


def _images(entry: Entry, url: str | None, fragment: Fragment) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_cleaned(entry.images, entry.base_url or url), *fragment.images)))


def _cleaned(addresses: Iterable[str], base_url: str | None) -> Iterator[str]:
    return (url for address in addresses if (url := clean_url(address, base_url)) is not None)


def _section(url: str | None, categories: tuple[str, ...], section_of: Callable[[str], Section | None]) -> Section:
    if url is not None and paper_of(url) is not None:
        return Section.PUBLICATIONS
    classes = (section_of(category) for category in categories)
    return next((section for section in classes if section is not None), Section.OTHER)


def _authors(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each person once: names that share a field are parted, addresses of mail taken out."""
    found: dict[str, None] = {}
    for name in names:
        words = [word for word in plain_text(name).split() if "@" not in word]
        for person in _people(" ".join(words).strip(" ,;()")):
            found[person] = None
    return tuple(found)[:MAX_AUTHORS]


def _people(names: str) -> list[str]:
    """The people in "Ada Lovelace, Alan Turing and Noam Shazeer"; "Lovelace, Ada" and "Acme, Inc." are one."""
    if ";" in names:
        return [name.strip() for name in names.split(";") if name.strip()]
    people: list[str] = []
    for name in filter(None, (part.strip() for part in re.split(r",\s|，|、|,?\s(?:and|&)\s", names))):
        if people and _SUFFIX.fullmatch(name):
            people[-1] += f", {name}"
        else:
            people.append(name)
    full = sum(" " in name or not name.isascii() for name in people)
    return people if full * 2 > len(people) else [names] if names else []


def _digest(title: str | None, text: str) -> str:
    return "sha256:" + hashlib.sha256(f"{title or ''}\n{text}".encode()).hexdigest()[:32]


def _without_repetitions(documents: list[ParsedDocument]) -> list[ParsedDocument]:
    """Documents with the same guid, link and title are versions of one: the latest stays, where the first one stood."""
    latest: dict[tuple[str, str | None, str | None], ParsedDocument] = {}
    for document in documents:
        key = (document.guid, document.url, document.title)
        known = latest.get(key)
        if known is None or _time_of(document) > _time_of(known):
            latest[key] = document
    return list(latest.values())


def _time_of(document: ParsedDocument) -> datetime:
    return document.published_at or datetime.min.replace(tzinfo=UTC)


def _told_apart(documents: list[ParsedDocument]) -> Iterator[ParsedDocument]:
    """All that share a guid get one of their own: were the first to keep it, the next poll might see it at another."""
    guids = Counter(document.guid for document in documents)
    links = Counter((document.guid, document.url) for document in documents)
    for document in documents:
        if guids[document.guid] == 1:
            yield document
            continue
        is_told_by_link = document.url not in (None, document.guid) and links[document.guid, document.url] == 1
        rest = document.url if is_told_by_link else _digest(document.title, document.url or "")
        guid = f"{document.guid} {rest}"
        yield replace(document, guid=guid, items=tuple(_with_guid(document.items, document.guid, guid)))


def _with_guid(items: tuple[ParsedItem, ...], old: str, new: str) -> Iterator[ParsedItem]:
    return (replace(item, guid=new) if item.guid == old else item for item in items)
