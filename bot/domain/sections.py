"""Sections: the classes that headings of newsletters fall into, in any language.

The signs, best first: an emoji that one well-known family of newsletters puts behind its headings in every language,
then the words. A heading is short and says nothing else, which is what tells it from the title of a paper.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache


class Section(StrEnum):
    """What a heading announces. The order is the order in which a digest shows them."""

    TOP_STORIES = "top_stories"
    PUBLICATIONS = "publications"
    CREATIVITY_SOCIETY = "creativity_society"
    TOOLS_DATASETS = "tools_datasets"
    ETHICS = "ethics"
    ARTICLES = "articles"
    EDUCATION = "education"
    MENTIONS = "mentions"
    UPDATES = "updates"
    STAY_INFORMED = "stay_informed"
    OTHER = "other"


_EMOJI = {
    **dict.fromkeys("📙📕📗📘", Section.PUBLICATIONS),
    "🎨": Section.CREATIVITY_SOCIETY,
    **dict.fromkeys("⚙🛠🧰", Section.TOOLS_DATASETS),
    **dict.fromkeys("🚨⚖", Section.ETHICS),
    "✍": Section.ARTICLES,
    "🎓": Section.EDUCATION,
    **dict.fromkeys("⭐🌟", Section.MENTIONS),
}
# Emoji that other newsletters use more freely: they only speak where the words do not.
_VAGUE_EMOJI = {
    **dict.fromkeys("📄📃📑🔬", Section.PUBLICATIONS),
    **dict.fromkeys("🔧📦💾🗃", Section.TOOLS_DATASETS),
    **dict.fromkeys("📝✏🖊", Section.ARTICLES),
    **dict.fromkeys("📣📢", Section.UPDATES),
    **dict.fromkeys("📰🗞", Section.TOP_STORIES),
    **dict.fromkeys("📬📫", Section.STAY_INFORMED),
}

# How to read the tables: `word` is that word, `word*` any inflection of it, `two_words` a phrase, and `word~` a word
# that titles use as well: it needs another one beside it or has to stand alone. Accents and case do not count.
_WORDS: dict[Section, str] = {
    Section.TOP_STORIES: """
        top_stor* top_news headline* highlight* news breaking_news this_week's_news
        industry~ business~ launch*~ releases~ in_the_news
        главн*_новост* главное новост* топ_новост* главн*_истори*
        notícia* principais_notícias principais_histórias destaque* manchete*
        noticia* titulares principales_historias lo_más_destacado
        actualités à_la_une grands_titres nouvelles
        top-themen schlagzeilen nachrichten neuigkeiten
        notizi* in_primo_piano
        头条 要闻 新闻 热点 焦点 頭條 要聞 新聞 熱點 焦點 トップニュース ニュース 注目記事
        haber* öne_çıkan_haber* manşet*
        أخبار اخبار أهم_الأخبار أبرز_الأخبار عناوين 주요_뉴스 뉴스 소식 समाचार मुख्य_समाचार खबर*
        big_tech~ startups~ nieuws wiadomości aktualności اخبار_مهم новини tin_tức tin_nổi_bật berita berita_utama
        """,
    Section.PUBLICATIONS: """
        publication* paper~ papers preprint* research~ research_paper* scientific_article* journal_article*
        engineering~
        публикаци* научн*_стат* научн*_работ* препринт* исследован* пейпер*
        publicaç* publicacao publicacoes artigos_científicos artigos_acadêmicos pesquisa~ pesquisas~ pré-publicaç*
        publicacion* artículos_científicos artículos_académicos investigación~ investigaciones
        trabajos_de_investigación
        publications_scientifiques articles_scientifiques articles_de_recherche recherche~
        veröffentlichung* publikation* wissenschaftliche_artikel forschung~ fachartikel
        pubblicazion* articoli_scientifici ricerca~ ricerche~
        论文 出版物 出版 发表 刊物 学术 研究~ 論文 發表 學術 学術 出版 研究論文 刊行物 パブリケーション ペーパー
        yayın yayınlar* bilimsel_makale* akademik_makale* araştırma* bildiri*
        منشورات المنشورات أوراق_بحثية أوراق_علمية أوراق الأوراق ورقات أبحاث بحوث إصدارات
        논문* 출판* 연구~ 퍼블리케이션 प्रकाशन* शोध* शोधपत्र* शोध_पत्र*
        research_innovation papers_of_the_week paper_of_the_week
        publicatie* onderzoek~ onderzoeken~ publikacj* artykuły_naukowe badania~ публікаці*
        наукові_статті дослідження~
        انتشارات مقالات_علمی پژوهش* ấn_phẩm công_bố bài_báo_khoa_học nghiên_cứu~ publikasi penelitian~ makalah~
        الأوراق_البحثية
        """,
    Section.CREATIVITY_SOCIETY: """
        creativ* society societal art~ arts~ culture~ social_impact synthetic_media~ applications~
        творчеств* креатив* обществ* искусств*~ культур*~
        criatividade sociedade arte~ cultura~
        creatividad sociedad sociedades
        créativité société société*
        kreativität gesellschaft* kunst~ kultur~
        creatività società
        创意 创造力 创造性 创造 社会 艺术~ 創意 創造力 創造性 創造 社會 藝術~ クリエイティビティ クリエイティブ
        アート~
        yaratıcılık toplum sanat~ kültür~
        إبداع الإبداع مجتمع المجتمع فن~ فنون~ ثقافة~
        창의* 창작* 사회* 예술*~ रचनात्मक* सृजनात्मक* समाज* कला~
        creativiteit maatschappij* samenleving* kreatywnoś* społeczeństw* творчіст* суспільств* креативність
        خلاقیت جامعه sáng_tạo xã_hội kreativitas kreatifitas masyarakat sosial~
        """,
    Section.TOOLS_DATASETS: """
        tool tools toolkit* tooling dataset* data_set* data~ librar*~ code~ open_source~ software framework*~
        resource*~ project*~ repositor*~ model~ models~ benchmark*~ apps~ data_source* packages~
        инструмент* датасет* набор*_данных данные~ библиотек*~ код~ софт опенсорс~ ресурс*~ проект*~ модел*~
        ferramenta* base*_de_dados conjunto*_de_dados dados~ bibliotecas~ biblioteca~ código~
        recursos~ projetos~ modelos~
        herramienta* base*_de_datos conjunto*_de_datos datos~ librerías~ librería~ código_abierto~ proyectos~
        outil* jeu*_de_données base*_de_données données~ logiciel*
        bibliothèque*~ ressources~ code_source projets~ modèles~
        werkzeug* datensatz datensätze* daten~ bibliothek*~ quellcode ressourcen~ projekte~ modelle~
        strumenti strumento insiemi_di_dati set_di_dati dati~ librerie~ libreria~ risorse~ progetti~ modelli~ codice~
        工具 数据集 数据~ 开源~ 代码~ 库~ 资源~ 项目~ 模型~ 資料集 數據集 數據~ 資料~ 開源~ 程式碼~ 代碼~ 資源~ 專案~
        ツール データセット データ~ ライブラリ~ オープンソース~ コード~ リソース~ プロジェクト~ モデル~
        araç araçlar* veri_küme* veri_set* veriseti* veri~ veriler~ kütüphane*~ açık_kaynak*~ kod~ kaynaklar~
        projeler~
        أدوات الأدوات أداة مجموعات_بيانات مجموعات_البيانات قواعد_بيانات قواعد_البيانات بيانات~ البيانات~
        مكتبات~ المكتبات~         برمجيات مفتوحة_المصدر~ كود~ موارد~ مصادر~ مشاريع~
        도구* 툴 데이터셋* 데이터_세트* 데이터~ 라이브러리*~ 오픈소스~ 오픈_소스~ 코드~ 리소스~ 프로젝트~ 모델~
        उपकरण* टूल* औज़ार* डेटासेट* डेटा_सेट* डेटा~ लाइब्रेरी*~ पुस्तकालय*~ कोड~ संसाधन*~
        engineering_resources gereedschap* hulpmiddelen datasets narzędzi* zbior*_danych zbiór_danych інструмент*
        набор*_даних датасети дані~
        ابزار ابزارها ابزارهای مجموعه_داده مجموعه_داده_ها دادگان công_cụ bộ_dữ_liệu dữ_liệu~ alat perangkat
        kumpulan_data
        """,
    Section.ETHICS: """
        ethic* fairness~ bias~ policy~ safety~ governance~ regulation*~ responsible_ai~ privacy~ law~ concerns~
        этик* этичес* этичн*~ безопасност*~ справедливост*~ регулировани*~ политик*~
        ética éticas éticos viés~ política*~ segurança~ privacidade~ regulação~
        sesgo*~ seguridad~ privacidad~ regulación~
        éthique* biais~ politique*~ sécurité~ confidentialité~
        ethik* ethisch* sicherheit~ politik~ datenschutz~
        etica etico etiche sicurezza~ politica~
        伦理 道德 倫理 偏见~ 公平~ 安全~ 政策~ 隐私~ 偏見~ 隱私~ エシックス 公平性~
        etik* etiği* ahlak* güvenlik~ politika*~ önyargı*~ gizlilik~
        أخلاق* الأخلاق* أخلاقيات الأخلاقيات خصوصية~ أمان~ سياسات~ تحيز~
        윤리* 편향*~ 안전*~ 정책*~ 프라이버시~ नैतिक* आचार* नीति*~ सुरक्षा~ निजता~
        ethiek* ethisch* etyk* етик* етичн* اخلاق đạo_đức etika
        """,
    Section.ARTICLES: """
        article* blog* post posts blogpost* essay* reading reading_list long_read* worth_reading what_we_read
        deep_dive*
        tutorials_and_articles analysis~ insight* opinion*~ think_piece* interview*~ podcast*~
        стат* блог* пост посты постов заметк* эсс* почитать что_почитать чтение мнени*~ интервью~
        artigo* postage* post_de_blog leitura* opinião~ ensaio*
        artículo* entrada* publicaciones_de_blog publicaciones_en_blogs lectura* ensayos opinión~
        billet* à_lire lecture* veille tribune*~
        artikel* beitrag beiträge* blogbeitr* lesenswert* lesestoff
        articoli articolo letture da_leggere
        文章 博客 博文 帖子 阅读 好文 部落格 網誌 閱讀 貼文 推文 記事 ブログ* 投稿 読み物 コラム
        makale* yazı yazılar* blog_yazı* blog_gönderi* gönderi* okuma*
        مقالات المقالات مقال مدونات المدونات المدونة مدونة تدوينات تدوينة منشورات_المدونات منشورات_مدونة
        منشورات_المدونة
        منشورات_مدونات قراءات للقراءة
        기사* 블로그* 글 글들 게시물* 게시글* 읽을거리 칼럼 लेख* आलेख* ब्लॉग* पोस्ट* निबंध*
        opinions~ artikelen blogpost* blogartikel* blogbericht* artykuł* wpis* статт* допис* مقالات مقاله
        پست_های_وبلاگ وبلاگ*
        bài_viết bài_báo tulisan artikel_blog 포스트* 포스팅* 글과 التدوينات تدوينات
        """,
    Section.EDUCATION: """
        education* course* tutorial* learning~ teaching lecture* learn~ training~ guides~ study~ how-to*~ textbook*
        образован* обучени* учёб* учеб* курс* лекци* туториал* урок*
        educaç* educacao curso* aprendizado~ aprendizagem~ ensino aula* tutoria* formação
        educación formación enseñanza aprendizaje~ clases lecciones
        éducation formation* cours enseignement apprentissage~ tutoriel*
        bildung ausbildung kurs kurse lehre lernen~ lehrmaterial* vorlesung* weiterbildung
        istruzione educazione formazione corso corsi didattica apprendimento~ lezioni
        教育 教程 课程 学习~ 教学 课堂 課程 教學 學習~ 教育関連 講座 講義 チュートリアル コース~ 学び~
        eğitim* kurs* ders dersler* öğretim öğrenme~
        تعليم التعليم تعليمي تعليمية دورات الدورات دروس تعلم~ التعلم~ شروحات
        교육* 강의* 강좌* 튜토리얼* 학습~ 배움 शिक्षा* शिक्षण* पाठ्यक्रम* ट्यूटोरियल* सीखना~ सीखें~
        onderwijs opleiding* cursussen edukacj* kursy nauka~ освіт* навчан* курси آموزش دوره_ها giáo_dục khóa_học
        đào_tạo pendidikan pelatihan
        educativ*~ educacional*~ образовательн*~ 学習 recursos_educativ* educational_resource* learning_resource*
        """,
    Section.MENTIONS: """
        mention* quick_link* miscellaneous misc in_brief briefs mini-brief* mini_brief* odds_and_ends other_news
        other_links more_links honorable_mention* shout-out* shoutout* also_noteworthy worth_a_look
        упоминани* упомян* разное коротко кратк* полезн*_ссылк* ссылки~ отмет* что_ещё ещё_интересн*
        menç* menções mencoes menção notas_rápidas diversos links_rápidos outras_notícias
        mencion* enlaces_rápidos varios otras_noticias breves
        liens_rapides en_bref divers autres_nouvelles
        erwähn* kurznachrichten kurz_notiert verschiedenes sonstiges kurzmeldungen
        menzion* in_breve varie segnalazion*
        提及 值得关注 值得一提 值得注意 其他 杂项 快讯 值得關注 值得註意 其他消息 雜項 快訊 特別言及 言及 その他 短信
        bahsedilen* bahsi_geçen* bahsedilmeye_değer* anılma* değinilen* kısa_kısa diğer_haber* kayda_değer*
        إشارات الإشارات إشادات ذكر~ تنويه* جدير_بالذكر جديرة_بالذكر متفرقات منوعات
        언급* 주목할_만한* 주목할만한* 기타 단신 उल्लेख* उल्लेखनीय* अन्य_समाचार विविध*
        autres_lectures à_noter à_signaler en_bref autres~ прочее стоит_упомянуть стоит_отметить стоит_внимания
        достойн*_упоминани* достойн*_внимани*
        заслужива*_внимани* коротко_о_главном weitere_meldungen weitere_links bemerkenswertes
        vermelding* eervolle_vermelding* kort_nieuws overig overige wzmianki warte_uwagi godne_uwagi w_skrócie
        pozostałe варто_згадати варто_уваги згадки
        قابل_توجه نکات_دیگر đáng_chú_ý đề_cập tin_vắn sebutan layak_disimak lainnya
        bahsetmeye_değer* sözü_edilmeye_değer* diğer_konular diğer_önemli_konular جديرة_بالاهتمام جدير_بالاهتمام
        روابط_سريعة أخبار_أخرى
        otros_enlaces enlaces_de_interés otras_lecturas その他のニュース その他の話題 注目の話題 注目トピック
        注目のトピック その他の注目トピック
        그밖의_소식 그_외_소식 짧은_소식 주목할_만한_소식 주목할만한_소식
        """,
    Section.UPDATES: """
        update* announcement* foreword preface editorial editor's_note from_the_editor introduction~ intro~ changelog
        обновлени* анонс* объявлени* новости_проекта предислови* от_редактор* от_редакции
        atualizaç* atualizacoes anúncio* prefácio comunicado* nota_do_editor avisos
        actualizacion* anuncio* prólogo prefacio avisos novedades nota_del_editor
        mises_à_jour mise_à_jour annonce* avant-propos avant_propos édito éditorial préface
        aktualisierung* ankündigung* vorwort editorial* in_eigener_sache
        aggiornament* annunci* prefazione editoriale
        更新 公告 通知 前言 序言 编者按 編者按 編者的話 最新动态 最新動態 アップデート お知らせ 告知 はじめに 前書き
        güncelleme* duyuru* önsöz editörden
        تحديثات التحديثات إعلانات الإعلانات مقدمة تمهيد كلمة_المحرر
        업데이트* 공지* 알림 머리말 서문 अपडेट* घोषणा* प्रस्तावना संपादकीय
        aankondiging* ogłoszeni* оголошення thông_báo pengumuman اطلاعیه*
        """,
    Section.STAY_INFORMED: """
        stay_informed stay_tuned stay_up_to_date stay_in_touch keep_in_touch follow_us subscribe stay_connected
        оставайтесь_в_курсе будьте_в_курсе быть_в_курсе подписывайтесь подписка подписаться
        mantenha-se_informado fique_informado fique_por_dentro fique_ligado inscreva-se assine siga-nos
        mantente_informado manténgase_informado mantente_al_día suscríbete síguenos
        restez_informé* rester_informé* restez_connecté* abonnez-vous suivez-nous
        bleiben_sie_informiert informiert_bleiben bleib_informiert abonnieren
        resta_informato rimani_informato restate_informati iscriviti seguici
        保持关注 关注我们 订阅 随时了解 保持關注 關注我們 訂閱 最新情報 購読 フォローする
        haberdar_olun haberdar_ol takipte_kalın bizi_takip_edin abone_ol* gelişmelerden_haberdar*
        ابق_على_اطلاع ابقوا_على_اطلاع ابق_مطلعا تابعنا تابعونا اشترك
        구독* 소식_받기 최신_소식 팔로우 सूचित_रहें जुड़े_रहें सदस्यता_लें
        manténganse_informados mantente_al_tanto blijf_op_de_hoogte bądź_na_bieżąco będźcie_na_bieżąco
        залишайтеся_в_курсі theo_dõi tetap_terhubung
        """,
    Section.OTHER: """
        job jobs career*~ event events conference* meetup* calendar community~
        ваканси* работа~ мероприяти* событи* конференци*
        vagas carreira*~ eventos empleo* trabajo~ emplois emploi événements évènements stellenangebote veranstaltungen
        eventi lavoro~ 招聘 职位 活动 會議 会议 活動 職缺 求人 イベント
        iş_ilanları etkinlik* وظائف فعاليات أحداث 채용 행사 이벤트 नौकरी* कार्यक्रम*
        vacatures evenementen oferty_pracy wydarzenia вакансії події việc_làm sự_kiện lowongan acara
        """,
}

# Words that say nothing about the class: articles, conjunctions, the field, praise, the week.
_FILLERS = """
    a an the of in on for to from with by at as its our your this that last
    ai a.i ml nlp dl machine_learning deep_learning artificial_intelligence natural_language_processing nlproc
    new latest recent best top selected featured favorite favourite interesting important notable noteworthy special
    great other further more weekly week weeks month monthly today daily must honorable upcoming relevant trending
    picks
    issue section open notes
    в во на о об по для от из с со к за ии мл нлп машинн*_обучени* искусственн*_интеллект* новые новое лучшие
    интересн* важн* свежие недели неделя другие прочее прочие полезные научные достойные заслуживающие внимания
    o os as um uma uns de do da dos das em no na nos nas por para com ia aprendizado_de_máquina
    inteligência_artificial
    novo* novos novas nova recente* melhores importante* interessantes semana outros outras honros* destacad* pln
    el la los las un una unos del al en con por para ia aprendizaje_automático inteligencia_artificial honorífic*
    nuevo* nuevas nueva reciente* mejores interesantes semana otros otras especial* notables dignas mención honor
    le les une des du de d l en dans sur pour avec au aux ia taln tal
    apprentissage_automatique intelligence_artificielle
    nouveau* nouvelle récent* meilleur* important* intéressant* semaine autres spécial* honorable* notable*
    der die das den dem des ein eine im in zu zur zum für mit von vom auf aus ki maschinelles_lernen weitere woche
    künstlich*_intelligenz neue neuer neues neueste aktuelle beste wichtige interessante besondere lobende
    nennenswert*
    il lo gli i uno una di del della dell dei delle degli nel nella nell all sull in per con su ia nuovi nuove
    intelligenza_artificiale
    apprendimento_automatico interessanti importanti settimana degne nota speciali altri altre onorevol* d'onore
    的 中 里 裡 在 之 人工智能 人工智慧 机器学习 機器學習 深度学习 深度學習 自然语言处理 自然語言處理
    相关 相關 本周 本週
    最新 推荐 推薦 精选 精選 重要 热门 熱門 今日 每周 部分 其它 篇 特别 特別
    の な における に関する 人工知能 機械学習 自然言語処理 今週 今週の 注目の おすすめ 新しい 最近の その他の
    yapay_zeka* yapay_zekâ* makine_öğren* doğal_dil_işleme ddi yz için ile ilgili içinde bu hafta haftanın yeni son
    önemli ilginç diğer dikkat_çeken öne_çıkan en iyi özel değer
    في من على عن إلى ذكاء_اصطناعي الذكاء_الاصطناعي تعلم_آلي التعلم_الآلي تعلم_الآلة
    معالجة_اللغات_الطبيعية معالجة_اللغة_الطبيعية
    جديدة جديد هامة مهمة بارزة مميزة أخرى هذا الأسبوع أسبوع حديثة خاصة شرفية جديرة
    인공지능 인공지능의 머신러닝 머신러닝의 딥러닝 자연어처리 자연어_처리 이번 주 이번주 새로운 최신 추천 주요 주목할
    만한 기타의 का की के में पर से लिए एआई कृत्रिम_बुद्धिमत्ता मशीन_लर्निंग प्राकृतिक_भाषा_संसाधन नए नया नई नवीनतम
    महत्वपूर्ण अन्य
    इस सप्ताह विशेष
    technique* techniques topic topics things conhecidas notáve* notable bemerkenswert* científic* konu konular
    konuları temas themen thema
    interés 话题 話題 トピック 内容 内容的 het een de en van voor over w we i o na dla do oraz nowe inne з у та
    про для нові інші ші штучн*_інтелект*
    در به برای هوش_مصنوعی های trong về và các những một ai_và dalam dan tentang yang di untuk penting notáveis notável
    """
_CONNECTORS = (
    "and or et ou e y en oraz dan và і und oder ed и или ve ile 与 和 及 與 以及 と や 및 와 과 और एवं तथा و та й"
)
# Names that consist of such words.
_NAMES = (
    "papers_with_code paperswithcode github_copilot data_science open_data_science hacker_news tool_learning 工具学习"
)

_MOST_LETTERS = 70  # longer lines are titles or sentences
_MOST_WORDS = 8
_MOST_WORDS_BY_EMOJI = 5  # words that need not be understood where an emoji speaks
_MOST_WORDS_BY_VAGUE_EMOJI = 2
_INFLECTION = 5  # letters that `word*` may grow by: "tool*" must not swallow "toolformer"

_MARKUP = re.compile(r"^[\s#>*_~`=|-]+|[\s#*_~`=|:：-]+$|\*\*|__|</?\w+[^>]*>|\[(?=[^\]]*\]\()|\]\([^)]*\)")
_NUMBER = re.compile(
    r"^\W*(?:第?[一二三四五六七八九十]{1,3}[部章节節]?分?\s*[、.．:：)）]|(?:\d{1,2}|[ivx]{1,4})\s*[、.．:：)）]\s*(?!\d)|\d{1,2}\s+(?=\D))\s*",
    re.I,
)
_SUB_NUMBER = re.compile(r"^\W*\d{1,2}[.．]\d{1,2}\b")
_ACCENTS = re.compile(r"[\u0300-\u036f\u064b-\u0655\u0670\ufe0e\ufe0f\u200d]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")  # "Publications in 2019" is an item
_DATE_BEHIND = re.compile(r"\s+[-–—|]\s+(?:19|20)\d\d\s*$")
_ASIDE = re.compile(r"(?<=\w)\s*[(（][^)）]*[)）]\s*")
_EMOJI_BEHIND = re.compile(rf"[{''.join(_EMOJI)}]\ufe0f?\s*$")  # where that family of newsletters puts it
_JOINT = re.compile(r"[&/+,，、|·•;；]")


# Classes that no emoji of the first table stands for: where the words name one, they are believed.
_WITHOUT_EMOJI = (Section.TOP_STORIES, Section.UPDATES, Section.STAY_INFORMED)


class _Role(StrEnum):
    """What a word does to the verdict."""

    SIGN = "sign"
    WEAK_SIGN = "weak_sign"
    FILLER = "filler"
    CONNECTOR = "connector"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of the tables: the words it consists of, and what they say."""

    steps: tuple[str, ...]
    role: _Role
    section: Section | None = None


@dataclass(frozen=True, slots=True)
class _Unit:
    """A part of a heading, and how much of the heading it makes up (a word of content: 1)."""

    role: _Role
    section: Section | None
    size: float


@lru_cache(maxsize=4096)  # pages repeat their lines, and readers ask about each line more than once
def classify(heading: str) -> Section | None:
    """The class that a heading announces, or None where the line is no section's heading.

    Takes the line as written: numbered, with markup and emoji left over, in any case. OTHER is a section of a class
    that has no name here (jobs, events). Doubtful lines are None: a title taken for a heading would hide an item.
    """
    text = _ASIDE.sub(" ", _MARKUP.sub("", heading.strip()))
    if _SUB_NUMBER.match(text) or len(text) > _MOST_LETTERS:
        return None
    text = _DATE_BEHIND.sub("", _NUMBER.sub("", text))
    units = list(_units(text))
    size = sum(unit.size for unit in units)
    if size > _MOST_WORDS:
        return None
    said = None if _YEAR.search(text) else _said(units, joined=_JOINT.search(text) is not None)
    emoji = _first(text, _EMOJI)
    is_behind = bool(_EMOJI_BEHIND.search(text))
    if emoji is not None and said not in _WITHOUT_EMOJI and (is_behind or size <= _MOST_WORDS_BY_EMOJI):
        return emoji
    if said is None and size <= _MOST_WORDS_BY_VAGUE_EMOJI:
        return _first(text, _VAGUE_EMOJI)
    return said


def _first(text: str, table: dict[str, Section]) -> Section | None:
    return next((table[char] for char in text if char in table), None)


def _said(units: list[_Unit], *, joined: bool) -> Section | None:
    """What the words say together: the class with most of them, the first one at a tie."""
    strong, weak = _votes(units, _Role.SIGN), _votes(units, _Role.WEAK_SIGN)
    roles = {unit.role for unit in units}
    strangers = sum(unit.size for unit in units if unit.role is _Role.STRANGER)
    if not strong:
        # "Research", "code and data"; but "AI research" is a title.
        sure = len(units) == 1 or (_Role.FILLER not in roles and max(weak.values(), default=0) >= 2)
        return _most(weak) if sure and not strangers else None
    if len(strong) > 1 and not joined and _Role.CONNECTOR not in roles:
        return None  # "Tools and tutorials" is a heading of two classes; "tools tutorial" is a title
    if sum(strong.values()) + sum(weak.values()) / 2 < 3 * strangers:
        return None
    return _most(strong)


def _votes(units: list[_Unit], role: _Role) -> dict[Section, float]:
    votes: dict[Section, float] = {}
    for unit in units:
        if unit.role is role and unit.section is not None:
            votes[unit.section] = votes.get(unit.section, 0) + (unit.size if role is _Role.SIGN else 1)
    return votes


def _most(votes: dict[Section, float]) -> Section | None:
    return max(votes, key=lambda section: votes[section], default=None)


def _units(text: str) -> Iterator[_Unit]:
    """The heading as the longest phrases that the tables know, and single words where they know none."""
    words = _words(text)
    at = 0
    while at < len(words):
        entry = _entry_at(words, at)
        length = len(entry.steps)
        yield _Unit(entry.role, entry.section, _size(entry))
        at += length


def _size(entry: _Entry) -> float:
    if entry.role in (_Role.FILLER, _Role.CONNECTOR):
        return 0.25
    if _is_unparted(entry.steps[0][0]):
        return len(entry.steps) / 2
    return len(entry.steps) if len(entry.steps) == 1 else 1.5 * len(entry.steps)  # a whole phrase is no accident


def _entry_at(words: list[str], at: int) -> _Entry:
    for entry in _index().get(words[at][0], ()):
        steps = entry.steps
        if len(words) - at >= len(steps) and all(map(_fits, words[at:], steps)):
            return entry
    return _Entry((words[at],), _Role.STRANGER)


def _fits(word: str, step: str) -> bool:
    if step.endswith("*"):
        return word.startswith(step[:-1]) and len(word) - len(step) < _INFLECTION
    return word == step


@cache
def _index() -> dict[str, tuple[_Entry, ...]]:
    """All entries by the letter they begin with, the longest first."""
    entries = [entry for section, words in _WORDS.items() for entry in _entries(words, _Role.SIGN, section)]
    entries += _entries(_FILLERS, _Role.FILLER)
    entries += _entries(_CONNECTORS, _Role.CONNECTOR)
    entries += _entries(_NAMES, _Role.STRANGER)
    entries.sort(key=lambda entry: (len(entry.steps), len("".join(entry.steps))), reverse=True)
    index: dict[str, list[_Entry]] = {}
    for entry in entries:
        index.setdefault(entry.steps[0][0], []).append(entry)
    return {letter: tuple(group) for letter, group in index.items()}


def _entries(words: str, role: _Role, section: Section | None = None) -> Iterator[_Entry]:
    for word in words.split():
        weak = word.endswith("~")
        steps = [step for part in word.rstrip("~").split("_") for step in _steps(part)]
        yield _Entry(tuple(steps), _Role.WEAK_SIGN if weak else role, section)


def _steps(part: str) -> list[str]:
    steps = _split(part)
    return [*steps[:-1], steps[-1] + "*"] if part.endswith("*") else steps


def _words(text: str) -> list[str]:
    """The words of a heading; in Arabic "and" and "the", which are written together with the next word, apart."""
    words: list[str] = []
    for word in _split(text):
        if word[0] == "و" and len(word) > 2 and not _is_known(word):
            words += ["و", _without_article(word[1:])]
        else:
            words.append(_without_article(word))
    return words


def _without_article(word: str) -> str:
    bare = word.removeprefix("ال")
    return bare if len(bare) > 2 and bare != word and not _is_known(word) and _is_known(bare) else word


def _is_known(word: str) -> bool:
    return any(_fits(word, entry.steps[0]) for entry in _index().get(word[0], ()))


def _split(text: str) -> list[str]:
    """Lower-case words without accents; in scripts that do not part words each sign is one."""
    words: list[str] = [""]
    for char in _plain(text):
        if _is_unparted(char):
            words += [char, ""]
        elif unicodedata.category(char)[0] in "LM":
            words[-1] += char
        else:
            words.append("")
    return [word for word in words if word]


def _is_unparted(char: str) -> bool:
    """Han and Kana."""
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff"


def _plain(text: str) -> str:
    """One spelling: no case, no accents, no Arabic vowel signs or hamza seats, one kind of dotted and dotless i."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    bare = _ACCENTS.sub("", apart).replace("ı", "i").replace("ـ", "")
    return unicodedata.normalize("NFC", bare)
