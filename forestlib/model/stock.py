"""Stock: words that say little, and formulas made of them, in English and Russian.

Function words hold sentences together; light words say how something is said, not what. A phrase of such words alone
("it is important to", «следует отметить, что») stands in trees that have nothing else in common.
"""

from __future__ import annotations

from functools import cache

from forestlib.model.key import folded

__all__ = ["FEW_TREES", "HUB_SHARE", "function_words", "is_stock", "light_words"]

# What stands in more than this share of the trees tells little apart; of few trees that is no sign.
HUB_SHARE, FEW_TREES = 0.5, 8

_FUNCTION = """
a an the this that these those some any each every no all both either neither such what which who whom whose where when
why how there here it its itself he him his himself she her hers herself they them their theirs themselves we us our
ours ourselves you your yours yourself i me my mine myself one ones and or but nor yet so if then else than as because
since while although though unless until whether of in on at by for with without within from to into onto upon over
under above below between among through during before after about against across along around behind beside beyond up
down out off toward towards via per be am is are was were been being do does did done doing have has had having will
would shall should can could may might must ought not never also too very just only even still again ever s t re ve ll d
m don doesn didn isn aren wasn weren won wouldn can cannot let once more most much many less least few own same other
another something someone somebody somewhere anything anyone anybody nothing nobody everything everyone everybody
а в во и или но да же ли бы б не ни на по за из изо от ото до о об обо у к ко с со под подо над перед передо при про без
для через между среди около вокруг против ради кроме после прежде вместо что чтобы чем как так такой такая такое такие
такого такой таких это этот эта эти этого этой этому этих этим этими том тот та то те того той тому тех тем теми который
которая которое которые которого которой которому которых которым кто кого кому кем ком чего чему чем чем-то я мы ты вы
он она оно они меня мне мной нас нам нами тебя тебе вас вам вами его ему им ее ей ею их ими нем ней них себя себе собой
свой своя свое свои своего своей своему своих своим мой моя мое мои твой наш наша наше наши ваш ваша ваше ваши где куда
откуда когда пока если то тогда потому поэтому хотя либо нибудь либо есть быть был была было были будет будут будучи
бывает еще уже лишь только даже ведь вот вон здесь там тут туда сюда тоже также очень более менее самый самая самое
самые сам сама само сами весь вся все всего всей всем всех всеми всю каждый каждая каждое любой любая любое другой
другая другое другие один одна одно одни никто ничто ничего никогда нигде нет раз ну разве
эту этою ту тою нее неё ней некого некому нечего нечему
чей чья чье чьи коль скоро что-то кто-то как-то где-то нечто некто
"""
_LIGHT = """
important note noted notice worth say said says saying speak speaking words mean means meant meaning example
instance case cases fact way ways point clear clearly obvious obviously course hand hands side
next finally therefore thus hence however moreover furthermore besides indeed perhaps maybe possible
possibly necessary need needs needed make makes made take takes taken get gets give gives given go goes come comes
see seen sees consider considered think thought know known seem seems general generally particular particularly kind
sort part result results order terms regard respect sense conclusion follow follows following matter
today now always often sometimes usually simply actually really quite rather
важно важен важна важны нужно нужен надо можно нельзя следует необходимо стоит отметить отметим заметить заметим
сказать скажем говорить говоря говорят понимать понять подчеркнуть помнить учесть учитывать рассмотрим рассмотреть
видеть видим видно ясно понятно очевидно конечно разумеется возможно вероятно например пример примера случай случае
случая образом образ сторона стороны стороне другими словами первую очередь целом общем частности
итог итоге итак таким значит означает следовательно однако впрочем кстати вообще именно просто действительно самом деле
деле дело факт точки зрения зрение вывод часть смысле смысл является являются явиться может могут мочь
должен должна должно должны становится делает сделать дает дать имеет иметь всегда часто иногда обычно сегодня теперь
сейчас снова сначала затем потом наконец
"""


@cache
def function_words() -> frozenset[str]:
    """Return the function words, folded."""
    return frozenset(folded(_FUNCTION).split())


@cache
def light_words() -> frozenset[str]:
    """Return the words that say how something is said, folded."""
    return frozenset(folded(_LIGHT).split())


def is_stock(phrase: str) -> bool:
    """Whether a phrase is made of words alone that say little.

    >>> is_stock("It is important to"), is_stock("С другой стороны"), is_stock("свобода выбора")
    (True, True, False)
    """
    words = "".join(sign if sign.isalnum() else " " for sign in folded(phrase)).split()
    return bool(words) and all(word in function_words() or word in light_words() for word in words)
