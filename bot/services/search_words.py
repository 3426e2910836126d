"""How a search says what it has read in a question: "education items in Portuguese since 15 February 2020"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import reduce

from bot.domain.matching import Field
from bot.domain.question import (
    Appeared,
    Either,
    Every,
    Facet,
    Filter,
    Has,
    Identity,
    Mine,
    Node,
    Not,
    Phrase,
    Prefix,
    Question,
    Sort,
    Words,
)
from bot.domain.question_signs import straight
from bot.domain.question_tree import alternatives, is_condition
from bot.domain.sections import Section
from bot.domain.text import cut
from bot.locales import N_, Translator

LONGEST_SAID = 300  # characters
LONGEST_PART = 60
MOST_UNKNOWN = 3

_SECTIONS = {
    Section.TOP_STORIES: N_("top stories"),
    Section.PUBLICATIONS: N_("publications"),
    Section.CREATIVITY_SOCIETY: N_("items on creativity and society"),
    Section.TOOLS_DATASETS: N_("tools and datasets"),
    Section.ETHICS: N_("ethics items"),
    Section.ARTICLES: N_("articles"),
    Section.EDUCATION: N_("education items"),
    Section.MENTIONS: N_("mentions"),
    Section.UPDATES: N_("updates"),
    Section.STAY_INFORMED: N_("items from “Stay informed”"),
    Section.OTHER: N_("items from other sections"),
}
_HAS = {
    Has.CODE: N_("with code"),
    Has.PDF: N_("with a PDF"),
    Has.DISCUSSION: N_("discussed by the club"),
    Has.MATERIALS: N_("with materials from a session"),
}
_IS = {Mine.SAVED: N_("saved by you"), Mine.UNREAD: N_("not yet opened by you")}
_PAPERS = {"arxiv": "arXiv", "doi": "DOI", "acl": "ACL", "openreview": "OpenReview"}
_ORDER = (Facet.SECTION, Facet.LANGUAGE, Facet.SOURCE, Facet.ISSUE)
"""How these conditions follow each other in a phrase; dates stand behind them."""


def said_question(question: Question, say: Translator) -> str | None:
    """How a question was read, as one phrase without a capital letter or full stop; None where it is only words, which
    need no saying."""
    parts = [part for part in question.root.parts if not (isinstance(part, Words) and part.field is None)]
    chained = sorted(filter(_is_chained, parts), key=_place)
    said = [_said(part, say) for part in parts if not is_condition(part)]
    said += [_chained((_said(part, say) for part in chained), say)] if chained else []
    said += [_said(part, say) for part in parts if is_condition(part) and not _is_chained(part)]
    said += [say.gettext("newest first")] if question.sort is Sort.NEW else []
    return cut(in_row(said, say), LONGEST_SAID) if said else None


def read_as(question: Question, say: Translator) -> str | None:
    """How a question was read, as a sentence; None where it is only words."""
    said = said_question(question, say)
    # Where a language ends a date with a full stop ("2020 г."), that of the sentence is enough.
    return say.gettext("Read as: {question}.", question=said.removesuffix(".")) if said else None


def said_unknown(question: Question, say: Translator) -> str | None:
    """What of a question looked like a filter and is none, as a sentence; None where nothing did."""
    if not question.unknown:
        return None
    words = say.listing(quoted_words(one, say) for one in question.unknown[:MOST_UNKNOWN])
    return say.gettext("I know no such filter, so these were read as words: {words}.", words=words)


def _is_chained(part: Node) -> bool:
    """True for conditions that make one phrase with what they are conditions of."""
    named = alternatives(part)
    return isinstance(part, Appeared) or (named is not None and named[0] in _ORDER)


def _place(part: Node) -> int:
    named = alternatives(part)
    return _ORDER.index(named[0]) if named else len(_ORDER)


def _chained(said: Iterable[str], say: Translator) -> str:
    """Conditions behind each other: "education items in Portuguese since 2020"."""
    return reduce(lambda one, more: say.gettext("{one} {more}", one=one, more=more), said)


def in_row(said: Iterable[str], say: Translator) -> str:
    """Facts behind each other: "covered 3 times, discussed in session 4"."""
    return reduce(lambda one, more: say.gettext("{one}, {more}", one=one, more=more), said)


def _said(part: Node, say: Translator) -> str:
    _ = say.gettext
    match part:
        case Words(text, field):
            return _in_field(quoted_words(text, say), field, say)
        case Phrase(text, field):
            return _in_field(_("{words} as a phrase", words=quoted_words(text, say)), field, say)
        case Prefix(text, field):
            return _in_field(_("words that begin with {words}", words=quoted_words(text, say)), field, say)
        case Identity():
            return _("about {subject}", subject=said_subject(part))
        case Appeared():
            return _days(part, say)
        case Filter():
            return _filtered(part.facet, (part.value,), say)
        case Not(inner) if is_condition(inner):
            return _("not {condition}", condition=_inside(inner, say))
        case Not(Phrase(text, field)):
            return _("without {words}", words=_in_field(quoted_words(text, say), field, say))
        case Not(inner):
            return _("without {words}", words=_inside(inner, say))
        case Either(parts):
            named = alternatives(part)
            return _filtered(*named, say) if named else say.choice(_inside(one, say) for one in parts)
        case Every(parts):
            return in_row(
                (f"({_said(one, say)})" if isinstance(one, Either) else _said(one, say) for one in parts), say
            )


def _inside(part: Node, say: Translator) -> str:
    """A part as a part of another."""
    said = _said(part, say)
    return f"({said})" if isinstance(part, Every) else said


def _in_field(words: str, field: Field | None, say: Translator) -> str:
    if field is Field.TITLE:
        return say.gettext("{words} in the title", words=words)
    return say.gettext("{words} among the authors", words=words) if field is Field.NAMES else words


def said_subject(identity: Identity) -> str:
    """What a paper or page is called: "arXiv 1810.04805"."""
    paper = identity.paper
    return cut(f"{_PAPERS[paper.scheme]} {paper.value}" if paper else identity.link or identity.words, LONGEST_PART)


def _filtered(facet: Facet, values: Iterable[str], say: Translator) -> str:
    _ = say.gettext
    match facet:
        case Facet.SECTION:
            return say.choice(_(_SECTIONS[Section(value)]) for value in values)
        case Facet.LANGUAGE:
            return _("in {languages}", languages=say.choice(map(say.language_name, values)))
        case Facet.SOURCE:
            return _("from {sources}", sources=say.choice(quoted_words(value, say) for value in values))
        case Facet.ISSUE:
            return _("in the issue {issues}", issues=say.choice(quoted_words(value, say) for value in values))
        case Facet.ID:
            return _("with the number {numbers}", numbers=say.choice(values))
        case Facet.HAS:
            return say.choice(_(_HAS[Has(value)]) for value in values)
        case Facet.IS:
            return say.choice(_(_IS[Mine(value)]) for value in values)


def _days(span: Appeared, say: Translator) -> str:
    _ = say.gettext
    first, last = span.first, span.last
    if first is None:
        return _("before {day}", day=say.date(last + timedelta(days=1))) if last else ""
    if last is None:
        return _("since {day}", day=say.date(first))
    if first == last:
        return _("on {day}", day=say.date(first))
    behind = last + timedelta(days=1)
    if (first.day, behind.day, behind.month, behind.year) == (1, 1, 1, first.year + 1) and first.month == 1:
        return _("in {year}", year=first.year)
    if (first.day, behind.day) == (1, 1) and (first.year, first.month) == (last.year, last.month):
        return _("in {month}", month=say.month(first))
    if first > last:  # nothing is both; what was asked for is said as it is
        return _chained([_("since {day}", day=say.date(first)), _("before {day}", day=say.date(behind))], say)
    return _("from {first} to {last}", first=say.date(first), last=say.date(last))


def quoted_words(words: str, say: Translator) -> str:
    """Words as somebody has typed them, in the quotation marks of the reader's language, cut where they are many."""
    return say.gettext("“{words}”", words=cut(straight(words), LONGEST_PART))
