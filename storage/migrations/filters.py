"""What of a database the migrations are about."""

from __future__ import annotations

from typing import Any


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """False for the tables that the search index keeps for itself."""
    return not (kind == "table" and name is not None and name.startswith("search_tokens"))
