"""How the questions for a session look before any platform."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.club import ClubSession
from bot.domain.messages import Block, Heading, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.questions import QuestionGroup
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.session_message import numbered_title

MOST_HANDED_OVER = 40
NAMES_SHOWN = 3
LONGEST_NAME = 40
TITLE_LIMIT = 200


def handed_over(session: ClubSession, groups: Sequence[QuestionGroup], say: Translator) -> Message:
    """What who speaks gets when a session begins."""
    _ = say.gettext
    title = _("Questions for “{title}”", title=cut(numbered_title(session, say), TITLE_LIMIT))
    shown = groups[:MOST_HANDED_OVER]
    blocks: list[Block] = [
        Heading(text(title), level=1),
        Paragraph(text(_("Asked beforehand, the most wanted first."), italic=True)),
        ListBlock(tuple(question_entry(group, say) for group in shown), start=1),
    ]
    if len(groups) > len(shown):
        rest = len(groups) - len(shown)
        blocks.append(Paragraph(text(say.ngettext("and {number} more", "and {number} more", rest))))
    return Message(tuple(blocks))


def question_entry(group: QuestionGroup, say: Translator) -> tuple[Line, ...]:
    """A question, what others have asked in other words, and who wants it answered."""
    first, *others = group.questions
    lines: list[Line] = [text(first.text, bold=True)]
    lines += [text(f"≈ {one.text}") for one in others]
    if told := _who(group, say):
        lines.append((Text(f"— {told}", italic=True),))
    return tuple(lines)


def _who(group: QuestionGroup, say: Translator) -> str:
    names = [cut(" ".join(name.split()), LONGEST_NAME) for name in group.names[:NAMES_SHOWN]]
    people = len(group.people)
    if not names:
        return say.ngettext("{number} person", "{number} people", people) if people > 1 else ""
    rest = people - len(names)
    return say.listing([*names, say.ngettext("{number} more", "{number} more", rest)] if rest > 0 else names)
