"""/club propose, /club proposals: papers proposed for the club, and votes for them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.errors import UserError
from bot.domain.forms import Form, Question
from bot.domain.messages import Button, ButtonRow, ListBlock, Message, Paragraph, page_buttons, text
from bot.domain.nominations import Nomination, ProposedPaper, for_paper, read_proposal, titled
from bot.domain.papers import identified
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.clubs import ClubAccess, Clubs
from bot.services.digest_questions import DigestQuestions
from bot.services.item_message import item_title
from bot.services.nomination_message import (
    authors_line,
    discussed_line,
    nomination_message,
    paper_line,
    paper_title,
    proposals_message,
    votes_words,
)
from bot.services.nominations import (
    Nominations,
    ProposalAnswer,
    ProposalsPage,
    Told,
)
from bot.services.proposable import Proposable
from handlers.buttons import OLD_BUTTON, by_verb, numbers
from handlers.club_access import asking, club_name
from handlers.command import Reply, Request
from handlers.registry import Command, Handler, Option

NO_PAGE = 0
"""Stands for a list where the pressed message shows none."""
TOAST_TITLE = 60
LONGEST_PLACE = 3  # digits: a digest has far fewer stories
NOTHING_NAMED = N_(
    "Write the address or the number of a paper behind the command, as in: /club propose 2005.14165 – or the number of "
    "a story in the last digest."
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A press or command, with the club that it is about."""

    request: Request
    access: ClubAccess
    say: Translator

    @property
    def personal(self) -> bool:
        """Whether only one person sees the list that is pressed."""
        return self.request.chat.private

    def list_action(self, page: int = 1) -> str:
        """What a button does that leads to the proposals."""
        return f"nom:list:{self.access.community.id}:{max(page, 1)}"


class NominationHandlers:
    """Answers /club propose and /club proposals, and everything that is pressed below."""

    def __init__(
        self, clubs: Clubs, nominations: Nominations, proposable: Proposable, digests: DigestQuestions
    ) -> None:
        self._clubs = clubs
        self._nominations = nominations
        self._proposable = proposable
        self._digests = digests
        self._verbs = {
            "list": self._turn,
            "vote": self._vote,
            "in": self._vote_within,
            "show": self._open,
            "drop": self._drop,
            "undo": self._undo,
            "item": self._propose_item,
            "story": self._propose_story,
            "paper": self._propose_paper,
            "again": self._propose_kept,
            "title": self._propose_kept,
            "new": self._ask,
            "named": self._named,
        }

    def subcommands(self) -> tuple[Command, ...]:
        query = Option(
            "query", N_("Its address, number or title, or a story's number in the last digest"), required=True
        )
        propose = Command("propose", N_("Propose a paper for a session"), self._propose, (query,), private=False)
        listed = Command("proposals", N_("What is proposed for the club, with votes"), self._list)
        return (propose, listed)

    def actions(self) -> dict[str, Handler]:
        return {"nom": by_verb(self._verbs)}

    # Proposing

    async def _propose(self, request: Request, say: Translator) -> Reply:
        typed = (request.options.get("query") or request.text).strip()
        asked = await self._enter(request, say)
        if not typed:
            return Reply(Message((Paragraph(text(say.gettext(NOTHING_NAMED))),)), form=_form(asked))
        return await self._proposed_words(asked, typed)

    async def _ask(self, request: Request, say: Translator) -> Reply:
        """`nom:new:COMMUNITY` asks for a paper."""
        (community,) = _ids(request, 1)
        asked = await self._enter(request, say, community)
        return Reply(Message((Paragraph(text(say.gettext(NOTHING_NAMED))),)), form=_form(asked))

    async def _named(self, request: Request, say: Translator) -> Reply:
        """`nom:named:COMMUNITY` is what was answered to that."""
        typed = request.answers.get("paper", "").strip()
        if not typed:
            raise UserError(NOTHING_NAMED)
        (community,) = _ids(request, 1)
        return await self._proposed_words(await self._enter(request, say, community), typed)

    async def _proposed_words(self, asked: _Asked, typed: str) -> Reply:
        if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_PLACE:
            return await self._proposed(asked, await self._in_digest(asked, int(typed)))
        paper = read_proposal(typed)
        return await (self._proposed(asked, paper) if paper else self._choose(asked, typed))

    async def _in_digest(self, asked: _Asked, place: int) -> ProposedPaper | None:
        """The story at a place of the last digest here, or of the one that is answered."""
        request = asked.request
        tales = await self._digests.placed(request.chat.destination, place, message_id=request.reply_to)
        if not tales:
            raise UserError("There is no story {number} in the last digest here.", number=place)
        return await self._proposable.of_story(asked.access, tales[0].story_id)

    async def _choose(self, asked: _Asked, typed: str) -> Reply:
        """Somebody typed what may be a title: which paper, they say."""
        paper, say = titled(typed), asked.say
        if paper is None:
            raise UserError(NOTHING_NAMED)
        items = await self._proposable.candidates(asked.access, typed)
        kept = await self._proposable.keep(asked.access, paper)
        alone: ButtonRow = (Button(say.gettext("Propose it by this title"), f"nom:title:{kept}"),)
        if not items:
            words = say.gettext("I know no paper of that name. Send me its address, or propose it by its title alone.")
            return Reply(Message((Paragraph(text(words)), Paragraph(paper_line(paper))), (alone,)))
        entries = tuple((text(item_title(item), bold=True, url=item.url or item.document_url),) for item in items)
        numbered = tuple(Button(str(at), f"nom:item:{item.id}") for at, item in enumerate(items, 1))
        blocks = (Paragraph(text(say.gettext("Which one do you mean?"))), ListBlock(entries, start=1))
        return Reply(Message(blocks, (numbered, alone)))

    async def _propose_item(self, request: Request, say: Translator) -> Reply:
        """`nom:item:ITEM` proposes what an item is about."""
        asked = await self._enter(request, say)
        (item_id,) = _ids(request, 1)
        return await self._proposed(asked, await self._proposable.of_item(asked.access, item_id))

    async def _propose_story(self, request: Request, say: Translator) -> Reply:
        """`nom:story:STORY` proposes what a story is about."""
        asked = await self._enter(request, say)
        (story_id,) = _ids(request, 1)
        return await self._proposed(asked, await self._proposable.of_story(asked.access, story_id))

    async def _propose_paper(self, request: Request, say: Translator) -> Reply:
        """`nom:paper:IDENTITY` proposes a paper by its number."""
        paper = identified(request.action.removeprefix("nom:paper:"))
        if paper is None:
            raise UserError(OLD_BUTTON)
        return await self._proposed(await self._enter(request, say), for_paper(paper))

    async def _propose_kept(self, request: Request, say: Translator) -> Reply:
        """`nom:again:VIEW` proposes what was discussed before, `nom:title:VIEW` what has only a title."""
        (view,) = _ids(request, 1)
        asked = await self._enter(request, say, await self._proposable.community_of_kept(view))
        paper = await self._proposable.kept(asked.access, view)
        return await self._proposed(asked, paper, again=request.action.startswith("nom:again:"))

    async def _proposed(self, asked: _Asked, paper: ProposedPaper | None, *, again: bool = False) -> Reply:
        if paper is None:
            raise UserError("There is no paper and no page in this to propose.")
        answer = await self._nominations.propose(asked.access, paper, again=again)
        if answer.told is Told.DISCUSSED:
            return await self._was_discussed(asked, answer)
        assert answer.nomination is not None  # all other answers have one
        say, nomination = asked.say, answer.nomination
        buttons = [Button(say.gettext("👍 I am for it"), f"nom:vote:{nomination.id}:1:{NO_PAGE}")]
        buttons.append(Button(say.gettext("All proposals"), asked.list_action()))
        blocks = (Paragraph(text(_answer_words(answer, say))), *_about(nomination, say), *await self._for_which(asked))
        return Reply(Message(blocks, (tuple(buttons),)))

    async def _for_which(self, asked: _Asked) -> tuple[Paragraph, ...]:
        """The club that is meant, for somebody who has to do with several: in private nothing else tells."""
        clubs = await self._clubs.choices(asking(asked.request)) if asked.personal else []
        if len(clubs) < 2:
            return ()
        words = asked.say.gettext(
            "The club: {name}. /club leads to another one.", name=club_name(asked.access.community, asked.say)
        )
        return (Paragraph(text(words, italic=True)),)

    async def _was_discussed(self, asked: _Asked, answer: ProposalAnswer) -> Reply:
        session = answer.session
        assert session is not None  # or nobody would say that it was discussed
        view = await self._proposable.keep(asked.access, answer.paper)
        again = Button(asked.say.gettext("Propose it again"), f"nom:again:{view}")
        line = discussed_line(session, asked.say, session.is_over(asked.access.now))
        title = replace(answer.paper, title=answer.paper.title or session.plan.title)
        return Reply(Message((Paragraph(paper_line(title)), Paragraph(line)), ((again,),)))

    # The list

    async def _list(self, request: Request, say: Translator) -> Reply:
        return await self._shown(await self._enter(request, say), 1)

    async def _turn(self, request: Request, say: Translator) -> Reply:
        """`nom:list:COMMUNITY:PAGE` shows a page of the proposals."""
        community, page = _ids(request, 2)
        return replace(await self._shown(await self._enter(request, say, community), page), replaces=True)

    async def _shown(self, asked: _Asked, number: int) -> Reply:
        page = await self._nominations.page(asked.access, number)
        zone = asked.access.community.zone
        message = proposals_message(page, asked.say, zone, personal=asked.personal)
        return Reply(replace(message, buttons=_list_buttons(page, asked)))

    async def _open(self, request: Request, say: Translator) -> Reply:
        """`nom:show:NOMINATION:PAGE` shows a whole proposal, with the way back to the list."""
        nomination_id, page = _ids(request, 2)
        asked = await self._enter_of(request, nomination_id, say)
        return replace(await self._whole(asked, nomination_id, page), replaces=True)

    async def _whole(self, asked: _Asked, nomination_id: int, page: int) -> Reply:
        _ = asked.say.gettext
        shown = await self._nominations.whole(asked.access, nomination_id)
        one = shown.nomination
        mine = asked.personal and shown.mine
        message = nomination_message(
            one, shown.facts, shown.proposer, asked.say, asked.access.community.zone, mine=mine
        )
        rows: list[ButtonRow] = []
        if one.is_open:
            vote = Button(_("👍 I am for it"), f"nom:in:{one.id}:1:{page}")
            back = Button(_("↩ Take my vote back"), f"nom:in:{one.id}:0:{page}")
            rows.append(((back if mine else vote),) if asked.personal else (vote, back))
        if one.is_open and shown.may_withdraw:
            rows.append((Button(_("✕ Take the proposal back"), f"nom:drop:{one.id}"),))
        rows.append((Button(_("◀ All proposals"), asked.list_action(page)),))
        return Reply(replace(message, buttons=tuple(rows)))

    # Votes

    async def _vote(self, request: Request, say: Translator) -> Reply:
        """`nom:vote:NOMINATION:WANTED:PAGE` sets a vote; with a page, the list is shown as it is now."""
        nomination_id, wanted, page = _ids(request, 3)
        asked = await self._enter_of(request, nomination_id, say)
        nomination, changed = await self._nominations.vote(asked.access, nomination_id, wanted=bool(wanted))
        if page != NO_PAGE and (changed or asked.personal):
            return replace(await self._shown(asked, page), replaces=True)
        return _vote_reply(nomination, say, wanted=bool(wanted))

    async def _vote_within(self, request: Request, say: Translator) -> Reply:
        """`nom:in:NOMINATION:WANTED:PAGE` sets a vote where a whole proposal is shown, which is shown as it is now."""
        nomination_id, wanted, page = _ids(request, 3)
        asked = await self._enter_of(request, nomination_id, say)
        nomination, changed = await self._nominations.vote(asked.access, nomination_id, wanted=bool(wanted))
        if changed or asked.personal:
            return replace(await self._whole(asked, nomination_id, page), replaces=True)
        return _vote_reply(nomination, say, wanted=bool(wanted))

    # Taking back

    async def _drop(self, request: Request, say: Translator) -> Reply:
        """`nom:drop:NOMINATION` takes a proposal back."""
        (nomination_id,) = _ids(request, 1)
        asked = await self._enter_of(request, nomination_id, say)
        nomination = await self._nominations.withdraw(asked.access, nomination_id)
        words = say.gettext("Taken back: “{title}”.", title=paper_title(nomination.paper))
        undo = Button(say.gettext("Undo"), f"nom:undo:{nomination_id}")
        rows = ((undo, Button(say.gettext("◀ All proposals"), asked.list_action())),)
        return Reply(Message((Paragraph(text(words)),), rows), replaces=True)

    async def _undo(self, request: Request, say: Translator) -> Reply:
        """`nom:undo:NOMINATION` proposes again what was taken back."""
        (nomination_id,) = _ids(request, 1)
        asked = await self._enter_of(request, nomination_id, say)
        await self._nominations.restore(asked.access, nomination_id)
        return replace(await self._whole(asked, nomination_id, 1), replaces=True)

    async def _enter(self, request: Request, say: Translator, community_id: int | None = None) -> _Asked:
        """The club that is meant, or in private perhaps another one that the asker has to do with."""
        who = asking(request)
        if community_id is not None:
            return _Asked(request, await self._clubs.enter_club(who, community_id), say)
        return _Asked(request, await self._clubs.enter(who, say.language), say)

    async def _enter_of(self, request: Request, nomination_id: int, say: Translator) -> _Asked:
        return await self._enter(request, say, await self._nominations.community_of(nomination_id))


def _ids(request: Request, count: int) -> tuple[int, ...]:
    """The numbers behind the verb of an action."""
    return numbers(request.action.partition(":")[2], count)


def _form(asked: _Asked) -> Form:
    say = asked.say
    question = Question(
        "paper",
        say.gettext("Its address, its number or its title"),
        hint="https://arxiv.org/abs/2005.14165",
        required=True,
    )
    return Form(say.gettext("Propose a paper"), f"nom:named:{asked.access.community.id}", (question,))


def _vote_reply(nomination: Nomination, say: Translator, *, wanted: bool) -> Reply:
    """What is true of somebody's vote, for their eyes only."""
    title, votes = cut(nomination.paper.name, TOAST_TITLE), votes_words(nomination, say)
    words = (
        say.gettext("You are for “{title}”: {votes}.", title=title, votes=votes)
        if wanted
        else say.gettext("You are not for “{title}”: {votes}.", title=title, votes=votes)
    )
    return Reply(Message((Paragraph(text(words)),)), private=True)


def _answer_words(answer: ProposalAnswer, say: Translator) -> str:
    match answer.told:
        case Told.PROPOSED:
            return say.gettext("Proposed for the club:")
        case Told.VOTED:
            return say.gettext("It is proposed already; your vote was added:")
        case _:
            return say.gettext("It is proposed already:")


def _about(nomination: Nomination, say: Translator) -> tuple[Paragraph, ...]:
    authors = authors_line(nomination.paper.authors, say)
    lines = [paper_line(nomination.paper), *([text(authors, italic=True)] if authors else [])]
    lines.append(text(votes_words(nomination, say)))
    return tuple(Paragraph(line) for line in lines)


def _list_buttons(page: ProposalsPage, asked: _Asked) -> tuple[ButtonRow, ...]:
    say = asked.say
    new = Button(say.gettext("Propose a paper"), f"nom:new:{asked.access.community.id}", opens_form=True)
    here = page.nominations
    if not here.shown:
        return ((new,),)
    rows: list[ButtonRow] = []
    there = list(enumerate(here.shown, here.first))
    if page.voting.is_open(asked.access.now):
        rows += _vote_rows(there, page, personal=asked.personal)
    rows.append(tuple(Button(f"🔎 {at}", f"nom:show:{one.id}:{here.number}") for at, one in there))
    turn = page_buttons(f"nom:list:{asked.access.community.id}", here.number, here.pages)
    rows.append((*(turn[0] if turn else ()), new))
    return tuple(rows)


def _vote_rows(there: list[tuple[int, Nomination]], page: ProposalsPage, *, personal: bool) -> list[ButtonRow]:
    """Who sees the list alone has one button a proposal, which does what they have not done; all others have two, since
    what is shown to many cannot say what each of them has done."""

    def button(label: str, one: Nomination, wanted: int) -> Button:
        return Button(label, f"nom:vote:{one.id}:{wanted}:{page.nominations.number}")

    if personal:
        mine = page.mine
        return [tuple(button(f"✓ {at}", one, 0) if one.id in mine else button(f"👍 {at}", one, 1) for at, one in there)]
    return [
        tuple(button(f"👍 {at}", one, 1) for at, one in there),
        tuple(button(f"↩ {at}", one, 0) for at, one in there),
    ]
