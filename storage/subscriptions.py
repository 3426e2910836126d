"""Subscriptions, what is due of them, and drafts of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, update

from bot.domain.communities import Destination, DestinationKind, DestinationSpec
from bot.domain.errors import StorageError
from bot.domain.schedules import Schedule
from bot.domain.sections import Section
from bot.domain.subscriptions import Choices, DigestStyle, Subscription, SubscriptionDraft, UnknownPolicy
from storage.communities import DESTINATION_COLUMNS, destination_of
from storage.community_tables import DestinationRow, SubscriptionDraftRow, SubscriptionRow
from storage.member_tables import AccountRow
from storage.parts import in_parts

_COLUMNS = (
    SubscriptionRow.id.label("subscription_id"),
    SubscriptionRow.destination_id,
    SubscriptionRow.choices,
    SubscriptionRow.paused,
    SubscriptionRow.active_from,
    SubscriptionRow.window_end,
    SubscriptionRow.version,
)
_WITH_DESTINATION = (
    select(*_COLUMNS, *DESTINATION_COLUMNS)
    .join(DestinationRow, DestinationRow.id == SubscriptionRow.destination_id)
    .where(SubscriptionRow.removed_at.is_(None))
)
_ADVANCE = update(SubscriptionRow.__table__).where(SubscriptionRow.__table__.c.id == bindparam("built_id"))
_CHOSEN = tuple(field.name for field in fields(Choices))

Subscribed = tuple[Subscription, Destination]


class Subscriptions:
    """Subscriptions by id, by destination, by who made them, and by when they are due. Those that were removed are in
    none of the answers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, destination_id: int, choices: Choices, *, window_end: datetime, now: datetime, created_by: str
    ) -> Subscription:
        """A new subscription, active from now on. `created_by` is a platform and a person's id there."""
        facts: dict[str, Any] = {"paused": False, "active_from": now, "window_end": window_end, "version": 1}
        new = Subscription(id=0, destination_id=destination_id, **facts, **_chosen(choices))
        values = _values(new) | {"created_by": created_by, "created_at": now}
        id_ = self._connection.execute(insert(SubscriptionRow).returning(SubscriptionRow.id), values).scalar_one()
        return replace(new, id=id_)

    def get(self, subscription_id: int) -> Subscribed | None:
        """The subscription and its destination, None where it is not there or was removed."""
        found = self._many(_WITH_DESTINATION.where(SubscriptionRow.id == subscription_id))
        return found[0] if found else None

    def many(self, subscription_ids: Sequence[int]) -> dict[int, Subscribed]:
        """The subscriptions with these ids that are there, with their destinations, by id."""
        found = self._many(_WITH_DESTINATION.where(SubscriptionRow.id.in_(subscription_ids)))
        return {one.id: (one, destination) for one, destination in found}

    def of_destination(self, destination_id: int) -> list[Subscribed]:
        """What a destination subscribes to, the oldest first."""
        return self._many(
            _WITH_DESTINATION.where(SubscriptionRow.destination_id == destination_id).order_by(SubscriptionRow.id)
        )

    def made_by(self, created_by: str) -> list[Subscribed]:
        """What somebody has subscribed to, for whatever destination, the oldest first."""
        return self._many(
            _WITH_DESTINATION.where(SubscriptionRow.created_by == created_by).order_by(SubscriptionRow.id)
        )

    def creators(self, destination_id: int) -> list[str]:
        """Who has set up what a destination subscribes to, platform and id of each, the newest subscription's first."""
        here = (SubscriptionRow.destination_id == destination_id, SubscriptionRow.removed_at.is_(None))
        found = self._connection.scalars(
            select(SubscriptionRow.created_by).where(*here).order_by(SubscriptionRow.id.desc())
        )
        return list(dict.fromkeys(found))

    def personal(self, member_ids: Collection[int]) -> dict[int, list[Subscribed]]:
        """What these people get in private, the oldest first, on whichever platform; those who get something."""
        account = AccountRow.platform + ":" + AccountRow.account_id
        theirs = (
            _WITH_DESTINATION.add_columns(AccountRow.member_id.label("owner"))
            .join(AccountRow, SubscriptionRow.created_by == account)
            .where(DestinationRow.kind == DestinationKind.PRIVATE)
            .order_by(SubscriptionRow.id)
        )
        found: dict[int, list[Subscribed]] = defaultdict(list)
        for part in in_parts(sorted(member_ids)):
            for row in self._connection.execute(theirs.where(AccountRow.member_id.in_(part))):
                found[row.owner].append((_subscription(row), destination_of(row)))
        return found

    def owners(self, destination_ids: Collection[int]) -> dict[int, tuple[str, str]]:
        """Whose personal digest is sent to these destinations, platform and id there; those that are private chats."""
        private = select(SubscriptionRow.destination_id, SubscriptionRow.created_by).join(
            DestinationRow, DestinationRow.id == SubscriptionRow.destination_id
        )
        here = (SubscriptionRow.destination_id.in_(destination_ids), DestinationRow.kind == DestinationKind.PRIVATE)
        found: dict[int, tuple[str, str]] = {}
        for destination_id, created_by in self._connection.execute(private.where(*here)):
            platform, _, person = created_by.partition(":")
            found[destination_id] = (platform, person)
        return found

    def due(self, now: datetime, limit: int) -> list[Subscribed]:
        """Subscriptions with a digest to build by now, the longest overdue first. None of them is paused, nor is its
        destination."""
        return self._many(
            _WITH_DESTINATION.where(SubscriptionRow.next_due_at <= now, DestinationRow.paused_reason.is_(None))
            .order_by(SubscriptionRow.next_due_at, SubscriptionRow.id)
            .limit(limit)
        )

    def save(self, subscription: Subscription) -> bool:
        """Writes a subscription that people have changed. Returns False, and writes nothing, where somebody else has
        changed it since it was read."""
        here = (SubscriptionRow.id == subscription.id, SubscriptionRow.version == subscription.version - 1)
        values = _values(subscription)
        return self._connection.execute(update(SubscriptionRow).where(*here).values(**values)).rowcount > 0

    def advance(self, subscription: Subscription, window_end: datetime) -> bool:
        """The window up to `window_end` is built. Returns False, and changes nothing, where that is so already: the
        caller then throws away what it has built."""
        later = replace(subscription, window_end=window_end)
        here = (
            SubscriptionRow.id == subscription.id,
            SubscriptionRow.window_end == subscription.window_end,
            SubscriptionRow.window_end < window_end,
        )
        values = {"window_end": window_end, "next_due_at": later.next_due_at}
        return self._connection.execute(update(SubscriptionRow).where(*here).values(**values)).rowcount > 0

    def advance_all(self, built: Sequence[tuple[Subscription, datetime]]) -> None:
        """The windows of these subscriptions, which nobody has changed since they were read, are built up to then."""
        rows = [
            {
                "built_id": subscription.id,
                "window_end": window_end,
                "next_due_at": replace(subscription, window_end=window_end).next_due_at,
            }
            for subscription, window_end in built
        ]
        if rows:
            self._connection.execute(_ADVANCE, rows)

    def remove(self, subscription_id: int, *, now: datetime) -> None:
        """The subscription is gone, but can be brought back. May be repeated."""
        here = (SubscriptionRow.id == subscription_id, SubscriptionRow.removed_at.is_(None))
        self._connection.execute(update(SubscriptionRow).where(*here).values(removed_at=now, next_due_at=None))

    def removed(self, subscription_id: int) -> Subscribed | None:
        """A subscription that was removed, None where it was not."""
        gone = select(*_COLUMNS, *DESTINATION_COLUMNS).join(
            DestinationRow, DestinationRow.id == SubscriptionRow.destination_id
        )
        here = (SubscriptionRow.id == subscription_id, SubscriptionRow.removed_at.is_not(None))
        found = self._many(gone.where(*here))
        return found[0] if found else None

    def bring_back(self, subscription: Subscription) -> None:
        """A subscription that was removed is there again, as given. May be repeated."""
        here = SubscriptionRow.id == subscription.id
        values = _values(subscription) | {"removed_at": None}
        self._connection.execute(update(SubscriptionRow).where(here).values(**values))

    # Drafts

    def add_draft(
        self, spec: DestinationSpec, choices: Choices, *, now: datetime, changes: Subscription | None = None
    ) -> SubscriptionDraft:
        """A new draft, of a new subscription or of a change of one."""
        values = {
            "spec": asdict(spec),
            "choices": choices_as_json(choices),
            "subscription_id": changes.id if changes else None,
            "version": changes.version if changes else 0,
            "confirmed": False,
            "created_at": now,
        }
        id_ = self._connection.execute(
            insert(SubscriptionDraftRow).returning(SubscriptionDraftRow.id), values
        ).scalar_one()
        draft = self.draft(id_)
        if draft is None:
            raise StorageError(f"The draft {id_} was stored and is not there.")
        return draft

    def draft(self, draft_id: int) -> SubscriptionDraft | None:
        """The draft, None where it has been forgotten."""
        row = self._connection.execute(
            select(SubscriptionDraftRow.__table__).where(SubscriptionDraftRow.id == draft_id)
        ).one_or_none()
        if row is None:
            return None
        spec = DestinationSpec(**(row.spec | {"kind": DestinationKind(row.spec["kind"])}))
        choices = choices_from_json(row.choices)
        return SubscriptionDraft(row.id, spec, choices, row.subscription_id, row.version, row.confirmed)

    def save_draft(self, draft: SubscriptionDraft) -> None:
        """Writes a draft with other choices, or confirmed."""
        values = {
            "choices": choices_as_json(draft.choices),
            "subscription_id": draft.subscription_id,
            "confirmed": draft.confirmed,
        }
        self._connection.execute(
            update(SubscriptionDraftRow).where(SubscriptionDraftRow.id == draft.id).values(**values)
        )

    def prune_drafts(self, before: datetime) -> int:
        """Forgets the drafts from before a moment and says how many they were."""
        return self._connection.execute(
            delete(SubscriptionDraftRow).where(SubscriptionDraftRow.created_at < before)
        ).rowcount

    def _many(self, query: Select[Any]) -> list[Subscribed]:
        return [(_subscription(row), destination_of(row)) for row in self._connection.execute(query)]


def choices_as_json(choices: Choices) -> dict[str, Any]:
    """Choices as JSON holds them; the same choices always come to the same text."""
    schedule = choices.schedule
    return {
        "times": [_clock(at) for at in sorted(schedule.times)],
        "weekdays": sorted(schedule.weekdays),
        "zone": schedule.zone,
        "source_ids": sorted(choices.source_ids),
        "sections": [section.value for section in choices.sections],
        "languages": sorted(choices.languages),
        "include_words": list(choices.include_words),
        "exclude_words": list(choices.exclude_words),
        "max_stories": choices.max_stories,
        "style": choices.style.value,
        "say_nothing_new": choices.say_nothing_new,
        "title_languages": list(choices.title_languages),
        "quiet_hours": [_clock(at) for at in choices.quiet_hours] if choices.quiet_hours else None,
        "discussion_thread": choices.discussion_thread,
        "unknown_policy": choices.unknown_policy.value,
        "less_sources": sorted(choices.less_sources),
        "less_sections": [section.value for section in choices.less_sections],
        "less_words": list(choices.less_words),
        "question": choices.question,
    }


def choices_from_json(kept: Mapping[str, Any]) -> Choices:
    """The choices that `choices_as_json` has written."""
    begin, end = map(time.fromisoformat, kept["quiet_hours"] or ("00:00", "00:00"))
    return Choices(
        schedule=Schedule(
            tuple(map(time.fromisoformat, kept["times"])), frozenset(kept["weekdays"]), str(kept["zone"])
        ),
        source_ids=frozenset(kept["source_ids"]),
        sections=tuple(map(Section, kept["sections"])),
        languages=frozenset(kept["languages"]),
        include_words=tuple(kept["include_words"]),
        exclude_words=tuple(kept["exclude_words"]),
        max_stories=kept["max_stories"],
        style=DigestStyle(kept["style"]),
        say_nothing_new=kept["say_nothing_new"],
        title_languages=tuple(kept["title_languages"]),
        quiet_hours=(begin, end) if kept["quiet_hours"] else None,
        discussion_thread=kept["discussion_thread"],
        unknown_policy=UnknownPolicy(kept["unknown_policy"]),
        # Not there in what was written before there was such a choice.
        less_sources=frozenset(kept.get("less_sources", ())),
        less_sections=tuple(map(Section, kept.get("less_sections", ()))),
        less_words=tuple(kept.get("less_words", ())),
        question=kept.get("question", ""),
    )


def _clock(at: time) -> str:
    return at.isoformat("minutes")


def _chosen(choices: Choices) -> dict[str, Any]:
    return {name: getattr(choices, name) for name in _CHOSEN}


def _values(subscription: Subscription) -> dict[str, Any]:
    return {
        "destination_id": subscription.destination_id,
        "choices": choices_as_json(subscription),
        "paused": subscription.paused,
        "active_from": subscription.active_from,
        "window_end": subscription.window_end,
        "next_due_at": subscription.next_due_at,
        "version": subscription.version,
    }


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        id=row.subscription_id,
        destination_id=row.destination_id,
        paused=row.paused,
        active_from=row.active_from,
        window_end=row.window_end,
        version=row.version,
        **_chosen(choices_from_json(row.choices)),
    )
