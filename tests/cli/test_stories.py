from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from bot.cli.stories import as_json, show
from tests.world import bot_with, newsletter

ROOT = Path(__file__).parents[2]


async def test_json_tells_every_story_and_where_its_items_stand(tmp_path: Path) -> None:
    specs = [newsletter(tmp_path, 4, name=name) for name in ("one.md", "two.md")]
    async with bot_with(tmp_path / "data", specs) as core:
        stories = json.loads(await as_json(core))["stories"]
    assert len(stories) == 4
    first = next(story for story in stories if story["items"][0]["title"] == "Result number 1 about sparse attention")
    assert {Path(item["document"]).name for item in first["items"]} == {"one.md", "two.md"}


async def test_people_are_shown_the_stories_that_several_tell(tmp_path: Path) -> None:
    specs = [newsletter(tmp_path, 4, name="one.md"), newsletter(tmp_path, 5, name="two.md")]
    out = io.StringIO()
    async with bot_with(tmp_path / "data", specs) as core:
        await show(core, Console(file=out, width=200))
    assert out.getvalue().count("Result number 1 about") == 2
    assert "Result number 5" not in out.getvalue()


def test_real_issues_in_four_languages_become_the_stories_that_they_are(shared: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(shared / "tools" / "score_stories.py"), "--bot", f"{sys.executable} -m bot"]
    done = subprocess.run(
        [*command, "--require", "f1=0.97", "joined_wrongly=0"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
