"""Papers: one identity for every way in which a paper is named."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class PaperId:
    """An identifier in its canonical spelling: `str(PaperId("arxiv", "2002.05715"))` is "arxiv:2002.05715".

    Schemes: arxiv (no version), doi (lower case), openreview, acl (upper case).
    """

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"
