"""Messages that somebody refers to: the addresses that stand in them, in sight or behind words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.links import canonical_of_clean, clean_url, find_urls
from bot.domain.papers import address, find_papers, numbered

LONGEST_REFERRED = 16_000
"""Characters that are looked at of a message; a platform's holds less."""
MOST_LINKS = 200
"""Links behind words that are looked at."""


@dataclass(frozen=True, slots=True)
class ReferredMessage:
    """A message that a command is about. `text` is what is read in it; `links` are the addresses behind its words, its
    cards and its buttons as they were written, perhaps hostile, perhaps none at all."""

    text: str = ""
    links: tuple[str, ...] = ()


def addresses_in(message: ReferredMessage) -> list[str]:
    """The clean addresses in a message, each target once, of papers that are only named by a number those of their
    archives: first what is behind words, then what is in sight."""
    words = message.text[:LONGEST_REFERRED]
    behind = [link for one in message.links[:MOST_LINKS] if (link := clean_url(one)) is not None]
    return _once([*behind, *find_urls(words)], words)


def addresses_typed(words: str) -> list[str]:
    """The same of what somebody typed behind a command, where a paper's bare number is enough."""
    words = words[:LONGEST_REFERRED]
    return _once([url for word in words.split()[:MOST_LINKS] for url in _addresses_of(word)], words)


def _addresses_of(word: str) -> list[str]:
    paper = numbered(word.strip(",;"))
    return [address(paper)] if paper else find_urls(word)


def _once(urls: Iterable[str], words: str) -> list[str]:
    found: dict[str, str] = {}
    for url in urls:
        found.setdefault(canonical_of_clean(url), url)
    for paper in find_papers(words):
        found.setdefault(str(paper), address(paper))
    return list(found.values())
