"""People and their accounts: two accounts that are one person, what is kept of somebody, and forgetting it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.domain.communities import LINK_CODE_LENGTH, LINK_CODE_LIFE, DestinationSpec, normal_code
from bot.domain.errors import UserError
from bot.domain.files import File
from bot.domain.members import Account, Member, Membership
from bot.locales import N_
from bot.services.clubs import Asking
from bot.services.link_codes import TOO_MANY_WRONG, WRONG, hashed, random_code, types_too_many
from bot.services.ports import Clock
from bot.services.rsvps import Rsvps
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

YOU_ALREADY = N_("These are one person already, you. /me shows your accounts.")
NOTHING_KEPT = N_("I keep nothing about you.")


@dataclass(frozen=True, slots=True)
class AccountCode:
    """A code that joins an account to a person, once and before `expires_at`."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of somebody: the person, None for somebody who never joined or answered; the names of the clubs they
    are in; and how many rows there are of them in each table."""

    member: Member | None
    clubs: tuple[tuple[str, Membership], ...]
    counts: Mapping[str, int]


class Members:
    """Knows people by their accounts. Everybody asks for themselves, in private."""

    def __init__(
        self, database: Database, clock: Clock, rsvps: Rsvps, *, make_code: Callable[[], str] = random_code
    ) -> None:
        self._database = database
        self._clock = clock
        self._rsvps = rsvps
        self._make_code = make_code

    # Accounts

    async def code(self, account: Account) -> AccountCode:
        """A new code that joins another account to this one's person; older ones of theirs hold no more."""

        def work(uow: UnitOfWork) -> AccountCode:
            now = self._clock()
            member = uow.members.ensure(account, now=now)
            new = AccountCode(self._make_code(), now + LINK_CODE_LIFE)
            uow.members.add_code(hashed(new.code), member.id, expires_at=new.expires_at)
            return new

        return await self._database.run(work)

    async def whose(self, account: Account, typed: str) -> Member | None:
        """The person to whom a code would join this account; None where it is no code of an account. Changes nothing.
        Raises UserError where they are one person already, and for who has typed too many wrong codes."""

        def work(uow: UnitOfWork) -> Member | None:
            now = self._clock()
            if types_too_many(uow, account.key, now=now):
                raise UserError(TOO_MANY_WRONG)
            member_id = uow.members.with_code(_hash_of(typed), now=now)
            other = uow.members.get(member_id) if member_id is not None else None
            _check_other(uow, account, other)
            return other

        return await self._database.run(work)

    async def link(self, account: Account, typed: str) -> Member:
        """The account and the person of a code are one from now on; the code is used up. Raises UserError where it does
        not hold."""
        linked = await self._database.run(self._link, account, typed)
        if isinstance(linked, UserError):  # returned and not raised, since the attempt must be committed
            raise linked
        log.info("accounts_linked", member=linked.id, accounts=len(linked.accounts))
        return linked

    async def separate(self, asker: Account, platform: str, account_id: str) -> Member:
        """One of the asker's accounts is not theirs any more; what was kept stays with them. Raises UserError where it
        is not theirs, or their only one."""

        def work(uow: UnitOfWork) -> Member:
            member = uow.members.of_account(asker)
            theirs = (
                [one for one in member.accounts if (one.platform, one.id) == (platform, account_id)] if member else []
            )
            if member is None or not theirs or uow.members.separate(theirs[0], now=self._clock()) is None:
                raise UserError("This account is not linked with yours any more.")
            left = uow.members.get(member.id)
            assert left is not None  # it has another account
            return left

        left = await self._database.run(work)
        log.info("account_separated", member=left.id, platform=platform)
        return left

    # What is kept

    async def kept(self, asking: Asking) -> Kept:
        """What is kept of who asks."""
        return await self._database.query(self._kept, asking)

    async def export(self, asking: Asking) -> File:
        """All of it, as a file of JSON: rows by table, and the names of what they refer to. Raises UserError where
        nothing is kept."""

        def work(uow: UnitOfWork) -> dict[str, Any]:
            return _named(uow, uow.member_data.rows(_member(uow, asking), _private_chats(asking)))

        rows = await self._database.query(work)
        if not rows:
            raise UserError(NOTHING_KEPT)
        content = json.dumps({"exported_at": self._clock().isoformat(), **rows}, ensure_ascii=False, indent=2)
        return File("what-is-kept-about-me.json", "application/json", content.encode())

    async def erase(self, asking: Asking) -> None:
        """Nothing is kept of who asks from now on, on any of their platforms. Their places in sessions to come go to
        who waits; in those that were they are counted without a name. May be repeated."""

        def work(uow: UnitOfWork) -> int:
            member, now = _member(uow, asking), self._clock()
            uow.member_data.anonymise(member.id, now=now)
            self._rsvps.forget(uow, member.id, now=now)
            uow.member_data.erase(member, _private_chats(asking))
            return member.id

        log.info("member_erased", member=await self._database.run(work))

    def merge(self, uow: UnitOfWork, one: int, other: int, now: datetime) -> Member:
        """Two people are one, in a transaction of the caller's: who was known first."""
        kept, gone = sorted((one, other))
        self._rsvps.merge(uow, kept, gone, now=now)
        uow.member_data.merge(kept, gone)
        member = uow.members.get(kept)
        assert member is not None  # it was kept
        return member

    def _link(self, uow: UnitOfWork, account: Account, typed: str) -> Member | UserError:
        now, person = self._clock(), account.key
        if types_too_many(uow, person, now=now):
            return UserError(TOO_MANY_WRONG)
        member_id = uow.members.take_code(_hash_of(typed), now=now)
        if member_id is None:
            uow.communities.add_wrong_code(person, now=now)
            return UserError(WRONG)
        here = uow.members.ensure(account, now=now)
        if here.id == member_id:
            return UserError(YOU_ALREADY)
        return self.merge(uow, member_id, here.id, now)

    def _kept(self, uow: UnitOfWork, asking: Asking) -> Kept:
        member = uow.members.of_account(asking.account)
        rows = uow.member_data.rows(_member(uow, asking), _private_chats(asking))
        clubs = []
        for membership in uow.members.memberships_of(member.id) if member else ():
            community = uow.communities.get(membership.community_id)
            clubs.append((community.name if community else "", membership))
        return Kept(member, tuple(clubs), Counter({table: len(found) for table, found in rows.items()}))


def _member(uow: UnitOfWork, asking: Asking) -> Member:
    """Who asks; for somebody who is not known, a person with number 0 and that account, of whom rows may be kept."""
    return uow.members.of_account(asking.account) or Member(0, asking.account.name, (asking.account,))


def _private_chats(asking: Asking) -> list[tuple[str, str]]:
    """On Discord the chat has another id than the account."""
    spec: DestinationSpec = asking.spec
    return [(spec.platform, spec.chat_id)] if asking.private else []


def _check_other(uow: UnitOfWork, account: Account, other: Member | None) -> None:
    known = uow.members.of_account(account)
    if other is not None and known is not None and other.id == known.id:
        raise UserError(YOU_ALREADY)


def _hash_of(typed: str) -> str:
    """What is kept of the code that somebody means; of what is none, the hash of nothing that was ever made."""
    code = normal_code(typed)
    return hashed(code if len(code) == LINK_CODE_LENGTH else "")


def _named(uow: UnitOfWork, rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The rows, with the titles of sessions and the names of communities beside their numbers."""

    def named(row: dict[str, Any]) -> dict[str, Any]:
        session = uow.club_sessions.get(row["session_id"]) if row.get("session_id") else None
        community = uow.communities.get(row["community_id"]) if row.get("community_id") else None
        names = {"session": session.plan.title if session else None, "community": community.name if community else None}
        return {**row, **{name: value for name, value in names.items() if value is not None}}

    return {table: [named(row) for row in found] for table, found in rows.items()}
