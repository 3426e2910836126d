"""A process that reads documents for the bot, and what it may take. Apart from the pool, so that such a process need
not load what the pool needs."""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import signal
import threading
import traceback
from multiprocessing.connection import Connection, wait

MEMORY_LIMIT = 1 << 30
"""Address space in bytes: a document that needs more ends the process that reads it and not the bot."""


NICENESS = 5
"""Below the bot's priority: people who ask are answered first, and what is read is stored as fast as it comes."""


def read_documents(pipe: Connection) -> None:
    """Does one work after the other that comes through the pipe, until its other end is closed. Answers each with what
    came of it and with the exception that it raised, one of them None."""
    _prepare_process()
    while True:
        try:
            work = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((work(), None))
        except Exception as error:  # whoever asked raises it again
            error.add_note(traceback.format_exc())  # what an exception knows of its origin stays behind
            pipe.send((None, error))


def _prepare_process() -> None:
    """Holds this process to the limits from now on, and to the life of the process that it reads for."""
    gc.freeze()  # what is there is shared with the server: looking through it for garbage would copy it
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is told to all in the terminal; the bot lets us go itself
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    """Ends this process where the one that it reads for was killed and could not let it go."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
