"""Tree rows: one tree as it stands in a file or comes from an importer, before it belongs to a forest.

Everything that reads yields these and never a forest, so that reading knows no building and building knows no format.
The rows are in preorder, which makes `level` alone carry the shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from forestlib.errors import shown

__all__ = ["TreeRows"]


@attrs.define(eq=False, repr=False)
class TreeRows:
    """One tree in preorder: columns of levels and texts, marks, sparse fields.

    `levels` and `texts` have one entry a node; `marks` holds (node, phrase) in the order of nodes; `fields` maps a
    field's name to its values by node. `axes` is what was written: a list of names, a mapping of weights, or None.
    `extra` holds fields of the tree that the format does not know. Three more let a file be written back unchanged:
    `keys` is the order of the tree's own keys, `form` the order of a node's keys where it is not the library's own,
    `forms` that of single nodes which differ from `form`.

    >>> rows = TreeRows("justice", [0, 1], ["A match.", "But norms differ."], marks=[(1, "context")])
    >>> rows
    <TreeRows 'justice', 2 nodes>
    """

    name: str
    levels: Sequence[int]
    texts: list[str]
    marks: Sequence[tuple[int, str]] = ()
    fields: Mapping[str, Mapping[int, Any]] = attrs.field(factory=dict)
    axes: list[str] | dict[str, float] | None = None
    lang: str | None = None
    extra: Mapping[str, Any] = attrs.field(factory=dict)
    keys: tuple[str, ...] | None = None
    form: tuple[str, ...] | None = None
    forms: Mapping[int, tuple[str, ...]] = attrs.field(factory=dict)

    def __repr__(self) -> str:
        return f"<TreeRows {shown(self.name)}, {len(self.texts)} nodes>"
