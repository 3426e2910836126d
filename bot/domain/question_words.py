"""The words of questions: names of filters and what they are given, in the four languages of the bot, and in those in
which people ask besides.

All of them are compared as `fold` makes them, so that case and accents do not count.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from bot.domain.folding import fold
from bot.domain.question import Has, Mine, Sort
from bot.domain.sections import Section, classify


class Name(StrEnum):
    """What stands before the colon."""

    TITLE = "title"
    AUTHOR = "author"
    SOURCE = "source"
    LANGUAGE = "lang"
    SECTION = "section"
    ISSUE = "issue"
    AFTER = "after"
    BEFORE = "before"
    UNTIL = "until"
    ON = "on"
    HAS = "has"
    ID = "id"
    IS = "is"
    SORT = "sort"


OR_WORDS = frozenset(("OR", "ИЛИ", "OU", "或", "VEYA"))
"""Between parts of which one is enough; only so, in capitals, where a script has them."""
AND_WORDS = frozenset(("AND", "&&"))
"""Some write them out of habit; they change nothing."""

_NAMES = """
title: titles заголовок заголовки название título títulos titulo 标题 標題 题目
author: authors автор авторы autor autora autores 作者
source: sources источник источники канал fonte fontes canal 来源 來源
lang: language languages язык языки idioma idiomas língua 语言 語言
section: sections раздел разделы рубрика рубрики seção seções 栏目 版块 板块 分类
issue: issues выпуск выпуски номер edição edições 期号 刊期
after: since newer после с depois após desde 之后 以后 晚于 自
before: older до раньше antes 之前 以前 早于
until: по até 截至 截止
on: date during дата за data em durante 日期 于
title: titre başlık
author: auteur auteure auteurs yazar yazarlar
source: fuente fuentes kaynak kaynaklar
lang: langue lengua dil
section: sección secciones rubrique bölüm
issue: edición ediciones número numéro sayı
after: después après depuis sonra
before: avant önce
until: hasta jusque kadar
on: fecha tarih
has: tiene contiene avec contient var içeren içerir
is: état statut durum
sort: orden tri trier sırala sıralama
has: с_чем есть имеет tem com contém 含 有 包含
id: ид 编号
is: status статус estado 状态 是
sort: order сортировка порядок ordem ordenar classificar 排序
"""
_HAS = """
code: код кодом código 代码 代碼 源码
pdf: пдф
code: kod kodlu
discussion: discusión debate tartışma
materials: materiales diapositivas diapos diapositives supports malzeme malzemeler slaytlar
discussion: discussions discussed обсуждение обсуждения обсуждением обсуждено discussão discussões discutido 讨论 討論
materials: material slides материалы материал материалами слайды материais materiais slides 材料 资料 資料
"""
_IS = """
saved: save сохранено сохранённое сохранённые сохранён закладки salvo salvos salva salvas 收藏 已收藏 已保存 保存
saved: guardado guardados guardada guardadas enregistré enregistrés sauvegardé kaydedilen kaydedilmiş kayıtlı
unread: no_leído no_leídos no-leído no-leídos non_lu non_lus non-lu non-lus okunmamış
unread: new непрочитанное непрочитанные непрочитано новое não-lido não-lidos não_lido não_lidos nãolido 未读 未讀
"""
_SORT = """
new: newest date recent latest новые новое новизна дата recente recentes novo novos data 最新 时间 新
new: nuevo nuevos recientes fecha nouveau nouveaux récents yeni en_yeni tarih
best: mejor mejores relevancia meilleur meilleurs pertinence en_iyi
best: relevance relevant top лучшие лучшее важные релевантность melhor melhores relevância 最佳 相关 相关性
"""
# Beside what headings are called by, which `classify` knows: what readers see, and the values themselves.
_SECTIONS = """
top_stories: top_stories главное destaques 头条
publications: publications публикации publicações 论文
creativity_society: creativity_and_society творчество_и_общество criatividade_e_sociedade 创意与社会
tools_datasets: tools_and_datasets tools_&_datasets инструменты_и_данные ferramentas_e_conjuntos_de_dados 工具与数据集
tools_datasets: data данные dados 数据 datos données veri
ethics: ethics этика ética 伦理
articles: articles articles_and_blogs blogs blog статьи статьи_и_блоги блоги artigos artigos_e_blogs 文章 博客
education: education обучение образование educação 教育
mentions: mentions упоминания menções 值得一提
updates: updates новости novidades 动态
stay_informed: stay_informed будьте_в_курсе fique_por_dentro 保持关注
other: other more другое прочее разное outros outras mais 其他 其它 更多
"""
# What languages are called in English, Russian, Portuguese and Chinese, and by themselves, by their primary tags; those
# of the sources also in Spanish, French and Turkish.
_LANGUAGES = """
en: english eng английский английском английски англ inglês ingles 英语 英文 英語
ru: russian rus русский русском русски рус russo 俄语 俄文 俄語
pt: portuguese por brazilian brazilian_portuguese португальский португальском португальски бразильский português
pt: portugues brasileiro 葡萄牙语 葡语 葡文 葡萄牙文 葡萄牙語
zh: chinese zho chi cn mandarin simplified_chinese traditional_chinese китайский китайском китайски chinês mandarim
zh: 中文 汉语 漢語 华语 普通话 简体中文 繁体中文 繁體中文
fr: french fra fre французский французском французски francês français francais 法语 法文 法語
es: spanish spa испанский испанском испански espanhol español castellano 西班牙语 西语 西班牙文 西班牙語
tr: turkish tur турецкий турецком турецки turco türkçe 土耳其语 土耳其文 土耳其語
ar: arabic ara арабский арабском арабски árabe العربية عربي 阿拉伯语 阿拉伯文 阿拉伯語
en: anglais ingilizce
ru: ruso russe rusça
pt: portugués portugais portekizce
zh: chino chinois çince
fr: francés fransızca
es: espagnol castillan ispanyolca
tr: turc
ar: arabe arapça
de: alemán allemand almanca
it: italien italyanca
ja: japonés japonais japonca
ko: coréen korece
de: german deu ger немецкий немецком немецки alemão deutsch 德语 德文 德語
it: italian ita итальянский итальянском итальянски italiano 意大利语 意大利文 意大利語
ja: japanese jpn jp японский японском японски japonês 日语 日文 日本語 日語
ko: korean kor kr корейский корейском корейски coreano 韩语 韩文 朝鲜语 한국어 韓語
hi: hindi hin хинди híndi 印地语 हिन्दी हिंदी
uk: ukrainian ukr ua украинский украинском украински ucraniano українська 乌克兰语 乌克兰文
be: belarusian bel белорусский белорусском белорусски bielorrusso беларуская 白俄罗斯语
kk: kazakh kaz казахский казахском cazaque қазақша 哈萨克语
pl: polish pol польский польском польски polonês polaco polski 波兰语 波兰文
nl: dutch nld голландский нидерландский нидерландском holandês neerlandês nederlands 荷兰语 荷兰文
cs: czech ces чешский чешском чешски tcheco čeština česky 捷克语
sk: slovak slk словацкий словацком eslovaco slovenčina 斯洛伐克语
sl: slovenian slovene slv словенский словенском esloveno slovenščina 斯洛文尼亚语
bg: bulgarian bul болгарский болгарском búlgaro български 保加利亚语
sr: serbian srp сербский сербском sérvio српски srpski 塞尔维亚语
hr: croatian hrv хорватский хорватском croata hrvatski 克罗地亚语
mk: macedonian македонский македонском macedônio македонски 马其顿语
ro: romanian ron румынский румынском romeno română 罗马尼亚语
hu: hungarian hun венгерский венгерском húngaro magyar 匈牙利语
el: greek ell греческий греческом grego ελληνικά 希腊语
he: hebrew heb иврит иврите hebraico עברית 希伯来语
fa: persian farsi fas персидский персидском фарси persa فارسی 波斯语
ur: urdu урду اردو 乌尔都语
bn: bengali ben бенгальский бенгальском bengali বাংলা 孟加拉语
ta: tamil тамильский тамильском tâmil தமிழ் 泰米尔语
te: telugu телугу télugo తెలుగు 泰卢固语
mr: marathi маратхи marata मराठी 马拉地语
th: thai tha тайский тайском tailandês ไทย 泰语 泰文
vi: vietnamese vie вьетнамский вьетнамском vietnamita 越南语 越南文
id: indonesian ind индонезийский индонезийском indonésio bahasa 印尼语 印度尼西亚语
ms: malay msa малайский малайском malaio melayu 马来语
tl: tagalog filipino тагальский filipino 菲律宾语
sv: swedish swe шведский шведском шведски sueco svenska 瑞典语 瑞典文
no: norwegian nor норвежский норвежском norueguês norsk 挪威语
da: danish dan датский датском dinamarquês dansk 丹麦语
fi: finnish fin финский финском finlandês suomi 芬兰语
is: icelandic исландский исландском islandês íslenska 冰岛语
et: estonian est эстонский эстонском estoniano eesti 爱沙尼亚语
lv: latvian lav латышский латышском letão latviešu 拉脱维亚语
lt: lithuanian lit литовский литовском lituano lietuvių 立陶宛语
hy: armenian hye армянский армянском armênio հայերեն 亚美尼亚语
ka: georgian kat грузинский грузинском georgiano ქართული 格鲁吉亚语
az: azerbaijani aze азербайджанский азербайджанском azerbaijano 阿塞拜疆语
uz: uzbek узбекский узбекском usbeque 乌兹别克语
mn: mongolian монгольский монгольском mongol 蒙古语
ca: catalan cat каталанский каталанском catalão català 加泰罗尼亚语
gl: galician галисийский галисийском galego 加利西亚语
eu: basque баскский баскском basco euskara 巴斯克语
ga: irish ирландский ирландском irlandês gaeilge 爱尔兰语
cy: welsh валлийский валлийском galês cymraeg 威尔士语
sq: albanian албанский албанском albanês shqip 阿尔巴尼亚语
sw: swahili суахили suaíli kiswahili 斯瓦希里语
af: afrikaans африкаанс africâner 南非语
la: latin латинский латыни латынь latim 拉丁语
eo: esperanto эсперанто 世界语
"""
# Primary tags: ISO 639-1, and two more that sources use.
_TAGS = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj
kk kl km kn ko ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv
ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti
tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu fil yue
"""
_LANGUAGE_FRAMES = re.compile(r"^(?:(?:in|на|по|em|en)[ -]+)?(.+?)(?: (?:language|языке?))?$")
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*")
_SPACES = re.compile(r"[\s_]+")


def name_of(word: str) -> Name | None:
    """The filter that is called so."""
    found = _names().get(_plain(word))
    return Name(found) if found else None


def has_of(word: str) -> Has | None:
    found = _meaning(_HAS, word)
    return Has(found) if found else None


def mine_of(word: str) -> Mine | None:
    found = _meaning(_IS, word)
    return Mine(found) if found else None


def sort_of(word: str) -> Sort | None:
    found = _meaning(_SORT, word)
    return Sort(found) if found else None


def section_of(words: str) -> Section | None:
    """The section that the words name, or that a heading of these words would be of."""
    return section_named(words) or classify(words.replace("_", " "))


def section_named(words: str) -> Section | None:
    """The section of exactly this name: its value, or what readers see."""
    found = _meaning(_SECTIONS, words)
    return Section(found) if found else None


def language_of(words: str) -> str | None:
    """The primary tag of a language that is given by a tag or by a name: "pt" of "pt-BR" and "португальский"."""
    plain = _plain(words)
    tag, framed = _TAG.fullmatch(words.lower()), _LANGUAGE_FRAMES.match(plain)
    if tag and tag[1] in _tags():
        return tag[1]
    return _meaning(_LANGUAGES, plain) or (_meaning(_LANGUAGES, framed[1]) if framed else None)


def _meaning(lines: str, word: str) -> str | None:
    return _table(lines).get(_plain(word))


@cache
def _names() -> dict[str, str]:
    return _table(_NAMES)


@cache
def _tags() -> frozenset[str]:
    return frozenset(_TAGS.split())


@cache
def _table(lines: str) -> dict[str, str]:
    """What each word means: on every line the meaning, a colon, and the words for it, "_" for a space."""
    rows = (line.partition(":") for line in lines.strip().splitlines())
    return {_plain(word): meaning for meaning, _, words in rows for word in (meaning, *words.split())}


def _plain(word: str) -> str:
    return _SPACES.sub(" ", fold(word)).strip()
