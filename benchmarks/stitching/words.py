"""The wording of the experiment: everything that is said between thoughts is one word."""

from __future__ import annotations

import forestlib as fl

__all__ = ["STYLE", "WORDS"]

WORDS = fl.Words(
    head="{tree}",
    marked=" {anchor}",
    anchor="{anchor}",
    jump="JUMP",
    question="",
    ask="",
    upward="JUMP",
    again="JUMP",
    landmark="HERE {label}",
    back="BACK {tree} {start} {other} {goal} :",
    forth="FORTH {tree} {start} {other} {goal} :",
    back_inside="BACK {tree} {start} {tree} {goal} :",
    forth_inside="FORTH {tree} {start} {tree} {goal} :",
    link="LINK {tree} {other} :",
    places="PLACES {anchor} :",
    stage="{stage}",
    likewise="LIKEWISE",
)
STYLE = fl.Style(words={"en": WORDS, "ru": WORDS})
