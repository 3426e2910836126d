"""Members, their accounts, and what they are to clubs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, select, update

from bot.domain.errors import StorageError
from bot.domain.members import Account, Member, Membership
from storage.member_tables import AccountCodeRow, AccountRow, MemberRow, MembershipRow

# Statements that are built once: building them costs more than running them, and every press needs them.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_OF_ACCOUNT = select(AccountRow.member_id).where(
    AccountRow.platform == bindparam("platform"), AccountRow.account_id == bindparam("account_id")
)
_OF_ACCOUNTS = select(AccountRow.__table__).where(
    AccountRow.platform == bindparam("platform"), AccountRow.account_id.in_(_IDS)
)
_MEMBERS = select(MemberRow.__table__).where(MemberRow.id.in_(_IDS))
_ACCOUNTS = (
    select(AccountRow.__table__)
    .where(AccountRow.member_id.in_(_IDS))
    .order_by(AccountRow.added_at, AccountRow.platform, AccountRow.account_id)
)
_IN_ONE_STATEMENT = 500


class Members:
    """People by id and by account; memberships by community and person."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, member_id: int) -> Member | None:
        """The person, None where there is none."""
        return next(iter(self.many([member_id])), None)

    def many(self, member_ids: Collection[int]) -> list[Member]:
        """Those of these people that there are, in the order asked for."""
        found: dict[int, Member] = {}
        wanted = list(dict.fromkeys(member_ids))
        for at in range(0, len(wanted), _IN_ONE_STATEMENT):
            some = {"ids": wanted[at : at + _IN_ONE_STATEMENT]}
            accounts: defaultdict[int, list[Account]] = defaultdict(list)
            for row in self._connection.execute(_ACCOUNTS, some):
                accounts[row.member_id].append(Account(row.platform, row.account_id, row.name, row.language))
            for row in self._connection.execute(_MEMBERS, some):
                leads = None if row.leads is None else tuple(timedelta(seconds=one) for one in row.leads)
                found[row.id] = Member(
                    row.id, row.name, tuple(accounts[row.id]), row.zone, row.language, row.reach, leads
                )
        return [found[one] for one in wanted if one in found]

    def of_account(self, account: Account) -> Member | None:
        """The person behind an account, None where nobody knows them."""
        row = self._connection.execute(_OF_ACCOUNT, _key(account)).one_or_none()
        return self.get(row.member_id) if row else None

    def behind(self, accounts: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """The ids of the people behind these accounts, by platform and account; those whom somebody knows."""
        found: dict[tuple[str, str], int] = {}
        for platform in {platform for platform, _ in accounts}:
            wanted = sorted(id_ for known, id_ in accounts if known == platform)
            for at in range(0, len(wanted), _IN_ONE_STATEMENT):
                some = {"platform": platform, "ids": wanted[at : at + _IN_ONE_STATEMENT]}
                for row in self._connection.execute(_OF_ACCOUNTS, some):
                    found[platform, row.account_id] = row.member_id
        return found

    def ensure(self, account: Account, *, now: datetime) -> Member:
        """The person behind an account, new where nobody knew them; the account's name and language are what they are
        now, where they are given. May be repeated."""
        member_id = self.ensure_all([account], now=now)[account.platform, account.id]
        member = self.get(member_id)
        if member is None:
            raise StorageError(f"The member {member_id} was stored and is not there.")
        return member

    def ensure_all(self, accounts: Collection[Account], *, now: datetime) -> dict[tuple[str, str], int]:
        """The ids of the people behind these accounts, by platform and account, as `ensure` would find or make them:
        for many at once it costs far less."""
        latest = {(one.platform, one.id): one for one in accounts}
        ids: dict[tuple[str, str], int] = {}
        for platform in dict.fromkeys(platform for platform, _ in latest):
            wanted = [id_ for known, id_ in latest if known == platform]
            for at in range(0, len(wanted), _IN_ONE_STATEMENT):
                some = {"platform": platform, "ids": wanted[at : at + _IN_ONE_STATEMENT]}
                for row in self._connection.execute(_OF_ACCOUNTS, some):
                    ids[platform, row.account_id] = row.member_id
                    self._see(latest[platform, row.account_id], row)
        new = [account for key, account in latest.items() if key not in ids]
        if new:
            ids |= self._add_all(new, now)
        return ids

    def _see(self, account: Account, row: Any) -> None:
        """Keeps what an account's name and language are now, where they are given."""
        seen = {"name": account.name or row.name, "language": account.language or row.language}
        if seen != {"name": row.name, "language": row.language}:
            self._connection.execute(update(AccountRow).where(*_is(account)).values(**seen))

    def _add_all(self, accounts: Sequence[Account], now: datetime) -> dict[tuple[str, str], int]:
        people = [{"name": account.name, "created_at": now} for account in accounts]
        new = insert(MemberRow.__table__).returning(MemberRow.id, sort_by_parameter_order=True)
        ids = self._connection.scalars(new, people).all()
        rows: list[dict[str, Any]] = [
            _key(account) | {"member_id": id_, "name": account.name, "language": account.language, "added_at": now}
            for account, id_ in zip(accounts, ids, strict=True)
        ]
        self._connection.execute(insert(AccountRow.__table__), rows)
        return {(account.platform, account.id): id_ for account, id_ in zip(accounts, ids, strict=True)}

    def save(self, member: Member) -> None:
        """Keeps what a person has chosen, and their name; accounts are left as they are."""
        leads = None if member.leads is None else [int(lead.total_seconds()) for lead in member.leads]
        values = {
            "name": member.name,
            "zone": member.zone,
            "language": member.language,
            "reach": member.reach,
            "leads": leads,
        }
        self._connection.execute(update(MemberRow).where(MemberRow.id == member.id).values(**values))

    # Accounts

    def separate(self, account: Account, *, now: datetime) -> Member | None:
        """An account is somebody else's from now on, of whom nothing more is known; None where nobody has it, or where
        it is its person's only one. All that was kept stays with the person whose other accounts there are."""
        member = self.of_account(account)
        known = next((one for one in member.accounts if _key(one) == _key(account)), None) if member else None
        if member is None or known is None or len(member.accounts) < 2:
            return None
        new = insert(MemberRow).values(name=known.name, created_at=now).returning(MemberRow.id)
        member_id = self._connection.execute(new).scalar_one()
        self._connection.execute(update(AccountRow).where(*_is(account)).values(member_id=member_id))
        return self.get(member_id)

    def add_code(self, code_hash: str, member_id: int, *, expires_at: datetime) -> None:
        """The person's only code from now on."""
        self._connection.execute(delete(AccountCodeRow).where(AccountCodeRow.member_id == member_id))
        values = {"code_hash": code_hash, "member_id": member_id, "expires_at": expires_at}
        self._connection.execute(insert(AccountCodeRow).values(**values))

    def with_code(self, code_hash: str, *, now: datetime) -> int | None:
        """The person of a code, None where there is no such code any more."""
        return self._connection.scalar(
            select(AccountCodeRow.member_id).where(
                AccountCodeRow.code_hash == code_hash, AccountCodeRow.expires_at > now
            )
        )

    def take_code(self, code_hash: str, *, now: datetime) -> int | None:
        """The same, and the code is used up by that."""
        self._connection.execute(delete(AccountCodeRow).where(AccountCodeRow.expires_at <= now))
        used = delete(AccountCodeRow).where(AccountCodeRow.code_hash == code_hash).returning(AccountCodeRow.member_id)
        return self._connection.execute(used).scalar_one_or_none()

    # Memberships

    def membership(self, community_id: int, member_id: int) -> Membership | None:
        """What somebody is to the club of a community, None where they have not joined it."""
        row = self._connection.execute(
            select(MembershipRow.__table__).where(*_in_club(community_id, member_id), MembershipRow.left_at.is_(None))
        ).one_or_none()
        return _membership(row) if row else None

    def memberships(self, community_id: int) -> list[Membership]:
        """Everybody in the club of a community, those who joined first before the others."""
        rows = self._connection.execute(
            select(MembershipRow.__table__)
            .where(MembershipRow.community_id == community_id, MembershipRow.left_at.is_(None))
            .order_by(MembershipRow.joined_at, MembershipRow.member_id)
        )
        return [_membership(row) for row in rows]

    def memberships_of(self, member_id: int) -> list[Membership]:
        """The clubs that somebody is in, the one joined last first."""
        rows = self._connection.execute(
            select(MembershipRow.__table__)
            .where(MembershipRow.member_id == member_id, MembershipRow.left_at.is_(None))
            .order_by(MembershipRow.joined_at.desc(), MembershipRow.community_id.desc())
        )
        return [_membership(row) for row in rows]

    def organisers(self, community_id: int) -> Sequence[int]:
        """The ids of those who were appointed."""
        return self._connection.scalars(
            select(MembershipRow.member_id)
            .where(MembershipRow.community_id == community_id, MembershipRow.organiser, MembershipRow.left_at.is_(None))
            .order_by(MembershipRow.joined_at, MembershipRow.member_id)
        ).all()

    def put_membership(self, membership: Membership) -> None:
        """Somebody is this to the club from now on. Who joined before keeps the time of that. May be repeated."""
        here = _in_club(membership.community_id, membership.member_id)
        values = {name: getattr(membership, name) for name in Membership.__dataclass_fields__}
        known = self._connection.scalar(select(MembershipRow.joined_at).where(*here))
        if known is None:
            self._connection.execute(insert(MembershipRow).values(**values))
        else:
            kept = {**values, "joined_at": known, "left_at": None}
            self._connection.execute(update(MembershipRow).where(*here).values(**kept))

    def leave(self, community_id: int, member_id: int, *, now: datetime) -> bool:
        """Somebody is no longer in the club, nor one of its organisers. Returns whether they were; may be repeated."""
        here = (*_in_club(community_id, member_id), MembershipRow.left_at.is_(None))
        gone = update(MembershipRow).where(*here).values(left_at=now, organiser=False)
        return self._connection.execute(gone).rowcount > 0

    def come_back(self, community_id: int, member_id: int) -> Membership | None:
        """Who has left a club is in it again, as they were but for being an organiser; None for who has not left it.
        May be repeated."""
        here = (*_in_club(community_id, member_id), MembershipRow.left_at.is_not(None))
        self._connection.execute(update(MembershipRow).where(*here).values(left_at=None))
        return self.membership(community_id, member_id)


def _key(account: Account) -> dict[str, str]:
    return {"platform": account.platform, "account_id": account.id}


def _is(account: Account) -> tuple[Any, ...]:
    return (AccountRow.platform == account.platform, AccountRow.account_id == account.id)


def _in_club(community_id: int, member_id: int) -> tuple[Any, ...]:
    return (MembershipRow.community_id == community_id, MembershipRow.member_id == member_id)


def _membership(row: Any) -> Membership:
    return Membership(**{name: getattr(row, name) for name in Membership.__dataclass_fields__})
