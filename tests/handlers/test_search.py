"""/search and /similar, from the results over filters and whole items to what is like them, and back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import Core
from bot.domain.messages import Message
from bot.domain.question import LONGEST_QUESTION
from bot.domain.sources import SourceSpec
from bot.services.candidates import MOST
from handlers.command import Chat, Person, Reply, Request
from storage.unit_of_work import UnitOfWork
from tests.askers import everywhere, in_every_language, reading
from tests.factories import make_document, make_parsed_item, store
from tests.handlers.test_visibility import ANN, BOB, CLUB, READERS, World, actions, world  # noqa: F401 -- a fixture
from tests.meetings import meeting, on_telegram
from tests.talks import seen
from tests.world import NOW, bot_with, newsletter, samples

BERT = "https://arxiv.org/abs/1810.04805"


def say(language: str, words: str) -> str:
    return reading(language).gettext(words)


@everywhere
@in_every_language
async def test_from_results_over_filters_to_an_item_what_is_like_it_and_back(
    platform: str, language: str, tmp_path: Path
) -> None:
    async with meeting(platform, tmp_path, samples(), language=language) as (_, person):
        found = await person.ask("search", "model")
        panel = await person.press(say(language, "Filters"))
        portuguese = next(one for one in panel.buttons if one.endswith("(2)"))
        chosen = await person.press(portuguese)
        narrow = await person.press(say(language, "Show the results"))
        opened = await person.press("1")
    assert found.buttons[:6] == ("1", "2", "3", "4", "5", "▶")
    assert f"☑ {portuguese}" in chosen.buttons
    assert "lang:pt" in narrow.text
    assert narrow.buttons[:2] == ("1", "2")
    assert "Caderno de PLN" in opened.text
    assert {say(language, "☆ Save"), say(language, "Similar")} <= set(opened.buttons)
    assert opened.buttons[-2:] == (say(language, "◀ Back to the results"), say(language, "Propose for the club"))
    for one in (found, panel, chosen, narrow, opened):
        assert "{" not in one.text


@everywhere
async def test_what_is_like_an_item_leads_back_to_where_one_came_from(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, [newsletter(tmp_path, 12)]) as (_, person):
        await person.ask("search", "sparse attention")
        second = await person.press("▶")
        await person.press(second.buttons[0])
        similar = await person.press("Similar")
        opened = await person.press("1")
        again = await person.press("◀ Back to the results")
        back = await person.press("◀ Back to the results")
    assert "Like “Result number" in similar.text
    assert "Sparse Weekly" in opened.text
    assert again == similar
    assert back == second


@everywhere
async def test_a_mistyped_word_is_mended_and_can_be_searched_as_it_is(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (core, person):
        await core.reindexing.catch_up()
        mended = await person.ask("search", "distilbret")
        literal = await person.press("Search instead for “distilbret”")
    assert "Search · distilbret" in mended.text
    assert "Showing results for distilbert." in mended.text
    assert "DistilBERT" in mended.text
    assert "Nothing fits “distilbret”" in literal.text
    assert "Showing" not in literal.text


@everywhere
async def test_a_pasted_address_is_looked_up_exactly(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        known = await person.ask("search", "https://arxiv.org/pdf/1810.04805v2")
        unknown = await person.ask("search", "arxiv 2209.99999")
    assert re.search(r"arXiv 1810\.04805( <\S+>)?: covered once", known.text)
    assert "1 result" in known.text
    assert re.search(r"arXiv 2209\.99999( <\S+>)?: not covered yet", unknown.text)
    assert "Propose for the club" in unknown.buttons


@everywhere
@in_every_language
async def test_where_nothing_fits_what_to_try_is_said_and_filters_can_be_taken_back(
    platform: str, language: str, tmp_path: Path
) -> None:
    async with meeting(platform, tmp_path, samples(), language=language) as (_, person):
        nothing = await person.ask("search", "spacy lang:ru")
        without = await person.press(say(language, "Without filters"))
    assert "/help search" in nothing.text
    assert "spaCy" in without.text


@everywhere
async def test_filters_that_no_panel_has_can_be_taken_back_as_well_where_words_are_left(
    platform: str, tmp_path: Path
) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        nothing = await person.ask("search", "spacy -frogs source:nowhere has:discussion")
        without = await person.press("Without filters")
        alone = await person.ask("search", "is:saved")
    assert "Without the filters there may be more" in nothing.text
    assert "spaCy" in without.text
    assert "without “frogs”" in without.text
    assert "Without filters" not in alone.buttons


@everywhere
@pytest.mark.parametrize(
    "words",
    [
        '"',
        "((( OR ",
        "-",
        "a:b:c:*",
        "lang:xx section: id:99999999999999999999",
        "\x00\u202e<b>*_`@everyone" * 30,
        "☠" * 500,
    ],
)
async def test_hostile_questions_and_their_filters_are_answered(platform: str, words: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        found = await person.ask("search", words)
        assert "went wrong" not in found.text
        if "Filters" in found.buttons:
            assert "went wrong" not in (await person.press("Filters")).text


async def test_how_a_question_was_read_and_what_was_no_filter_is_said(tmp_path: Path) -> None:
    async with meeting("console", tmp_path, samples()) as (_, person):
        found = await person.ask("search", "bert lang:portuguese after:2026-03-01")
        odd = await person.ask("search", "bert foo:bert")
        plain = await person.ask("search", "bert")
    assert "Read as: in Portuguese since March 1, 2026." in found.text
    assert "I know no such filter" in odd.text
    assert "Read as" not in plain.text


# Filters


async def asked(core: Core, words: str, chat: Chat = BOB, person: Person = ANN) -> Reply:
    return await core.dispatcher.answer(Request(chat, person, "search", words))


async def pressed(core: Core, action: str, chat: Chat = BOB, person: Person = ANN) -> Reply:
    return await core.dispatcher.press(Request(chat, person, action=action))


def view_of(reply: Reply) -> str:
    return actions(reply, "alert:view:")[0].rpartition(":")[2]


def options(message: Message) -> dict[str, list[str]]:
    return {select.hint: [option.label for option in select.options] for select in message.selects}


def chosen(message: Message) -> list[str]:
    return [option.value for select in message.selects for option in select.options if option.chosen]


async def archive(core: Core) -> None:
    """Stories about frogs in three languages and two years."""

    def work(uow: UnitOfWork) -> None:
        for number, (language, title) in enumerate(
            [("en", "Frogs leap"), ("en", "Frogs croak"), ("pt", "Frogs: sapos saltam"), ("ru", "Frogs: лягушки поют")]
        ):
            item = make_parsed_item(title, f"A text about {title.lower()}, and number {number}.", language=language)
            published = NOW - timedelta(days=400 * (number % 2))
            document = make_document(item, guid=f"issue-{number}", language=language, published_at=published)
            store(uow, document, now=NOW)

    await core.database.run(work)


async def test_the_languages_and_years_that_occur_can_be_chosen_with_counts(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await archive(core)
        view = view_of(await asked(core, "frogs"))
        panel = (await pressed(core, f"filter:{view}")).message
        both = (await pressed(core, f"filter:{view}:lang=1pt")).message
        view = actions(Reply(both), "search:")[0].split(":")[1]
        both = (await pressed(core, f"filter:{view}:lang=1ru")).message
    assert options(panel)["Languages"] == ["English (2)", "Portuguese (1)", "Russian (1)"]
    assert options(panel)["Years"] == ["any year", "2026 (2)", "2025 (2)"]
    assert chosen(both) == ["pt", "ru"]
    assert "English (2)" in options(both)["Languages"]  # what else could be chosen is still there
    assert "2 results" in seen(Reply(both))


async def test_where_more_fits_than_is_counted_numbers_are_said_to_be_the_least_and_agree_with_the_results(
    tmp_path: Path,
) -> None:
    def many(uow: UnitOfWork) -> None:
        for language, days in (("pt", 400), ("en", 1)):
            items = [
                make_parsed_item(f"Frogs {language} {n}", f"Number {n} of what frogs do.", language=language)
                for n in range(MOST - 10)
            ]
            published = NOW - timedelta(days=days)
            document = make_document(*items, guid=language, language=language, published_at=published)
            store(uow, document, now=NOW)

    async with bot_with(tmp_path) as core:
        await core.database.run(many)
        view = view_of(await asked(core, "frogs"))
        panel = (await pressed(core, f"filter:{view}")).message
        chosen_one = (await pressed(core, f"filter:{view}:lang=1pt")).message
        view = actions(Reply(chosen_one), "search:")[0].split(":")[1]
        results = seen(await pressed(core, f"search:{view}:1"))
    assert {"English (150+)", "Portuguese (10+)"} == set(options(panel)["Languages"])
    assert "Portuguese (150+)" in options(chosen_one)["Languages"]
    assert "150 results" in seen(Reply(chosen_one))
    assert "150 results" in results


async def test_what_was_chosen_is_taken_away_by_pressing_it_again(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await archive(core)
        view = view_of(await asked(core, "frogs lang:pt"))
        panel = (await pressed(core, f"filter:{view}:lang=0pt")).message
        year = (await pressed(core, f"filter:{view}:year=12025")).message
        view = actions(Reply(year), "search:")[0].split(":")[1]
        none = (await pressed(core, f"filter:{view}:year=10")).message
    assert chosen(panel) == []
    assert chosen(year) == ["pt", "2025"]
    assert chosen(none) == ["pt"]


async def test_a_question_that_has_no_room_for_a_filter_is_said_to_be_too_long_and_stays_as_it_is(
    tmp_path: Path,
) -> None:
    long = " ".join(["frogs", *(f"-{'x' * 39}{number}" for number in range(10, 33))])
    async with bot_with(tmp_path) as core:
        await archive(core)
        view = view_of(await asked(core, long))
        refused = await pressed(core, f"filter:{view}:lang=1pt")
        again = await pressed(core, f"search:{view}:1")
    assert len(long) <= LONGEST_QUESTION < len(f"{long} lang:pt")
    assert "This search is too long" in seen(refused)
    assert "4 results" in seen(again)


async def test_what_is_not_read_of_a_long_question_is_said(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await archive(core)
        found = await asked(core, "frogs " * 200)
    assert "Only the first 1,000 characters were read." in seen(found)
    assert "4 results" in seen(found)


async def test_each_choice_is_a_view_of_its_own_so_that_older_buttons_keep_theirs(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await archive(core)
        view = view_of(await asked(core, "frogs"))
        await pressed(core, f"filter:{view}:lang=1pt")
        assert "4 results" in seen(await pressed(core, f"search:{view}:1"))


@pytest.mark.parametrize(
    "action",
    [
        "filter:1:lang=1x y",
        "filter:{}:lang=1en OR",
        "filter:{}:section=1nonsense",
        "filter:{}:year=1abcd",
        "filter:{}:year=10000",
        "filter:{}:source=11",
        "filter:{}:lang",
        "filter:{}:lang:en:x",
        "filter:",
        "filter:x",
        "search:{}",
        "search:1:1",
        "instead:1",
        "meant:{}",
        "alike:1:1:1",
        "alike:{}",
        "item:1:1:1:1",
    ],
)
async def test_forged_and_forgotten_buttons_do_no_harm(tmp_path: Path, action: str) -> None:
    async with bot_with(tmp_path) as core:
        view = view_of(await asked(core, "frogs"))
        reply = await pressed(core, action.format(view))
    assert "went wrong" not in seen(reply)


# What is a person's own


async def test_what_was_opened_or_saved_is_read_by_this_person_and_by_nobody_else(tmp_path: Path) -> None:
    eve = replace(ANN, id="2", name="Eve")
    async with bot_with(tmp_path) as core:
        await archive(core)
        found = await asked(core, "frogs")
        await pressed(core, actions(found, "item:")[0])
        opened = await pressed(core, actions(found, "item:")[1])
        await pressed(core, actions(opened, "save:")[0])
        unread = seen(await asked(core, "frogs is:unread"))
        saved = seen(await asked(core, "frogs is:saved"))
        others = seen(await asked(core, "frogs is:unread", person=eve))
    assert "2 results" in unread
    assert "1 result" in saved
    assert "4 results" in others


async def test_what_a_person_has_saved_or_read_is_not_shown_to_their_group(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await archive(core)
        shown = await asked(core, "frogs is:unread", chat=READERS)
        public = await asked(core, "frogs", chat=READERS)
        there = await core.dispatcher.answer(Request(BOB, ANN, "start", shown.start))
    assert shown.private
    assert shown.start.startswith("search-")
    assert not public.private
    assert "4 results" in seen(there)


async def test_a_story_is_found_by_its_number(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await archive(core)
        found = await asked(core, "frogs")
        opened = await pressed(core, actions(found, "item:")[0])
        number = actions(opened, "save:")[0].partition(":")[2]
        by_number = seen(await asked(core, f"id:{number}"))
        nobody = seen(await asked(core, "id:999999"))
    assert "1 result" in by_number
    assert "Nothing fits" in nobody


@pytest.mark.parametrize("words", ["has:discussion", "has:materials", "is:saved", "is:unread"])
async def test_filters_by_what_changes_are_answered_where_there_is_no_club(tmp_path: Path, words: str) -> None:
    async with bot_with(tmp_path) as core:
        await archive(core)
        reply = await asked(core, f"frogs {words}")
    assert ("4 results" in seen(reply)) is (words == "is:unread")
    assert not reply.failed


async def test_filters_by_what_changes_are_alternatives_to_words(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await archive(core)
        found = await asked(core, "frogs")
        opened = await pressed(core, actions(found, "item:")[0])
        save = actions(opened, "save:")[0]
        await pressed(core, save)
        saved = seen(await asked(core, "is:saved"))
        either = seen(await asked(core, "is:saved OR dinosaurs"))
        both = seen(await asked(core, "is:saved OR frogs"))
        numbered = seen(await asked(core, f"id:{save.partition(':')[2]} OR dinosaurs"))
        others = seen(await asked(core, "is:saved OR dinosaurs", person=replace(ANN, id="2", name="Eve")))
        in_group = await asked(core, "is:saved OR frogs", chat=READERS)
    assert "1 result" in saved
    assert "1 result" in either
    assert "4 results" in both
    assert "1 result" in numbered
    assert "Nothing fits" in others
    assert in_group.private


# Similar


@pytest.mark.parametrize("words", ["sparse attention", "1", "https://arxiv.org/abs/2101.00003"])
async def test_a_story_is_named_by_words_its_number_or_an_address(tmp_path: Path, words: str) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 4)]) as core:
        reply = await core.dispatcher.answer(Request(BOB, ANN, "similar", words))
    assert "Like “Result number" in seen(reply)
    assert "3 results" in seen(reply)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Has anybody read https://arxiv.org/abs/2101.00003 by now?", "Like “Result number 3"),
        ("Result number 2 about sparse attention\nSparse Weekly", "Like “Result number 2"),
        ("zzyzx plugh", "Nothing fits “zzyzx plugh”"),
        ("https://example.org/nowhere", "Nothing fits “https://example.org/nowhere”"),
    ],
)
async def test_the_message_that_is_answered_names_a_story(message: str, told: str, tmp_path: Path) -> None:
    async with on_telegram(tmp_path, [newsletter(tmp_path, 4)]) as (_, server):
        ana = server.person("Ana", language="en")
        group = server.group("Readers", ana)
        post = await server.send_text(group, ana, message)
        await server.send_text(group, ana, "/similar", reply_to=post)
        answer = await server.next_message(group)
    assert told in answer.text


async def test_a_page_that_is_only_cited_leads_to_the_story_that_cites_it(tmp_path: Path) -> None:
    path = tmp_path / "issue.md"
    path.write_text(
        "---\ntitle: Weekly\ndate: 2026-03-09\n---\n\n# Publications 📙\n\n***Frogs leap***\n\n"
        "Toads ([Toad et al.](https://arxiv.org/abs/2101.00009)) sit. "
        "A new [paper](https://arxiv.org/abs/2101.00001) titled “Frogs leap” says that frogs do not.\n\n"
        "***Newts swim***\n\nThe authors watch newts. See the [paper](https://arxiv.org/abs/2101.00002).\n",
        "utf-8",
    )
    async with bot_with(tmp_path, [SourceSpec(str(path), title="Weekly", interval=timedelta(days=1))]) as core:
        reply = await core.dispatcher.answer(Request(BOB, ANN, "similar", "arxiv.org/abs/2101.00009"))
        searched = await asked(core, "zzyzx https://arxiv.org/abs/2101.00009")
    assert "Like “Frogs leap”" in seen(reply)
    assert "mentioned once" in seen(searched)
    assert "I have read nothing about it" not in seen(searched)


@everywhere
async def test_a_rare_word_beside_a_usual_one_is_asked_about_and_a_button_asks_for_that(
    platform: str, tmp_path: Path
) -> None:
    text = "The authors prune heads of a transformer. See the [paper](https://arxiv.org/abs/2101."
    many = "".join(f"***Number {n}***\n\n{text}{n:05}).\n\n" for n in range(1, 206))
    path = tmp_path / "issue.md"
    head = "---\ntitle: Weekly\ndate: 2026-03-09\n---\n\n# Publications 📙\n\n***A transfarmer***\n\nA farm.\n\n"
    path.write_text(head + many, "utf-8")
    spec = SourceSpec(str(path), title="Weekly", interval=timedelta(days=1))
    async with meeting(platform, tmp_path, [spec]) as (core, person):
        await core.reindexing.catch_up()
        found = await person.ask("search", "transfarmer")
        meant = await person.press("Search for “transformer”")
    assert "Did you mean transformer?" in found.text
    assert "A transfarmer" in found.text
    assert "Search · transformer" in meant.text
    assert "Number" in meant.text


@pytest.mark.parametrize("words", ["", "999999", "zzyzx"])
async def test_similar_to_nothing_is_answered_with_a_sentence(tmp_path: Path, words: str) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 4)]) as core:
        reply = await core.dispatcher.answer(Request(BOB, ANN, "similar", words))
    assert reply.failed
    assert "went wrong" not in seen(reply)


async def test_a_story_like_no_other_says_so(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 1)]) as core:
        reply = await core.dispatcher.answer(Request(BOB, ANN, "similar", "1"))
    assert "I know of nothing like it" in seen(reply)


# Rights


SECRET = "Wombats dig burrows in our unpublished draft"


async def test_what_others_watch_is_in_no_results_filters_items_or_similar_stories(world: World) -> None:  # noqa: F811 -- the fixture
    await world.watch(READERS)
    await world.post(READERS, SECRET)
    await world.publish(make_parsed_item("Wombats dig burrows", "Wombats dig burrows in sand."))
    mine = await asked(world.core, "wombats", chat=READERS)
    view = view_of(mine)
    opened = {one: seen(await pressed(world.core, one, chat=READERS)) for one in actions(mine, "item:")}
    item = next(one for one, shown in opened.items() if SECRET in shown)
    story = actions(await pressed(world.core, item, chat=READERS), "alike:")[0].split(":")[1]
    assert SECRET in seen(mine)
    for action in (f"search:{view}:1", f"filter:{view}", item, f"alike:{story}:{view}:1", f"save:{story}"):
        assert "unpublished" not in seen(await pressed(world.core, action, chat=CLUB))
    assert (await pressed(world.core, item, chat=CLUB)).failed
    assert (await pressed(world.core, f"alike:{story}:{view}:1", chat=CLUB)).failed
    panel = (await pressed(world.core, f"filter:{view}", chat=CLUB)).message
    assert "1 result" in seen(Reply(panel))
    similar = await world.core.dispatcher.answer(Request(CLUB, ANN, "similar", "wombats dig burrows"))
    assert "unpublished" not in seen(similar)
    assert SECRET not in seen(await world.core.dispatcher.answer(Request(CLUB, ANN, "similar", story)))
