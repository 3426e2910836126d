"""*Less like this*: who may say it, what comes of it in the next digest, and taking it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core import Core
from bot.domain.digests import DigestWindow
from bot.domain.sections import Section
from handlers.command import Reply
from handlers.command import Request as Asked
from tests.handlers.test_why import ANN, CHANNEL, NOW, action, ask, publish, subscribe
from tests.services.test_scheduled_digests import about
from tests.talks import seen
from tests.world import bot_with

BOSS = replace(ANN, chat_administrator=True)


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with bot_with(tmp_path / "data") as core:
        yield core


async def press(core: Core, pressed: str, person: Any = BOSS) -> Reply:
    return await core.dispatcher.press(Asked(CHANNEL, person, action=pressed))


async def less_button(core: Core) -> str:
    payload: Any = (await core.deliveries.outbox())[0].delivery.parts[-1].payload
    return str(payload["buttons"][-1][-1]["action"])


async def digest(core: Core, *items: Any, **choices: Any) -> str:
    """A digest of these items; the action of its button."""
    await subscribe(core, **choices)
    await publish(core, *items)
    await core.scheduled_digests.build_due()
    return await less_button(core)


async def next_digest(core: Core) -> str:
    """What the digest says of what is new since the last one, sent now."""
    found = await core.database.query(lambda uow: uow.subscriptions.get(1))
    assert found is not None
    window = DigestWindow(NOW, NOW + timedelta(hours=1))
    await core.scheduled_digests.send_now(found[0].id, window)
    return str((await core.deliveries.outbox())[0].delivery.parts[0].payload["html"])


async def choose(core: Core, button: str, number: str, label: str) -> Reply:
    """Presses through to what is wanted less."""
    which = await press(core, button)
    what = await press(core, action(which, number))
    return await press(core, action(what, label))


async def test_less_of_a_word_leaves_it_out_of_the_next_digest_where_others_wait_for_the_place(core: Core) -> None:
    button = await digest(core, about(1, "Frogs that jump"), max_stories=1)
    done = await choose(core, button, "1", "“frogs”")
    assert (done.private, done.replaces) == (True, True)
    assert "less of “frogs”" in seen(done)
    at = NOW + timedelta(minutes=5)
    await publish(core, about(2, "Toads"), about(3, "More frogs again", code="https://github.com/a/b"), guid="2", at=at)
    text = await next_digest(core)
    assert "Toads" in text
    assert "frogs" not in text


async def test_at_most_a_quarter_of_a_digest_is_of_what_is_wanted_less_although_there_is_room(core: Core) -> None:
    button = await digest(core, about(1, section=Section.ETHICS), max_stories=8)
    await choose(core, button, "1", "🚨 Ethics")
    items = [about(10 + n, f"Moral {n}", section=Section.ETHICS) for n in range(4)]
    await publish(core, *items, about(20, "Sparse"), guid="2", at=NOW + timedelta(minutes=5))
    text = await next_digest(core)
    assert text.count("Moral") == 2
    assert "Sparse" in text
    assert "less of this wanted" not in text  # no news to readers
    assert "less of this wanted: −4 points" in await ask(core, "3")
    missing = next(n for n in range(4) if f"Moral {n}" not in text)
    assert "Less of this was wanted" in await ask(core, f"https://arxiv.org/abs/2101.{10 + missing:05}")


async def test_less_of_a_source_is_not_less_of_what_others_tell_too(core: Core) -> None:
    button = await digest(core, about(1), max_stories=1)
    await choose(core, button, "1", "📰 News")
    at = NOW + timedelta(minutes=5)
    await publish(core, about(2, "Only there"), about(3, "Everywhere"), guid="2", at=at)
    await publish(core, about(3, "Everywhere"), guid="3", at=at, source="two")
    assert "Everywhere" in await next_digest(core)


async def test_what_is_wanted_less_is_shown_with_the_subscription_and_can_be_undone(core: Core) -> None:
    button = await digest(core, about(1, "Frogs that jump"))
    done = await choose(core, button, "1", "“frogs”")
    await choose(core, button, "1", "📙 Publications")
    card = await core.dispatcher.answer(Asked(CHANNEL, BOSS, "subscriptions"))
    assert "Less of: 📙 Publications, “frogs”" in seen(card)
    undone = await press(core, action(done, "↩️ Undo"))
    assert "It is wanted as before." in seen(undone)
    assert "1. 📙 Publications" in seen(undone)
    listed = await press(core, action(card, "👎 Less of…"))
    last = await press(core, action(listed, "✕ 1"))
    assert "There is nothing that you want less of." in seen(last)
    assert "Less of" not in seen(await core.dispatcher.answer(Asked(CHANNEL, BOSS, "subscriptions")))


async def test_pressed_twice_it_is_wanted_less_once(core: Core) -> None:
    button = await digest(core, about(1, "Frogs that jump"))
    for _ in range(2):
        await choose(core, button, "1", "“frogs”")
    found = await core.database.query(lambda uow: uow.subscriptions.get(1))
    assert found is not None
    assert found[0].less_words == ("frogs",)


async def test_only_administrators_may_say_what_is_wanted_less_at_every_step(core: Core) -> None:
    button = await digest(core, about(1, "Frogs that jump"))
    which = await press(core, button)
    what = await press(core, action(which, "1"))
    done = await press(core, action(what, "“frogs”"))
    steps = [button, action(which, "1"), action(what, "“frogs”"), action(done, "↩️ Undo"), "lesslist:1"]
    for step in steps:
        assert "Only an administrator of this chat can do that." in seen(await press(core, step, ANN))


async def test_a_forged_or_old_button_is_refused_politely(core: Core) -> None:
    button = await digest(core, about(1))
    digest_id = action(await press(core, button), "1").split(":")[1]
    assert "too old" in seen(await press(core, "less:12345"))
    assert "too old" in seen(await press(core, "lesspick:99:1"))
    assert "Nothing is left of this story." in seen(await press(core, f"lesspick:{digest_id}:9"))
    assert "Nothing is left of this story." in seen(await press(core, f"lessset:{digest_id}:1:wdeadbeef"))
