"""`paper-round deliveries`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.deliveries import print_outbox
from bot.domain.deliveries import PartState
from bot.domain.errors import UserError
from tests.outbox import START, add_delivery, add_destination
from tests.world import bot_with


async def printed(folder: Path, capsys: pytest.CaptureFixture[str], **options: Any) -> str:
    async with bot_with(folder) as core:
        with core.database.write() as uow:
            first = add_delivery(uow, add_destination(uow, 1), "one", "two")
            add_delivery(uow, add_destination(uow, 2), "three")
            uow.deliveries.withdraw([first], now=START)
        capsys.readouterr()
        values = {"state": None, "destination": None, "since": None, "as_json": True} | options
        await print_outbox(core.deliveries, **values)
        return capsys.readouterr().out


async def test_programs_are_told_everything_but_what_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(await printed(tmp_path, capsys))
    assert [one["key"] for one in found] == ["three", "one"]
    assert found[0]["destination"] == {
        "id": 2,
        "platform": "telegram",
        "chat": "2",
        "thread": None,
        "title": "Chat 2",
        "paused": None,
    }
    assert [part["state"] for part in found[1]["parts"]] == ["superseded", "superseded"]
    assert "payload" not in found[0]["parts"][0]


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ({"state": PartState.PENDING}, ["three"]),
        ({"destination": "Chat 1"}, ["one"]),
        ({"destination": "2"}, ["three"]),
        ({"since": "2026-03-10T09:00"}, ["three", "one"]),
        ({"since": "2026-03-11"}, []),
    ],
)
async def test_the_outbox_can_be_filtered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: dict[str, Any], keys: list[str]
) -> None:
    assert [one["key"] for one in json.loads(await printed(tmp_path, capsys, **options))] == keys


async def test_people_get_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "150")
    shown = await printed(tmp_path, capsys, as_json=False)
    assert "2 superseded" in shown
    assert "1 pending" in shown


async def test_a_time_that_is_none_is_refused_with_an_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UserError, match="2026-03-05"):
        await printed(tmp_path, capsys, since="yesterday")
