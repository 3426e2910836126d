"""Redirects, followed one by one: where each leads, and what is taken along."""

from __future__ import annotations

from dataclasses import dataclass, replace

import httpx

from bot.domain.errors import FetchFailed, FetchRefused
from bot.readers.addresses import normalised, port_of, shown_host

PERMANENT = frozenset({301, 308})
REDIRECTS = PERMANENT | {302, 303, 307}


@dataclass(frozen=True, slots=True)
class Trail:
    """The way from the address that was asked for to `here`, which holds the credentials that may be sent there."""

    asked: httpx.URL
    here: httpx.URL
    visited: frozenset[str]
    permanent: bool = True

    @classmethod
    def starting_at(cls, url: httpx.URL) -> Trail:
        return cls(asked=url, here=url, visited=frozenset({str(url)}))

    @property
    def moved_to(self) -> str | None:
        """Where the source should be asked from now on: set where every redirect on the way was permanent."""
        return str(self.here) if self.permanent and len(self.visited) > 1 else None


def followed(trail: Trail, *, status: int, location: str | None, most: int) -> Trail:
    """The trail one redirect longer. The new address has yet to be checked.

    Raises FetchFailed where there is no Location, FetchRefused for nonsense in it, a circle or too many redirects.
    """
    target = _target(trail.here, location)
    if str(target) in trail.visited:
        raise FetchRefused(f"{shown_host(trail.asked)} redirects in a circle.")
    if len(trail.visited) > most:
        raise FetchRefused(f"{shown_host(trail.asked)} redirects more than {most} times.")
    return replace(
        trail,
        here=target,
        visited=trail.visited | {str(target)},
        permanent=trail.permanent and status in PERMANENT,
    )


def _target(here: httpx.URL, location: str | None) -> httpx.URL:
    if not location:
        raise FetchFailed(f"{shown_host(here)} redirects without saying where to.")
    try:
        target = normalised(here.join(location.strip()))
    except (httpx.InvalidURL, UnicodeError):
        # The library's text quotes the address, which may hold secrets.
        raise FetchRefused(f"{shown_host(here)} redirects to an address that is not valid.") from None
    return with_userinfo(target, here.userinfo if _same_origin(here, target) else b"")


def with_userinfo(url: httpx.URL, userinfo: bytes) -> httpx.URL:
    """The same URL with exactly these credentials; none where they are empty."""
    return url if url.userinfo == userinfo else url.copy_with(userinfo=userinfo)


def _same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Credentials go no further than this (RFC 9110, 15.4; RFC 6454)."""
    return one.scheme == other.scheme and one.raw_host == other.raw_host and port_of(one) == port_of(other)
