"""Made-up pieces of writing about papers in five languages: the same number always gives the same piece.

Sentences come from patterns whose gaps are filled with everyday words of the field and with invented names, so that an
index of them looks like one of real texts: a few words are everywhere, most are rare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from random import Random

LANGUAGES = ("en", "ru", "pt", "zh", "es")
NEWEST = datetime(2026, 3, 2, 8, tzinfo=UTC)
NAMES = 20_000
_GAP = re.compile(r"\{(\w+)\}")
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_SYLLABLES = tuple(consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS)

_WORDS = {
    "en": {
        "task": "machine translation|question answering|summarisation|speech recognition|named entity recognition"
        "|semantic parsing|code generation|information extraction|dialogue|sentiment analysis|retrieval",
        "thing": "attention heads|word vectors|pretrained models|sparse experts|long contexts|small corpora|adapters"
        "|tokenisers|reward models|benchmarks|annotators|training curves|gradient noise|decoding strategies|prompts",
        "way": "carefully|in one afternoon|on a single card|without labels|with a surprisingly small budget"
        "|for the first time|across forty languages|from scratch|at the scale of the web|after a long discussion",
        "person": "students|linguists|engineers|reviewers|hospitals|translators|teachers|open-source maintainers",
    },
    "ru": {
        "task": "машинного перевода|ответов на вопросы|реферирования|распознавания речи|разбора предложений"
        "|извлечения фактов|генерации кода|поиска по документам|анализа тональности|ведения диалога",
        "thing": "модели внимания|векторные представления|разреженные эксперты|длинные контексты|малые корпуса"
        "|токенизаторы|тестовые наборы|кривые обучения|стратегии декодирования|подсказки|языковые модели",
        "way": "очень аккуратно|за один вечер|на одной видеокарте|без разметки|с неожиданно малыми затратами"
        "|впервые|сразу для сорока языков|с нуля|после долгого обсуждения",
        "person": "студенты|лингвисты|инженеры|рецензенты|врачи|переводчики|преподаватели|разработчики",
    },
    "pt": {
        "task": "tradução automática|resposta a perguntas|sumarização|reconhecimento de fala|análise sintática"
        "|geração de código|extração de informação|busca em documentos|análise de sentimentos|diálogo",
        "thing": "cabeças de atenção|vetores de palavras|modelos pré-treinados|contextos longos|corpora pequenos"
        "|tokenizadores|conjuntos de teste|curvas de treinamento|estratégias de decodificação|instruções",
        "way": "com muito cuidado|em uma tarde|em uma única placa|sem anotações|com um orçamento pequeno"
        "|pela primeira vez|em quarenta línguas|do zero|depois de uma longa discussão",
        "person": "estudantes|linguistas|engenheiras|revisores|hospitais|tradutores|professoras|mantenedores",
    },
    "zh": {
        "task": "机器翻译|问答系统|文本摘要|语音识别|命名实体识别|句法分析|代码生成|信息抽取|情感分析|对话系统",
        "thing": "注意力机制|词向量|预训练模型|稀疏专家|长上下文|小规模语料|分词器|评测基准|训练曲线|解码策略|提示词",
        "way": "非常仔细地|在一个下午内|只用一块显卡|在没有标注的情况下|以很小的预算|第一次|从零开始",
        "person": "学生|语言学家|工程师|审稿人|医院|译者|教师|开源维护者",
    },
    "es": {
        "task": "traducción automática|respuesta a preguntas|resumen de textos|reconocimiento del habla"
        "|análisis sintáctico|generación de código|extracción de información|búsqueda de documentos|diálogo",
        "thing": "cabezas de atención|vectores de palabras|modelos preentrenados|contextos largos|corpus pequeños"
        "|tokenizadores|conjuntos de prueba|curvas de entrenamiento|estrategias de decodificación|instrucciones",
        "way": "con mucho cuidado|en una tarde|en una sola tarjeta|sin etiquetas|con un presupuesto pequeño"
        "|por primera vez|en cuarenta lenguas|desde cero|tras una larga discusión",
        "person": "estudiantes|lingüistas|ingenieras|revisores|hospitales|traductores|profesoras|desarrolladores",
    },
}
_PATTERNS = {
    "en": (
        "{Name} and {Name} show that {thing} can be trained {way}, which matters for everybody who works on {task}.",
        "The authors compare {thing} with {thing} and find a difference of {number} points on {task}.",
        "What struck me most is how {person} at {Name} use it every day, although nobody had planned that.",
        "Their data set, {Name}, has {number} thousand examples and was checked {way} by {person}.",
        "If you have ever wondered why {thing} fail when the input gets longer, section {number} has an answer.",
        "There is also a friendly introduction for {person}, with pictures, exercises and a list of further reading.",
        "In the end {Name} is not a new idea, but it is the first time that {thing} were measured {way}.",
        "I would not use it for {task} yet, because the model still forgets what was said {number} sentences before.",
    ),
    "ru": (
        "{Name} и {Name} показывают, что {thing} можно обучать {way}, и это важно для {task}.",
        "Авторы сравнивают {thing} и {thing} и находят разницу в {number} пунктов на задачах {task}.",
        "Больше всего удивило, как {person} из {Name} пользуются этим каждый день, хотя никто этого не планировал.",
        "В наборе данных {Name} примерно {number} тысяч примеров, и их {way} проверили {person}.",
        "Если вы когда-нибудь думали, почему {thing} ошибаются на длинных текстах, ответ есть в разделе {number}.",
        "Для тех, кто начинает, есть понятное введение с картинками и списком литературы; его написали {person}.",
        "В итоге {Name} не новая идея, но раньше {thing} никто не измерял {way}.",
    ),
    "pt": (
        "{Name} e {Name} mostram que {thing} podem ser treinados {way}, o que importa para {task}.",
        "Os autores comparam {thing} com {thing} e encontram uma diferença de {number} pontos em {task}.",
        "O que mais surpreendeu é como {person} de {Name} usam isso todos os dias, embora ninguém tivesse planejado.",
        "O conjunto de dados {Name} tem {number} mil exemplos e foi conferido {way} por {person}.",
        "Se você já quis saber por que {thing} falham quando a entrada fica longa, a seção {number} tem uma resposta.",
        "Há também uma introdução amigável para {person}, com figuras, exercícios e uma lista de leituras.",
        "No fim, {Name} não é uma ideia nova, mas é a primeira vez que {thing} são medidos {way}.",
    ),
    "zh": (
        "{Name}和{Name}的研究表明，{thing}可以{way}训练，这对从事{task}的人非常重要。",
        "作者比较了{thing}与{thing}，发现在{task}上相差{number}个百分点。",
        "最让我惊讶的是，{Name}的{person}每天都在使用它，尽管没有人这样计划过。",
        "数据集{Name}包含{number}千个例子，由{person}{way}检查过。",
        "如果你想知道为什么{thing}在输入变长时会失败，第{number}节给出了答案。",
        "文章还为{person}准备了一份图文并茂的入门介绍，并附有练习和延伸阅读。",
        "总之，{Name}并不是新的想法，但这是人们{way}测量{thing}。",
    ),
    "es": (
        "{Name} y {Name} muestran que {thing} se pueden entrenar {way}, lo que importa para {task}.",
        "Los autores comparan {thing} con {thing} y encuentran una diferencia de {number} puntos en {task}.",
        "Lo que más me sorprendió es cómo {person} de {Name} lo usan cada día, aunque nadie lo había planeado.",
        "El conjunto de datos {Name} tiene {number} mil ejemplos y fue revisado {way} por {person}.",
        "Si alguna vez te has preguntado por qué {thing} fallan cuando la entrada es larga, lee la sección {number}.",
        "También hay una introducción amable para {person}, con figuras, ejercicios y una lista de lecturas.",
        "Al final, {Name} no es una idea nueva, pero es la primera vez que {thing} se miden {way}.",
    ),
}
_TITLES = {
    "en": ("{Name}: {thing} for {task}", "Why {thing} matter", "How {person} use {Name}", "{thing}, measured {way}"),
    "ru": ("{Name}: {thing} для {task}", "Почему важны {thing}", "Как {person} пользуются {Name}"),
    "pt": ("{Name}: {thing} para {task}", "Por que {thing} importam", "Como {person} usam {Name}"),
    "zh": ("{Name}：用于{task}的{thing}", "为什么{thing}很重要", "{person}如何使用{Name}"),
    "es": ("{Name}: {thing} para {task}", "Por qué importan {thing}", "Cómo usan {person} {Name}"),
}
_SEE = {
    "en": ("paper", "code", "slides"),
    "ru": ("статья", "код", "слайды"),
    "pt": ("artigo", "código", "slides"),
    "zh": ("论文", "代码", "幻灯片"),
    "es": ("artículo", "código", "diapositivas"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of writing. `word` is in its text and in no other piece's; `links` are (address, words)."""

    number: int
    language: str
    title: str
    paragraphs: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    arxiv_id: str
    word: str
    published_at: datetime


def piece(number: int, *, size: int = 2_000, language: str | None = None) -> Piece:
    """The piece with this number: its paragraphs are about `size` bytes of UTF-8."""
    rng = Random(f"piece {number}")
    language = language or LANGUAGES[number % len(LANGUAGES)]
    word = spelled("qu", number)
    arxiv_id = f"{rng.randrange(7, 26):02}{rng.randrange(1, 13):02}.{number % 100_000:05}"
    repository = f"https://github.com/{_name(rng)}/{word}".lower()
    links = (f"https://arxiv.org/abs/{arxiv_id}", repository, f"https://{_name(rng).lower()}.example.org/{number}")
    return Piece(
        number=number,
        language=language,
        title=_first_upper(_filled(rng.choice(_TITLES[language]), language, rng)),
        paragraphs=tuple(_paragraphs(f"{word.capitalize()}. ", language, size, rng)),
        links=tuple(zip(links, _SEE[language], strict=True)),
        arxiv_id=arxiv_id,
        word=word,
        published_at=NEWEST - timedelta(minutes=number),
    )


def html(of: Piece) -> str:
    """The piece as blogs write it: paragraphs with a link in each, as long as there are some."""
    links = iter(of.links)
    parts = []
    for text in of.paragraphs:
        url, words = next(links, (None, ""))
        behind = f' <a href="{escape(url)}">{escape(words)}</a>' if url else ""
        parts.append(f"<p>{escape(text, quote=False)}{behind}</p>")
    left = "".join(f'<li><a href="{escape(url)}">{escape(words)}</a></li>' for url, words in links)
    return "\n".join(parts) + (f"\n<ul>{left}</ul>" if left else "")


def words_of(language: str) -> tuple[str, ...]:
    """Everyday expressions of the field in a language: many pieces have them."""
    return tuple(one for kind in ("task", "thing") for one in _choices(language, kind))


def common_words() -> tuple[str, ...]:
    """Words that are in a tenth of all pieces or more."""
    every = (" ".join(patterns) for language, patterns in _PATTERNS.items() if language != "zh")
    words = {word for text in every for word in text.replace(",", " ").replace(".", " ").split() if word.isalpha()}
    return tuple(sorted(words))


def name(number: int) -> str:
    """An invented name; low numbers are in many pieces, high ones in a few."""
    return spelled("", number).capitalize()


def spelled(prefix: str, number: int) -> str:
    """A number as a word that can be spoken; different numbers give different words."""
    syllables = []
    number += len(_SYLLABLES) ** 2  # three syllables at least: shorter ones are words of some language
    while number:
        number, digit = divmod(number, len(_SYLLABLES))
        syllables.append(_SYLLABLES[digit])
    return prefix + "".join(syllables)


def _paragraphs(beginning: str, language: str, size: int, rng: Random) -> Iterator[str]:
    """About `size` bytes in four paragraphs; the last sentence ends where they do."""
    gap = "" if language == "zh" else " "
    text, left = beginning, size - len(beginning.encode())
    while left > 0:
        sentence = (_filled(rng.choice(_PATTERNS[language]), language, rng) + gap).encode()
        text += sentence[:left].decode(errors="ignore")
        left -= len(sentence)
        if len(text.encode()) > size / 4:
            yield text.strip()
            text = ""
    if text.strip():
        yield text.strip()


def _filled(pattern: str, language: str, rng: Random) -> str:
    return _GAP.sub(lambda gap: _fill(gap[1], language, rng), pattern)


def _fill(kind: str, language: str, rng: Random) -> str:
    if kind == "Name":
        return _name(rng)
    if kind == "number":
        return str(rng.randrange(2, 99))
    return rng.choice(_choices(language, kind))


def _name(rng: Random) -> str:
    return name(int(NAMES ** rng.random()))  # as often as its rank allows: Zipf's law


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _choices(language: str, kind: str) -> tuple[str, ...]:
    return tuple(_WORDS[language][kind].split("|"))
