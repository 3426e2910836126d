"""Every part of searching as one person meets it: on each platform, in each language."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.domain.club import SessionPaper
from tests.askers import Seen, everywhere, in_every_language, reading
from tests.club_chats import add_session
from tests.meetings import meeting
from tests.world import NOW, newsletter, samples

BERT = "1810.04805"
PAST = NOW - timedelta(days=3)


def whole(*seen: Seen) -> bool:
    """Whether nothing went wrong, and no text was left as it stands in the code."""
    return not any("{" in one.text or "Sorry" in one.text or "\n\n\n" in one.text.strip() for one in seen)


@everywhere
@in_every_language
async def test_results_are_counted_and_turned_and_lead_to_alerts(platform: str, language: str, tmp_path: Path) -> None:
    say = reading(language)
    async with meeting(platform, tmp_path, [newsletter(tmp_path, 7)], language=language) as (_, person):
        first = await person.ask("search", "sparse attention")
        second = await person.press("▶")
        again = await person.press("◀")
        told = await person.press_for_new(say.gettext("🔔 Tell me of new ones"))
    counted = say.ngettext("{number} result", "{number} results", 7)
    for page, seen in enumerate((first, second), 1):
        assert f"{counted} · {say.gettext('page {page} of {pages}', page=page, pages=2)}" in seen.text
    assert say.language_name("en") in first.text
    assert say.date(NOW.date() - timedelta(days=1)) in first.text
    assert second.buttons[:2] == ("6", "7")
    assert again == first
    assert say.gettext("“{words}”", words="sparse attention") in told.text
    assert whole(first, second, told)


@everywhere
@in_every_language
async def test_what_was_meant_is_said_and_what_was_typed_can_be_asked_for(
    platform: str, language: str, tmp_path: Path
) -> None:
    say = reading(language)
    async with meeting(platform, tmp_path, samples(), language=language) as (core, person):
        await core.reindexing.catch_up()
        mended = await person.ask("search", "distilbret lang:pt")
        literal = await person.press(say.gettext("Search instead for “{words}”", words="distilbret lang:pt"))
    assert say.gettext("Showing results for {words}.", words="distilbert lang:pt") in mended.text
    read = say.gettext("in {languages}", languages=say.language_name("pt"))
    assert say.gettext("Read as: {question}.", question=read) in mended.text
    assert "DistilBERT" in mended.text
    assert "DistilBERT" not in literal.text
    assert say.gettext("Without filters") in literal.buttons
    assert whole(mended, literal)


@everywhere
@in_every_language
async def test_an_address_is_looked_up_with_what_the_club_made_of_it(
    platform: str, language: str, tmp_path: Path
) -> None:
    say = reading(language)
    async with meeting(platform, tmp_path, samples(), language=language) as (core, person):
        await person.ask("club ask")
        await add_session(core, starts_at=PAST, papers=(SessionPaper("BERT", identity=f"arxiv:{BERT}"),))
        found = await person.ask("search", f"https://arxiv.org/pdf/{BERT}v2")
        covered = await person.ask("covered", f"{BERT} 2209.99999")
        never = await person.ask("search", "2209.99999")
    assert say.gettext("covered once") in found.text
    assert say.gettext("discussed in session {number} ({day})", number=1, day=say.date(PAST.date())) in found.text
    assert say.gettext("Was this covered?") in covered.text
    assert say.gettext("Covered once:") in covered.text
    assert say.gettext("Not covered yet.") in covered.text
    assert say.gettext("🗣 Discussed in session {number} on {day}", number=1, day=say.date(PAST.date())) in covered.text
    assert say.gettext("not covered yet") in never.text
    assert say.gettext("Propose for the club") in never.buttons
    assert whole(found, covered, never)


@everywhere
@in_every_language
async def test_an_opened_result_can_be_saved_proposed_and_compared(
    platform: str, language: str, tmp_path: Path
) -> None:
    say = reading(language)
    async with meeting(platform, tmp_path, [newsletter(tmp_path, 2)], language=language) as (_, person):
        await person.ask("search", "study 1")
        await person.press("1")
        unread = await person.ask("search", "sparse is:unread")
        await person.ask("search", "study 1")
        await person.press("1")
        similar = await person.press(say.gettext("Similar"))
        await person.press(say.gettext("◀ Back to the results"))
        opened = await person.press("1")
        proposed = await person.press_for_new(say.gettext("Propose for the club"))
        named = await person.ask("similar", "study 1")
    assert say.ngettext("{number} result", "{number} results", 1) in unread.text
    assert "Result number 1" not in unread.text
    assert "Result number 2" in similar.text
    assert say.gettext("Like “{title}”", title="Result number 1 about sparse attention") in named.text
    assert say.gettext("Proposed for the club:") in proposed.text
    assert "Result number 1" in proposed.text
    assert whole(unread, similar, opened, proposed, named)


@everywhere
@in_every_language
async def test_a_result_is_saved_and_found_among_what_was_saved(platform: str, language: str, tmp_path: Path) -> None:
    say = reading(language)
    async with meeting(platform, tmp_path, [newsletter(tmp_path, 2)], language=language) as (_, person):
        await person.ask("search", "study 1")
        await person.press("1")
        said = await person.press_for_notice(say.gettext("☆ Save"))
        saved = await person.ask("search", "study is:saved")
        rest = await person.ask("search", "study -is:saved")
    assert said.text.strip() == say.gettext("Saved. /saved shows your list.")
    for shown, there, missing in ((saved, 1, 2), (rest, 2, 1)):
        assert say.ngettext("{number} result", "{number} results", 1) in shown.text
        assert f"Result number {there}" in shown.text
        assert f"Result number {missing}" not in shown.text
    assert say.gettext("saved by you") in saved.text
    assert whole(said, saved, rest)


@everywhere
@in_every_language
async def test_while_the_index_is_made_anew_that_is_said(platform: str, language: str, tmp_path: Path) -> None:
    say = reading(language)
    incomplete = "I am making my index anew ({done} of {items} items), so some results may be missing."
    notice = say.gettext(incomplete, done=say.number(0), items=say.number(2))
    async with meeting(platform, tmp_path, [newsletter(tmp_path, 2)], language=language) as (core, person):
        await core.reindexing.start_anew()
        missing = await person.ask("search", "sparse attention")
        await core.reindexing.catch_up()
        found = await person.ask("search", "sparse attention")
    assert notice in missing.text
    assert "Result number 1" not in missing.text
    assert notice.partition("0")[0] not in found.text
    assert "Result number 1" in found.text
    assert whole(missing, found)


@everywhere
@in_every_language
async def test_a_question_in_any_language_finds_what_was_written_in_another(
    platform: str, language: str, tmp_path: Path
) -> None:
    async with meeting(platform, tmp_path, samples(), language=language) as (_, person):
        for words in ("диффузионные модели", "扩散模型", "modelos de difusão", "diffusion models"):
            found = await person.ask("search", words)
            assert "Denoising Diffusion Probabilistic Models" in found.text
            assert whole(found)


@everywhere
@in_every_language
async def test_what_can_be_asked_is_explained(platform: str, language: str, tmp_path: Path) -> None:
    say = reading(language)
    async with meeting(platform, tmp_path, language=language) as (_, person):
        told = await person.ask("help", "search")
        nothing = await person.ask("search", "frogs")
    assert say.gettext("What a search understands") in told.text
    assert say.gettext("title:bert author:devlin") in told.text
    assert say.gettext("Search · {words}", words="frogs") in nothing.text
    assert whole(told, nothing)
