"""What many documents have in common, so that they take less room: words, which zlib is given beforehand, and how forms
of words end. Both save a sixth.

Never to be changed: what was packed with these cannot be read with others. The commonest words stand last, the most
usual endings first.
"""

from __future__ import annotations

COMMON = """
ذكاء عصب شبك بيان تعلم لغ نموذج مع عن التي هذه هذا ان الي علي من في calisma derin sinir yapay egit sonra kadar
cok ogren ver dil daha olarak ile bu icin ve bir lern daten sprach nicht auf ist eine ein fur mit von das der
die und articul investig sistem entre sobre mas este puede tambien trabajo neuronal redes entren datos aprend
lenguaj modelo como del una con para las los 表了 不同 的数 技术 了解 经网 其中 系统 旨在 论了 这是 提出 实现
博客 课程 究人 的模 重要 通过 发表 度学 网络 神经 这些 应用 构建 文章 器学 的方 语言 人员 最近 是一 提供 工作
型的 机器 例如 一种 问题 论文 主题 训练 包括 讨论 任务 一篇 深度 布了 如何 基于 一个 以及 进行 发布 数据 用于
方法 可以 研究 使用 了一 学习 模型 из автор кажд результат такж сравнен нов мен котор обучен но так зде обуча
получа дел эмбеддинг тольк от случа пот нет дальш все вот form участвова стат мы то общ интересн ещ вопрос не на
качеств по как есл discut voc maquin pel red esse inclu aprendiz interess bibliotec apresent aplic melhor metod
outr artig aqu taref nov trabalh dos ser por pesquis learning dad utiliz public sobr mais esta pod no os da na
do um uma com em different permet librair approch cour peut chercheur appliqu ia abord comm au aux autr sont
entrain etre tach recherch egal ont sujet avec se vous tel bas cet articl apprentissag don plus publi utilis du
par que ce dan est en pour qui sur une un la et le de size predict set world particular highlight want rang
leverag tensorflow specif search knowledg inform issu we general while time process attent full benefit those
colab get detail engin requir optim explain framework previous part visual share scienc excel way imag could
into comput so larg seri effici natur concept focus effect better video all technolog transfer hug generat allow
analysi main achiev author titl self these mani appli was open featur but result tool has there problem what
context wrote face notebook check report not develop text effort current where or one perform relat applic among
dataset cours implement answer read provid pytorch like their system have some understand googl out if great
question import help differ propos blog bert network post call build at improv aim they interest librari
transform discuss neural approach machin languag new data other task train method nlp recent you ml topic here
work paper includ also from base publish which about deep releas more ai such are how research by be can with an
as it use on learn model this that is in for of to and the Ωsectionethics Ωsectioncreativitysociety
Ωsectiontopstories Ωsectionmentions Ωsectionupdates Ωsectioneducation Ωsectionarticles Ωsectiontoolsdatasets
Ωsectionpublications Ωsectionother Ωhascode Ωhaspdf Ωdocument1 openreview doi twitter com twittercom youtube com
youtubecom medium com mediumcom huggingface co huggingfaceco arxiv org arxivorg github com githubcom arxiv 20
"""

ENDINGS = """
s e es ing ed er ion d ation al ations ers als ions ly ive ent ic ement ity ated ence ance y able ate ally ant ings
ness ment ful ies tion tions r or ors ty o a os as ar ado em acao ou i ia am ada ados ando acoes idade adas ir ias ens
ante imento ido mente aram ica amento is ivo ida antes icas endo ador cao ivos icos iva ico n en ee ees ez te le les
ter ique iques ite ere x ne ais ants ives ait it acion cion iones dad idad an on io aba lar ler lari leri in un da de
dan den nin nun mak mek ci si dir t st ung zione are ato а е о и ы у ь ть ом ить ов ого ой ия ие я ый ите его ется ии
ые ей ю ое ет л ли ому ее ем ий ая ит ую ено но ых ют их или ию ым ные ах ам ами ются ится ен им й ный ся ных ной ного
ние ния нию нием ость ости остью ать ает ал ан ание ания ение ения ению ях ям ями ه ات ين ون ها ي
"""

USUAL_ENDINGS = """
e s es ing ed er o ion a ation а al os е и о as d ly ions ar у ant ы ement i
"""
