"""Likeness: when two trees hold the same, down to what a file would say of their fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from forestlib.model.tree import Tree

__all__ = ["same_tree", "spelled"]


def same_tree(one: Tree, other: Tree) -> bool:
    """Return whether two trees are equal by content: name, weights, language, shape, texts, marks and fields.

    >>> same_tree(Tree("justice", "A match.", score=1), Tree("justice", "A match.", score=True))
    False
    """
    if (one.name, len(one), one.axes, one.lang) != (other.name, len(other), other.axes, other.lang):
        return False
    ours, theirs = one.rows(), other.rows()
    return (
        list(ours.levels) == list(theirs.levels)
        and ours.texts == theirs.texts
        and ours.marks == theirs.marks
        and spelled(ours.fields) == spelled(theirs.fields)
        and spelled(ours.extra) == spelled(theirs.extra)
    )


def spelled(fields: Mapping[str, Any]) -> str:
    """Return fields as JSON: 1 and 1.0 and true are equal in Python and not in a file."""
    return json.dumps({name: value for name, value in fields.items() if value != {}}, sort_keys=True)
