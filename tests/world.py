"""A bot with something to tell: the parts of the application over a database of its own, with issues to read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import SAMPLES
from bot.config import Settings
from bot.core import Core, open_core
from bot.domain.sources import SourceSpec
from bot.services.ports import Clock
from bot.sources_file import load_sources

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
"""When the samples are read: some days after they were published."""


def samples() -> Sequence[SourceSpec]:
    return load_sources(SAMPLES, interval=timedelta(days=1))


@asynccontextmanager
async def bot_with(
    folder: Path,
    specs: Sequence[SourceSpec] = (),
    *,
    now: datetime = NOW,
    clock: Clock | None = None,
    **settings: object,
) -> AsyncIterator[Core]:
    """The parts, with these sources read at `now`, where the clock stands still unless there is another one."""
    chosen = Settings.model_validate({"data_dir": folder, "arxiv_api_url": "off", **settings})
    async with open_core(chosen, clock=clock or (lambda: now)) as core:
        await core.sources.register(specs)
        for one in await core.sources.overview(None):
            await core.sources.poll(one.source.id)
        yield core


def newsletter(folder: Path, items: int, *, name: str = "issue.md") -> SourceSpec:
    """A newsletter in a file, with so many items on papers of its own."""
    entries = [
        f"***Result number {n} about sparse attention***\n\n"
        f"The authors of study {n} prune heads of a transformer. Nothing is lost in their tests. "
        f"See the [paper](https://arxiv.org/abs/2101.{n:05}).\n"
        for n in range(1, items + 1)
    ]
    path = folder / name
    path.write_text(
        "---\ntitle: Sparse Weekly\ndate: 2026-03-09\n---\n\n# Publications 📙\n\n" + "\n".join(entries), "utf-8"
    )
    return SourceSpec(str(path), title="Sparse Weekly", interval=timedelta(days=1))
