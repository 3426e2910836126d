"""Word to people whose places others have moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.reaching import WordKind
from bot.services.reaching import Reaching, Word
from bot.services.rosters import RosterNews, Tell
from bot.services.rsvp_message import news_aloud, news_message
from storage.unit_of_work import UnitOfWork


def telling(reaching: Reaching) -> Tell:
    """Tells members what happened to their places by whichever way reaches them."""

    def tell(uow: UnitOfWork, news: Sequence[RosterNews], now: datetime) -> None:
        reaching.tell_all(uow, [_word(one, now) for one in news], now=now)

    return tell


def _word(news: RosterNews, now: datetime) -> Word:
    until = news.rsvp.speaker_until or news.rsvp.offered_until
    return Word(
        news.member_id,
        # Who leaves and comes back may be given a place again.
        f"rsvp:{news.rsvp.id}:{news.kind}:{int(now.timestamp() * 1000)}",
        WordKind.SEAT,
        news.session.id,
        lambda say, _member: news_message(news, say),
        expires_at=max(until or news.session.plan.ends_at, now),
        aloud=lambda say: news_aloud(news, say),
    )
