from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.communities import DestinationSpec
from bot.domain.subscription_words import parse_subscription
from bot.domain.subscriptions import Choices, Subscription, changed, default_choices, paused
from storage.community_tables import SubscriptionRow
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.factories import NOW

DAILY = default_choices("UTC", private=True)
RICH = parse_subscription(
    "07:15,22:30 tue-thu section:ethics lang:pt with:a,b without:c max:3 compact titles:ru thread:yes unknown:resend",
    DAILY,
)


def add(uow: UnitOfWork, choices: Choices = DAILY, *, chat: str = "1", window_end: datetime = NOW) -> Subscription:
    spec = DestinationSpec("telegram", chat, title="Readers")
    destination = uow.communities.ensure_destination(spec, zone="UTC", languages=())
    return uow.subscriptions.add(destination.id, choices, window_end=window_end, now=NOW, created_by="telegram:7")


def test_a_subscription_comes_back_as_it_was_stored(database: Database) -> None:
    with database.write() as uow:
        for choices in (DAILY, RICH):
            new = add(uow, choices)
            kept, destination = uow.subscriptions.get(new.id) or (None, None)
            assert kept == new
            assert kept is not None
            assert kept.choices == choices
            assert destination is not None
            assert (destination.chat_id, destination.id) == ("1", new.destination_id)
        assert [one.id for one, _ in uow.subscriptions.of_destination(new.destination_id)] == [1, 2]
        assert [one.id for one, _ in uow.subscriptions.made_by("telegram:7")] == [1, 2]
        assert uow.subscriptions.made_by("discord:7") == []


def test_what_is_due_comes_longest_overdue_first_and_nothing_that_is_paused(database: Database) -> None:
    soon = NOW + timedelta(days=1)
    with database.write() as uow:
        second, first = add(uow), add(uow, RICH, chat="2")
        stopped, gone, silent = add(uow, chat="3"), add(uow, chat="4"), add(uow, chat="5")
        uow.subscriptions.save(paused(stopped))
        uow.subscriptions.remove(gone.id, now=NOW)
        uow.communities.pause(silent.destination_id, "kicked", now=NOW)
        assert uow.subscriptions.due(NOW, 10) == []
        assert [one.id for one, _ in uow.subscriptions.due(soon, 10)] == [first.id, second.id]
        assert len(uow.subscriptions.due(soon, 1)) == 1


def test_a_window_is_built_once(database: Database) -> None:
    end = NOW + timedelta(days=1)
    with database.write() as uow:
        old = add(uow)
        assert uow.subscriptions.advance(old, end)
        assert not uow.subscriptions.advance(old, end)
        assert not uow.subscriptions.advance(old, end + timedelta(days=1))
        new = (uow.subscriptions.get(old.id) or (old,))[0]
        assert new.window_end == end
        assert not uow.subscriptions.advance(new, NOW)
        assert uow.subscriptions.due(end, 10) == []


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(database: Database) -> None:
    with database.write() as uow:
        read = add(uow)
        assert uow.subscriptions.save(changed(read, RICH, NOW))
        assert not uow.subscriptions.save(paused(read))
        kept = (uow.subscriptions.get(read.id) or (read,))[0]
        assert kept.choices == RICH
        assert not kept.paused


def test_removing_can_be_taken_back(database: Database) -> None:
    with database.write() as uow:
        one = add(uow)
        uow.subscriptions.remove(one.id, now=NOW)
        assert uow.subscriptions.get(one.id) is None
        assert uow.subscriptions.of_destination(one.destination_id) == []
        removed, _ = uow.subscriptions.removed(one.id) or (None, None)
        assert removed == one
        uow.subscriptions.bring_back(one)
        assert uow.subscriptions.removed(one.id) is None
        assert [due.id for due, _ in uow.subscriptions.due(NOW + timedelta(days=1), 5)] == [one.id]


def test_the_due_check_goes_by_the_index(database: Database) -> None:
    with database.read() as uow:
        plan = uow.subscriptions._connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM subscriptions JOIN destinations ON destinations.id = destination_id "
            "WHERE removed_at IS NULL AND next_due_at <= '2026-01-01' AND paused_reason IS NULL ORDER BY next_due_at"
        ).all()
    assert f"ix_{SubscriptionRow.__tablename__}_next_due_at" in str(plan)


def test_a_draft_survives_until_it_is_pruned(database: Database) -> None:
    spec = DestinationSpec("telegram", "-5", "7", title="Readers")
    with database.write() as uow:
        one = add(uow)
        draft = uow.subscriptions.add_draft(spec, DAILY, now=NOW)
        change = uow.subscriptions.add_draft(spec, DAILY, now=NOW, changes=one)
        assert (change.subscription_id, change.version) == (one.id, 1)
        later = replace(draft, choices=RICH, confirmed=True, subscription_id=one.id)
        uow.subscriptions.save_draft(later)
        assert uow.subscriptions.draft(draft.id) == later
        assert uow.subscriptions.prune_drafts(NOW) == 0
        assert uow.subscriptions.prune_drafts(NOW + timedelta(seconds=1)) == 2
        assert uow.subscriptions.draft(draft.id) is None
