"""Suggestions: candidates that would join islands, and what each would join."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import attrs

from forestlib.errors import UnknownAnchorError, shown
from forestlib.model.anchor import Anchor
from forestlib.model.key import anchor_key
from forestlib.model.rendered import Rendered
from forestlib.phrases.candidates import Candidate, accepted

__all__ = ["Suggestion", "Suggestions"]


@attrs.frozen(repr=False)
class Suggestion:
    """A candidate that would join islands."""

    candidate: Candidate
    _joined: Sequence[tuple[str, ...]] = attrs.field(eq=False)

    def __repr__(self) -> str:
        return f"<Suggestion {shown(self.candidate.text)}: joins {len(self._joined)} islands>"

    @property
    def islands(self) -> tuple[tuple[str, ...], ...]:
        """The trees of each island that it would join with the others."""
        return tuple(self._joined)

    @property
    def text(self) -> str:
        """The anchor's canonical text, if it is accepted."""
        return self.candidate.text

    def accept(self, text: str | None = None) -> Anchor:
        """Make it an anchor and mark its nodes; return the anchor."""
        return self.candidate.accept(text)

    def refuse(self) -> None:
        """Remember that it is no anchor, so that it is not proposed again."""
        self.candidate.refuse()


class Suggestions(Rendered, Sequence[Suggestion]):
    """Suggestions, the one that joins the most islands first; `apart` are the islands that would be left then.

    `apart` holds one island where the suggestions join all of them.
    """

    def __init__(self, found: Sequence[Suggestion], apart: Sequence[tuple[str, ...]]) -> None:
        self._found = tuple(found)
        self.apart = tuple(apart)

    def __repr__(self) -> str:
        left = len(self.apart)
        return f"<{len(self)} suggestion{'s' * (len(self) != 1)}, {left} island{'s' * (left != 1)} then>"

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, place: int | str) -> Suggestion: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Suggestion]: ...
    def __getitem__(self, place: int | slice | str) -> Suggestion | Sequence[Suggestion]:
        if isinstance(place, str):
            return self._named(place)
        return self._found[place]

    def _named(self, phrase: str) -> Suggestion:
        key = anchor_key(phrase)
        for suggestion in self._found:
            if key in map(anchor_key, (suggestion.text, *suggestion.candidate.aliases)):
                return suggestion
        raise UnknownAnchorError.among(phrase, [suggestion.text for suggestion in self._found])

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self._found)

    def accept(self) -> tuple[Anchor, ...]:
        """Make all of them anchors, or none where one cannot be; return the anchors."""
        return accepted([suggestion.candidate for suggestion in self], [None] * len(self))
