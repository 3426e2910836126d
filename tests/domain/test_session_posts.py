"""Posts that announce a session of a club or share what is left of one, and those that only look like it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.items import Link
from bot.domain.session_posts import LONGEST, SessionPost, read_session_post
from bot.domain.times import Ambiguous, Recurrence, Understood
from bot.locales import city_names

FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


def read(text: str, *links: Link, at: datetime = FRIDAY, zone: str = "Europe/Moscow") -> SessionPost | None:
    languages = ("ru", "en", "pt-BR", "zh-Hans")
    return read_session_post(text, links, posted_at=at, zone=zone, languages=languages, cities=city_names())


ANNOUNCED = {
    "Next session of our reading club: Saturday, 5 December, 18:00 (Berlin time).": "2026-12-05 20:00",
    "📚 Journal club #5\n\nWhen: Wed Dec 2, 7pm\nWhere: https://zoom.us/j/123\n\nWelcome!": "2026-12-02 19:00",
    "Join us for the next paper discussion on Thursday at 6:30 PM UTC.": "2026-11-26 21:30",
    "Hi all! Our reading group meets again tomorrow at 17:00, same link.": "2026-11-21 17:00",
    "Starting next week, our study group will meet every Tuesday at 19:00.": "2026-11-24 19:00",
    "Привет! Следующая встреча клуба — в четверг, 3 декабря, в 19:30 по Москве. Ждём всех!": "2026-12-03 19:30",
    "Анонс: семинар\n\nКогда: 5 декабря, 18:00\nГде: Zoom\n\nПриглашаем!": "2026-12-05 18:00",
    "Анонс: семинар\n\nДата: 5 декабря\nВремя: 18:00\n\nПриглашаем!": "2026-12-05 18:00",
    "Друзья, напоминаем: сегодня в 19:00 журнальный клуб, обсудим DeBERTa. Ждём!": "2026-11-20 19:00",
    "Журнальный клуб теперь по субботам в 18:00, присоединяйтесь: https://discord.gg/abc": "2026-11-21 18:00",
    "Convidamos para o próximo encontro do grupo de leitura, sábado, 5 de dezembro, às 18h.": "2026-12-05 18:00",
    "Nosso clube de leitura se reúne na quarta às 19h30.": "2026-11-25 19:30",
    "Seminário: dia 3 de dezembro, 15h, via https://meet.google.com/abc. Participe!": "2026-12-03 15:00",
    "下次读书会时间：12月5日(周六)晚上7点半，欢迎大家报名": "2026-12-05 19:30",
    "我们的论文分享会将于本周日20:00举行，腾讯会议：https://meeting.tencent.com/dm/1": "2026-11-22 20:00",
    "本周六下午3点组会，一起读 https://arxiv.org/abs/2005.14165 ，欢迎参加！": "2026-11-21 15:00",
}


@pytest.mark.parametrize(("text", "wall"), ANNOUNCED.items())
def test_a_session_that_is_announced_is_noticed_with_its_time(text, wall):
    found = read(text)
    assert found is not None
    assert isinstance(found.when, Understood | Recurrence)
    assert found.when.at == datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo("Europe/Moscow"))


SHARED = {
    "Thanks to all who came to yesterday's journal club! Slides: https://docs.google.com/presentation/d/1": (
        "https://docs.google.com/presentation/d/1"
    ),
    "Запись вчерашнего семинара: https://youtu.be/abc": "https://youtu.be/abc",
    "Слайды с прошлой встречи нашего клуба: https://example.org/slides.pdf": "https://example.org/slides.pdf",
    "A gravação do último encontro do grupo de leitura está aqui: https://youtu.be/abc": "https://youtu.be/abc",
    "昨天读书会的录像和幻灯片：https://pan.baidu.com/s/1": "https://pan.baidu.com/s/1",
}


@pytest.mark.parametrize(("text", "url"), SHARED.items())
def test_what_is_left_of_a_session_is_noticed_with_its_links(text, url):
    found = read(text)
    assert found is not None
    assert found.when is None
    assert [link.url for link in found.materials] == [url]


def test_one_post_can_share_materials_and_announce_the_next_session():
    found = read(
        "Делимся слайдами вчерашнего семинара по моделям мира:\n\nhttps://docs.google.com/presentation/d/1\n\n"
        "Следующий семинар — в субботу 5 декабря в 18:00.\n\nЧтобы прийти, заполните анкету:\n\nhttps://forms.gle/1",
        at=datetime(2020, 11, 22, 10, 31, tzinfo=UTC),
    )
    assert found is not None
    assert isinstance(found.when, Understood)
    assert found.when.wall == datetime(2020, 12, 5, 18)  # the year is the post's
    assert [link.url for link in found.materials] == ["https://docs.google.com/presentation/d/1"]
    assert found.sign_up == "https://forms.gle/1"


def test_a_link_behind_words_counts_as_what_the_words_say():
    found = read("Спасибо всем, кто был вчера на семинаре! Слайды тут.", Link("https://example.org/1", "Слайды"))
    assert found is not None
    assert [link.url for link in found.materials] == ["https://example.org/1"]


def test_what_belongs_to_a_session_is_told_apart():
    found = read(
        "Наш семинар «Switch Transformers» — 3 декабря в 19:30. Статья: https://arxiv.org/abs/2101.03961\n"
        "Регистрация: https://timepad.ru/event/1\nСозвон: https://us02web.zoom.us/j/1"
    )
    assert found is not None
    assert found.title == "Switch Transformers"
    assert found.sign_up == "https://timepad.ru/event/1"
    assert found.call == "https://us02web.zoom.us/j/1"
    assert [link.url for link in found.papers] == ["https://arxiv.org/abs/2101.03961"]
    assert found.materials == ()


def test_the_zone_is_the_communitys_where_the_post_names_none():
    found = read("Our seminar is tomorrow at 17:00.", zone="America/New_York")
    assert found is not None
    assert isinstance(found.when, Understood)
    assert found.when.at == datetime(2026, 11, 21, 22, tzinfo=UTC)


def test_a_time_that_can_be_meant_in_two_ways_is_noticed_as_such():
    found = read("Our seminar is tomorrow at 6. Join!")
    assert found is not None
    assert isinstance(found.when, Ambiguous)


@pytest.mark.parametrize(
    "text",
    [
        "ACL 2027 submission deadline: February 1, 2027, 23:59 UTC-12. Join the seminar track!",
        "Reminder: the abstract deadline for our workshop is Friday at 18:00 UTC.",
        "NeurIPS 2026 will be held on December 6-12 in Vancouver. Our seminar paper was accepted.",
        "Дедлайн подачи статей на семинар — 5 декабря, 23:59.",
        "Конференция AI Journey пройдёт 3 декабря в 10:00.",
        "Вчера на семинаре обсуждали интересную статью: https://arxiv.org/abs/2005.14165",
        "Prazo de submissão para o seminário: 5 de dezembro às 23h59.",
        "投稿截止时间：12月5日23:59，欢迎参加研讨会",
        "New: a journal club data set, https://arxiv.org/abs/2005.14165. We release the model on Saturday at 18:00.",
        "The model was trained on Saturday at 18:00 on 8 GPUs; next we evaluate.",
        "По следам предыдущего поста: слайды лежат тут https://example.org/slides?week=3",
        "Slides of the talk by Yann LeCun: https://youtu.be/abc",
        "We start a reading group! Who would like to join? Fill in the form: https://forms.gle/abc",
        "Всем, кто записался на семинар, мы разослали приглашение в дискорд.",
        "A recording of our podcast is up: https://youtu.be/abc",
        "Our reading group is on a break until 5 January.",
        "Слайды и видео к курсу Stanford: https://youtu.be/abc Спасибо авторам!",
        "Convite: o próximo encontro do grupo de leitura será no sábado.",
        "",
    ],
)
def test_deadlines_conferences_and_talk_of_papers_are_no_announcements(text):
    assert read(text) is None


def test_a_digest_is_no_announcement_whatever_stands_in_it():
    post = "Our reading group meets on Saturday at 18:00.\n"
    assert read(post) is not None
    assert read(post + "Another paper was published today. " * (LONGEST // 30)) is None
    assert read(post + "\n".join(f"https://example.org/{number}" for number in range(12))) is None


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*ANNOUNCED, *SHARED]) | st.text(max_size=60), max_size=6).map("\n".join))
def test_whatever_a_post_says_reading_it_does_not_fail(text):
    found = read(text)
    assert found is None or found.when is not None or found.materials
