"""How much sources count, from the sources file to the order of a digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.domain.digests import DigestWindow
from bot.domain.items import NOTHING_HIDDEN
from bot.services.shelves import candidates
from storage.database import Database
from tests.world import NOW, bot_with, newsletter


async def test_the_weight_of_a_source_reaches_its_stories_and_goes_with_its_line_in_the_file(tmp_path: Path) -> None:
    plain = newsletter(tmp_path, 2)
    async with bot_with(tmp_path, [replace(plain, weight=2.5)]) as core:
        await core.stories.catch_up()
        assert weights(core.database) == {2.5}
        await core.sources.register([plain])
        assert weights(core.database) == {1.0}
        await core.sources.register([replace(plain, weight=0.5)])
        await core.sources.register([])
        assert weights(core.database) == {1.0}


def weights(database: Database) -> set[float]:
    """Of all stories, as the light and the whole view of them have it."""
    with database.read() as uow:
        new = uow.digests.new_items(DigestWindow(NOW - timedelta(days=1), NOW))
        light = {one.weight for one in uow.digests.sketches(new, NOTHING_HIDDEN)}
        assert light == {one.sketch().weight for one in candidates(uow, new)}
    return light
