from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.readers.freshness import LONGEST_WAIT, poll_after, retry_after

NOW = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("Thu, 05 Mar 2026 10:02:00 GMT", timedelta(minutes=2)),
        ("Thursday, 05-Mar-26 10:02:00 GMT", timedelta(minutes=2)),
        ("Thu, 05 Mar 2026 10:02:00 -0000", timedelta(minutes=2)),
        ("Thu, 05 Mar 2026 13:02:00 +0300", timedelta(minutes=2)),
        ("31536000", LONGEST_WAIT),
        ("9" * 5000, LONGEST_WAIT),
        ("Fri, 05 Mar 2027 10:00:00 GMT", LONGEST_WAIT),
    ],
)
def test_the_time_to_wait_is_read_from_seconds_and_dates_up_to_a_day(value: str, wait: timedelta) -> None:
    assert retry_after(httpx.Headers({"Retry-After": value}), NOW) == wait


@pytest.mark.parametrize(
    "value", ["", "0", "-5", "1.5", "soon", "Thu, 05 Mar 2026 09:00:00 GMT", "Thu, 99 Mar 2026 10:00:00 GMT", "٣"]
)
def test_no_time_no_wait(value: str) -> None:
    assert retry_after(httpx.Headers([(b"Retry-After", value.encode())]), NOW) is None


def test_without_the_header_there_is_no_wait() -> None:
    assert retry_after(httpx.Headers(), NOW) is None
    assert poll_after(httpx.Headers(), NOW) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "max-age=600"}, 600.0),
        ({"Cache-Control": "public, Max-Age = 600, must-revalidate"}, 600.0),
        ({"Cache-Control": 'max-age="600"'}, 600.0),
        ({"Cache-Control": "max-age=600", "Age": "100"}, 500.0),
        ({"Cache-Control": "max-age=31536000"}, 86400.0),
        ({"Cache-Control": "max-age=600", "Retry-After": "900"}, 900.0),
        ({"Retry-After": "900"}, 900.0),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "max-age=600", "Age": "700"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "max-age=600, no-store"}, None),
        ({"Cache-Control": "private"}, None),
        ({"Cache-Control": "max-age=soon"}, None),
    ],
)
def test_a_source_is_left_alone_for_as_long_as_its_answer_is_fresh(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert poll_after(httpx.Headers(headers), NOW) == seconds
