"""Which language a text is in. Script decides first, function words second, a statistical model last.

Texts about papers are full of English: terms, titles, names, code. None of that makes a Russian or Chinese text
English, so little of the text's own language outweighs much English, and the language of the source or document
(the hint) stands unless the text speaks clearly against it.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE = 1000  # characters are enough to be sure
_TEXTS_OF_DOCUMENT = 60
_SAMPLE_OF_TEXT = 240


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


# --- tags -----------------------------------------------------------------------------------------------------------

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-[a-z]{3}(?![a-z]))?(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|\d{3}))?(?:-.*)?"
)
# ISO 639-1, and the three-letter codes of languages that have no shorter one and are written on the web
_CODES = _words(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee"
    " el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is"
    " it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms"
    " mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk"
    " sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi"
    " yo za zh zu ace ast ckb crh fil haw hsb kab lij mni sah szl vec yue"
)
# What people and programs write instead: ISO 639-2, withdrawn codes, countries, names
_INSTEAD = {
    "eng": "en", "rus": "ru", "por": "pt", "zho": "zh", "chi": "zh", "cmn": "zh", "fra": "fr", "fre": "fr", "spa": "es",
    "deu": "de", "ger": "de", "ita": "it", "tur": "tr", "ara": "ar", "jpn": "ja", "kor": "ko", "ukr": "uk", "pol": "pl",
    "nld": "nl", "dut": "nl", "fas": "fa", "per": "fa", "hin": "hi", "vie": "vi", "ind": "id", "heb": "he", "ell": "el",
    "iw": "he", "in": "id", "ji": "yi", "cn": "zh", "jp": "ja", "ua": "uk", "english": "en", "russian": "ru",
    "portuguese": "pt", "chinese": "zh", "french": "fr", "spanish": "es", "german": "de", "turkish": "tr",
    "arabic": "ar",
}  # fmt: skip


def normalise(tag: str | None) -> str | None:
    """A language tag as BCP 47 wants it ("pt_BR" → "pt-BR", "zh_hans_cn.UTF-8" → "zh-Hans-CN"), None for junk."""
    if not tag:
        return None
    plain = re.split(r"[.@;,\s]", tag.strip().lower(), maxsplit=1)[0].replace("_", "-")
    first, hyphen, rest = plain.partition("-")
    plain = f"{_INSTEAD.get(first, first)}{hyphen}{rest}"
    found = _TAG.fullmatch(plain)
    if found is None or found["language"] not in _CODES:
        return None
    script, region = found["script"], found["region"]
    return "-".join(filter(None, (found["language"], script and script.title(), region and region.upper())))


def primary(tag: str | None) -> str | None:
    """The language of a tag without script and region: "pt-BR" → "pt"."""
    known = normalise(tag)
    return known.split("-")[0] if known else None


# --- what is looked at ----------------------------------------------------------------------------------------------

_NO_LANGUAGE = re.compile(
    r"(?=[`<$\]hwa@#])(?:```.*?(?:```|\Z)|`[^`\n]*`|<[a-zA-Z/!][^<>]{0,300}>|\$[^$\n]{1,80}\$|\]\([^)\s]*\)"
    r"|https?://[^\s\u3000-\u9fff，。）]+|www\.\S+|arxiv\.org\S+|[@#]\w+)",
    re.DOTALL,
)
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]+")


class _Script(NamedTuple):
    """A block of letters, and about how many Latin letters one of them says as much as."""

    name: str
    first: int
    last: int
    weight: float


_SCRIPTS = tuple(
    _Script(*block)
    for block in (
        ("greek", 0x370, 0x3FF, 1), ("cyrillic", 0x400, 0x52F, 1), ("hy", 0x531, 0x587, 1),
        ("hebrew", 0x5D0, 0x5EA, 1.3),
        ("arabic", 0x620, 0x6FF, 1.3), ("arabic", 0x750, 0x77F, 1.3), ("devanagari", 0x900, 0x963, 1),
        ("bn", 0x980, 0x9FF, 1), ("pa", 0xA00, 0xA7F, 1), ("gu", 0xA80, 0xAFF, 1), ("ta", 0xB80, 0xBFF, 1),
        ("te", 0xC00, 0xC7F, 1), ("kn", 0xC80, 0xCFF, 1), ("ml", 0xD00, 0xD7F, 1), ("si", 0xD80, 0xDFF, 1),
        ("th", 0xE01, 0xE4E, 1), ("lo", 0xE80, 0xEFF, 1), ("my", 0x1000, 0x109F, 1), ("ka", 0x10A0, 0x10FF, 1),
        ("hangul", 0x1100, 0x11FF, 1), ("am", 0x1200, 0x137F, 2), ("km", 0x1780, 0x17FF, 1),
        ("greek", 0x1F00, 0x1FFF, 1),
        ("kana", 0x3041, 0x30FA, 2), ("kana", 0x30FD, 0x30FF, 2), ("hangul", 0x3131, 0x318E, 1),
        ("han", 0x3400, 0x4DBF, 3),
        ("han", 0x4E00, 0x9FFF, 3), ("hangul", 0xAC00, 0xD7A3, 2.5), ("han", 0xF900, 0xFAFF, 3),
        ("han", 0x20000, 0x3FFFF, 3),
    )
)  # fmt: skip
_FIRSTS = [script.first for script in _SCRIPTS]
_LANGUAGES_OF_SCRIPT = {
    "cyrillic": _words("ru uk be bg sr mk kk ky tg mn tt ba cv os ab ce sah"),
    "han": _words("zh ja yue"), "kana": _words("ja"), "hangul": _words("ko"),
    "arabic": _words("ar fa ur ps ckb ug sd ku"), "hebrew": _words("he yi"), "greek": _words("el"),
    "devanagari": _words("hi mr ne sa"), "bn": _words("bn as"), "am": _words("am ti"),
}  # fmt: skip
_MAIN_LANGUAGE = {"hebrew": "he", "greek": "el", "devanagari": "hi"}
_EAST_ASIAN = _words("han kana hangul")
_ANY_OTHER_SCRIPT = re.compile("[\u0370-\u1fff\u3041-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]")

# How much of a text must be in another script than Latin to be in its language; Latin is often only terms and titles.
_SHARE_IF_EXPECTED = 0.08
_SHARE = 0.25
_SHARE_AGAINST_OTHER_HINT = 0.45
_FEWEST_LETTERS = 3


def detect(text: str, *, hint: str | None = None) -> str | None:
    """The primary tag of a text's language ("pt"), None where there is too little to tell by and no hint.

    `hint` is the language that the source or document is known or said to be in, as any tag.
    """
    return _detect(text[: 2 * _SAMPLE], hint=primary(hint))


def detect_document(texts: Sequence[str], *, hint: str | None = None) -> str | None:
    """The language that most of a document is in: it looks at the beginnings of its pieces, spread over the whole."""
    pieces = [text for text in texts if text.strip()]
    pieces = [text[:_SAMPLE_OF_TEXT] for text in pieces[:: max(1, len(pieces) // _TEXTS_OF_DOCUMENT)]]
    votes: Counter[str] = Counter()
    for piece in pieces:
        found = _detect(piece, hint=None, with_model=False)
        if found:
            votes[found] += round(len(piece) * _weight_of_vote(piece, found))
    expected = primary(hint)
    if not votes:
        return _detect("\n".join(pieces), hint=expected)
    [(best, weight)] = votes.most_common(1)
    return expected if expected and votes[expected] * 2 >= weight else best


def _weight_of_vote(piece: str, language: str) -> float:
    """Chinese says more in a character than English, and short English pieces are titles in issues of any language."""
    if language == "en" and piece.count(" ") < _FEW_WORDS:
        return 0.3
    return 2.5 if language in {"zh", "ja", "ko"} else 1.0


def _detect(text: str, *, hint: str | None, with_model: bool = True) -> str | None:
    text = _NO_LANGUAGE.sub(" ", text)[:_SAMPLE]
    words = _LATIN_WORD.findall(text)
    if _ANY_OTHER_SCRIPT.search(text):
        found = _by_script(text, sum(map(len, words)), hint)
        if found:
            return found
    words = [word.lower() for word in words]
    found = _by_words(words, text, hint)
    if found or not with_model or len(words) < _FEWEST_WORDS_FOR_MODEL:
        return found
    return _by_model(" ".join(words))


# --- other scripts than Latin ---------------------------------------------------------------------------------------


def _by_script(text: str, latin: int, hint: str | None) -> str | None:
    """The language of the heaviest script if there is enough of it beside the Latin letters."""
    letters = Counter(text)
    of_scripts: dict[_Script, int] = {}  # a text has hundreds of letters, of a script or two
    for letter, number in letters.items():
        script = _script_of(letter)
        if script is not None:
            of_scripts[script] = of_scripts.get(script, 0) + number
    counts: Counter[str] = Counter()
    weights: Counter[str] = Counter()
    for script, number in of_scripts.items():
        counts[script.name] += number
        weights["han" if script.name in _EAST_ASIAN else script.name] += round(number * script.weight * 10)
    if not weights:
        return None
    [(name, tenths)] = weights.most_common(1)
    weight = tenths / 10
    languages = _LANGUAGES_OF_SCRIPT.get(name, frozenset({name})) | (_words("ko") if name == "han" else frozenset())
    against = _SHARE_AGAINST_OTHER_HINT if hint else _SHARE
    needed = _SHARE_IF_EXPECTED if hint in languages else against
    if weight < _FEWEST_LETTERS or weight < needed * (weight + latin):
        return None
    return _language_of_script(name, counts, letters, hint if hint in languages else None)


@cache
def _script_of(letter: str) -> _Script | None:
    code = ord(letter)
    place = bisect_right(_FIRSTS, code) - 1
    return _SCRIPTS[place] if place >= 0 and code <= _SCRIPTS[place].last else None


def _language_of_script(name: str, counts: Counter[str], letters: Counter[str], hint: str | None) -> str:
    if name == "han":
        return _east_asian(counts)
    if name == "cyrillic":
        return _cyrillic(letters, counts["cyrillic"], hint)
    if name == "arabic":
        return _arabic(letters, counts["arabic"], hint)
    return hint or _MAIN_LANGUAGE.get(name, name)


def _east_asian(counts: Counter[str]) -> str:
    han, kana, hangul = counts["han"], counts["kana"], counts["hangul"]
    if hangul > kana and hangul * 4 > han:
        return "ko"
    # Japanese is about half kana; a Chinese text that names something Japanese has a few
    return "ja" if kana * 8 > han else "zh"


def _cyrillic(letters: Counter[str], size: int, hint: str | None) -> str:
    """By the letters that only some of the languages have."""

    def count(some: str) -> int:
        return sum(letters[letter] + letters[letter.upper()] for letter in some)

    russian, belarusian, macedonian = count("ыэё"), count("ў"), count("ѓќѕ")
    votes = {
        "uk": count("їєґ") + (0 if belarusian else count("і")),
        "be": belarusian * 3 + (count("і") if belarusian or hint == "be" else 0),
        "sr": 0 if macedonian else count("јљњђћ"),
        "mk": macedonian * 5,
        "kk": count("қңғүұһәө"),
        "bg": count("ъ") if russian == 0 and count("ъ") * 100 > size else 0,
    }
    best = max(votes, key=lambda language: votes[language])
    if hint in votes and votes[hint] == votes[best]:
        best = hint
    if votes[best] * 50 > size and votes[best] > russian / 2:
        return hint if best == "kk" and hint in {"ky", "tt", "ba", "mn", "tg", "sah"} else best
    if hint and hint not in votes:
        return hint
    return "ru" if russian or hint is None else hint


def _arabic(letters: Counter[str], size: int, hint: str | None) -> str:
    if sum(letters[letter] for letter in "ٹڈڑںے") * 100 > size:
        return "ur"
    if sum(letters[letter] for letter in "پچژگ") * 100 > size or (letters["ی"] + letters["ک"]) * 20 > size:
        return hint if hint in {"ps", "ckb", "ku", "ug", "sd"} else "fa"
    return hint or "ar"


# --- Latin ----------------------------------------------------------------------------------------------------------

# Words that hold sentences together, the most frequent first. A word of several languages counts a part for each.
_FUNCTION_WORDS = {
    "en": "the of and to in is that for with on as are this by be from an it we which can have has was were their"
    " at or not you our your how what these its more will about been they also into than but using used such"
    " new between where when who why all a i do does if here there some",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao das à seu sua ou"
    " quando muito nos já também só pelo pela até isso ela entre sem mesmo aos são é foi ser está você este"
    " esta esse essa nesta neste sobre modelos pode podem às nas num numa suas seus aqui onde",
    "es": "de la que el en y a los se del las por un para con no una su al lo como más pero sus le ya o este sí"
    " porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante uno ni"
    " contra otros ese eso es son fue ser está han puede pueden cómo qué aquí",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la avec"
    " son ou aux cette ces leur être nous vous comme mais on peut sa ses été d l qu à l c n s entre deux ont"
    " sans où ils elle afin ainsi très aussi votre notre",
    "it": "l d un di e il la che in un a per è una sono con non del da si i le come dei più alla della nel ha al"
    " anche gli lo se questo questa ma delle o degli dal nella essere stato tra ci suo loro quando così può"
    " alle",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus"
    " er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber"
    " vor zur bis mehr durch wir ich kann können diese dieser",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar door bij of uit nog naar"
    " heeft worden wordt deze dit over hun we ze kan meer",
    "tr": "ve bir bu için ile da de olarak çok daha en olan gibi kadar sonra ne ise ki ya veya her var değil ancak"
    " hem mi diye göre üzerinde ama bunu şu mı yeni tarafından nasıl biz olduğu olduğunu bunun",
    "pl": "w i na z do nie się to że jest o jak za od po co przez dla ale są oraz który która które tym jego czy"
    " być może już ich tylko przy tego więcej także",
    "ro": "și de a în la cu pe o un din nu că pentru este mai care sau prin ce sunt fi se au fost dar unei unui cel"
    " această",
    "sv": "och att det i en som på är av för med till den har inte om ett var de vi så kan men från eller när även"
    " vid ska",
    "da": "og at det i en som på er af for med til den har ikke om et var de vi så kan men fra eller når også ved"
    " skal blev",
    "fi": "ja on ei se että oli ovat kun mutta myös niin tai sen ole joka kuin voi hän ovat jos mitä tämä",
    "cs": "a v se na je že s z do o i to k ve pro za by ale jako po jsou které který tak nebo jeho být od při také",
    "hu": "a az és hogy nem is egy ez meg csak már el de volt van azt mint ha vagy még lehet több",
    "id": "yang dan di untuk dengan ini dari dalam tidak pada adalah itu ke akan juga dapat oleh atau saya kami"
    " bisa lebih sebagai telah karena",
    "vi": "và của là có các trong cho được không một với này những người đã để khi từ như về tại đến ra sẽ mô hình",
    "ca": "l d de la i el que a en per un amb del una els les no es al és més com ha aquest aquesta són però també"
    " dels",
}
_TELLING_LETTERS = {
    "ã": ("pt",), "õ": ("pt",), "ê": ("pt", "fr", "vi"), "ñ": ("es",), "¿": ("es",), "ı": ("tr",), "ş": ("tr",),
    "ğ": ("tr",),
    "ß": ("de",), "ä": ("de", "sv", "fi"), "ö": ("de", "sv", "tr", "fi", "hu"), "ü": ("de", "tr", "hu"), "œ": ("fr",),
    "è": ("fr", "it", "ca"), "ù": ("fr", "it"), "ł": ("pl",), "ą": ("pl",), "ę": ("pl",), "ż": ("pl",), "ś": ("pl",),
    "ă": ("ro", "vi"), "ț": ("ro",), "ș": ("ro",), "å": ("sv", "da"), "ø": ("da",), "æ": ("da",), "ř": ("cs",),
    "ů": ("cs",),
    "ě": ("cs",), "ő": ("hu",), "ű": ("hu",), "đ": ("vi",), "ơ": ("vi",), "ư": ("vi",), "ç": ("pt", "fr", "tr", "ca"),
    "İ": ("tr",), "ò": ("it", "ca"), "ì": ("it",), "î": ("fr", "ro"), "â": ("pt", "fr", "ro", "vi"),
}  # fmt: skip
_TELLING_LETTER = re.compile(f"[{''.join(_TELLING_LETTERS)}]")

_FEWEST_WORDS = 3  # "Attention is all" can be told, "BERT" cannot
_FEWEST_WORDS_FOR_MODEL = 6  # of fewer it is seldom sure, and loading it is dear
_FEW_WORDS = 18  # a title is shorter: the hint stands
_DENSE = 0.12  # running text has a third; with many names and terms half of that
_VERY_DENSE = 0.25
_CLEARLY = 1.3  # how much the best must outweigh the next to be believed at once
_CLEARLY_AGAINST_HINT = 1.6


def _by_words(words: list[str], text: str, hint: str | None) -> str | None:
    """The language that function words tell, None where they are too few or speak for several."""
    if len(words) < _FEWEST_WORDS:
        return hint
    scores = _score(words, text)
    best, second = [*sorted(scores, key=lambda language: scores[language], reverse=True), None, None][:2]
    dense = best is not None and scores[best] >= _DENSE * len(words)
    if hint is not None:
        return _weigh_against_hint(hint, best if dense else None, scores, len(words))
    if best is None or not dense or (second is not None and scores[best] < _CLEARLY * scores[second]):
        return None
    return best


def _weigh_against_hint(hint: str, best: str | None, scores: dict[str, float], words: int) -> str:
    """The hint, unless there is running text that is clearly in another language."""
    if best is None or words < _FEW_WORDS or scores[best] < _CLEARLY_AGAINST_HINT * scores.get(hint, 0.0):
        return hint
    if hint in _MODEL_LANGUAGES and hint not in _FUNCTION_WORDS and scores[best] < _VERY_DENSE * words:
        return hint  # without a list of its own it cannot answer for itself
    return best


def _score(words: list[str], text: str) -> dict[str, float]:
    """Function words, each shared among the languages that have it, and letters that few languages write."""
    scores: dict[str, float] = {}
    index = _word_index()
    for word, times in Counter(words).items():
        for language, share in index.get(word, ()):
            scores[language] = scores.get(language, 0.0) + share * times
    for letter in _TELLING_LETTER.findall(text):
        languages = _TELLING_LETTERS[letter]
        for language in languages:
            scores[language] = scores.get(language, 0.0) + 0.5 / len(languages)
    return scores


@cache
def _word_index() -> dict[str, tuple[tuple[str, float], ...]]:
    languages: dict[str, list[str]] = {}
    for language, words in _FUNCTION_WORDS.items():
        for word in dict.fromkeys(words.split()):
            languages.setdefault(word, []).append(language)
    return {word: tuple((each, len(having) ** -0.5) for each in having) for word, having in languages.items()}


# --- the model ------------------------------------------------------------------------------------------------------

_MODEL_LANGUAGES = _words(
    "af az br ca cs cy da de en eo es et eu fi fr ga gl hr ht hu id is it la lt lv mg ms mt nl nn no pl pt qu ro"
    " sk sl so sq sv sw tl tr uz vi xh zu"
)
_CONFIDENCE = 0.5
_loading = threading.Lock()


def _by_model(words: str) -> str | None:
    """What py3langid takes Latin text for, None where it is in doubt."""
    with _loading:
        identifier = _identifier()
    language, confidence = identifier.classify(words)
    return str(language) if confidence >= _CONFIDENCE else None


@cache
def _identifier() -> LanguageIdentifier:
    """The model for languages in Latin script alone, loaded when it is first needed: it takes 0.4 s and much memory.

    The whole model would hold 28 MB of weights more, most of them for languages that their script tells.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    whole.set_languages(sorted(_MODEL_LANGUAGES))
    return LanguageIdentifier(
        whole.nb_ptc, whole.nb_pc, whole.nb_classes, whole.tk_nextmove, whole.tk_output,
        norm_probs=True, tk_row=whole.tk_row,
    )  # fmt: skip
