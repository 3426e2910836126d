"""Polling: when a source is asked again, and what an attempt makes of its state. Times are aware UTC.

`chance` is a number from 0 to 1 that spreads sources out, so that they are not all asked at one moment.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.documents import Validators
from bot.domain.errors import FetchFailed, FetchRefused, PaperRoundError, ReadError, SourceGone
from bot.domain.sources import Source, SourceStatus

SPREAD = 0.1  # of the interval, to either side
LONGEST_WISH = timedelta(days=1)  # what a server may ask us to stay away for
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(days=1)
RETRY_SPREAD = 0.25
FAULT = "It could not be read because of a fault in this program; the log says more."


def next_poll(source: Source, now: datetime, *, chance: float, poll_after: float | None) -> datetime | None:
    """When a source that answered is asked again: after its interval, or later where the server asks for that.
    None where it is read only once."""
    if source.interval is None:
        return None
    wait = source.interval * (1 + SPREAD * (2 * chance - 1))
    return now + max(wait, _wish(poll_after))


def next_turn(source: Source, now: datetime, next_poll_at: datetime | None) -> datetime | None:
    """When a source that was read is polled again. One that was read out of turn (`next_poll_at` None) keeps its turn,
    and a retired one that answered gets one."""
    if next_poll_at is not None or source.interval is None:
        return next_poll_at
    return source.next_poll_at or now + source.interval


def validators_for(source: Source, now: datetime) -> Validators | None:
    """What to ask with whether a source changed; None once a week, because an ETag that lies would hide every change
    for ever."""
    if source.last_polled_at is None or source.last_polled_at.isocalendar()[:2] != now.isocalendar()[:2]:
        return None
    return Validators(source.etag, source.last_modified) if source.etag or source.last_modified else None


def after_no_change(source: Source, now: datetime, next_poll_at: datetime | None) -> Source:
    """The source when it answered that it holds what we have. What is damaged stays so."""
    damaged = source.status is SourceStatus.DAMAGED
    return replace(
        source,
        status=SourceStatus.DAMAGED if damaged else SourceStatus.ACTIVE,
        problem=source.problem if damaged else None,
        failures=0,
        last_polled_at=now,
        next_poll_at=next_poll_at,
    )


def after_reading(
    source: Source,
    now: datetime,
    next_poll_at: datetime | None,
    *,
    damage: str | None,
    changed: bool,
    validators: Validators,
    content_hash: str | None,
) -> Source:
    """The source when its document was read. Without a content hash it is read again next time, whatever it holds."""
    return replace(
        source,
        status=SourceStatus.DAMAGED if damage else SourceStatus.ACTIVE,
        problem=damage,
        failures=0,
        last_polled_at=now,
        last_changed_at=now if changed else source.last_changed_at,
        next_poll_at=next_poll_at,
        etag=validators.etag if content_hash else None,
        last_modified=validators.last_modified if content_hash else None,
        content_hash=content_hash,
    )


def after_post(source: Source, now: datetime, *, changed: bool) -> Source:
    """The source when something was posted in the chat that feeds it. Whether and when it is polled as well stays."""
    return replace(
        source,
        status=SourceStatus.ACTIVE if source.status is SourceStatus.NEW else source.status,
        last_changed_at=now if changed else source.last_changed_at,
    )


def after_failure(source: Source, error: Exception, now: datetime, *, chance: float) -> Source:
    """The source when it could not be fetched or read: retired where it is gone, else tried again after a while that
    doubles with each failure."""
    failures = source.failures + 1
    source = replace(source, failures=failures, last_polled_at=now, problem=_problem(error))
    if isinstance(error, SourceGone):
        return replace(source, status=SourceStatus.RETIRED, next_poll_at=None)
    if source.status is SourceStatus.DAMAGED:  # its damage is forgotten now: only reading it again tells of it
        source = replace(source, etag=None, last_modified=None, content_hash=None)
    wait = min(LONGEST_RETRY, FIRST_RETRY * (1 << min(failures - 1, 12))) * (1 + RETRY_SPREAD * chance)
    if isinstance(error, FetchRefused):  # repeating it does not help, a change of the settings may
        wait = max(wait, LONGEST_RETRY)
    if isinstance(error, FetchFailed) and error.retry_after is not None:
        wait = max(wait, _wish(error.retry_after.total_seconds()))
    return replace(source, status=SourceStatus.FAILING, next_poll_at=now + wait)


def _wish(seconds: float | None) -> timedelta:
    return min(LONGEST_WISH, timedelta(seconds=min(seconds or 0, LONGEST_WISH.total_seconds())))


def _problem(error: Exception) -> str:
    if not isinstance(error, PaperRoundError):
        return FAULT
    if isinstance(error, ReadError) and error.feeds:
        return f"{error} It offers these feeds: {', '.join(error.feeds)}"
    return str(error)
