"""Announcements in posts: the channel speaks of what it does and asks people to come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

_UNPARTED = "\u3040"  # from here on scripts in which words do not begin anywhere that can be seen
# Beginnings of words by which channels announce meetings, sign-ups and themselves.
_WORDS = """
    announc registration register sign-up sign\\ up invite invitation join\\ us meetup webinar seminar livestream
    workshop reading\\ group journal\\ club study\\ group save\\ the\\ date deadline hiring rsvp survey
    questionnaire we\\ invite
    объявл анонс приглаша приглаше регистрац зарегистр семинар журнальн\\w*\\ клуб встреч[аиу] митап вебинар
    запис(?:аться|ывайтес)
    анкет опрос планируем состоится пройд[её]т ждём присоединя собираем(?:ся)? запуска(?:ем|ть) ваканси хакатон
    anúncio anuncia inscriç inscrev convid convite encontro\\ de seminário participe
    grupo\\ de\\ leitura questionário enquete
    anuncio inscripci inscríb invita seminario reunión únete únase club\\ de\\ lectura encuesta convocatoria
    annonce inscri(?:ption|vez) invitation séminaire rejoign club\\ de\\ lecture sondage rendez-vous webinaire
    ankündig anmeld einlad lesekreis umfrage treffen\\ uns mitmachen
    annunc iscri(?:zion|v) invit(?:o|iamo) gruppo\\ di\\ lettura sondaggio
    duyuru kayıt\\ ol başvuru davet katılın etkinlik okuma\\ grubu buluşma anket
    إعلان نعلن تسجيل للتسجيل دعوة ندعوكم انضم ندوة ورشة لقاء استبيان
    通知 公告 报名 報名 邀请 邀請 讲座 講座 研讨会 研討會 读书会 讀書會 招聘 问卷 問卷 直播
    お知らせ 申し込み 申込 募集 勉強会 参加 セミナー 開催 アンケート 공지 신청 모집 세미나 초대 참가 설문 모임
    घोषणा पंजीकरण आमंत्र संगोष्ठी सर्वेक्षण
"""
_ALL = re.split(r"(?<!\\)\s+", _WORDS.strip())
_BEGINNING = re.compile(rf"(?<!\w)(?:{'|'.join(word for word in _ALL if word[0] < _UNPARTED)})", re.I)
_SIGN = re.compile("|".join(word for word in _ALL if word[0] >= _UNPARTED))
_SIGN_UP_HOSTS = re.compile(
    r"forms\.(?:gle|office\.com|yandex\.\w+|microsoft\.com)|(?:\w+\.)?(?:typeform\.com|timepad\.ru|eventbrite\.[a-z.]+)"
    r"|meetup\.com|lu\.ma|luma\.com|(?:\w+\.)?zoom\.us|meet\.google\.com|doodle\.com|wjx\.cn|airtable\.com|sympla\.com\.br"
)
_ENOUGH = 2  # signs; a single word may be said in passing
_ENOUGH_IN_LONG = 4
_LONG = 1500  # characters
_LONGEST = 4096  # a message holds no more


def is_announcement(text: str, urls: Sequence[str]) -> bool:
    """True where several signs say that the channel announces something: words of several kinds, a form to fill in."""
    text = text[:_LONGEST]
    words = {match[0].casefold()[:5] for pattern in (_BEGINNING, _SIGN) for match in pattern.finditer(text)}
    signs = len(words) + 2 * any(map(_is_sign_up, urls))
    return bool(words) and signs >= (_ENOUGH if len(text) <= _LONG else _ENOUGH_IN_LONG)


def _is_sign_up(url: str) -> bool:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return bool(_SIGN_UP_HOSTS.fullmatch(host)) or (host == "docs.google.com" and parts.path.startswith("/forms/"))
