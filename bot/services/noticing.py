"""Noticing posts of a followed chat that tell of a session, and asking organisers about them.

Nothing is posted by itself: organisers are asked in private, once about each post.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from bot.domain.announcements import (
    ASKED_FOR,
    Announcement,
    PostWords,
    found_in,
    is_news,
    post_words,
    readings,
    still_matters,
)
from bot.domain.communities import Community
from bot.domain.documents import ParsedDocument
from bot.domain.members import Account, Member
from bot.domain.messages import Message
from bot.domain.reaching import WordKind
from bot.domain.session_posts import SessionPost
from bot.domain.sources import Source
from bot.locales import Translator, city_names
from bot.services.announcement_message import announcement_message
from bot.services.reaching import Reaching, Word
from storage.announcements import Follower
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


class Noticing:
    """Asks the organisers of those communities that follow a source about its posts."""

    def __init__(self, reaching: Reaching) -> None:
        self._reaching = reaching

    def notice(self, uow: UnitOfWork, source: Source, documents: Mapping[str, ParsedDocument], now: datetime) -> None:
        """Looks at posts of a source, by their ids there, in the transaction that stores them. May be repeated; a post
        that was edited changes what organisers were asked about."""
        posts = {guid: words for guid, one in documents.items() if (words := post_words(one, source.title or ""))}
        for follower in uow.announcements.followers(source.id) if posts else ():
            community = uow.communities.get(follower.community_id)
            assert community is not None  # a foreign key holds it
            if source.id in uow.source_chats.hidden_from(community.id):
                continue
            for guid, post in posts.items():
                known = uow.announcements.of_post(community.id, source.id, guid)
                found = still_found(community, post, now) if known is None else None
                if known is not None and known.post != post:
                    uow.announcements.save(replace(known, post=post))
                if found is not None and is_news(found, post, now):
                    new = uow.announcements.add(community.id, source.id, guid, post, now=now)
                    self._ask(uow, new, found, follower, now)

    def _ask(
        self, uow: UnitOfWork, announcement: Announcement, found: SessionPost, follower: Follower, now: datetime
    ) -> None:
        def compose(say: Translator, _member: Member) -> Message:
            return announcement_message(announcement, found, say, now=now)

        community_id, key = announcement.community_id, f"announcement:{announcement.id}"
        log.info("announcement_noticed", announcement=announcement.id, community=community_id)
        ends = min([now + ASKED_FOR, *(one.at for one in readings(found, now)[:1] if one.rule is None)])
        if uow.members.organisers(community_id) or uow.reaching.drawn_up_by(community_id, None) is not None:
            self._reaching.tell_organisers(uow, community_id, key, compose, expires_at=ends, now=now)
            return
        # A club without organisers begins with whoever wanted the chat to be followed, unless a chat itself did so.
        platform, _, person_id = follower.asked_by.partition(":")
        if not person_id.isdecimal():
            return
        member = uow.members.ensure(Account(platform, person_id), now=now)
        if community_id not in uow.clubs.of_member(member.id):
            uow.clubs.came_from(member.id, community_id)
        word = Word(member.id, key, WordKind.ORGANISING, None, compose, ends, community_id=community_id)
        self._reaching.tell(uow, word, now=now)


def still_found(community: Community, post: PostWords, now: datetime) -> SessionPost | None:
    """What a post says of sessions to a community, without what is over by now; None where it says nothing."""
    found = found_in(post, zone=community.zone, languages=community.languages, cities=city_names())
    return still_matters(found, now) if found else None
