"""The glossary of the field as text files: one concept a line in eight languages, as docs/search.md describes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent


def glossary_lines() -> Iterator[str]:
    """The lines of all files, with their comments."""
    for path in sorted(FOLDER.glob("*.txt")):
        with path.open(encoding="utf-8") as file:
            yield from file
