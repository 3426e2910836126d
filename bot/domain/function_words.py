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

acerca al algo ante así aún con cómo cuál cuáles cuándo cuánto cuántos de del desde dónde el ella ellos en entre era es
esa esas ese eso esos está están esta estas este esto estos fue fueron ha hacia han hasta hay la las le les lo los más
me mi muy ni no nos nuestro nuestra o para pero por porqué puede pueden que qué quién quiénes se según ser si sin sobre
son su sus también te tener tiene tienen una unas uno unos y ya

acaba ama bana bir biz bu bunu da daha dair de değil diye en gibi göre hakkında hakkındaki hangi hangileri hem her
için içinde ile ilgili ise kadar kim mı mi mıdır midir mu mudur mü müdür nasıl ne neden nedir nelerdir nerede niçin niye
o olan olarak oldu olduğu olur onu sen siz şey şu üzerine üzerinde ve veya ya yani

أن إلى إن او أو التي الذي الى عن على في كل كيف لا لم ما ماذا متى من مع هذا هذه هل هو هي و

的 了 和 与 是 在 有 吗 呢 怎么 如何 什么 哪些 哪个 为什么 关于 以及 或者
"""

FUNCTION_WORDS = frozenset(map(fold, _WORDS.split()))
