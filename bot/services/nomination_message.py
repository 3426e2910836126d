"""How proposals look before any platform: a line in a list, a list, and a whole one with its abstract."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.club import ClubSession
from bot.domain.messages import Block, Heading, Line, ListBlock, Message, Paragraph, Quote, Text, text
from bot.domain.nominations import Nomination, ProposedPaper, Voting
from bot.domain.papers import PaperFacts
from bot.domain.summary import shortened
from bot.locales import Translator
from bot.services.nominations import ProposalsPage
from bot.services.session_message import moment_line

TITLE_LIMIT = 160
NAME_LIMIT = 40
AUTHORS_SHOWN = 3
AUTHORS_LIMIT = 120
ALL_AUTHORS_SHOWN = 12
ALL_AUTHORS_LIMIT = 400
ABSTRACT_LIMIT = 1_500


def paper_title(paper: ProposedPaper) -> str:
    """What to call a paper, short enough for a line."""
    return shortened(paper.name, TITLE_LIMIT)


def paper_line(paper: ProposedPaper) -> Line:
    """The title of a paper as a link to it."""
    return text(paper_title(paper), bold=True, url=paper.address or None)


def authors_line(
    authors: Sequence[str], say: Translator, *, shown: int = AUTHORS_SHOWN, limit: int = AUTHORS_LIMIT
) -> str:
    """Some authors and how many more there are, "" where none are known."""
    names = shortened(", ".join(authors[:shown]), limit)
    more = len(authors) - shown
    return names if more <= 0 else f"{names} " + say.ngettext("and {number} more", "and {number} more", more)


def votes_words(nomination: Nomination, say: Translator) -> str:
    return say.ngettext("{number} vote", "{number} votes", nomination.votes)


def until_line(voting: Voting, say: Translator, zone: str) -> Line:
    """Until when people may vote, () where there is no end."""
    if voting.closed_at is not None:
        return text(say.gettext("The vote is over."))
    if voting.closes_at is None:
        return ()
    return (Text(say.gettext("The vote ends: ")), *moment_line(voting.closes_at, zone, say))


def proposals_message(page: ProposalsPage, say: Translator, zone: str, *, personal: bool) -> Message:
    """A page of the proposals. `personal`: only one person sees it, so it says what they are for."""
    _ = say.gettext
    title = Heading(text(_("Proposals for the club")), level=1)
    here = page.nominations
    if not here.total:
        hint = _("Nothing is proposed yet. Write /club propose with the address of a paper, or press the button.")
        return Message((title, Paragraph(text(hint))))
    entries = tuple(_entry(one, page, say, personal=personal) for one in here.shown)
    blocks: list[Block] = [title, ListBlock(entries, start=here.first)]
    until = until_line(page.voting, say, zone)
    if until:
        blocks.append(Paragraph(until))
    if page.voting.closed_at is None and not personal:
        hint = _("👍 votes for a proposal, ↩ takes the vote back. Vote for as many as you like.")
        blocks.append(Paragraph(text(hint, italic=True)))
    return Message(tuple(blocks))


def nomination_message(
    nomination: Nomination, facts: PaperFacts | None, proposer: str, say: Translator, zone: str, *, mine: bool
) -> Message:
    """A whole proposal. `facts` is what the paper's archive says, `proposer` what they are called, "" where nobody
    knows."""
    _ = say.gettext
    paper = nomination.paper
    blocks: list[Block] = [Heading(paper_line(paper), level=1)]
    authors = authors_line(paper.authors, say, shown=ALL_AUTHORS_SHOWN, limit=ALL_AUTHORS_LIMIT)
    if authors:
        blocks.append(Paragraph(text(authors, italic=True)))
    if facts is not None and facts.abstract:
        blocks.append(Quote(text(shortened(facts.abstract, ABSTRACT_LIMIT))))
    day = say.date(nomination.proposed_at.astimezone(ZoneInfo(zone)).date())
    by = _("Proposed by {name}, {day}", name=shortened(proposer, NAME_LIMIT), day=day) if proposer else day
    said = [by, votes_words(nomination, say), *([_("you are for it")] if mine else [])]
    blocks.append(Paragraph(text(" · ".join(said))))
    return Message(tuple(blocks))


def discussed_line(session: ClubSession, say: Translator, now_over: bool) -> Line:
    """In which session a paper was discussed, or will be."""
    _ = say.gettext
    day = say.date(session.plan.starts_at.astimezone(ZoneInfo(session.plan.zone)).date())
    if now_over:
        return text(_("It was discussed in session {number} on {day}.", number=session.number, day=day))
    return text(_("It is planned for session {number} on {day}.", number=session.number, day=day))


def _entry(nomination: Nomination, page: ProposalsPage, say: Translator, *, personal: bool) -> tuple[Line, ...]:
    proposer = page.names.get(nomination.proposed_by or 0, "")
    said = [votes_words(nomination, say)]
    if personal and nomination.id in page.mine:
        said.append("✓ " + say.gettext("you are for it"))
    if proposer:
        said.append(say.gettext("proposed by {name}", name=shortened(proposer, NAME_LIMIT)))
    authors = authors_line(nomination.paper.authors, say)
    return (
        paper_line(nomination.paper),
        *((text(authors, italic=True),) if authors else ()),
        text(" · ".join(said)),
    )
