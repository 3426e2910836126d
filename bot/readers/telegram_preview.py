"""Public previews of channels: the pages at https://t.me/s/<name>, twenty posts each."""

from __future__ import annotations

import re
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.documents import ParsedSource
from bot.domain.errors import ReadError
from bot.domain.items import Link
from bot.domain.links import clean_url
from bot.readers.dates import parse_date
from bot.readers.html_blocks import parse_html, walk
from bot.readers.telegram_posts import Post, parsed_channel

_POST = ".tgme_widget_message[data-post]"
_TEXT = ".tgme_widget_message_text.js-message_text"
_QUOTED = "tgme_widget_message_reply"  # the post that this one answers, its text in the same class
_PICTURES = ".tgme_widget_message_photo_wrap, .tgme_widget_message_video_thumb, .tgme_widget_message_roundvideo_thumb"
_BACKGROUND = re.compile(r"background-image\s*:\s*url\(\s*['\"]?([^'\")]+)")
_NUMBER = re.compile(r"(?P<channel>[\w+-]+)/(?P<number>\d+)")
_PARAGRAPHS = frozenset(("p", "div", "blockquote", "pre"))


def looks_like_preview(text: str) -> bool:
    """True for pages of t.me about a channel, with posts or without."""
    return "tgme_widget_message" in text or "tgme_channel_info" in text or 'class="tgme_page' in text


def read_preview(html: str, *, now: datetime, language: str | None) -> ParsedSource:
    """The posts of a preview page, oldest first. Raises ReadError where the channel shows none."""
    tree = parse_html(html)
    title = _words(tree, ".tgme_channel_info_header_title") or _meta(tree, "og:title")
    nodes = tree.css(_POST)
    if not nodes and tree.css_first(".tgme_channel_info, .tgme_channel_history") is None:
        raise ReadError(
            f"{_page_name(tree)} shows no posts on the web: it is private, restricted or no channel."
            " Give an export of Telegram Desktop (result.json), or the address of a channel with a public preview."
        )
    found = [(node, _NUMBER.match(node.attributes.get("data-post") or "")) for node in nodes]
    posts = [
        _post(node, int(match["number"]), now=now)
        for node, match in found
        if match and not _has_class(node, "service_message")
    ]
    channel = next((match["channel"] for _, match in found if match), None)
    return parsed_channel(posts, title=title, channel=channel, public=True, hint=language)


def _post(node: LexborNode, number: int, *, now: datetime) -> Post:
    text, links = _text_and_links(node)
    question = node.css_first(".tgme_widget_message_poll_question")
    options = [option.text().strip() for option in node.css(".tgme_widget_message_poll_option_text")]
    images = _images(node)
    time = node.css_first("a.tgme_widget_message_date time[datetime]") or node.css_first("time[datetime]")
    return Post(
        text="\n".join(f"• {option}" for option in options) if question else text,
        number=number,
        published_at=parse_date(time.attributes.get("datetime") or "", now=now) if time else None,
        links=links,
        images=images,
        pictures=bool(images),
        question=" ".join(question.text().split()) if question else None,
    )


def _text_and_links(post: LexborNode) -> tuple[str, tuple[Link, ...]]:
    node = next((node for node in post.css(_TEXT) if not _is_inside(node, _QUOTED, post)), None)
    if node is None:
        return "", ()
    links = [
        Link(clean, anchor.text().strip()) for anchor in node.css("a[href]") if (clean := _target(anchor)) is not None
    ]
    return _plain(node), tuple(links)


def _target(anchor: LexborNode) -> str | None:
    """Where a link leads; searches for a hashtag and mentions of accounts are words of the text."""
    href = anchor.attributes.get("href") or ""
    if href.startswith("?") or anchor.text().startswith(("#", "@")):
        return None
    return clean_url(href, "https://t.me/")


def _plain(node: LexborNode) -> str:
    parts: list[str] = []
    for entering, part in walk(node, skip=lambda _: False):
        if part.tag == "-text":
            if entering:
                parts.append(re.sub(r"\s*\n\s*", " ", part.text_content or ""))
        elif part.tag == "br":
            parts.append("\n" if entering else "")
        elif part.tag in _PARAGRAPHS:
            parts.append("\n")
        elif part.tag == "code":
            parts.append("`")  # as people type it; exports and copies keep it that way
    lines = "".join(parts).replace("\u00a0", " ").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()


def _images(post: LexborNode) -> tuple[str, ...]:
    """The pictures of the post itself: those of an album in order, not emoji, portraits or what a link shows."""
    found = []
    for node in post.css(_PICTURES):
        style = _BACKGROUND.search(node.attributes.get("style") or "")
        image = clean_url(style[1], "https://t.me/") if style else None
        if image and not _is_inside(node, _QUOTED, post) and not _is_inside(node, "link_preview", post):
            found.append(image)
    return tuple(dict.fromkeys(found))


def _is_inside(node: LexborNode, name: str, root: LexborNode) -> bool:
    at = node.parent
    while at is not None and at != root:
        if _has_class(at, name):
            return True
        at = at.parent
    return False


def _has_class(node: LexborNode, name: str) -> bool:
    """True where one of the classes of the node ends in this name."""
    return any(own.endswith(name) for own in (node.attributes.get("class") or "").split())


def _words(tree: LexborHTMLParser, selector: str) -> str | None:
    node = tree.css_first(selector)
    return (" ".join(node.text().split()) or None) if node else None


def _meta(tree: LexborHTMLParser, name: str) -> str | None:
    node = tree.css_first(f'meta[property="{name}"]')
    return node.attributes.get("content") if node else None


def _page_name(tree: LexborHTMLParser) -> str:
    name = re.search(r"@\w+", _meta(tree, "og:title") or _words(tree, ".tgme_page_extra, title") or "")
    return f"The channel {name[0]}" if name else "The channel"
