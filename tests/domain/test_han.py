"""Traditional characters and simplified ones are the same to who searches."""

from __future__ import annotations

import pytest

from bot.domain.folding import fold
from bot.domain.han import SIMPLIFIED, TRADITIONAL, simplified
from storage.stemming import analyser


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("機器學習", "机器学习"),
        ("圖神經網絡", "图神经网络"),
        ("蘋果發佈頭髮資料庫", "苹果发布头发资料库"),
        ("語言", "语言"),
    ],
)
def test_both_sets_of_characters_are_found_by_the_same(traditional: str, simplified: str) -> None:
    assert fold(traditional) == fold(simplified) == simplified
    assert analyser().text(traditional, "zh-Hant") == analyser().text(simplified, "zh")
    assert analyser().pieces(traditional)[0].ways == analyser().pieces(simplified)[0].ways
    assert [word.tokens for word in analyser().located(traditional, "zh")] == [
        word.tokens for word in analyser().located(simplified, "zh")
    ]


def test_a_simplified_character_stays_as_it_is() -> None:
    assert len(TRADITIONAL) == len(SIMPLIFIED) == len(set(TRADITIONAL)) > 1_300
    assert not set(TRADITIONAL) & set(SIMPLIFIED)
    assert not any(map(simplified, SIMPLIFIED))
    assert simplified("a") is None


def test_japanese_and_korean_stay_readable_to_themselves() -> None:
    assert fold("機械学習と") == fold("机械学习と")
    assert fold("한국어") == "한국어"
