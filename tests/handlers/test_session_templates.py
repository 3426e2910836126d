"""Templates of sessions: kept, used, deleted, and there again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.core import Core
from handlers.command import Chat, Platform
from tests.askers import everywhere
from tests.club_chats import (
    ANN,
    CHIEF,
    action,
    ask,
    found,
    press,
    sessions,
)
from tests.meetings import meeting
from tests.talks import seen
from tests.world import bot_with


async def test_a_template_gives_all_but_the_time(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        await ask(core, "club new", "Saturday 18:00 Journal club")
        await press(core, "cs:d:1:place", place="Room 5")
        kept = await press(core, "cs:d:1:tpl", template="Usual  one")
        await press(core, "cs:d:1:cancel")
        await ask(core, "club new", "Sunday 19:00")
        panel = await press(core, "cs:d:2:tpl")
        await press(core, action(panel, "Usual one"))
        await press(core, "cs:d:2:post")
        (session,) = await sessions(core)
    assert "It is kept as the template “Usual one”." in seen(kept)
    assert (session.plan.title, session.plan.place) == ("Journal club", "Room 5")
    assert session.plan.starts_at == datetime(2026, 3, 15, 16, tzinfo=UTC)


@everywhere
async def test_a_template_is_listed_and_deleted_and_there_again_after_undo(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        await person.ask("club new", "Saturday 18:00 Attention")
        await press_template(core)
        await person.press("✅ Post it")
        await person.ask("club sessions")
        listed = await person.press("📋 Templates")
        deleted = await person.press("🗑 Usual one")
        back = await person.press("Undo")
        await person.press("🗑 Usual one")
        await person.press("◀ Back")
        gone = await person.press("📋 Templates")
    assert "Usual one · Attention · 1 h 30 min" in listed.text
    assert "The template “Usual one” is deleted." in deleted.text
    assert "There are none." in deleted.text
    assert "The template “Usual one” is there again." in back.text
    assert "🗑 Usual one" in back.buttons
    assert "🗑 Usual one" not in gone.buttons


async def press_template(core: Core) -> None:
    """Keeps the first draft as a template."""

    def keep(uow: Any) -> None:
        draft = uow.session_drafts.get(1)
        uow.session_drafts.put_template(draft.community_id, "Usual one", replace(draft.sketch, starts_at=None))

    await core.database.run(keep)


async def test_nobody_but_their_organisers_deletes_templates(tmp_path: Path) -> None:
    elsewhere = Chat(Platform.TELEGRAM, "-200", title="Others")
    async with bot_with(tmp_path) as core:
        await found(core)
        await found(core, elsewhere)
        await ask(core, "club new", "Saturday 18:00 Attention")
        await press_template(core)
        replies = [
            await press(core, "cs:tpl", ANN),
            await press(core, "cs:tpl=11", ANN),
            await press(core, "cs:tpl=11", CHIEF, elsewhere),
            await press(core, "cs:tpl:back:1", CHIEF, elsewhere),
            await press(core, "cs:tpl:back:x"),
            await press(core, "cs:tpl=1x"),
        ]
        kept = await core.database.query(lambda uow: uow.session_drafts.templates(1))
    assert [one.failed for one in replies] == [True, True, True, True, True, False]
    assert [one.name for one in kept] == ["Usual one"]
