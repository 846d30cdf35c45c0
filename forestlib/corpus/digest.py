"""The digest of a forest: what tells in a manifest which forest a corpus was made of.

It follows from the content as `==` compares it: equal for a forest, its copy, and what is loaded from its file, in
whatever order the nodes were appended. The order of the trees is content, since samples follow it.
"""

from __future__ import annotations

from hashlib import sha256
from weakref import WeakKeyDictionary

import orjson

from forestlib.model.ground import Ground
from forestlib.model.likeness import spelled
from forestlib.model.marks import Marks
from forestlib.model.preorder import Preorder
from forestlib.model.tree import Tree

__all__ = ["digest_of"]

# Snapshots of a tree: as long as it has the same ones, its texts, levels and marks are those that were hashed.
_HASHED: WeakKeyDictionary[Preorder, tuple[Marks, bytes]] = WeakKeyDictionary()


def digest_of(ground: Ground) -> str:
    """Return the SHA-256 of a forest's content, in hexadecimal.

    >>> ground = Ground()
    >>> norms, deeds = ground.plant("justice", "A match.").root.branch("Norms.", "Deeds.")
    >>> before = digest_of(ground)
    >>> late = norms.then("Local norms.")
    >>> digest_of(ground) == before, digest_of(ground) == digest_of(ground.copy())
    (False, True)
    """
    axes = [(axis.key, sorted(axis.names.items()), [sub.key for sub in axis.sub]) for axis in ground.frame]
    whole = sha256(orjson.dumps([ground.name, axes, ground.declared(), spelled(ground.extra)]))
    for tree in ground:
        rows = tree.rows()
        own = [tree.name, dict(tree.axes), tree.lang, spelled(rows.fields), spelled(rows.extra)]
        whole.update(sha256(orjson.dumps(own, option=orjson.OPT_SORT_KEYS)).digest() + _nodes(tree))
    return whole.hexdigest()


def _nodes(tree: Tree) -> bytes:
    """Return the digest of a tree's levels, texts and marks."""
    order, marks = tree.preorder(), tree.marks()
    held, digest = _HASHED.get(order, (None, b""))
    if held is not marks:
        content = orjson.dumps([list(order.level[: order.size]), order.text[: order.size], list(marks)])
        digest = sha256(content).digest()
        _HASHED[order] = marks, digest
    return digest
