"""Arabic stems. Snowball's rules leave a word, its plural and the same word behind a glued-on "and the" apart too often
for a search, so that these rules are our own: a light stemmer in the manner of Larkey's light10, with the forms
that no rule leads to in a table, and with particles taken off only where they are sure to be some.
"""

from __future__ import annotations

import re

# Words with the forms that no rule below leads to, most of them broken plurals; and words that begin like a particle
# with a noun behind it, but are none: "لغة" (language), "بيانات" (data).
_FORMS = """
صورة صور | نموذج نماذج | نص نصوص نصي | خبر اخبار | كتاب كتب | ورقة اوراق | كلمة كلمات | حرف حروف احرف
مقالة مقال | درس دروس | دورة دورات | اداة ادوات | باحث بحاث | طالب طلاب طلبة | خبير خبراء | عالم علماء
سؤال اسئلة | جواب اجوبة | مثال امثلة | نظام انظمة نظم | جهاز اجهزة | دماغ ادمغة | سلاح اسلحة | دواء ادوية
جسم اجسام | وجه وجوه | وسم وسوم اوسمة | صوت اصوات | خطأ اخطاء | اسم اسماء | فعل افعال | جزء اجزاء | رقم ارقام
عدد اعداد | شكل اشكال | نوع انواع | قسم اقسام | نمط انماط | حدث احداث | بعد ابعاد | وزن اوزان | لون الوان
لعبة العاب | فيلم افلام | طفل اطفال | مرض امراض | هدف اهداف | فكرة افكار | عمل اعمال | بحث ابحاث بحوث
حجم احجام | سوق اسواق | قلب قلوب | شخص اشخاص | فرد افراد | امر اوامر | طرف اطراف | حق حقوق | حل حلول | حقل حقول
رسم رسوم رسومي رسومات | علم علوم | فن فنون | قانون قوانين | دليل ادلة | خط خطوط | حد حدود | جذر جذور | عقدة عقد
طبقة طبقات | سيرة سير | مشهد مشاهد | مصدر مصادر | مرجع مراجع | موقع مواقع | منهج مناهج | معيار معايير
مقياس مقاييس | مفهوم مفاهيم | مهمة مهام | مشروع مشاريع | مفتاح مفاتيح | موضوع مواضيع | معرفة معارف | مبدأ مبادئ
متجر متاجر | مركز مراكز | مدرسة مدارس | مدينة مدن | منصب مناصب | ميزة مزايا | خاصية خصائص | صفة صفات | سمة سمات
قيمة قيم | تجربة تجارب | تمرين تمارين | تقرير تقارير | برنامج برامج برمجيات برمجية | برمجة برمجي | بيان بيانات
بياني بيانية | بنية بنى بنيوي | بطاقة بطاقات | بشر بشري | بناء | هاتف هواتف | حاسوب حواسيب حاسوبي | عامل عوامل
جانب جوانب | قاعدة قواعد | قاموس قواميس | فهرس فهارس | خادم خوادم | جدول جداول | عنصر عناصر | عنوان عناوين
ملف ملفات | كاتب | وثيقة وثائق | وظيفة وظائف | نتيجة نتائج | طريقة طرق طرائق | رسالة رسائل | خريطة خرائط
شريحة شرائح | بديل بدائل | وسيلة وسائل | وسيط وسائط | حقيقة حقائق | دقيقة دقائق | جائزة جوائز | لائحة لوائح
وكيل وكلاء | شبكة شبكي | سلسلة سلاسل | خلية خلايا | قضية قضايا | هوية | زاوية زوايا | رؤية رؤى
الة الات الي اليات الية | سنة سنوات سنوي | يوم ايام | شهر اشهر شهور | دولة دول | بلد بلدان بلاد | عضو اعضاء
مريض مرضى | طبيب اطباء | قمر اقمار | شارع شوارع | عربي عرب | جملة جمل | قصيدة قصائد | قصة قصص | اغنية اغاني اغان
لحن الحان | لغة لغات لغوي لغوية | لهجة لهجات | لوحة لوحات الواح | لقطة لقطات | لقاح لقاحات | لاصقة لواصق
لغز الغاز | لفظ الفاظ | لسان | لاعب لاعبون لاعبين | لمس | لجنة لجان | لاتيني | كود اكواد | كلام | كيان كيانات
كشف | كتابة كتابات | كاميرا كاميرات | كبير كبار | كثير | كامل | كائن كائنات | كمي | كمية كميات | كلفة | كثافة
كفاءة | كربون | كيمياء كيميائي | كوفيد | كورونا | كاذب | كراهية | بايت بايتات | بايثون بيثون بايتون | بايزي
بروتين بروتينات | بصمة بصمات | بصري | بسيط | بطيء | بعيد | بداية بدايات | باب ابواب | بحر بحار | بيئة بيئات
بيت بيوت | بنك بنوك | بطارية بطاريات | بيولوجي بيولوجيا | بكسل بكسلات | بوت بوتات | بريد | بارامتر بارامترات
فيديو فيديوهات | فيزياء فيزيائي | فضاء فضائي | فصل فصول | فئة فئات | فائدة فوائد | فرع فروع | فرق فروق | فريق
فرصة فرص | فرضية فرضيات | فهم | فحص فحوص | فوري | فردي | فيروس فيروسات | فعال فعالية | فائق | واجهة واجهات
واقع | وصف اوصاف | وقت اوقات | وحدة وحدات | ورشة ورش | وعي | ويب | واضح | وزير وزراء | وزارة | واحد | والد
وهمي اوهام | وكالة | وراثة وراثي | متجه متجهات | تضمين تضمينات | خطوة خطوات | شعر اشعار | ذاكرة | شعور مشاعر
عاطفة عواطف | خوارزمية خوارزميات | تقنية تقنيات | تعلم | تعليم | توليد | ترجمة | تحليل تحاليل | تدريب | تصنيف
تحسين | معالجة | قراءة | استخدام | ذكاء | خطاب | دقة | تمييز | إنشاء
"""
_PLAIN = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ي", "ة": "ه", "ى": "ي", "ء": None})
_TO = ("إلى", "الى")  # "to", but for a dot or two the word for "automatic"
_ARTICLE = re.compile("^[وف]?(?:[بك]?ال|لل)(?=..)")
_ENDINGS = frozenset(("يه", "ات", "ان", "ين", "ون", "ها", "هم", "تي", "ذي", "ذين"))  # no nouns behind an article
# Particles before what hardly any word begins with that begins with their letter.
_PARTICLE = re.compile("^[وف]?(?:[بل](?=ت....)|ل(?=[من]....)|ب(?=م...)|ب(?=ن....)|[بلك](?=ا.ت..))")
_LEANING = frozenset("وفبلك")
_PRONOUN = re.compile("(?<=...)(?:هما|ها|هم|هن)$|(?<=....)نا$")
_NOUN_ENDINGS = (
    ("ات", 3),
    ("ون", 4),
    ("ين", 4),
    ("ان", 5),
    ("يه", 3),
    ("ه", 2),
    ("ي", 3),
    ("ا", 3),
)
"""What forms of nouns and adjectives end in, and how much has to be left of them."""
_IMPERFECT = re.compile("^[يت](?=ت...$)")
_SHORTEST = 3  # letters of a word of which anything is taken off


def _table() -> dict[str, str]:
    rows = [row.translate(_PLAIN).split() for row in _FORMS.replace("\n", "|").split("|")]
    found: dict[str, str] = {}
    for row in filter(None, rows):
        stem = _bare(row[0])
        for form in (*row, stem):
            found.setdefault(form, stem)
    return found


def _bare(word: str) -> str:
    """What regular plurals of a word leave of it: those in -at take the place of a last ة."""
    return word[:-1] if word.endswith("ه") and len(word) > _SHORTEST else word


_KNOWN = _table()


def arabic_stem(word: str) -> str:
    """The stem of a word without signs for vowels: one for its numbers and cases, with and without the article, its
    adjective in -i, and in either spelling of its alif, hamza and last letter."""
    plain = word.translate(_PLAIN)
    return word if word in _TO or len(plain) < _SHORTEST else _stem(plain)


def arabic_stem_without_particle(word: str) -> str | None:
    """The stem that a word has if its first letter is a particle; None where it cannot be one, or certainly is."""
    plain = word.translate(_PLAIN)
    if len(plain) <= _SHORTEST or plain[0] not in _LEANING or plain in _KNOWN or _without_article(plain) != plain:
        return None
    stem, rest = _stem(plain), _stem(plain[1:])
    return rest if _SHORTEST <= len(rest) < len(stem) else None


def _stem(plain: str) -> str:
    bare = _without_article(plain)
    if bare == plain:
        bare = _without_particle(plain)
    stem = _without_endings(bare)
    if stem in _KNOWN:
        return _KNOWN[stem]
    stem = _IMPERFECT.sub("", stem)
    return stem[1:] if stem[0] == "و" and len(stem) > _SHORTEST else stem


def _without_article(word: str) -> str:
    """The word without the article, also a second one: what begins as if with an article loses that, too, so that it is
    one word with it and without."""
    while word not in _KNOWN and (article := _ARTICLE.match(word)):
        rest = word[article.end() :]
        if article[0].endswith("لل") and rest not in _KNOWN and _without_endings(f"ل{rest}") in _KNOWN:
            return f"ل{rest}"
        if rest in _ENDINGS:
            break
        word = rest
    return word


def _without_particle(word: str) -> str:
    if word in _KNOWN or _without_endings(word) in _KNOWN:
        return word
    for length in (1, 2):
        if _LEANING.issuperset(word[:length]) and _without_endings(word[length:]) in _KNOWN:
            return word[length:]
    return _PARTICLE.sub("", word)


def _without_endings(word: str) -> str:
    """The word without what it ends in, or at the first of its forms that is known."""
    if word in _KNOWN:
        return word
    owned = _PRONOUN.sub("", word)
    if owned != word:
        # What ends in ة has ت before a pronoun.
        word = owned[:-1] if len(owned) > _SHORTEST and owned[-1] == "ت" and owned[-2] not in "ايو" else owned
    while word not in _KNOWN and (shorter := _without_ending(word)):
        word = shorter
    return word


def _without_ending(word: str) -> str | None:
    for ending, left in _NOUN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= left:
            shorter = word[: -len(ending)]
            # "احصائي" (statistical) is of "احصاء": its hamza has become a letter.
            return shorter[:-1] if ending in ("ي", "يه") and shorter.endswith("اي") else shorter
    return None
