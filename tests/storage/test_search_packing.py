"""What the index keeps of an item comes back as it was, in little room."""

from __future__ import annotations

from dataclasses import astuple
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.indexed_items import StoredDocument, indexed
from bot.domain.papers import PaperId
from storage.search_dictionary import COMMON
from storage.search_packing import packed, unpacked
from storage.stemming import analyser
from tests.factories import NOW, make_indexed_item

TEXTS = st.text(alphabet=st.sampled_from("ab 知识蒸馏 éЁя'-.@1٣ة\u0301İ\n"), max_size=40)


def there_and_back(document: StoredDocument) -> StoredDocument:
    row = (document.item_id, document.language, document.day, document.source_id, document.length, packed(document))
    return unpacked(row)  # type: ignore[arg-type]  # rows are tuples


def in_any_order(document: StoredDocument) -> list[object]:
    """What a document holds: forms and facets stand in no order."""
    *values, place, forms = astuple(document)
    return [*values, sorted(place.split()), sorted(forms.split())]


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


def test_what_is_common_is_the_same_forever() -> None:
    assert sha256(COMMON.encode()).hexdigest() == "8e90fa5b1a302fcaee03676ad80f570f85cf8d9cdca8ebc9e2dc0a91d6b5e6f0"
