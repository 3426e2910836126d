"""Made-up items of newsletters in eight languages, about 500 bytes each, as real ones have: always the same.

An item is an edition of a story: what one source writes about a paper, a tool, an event. Most stories have one edition;
those of several have them in different languages, with the same paper and names, about the same concept of the field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count, islice
from random import Random

from benchmarks.texts import spelled
from benchmarks.words import NAMES, SHARES, vocabulary
from bot.domain.glossary import concepts_of
from bot.domain.items import Link, ParsedItem
from bot.domain.papers import PaperId
from bot.domain.sections import Section
from bot.glossary import glossary_lines

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
_OLDEST, _APART = datetime(2018, 1, 1, tzinfo=UTC), timedelta(minutes=6)  # a million items are of eight years
_EDITIONS = (1,) * 80 + (2,) * 10 + (3,) * 5 + (4, 4, 5, 6, 8)
_USUAL_BYTES, _SPREAD = 420, 0.6  # of a text: the median, and how far others are from it (log-normal)
_SECTIONS = tuple(Section)


@dataclass(frozen=True, slots=True)
class Edition:
    """One item. `story` is the number of the one that it is about; `concept` is what it is about in its language.
    `guid` is no other's."""

    guid: str
    story: int
    concept: str
    item: ParsedItem


def editions(stories: Iterator[int] | None = None) -> Iterator[Edition]:
    """The editions of stories, one story after the other; without an end where none are named."""
    for story in stories or count():
        yield from _editions(story)


def editions_of(items: int) -> list[Edition]:
    """The editions of the first stories, so many."""
    return list(islice(editions(), items))


@cache
def concepts() -> tuple[dict[str, str], ...]:
    """What every tenth concept of the glossary is usually called, by language."""
    every = ({language: names[0] for language, names in one.names.items()} for one in concepts_of(glossary_lines()))
    return tuple(islice(every, 0, None, 10))


def name(rng: Random) -> str:
    """An invented name, as often as its rank allows."""
    return spelled("", int(NAMES ** rng.random())).capitalize()


def _editions(story: int) -> Iterator[Edition]:
    rng = Random(f"story {story}")
    names = [name(rng) for _ in range(rng.choice((1, 2, 2, 3)))]
    concept = concepts()[int(len(concepts()) ** rng.random()) - 1]
    papers: tuple[PaperId, ...] = (
        PaperId("arxiv", f"{rng.randrange(15, 26)}{rng.randrange(1, 13):02}.{story % 100_000:05}"),
    )
    papers = papers if rng.random() < 0.4 else ()
    repository = f"https://github.com/{names[0].lower()}/{spelled('', rng.randrange(10**6))}"
    code = repository if rng.random() < 0.3 else None
    links = [Link(f"https://arxiv.org/abs/{paper.value}", "paper") for paper in papers]
    links += [Link(code, "code")] if code else []
    links += [Link(f"https://{names[-1].lower()}.example.org/{story}", "more")]
    section = _SECTIONS[min(int(rng.expovariate(0.4)), len(_SECTIONS) - 1)]
    appeared = _OLDEST + story * _APART
    languages = rng.choices(tuple(SHARES), weights=tuple(SHARES.values()), k=rng.choice(_EDITIONS))
    authors = tuple(f"{name(rng)} {name(rng)}" for _ in range(rng.choice((0, 0, 1, 2))))
    for number, language in enumerate(languages):
        item = ParsedItem(
            title=_title(language, concept[language], names, rng),
            text=_text(language, concept[language], names, rng),
            section=section,
            language=language,
            links=tuple(links),
            papers=papers,
            code=code,
            authors=authors,
            published_at=appeared + timedelta(hours=rng.randrange(72)),
        )
        yield Edition(f"{story} {number}", story, concept[language], item)


def _title(language: str, concept: str, names: list[str], rng: Random) -> str:
    words = vocabulary(language)
    parts = words.some(rng, rng.randrange(2, 7))
    if rng.random() < 0.5:
        parts.insert(rng.randrange(len(parts)), concept)
    text = words.gap.join(parts)
    return f"{names[0]}: {text}" if rng.random() < 0.4 else text[:1].upper() + text[1:]


def _text(language: str, concept: str, names: list[str], rng: Random) -> str:
    words = vocabulary(language)
    size = _USUAL_BYTES * rng.lognormvariate(0, _SPREAD)
    parts = words.some(rng, max(6, int(size / words.size)))
    for special in (*names, concept):
        parts.insert(rng.randrange(len(parts)), special)
    sentences = []
    while parts:
        length = rng.randrange(6, 24)
        sentence, parts = parts[:length], parts[length:]
        text = words.gap.join(sentence)
        sentences.append(text[:1].upper() + text[1:] + ("。" if language == "zh" else "."))
    return (words.gap).join(sentences)
