"""Votings: until when a club votes, the result, and what is picked for a session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.club import ClubSession, SessionPaper, SessionState
from bot.domain.errors import UserError
from bot.domain.members import Member
from bot.domain.messages import Message
from bot.domain.nominations import ALWAYS, Nomination, NominationState, Voting, ranked, winners
from bot.domain.pages import Page, page_of
from bot.domain.reaching import WordKind
from bot.domain.session_drafts import LONGEST_TITLE, NewSession
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.clubs import ClubAccess
from bot.services.nominations import GONE, NOT_OPEN, PAGE_SIZE
from bot.services.ports import Clock
from bot.services.reaching import Reaching, Word
from bot.services.voting_message import picked_message, result_message
from storage.database import Database
from storage.unit_of_work import UnitOfWork

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=366)
"""How far from now a vote may end."""
NEWS_LIFE = timedelta(days=2)
"""For how long the result of a vote, and that a proposal was picked, is worth telling."""
AT_ONCE = 50
TOO_SOON_OR_LATE = N_("A vote ends in the future, within a year.")


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page of what may be picked, the most votes first. `winners` have the most, several where it is a tie."""

    nominations: Page[Nomination]
    winners: tuple[Nomination, ...]
    voting: Voting


class Votings:
    """Ends votes and turns their winners into sessions. What has a `ClubAccess` is for organisers, and raises UserError
    for others."""

    def __init__(self, database: Database, clock: Clock, reaching: Reaching) -> None:
        self._database = database
        self._clock = clock
        self._reaching = reaching

    async def ranking(self, access: ClubAccess, page: int = 1) -> Ranking:
        """A page of what may be picked; one out of range becomes the nearest there is."""
        access.require_organiser()
        return await self._database.query(_ranking, access.community.id, page)

    async def end_at(self, access: ClubAccess, closes_at: datetime | None) -> Voting:
        """The vote ends then, None: never by itself. One that was over is open again. May be repeated."""
        access.require_organiser()
        if closes_at is not None and not SHORTEST <= closes_at - access.now <= LONGEST:
            raise UserError(TOO_SOON_OR_LATE)

        def work(uow: UnitOfWork) -> Voting:
            organiser = uow.members.ensure(access.asking.account, now=access.now)
            voting = Voting(closes_at, set_by=organiser.id) if closes_at else ALWAYS
            uow.nominations.set_voting(access.community.id, voting)
            return voting

        return await self._database.run(work)

    async def end_now(self, access: ClubAccess) -> None:
        """The vote is over, and the chats are told its result. May be repeated."""
        access.require_organiser()

        def work(uow: UnitOfWork) -> None:
            voting = uow.nominations.voting(access.community.id)
            if voting.closed_at is None:
                organiser = uow.members.ensure(access.asking.account, now=access.now)
                self._end(uow, access.community.id, Voting(access.now, set_by=organiser.id), access.now)

        await self._database.run(work)

    async def end_due(self) -> int:
        """Ends every vote whose time has come, tells the results, and says how many there were. May be repeated."""
        return await self._database.run(self._end_due)

    async def draft(self, access: ClubAccess, nomination_id: int) -> NewSession:
        """The session that a proposal would become. Raises UserError where it is not open."""
        access.require_organiser()
        nomination = await self._database.query(lambda uow: uow.nominations.get(nomination_id))
        if nomination is None or nomination.community_id != access.community.id:
            raise UserError(GONE)
        if not nomination.is_open:
            raise UserError(NOT_OPEN)
        paper = nomination.paper
        about = SessionPaper(
            paper.title, paper.address, paper.identity, paper.authors, paper.item_id, nomination_id=nomination.id
        )
        return NewSession(title=cut(paper.title, LONGEST_TITLE), papers=(about,))

    def settle(self, uow: UnitOfWork, old: ClubSession | None, new: ClubSession, now: datetime) -> None:
        """A session was made or changed: what it is about from now on is proposed no more, and who proposed it is told;
        what it is about no more, or what was cancelled, is open again. After a pick people vote again, on what is
        left. May be repeated."""
        for nomination in uow.nominations.picked_for(new.id):
            if not _is_about(new, nomination):
                uow.nominations.reopen(nomination.id)
        if not new.plan.papers or new.state is SessionState.CANCELLED:
            return
        for nomination in uow.nominations.open(new.community_id):
            if _is_about(new, nomination) and not (old is not None and _is_about(old, nomination)):
                uow.nominations.close(nomination.id, NominationState.PICKED, session_id=new.id)
                self._tell_proposer(uow, nomination, new, now)
                if uow.nominations.voting(new.community_id).closed_at is not None:
                    uow.nominations.set_voting(new.community_id, ALWAYS)

    def _tell_proposer(self, uow: UnitOfWork, nomination: Nomination, session: ClubSession, now: datetime) -> None:
        if nomination.proposed_by is None or nomination.proposed_by == session.drawn_up_by:
            return
        self._reaching.tell(
            uow,
            Word(
                nomination.proposed_by,
                f"picked:{nomination.id}:{session.id}",
                WordKind.PAPERS,
                session.id,
                lambda say, _member: picked_message(nomination, session, say),
                expires_at=min(now + NEWS_LIFE, session.plan.starts_at),
            ),
            now=now,
        )

    def _end_due(self, uow: UnitOfWork) -> int:
        now = self._clock()
        ended = uow.nominations.ended(now, limit=AT_ONCE)
        for community_id in ended:
            self._end(uow, community_id, uow.nominations.voting(community_id), now)
        return len(ended)

    def _end(self, uow: UnitOfWork, community_id: int, voting: Voting, now: datetime) -> None:
        """Ends a vote and tells the result: the chats, the organisers, and who has set the end."""
        assert voting.closes_at is not None  # it has an end
        uow.nominations.set_voting(community_id, replace(voting, closed_at=now))
        there = ranked(uow.nominations.open(community_id))
        best = winners(there)
        key = f"vote:{community_id}:{int(voting.closes_at.timestamp())}"
        until = now + NEWS_LIFE

        def for_organisers(say: Translator, _member: Member) -> Message:
            return result_message(there, best, say, pick_for=community_id)

        for_chats = partial(result_message, there, best)
        self._reaching.tell_chats(uow, community_id, key, for_chats, expires_at=until, now=now)
        self._reaching.tell_organisers(uow, community_id, key, for_organisers, expires_at=until, now=now)
        if voting.set_by is not None:
            word = Word(voting.set_by, key, WordKind.ORGANISING, None, for_organisers, until, community_id=community_id)
            self._reaching.tell(uow, word, now=now)


def _ranking(uow: UnitOfWork, community_id: int, page: int) -> Ranking:
    there = ranked(uow.nominations.open(community_id))
    return Ranking(page_of(there, page, PAGE_SIZE), tuple(winners(there)), uow.nominations.voting(community_id))


def _is_about(session: ClubSession, nomination: Nomination) -> bool:
    """Whether a session that takes place is about what was proposed."""
    return session.state is SessionState.PLANNED and any(
        paper.nomination_id == nomination.id or paper.identity == nomination.paper.identity
        for paper in session.plan.papers
    )
