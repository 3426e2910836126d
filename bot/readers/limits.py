"""What a process that reads may take. Apart from the pool, so that such a process need not load what the pool needs."""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import signal
import threading
from multiprocessing.connection import wait

MEMORY_LIMIT = 1 << 30
"""Address space in bytes: a document that needs more ends the process that reads it and not the bot."""


def prepare_process() -> None:
    """Holds this process to the limits from now on, and to the life of the process that it reads for."""
    gc.freeze()  # what is there is shared with the server: looking through it for garbage would copy it
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is told to all in the terminal; the bot lets us go itself
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    """Ends this process where the one that it reads for was killed and could not let it go."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
