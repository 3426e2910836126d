"""Zones as people name them."""

from __future__ import annotations

import pytest

from bot.domain.zones import find_zone, similar_zones
from bot.locales import city_names


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("lisbon", "Europe/Lisbon"),
        ("Moscow", "Europe/Moscow"),
        (" europe/moscow ", "Europe/Moscow"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("new york", "America/New_York"),
        ("Beijing", "Asia/Shanghai"),
        ("UTC+3", "Etc/GMT-3"),
        ("utc", "UTC"),
        ("mosc", "Europe/Moscow"),
        ("Лиссабон", "Europe/Lisbon"),
        ("санкт-петербург", "Europe/Moscow"),
        ("Lisboa", "Europe/Lisbon"),
        ("上海", "Asia/Shanghai"),
        ("北京", "Asia/Shanghai"),
    ],
)
def test_a_city_in_any_of_our_languages_is_a_zone(typed: str, zone: str) -> None:
    assert find_zone(typed, city_names()) == zone


@pytest.mark.parametrize(
    ("typed", "zone"), [("novosibirks", "Asia/Novosibirsk"), ("york", "America/New_York"), ("Asia/Tokio", "Asia/Tokyo")]
)
def test_what_is_nearly_a_zone_is_suggested_and_not_taken(typed: str, zone: str) -> None:
    assert find_zone(typed, city_names()) is None
    assert zone in similar_zones(typed, city_names())


@pytest.mark.parametrize("typed", ["", "  ", "/", "zzyzx" * 50, "../../etc/passwd", "\u202e", "🔥"])
def test_what_is_like_no_zone_is_none(typed: str) -> None:
    assert find_zone(typed, city_names()) is None
    assert similar_zones(typed, city_names()) == []
