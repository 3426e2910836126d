"""Plain dumps of channels: what is left when a preview is copied as text.

The head of the channel (name, counters, description) comes first. Then post follows post without a line between them,
while paragraphs within a post are parted by blank lines. So only a single line end can part two posts; whether it does
is told by evidence from both sides.
"""

from __future__ import annotations

import re

from bot.domain.documents import ParsedSource
from bot.domain.links import find_urls
from bot.readers.telegram_posts import Post, parsed_channel
from bot.readers.telegram_reviews import review_of

_COUNTERS = """subscribers? members? photos? videos? files? links? подписчик\\w* участник\\w* фото(?:граф\\w+)? видео
    файл\\w* ссыл\\w+ inscritos? assinantes? membros? fotos? vídeos? arquivos?
    suscriptor\\w* miembros? archivos? enlaces?
    abonnés? membres? photos? vidéos? fichiers? liens? abonnent\\w* mitglieder dateien iscritti abone üye fotoğraf
    مشترك\\w* مشتركين     位订阅者 订阅者 订阅 位訂閱者 成员 照片 视频 文件 链接 人の登録者 구독자 명 सदस्य"""
_COUNTER = re.compile(rf"\d[\d.,\s]*[KMКМ]?(?:тыс\.?|млн\.?|mil|万|萬)?\s*(?:{'|'.join(_COUNTERS.split())})", re.I)
_END_OF_HEAD = re.compile(
    r"(?:download|скачать|baixar|descargar|télécharger|herunterladen|scarica|indir|下载|下載)\W+telegram"
    r"|telegram\W+(?:herunterladen|indir)"
    r"|(?:view|preview)\s+(?:in\s+telegram|channel)|about\W+blog\W+apps\W+platform|join|context",
    re.I,
)
# The menu of a preview (About, Blog, Apps, Platform, Join) in its languages, a word a line or all in one.
_MENU = re.compile(
    r"(?:(?:about|blog|apps?|platform|join|sobre|aplicativos|plataforma|entrar|participar|acerca de|aplicaciones|unirse"
    r"|о проекте|о telegram|блог|приложения|платформа|вступить|присоединиться|关于|博客|应用|平台|加入"
    r"|關於|部落格|應用程式|à propos|applications|plateforme|rejoindre|über|plattform|beitreten|hakkında"
    r"|uygulamalar|katıl|حول|المدونة|انضم)\s*)+",
    re.I,
)
_HEAD_AT_MOST = 40  # lines
# What a copied preview puts between posts: views, time, date, forwards.
_BETWEEN = re.compile(
    r"\d[\d.,]*[KMКМ]?\s*(?:views?|просмотр\w*|visualizaç\w+|vistas?|vues?)?\s*(?:edited)?\s*\d{1,2}:\d{2}(?:\s*[AP]M)?"
    r"|\d[\d.,]*[KMКМ]?\s+(?:views?|просмотр\w*|visualizaç\w+|vistas?|vues?)|(?:forwarded\s+from|переслано\s+(?:от|из))\b.*",
    re.I,
)
_LIST = re.compile(r"\s*(?:[-–—•*▪️◦‣·→✅☑️🔹🔸]|\d{1,2}\s*[.)）、]|[a-zа-я][.)]\s)")
_LABELLED = re.compile(r"[^:：\n]{1,40}[:：]\s*(?:https?://|www\.)\S+\s*$")
_URL_ALONE = re.compile(r"(?:[^\w\s]+\s*)?(?:https?://|www\.)\S+")
_ENDS_OPEN = re.compile(r"[:：,;，；(–—-]\s*$")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？;:；：][)»”’\"']?\s*$|[)»”]$")
_PICTURE = re.compile(
    r"(?<!\w)(?:картинк|рисун|рис\.|скрин|фото|схем|график|picture|image|figure|fig\.|photo|diagram|screenshot|imagem|figura|foto"
    r"|imagen|schéma|capture|abbildung|bild|görsel|resim|صورة)|[图圖]片?|写真|그림|사진|चित्र",
    re.I,
)
_ENOUGH = 2  # points of evidence


def looks_like_dump(text: str) -> bool:
    """True where the first lines are a channel's name and its counters."""
    lines = [line.strip() for line in text[:3000].splitlines() if line.strip()][:12]
    counters = [index for index, line in enumerate(lines) if _COUNTER.fullmatch(line)]
    return len(counters) >= 2 or (bool(counters) and any(_END_OF_HEAD.fullmatch(line) for line in lines))


def read_dump(text: str, *, language: str | None) -> ParsedSource:
    """The posts of a dump in its order, without dates or numbers, which it does not hold."""
    lines = [line.strip() for line in text.replace("\u00a0", " ").splitlines()]
    title, start = _head(lines)
    posts = [Post(text=post, pictures=_is_caption(post)) for post in _posts(lines[start:], title) if post]
    return parsed_channel(posts, title=title, channel=None, public=False, hint=language)


def _head(lines: list[str]) -> tuple[str | None, int]:
    """The channel's name, and the line that the first post begins at."""
    counters = [index for index, line in enumerate(lines[:_HEAD_AT_MOST]) if _COUNTER.fullmatch(line)]
    if not counters:
        return None, 0
    title = next((line for line in lines[: counters[0]] if line), None)
    ends = [index for index, line in enumerate(lines[:_HEAD_AT_MOST]) if _END_OF_HEAD.fullmatch(line)]
    start = (ends or counters)[-1] + 1
    while start < len(lines) and _is_furniture(lines[start], title):
        start += 1
    return title, start


def _is_furniture(line: str, title: str | None) -> bool:
    """True for what a preview shows between the description and the first post: its menu, the name and count again."""
    return not line or line == title or bool(_COUNTER.fullmatch(line) or _MENU.fullmatch(line))


def _posts(lines: list[str], title: str | None) -> list[str]:
    posts: list[list[str]] = [[]]
    for index, line in enumerate(lines):
        if _BETWEEN.fullmatch(line) or (line and line == title):
            posts.append([])
            continue
        if line and posts[-1] and posts[-1][-1] and _parts(lines, index, posts[-1]):
            posts.append([])
        posts[-1].append(line)
    return ["\n".join(post).strip() for post in posts]


def _parts(lines: list[str], index: int, post: list[str]) -> bool:
    """True where the evidence says that a new post begins at this line."""
    line = lines[index]
    if _belongs(post[-1], line) or _is_in_head_of_review(lines, index, post):
        return False
    return _begins_review(lines, index) or _points(lines, index, post) >= _ENOUGH


def _belongs(before: str, line: str) -> bool:
    """True where the line goes on with the one before: an entry, a labelled link, a sentence not yet over."""
    first = next((char for char in line if char.isalpha()), "")
    return (
        bool(_LIST.match(line) or _LABELLED.match(line) or _URL_ALONE.fullmatch(line))
        or bool(_ENDS_OPEN.search(before))
        or (first.islower() and not line.startswith("(") and not _begins_name(line))
    )


def _begins_name(line: str) -> bool:
    """True for titles that begin with a name written small: "kōan: A …", "word2vec: A …"."""
    return bool(re.match(r"[\w-]{2,20}: [A-Z]", line))


def _is_in_head_of_review(lines: list[str], index: int, post: list[str]) -> bool:
    """True for the lines below a title up to the first blank one."""
    return "" not in post and _begins_review(lines, index - len(post))


def _begins_review(lines: list[str], index: int) -> bool:
    """True for a title right above the authors and links of a paper."""
    head = []
    for line in lines[index : index + 12]:
        if not line:
            break
        head.append(line)
    below = head[1:]
    return bool(below) and _is_label_or_link(below[0], below[1:]) and review_of("\n".join(head), ()) is not None


def _is_label_or_link(line: str, rest: list[str]) -> bool:
    return bool(_LABELLED.match(line) or _URL_ALONE.fullmatch(line)) or (
        bool(rest) and bool(_LABELLED.match(rest[0]) or _URL_ALONE.fullmatch(rest[0]))
    )


def _points(lines: list[str], index: int, post: list[str]) -> int:
    """How much speaks for a new post at this line."""
    line, before = lines[index], post[-1]
    alone = index + 1 >= len(lines) or not lines[index + 1]
    points = 0
    if _URL_ALONE.fullmatch(before):
        points += 4 if "" in post else 1  # where paragraphs are parted by blank lines, a link is one as well
    if _is_caption(line) or _is_caption("\n".join(post)):
        points += 2
    if alone and len(line.split()) <= 8:
        points += 2  # a short line with an empty one below opens a post: inside, lines are joined to paragraphs
    if not _ENDS_SENTENCE.search(line) and not _is_labelled_list(line) and alone:
        points += 2
    if _shares_names(line, "\n".join(post)):
        points -= 2
    return points


def _is_labelled_list(line: str) -> bool:
    return ": " in line[:40]


def _shares_names(line: str, post: str) -> bool:
    """True where both speak of the same models, numbers or people."""
    names = set(re.findall(r"(?<!\w)(?:[A-Z][\w-]*[A-Z\d][\w-]*)", line))
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", post) for name in names)


def _is_caption(post: str) -> bool:
    """True for one line that only makes sense below a picture, which a dump has lost."""
    if "\n" in post or not post:
        return False
    words = re.sub(r"https?://\S+", "", post).split()
    if _PICTURE.search(post) and len(words) <= 20:
        return True
    return len(words) <= 4 and len(post) <= 60 and not find_urls(post) and not _ENDS_SENTENCE.search(post)
