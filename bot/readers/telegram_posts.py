"""Posts of a channel, however they came: what kind each is, and the document that it makes."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.documents import ParsedDocument, ParsedSource
from bot.domain.items import ItemKind, Link, ParsedItem
from bot.domain.links import LinkKind, canonical, clean_url, find_urls, is_code, kind_of
from bot.domain.papers import find_papers
from bot.domain.sections import Section, classify
from bot.domain.sources import SourceKind
from bot.readers.language import detect, detect_document
from bot.readers.telegram_announcements import is_announcement
from bot.readers.telegram_reviews import Review, review_of

LONGEST_TITLE = 200
LONGEST_CAPTION = 400  # beyond it the words are the post and the picture illustrates them


@dataclass(frozen=True, slots=True)
class Post:
    """A post as a channel shows it. `text` is plain with its line ends; `links` those that carry words of their own.

    `number` is the channel's for it, None where it is not known. `pictures`: it shows some, addresses known or not.
    `question`: it is a poll, and its text holds the answers.
    """

    text: str
    number: int | None = None
    published_at: datetime | None = None
    links: tuple[Link, ...] = ()
    images: tuple[str, ...] = ()
    pictures: bool = False
    question: str | None = None


def parsed_channel(
    posts: Sequence[Post], *, title: str | None, channel: str | None, public: bool, hint: str | None
) -> ParsedSource:
    """The channel with one document a post. `channel` names it in ids; `public`: it is its name on t.me as well."""
    language = detect_document([post.text for post in posts], hint=hint)
    guids = _guids([post for post in posts if not is_empty(post)], channel)
    documents = [_document(post, guid, public=public, language=language) for guid, post in guids.items()]
    spoken = Counter(document.language for document in documents if document.language)
    main = spoken.most_common(1)[0][0] if spoken else language
    return ParsedSource(SourceKind.TELEGRAM, title, main, tuple(documents))


def is_empty(post: Post) -> bool:
    """Whether there is nothing in the post that could be shown."""
    return not (post.text.strip() or post.question or post.images)


def _guids(posts: Iterable[Post], channel: str | None) -> dict[str, Post]:
    """The posts by ids that edits do not change: the channel's numbers or, in a dump, which has none, the first lines.

    Another post that begins with the same line is known by all of its text; the same post twice is one.
    """
    known: dict[str, Post] = {}
    for post in posts:
        if channel and post.number is not None:
            known[f"{channel}/{post.number}"] = post
            continue
        whole = post.question or post.text
        guid = _hash(whole.strip().partition("\n")[0])
        if known.setdefault(guid, post).text != post.text:
            known[_hash(whole)] = post
    return known


def _hash(text: str) -> str:
    return "post-" + hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:24]


def _document(post: Post, guid: str, *, public: bool, language: str | None) -> ParsedDocument:
    url = f"https://t.me/{guid}" if public and "/" in guid else None
    item = item_of(post, guid=guid, url=url, hint=language)
    return ParsedDocument(guid, url, item.title, item.language, post.published_at, (item,))


def item_of(post: Post, *, guid: str | None, url: str | None, hint: str | None) -> ParsedItem:
    """The item that a post makes. `hint` is a language for posts too short to tell."""
    links = _links(post)
    review = None if post.question else review_of(post.text, links)
    kind = _kind(post, review, links)
    title, text = (review.title, review.text) if review else _title_and_text(post)
    papers = find_papers(post.text, [*(review.links if review else ()), *(link.url for link in links)])
    return ParsedItem(
        title=title,
        text=text,
        section=_section(kind, post.text, links),
        kind=kind,
        language=detect(f"{title or ''}\n{text}", hint=hint),
        links=links,
        papers=papers,
        code=review.code if review else next((link.url for link in links if is_code(link.url)), None),
        images=post.images,
        authors=review.authors if review else (),
        guid=guid,
        url=url,
        published_at=post.published_at,
    )


def _links(post: Post) -> tuple[Link, ...]:
    """The links of the post in the order of its text, each target once, with the words that carry them."""
    found: dict[str, Link] = {}
    for link in (*post.links, *(Link(url) for url in find_urls(post.text))):
        clean = clean_url(link.url)
        if clean is None:
            continue
        words = "" if clean_url(link.text) == clean else " ".join(link.text.split())
        found.setdefault(canonical(clean), Link(clean, words))
    return tuple(found.values())


def _kind(post: Post, review: Review | None, links: Sequence[Link]) -> ItemKind:
    if post.question:
        return ItemKind.POLL
    if review:
        return ItemKind.REVIEW
    if is_announcement(post.text, [link.url for link in links]):
        return ItemKind.ANNOUNCEMENT
    if post.pictures and len(post.text) <= LONGEST_CAPTION:
        return ItemKind.PHOTO
    return ItemKind.POST


def _title_and_text(post: Post) -> tuple[str | None, str]:
    """The first line as the title and the rest as the text; a line too long for a title stays in the text as well."""
    if post.question:
        return post.question, post.text
    first, _, rest = post.text.strip().partition("\n")
    if len(first) <= LONGEST_TITLE:
        return first.strip() or None, rest.strip()
    return _cut(first), post.text.strip()


def _cut(line: str) -> str:
    """The line up to the end of its first sentence or, where that is long too, of a word."""
    sentence = re.match(rf".{{20,{LONGEST_TITLE}}}?[.!?。！？…](?=\s|$)", line)
    if sentence:
        return sentence[0]
    return re.sub(r"\s+\S*$", "", line[:LONGEST_TITLE]).rstrip(" ,;:–—-") + "…"


def _section(kind: ItemKind, text: str, links: Sequence[Link]) -> Section:
    if kind is ItemKind.REVIEW:
        return Section.PUBLICATIONS
    if kind is ItemKind.ANNOUNCEMENT:
        return Section.UPDATES
    tagged = (classify(tag.replace("_", " ")) for tag in re.findall(r"(?<![\w/&])#(\w+)", text))
    return next((section for section in tagged if section), None) or _section_of_links(kind, links)


def _section_of_links(kind: ItemKind, links: Sequence[Link]) -> Section:
    """A post that points to one thing is about it."""
    if kind is ItemKind.POST and len(links) == 1:
        pointed = kind_of(links[0].url)
        return {LinkKind.PAPER: Section.PUBLICATIONS, LinkKind.CODE: Section.TOOLS_DATASETS}.get(pointed, Section.OTHER)
    return Section.OTHER
