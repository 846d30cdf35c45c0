"""The pairs that the guard was made with: rules tried, weights fitted, thresholds chosen.

``benchmarks.meanings`` measures it with others; no pair and no antonym word stands in both (a test checks it).
A line of `QUADS` is ``ru | en | opposite in Russian | in English``, which gives four opposites and two translations.
"""
# ruff: noqa: E501 — a pair stands on one line

from __future__ import annotations

__all__ = ["QUADS", "RELATED", "SAME"]

QUADS = """
[words]
день | day | ночь | night
свет | light | тьма | darkness
лето | summer | зима | winter
утро | morning | вечер | evening
вход | entrance | выход | exit
мужчина | man | женщина | woman
верх | top | низ | bottom
север | north | юг | south
восток | east | запад | west
тепло | warmth | холод | cold
молодость | youth | старость | old age
здоровье | health | болезнь | illness
покупка | purchase | продажа | sale
вопрос | question | ответ | answer
ум | intelligence | глупость | stupidity
похвала | praise | упрёк | reproach
награда | reward | наказание | punishment
мудрость | wisdom | безумие | madness
щедрость | generosity | жадность | greed
скромность | modesty | гордыня | pride
смех | laughter | плач | weeping
рай | heaven | ад | hell
ангел | angel | демон | demon
святость | holiness | грех | sin
герой | hero | злодей | villain
учитель | teacher | ученик | pupil
хозяин | master | слуга | servant
родитель | parent | ребёнок | child
отец | father | сын | son
прогресс | progress | упадок | decay
подъём | ascent | спуск | descent
нападение | attack | защита | defence
приобретение | gain | утрата | loss
прибыль | profit | убыток | deficit
доход | income | расход | expense
теория | theory | практика | practice
анализ | analysis | синтез | synthesis
субъект | subject | объект | object
форма | form | содержание | content
дух | spirit | материя | matter
душа | soul | тело | body
внутренний | internal | внешний | external
частный | private | общественный | public
общий | general | отдельный | particular
конкретный | concrete | отвлечённый | abstract
широкий | wide | узкий | narrow
длинный | long | короткий | short
высокий | high | низкий | low
большой | big | маленький | small
тяжёлый | heavy | лёгкий | lightweight
горячий | hot | холодный | cold
новый | new | старый | old
быстрый | fast | медленный | slow
твёрдый | hard | мягкий | soft
сухой | dry | мокрый | wet
чистый | clean | грязный | dirty
полный | full | пустой | empty
острый | sharp | тупой | blunt
сладкий | sweet | горький | bitter
яркий | bright | тусклый | dim
громкий | loud | тихий | quiet
близкий | near | далёкий | far
глубокий | deep | мелкий | shallow
толстый | thick | тонкий | thin
дорогой | expensive | дешёвый | cheap
весёлый | cheerful | грустный | sad
добровольный | voluntary | принудительный | compulsory
временный | temporary | постоянный | permanent
естественный | natural | искусственный | artificial
открытый | open | закрытый | closed
сознательный | deliberate | случайный | accidental
главный | main | второстепенный | minor
прямой | direct | косвенный | indirect
строгий | strict | снисходительный | lenient
древний | ancient | современный | modern
редкий | rare | частый | frequent
правый | right | левый | left
передний | front | задний | rear
опасный | dangerous | безвредный | harmless
подвижный | mobile | застывший | frozen
гибкий | flexible | жёсткий | rigid
активный | active | пассивный | passive
светский | secular | религиозный | religious
земной | earthly | небесный | heavenly
смертный | mortal | вечный | eternal
расширение | expansion | сжатие | contraction
соединение | connection | разделение | separation
объединение | unification | раскол | split
сближение | rapprochement | отчуждение | alienation
сотрудничество | cooperation | соперничество | rivalry
союзник | ally | противник | opponent
разрешение | permission | запрет | prohibition
принятие | acceptance | отказ | refusal
утверждение | affirmation | отрицание | denial
похожесть | similarity | различие | difference
целое | whole | часть | part
большинство | majority | меньшинство | minority
максимум | maximum | минимум | minimum
избыток | surplus | нехватка | shortage
открытие | opening | закрытие | closing
прибытие | arrival | отъезд | departure
пробуждение | awakening | засыпание | falling asleep
память | memory | забвение | oblivion
внимание | attention | рассеянность | distraction
напряжение | tension | расслабление | relaxation
движение | motion | покой | rest
действие | action | бездействие | inaction
ускорение | acceleration | торможение | braking
увеличение | enlargement | сокращение | reduction
нагревание | heating | охлаждение | cooling
строительство | construction | снос | demolition
восход | sunrise | закат | sunset
рассвет | dawn | сумерки | dusk
удовольствие | pleasure | боль | pain
счастье | happiness | горе | grief
восторг | delight | отвращение | disgust
симпатия | sympathy | неприязнь | dislike
уважение | respect | презрение | contempt
верность | loyalty | измена | betrayal
честность | honesty | лицемерие | hypocrisy
смелость | boldness | робость | timidity
терпение | patience | раздражение | irritation
спокойствие | calm | тревога | anxiety
лень | laziness | трудолюбие | diligence
аккуратность | neatness | небрежность | carelessness
ясность | clarity | путаница | confusion
точность | accuracy | ошибка | error
знание | knowledge | невежество | ignorance
реальность | reality | иллюзия | illusion
факт | fact | вымысел | fiction
оригинал | original | подделка | forgery
закон природы | law of nature | чудо | miracle
необходимый | necessary | лишний | superfluous
дать | give | взять | take
купить | buy | продать | sell
войти | enter | выйти | leave
открыть | open | закрыть | close
поднять | lift | опустить | lower
найти | find | потерять | lose
помнить | remember | забыть | forget
говорить | speak | молчать | be silent
смеяться | laugh | плакать | cry
спать | sleep | бодрствовать | be awake
строить | build | ломать | demolish
включить | switch on | выключить | switch off
толкать | push | тянуть | pull
нападать | attack | защищать | defend
соглашаться | agree | возражать | object
разрешать | allow | запрещать | forbid
хвалить | praise | ругать | scold
наградить | reward | наказать | punish
приходить | come | уходить | go away
начать | begin | закончить | finish
спросить | ask | ответить | reply
учить | teach | учиться | learn
экономить | save | тратить | spend
сжать | compress | растянуть | stretch
расширять | expand | сужать | narrow down
объединять | unite | разделять | divide
принять | accept | отвергнуть | reject
верить | believe | сомневаться | doubt
рано | early | поздно | late
далеко | far away | близко | nearby
вверх | up | вниз | down
внутри | inside | снаружи | outside
вперёд | forward | назад | backward
быстро | quickly | медленно | slowly
хорошо | well | плохо | badly
легко | easily | трудно | with difficulty
громко | loudly | тихо | quietly
вместе | together | порознь | apart
сходство | resemblance | контраст | contrast
возможность | possibility | необходимость | impossibility
закономерность | regularity | случайность | chance
устойчивость | stability | изменчивость | variability
традиция | tradition | новаторство | innovation
покорность | submission | бунт | rebellion
равнодушие | indifference | участие | concern
эгоизм | egoism | альтруизм | altruism
оседлость | settledness | кочевье | nomadism
коллектив | collective | индивид | individual
демократия | democracy | диктатура | dictatorship
монополия | monopoly | конкуренция | competition
зарождение | origination | гибель | demise
появление | appearance | исчезновение | disappearance
наступление | offensive | отступление | retreat
вдох | inhalation | выдох | exhalation
прилив | high tide | отлив | low tide
плюс | plus | минус | minus
положительный | positive | отрицательный | negative
сложение | addition | вычитание | subtraction
умножение | multiplication | деление | division
индукция | induction | дедукция | deduction
причинность | causality | совпадение | coincidence
посылка | premise | заключение | conclusion
предпосылка | presupposition | итог | outcome
довод за | argument for | возражение | counterargument
аксиома | axiom | теорема | theorem
тезис | thesis | антитезис | antithesis
вера в бога | theism | атеизм | atheism
дух свободы | liberty | гнёт | oppression
гармония | harmony | разлад | discord
согласие | consent | протест | protest
мудрец | sage | глупец | fool
праведник | righteous man | грешник | sinner
святой | saint | преступник | criminal
благословение | blessing | проклятие | curse
спасение | salvation | погибель | perdition
благодарность | gratitude | зависть | envy
кротость | meekness | гнев | wrath
любопытство | curiosity | безразличие | apathy
воодушевление | enthusiasm | уныние | gloom
гостеприимство | hospitality | враждебность | hostility
искренность | sincerity | притворство | pretence
откровенность | frankness | скрытность | secrecy
бодрость | vigour | усталость | fatigue
сытость | satiety | голод | hunger
роскошь | luxury | нищета | misery
известное | known | тайное | secret
верхний | upper | нижний | lower
начальный | initial | конечный | final
предыдущий | previous | следующий | next
отсталый | backward | передовой | advanced
одинаковый | identical | разный | different
красивый | beautiful | уродливый | ugly
умный | clever | глупый | stupid
щедрый | generous | скупой | stingy
вежливый | polite | грубый | rude
здоровый | healthy | больной | sick
молодой | young | пожилой | elderly
сытый | full up | голодный | hungry
свободный | free | занятый | busy
вероятный | probable | сомнительный | doubtful
явный | explicit | скрытый | hidden
[phrases]
температура повышается | the temperature rises | температура понижается | the temperature drops
население увеличивается | the population grows | население сокращается | the population shrinks
закон разрешает охоту | the law permits hunting | закон запрещает охоту | the law bans hunting
врач принял предложение | the doctor accepted the offer | врач отверг предложение | the doctor rejected the offer
Учёный доказал теорему. | The scientist proved the theorem. | Учёный опроверг теорему. | The scientist disproved the theorem.
дверь открыта | the door is open | дверь закрыта | the door is closed
внутренняя причина болезни | internal cause of the disease | внешняя причина болезни | external cause of the disease
естественный отбор | natural selection | искусственный отбор | artificial selection
общественный интерес | public interest | частный интерес | private interest
душа бессмертна | the soul is immortal | душа смертна | the soul is mortal
дешёвое жильё | cheap housing | дорогое жильё | expensive housing
ранний возраст | early age | поздний возраст | late age
Искусство должно быть сложным. | Art should be complicated. | Искусство должно быть понятным. | Art should be simple.
Деньги делают людей счастливыми. | Money makes people happy. | Деньги делают людей несчастными. | Money makes people miserable.
Труд возвышает человека. | Work elevates a person. | Труд унижает человека. | Work degrades a person.
Власть объединяет народ. | Power unites the people. | Власть разделяет народ. | Power divides the people.
страх толкает к действию | fear drives one to act | страх удерживает от действия | fear keeps one from acting
вход свободный | free entry | вход платный | paid entry
простая задача | easy task | трудная задача | hard task
правило допускает исключения | the rule allows exceptions | правило исключает исключения | the rule forbids exceptions
активная защита | active defence | пассивная защита | passive defence
мнение большинства | opinion of the majority | мнение меньшинства | opinion of the minority
Память сохраняет прошлое. | Memory preserves the past. | Память искажает прошлое. | Memory distorts the past.
Мир познаваем. | The world is knowable. | Мир непознаваем. | The world is unknowable.
расходы превышают доходы | expenses exceed income | расходы меньше доходов | expenses are below income
сознательный поступок | conscious deed | случайный поступок | accidental deed
Он вошёл в дом. | He entered the house. | Он вышел из дома. | He left the house.
Солнце встаёт. | The sun rises. | Солнце садится. | The sun sets.
давать обещание | to give a promise | нарушать обещание | to break a promise
согласие с автором | agreement with the author | возражение автору | objection to the author
Вещество нагревается. | The substance heats up. | Вещество охлаждается. | The substance cools down.
следовать традиции | to follow tradition | порвать с традицией | to abandon tradition
верный вывод | correct conclusion | ошибочный вывод | wrong conclusion
доверять чувствам | to trust feelings | подозревать чувства | to suspect feelings
милость к падшим | mercy for the fallen | суровость к падшим | severity to the fallen
высокая вероятность | high probability | низкая вероятность | low probability
расширить права граждан | to widen civil rights | урезать права граждан | to curtail civil rights
сторонник реформ | supporter of reform | противник реформ | opponent of reform
вещь существует реально | the thing exists in reality | вещь существует лишь в воображении | the thing exists only in imagination
награда за честность | reward for honesty | кара за честность | penalty for honesty
дорога в рай | the road to heaven | дорога в ад | the road to hell
[negation]
книга интересна | the book is interesting | книга неинтересна | the book is uninteresting
Машины умеют мыслить. | Machines can think. | Машины не умеют мыслить. | Machines cannot think.
время существует | time exists | времени не существует | time does not exist
чай с сахаром | tea with sugar | чай без сахара | tea without sugar
у задачи есть решение | the problem has a solution | у задачи нет решения | the problem has no solution
логичный вывод | a logical inference | нелогичный вывод | an illogical inference
видимый мир | the visible world | невидимый мир | the invisible world
Животные чувствуют боль. | Animals feel pain. | Животные не чувствуют боли. | Animals do not feel pain.
разумное решение | a reasonable decision | неразумное решение | an unreasonable decision
Он часто ошибается. | He is often wrong. | Он никогда не ошибается. | He is never wrong.
осторожность | caution | неосторожность | incaution
уверенность | certainty | неуверенность | uncertainty
терпимость | tolerance | нетерпимость | intolerance
известность | renown | неизвестность | obscurity
послушание | obedience | непослушание | disobedience
удача | luck | неудача | bad luck
правильный | correct | неправильный | incorrect
нормальный | normal | ненормальный | abnormal
конечный | finite | бесконечный | infinite
смысл | meaning | бессмыслица | meaninglessness
определённый | definite | неопределённый | indefinite
сознательный | conscious | бессознательный | unconscious
материальный | material | нематериальный | immaterial
прерывный | discontinuous | непрерывный | continuous
честность | honesty | нечестность | dishonesty
боль | pain | безболезненность | painlessness
ответственность | responsibility | безответственность | irresponsibility
[quantity]
все люди смертны | all humans are mortal | некоторые люди смертны | some humans are mortal
каждый имеет право голоса | everyone has the right to vote | немногие имеют право голоса | few have the right to vote
три закона движения | three laws of motion | четыре закона движения | four laws of motion
после обеда | after dinner | до обеда | before dinner
больше знаний — больше сомнений | more knowledge, more doubts | больше знаний — меньше сомнений | more knowledge, fewer doubts
богатые платят больше налогов | the rich pay more tax | богатые платят меньше налогов | the rich pay less tax
глава 12 | chapter 12 | глава 13 | chapter 13
половина участников согласилась | half of the participants agreed | треть участников согласилась | a third of the participants agreed
первая стадия познания | first stage of cognition | вторая стадия познания | second stage of cognition
[roles]
огонь порождает дым | fire produces smoke | дым порождает огонь | smoke produces fire
кошка преследует собаку | a cat chases a dog | собака преследует кошку | a dog chases a cat
от частного к общему | from the particular to the general | от общего к частному | from the general to the particular
бедность ведёт к преступности | poverty leads to crime | преступность ведёт к бедности | crime leads to poverty
тело управляет душой | the body controls the soul | душа управляет телом | the soul controls the body
посылка → вывод | premise → conclusion | вывод → посылка | conclusion → premise
учитель хвалит ученика | the teacher praises the pupil | ученик хвалит учителя | the pupil praises the teacher
"""

SAME = """
[ru: same]
дорога | путь
храбрость | отвага
дом | жилище
врач | доктор
беда | несчастье
огромный | громадный
красивый | прекрасный
умный | сообразительный
грустный | печальный
быстро | скоро
смотреть | глядеть
спешить | торопиться
трудный | тяжёлый для понимания
цель | задача
страх | боязнь
работа | труд
враньё | неправда
договор | соглашение
мысль | идея
чувство | ощущение
разум | рассудок
обязанность | долг
поступок | деяние
довод | аргумент
следствие | вывод
вид | разновидность
образ | изображение
желание | стремление
спор | дискуссия
тайна | секрет
ошибка | заблуждение
помощь | поддержка
жестокий | безжалостный
скупой | жадный
смелый | бесстрашный
вечный | бесконечный во времени
честный | правдивый
неизменный | постоянный
ненужный | лишний
невидимый | незримый
безграничный | бескрайний
изменение | перемена
разница | различие
сходство | подобие
развитие | эволюция
возникновение | появление
исчезновение | пропажа
наблюдать | следить
объяснить | растолковать
создать | сотворить
уничтожить | истребить
запретить | не позволить
бояться | страшиться
победить | одолеть
основа | фундамент
область | сфера
правило | принцип
гнев | ярость
одинокий | уединённый
покой | спокойствие
большой дом | огромный дом
моральный закон | нравственный закон
человеку свойственно ошибаться | люди часто ошибаются
необратимое изменение | изменение, которое нельзя отменить
отсутствие доказательств | нет доказательств
он бездомный | у него нет дома
безусловно, он прав | он, без сомнения, прав
не вызывает сомнений | очевидно
вывод следует из посылок | из посылок следует вывод
страх ведёт к ошибкам | ошибки происходят от страха
дождь стал причиной наводнения | наводнение произошло из-за дождя
учитель объяснил урок | урок был объяснён учителем
оба довода верны | верны и тот и другой довод
невозможно доказать | нельзя доказать
не все люди честны | некоторые люди нечестны
два способа познания | два пути познания
закон природы | природный закон
книга | книги
знание истины | знанию истины
сложный вопрос | сложные вопросы
независимое мышление | независимого мышления
идея справедливого общества | идеи справедливых обществ
Память сохраняет события. | Память хранит события.
вечные ценности | вечных ценностей
сила привычки | власть привычки
отказ от насилия | ненасилие
важный шаг | существенный шаг
непонятный текст | неясный текст
незнакомец | неизвестный человек
право на ошибку | можно ошибаться
любовь к ближнему | любить ближнего
условие возможности опыта | то, при чём опыт возможен
человек — часть природы | люди принадлежат природе
опыт учит | мы учимся на опыте
язык формирует мышление | мышление складывается под влиянием языка
не только разум, но и чувства | и разум, и чувства
несмотря на страх | вопреки страху
нет ничего важнее здоровья | здоровье важнее всего
вся жизнь | жизнь целиком
почти никогда | очень редко
[en: same]
road | path
bravery | valour
house | dwelling
doctor | physician
disaster | catastrophe
huge | enormous
beautiful | lovely
clever | smart
sad | sorrowful
quickly | rapidly
look | gaze
hurry | rush
difficult | hard to understand
goal | aim
fear | dread
work | labour
contract | treaty
thought | idea
feeling | sensation
reason | intellect
obligation | commitment
deed | act
reasoning | argumentation
inference | deduction
kind | type
image | picture
desire | wish
dispute | controversy
mystery | secret
mistake | error
help | assistance
cruel | ruthless
stingy | greedy
brave | fearless
honest | truthful
constant | unchanging
unnecessary | superfluous
unseen | invisible
limitless | boundless
change | alteration
difference | distinction
similarity | resemblance
development | evolution
emergence | appearance
observe | watch
explain | clarify
create | make
destroy | annihilate
prohibit | ban
conquer | defeat
foundation | basis
field | domain
rule | principle
anger | rage
lonely | solitary
calm | tranquillity
belief | conviction
unknown | unfamiliar
careless | negligent
certain | sure
big house | large house
moral law | ethical law
humans make mistakes | people err
irreversible change | a change that cannot be undone
absence of proof | there is no proof
he is homeless | he has no home
undoubtedly he is right | without a doubt he is right
beyond question | obvious
the conclusion follows from the premises | from the premises the conclusion follows
fear leads to mistakes | mistakes come from fear
rain caused the flood | the flood was caused by rain
the teacher explained the lesson | the lesson was explained by the teacher
both arguments are sound | each of the two arguments is sound
it cannot be proved | impossible to prove
not all people are honest | some people are dishonest
two ways of knowing | two paths to knowledge
the law of nature | natural law
book | books
hard question | hard questions
independent thinking | independently thinking
Memory keeps events. | Memory preserves events.
eternal values | timeless values
the force of habit | the power of habit
refusal of violence | non-violence
an important step | a significant step
unclear text | obscure text
stranger | unknown person
love of neighbour | to love your neighbour
condition of possible experience | what makes experience possible
man is a part of nature | humans belong to nature
language shapes thought | thought is shaped by language
in spite of fear | despite fear
nothing matters more than health | health matters most
the whole of life | an entire life
almost never | very rarely
he didn't come | he did not come
careless driver | reckless driver
useless effort | futile effort
infinite regress | endless regress
unity of science | scientific unity
understand the reason | grasp the reason
an unbiased observer | a neutral observer
[ru-en: same]
беседа о смысле | conversation about meaning
нежность матери | a mother's tenderness
небо над городом | the sky above the city
без исключения верно | true without exception
неизбежный конец | inevitable end
недостаток времени | lack of time
несчастный случай | accident
непрерывность опыта | continuity of experience
бессмертие души | immortality of the soul
неделя размышлений | a week of reflection
ненависть к врагу | hatred of the enemy
несчастье | misfortune
беззаконие | lawlessness
невежество | ignorance
безработица | unemployment
незнание закона не освобождает | ignorance of the law is no excuse
невозможно | impossible
бесспорный факт | indisputable fact
неясность | ambiguity
неопределённость | uncertainty
неравенство | inequality
безразличие | indifference
неприязнь | dislike
недостаток | shortcoming
неотъемлемое право | inalienable right
никто не пришёл | nobody came
ничто не вечно | nothing lasts forever
нельзя лгать | one must not lie
бессилие разума | the powerlessness of reason
всё течёт, всё меняется | everything flows, everything changes
"""

RELATED = """
[ru: related]
моральный закон | закон тяготения
теория относительности | теория эволюции
смысл слова | смысл поступка
право на труд | право на отдых
красный шар | синий шар
вторник | четверг
законы физики | законы государства
философия Канта | философия Гегеля
утренняя прогулка | утренняя молитва
страх высоты | страх темноты
вера в чудо | вера в науку
учитель истории | учитель физики
причина болезни | причина пожара
разум и чувство | разум и тело
ответственность врача | ответственность судьи
Собака лает. | Кошка мяукает.
чувство юмора | чувство долга
свойства металлов | свойства газов
[en: related]
moral law | law of gravity
theory of relativity | theory of evolution
the meaning of a word | the meaning of a deed
right to work | right to rest
red ball | blue ball
Tuesday | Thursday
laws of physics | laws of the state
philosophy of Kant | philosophy of Hegel
fear of heights | fear of the dark
belief in miracles | belief in science
cause of the disease | cause of the fire
the duty of a doctor | the duty of a judge
The dog barks. | The cat meows.
sense of humour | sense of duty
properties of metals | properties of gases
[ru-en: related]
теория относительности | theory of evolution
смысл слова | the meaning of a deed
право на труд | right to rest
законы физики | laws of the state
страх высоты | fear of the dark
причина болезни | cause of the fire
чувство юмора | sense of duty
вторник | Thursday
вера в чудо | belief in science
"""
