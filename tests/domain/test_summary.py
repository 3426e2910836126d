"""What a digest takes from a text."""

from __future__ import annotations

import pytest

from bot.domain.summary import is_pointer, summary
from bot.domain.text import utf16_length


@pytest.mark.parametrize(
    ("language", "text", "says"),
    [
        ("zh", "模型先写步骤。正确率提高了！为什么？没人知道。", "模型先写步骤。正确率提高了！为什么？"),
        (
            "ru",
            "Метод А. С. Пушкина, т. е. старый, и др. описаны. Второе. Третье. Четвёртое.",
            "Метод А. С. Пушкина, т. е. старый, и др. описаны. Второе. Третье.",
        ),
        (
            "en",
            "Vaswani et al. use attention, e.g. eight heads. It gains 2.0 BLEU… and more. Third. Fourth.",
            "Vaswani et al. use attention, e.g. eight heads. It gains 2.0 BLEU… and more. Third.",
        ),
        ("pt", "Segundo o Dr. Silva, p. ex., funciona. Fim.", "Segundo o Dr. Silva, p. ex., funciona. Fim."),
    ],
)
def test_one_to_three_whole_sentences_are_taken_by_the_rules_of_the_language(
    language: str, text: str, says: str
) -> None:
    assert summary(text, language) == says


def test_a_sentence_that_does_not_fit_is_left_out_whole() -> None:
    text = "The first one fits. " + "The second is too long for this " * 10 + "place."
    assert summary(text, "en", limit=100) == "The first one fits."


def test_only_a_first_sentence_that_is_too_long_is_cut_between_two_words() -> None:
    cut = summary("word " * 100 + "end.", "en", limit=50)
    assert cut.endswith("word…")
    assert utf16_length(summary("🔥" * 500, None, limit=50)) <= 50


@pytest.mark.parametrize(
    "pointer",
    [
        "(Full story)",
        "Click here.",
        "Read more…",
        "Read the full paper here.",
        "Learn more about how it's done here.",
        "See the paper.",
        "Paper: https://arxiv.org/abs/1706.03762",
        "https://example.org/a",
        "Подробнее — по ссылке.",
        "Читать далее",
        "Запись можно посмотреть здесь.",
        "Leia o artigo completo aqui.",
        "Saiba mais",
        "Pour lire l'article complet, cliquez ici.",
        "点击此处阅读更多故事。",
        "在这里阅读完整的报告，在这里阅读完整的论文。",
        "阅读原文",
    ],
)
def test_what_only_sends_the_reader_elsewhere_is_no_sentence_of_a_digest(pointer: str) -> None:
    assert is_pointer(pointer)
    assert summary(f"It works.\n\n{pointer}", None) == "It works."


@pytest.mark.parametrize(
    "sentence",
    [
        "Here we show how attention finds words.",
        "Check out this post introducing one of the libraries used to apply gradient boosting called XGBoost.",
        "Find out how we read a million papers.",
        "Подробно описано, как обучали модель.",
        "Здесь показано, как читать статьи быстро.",
        "这里介绍一种新的注意力机制，它比以前的方法快得多。",
        "PyTorch 1.4 is released!",
    ],
)
def test_a_sentence_that_says_something_stays(sentence: str) -> None:
    assert not is_pointer(sentence)
