"""Words: the templates of one language, and those that are built in. Data, not code.

Templates hold ``{tree}`` (the name of the tree that is spoken of) and ``{anchor}`` (its canonical text), and are put
together by plain replacement, so that braces in names and texts stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from forestlib.errors import OptionError, shown

__all__ = ["ENGLISH", "RUSSIAN", "TOKENS", "Words", "marked_words", "tokens_in"]

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
    upward="The same thought stands in another line of reasoning. Go back from it, to what it rests on:",
    again="Let us say this thought once more and go on from it:",
    back="How does one come from “{start}” ({tree}) to “{goal}” ({other})? Go back from the goal, thought by thought.",
    forth="How does one come from “{start}” ({tree}) to “{goal}” ({other})? Go from the start to the goal.",
    back_inside="“{tree}”: how does one come from “{start}” to “{goal}”? Go back from the goal, thought by thought.",
    forth_inside="“{tree}”: how does one come from “{start}” to “{goal}”? Go from the start to the goal.",
    link="Name a thought that links “{tree}” and “{other}”.",
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
    upward="Та же мысль есть и в другом рассуждении. Пойдём от неё назад, к тому, на чём она держится:",
    again="Повторим эту мысль и пойдём от неё дальше:",
    back="Как прийти от мысли «{start}» ({tree}) к мысли «{goal}» ({other})? Иди от цели назад, мысль за мыслью.",
    forth="Как прийти от мысли «{start}» ({tree}) к мысли «{goal}» ({other})? Иди от начала к цели.",
    back_inside="«{tree}»: как прийти от мысли «{start}» к мысли «{goal}»? Иди от цели назад, мысль за мыслью.",
    forth_inside="«{tree}»: как прийти от мысли «{start}» к мысли «{goal}»? Иди от начала к цели.",
    link="Назови одну из мыслей, которые связывают «{tree}» и «{other}».",
    places="Где встречается мысль «{anchor}»?",
    grounds="На чём держится мысль «{start}» ({tree})? Иди от неё назад, к началу.",
    likewise="Тот же ход мысли, а тема другая:",
    outline="Изложи это рассуждение целиком, со всеми ветвями.",
    levels="Изложи это рассуждение уровень за уровнем.",
    onward="Продолжай отсюда.",
    below="{number} (к мысли {above}). ",
)

# Special tokens in the place of words, by the name that `Style.marked` calls them by.
TOKENS: Mapping[str, str] = {
    "tree": "<|tree|>",
    "anchor": "<|anchor|>",
    "jump": "<|jump|>",
    "question": "<|question|>",
    "goal": "<|goal|>",
    "back": "<|back|>",
    "link": "<|link|>",
    "places": "<|places|>",
    "whole": "<|whole|>",
    "levels": "<|levels|>",
    "onward": "<|onward|>",
    "landmark": "<|landmark|>",
    "stage": "<|stage|>",
}
MARKED: Mapping[str, str] = {
    "head": "<tree>{tree}",
    "marked": " <anchor>{anchor}",
    "anchor": "<anchor>{anchor}",
    "jump": "<jump>",
    "question": "<question>",
    "ask": "<question><jump><tree>{tree}",
    "upward": "<jump><back>",
    "again": "<jump>",
    "landmark": "<landmark>{label}",
    "back": "<question>{start}<tree>{tree}<goal>{goal}<tree>{other}<back>",
    "forth": "<question>{start}<tree>{tree}<goal>{goal}<tree>{other}",
    "back_inside": "<question>{start}<goal>{goal}<tree>{tree}<back>",
    "forth_inside": "<question>{start}<goal>{goal}<tree>{tree}",
    "link": "<question><link><tree>{tree}<tree>{other}",
    "places": "<question><places><anchor>{anchor}",
    "grounds": "<question>{start}<tree>{tree}<back>",
    "stage": "<stage>{stage}",
    "likewise": "<stage><tree>{tree}",
    "outline": "<question><whole>",
    "levels": "<question><levels>",
    "onward": "<question><onward>",
    "below": "{number} < {above}. ",
}
_TOKEN = re.compile(r"<\|[^|<>{}\s]+\|>")


def marked_words(tokens: Mapping[str, str]) -> Words:
    """Return words that say everything by special tokens: the usual ones, some of them under other names.

    >>> marked_words({"jump": "<|leap|>"}).jump
    '<|leap|>'
    """
    unknown = [name for name in tokens if name not in TOKENS]
    if unknown:
        raise OptionError(f"No token is called {shown(unknown[0])}. Known: {', '.join(TOKENS)}.", value=unknown[0])
    wrong = [token for token in tokens.values() if not isinstance(token, str) or not _TOKEN.fullmatch(token)]
    if wrong:
        raise OptionError(f"A special token is written like <|jump|>, without blanks, got {shown(wrong[0])}.")
    written = {f"<{name}>": token for name, token in {**TOKENS, **tokens}.items()}
    return Words(
        **{name: re.sub(r"<\w+>", lambda found: written[found[0]], template) for name, template in MARKED.items()}
    )


def tokens_in(words: Words) -> list[str]:
    """Return the special tokens that templates hold, written like ``<|jump|>``, in the order of the templates."""
    return list(dict.fromkeys(_TOKEN.findall(" ".join(attrs.asdict(words).values()))))
