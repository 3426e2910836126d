"""Writing again where nothing could be sent for a while."""

from __future__ import annotations

from datetime import datetime

from storage.unit_of_work import UnitOfWork


def write_there_again(uow: UnitOfWork, destination_id: int, now: datetime) -> None:
    """A destination is not paused any more: what has waited for it goes out, and sessions are shown there as they are
    now. May be repeated."""
    uow.communities.resume(destination_id)
    uow.deliveries.resume(destination_id, now=now)
    uow.session_cards.touch_in(destination_id, now=now)
