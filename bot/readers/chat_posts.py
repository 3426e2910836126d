"""Posts as chats push them: taken apart in the same way as those of previews and exports."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.items import Link, ParsedItem
from bot.domain.links import canonical
from bot.domain.posts import LONGEST_POST, MOST_LINKS, ChatPost, Origin
from bot.readers.language import detect_document
from bot.readers.telegram_posts import Post, is_empty, item_of


def read_post(post: ChatPost, language: str | None) -> ParsedItem | None:
    """The item that a post makes, its guid and address still to be given; None where there are no words in it.
    Implements PostReader."""
    text = post.text[:LONGEST_POST].strip()
    plain = Post(text, post.number, post.posted_at, post.links[:MOST_LINKS], pictures=post.pictures)
    if is_empty(plain):
        return None
    item = item_of(plain, guid=None, url=None, hint=detect_document([text], hint=language))
    return replace(item, links=_with_origin(item.links, post.origin))


def _with_origin(links: tuple[Link, ...], origin: Origin | None) -> tuple[Link, ...]:
    """The links of a forwarded post, the original's last: whoever forwards it, it is the same thing."""
    if origin is None or origin.url is None:
        return links
    known = {canonical(link.url) for link in links}
    return links if canonical(origin.url) in known else (*links, Link(origin.url, origin.name))
