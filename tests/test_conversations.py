"""From what a person asks to the answer that arrives, on every platform; only the platforms' servers are doubles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.domain.sources import SourceSpec
from tests.askers import everywhere
from tests.meetings import meeting
from tests.world import newsletter, samples


@everywhere
async def test_digest_shows_what_appeared_grouped_by_section_with_links_and_sources(
    platform: str, tmp_path: Path
) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        seen = await person.ask("digest")
    assert "Digest · March 10, 2026" in seen.text
    assert "17 read · 17 stories · page 1 of 5" in seen.text
    assert "📙 Publications" in seen.text
    assert "1. Denoising Diffusion Probabilistic Models" in seen.text
    assert "DistilBERT: um BERT menor que cabe no celular" in seen.text
    assert "mantém quase toda a qualidade nas tarefas do GLUE." in seen.text
    assert "— Caderno de PLN (pt)" in seen.text
    assert "✦ code available" in seen.text
    assert "📄 paper" in seen.text
    assert seen.buttons == ("☆ 1", "☆ 2", "☆ 3", "☆ 4", "▶")


@everywhere
async def test_a_long_digest_is_turned_forth_and_back_in_place(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, [newsletter(tmp_path, 15)]) as (_, person):
        await person.ask("digest")
        second = await person.press("▶")
        third = await person.press("▶")
        last = await person.press("▶")
        back = await person.press("◀")
    assert "page 2 of 4" in second.text
    assert "7. Result number 7 about sparse attention" in second.text
    assert second.buttons == ("☆ 5", "☆ 6", "☆ 7", "☆ 8", "◀", "▶")
    assert "15. Result number 15" in last.text
    assert last.buttons == ("☆ 13", "☆ 14", "☆ 15", "◀")
    assert back == third


@everywhere
async def test_digest_of_a_day_a_section_and_a_language(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        seen = await person.ask("digest", "week tools pt")
        dated = await person.ask("digest", "2026-03-04")
    assert "⚙️ Tools and datasets · Portuguese" in seen.text
    assert "Datasheets for Datasets" in seen.text
    assert "FlashAttention" not in seen.text
    assert "Model cards" in dated.text  # published that day, read later
    assert "LoRA" not in dated.text


@everywhere
async def test_an_empty_day_says_so_and_offers_the_newest(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        empty = await person.ask("digest", "2025-01-01")
        shown = await person.press("Show March 4, 2026")
    assert "Nothing appeared then. The newest that I have is from March 4, 2026." in empty.text
    assert "Digest · March 4, 2026" in shown.text


@everywhere
async def test_a_bot_that_has_read_nothing_says_so(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (_, person):
        digest = await person.ask("digest")
        search = await person.ask("search", "bert")
        sources = await person.ask("sources")
    assert "I have not read anything yet" in digest.text
    assert "Nothing fits “bert”" in search.text
    assert "I read nothing yet" in sources.text


@everywhere
async def test_search_shows_five_results_and_opens_the_whole_item(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, [newsletter(tmp_path, 12)]) as (_, person):
        first = await person.ask("search", "sparse attention")
        second = await person.press("▶")
        item = await person.press(second.buttons[1])
        back = await person.press("◀ Back to the results")
    assert "12 results · page 1 of 3" in first.text
    assert first.buttons[:6] == ("1", "2", "3", "4", "5", "▶")
    assert second.buttons[:7] == ("6", "7", "8", "9", "10", "◀", "▶")
    assert "Sparse Weekly · March 9, 2026 · English" in second.text
    assert re.search(
        r"The authors of study \d+ prune heads of a transformer\. Nothing is lost in their tests\. See", item.text
    )
    assert "📙 Publications" in item.text
    assert back == second


@everywhere
@pytest.mark.parametrize(
    "words", ["bert", "BERT", "celular bert", "知识可以更新", "шумят OR зашумляют", "arxiv.org/abs/1810.04805v2"]
)
async def test_search_finds_words_in_any_order_script_and_case(platform: str, tmp_path: Path, words: str) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        seen = await person.ask("search", words)
    assert re.search(r"\d results?", seen.text)


@everywhere
async def test_a_search_without_words_or_results_says_what_to_try(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        nothing = await person.ask("search", "zzyzx <b>&*_`@everyone")
    assert "Nothing fits “zzyzx <b>&*_`@everyone”" in nothing.text.replace("\u2060", "")  # keeps names from pinging
    assert "/digest week shows what is new" in nothing.text


@everywhere
async def test_the_language_of_the_chat_is_chosen_with_a_button_and_kept(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples(), language="pt-BR") as (_, person):
        asked = await person.ask("language")
        chosen = await person.press("русский")
        digest = await person.ask("digest", "неделя")
    assert "Idioma deste chat" in asked.text
    assert asked.buttons == ("English", "русский", "português (Brasil)", "中文 (简体)", "O de cada leitor")
    assert "Теперь я говорю здесь по-русски." in chosen.text
    assert "прочитано: 17 · 17 сюжетов" in digest.text


@everywhere
@pytest.mark.parametrize(
    ("language", "words"),
    [("ru", "Что я умею"), ("pt-PT", "O que sei fazer"), ("zh-CN", "我能做什么"), ("de", "What I can do")],
)
async def test_help_and_start_speak_the_language_of_the_client(
    platform: str, tmp_path: Path, language: str, words: str
) -> None:
    async with meeting(platform, tmp_path, language=language) as (_, person):
        help_text = await person.ask("help")
        start = await person.ask("start")
    assert words in help_text.text
    assert "/search" in help_text.text
    assert "Paper Round" in start.text


@everywhere
async def test_sources_lists_what_is_read(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        seen = await person.ask("sources")
    assert "I read 4 sources" in seen.text
    assert "Reading Desk · English · 4 items" in seen.text or "Reading Desk · 4 items" in seen.text


@everywhere
async def test_a_mistake_is_answered_with_a_helpful_sentence(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, language="ru") as (_, person):
        seen = await person.ask("digest", "blabla")
    assert "Не понимаю «blabla»" in seen.text


@everywhere
async def test_a_long_item_with_a_hostile_title_is_turned_in_place_to_its_last_page(
    platform: str, tmp_path: Path
) -> None:
    title = "<b>&_*`@everyone \u202e👨‍👩‍👧‍👦 " * 60
    sentence = "The 🔥 authors & editors of study <i>42</i> prune heads. "
    links = " ".join(f"[study {n}](https://example{n}.org/{'x' * 80})" for n in range(100))
    path = tmp_path / "long.md"
    path.write_text(
        f"---\ntitle: Long\ndate: 2026-03-09\n---\n\n# Publications\n\n## {title}\n\n{sentence * 1000}{links}\n"
    )
    async with meeting(platform, tmp_path, [SourceSpec(str(path))], language="ru") as (_, person):
        await person.ask("search", "prune heads")
        seen = await person.press("1")
        pages = 1
        while "▶" in seen.buttons:
            seen = await person.press("▶")
            pages += 1
    assert pages > 20
    assert seen.buttons[0] == "◀"
    assert seen.buttons[-2:] == ("◀ К результатам", "Предложить клубу")
    assert "study 9 · example9.org" in seen.text
    assert "и ещё 88" in seen.text
