"""That the benchmarks run, on a small scale. What they measure is not looked at: it depends on the machine."""

from __future__ import annotations

from pathlib import Path

from benchmarks import (
    club,
    club_model,
    composing,
    delivery,
    ingest,
    inspect_feed,
    reminders,
    rendering,
    search,
    search_fuzz,
    search_index,
    search_million,
    start,
)
from benchmarks.feeds import ENTRY_BYTES, feed, feed_word
from benchmarks.figures import Figure
from benchmarks.search_questions import SORTS
from benchmarks.texts import LANGUAGES, NEWEST, piece
from bot.domain.documents import RawDocument
from bot.domain.sources import SourceKind
from bot.readers.recognise import read


def names(figures: list[Figure]) -> set[str]:
    return {figure.name.partition(":")[0].split(" at ")[0] for figure in figures}


def test_ingest_is_measured_down_to_found_items() -> None:
    assert "ingest" in names(ingest.measure(feeds=2, entries=3, times=1, beside_reader=False))


def test_inspecting_is_measured_for_each_form_of_feed() -> None:
    assert len(inspect_feed.measure(feed_bytes=10_000, times=1)) == 4


def test_starting_is_measured_with_both_platforms() -> None:
    assert "stop after SIGTERM, slowest" in names(start.measure(times=1, idle_seconds=0))


def test_searching_is_measured_through_telegram(tmp_path: Path) -> None:
    assert "/search" in names(search.measure(items=40, queries=10, folder=tmp_path))


def test_the_index_of_words_is_measured_from_storing_to_finding() -> None:
    assert {"size of the index against the text", "one of thirty words, p99 of 2"} <= names(
        search_index.measure(items=40, single=2, times=2)
    )


def test_searching_is_measured_for_each_sort_of_question(tmp_path: Path) -> None:
    figures = search_million.measure(sizes=(40,), questions=1, folder=tmp_path, beside_reader=False)
    assert len(figures) == len(SORTS) + 1  # and the size


def test_hostile_questions_are_counted(tmp_path: Path) -> None:
    assert search_fuzz.measure(items=40, number=20, processes=1, folder=tmp_path)[0].holds


def test_composing_is_measured_for_many_and_for_few_different_digests() -> None:
    assert len(composing.measure(items=50, destinations=20, distinct=10)) == 3


def test_sending_is_measured_from_the_loop_to_the_kills() -> None:
    sizes = delivery.Sizes(destinations=60, slices=3, limited_seconds=0.1, rows=100, looks=2, kills=1)
    assert {"outbox against bare loop", "Telegram", "Discord"} <= names(delivery.measure(sizes))


def test_reminding_is_measured_from_the_idle_tick_to_the_kills() -> None:
    sizes = reminders.Sizes(seconds=0.2, people=5, calls=100, looks=2, kills=1)
    assert {"lateness beyond Telegram's limit, p99", "reminders"} <= names(reminders.measure(sizes))


def test_rendering_is_tried_on_both_platforms() -> None:
    assert [figure.holds for figure in rendering.measure(examples=5)] == [True] * 4


def test_of_a_rush_of_people_on_both_platforms_as_many_are_going_as_there_are_places_and_all_are_told_the_truth() -> (
    None
):
    sizes = club.Sizes(people=200, seconds=4, capacity=20, leaving=30, steady=0.5, answers=50)
    held = {figure.name.strip("… "): figure.holds for figure in club.measure(sizes) if figure.holds is not None}
    for wanted in (
        "200 press Going within 4 s: going",
        "answers, all true in the end",
        "out of turn on the waitlist",
        "cards right in the end",
    ):
        assert held[wanted], wanted


def test_random_lives_of_a_session_are_counted() -> None:
    assert club_model.measure(sequences=2, processes=1)[0].holds


def test_the_same_number_gives_the_same_text_and_another_one_another() -> None:
    assert piece(17) == piece(17)
    assert len({piece(number).word for number in range(500)}) == 500


def test_pieces_are_as_long_as_they_should_be_in_every_language() -> None:
    for number in range(len(LANGUAGES)):
        size = len(" ".join(piece(number, size=2_000).paragraphs).encode())
        assert 1_900 < size < 2_100


def test_a_feed_is_read_as_one_whose_entries_all_hold_its_word() -> None:
    for number in range(3):
        body = feed(number, entries=4)
        read_back = read(RawDocument("https://blog.example.org/", body, NEWEST), now=NEWEST)
        assert read_back.kind is SourceKind.FEED
        assert len(read_back.documents) == 4
        assert all(feed_word(number).capitalize() in one.items[0].text for one in read_back.documents)
        assert 0.9 * ENTRY_BYTES < len(body) / 4 < 1.2 * ENTRY_BYTES


def test_percentiles_are_values_that_were_measured() -> None:
    assert search.percentile([3, 1, 2], 50) == 2
    assert search.percentile(list(range(1, 101)), 99) == 99
    assert search.percentile([7], 99) == 7
