"""How votes and what was picked look before any platform."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.club import ClubSession
from bot.domain.messages import Block, Button, Heading, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.nominations import Nomination
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.nomination_message import authors_line, paper_line, paper_title, votes_words
from bot.services.session_message import moment_line

SHOWN = 5
TITLE_LIMIT = 80
MOST_TIED = 5


def result_message(
    there: Sequence[Nomination], best: Sequence[Nomination], say: Translator, *, pick_for: int | None = None
) -> Message:
    """The result of a vote; with `pick_for`, a community's id, for its organisers, who may pick."""
    _ = say.gettext
    blocks: list[Block] = [
        Heading(text(_("The vote for the next paper is over")), level=1),
        Paragraph(winners_line(best, say)),
    ]
    if there:
        blocks.append(ListBlock(tuple(ranked_entry(one, say) for one in there[:SHOWN]), start=1))
    if pick_for is None or not there:
        return Message(tuple(blocks))
    return Message(tuple(blocks), ((Button(_("Pick a paper"), f"pick:list:{pick_for}:1"),),))


def winners_line(best: Sequence[Nomination], say: Translator) -> Line:
    """Which proposal has the most votes, or which ones, or that there are none."""
    _ = say.gettext
    if not best:
        return text(_("Nobody has voted."))
    votes = votes_words(best[0], say)
    titles = [_("“{title}”", title=cut(one.paper.name, TITLE_LIMIT)) for one in best[:MOST_TIED]]
    if len(best) == 1:
        return text(_("Most votes: {title} ({votes}).", title=titles[0], votes=votes))
    return text(_("A tie ({votes} each): {titles}. The organisers choose.", votes=votes, titles=say.listing(titles)))


def ranked_entry(nomination: Nomination, say: Translator) -> tuple[Line, ...]:
    """A proposal with its votes."""
    authors = authors_line(nomination.paper.authors, say)
    said = " · ".join(filter(None, (authors, votes_words(nomination, say))))
    return (paper_line(nomination.paper), text(said, italic=True))


def picked_message(nomination: Nomination, session: ClubSession, say: Translator) -> Message:
    """Word to who proposed what a session is about from now on."""
    plan = session.plan
    lead = Text(say.gettext("Your proposal was picked for session {number}: ", number=session.number))
    moment = moment_line(plan.starts_at, plan.zone, say)
    title = text(paper_title(nomination.paper), bold=True, url=nomination.paper.address or None)
    return Message((Paragraph(title), Paragraph((lead, *moment))))
