from __future__ import annotations

from bot.domain.glossary import parse_concept
from bot.domain.glossary_words import GlossaryWords

LINE = (
    "en knowledge distillation; distilling | ru дистилляция знаний | pt destilação de conhecimento | zh 知识蒸馏 | "
    "fr distillation des connaissances | es destilación | tr bilgi damıtma | ar تقطير المعرفة"
)


def _words() -> GlossaryWords:
    concept = parse_concept(LINE)
    assert concept is not None
    return GlossaryWords([concept])


def test_words_of_names_are_known_folded_and_shown_as_they_are_written() -> None:
    found = {
        one.word: one.shown for one in _words().words(["destilacao", "distillation", "знаний", "知识", "none", ""])
    }
    assert found == {"destilacao": "destilação", "distillation": "distillation", "знаний": "знаний", "知识": "知识"}


def test_words_are_found_by_how_they_begin_and_end() -> None:
    words = _words()
    assert set(words.like(["dist"], [], range(10, 13))) == {"distillation", "distilling"}
    assert set(words.like([], ["cao", "cion"], range(5, 20))) == {"destilacao", "destilacion"}
    assert list(words.like(["zz", "知"], [], range(2, 3))) == ["知识"]


def test_a_run_is_known_where_a_name_has_it() -> None:
    assert _words().has_run("识蒸")
    assert not _words().has_run("蒸识")
