"""What a process that reads may take. Apart from the pool, so that such a process need not load what the pool needs."""

from __future__ import annotations

import resource

MEMORY_LIMIT = 1 << 30
"""Address space in bytes: a document that needs more ends the process that reads it and not the bot."""


def limit_memory() -> None:
    """Holds this process to the limit from now on."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
