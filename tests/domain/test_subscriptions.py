"""What people type behind /subscribe, and what becomes of a subscription over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.errors import UserError
from bot.domain.schedules import EVERY_DAY, WORKDAYS, Schedule
from bot.domain.sections import Section
from bot.domain.subscription_words import as_line, parse_subscription, with_answer
from bot.domain.subscriptions import (
    Choices,
    DigestStyle,
    Subscription,
    UnknownPolicy,
    changed,
    default_choices,
    first_window_start,
    paused,
    resumed,
)
from bot.locales import translator
from bot.services.subscription_forms import Vocabulary, choices_form, with_answers

DEFAULTS = default_choices("Europe/Moscow", private=False)
SOURCES = {"Reading Desk": 1, "arXiv cs.CL": 2, "arXiv cs.LG": 3}
NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)  # a Thursday


def read(words: str) -> Choices:
    return parse_subscription(words, DEFAULTS, sources=SOURCES, languages={"русский": "ru"})


def make_subscription(**facts: object) -> Subscription:
    values = {field: getattr(DEFAULTS, field) for field in Choices.__dataclass_fields__}
    values |= {"id": 1, "destination_id": 1, "paused": False, "active_from": NOW - timedelta(days=9)}
    values |= {"window_end": datetime(2026, 3, 5, 6, tzinfo=UTC), "version": 1}
    return Subscription(**(values | facts))  # type: ignore[arg-type]  # as the test wants them


def test_one_line_says_everything() -> None:
    choices = read("09:00 weekdays section:publications lang:ru,en max:15 compact source:desk with:bert without:crypto")
    assert choices == Choices(
        schedule=Schedule((time(9),), WORKDAYS, "Europe/Moscow"),
        source_ids=frozenset({1}),
        sections=(Section.PUBLICATIONS,),
        languages=frozenset({"ru", "en"}),
        include_words=("bert",),
        exclude_words=("crypto",),
        max_stories=15,
        style=DigestStyle.COMPACT,
    )
    more = read("empty:yes titles:ru,en quiet:22:00-07:00 thread:yes unknown:assume zone:america/sao_paulo")
    assert more.say_nothing_new
    assert more.discussion_thread
    assert more.title_languages == ("ru", "en")
    assert more.quiet_hours == (time(22), time(7))
    assert more.unknown_policy is UnknownPolicy.ASSUME_SENT
    assert more.schedule == Schedule((time(9),), EVERY_DAY, "America/Sao_Paulo")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("9:00,18:00 mon,wed", "09:00,18:00 mon,wed"),
        ("9am and 6:30pm fri-mon", "09:00,18:30 mon,fri,sat,sun"),
        ("weekly", "09:00 mon"),
        ("weekly fri 10:00", "10:00 fri"),
        ("в 9.30 по будням", "09:30 weekdays"),
        ("каждый день 7:00", "07:00 daily"),
        ("понедельник, среда 18:00", "18:00 mon,wed"),
        ("18h30 seg, qua-sex", "18:30 mon,wed,thu,fri"),
        ("dias úteis às 9h", "09:00 weekdays"),
        ("SÁBADO", "09:00 sat"),
        ("工作日09:00", "09:00 weekdays"),
        ("周一，周三 9点30分", "09:30 mon,wed"),
        ("todos os dias úteis às 9h", "09:00 weekdays"),
        ("de segunda a sexta às 9h", "09:00 weekdays"),
        ("terça-feira até quinta-feira", "09:00 tue,wed,thu"),
        ("пн по пт 9:00", "09:00 weekdays"),
        ("с понедельника по пятницу в 9:00", "09:00 weekdays"),
        ("по средам и пятницам 9:00", "09:00 wed,fri"),
        ("Monday to Friday at 9 am", "09:00 weekdays"),
        ("every Monday 9:00 PM", "21:00 mon"),
        ("周一到周五9点", "09:00 weekdays"),
        ("每周一、周三 18:30", "18:30 mon,wed"),
        ("", "09:00 daily"),
    ],
)
def test_times_and_days_are_understood_in_the_words_of_four_languages(words: str, line: str) -> None:
    assert as_line(read(words), {}).startswith(f"{line} zone:")


@pytest.mark.parametrize(
    ("words", "same"),
    [
        (
            "раздел:публикации язык:русский без:реклама макс:5 кратко",
            "section:publications lang:ru without:реклама max:5 compact",
        ),
        ("栏目：论文 最多：5 语言:zh 简", "section:publications lang:zh max:5 compact"),
        (
            "seção:ética idioma:pt-BR sem:anúncio completo vazio:sim",
            "section:ethics lang:pt without:anúncio full empty:yes",
        ),
        ('with:"knowledge distillation",bert', "with:“knowledge distillation” with:bert"),
        ("source:arxiv", "source:cs.cl source:cs.lg"),
        ("section:all source:all quiet:no", ""),
        ("max: 5 lang : ru,en", "max:5 lang:ru,en"),
    ],
)
def test_filters_are_understood_in_the_words_of_four_languages(words: str, same: str) -> None:
    assert read(words) == read(same)


@pytest.mark.parametrize(
    "question",
    [
        "distillation",
        'distillation -survey has:code OR "sparse attention"',
        "“知识蒸馏” lang:zh",
        "«большие модели» (after:2026-01-01)",
        "every day, mon to fri; at 09:00",
        '"one phrase"',
        "x" * 300,
    ],
)
def test_a_question_in_a_line_is_read_as_it_was_written(question: str) -> None:
    written = read(as_line(replace(DEFAULTS, question=question), {})).question
    assert written == question.translate(str.maketrans("“”«»", '""""'))


@pytest.mark.parametrize("typed", ["", "none", "нет", " "])
def test_an_empty_answer_takes_the_question_away(typed: str) -> None:
    before = replace(DEFAULTS, question="distillation")
    assert with_answer(before, "query", typed, sources={}, languages={}, cities={}).question == ""


def test_a_question_that_is_too_long_is_refused() -> None:
    with pytest.raises(UserError, match="at most"):
        with_answer(DEFAULTS, "query", "x" * 301, sources={}, languages={}, cities={})


@pytest.mark.parametrize("typed", ["is:saved", "distillation is:unread", "статус:сохранённое", "-is:unread OR bert"])
def test_a_question_that_depends_on_who_asks_is_refused(typed: str) -> None:
    with pytest.raises(UserError, match="saved or opened"):
        with_answer(DEFAULTS, "query", typed, sources={}, languages={}, cities={})
    with pytest.raises(UserError, match="saved or opened"):
        read(f"query:“{typed}”")


@pytest.mark.parametrize(
    "typed", ["has:discussion", "bert -has:materials", "есть:обсуждение", "(a has:discussion) OR b"]
)
def test_a_question_that_depends_on_a_club_is_refused(typed: str) -> None:
    with pytest.raises(UserError, match="what a club has discussed"):
        with_answer(DEFAULTS, "query", typed, sources={}, languages={}, cities={})


def test_words_in_quotation_marks_stay_as_they_are() -> None:
    assert read('with:"every day, mon to fri"').include_words == ("every day, mon to fri",)


@pytest.mark.parametrize(
    "title",
    ["Import AI, by Jack Clark", "The “Batch”", "AI", "AI：日报", "Ｗｅｅｋｌｙ； «Вестник»", "Long title " * 20],
)
def test_a_source_is_read_back_from_the_line_and_the_form_that_show_it(title: str) -> None:
    titles = {1: title, 2: "Another AI, and more"}
    names = {f"{name}\nhttps://example.org/{number}": number for number, name in titles.items()}
    choices = replace(DEFAULTS, source_ids=frozenset({1}))
    assert parse_subscription(as_line(choices, titles), DEFAULTS, sources=names).source_ids == {1}
    (question,) = choices_form(("source",), choices, translator("en"), title="", action="x", sources=titles).questions
    written, mistakes = with_answers(DEFAULTS, {"source": question.value}, Vocabulary(names, {}, {}))
    assert (written.source_ids, mistakes) == ({1}, [])


@pytest.mark.parametrize(
    "words",
    [
        "25:00",
        "soon",
        "5",
        "source:;",
        "zone:../../etc/passwd",
        "zone:Mars/Olympus",
        "max:0",
        "max:9999",
        "section:zzyzx",
        "lang:12",
        "quiet:1-2",
        "quiet:09:00-09:00",
        "source:nowhere",
        "unknown:maybe",
        "empty:perhaps",
        "section:",
        "with:" + "a" * 80,
        "with:" + ",".join(map(str, range(40))),
        ",".join(f"{hour}:00" for hour in range(20)),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(words: str) -> None:
    with pytest.raises(UserError):
        read(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "07:15,22:30 tue-thu zone:UTC+3 section:ethics,articles lang:pt,zh source:arxiv max:1 compact empty:yes",
        "with:“a b”,c without:d titles:ru thread:yes unknown:resend quiet:23:00-06:30",
        "unknown:assume weekends",
    ],
)
def test_choices_are_written_as_they_are_read(words: str) -> None:
    choices = read(words)
    assert read(as_line(choices, {id_: title for title, id_ in SOURCES.items()})) == choices


def test_a_new_subscription_begins_where_its_last_window_would_have_ended() -> None:
    assert first_window_start(DEFAULTS.schedule, NOW) == datetime(2026, 3, 5, 6, tzinfo=UTC)
    weekly = Schedule((time(9),), frozenset({3}), "UTC")
    assert first_window_start(weekly, NOW) == datetime(2026, 3, 5, 9, tzinfo=UTC)


def test_a_new_schedule_holds_from_now_on_and_the_window_stays() -> None:
    kept = make_subscription()
    other = changed(kept, read("10:00,16:00"), NOW)  # ten is over in Moscow, four in the afternoon is to come
    assert other.window_end == kept.window_end
    assert other.next_due_at == datetime(2026, 3, 5, 13, tzinfo=UTC)
    assert other.version == 2
    assert changed(kept, read("max:3"), NOW).active_from == kept.active_from


def test_a_paused_subscription_is_never_due_and_a_resumed_one_leaves_the_pause_out() -> None:
    kept = make_subscription()
    stopped = paused(kept)
    assert stopped.next_due_at is None
    assert paused(stopped) == stopped
    later = NOW + timedelta(days=30)
    again = resumed(stopped, later)
    assert again.window_end == datetime(2026, 4, 4, 6, tzinfo=UTC)
    assert again.next_due_at == datetime(2026, 4, 5, 6, tzinfo=UTC)
    assert resumed(again, later) == again
    assert resumed(stopped, NOW).window_end == kept.window_end  # a short pause leaves nothing out
