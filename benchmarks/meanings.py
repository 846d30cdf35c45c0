"""The pairs that ``python -m benchmarks.opposites`` measures: opposites, and pairs that mean the same.

Written before the guard was, and never used to choose a rule, a weight or a threshold (``benchmarks.meanings_seed``
was). A line is ``one | other``; a heading is ``language: kind``.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

__all__ = ["OPPOSITES", "RELATED", "SAME", "Pair", "pairs"]


@attrs.frozen
class Pair:
    """Two phrases, the languages that they are in, and what kind of pair they are."""

    one: str
    other: str
    language: str
    kind: str


def pairs(listed: str) -> Iterator[Pair]:
    """Yield the pairs of a list.

    >>> list(pairs("[ru: words]\\nдобро | зло"))
    [Pair(one='добро', other='зло', language='ru', kind='words')]
    """
    language = kind = ""
    for line in filter(None, map(str.strip, listed.splitlines())):
        if line.startswith("["):
            language, _, kind = line.strip("[]").partition(": ")
        else:
            one, _, other = line.partition(" | ")
            yield Pair(one, other, language, kind)


OPPOSITES = """
[ru: negation]
справедливость | несправедливость
доверие | недоверие
порядок | беспорядок
обратимый процесс | необратимый процесс
полезное знание | бесполезное знание
равенство перед законом | неравенство перед законом
человек свободен | человек не свободен
мораль зависит от культуры | мораль не зависит от культуры
Бог существует | Бога нет
свобода без ответственности | свобода и ответственность
Страдание имеет смысл. | Страдание бессмысленно.
намерение важнее результата | намерение не важнее результата
суд признал его виновным | суд признал его невиновным
доказательство возможно | доказательство невозможно
Сознание сводится к работе мозга. | Сознание нельзя свести к работе мозга.

[ru: words]
добро | зло
рост | спад
война | мир
начало | конец
истина | ложь
любовь | ненависть
жизнь | смерть
свобода | рабство
победа | поражение
богатство | бедность
надежда | отчаяние
созидание | разрушение
сила | слабость
прошлое | будущее
друг | враг
радость | печаль

[ru: phrases]
рост цен ускоряется | рост цен замедляется
наказание укрепляет порядок | наказание подрывает порядок
суд оправдал подсудимого | суд осудил подсудимого
Познание приближает к истине. | Познание отдаляет от истины.
Эмпатия помогает понять другого. | Эмпатия мешает понять другого.
опыт подтверждает гипотезу | опыт опровергает гипотезу
сознание первично | сознание вторично
врождённое свойство | приобретённое свойство
соблюдение нормы | нарушение нормы
Пациент выздоровел. | Пациент умер.
моральный поступок ради долга | аморальный поступок вопреки долгу
Теория объясняет наблюдения. | Теория противоречит наблюдениям.

[ru: quantity]
все нормы универсальны | некоторые нормы универсальны
человек всегда стремится к счастью | человек иногда стремится к счастью
два довода за существование Бога | пять доводов за существование Бога
до выбора | после выбора
Чем больше свободы, тем больше ответственности. | Чем больше свободы, тем меньше ответственности.

[ru: roles]
причина → следствие | следствие → причина
норма порождает поступок | поступок порождает норму
Общество меняет человека. | Человек меняет общество.
вера предшествует знанию | знание предшествует вере

[en: negation]
always | never
agreement | disagreement
the argument is valid | the argument is invalid
a just law | an unjust law
morality depends on culture | morality does not depend on culture
There is free will. | There is no free will.
knowledge with certainty | knowledge without certainty
hopeful outlook | hopeless outlook
the witness is reliable | the witness is unreliable
The premise supports the conclusion. | The premise doesn't support the conclusion.
Everyone has a duty to help. | Nobody has a duty to help.
a moral act | an immoral act

[en: words]
good | evil
increase | decrease
cause | effect
success | failure
truth | falsehood
love | hatred
victory | defeat
poverty | wealth
cruelty | kindness
birth | death
courage | cowardice
optimism | pessimism

[en: phrases]
prices are rising | prices are falling
the court acquitted the defendant | the court convicted the defendant
Empathy helps moral judgement. | Empathy hinders moral judgement.
The experiment confirmed the theory. | The experiment refuted the theory.
innate knowledge | acquired knowledge
Suffering strengthens faith. | Suffering weakens faith.
the simulation is real | the simulation is fake
obey the law | break the law
The patient recovered. | The patient died.

[en: quantity]
all norms are universal | some norms are universal
two arguments for free will | seven arguments for free will
before the choice | after the choice
People often act from duty. | People rarely act from duty.
More freedom means more responsibility. | More freedom means less responsibility.

[en: roles]
cause → consequence | consequence → cause
A norm gives rise to an act. | An act gives rise to a norm.
Society shapes the individual. | The individual shapes society.
faith comes before knowledge | knowledge comes before faith

[ru-en: negation]
несправедливость | justice
недоверие | trust
беспорядок | order
необратимый процесс | a reversible process
мораль не зависит от культуры | morality depends on culture
Бога нет | God exists
равенство перед законом | inequality before the law
доказательство невозможно | a proof is possible

[ru-en: words]
добро | evil
рост | decline
война | peace
ложь | truth
ненависть | love
поражение | victory
бедность | wealth
надежда | despair
сила | weakness

[ru-en: phrases]
опыт подтверждает гипотезу | the experiment refutes the hypothesis
суд оправдал подсудимого | the court convicted the defendant
рост цен ускоряется | price growth is slowing down
врождённое свойство | an acquired property
Эмпатия помогает понять другого. | Empathy hinders understanding another person.

[ru-en: quantity]
все нормы универсальны | some norms are universal
до выбора | after the choice
два довода за существование Бога | five arguments for the existence of God

[ru-en: roles]
причина → следствие | consequence → cause
Общество меняет человека. | The individual changes society.
"""

SAME = """
[ru: inflected]
справедливость | справедливости
моральная норма | моральных норм
свободный выбор | свободного выбора
причина и следствие | причины и следствия
несправедливость | несправедливостью
Контекст зависит от культурного пространства | контексты зависят от культурных пространств
беспорядок | беспорядки
неопределённость вывода | неопределённости выводов

[ru: paraphrases]
свобода воли | свободная воля
моральный выбор | нравственный выбор
причина страдания | то, что вызывает страдание
смысл жизни | предназначение жизни
Бог существует | существование Бога
незнание закона | неведение о законе
неизбежный исход | исход, которого не избежать
Без сомнения, это правда. | Это, несомненно, правда.
человек не свободен | человек лишён свободы
Норма зависит от культуры. | Культура определяет норму.
вынужденная ложь | ложь по необходимости
ответственность за последствия | надо отвечать за последствия
сознание и тело | разум и тело
Нельзя отрицать, что боль реальна. | Боль реальна, и это неоспоримо.
сомнение в себе | неуверенность в себе
равенство перед законом | все равны перед законом
из причины следует следствие | причина → следствие
вероятное объяснение | правдоподобное объяснение

[en: inflected]
moral norm | moral norms
free choice | free choices
cause and consequence | causes and consequences
an unjust law | unjust laws
the act depends on intention | acts depend on intentions
impossible world | impossible worlds

[en: paraphrases]
free will | freedom of the will
a moral choice | an ethical choice
the meaning of life | the purpose of life
duty to help | obligation to help
an unavoidable outcome | an outcome that cannot be avoided
Without doubt this is true. | This is certainly true.
not guilty | innocent
the argument is invalid | the argument does not hold
Suffering leads to compassion. | Compassion grows out of suffering.
The mind depends on the brain. | The brain gives rise to the mind.
unknown cause | a cause that nobody knows
the existence of God | that God exists
not only reason but also feeling | both reason and feeling
It is impossible to know. | One cannot know.
uncertainty of the conclusion | doubt about the conclusion
impartial judge | fair judge
likely explanation | probable explanation
Everyone is equal before the law. | equality before the law

[ru-en: words]
справедливость | justice
несправедливость | injustice
недоверие | distrust
доверие | trust
свобода | freedom
истина | truth
ложь | lie
страдание | suffering
сознание | consciousness
добро | good
зло | evil
надежда | hope
неизвестность | uncertainty
беспорядок | disorder
невинность | innocence
необходимость | necessity
безопасность | safety
независимость | independence
намерение | intention
вина | guilt
невозможность | impossibility
бессмертие | immortality
бедность | poverty
неудача | failure
беседа | conversation
понимание | understanding
важный | important
единство | unity
бесконечность | infinity
противоречие | contradiction

[ru-en: phrases]
мораль зависит от культуры | morality depends on culture
мораль не зависит от культуры | morality does not depend on culture
человек не свободен | man is not free
свобода воли | free will
смысл жизни | the meaning of life
причина → следствие | cause → consequence
Бог существует | God exists
Бога нет | there is no God
равенство перед законом | equality before the law
моральный выбор | moral choice
необратимый процесс | an irreversible process
до выбора | before the choice
все нормы универсальны | all norms are universal
Страдание бессмысленно. | Suffering is meaningless.
никто не знает истины | nobody knows the truth
свобода без ответственности | freedom without responsibility
незаслуженное наказание | undeserved punishment
Сознание нельзя свести к работе мозга. | Consciousness cannot be reduced to the work of the brain.
Чем больше свободы, тем больше ответственности. | The more freedom, the more responsibility.
два довода за существование Бога | two arguments for the existence of God
Соответствие поступков и норм | the match between deeds and norms
переход между мирами | transition between worlds
опыт подтверждает гипотезу | experience confirms the hypothesis
суд оправдал подсудимого | the court acquitted the defendant
несмотря на сомнения | in spite of doubts
намерение важнее результата | intention matters more than the result
без исключений | without exception
неполное знание | incomplete knowledge
Общество меняет человека. | Society changes the individual.
"""

RELATED = """
[ru: related]
свобода воли | сила воли
моральная норма | грамматическая норма
смысл жизни | цена жизни
причина войны | причина страдания
доказательство бытия Бога | доказательство теоремы
проблема зла | проблема сознания
эмпатия | симпатия
ответственность за детей | ответственность за слова
Сознание зависит от мозга. | Мышление зависит от языка.
переход между мирами | переход между главами
культурная норма | культурное пространство
вероятность события | вероятность ошибки
Бог | церковь
онтология | религия
парадокс лжеца | парадокс Зенона
первый довод Аквината | третий довод Аквината
человек стремится к счастью | человек стремится к власти
[en: related]
free will | good will
moral norm | grammatical norm
the meaning of life | the price of life
cause of the war | cause of suffering
proof of God's existence | proof of the theorem
the problem of evil | the problem of consciousness
empathy | sympathy
ontology | religion
responsibility for children | responsibility for words
Consciousness depends on the brain. | Thought depends on language.
probability of an event | probability of an error
the liar paradox | Zeno's paradox
justice | police
inference under uncertainty | decision under pressure
[ru-en: related]
свобода воли | good will
моральная норма | a grammatical norm
проблема зла | the problem of consciousness
причина войны | cause of suffering
вероятность события | probability of an error
парадокс лжеца | Zeno's paradox
справедливость | police
человек стремится к счастью | man strives for power
"""
