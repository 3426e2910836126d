"""From /subscribe to a digest that is set up, on every platform; only the platforms' servers are doubles."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.core import Core
from bot.domain.messages import rows_with_selects
from bot.domain.question_parser import parse_question
from bot.domain.sources import SourceSpec
from bot.domain.subscription_words import parse_subscription
from bot.domain.subscriptions import Subscription, default_choices
from bot.locales import LANGUAGES, translator
from bot.platforms.discord.render import modal
from bot.platforms.telegram.directory import TelegramDirectory
from bot.platforms.telegram.render import render
from bot.services.search_words import said_question
from bot.services.subscription_forms import GUIDE, QUESTIONS, Vocabulary, choices_form, with_answers
from bot.services.subscription_panels import PANELS, WRITTEN
from handlers.command import Chat, Person, Platform, Reply, Request
from storage.unit_of_work import UnitOfWork
from tests.askers import everywhere, in_every_language, reading
from tests.discord_validation import check_modal
from tests.meetings import meeting
from tests.outbox import add_delivery
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.telegram_world import Chat as TelegramChat
from tests.telegram_world import ChatMessage, User
from tests.world import NOW, bot_with, samples

LINE = "09:00 weekdays section:publications lang:ru,en max:12 zone:Europe/Moscow"


async def due(core: Core, days: int = 30) -> list[Subscription]:
    """What would have to be built some days from now, were nothing built before."""
    later = NOW + timedelta(days=days)
    return [one for one, _ in await core.database.query(lambda uow: uow.subscriptions.due(later, 100))]


@everywhere
async def test_one_line_sets_a_digest_up_once_it_is_confirmed(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (core, person):
        asked = await person.ask("subscribe", LINE)
        before = await due(core)
        done = await person.press("✅ Confirm")
        again = await person.ask("subscriptions")
        (kept,) = await due(core)
    assert "Your digest" in asked.text
    assert "When: 09:00 · Mondays to Fridays · Europe/Moscow" in asked.text
    assert "Sections: 📙 Publications" in asked.text
    assert "Languages: English, Russian" in asked.text
    for day in ("Wed, Mar 11", "Thu, Mar 12", "Fri, Mar 13"):
        assert f"{day}, 2026, 09:00 Europe/Moscow" in asked.text
    assert "Nothing is sent before you confirm." in asked.text
    assert before == []
    assert "It will come:" in done.text
    assert again == done
    assert kept.schedule == parse_subscription(LINE, default_choices("UTC", private=True)).schedule
    assert kept.window_end < NOW < (kept.next_due_at or NOW)


async def test_a_digest_in_quiet_hours_is_announced_for_the_time_at_which_it_comes(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        words = "23:30 daily zone:Asia/Kathmandu quiet:22:00-07:00"
        draft = await core.dispatcher.answer(request(command="subscribe", text=words, decides=True))
        kept = await core.dispatcher.press(request("draft:1:confirm", decides=True))
    for reply in (draft, kept):
        assert "Wed, Mar 11, 2026, 07:00 Asia/Kathmandu" in words_of(reply)
        assert "2026, 23:30" not in words_of(reply)


@everywhere
async def test_the_guided_set_up_goes_by_buttons(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (core, person):
        await person.ask("subscribe")
        times = await person.press("🕘 Time")
        await person.press("18:00")
        await person.press("☑ 09:00")
        await person.press("◀ Done")
        await person.press("📅 Days")
        await person.press("Weekends")
        await person.press("◀ Done")
        await person.press("📚 Sections")
        await person.press("🚨 Ethics")
        sections = await person.press("📙 Publications")
        await person.press("◀ Done")
        await person.press("⚙️ More")
        await person.press("Titles only")
        await person.press("◀ Done")
        done = await person.press("✅ Confirm")
        (kept,) = await due(core)
    assert "☑ 09:00" in times.buttons
    assert "☑ 🚨 Ethics" in sections.buttons
    assert "Sections: 🚨 Ethics, 📙 Publications" in done.text  # in the order in which they were chosen
    assert "18:00 · weekends · UTC" in done.text
    assert "titles only" in done.text
    assert kept.schedule.weekdays == {5, 6}


@everywhere
async def test_a_digest_is_paused_resumed_changed_and_removed_and_brought_back(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (core, person):
        await person.ask("subscribe", LINE)
        await person.press("✅ Confirm")
        paused = await person.press("⏸ Pause")
        nothing = await due(core)
        resumed = await person.press("▶️ Resume")
        await person.press("✏️ Edit")
        await person.press("🔢 Stories")
        await person.press("5")
        await person.press("◀ Done")
        changed = await person.press("✅ Confirm")
        removed = await person.press("🗑 Remove")
        gone = await due(core)
        back = await person.press("↩️ Undo")
        (kept,) = await due(core)
    assert "⏸ It is paused." in paused.text
    assert nothing == gone == []
    assert "It will come:" in resumed.text
    assert "at most 5 stories" in changed.text
    assert "Your digest was removed." in removed.text
    assert back == changed
    assert kept.max_stories == 5


@everywhere
async def test_what_no_button_offers_is_written(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (core, person):
        asked = await person.ask("subscribe")
        written = await person.fill("🔎 Words", ["retrieval, sparse attention", "survey"])
        await person.press("🕘 Time")
        timed = await person.fill("✍️ Write", ["07:41, 19:05 tue"])
        await person.press("◀ Done")
        await person.press("🌍 Zone")
        moved = await person.fill("✍️ Write a city", ["são paulo"])
        await person.press("◀ Done")
        await person.press("⚙️ More")
        await person.fill("✍️ Write quiet hours", ["23:00-06:30"])
        await person.press("◀ Done")
        done = await person.press("✅ Confirm")
        (kept,) = await due(core)
    assert "Nobody has chosen a time zone here yet, so I took UTC." in asked.text
    assert "Only with the words: retrieval, sparse attention" in written.text
    assert "Without the words: survey" in written.text
    assert "07:41, 19:05 · Tue · UTC" in timed.text
    assert "07:41, 19:05 · Tue · America/Sao_Paulo" in moved.text
    assert "Nobody has chosen" not in moved.text
    assert "Quiet hours: 23:00–06:30" in done.text
    assert kept.include_words == ("retrieval", "sparse attention")


@everywhere
async def test_everything_can_be_written_and_what_is_wrong_of_it_changes_nothing(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        await person.ask("subscribe")
        seen = await person.fill("✍️ Write", ["25:99", "Zzyzx", "", "survey", "7"])
        done = await person.press("✅ Confirm")
    assert "⚠️ I do not understand “25:99”" in seen.text
    assert "⚠️ There is no time zone “Zzyzx”" in seen.text
    assert "09:00 · every day · UTC" in seen.text
    assert "Without the words: survey" in done.text
    assert "at most 7 stories" in done.text


@everywhere
@in_every_language
async def test_what_stories_have_to_fit_is_asked_as_a_search(platform: str, language: str, tmp_path: Path) -> None:
    say = reading(language)
    question = 'distillation -survey has:code OR "sparse attention"'
    async with meeting(platform, tmp_path, samples(), language=language) as (core, person):
        await person.ask("subscribe", "09:00 daily")
        written = await person.fill(say.gettext("🔍 Search"), [question])
        await person.press(say.gettext("✅ Confirm"))
        (kept,) = await due(core)
    read = said_question(parse_question(question, NOW, UTC), say)
    assert f"{say.gettext('Only what fits')}: {question}" in written.text
    assert f"query:“{question}”" in written.text
    assert f"{say.gettext('Read as')}: {read}" in written.text
    assert language != "en" or read == "with code or “sparse attention” as a phrase, without “survey”"
    assert kept.question == question


@pytest.mark.parametrize("platform", ["console", "discord"])
async def test_a_set_up_begins_with_questions_where_they_are_no_burden(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        seen = await person.ask("subscribe", answers=["18:30 weekdays", "Lisbon", "bert", "", "5"])
        done = await person.press("✅ Confirm")
    assert "18:30 · Mondays to Fridays · Europe/Lisbon" in seen.text
    assert "Only with the words: bert" in done.text
    assert "at most 5 stories" in done.text


@everywhere
async def test_titles_and_sources_are_chosen_from_what_there_is(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        await person.ask("subscribe")
        await person.press("🔤 Titles")
        titles = await person.press("Russian")
        await person.press("◀ Done")
        await person.press("📰 Sources")
        sources = await person.press("Reading Desk")
        named = await person.fill("✍️ Write names", ["reading, caderno"])
    assert "Titles in: English, Russian" in titles.text
    assert "Sources: Reading Desk" in sources.text
    assert "Reading Desk" in named.text
    assert "Caderno de PLN" in named.text


async def test_a_digest_of_very_many_sources_is_set_up_in_one_message(tmp_path: Path) -> None:
    specs = [SourceSpec(str(tmp_path / f"{n}.md"), title=f"Source {n}, " + "with a long name " * 8) for n in range(90)]
    async with bot_with(tmp_path / "data", specs) as core:
        begun = await core.dispatcher.answer(request(command="subscribe", text="source:source", decides=True))
        asked = await core.dispatcher.press(request("draft:1:source:write", decides=True))
        assert asked.form is not None
        (question,) = asked.form.questions
        back = replace(request(asked.form.action, decides=True), answers={"source": question.value})
        unchanged = await core.dispatcher.press(back)
        done = await core.dispatcher.press(request("draft:1:confirm", decides=True))
        (kept,) = await due(core)
    assert [len(render(reply.message)) for reply in (begun, unchanged, done)] == [1, 1, 1]
    assert "In one line" not in words_of(begun)  # nobody could type it
    assert len(question.value) == question.longest
    assert "⚠️" not in words_of(unchanged)
    assert len(kept.source_ids) == 90


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_answers_that_a_form_holds_can_be_sent_back_as_they_are(language: str, tmp_path: Path) -> None:
    say = translator(language)
    lines = ("09:00 weekdays", "07:41,18:00 daily", "9:00 weekends", "9:00 mon,wed,sun quiet:no with:a,b max:3")
    for line in lines:
        choices = parse_subscription(line, default_choices("Europe/Moscow", private=True))
        keys = tuple(dict.fromkeys(key for some in QUESTIONS.values() for key in some))
        answers = {
            question.key: question.value
            for at in (0, 4)
            for question in choices_form(keys[at : at + 4], choices, say, title="", action="x", sources={}).questions
        }
        assert with_answers(choices, answers, Vocabulary({}, {}, {})) == (choices, [])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_questions_of_the_set_up_are_short_enough_for_discord(language: str) -> None:
    say = translator(language)
    choices = default_choices("UTC", private=True)
    for keys in (GUIDE, *QUESTIONS.values()):
        form = choices_form(keys, choices, say, title=say.gettext("Your digest"), action="draft:1", sources={})
        assert all(len(question.label) <= 45 and len(question.hint) <= 100 for question in form.questions)
        assert not check_modal(modal(form)).found


async def test_what_waited_for_somebody_who_was_lost_goes_out_when_they_write_again(tmp_path: Path) -> None:
    async with meeting("telegram", tmp_path, samples()) as (core, person):
        await person.ask("subscribe", LINE)
        await person.press("✅ Confirm")
        (subscription,) = await due(core)

        def lose(uow: UnitOfWork) -> int:
            found = uow.subscriptions.get(subscription.id)
            assert found is not None
            uow.communities.pause(subscription.destination_id, "kicked", now=NOW)
            return add_delivery(uow, found[1], "news", now=NOW)

        waiting = await core.database.run(lose)
        assert not await core.database.query(lambda uow: uow.deliveries.any_due("telegram", NOW))
        listed = await person.ask("subscriptions")
        (entry,) = [one for one in await core.deliveries.outbox() if one.delivery.id == waiting]
    assert "⏸ Pause" in listed.buttons  # nothing is left to resume
    assert entry.delivery.destination.paused_reason is None
    assert entry.due_at == NOW


@everywhere
async def test_every_button_of_a_digest_does_what_it_says(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        await person.ask("subscribe", "13:00 daily zone:UTC max:5")
        card = await person.press("✅ Confirm")
        preview = await person.press_for_new("👁 Preview")
        await person.ask("subscriptions")
        sent = await person.press_for_new("📤 Send now")
        listed = await person.ask("subscriptions")
        edited = await person.press("✏️ Edit")
        left = await person.press("✖ Cancel")
    assert card.buttons == (
        "✏️ Edit", "⏸ Pause", "🗑 Remove", "👁 Preview", "📤 Send now", "☰ All digests",
    )  # fmt: skip
    assert "March 10, 2026" in preview.text
    assert "is on its way" in sent.text or "Nothing is new" in sent.text
    assert listed.text == card.text
    assert "Nothing is sent before you confirm." in edited.text
    assert "Nothing was changed." in left.text


@everywhere
async def test_a_mistake_in_the_line_is_answered_with_what_can_be_written(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, language="ru") as (_, person):
        wrong = await person.ask("subscribe", "завтра")
        zone = await person.ask("subscribe", "zone:Mars/Olympus")
        empty = await person.ask("subscriptions")
    assert "Не понимаю «завтра»" in wrong.text
    assert "Нет часового пояса «Mars/Olympus»" in zone.text
    assert "/subscribe" in empty.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_in_every_language_can_be_typed(language: str) -> None:
    example = translator(language).gettext("For example: 09:00 weekdays section:publications lang:ru,en max:12")
    line = example[re.search(r"\d", example).start() :]  # type: ignore[union-attr]  # there is a time in it
    choices = parse_subscription(line, default_choices("UTC", private=False))
    assert choices.max_stories == 12
    assert choices.sections
    assert choices.schedule.weekdays == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("panel", ["", *sorted(PANELS.keys() - WRITTEN)])
async def test_every_panel_fits_into_the_buttons_of_each_platform(panel: str, language: str, tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core:
        await core.dispatcher.answer(
            request(command="subscribe", text="09:41 zone:America/Argentina/Buenos_Aires", decides=True)
        )
        reply = await core.dispatcher.press(request(f"draft:1:{panel}".rstrip(":"), decides=True, language=language))
    assert not reply.failed
    assert len(reply.message.buttons) + len(reply.message.selects) <= 5
    assert all(0 < len(row) <= 5 for row in reply.message.buttons)
    assert all(len(one.action.encode("ascii")) <= 60 for row in rows_with_selects(reply.message) for one in row)  # type: ignore[union-attr]  # no links
    assert all(len(part.html) <= 4096 for part in render(reply.message))


async def test_more_than_one_digest_is_listed_and_opened(tmp_path: Path) -> None:
    async with meeting("console", tmp_path) as (_, person):
        for words in ("09:00 weekdays", "18:00 weekly"):
            await person.ask("subscribe", words)
            await person.press("✅ Confirm")
        listed = await person.ask("subscriptions")
        opened = await person.press("2")
        back = await person.press("☰ All digests")
    assert "09:00 · Mondays to Fridays · UTC" in listed.text
    assert "18:00 · Mon · UTC" in opened.text
    assert back == listed


# Who may


def request(
    action: str = "", *, chat: str = "-1", decides: bool = False, language: str | None = None, **facts: str
) -> Request:
    where = Chat(Platform.TELEGRAM, chat, title="Readers")
    return Request(where, Person("1", "Ann", language, chat_administrator=decides), action=action, **facts)  # type: ignore[arg-type]


def words_of(reply: Reply) -> str:
    return str(reply.message)


async def test_only_administrators_of_a_chat_set_up_or_change_its_digests(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        refused = await core.dispatcher.answer(request(command="subscribe"))
        await core.dispatcher.answer(request(command="subscribe", decides=True))
        others = [
            request("draft:1:confirm"),
            request("draft:1:max=13"),
            request("draft:1:confirm", chat="-2", decides=True),
        ]
        presses = [await core.dispatcher.press(one) for one in others]
        await core.dispatcher.press(request("draft:1:confirm", decides=True))
        verbs = ("", ":edit", ":pause", ":resume", ":remove", ":preview", ":send", ":undo")
        presses += [await core.dispatcher.press(request(f"sub:1{verb}")) for verb in verbs]
        presses += [await core.dispatcher.press(request(f"sub:1{verb}", chat="-2", decides=True)) for verb in verbs]
        presses += [await core.dispatcher.press(request("subs"))]
        (kept,) = await due(core)
    assert all("Only an administrator of this chat can do that." in words_of(reply) for reply in [refused, *presses])
    assert (kept.paused, kept.max_stories, kept.version) == (False, 12, 1)


@pytest.mark.parametrize(
    "action",
    ["draft:1:", "draft:x", "draft:1:nonsense", "draft:1:max=1x", "draft:1:time=19999", "draft:1:days=19",
     "draft:1:section=1zzyzx", "draft:1:lang=1../x", "draft:9", "draft:9:confirm", "sub:9", "sub:1:explode", "sub:"],
)  # fmt: skip
async def test_a_forged_or_old_button_gets_a_sentence(action: str, tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await core.dispatcher.answer(request(command="subscribe", decides=True))
        reply = await core.dispatcher.press(request(action, decides=True))
    assert "something went wrong" not in words_of(reply)


async def test_a_press_that_comes_twice_sets_the_same_state(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await core.dispatcher.answer(request(command="subscribe", decides=True))
        for action in ("draft:1:section=1ethics", "draft:1:time=00900", "draft:1:confirm"):
            for _ in range(2):
                await core.dispatcher.press(request(action, decides=True))
        (kept,) = await due(core)
    assert [section.value for section in kept.sections] == ["ethics"]
    assert len(kept.schedule.times) == 1  # the last one stays


async def test_two_who_change_a_digest_at_once_do_not_overwrite_each_other(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await core.dispatcher.answer(request(command="subscribe", decides=True))
        for action in ("draft:1:confirm", "sub:1:edit", "sub:1:edit", "draft:2:max=13", "draft:3:max=15"):
            await core.dispatcher.press(request(action, decides=True))
        first = await core.dispatcher.press(request("draft:2:confirm", decides=True))
        second = await core.dispatcher.press(request("draft:3:confirm", decides=True))
        (kept,) = await due(core)
    assert "at most 3 stories" in words_of(first)
    assert "Somebody else has changed this subscription meanwhile" in words_of(second)
    assert kept.max_stories == 3


async def test_a_set_up_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await core.dispatcher.answer(request(command="subscribe", text="10:00", decides=True))
    async with bot_with(tmp_path) as core:
        await core.dispatcher.press(request("draft:1:confirm", decides=True))
        (kept,) = await due(core)
    assert [f"{at:%H:%M}" for at in kept.schedule.times] == ["10:00"]


# On Telegram


@asynccontextmanager
async def telegram(core: Core) -> AsyncIterator[TelegramServer]:
    """The bot, connected as the application connects it."""
    moved = partial(core.communities.move_chat, "telegram")
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher, moved=moved) as handlers:
        core.directories["telegram"] = TelegramDirectory(handlers._sender._bot)
        yield server


async def asked(server: TelegramServer, chat: TelegramChat, user: User | None, words: str) -> ChatMessage:
    await server.send_text(chat, user, words)
    return await server.next_message(chat)


async def test_an_administrator_sets_up_a_digest_of_a_group_and_a_member_does_not(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, telegram(core) as server:
        ann, ben = server.person("Ann"), server.person("Ben")
        group = server.supergroup("Readers", ben, administrators=(ann,), forum=True)
        topic = server.topic(group, "Papers")
        refused = await asked(server, group, ben, "/subscribe 09:00")
        await server.send_text(group, ann, "/subscribe 09:00", topic=topic)
        draft = await server.next_message(group)
        press = await server.answered(await server.press(draft, "✅ Confirm", ben))
        await server.press(draft, "✅ Confirm", ann)
        await server.edited(draft)
        ((_, there),) = await core.database.query(lambda uow: uow.subscriptions.due(NOW + timedelta(days=9), 9))
    assert "Only an administrator" in refused.text
    assert press.toast == "Only an administrator of this chat can do that."
    assert "The digest of Readers" in draft.text
    assert (there.chat_id, there.thread_id, there.kind, there.title) == (
        str(group.id),
        str(topic.id),
        "topic",
        "Readers",
    )


async def test_a_channel_is_managed_from_a_private_chat_by_its_administrators_only(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, telegram(core) as server:
        ann, ben = server.person("Ann"), server.person("Ben")
        channel = server.channel("Papers", administrators=(ann,))
        channel.username = "papers_daily"
        hers, his = server.private_chat(ann), server.private_chat(ben)
        refused = [
            (await asked(server, his, ben, f"/subscribe {name} 09:00")).text
            for name in ("@papers_daily", str(channel.id), "@nowhere_at_all", "-1009999999999")
        ]
        draft = await asked(server, hers, ann, "/subscribe @Papers_Daily 09:00 weekdays")
        await server.press(draft, "✅ Confirm", ann)
        await server.edited(draft)
        by_id = await asked(server, hers, ann, f"/subscriptions {channel.id}")
        listed = await asked(server, hers, ann, "/subscriptions")
        ((_, there),) = await core.database.query(lambda uow: uow.subscriptions.due(NOW + timedelta(days=9), 9))
        channel.members.clear()  # Ann is no administrator any more
        press = await server.answered(await server.press(listed, "⏸ Pause", ann))
        unseen = await asked(server, hers, ann, "/subscriptions")
    assert unseen.text == "No digest comes here yet. /subscribe sets one up."
    assert len({re.sub("“.*”", "", text) for text in refused}) == 1  # nobody learns which chats there are
    assert "no administrator there" in refused[0]
    assert "The digest of Papers" in draft.text
    assert listed.text == by_id.text
    assert (there.chat_id, there.kind) == (str(channel.id), "channel")
    assert press.toast == "Only an administrator of this chat can do that."


async def test_a_group_in_which_the_bot_may_not_write_cannot_be_managed(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, telegram(core) as server:
        ann = server.person("Ann")
        channel = server.channel("Papers", administrators=(ann,))
        server.kick_bot(channel)
        refused = await asked(server, server.private_chat(ann), ann, f"/subscribe {channel.id} 09:00")
    assert "no administrator there" in refused.text


async def test_a_right_that_the_bot_lacks_in_a_channel_is_named(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, telegram(core) as server:
        ann = server.person("Ann")
        channel = server.channel("Papers", administrators=(ann,))
        channel.bot_status = "member"
        refused = await asked(server, server.private_chat(ann), ann, f"/subscribe {channel.id} 09:00")
    assert "I may not post in Papers: I lack the right “Post Messages”." in refused.text


async def test_a_group_that_becomes_a_supergroup_keeps_its_digest_and_its_language(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core, telegram(core) as server:
        ann = server.person("Ann")
        group = server.group("Readers", administrators=(ann,))
        await core.dispatcher.answer(request(chat=str(group.id), command="language", text="ru", decides=True))
        draft = await asked(server, group, ann, "/subscribe 09:00")
        await server.press(draft, "✅ Подтвердить", ann)
        await server.edited(draft)
        moved = server.migrate(group)
        await server.send_text(moved, ann, "", migrate_from_chat_id=group.id)
        await server.send_text(group, ann, "", migrate_to_chat_id=moved.id)
        listed = await asked(server, moved, ann, "/subscriptions")
        ((_, there),) = await core.database.query(lambda uow: uow.subscriptions.due(NOW + timedelta(days=9), 9))
    assert there.chat_id == str(moved.id)
    assert "Дайджест: Readers" in listed.text
