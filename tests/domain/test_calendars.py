"""Links that add an event elsewhere."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.calendars import LONGEST_LINK, google_link, google_subscription, outlook_link, outlook_subscription
from tests.platforms.test_calendar_render import event


def test_links_say_when_in_utc_and_what_and_where() -> None:
    one = event(place="Room 5", description="About it", url="https://example.org/x")
    google = parse_qs(urlsplit(google_link(one)).query)
    assert google["dates"] == ["20261205T150000Z/20261205T163000Z"]
    assert google["details"] == ["About it\n\nhttps://example.org/x"]
    outlook = parse_qs(urlsplit(outlook_link(one)).query)
    assert (outlook["startdt"], outlook["enddt"]) == (["2026-12-05T15:00:00Z"], ["2026-12-05T16:30:00Z"])
    assert google["location"] == outlook["location"] == ["Room 5"]


@pytest.mark.parametrize("make", [google_link, outlook_link])
def test_a_link_stays_short_and_keeps_the_time_and_the_title(make) -> None:  # type: ignore[no-untyped-def]
    link = make(event(title="я" * 5000, description="й" * 5000, place="👩‍💻" * 5000))
    assert len(link) <= LONGEST_LINK
    assert "20" in link
    assert "%D1%8F" in link


def test_subscribing_links_carry_the_address() -> None:
    address = "https://bot.example.org/calendar/abc_-1.ics"
    assert parse_qs(urlsplit(google_subscription(address)).query)["cid"] == [
        "webcal://bot.example.org/calendar/abc_-1.ics"
    ]
    assert parse_qs(urlsplit(outlook_subscription(address, "A & B")).query) == {"url": [address], "name": ["A & B"]}
