"""Repair of misread UTF-8: everything that was damaged comes back, and nothing else is touched."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.readers.repair import repair

SHARED = Path(__file__).resolve().parents[3] / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not on this machine")

SENTENCES = {
    "Portuguese": "Esta edição abrange tópicos como compreensão, tradução automática, à mão e É isso “ou não”…",
    "French": "Cet été, où l’œuvre naïve a été présentée à Besançon — «déjà vu»…",
    "Spanish": "¿Qué es el aprendizaje automático? Los niños aprenden más rápido cada año.",
    "German": "Die Übersetzung natürlicher Sprache wird größer und schöner, sagt Jürgen Müller.",
    "Turkish": "Bu çalışmada yeni bir dil modeli öneriyoruz; İstanbul’da ışık gördük.",
    "Polish": "Źródła są otwarte, a metoda uczenia się działa lepiej niż poprzednie.",
    "Vietnamese": "Chúng tôi đề xuất một mô hình ngôn ngữ mới được huấn luyện trước.",
    "Russian": "Привет! Это рассылка о машинном обучении: её пишут Игорь, Юля и Шамиль. ИИ — это «важно».",
    "Ukrainian": "Це розсилка про машинне навчання, її автори з Києва; Її мета — ґрунтовність.",
    "Greek": "Προτείνουμε ένα νέο γλωσσικό μοντέλο για την ελληνική γλώσσα.",
    "Hebrew": "אנחנו מציעים מודל שפה חדש לעברית.",
    "Arabic": "نقدم في هذه الورقة نموذجا جديدا للغة، ونقيمه على عدة مجموعات؟",
    "Hindi": "हम एक नया भाषा मॉडल प्रस्तुत करते हैं।",
    "Thai": "เราเสนอแบบจำลองภาษาใหม่",
    "Chinese": "本文提出了一种新的预训练语言模型，你可以在多个数据集上进行实验。",
    "Japanese": "この論文では新しい言語モデルを提案します。",
    "Korean": "이 논문에서는 새로운 언어 모델을 제안한다.",
    "Georgian": "ჩვენ გთავაზობთ ახალ ენობრივ მოდელს.",
    "Armenian": "Մենք առաջարկում ենք նոր լեզվական մոդել։",
    "emoji": "Thanks ❤️ and welcome 🔖 to issue 6 📗: 👩🏽‍🔬 wrote it 🇧🇷!",
}
SOUND = {
    "roots": "The norm is √2 or √π·σ, over (–∞, +∞); x ≈ π/2, ¬A ∨ B, ∑ aᵢ ≤ ∞ and 10 Å².",
    "Portuguese capitals": "EDUCAÇÃO, IRMÃ “MARIA”, MANHÃ » À NOITE: ÂNGULO, ÕES… CORAÇÃO",
    "French capitals": "«CAFÉ» – CAFÉ», liberté…» et «état», «À» “É”…",
    "Russian with yo": "ЕЁ, ВСЁ, Пётр, ТЁ… «ЁЛКИ» — Лёха и её ёж.",
    "Ukrainian words": "Ці, Ті, Зі, Її: МІНІ й НІЛІ — «Ії».",
    "Greek symbols": "Δ, Ω and μ: Δμ = 3 µm, 5 Ω",
    "about damage": "“é” turns into “Ã©” when UTF-8 is read as Latin-1, résumé and all.",
    "trademarks": "MÜSLI™ is © 2020 CAFÉ®, n° 5, ª and º",
}
CODECS = ("mac_roman", "latin-1", "cp1252", "cp1251")


def misread(text: str, codec: str) -> str:
    """What a careless tool makes of UTF-8. Bytes that the codec lacks come through as control characters."""
    data = text.encode()
    if codec == "latin-1":
        return data.decode(codec)
    return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in data)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("language", SENTENCES)
def test_a_misread_sentence_comes_back_whole(language: str, codec: str) -> None:
    assert repair(misread(SENTENCES[language], codec)).text == SENTENCES[language]


@pytest.mark.parametrize("first", CODECS)
@pytest.mark.parametrize("second", CODECS)
@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_misread_twice_comes_back_whole(language: str, first: str, second: str) -> None:
    twice = misread(misread(SENTENCES[language], first), second)
    assert repair(twice).text == SENTENCES[language]


@pytest.mark.parametrize("name", SOUND | SENTENCES)
def test_sound_text_is_not_touched(name: str) -> None:
    text = (SOUND | SENTENCES)[name]
    assert repair(text) == (text, None)


@pytest.mark.parametrize("name", SOUND)
def test_sound_text_comes_back_whole_after_damage_too(name: str) -> None:
    text = SOUND[name] + "\n" + SENTENCES["Portuguese"] + "\n" + SENTENCES["Russian"]
    for codec in CODECS:
        assert repair(misread(text, codec)).text == text


def words(alphabet: str) -> st.SearchStrategy[str]:
    """Texts of made-up words in one script, with the punctuation that people put around them."""
    word = st.text(alphabet, min_size=1, max_size=9)
    mark = st.sampled_from(["", "", "", ",", ".", "!", "…", " —"])
    token = st.builds("{}{}".format, word, mark)
    return st.lists(token, min_size=6, max_size=30).map(" ".join)


def letters(first: int, last: int, *more: str) -> str:
    block = (chr(code) for code in range(first, last + 1))
    return "".join(c for c in block if unicodedata.category(c) in {"Ll", "Lo"}) + "".join(more)


SCRIPTS = {
    "Portuguese": "abcdefghilmnoprstuvz" + "áâãàçéêíóôõú" * 2,
    "German": "abcdefghiklmnoprstuvwz" + "äöüß" * 3,
    "Turkish": "abcdefghıiklmnoprstuvyz" + "çğışöü" * 3,
    "Czech": "abcdefghijklmnoprstuvz" + "áčďéěíňóřšťúůýž" * 2,
    "Russian": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "Greek": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ",
    "Hebrew": letters(0x5D0, 0x5EA),
    "Arabic": letters(0x627, 0x64A),
    "Devanagari": letters(0x905, 0x939),
    "Thai": letters(0xE01, 0xE2E),
    "Chinese": letters(0x4E00, 0x5FFF),
    "Japanese": letters(0x3042, 0x3093),
    "Korean": letters(0xAC00, 0xB000),
    "Georgian": letters(0x10D0, 0x10F0),
}


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("script", SCRIPTS)
def test_any_text_in_a_script_survives_damage_and_is_left_alone_without(script: str, codec: str) -> None:
    @settings(max_examples=40)
    @given(words(SCRIPTS[script]))
    def check(text: str) -> None:
        assert repair(text) == (text, None)
        foreign = [c for c in text if not c.isascii()]
        if len(foreign) >= 8 and len(set(foreign)) >= 4:  # fewer are no evidence
            assert repair(misread(text, codec)).text == text

    check()


def test_no_line_of_a_long_damaged_document_stays_damaged() -> None:
    text = "\n\n".join([*SENTENCES.values(), "só um é", "à", "’", "plain line", "20°C"] * 20)
    repaired = repair(misread(text, "mac_roman"))
    assert repaired.text == text
    assert repaired.damage == "UTF-8 that had been read as Mac Roman was repaired"


def test_a_damaged_entry_among_sound_ones_is_repaired_alone() -> None:
    sound = "\n".join([SENTENCES["Portuguese"], SENTENCES["French"]] * 10)
    damaged = "\n".join(misread(SENTENCES[name], "latin-1") for name in ("German", "Spanish"))
    whole = "\n".join(SENTENCES[name] for name in ("German", "Spanish"))
    assert repair(f"{sound}\n{damaged}\n{sound}").text == f"{sound}\n{whole}\n{sound}"


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("EdiÃ§Ã£o: opÃ§Ãµes Ã  mÃ£o e Ã s vezes, donâ€t â€œsim”", "Edição: opções à mão e às vezes, don”t “sim”"),
        ("traduÃ§Ã£o e esforÃ§o Ã mÃ£o", "tradução e esforço à mão"),
        ("avaliaÃ§Ã£o possÃvel, difÃcil e sÃ³", "avaliação possível, difícil e só"),
        ("РСЃС‚РѕСЂРёСЏ", "История"),
        ("Р?СЃС‚РѕСЂРёСЏ Рё Р РѕСЃСЃРёСЏ", "История и Россия"),
        ("tradu√ß√£o ü§ó e solu√ß√£o \ufffdüîñ", "tradução 🤗 e solução 🔖"),
    ],
)
def test_what_is_left_of_a_lost_byte_is_enough(damaged: str, whole: str) -> None:
    assert repair(damaged).text == whole


@needs_shared
@pytest.mark.parametrize(("seed", "twin"), [("001_", "2020-02-29-05-pt.md"), ("003_", "2020-03-02-06-pt.md")])
def test_a_damaged_issue_becomes_its_sound_twin(seed: str, twin: str) -> None:
    damaged = next((SHARED / "data/seeds").glob(f"{seed}*")).read_text("utf-8")
    without_title = re.compile(r"^title: .*$", re.MULTILINE)  # the newsletter renamed its issues later
    whole = (SHARED / "data/newsletters" / twin).read_text("utf-8")
    assert without_title.sub("", repair(damaged).text) == without_title.sub("", whole)


@needs_shared
def test_sound_documents_come_out_byte_for_byte() -> None:
    for path in sorted((SHARED / "data").rglob("*.*")):
        if path.is_file() and not path.name.startswith(("001_", "003_")):
            text = path.read_bytes().decode("utf-8")
            assert repair(text) == (text, None), path.name
