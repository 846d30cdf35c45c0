"""Passages: a sample as stretches of text, whatever JSON it is written down as; what a format's tokens are made of.

A serializer that declares ``tokens=``, a function of the walk and of its own options, gives each sample as passages:
texts that stay apart, so that a text that stands in many samples is tokenized once. Their texts are joined by line
breaks; those of messages, which have a `role`, within each message, and a chat template frames them.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

__all__ = ["Passage", "line_by_line"]


@attrs.frozen
class Passage:
    r"""Texts that are learned, or given: one a line of the sample, or of a message of this `role`.

    >>> line_by_line(["justice", "A match.", "Norms differ."], given=1)
    (Passage(texts=['justice'], learned=False, role=''), Passage(texts=['A match.', 'Norms differ.'], ...))
    """

    texts: Sequence[str]
    learned: bool = True
    role: str = ""


def line_by_line(texts: Sequence[str], given: int = 0) -> tuple[Passage, ...]:
    """Return the passages of a sample that is texts joined by line breaks, the first `given` of them not learned."""
    parts = Passage(texts[:given], learned=False), Passage(texts[given:])
    return tuple(part for part in parts if part.texts)
