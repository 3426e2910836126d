"""What a text says, in some of its own sentences: whole ones, and none that only sends the reader elsewhere."""

from __future__ import annotations

import re

from bot.domain.text import cut, sentences, utf16_length

LONGEST_POINTER = 110
"""Characters. A longer sentence says something, wherever it points."""
LONGEST_CHINESE_POINTER = 32

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{2,}|[\u3400-\u9fff]")
# "Read the full paper here.", «Подробнее — по ссылке»: something to do, and at the end where.
_TO_DO = re.compile(
    r"\b(?:access|available|check|click|contribute|details|download|explore|find|get|join|learn|link|look|more|read|register|see"
    r"|source|tap|visit|watch"
    r"|читать|читайте|почитать|прочитать|см|смотр\w*|посмотреть|подробн\w*|узнать|узнайте|ссылк\w*|скачать|найти|доступ\w*"
    r"|нажмите|жмите|переходите|регистрац\w*|код|статья|источник|полн\w*"
    r"|acess\w+|assista|assistir|baixe|baixar|clique|confira|conferir|contribuir|dispon[ií]ve\w+|encontr\w+|leia|ler|mais"
    r"|saiba|veja|ver|detalhes"
    r"|cliquez|consult\w+|contribuer|découvr\w+|disponible\w*|lire|lisez|plus|regardez|retrouvez|trouve[rz]|voir|voyez)\b"
    r"|点击|查看|阅读|找到|参见|下载|访问|观看|了解",
    re.IGNORECASE,
)
_WHERE_AT_END = re.compile(
    r"\b(?:here|at the link|via the link|below|здесь|тут|тут же|по ссылке|ниже"
    r"|aqui|neste link|nesse link|no link|abaixo|ici|sur ce lien|via ce lien|ci-dessous)$",
    re.IGNORECASE,
)
_WHERE_IN_CHINESE = re.compile(
    r"(?:这里|此处|这儿)(?:点击|查看|阅读|找到|下载|访问|观看|了解)|(?:点击|点)?(?:这里|此处|此)(?:查看|阅读)|(?:这里|此处|以下链接)$"
)
_BARE = re.compile(
    r"(?:(?:see|read|check(?: out)?|here is|here's|link to) (?:the|their|this|our) (?:full |original )?"
    r"(?:paper|article|post|blog post|code|repo|repository|thread|report|announcement|release|video|slides|website)"
    r"|(?:the )?full (?:story|article|text|post|paper)|read more|learn more|more|details|source|link"
    r"|(?:см|смотрите|читайте) (?:статью|пост|код|видео|тред)"
    r"|(?:veja|leia|confira) o (?:artigo|paper|código|post|vídeo)"
    r"|(?:voir|lire|lisez) (?:l['’]article|le papier|le code)|(?:见|参见|详见|请看)(?:论文|原文|代码|链接)"
    r"|(?:читать )?(?:подробнее|далее|дальше|полностью)|источник|ссылка|полный текст"
    r"|hist[óo]ria completa|artigo completo|texto completo|leia mais|saiba mais|fonte"
    r"|article complet|texte intégral|lire la suite|en savoir plus"
    r"|详情|更多|原文|全文|阅读全文|阅读原文|查看全文|来源|链接)",
    re.IGNORECASE,
)
_AROUND = " \t\r\n.。…!！:：→👉👇🔗*_~-–—•▪()（）[]【】<>«»\"“”'"


def summary(text: str, language: str | None, *, most: int = 3, limit: int = 280) -> str:
    """The first sentences of a text that say something, so many at most and in at most `limit` UTF-16 units, on one
    line. Only a first one that does not fit is cut, between two words. "" where there is none."""
    taken = ""
    for number, sentence in enumerate(telling_sentences(text, language)):
        together = f"{taken}{_gap(taken)}{sentence}"
        if utf16_length(together) > limit or number >= most:
            return taken or shortened(sentence, limit)
        taken = together
    return taken


def telling_sentences(text: str, language: str | None) -> list[str]:
    """The sentences of a text in their order, each on one line, without those that only point elsewhere."""
    found = (" ".join(one.split()) for one in sentences(text, language))
    return [one for one in found if not is_pointer(one)]


def is_pointer(sentence: str) -> bool:
    """Whether a sentence says nothing but where to look: "Read more here", an address with two words before it."""
    bare = _ADDRESS.sub(" ", sentence).strip(_AROUND)
    if not bare or _BARE.fullmatch(bare):
        return True
    if bare != sentence.strip(_AROUND) and len(_WORDS.findall(bare)) <= 2:
        return True
    if len(bare) > LONGEST_POINTER or not _TO_DO.search(bare):
        return False
    if len(bare) <= LONGEST_CHINESE_POINTER and _WHERE_IN_CHINESE.search(bare):
        return True
    return _WHERE_AT_END.search(bare) is not None


def shortened(value: str, limit: int) -> str:
    """The text in at most `limit` UTF-16 units, "…" at its end where something is missing."""
    short = cut(value, limit)
    return short if utf16_length(short) <= limit else cut(value, limit // 2)


def _gap(before: str) -> str:
    """What stands between two sentences: nothing in scripts without spaces."""
    return "" if not before or before[-1] in "。！？｡」』" else " "
