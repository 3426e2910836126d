"""How the answer to "Was this covered?" looks before any platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from bot.domain.discussed import Discussed, DiscussedPapers
from bot.domain.items import Item
from bot.domain.messages import Block, Heading, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.papers import address
from bot.domain.summary import shortened
from bot.locales import N_, Translator
from bot.services.covered import Coverage, Covered
from bot.services.item_message import below_each_other, discussed_line, item_title, source_line
from bot.services.story_card import told_to

WAS_THIS_COVERED = N_("Was this covered?")
"""Also what the command is called that is applied to a message: at most 32 characters in each language."""
TITLE_LIMIT = 140
ADDRESS_LIMIT = 80
ITEMS_SHOWN = 5
"""Of a story: with ten addresses the answer stays two messages."""
STORIES_SHOWN = 3


def covered_message(
    found: Sequence[Covered], say: Translator, zone: tzinfo, *, discussed: DiscussedPapers, left_out: int = 0
) -> Message:
    """What there is about each address. `left_out`: so many more addresses were named and not looked up."""
    entries = tuple(_entry(one, discussed_in(one, discussed), say, zone) for one in found)
    blocks: list[Block] = [Heading(text(say.gettext(WAS_THIS_COVERED)), level=1)]
    blocks.append(ListBlock(entries, start=1) if len(entries) > 1 else Paragraph(below_each_other(entries[0])))
    if left_out:
        more = say.ngettext(
            "{number} more address was not looked up.", "{number} more addresses were not looked up.", left_out
        )
        blocks.append(Paragraph(text(more, italic=True)))
    return Message(tuple(blocks))


def discussed_in(covered: Covered, discussed: DiscussedPapers) -> Discussed | None:
    """The last session about what is at an address."""
    found = [one for identity in covered.identities if (one := discussed.get(identity))]
    return max(found, key=lambda one: one.at, default=None)


def _entry(covered: Covered, discussed: Discussed | None, say: Translator, zone: tzinfo) -> tuple[Line, ...]:
    about = [one for one in covered.stories if one.about]
    cited = [one for one in covered.stories if not one.about]
    lines = [_title(covered, about, say)]
    lines += [line for one in about[:STORIES_SHOWN] for line in _told(one.items, _times(one, say), say, zone)]
    if not about:
        lines.append(text(say.gettext("Not covered yet.")))
    if cited:
        citing = [item for one in cited for item in one.items]
        lines += _told(citing, say.gettext("Mentioned in:"), say, zone)
    if discussed:
        lines.append(discussed_line(discussed, say))
    return tuple(lines)


def _title(covered: Covered, about: Sequence[Coverage], say: Translator) -> Line:
    """What is at the address, in the reader's words where it was covered in their language."""
    if about:
        title = item_title(told_to(about[0].items, say))
        return text(shortened(title, TITLE_LIMIT), bold=True, url=covered.url)
    shown = (address(covered.paper) if covered.paper else covered.url).partition("://")[2].removeprefix("www.")
    return text(shortened(shown, ADDRESS_LIMIT), bold=True, url=covered.url)


def _times(coverage: Coverage, say: Translator) -> str:
    if len(coverage.items) == 1:
        return say.gettext("Covered once:")
    return say.ngettext("Covered {number} time:", "Covered {number} times:", len(coverage.items))


def _told(items: Sequence[Item], label: str, say: Translator, zone: tzinfo) -> list[Line]:
    lines = [text(label)]
    lines += [(Text("– "), *source_line(item, say, zone, language=True)) for item in items[:ITEMS_SHOWN]]
    if len(items) > ITEMS_SHOWN:
        more = len(items) - ITEMS_SHOWN
        lines.append(text("– " + say.ngettext("and {number} more", "and {number} more", more)))
    return lines
