"""Made-up vocabularies of eight languages in which words are as frequent as in real ones.

The frequency of a word falls with its rank (Zipf's law, with Mandelbrot's shift). The first words of each language are
real: those that hold sentences together, then those of the field, which are in a tenth to a third of all texts. The
others are invented out of the language's letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate, product
from random import Random

SHARES = {"en": 40, "zh": 12, "ru": 12, "pt": 10, "es": 8, "fr": 8, "tr": 5, "ar": 5}
"""The languages, and of a hundred texts how many are in each."""

WORDS = 40_000  # of a language
NAMES = 400_000  # of people, models, companies: of all languages
_SHIFT, _EXPONENT = 2.7, 1.05

_FIRST = {
    "en": "the of and to in a is that for we on with as are this from by it an be or can which not at",
    "ru": "и в на не что с для по как это из от но к так мы о их или у",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais",
    "es": "de la que el en y a los se del las un por con no una para es al lo",
    "fr": "de la le et les des en un du une que est pour qui dans par sur au plus pas",
    "tr": "ve bir bu da de için ile olarak çok daha olan en gibi ne her sonra kadar ama ya ki",
    "ar": "في من على إلى أن التي عن مع هذا هذه ما لا بين كل كان بعد قد أو هو هي",
    "zh": "的 是 在 了 和 有 我们 对 中 也 与 一个 上 为 这 将 可以 不 从 到",
}
FIELD = {
    "en": "model data learning language training task network paper text method results research work image search"
    " performance knowledge code benchmark papers tasks human video release training speech graph policy agents",
    "ru": "модель данные обучение язык задача сеть статья текст метод результаты исследование работа изображение поиск"
    " качество знания код видео речь граф",
    "pt": "modelo dados aprendizado linguagem treinamento tarefa rede artigo texto método resultados pesquisa trabalho"
    " imagem busca desempenho conhecimento código vídeo fala grafo",
    "es": "modelo datos aprendizaje lenguaje entrenamiento tarea red artículo texto método resultados investigación"
    " trabajo imagen búsqueda rendimiento conocimiento código vídeo habla grafo",
    "fr": "modèle données apprentissage langue entraînement tâche réseau article texte méthode résultats recherche"
    " travail image performances connaissances code vidéo parole graphe",
    "tr": "model veri öğrenme dil eğitim görev ağ makale metin yöntem sonuç araştırma çalışma görüntü arama başarım"
    " bilgi kod video konuşma çizge",
    "ar": "نموذج بيانات تعلم لغة تدريب مهمة شبكة ورقة نص طريقة نتائج بحث عمل صورة أداء معرفة كود فيديو كلام",
    "zh": "模型 数据 学习 语言 训练 任务 网络 论文 文本 方法 结果 研究 工作 图像 搜索 性能 知识 代码 视频 语音 图",
}
"""Words of the field by language: the most frequent ones that anybody would search for."""

_CONSONANTS = {
    **dict.fromkeys(("en", "es", "fr"), "b c d f g h l m n p r s t v br st tr pl ch gr cl"),
    "pt": "b c d f g l m n p r s t v br tr pl lh nh gr ç",
    "tr": "b c d f g h k l m n p r s t v y z ş ç ğ",
    "ru": "б в г д ж з к л м н п р с т х ц ч ш ст пр тр гр",
}
_VOWELS = {
    **dict.fromkeys(("en", "es"), "a e i o u ea io"),
    "fr": "a e i o u é ou ai",
    "pt": "a e i o u ã é ei",
    "tr": "a e ı i o ö u ü",
    "ru": "а е и о у ы я ё",
}
_ENDINGS = {
    "en": ("", "s", "ing", "ed", "ly", "ness", "tion"),
    "ru": ("", "ть", "ный", "ние", "ов", "ами", "ость"),
    "pt": ("", "s", "do", "mente", "ção", "r", "ria"),
    "es": ("", "s", "do", "mente", "ción", "r", "dad"),
    "fr": ("", "s", "nt", "ment", "tion", "r", "té"),
    "tr": ("", "lar", "ler", "da", "nın", "mak", "ci"),
}
_ARABIC = "ابتثجحخدرزسشصضطعغفقكلمنهوي"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a language, the most frequent first, and how frequent each is together with those before it.
    `gap` parts words; `size`: the bytes of one with its gap, on average."""

    words: tuple[str, ...]
    frequencies: tuple[float, ...]
    gap: str
    size: float

    def some(self, rng: Random, number: int) -> list[str]:
        """So many words, each as likely as it is frequent."""
        return rng.choices(self.words, cum_weights=self.frequencies, k=number)


@cache
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary of a language: always the same."""
    rng = Random(f"words {language}")
    words = dict.fromkeys((*_FIRST[language].split(), *FIELD[language].split()))
    while len(words) < WORDS:
        words[_invented(language, rng)] = None
    frequencies = tuple(accumulate((rank + _SHIFT) ** -_EXPONENT for rank in range(len(words))))
    gap = "" if language == "zh" else " "
    sample = rng.choices(tuple(words), cum_weights=frequencies, k=5_000)
    size = len(gap.join(sample).encode()) / len(sample)
    return Vocabulary(tuple(words), frequencies, gap, size)


def first_words(language: str, number: int) -> tuple[str, ...]:
    """The most frequent words of a language."""
    return vocabulary(language).words[:number]


def _invented(language: str, rng: Random) -> str:
    if language == "zh":
        # A few hundred characters make most of a text, as they do in real ones.
        return "".join(chr(0x4E00 + int(6_000 ** rng.uniform(0.4, 1.0))) for _ in range(rng.choice((2, 2, 2, 3))))
    if language == "ar":
        return rng.choice(("", "", "ال", "و")) + "".join(rng.choices(_ARABIC, k=rng.randrange(3, 7)))
    stem = "".join(rng.choices(_syllables(language), k=rng.choice((1, 2, 2, 3, 3, 4))))
    return stem + rng.choice(_ENDINGS[language])


@cache
def _syllables(language: str) -> tuple[str, ...]:
    return tuple(map("".join, product(_CONSONANTS[language].split(), _VOWELS[language].split())))
