"""Answering sessions with buttons: what people read, in private and in groups, and what organisers put right."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import Core
from bot.domain.club import SessionPlan, SessionState
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.messages import Button, ListBlock, Message
from bot.locales import LANGUAGES
from handlers.command import Chat, Person, Platform, Reply, Request
from tests.askers import Seen, everywhere
from tests.meetings import meeting, on_discord, on_telegram
from tests.telegram_server import Hold
from tests.world import NOW, bot_with

GROUP = Chat(Platform.TELEGRAM, "-100", title="Readers")
ANN, BOB, CEM = Person("1", "Ann", "en"), Person("2", "Bob", "en"), Person("3", "Cem", "en")
CHIEF = Person("9", "Chief", "en", chat_administrator=True)
IN_TWO_DAYS = NOW + timedelta(days=2)


async def draw_up(core: Core, *, chat: DestinationSpec = GROUP.destination, **facts: object) -> int:
    """A session with two listeners' places, in two days; its id."""
    plan = SessionPlan("Attention *is* all", IN_TWO_DAYS, "Europe/Moscow", listeners=2)

    def add(uow):  # type: ignore[no-untyped-def]  # a query's callback
        here = uow.communities.ensure_destination(chat, zone="Europe/Moscow", languages=("en",))
        changed = replace(plan, **facts)  # type: ignore[arg-type]
        return uow.club_sessions.add(here.community_id, changed, uid="x", now=NOW).id

    return await core.database.run(add)


async def press(core: Core, person: Person, action: str, chat: Chat = GROUP, **answers: str) -> Reply:
    return await core.dispatcher.press(Request(chat, person, action=action, answers=answers))


def said(message: Message | Reply) -> str:
    shown = message.message if isinstance(message, Reply) else message
    lines = [block.line for block in shown.blocks if hasattr(block, "line")]
    return "\n".join(
        "".join(getattr(one, "text", "") or getattr(one, "fallback", "") for one in line) for line in lines
    )


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.message.buttons for button in row]


def action(reply: Reply, label: str) -> str:
    buttons = [button for row in reply.message.buttons for button in row if isinstance(button, Button)]
    return next(button.action for button in buttons if button.label == label)


async def told_in_private(core: Core) -> list[str]:
    """What waits in the outbox for people."""
    rows = await core.deliveries.outbox()
    return [str(one.delivery.parts[0].payload) for one in rows]


# What is true now, in words


async def test_the_answer_says_what_is_now_true(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await draw_up(core)
        ann = [
            said(await press(core, ANN, f"rsvp:{session}:{verb}")) for verb in ("going", "going", "maybe", "no", "no")
        ]
        await press(core, ANN, f"rsvp:{session}:going")
        bob = said(await press(core, BOB, f"rsvp:{session}:going"))
        cem = said(await press(core, CEM, f"rsvp:{session}:going"))
    assert ann[0].startswith("You are going. 1 of 2 places taken.")
    assert ann[1].startswith("You were going already. 1 of 2 places taken.")
    assert ann[2:] == [
        "You are down as maybe. No place is kept for you.",
        "You are not coming.",
        "You were down as not coming already.",
    ]
    assert bob.startswith("You are going. 2 of 2 places taken.")
    assert cem.startswith("2 of 2 places taken. You are 1st on the waitlist.")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "2 of 2 places taken. You are 3rd on the waitlist."),
        ("ru", "Занято мест: 2 из 2. Ваш номер в очереди: 3."),
        ("pt-BR", "2 de 2 vagas ocupadas. Seu lugar na lista de espera: 3."),
        ("zh-CN", "已占 2/2 个位置。 您在候补名单上排第 3 位。"),
    ],
)
async def test_a_place_on_the_waitlist_is_said_as_each_language_says_it(
    language: str, words: str, tmp_path: Path
) -> None:
    async with bot_with(tmp_path) as core:
        session = await draw_up(core)
        for number in range(4):
            await press(core, Person(f"{number}", "A", language), f"rsvp:{session}:going")
        reply = await press(core, Person("7", "Ann", language), f"rsvp:{session}:going")
    assert said(reply).startswith(words)


async def test_an_old_card_answers_with_todays_truth(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await draw_up(core)
        await press(core, ANN, f"rsvp:{session}:going")

        def change(uow):  # type: ignore[no-untyped-def]  # a query's callback
            stored = uow.club_sessions.get(session)
            cancelled = replace(stored, state=SessionState.CANCELLED)
            uow.club_sessions.save(cancelled, expected=stored.version)

        await core.database.run(change)
        cancelled = await press(core, ANN, f"rsvp:{session}:no")
        gone = await press(core, ANN, "rsvp:99:going")
    assert said(cancelled).startswith("This session is cancelled.\nYou are going.")
    assert "another club" in said(gone)


async def test_after_sign_up_is_closed_the_answer_says_since_when_and_who_can_help(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await draw_up(core, starts_at=NOW + timedelta(hours=1), cutoff=timedelta(hours=3))
        reply = await press(core, ANN, f"rsvp:{session}:going")
    assert said(reply) == "Sign-up closed on Tue, Mar 10, 2026, 13:00 Moscow. Organisers can still add you."


@pytest.mark.parametrize(
    "forged",
    ["rsvp", "rsvp:", "rsvp:1", "rsvp:x:going", "rsvp:1:win", "rsvp:-1:going", "rsvp:1:unguest:x", "rsvp:1:off"],
)
async def test_a_forged_button_is_answered_politely_and_changes_nothing(forged: str, tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await draw_up(core)
        reply = await press(core, ANN, forged)
        people = await core.database.query(lambda uow: uow.rosters.everybody(1))
    assert reply.failed
    assert reply.private
    assert people == []


# In private, on every platform


async def chat_of(core: Core) -> DestinationSpec:
    """The private chat that has just used /club."""

    def look_up(uow):  # type: ignore[no-untyped-def]  # a query's callback
        return uow.communities.destinations(1)[0]

    there = await core.database.query(look_up)
    return DestinationSpec(there.platform, there.chat_id, kind=DestinationKind.PRIVATE)


@everywhere
async def test_somebody_answers_the_next_session_and_brings_a_guest(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        nothing = await person.ask("club rsvp")
        await draw_up(core, chat=await chat_of(core), listeners=None)
        shown = await person.ask("club rsvp")
        going = await person.press("✅ Going")
        guest = await person.fill("➕ Bring a guest", ["<b>Gil</b>"])
        without = await person.press("✕ <b>Gil</b>")
    assert "No session is planned yet." in nothing.text
    assert "Attention *is* all" in shown.text
    assert "You have not answered yet." in shown.text
    assert "You are going. 1 person is going so far." in going.text
    assert "2 people are going so far." in guest.text
    assert "With you: <b>Gil</b>." in guest.text
    assert "With you" not in without.text


@everywhere
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_answer_can_be_given_in_every_language(platform: str, language: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, language=language) as (core, person):
        await person.ask("club rsvp")
        await draw_up(core, chat=await chat_of(core))
        shown: Seen = await person.ask("club rsvp")
    answers = shown.buttons[:4]
    assert [label[0] for label in answers] == ["✅", "🤔", "✖", "🎤"]


@everywhere
async def test_who_speaks_may_say_that_they_only_listen(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        await person.ask("club rsvp")
        await draw_up(core, chat=await chat_of(core))
        await person.ask("club rsvp")
        speaks = await person.press("🎤 I'll speak")
        listens = await person.press("🎧 Only listen")
    assert "You speak." in speaks.text
    assert "You are going." in listens.text
    assert "🎧 Only listen" not in listens.buttons


# In groups, through the platforms


async def test_in_a_group_on_telegram_the_answer_is_a_notice_that_the_others_do_not_see(tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as (core, server):
        ann = server.person("Ann", language="ru")
        group = server.group("Readers", ann)
        await server.send_text(group, ann, f"/club@{server.bot.username}")
        card = await server.next_message(group)
        session = await draw_up(core, chat=telegram_group(group.id))
        going = await server.answered(await server.press_data(card, f"rsvp:{session}:going", ann))
        server.private_chat(ann)
        maybe = await server.answered(await server.press_data(card, f"rsvp:{session}:maybe", ann))
        assert len(group.said) == 1
    assert going.toast == (
        "Вы записаны. Занято мест: 1 из 2.\nЧтобы получать напоминания, откройте личный чат со мной и нажмите «Старт»."
    )
    assert maybe.toast == "Вы записаны как «может быть». Место за вами не держим."


async def test_nobody_waits_for_the_answer_to_somebody_else_who_pressed_the_same_card(tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as (core, server):
        ann, bob = server.person("Ann", language="en"), server.person("Bob", language="en")
        group = server.group("Readers", ann, bob)
        await server.send_text(group, ann, f"/club@{server.bot.username}")
        card = await server.next_message(group)
        session = await draw_up(core, chat=telegram_group(group.id))
        hold = Hold()
        server.fail("answerCallbackQuery", hold)
        slow = await server.press_data(card, f"rsvp:{session}:going", ann)
        await hold.reached.wait()
        quick = await server.answered(await server.press_data(card, f"rsvp:{session}:going", bob))
        assert slow.answer is None
        hold.release()
        await server.answered(slow)
    assert quick.toast.startswith("You are going. 2 of 2 places taken.")


@pytest.mark.parametrize("language", ["en", "ru", "pt-br", "zh-hans"])
async def test_whatever_there_is_to_say_fits_into_a_notice(language: str, tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as (core, server):
        people = [server.person(f"N{number}", language=language) for number in range(4)]
        group = server.group("Readers", *people)
        await server.send_text(group, people[0], f"/club@{server.bot.username}")
        card = await server.next_message(group)
        soon = NOW + timedelta(hours=2)
        session = await draw_up(core, chat=telegram_group(group.id), listeners=1, starts_at=soon)
        toasts = []
        for number, verb in (
            (0, "speak"),
            (1, "speak"),
            (2, "speak"),
            (3, "going"),
            (1, "no"),
            (2, "going"),
            (0, "no"),
        ):
            press = await server.press_data(card, f"rsvp:{session}:{verb}", people[number])
            toasts.append((await server.answered(press)).toast)
        assert len(group.said) == 1
    assert all(toasts)


async def test_who_presses_for_more_without_having_started_the_bot_is_led_to_the_private_chat(tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as (core, server):
        ann = server.person("Ann", language="en")
        group = server.group("Readers", ann)
        await server.send_text(group, ann, f"/club@{server.bot.username}")
        card = await server.next_message(group)
        session = await draw_up(core, chat=telegram_group(group.id))
        await server.answered(await server.press_data(card, f"rsvp:{session}:going", ann))
        led = await server.answered(await server.press_data(card, f"rsvp:{session}:more", ann))
        assert led.answer is not None
        address = led.answer["url"]
        private = server.private_chat(ann)
        await server.send_text(private, ann, f"/start {address.partition('=')[2]}")
        panel = await server.next_message(private)
    assert address == f"https://t.me/{server.bot.username}?start=rsvp-{session}"
    assert "You are going. 1 of 2 places taken." in panel.text
    assert "➕ Bring a guest" in panel.buttons


async def test_on_discord_only_who_answers_sees_it_and_brings_a_guest_from_there(tmp_path: Path) -> None:
    async with on_discord(tmp_path) as (core, server):
        guild = await server.add_guild("Readers")
        channel = await server.add_channel(guild, "club")
        ann = server.add_user("ann")
        asked = await (await server.slash(ann, channel, "club rsvp")).answer()
        spec = DestinationSpec("discord", str(channel.id), kind=DestinationKind.CHANNEL, server_id=str(guild.id))
        await draw_up(core, chat=spec)
        panel = await (await server.slash(ann, channel, "club rsvp")).answer()
        pressed = await (await server.press(ann, panel, "✅ Going")).edited()
        opened = await server.press(ann, pressed, "➕ Bring a guest")
        submitted = await server.submit_modal(opened, {"name": "@everyone"})
        brought = await submitted.edited()
    assert asked.ephemeral
    assert panel.ephemeral
    assert brought.ephemeral
    assert "You are going. 2 of 2 places taken." in brought.text
    assert "With you: \\@everyone." in brought.text


# Organisers


async def test_organisers_add_people_and_take_them_off_from_the_panel(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await draw_up(core, listeners=1)
        for person in (ANN, BOB):
            await press(core, person, f"rsvp:{session}:going")
        panel = await press(core, CHIEF, f"rsvp:{session}:more")
        people = await press(core, CHIEF, action(panel, "👥 People"))
        asked = await press(core, CHIEF, action(people, "➕ Listener"))
        added = await press(core, CHIEF, asked.form.action if asked.form else "", name="Prof. Oak")
        taken = await press(core, CHIEF, action(added, "✕ 1"))
        table = await press(core, CHIEF, action(taken, "CSV"))
        told = await told_in_private(core)
    assert listed(people) == ["Ann – going", "Bob – on the waitlist"]
    assert listed(added) == ["Ann – going", "Prof. Oak – going · guest", "Bob – on the waitlist"]
    assert listed(taken) == ["Prof. Oak – going · guest", "Bob – on the waitlist"]
    assert people.private
    assert table.file is not None
    rows = list(csv.DictReader(io.StringIO(table.file.content.decode("utf-8-sig"))))
    assert [(row["name"], row["answer"]) for row in rows] == [
        ("Ann", "declined"),
        ("Bob", "waitlisted"),
        ("Prof. Oak", "going"),
    ]
    assert sum("taken you off the list" in one for one in told) == 1


async def test_a_members_and_a_strangers_tries_at_organisers_buttons_change_nothing(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await draw_up(core)
        await press(core, ANN, f"rsvp:{session}:going")
        await press(core, ANN, f"rsvp:{session}:guest", name="Gil")
        before = await core.database.query(lambda uow: uow.rosters.everybody(session))
        replies = [
            await press(core, person, f"rsvp:{session}:{verb}", chat, **answers)
            for person, chat in ((ANN, GROUP), (BOB, GROUP), (CEM, Chat(Platform.TELEGRAM, "3", private=True)))
            for verb, answers in (
                ("people", {}),
                ("add:1", {}),
                ("add:1", {"name": "Eve"}),
                ("off:1", {}),
                ("pin:2", {}),
                ("csv", {}),
            )
        ]
        after = await core.database.query(lambda uow: uow.rosters.everybody(session))
    assert before == after
    assert all(reply.failed for reply in replies)
    assert not any(reply.file or reply.form for reply in replies)


async def test_only_organisers_find_the_list_on_their_panel(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await draw_up(core)
        assert "👥 People" not in labels(await press(core, ANN, f"rsvp:{session}:more"))
        assert "👥 People" in labels(await press(core, CHIEF, f"rsvp:{session}:more"))


async def test_somebody_elses_guest_cannot_be_taken_off_with_a_forged_button(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await draw_up(core)
        await press(core, ANN, f"rsvp:{session}:going")
        await press(core, ANN, f"rsvp:{session}:guest", name="Gil")
        await press(core, BOB, f"rsvp:{session}:unguest:2")
        people = await core.database.query(lambda uow: uow.rosters.everybody(session))
    assert [one.name for one in people] == ["Ann", "Gil"]


# Word to those whom others move


async def test_who_moves_up_is_told_in_their_language_and_can_decline_there(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await draw_up(core, listeners=1)
        await press(core, ANN, f"rsvp:{session}:going")
        await press(core, replace(BOB, language="ru"), f"rsvp:{session}:going")
        await press(core, ANN, f"rsvp:{session}:no")
        (told,) = await told_in_private(core)
    assert "Освободилось место: вы записаны." in told
    assert f"rsvp:{session}:no" in told


async def test_who_is_offered_a_place_gets_buttons_to_take_it_or_to_let_it_go(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await draw_up(core, listeners=1, starts_at=NOW + timedelta(hours=2))
        for person in (ANN, BOB):
            await press(core, person, f"rsvp:{session}:going")
        await press(core, ANN, f"rsvp:{session}:no")
        (told,) = await told_in_private(core)
        kept = await press(core, BOB, f"rsvp:{session}:keep", Chat(Platform.TELEGRAM, "2", private=True))
    assert f"rsvp:{session}:keep" in told
    assert f"rsvp:{session}:drop" in told
    assert "It is kept for you until" in told
    assert "You are going. 1 of 1 place taken." in said(kept)


def telegram_group(chat_id: int) -> DestinationSpec:
    return DestinationSpec("telegram", str(chat_id), kind=DestinationKind.GROUP, title="Readers")


def listed(reply: Reply) -> list[str]:
    (block,) = [block for block in reply.message.blocks if isinstance(block, ListBlock)]
    return ["".join(getattr(run, "text", "") for run in entry[0]) for entry in block.entries]
