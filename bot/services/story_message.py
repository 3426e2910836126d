"""How the digest of a subscription looks before any platform, and the stories in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain.aftermath import After
from bot.domain.items import Item
from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    Image,
    Inline,
    Line,
    ListBlock,
    Message,
    Paragraph,
    Text,
    text,
)
from bot.domain.papers import address
from bot.domain.selection import Merit, MeritKind, Ranked, Selection, code_of, primary, spokesman
from bot.domain.subscriptions import Choices, DigestStyle
from bot.domain.text import cut, lead
from bot.locales import Translator
from bot.services.item_message import SOURCE_LIMIT, item_title, joined, section_label

FIGURES_ON = frozenset({"discord"})
"""Platforms that show an image below the text and not in its place."""
_UNSPOKEN = (MeritKind.FRESH, MeritKind.LESS)
"""What is no news to those who read a digest."""
LEAD_LIMIT = 360
COVERAGE_SHOWN = 6
IN_A_ROW = 5
"""Buttons: as many as Discord takes in a row."""
MOST_SAVE_BUTTONS = 20
"""Four rows of five; Discord takes five rows, and *More* needs one."""


def subscription_digest(
    selection: Selection, choices: Choices, say: Translator, *, edition: int, figure: bool = False
) -> Message:
    """The digest of a window. `figure`: the lead story's first image is shown, where the platform shows images well.
    `edition` names what is shown in the button for the rest."""
    zone = ZoneInfo(choices.schedule.zone)
    title = _title(selection, say, zone)
    if not selection.shown:
        start = say.moment(selection.window.start, zone)
        return Message((title, Paragraph(text(say.gettext("Nothing new since {moment}.", moment=start)))))
    blocks: list[Block] = [title, Paragraph(text(_figures(selection, say), italic=True))]
    if figure:
        blocks += _figure(selection.shown[0], choices)
    blocks += story_blocks(selection.shown, choices, say)
    more = Button(say.gettext("More ({number})", number=say.number(selection.beyond)), f"more:{edition}:1")
    less = Button(say.gettext("👎 Less like this"), f"less:{edition}")
    return Message(tuple(blocks), (*save_buttons(selection.shown), (more, less) if selection.beyond else (less,)))


def story_blocks(stories: Sequence[Ranked], choices: Choices, say: Translator, *, start: int = 1) -> list[Block]:
    """The stories under the headings of their sections, numbered from `start`."""
    blocks: list[Block] = []
    for section, group in groupby(stories, key=lambda one: one.section):
        entries = tuple(story_entry(one, choices, say) for one in group)
        blocks += [Heading(text(section_label(section, say))), ListBlock(entries, start=start)]
        start += len(entries)
    return blocks


def story_entry(story: Ranked, choices: Choices, say: Translator) -> tuple[Line, ...]:
    """A story: its title, what it says, its links, who wrote about it, and what speaks for it."""
    items = story.candidate.items
    if story.after.withdrawn or story.after.same_as:
        return gone_entry(items, choices, story.after, say)
    told = spokesman(items, choices)
    links = story_links(items, say)
    target = told.url or next((link.url for link in told.links), None) or told.document_url
    title = Text(item_title(told), bold=True, url=target)
    late = late_lines(story.after, told, say)
    if choices.style is DigestStyle.COMPACT or story.after.brief:
        return (joined([title, *links]), *late)
    lines: list[Line] = [(title,)]
    if told.title and (summary := lead(told.text, told.language, sentences=3, limit=LEAD_LIMIT)):
        lines.append(text(summary))
    if links:
        lines.append(joined(links))
    lines.append(coverage_line(items, told, say))
    spoken = [merit_words(merit, say) for merit in story.merits if merit.kind not in _UNSPOKEN]
    if spoken:
        lines.append(text("✦ " + " · ".join(spoken)))
    return (*lines, *late)


def gone_entry(items: Sequence[Item], choices: Choices, after: After, say: Translator) -> tuple[Line, ...]:
    """What is left, at its place, of a story that was withdrawn or has become one with another in the same digest."""
    _ = say.gettext
    words = (
        _("withdrawn by its source")
        if after.withdrawn
        else _("the same story as number {number}", number=after.same_as)
    )
    if not items:  # the source itself is gone, with everything that it had
        return (text(words, italic=True),)
    return ((Text(item_title(spokesman(items, choices)), strike=True), Text(" — "), Text(words, italic=True)),)


def late_lines(after: After, told: Item, say: Translator) -> tuple[Line, ...]:
    """Who wrote about a story after it was told: "Also covered by …"."""
    if not after.late:
        return ()
    return ((Text(say.gettext("Also covered by: ")), *coverage_line(after.late, told, say)),)


def story_links(items: Sequence[Item], say: Translator) -> list[Text]:
    """Links to the paper and the code of a story, whoever of its items names them."""
    _ = say.gettext
    paper = next((item.papers[0] for item in items if item.papers), None)
    code = next(filter(None, map(code_of, items)), None)
    links = [Text("📄 " + _("paper"), url=address(paper))] if paper else []
    return [*links, Text("💻 " + _("code"), url=code)] if code else links


def coverage_line(items: Sequence[Item], told: Item, say: Translator) -> Line:
    """Who wrote about a story, each once and with the language, whose words are shown first."""
    voices: dict[tuple[int, str], Item] = {}
    for item in sorted(items, key=lambda one: one.id != told.id):
        voices.setdefault((item.key.source_id, primary(item.language)), item)
    shown = list(voices.values())[:COVERAGE_SHOWN]
    runs: list[Inline] = [Text(_voice(item), italic=True, url=item.url or item.document_url) for item in shown]
    if len(voices) > len(shown):
        runs.append(Text(say.gettext("and {number} more", number=say.number(len(voices) - len(shown))), italic=True))
    return joined(runs)


def merit_words(merit: Merit, say: Translator) -> str:
    """What speaks for a story, in words."""
    match merit.kind:
        case MeritKind.SOURCES:
            return say.ngettext("{number} source", "{number} sources", merit.amount)
        case MeritKind.CODE:
            return say.gettext("code available")
        case MeritKind.SAVED:
            return say.ngettext("saved by {number} reader", "saved by {number} readers", merit.amount)
        case MeritKind.WANTED:
            return say.gettext("about {words}", words=say.listing(merit.words))
        case MeritKind.FRESH:
            return say.gettext("new")
        case MeritKind.LESS:
            return say.gettext("less of this wanted")


def save_buttons(stories: Sequence[Ranked], *, start: int = 1) -> tuple[ButtonRow, ...]:
    """A button for each story that puts it aside."""
    there = [(at, one) for at, one in enumerate(stories, start) if not (one.after.withdrawn or one.after.same_as)]
    buttons = [Button(f"☆ {at}", f"save:{one.story_id}") for at, one in there][:MOST_SAVE_BUTTONS]
    return tuple(tuple(buttons[at : at + IN_A_ROW]) for at in range(0, len(buttons), IN_A_ROW))


def _title(selection: Selection, say: Translator, zone: tzinfo) -> Heading:
    day = say.date(selection.window.end.astimezone(zone).date())
    return Heading(text(say.gettext("Digest · {days}", days=day)), level=1)


def _figures(selection: Selection, say: Translator) -> str:
    """How much was read for it: "48 read, 31 stories, 12 shown"."""
    stories = say.ngettext("{number} story", "{number} stories", selection.stories)
    read = say.gettext("{number} read", number=say.number(selection.read))
    shown = say.gettext("{number} shown", number=say.number(len(selection.shown)))
    return " · ".join([read, stories, shown])


def _figure(story: Ranked, choices: Choices) -> Iterable[Image]:
    items = sorted(story.candidate.items, key=lambda one: one.id != spokesman(story.candidate.items, choices).id)
    image = None if story.after.withdrawn else next((url for item in items for url in item.images), None)
    return (Image(image),) if image else ()


def _voice(item: Item) -> str:
    title = cut(item.source_title, SOURCE_LIMIT)
    return f"{title} ({primary(item.language)})" if item.language else title
