"""What a question of a form says where questions are asked one after another."""

from __future__ import annotations

from bot.domain.forms import FormProgress, Question
from bot.domain.messages import Block, Heading, Line, Message, Paragraph, Text, text
from bot.locales import N_, Translator

NOTHING_CHANGED = N_("Nothing was changed.")
"""What somebody is told who stops answering."""


def question_message(progress: FormProgress, question: Question, say: Translator) -> Message:
    """The question that a form has come to, what its answer is now, and how to leave it as it is."""
    _ = say.gettext
    total = len(progress.form.questions)
    title = progress.form.title if total == 1 else f"{progress.form.title} · {progress.number}/{total}"
    blocks: list[Block] = [Heading(text(title), level=2), Paragraph(_asked(question, say))]
    if question.hint:
        blocks.append(Paragraph((Text(_("For example: ")), Text(question.hint, code=True))))
    leave = _("“-” leaves it as it is, /cancel stops.") if question.value else _("“-” leaves it open, /cancel stops.")
    hint = _("/cancel stops.") if question.required and not question.value else leave
    return Message((*blocks, Paragraph(text(hint, italic=True))))


def _asked(question: Question, say: Translator) -> Line:
    label = Text(f"{question.label}: ", bold=True)
    now = Text(question.value, code=True) if question.value else Text(say.gettext("nothing yet"), italic=True)
    return (label, now)
