"""Alerts: the questions that people save, each their own, and administrators those of their chats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

import structlog

from bot.domain.alerts import MOST_ALERTS, Alert, Keeper, Manner, in_one_line
from bot.domain.communities import Destination, DestinationSpec
from bot.domain.errors import UserError
from bot.domain.members import Account, Member, Reach
from bot.domain.question_parser import parse_question
from bot.domain.question_tree import is_personal
from bot.services.clubs import A_CHAT_ASKS, Asking
from bot.services.ports import Clock
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KeptAlert:
    """An alert as its keeper meets it. `there` is where it is told, and whose eyes it sees with; `asking` is by whom it
    goes where that matters, None where nobody is known there. `silent`: its keeper wants no private word. `is_new`: it
    was made just now."""

    alert: Alert
    there: DestinationSpec
    asking: Asking | None = None
    silent: bool = False
    is_new: bool = False

    @property
    def is_chats(self) -> bool:
        return self.alert.member_id is None


class Alerts:
    """Keeps alerts. `here`: those of the chat in which somebody asks, for its administrators; else the asker's own,
    wherever they ask. All methods raise UserError for what somebody may not do."""

    def __init__(self, database: Database, clock: Clock, *, zone: str) -> None:
        """`zone` is what a new community lives by."""
        self._database = database
        self._clock = clock
        self._zone = zone

    async def make(self, asking: Asking, language: str, typed: str, *, here: bool = False) -> KeptAlert:
        """Saves a question, to be told at once. The same question again is the same alert; one that sleeps or was
        removed wakes up. Raises UserError where there is none, where there are too many, and where a chat's would
        depend on who asks."""
        asked = parse_question(typed, self._clock(), UTC)
        question = in_one_line("" if asked.is_empty else typed)  # "sort:new" alone asks for nothing

        def work(uow: UnitOfWork) -> KeptAlert:
            keeper = self._ensure_keeper(uow, asking, language, here=here)
            if keeper.member_id is None and is_personal(asked):
                raise UserError(
                    "What is saved or unread differs from person to person, so a chat cannot be told of it. Leave that "
                    "filter out, or keep the alert for yourself: /alert without “here”."
                )
            known = uow.alerts.same(keeper, question)
            if known is None or uow.alerts.get(known.id) is None:
                _check_number(uow, keeper)
            if known is not None:
                uow.alerts.resume(known.id)
                return _kept(uow, uow.alerts.get(known.id) or known)
            return _kept(uow, uow.alerts.add(keeper, question, Manner.AT_ONCE, now=self._clock()), is_new=True)

        kept = await self._database.run(work)
        log.info("alert_made", alert=kept.alert.id, is_new=kept.is_new)
        return kept

    async def all(self, asking: Asking, *, here: bool = False) -> list[Alert]:
        """What somebody, or the chat, has saved, the oldest first."""

        def look_up(uow: UnitOfWork) -> list[Alert]:
            keeper = _keeper(uow, asking, here=here)
            return uow.alerts.of(keeper) if keeper else []

        return await self._database.query(look_up)

    async def get(self, asking: Asking, alert_id: int) -> KeptAlert:
        """An alert of theirs."""
        return await self._database.query(lambda uow: _kept(uow, _own(uow, asking, alert_id)))

    async def pause(self, asking: Asking, alert_id: int) -> KeptAlert:
        """Nothing is told of it until it is resumed. May be repeated."""

        def work(uow: UnitOfWork) -> KeptAlert:
            uow.alerts.pause(_own(uow, asking, alert_id).id)
            return _kept(uow, _own(uow, asking, alert_id))

        return await self._database.run(work)

    async def resume(self, asking: Asking, alert_id: int) -> KeptAlert:
        """It is told from now on, also where it was removed. May be repeated."""

        def work(uow: UnitOfWork) -> KeptAlert:
            alert = _own(uow, asking, alert_id, removed=True)
            if uow.alerts.get(alert.id) is None:
                _check_number(uow, Keeper.of(alert))
            uow.alerts.resume(alert.id)
            return _kept(uow, _own(uow, asking, alert_id))

        return await self._database.run(work)

    async def tell(self, asking: Asking, alert_id: int, manner: Manner) -> KeptAlert:
        """It is told in this manner from now on. May be repeated."""

        def work(uow: UnitOfWork) -> KeptAlert:
            uow.alerts.tell(_own(uow, asking, alert_id).id, manner)
            return _kept(uow, _own(uow, asking, alert_id))

        return await self._database.run(work)

    async def remove(self, asking: Asking, alert_id: int) -> Alert:
        """It is gone; `resume` brings it back. May be repeated."""

        def work(uow: UnitOfWork) -> Alert:
            alert = _own(uow, asking, alert_id, removed=True)
            uow.alerts.remove(alert.id, now=self._clock())
            return alert

        return await self._database.run(work)

    def _ensure_keeper(self, uow: UnitOfWork, asking: Asking, language: str, *, here: bool) -> Keeper:
        if here or asking.private:
            there = uow.communities.ensure_destination(asking.spec, zone=self._zone, languages=(language,))
        if here:
            _check_administrator(asking)
            return Keeper.chat(there.id)
        if not asking.is_person:
            raise UserError(A_CHAT_ASKS)
        member = uow.members.ensure(asking.account, now=self._clock())
        return Keeper(member.id, there.id if asking.private else self._private(uow, asking).id)

    def _private(self, uow: UnitOfWork, asking: Asking) -> Destination:
        """The private chat of somebody who asks elsewhere."""
        account = asking.account
        known = uow.communities.destination_at(account.platform, account.id)
        if known is None:
            uow.communities.add_private([account], zone=self._zone)
            known = uow.communities.destination_at(account.platform, account.id)
        assert known is not None  # it was stored
        return known


def asking_for(alert: Alert, there: Destination, member: Member | None) -> Asking | None:
    """By whom an alert goes that is told there: its keeper, or a chat that speaks for itself, which has a club and has
    saved nothing. None for somebody who has no account on that platform."""
    if alert.member_id is None:
        return Asking(Account(there.platform, there.chat_id), there.spec)
    account = member.account_on(there.platform) if member else None
    return Asking(account, there.spec) if account else None


def _keeper(uow: UnitOfWork, asking: Asking, *, here: bool) -> Keeper | None:
    """Whose alerts are meant; None for somebody, or a chat, that is not known yet."""
    if here:
        _check_administrator(asking)
        spec = asking.spec
        chat = uow.communities.destination_at(spec.platform, spec.chat_id, spec.thread_id)
        return Keeper.chat(chat.id) if chat else None
    if not asking.is_person:
        raise UserError(A_CHAT_ASKS)
    member = uow.members.of_account(asking.account)
    return Keeper.person(member.id) if member else None


def _own(uow: UnitOfWork, asking: Asking, alert_id: int, *, removed: bool = False) -> Alert:
    """An alert that the asker may decide about."""
    alert = uow.alerts.get(alert_id, removed=removed)
    if alert is None:
        raise UserError("This alert is not there any more. /alert shows yours.")
    if alert.member_id is None:
        there = uow.communities.destination(alert.destination_id)
        if there is None or (there.platform, there.chat_id) != (asking.spec.platform, asking.spec.chat_id):
            raise UserError("This is the alert of another chat.")
        _check_administrator(asking)
        return alert
    member = uow.members.of_account(asking.account)
    if member is None or member.id != alert.member_id:
        raise UserError("This is somebody else's alert. /alert shows yours.")
    return alert


def _check_administrator(asking: Asking) -> None:
    if not asking.chat_administrator:
        raise UserError("Only an administrator of this chat can do that.")


def _check_number(uow: UnitOfWork, keeper: Keeper) -> None:
    if len(uow.alerts.of(keeper)) >= MOST_ALERTS:
        raise UserError(
            "There are {most} alerts already, and no more fit. /alert shows them: delete one that you do not need.",
            most=MOST_ALERTS,
        )


def _kept(uow: UnitOfWork, alert: Alert, *, is_new: bool = False) -> KeptAlert:
    there = uow.communities.destination(alert.destination_id)
    assert there is not None  # a foreign key holds it
    member = uow.members.get(alert.member_id) if alert.member_id is not None else None
    asking = asking_for(alert, there, member)
    return KeptAlert(alert, there.spec, asking, silent=bool(member and member.reach is Reach.CHANNEL), is_new=is_new)
