"""What the index keeps of an item comes back as it was, in little room."""

from __future__ import annotations

from base64 import b85decode
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.indexed_items import StoredDocument, indexed
from bot.domain.matching import FACET
from bot.domain.papers import PaperId
from storage.search_dictionary import COMMON, ENDINGS, USUAL_ENDINGS
from storage.search_packing import packed, unpacked
from storage.stemming import analyser
from tests.factories import NOW, make_indexed_item

FORMS = {
    "en": "",
    "pt": "imagens redes neurais aprendendo avaliações rapidamente",
    "ru": "модели моделями обученные обучением ёлки результатов",
    "zh": "知识 知识蒸馏 模型 models",
    "tr": "modeller öğrenmesi verileri diller",
    "ar": "النماذج تدريبها الكلمات لغات",
}
TEXTS = st.text(alphabet=st.sampled_from("ab 知识蒸馏 éЁя'-.@1٣ة\u0301İ\n"), max_size=40)


def there_and_back(document: StoredDocument) -> StoredDocument:
    row = (document.item_id, document.language, document.day, document.source_id, document.length, packed(document))
    return unpacked(row)  # type: ignore[arg-type]  # rows are tuples


def in_any_order(document: StoredDocument) -> list[object]:
    """What a document holds: forms and facets stand in no order, those of the title neither."""
    *values, title, names, body, original, place, forms = document
    title, *apart = title.strip().split(f" {FACET} ")
    return [*values, title, sorted(apart), names, body, original, sorted(place.split()), sorted(forms.split())]


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(["en", "zh", "ru", None]))
def test_a_document_comes_back_as_it_was(title: str, text: str, original: str, name: str, language: str | None) -> None:
    item = make_indexed_item(title=title, text=text, original_text=original, authors=(name,), language=language)
    document = indexed(analyser(), item)
    back = there_and_back(document)
    assert in_any_order(back) == in_any_order(document)
    assert all(not field or (field[0] == field[-1] == " ") for field in (back.title, back.place, back.forms))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Transformers are large models that learn from very much text. " * 6),
        ("zh", "研究人员发布了一种新的方法，用于训练大规模的语言模型。" * 6),
    ],
)
def test_a_document_takes_less_room_than_its_text(language: str, text: str) -> None:
    item = make_indexed_item(
        text=text,
        language=language,
        papers=(PaperId("arxiv", "2005.14165"),),
        appeared_at=NOW - timedelta(days=3),
    )
    assert len(packed(indexed(analyser(), item))) < len(text.encode()) / 2


ENGLISH = "Studies of trained models: students keep studying, and training goes on in the pre-trained ones."


@pytest.mark.parametrize("language", ["en", "pt", "ru", "zh", "tr", "ar"])
@given(st.data())
def test_words_come_back_in_all_their_forms(language: str, data: st.DataObject) -> None:
    words = st.lists(st.sampled_from([*ENGLISH.split(), *FORMS[language].split()]), max_size=12).map(" ".join)
    item = make_indexed_item(title=data.draw(words), text=data.draw(words), language=language)
    document = indexed(analyser(), item)
    assert in_any_order(there_and_back(document)) == in_any_order(document)


def test_forms_that_are_told_by_their_endings_take_next_to_no_room() -> None:
    plain, inflected = "frog jump land pond croak watch", "frogs jumping landed ponds croaking watched"
    stems, forms = (packed(indexed(analyser(), make_indexed_item(text=text))) for text in (plain, inflected))
    assert len(forms) <= len(stems) + len(plain.split())


@pytest.mark.parametrize(
    ("stored", "language", "title", "body", "forms"),
    [
        (
            "<ANkCVCqN*x*L+rfYmjS2@)#if+;jGRWLL$G&2P=!7MJYo~+W`0!Va%baHV4(=K`tals4)n+Vncs*u5=Kn4H",
            "en",
            " train frog Ω trained Ω frogs ",
            " frog jump and train ",
            "frogs jumping trained training",
        ),
        (
            ")8=|Uf9Z?$Z7(M60J>WN$N^D60WdXb2Ny#A<+6TA#BxDM2vrOK",
            "zh",
            " 知识 识蒸 Ω 知 Ω 识 Ω 蒸 ",
            " 知识 识蒸 蒸馏 model ",
            "models 知 蒸 识 馏",
        ),
    ],
)
def test_what_was_packed_before_endings_were_told_is_still_read(
    stored: str, language: str, title: str, body: str, forms: str
) -> None:
    row = (1, language, 18323, 1, 4, b85decode(stored))
    document = unpacked(row)  # type: ignore[arg-type]  # rows are tuples
    assert (document.title, document.body, " ".join(sorted(document.forms.split()))) == (title, body, forms)


@pytest.mark.parametrize(
    ("stored", "language", "title", "body", "forms"),
    [
        (
            "(^XYeP*6|>Vg*GmNFoEK6rgr6#l;2YWR>O?fa46zfT#inBrqC)`57b*W^r)=6E2qUfd>W`NITH200",
            "en",
            " train frog a frog Ω trained Ω frogs ",
            " frog jump and jump train on stone and stone ",
            "frogs jumped jumping stones trained",
        ),
        (
            "vt53E7Z<Q8vJcWO;o?GV*T5x!Ed>Q!QqSiveX+jn#iSiCm-TaT0aGuQK!S$|iUq*t$JPsb00",
            "ru",
            " модел Ω модели ",
            " обучен модел и обучен модел 知识 识蒸 蒸馏 ",
            "моделей модели обучением обученные 知 蒸 识 馏",
        ),
    ],
)
def test_what_was_packed_with_other_numbers_of_endings_is_still_read(
    stored: str, language: str, title: str, body: str, forms: str
) -> None:
    row = (1, language, 18323, 1, 4, b85decode(stored))
    document = unpacked(row)  # type: ignore[arg-type]  # rows are tuples
    assert (document.title, document.body, " ".join(sorted(document.forms.split()))) == (title, body, forms)


def test_what_is_common_is_the_same_forever() -> None:
    assert sha256(COMMON.encode()).hexdigest() == "8e90fa5b1a302fcaee03676ad80f570f85cf8d9cdca8ebc9e2dc0a91d6b5e6f0"
    assert sha256(ENDINGS.encode()).hexdigest() == "6a0311d1365f19d83c94f41703cd681a5b9ba689cec41193373a3bbe8bd73525"
    assert (
        sha256(USUAL_ENDINGS.encode()).hexdigest() == "c8e79e7294679975d7294d7ed37190e274c0b24123e6129a24a0e98c9f512d7c"
    )
