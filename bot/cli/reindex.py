"""`db reindex`: everything findable, now."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.services.reindexing import Reindexing


async def reindex_all(reindexing: Reindexing, *, everything: bool) -> None:
    """Analyses what is missing or was analysed otherwise, `everything`: all items anew, and counts all words. Shows how
    far it is; may be broken off and repeated."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    if everything:
        await reindexing.start_anew()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        done, total = await reindexing.progress()
        items = progress.add_task("Indexing", total=total, completed=done)
        while some := await reindexing.reindex_some():
            progress.advance(items, some)
        words = progress.add_task("Counting words", total=None)
        while await reindexing.count_some_words():
            progress.advance(words)
    done, total = await reindexing.progress()
    Console().print(f"{done} of {total} items can be found.", highlight=False)
