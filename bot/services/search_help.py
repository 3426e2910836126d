"""What a search understands, in short and with examples in the reader's language."""

from __future__ import annotations

from bot.domain.messages import Heading, Line, ListBlock, Message, Paragraph, Text, text
from bot.locales import N_, Translator

EXAMPLES = (
    (N_('"knowledge distillation"'), N_("these words in a row")),
    (N_("transformer -gpt"), N_('the one without the other; also -"…", -lang:en, -(…)')),
    (N_("pruning OR quantization"), N_("one of them; brackets hold together what belongs together")),
    (N_("distil*"), N_("all words that begin so")),
    (N_("title:bert author:devlin"), N_("in the title, among the authors")),
    (N_("lang:portuguese section:education source:gradient"), N_("language, section, source")),
    (N_('after:2020-02-15 before:yesterday on:"last week"'), N_("days: dates, months, years, or counted from today")),
    (N_("has:code has:pdf has:discussion has:materials"), N_("what there is besides the text")),
    (N_("is:saved is:unread"), N_("what you have put aside, what you have not opened")),
    (N_("sort:new"), N_("newest first")),
    (N_("1706.03762"), N_("everything about a paper or page: by number, DOI or address")),
)
"""What somebody can type, and what it finds; both to be translated."""


def search_help(say: Translator) -> Message:
    """The grammar of searches."""
    _ = say.gettext
    entries: list[tuple[Line, ...]] = [
        ((Text(_(example), code=True), Text(" – " + _(meaning))),) for example, meaning in EXAMPLES
    ]
    first = _("Just type words, in any language, in any order: /search how to compress bert")
    last = _("Filters can be mixed, and named in your language. What I do not know as a filter I read as words.")
    return Message(
        (
            Heading(text(_("What a search understands")), level=1),
            Paragraph(text(first)),
            ListBlock(tuple(entries)),
            Paragraph(text(last)),
        )
    )
