"""How long a server asks to be left alone, read from its headers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

# A server may ask for any time, and a mistake in its configuration must not silence a source for a year.
LONGEST_WAIT = timedelta(days=1)

MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
UNCACHED = re.compile(r"(?:^|[\s,])(?:no-cache|no-store)(?:$|[\s,=])", re.IGNORECASE)


def retry_after(headers: httpx.Headers, now: datetime) -> timedelta | None:
    """Retry-After (RFC 9110, 10.2.3), seconds or a date; at most a day, None where it is absent, past or unreadable."""
    value = headers.get("retry-after", "").strip()
    seconds = _seconds(value)
    if seconds is None:
        seconds = _seconds_until(value, now)
    return timedelta(seconds=seconds) if seconds else None


def poll_after(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds for which an answer stays fresh (Cache-Control max-age less Age) or the server asked to wait.

    At most a day; None where the server does not say, or says not to keep it.
    """
    waits = [_remaining_freshness(headers)]
    asked = retry_after(headers, now)
    if asked is not None:
        waits.append(asked.total_seconds())
    return max(waits) or None


def _remaining_freshness(headers: httpx.Headers) -> float:
    cache_control = headers.get("cache-control", "")
    match = MAX_AGE.search(cache_control)
    if match is None or UNCACHED.search(cache_control):
        return 0.0
    max_age, age = _seconds(match[1]) or 0.0, _seconds(headers.get("age", "")) or 0.0
    return max(0.0, max_age - age)


def _seconds(digits: str) -> float | None:
    if not (digits.isascii() and digits.isdigit()):
        return None
    longest = LONGEST_WAIT.total_seconds()
    return longest if len(digits) > 9 else min(float(digits), longest)


def _seconds_until(date: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    if moment.tzinfo is None:  # "-0000": UTC, from a place that does not tell its zone
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_WAIT.total_seconds())
