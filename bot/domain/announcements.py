"""Announcements: posts that may tell of a session, which the organisers of a club are asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.club import SessionPaper
from bot.domain.documents import ParsedDocument
from bot.domain.items import Item, ItemKind, Link, ParsedItem
from bot.domain.papers import paper_of
from bot.domain.series import occurrence_at, occurrences
from bot.domain.session_drafts import LONGEST_TITLE, MOST_PAPERS, NewSession, Reading
from bot.domain.session_posts import LONGEST, MOST_LINKS, SessionPost, read_session_post
from bot.domain.text import cut
from bot.domain.times import Ambiguous, Recurrence, Understood

NEWS = timedelta(days=3)
"""How old a post may be about whose materials organisers are asked."""
ASKED_FOR = timedelta(days=14)
"""How long organisers are told of a post at most, if they could not be reached before."""


class AnnouncementState(StrEnum):
    """What organisers have made of a post."""

    OPEN = "open"
    IGNORED = "ignored"
    TAKEN_UP = "taken_up"  # as a draft of a session, or as materials of one


@dataclass(frozen=True, slots=True)
class PostWords:
    """A post as it is by now: its words and links, when it was written (aware UTC), its address and who shows it."""

    text: str
    links: tuple[Link, ...]
    posted_at: datetime
    url: str | None
    chat: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """A post that organisers of a community were asked about, once. `draft_id` is the session that they have begun to
    draw up after it, `session_id` the one to which its materials were attached."""

    id: int
    community_id: int
    post: PostWords
    state: AnnouncementState = AnnouncementState.OPEN
    draft_id: int | None = None
    session_id: int | None = None


def post_words(document: ParsedDocument, chat: str) -> PostWords | None:
    """The words of a post, None where it is none that can announce anything: a poll, or one that has no date."""
    if len(document.items) != 1 or document.published_at is None or document.items[0].kind is ItemKind.POLL:
        return None
    (item,) = document.items
    return PostWords(_text(item), item.links[: MOST_LINKS + 1], document.published_at, document.url, chat)


def found_in(
    post: PostWords, *, zone: str, languages: Sequence[str], cities: Mapping[str, str] | None = None
) -> SessionPost | None:
    """What a post says of sessions, to a community with this zone that speaks these languages."""
    return read_session_post(
        post.text, post.links, posted_at=post.posted_at, zone=zone, languages=languages, cities=cities
    )


def still_matters(found: SessionPost, now: datetime) -> SessionPost | None:
    """What of a post is not over by now: materials, and a session that is still to come."""
    found = found if readings(found, now) else replace(found, when=None)
    return found if found.when or found.materials else None


def is_news(found: SessionPost, post: PostWords, now: datetime) -> bool:
    """Whether organisers are to be asked about a post that nobody has asked them about yet."""
    return found.when is not None or now - post.posted_at <= NEWS


def readings(found: SessionPost, now: datetime) -> tuple[Reading, ...]:
    """The times that may be meant and are still to come, the likeliest first; of what recurs the next one."""
    if found.when is None:
        return ()
    times = found.when.choices if isinstance(found.when, Ambiguous) else (found.when,)
    return tuple(reading for one in times if (reading := _coming(one, now)) is not None)


def new_session(found: SessionPost, now: datetime) -> NewSession:
    """What a session begins as that a post has announced; where its time is in doubt, that is left open."""
    times = readings(found, now)
    sure = times[0] if len(times) == 1 else None
    return NewSession(
        title=found.title,
        starts_at=sure.at if sure else None,
        zone=sure.zone if sure else None,
        rule=sure.rule if sure else None,
        length=sure.length if sure else None,
        papers=tuple(_paper(link) for link in found.papers[:MOST_PAPERS]),
        place=found.call or "",
    )


def _coming(when: Understood | Recurrence, now: datetime) -> Reading | None:
    if isinstance(when, Understood):
        return Reading(when.at, when.zone, length=when.length) if when.at > now else None
    rule = when.rule
    yesterday = now.astimezone(ZoneInfo(rule.zone)).date() - timedelta(days=1)
    times = (occurrence_at(rule, day) for day in occurrences(rule, yesterday, 3))
    return next((Reading(at, rule.zone, rule, when.length) for at in times if at > now), None)


def _text(item: ParsedItem | Item) -> str:
    """The whole post: its first line is its title, and where it is a long one it is in the text again."""
    title, text = item.title or "", item.text
    whole = text if text.startswith(title.rstrip("…")[:60]) else f"{title}\n\n{text}"
    return whole.strip()[: LONGEST + 1]


def _paper(link: Link) -> SessionPaper:
    paper = paper_of(link.url)
    title = cut(link.text, LONGEST_TITLE) or (str(paper) if paper else cut(link.url, LONGEST_TITLE))
    return SessionPaper(title, link.url, str(paper) if paper else None)
