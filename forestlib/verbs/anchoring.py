"""Verbs that anchor: they find what trees share, and mark it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Self

from forestlib.progress import bar
from forestlib.verbs.asking import Asking

if TYPE_CHECKING:
    from forestlib.model.anchor import Anchor
    from forestlib.model.node import Node
    from forestlib.phrases.candidates import Candidate, Candidates
    from forestlib.phrases.encoders import Encoder
    from forestlib.phrases.suggestions import Suggestions

__all__ = ["Anchoring"]


class Anchoring(Asking):
    """A forest whose anchors can be found, mined, matched and suggested."""

    def find_anchors(
        self, phrases: Iterable[str] | Mapping[str, Iterable[str]] = (), *, forms: str | None = None
    ) -> Candidates:
        """Return where the known anchors stand in the texts, whole words only, in all spellings and inflected forms.

        `phrases` are looked for as well: a list, or a mapping to aliases. `forms` is "inflected" (needs the extra
        ``lemmas``) or "exact"; without it inflected where that can be had. `accept()` marks the nodes.

        >>> from forestlib import Forest
        >>> forest = Forest()
        >>> _ = forest.plant("God", "There is a free choice.")
        >>> found = forest.find_anchors(["free choice"], forms="exact")
        >>> found["free choice"].accept()
        <Anchor 'free choice' in 1 tree>
        """
        from forestlib.phrases.finding import find

        with bar("finding anchors", 0):
            return find(self, phrases, forms)

    def mine_anchors(
        self,
        kinds: str | Iterable[str] = ("phrases", "sentences"),
        *,
        words: tuple[int, int] = (2, 40),
        trees: int = 2,
        forms: str | None = None,
        hub_share: float = 0.5,
    ) -> Candidates:
        """Return phrases and sentences that stand in `trees` or more trees, the most telling first, with no list given.

        `words` bounds a phrase's length. What stands in more than `hub_share` of the trees (of eight and more), or is
        made of words that say little, is left out, with the reason: `.left_out`.

        >>> from forestlib import Forest
        >>> forest = Forest()
        >>> for name in ("God", "suffering"):
        ...     _ = forest.plant(name, f"It is important to see that free choice binds {name}.")
        >>> [candidate.text for candidate in forest.mine_anchors(forms="exact")]
        ['free choice binds']
        """
        from forestlib.phrases.mining import mine, wanted

        want = wanted(kinds, words, trees, hub_share)
        with bar("mining anchors", 0):
            return mine(self, want, forms)

    def match_anchors(
        self,
        encoder: Encoder | None = None,
        *,
        threshold: float | None = None,
        sentences: bool = False,
    ) -> Candidates:
        """Return anchors that mean the same in other words or the other language; `accept()` makes one anchor of each.

        `encoder` turns a list of texts into vectors; without it the multilingual one of the extra ``meaning``. What is
        as alike as `threshold` (the encoder's own where it has one) is proposed, but for opposites, which are left out
        with the reason. With `sentences` nodes' texts are compared with the anchors as well.
        """
        from forestlib.phrases.matching import match

        with bar("comparing anchors", 0):
            return match(self, encoder, threshold, sentences)

    def suggest_anchors(
        self, *, most: int | None = None, encoder: Encoder | None = None, forms: str | None = None
    ) -> Suggestions:
        """Return the fewest anchors that would join the islands, the one that joins the most first.

        They are known anchors that stand unmarked in texts, phrases that trees share, and with an `encoder` anchors
        that mean the same.

        >>> from forestlib import Forest
        >>> forest = Forest()
        >>> for name in ("God", "suffering"):
        ...     _ = forest.plant(name, f"A free choice binds {name}.")
        >>> forest.suggest_anchors(forms="exact").accept()
        (<Anchor 'free choice binds' in 2 trees>,)
        >>> forest.require_connected()
        <Forest 'forest': 2 trees, 2 nodes>
        """
        from forestlib.phrases.lemmas import checked_forms
        from forestlib.stitching import suggest

        forms = checked_forms(forms)
        known, refused = self.find_anchors(forms=forms), self.refused
        pool = [*known.where(lambda candidate: candidate.key not in refused and candidate.new)]
        pool += self.mine_anchors(forms=forms)
        pool += self.match_anchors(encoder) if encoder is not None else ()
        return suggest(self, pool, most)

    def weave(self, anchor: str | Anchor | Candidate, at: Node | Iterable[Node]) -> Anchor:
        """Mark an anchor at nodes, in its canonical form, beside their texts, which stay as they are; return it.

        >>> from forestlib import Forest
        >>> forest = Forest()
        >>> for name in ("God", "suffering"):
        ...     _ = forest.plant(name, "A thought.")
        >>> forest.weave("choice", [tree.root for tree in forest])
        <Anchor 'choice' in 2 trees>
        """
        from forestlib.stitching import weave

        return weave(self, anchor, at)

    def require_connected(self) -> Self:
        """Return the forest if its trees stand on one island; else raise `NotConnectedError`, which says the way.

        >>> from forestlib import Forest
        >>> forest = Forest()
        >>> for name in ("God", "sea"):
        ...     _ = forest.plant(name, f"A thought of the {name}.")
        >>> forest.require_connected()
        Traceback (most recent call last):
        forestlib.errors.NotConnectedError: The forest 'forest' falls into 2 islands: 1 tree ('God'); 1 tree ('sea') ...
        """
        from forestlib.stitching import require_connected

        found = self.islands()
        if len(found) > 1:
            require_connected(self, self.suggest_anchors(), found)
        return self
