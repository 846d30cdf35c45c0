"""Styles: how head, question, anchor and jump are said, in each language. Data, not code.

Templates hold ``{tree}`` (the name of the tree that is spoken of) and ``{anchor}`` (its canonical text), and are put
together by plain replacement, so that braces in names and texts stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from forestlib.errors import OptionError, shown

__all__ = ["SHOWN", "Style", "Words"]

SHOWN = ("all", "shared", "jumps")
_PLACE = re.compile(r"\{\w*\}")
_WAY = ("{start}", "{goal}", "{tree}", "{other}")
PLACES = {
    "landmark": ("{label}",),
    "back": _WAY,
    "forth": _WAY,
    "back_inside": _WAY,
    "forth_inside": _WAY,
    "link": ("{tree}", "{other}"),
    "places": ("{anchor}",),
    "grounds": _WAY,
    "stage": ("{stage}",),
    "likewise": ("{tree}",),
    "indent": (),
    "level": ("{level}",),
    "listed": ("{number}",),
    "below": ("{number}", "{above}"),
}
NEEDED = (
    ("head", "{tree}"),
    ("marked", "{anchor}"),
    ("anchor", "{anchor}"),
    ("landmark", "{label}"),
    ("back", "{goal}"),
    ("forth", "{goal}"),
    ("back_inside", "{goal}"),
    ("forth_inside", "{goal}"),
    ("link", "{other}"),
    ("places", "{anchor}"),
    ("grounds", "{start}"),
    ("stage", "{stage}"),
    ("level", "{level}"),
    ("listed", "{number}"),
    ("below", "{number}"),
    ("below", "{above}"),
)


@attrs.frozen(repr=False)
class Words:
    """The templates of one language.

    `head` opens a sample and follows every jump; `marked` is put after a node's text for each anchor that does not
    stand in the text; `anchor` and `jump` are the steps of a jump; `question` opens a chat, `ask` asks for a jump.
    `upward` stands in the place of `jump` where the walk goes on towards the root, to what the thought rests on,
    `again` where it comes back to its own tree. `landmark` is said at the seams of a reasoning that was cut into
    windows; its `{label}` is the landmark's own.

    `back` and `forth` ask how one comes from the thought `{start}` of `{tree}` to the thought `{goal}` of `{other}`,
    going back from the goal or on from the start, `back_inside` and `forth_inside` where both stand in one tree; `link`
    asks what links two trees, and `places` where an anchor stands; `grounds` asks what the thought `{start}` rests on.
    `stage` is said before the step of a stage of reasoning, `likewise` before another topic that is reasoned about in
    the same way.

    `outline`, `levels` and `onward` open a chat in the place of `question` where a whole tree is laid out, depth first
    or level by level, and where a reasoning is taken up in its middle. In an outline a step stands behind one `indent`
    a level, from level 41 on behind `level` instead; level by level the first step stands behind `listed`, every other
    one behind `below`, which names by number the step `{above}` that it hangs on.
    """

    head: str
    marked: str
    anchor: str
    jump: str
    question: str
    ask: str
    upward: str = ""
    again: str = ""
    landmark: str = "[{label}]"
    back: str = "“{start}” ({tree}) → “{goal}” ({other})? ←"
    forth: str = "“{start}” ({tree}) → “{goal}” ({other})?"
    back_inside: str = "“{start}” → “{goal}” ({tree})? ←"
    forth_inside: str = "“{start}” → “{goal}” ({tree})?"
    link: str = "{tree} – {other}?"
    places: str = "{anchor}?"
    grounds: str = "“{start}” ({tree})? ←"
    stage: str = "{stage}:"
    likewise: str = "≈"
    outline: str = ""
    levels: str = ""
    onward: str = ""
    indent: str = "  "
    level: str = "[{level}] "
    listed: str = "{number}. "
    below: str = "{number} ({above}). "

    def __attrs_post_init__(self) -> None:
        for name, template in attrs.asdict(self).items():
            _check_template(name, template)
        for name, needed in NEEDED:
            if needed not in getattr(self, name):
                raise OptionError(f"The template {name!r} has to hold {needed}, got {shown(getattr(self, name))}.")

    def __repr__(self) -> str:
        return f"<Words: {shown(self.jump)}>"


def _check_template(name: str, template: object) -> None:
    if not isinstance(template, str):
        raise OptionError(f"The template {name!r} is a text, got {shown(template)}.", value=template)
    known = PLACES.get(name, ("{tree}", "{anchor}"))
    unknown = [place for place in _PLACE.findall(template) if place not in known]
    if unknown:
        raise OptionError(f"The template {name!r} holds {shown(unknown[0])}. Known places: {', '.join(known)}.")
    try:
        template.encode()
    except UnicodeEncodeError:
        raise OptionError(f"The template {name!r} holds a lone surrogate, got {shown(template)}.") from None


ENGLISH = Words(
    head="{tree}",
    marked=" [{anchor}]",
    anchor="[{anchor}]",
    jump="The same thought stands in another line of reasoning:",
    question="Reason about this step by step.",
    ask="How is this connected with “{tree}”?",
    upward="The same thought stands in another line of reasoning. See what it rests on there.",
    again="Back to this thought:",
    back="How does one come from “{start}” ({tree}) to “{goal}” ({other})? Go back from the goal to the start.",
    forth="How does one come from “{start}” ({tree}) to “{goal}” ({other})? Go from the start to the goal.",
    back_inside="“{tree}”: how does one come from “{start}” to “{goal}”? Go back from the goal to the start.",
    forth_inside="“{tree}”: how does one come from “{start}” to “{goal}”? Go from the start to the goal.",
    link="Which thought links “{tree}” and “{other}”?",
    places="Where does the thought “{anchor}” stand?",
    grounds="What does “{start}” ({tree}) rest on? Go back from it to the beginning.",
    likewise="The same way of reasoning, on another topic:",
    outline="Lay this reasoning out whole, with all its branches.",
    levels="Lay this reasoning out level by level.",
    onward="Go on from here.",
    below="{number} (under {above}). ",
)
RUSSIAN = Words(
    head="{tree}",
    marked=" [{anchor}]",
    anchor="[{anchor}]",
    jump="Та же мысль есть и в другом рассуждении:",
    question="Рассуждай об этом шаг за шагом.",
    ask="А как это связано с темой «{tree}»?",
    upward="Та же мысль есть и в другом рассуждении. Посмотрим, на чём она там держится.",
    again="Вернёмся к этой мысли:",
    back="Как прийти от мысли «{start}» ({tree}) к мысли «{goal}» ({other})? Иди от цели назад, к началу.",
    forth="Как прийти от мысли «{start}» ({tree}) к мысли «{goal}» ({other})? Иди от начала к цели.",
    back_inside="«{tree}»: как прийти от мысли «{start}» к мысли «{goal}»? Иди от цели назад, к началу.",
    forth_inside="«{tree}»: как прийти от мысли «{start}» к мысли «{goal}»? Иди от начала к цели.",
    link="Какая мысль связывает «{tree}» и «{other}»?",
    places="Где встречается мысль «{anchor}»?",
    grounds="На чём держится мысль «{start}» ({tree})? Иди от неё назад, к началу.",
    likewise="Тот же ход мысли, а тема другая:",
    outline="Изложи это рассуждение целиком, со всеми ветвями.",
    levels="Изложи это рассуждение уровень за уровнем.",
    onward="Продолжай отсюда.",
    below="{number} (к {above}). ",
)


def _words(words: Mapping[str, Words]) -> Mapping[str, Words]:
    sound = isinstance(words, Mapping) and all(isinstance(lang, str) for lang in words)
    if not sound or not all(isinstance(said, Words) for said in words.values()):
        raise OptionError(
            f"words= maps a language to fl.Words: {{'ru': fl.Words(…)}}, got {shown(words)}.", value=words
        )
    return MappingProxyType({"en": ENGLISH, "ru": RUSSIAN, **{_plain(lang): said for lang, said in words.items()}})


def _plain(lang: str) -> str:
    """The language of a code, without region and script: ru of ru-RU."""
    return lang.casefold().replace("_", "-").partition("-")[0]


@attrs.frozen(repr=False)
class Style:
    """How walks are said.

    `anchors` says which anchors are written after a node's text: "all" of them, those "shared" by two or more trees,
    or only at "jumps". `words` replaces or adds languages; a tree in a language without words is worded in English.

    >>> Style(anchors="jmps")
    Traceback (most recent call last):
    forestlib.errors.OptionError: A style shows anchors 'all', 'shared' or 'jumps', got 'jmps'.
    """

    anchors: str = attrs.field(default="all")
    words: Mapping[str, Words] = attrs.field(factory=dict, converter=_words, eq=dict)

    @anchors.validator
    def _check_anchors(self, attribute: object, value: object) -> None:
        if value not in SHOWN:
            listed = ", ".join(map(repr, SHOWN[:-1]))
            raise OptionError(f"A style shows anchors {listed} or {SHOWN[-1]!r}, got {shown(value)}.", value=value)

    @classmethod
    def of_given(cls, style: object) -> Style:
        """Return a style that was given, or the usual one for None; anything else is an `OptionError`."""
        if style is not None and not isinstance(style, Style):
            raise OptionError(f"A style is an fl.Style, got {shown(style)}. Make one with fl.Style(anchors='shared').")
        return style or cls()

    def of(self, lang: str) -> Words:
        """Return the words of a language."""
        return self.words.get(_plain(lang), self.words["en"])

    def __repr__(self) -> str:
        return f"<Style: anchors {self.anchors!r}, words in {shown(', '.join(self.words))}>"

    def as_dict(self) -> dict[str, Any]:
        """Return the style as JSON-ready values."""
        return {"anchors": self.anchors, "words": {lang: attrs.asdict(words) for lang, words in self.words.items()}}

    def __getstate__(self) -> tuple[str, dict[str, Words]]:
        return self.anchors, dict(self.words)

    def __setstate__(self, state: tuple[str, dict[str, Words]]) -> None:
        anchors, words = state
        object.__setattr__(self, "anchors", anchors)
        object.__setattr__(self, "words", MappingProxyType(words))
