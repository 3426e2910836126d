"""Words that hold sentences together, in the languages of questions, folded: no text is about them."""

from __future__ import annotations

from bot.domain.folding import fold

_WORDS = """
a about an and any are as at be by can did do does for from had has have how i in into is it its me my not of on or our
should show than that the their them there these they this those to us was we were what when where which who why will
with without you your

а без бы был была были было быть в вам вас вы где для до его ее если есть еще же за и из или им их к как какая какие
какой когда кто ли мне можно мы на над нам не него нее нет ни них но о об обо он она они оно от по под почему при про
с сколько со так также такое там то тоже только у уже чего чем что чтобы эта эти это этот я

ao aos as até com como da das de do dos e é em entre era essa esse esta este eu foi há isso isto já mais mas na nas
não nem no nos nós o onde os ou para pela pelas pelo pelos por porque qual quais quando que quem são se sem ser seu sua
sobre também tem um uma umas uns

au aux avec ce ces cette comment dans des donc du elle elles en est et être il ils je la le les leur lui mais même ne
nous on ou où par pas plus pour pourquoi quand que quel quelle quelles quels qui quoi sa sans se ses son sont sous sur
te tu un une vous y

al algo ante así con cómo cuál cuándo cuánto de del desde dónde el ella ellos en entre era es esa ese eso esta este esto
fue ha hay la las le lo los más me mi muy ni no nos o para pero por porqué que qué quién se sin sobre son su sus también
te una uno unos y ya

acaba ama bir bu da daha de değil diye en gibi hangi hem için ile ise kadar kim mı mi mu mü nasıl ne neden nerede niçin
o olan olarak şu ve veya ya

أن إلى إن او أو التي الذي الى عن على في كل كيف لا لم ما ماذا متى من مع هذا هذه هل هو هي و

的 了 和 与 是 在 有 吗 呢 怎么 如何 什么 哪些 哪个 为什么 关于 以及 或者
"""

FUNCTION_WORDS = frozenset(map(fold, _WORDS.split()))
