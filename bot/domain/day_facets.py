"""Spans of days as an index is asked for them: by the facets of whole years, of months and of days."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.matching import NOTHING, Expression, any_of, facet

FIRST_YEAR = 1990
"""What is dated before is dated wrongly, or has no date: those who ask for what was before a day mean later years."""
_LAST_YEAR = 2100


def appeared_between(first: date | None, last: date | None) -> Expression:
    """Items that appeared on these days, both included; None: any before, any after. Asked for by whole years, the
    months at both ends, and the days at the ends of those."""
    begin = max(first or date.min, date(FIRST_YEAR, 1, 1))
    end = min(last or date.max, date(_LAST_YEAR, 12, 31))
    parts: list[Expression] = []
    day = begin
    while day <= end:
        if (day.month, day.day) == (1, 1) and date(day.year, 12, 31) <= end:
            parts.append(facet("year", day.year))
            day = date(day.year + 1, 1, 1)
        elif day.day == 1 and (after := _next_month(day)) - timedelta(1) <= end:
            parts.append(facet("month", f"{day:%Y%m}"))
            day = after
        else:
            parts.append(facet("day", f"{day:%Y%m%d}"))
            day += timedelta(1)
    return any_of(*parts) if parts else NOTHING


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
