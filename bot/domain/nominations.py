"""Nominations: papers proposed for a session of the club, votes for them, and which of them won.

Votes are by approval: a person votes for as many proposals as they like, once for each. Votes belong to the member, so
somebody with accounts on both platforms has one. Setting a vote again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.links import canonical, clean_url, find_urls, link_key
from bot.domain.papers import PaperId, address, find_papers, identified, numbered, paper_of
from bot.domain.text import cut, is_visible

LONGEST_TITLE = 300
LONGEST_TYPED = 2_500
"""Characters that are looked at of what somebody typed: an address has at most 2,000."""
MOST_OPEN = 200
"""Proposals that a club may have open."""
MOST_OPEN_OF_ONE = 20
"""Of these, how many may be one member's."""
_SITES = {"github": "https://github.com/{}", "yt": "https://youtu.be/{}"}  # for which `canonical` has names


class NominationState(StrEnum):
    """What has become of a proposal."""

    OPEN = "open"
    PICKED = "picked"  # a session is about it
    WITHDRAWN = "withdrawn"  # by who proposed it
    REMOVED = "removed"  # by an organiser


@dataclass(frozen=True, slots=True)
class ProposedPaper:
    """What somebody proposes. `identity` tells what is the same: the paper's ("arxiv:1706.03762"), else the address's
    ("link:example.org/post"), else the title's ("title:on frogs"). `title` may be "" where only an address is known.
    `item_id` is the item in which it was found."""

    identity: str
    address: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    item_id: int | None = None

    @property
    def paper(self) -> PaperId | None:
        """The paper, where its archive gave it an identifier."""
        scheme, _, value = self.identity.partition(":")
        return None if scheme in ("link", "title") else PaperId(scheme, value)

    @property
    def name(self) -> str:
        """What to call it: its title, else its address."""
        return self.title or self.address.partition("://")[2]


@dataclass(frozen=True, slots=True)
class Nomination:
    """A proposal as stored, with the number of its votes. `session_id`: the session that it was picked for."""

    id: int
    community_id: int
    paper: ProposedPaper
    proposed_by: int | None
    proposed_at: datetime
    state: NominationState = NominationState.OPEN
    votes: int = 0
    session_id: int | None = None

    @property
    def is_open(self) -> bool:
        return self.state is NominationState.OPEN


@dataclass(frozen=True, slots=True)
class Voting:
    """Until when a club's members may vote: `closes_at` None is without end. `closed_at`: when the result was told.
    `set_by` is the member who has said so."""

    closes_at: datetime | None = None
    closed_at: datetime | None = None
    set_by: int | None = None

    def is_open(self, now: datetime) -> bool:
        return self.closed_at is None and (self.closes_at is None or now < self.closes_at)


ALWAYS = Voting()
"""How a club votes that has said nothing about it."""


def for_paper(paper: PaperId, title: str = "") -> ProposedPaper:
    """A paper that its archive gave an identifier."""
    return ProposedPaper(str(paper), address(paper), title)


def for_address(url: str, title: str = "") -> ProposedPaper | None:
    """What is at an address, which may be a paper's; None where it is no address of the web."""
    clean = clean_url(url)
    if clean is None:
        return None
    paper = paper_of(clean)
    return for_paper(paper, title) if paper else ProposedPaper(f"link:{link_key(canonical(clean))}", clean, title)


def address_named(identity: str) -> str | None:
    """An address at which what has this identity can be found; None where the identity tells of none, as a title's and
    a post's do."""
    paper = identified(identity)
    if paper is not None:
        return address(paper)
    scheme, _, where = identity.partition(":")
    site, _, rest = where.partition(":")
    return clean_url(_SITES[site].format(rest) if site in _SITES else f"https://{where}") if scheme == "link" else None


def read_proposal(typed: str) -> ProposedPaper | None:
    """The paper that somebody named by an identifier or an address, with the words beside it as its title; None where
    there is neither."""
    words = " ".join(typed[:LONGEST_TYPED].split())
    urls = find_urls(words)
    named = find_papers(words, urls) or [paper for paper in [numbered(words)] if paper]
    if named:
        return for_paper(named[0], _beside(words))
    return next(filter(None, (for_address(url, _beside(words)) for url in urls)), None)


def titled(typed: str) -> ProposedPaper | None:
    """A paper of which somebody knows the title only; None where there is nothing to see in it."""
    title = cut(" ".join(typed[:LONGEST_TYPED].split()), LONGEST_TITLE)
    return ProposedPaper(f"title:{title.casefold()}", title=title) if is_visible(title) else None


def ranked(nominations: Sequence[Nomination]) -> list[Nomination]:
    """Proposals by their votes, those with as many by who came first."""
    return sorted(nominations, key=lambda one: (-one.votes, one.proposed_at, one.id))


def winners(nominations: Sequence[Nomination]) -> list[Nomination]:
    """Those with the most votes, several where it is a tie, none where nobody has voted."""
    most = max((one.votes for one in nominations), default=0)
    return [one for one in ranked(nominations) if one.votes == most > 0]


def _beside(words: str) -> str:
    """What was written beside an address, where it is more than a word that leads up to it."""
    rest = [word for word in words.split() if not ("://" in word or find_urls(word) or _names_paper(word))]
    return cut(" ".join(rest).strip(" -–—:|·"), LONGEST_TITLE) if len(rest) > 1 else ""


def _names_paper(word: str) -> bool:
    """Whether a word is a paper's number and no word of its title."""
    return any(character.isdigit() for character in word) and bool(find_papers(word) or numbered(word))
