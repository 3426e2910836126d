"""Arabic stems: one for all forms of a word, with whatever is glued on to it."""

from __future__ import annotations

from itertools import product

import pytest

from storage.arabic_stems import arabic_stem, arabic_stem_without_particle
from storage.stemming import analyser


@pytest.mark.parametrize(
    "forms",
    [
        "تعرف التعرف والتعرف بالتعرف للتعرف وبالتعرف يتعرف تتعرف",
        "شبكة الشبكة شبكات الشبكات بالشبكات للشبكات وشبكات شبكاتنا شبكتها",
        "خوارزمية خوارزميات الخوارزميات والخوارزميات",
        "بيانات البيانات للبيانات والبيانات بياناتها",
        "باحث باحثة باحثون الباحثين",
        "محاضرة محاضرات المحاضرات",
        "عصبي عصبية العصبية",
        "إحصاء إحصائي إحصائية الإحصائيات",
        "روبوت روبوتات الروبوتات",
        "متجه متجهات المتجهي",
        "لغة اللغة لغات للغات باللغة لغوي اللغوية",
        "لهجة لهجات للهجات اللهجات",
    ],
)
def test_a_word_has_one_stem_in_all_its_forms(forms: str) -> None:
    assert len(set(map(arabic_stem, forms.split()))) == 1


@pytest.mark.parametrize(
    "forms",
    [
        "نموذج نماذج النماذج ونماذجها بنماذج",
        "صورة صور الصور بصور",
        "وثيقة وثائق والوثائق",
        "جسم أجسام الأجسام",
        "سؤال أسئلة الأسئلة",
        "أداة أدوات بأدوات",
        "وسم وسوم الوسوم لوسم",
        "حاسوب حواسيب الحاسوبية",
        "نص نصوص للنصوص النصية",
        "آلة الآلة آلي الآلية",
    ],
)
def test_plurals_that_are_other_words_have_the_stem_of_the_singular(forms: str) -> None:
    assert len(set(map(arabic_stem, forms.split()))) == 1


@pytest.mark.parametrize("forms", ["أوراق اوراق", "الإجابة الاجابه", "رؤى روي", "مدرسة مدرسه", "إلكترونية الكترونيه"])
def test_spellings_of_a_word_have_one_stem(forms: str) -> None:
    assert len(set(map(arabic_stem, forms.split()))) == 1


@pytest.mark.parametrize(
    "words",
    [
        "لغة غيب",
        "كتاب تاب",
        "بيانات يانع",
        "وجه جهة",
        "تعلم تعليم",
        "كلام لام",
        "آلي إلى",
        "بيانات كيانات",
        "بياني بيانات",
        "كشف شفاه",
        "بحث حث",
    ],
)
def test_different_words_keep_different_stems(words: str) -> None:
    assert len(set(map(arabic_stem, words.split()))) == len(words.split())


def test_a_particle_that_may_be_the_first_letter_of_a_word_is_left_and_the_word_found_without_it() -> None:
    assert arabic_stem("بمرونة") == arabic_stem("مرونة")  # hardly any word begins so
    assert arabic_stem("لطباعة") != arabic_stem("طباعة")
    assert arabic_stem_without_particle("لطباعة") == arabic_stem("طباعة")
    assert arabic_stem("طباعة") in analyser().text("لطباعة", "ar").forms
    assert (arabic_stem("طباعة"),) in analyser().pieces("لطباعة")[0].ways


@pytest.mark.parametrize("word", ["بيانات", "لغة", "الطباعة", "طباعة", "كم", ""])
def test_a_word_that_is_known_or_begins_otherwise_is_read_in_one_way(word: str) -> None:
    assert arabic_stem_without_particle(word) is None


def test_no_word_loses_all_its_letters() -> None:
    words = ["".join(letters) for letters in product("اأبةلوهيىءنت", repeat=4)] + ["ء", "ءءء", "ال", "والل"]
    assert all(map(arabic_stem, words))
    assert all(len(stem) > 1 for stem in map(arabic_stem, words) if "ء" not in stem)
    assert all(other is None or other for other in map(arabic_stem_without_particle, words))
