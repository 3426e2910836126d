"""The outline of an issue: which blocks announce sections, which are titles of items, and what stands below them.

Newsletters mark sections and titles in many ways, but each issue is consistent. So the ways that an issue uses are
counted first, and the ones it uses most are believed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from bot.domain.links import find_urls
from bot.domain.sections import Section, classify
from bot.readers.blocks import Block, BlockKind, Run, lead_of, link_lead_of, one_line, trimmed
from bot.readers.contents import is_advertising, is_leftover
from bot.readers.labels import Label, ends_a_sentence, label_of, width, without_lost_emoji, without_number

_HEADING_WIDEST = 100
_TITLE_WIDEST = 240
_LEAD_WIDEST = 160
_LABEL_WIDEST = 30
_COLLECTION_LEAST = 2
_SECTIONS_LEAST = 2
_TITLED_LEAST = 3
_SEPARATORS = "—–-:：|·.。,，\n(（"


class TitleForm(StrEnum):
    """How a title is set off from its text."""

    HEADING = "heading"
    BOLD = "bold"  # a paragraph of its own, or the first line of one
    LEAD = "lead"  # bold words that a paragraph or an entry begins with
    LINK = "link"  # a link that a paragraph or an entry begins with


@dataclass(frozen=True, slots=True)
class Title:
    """A title at a place: its runs, and what follows it in the same block."""

    place: int
    form: TitleForm
    runs: tuple[Run, ...]
    rest: tuple[Run, ...]
    label: Label


@dataclass(slots=True)
class Region:
    """What stands between one section's heading and the next. `section` None: announced by no word that we know.

    `heading` None: what comes before the first section. `titles`: those places in `blocks` that begin an item.
    """

    heading: str | None
    section: Section | None
    blocks: list[Block] = field(default_factory=list)
    titles: list[Title] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """The regions of an issue in order. `is_numbered`: its titles carry numbers, which are not part of them.

    `between_sections`: the places of regions with sections that we know before and behind them.
    """

    regions: tuple[Region, ...]
    is_numbered: bool
    between_sections: range


def outline_of(blocks: Sequence[Block]) -> Outline:
    """The outline of a document without page chrome, contents and references."""
    headings = _section_headings(blocks)
    regions = [Region(None, None)]
    for place, block in enumerate(blocks):
        if place in headings:
            label = label_of(one_line(block.text))
            regions.append(Region(_heading_text(block, label), headings[place]))
        else:
            regions[-1].blocks.append(block)
    _find_titles(regions)
    _name_last_collection(regions)
    titles = [title for region in regions for title in region.titles]
    numbered = sum(1 for title in titles if title.label.parts)
    known = [place for place, region in enumerate(regions) if region.section is not None]
    between = range(known[0] + 1, known[-1]) if known else range(0)
    is_numbered = numbered >= 2 and numbered * 2 >= len(titles)
    return Outline(tuple(regions), is_numbered=is_numbered, between_sections=between)


def _name_last_collection(regions: Sequence[Region]) -> None:
    """An issue whose sections all have titles, but for the last one, ends with mentions, whatever it calls them."""
    last, others = regions[-1], regions[1:-1]
    titled = sum(1 for region in others if region.titles)
    if last.section is not None or last.titles or any(region.section is Section.MENTIONS for region in others):
        return
    texts = [block for block in last.blocks if block.is_textual and block.level <= 1]
    linked = sum(1 for block in texts if block.urls or find_urls(block.text))
    if titled >= _TITLED_LEAST and titled * 4 >= len(others) * 3 and linked >= _COLLECTION_LEAST:
        last.section = Section.MENTIONS if linked * 3 >= len(texts) * 2 else None


# -- sections ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A line that may announce a section."""

    place: int
    block: Block
    label: Label
    section: Section | None

    @property
    def is_heading(self) -> bool:
        return self.block.kind is BlockKind.HEADING

    @property
    def is_marked(self) -> bool:
        """True where more than its words makes it a heading: an emoji, or a number without a second part."""
        return bool(self.label.emoji) or self.label.parts == 1


def _section_headings(blocks: Sequence[Block]) -> dict[int, Section | None]:
    """The places of the headings that announce sections, and their classes."""
    candidates = [_candidate(place, block) for place, block in enumerate(blocks) if _may_announce(block)]
    levels = _known_levels(candidates)
    chosen = [c for c in candidates if c.is_heading and c.block.level in levels and c.label.parts != 2]
    places = {c.place for c in chosen}
    chosen += [c for c in candidates if c.place not in places and c.section is not None and c.is_marked]
    if chosen:
        first = min(candidate.place for candidate in chosen)
        chosen += [c for c in candidates if c.place < first and c.section is not None]
        chosen += _inner_sections(blocks, candidates, {c.place for c in chosen})
    else:
        chosen = _plain_bold_sections(candidates) or _unknown_sections(blocks, candidates)
    return {candidate.place: candidate.section for candidate in chosen}


def _may_announce(block: Block) -> bool:
    if block.kind is BlockKind.HEADING:
        return True
    return block.kind is BlockKind.PARAGRAPH and block.is_bold and width(block.text) <= _HEADING_WIDEST


def _candidate(place: int, block: Block) -> _Candidate:
    text = one_line(block.text)
    label = label_of(text)
    section = classify(text) if label.parts != 2 and width(text) <= _HEADING_WIDEST else None
    if section is None and label.parts == 1:
        section = classify(without_lost_emoji(label.words))
    return _Candidate(place, block, label, section)


def _known_levels(candidates: Sequence[_Candidate]) -> set[int]:
    """The levels at which at least half of the headings announce sections that we know."""
    levels = set()
    for level in range(1, 7):
        here = [c for c in candidates if c.is_heading and c.block.level == level and c.label.parts != 2]
        known = sum(1 for c in here if c.section is not None)
        if known and known * 2 >= len(here):
            levels.add(level)
    # One lone known heading below a level of its own kind is a title that sounds like a section.
    counts = {level: sum(1 for c in candidates if c.is_heading and c.block.level == level) for level in levels}
    top = min(levels, default=0)
    return {level for level in levels if level == top or counts[level] > 1 or _all_marked(candidates, level)}


def _all_marked(candidates: Sequence[_Candidate], level: int) -> bool:
    return all(c.is_marked for c in candidates if c.is_heading and c.block.level == level)


def _plain_bold_sections(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Bold lines that announce sections in words alone; believed where several do and there are other bold lines."""
    known = [c for c in candidates if not c.is_heading and c.section is not None]
    others = [c for c in candidates if c.section is None]
    return known if len(known) >= 2 and others else []


def _inner_sections(blocks: Sequence[Block], candidates: Sequence[_Candidate], chosen: set[int]) -> list[_Candidate]:
    """Bold lines that part one section into others ("Other news": "Business", "Research"), each with titles below."""
    found: list[_Candidate] = []
    edges = [*sorted(chosen), len(blocks)]
    places = [c.place for c in candidates]
    for start, end in pairwise(edges):
        inner = candidates[bisect_right(places, start) : bisect_left(places, end)]
        ends = [c.place for c in inner[1:]] + [end]
        if (
            len(inner) >= _SECTIONS_LEAST
            and all(c.section is not None and not c.is_heading for c in inner)
            and all(_titles_in(blocks[c.place + 1 : stop]) for c, stop in zip(inner, ends, strict=True))
        ):
            found += inner
    return found


def _unknown_sections(blocks: Sequence[Block], candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Headings of sections that we do not know the words of: the upper level of several, each with titles below it."""
    for level in range(1, 7):
        here = [c for c in candidates if c.is_heading and c.block.level == level and c.label.parts != 2]
        if len(here) < 2:
            continue
        ends = [c.place for c in here[1:]] + [len(blocks)]
        below = [list(blocks[c.place + 1 : end]) for c, end in zip(here, ends, strict=True)]
        repeated = _repeated([title for part in below for title in _titles_in(part)])
        parents = sum(1 for part in below if _holds_titles(part, repeated))
        return here if parents >= 2 and parents * 2 >= len(here) else []
    return []


def _holds_titles(blocks: Sequence[Block], repeated: set[str]) -> bool:
    """True where headings or bold lines stand in a text, or where most of its parts begin with a title."""
    titles = [title for title in _titles_in(blocks) if title.label.key not in repeated]
    if any(title.form in (TitleForm.HEADING, TitleForm.BOLD) for title in titles):
        return True
    top = [block for block in blocks if block.is_textual and block.level <= 1]
    return len(titles) >= 2 and len(titles) * 2 >= len(top)


def _heading_text(block: Block, label: Label) -> str:
    """The heading as written, without its number."""
    text = one_line(block.text).strip("*_ ")
    return without_number(text) if label.parts else text


# -- titles -----------------------------------------------------------------------------------------------------------


def _find_titles(regions: Sequence[Region]) -> None:
    candidates = [_titles_in(region.blocks) for region in regions]
    body = [found for region, found in zip(regions, candidates, strict=True) if _holds_items(region, regions)]
    everything = [title for found in body for title in found]
    repeated = _repeated(everything)
    counts = Counter(title.form for title in everything if title.label.key not in repeated)
    numbered = sum(1 for title in everything if title.label.parts == 2) * 2 >= max(2, _strong(counts))
    _cut_leftovers(regions[-1], candidates[-1], counts)
    for region, found in zip(regions, candidates, strict=True):
        proper = [title for title in found if title.label.key not in repeated]
        chosen = _chosen(region, proper, counts)
        if not _holds_items(region, regions):
            chosen = _like_the_rest(chosen, everything, numbered=numbered)
        region.titles = chosen


def _cut_leftovers(last: Region, found: list[Title], counts: Counter[TitleForm]) -> None:
    """Behind the last item headings begin what is left of a page ("Comments").

    They show by what they are: headings where titles are bold lines, titles below mentions that had none, or by words
    that pages use for it.
    """
    if last.heading is None:
        return
    set_off = [title for title in found if title.form in (TitleForm.HEADING, TitleForm.BOLD)]
    headings = [title.place for title in set_off if title.form is TitleForm.HEADING]
    cuts = [title.place for title in set_off if is_leftover(title.label.words)]
    if last.section is Section.MENTIONS and headings and _holds_mentions(last.blocks[: set_off[0].place]):
        cuts.append(headings[0])
    if counts[TitleForm.BOLD] > 2 * counts[TitleForm.HEADING]:
        bold = max((title.place for title in set_off if title.form is TitleForm.BOLD), default=-1)
        cuts += [place for place in headings if place > bold][:1]
    cut = min(cuts, default=None)
    if cut is not None:
        del last.blocks[cut:]
        found[:] = [title for title in found if title.place < cut]


def _holds_mentions(blocks: Sequence[Block]) -> bool:
    return sum(1 for block in blocks if block.is_textual and block.urls) >= _COLLECTION_LEAST


def _holds_items(region: Region, regions: Sequence[Region]) -> bool:
    """True for sections; what stands before them is a welcome, which rarely holds an item."""
    return region.heading is not None or len(regions) == 1


def _strong(counts: Counter[TitleForm]) -> int:
    return counts[TitleForm.HEADING] + counts[TitleForm.BOLD]


def _repeated(titles: Sequence[Title]) -> set[str]:
    """Words in the place of a title that are labels: they come up again and again, or end open where few titles do."""
    counts = Counter(title.label.key for title in titles)
    repeated = {key for key, count in counts.items() if count >= 3 or not key}
    lines = [title for title in titles if title.form is TitleForm.BOLD and not title.rest]
    open_lines = [title for title in lines if _ends_open(title)]
    if len(open_lines) * 3 <= len(lines):
        repeated.update(title.label.key for title in open_lines)
    return repeated


def _ends_open(title: Title) -> bool:
    return title.label.words.endswith((":", "：")) and width(title.label.words) <= _LABEL_WIDEST


def _chosen(region: Region, found: list[Title], counts: Counter[TitleForm]) -> list[Title]:
    """The titles of a region: in the form that the issue prefers, else in the best that the region has.

    The title of advertising counts among them in any form, so that its text does not go to the item above.
    """
    paid = [title for title in found if is_advertising(title.label.words)]
    places = {title.place for title in paid}
    proper = _preferred(region, [title for title in found if title.place not in places], counts)
    return sorted([*proper, *paid], key=lambda title: title.place) if proper else proper


def _preferred(region: Region, found: list[Title], counts: Counter[TitleForm]) -> list[Title]:
    here = Counter(title.form for title in found)
    if here[TitleForm.HEADING] and counts[TitleForm.HEADING] >= counts[TitleForm.BOLD]:
        return [title for title in found if title.form is TitleForm.HEADING or _is_twice_set_off(title)]
    if _strong(here):
        return [title for title in found if title.form in (TitleForm.HEADING, TitleForm.BOLD)]
    if region.section is Section.MENTIONS:
        return []
    for form in (TitleForm.LEAD, TitleForm.LINK):
        if here[form] and _is_habit(region, found, form, counts):
            return [title for title in found if title.form is form]
    return []


def _is_twice_set_off(title: Title) -> bool:
    """True for a line in bold italics: among headings a plain bold line only parts a text, this one begins another."""
    lettered = [run for run in title.runs if run.text.strip()]
    return title.form is TitleForm.BOLD and all(run.bold and run.italic for run in lettered)


def _is_habit(region: Region, found: Sequence[Title], form: TitleForm, counts: Counter[TitleForm]) -> bool:
    """True where bold or linked words at the start of a text are how this issue, or this region, sets titles."""
    own = [title for title in found if title.form is form]
    top = [block for block in region.blocks if block.is_textual and block.level <= 1]
    if len(own) * 2 >= len(top):
        return True
    return counts[form] >= 3 and counts[form] > _strong(counts) and len(own) * 4 >= len(top)


def _like_the_rest(chosen: list[Title], everything: Sequence[Title], *, numbered: bool) -> list[Title]:
    """Of the bold lines of a welcome those that look just like the issue's titles."""
    looks = Counter(_look(title) for title in everything)
    if not looks:
        return []
    common = looks.most_common(1)[0][0]
    return [
        title
        for title in chosen
        if _look(title) == common
        and bool(title.label.parts == 2) == numbered
        and not ends_a_sentence(title.label.words)
    ]


def _look(title: Title) -> tuple[TitleForm, bool]:
    return title.form, all(run.italic for run in title.runs if run.text.strip())


def _titles_in(blocks: Sequence[Block]) -> list[Title]:
    found = []
    for place, block in enumerate(blocks):
        title = _title_at(place, block)
        if title is not None:
            found.append(title)
    return found


def _title_at(place: int, block: Block) -> Title | None:
    """The title that a block is or begins with."""
    if block.kind is BlockKind.HEADING:
        return _title(place, TitleForm.HEADING, block.runs, ())
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.ENTRY) or block.level > 1:
        return None
    if block.is_bold and "\n" not in block.text.strip():
        form = TitleForm.BOLD if block.kind is BlockKind.PARAGRAPH else TitleForm.LEAD
        return _title(place, form, block.runs, ()) if width(block.text) <= _TITLE_WIDEST else None
    lead, rest = lead_of(block)
    if lead:
        return _lead_title(place, block, lead, rest)
    lead, rest = link_lead_of(block)
    text = "".join(run.text for run in rest)
    if lead and (not text.strip() or text.lstrip(" ")[:1] in _SEPARATORS):
        return _title(place, TitleForm.LINK, lead, rest)
    return None


def _lead_title(place: int, block: Block, lead: tuple[Run, ...], rest: tuple[Run, ...]) -> Title | None:
    text, after = "".join(run.text for run in lead), "".join(run.text for run in rest)
    if width(text) > _LEAD_WIDEST or "\n" in text.strip():
        return None
    ends_line = text.endswith("\n") or after.lstrip(" ").startswith("\n")
    own_line = ends_line and block.kind is BlockKind.PARAGRAPH
    return _title(place, TitleForm.BOLD if own_line else TitleForm.LEAD, lead, rest)


def _title(place: int, form: TitleForm, runs: tuple[Run, ...], rest: tuple[Run, ...]) -> Title | None:
    text = one_line("".join(run.text for run in runs))
    if not any(char.isalnum() for char in text):
        return None
    rest = trimmed(rest)
    if form in (TitleForm.LEAD, TitleForm.LINK) and rest:
        rest = trimmed(
            (
                replace(rest[0], text=rest[0].text.lstrip(_SEPARATORS.replace("(", "").replace("（", "") + " ")),
                *rest[1:],
            )
        )
    return Title(place, form, trimmed(runs), rest, label_of(text))
