"""How a story looks in a digest before any platform. The limits are in UTF-16 units, as Telegram counts, and such that
four stories are one message, whatever is in them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain.aftermath import After
from bot.domain.analysis import primary_tag
from bot.domain.discussed import Discussed
from bot.domain.items import Item
from bot.domain.merits import Merit, MeritKind
from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    Inline,
    Line,
    ListBlock,
    Paragraph,
    Text,
    rows_of,
    text,
)
from bot.domain.papers import address
from bot.domain.question_signs import straight
from bot.domain.selection import Ranked, spokesman
from bot.domain.story_links import StoryLinks, target_of
from bot.domain.subscriptions import Choices, DigestStyle
from bot.domain.summary import shortened, summary, telling_sentences
from bot.domain.text import utf16_length
from bot.locales import Translator
from bot.services.item_message import joined, section_label, short_addresses, with_links

FIGURES_ON = frozenset({"discord"})
"""Platforms that show an image below the text and not in its place."""
TITLE_LIMIT = 140
LEAD_LIMIT = 300
COVERAGE_SHOWN = 6
COVERAGE_LIMIT = 180
VOICE_LIMIT = 40
LANGUAGES_SHOWN = 4
REASON_LIMIT = 80
QUESTION_LIMIT = 80
SAID = frozenset({MeritKind.SOURCES, MeritKind.CODE, MeritKind.SAVED, MeritKind.WANTED})
"""What is said with a story; the rest is what `/why` is for."""
IN_A_ROW = 5
"""Buttons: as many as Discord takes in a row."""
MOST_SAVE_BUTTONS = 20
"""Four rows of five; Discord takes five rows, and *More* needs one."""


def story_blocks(stories: Sequence[Ranked], choices: Choices, say: Translator, *, start: int = 1) -> list[Block]:
    """The stories under the headings of their sections, or of the alerts that found them, numbered from `start`."""
    blocks: list[Block] = []
    for place, group in groupby(stories, key=lambda one: one.alert or one.section):
        entries = tuple(story_entry(one, choices, say) for one in group)
        listed = ListBlock(entries, start=start)
        if isinstance(place, Merit):
            blocks += [Heading(text(f"🔔 {quoted(place.words[0], say)}")), listed]
            blocks += more_found(place.amount - len(entries), say)
        else:
            blocks += [Heading(text(section_label(place, say))), listed]
        start += len(entries)
    return blocks


def quoted(question: str, say: Translator) -> str:
    """The question of an alert, short enough for a heading."""
    return say.gettext("“{words}”", words=shortened(straight(question), QUESTION_LIMIT))


def more_found(number: int, say: Translator) -> list[Block]:
    """That there are so many more stories which fit an alert; nothing of none."""
    words = say.ngettext("{number} more: /search finds it.", "{number} more: /search finds them.", number)
    return [Paragraph(text(words, italic=True))] if number else []


def story_entry(story: Ranked, choices: Choices, say: Translator) -> tuple[Line, ...]:
    """A story: its title, what it says, its links, who wrote about it, and what speaks for it."""
    items = story.candidate.items
    if story.after.withdrawn or story.after.same_as:
        return gone_entry(items, choices, story.after, say)
    told = spokesman(items, choices)
    where = story.candidate.links
    title, says = told_in_brief(told)
    first = Text(title, bold=True, url=target_of(told, where))
    links = story_links(where, say)
    late = late_lines(story.after, told, say)
    spoken = [discussed_words(story.after.discussed, say)] if story.after.discussed else []
    if choices.style is DigestStyle.COMPACT or story.after.brief:
        told_too = [] if story.after.brief else [Text(f"🗣 {words}") for words in spoken]
        return (joined([first, *links, *told_too]), *late)
    lines: list[Line] = [(first,)]
    if says:
        lines.append(with_links(says, told.text))
    if links:
        lines.append(joined(links))
    lines.append((Text("— "), *coverage_line(items, told, say)))
    spoken += [merit_words(merit, say) for merit in story.merits if merit.kind in SAID]
    if spoken:
        lines.append(text(shortened("✦ " + " · ".join(spoken), REASON_LIMIT)))
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
    return ((Text(told_in_brief(spokesman(items, choices))[0], strike=True), Text(" — "), Text(words, italic=True)),)


def late_lines(after: After, told: Item, say: Translator) -> tuple[Line, ...]:
    """Who wrote about a story after it was told: "Also covered by …"."""
    return (also_line(after.late, told, say),) if after.late else ()


def also_line(items: Sequence[Item], told: Item, say: Translator, *, most: int = COVERAGE_SHOWN) -> Line:
    """Who else wrote about a story; at most so many sources."""
    return (Text(say.gettext("Also covered by: ")), *coverage_line(items, told, say, most=most))


def told_in_brief(item: Item) -> tuple[str, str]:
    """The title of an item and some of its sentences. One without a title is called by its first sentence."""
    says = short_addresses(item.text)
    if item.title:
        title = short_addresses(item.title)
        if utf16_length(title) > TITLE_LIMIT:  # a post that begins with several sentences
            title = summary(title, item.language, limit=TITLE_LIMIT) or shortened(title, TITLE_LIMIT)
        return title, summary(says, item.language, limit=LEAD_LIMIT)
    first, *rest = telling_sentences(says, item.language) or [says]
    return shortened(first, TITLE_LIMIT), summary("\n\n".join(rest), item.language, most=2, limit=LEAD_LIMIT)


def story_links(links: StoryLinks, say: Translator) -> list[Text]:
    """Links to the paper and the code of a story, and to where people talk about it."""
    _ = say.gettext
    found = [
        ("📄 " + _("paper"), address(links.paper) if links.paper else None),
        ("💻 " + _("code"), links.code),
        ("💬 " + _("discussion"), links.discussion),
    ]
    return [Text(label, url=url) for label, url in found if url]


def coverage_line(items: Sequence[Item], told: Item, say: Translator, *, most: int = COVERAGE_SHOWN) -> Line:
    """Who wrote about a story, first whose words are shown: each source once, with a mark for each language that leads
    to what it wrote there; at most so many sources."""
    voices: dict[str, dict[str, Item]] = {}
    for item in sorted(items, key=lambda one: one.id != told.id):
        voices.setdefault(item.source_title, {}).setdefault(primary_tag(item.language), item)
    shown = list(voices.items())[:most]
    width = min(VOICE_LIMIT, COVERAGE_LIMIT // len(shown))
    line: list[Inline] = []
    for number, (source, by_language) in enumerate(shown):
        line += [Text(" · ")] if number else []
        line += _voice(shortened(source, width), by_language, one_link=len(shown) > 2)
    if len(voices) > len(shown):
        line.append(Text(" · " + say.gettext("and {number} more", number=say.number(len(voices) - len(shown)))))
    return tuple(line)


def discussed_words(discussed: Discussed, say: Translator) -> str:
    """In which session of the club a paper was discussed, and when."""
    day = say.date(discussed.at.astimezone(ZoneInfo(discussed.zone)).date())
    return say.gettext("discussed in session {number} ({day})", number=discussed.number, day=day)


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
            return say.gettext("it is new")
        case MeritKind.WEIGHT if merit.points > 0:
            return say.gettext("from a source that counts more")
        case MeritKind.WEIGHT:
            return say.gettext("from a source that counts less")
        case MeritKind.LESS:
            return say.gettext("less of this wanted")
        case MeritKind.ALERT:
            return say.gettext("it stands here because of the alert {question}", question=quoted(merit.words[0], say))


def save_buttons(stories: Sequence[Ranked], *, start: int = 1) -> tuple[ButtonRow, ...]:
    """A button for each story that puts it aside."""
    there = [(at, one) for at, one in enumerate(stories, start) if not (one.after.withdrawn or one.after.same_as)]
    buttons = [Button(f"☆ {at}", f"save:{one.story_id}") for at, one in there][:MOST_SAVE_BUTTONS]
    return rows_of(buttons, IN_A_ROW)


def _voice(title: str, by_language: dict[str, Item], *, one_link: bool) -> list[Inline]:
    """A source with a link to what it wrote; with several languages a link for each, unless that is too many: Telegram
    keeps a hundred in a message."""
    marks = [tag or "?" for tag in by_language][:LANGUAGES_SHOWN]
    urls = [item.url or item.document_url for item in by_language.values()]
    if marks == ["?"]:
        return [Text(title, url=urls[0])]
    if one_link or len(marks) == 1:
        return [Text(f"{title} ({', '.join(marks)})", url=urls[0])]
    linked = [Text(tag, url=url) for tag, url in zip(marks, urls, strict=False)]
    return [Text(f"{title} ("), *joined(linked, ", "), Text(")")]
