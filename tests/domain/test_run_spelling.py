from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.run_spelling import mended_run, pairs_of, run_scan, weakest_pair

TEXTS = [
    "强化学习",
    "深度学习",
    "图神经网络",
    "自然语言处理",
    "机器翻译",
    "化学反应",
    "精神",
    "知识蒸馏",
    "预训练语言模型",
    "目标检测",
]
KNOWN = {pair: 5 for text in TEXTS for pair in pairs_of(text)}


def _mended(run: str) -> list[str]:
    at = weakest_pair(run, KNOWN)
    return mended_run(run, at, KNOWN) if at is not None else []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("深渡学习", "深度学习"),
        ("预训练语言莫型", "预训练语言模型"),
        ("自燃语言处理", "自然语言处理"),
        ("机器番译", "机器翻译"),
        ("知识整馏", "知识蒸馏"),
        ("强化学刁", "强化学习"),
        ("言语模型", "语言模型"),
        ("强学习", "强化学习"),
        ("目标标检测", "目标检测"),
        ("鸡器翻译", "机器翻译"),
    ],
)
def test_a_wrong_character_is_mended_by_its_neighbours(typed: str, meant: str) -> None:
    assert meant in _mended(typed)


def test_the_frequent_way_comes_first() -> None:
    known = {"深度": 50, "度学": 40, "学习": 90, "深哲": 1, "哲学": 3}
    assert mended_run("深渡学习", 0, known)[:2] == ["深度学习", "深哲学习"]


def test_two_characters_and_whole_sentences_are_left_alone() -> None:
    assert weakest_pair("学刁", KNOWN) is None
    assert weakest_pair("字" * 25, KNOWN) is None


@given(st.text(alphabet="强化学习图神经网络", min_size=3, max_size=24), st.data())
def test_all_pairs_of_what_is_mended_are_known_and_the_scan_asks_for_them(run: str, data: st.DataObject) -> None:
    known = data.draw(st.dictionaries(st.text(alphabet="强化学习图", min_size=2, max_size=2), st.integers(1, 9)))
    at = weakest_pair(run, known)
    assert at is not None
    scanned = run_scan(run, at)
    for mended in mended_run(run, at, known):
        assert mended != run
        new = set(pairs_of(mended)) - set(pairs_of(run))
        assert set(pairs_of(mended)) <= known.keys()
        swapped = run[at + 1] + run[at]
        known_pairs = {pair for pair in new if pair[0] not in scanned.beginnings and pair[1] not in scanned.endings}
        assert known_pairs <= {swapped}
