"""The language of a text, though half of it be English terms."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.readers.language import detect, detect_document, normalise, primary

# fmt: off
TEXTS = {
    "en": "We present a new method for the training of language models that is faster than what was"
          " used before.",
    "pt": "Neste artigo os autores apresentam um novo método para o treinamento de modelos de"
          " linguagem, não só em inglês.",
    "es": "En este artículo los autores presentan un nuevo método para el entrenamiento de modelos,"
          " y no solo en inglés.",
    "fr": "Dans cet article, les auteurs présentent une nouvelle méthode pour l'entraînement des"
          " modèles de langue.",
    "it": "In questo articolo gli autori presentano un nuovo metodo per l'addestramento dei modelli,"
          " anche della lingua.",
    "de": "In diesem Artikel stellen die Autoren eine neue Methode vor, mit der Sprachmodelle"
          " schneller lernen.",
    "nl": "In dit artikel presenteren de auteurs een nieuwe methode voor het trainen van"
          " taalmodellen die sneller is.",
    "tr": "Bu makalede yazarlar dil modellerini eğitmek için yeni bir yöntem öneriyor ve daha hızlı"
          " olduğunu gösteriyor.",
    "pl": "W tym artykule autorzy przedstawiają nową metodę uczenia modeli, która jest szybsza i nie"
          " wymaga danych.",
    "vi": "Trong bài báo này, các tác giả đề xuất một phương pháp mới để huấn luyện mô hình ngôn ngữ.",
    "id": "Dalam makalah ini, penulis mengusulkan metode baru untuk melatih model bahasa yang lebih"
          " cepat dari sebelumnya.",
    "ru": "В этой статье авторы предлагают новый метод обучения языковых моделей.",
    "uk": "У цій статті автори пропонують новий метод навчання мовних моделей, і він швидший.",
    "bg": "В тази статия авторите предлагат нов метод за обучение на езикови модели, който е по-бърз"
          " и по-добър във всичко, също така и с малък обем.",
    "sr": "У овом раду аутори предлажу нову методу учења језичких модела која је бржа и боља.",
    "zh": "本文提出了一种新的语言模型训练方法，速度更快。",
    "ja": "この論文では、言語モデルの新しい学習方法を提案します。",
    "ko": "이 논문에서는 언어 모델을 학습하는 새로운 방법을 제안한다.",
    "ar": "يقترح المؤلفون في هذه الورقة طريقة جديدة لتدريب نماذج اللغة.",
    "fa": "در این مقاله نویسندگان روشی جدید برای آموزش مدل‌های زبانی پیشنهاد می‌کنند که سریع‌تر است.",
    "he": "במאמר זה מציעים המחברים שיטה חדשה לאימון מודלים של שפה.",
    "el": "Σε αυτό το άρθρο οι συγγραφείς προτείνουν μια νέα μέθοδο.",
    "hi": "इस लेख में लेखक भाषा मॉडल के लिए एक नई विधि प्रस्तुत करते हैं।",
    "th": "บทความนี้เสนอวิธีใหม่ในการฝึกแบบจำลองภาษา",
    "ka": "ამ სტატიაში ავტორები გვთავაზობენ ახალ მეთოდს.",
}
# fmt: on
TERMS = "BERT, Transformer, Pre-training of Deep Bidirectional Transformers for Language Understanding"
URL = "https://example.org/the-state-of-the-art-in-the-field-of-natural-language-processing-and-more.html"


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_is_in_its_language(language: str) -> None:
    assert detect(TEXTS[language]) == language


@pytest.mark.parametrize("hint", [None, "en", "pt-BR", "zh", "ru"])
@pytest.mark.parametrize("language", TEXTS)
def test_two_sentences_are_in_their_language_whatever_the_source_says(language: str, hint: str | None) -> None:
    assert detect(f"{TEXTS[language]} {TEXTS[language]}", hint=hint) == language


@pytest.mark.parametrize("language", TEXTS)
def test_english_terms_titles_and_addresses_do_not_make_a_text_english(language: str) -> None:
    text = f"{TERMS}: {TEXTS[language]} ({URL}) `for the code of it all` @the_of_and"
    assert detect(text, hint=language) == language
    assert detect(f"{text} {TEXTS[language]}") == language


@pytest.mark.parametrize("hint", ["ru", "zh", "pt", "fr", "tr", "ar"])
@pytest.mark.parametrize(
    "title",
    ["BERT", "Attention is all you need", "A Primer in BERTology: What we know about how BERT works", "", "42", "🎉"],
)
def test_a_short_english_title_is_in_the_language_of_its_document(title: str, hint: str) -> None:
    assert detect(title, hint=hint) == hint


def test_running_english_in_a_translated_issue_is_english() -> None:
    assert detect(TEXTS["en"], hint="zh") == "en"


def test_a_foreign_name_does_not_change_the_language() -> None:
    assert detect(f"{TEXTS['en']} It is called 悟道 (Wudao), or Прометей.") == "en"


@pytest.mark.parametrize("text", ["", " ", "BERT", "12 34", "https://example.org/what-is-the-point", "🎉🎉"])
def test_too_little_text_has_no_language(text: str) -> None:
    assert detect(text) is None


def test_languages_without_a_list_of_words_are_told_by_the_model() -> None:
    basque = "Artikulu honetan egileek hizkuntza ereduak entrenatzeko metodo berri bat proposatzen dute."
    assert detect(basque) == "eu"
    assert detect(basque, hint="eu") == "eu"


def test_the_model_is_not_loaded_for_what_words_tell() -> None:
    check = (
        "import sys\nfrom bot.readers.language import detect, detect_document\n"
        f"texts = {[TEXTS[each] for each in ('en', 'pt', 'fr', 'tr', 'es', 'ru', 'zh', 'ar')]!r}\n"
        "for text in texts: assert detect(text) and detect(text, hint='en') and detect_document([text, 'BERT'])\n"
        "assert 'py3langid' not in sys.modules and 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


@pytest.mark.parametrize("language", ["en", "pt", "fr", "tr", "ru", "zh", "ar"])
def test_a_document_is_in_the_language_of_most_of_it(language: str) -> None:
    texts = [TERMS, TEXTS[language], "BERT", TEXTS["en"], TEXTS[language], "", TEXTS[language]]
    assert detect_document(texts) == language
    assert detect_document(texts, hint=f"{language}-XX" if language != "zh" else "zh_CN") == language


def test_a_document_without_words_is_in_the_language_of_its_source() -> None:
    assert detect_document(["", "42"], hint="pt-BR") == "pt"
    assert detect_document([]) is None


@pytest.mark.parametrize(
    ("tag", "clean"),
    [
        ("pt_BR", "pt-BR"), ("en-us", "en-US"), ("zh_CN", "zh-CN"), ("ZH-hans", "zh-Hans"),
        ("zh_Hans_CN", "zh-Hans-CN"),
        ("en", "en"), (" EN ", "en"), ("pt-BR.UTF-8", "pt-BR"), ("sr@latin", "sr"), ("es-419", "es-419"), ("eng", "en"),
        ("iw", "he"), ("de-1996", "de"), ("zh-cmn-Hans", "zh-Hans"),
        ("en-US-x-private", "en-US"), ("cn", "zh"),
        ("English", "en"), ("fil", "fil"), ("pt, en", "pt"), (None, None), ("", None), ("xx", None), ("junk", None),
        ("und", None), ("--", None), ("e", None), ("en--US", "en"), ("<b>", None), ("привет", None),
    ],
)  # fmt: skip
def test_tags_are_cleaned_up_and_junk_is_none(tag: str | None, clean: str | None) -> None:
    assert normalise(tag) == clean


def test_the_primary_tag_has_no_region() -> None:
    assert primary("pt_BR") == "pt"
    assert primary("zh-Hans-CN") == "zh"
    assert primary("junk") is None


@given(st.text(max_size=300), st.sampled_from([None, "en", "pt-BR", "zh_CN", "ru", "junk"]))
def test_any_text_gives_a_clean_tag_or_none(text: str, hint: str | None) -> None:
    found = detect(text, hint=hint)
    assert found is None or found == primary(found)
    assert found is not None or primary(hint) is None


@given(st.text(max_size=20))
def test_a_normal_tag_is_normal_already(tag: str) -> None:
    clean = normalise(tag)
    assert normalise(clean) == clean
