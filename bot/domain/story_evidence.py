"""Are two items about the same thing? What speaks for it, and how strongly.

An item's links say what it is about, but not all of them: "BERT" in a sentence about something else is background,
the link on "paper" or on the words of the title is what the item is there for. So every link of an item gets a share
of what the item is about, and two items agree as far as the shares of their common links go. What is in the title, the
names that stay in Latin letters in every language, figures, and the words of a text (or of the original that a
translation keeps) add to it. Nothing here depends on other items, so that the order of arrival does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from hashlib import blake2b
from math import sqrt

from bot.domain.compared_words import compared_words
from bot.domain.folding import fold
from bot.domain.items import Item, ItemKind, Link, ParsedItem
from bot.domain.links import canonical_of_clean, link_key

SAME = 0.5
"""From this strength on two items are taken for the same story."""

MOST_LINKS = 24  # of an item that are looked at; a list of more is about none of them
MOST_IMAGES = 3
SEEN_OF_TEXT = 300  # characters of a text without a title in which names are looked for
MOST_NAMES = 4  # of an item by which others are found
COMPARED_TEXT = 4_000  # characters
SOON = timedelta(days=75)
"""Titles, names and texts are evidence for items that appear so close to each other; translations come late."""


class Reason(StrEnum):
    """What two items may agree in."""

    PAPER = "paper"
    LINK = "link"
    TITLE = "title"
    TEXT = "text"
    NAMES = "names"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why two items are, or are not, the same story: `strength` is 0 to 1, `reasons` the strongest first."""

    strength: float
    reasons: tuple[tuple[Reason, str], ...]

    @property
    def is_enough(self) -> bool:
        return self.strength >= SAME


@dataclass(frozen=True)
class StoryItem:
    """An item as its story is found by. `moment` is when it was published, else when it was first seen."""

    id: int
    source_id: int
    document_id: int
    moment: datetime
    content: ParsedItem

    @cached_property
    def shares(self) -> dict[str, Share]:
        """What of the item each of its links is: key → share. The shares of all links together are 1."""
        return shares_of(self.content)

    @cached_property
    def title_words(self) -> dict[str, float]:
        return _weighted_words(self.content.title or "")

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(_names(f"{self.content.title or ''}\n{self.content.text[:COMPARED_TEXT]}"))

    @cached_property
    def words(self) -> frozenset[str]:
        return _words(self.content.text)

    @cached_property
    def original_words(self) -> frozenset[str]:
        return _words(self.content.original_text or "")

    @cached_property
    def own(self) -> str | None:
        """The page that the item is on itself, where it has one to itself."""
        return _key(self.content.url) if self.content.url else None


@dataclass(frozen=True, slots=True)
class Share:
    """What a link is to an item: its part of what the item is about, and whether it is what the item is there for
    (PRIMARY), or background, whatever other links there are."""

    part: float
    role: float


def traces(item: ParsedItem) -> list[int]:
    """What others on the same thing are found by, as numbers of 64 bits: each kind of evidence has some."""
    firm = [f"link {key}" for key in _link_keys(item)]
    firm += [f"link {paper}" for paper in item.papers]
    firm += [f"image {link_key(image)}" for image in item.images[:MOST_IMAGES]]
    if item.url:
        firm.append(f"link {_key(item.url)}")
    firm += [f"opening {opening}" for text in (item.text, item.original_text or "") if (opening := _opening(text))]
    faint = [f"name {name}" for name in _names(item.title or item.text[:SEEN_OF_TEXT])[:MOST_NAMES]]
    if item.title and len(whole := _plain(item.title)) >= (4 if not whole.isascii() else 10):
        faint.append(f"title {whole}")
    return [*{_number(trace) | 1 for trace in firm}, *{_number(trace) & ~1 for trace in faint}]


def is_faint(trace: int) -> bool:
    """Whether a trace says little as soon as many items have it: a name or a title."""
    return trace & 1 == 0


def compare(one: StoryItem, other: StoryItem) -> Evidence:
    """What speaks for two items being the same story. The order of the two does not matter."""
    if one.document_id == other.document_id:
        return Evidence(0, ())  # an issue tells a story once
    found = [*_by_links(one, other), *_by_images(one, other)]
    if not found and _on_different_papers(one, other):
        return Evidence(0, ())
    if abs(one.moment - other.moment) <= SOON:
        found += [*_by_title(one, other), *_by_text(one, other), *_by_names(one, other)]
    doubt = 1.0
    for strength, _, _ in found:
        doubt *= 1 - strength
    strength = (1 - doubt) * (CONFLICT if _lead_elsewhere(one, other) else 1)
    found.sort(key=lambda reason: -reason[0])
    return Evidence(round(strength, 4), tuple((reason, what) for _, reason, what in found))


_Found = tuple[float, Reason, str]

PRIMARY, NEUTRAL, BACKGROUND, GENERAL = 1.0, 0.5, 0.22, 0.12
HOME = 0.7
CONFLICT = 0.6
SURE = 0.97


def _by_links(one: StoryItem, other: StoryItem) -> list[_Found]:
    shared = [key for key in one.shares if key in other.shares]
    cover = [key for key, at in ((one.own, other), (other.own, one)) if key and key in at.shares]
    if one.own and one.own == other.own:
        return [(SURE, Reason.LINK, one.own)]
    found: list[_Found] = []
    for key in cover:  # one item is the very page that the other one links to
        share = (other if key == one.own else one).shares[key]
        found.append((SURE * sqrt(share.part) * (0.5 + 0.5 * share.role), Reason.LINK, key))
    if shared:
        parts = [sum(item.shares[key].part for key in shared) for item in (one, other)]
        best = max(shared, key=lambda key: (one.shares[key].part * other.shares[key].part, key))
        role = max(sqrt(one.shares[key].role * other.shares[key].role) for key in shared)
        strength = SURE * sqrt(parts[0] * parts[1]) * (0.55 + 0.45 * min(1, role / NEUTRAL))
        found.append((strength, Reason.PAPER if _is_paper(best) else Reason.LINK, best))
    return found


def _by_images(one: StoryItem, other: StoryItem) -> list[_Found]:
    images = {link_key(image) for image in one.content.images} & {link_key(image) for image in other.content.images}
    strength = 0.2 if one.source_id == other.source_id else 0.45  # a source puts its logo everywhere
    return [(strength, Reason.IMAGE, min(images))] if images else []


def _by_title(one: StoryItem, other: StoryItem) -> list[_Found]:
    mine, theirs = one.title_words, other.title_words
    shared = [word for word in mine if word in theirs]
    if not shared:
        return []
    weight = sum(mine[word] for word in shared)
    union = sum(mine.values()) + sum(theirs.values()) - weight
    likeness = weight / union
    # A title of one common word says little, and a source's own heading ("Jobs") comes back every week.
    long_enough = min(1.0, weight / 4)
    usual = 0.4 if one.source_id == other.source_id else 1.0
    return [(0.85 * likeness * likeness * long_enough * usual, Reason.TITLE, " ".join(shared))]


def _by_text(one: StoryItem, other: StoryItem) -> list[_Found]:
    pairs = ((one.words, other.words), (one.original_words, other.words), (one.words, other.original_words))
    best = max((_containment(mine, theirs) for mine, theirs in pairs), default=0.0)
    return [(min(0.95, (best - 0.35) * 2), Reason.TEXT, f"{best:.0%}")] if best > 0.4 else []


def _by_names(one: StoryItem, other: StoryItem) -> list[_Found]:
    shared = one.names & other.names
    if not shared:
        return []
    likeness = len(shared) / sqrt(len(one.names) * len(other.names))
    enough = min(1.0, len(shared) / 4)
    return [(0.4 * likeness * enough, Reason.NAMES, " ".join(sorted(shared)[:6]))]


def _on_different_papers(one: StoryItem, other: StoryItem) -> bool:
    """True where each is there for a paper, and not for the same: two papers often have one title or one method."""
    leads = [_lead(one), _lead(other)]
    return all(lead is not None and _is_paper(lead) for lead in leads) and leads[0] != leads[1]


def _lead_elsewhere(one: StoryItem, other: StoryItem) -> bool:
    """True where each of the two is there for a link that the other one does not even have."""
    return all(
        (lead := _lead(a)) is not None and lead not in b.shares and lead != b.own
        for a, b in ((one, other), (other, one))
    ) or _one_sided(one, other)


def _one_sided(one: StoryItem, other: StoryItem) -> bool:
    """True where an item is there for a link of its own, and what the other one is there for is mere background."""
    for a, b in ((one, other), (other, one)):
        lead, theirs = _lead(a), _lead(b)
        if lead and theirs and lead not in b.shares and lead != b.own:
            share = a.shares.get(theirs)
            if share is None or share.role < NEUTRAL <= a.shares[lead].role:
                return True
    return False


def _lead(item: StoryItem) -> str | None:
    """The link that the item is there for."""
    if not item.shares:
        return None
    return max(item.shares, key=lambda key: item.shares[key].part)


def shares_of(item: ParsedItem | Item) -> dict[str, Share]:
    """What of an item each of its links is: key → share. The shares of all links together are 1."""
    title = set(_weighted_words(item.title or ""))
    roles: dict[str, float] = {}
    for place, link in enumerate(item.links[:MOST_LINKS]):
        key = _key(link.url)
        role = _role(link, key, title)
        roles[key] = max(roles.get(key, 0.0), role * (1.25 if place == 0 else 1.0))
    for paper in item.papers:  # one that the text names without a link
        roles.setdefault(str(paper), NEUTRAL)
    if item.kind is ItemKind.REVIEW and item.papers:
        roles[str(item.papers[0])] = 2 * PRIMARY
    total = sum(roles.values())
    return {key: Share(role / total, min(role, PRIMARY)) for key, role in roles.items()}


def _role(link: Link, key: str, title: set[str]) -> float:
    """How much an item is about one of its links, by the words that carry it."""
    if _GENERAL.search(key):
        return GENERAL
    return _carried(link.text.strip(), title) * (HOME if _is_home(key) else 1)


def _carried(text: str, title: set[str]) -> float:
    if not text or "://" in text or text.startswith("www."):
        return PRIMARY * 0.8
    if _CITATION.search(text):
        return BACKGROUND
    words = set(_weighted_words(text))
    names = set(_names(text))
    if words and title and len(words & title) >= 0.6 * len(words):
        return PRIMARY
    if names and not words & title and len(words) <= 3:
        return BACKGROUND
    if len(words) > 4 or names:
        return NEUTRAL
    return PRIMARY if _POINTER.search(fold(text)) else NEUTRAL * 1.3


_GENERAL = re.compile(
    r"(?:^|\.)wikipedia\.org/|^(?:twitter\.com|github:|linkedin\.com/in|facebook\.com|instagram\.com|t\.me)/?[^/]*$"
    r"|^scholar\.google|^(?:tweet|yt):$"
)
_CITATION = re.compile(r"et al\b|\b(?:19|20)\d\d[a-z]?\)?\W*$")
_POINTER = re.compile(
    r"\b(?:paper|article|here|blog|post|repo|code|tutorial|notebook|link|report|video|thread|release|announce"
    r"|artigo|aqui|codigo|publicac|artic|aqui|ici|papier|lien|hier|artikel|beitrag|qui|burada|makale"
    r"|стать|здесь|тут|код|пост|ссылк|блог|репозитори|подробн|источник|работ)|论文|这里|此处|文章|博客|代码|链接|原文|教程"
    r"|論文|こちら|記事|コード|논문|여기|코드"
)
_NO_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+(?:[-+.'’][^\W_]+)*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-+.][A-Za-z0-9]+)*\+*")
_DISTINCT = re.compile(r"[a-z].*[A-Z]|[A-Z].*[A-Z]|\d")
_OF_THE_FIELD = frozenset(
    (
        *("api", "apis", "arxiv", "aaai", "acl", "cnn", "colab", "covid-19", "cpu", "cvpr", "deepmind", "emnlp", "faq"),
        *("gan", "gans", "github", "google", "gpu", "gpus", "html", "huggingface", "iclr", "icml", "linkedin", "llm"),
        *(
            "llms",
            "lstm",
            "naacl",
            "neurips",
            "nlg",
            "nlp",
            "nlu",
            "openai",
            "pdf",
            "phd",
            "pytorch",
            "rnn",
            "tensorflow",
        ),
        *("tpu", "url", "usa", "youtube"),
    )
)
"""What is in capitals and still names nothing in particular."""


def _names(text: str) -> list[str]:
    """Names that stay as they are in every language: "TinyBERT", "GPT-2", "ZeRO"; first those that come first."""
    found = (match[0] for match in _NAME.finditer(text))
    names = (name.lower().strip("-.") for name in found if len(name) > 2 and _DISTINCT.search(name))
    return [name for name in dict.fromkeys(names) if name not in _OF_THE_FIELD]


def _weighted_words(text: str) -> dict[str, float]:
    names = set(_names(text))
    return {
        word: _weight(word, word in names)
        for word in _WORD.findall(compared_words(text))
        if len(word) > 1 or word.isdigit()
    }


def _weight(word: str, is_name: bool) -> float:
    if is_name or any(char.isdigit() for char in word):
        return 2.0
    if not word.isascii() and len(word) == 2:
        return 0.6  # a pair of characters of a script without spaces: half a word
    return 1.0 if len(word) > 3 else 0.25


def _words(text: str) -> frozenset[str]:
    return frozenset(
        word for word in _WORD.findall(compared_words(text[:COMPARED_TEXT])) if len(word) > 3 or not word.isascii()
    )


def _containment(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shorter text's words that the other has too; nothing for texts too short to tell."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller >= 10 else 0.0


def _link_keys(item: ParsedItem) -> Iterable[str]:
    return dict.fromkeys(key for link in item.links[:MOST_LINKS] if not _GENERAL.search(key := _key(link.url)))


@lru_cache(maxsize=8192)
def _key(url: str) -> str:
    return canonical_of_clean(url)


def _is_home(key: str) -> bool:
    return "/" not in key and ":" not in key


def _is_paper(key: str) -> bool:
    return key.partition(":")[0] in ("arxiv", "doi", "acl", "openreview")


def _plain(text: str) -> str:
    return _NO_WORD.sub("", fold(text))


def _opening(text: str) -> str | None:
    plain = _plain(text[:100])
    return plain[:60] if len(plain) >= 30 else None


def _number(trace: str) -> int:
    return int.from_bytes(blake2b(trace.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)
