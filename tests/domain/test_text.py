"""Text is cut where readers would cut it."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.text import cut, graphemes, lead, sentences, utf16_length

CLUSTERS = [
    "e\u0301", "👩🏽‍🔬", "👨‍👩‍👧‍👦", "🇧🇷", "🇧🇷🇫🇷", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "각", "\u1100\u1161\u11a8", "क्ष", "நி", "กำ",
    "👍🏿", "a\u0300\u0301\u0302", "\u0600١", "ﾊﾞ", "ক্‍ষ", "☝🏽", "שָׁ", "\r\n",
]  # fmt: skip


def assigned(text: str) -> bool:
    """Whether this Python knows all characters; the regex module may know newer ones."""
    return all(unicodedata.category(character) != "Cn" for character in text)


texts = st.one_of(
    st.lists(st.sampled_from([*CLUSTERS, "a", "b", " ", ".", "中", "я", "\u200d", "\u0301", "🇧", "\u094d"])).map(
        "".join
    ),
    st.text(max_size=60).filter(assigned),
)


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_what_readers_take_for_one_character_is_one(cluster: str) -> None:
    assert graphemes(f"x{cluster}y") == ["x", *regex.findall(r"\X", cluster), "y"]


@settings(max_examples=500)
@given(texts)
def test_graphemes_never_break_where_unicode_does_not(text: str) -> None:
    pieces = graphemes(text)
    assert "".join(pieces) == text
    allowed = {found.end() for found in regex.finditer(r"\X", text)}
    position = 0
    for piece in pieces:
        position += len(piece)
        assert position in allowed


@settings(max_examples=500)
@given(texts, st.integers(min_value=0, max_value=40))
def test_a_cut_keeps_the_limit_and_whole_graphemes(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    if len(text) <= limit:
        assert short == text
    elif limit:
        assert short.endswith("…")
        kept = short[:-1]
        assert text.startswith(kept)
        assert len(kept) in {0, *(found.end() for found in regex.finditer(r"\X", text))}


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Attention is all you need", 25, "Attention is all you need"),
        ("Attention is all you need", 24, "Attention is all you…"),
        ("Attention is all you need", 21, "Attention is all you…"),
        ("Attention, please", 12, "Attention…"),
        ("我们提出了一种新的语言模型", 6, "我们提出了…"),
        ("Pneumonoultramicroscopicsilicovolcanoconiosis", 10, "Pneumonou…"),
        ("hi 👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 12, "hi…"),
        ("👨‍👩‍👧‍👦 family", 5, "…"),
        ("anything", 0, ""),
    ],
)
def test_a_cut_falls_between_words_where_one_ends_nearby(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short


def test_telegram_counts_emoji_twice() -> None:
    assert utf16_length("a❤я中") == 4
    assert utf16_length("👍🏿") == 4


SENTENCES = [
    ("en", ["We train GPT-2.0 on 3.5 TB.", "It works, e.g. on arXiv.org!", "Does it?", "Yes."]),
    ("en", ["Dr. J. Smith et al. (2019) improve it, cf. Fig. 3 and Sec. 2.", "See https://a.org/x?y=1.", "Good."]),
    ("en", ["He said “It works.”", "(They agree.)", "The end…", "Is it?!", "Yes."]),
    ("en", ["It uses BERT, RoBERTa, etc.", "Others use No. 5, vol. 3, i.e. less.", "Wait... what is it?"]),
    ("en", ["The code is out.", "fastText is fast.", "iPhones run it."]),
    ("en", ["It is shown before.[12]", "Then comes [13] more. and more."]),
    ("en", ["1. First things first.", "In 2020.", "Then 2021."]),
    ("ru", ["Это т. е. модель, т.к. BERT (Девлин и др. 2019) лучше, см. рис. 3 и т.д.", "Её пишет А. С. Пушкин."]),
    ("ru", ["«Привет!» — сказал он.", "«Работает?»", "Да…", "Нет."]),
    ("ru", ["Авторы, напр. Google, и др.", "Мы тоже.", "В 2019 г. модель вышла."]),
    ("pt", ["O Sr. Silva usa, p. ex. o BERT.", "A Dra. Ana não.", "É isso, etc."]),
    ("es", ["¿Qué es?", "¡Funciona!", "La Sra. López, p. ej. en EE.UU. Norte, lo sabe.", "Fin."]),
    ("fr", ["M. Dupont et Mme Martin, c.-à-d. eux.", "« Ça marche ! »", "Oui."]),
    ("de", ["Am 3. Oktober bzw. Montag gibt es z.B. Kuchen.", "Und z. B. Brot.", "Hr. Müller usw."]),
    ("tr", ["Örn. BERT iyi.", "Prof. Dr. Ayşe bkz. Şekil 3 diyor.", "Tamam mı?", "Evet."]),
    ("zh", ["我们提出了BERT。", "它好吗？", "“很好！”", "GPT-2.0更好。", "完"]),
    ("ja", ["これは新しい。", "「本当？」", "はい！"]),
    ("ar", ["هل يعمل النموذج؟", "نعم.", "هذا جيد!"]),
    ("hi", ["यह नया है।", "क्या यह अच्छा है?", "हाँ॥"]),
    (None, ["Models grow.", "Data too."]),
]


@pytest.mark.parametrize(("language", "expected"), SENTENCES)
def test_sentences_end_where_their_language_ends_them(language: str | None, expected: list[str]) -> None:
    separator = "" if language in {"zh", "ja"} else " "
    assert sentences(separator.join(expected), language) == expected


def test_paragraphs_and_list_entries_end_a_sentence_and_lines_do_not() -> None:
    text = "A title\n\nSome text that is\nwrapped here. More\n- first entry\n- second entry\n\n\nlast"
    assert sentences(text, "en") == [
        "A title", "Some text that is\nwrapped here.", "More", "- first entry", "- second entry", "last",
    ]  # fmt: skip


@given(st.text(max_size=200), st.sampled_from([None, "en", "ru", "zh", "de", "pt-BR"]))
def test_sentences_lose_nothing_but_space(text: str, language: str | None) -> None:
    assert "".join("".join(sentences(text, language)).split()) == "".join(text.split())


@given(st.text(max_size=400), st.integers(min_value=1, max_value=100))
def test_a_lead_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(lead(text, "en", limit=limit)) <= limit


def test_a_lead_is_whole_sentences_on_one_line() -> None:
    text = "We present\nBERT. It works e.g. here. More follows."
    assert lead(text, "en") == "We present BERT. It works e.g. here."
    assert lead(text, "en", sentences=1) == "We present BERT."
    assert lead(text, "en", limit=20) == "We present BERT."


def test_a_first_sentence_that_is_too_long_is_cut_at_a_word() -> None:
    assert lead("We present a very long sentence without any end. Next.", "en", limit=24) == "We present a very long…"


def test_chinese_sentences_are_shown_without_a_space_between() -> None:
    assert lead("我们提出了BERT。它很好。第三句。", "zh") == "我们提出了BERT。它很好。"


def test_nothing_leads_with_nothing() -> None:
    assert lead("", "en") == ""
    assert lead(" \n ", None) == ""
    assert sentences("", "en") == []
