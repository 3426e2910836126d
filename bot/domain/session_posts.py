"""Posts that announce a session of a club, or share what is left of one, in the words of those who run it.

A post is taken for an announcement where it speaks of a club or seminar of its own and says beside that when it takes
place, to the hour; for materials where it names slides or a recording of a session and links to them. Deadlines,
conferences and digests are neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.domain.items import Link
from bot.domain.links import LinkKind, canonical, find_urls, kind_of
from bot.domain.time_phrases import Phrase, read_phrase
from bot.domain.time_words import BEGIN, END, plain
from bot.domain.times import Ambiguous, Recurrence, Understood, parse_time

LONGEST = 3000
"""Characters from which a post is an article or a digest, and no announcement."""
MOST_LINKS = 8
MOST_SENTENCES = 80
LITTLE = 10
"""Characters that a line may have besides a time to be about nothing else."""
NEAR = 3
"""Sentences and lines between a session and when it takes place."""

# Beginnings of plain words for what a club does. They say nothing by themselves.
_SESSION = (
    r"journal club|reading (?:group|club|session)|paper (?:club|discussion|reading)|study (?:group|club)|"
    r"(?:club|group|our|next) (?:session|meeting|meetup|seminar)|(?:session|meeting) of (?:our|the) (?:club|group)|"
    r"seminar|"
    r"журнальн[а-я]+ клуб|клуб[а-я]* (?:по )?(?:чтени|разбор)|ридинг.?(?:груп|клаб)|читательск[а-я]+ клуб|семинар|"
    r"(?:наш[а-я]+|следующ[а-я]+|очередн[а-я]+|перв[а-я]+) (?:встреч|созвон|заседани|сесси)|"
    r"встреч[а-я]+ (?:нашего )?клуб|"
    r"clube de (?:leitura|artigos|revista)|grupo de (?:leitura|estudos?)|seminario|"
    r"(?:nosso|proximo|primeiro) encontro|encontro do (?:nosso )?(?:clube|grupo)|(?:nossa|proxima) (?:reuniao|sessao)"
)
_SESSION_CHINESE = (
    "读书会|讀書會|论文(?:分享|研读|阅读|讨论)|阅读(?:会|小组|俱乐部)|研读会|研讨会|讨论会|分享会|组会|俱乐部"
)
_OWN = (
    r"we|we'll|our|us|join|next|plan(?:ned|ning)?|welcome|invite[sd]?|rsvp|sign.?up|"
    r"мы|наш[а-я]*|вчерашн[а-я]+|следующ[а-я]+|очередн[а-я]+|планируем|приглаша[а-я]+|ждем|собира[а-я]+|присоедин[а-я]+|"
    r"обсудим|разбер[а-я]+|пройдет|состоится|"
    r"vamos|nosso|nossa|proxim[oa]|convid[a-z]+|participe[m]?|sera|teremos|inscr[a-z]+|esperamos|"
    r"(?:will|we) (?:discuss|read|meet)"
)
_OWN_CHINESE = "我们|我們|欢迎|歡迎|本次|下次|下一次|报名|報名|邀请|邀請|将于|將於|举行|舉行"
_WHEN = (
    r"when|time|date|start|meet|see you|join|come|"
    r"когда|время|дата|начал|начина|встреча|собира|ждем|приход|присоедин|"
    r"quando|horario|data|dia|comeca|nos vemos|encontr|particip"
)
_WHEN_CHINESE = "时间|時間|日期|开始|開始|不见不散|举行|舉行"
_OTHERS = (
    r"deadline|submi[a-z]+|camera.?ready|call for|conference|proceedings|tutorial|keynote|early bird|due|abstracts?|"
    r"дедлаин[а-я]*|подач[а-я]+|конференц[а-я]+|прием (?:работ|статеи|заявок)|заявк[а-я]+|"
    r"prazo|submiss[a-z]+|congresso|conferencia|chamada de"
)
_OTHERS_CHINESE = "截止|投稿|截稿|大会|征文|会议论文"
_MATERIALS = (
    r"slides?|slide deck|recording[s]?|video|notes|presentation|materials?|handouts?|"
    r"слаид[а-я]*|запис[ьи]|видео|презентаци[а-я]+|материал[а-я]*|конспект[а-я]*|артефакт[а-я]*|"
    r"slides|gravaca?o|gravacao|video|apresentacao|materia(?:l|is)|anotacoes"
)
_MATERIALS_CHINESE = "幻灯片|课件|录像|录屏|回放|视频|资料|讲义|ppt"
_OVER = (
    r"yesterday(?:'?s)?|last|past|previous|first|today(?:'?s)?|thank[s]?|took place|"
    r"вчера|вчерашн[а-я]+|прошл[а-я]+|прошедш[а-я]+|сегодняшн[а-я]+|спасибо|состоял[а-я]+|прошел|прошла|"
    r"ontem|passad[oa]|ultim[oa]|obrigad[oa]|aconteceu|realizad[oa]|(?:da|do) (?:nossa|nosso)"
)
_OVER_CHINESE = "昨天|昨晚|上次|上周|上一次|刚刚|今天的|感谢"

_FORMS = re.compile(
    r"forms\.(?:gle|office\.com|yandex\.\w+|microsoft\.com)|(?:\w+\.)?(?:typeform\.com|timepad\.ru|eventbrite\.[a-z.]+)"
    r"|meetup\.com|lu\.ma|luma\.com|doodle\.com|wjx\.cn|airtable\.com|sympla\.com\.br|wj\.qq\.com"
)
_CALLS = re.compile(
    r"(?:[\w-]+\.)?zoom\.(?:us|com)|meet\.google\.com|(?:meet\.)?jit\.si|meet\.jit\.si|discord\.gg|teams\.microsoft\.com|"
    r"telemost\.yandex\.\w+|(?:[\w-]+\.)?webex\.com|meeting\.tencent\.com|whereby\.com"
)
_KEEPERS = re.compile(
    r"drive\.google\.com|(?:www\.)?(?:youtube\.com|youtu\.be|vimeo\.com|slideshare\.net|speakerdeck\.com|bilibili\.com)|"
    r"disk\.yandex\.\w+|yadi\.sk|(?:www\.)?dropbox\.com|pan\.baidu\.com|(?:www\.)?notion\.so|rutube\.ru"
)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\s\d])|[。！？；]|\n+")


def _words(latin: str, chinese: str) -> re.Pattern[str]:
    return re.compile(rf"{BEGIN}(?:{latin}){END}|{chinese}")


def _beginnings(latin: str, chinese: str) -> re.Pattern[str]:
    return re.compile(rf"{BEGIN}(?:{latin})|{chinese}")


_IS_SESSION = _beginnings(_SESSION, _SESSION_CHINESE)
_IS_OWN = _words(_OWN, _OWN_CHINESE)
_IS_WHEN = _beginnings(_WHEN, _WHEN_CHINESE)
_IS_OTHERS = _words(_OTHERS, _OTHERS_CHINESE)
_IS_MATERIAL = _words(_MATERIALS, _MATERIALS_CHINESE)
_IS_OVER = _words(_OVER, _OVER_CHINESE)
_QUOTED = re.compile(r"«([^«»]{3,150})»|“([^“”]{3,150})”|\"([^\"]{3,150})\"|《([^《》]{2,80})》")


@dataclass(frozen=True, slots=True)
class SessionPost:
    """What a post says about sessions. `when` is the time of one that is announced, seen from when the post was
    written; `materials` are links to what is left of one that is over. At least one of them is there.

    `sign_up` is where people are asked to sign up, `call` where they meet; `papers` are links to papers; `title` is
    what the session is called in quotation marks, or nothing.
    """

    when: Understood | Recurrence | Ambiguous | None
    materials: tuple[Link, ...]
    title: str = ""
    sign_up: str | None = None
    call: str | None = None
    papers: tuple[Link, ...] = ()


def read_session_post(
    text: str,
    links: Sequence[Link],
    *,
    posted_at: datetime,
    zone: str,
    languages: Sequence[str],
    cities: Mapping[str, str] | None = None,
) -> SessionPost | None:
    """What a post says about sessions; None where it says nothing of them. `links` are all that are in it; `posted_at`
    is aware and tells the year, `zone` (IANA) is the community's, `languages` and `cities` are as of `parse_time`."""
    links = _with_plain(text, links)
    if len(text) > LONGEST or len(links) > MOST_LINKS:
        return None
    sentences = [part for one in _SENTENCE.split(text) if (part := one.strip())][:MOST_SENTENCES]
    plains = [plain(one) for one in sentences]
    about = [number for number, one in enumerate(plains) if _IS_SESSION.search(one)]
    if not about:
        return None
    others = [link for link in links if not _is_form(link) and not _is_at(link, _CALLS)]
    found = _announced(sentences, plains, about, _Seen(posted_at, zone, languages, cities or {}))
    materials = _materials(sentences, plains, about, others)
    if found is None and not materials:
        return None
    return SessionPost(
        when=found[1] if found else None,
        materials=materials,
        title=_title(" ".join(sentences[found[0] : found[0] + 2])) if found else "",
        sign_up=next((link.url for link in links if _is_form(link)), None),
        call=next((link.url for link in links if _is_at(link, _CALLS)), None),
        papers=tuple(link for link in others if kind_of(link.url) is LinkKind.PAPER),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """From when and where a post is read."""

    posted_at: datetime
    zone: str
    languages: Sequence[str]
    cities: Mapping[str, str]

    def time_in(self, sentence: str, following: str) -> Understood | Recurrence | Ambiguous | None:
        """The time that a sentence says, where it names a day and an hour, or one of them and the next one the other:
        they may stand in two lines."""
        phrase = self._phrase(sentence)
        if (phrase.clock is None) == phrase.names_day:
            sentence = f"{sentence} {following}"
            phrase = self._phrase(sentence)
        if phrase.clock is None or not phrase.names_day:
            return None
        reading = parse_time(sentence, now=self.posted_at, zone=self.zone, languages=self.languages, cities=self.cities)
        return reading if isinstance(reading, Understood | Recurrence | Ambiguous) else None

    def _phrase(self, words: str) -> Phrase:
        return read_phrase(words, cities=self.cities, portuguese=True)


def _with_plain(text: str, links: Sequence[Link]) -> list[Link]:
    """The links of a post, those that stand in its text as they are included."""
    known = {link.url for link in links}
    return [*links, *(Link(url) for url in dict.fromkeys(find_urls(text)) if url not in known)]


def _announced(
    sentences: Sequence[str], plains: Sequence[str], about: Sequence[int], seen: _Seen
) -> tuple[int, Understood | Recurrence | Ambiguous] | None:
    """The time that is announced, with the sentence that says it: one that speaks of the session, or is near to it."""
    if not any(_IS_OWN.search(one) for one in plains):
        return None
    distance = [min(abs(number - one) for one in about) for number in range(len(sentences))]
    for number in sorted(range(len(sentences)), key=lambda one: (distance[one], one)):
        if distance[number] > NEAR:
            break
        if _IS_OTHERS.search(plains[number]):
            continue
        when = seen.time_in(sentences[number], sentences[number + 1] if number + 1 < len(sentences) else "")
        if when and (distance[number] == 0 or _IS_WHEN.search(plains[number]) or _is_little_else(when)):
            return number, when
    return None


def _is_little_else(when: Understood | Recurrence | Ambiguous) -> bool:
    rest = when.choices[0].rest if isinstance(when, Ambiguous) else when.rest
    return len(rest) <= LITTLE


def _materials(
    sentences: Sequence[str], plains: Sequence[str], about: Sequence[int], links: Sequence[Link]
) -> tuple[Link, ...]:
    """Links to what is left of a session that is over."""
    named = [
        number
        for number, one in enumerate(plains)
        if _IS_MATERIAL.search(one)
        and any(abs(number - at) <= 1 and (_IS_OVER.search(plains[at]) or _IS_OVER.search(one)) for at in about)
    ]
    if not named:
        return ()
    beside = {canonical(url) for at in named for one in sentences[max(at - 1, 0) : at + 2] for url in find_urls(one)}
    return tuple(
        link
        for link in links
        if kind_of(link.url) in (LinkKind.PAGE, LinkKind.VIDEO)
        and (_is_at(link, _KEEPERS) or canonical(link.url) in beside or _IS_MATERIAL.search(plain(link.text)))
    )


def _title(sentence: str) -> str:
    """What stands in quotation marks beside the time."""
    found = _QUOTED.search(sentence)
    return next(filter(None, found.groups()), "").strip() if found else ""


def _is_form(link: Link) -> bool:
    parts = urlsplit(link.url)
    return _is_at(link, _FORMS) or (parts.hostname == "docs.google.com" and parts.path.startswith("/forms/"))


def _is_at(link: Link, hosts: re.Pattern[str]) -> bool:
    return bool(hosts.fullmatch(urlsplit(link.url).hostname or ""))
