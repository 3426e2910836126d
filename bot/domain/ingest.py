"""Ingest: what a fetch of a source means for what is already known of it.

Sources are careless about identity: entries without an id, one id for several entries, ids that change, titles and
texts that are edited in place, counters that make every fetch look new. `plan_changes` pairs what was read with what
is known, by the strongest evidence first, and decides what is new, what was edited and what is gone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial
from hashlib import blake2b
from itertools import chain
from operator import attrgetter
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.domain.compared_words import compared_words
from bot.domain.documents import ParsedDocument, ParsedSource
from bot.domain.folding import fold
from bot.domain.items import ItemKind, ParsedItem
from bot.domain.links import link_key
from bot.domain.text import is_text
from bot.domain.text import storable as storable_text

FREE_EDITS = 3  # an item may be edited so often before anybody asks how restless it is
LONGEST_QUIET = timedelta(days=1)
FIRST_QUIET = timedelta(hours=1)

_K = TypeVar("_K")

# The guid is the key, and the words follow from the rest.
_CONTENT = attrgetter(*(field.name for field in fields(ParsedItem) if field.compare and field.name != "guid"))
_COMPARED = 5_000  # characters; enough to tell whether two texts are versions of one
_SUFFIX = re.compile(r"~[0-9a-f]{8}(?:-\d+)?$")
_NO_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
_ADDRESS = re.compile(r"https?://\S+")
_SESSION_IN_PATH = re.compile(r";jsessionid=[^?#/]*", re.I)
# Parameters of sessions, signatures and caches. None that selects content (id, page, v, lang, …).
_VOLATILE = re.compile(
    r"utm_\w+|(?:access_?|auth_?|csrf_?)?token|(?:php|asp|j)?sess(?:ion)?_?(?:id)?|sid|sig|signature|x-amz-\w[\w-]*"
    r"|expires?|nonce|ts|timestamp|time|rnd|rand|random|cb|_|cache_?(?:bust(?:er)?)?|hmac|ref|fbclid|gclid",
    re.I,
)
# What counters count, as blogs and channels write it beside the number.
_COUNTED = (
    r"views?|reads?|readers?|comments?|repl(?:y|ies)|likes?|shares?|claps?|votes?|points?|stars?|downloads?|subscribers?"
    r"|members?|followers?|reactions?|seconds? ago|minutes? ago|hours? ago|days? ago"
    r"|просмотр\w*|коммента\w*|лайк\w*|репост\w*|подписчик\w*|(?:секунд|минут|час|дн|день)\w* назад"
    r"|visualiza\w*|coment[áa]ri\w*|curtidas?|comentarios?|vistas?|me gusta|lecturas?"
    r"|vues?|commentaires?|j.aime|abonnés?|aufrufe|kommentare?"
    r"|görüntülenme|yorum\w*|beğeni\w*|مشاهد\w+|تعليق\w*"
)
_NUMBER = r"\d[\d.,\u00a0\u202f]*(?:\s?(?:k|m|тыс\.?|mil|万))?"
_COUNTER = re.compile(
    rf"{_NUMBER}\s*(?:{_COUNTED})\b|\b(?:{_COUNTED})\s*[:：(]\s*{_NUMBER}\)?"
    rf"|\b(?:read|viewed|seen|shared) (?:by )?{_NUMBER} (?:times|people)"
    rf"|(?:阅读|浏览|评论|点赞|播放|收藏|观看)(?:量|数)?\s*[:：(（]?\s*{_NUMBER}|{_NUMBER}\s*(?:次?阅读|次?浏览|条?评论|个?赞|次播放)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item as stored: its content as it was read, and how often it was edited, and when last."""

    id: int
    guid: str
    position: int
    content: ParsedItem
    edits: int = 0
    edited_at: datetime | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document as stored, with its items, also those that are withdrawn."""

    id: int
    guid: str
    address_key: str | None
    url: str | None
    title: str | None
    language: str | None
    published_at: datetime | None
    items: tuple[KnownItem, ...]


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to be stored; `guid` is unique within the source."""

    guid: str
    position: int
    content: ParsedItem


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item whose content or place has changed, or that is back. `edits` is the number to be stored."""

    id: int
    position: int
    content: ParsedItem
    edits: int


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """What to do about one document: `id` None is a new one. `moved` are (item, position) of those that are otherwise
    the same."""

    id: int | None
    guid: str
    address_key: str | None
    document: ParsedDocument
    facts_changed: bool
    added: tuple[NewItem, ...] = ()
    changed: tuple[ItemChange, ...] = ()
    moved: tuple[tuple[int, int], ...] = ()
    withdrawn: tuple[int, ...] = ()
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class IngestPlan:
    """What to do about a fetch. `deferred` edits are left for a later one, because their items change all the time."""

    documents: tuple[DocumentPlan, ...]
    deferred: int = 0

    @property
    def added(self) -> int:
        return sum(len(plan.added) for plan in self.documents)

    @property
    def changed(self) -> int:
        return sum(len(plan.changed) for plan in self.documents)

    @property
    def withdrawn(self) -> int:
        return sum(len(plan.withdrawn) for plan in self.documents)

    @property
    def unchanged(self) -> int:
        return sum(plan.unchanged for plan in self.documents)


@dataclass(frozen=True, slots=True)
class Identities:
    """What to look for among what is known: see `identities`."""

    guids: frozenset[str]
    address_keys: frozenset[str]
    item_guids: frozenset[str]


def storable(parsed: ParsedSource) -> ParsedSource:
    """The same without what no database takes, in any of its texts: NUL and halves of surrogate pairs, which JSON and
    damaged pages may hold. To be called before `identities` and `plan_changes`. May be repeated."""
    # One look at everything, since nearly always there is nothing to mend.
    text = "".join(filter(None, _texts(parsed)))
    return parsed if "\0" not in text and is_text(text) else _mended(parsed)


def _texts(parsed: ParsedSource) -> Iterator[str | None]:
    yield from (parsed.title, parsed.language, parsed.damage)
    for document in parsed.documents:
        yield from (document.guid, document.url, document.title, document.language)
        for item in document.items:
            yield from (item.title, item.text, item.original_text, item.heading, item.language)
            yield from (item.guid, item.url, item.code, *item.images, *item.authors)
            yield from chain.from_iterable([(link.url, link.text) for link in item.links])
            yield from chain.from_iterable([(paper.scheme, paper.value) for paper in item.papers])


def _mended(value: Any) -> Any:
    """A value of the domain with all texts in it valid."""
    if type(value) is str:
        return storable_text(value)
    if isinstance(value, tuple):
        return tuple(_mended(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        said = [field.name for field in fields(value) if field.compare]
        return replace(value, **{name: _mended(getattr(value, name)) for name in said})
    return value


def item_key(document_guid: str, item: ParsedItem) -> str:
    """The guid of an item: its own, else one derived from its document and what names it best."""
    if item.guid:
        return item.guid
    name = item.title or " ".join(sorted(_steady_link(link.url) for link in item.links)) or item.text
    return f"{document_guid}#{_hash(_plain(name))}"


def identities(parsed: ParsedSource) -> Identities:
    """Under which names the documents and items of a fetch may be known already."""
    return Identities(
        frozenset(document.guid for document in parsed.documents),
        frozenset(address_key(document) for document in parsed.documents),
        frozenset(item_key(document.guid, item) for document in parsed.documents for item in document.items),
    )


def address_key(document: ParsedDocument) -> str:
    """What finds a document whose guid has changed: its link without what changes at every fetch, else its content."""
    if document.url:
        return _steady_link(document.url)
    return "content:" + _hash(document.title or "", *(item.text for item in document.items))


def plan_changes(
    known: Sequence[KnownDocument], parsed: ParsedSource, now: datetime, *, every_edit: bool = False
) -> IngestPlan:
    """What to store of a fetch, given everything known that `identities` names. Pure; the same again plans nothing.

    Every entry becomes one item. Edits update theirs. An item that is gone from a document that was read whole is
    withdrawn; documents that are not in the fetch are left alone, since feeds and previews only show the newest.
    Moments in the future become `now`, and a moment that is known never moves to a later one. `every_edit`: each change
    is followed at once, since somebody made it and it will not be told again.
    """
    documents = _distinct(parsed.documents)
    pairs = _pair_documents(documents, known)
    guids = _Names({document.guid for document in known})
    item_guids = _Names({item.guid for document in known for item in document.items})
    plans: list[DocumentPlan] = []
    deferred = 0
    for index, document in enumerate(documents):
        before = pairs.get(index)
        plan, put_off = _plan_document(
            document, before, guids, item_guids, now, whole=parsed.damage is None, every_edit=every_edit
        )
        plans.append(plan)
        deferred += put_off
    return IngestPlan(tuple(plans), deferred)


def _distinct(documents: Iterable[ParsedDocument]) -> list[ParsedDocument]:
    """Without entries that a source repeats word for word."""
    return list(dict.fromkeys(documents))


def _pair_documents(documents: Sequence[ParsedDocument], known: Sequence[KnownDocument]) -> dict[int, KnownDocument]:
    """The known document for each place in `documents` that has one."""
    keys = [address_key(document) for document in documents]
    pairing = _Pairing(len(documents), known)
    pairing.by(lambda i: _apart(documents[i]), lambda one: one.guid)
    pairing.by(
        lambda i: (documents[i].guid, keys[i], _plain(documents[i].title)),
        lambda one: (_base(one.guid), one.address_key, _plain(one.title)),
    )
    pairing.by(lambda i: (documents[i].guid, keys[i]), lambda one: (_base(one.guid), one.address_key))
    pairing.by(
        lambda i: (documents[i].guid, _plain(documents[i].title)),
        lambda one: (_base(one.guid), _plain(one.title)),
        lambda _i, one: bool(one.title),
    )
    pairing.by(
        lambda i: documents[i].guid, lambda one: one.guid, lambda i, one: _may_be_edited(documents[i], keys[i], one)
    )
    # With the same link only the guid changed where the content is the same, or else date and title are.
    pairing.by(
        lambda i: (keys[i], _substance_of(documents[i].items)),
        lambda one: (one.address_key, _substance_of(item.content for item in one.items if not item.withdrawn)),
    )
    pairing.by(
        lambda i: documents[i].published_at and (keys[i], documents[i].published_at, _plain(documents[i].title)),
        lambda one: (one.address_key, one.published_at, _plain(one.title)),
    )
    return pairing.found


def _may_be_edited(document: ParsedDocument, key: str, known: KnownDocument) -> bool:
    """With the same guid: False where link, title and text all tell of something else."""
    if document.url is None or known.url is None or key == known.address_key:
        return True
    return _words_in_common(_text_of(document.items), _text_of(item.content for item in known.items)) > 0.5


def _substance_of(items: Iterable[ParsedItem]) -> tuple[Hashable, ...]:
    return tuple(_substance(item) for item in items)


def _substance(item: ParsedItem) -> tuple[str, str, tuple[str, ...]]:
    return _plain(item.title), _steady_text(item.text), _links(item)


def _plan_document(
    document: ParsedDocument,
    known: KnownDocument | None,
    guids: _Names,
    item_guids: _Names,
    now: datetime,
    *,
    whole: bool,
    every_edit: bool,
) -> tuple[DocumentPlan, int]:
    published = _moment(document.published_at, known.published_at if known else None, now)
    if published != document.published_at:
        document = replace(document, published_at=published)
    key = address_key(document)
    if known is None:
        guid = guids.new(document.guid, lambda: _apart(document))
        plan = DocumentPlan(None, guid, key, document, facts_changed=True)
    else:
        facts = (known.address_key, known.url, known.title, known.language, known.published_at)
        changed = facts != (key, document.url, document.title, document.language, published)
        plan = DocumentPlan(known.id, known.guid, key, document, facts_changed=changed)
    items = known.items if known else ()
    return _plan_items(plan, items, item_guids, now, whole=whole, every_edit=every_edit)


def _plan_items(
    plan: DocumentPlan,
    known: tuple[KnownItem, ...],
    guids: _Names,
    now: datetime,
    *,
    whole: bool,
    every_edit: bool,
) -> tuple[DocumentPlan, int]:
    items = plan.document.items
    pairs = _pair_items(plan.document, known)
    added: list[NewItem] = []
    changed: list[ItemChange] = []
    moved: list[tuple[int, int]] = []
    deferred = 0
    for position, item in enumerate(items):
        before = pairs.get(position)
        content = _storable(item, before.content.published_at if before else None, now)
        if before is None:
            key = item_key(plan.guid, item)
            added.append(NewItem(guids.new(key, partial(_apart_item, key, item)), position, content))
            continue
        change = _change(before.content, content)
        edited = not before.withdrawn and change is not _Change.NONE
        quiet = edited and not every_edit and _is_restless(before, change, now)
        deferred += quiet and change is not _Change.NOISE
        if before.withdrawn or (change is not _Change.NONE and not quiet):
            changed.append(ItemChange(before.id, position, content, before.edits + 1))
        elif before.position != position:
            moved.append((before.id, position))
    there = {one.id for one in pairs.values()}
    # A document that was read badly, or is suddenly empty, is no proof that anything was taken back.
    gone = tuple(one.id for one in known if one.id not in there and not one.withdrawn) if whole and items else ()
    unchanged = len(items) - len(added) - len(changed)
    planned = replace(
        plan, added=tuple(added), changed=tuple(changed), moved=tuple(moved), withdrawn=gone, unchanged=unchanged
    )
    return planned, deferred


def _pair_items(document: ParsedDocument, known: Sequence[KnownItem]) -> dict[int, KnownItem]:
    """The known item for each position in the document that has one."""
    items = document.items
    pairing = _Pairing(len(items), known)
    pairing.by(
        lambda i: items[i].guid and (items[i].guid, items[i].text), lambda one: (_base(one.guid), one.content.text)
    )
    pairing.by(lambda i: items[i].guid, lambda one: _base(one.guid))
    pairing.by(lambda i: (items[i].title, items[i].text), lambda one: (one.content.title, one.content.text))
    pairing.by(lambda i: _plain(items[i].title) or None, lambda one: _plain(one.content.title) or None)
    pairing.by(lambda i: _links(items[i]) or None, lambda one: _links(one.content) or None)
    pairing.by(lambda i: _steady_text(items[i].text) or None, lambda one: _steady_text(one.content.text) or None)
    if len(items) == len(known) == 1:
        pairing.by(lambda _i: True, lambda _one: True)
    # A page that is new at every fetch leaves ever more withdrawn items behind, in the same places.
    pairing.by(
        lambda i: i, lambda one: None if one.withdrawn else one.position, lambda i, one: _alike(items[i], one.content)
    )
    return pairing.found


class _Pairing(Generic[_K]):
    """Pairs places in what was read with what is known, one kind of evidence after the other; each is used once."""

    def __init__(self, places: int, known: Iterable[_K]) -> None:
        self.found: dict[int, _K] = {}
        self._places = list(range(places))
        self._known = list(known)

    def by(
        self,
        read: Callable[[int], Hashable],
        stored: Callable[[_K], Hashable],
        agree: Callable[[int, _K], bool] = lambda _place, _one: True,
    ) -> None:
        """Pairs those with the same evidence, in order, where `agree` holds. No evidence (None) pairs nothing."""
        if not self._places or not self._known:
            return
        waiting: dict[Hashable, list[_K]] = defaultdict(list)
        for one in self._known:
            waiting[stored(one)].append(one)
        for place in self._places:
            evidence = read(place)
            candidates = waiting.get(evidence, []) if evidence is not None else []
            match = next((one for one in candidates if agree(place, one)), None)
            if match is not None:
                candidates.remove(match)
                self.found[place] = match
        used = {id(one) for one in self.found.values()}
        self._known = [one for one in self._known if id(one) not in used]
        self._places = [place for place in self._places if place not in self.found]


class _Names:
    """Guids that are taken within a source."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._numbers: dict[str, int] = defaultdict(int)

    def new(self, wanted: str, otherwise: Callable[[], str]) -> str:
        """The first of the two that is free, else the second with a number; it is taken from now on."""
        name = wanted
        if name in self._taken:
            name = apart = otherwise()
            while name in self._taken:
                self._numbers[apart] += 1
                name = f"{apart}-{self._numbers[apart] + 1}"
        self._taken.add(name)
        return name


def _apart(document: ParsedDocument) -> str:
    """What a document is called whose guid another one has."""
    return f"{document.guid}~{_hash(address_key(document), _plain(document.title))}"


def _apart_item(key: str, item: ParsedItem) -> str:
    return f"{key}~{_hash(item.text, item.url or '')}"


def _base(guid: str) -> str:
    """The guid as the source wrote it."""
    return _SUFFIX.sub("", guid) if "~" in guid else guid


class _Change(Enum):
    """How much of an item changed. `NOISE` is what nobody wrote: counters, tokens in links."""

    NONE = auto()
    NOISE = auto()
    NUMBERS = auto()
    WORDS = auto()


def _change(before: ParsedItem, after: ParsedItem) -> _Change:
    if _CONTENT(before) == _CONTENT(after):
        return _Change.NONE
    old, new = _steady(before), _steady(after)
    if old == new:
        return _Change.NOISE
    # In an announcement a number is a date or a time of day, and the reason why it was edited.
    numbers_matter = after.kind is ItemKind.ANNOUNCEMENT
    return _Change.NUMBERS if not numbers_matter and _without_digits(old) == _without_digits(new) else _Change.WORDS


def _is_restless(item: KnownItem, change: _Change, now: datetime) -> bool:
    """True where this change should not be followed now: the item was edited too often or too recently for it."""
    if change is _Change.NOISE:
        return True
    if item.edited_at is None:
        return False
    if change is _Change.NUMBERS:  # most likely a counter: followed once at once, then once a day
        return now < item.edited_at + LONGEST_QUIET
    if item.edits < FREE_EDITS:
        return False
    return now < item.edited_at + min(LONGEST_QUIET, FIRST_QUIET * (1 << min(item.edits - FREE_EDITS, 10)))


def _steady(item: ParsedItem) -> tuple[object, ...]:
    """What of an item stays the same as long as nobody edits it."""
    return (
        _steady_text(item.title or ""),
        _steady_text(item.text),
        _steady_text(item.original_text or ""),
        _links(item),
        tuple(_steady_link(image) for image in item.images),
        _steady_link(item.code or ""),
        _steady_link(item.url or ""),
        (item.section, item.heading, item.kind, item.language, item.papers, item.authors),
        item.published_at,
    )


def _without_digits(steady: tuple[object, ...]) -> tuple[object, ...]:
    title, text, original, *rest = steady
    return (*(_DIGITS.sub("0", str(part)) for part in (title, text, original)), *rest)


def _links(item: ParsedItem) -> tuple[str, ...]:
    return tuple(sorted({_steady_link(link.url) for link in item.links}))


def _steady_text(text: str) -> str:
    """Without counters, and without what changes in links at every fetch."""
    if "://" in text:
        text = _ADDRESS.sub(lambda match: _steady_link(match[0]), text)
    return " ".join(_COUNTER.sub(" ", text).split())


def _steady_link(url: str) -> str:
    """The link in its spelling for comparing, without parameters that a server makes up for every visitor."""
    if "?" not in url and ";" not in url:
        return link_key(url)
    parts = urlsplit(_SESSION_IN_PATH.sub("", url))
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if not _VOLATILE.fullmatch(name)]
    return link_key(parts._replace(query=urlencode(kept)).geturl())


def _storable(item: ParsedItem, known_moment: datetime | None, now: datetime) -> ParsedItem:
    """The item as it is stored: its moment believable."""
    moment = _moment(item.published_at, known_moment, now)
    if moment != item.published_at:
        item = replace(item, published_at=moment)
    return item


def _moment(moment: datetime | None, known: datetime | None, now: datetime) -> datetime | None:
    """A moment of publication that can be believed. A source that dates everything anew at each fetch would make
    everything new for ever, so that the first date stays unless a correction makes it earlier."""
    if moment is None:
        return known
    moment = min(moment, now)
    return min(moment, known) if known else moment


def _alike(one: ParsedItem, other: ParsedItem) -> bool:
    return _words_in_common(_text_of([one]), _text_of([other])) >= 0.4


def _text_of(items: Iterable[ParsedItem]) -> str:
    return " ".join(f"{item.title or ''} {item.text}" for item in items)[:_COMPARED]


def _words_in_common(one: str, other: str) -> float:
    """The share of all their words that both texts have, 0 to 1."""
    words, others = set(compared_words(one).split()), set(compared_words(other).split())
    return len(words & others) / (len(words | others) or 1)


def _plain(title: str | None) -> str:
    """A title for comparing: letters and digits only."""
    return _NO_WORD.sub("", fold(title)) if title else ""


def _hash(*parts: str) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=4).hexdigest()
