"""Which stories a digest shows, in which order, and why; and why it leaves out the others.

A story is a candidate where one of its items is new in the window. It fits where one of these new items comes from the
sources, sections and languages that the subscription wants, and its words are wanted. Which stories have some words, or
fit a question, is looked up elsewhere. Stories are ordered by section, inside a section by what speaks for them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from bot.domain.aftermath import NOTHING_AFTER, After
from bot.domain.analysis import primary_tag
from bot.domain.digests import DigestWindow
from bot.domain.discussed import DiscussedPapers, discussed_of
from bot.domain.items import Item, visible
from bot.domain.merits import Merit, MeritKind, Sketch, heaviest, merits_of, outline_of
from bot.domain.sections import Section
from bot.domain.story_links import StoryLinks, links_of
from bot.domain.subscriptions import Choices, asked_for

_Key = TypeVar("_Key")

Having = Mapping[str, Collection[int]]
"""The stories that fit each of the questions of some choices."""
NOTHING_ASKED: Having = {}


class LeftOutBy(StrEnum):
    """What kept a story out of a digest."""

    WINDOW = "window"  # nothing of it was new
    SOURCE = "source"
    SECTION = "section"
    LANGUAGE = "language"
    INCLUDE_WORDS = "include_words"  # none of these is in it
    EXCLUDE_WORDS = "exclude_words"
    QUESTION = "question"  # it does not fit what is asked for
    POSTED = "posted"  # an earlier digest has told it
    LESS = "less"  # there was enough of what is wanted less
    MAXIMUM = "maximum"  # others had more that spoke for them


@dataclass(frozen=True, slots=True)
class LeftOut:
    """That a story is left out; `what` is the word that it was excluded for, or the question that it does not
    fit, or else ""."""

    story_id: int
    by: LeftOutBy
    what: str = ""


@dataclass(frozen=True)
class Candidate:
    """A story with all its items, the one that was there first in front, and which of them are new in the window.
    `saved`: so many people have put it aside; `weights`: how much sources count where that is not as usual."""

    story_id: int
    items: tuple[Item, ...]
    new: frozenset[int]
    saved: int = 0
    weights: Mapping[int, float] = field(default_factory=dict)

    @cached_property
    def links(self) -> StoryLinks:
        """Where it leads."""
        return links_of(self.items)

    def seen_without(self, hidden: Collection[int]) -> Candidate | None:
        """What it is where these sources are hidden; None where nothing of it is new there."""
        items = visible(self.items, hidden)
        if len(items) == len(self.items):
            return self
        new = self.new.intersection(item.id for item in items)
        return replace(self, items=items, new=new) if new else None

    def fresh_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.id in self.new)

    def sketch(self) -> Sketch:
        """What its place in a digest depends on."""
        outlines = tuple(outline_of(item) for item in self.items)
        return Sketch(
            self.story_id,
            outlines,
            self.new,
            self.saved,
            heaviest((item.key.source_id for item in self.items), self.weights),
        )


@dataclass(frozen=True, slots=True)
class Ranked:
    """A story that fits, the section that it is shown in, and what speaks for it; `after`: what has become of it since
    a digest told it."""

    candidate: Candidate
    section: Section
    merits: tuple[Merit, ...]
    after: After = NOTHING_AFTER

    @property
    def story_id(self) -> int:
        return self.candidate.story_id

    def with_discussed(self, discussed: DiscussedPapers) -> Ranked:
        """The same, with the session in which its paper was discussed."""
        paper = self.candidate.links.paper
        found = discussed_of([paper], discussed) if paper else None
        return replace(self, after=replace(self.after, discussed=found)) if found else self

    @property
    def score(self) -> float:
        return sum(merit.points for merit in self.merits)

    @property
    def alert(self) -> Merit | None:
        """The alert that it is told for, None where the digest chose it."""
        return next((merit for merit in self.merits if merit.kind is MeritKind.ALERT), None)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The stories that fit some choices, by id: in the order in which they are shown, each with its section, and as
    places in that order with the best of all sections first. `words` that were wanted, and the stories that have them.
    `read` counts the new items that fit; `less`: for how many reasons less of a story is wanted. Small, since there is
    one for each of the choices."""

    story_ids: tuple[int, ...]
    sections: tuple[Section, ...]
    best: tuple[int, ...]
    words: tuple[tuple[str, Collection[int]], ...] = ()
    read: int = 0
    less: Mapping[int, int] = field(default_factory=dict)

    def best_ids(self, count: int) -> list[int]:
        """The best stories of all sections."""
        return [self.story_ids[at] for at in self.best[:count]]


@dataclass(frozen=True, slots=True)
class Selection:
    """What a digest shows, in order. `fitting` counts the stories that fit; `posted` are those of the best that an
    earlier digest has told. `read` counts items, `stories` what they tell."""

    window: DigestWindow
    shown: tuple[Ranked, ...]
    posted: frozenset[int]
    fitting: int
    read: int
    stories: int

    @property
    def beyond(self) -> int:
        """How many stories fit and are not shown, because others had more that spoke for them."""
        return max(0, self.fitting - len(self.shown) - len(self.posted))

    @property
    def merged(self) -> int:
        """How many items tell what another one tells."""
        return self.read - self.stories


class Order:
    """The stories of a window by what speaks for them, prepared so that many can choose from them: choosing looks only
    at items that fit. It holds outlines, no texts, so that a window may be a long one."""

    def __init__(self, window: DigestWindow, stories: Iterable[Sketch]) -> None:
        self.window = window
        sketches = list(stories)
        new = [(one.story_id, item) for one in sketches for item in one.items if item.item_id in one.new]
        self._new = [(story_id, item.section) for story_id, item in new]
        self._sources = {one.story_id: frozenset(item.source_id for item in one.items) for one in sketches}
        self._by_source: dict[int, set[int]] = defaultdict(set)
        self._by_section: dict[Section, set[int]] = defaultdict(set)
        self._by_language: dict[str, set[int]] = defaultdict(set)
        for place, (_, item) in enumerate(new):
            self._by_source[item.source_id].add(place)
            self._by_section[item.section].add(place)
            self._by_language[item.language].add(place)
        self._merits = {one.story_id: merits_of(one, window.end) for one in sketches}
        self._scores = {story_id: sum(one.points for one in merits) for story_id, merits in self._merits.items()}
        newest = {one.story_id: max(item.appeared_at for item in one.items) for one in sketches}
        by_time = sorted(sorted(newest), key=newest.__getitem__, reverse=True)
        self._best = sorted(by_time, key=lambda one: -self._scores[one])

    @property
    def read(self) -> int:
        """How many items are new."""
        return len(self._new)

    def rank(self, choices: Choices, having: Having = NOTHING_ASKED) -> Ranking:
        """All stories that fit: sections in the order of the choices, else in that of `Section`; inside one the best
        first, of equally good ones the newest, those of an issue as they stand in it."""
        order = {section: at for at, section in enumerate(choices.sections or Section)}
        fitting = self._fitting(choices)
        sections: dict[int, Section] = {}
        for place in fitting:
            story_id, section = self._new[place]
            known = sections.get(story_id)
            if known is None or order[section] < order[known]:
                sections[story_id] = section
        for word in choices.exclude_words:
            for story_id in having.get(asked_for(word), ()):
                sections.pop(story_id, None)
        if choices.question:
            asked = having.get(choices.question, frozenset())
            sections = {story_id: section for story_id, section in sections.items() if story_id in asked}
        words = tuple((word, having.get(asked_for(word), frozenset())) for word in choices.include_words)
        found = Counter(story_id for _, stories in words for story_id in stories if story_id in sections)
        best = [story_id for story_id in self._best if story_id in (found if words else sections)]
        if words:
            worth = {count: Merit(MeritKind.WANTED, count).points for count in set(found.values())}
            best.sort(key=lambda one: -self._scores[one] - worth[found[one]])
        less = self._less(best, sections, choices, having) if choices.wants_less else {}
        if less:
            best = self._with_little_of(less, best, found, choices)
        ids = sorted(best, key=lambda one: order[sections[one]])
        places = {story_id: place for place, story_id in enumerate(ids)}
        in_order = tuple(sections[one] for one in ids)
        kept = {story_id: less[story_id] for story_id in ids if story_id in less}
        return Ranking(tuple(ids), in_order, tuple(places[one] for one in best), words, len(fitting), kept)

    def ranked(
        self, ranking: Ranking, places: Iterable[int], candidates: Mapping[int, Candidate]
    ) -> tuple[Ranked, ...]:
        """The stories at these places of a ranking of this order that are among the candidates, with what speaks for
        them."""
        return tuple(
            Ranked(candidate, ranking.sections[at], self._merits[candidate.story_id] + _by_choice(ranking, candidate))
            for at in places
            if (candidate := candidates.get(ranking.story_ids[at])) is not None
        )

    def _less(
        self,
        story_ids: Iterable[int],
        sections: Mapping[int, Section],
        choices: Choices,
        having: Having,
    ) -> dict[int, int]:
        """The stories of which less is wanted, and for how many reasons."""
        worded = Counter(story_id for word in choices.less_words for story_id in having.get(asked_for(word), ()))
        reasons = {
            one: worded[one]
            + (sections[one] in choices.less_sections)
            + self._sources[one].issubset(choices.less_sources)
            for one in story_ids
        }
        return {story_id: count for story_id, count in reasons.items() if count}

    def _with_little_of(
        self, less: Mapping[int, int], best: Sequence[int], found: Mapping[int, int], choices: Choices
    ) -> list[int]:
        """The best stories with those of which less is wanted at the places that they get for that, and no more of them
        than there may be."""

        def score(story_id: int) -> float:
            points = self._scores[story_id]
            points += Merit(MeritKind.WANTED, found[story_id]).points if story_id in found else 0
            return points + (Merit(MeritKind.LESS, less[story_id]).points if story_id in less else 0)

        ordered = sorted(best, key=lambda one: -score(one))
        unwanted = [one for one in ordered if one in less][choices.most_of_less :]
        return [one for one in ordered if one not in set(unwanted)]

    def _fitting(self, choices: Choices) -> Collection[int]:
        """The places of the new items that come from where, and in the languages that, the choices want."""
        wanted: list[set[int]] = []
        if choices.source_ids:
            wanted.append(_union(self._by_source, choices.source_ids))
        if choices.sections:
            wanted.append(_union(self._by_section, choices.sections))
        if choices.languages:
            wanted.append(_union(self._by_language, choices.languages))
        return set.intersection(*wanted) if wanted else range(len(self._new))


class Shelf:
    """The candidates of a window whole, in order."""

    def __init__(self, window: DigestWindow, candidates: Iterable[Candidate]) -> None:
        self.window = window
        self.candidates = {one.story_id: one for one in candidates}
        self._order = Order(window, [one.sketch() for one in self.candidates.values()])

    @property
    def read(self) -> int:
        """How many items are new."""
        return self._order.read

    def rank(self, choices: Choices, having: Having = NOTHING_ASKED) -> Ranking:
        """All stories that fit, in the order of `Order.rank`."""
        return self._order.rank(choices, having)

    def ranked(self, ranking: Ranking, places: Iterable[int]) -> tuple[Ranked, ...]:
        """The stories at these places of a ranking of this shelf, with what speaks for them."""
        return self._order.ranked(ranking, places, self.candidates)


def select(shelf: Shelf, ranking: Ranking, most: int, posted: Collection[int] = ()) -> Selection:
    """What a digest shows of a ranking of this shelf: the best `most` stories of all sections, so that a long first
    section does not crowd out the others. `posted`: stories that the destination has been told already."""
    shown = sorted(untold(ranking, posted)[:most])
    return Selection(
        shelf.window,
        shelf.ranked(ranking, shown),
        frozenset(posted).intersection(ranking.story_ids),
        len(ranking.story_ids),
        shelf.read,
        len(shelf.candidates),
    )


def with_alerts(selection: Selection, shelf: Shelf, ranking: Ranking, found: Sequence[Ranked]) -> Selection:
    """What is selected from this ranking of this shelf, and behind it what alerts have found besides, counted."""
    others = [one for one in found if one.story_id not in shelf.candidates]
    fitting = set(ranking.story_ids)
    return replace(
        selection,
        shown=(*selection.shown, *found),
        fitting=selection.fitting + sum(one.story_id not in fitting for one in found),
        read=selection.read + sum(len(one.candidate.items) for one in others),
        stories=selection.stories + len(others),
    )


def untold(ranking: Ranking, posted: Collection[int]) -> list[int]:
    """The places in a ranking of the stories that were not posted, the best first."""
    return [at for at in ranking.best if ranking.story_ids[at] not in posted]


def left_out(shelf: Shelf, choices: Choices, selection: Selection, having: Having = NOTHING_ASKED) -> list[LeftOut]:
    """Every candidate that is not shown, with what keeps it out, by story."""
    shown = {one.story_id for one in selection.shown}
    reasons = []
    for story_id, candidate in sorted(shelf.candidates.items()):
        if story_id in selection.posted:
            reasons.append(LeftOut(story_id, LeftOutBy.POSTED))
        elif story_id not in shown:
            reasons.append(why_not(candidate, choices, having) or LeftOut(story_id, LeftOutBy.MAXIMUM))
    return reasons


def why_not(candidate: Candidate, choices: Choices, having: Having = NOTHING_ASKED) -> LeftOut | None:
    """Which of the choices keeps a story out; None where it fits."""
    story_id = candidate.story_id
    items = candidate.fresh_items()
    if not items:
        return LeftOut(story_id, LeftOutBy.WINDOW)
    if choices.source_ids and not (items := tuple(one for one in items if one.key.source_id in choices.source_ids)):
        return LeftOut(story_id, LeftOutBy.SOURCE)
    if choices.sections and not (items := tuple(one for one in items if one.section in choices.sections)):
        return LeftOut(story_id, LeftOutBy.SECTION)
    if choices.languages and not any(primary_tag(one.language) in choices.languages for one in items):
        return LeftOut(story_id, LeftOutBy.LANGUAGE)
    excluded = next((word for word in choices.exclude_words if story_id in having.get(asked_for(word), ())), None)
    if excluded is not None:
        return LeftOut(story_id, LeftOutBy.EXCLUDE_WORDS, excluded)
    words = choices.include_words
    if words and not any(story_id in having.get(asked_for(word), ()) for word in words):
        return LeftOut(story_id, LeftOutBy.INCLUDE_WORDS)
    if choices.question and story_id not in having.get(choices.question, ()):
        return LeftOut(story_id, LeftOutBy.QUESTION, choices.question)
    return None


def from_less_sources(candidate: Candidate, choices: Choices) -> bool:
    """Whether only sources of which less is wanted write about a story."""
    return all(item.key.source_id in choices.less_sources for item in candidate.items)


def is_wanted_less(candidate: Candidate, choices: Choices, having: Having = NOTHING_ASKED) -> bool:
    """Whether less of a story is wanted, for whatever reason."""
    return (
        any(candidate.story_id in having.get(asked_for(word), ()) for word in choices.less_words)
        or all(item.section in choices.less_sections for item in candidate.fresh_items())
        or from_less_sources(candidate, choices)
    )


def spokesman(items: Sequence[Item], choices: Choices) -> Item:
    """The item that tells a story: in the language that is liked best, with a title, from where the choices want it,
    and of those the one that was there first."""
    liked = {language: at for at, language in enumerate(choices.title_languages)}

    def place(item: Item) -> tuple[int, bool, bool, bool]:
        language = primary_tag(item.language)
        return (
            liked.get(language, len(liked)),
            bool(choices.languages) and language not in choices.languages,
            bool(choices.source_ids) and item.key.source_id not in choices.source_ids,
            not item.title,
        )

    return min(items, key=place)


def _by_choice(ranking: Ranking, story: Candidate) -> tuple[Merit, ...]:
    having = tuple(word for word, stories in ranking.words if story.story_id in stories)
    wanted = (Merit(MeritKind.WANTED, len(having), having),) if having else ()
    less = ranking.less.get(story.story_id, 0)
    return (*wanted, Merit(MeritKind.LESS, less)) if less else wanted


def _union(places: Mapping[_Key, set[int]], keys: Iterable[_Key]) -> set[int]:
    return set().union(*(places.get(key, ()) for key in keys))
