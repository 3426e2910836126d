"""Bytes become the text that their author wrote, whatever they say of themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.documents import DecodedDocument, RawDocument
from bot.readers.encoding import decode

NOW = datetime(2020, 3, 5, 10, 0, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[3] / "shared"

RUSSIAN = "Привет, это рассылка о машинном обучении. Авторы предлагают новую модель для перевода."
SAMPLES = {
    "cp1251": RUSSIAN,
    "koi8-r": RUSSIAN.lower(),
    "cp866": RUSSIAN,
    "gb18030": "本文提出了一种新的预训练语言模型，我们在多个数据集上进行了实验。",
    "big5": "本文提出了一種新的語言模型，我們在多個數據集上進行了實驗。",
    "cp932": "この論文では新しい言語モデルを提案します。データセットで評価しました。",
    "euc_jp": "この論文では新しい言語モデルを提案します。データセットで評価しました。",
    "cp949": "이 논문에서는 새로운 언어 모델을 제안하고 여러 데이터에 대해 실험했다.",
    "cp1252": "Cet été, les chercheurs français ont présenté un modèle très efficace — «BERT», où l’œuvre…",
    "latin-1": "Esta edição abrange tópicos como a compreensão, tradução e atenção.",
    "mac_roman": "Die Übersetzung natürlicher Sprache ist größer und schöner, sagt Jürgen Müller.",
    "cp1254": "Bu çalışmada yeni bir dil modeli öneriyoruz; sonuçlar başarılı ve ışık tutuyor.",
    "cp1256": "نقدم في هذه الورقة نموذجا جديدا للغة ونقيمه على عدة مجموعات من البيانات",
    "cp1250": "Naukowcy zaproponowali nową metodę uczenia się języka, która działa lepiej, źródła są otwarte.",
}


def read(body: bytes, content_type: str | None = None) -> DecodedDocument:
    return decode(RawDocument("https://example.org/feed", body, NOW, content_type))


@pytest.mark.parametrize("encoding", SAMPLES)
def test_text_is_read_in_its_own_encoding_though_nothing_declares_it(encoding: str) -> None:
    document = read(SAMPLES[encoding].encode(encoding))
    assert document.text == SAMPLES[encoding]
    assert document.damage is None


@pytest.mark.parametrize("encoding", SAMPLES)
@pytest.mark.parametrize(
    "wrong", ["utf-8", "iso-8859-1", "windows-1251", "gb2312", "shift_jis", "no-such-charset", "zlib"]
)
def test_a_wrong_charset_in_the_header_does_not_mislead(encoding: str, wrong: str) -> None:
    if (encoding, wrong) == ("cp1254", "iso-8859-1"):
        pytest.skip("Turkish bytes read as Latin-1 look like Icelandic: there the declaration is believed")
    document = read(SAMPLES[encoding].encode(encoding), f"text/html; charset={wrong}")
    assert document.text == SAMPLES[encoding]


@pytest.mark.parametrize("encoding", SAMPLES)
def test_utf_8_is_recognised_whatever_is_declared(encoding: str) -> None:
    document = read(SAMPLES[encoding].encode(), f'text/xml; charset="{encoding}"')
    assert (document.text, document.encoding, document.damage) == (SAMPLES[encoding], "utf-8", None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_and_is_no_part_of_the_text(encoding: str) -> None:
    assert read(RUSSIAN.encode(encoding), "text/html; charset=koi8-r").text == RUSSIAN


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_recognised_by_its_empty_bytes(encoding: str) -> None:
    text = "<?xml version='1.0'?>\n<rss><title>Новости</title></rss>"
    assert read(text.encode(encoding)).text == text


def test_the_prolog_decides_where_only_it_tells_similar_encodings_apart() -> None:
    czech = "<?xml version='1.0' encoding='ISO-8859-2'?><title>Příliš žluťoučký kůň úpěl ďábelské ódy</title>"
    assert read(czech.encode("iso8859-2")).text == czech


def test_the_meta_element_and_the_header_are_weighed_where_they_disagree() -> None:
    page = f'<html><head><meta charset="windows-1251"></head><body>{RUSSIAN}</body></html>'
    assert read(page.encode("cp1251"), "text/html; charset=iso-8859-1").text == page


def test_japanese_mail_encoding_is_read_where_it_is_declared() -> None:
    text = SAMPLES["cp932"]
    assert read(text.encode("iso2022_jp"), "text/plain; charset=ISO-2022-JP").text == text


def test_a_document_cut_off_in_a_character_keeps_all_others() -> None:
    document = read(RUSSIAN.encode()[:-2])
    assert document.text == RUSSIAN[:-2]
    assert document.damage == "The text is cut off in the middle of a character."


def test_a_piece_of_another_encoding_in_utf_8_costs_nothing_else() -> None:
    body = f"{RUSSIAN} ".encode() + "“café”".encode("cp1252") + f" {RUSSIAN}".encode()
    document = read(body)
    assert document.text == f"{RUSSIAN} “café” {RUSSIAN}"
    assert document.damage == "Bytes that are not UTF-8 were read as windows-1252."


def test_control_characters_are_dropped_and_line_ends_unified() -> None:
    document = read(b"\0one\x08\r\ntwo\rthree\tfour\x1b\x0cfive\x7f")
    assert document.text == "one\ntwo\nthree\tfour\nfive"
    assert document.damage == "Control characters (4) were dropped."


def test_quotes_that_were_taken_for_control_characters_come_back() -> None:
    assert read("\x93yes\x94 \x96 it\x92s".encode()).text == "“yes” – it’s"


def test_what_was_repaired_is_told_and_the_bytes_are_kept() -> None:
    raw = RawDocument("issue.md", "edi√ß√£o ‚ù§Ô∏è\x01".encode(), NOW, "text/markdown")
    document = decode(raw)
    assert document.text == "edição ❤️"
    assert document.damage == (
        "UTF-8 that had been read as Mac Roman was repaired; control characters (1) were dropped."
    )
    assert (document.address, document.content_type, document.fetched_at) == ("issue.md", "text/markdown", NOW)
    assert raw.body == "edi√ß√£o ‚ù§Ô∏è\x01".encode()


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from([None, "text/html", "text/html; charset=gbk", "x; charset=utf-16"]))
def test_any_bytes_become_text_without_control_characters(body: bytes, content_type: str | None) -> None:
    text = read(body, content_type).text
    assert not any((c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f" for c in text)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not on this machine")
def test_sound_documents_come_out_as_they_are() -> None:
    for path in sorted((SHARED / "data").rglob("*.*")):
        if path.is_file() and not path.name.startswith(("001_", "003_")):
            document = read(path.read_bytes())
            assert document.damage is None, path.name
            assert document.text == path.read_bytes().decode().replace("\r\n", "\n"), path.name
