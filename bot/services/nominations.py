"""Nominations: proposing papers for the club, voting for them, and what is picked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.domain.club import ClubSession
from bot.domain.errors import UserError
from bot.domain.nominations import (
    MOST_OPEN,
    MOST_OPEN_OF_ONE,
    Nomination,
    NominationState,
    ProposedPaper,
    Voting,
    ranked,
)
from bot.domain.pages import Page, page_of
from bot.domain.papers import PaperFacts
from bot.locales import N_
from bot.services.clubs import ClubAccess
from bot.services.papers import Papers
from bot.services.proposable import as_we_call_it
from storage.database import Database
from storage.unit_of_work import UnitOfWork

PAGE_SIZE = 5
"""Proposals on a page: a button each fits beside each other."""
GONE = N_("This proposal is not there any more.")
NOT_OPEN = N_("This proposal is not open any more.")
NOT_YOURS = N_("Only those who proposed it and organisers of the club can take a proposal back.")
VOTING_CLOSED = N_("The vote is over. An organiser can open it again.")
FOR_YOURSELF = N_("Only people can vote. Write and press as yourself, not as a chat.")


class Told(Enum):
    """What came of proposing something."""

    PROPOSED = auto()
    VOTED = auto()  # somebody else had proposed it: the vote was added
    KNOWN = auto()  # it is open, and nothing has changed
    DISCUSSED = auto()  # a session is or was about it, so nothing was done


@dataclass(frozen=True, slots=True)
class ProposalAnswer:
    """What came of it: `nomination` is the open one; where it was discussed there is only a `session`."""

    told: Told
    paper: ProposedPaper
    nomination: Nomination | None = None
    session: ClubSession | None = None


@dataclass(frozen=True, slots=True)
class ProposalsPage:
    """A page of what is open, the most votes first. `mine` are the ids of those that the asker is for; `names` what
    those are called who proposed, by their ids."""

    nominations: Page[Nomination]
    mine: frozenset[int]
    names: dict[int, str]
    voting: Voting


@dataclass(frozen=True, slots=True)
class WholeNomination:
    """A proposal with what its archive says and what its proposer is called. `mine`: the asker is for it;
    `may_withdraw`: they may take it back."""

    nomination: Nomination
    facts: PaperFacts | None
    proposer: str
    mine: bool
    may_withdraw: bool


class Nominations:
    """Takes proposals and votes. Everybody who can ask a club may propose and vote; a person counts once."""

    def __init__(self, database: Database, papers: Papers) -> None:
        self._database = database
        self._papers = papers

    async def propose(self, access: ClubAccess, paper: ProposedPaper, *, again: bool = False) -> ProposalAnswer:
        """Proposes a paper, or votes for it where it is open already. One that a session is about is proposed only
        where it is said to be so `again`. May be repeated. Raises UserError where there are too many."""
        answer, wanted = await self._database.run(self._propose, access, paper, again)
        if wanted and answer.nomination is not None:
            await self._papers.look_up_soon()
            id_ = answer.nomination.id
            stored = await self._database.query(lambda uow: uow.nominations.get(id_))
            answer = replace(answer, nomination=stored or answer.nomination)
        return answer

    async def page(self, access: ClubAccess, page: int = 1) -> ProposalsPage:
        """A page of what is open; one out of range becomes the nearest there is."""
        return await self._database.query(_page, access, page)

    async def whole(self, access: ClubAccess, nomination_id: int) -> WholeNomination:
        """A proposal of this club. Raises UserError where there is none."""
        return await self._database.query(_whole, access, nomination_id)

    async def vote(self, access: ClubAccess, nomination_id: int, *, wanted: bool) -> tuple[Nomination, bool]:
        """Somebody is for a proposal, or is not. Returns it as it is now, and whether that changed anything. May be
        repeated. Raises UserError where there is nothing to vote on."""
        return await self._database.run(_vote, access, nomination_id, wanted)

    async def withdraw(self, access: ClubAccess, nomination_id: int) -> Nomination:
        """Takes a proposal back: those who proposed it may, and organisers. May be repeated. Raises UserError."""

        def work(uow: UnitOfWork) -> Nomination:
            nomination = _own(uow, access, nomination_id)
            if nomination.state is NominationState.PICKED:
                raise UserError(NOT_OPEN)
            if nomination.is_open:
                state = NominationState.WITHDRAWN if _is_by(nomination, access) else NominationState.REMOVED
                uow.nominations.close(nomination.id, state)
            return nomination

        return await self._database.run(work)

    async def restore(self, access: ClubAccess, nomination_id: int) -> Nomination:
        """What was taken back is open again; those who proposed it cannot undo what an organiser has done. May be
        repeated. Raises UserError."""

        def work(uow: UnitOfWork) -> Nomination:
            nomination = _own(uow, access, nomination_id)
            if nomination.state is NominationState.REMOVED:
                access.require_organiser()
            if nomination.state is NominationState.PICKED or not uow.nominations.reopen(nomination.id):
                raise UserError(NOT_OPEN)
            return nomination

        return await self._database.run(work)

    async def community_of(self, nomination_id: int) -> int:
        """Whose club a proposal is of. Raises UserError where there is none."""
        nomination = await self._database.query(lambda uow: uow.nominations.get(nomination_id))
        if nomination is None:
            raise UserError(GONE)
        return nomination.community_id

    def _propose(
        self, uow: UnitOfWork, access: ClubAccess, paper: ProposedPaper, again: bool
    ) -> tuple[ProposalAnswer, bool]:
        open_one = uow.nominations.open_about(access.community.id, paper.identity)
        if open_one is not None:
            changed = access.asking.is_person and _voting(uow, access).is_open(access.now)
            changed = changed and uow.nominations.vote(open_one.id, _member_id(uow, access), now=access.now)
            return ProposalAnswer(
                Told.VOTED if changed else Told.KNOWN, paper, uow.nominations.get(open_one.id)
            ), self._papers.want(uow, paper.paper, now=access.now)
        about = uow.club_sessions.about(access.community.id, [paper.identity])
        if about and not again:
            return ProposalAnswer(Told.DISCUSSED, paper, session=about[0]), False
        proposer = _member_id(uow, access) if access.asking.is_person else None
        _check_room(uow, access, proposer)
        known = paper if paper.title else as_we_call_it(uow, access, paper)
        nomination = uow.nominations.add(access.community.id, known, proposed_by=proposer, now=access.now)
        if proposer is not None and _voting(uow, access).is_open(access.now):
            uow.nominations.vote(nomination.id, proposer, now=access.now)
        wanted = self._papers.want(uow, known.paper, now=access.now)
        return ProposalAnswer(Told.PROPOSED, known, uow.nominations.get(nomination.id)), wanted


def _voting(uow: UnitOfWork, access: ClubAccess) -> Voting:
    """Until when the members of a club vote."""
    return uow.nominations.voting(access.community.id)


def _check_room(uow: UnitOfWork, access: ClubAccess, proposer: int | None) -> None:
    """Raises UserError where there are too many proposals for another one."""
    there = uow.nominations.open(access.community.id)
    own = sum(one.proposed_by == proposer for one in there)
    if len(there) >= MOST_OPEN:
        raise UserError(
            "There are {number} open proposals; no more fit. Some must be taken back first.", number=MOST_OPEN
        )
    if own >= MOST_OPEN_OF_ONE and not access.organiser:
        raise UserError(
            "You have {number} open proposals; take one back before you make another.", number=MOST_OPEN_OF_ONE
        )


def _vote(uow: UnitOfWork, access: ClubAccess, nomination_id: int, wanted: bool) -> tuple[Nomination, bool]:
    nomination = _existing(uow, access, nomination_id)
    if not nomination.is_open:
        raise UserError(NOT_OPEN)
    if not _voting(uow, access).is_open(access.now):
        raise UserError(VOTING_CLOSED)
    if not access.asking.is_person:
        raise UserError(FOR_YOURSELF)
    member = _member_id(uow, access)
    if wanted:
        changed = uow.nominations.vote(nomination.id, member, now=access.now)
    else:
        changed = uow.nominations.take_back(nomination.id, member)
    return _existing(uow, access, nomination_id), changed


def _page(uow: UnitOfWork, access: ClubAccess, page: int) -> ProposalsPage:
    here = page_of(ranked(uow.nominations.open(access.community.id)), page, PAGE_SIZE)
    ids = [one.id for one in here.shown]
    mine = uow.nominations.votes_of(access.member.id, ids) if access.member else frozenset()
    names = {one.id: one.name for one in uow.members.many({one.proposed_by for one in here.shown if one.proposed_by})}
    return ProposalsPage(here, mine, names, _voting(uow, access))


def _whole(uow: UnitOfWork, access: ClubAccess, nomination_id: int) -> WholeNomination:
    one = _existing(uow, access, nomination_id)
    proposer = uow.members.get(one.proposed_by) if one.proposed_by else None
    mine = bool(access.member and uow.nominations.votes_of(access.member.id, [one.id]))
    return WholeNomination(
        one,
        uow.papers.facts([one.paper.identity]).get(one.paper.identity),
        proposer.name if proposer else "",
        mine,
        _is_by(one, access) or access.organiser,
    )


def _existing(uow: UnitOfWork, access: ClubAccess, nomination_id: int) -> Nomination:
    nomination = uow.nominations.get(nomination_id)
    if nomination is None or nomination.community_id != access.community.id:
        raise UserError(GONE)
    return nomination


def _own(uow: UnitOfWork, access: ClubAccess, nomination_id: int) -> Nomination:
    """A proposal that the asker may take back. Raises UserError for others."""
    nomination = _existing(uow, access, nomination_id)
    if not (_is_by(nomination, access) or access.organiser):
        raise UserError(NOT_YOURS)
    return nomination


def _is_by(nomination: Nomination, access: ClubAccess) -> bool:
    return access.member is not None and nomination.proposed_by == access.member.id


def _member_id(uow: UnitOfWork, access: ClubAccess) -> int:
    """The person who asks. In private they mean this club from now on."""
    member = uow.members.ensure(access.asking.account, now=access.now)
    if not access.asking.private:
        uow.clubs.came_from(member.id, access.community.id)
    return member.id
