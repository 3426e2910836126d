"""What is said above the results of a search: how the question was read, what they are for, and what is known of the
paper or page that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.discussed import DiscussedPapers
from bot.domain.messages import Block, Line, Paragraph, Text, text
from bot.domain.question import LONGEST_QUESTION, Identity
from bot.domain.question_tree import identities, without_identities
from bot.locales import Translator
from bot.services.club_findings import NOTHING_DISCUSSED
from bot.services.covered import Covered
from bot.services.covered_message import discussed_in
from bot.services.item_message import below_each_other
from bot.services.retry_message import did_you_mean_told, retry_told
from bot.services.search import SearchResults
from bot.services.search_words import in_row, read_as, said_subject, said_unknown
from bot.services.story_message import discussed_words

MOST_SUBJECTS = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the results. `discussed`: papers that the reader's club has discussed; `covered`: what was
    written about the papers and pages that the question names, in their order; `indexed`: how many items are found and
    how many there are, None where that is all of them. `is_cut`: more was typed than was read."""

    discussed: DiscussedPapers
    covered: Sequence[Covered] = ()
    indexed: tuple[int, int] | None = None
    is_cut: bool = False


NOTHING_KNOWN = Known(NOTHING_DISCUSSED)


def search_head(results: SearchResults, known: Known, say: Translator) -> list[Block]:
    """One paragraph, or none where there is nothing to say."""
    lines = [line for line in _lines(results, known, say) if line]
    return [Paragraph(below_each_other(lines))] if lines else []


def _lines(results: SearchResults, known: Known, say: Translator) -> Iterator[Line]:
    if known.is_cut:
        words = say.gettext("Only the first {number} characters were read.", number=say.number(LONGEST_QUESTION))
        yield text(words, italic=True)
    if results.retry:
        yield retry_told(results.retry, say)
    named = identities(results.question) if known.covered else ()
    asked = without_identities(results.question) if named else results.question
    if read := read_as(asked, say):
        yield text(read, italic=True)
    if unknown := said_unknown(results.retry.instead_of if results.retry else results.question, say):
        yield text(unknown, italic=True)
    for one, covered in list(zip(named, known.covered, strict=False))[:MOST_SUBJECTS]:
        yield _covered(one, covered, known.discussed, say)
    if results.suggestion and results.hits:
        yield did_you_mean_told(results.suggestion, say)
    if known.indexed:
        yield text(_incomplete(*known.indexed, say), italic=True)


def _covered(named: Identity, covered: Covered, discussed: DiscussedPapers, say: Translator) -> Line:
    """ "arXiv 1810.04805: covered 3 times, discussed in session 4 (March 5, 2020)"."""
    about = sum(len(one.items) for one in covered.stories if one.about)
    cited = sum(len(one.items) for one in covered.stories if not one.about)
    facts = [_times_covered(about, say)]
    if cited:
        facts.append(_times_mentioned(cited, say))
    if session := discussed_in(covered, discussed):
        facts.append(discussed_words(session, say))
    subject = Text(said_subject(named), bold=True, url=covered.url)
    return (subject, Text(say.gettext(": {facts}", facts=in_row(facts, say))))


def _times_covered(number: int, say: Translator) -> str:
    if number < 2:
        return say.gettext("covered once") if number else say.gettext("not covered yet")
    return say.ngettext("covered {number} time", "covered {number} times", number)


def _times_mentioned(number: int, say: Translator) -> str:
    if number == 1:
        return say.gettext("mentioned once")
    return say.ngettext("mentioned {number} time", "mentioned {number} times", number)


def _incomplete(done: int, items: int, say: Translator) -> str:
    return say.gettext(
        "I am making my index anew ({done} of {items} items), so some results may be missing.",
        done=say.number(done),
        items=say.number(items),
    )
