from __future__ import annotations

import json
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.digest import print_subscription
from bot.domain.communities import DestinationSpec
from bot.domain.errors import UserError
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.subscriptions import Choices
from tests.world import NOW, bot_with, newsletter


async def test_what_a_subscription_gets_is_printed_in_every_form_and_nothing_is_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = Choices(schedule=Schedule((time(12),), EVERY_DAY, "UTC"), max_stories=2)
    before = NOW - timedelta(days=1)

    def subscribe(uow: Any) -> int:
        here = uow.communities.ensure_destination(DestinationSpec("telegram", "7"), zone="UTC", languages=("en",))
        made = uow.subscriptions.add(here.id, wanted, window_end=before, now=before, created_by="telegram:1")
        return int(made.id)

    async with bot_with(tmp_path / "data", [newsletter(tmp_path, 3)]) as core:
        number = await core.database.run(subscribe)
        for form in ("text", "telegram", "discord", "html"):
            await print_subscription(core.scheduled_digests, number, NOW, form)
            assert "Result number 2 about sparse attention" in capsys.readouterr().out
        await print_subscription(core.scheduled_digests, number, NOW, "json")
        told = json.loads(capsys.readouterr().out)
        with pytest.raises(UserError, match="no subscription 99"):
            await print_subscription(core.scheduled_digests, 99, NOW, "text")
        assert await core.deliveries.outbox() == []
    assert (told["read"], told["stories_read"], told["fitting"], len(told["stories"])) == (3, 3, 3, 2)
    assert told["window"]["end"] == NOW.isoformat()
